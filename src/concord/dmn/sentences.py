"""A rule as a plain sentence in English, Korean or Traditional Chinese.

The caller says columns and values in the reader's language: `say("standing", "column")`,
`say("on hold", "value")`. Numbers get thousands separators; a cell that computes is shown as
written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from concord.dmn.columns import constant_value, is_constant
from concord.dmn.feel import ast
from concord.dmn.feel.builtins.conversion import number_text, text_of
from concord.dmn.feel.expression import parse, parse_unary
from concord.dmn.feel.runtime import Run
from concord.dmn.feel.values import Value
from concord.dmn.model import DecisionTable, Rule
from concord.dmn.problems import FeelSyntaxError

Language = Literal["en", "ko", "zh-hant"]
Say = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a cell asks for: `kind` names the pattern, `words` fill it."""

    kind: str
    words: tuple[str, ...] = ()


def as_is(text: str, kind: str) -> str:
    """The words of the model itself."""
    return text


def rule_sentence(
    table: DecisionTable, rule: Rule, language: Language = "en", say: Say = as_is
) -> str:
    """`If the standing is on hold and the amount is over 10,000, the act is pass on.`"""
    conditions = [
        (say(clause.title, "column"), phrase)
        for clause, cell in zip(table.inputs, rule.inputs, strict=True)
        for phrase in [phrase_of(cell, language, say)]
        if phrase.kind != "any"
    ]
    results = [
        (say(clause.title, "column"), shown)
        for clause, text in zip(table.outputs, rule.outputs, strict=True)
        for shown in [output_words(text, language, say)]
        if shown
    ]
    return _GRAMMARS[language].sentence(conditions, results)


# Cells ----------------------------------------------------------------------------------------


def phrase_of(cell: str, language: Language, say: Say) -> Phrase:
    """What the cell asks for."""
    try:
        tests = parse_unary(cell or "-").tree
    except FeelSyntaxError:
        return Phrase("written", (cell,))
    if tests.any:
        return Phrase("any")
    if not is_constant(tests):
        return Phrase("written", (cell,))
    if tests.negated:
        return _negated(tests.tests, cell, language, say)
    return _alternatives(tests.tests, cell, language, say)


def _negated(tests: Sequence[ast.Node], cell: str, language: Language, say: Say) -> Phrase:
    values = _values(tests)
    if values == [None]:
        return Phrase("given")
    if values is None:
        return Phrase("written", (cell,))
    return Phrase("not", (_listed(values, language, say),))


def _alternatives(tests: Sequence[ast.Node], cell: str, language: Language, say: Say) -> Phrase:
    values = _values(tests)
    if values is not None:
        plain = [value for value in values if value is not None]
        if not plain:
            return Phrase("missing")
        if len(plain) < len(values):
            return Phrase("is or missing", (_listed(plain, language, say),))
        if len(plain) == 1 and plain[0].__class__ is bool:
            return Phrase("true" if plain[0] else "false")
        return Phrase("is", (_listed(plain, language, say),))
    known = [test for test in tests if not _is_null(test)]
    if len(known) != 1:
        return Phrase("written", (cell,))
    phrase = _one(known[0], language, say)
    if phrase is None:
        return Phrase("written", (cell,))
    return Phrase(f"{phrase.kind} or missing", phrase.words) if len(tests) > 1 else phrase


def _is_null(test: ast.Node) -> bool:
    return isinstance(test, ast.Literal) and test.value is None


_BOUNDS = {"<": "under", "<=": "at most", ">": "over", ">=": "at least"}


def _one(test: ast.Node, language: Language, say: Say) -> Phrase | None:
    match test:
        case ast.Operator() if test.op in _BOUNDS:
            return Phrase(_BOUNDS[test.op], (words(constant_value(test.of), language, say),))
        case ast.RangeLiteral():
            ends = [words(constant_value(end), language, say) for end in (test.low, test.high)]
            kind = {(True, True): "between", (True, False): "from until"}
            return Phrase(kind.get((test.low_closed, test.high_closed), "inside"), tuple(ends))
    return None


def _values(tests: Sequence[ast.Node]) -> list[Value] | None:
    """The tests' values where all of them are plain ones."""
    values: list[Value] = []
    for test in tests:
        if isinstance(test, ast.Operator | ast.RangeLiteral | ast.ListLiteral):
            return None
        if any(isinstance(each, ast.Name) and not each.builtin for each in ast.walk(test)):
            return None
        values.append(constant_value(test))
    return values


def output_words(text: str, language: Language, say: Say) -> str:
    """An output cell's value in words; empty for none."""
    if text in ("", "-", "null"):
        return ""
    try:
        tree = parse(text).tree
    except FeelSyntaxError:
        return text
    if isinstance(tree, ast.ListLiteral) and all(is_constant(item) for item in tree.items):
        values = [constant_value(item) for item in tree.items]
        return _joined([words(value, language, say) for value in values], language, "and")
    return words(constant_value(tree), language, say) if is_constant(tree) else text


def words(value: Value, language: Language, say: Say) -> str:
    """A value as the reader writes it."""
    match value:
        case bool():
            return _GRAMMARS[language].yes if value else _GRAMMARS[language].no
        case str():
            return say(value, "value")
        case int() | Decimal():
            return _grouped(number_text(value))
        case dt.timedelta() if not value % dt.timedelta(days=1):
            return _GRAMMARS[language].days.format(_grouped(str(value.days)))
    return text_of(Run(), value)


def _grouped(text: str) -> str:
    whole, point, rest = text.partition(".")
    if "E" in text or whole == "-0":
        return text
    return f"{int(whole):,}{point}{rest}"


def _listed(values: Sequence[Value], language: Language, say: Say) -> str:
    return _joined([words(value, language, say) for value in values], language, "or")


def _joined(parts: Sequence[str], language: Language, how: str) -> str:
    grammar = _GRAMMARS[language]
    if len(parts) < 2:
        return "".join(parts)
    last = grammar.or_ if how == "or" else grammar.and_
    return grammar.comma.join(parts[:-1]) + last + parts[-1]


# Grammars -------------------------------------------------------------------------------------

Named = Sequence[tuple[str, Phrase]]
Results = Sequence[tuple[str, str]]


class English:
    yes, no, days = "yes", "no", "{} days"
    comma, or_, and_ = ", ", " or ", " and "
    patterns = {
        "is": "is {0}",
        "not": "is not {0}",
        "under": "is under {0}",
        "at most": "is at most {0}",
        "over": "is over {0}",
        "at least": "is at least {0}",
        "between": "is from {0} to {1}",
        "from until": "is at least {0} and under {1}",
        "inside": "is between {0} and {1}",
        "given": "is known",
        "missing": "is not known",
        "true": "applies",
        "false": "does not apply",
        "written": "meets “{0}”",
    }

    def sentence(self, conditions: Named, results: Results) -> str:
        told = " and ".join(f"{name} {self.predicate(phrase)}" for name, phrase in conditions)
        what = ", ".join(f"{name} is {value}" for name, value in results)
        if not told:
            return f"In every case, {what}."
        return f"If {told}, then {what}."

    def predicate(self, phrase: Phrase) -> str:
        kind = phrase.kind.removesuffix(" or missing")
        text = self.patterns[kind].format(*phrase.words)
        return f"{text} or not known" if kind != phrase.kind else text


class Chinese:
    yes, no, days = "是", "否", "{} 天"
    comma, or_, and_ = "、", "或", "和"
    patterns = {
        "is": "為{0}",
        "not": "不是{0}",
        "under": "低於 {0}",
        "at most": "不超過 {0}",
        "over": "超過 {0}",
        "at least": "至少 {0}",
        "between": "介於 {0} 至 {1}（含）",
        "from until": "至少 {0} 且低於 {1}",
        "inside": "介於 {0} 與 {1} 之間",
        "given": "已知",
        "missing": "未知",
        "true": "成立",
        "false": "不成立",
        "written": "符合「{0}」",
    }

    def sentence(self, conditions: Named, results: Results) -> str:
        told = "，且".join(f"{name}{self.predicate(phrase)}" for name, phrase in conditions)
        what = "，".join(f"{name}為{value}" for name, value in results)
        return f"如果{told}，則{what}。" if told else f"在任何情況下，{what}。"

    def predicate(self, phrase: Phrase) -> str:
        kind = phrase.kind.removesuffix(" or missing")
        text = self.patterns[kind].format(*phrase.words)
        gap = " " if text[-1:].isascii() else ""
        return f"{text}{gap}或未知" if kind != phrase.kind else text


class Korean:
    yes, no, days = "예", "아니요", "{}일"
    comma, or_, and_ = ", ", " 또는 ", " 및 "
    nouns = {
        "is": "{0}",
        "under": "{0} 미만",
        "at most": "{0} 이하",
        "over": "{0} 초과",
        "at least": "{0} 이상",
        "between": "{0} 이상 {1} 이하",
        "from until": "{0} 이상 {1} 미만",
        "inside": "{0} 초과 {1} 미만",
    }
    verbs = {  # the particle of the subject, then the ending within and at the end of conditions
        "given": ("이/가", "확인되고", "확인되면"),
        "missing": ("이/가", "확인되지 않고", "확인되지 않으면"),
        "true": ("에", "해당하고", "해당하면"),
        "false": ("에", "해당하지 않고", "해당하지 않으면"),
    }

    def sentence(self, conditions: Named, results: Results) -> str:
        last = len(conditions) - 1
        told = " ".join(
            self.clause(name, phrase, final=at == last)
            for at, (name, phrase) in enumerate(conditions)
        )
        what = ", ".join(f"{name}{particle(name, '은/는')} {value}" for name, value in results)
        return f"{told}, {what}입니다." if told else f"모든 경우에 {what}입니다."

    def clause(self, name: str, phrase: Phrase, *, final: bool) -> str:
        kind = phrase.kind.removesuffix(" or missing")
        if kind != phrase.kind:
            noun = self.nouns[kind].format(*phrase.words)
            ending = "확인되지 않으면" if final else "확인되지 않고"
            return f"{name}{particle(name, '이/가')} {noun}이거나 {ending}"
        if kind in self.verbs:
            mark, within, end = self.verbs[kind]
            shown = mark if "/" not in mark else particle(name, mark)
            return f"{name}{shown} {end if final else within}"
        if kind == "not":
            noun = phrase.words[0]
            ending = "아니면" if final else "아니고"
            return f"{name}{particle(name, '이/가')} {noun}{particle(noun, '이/가')} {ending}"
        if kind == "written":
            ending = "조건을 만족하면" if final else "조건을 만족하고"
            return f"{name}{particle(name, '이/가')} “{phrase.words[0]}” {ending}"
        noun = self.nouns[kind].format(*phrase.words)
        return f"{name}{particle(name, '이/가')} {noun}{'이면' if final else '이고'}"


def particle(word: str, pair: str) -> str:
    """The particle that follows the word, by whether it ends in a consonant: `이/가`, `은/는`."""
    after_consonant, after_vowel = pair.split("/")
    last = word.rstrip("”’\"') ")[-1:]
    if "가" <= last <= "힣":
        return after_consonant if (ord(last) - ord("가")) % 28 else after_vowel
    if last.isascii() and last.isdigit():
        return after_consonant if last in "013678" else after_vowel
    return f"{after_consonant}({after_vowel})"


_GRAMMARS: dict[str, English | Korean | Chinese] = {
    "en": English(),
    "ko": Korean(),
    "zh-hant": Chinese(),
}
