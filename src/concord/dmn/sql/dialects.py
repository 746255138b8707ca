"""The databases that are compiled for, and the types that their values may have."""

from __future__ import annotations

from concord.dmn.sql.duckdb import DuckDb
from concord.dmn.sql.postgres import KINDS, LISTS, Dialect, integer_of, scale_of

DIALECTS: dict[str, Dialect] = {each.name: each for each in (Dialect(), DuckDb())}

__all__ = ["DIALECTS", "KINDS", "LISTS", "Dialect", "integer_of", "scale_of"]
