"""Services: projects by milestones, people on site. A new customer's large first order is secured;
whoever waits for us past a promise comes first when they ask for a day."""

from __future__ import annotations

from concord.treatment.policy import maker
from concord.treatment.policy.parts import (
    ANY,
    EXPRESSIONS,
    HELD_OR_WATCHED,
    INPUTS,
    VALUES,
    answer,
    ask,
    by_amount,
    held,
    ladder,
    replaced,
    request,
    standing,
    value,
    watched,
)
from concord.treatment.policy.reasons import REASONS
from concord.treatment.policy.tables import CALM, complaint, discounts, engineering, ship_order
from concord.treatment.policy.tables import taken_back as put_right
from concord.treatment.policy.trade_reasons import TRADES
from concord.treatment.policy.written import Policy, Rule

NEW = ['"good"', '"new"']
SECURED = answer("not yet", "accounts", None, "accounts_confirms", "today")
TAKEN = answer("go ahead", "sales", 3, "take_order")
FIRST, BOUGHT = "<= 0", "> 0, null"
PLACE_ORDER = request("place_order", "place order", ["purchases 12 months", "amount"], [
    *held([ANY, ANY], "sales", "take_order", HELD_OR_WATCHED),
    *by_amount([ANY], "sales", "take_order", 5000),
    *(rule for rule in ladder([ANY, ANY], "sales", "take_order", ["named contact", "site visit"],
                              ["named contact"]) if rule.key != "in_turn"),
    Rule("new_ask", [*NEW, "false", FIRST, "null"], ask("amount"), "ask_amount"),
    Rule("new_large", [*NEW, "false", FIRST, "> 20000"], SECURED, "first_order"),
    Rule("new_small", [*NEW, "false", FIRST, "<= 20000"], TAKEN, "in_turn"),
    Rule("new_bought", [*NEW, "false", BOUGHT, ANY], TAKEN, "in_turn"),
    Rule("new_exception", [*NEW, "true", ANY, ANY], TAKEN, "exception"),
    Rule("in_turn", ['"good"', 'not("key", "new")', ANY, ANY, ANY], TAKEN, "in_turn"),
])  # fmt: skip

WE_OWE = answer("go ahead", "scheduling", 1, "take_appointment", "today", ["choice of date"])
APPOINTMENT = request("appointment", "appointment", ["late cases"], [
    *held([ANY], "scheduling", "take_appointment"),
    watched([ANY], "scheduling", "take_appointment"),
    Rule("we_owe", ['"good", "excellent"', ANY, ANY, "> 0"], WE_OWE, "we_owe"),
    *ladder([CALM], "scheduling", "take_appointment", ["choice of date"]),
])  # fmt: skip

SERVICES = Policy(
    "How we treat our customers",
    INPUTS | {"late cases": "number"},
    VALUES,
    EXPRESSIONS,
    replaced(
        maker.TABLES,
        standing(owed=500, days=45, bought=2),
        value(key=60000, growing=15000, new=365),
        PLACE_ORDER,
        ship_order(limit=5000, say="take_milestone", first=["named contact"]),
        engineering("safety_stop"),
        put_right("take_rework", "cancel_talk", "sales", "take_other"),
        complaint("safety_stop"),
        discounts(best=8, pays_on_time=5, key=5, in_turn=0),
        APPOINTMENT,
    ),
    REASONS | TRADES,
)
