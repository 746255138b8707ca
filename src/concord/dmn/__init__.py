"""The decision engine: FEEL and DMN 1.5 in plain Python, without Django.

>>> from concord import dmn
>>> dmn.parse("sum(invoice[due < today()].amount)", ["invoice"]).evaluate({"invoice": []})
"""

from concord.dmn.analysis.finding import Finding
from concord.dmn.feel.expression import Evaluation, Expression, UnaryTests, parse, parse_unary
from concord.dmn.feel.values import (
    FarDate,
    FarDateTime,
    Function,
    Range,
    YearsMonths,
    number,
)
from concord.dmn.load import load
from concord.dmn.model import DecisionTable, Model
from concord.dmn.problems import (
    ArgumentError,
    DmnError,
    FeelSyntaxError,
    ModelError,
    Place,
    Problem,
    SqlRefusedError,
    UnknownNameError,
)
from concord.dmn.result import MatchedRule, Result, Step
from concord.dmn.sentences import answer_sentences, finding_sentence, rule_sentence
from concord.dmn.sql import Aggregate, Aggregates, Field, ListSource, Sql, SqlSchema

__all__ = [
    "Aggregate",
    "Aggregates",
    "ArgumentError",
    "DecisionTable",
    "DmnError",
    "Evaluation",
    "Expression",
    "FarDate",
    "FarDateTime",
    "FeelSyntaxError",
    "Field",
    "Finding",
    "Function",
    "ListSource",
    "MatchedRule",
    "Model",
    "ModelError",
    "Place",
    "Problem",
    "Range",
    "Result",
    "Sql",
    "SqlRefusedError",
    "SqlSchema",
    "Step",
    "UnaryTests",
    "UnknownNameError",
    "YearsMonths",
    "answer_sentences",
    "finding_sentence",
    "load",
    "number",
    "parse",
    "parse_unary",
    "rule_sentence",
]
