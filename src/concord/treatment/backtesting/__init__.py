"""Back-test: what two policies would have said at each real act of a time, and what became of it.

`months` works out a month in the database, `sums` is what it comes to.
"""
