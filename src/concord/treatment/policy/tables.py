"""Tables of requests that several trades have, with what differs between them as parameters."""

from __future__ import annotations

from collections.abc import Sequence

from concord.treatment.policy.parts import (
    ANY,
    HELD_OR_WATCHED,
    NOT_YES,
    YES,
    answer,
    ask,
    by_amount,
    held,
    ladder,
    request,
    safety,
    to_accounts,
    watched,
)
from concord.treatment.policy.written import Rule, Table

SOON = "within two days"
CALM = "not(> 0)"
OURS = '"wrong item", "damaged", "defective", "not as ordered", "our mistake"'
MIND, SERVICE = '"not needed", "change of mind"', '"calibration"'


def place_order(
    limit: int, say: str = "take_order", first: Sequence[str] = ("named contact", "reserved stock")
) -> Table:
    """Who pays late with a little is served up to `limit`."""
    return request("place_order", "place order", ["amount"], [
        *held([ANY], "sales", say, HELD_OR_WATCHED),
        *by_amount([], "sales", say, limit),
        *ladder([ANY], "sales", say, first, ["named contact"]),
    ])  # fmt: skip


def ship_order(
    limit: int, say: str = "take_shipment", first: Sequence[str] = ("same-day shipping",)
) -> Table:
    """What is on its way goes on; for a little that is late, up to `limit`."""
    alone = answer("go ahead", "shipping", 4, "shipment_continues")
    return request("ship_order", "ship order", ["on its way", "amount"], [
        Rule("on_its_way", [HELD_OR_WATCHED, ANY, "false", YES, ANY], alone, "on_its_way"),
        Rule("on_hold", ['"on hold"', ANY, "false", NOT_YES, ANY], to_accounts(),
             "accounts_first"),
        Rule("exception", [HELD_OR_WATCHED, ANY, "true", ANY, ANY],
             answer("go ahead", "shipping", 4, say), "exception"),
        *by_amount([NOT_YES], "shipping", say, limit),
        *ladder([ANY, ANY], "shipping", say, first),
    ])  # fmt: skip


def engineering(say: str = "safety_first") -> Table:
    return request("engineering_question", "engineering question", ["safety concern"], [
        *safety(say),
        *held(["false"], "engineering", "take_engineering"),
        watched(["false"], "engineering", "take_engineering"),
        *ladder(["false"], "engineering", "take_engineering", ["named contact"]),
    ])  # fmt: skip


def complaint(say: str = "safety_first") -> Table:
    """A key customer with a critical case open speaks with somebody who can decide."""
    rungs = ladder(["false"], "support", "take_complaint", ["named contact"])
    critical = answer("escalate", "support", 1, "complaint_escalated", "today", ["named contact"])
    return request("complaint", "complaint", ["safety concern", "open critical cases"], [
        *(Rule(rule.key, [*rule.cells, ANY], rule.outputs, rule.reason) for rule in safety(say)),
        *held(["false", ANY], "support", "take_complaint"),
        watched(["false", ANY], "support", "take_complaint"),
        Rule("critical", ['"good", "excellent"', '"key"', ANY, "false", "> 0"], critical,
             "critical"),
        *(Rule(rule.key, [*rule.cells, CALM if rule.key in ("best", "key") else ANY],
               rule.outputs, rule.reason)
          for rule in rungs),
    ])  # fmt: skip


def discounts(best: int, pays_on_time: int, key: int, in_turn: int) -> Table:
    """Up to how many percent sales may go by itself."""
    return request("discount", "discount", ["percent"], [
        Rule("on_hold", ['"on hold"', ANY, "false", ANY], to_accounts(), "accounts_first"),
        Rule("exception", [ANY, ANY, "true", ANY], answer("go ahead", "sales", 3, "take_discount"),
             "exception"),
        Rule("ask_percent", ['not("on hold")', ANY, "false", "null"], ask("percent"),
             "ask_percent"),
        Rule("watch", ['"watch"', ANY, "false", "not(null)"],
             answer("not yet", "accounts", None, "discount_after_payment", "today"),
             "discount_after"),
        *_discount("best", '"excellent"', '"key"', best, 1),
        *_discount("pays_on_time", '"excellent"', 'not("key")', pays_on_time, 2),
        *_discount("key", '"good"', '"key"', key, 2),
        *_discount("in_turn", '"good"', 'not("key")', in_turn, 3),
    ])  # fmt: skip


def _discount(key: str, standing: str, value: str, limit: int, priority: int) -> list[Rule]:
    urgency = {1: "today", 2: SOON}.get(priority, "in turn")

    def rule(name: str, percent: str, act: str, say: str, reason: str) -> Rule:
        outputs = answer(act, "sales", priority, say, urgency)
        return Rule(name, [standing, value, "false", percent], outputs, reason)

    return [
        rule(key, f"<= {limit}", "go ahead", "take_discount", "discount_within"),
        rule(f"{key}_above", f"> {limit}", "not yet", "discount_to_head", "discount_above"),
    ]


def taken_back(ours: str, mind: str, to: str, service: str) -> Table:
    """What is no parcel: a mistake of ours is put right (`ours` says so), who changed their mind is
    talked to by the department `to` (`mind`), the rest is `service`."""

    who = {OURS: "support", MIND: to, SERVICE: "support"}
    say = {OURS: ours, MIND: mind, SERVICE: service}

    def rule(key: str, grade: str, reason: str, priority: int, urgency: str, why: str) -> Rule:
        served = answer("go ahead", who[reason], priority, say[reason], urgency)
        return Rule(key, [f'"{grade}"', ANY, ANY, reason], served, why)

    def lifted(key: str, reason: str) -> Rule:
        served = answer("go ahead", who[reason], 4, say[reason])
        return Rule(key, ['"on hold"', ANY, "true", reason], served, "exception")

    on_hold, _exception = held([ANY], "support", ours)
    return request("goods_return", "goods return", ["reason"], [
        on_hold,
        Rule("exception_ask", ['"on hold"', ANY, "true", "null"], ask("reason"), "ask_reason"),
        lifted("exception_ours", OURS),
        lifted("exception_mind", MIND),
        lifted("exception_service", SERVICE),
        Rule("ask_reason", ['not("on hold")', ANY, ANY, "null"], ask("reason"), "ask_reason"),
        rule("ours_best", "excellent", OURS, 1, "today", "our_mistake"),
        rule("ours", "good", OURS, 2, SOON, "our_mistake"),
        rule("ours_watch", "watch", OURS, 3, "in turn", "our_mistake"),
        rule("mind_best", "excellent", MIND, 2, SOON, "cancelling"),
        rule("mind", "good", MIND, 3, "in turn", "cancelling"),
        rule("mind_watch", "watch", MIND, 4, "in turn", "cancelling"),
        rule("service_best", "excellent", SERVICE, 2, SOON, "rewarded"),
        rule("service", "good", SERVICE, 3, "in turn", "service"),
        rule("service_watch", "watch", SERVICE, 4, "in turn", "last_in_turn"),
    ])  # fmt: skip
