"""The decision engine: FEEL and DMN 1.5 in plain Python, without Django.

>>> from concord import dmn
>>> dmn.parse("sum(invoice[due < today()].amount)", ["invoice"]).evaluate({"invoice": []})
"""

from concord.dmn.feel.expression import Evaluation, Expression, UnaryTests, parse, parse_unary
from concord.dmn.feel.values import FarDate, FarDateTime, Function, Range, YearsMonths
from concord.dmn.model import DecisionTable, Model
from concord.dmn.problems import (
    DmnError,
    FeelSyntaxError,
    ModelError,
    Place,
    Problem,
    SqlRefusedError,
)
from concord.dmn.read import load
from concord.dmn.result import MatchedRule, Result, Step

__all__ = [
    "DecisionTable",
    "DmnError",
    "Evaluation",
    "Expression",
    "FarDate",
    "FarDateTime",
    "FeelSyntaxError",
    "Function",
    "MatchedRule",
    "Model",
    "ModelError",
    "Place",
    "Problem",
    "Range",
    "Result",
    "SqlRefusedError",
    "Step",
    "UnaryTests",
    "YearsMonths",
    "load",
    "parse",
    "parse_unary",
]
