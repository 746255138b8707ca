"""A maker of instruments: orders, shipments, parts, calibration. Concord's default policy."""

from __future__ import annotations

from concord.treatment.policy.parts import (
    ANY,
    ANY_OTHER,
    EXCEPTION,
    EXPRESSIONS,
    INPUTS,
    SIDE_NOTE,
    VALUES,
    YES,
    answer,
    ask,
    held,
    ladder,
    request,
    standing,
    value,
    watched,
)
from concord.treatment.policy.reasons import REASONS
from concord.treatment.policy.tables import (
    MIND,
    OURS,
    SERVICE,
    SOON,
    complaint,
    discounts,
    engineering,
    place_order,
    ship_order,
)
from concord.treatment.policy.written import Policy, Rule

STANDING = standing(owed=100, days=30, bought=3)
VALUE = value(key=100000, growing=20000, new=180)
PLACE_ORDER = place_order(limit=10000)
SHIP_ORDER = ship_order(limit=10000)
PROPOSAL = request("proposal", "proposal", [], [
    *held([], "sales", "take_proposal"),
    watched([], "sales", "take_proposal"),
    *ladder([], "sales", "take_proposal", ["named contact", "site visit"], ["named contact"]),
])  # fmt: skip

ENGINEERING = engineering()


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

COMPLAINT = complaint()
DISCOUNT = discounts(best=10, pays_on_time=5, key=5, in_turn=3)

APPOINTMENT = request("appointment", "appointment", [], [
    *held([], "scheduling", "take_appointment"),
    watched([], "scheduling", "take_appointment"),
    *ladder([], "scheduling", "take_appointment", ["choice of date"]),
])  # fmt: skip

TABLES = [
    STANDING, VALUE, PLACE_ORDER, SHIP_ORDER, PROPOSAL, ENGINEERING, PART, RETURN, COMPLAINT,
    DISCOUNT, APPOINTMENT, ANY_OTHER, SIDE_NOTE, EXCEPTION,
]  # fmt: skip
MAKER = Policy("How we treat our customers", INPUTS, VALUES, EXPRESSIONS, TABLES, REASONS)
