"""A cell of conditions as a form has it, and back to FEEL.

A form is plain data: `{"kind": "any"}`; `{"kind": "choice", "values", "unknown", "negated"}` with
texts, or "true" and "false"; `{"kind": "range", "parts", "unknown", "negated"}`, a part being
`{"op", "low"}` with an op of `= < <= > >=`, or `{"op": "between", "low", "high", "open"}` with the
sides (`""`, `"("`, `")"`, `"()"`) that are left out. What no form can say is
`{"kind": "formula", "text"}`. Numbers and dates are texts: no float touches them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from concord import dmn
from concord.dmn.columns import constant_value, is_timeless
from concord.dmn.feel import ast
from concord.treatment.values import written

Form = dict[str, Any]
ANY: Final[Form] = {"kind": "any"}
COMPARED: Final = ("=", "<", "<=", ">", ">=")
LARGEST: Final = Decimal("1e15")
MOST: Final = 50  # parts or values of one cell


@lru_cache(maxsize=4096)  # most cells of a table stand in others, too
def read(text: str) -> Form:
    """The form of a cell as it stands in the table; it is shared, so nobody changes it."""
    text = text.strip()
    if text in ("", "-"):
        return ANY
    try:
        tree = dmn.parse_unary(text).tree
    except dmn.FeelSyntaxError:
        return {"kind": "formula", "text": text}
    return _form(tree) or {"kind": "formula", "text": text}


def write(form: Form) -> str:
    """FEEL for a form. Raises `ValueError` for what is none."""
    match form:
        case {"kind": "any"}:
            return "-"
        case {"kind": "formula", "text": str(text)} if text.strip():
            return text.strip()
        case {"kind": "choice", "values": [*values]}:
            texts = [_literal(each) for each in values]
        case {"kind": "range", "parts": [*parts]}:
            texts = [_part(each) for each in parts]
        case _:
            raise ValueError(form)
    if len(texts) > MOST:
        raise ValueError(form)
    if form.get("unknown"):
        texts.append("null")
    if not texts:
        return "-"
    joined = ", ".join(texts)
    return f"not({joined})" if form.get("negated") else joined


def _literal(value: object) -> str:
    if value in ("true", "false"):
        return "? = true" if value == "true" else "false"
    return quoted(str(value))


def quoted(text: str) -> str:
    """A text as FEEL writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _part(part: Any) -> str:
    match part:
        case {"op": "between", "low": low, "high": high}:
            open_ = part.get("open", "")
            begin, end = "(" if "(" in open_ else "[", ")" if ")" in open_ else "]"
            first, last = _value(low), _value(high)
            if _order(low) > _order(high):
                raise ValueError(part)
            return f"{begin}{first}..{last}{end}"
        case {"op": "=", "low": low}:
            return _value(low)
        case {"op": str(op), "low": low} if op in COMPARED:
            return f"{op} {_value(low)}"
    raise ValueError(part)


def _value(text: object) -> str:
    """A number or a date as FEEL writes it."""
    value = _order(text)
    if isinstance(value, date):
        return f'@"{value.isoformat()}"'
    if not value.is_finite() or abs(value) > LARGEST:
        raise ValueError(text)
    return written(value)


def _order(text: object) -> Any:
    said = str(text).strip()
    if len(said) == 10 and said[4] == said[7] == "-":
        return date.fromisoformat(said)
    try:
        return Decimal(said)
    except ArithmeticError:
        raise ValueError(text) from None


# From FEEL ------------------------------------------------------------------------------------


def _form(tree: ast.UnaryTests) -> Form | None:
    if tree.any:
        return ANY
    tests = [each for each in tree.tests if not _is_null(each)]
    more: Form = {"unknown": len(tests) < len(tree.tests), "negated": tree.negated}
    values = [_choice(each) for each in tests]
    if None not in values:
        return {"kind": "choice", "values": values, **more}
    parts = [_read_part(each) for each in tests]
    return None if None in parts else {"kind": "range", "parts": parts, **more}


def _is_null(node: ast.Node) -> bool:
    return isinstance(node, ast.Literal) and node.value is None


def _choice(node: ast.Node) -> str | None:
    """A text, or a truth; `? = true` is what `true` means."""
    match node:
        case ast.Comparison(op="=", left=ast.Name(name="?"), right=ast.Literal(value=bool(value))):
            return "true" if value else "false"
        case ast.Literal(value=bool(value)):
            return "true" if value else "false"
        case ast.Literal(value=str(value)):
            return value
    return None


def _read_part(node: ast.Node) -> Form | None:
    match node:
        case ast.Operator(op=op, of=of) if op in COMPARED:
            low = _plain(of)
            return None if low is None else {"op": op, "low": low}
        case ast.RangeLiteral(low=first, high=last):
            low, high = _plain(first), _plain(last)
            if low is None or high is None:
                return None
            open_ = ("" if node.low_closed else "(") + ("" if node.high_closed else ")")
            return {"op": "between", "low": low, "high": high, "open": open_}
    alone = _plain(node)
    return None if alone is None else {"op": "=", "low": alone}


def _plain(node: ast.Node) -> str | None:
    if not is_timeless(node):
        return None
    value = constant_value(node)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return written(value) if abs(Decimal(value)) <= LARGEST else None
    return value.isoformat() if type(value) is date else None


def is_same(one: str, other: str) -> bool:
    """Whether two cells say the same, however they are written."""
    return one.strip() == other.strip() or write(read(one)) == write(read(other))


def values_of(forms: Sequence[Form]) -> list[str]:
    """The texts that cells name."""
    return [each for form in forms if form["kind"] == "choice" for each in form["values"]]
