"""The policy as plain sentences in the reader's language, and the thresholds that can be moved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Final

from django.utils.translation import gettext as _

from concord import dmn
from concord.dmn.columns import is_timeless
from concord.dmn.model import DecisionTable, InputClause, Model, Rule
from concord.facts.own import all_facts
from concord.facts.say import say_value
from concord.kernel.errors import Problem
from concord.kernel.models import Company, Department
from concord.kernel.words import Words, say
from concord.treatment import own_words, requests, sentences, words
from concord.treatment.grid import comparisons, conditions
from concord.treatment.models import PolicyInForce
from concord.treatment.present import ELSEWHERE_WORDS
from concord.treatment.sentences import words as w
from concord.treatment.tried import NUMBER
from concord.ui import formats

COLUMNS: Final = {
    "standing": w("standing", "신용 상태", "信用狀況"),
    "value": w("kind of customer", "고객 유형", "客戶類型"),
    "exception": w("exception", "예외", "例外"),
    "request": w("request", "요청", "請求"),
    "growth": w("revenue against the year before", "전년 대비 매출", "與前一年相比的營收"),
    "days as customer": w("days as a customer", "거래 기간(일)", "成為客戶天數"),
    "on its way": w("on its way", "배송 중", "已在途中"),
    "credit left": w("credit left", "남은 여신 한도", "剩餘信用額度"),
    "support level": w("support level", "지원 등급", "支援等級"),
}
YES: Final = {
    "hold set by accounting": w(
        "accounts has set a hold", "회계팀이 거래를 보류함", "會計已設定暫停往來"
    ),
    "hold elsewhere": w(
        "another business unit has a hold",
        "다른 사업부에 거래 보류가 있음",
        "其他事業單位有暫停往來",
    ),
    "exception": w("an exception was granted", "예외가 승인됨", "已核准例外"),
    "key account": w("a key account by name", "지정된 핵심 고객", "指定的重要客戶"),
    "safety concern": w("somebody could get hurt", "사람이 다칠 위험이 있음", "可能有人受傷"),
    "standstill": w("their work stands still", "고객의 작업이 멈춤", "客戶作業停擺"),
    "on its way": w("the goods are on their way", "제품이 배송 중임", "貨品已在途中"),
}
NO: Final = {
    "exception": w("no exception was granted", "승인된 예외 없음", "沒有例外"),
    "safety concern": w("nobody could get hurt", "다칠 위험이 없음", "不會有人受傷"),
    "standstill": w("their work goes on", "고객의 작업이 진행됨", "客戶作業照常"),
    "on its way": w("the goods are still here", "제품이 아직 출하되지 않음", "貨品尚未出貨"),
}
STANDING_IS: Final = {
    "on hold": w("the customer is on hold", "거래가 보류된 고객", "客戶已暫停往來"),
    "watch": w("the customer is to be watched", "주의가 필요한 고객", "客戶需留意"),
    "good": w("the customer is in good standing", "신용이 양호한 고객", "客戶信用良好"),
    "excellent": w("the customer always pays", "항상 제때 지급하는 고객", "客戶一向準時付款"),
}
VALUE_IS: Final = {
    "key": w("it is a key customer", "핵심 고객", "為重要客戶"),
    "growing": w("they are growing", "성장 고객", "為成長中的客戶"),
    "standard": w("it is a standard customer", "일반 고객", "為一般客戶"),
    "new": w("they are new", "신규 고객", "為新客戶"),
    "dormant": w("they are dormant", "휴면 고객", "為沉寂客戶"),
}
LEVELS: Final = {
    "premium": w("highest", "최상위", "最高"),
    "standard": w("standard", "일반", "一般"),
    "none": w("none", "없음", "無"),
}
IS_NOT: Final = {
    "key": w("it is not a key customer", "핵심 고객이 아님", "並非重要客戶"),
    "on hold": w("the customer is not on hold", "거래가 보류되지 않은 고객", "客戶未暫停往來"),
}
# Tables that are no request's.
TITLED: Final = frozenset(
    {requests.ANY_OTHER, "standing", "value", "side_note", "exception_by", "support_level"}
)
NOT_SAID: Final = frozenset({"amount", "percent", "safety concern", "standstill", "reason"})
COMPARED: Final = re.compile(r"(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)$")
QUOTED: Final = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class PlainRule:
    """A rule in words. `condition` is empty for the rule that takes all the rest; `changed` says
    who gave it its present limits, and why."""

    id: str
    condition: str
    outcome: str
    tone: str
    reason: str
    changed: PolicyInForce | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of a column, wherever it stands in the table: moved everywhere at once, since
    "above 10,000" and "up to 10,000" are one limit."""

    table: str
    column: str
    number: str
    title: str
    shown: str
    rules: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.table}:{self.column}:{self.number}"


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the policy on the page."""

    id: str
    title: str
    intro: str
    rules: tuple[PlainRule, ...]
    thresholds: tuple[Threshold, ...]


class Reader:
    """Puts a model into the words of one language; departments and currency are read once."""

    def __init__(
        self, model: Model, language: str, changes: Mapping[str, PolicyInForce] | None = None
    ) -> None:
        self.model = model
        self.language = language
        self.changes = changes or {}
        self.words = own_words.of(model)
        self.currency = Company.load().currency
        self.departments = {row.key: row.words for row in Department.objects.all()}

    @cached_property
    def _own(self) -> list[requests.RequestKind]:
        """A company's own requests; asked for only where the model names what is not ours."""
        built_in = {kind.key for kind in requests.BUILT_IN}
        return [kind for kind in requests.all_kinds() if kind.key not in built_in]

    def _kind(self, table: str) -> requests.RequestKind | None:
        found = next((each for each in requests.BUILT_IN if each.table == table), None)
        return found or next((each for each in self._own if each.table == table), None)

    def _field(self, key: str) -> requests.RequestField | None:
        fields = (field for kind in self._own for field in kind.fields)
        return FIELDS.get(key) or next((each for each in fields if each.key == key), None)

    def sections(self) -> list[Section]:
        """Requests first, since they are what people come for; what they rest on after them."""
        tables = {decision.id: decision.name for decision in self.model.decisions}
        known = [requests.ANY_OTHER, "standing", "value", "side_note", "exception_by"]
        wanted = [kind.table for kind in requests.BUILT_IN]
        others = [key for key, name in tables.items()
                  if name in self.model.tables and key not in (*wanted, *known)]  # fmt: skip
        own = [key for key in others if self._kind(key)]
        wanted += [*own, *known, *others]
        found = [key for key in dict.fromkeys(wanted) if tables.get(key) in self.model.tables]
        return [self.section(key, tables[key]) for key in found]

    def section(self, key: str, name: str) -> Section:
        table = self.model.tables[name]
        title, intro = self.title(key)
        rules = tuple(self.rule(table, rule) for rule in table.rules)
        return Section(key, title, intro, rules, tuple(self.thresholds(key, table)))

    def title(self, key: str) -> tuple[str, str]:
        if key not in TITLED and (kind := self._kind(key)):
            return say(kind.words, self.language), ""
        return {
            requests.ANY_OTHER: (_("Any other request"), ""),
            "standing": (_("Who is in which standing"), _("The first rule that fits counts.")),
            "value": (_("Which kind of customer"), _("The first rule that fits counts.")),
            "side_note": (_("What else to mind"), ""),
            "exception_by": (_("Who may grant an exception"), ""),
            "support_level": (_("Which level of support"), _("The first rule that fits counts.")),
        }.get(key, (self._named(key), ""))

    def _named(self, key: str) -> str:
        """A table of a company's own, as its decision is called."""
        name = next(each.name for each in self.model.decisions if each.id == key)
        return name[:1].upper() + name[1:]

    def rule(self, table: DecisionTable, rule: Rule) -> PlainRule:
        conditions = [
            self.condition(column, cell.strip())
            for column, cell in zip(table.inputs, rule.inputs, strict=True)
            if cell.strip() not in ("", "-")
        ]
        outputs = {
            output.name: _given(cell)
            for output, cell in zip(table.outputs, rule.outputs, strict=True)
        }
        reasons = dict(zip(table.annotations, rule.annotations, strict=False))
        outcome, tone = self.outcome(outputs)
        joined = _(" and ").join(conditions)
        condition = _("If %(conditions)s") % {"conditions": joined} if joined else ""
        reason = say(reasons, self.language)
        return PlainRule(rule.id, condition, outcome, tone, reason, self.changes.get(rule.id))

    def condition(self, column: InputClause, cell: str) -> str:
        name = column.expression
        if cell.startswith("not(") and cell.endswith(")"):
            inner = cell[4:-1].strip()
            if denied := IS_NOT.get(inner.strip('"')):
                return say(denied, self.language)
            if inner == "null":
                return _("%(name)s is known") % {"name": self.column(name)}
            return _("not: %(what)s") % {"what": self.condition(column, inner)}
        parts = [self.test(name, each.strip()) for each in _split(cell)]
        quoted = all(QUOTED.fullmatch(each.strip()) for each in _split(cell))
        if quoted and name not in ("standing", "value"):
            return words.labelled(self.column(name), _(" or ").join(parts))
        return _(" or ").join(parts)

    def test(self, name: str, cell: str) -> str:
        text = cell.removeprefix("? = ")
        if quoted := QUOTED.fullmatch(text):
            return self.value(name, quoted[1])
        if text in ("true", "false"):
            said = (YES if text == "true" else NO).get(name)
            answer = _("yes") if text == "true" else _("no")
            return say(said, self.language) if said else words.labelled(self.column(name), answer)
        if text == "null":
            asked = name in NOT_SAID
            unknown = _("%(name)s was not said") if asked else _("%(name)s is not known")
            return unknown % {"name": self.column(name)}
        if compared := COMPARED.fullmatch(text):
            pattern = {
                ">": _("%(name)s above %(number)s"),
                ">=": _("%(name)s from %(number)s on"),
                "<": _("%(name)s below %(number)s"),
                "<=": _("%(name)s up to %(number)s"),
            }[compared[1]]
            return pattern % {"name": self.column(name), "number": self.number(name, compared[2])}
        form = conditions.read(text)
        if form["kind"] == "range" and len(form["parts"]) == 1:
            limits = comparisons.part(form["parts"][0], lambda text: self.number(name, text))
            return f"{self.column(name)} {limits}"
        return f"{self.column(name)} {cell}"  # a cell of another tool, shown as it stands

    def column(self, name: str) -> str:
        key = name.replace(" ", "_")
        found = COLUMNS.get(name) or ELSEWHERE_WORDS.get(key)
        if found is None and key in all_facts():
            found = all_facts()[key].words
        field = None if found else self._field(key)
        said = say(found or (field.words if field else {"en": name}), self.language)
        return said[:1].lower() + said[1:] if self.language == "en" else said

    def value(self, column: str, value: str) -> str:
        phrase = {"standing": STANDING_IS, "value": VALUE_IS}.get(column, {}).get(value)
        if phrase:
            return say(phrase, self.language)
        if column == "support level" and value in LEVELS:
            return say(LEVELS[value], self.language)
        if column == "request":
            kind = self._kind(value)
            return say(kind.words, self.language) if kind else value
        if column in COLUMNS or column == "act":
            return value
        field = self._field(column.replace(" ", "_"))
        choices = field.choices if field else None
        return say(choices[value], self.language) if choices and value in choices else value

    def number(self, column: str, text: str) -> str:
        key = column.replace(" ", "_")
        fact = all_facts().get({"overdue_elsewhere": "overdue_undisputed"}.get(key, key))
        if (fact and fact.is_money) or column == "amount":
            return formats.money(Decimal(text), self.currency)
        return say_value(fact, Decimal(text)) if fact and fact.shown == "days" else text

    def outcome(self, said: dict[str, object]) -> tuple[str, str]:
        if None in [said[each] for each in ("act", "say", "urgency") if each in said]:
            return _("nobody has said yet what we do"), "none"
        if "act" not in said:
            return self.other(said), "none"
        if said["act"] == "ask":
            field = self._field(str(said["say"]))
            asks: Words = field.asks if field else {"en": str(said["say"])}
            return _("ask first: %(question)s") % {"question": say(asks, self.language)}, "none"
        act = str(said["act"]).replace(" ", "_")
        parts = []
        if said["to"]:
            parts.append(say(self.departments.get(str(said["to"]), {"en": str(said["to"])})))
        urgency = str(said["urgency"])
        parts.append(say(sentences.URGENCIES.get(urgency, {"en": urgency}), self.language))
        if said["priority"] is not None:
            parts.append(_("priority %(number)s") % {"number": said["priority"]})
        listed = said["benefits"] if isinstance(said["benefits"], list) else []
        parts += [say(self.words.called(str(each)), self.language) for each in listed]
        parts += self.results(said)
        tone = {"go_ahead": "go", "escalate": "first", "not_yet": "route"}.get(act, "stop")
        return words.labelled(words.act_words(act), words.listed(parts)), tone

    def results(self, said: dict[str, object]) -> Iterator[str]:
        """What a rule gives in columns of the company's own; nothing is not told."""
        for name, value in said.items():
            if name not in own_words.OUTPUTS and value is not None:
                column = self.words.result(name)
                text = {"True": _("yes"), "False": _("no")}.get(str(value), str(value))
                shown = say(column.choices.get(str(value), {"en": text}), self.language)
                yield words.labelled(say(column.called, self.language), shown)

    def other(self, said: dict[str, object]) -> str:
        if None in said.values():
            return _("nobody has said yet what this is")
        if "standing" in said:
            return str(words.STANDINGS.get(str(said["standing"]), said["standing"]))
        if "value" in said:
            return str(words.VALUES.get(str(said["value"]), said["value"]))
        if "side note" in said:
            dispute = said["side note"] == "dispute"
            return _("its owner looks after it, nobody asks for it") if dispute else _("nothing")
        if "granted by" in said:
            named = said["granted by"]
            listed = named if isinstance(named, list) else []
            return words.listed(self.who(str(each)) for each in listed) or "–"
        return words.listed(self.value(name, str(each)) for name, each in said.items())

    def who(self, named: str) -> str:
        role, _of, department = named.partition(" of ")
        roles = {
            "sponsor": _("the sponsor"),
            "officer": _("the customer officer"),
            "manager": _("the manager"),
        }
        said = roles.get(role, role)
        if not department:
            return said
        called = say(self.departments.get(department, {"en": department}), self.language)
        return _("%(role)s (%(department)s)") % {"role": said, "department": called}

    def rules_with(self, limit: Threshold) -> list[PlainRule]:
        """The rules in which a limit stands."""
        table = self._table(limit)
        return [self.rule(table, rule) for rule in table.rules if rule.id in limit.rules]

    def shown(self, limit: Threshold, number: str) -> str:
        """The limit at another number, as a person reads it. Raises `Problem` for no number."""
        column = next(each for each in self._table(limit).inputs if each.id == limit.column)
        return self.number(column.expression, _number(number))

    def _table(self, limit: Threshold) -> DecisionTable:
        names = {decision.id: decision.name for decision in self.model.decisions}
        return self.model.tables[names[limit.table]]

    def thresholds(self, key: str, table: DecisionTable) -> Iterator[Threshold]:
        for at, column in enumerate(table.inputs):
            found: dict[str, list[str]] = {}
            for rule in table.rules:
                for number in dict.fromkeys(NUMBER.findall(rule.inputs[at])):
                    found.setdefault(number, []).append(rule.id)
            for number, rules in found.items():
                title, shown = (
                    self.column(column.expression).capitalize(),
                    self.number(column.expression, number),
                )
                yield Threshold(key, column.id, number, title, shown, tuple(rules))


FIELDS: Final = {field.key: field for kind in requests.BUILT_IN for field in kind.fields}


def find_threshold(sections: Sequence[Section], key: str) -> Threshold:
    """Raises `Problem` where no number of the policy has that key."""
    for section in sections:
        for threshold in section.thresholds:
            if threshold.key == key:
                return threshold
    raise Problem(
        _("This limit is no part of our promise any more."),
        place="limit",
        mend=_("Open “Our promise” again and choose it there."),
    )


def move(model: Model, threshold: Threshold, text: str) -> Model:
    """The model with the threshold at another number, everywhere in its table at once.

    Raises `Problem` for what is no number.
    """
    number = _number(text)
    names = {decision.id: decision.name for decision in model.decisions}
    changed = model
    for rule_id in threshold.rules:
        table = changed.tables[names[threshold.table]]
        at = next(i for i, column in enumerate(table.inputs) if column.id == threshold.column)
        rule = next(each for each in table.rules if each.id == rule_id)
        cell = NUMBER.sub(
            lambda found: number if found[0] == threshold.number else found[0], rule.inputs[at]
        )
        changed = changed.with_cell(table.id, rule_id, threshold.column, cell)
    return changed


def _number(text: str) -> str:
    requests.refuse_two_ways(text, "number")
    try:
        value = Decimal(text.replace(" ", "").replace(",", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > Decimal("1e12"):
        raise Problem(
            _("“%(text)s” is no number.") % {"text": text[:40]},
            place="number",
            mend=_("Write a number such as 12500 or 1.25."),
        )
    if value < 0:
        raise Problem(
            _("A limit cannot be below zero."),
            place="number",
            mend=_("Write a number such as 12500 or 1.25."),
        )
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _given(cell: str) -> object:
    """A rule's result: null for one that is still open, the text of one that computes."""
    if cell.strip() in ("", "-"):
        return None
    try:
        parsed = dmn.parse(cell)
    except dmn.FeelSyntaxError:
        return cell
    return parsed.evaluate() if is_timeless(parsed.tree) else cell


def _split(cell: str) -> list[str]:
    """The tests of a cell: commas outside of quotes."""
    return re.split(r',\s*(?=(?:[^"]*"[^"]*")*[^"]*$)', cell)
