"""What compiles exactly in which dialect, found by compiling: the tables of docs/sql-profile.md.
`python -m tests.dmn.sql_profile` prints them.

Each line has an expression as an example; a dialect compiles it or refuses it, and the reason of a
refusal is the compiler's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tests.dmn.drawn import decision, drawing, literal, one_table, table

from concord import dmn
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
        "list contains([1, 2, null], n)", "list contains([n], 1)",
        "moment > moment", "n in [m..5]", "[n, m] = [1, 2]",
    ),
    "Numbers": (
        "n + m", "n - m", "n * m", "n / m", "n ** 2", "- n", "abs(n)", "floor(n)", "ceiling(n)",
        "round half up(n, 2)", "round down(n, 2)", "round up(n, 2)", "round half down(n, 2)",
        "decimal(n, 2)", "decimal(n, m)", "odd(n)", "even(n)",
        "modulo(n, m)", "min(n, m)", "max(n, m)", "sqrt(n)",
    ),
    "Strings": (
        "s + t", "string length(s)", "contains(s, t)", "starts with(s, t)", "ends with(s, t)",
        "substring(s, 2)", "substring(s, -3, 2)", "substring(s, n)",
        "substring before(s, t)", "substring after(s, t)", "upper case(s)",
        'matches(s, "a+")', "string(n)",
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
        "distinct values(invoice.kind)", "distinct values(invoice.amount)",
        "some i in invoice satisfies i.amount > 100",
        "every i in invoice satisfies i.due < today()", "invoice[1].amount", "sum(invoice)",
        "median(invoice.amount)", "for i in invoice return i.amount",
    ),
    "Values": ('["a", "b"]', "[1, n]", "{a: 1}", 'duration("P1D")', "function(x) x"),
}  # fmt: skip


MODEL = (
    '<businessKnowledgeModel id="twice" name="twice"><variable name="twice"/><encapsulatedLogic>'
    f'<formalParameter name="x" typeRef="number"/>{literal("x * 2")}</encapsulatedLogic>'
    "</businessKnowledgeModel>"
    '<businessKnowledgeModel id="level" name="level"><variable name="level"/><encapsulatedLogic>'
    f'<formalParameter name="x" typeRef="number"/>{table({"x": "number"}, [["< 5", "1"]])}'
    "</encapsulatedLogic></businessKnowledgeModel>"
)


def entry(name: str, logic: str) -> str:
    variable = f'<variable name="{name}"/>' if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


def invocation(name: str, **given: str) -> str:
    bindings = "".join(
        f'<binding><parameter name="{each}"/>{literal(text)}</binding>'
        for each, text in given.items()
    )
    return f"<invocation>{literal(name)}{bindings}</invocation>"


BOXED = {"n": "number", "m": "number", "b": "boolean"}
BOXES = {
    "literal expression": literal("n + 1"),
    "context with a result": f"<context>{entry('a', literal('n'))}"
    f"{entry('', literal('a + 1'))}</context>",
    "context": f"<context>{entry('a', literal('n'))}{entry('b', literal('a + 1'))}</context>",
    "conditional": f"<conditional><if>{literal('b')}</if><then>{literal('n')}</then>"
    f"<else>{literal('0')}</else></conditional>",
    "knowledge model called in an expression": literal("twice(n) + 1"),
    "invocation of a knowledge model": invocation("twice", x="n"),
    "knowledge model that is a table, invoked": invocation("level", x="n"),
    "knowledge model that is a table, called in an expression": literal("level(n)"),
    "list": f"<list>{literal('n')}{literal('m')}</list>",
    "relation": f'<relation><column name="a"/><row>{literal("n")}</row></relation>',
    "function": f'<functionDefinition><formalParameter name="x"/>{literal("x")}'
    "</functionDefinition>",
    "filter": f"<filter><in>{literal('[1, 2]')}</in><match>{literal('item > n')}</match></filter>",
    "iteration": f'<for iteratorVariable="i"><in>{literal("[1, 2]")}</in>'
    f"<return>{literal('i + n')}</return></for>",
}


POLICIES = ("UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT",
            "COLLECT SUM", "COLLECT MIN", "COLLECT MAX", "COLLECT COUNT")  # fmt: skip
DEFAULTS = {"with a default": "0", "with a list as default": "[0]"}
LISTS = ("RULE ORDER", "OUTPUT ORDER", "COLLECT")
OUTPUTS = ("constants", "computed", "several", "with a default", "with a list as default")


def tables() -> Iterator[str]:
    """The lines of the page, a table for each group."""
    for title, texts in EXAMPLES.items():
        rows = [(f"`{text}`", _said(compile_expression, text)) for text in texts]
        yield from _table(title, "FEEL", rows)
    named = [
        (policy, each)
        for policy in POLICIES
        for each in OUTPUTS
        if policy in LISTS or each != "with a list as default"
    ]
    rows = [(f"{policy}, {each}", _said(compile_table, policy, each)) for policy, each in named]
    yield from _table("Decision tables", "hit policy and outputs", rows)
    boxes = [(name, _said(compile_box, logic)) for name, logic in BOXES.items()]
    yield from _table("Boxed expressions and knowledge models", "box", boxes)


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
        defaults=dict.fromkeys(names, DEFAULTS[outputs]) if outputs in DEFAULTS else {},
    ).sql("answer", dialect)


def box_model(logic: str) -> dmn.Model:
    """A decision `answer` that is the box and knows the knowledge models."""
    needs = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{name}"/></knowledgeRequirement>'
        for name in ("twice", "level")
    )
    drawn = decision("answer", needs + logic, [f"input {name}" for name in BOXED])
    return dmn.load(drawing(BOXED, MODEL, drawn))


def compile_box(logic: str, dialect: str) -> None:
    box_model(logic).sql("answer", dialect)


if __name__ == "__main__":
    print("\n".join(tables()))
