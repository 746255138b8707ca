"""Writes `default.dmn`, the policy that a company starts with: `python -m …policy.build`.

The tables stand here as a manager would write them on paper; each rule has a stable id
(`place_order.on_hold`) and the reason of `reasons.py`. A company's changes live in its own
versions of the policy, never here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from concord.dmn.analysis.ranking import BETTER, NAMESPACE
from concord.treatment.policy import better
from concord.treatment.policy.reasons import REASONS

PATH = Path(__file__).with_name("default.dmn")
MODEL = "https://www.omg.org/spec/DMN/20230324/MODEL/"
ANY = "-"
# `true` alone would also let an unknown value through: a test that is true holds for any input.
YES = "? = true"
NOT_YES = "false, null"
OTHERS = '"standard", "new", "dormant"'
HELD_OR_WATCHED = '"on hold", "watch"'

INPUTS = {
    "hold set by accounting": "boolean",
    "overdue undisputed": "number",
    "oldest undisputed overdue days": "number",
    "hold elsewhere": "boolean",
    "overdue elsewhere": "number",
    "disputed amount": "number",
    "average days late": "number",
    "revenue 12 months": "number",
    "revenue 12 months before": "number",
    "purchases 12 months": "number",
    "key account": "boolean",
    "customer since": "date",
    "open critical cases": "number",
    "request": "string",
    "exception": "known",  # whether one is in force: there always is an answer
    "amount": "number",
    "percent": "number",
    "safety concern": "boolean",
    "standstill": "boolean",
    "reason": "string",
    "on its way": "boolean",
}
VALUES = {
    "standing": '"on hold", "watch", "good", "excellent"',
    "value": '"key", "growing", "standard", "new", "dormant"',
    "reason": '"wrong item", "damaged", "defective", "not as ordered", "our mistake", '
    '"calibration", "not needed", "change of mind"',
    "act": '"go ahead", "escalate", "not yet", "pass on", "decline", "ask"',
    "urgency": '"at once", "today", "within two days", "in turn"',
    "side note": '"dispute", "none"',
}
OUTPUTS = {
    "act": "string",
    "to": "string",
    "priority": "number",
    "benefits": "strings",
    "say": "string",
    "urgency": "string",
}
TYPES = INPUTS | {
    "standing": "string",
    "value": "string",
    "exception": "boolean",
    "growth": "number",
    "days as customer": "number",
}


@dataclass(frozen=True)
class Rule:
    key: str
    cells: Sequence[str]
    outputs: Sequence[str]
    reason: str


@dataclass(frozen=True)
class Table:
    """A decision of the policy: `id` is stable, `name` is what FEEL and people call it."""

    id: str
    name: str
    hit_policy: str
    columns: Sequence[str]
    outputs: dict[str, str]
    rules: Sequence[Rule]


@dataclass(frozen=True)
class Expression:
    id: str
    name: str
    text: str
    type: str
    needs: Sequence[str]


# What comes out of a request's table.


def answer(
    act: str,
    to: str,
    priority: int | None,
    say: str,
    urgency: str = "in turn",
    benefits: Sequence[str] = (),
) -> list[str]:
    listed = ", ".join(f'"{each}"' for each in benefits)
    return [
        f'"{act}"',
        f'"{to}"' if to else "null",
        "null" if priority is None else str(priority),
        f"[{listed}]",
        f'"{say}"',
        f'"{urgency}"',
    ]


def ask(field: str) -> list[str]:
    return answer("ask", "", None, field)


def to_accounts() -> list[str]:
    return answer("pass on", "accounts", None, "accounts_first", "today")


# The rules that most requests share. `rest` are the cells after standing, value and exception.


def held(rest: Sequence[str], to: str, say: str, lifted: str = '"on hold"') -> list[Rule]:
    """On hold: Accounts first, unless somebody granted an exception, which holds for `lifted`."""
    return [
        Rule("on_hold", ['"on hold"', ANY, "false", *rest], to_accounts(), "accounts_first"),
        Rule("exception", [lifted, ANY, "true", *rest], answer("go ahead", to, 4, say),
             "exception"),
    ]  # fmt: skip


def ladder(
    rest: Sequence[str],
    to: str,
    say: str,
    first: Sequence[str] = (),
    then: Sequence[str] = (),
    exception: str = ANY,
) -> list[Rule]:
    """Who pays is served: the best first (`first` are their benefits), the others in turn."""

    def rule(key: str, standing: str, value: str, outputs: list[str], reason: str) -> Rule:
        return Rule(key, [standing, value, exception, *rest], outputs, reason)

    soon = answer("go ahead", to, 2, say, "within two days")
    growing = answer("go ahead", to, 2, say, "within two days", then)
    rewarded = [rule("pays_on_time", '"excellent"', 'not("key")', soon, "rewarded")]
    if then:
        rewarded = [
            rule("growing", '"excellent"', '"growing"', growing, "rewarded"),
            rule("pays_on_time", '"excellent"', OTHERS, soon, "rewarded"),
        ]
    return [
        rule("best", '"excellent"', '"key"', answer("go ahead", to, 1, say, "today", first),
             "best_first"),
        *rewarded,
        rule("key", '"good"', '"key"', answer("go ahead", to, 2, say, "within two days", then),
             "important"),
        rule("in_turn", '"good"', 'not("key")', answer("go ahead", to, 3, say), "in_turn"),
    ]  # fmt: skip


def watched(rest: Sequence[str], to: str, say: str) -> Rule:
    """Late with a little: served, after those who have paid."""
    served = answer("go ahead", to, 4, say)
    return Rule("watch", ['"watch"', ANY, ANY, *rest], served, "last_in_turn")


def by_amount(rest: Sequence[str], to: str, say: str) -> list[Rule]:
    """Late with a little: the amount decides."""

    def rule(key: str, amount: str, outputs: list[str], reason: str) -> Rule:
        return Rule(key, ['"watch"', ANY, "false", *rest, amount], outputs, reason)

    later = answer("not yet", "accounts", None, "accounts_confirms", "today")
    served = answer("go ahead", to, 4, say)
    return [
        rule("watch_ask", "null", ask("amount"), "ask_amount"),
        rule("watch_large", "> 10000", later, "large"),
        rule("watch_small", "<= 10000", served, "small"),
    ]


def request(key: str, name: str, rest: Sequence[str], rules: Sequence[Rule]) -> Table:
    columns = ("standing", "value", "exception", *rest)
    return Table(key, name, "UNIQUE", columns, OUTPUTS, rules)


STANDING = Table(
    "standing",
    "standing",
    "FIRST",
    (
        "hold set by accounting", "overdue undisputed", "oldest undisputed overdue days",
        "hold elsewhere", "overdue elsewhere", "average days late", "purchases 12 months",
    ),
    {"standing": "string"},
    [
        Rule("hold", [YES, ANY, ANY, ANY, ANY, ANY, ANY], ['"on hold"'], "hold_wins"),
        Rule("hold_unknown", ["null", ANY, ANY, ANY, ANY, ANY, ANY], ['"watch"'], "not_known"),
        Rule("overdue_unknown", [ANY, "null", ANY, ANY, ANY, ANY, ANY], ['"watch"'], "not_known"),
        Rule("days_unknown", [ANY, ANY, "null", ANY, ANY, ANY, ANY], ['"watch"'], "not_known"),
        Rule("overdue", [ANY, "> 100", "> 30", ANY, ANY, ANY, ANY], ['"on hold"'], "overdue"),
        Rule("a_little_overdue", [ANY, "> 0", ANY, ANY, ANY, ANY, ANY], ['"watch"'],
             "a_little_overdue"),
        Rule("hold_elsewhere", [ANY, ANY, ANY, f"{YES}, null", ANY, ANY, ANY], ['"watch"'],
             "elsewhere"),
        Rule("overdue_elsewhere", [ANY, ANY, ANY, ANY, "> 0, null", ANY, ANY], ['"watch"'],
             "elsewhere"),
        Rule("excellent", [ANY, ANY, ANY, ANY, ANY, "<= 0", ">= 3"], ['"excellent"'],
             "pays_on_time"),
        Rule("good", [ANY, ANY, ANY, ANY, ANY, ANY, ANY], ['"good"'], "good"),
    ],
)  # fmt: skip

VALUE = Table(
    "value",
    "value",
    "FIRST",
    ("key account", "revenue 12 months", "growth", "purchases 12 months", "days as customer"),
    {"value": "string"},
    [
        Rule("appointed", [YES, ANY, ANY, ANY, ANY], ['"key"'], "appointed"),
        Rule("key", [ANY, ">= 100000", ANY, ANY, ANY], ['"key"'], "key"),
        Rule("growing", [ANY, ">= 20000", ">= 1.25", ANY, ANY], ['"growing"'], "growing"),
        Rule("purchases_unknown", [ANY, ANY, ANY, "null", ANY], ['"standard"'], "not_known"),
        Rule("new", [ANY, ANY, ANY, ANY, "< 180, null"], ['"new"'], "new"),
        Rule("dormant", [ANY, ANY, ANY, "<= 0", ANY], ['"dormant"'], "dormant"),
        Rule("standard", [ANY, ANY, ANY, ANY, ANY], ['"standard"'], "standard"),
    ],
)

PLACE_ORDER = request("place_order", "place order", ["amount"], [
    *held([ANY], "sales", "take_order", HELD_OR_WATCHED),
    *by_amount([], "sales", "take_order"),
    *ladder([ANY], "sales", "take_order", ["named contact", "reserved stock"], ["named contact"]),
])  # fmt: skip

LEFT_ALONE = answer("go ahead", "shipping", 4, "shipment_continues")
SHIP_ORDER = request("ship_order", "ship order", ["on its way", "amount"], [
    Rule("on_its_way", [HELD_OR_WATCHED, ANY, "false", YES, ANY], LEFT_ALONE, "on_its_way"),
    Rule("on_hold", ['"on hold"', ANY, "false", NOT_YES, ANY], to_accounts(),
         "accounts_first"),
    Rule("exception", [HELD_OR_WATCHED, ANY, "true", ANY, ANY],
         answer("go ahead", "shipping", 4, "take_shipment"), "exception"),
    *by_amount([NOT_YES], "shipping", "take_shipment"),
    *ladder([ANY, ANY], "shipping", "take_shipment", ["same-day shipping"]),
])  # fmt: skip

PROPOSAL = request("proposal", "proposal", [], [
    *held([], "sales", "take_proposal"),
    watched([], "sales", "take_proposal"),
    *ladder([], "sales", "take_proposal", ["named contact", "site visit"], ["named contact"]),
])  # fmt: skip

SAFETY_FIRST = answer("escalate", "engineering", 1, "safety_first", "at once")
SAFETY = [
    Rule("safety", [ANY, ANY, ANY, YES], SAFETY_FIRST, "safety"),
    Rule("ask_safety", [ANY, ANY, ANY, "null"], ask("safety_concern"), "ask_safety"),
]
ENGINEERING = request("engineering_question", "engineering question", ["safety concern"], [
    *SAFETY,
    *held(["false"], "engineering", "take_engineering"),
    watched(["false"], "engineering", "take_engineering"),
    *ladder(["false"], "engineering", "take_engineering", ["named contact"]),
])  # fmt: skip


def standstill(
    key: str, standing: str, value: str, priority: int, benefits: list[str], reason: str
) -> Rule:
    served = answer("go ahead", "support", priority, "take_part", "today", benefits)
    return Rule(key, [standing, value, ANY, YES], served, reason)


PART = request("replacement_part", "replacement part", ["standstill"], [
    *held([ANY], "support", "take_part"),
    watched([ANY], "support", "take_part"),
    Rule("ask_standstill", ['"good", "excellent"', ANY, ANY, "null"], ask("standstill"),
         "ask_standstill"),
    standstill("standstill_best", '"excellent"', '"key"', 1, ["same-day shipping", "loan device"],
               "best_first"),
    standstill("standstill_pays_on_time", '"excellent"', 'not("key")', 1, ["same-day shipping"],
               "rewarded"),
    standstill("standstill", '"good"', ANY, 2, ["same-day shipping"], "standstill"),
    *ladder(["false"], "support", "take_part"),
])  # fmt: skip


def goes_back(key: str, standing: str, value: str, exception: str, reason: str,
              priority: int, urgency: str, benefits: list[str], why: str) -> Rule:  # fmt: skip
    say = "take_service" if reason == SERVICE else "take_return"
    taken = answer("go ahead", "support", priority, say, urgency, benefits)
    return Rule(key, [standing, value, exception, reason], taken, why)


OURS = '"wrong item", "damaged", "defective", "not as ordered", "our mistake"'
MIND, SERVICE = '"not needed", "change of mind"', '"calibration"'
SOON = "within two days"
RETURN = request("goods_return", "goods return", ["reason"], [
    *held([ANY], "support", "take_return"),
    Rule("ask_reason", ['not("on hold")', ANY, ANY, "null"], ask("reason"), "ask_reason"),
    goes_back("ours_best", '"excellent"', '"key"', ANY, OURS, 1, "today",
              ["free return", "reserved stock"], "best_first"),
    goes_back("ours_pays_on_time", '"excellent"', 'not("key")', ANY, OURS, 2, SOON,
              ["free return"], "our_mistake"),
    goes_back("ours", '"good"', ANY, ANY, OURS, 2, SOON, ["free return"], "our_mistake"),
    goes_back("ours_watch", '"watch"', ANY, ANY, OURS, 3, "in turn", ["free return"],
              "our_mistake"),
    goes_back("mind_best", '"excellent"', '"key"', ANY, MIND, 2, SOON, ["free return"],
              "best_first"),
    goes_back("mind_pays_on_time", '"excellent"', 'not("key")', ANY, MIND, 3, "in turn", [],
              "change_of_mind"),
    goes_back("mind", '"good"', ANY, ANY, MIND, 3, "in turn", [], "change_of_mind"),
    Rule("mind_watch", ['"watch"', ANY, "false", MIND],
         answer("decline", "support", None, "return_declined"), "no_favour"),
    goes_back("mind_exception", '"watch"', ANY, "true", MIND, 4, "in turn", [], "exception"),
    goes_back("service_best", '"excellent"', '"key"', ANY, SERVICE, 1, "today", [], "best_first"),
    goes_back("service_pays_on_time", '"excellent"', 'not("key")', ANY, SERVICE, 2, SOON, [],
              "rewarded"),
    goes_back("service", '"good"', ANY, ANY, SERVICE, 3, "in turn", [], "service"),
    goes_back("service_watch", '"watch"', ANY, ANY, SERVICE, 4, "in turn", [], "last_in_turn"),
])  # fmt: skip

CALM = "not(> 0)"
COMPLAINT = request("complaint", "complaint", ["safety concern", "open critical cases"], [
    *(Rule(rule.key, [*rule.cells, ANY], rule.outputs, rule.reason) for rule in SAFETY),
    *held(["false", ANY], "support", "take_complaint"),
    watched(["false", ANY], "support", "take_complaint"),
    Rule("critical", ['"good", "excellent"', '"key"', ANY, "false", "> 0"],
         answer("escalate", "support", 1, "complaint_escalated", "today", ["named contact"]),
         "critical"),
    *(Rule(rule.key, [*rule.cells, CALM if rule.key in ("best", "key") else ANY], rule.outputs,
           rule.reason)
      for rule in ladder(["false"], "support", "take_complaint", ["named contact"])),
])  # fmt: skip


def discount(key: str, standing: str, value: str, limit: int, priority: int) -> list[Rule]:
    urgency = {1: "today", 2: SOON}.get(priority, "in turn")

    def rule(name: str, percent: str, act: str, say: str, reason: str) -> Rule:
        outputs = answer(act, "sales", priority, say, urgency)
        return Rule(name, [standing, value, "false", percent], outputs, reason)

    return [
        rule(key, f"<= {limit}", "go ahead", "take_discount", "discount_within"),
        rule(f"{key}_above", f"> {limit}", "not yet", "discount_to_head", "discount_above"),
    ]


DISCOUNT = request("discount", "discount", ["percent"], [
    Rule("on_hold", ['"on hold"', ANY, "false", ANY], to_accounts(), "accounts_first"),
    Rule("exception", [ANY, ANY, "true", ANY], answer("go ahead", "sales", 3, "take_discount"),
         "exception"),
    Rule("ask_percent", ['not("on hold")', ANY, "false", "null"], ask("percent"), "ask_percent"),
    Rule("watch", ['"watch"', ANY, "false", "not(null)"],
         answer("not yet", "accounts", None, "discount_after_payment", "today"),
         "discount_after"),
    *discount("best", '"excellent"', '"key"', 10, 1),
    *discount("pays_on_time", '"excellent"', 'not("key")', 5, 2),
    *discount("key", '"good"', '"key"', 5, 2),
    *discount("in_turn", '"good"', 'not("key")', 3, 3),
])  # fmt: skip

APPOINTMENT = request("appointment", "appointment", [], [
    *held([], "scheduling", "take_appointment"),
    watched([], "scheduling", "take_appointment"),
    *ladder([], "scheduling", "take_appointment", ["choice of date"]),
])  # fmt: skip

ANY_OTHER = request("any_other", "any other request", [], [
    *held([], "", "take_other"),
    watched([], "", "take_other"),
    *ladder([], "", "take_other", ["named contact"]),
])  # fmt: skip

SIDE_NOTE = Table(
    "side_note", "side note", "FIRST", ("disputed amount",), {"side note": "string"},
    [
        Rule("dispute", ["> 0"], ['"dispute"'], "dispute"),
        Rule("none", [ANY], ['"none"'], "no_dispute"),
    ],
)  # fmt: skip

MONEY = '"place_order", "ship_order", "replacement_part"'
EXCEPTION = Table(
    "exception_by", "who may grant an exception", "FIRST", ("request",), {"granted by": "strings"},
    [
        Rule("price", ['"discount"'], ['["sponsor"]'], "lift_price"),
        Rule("money", [MONEY], ['["sponsor", "officer", "manager of accounts"]'], "lift_money"),
        Rule("other", [ANY], ['["sponsor", "officer"]'], "lift_other"),
    ],
)  # fmt: skip

EXPRESSIONS = [
    Expression(
        "growth", "growth",
        "if revenue 12 months before > 0 then revenue 12 months / revenue 12 months before"
        " else null",
        "number", ["revenue 12 months", "revenue 12 months before"],
    ),
    Expression(
        "days_as_customer", "days as customer",
        'if customer since = null then null else (today() - customer since) / duration("P1D")',
        "number", ["customer since"],
    ),
]  # fmt: skip
TABLES = [
    STANDING, VALUE, PLACE_ORDER, SHIP_ORDER, PROPOSAL, ENGINEERING, PART, RETURN, COMPLAINT,
    DISCOUNT, APPOINTMENT, ANY_OTHER, SIDE_NOTE, EXCEPTION,
]  # fmt: skip


def build() -> str:
    """The default policy as DMN 1.5 XML."""
    ET.register_namespace("", MODEL)
    ET.register_namespace("concord", NAMESPACE)
    root = ET.Element(f"{{{MODEL}}}definitions", {
        "id": "policy", "name": "How we treat our customers",
        "namespace": "https://concord.example/policy",
    })  # fmt: skip
    strings = _add(root, "itemDefinition", id="strings", name="strings", isCollection="true")
    _add(strings, "typeRef", "string")
    known = _add(root, "itemDefinition", id="known", name="known")
    _add(known, "typeRef", "boolean")
    _add(_add(known, "typeConstraint"), "text", "not(null)")
    for name, type_ in INPUTS.items():
        item = _add(root, "inputData", id=_id(name), name=name)
        _ranked(item, better.FACTS.get(name))
        _add(item, "variable", name=name, typeRef=type_)
    for expression in EXPRESSIONS:
        _expression(root, expression)
    for table in TABLES:
        _table(root, table)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _expression(root: ET.Element, said: Expression) -> None:
    decision = _add(root, "decision", id=said.id, name=said.name)
    _ranked(decision, better.FACTS.get(said.name))
    _add(decision, "variable", name=said.name, typeRef=said.type)
    _needs(decision, said.needs)
    literal = _add(decision, "literalExpression", typeRef=said.type)
    _add(literal, "text", said.text)


def _table(root: ET.Element, table: Table) -> None:
    decision = _add(root, "decision", id=table.id, name=table.name)
    _ranked(decision, better.FACTS.get(table.name))
    _add(decision, "variable", name=table.name)
    _needs(decision, table.columns)
    body = _add(decision, "decisionTable", id=f"{table.id}.table", hitPolicy=table.hit_policy)
    for column in table.columns:
        entry = _add(body, "input", id=f"{table.id}.{_id(column)}.in", label=column)
        expression = _add(entry, "inputExpression", typeRef=TYPES[column])
        _add(expression, "text", column)
        if column in VALUES:
            _add(_add(entry, "inputValues"), "text", VALUES[column])
    for name, type_ in table.outputs.items():
        output = _add(body, "output", id=f"{table.id}.{_id(name)}.out", name=name, typeRef=type_)
        _ranked(output, better.TREATMENT.get(name))
        if name in VALUES:
            _add(_add(output, "outputValues"), "text", _given(table, name))
    for language in ("en", "ko", "zh-hant"):
        _add(body, "annotation", name=language)
    for rule in table.rules:
        _rule(body, table, rule)


def _given(table: Table, output: str) -> str:
    """Of the values of an output those that this table gives: a promise that is checked."""
    at = list(table.outputs).index(output)
    given = {rule.outputs[at] for rule in table.rules}
    return ", ".join(value for value in VALUES[output].split(", ") if value in given)


def _ranked(element: ET.Element, order: str | None) -> None:
    if order:
        element.set(BETTER, order)


def _rule(body: ET.Element, table: Table, rule: Rule) -> None:
    if len(rule.cells) != len(table.columns) or len(rule.outputs) != len(table.outputs):
        raise ValueError(f"{table.id}.{rule.key} has not one cell a column")
    row = _add(body, "rule", id=f"{table.id}.{rule.key}")
    for cell in rule.cells:
        _add(_add(row, "inputEntry"), "text", cell)
    for cell in rule.outputs:
        _add(_add(row, "outputEntry"), "text", cell)
    for reason in REASONS[rule.reason]:
        _add(_add(row, "annotationEntry"), "text", reason)


def _needs(decision: ET.Element, names: Sequence[str]) -> None:
    for name in names:
        requirement = _add(decision, "informationRequirement")
        kind = "requiredInput" if name in INPUTS else "requiredDecision"
        _add(requirement, kind, href=f"#{_id(name)}")


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{MODEL}}}{tag}", attributes)
    element.text = text
    return element


def _id(name: str) -> str:
    return name.replace(" ", "_")


if __name__ == "__main__":
    PATH.write_text(build(), encoding="utf-8")
