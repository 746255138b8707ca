"""The rights of persons: a copy of their data, a restriction, an erasure.

Each app says in `registry` what it keeps of a person, how that is told and how it is erased.
"""
