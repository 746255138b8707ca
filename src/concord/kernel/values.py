"""Values that are made by the thousand in one answer.

A frozen dataclass takes several times as long to be made as one that is not: each field goes
through `object.__setattr__`. A `value` is frozen to the type checker, and equal and hashed as a
frozen one is; at run time it forbids nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(of: type[_T]) -> type[_T]:
    return dataclass(slots=True, unsafe_hash="__hash__" not in vars(of))(of)
