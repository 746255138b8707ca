"""Regular expressions of XPath (DMN 1.5, 10.3.4.3; XPath functions, 5.6) in linear time.

Python's `re` backtracks: `(a+)+$` on thirty characters takes minutes. Here a pattern becomes a
small program, all of whose threads go through the text together (Thompson, Pike), so the time is
the length of the text times the size of the program, and is charged to the evaluation's budget.
Only a pattern with back-references, which nobody can run in linear time, may take longer: it is
charged for each thread, and stopped when the budget is used up.
"""

from concord.dmn.feel.regex.machine import Match, Pattern
from concord.dmn.feel.regex.program import PatternError
from concord.dmn.feel.regex.reader import compile_pattern
from concord.dmn.feel.regex.replacement import replace

__all__ = ["Match", "Pattern", "PatternError", "compile_pattern", "replace"]
