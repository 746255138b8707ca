"""A maker of instruments: orders, shipments, parts, calibration. Concord's default policy."""

from __future__ import annotations

from concord.treatment.policy.parts import (
    ANY,
    ANY_OTHER,
    EXCEPTION,
    EXPRESSIONS,
    HELD_OR_WATCHED,
    INPUTS,
    NOT_YES,
    SAFETY,
    SIDE_NOTE,
    VALUES,
    YES,
    answer,
    ask,
    by_amount,
    held,
    ladder,
    request,
    standing,
    to_accounts,
    value,
    watched,
)
from concord.treatment.policy.reasons import REASONS
from concord.treatment.policy.written import Policy, Rule

STANDING = standing(owed=100, days=30, bought=3)
VALUE = value(key=100000, growing=20000, new=180)

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

TABLES = [
    STANDING, VALUE, PLACE_ORDER, SHIP_ORDER, PROPOSAL, ENGINEERING, PART, RETURN, COMPLAINT,
    DISCOUNT, APPOINTMENT, ANY_OTHER, SIDE_NOTE, EXCEPTION,
]  # fmt: skip
MAKER = Policy("How we treat our customers", INPUTS, VALUES, EXPRESSIONS, TABLES, REASONS)
