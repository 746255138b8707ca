"""The policy's tables as an Excel workbook: one sheet a table, out and in again.

What is written comes back unchanged; what a person changed comes back as changes of a draft, rule
by rule and cell by cell (`concord.dmn.edit`), so that two people's changes go together.
"""
