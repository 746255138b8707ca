"""A cell of results as a form has it, and back to FEEL.

`{"kind": "none"}`; `{"kind": "one", "value"}` and `{"kind": "many", "values"}` with texts;
`{"kind": "number", "value"}` as a text; `{"kind": "truth", "value"}`; what no form can say is
`{"kind": "formula", "text"}`. An empty cell, of which nobody has said yet what it gives, is
`{"kind": "open"}`.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from concord import dmn
from concord.dmn.feel import ast
from concord.treatment.grid.conditions import MOST, Form, quoted
from concord.treatment.values import written


def read(text: str) -> Form:
    """The form of a cell as it stands in the table."""
    text = text.strip()
    if not text or text == "-":
        return {"kind": "open"}
    try:
        tree = dmn.parse(text).tree
    except dmn.FeelSyntaxError:
        return {"kind": "formula", "text": text}
    match tree:
        case ast.Literal(value=None):
            return {"kind": "none"}
        case ast.Literal(value=bool(value)):
            return {"kind": "truth", "value": value}
        case ast.Literal(value=str(value)):
            return {"kind": "one", "value": value}
        case ast.Literal(value=int(value)) | ast.Literal(value=Decimal() as value):
            return {"kind": "number", "value": written(value)}
        case ast.ListLiteral(items=items):
            values = [each.value for each in items if isinstance(each, ast.Literal)]
            if len(values) == len(items) and all(isinstance(each, str) for each in values):
                return {"kind": "many", "values": values}
    return {"kind": "formula", "text": text}


def write(form: Form) -> str:
    """FEEL for a form. Raises `ValueError` for what is none."""
    match form:
        case {"kind": "open"}:
            return ""
        case {"kind": "none"}:
            return "null"
        case {"kind": "one", "value": str(value)}:
            return quoted(value)
        case {"kind": "many", "values": [*values]} if len(values) <= MOST:
            return f"[{', '.join(quoted(str(each)) for each in values)}]"
        case {"kind": "truth", "value": bool(value)}:
            return "true" if value else "false"
        case {"kind": "number", "value": value}:
            return written(_number(value))
        case {"kind": "formula", "text": str(text)} if text.strip():
            return text.strip()
    raise ValueError(form)


def _number(text: object) -> Decimal:
    try:
        value = Decimal(str(text))
    except InvalidOperation:
        raise ValueError(text) from None
    if not value.is_finite() or abs(value) > Decimal("1e15"):
        raise ValueError(text)
    return value
