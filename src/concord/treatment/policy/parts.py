"""What the policies of all trades share: their inputs and listed values, the rules that most
requests have, and the tables that stand in each."""

from __future__ import annotations

from collections.abc import Sequence

from concord.treatment.policy.written import Expression, Rule, Table

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


def by_amount(rest: Sequence[str], to: str, say: str, limit: int = 10000) -> list[Rule]:
    """Late with a little: the amount decides."""

    def rule(key: str, amount: str, outputs: list[str], reason: str) -> Rule:
        return Rule(key, ['"watch"', ANY, "false", *rest, amount], outputs, reason)

    later = answer("not yet", "accounts", None, "accounts_confirms", "today")
    served = answer("go ahead", to, 4, say)
    return [
        rule("watch_ask", "null", ask("amount"), "ask_amount"),
        rule("watch_large", f"> {limit}", later, "large"),
        rule("watch_small", f"<= {limit}", served, "small"),
    ]


def request(key: str, name: str, rest: Sequence[str], rules: Sequence[Rule]) -> Table:
    columns = ("standing", "value", "exception", *rest)
    return Table(key, name, "UNIQUE", columns, OUTPUTS, rules)


def standing(
    owed: int, days: int, bought: int, columns: Sequence[str] = (), rules: Sequence[Rule] = ()
) -> Table:
    """Who is on hold, watched, good or excellent: above `owed` for more than `days` is on hold.
    `rules` of a trade's own, over its own `columns` beside the seven, stand before the best."""
    more = [ANY] * len(columns)

    def rule(key: str, cells: Sequence[str], grade: str, reason: str) -> Rule:
        return Rule(key, [*cells, *more], [f'"{grade}"'], reason)

    return Table(
        "standing",
        "standing",
        "FIRST",
        (
            "hold set by accounting", "overdue undisputed", "oldest undisputed overdue days",
            "hold elsewhere", "overdue elsewhere", "average days late", "purchases 12 months",
            *columns,
        ),
        {"standing": "string"},
        [
            rule("hold", [YES, ANY, ANY, ANY, ANY, ANY, ANY], "on hold", "hold_wins"),
            rule("hold_unknown", ["null", ANY, ANY, ANY, ANY, ANY, ANY], "watch", "not_known"),
            rule("overdue_unknown", [ANY, "null", ANY, ANY, ANY, ANY, ANY], "watch", "not_known"),
            rule("days_unknown", [ANY, ANY, "null", ANY, ANY, ANY, ANY], "watch", "not_known"),
            rule("overdue", [ANY, f"> {owed}", f"> {days}", ANY, ANY, ANY, ANY], "on hold",
                 "overdue"),
            rule("a_little_overdue", [ANY, "> 0", ANY, ANY, ANY, ANY, ANY], "watch",
                 "a_little_overdue"),
            rule("hold_elsewhere", [ANY, ANY, ANY, f"{YES}, null", ANY, ANY, ANY], "watch",
                 "elsewhere"),
            rule("overdue_elsewhere", [ANY, ANY, ANY, ANY, "> 0, null", ANY, ANY], "watch",
                 "elsewhere"),
            *rules,
            rule("excellent", [ANY, ANY, ANY, ANY, ANY, "<= 0", f">= {bought}"], "excellent",
                 "pays_on_time"),
            rule("good", [ANY, ANY, ANY, ANY, ANY, ANY, ANY], "good", "good"),
        ],
    )  # fmt: skip


def value(key: int, growing: int, new: int) -> Table:
    """Key, growing, new, dormant, standard: by what was bought in a year, and since when."""
    return Table(
        "value",
        "value",
        "FIRST",
        ("key account", "revenue 12 months", "growth", "purchases 12 months", "days as customer"),
        {"value": "string"},
        [
            Rule("appointed", [YES, ANY, ANY, ANY, ANY], ['"key"'], "appointed"),
            Rule("key", [ANY, f">= {key}", ANY, ANY, ANY], ['"key"'], "key"),
            Rule("growing", [ANY, f">= {growing}", ">= 1.25", ANY, ANY], ['"growing"'], "growing"),
            Rule("purchases_unknown", [ANY, ANY, ANY, "null", ANY], ['"standard"'], "not_known"),
            Rule("new", [ANY, ANY, ANY, ANY, f"< {new}, null"], ['"new"'], "new"),
            Rule("dormant", [ANY, ANY, ANY, "<= 0", ANY], ['"dormant"'], "dormant"),
            Rule("standard", [ANY, ANY, ANY, ANY, ANY], ['"standard"'], "standard"),
        ],
    )


def safety(say: str = "safety_first") -> list[Rule]:
    """Whoever could get hurt comes before everything; the cells are standing, value, exception and
    the safety concern."""
    first = answer("escalate", "engineering", 1, say, "at once")
    return [
        Rule("safety", [ANY, ANY, ANY, YES], first, "safety"),
        Rule("ask_safety", [ANY, ANY, ANY, "null"], ask("safety_concern"), "ask_safety"),
    ]


def replaced(tables: Sequence[Table], *others: Table) -> list[Table]:
    """The tables, with those of the same ids in their place, and new ones behind."""
    own = {each.id: each for each in others}
    kept = [own.pop(each.id, each) for each in tables]
    return [*kept, *own.values()]


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
    "exception_by", "who may grant an exception", "FIRST", ("request", "amount", "standing"),
    {"granted by": "strings"},
    [
        Rule("price", ['"discount"', ANY, ANY], ['["sponsor"]'], "lift_price"),
        Rule("money", [MONEY, "<= 10000", ANY],
             ['["sponsor", "officer", "manager of accounts"]'], "lift_money"),
        Rule("held", [MONEY, "> 10000, null", '"on hold"'], ['["sponsor"]'], "lift_held"),
        Rule("other", [ANY, ANY, ANY], ['["sponsor", "officer"]'], "lift_other"),
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
