"""Software: subscriptions and support levels. Who has a contract with support is answered by its
level, whatever else they buy; an outage comes before a question."""

from __future__ import annotations

from concord.treatment.policy import maker
from concord.treatment.policy.parts import (
    ANY,
    EXPRESSIONS,
    INPUTS,
    VALUES,
    YES,
    answer,
    ask,
    held,
    replaced,
    request,
    standing,
    value,
    watched,
)
from concord.treatment.policy.reasons import REASONS
from concord.treatment.policy.tables import SOON, complaint, discounts, place_order, ship_order
from concord.treatment.policy.tables import taken_back as given_up
from concord.treatment.policy.trade_reasons import TRADES
from concord.treatment.policy.written import Policy, Rule, Table

LEVEL = Table(
    "support_level",
    "support level",
    "FIRST",
    ("contracts in force", "value"),
    {"support level": "string"},
    [
        Rule("unknown", ["null", ANY], ['"standard"'], "not_known"),
        Rule("premium", [">= 1", '"key"'], ['"premium"'], "level_premium"),
        Rule("standard", [">= 1", ANY], ['"standard"'], "level_standard"),
        Rule("none", [ANY, ANY], ['"none"'], "level_none"),
    ],
)
SERVED = '"good", "excellent"'


def by_level(key: str, level: str, rest: list[str], to: str, say: str, priority: int,
             urgency: str, why: str) -> Rule:  # fmt: skip
    benefits = ["direct line"] if level == "premium" else []
    served = answer("go ahead", to, priority, say, urgency, benefits)
    return Rule(key, [SERVED, ANY, ANY, *rest, f'"{level}"'], served, why)


QUESTION = ("engineering", "take_engineering")
ENGINEERING = request("engineering_question", "engineering question", ["support level"], [
    *held([ANY], *QUESTION),
    watched([ANY], *QUESTION),
    by_level("premium", "premium", [], *QUESTION, 1, "today", "level_first"),
    by_level("standard", "standard", [], *QUESTION, 2, SOON, "level_then"),
    by_level("in_turn", "none", [], *QUESTION, 3, "in turn", "in_turn"),
])  # fmt: skip

OUTAGE = ("support", "take_incident")
PART = request("replacement_part", "replacement part", ["standstill", "support level"], [
    *held([ANY, ANY], *OUTAGE),
    watched([ANY, ANY], *OUTAGE),
    Rule("ask_standstill", [SERVED, ANY, ANY, "null", ANY], ask("standstill"), "ask_standstill"),
    by_level("down_premium", "premium", [YES], *OUTAGE, 1, "at once", "level_first"),
    by_level("down_standard", "standard", [YES], *OUTAGE, 1, "today", "outage"),
    by_level("down", "none", [YES], *OUTAGE, 2, "today", "outage"),
    by_level("premium", "premium", ["false"], *OUTAGE, 2, "today", "level_first"),
    by_level("standard", "standard", ["false"], *OUTAGE, 2, SOON, "level_then"),
    by_level("in_turn", "none", ["false"], *OUTAGE, 3, "in turn", "in_turn"),
])  # fmt: skip

SOFTWARE = Policy(
    "How we treat our customers",
    INPUTS | {"contracts in force": "number"},
    VALUES | {"support level": '"premium", "standard", "none"'},
    EXPRESSIONS,
    replaced(
        maker.TABLES,
        standing(owed=50, days=45, bought=1),
        value(key=60000, growing=10000, new=90),
        place_order(limit=1000, say="take_subscription", first=["named contact"]),
        ship_order(limit=1000, say="take_activation", first=[]),
        ENGINEERING,
        PART,
        given_up("take_refund", "cancel_talk", "sales", "take_incident"),
        complaint("security_first"),
        discounts(best=20, pays_on_time=10, key=10, in_turn=5),
        LEVEL,
    ),
    REASONS | TRADES,
)
