"""From nodes to closures, a file a kind of node.

A closure takes an `Env` and gives a value. It raises nothing but `BudgetError`; whatever else goes
wrong is null with a problem noted in the run.
"""
