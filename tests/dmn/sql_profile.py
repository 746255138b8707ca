"""What compiles exactly in which dialect, found by compiling: the tables of docs/sql-profile.md.
`python -m tests.dmn.sql_profile` prints them.

Each line has an expression as an example; a dialect compiles it or refuses it, and the reason of a
refusal is the compiler's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tests.dmn.drawn import one_table

from concord.dmn.feel.expression import parse
from concord.dmn.problems import SqlRefusedError
from concord.dmn.sql import ListSource, SqlSchema, expression_sql
from concord.dmn.sql.dialects import DIALECTS

NAMES = {"n": "number", "m": "number", "s": "string", "t": "string", "b": "boolean",
         "d": "date", "e": "date", "moment": "date and time"}  # fmt: skip
FIELDS = ("amount", "due", "kind", "year", "month", "day", "weekday")


def schema(customer: str) -> SqlSchema:
    """Names of a customer `c`, and invoices whose column `customer` is that expression."""
    fields = {"amount": "number", "due": "date", "kind": "string"}
    source = ListSource(
        "r",
        "invoices",
        {name: (f"r.{name}", of) for name, of in fields.items()},
        f"r.customer = {customer}",
    )
    scalars = {name: (f"c.{name}", of) for name, of in NAMES.items()}
    return SqlSchema(scalars=scalars, lists={"invoice": source})


EXAMPLES: dict[str, tuple[str, ...]] = {
    "Comparisons and conditions": (
        "n = m", "n != null", "s < t", "b", "n between 1 and 5", "n in [1..5)",
        's in ("a", "한빛", null)', "b and n > 1 or not(b)", "if b then n else 0",
        "moment > moment", "n in [m..5]", "[n, m] = [1, 2]",
    ),
    "Numbers": (
        "n + m", "n - m", "n * m", "n / m", "n ** 2", "- n", "abs(n)", "floor(n)", "ceiling(n)",
        "round half up(n, 2)", "round down(n, 2)", "round up(n, 2)", "decimal(n, 2)",
        "modulo(n, m)", "min(n, m)", "max(n, m)", "sqrt(n)",
    ),
    "Strings": (
        "s + t", "string length(s)", "contains(s, t)", "starts with(s, t)", "ends with(s, t)",
        "upper case(s)", "substring(s, 2)", 'matches(s, "a+")', "string(n)",
    ),
    "Dates and durations": (
        "today()", "now()", "d.year", "d.month", "d.day", "d.weekday", 'd + duration("P1D")',
        'd - duration("P1M")', '(d - e) / duration("P1D")', 'd + duration("PT1H")',
        'd - e > duration("P30D")', "d - e", 'date and time("2026-11-21T09:00:00Z") < moment',
    ),
    "Record lists": (
        "count(invoice)", "count(invoice[due < today() and amount > 0])",
        "sum(invoice[amount != null].amount)", "min(invoice.due)", "max(invoice.amount)",
        "mean(invoice.amount)", "count(distinct values(invoice.kind))",
        "distinct values(invoice.kind)", "some i in invoice satisfies i.amount > 100",
        "every i in invoice satisfies i.due < today()", "invoice[1].amount", "sum(invoice)",
        "median(invoice.amount)", "for i in invoice return i.amount",
    ),
    "Values": ('["a", "b"]', "[1, n]", "{a: 1}", 'duration("P1D")', "function(x) x"),
}  # fmt: skip


POLICIES = ("UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT",
            "COLLECT SUM", "COLLECT MIN", "COLLECT MAX", "COLLECT COUNT")  # fmt: skip
OUTPUTS = ("constants", "computed", "several", "with a default")


def tables() -> Iterator[str]:
    """The lines of the page, a table for each group."""
    for title, texts in EXAMPLES.items():
        rows = [(f"`{text}`", _said(compile_expression, text)) for text in texts]
        yield from _table(title, "FEEL", rows)
    named = [(policy, each) for policy in POLICIES for each in OUTPUTS]
    rows = [(f"{policy}, {each}", _said(compile_table, policy, each)) for policy, each in named]
    yield from _table("Decision tables", "hit policy and outputs", rows)


def _table(title: str, first: str, rows: Sequence[tuple[str, list[str]]]) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    yield f"| {first} | {' | '.join(DIALECTS)} |"
    yield f"| --- |{' --- |' * len(DIALECTS)}"
    for name, said in rows:
        yield f"| {name} | {' | '.join(said)} |"
    yield ""


def _said(compile_: Callable[..., object], *args: str) -> list[str]:
    """For each dialect `exact`, or why not."""
    found = []
    for dialect in DIALECTS:
        try:
            compile_(*args, dialect)
        except SqlRefusedError as error:
            found.append(f"refused: {error.problems[0].message}")
        else:
            found.append("exact")
    return found


def compile_expression(text: str, dialect: str) -> None:
    expression = parse(text, [*NAMES, "invoice"], fields=FIELDS)
    expression_sql(expression, schema("c.id"), dialect)


def compile_table(policy: str, outputs: str, dialect: str) -> None:
    """A table of one rule."""
    kind, _, aggregation = (
        policy.partition(" ") if policy.startswith("COLLECT") else (policy, "", "")
    )
    names = ("one", "two") if outputs == "several" else ("one",)
    cell = "n + 1" if outputs == "computed" else "1"
    one_table(
        {"n": "number"},
        [["-", *(cell for _ in names)]],
        policy=kind,
        aggregation=aggregation,
        outputs=names,
        allowed=dict.fromkeys(names, "1, 2"),
        defaults=dict.fromkeys(names, "0") if outputs == "with a default" else {},
    ).sql("answer", dialect)


if __name__ == "__main__":
    print("\n".join(tables()))
