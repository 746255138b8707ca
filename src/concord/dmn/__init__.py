"""The decision engine: FEEL and DMN 1.5 in plain Python, without Django.

Models
    load(path or bytes, imports=(), strict=False) -> Model
    Model   .problems               what is wrong whatever is given
            .evaluate(name, inputs, clock=None, steps=...) -> Result
            .check(ranking=None)    gaps, conflicts, rules that never apply, inversions
            .differences(old)       who gets another answer
            .sql(name, dialect, source=..., columns=..., keep=...) -> Sql
            .with_cell(table, rule, column, text) -> Model
            .save() -> bytes        DMN 1.5
    Result  .value, .problems, .matched (MatchedRule), .explanation (Step), .decisions
Expressions
    parse(text, names, fields=...) -> Expression, parse_unary(text, names) -> UnaryTests
    Expression  .evaluate(scope, clock=None), .evaluate_full(scope) -> Evaluation, .check(types),
                .sql(SqlSchema, dialect) -> Sql, .aggregates(SqlSchema, dialect) -> Aggregates
    UnaryTests  .matches(value, scope)
Sentences (en, ko, zh-hant)
    rule_sentence(table, rule), finding_sentence(finding), answer_sentences(model, result)
Problems
    Problem (code, message, place, severity), Finding (with rules, conditions, results), Place;
    raised: DmnError, and of its kind ModelError, FeelSyntaxError, SqlRefusedError,
    ArgumentError (a TypeError), UnknownNameError (a KeyError)
Values that Python has not
    YearsMonths, Range, Function, FarDate, FarDateTime; number() for what a database gives back

>>> from concord import dmn
>>> dmn.parse("sum(order[amount > 10].amount)", ["order"]).evaluate({"order": [{"amount": 12}]})
12

`help(dmn.Model)` and so on say more; docs/engine.md is the page for developers, docs/feel.md the
reference of the language.
"""

from concord.dmn.analysis.finding import Finding as Finding
from concord.dmn.feel.expression import Evaluation as Evaluation
from concord.dmn.feel.expression import Expression as Expression
from concord.dmn.feel.expression import UnaryTests as UnaryTests
from concord.dmn.feel.expression import parse as parse
from concord.dmn.feel.expression import parse_unary as parse_unary
from concord.dmn.feel.values import FarDate as FarDate
from concord.dmn.feel.values import FarDateTime as FarDateTime
from concord.dmn.feel.values import Function as Function
from concord.dmn.feel.values import Range as Range
from concord.dmn.feel.values import YearsMonths as YearsMonths
from concord.dmn.feel.values import number as number
from concord.dmn.loading import load as load
from concord.dmn.model import DecisionTable as DecisionTable
from concord.dmn.model import Model as Model
from concord.dmn.problems import ArgumentError as ArgumentError
from concord.dmn.problems import DmnError as DmnError
from concord.dmn.problems import FeelSyntaxError as FeelSyntaxError
from concord.dmn.problems import ModelError as ModelError
from concord.dmn.problems import Place as Place
from concord.dmn.problems import Problem as Problem
from concord.dmn.problems import SqlRefusedError as SqlRefusedError
from concord.dmn.problems import UnknownNameError as UnknownNameError
from concord.dmn.result import MatchedRule as MatchedRule
from concord.dmn.result import Result as Result
from concord.dmn.result import Step as Step
from concord.dmn.sentences import answer_sentences as answer_sentences
from concord.dmn.sentences import finding_sentence as finding_sentence
from concord.dmn.sentences import rule_sentence as rule_sentence
from concord.dmn.sql import Aggregate as Aggregate
from concord.dmn.sql import Aggregates as Aggregates
from concord.dmn.sql import Field as Field
from concord.dmn.sql import ListSource as ListSource
from concord.dmn.sql import Sql as Sql
from concord.dmn.sql import SqlSchema as SqlSchema

# Without __all__, so that help(dmn) is the text above and not two thousand lines of dataclasses.
