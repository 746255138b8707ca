"""What a cell asks for, as a phrase that each language puts into words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from concord.dmn.columns import constant_value, is_constant, is_timeless
from concord.dmn.feel import ast
from concord.dmn.feel.builtins.conversion import number_text, text_of
from concord.dmn.feel.expression import parse, parse_unary
from concord.dmn.feel.runtime import Run
from concord.dmn.feel.values import Value, YearsMonths
from concord.dmn.problems import FeelSyntaxError

Language = Literal["en", "ko", "zh-hant"]
Say = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Phrase:
    """`kind` names the pattern, `words` fill it; `or_` are alternatives, null the last of them as
    the kind `missing`; `and_` what must hold besides. `of` is what is compared: a
    "day", a "time" of day, or anything else."""

    kind: str
    words: tuple[str, ...] = ()
    or_: tuple[Phrase, ...] = ()
    and_: tuple[Phrase, ...] = ()
    of: str = ""

    def said(self, patterns: Mapping[str, str]) -> str:
        """The pattern for what is compared, filled."""
        names = (f"{self.kind} {self.of}", f"{self.kind} day" if self.of else "", self.kind)
        return next(patterns[name] for name in names if name in patterns).format(*self.words)

    @property
    def or_missing(self) -> bool:
        return bool(self.or_) and self.or_[-1].kind == "missing"


@dataclass(frozen=True, slots=True)
class Length:
    """How a duration is said: its units, each for one and for many, what stands before the last of
    them (else a space), and before a negative one."""

    units: Mapping[str, tuple[str, str]]
    last: str
    minus: str

    def unit(self, name: str, number: Decimal) -> str:
        one, many = self.units[name]
        return (one if number == 1 else many).format(_grouped(number_text(number)))


def as_is(text: str, kind: str) -> str:
    """The words of the model itself."""
    return text


class Speaker:
    """Puts values into the words of one language: `say(text, "value")` has the reader's words for a
    string, `listed` joins several."""

    def __init__(
        self,
        say: Say,
        yes: str,
        no: str,
        none: str,
        length: Length,
        comma: str,
        or_: str,
        and_: str,
    ) -> None:
        self.say, self.yes, self.no, self.none, self.length = say, yes, no, none, length
        self.comma, self.or_, self.and_ = comma, or_, and_

    def words(self, value: Value) -> str:
        """A value as the reader writes it."""
        match value:
            case None:
                return self.none
            case bool():
                return self.yes if value else self.no
            case str():
                return self.say(value, "value")
            case int() | Decimal():
                return _grouped(number_text(value))
            case dt.timedelta() | YearsMonths():
                return self._duration(value)
            case list():
                return self.joined([self.words(each) for each in value], self.and_) or self.none
        return text_of(Run(), value)

    def _duration(self, value: dt.timedelta | YearsMonths) -> str:
        """`1 day and 2 hours`."""
        units = _units(value)
        parts = [(unit, number) for unit, number in units if number] or units[:1]
        said = [self.length.unit(unit, number) for unit, number in parts]
        whole = self.joined(said, self.length.last) if self.length.last else " ".join(said)
        return f"{self.length.minus}{whole}" if _is_negative(value) else whole

    def listed(self, values: Sequence[Value]) -> str:
        return self.joined([self.words(value) for value in values], self.or_)

    def joined(self, parts: Sequence[str], last: str) -> str:
        """`a, b or c`."""
        if len(parts) < 2:
            return "".join(parts)
        return self.comma.join(parts[:-1]) + last + parts[-1]

    # Cells ------------------------------------------------------------------------------------

    def phrase(self, cell: str) -> Phrase:
        """What the cell asks for."""
        try:
            tests = parse_unary(cell or "-").tree
        except FeelSyntaxError:
            return Phrase("written", (cell,))
        if tests.any:
            return Phrase("any")
        parts = self._parts(tests.tests)
        if parts is None:
            return Phrase("written", (cell,))
        return _denied(parts) if tests.negated else _either(parts)

    def output(self, text: str) -> str:
        """An output cell's value in words; empty for none."""
        if text in ("", "-", "null"):
            return ""
        try:
            tree = parse(text).tree
        except FeelSyntaxError:
            return text
        return self.words(parse(text).evaluate()) if is_timeless(tree) else text

    def _parts(self, tests: Sequence[ast.Node]) -> list[Phrase] | None:
        """The alternatives, plain values as one of them, null at the end."""
        values: list[Value] = []
        others: list[Phrase] = []
        for test in tests:
            if _is_value(test):
                values.append(constant_value(test))
                continue
            phrase = self._test(test)
            if phrase is None:
                return None
            others.append(phrase)
        plain = [value for value in values if value is not None]
        if len(plain) == 1 and plain[0].__class__ is bool:
            others.insert(0, Phrase("true" if plain[0] else "false"))
        elif plain:
            others.insert(0, Phrase("is", (self.listed(plain),)))
        return [*others, Phrase("missing")] if len(plain) < len(values) else others

    def _test(self, test: ast.Node) -> Phrase | None:
        match test:
            case ast.Operator() if test.op in _BOUNDS and is_timeless(test.of):
                return self._bound(test.op, constant_value(test.of))
            case ast.RangeLiteral() if is_timeless(test):
                ends = [self.words(constant_value(end)) for end in (test.low, test.high)]
                kind = _RANGES.get((test.low_closed, test.high_closed), "inside")
                return Phrase(kind, tuple(ends), of=_of(constant_value(test.low)))
            case ast.And():
                left, right = self._test(test.left), self._test(test.right)
                if left is None or right is None:
                    return None
                parts = [*(left.and_ or (left,)), *(right.and_ or (right,))]
                kept = [part for part in parts if part.kind != "given"] or parts[:1]
                return kept[0] if len(kept) == 1 else Phrase("all", and_=tuple(kept))
            case ast.Comparison(left=ast.Name(name="?"), op=op, right=of) if is_timeless(of):
                return self._compared(op, constant_value(of))
            case ast.Comparison(left=ast.Call(function=ast.Name(name="count")), op=op, right=of):
                if op in _COUNTS and is_timeless(of):
                    return Phrase(_COUNTS[op], (self.words(constant_value(of)),))
            case ast.Call(function=ast.Name(name="list contains"), args=(_, of)):
                return Phrase("has", (self.words(constant_value(of)),)) if is_timeless(of) else None
            case ast.Call(function=ast.Name(name="not"), args=(of,)):
                inner = self._test(of)
                return Phrase("has not", inner.words) if inner and inner.kind == "has" else None
        return None

    def _compared(self, op: str, value: Value) -> Phrase | None:
        if value is None:
            return Phrase("missing" if op == "=" else "given")
        if op == "=" and value.__class__ is bool:
            return Phrase("true" if value else "false")
        if op in ("=", "!="):
            return Phrase("is" if op == "=" else "not", (self.words(value),))
        return self._bound(op, value)

    def _bound(self, op: str, value: Value) -> Phrase:
        return Phrase(_BOUNDS[op], (self.words(value),), of=_of(value))


def _of(value: Value) -> str:
    """Whether a value is a day or a time of day."""
    return "day" if isinstance(value, dt.date) else "time" if isinstance(value, dt.time) else ""


def _units(value: dt.timedelta | YearsMonths) -> list[tuple[str, Decimal]]:
    """The length in units, from the largest."""
    if isinstance(value, YearsMonths):
        years, months = divmod(abs(value.months), 12)
        return [("year", Decimal(years)), ("month", Decimal(months))]
    minutes, rest = divmod(abs(value), dt.timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    seconds = Decimal(rest // dt.timedelta(microseconds=1)) / 1_000_000
    whole = {"day": days, "hour": hours, "minute": minutes}
    return [*((unit, Decimal(number)) for unit, number in whole.items()), ("second", seconds)]


def _is_negative(value: dt.timedelta | YearsMonths) -> bool:
    months = value.months if isinstance(value, YearsMonths) else value.days
    return months < 0


def _either(parts: list[Phrase]) -> Phrase:
    return parts[0] if len(parts) == 1 else Phrase("or", or_=tuple(parts))


def _denied(parts: list[Phrase]) -> Phrase:
    """`not(…)`: a value that is none of them; unless null is denied, too, it may be missing."""
    if [part.kind for part in parts] == ["missing"]:
        return Phrase("given")
    given = parts[-1].kind == "missing"
    rest = parts[:-1] if given else parts
    if len(rest) == 1 and rest[0].kind in ("true", "false") and given:
        return Phrase("false" if rest[0].kind == "true" else "true")
    if len(rest) == 1 and rest[0].kind in ("true", "false"):
        other = Phrase("false" if rest[0].kind == "true" else "true")
        return Phrase("or", or_=(other, Phrase("missing")))
    if len(rest) == 1 and rest[0].kind == "is":
        return Phrase("other" if given else "not", rest[0].words)
    return Phrase("none of", or_=tuple(rest))


def _is_value(test: ast.Node) -> bool:
    if isinstance(test, ast.Operator | ast.RangeLiteral | ast.ListLiteral):
        return False
    return is_constant(test) and is_timeless(test)


_BOUNDS = {"<": "under", "<=": "at most", ">": "over", ">=": "at least"}
_RANGES = {(True, True): "between", (True, False): "from until", (False, True): "over until"}
_COUNTS = {"=": "count", "<=": "count at most", ">=": "count at least", ">": "count over",
           "<": "count under"}  # fmt: skip


def _grouped(text: str) -> str:
    whole, point, rest = text.partition(".")
    if "E" in text or whole == "-0":
        return text
    return f"{int(whole):,}{point}{rest}"
