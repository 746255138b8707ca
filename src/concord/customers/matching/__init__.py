"""Which profiles are one customer: features, blocking keys, weighted comparison, three zones.

Pure Python over what profiles say; `actions/matching.py` reads and writes the rows.
"""
