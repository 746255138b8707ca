"""The decision engine: FEEL and DMN 1.5 in plain Python, without Django.

>>> from concord import dmn
>>> dmn.parse("sum(invoice[due < today()].amount)", ["invoice"]).evaluate({"invoice": []})
"""

from concord.dmn.feel.expression import Evaluation, Expression, UnaryTests, parse, parse_unary
from concord.dmn.feel.values import FarDate, FarDateTime, Function, Range, YearsMonths
from concord.dmn.problems import (
    DmnError,
    FeelSyntaxError,
    ModelError,
    Place,
    Problem,
    SqlRefusedError,
)

__all__ = [
    "DmnError",
    "Evaluation",
    "Expression",
    "FarDate",
    "FarDateTime",
    "FeelSyntaxError",
    "Function",
    "ModelError",
    "Place",
    "Problem",
    "Range",
    "SqlRefusedError",
    "UnaryTests",
    "YearsMonths",
    "parse",
    "parse_unary",
]
