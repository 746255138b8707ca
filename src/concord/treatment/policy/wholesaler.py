"""A wholesaler: thin margins and short terms, so what is ordered and what is open decide together;
goods come back often, and whose come back too often has used up the favour."""

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
)
from concord.treatment.policy.reasons import REASONS
from concord.treatment.policy.tables import MIND, discounts, ship_order
from concord.treatment.policy.trade_reasons import TRADES
from concord.treatment.policy.written import Expression, Policy, Rule

CREDIT = Expression(
    "credit_left",
    "credit left",
    "if credit limit = null or outstanding balance = null then null"
    " else credit limit - outstanding balance",
    "number",
    ["credit limit", "outstanding balance"],
)
OVER_LIMIT = Rule("over_limit", [*[ANY] * 7, "< 0"], ['"watch"'], "over_limit")
STANDING = standing(owed=250, days=14, bought=6, columns=["credit left"], rules=[OVER_LIMIT])

# Who is in good standing and not a key customer: a large order waits for accounts.
GOOD = ['"good"', 'not("key")']
CHECKED = answer("not yet", "accounts", None, "accounts_confirms", "today")
TAKEN = answer("go ahead", "sales", 3, "take_order")
PLACE_ORDER = request("place_order", "place order", ["amount"], [
    *held([ANY], "sales", "take_order", HELD_OR_WATCHED),
    *by_amount([], "sales", "take_order", 2500),
    *(rule for rule in ladder([ANY], "sales", "take_order", ["named contact", "reserved stock"],
                              ["reserved stock"]) if rule.key != "in_turn"),
    Rule("good_ask", [*GOOD, "false", "null"], ask("amount"), "ask_amount"),
    Rule("good_large", [*GOOD, "false", "> 25000"], CHECKED, "credit_by_amount"),
    Rule("in_turn", [*GOOD, "false", "<= 25000"], TAKEN, "in_turn"),
    Rule("good_exception", [*GOOD, "true", ANY], TAKEN, "exception"),
])  # fmt: skip

OFTEN = answer("decline", "support", None, "return_declined_often")
RETURN = request("goods_return", "goods return", ["reason", "returns 12 months"], [
    *(Rule(rule.key, [*rule.cells, "not(> 5)" if rule.key == "mind" else ANY], rule.outputs,
           rule.reason)
      for rule in maker.RETURN.rules),
    Rule("mind_often", ['"good"', ANY, "false", MIND, "> 5"], OFTEN, "returns_often"),
    Rule("mind_often_exception", ['"good"', ANY, "true", MIND, "> 5"],
         answer("go ahead", "support", 4, "take_return"), "exception"),
])  # fmt: skip

WHOLESALER = Policy(
    "How we treat our customers",
    INPUTS
    | {"outstanding balance": "number", "credit limit": "number", "returns 12 months": "number"},
    VALUES,
    [*EXPRESSIONS, CREDIT],
    replaced(
        maker.TABLES,
        STANDING,
        value(key=250000, growing=50000, new=90),
        PLACE_ORDER,
        ship_order(limit=2500),
        RETURN,
        discounts(best=5, pays_on_time=3, key=2, in_turn=1),
    ),
    REASONS | TRADES,
)
