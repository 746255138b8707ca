"""Models drawn in a few lines, as a DMN tool would save them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from concord import dmn

MODEL = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def table(
    inputs: Mapping[str, str],
    rules: Sequence[Sequence[str]],
    *,
    policy: str = "UNIQUE",
    outputs: Sequence[str] = ("result",),
    aggregation: str = "",
    allowed: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
    annotations: Sequence[str] = (),
) -> str:
    """A decision table; a rule is its cells, inputs then outputs then annotations."""
    allowed, defaults = allowed or {}, defaults or {}
    parts = [f'<decisionTable id="table" hitPolicy="{policy}"']
    parts.append(f' aggregation="{aggregation}">' if aggregation else ">")
    for at, name in enumerate(inputs, 1):
        values = _text("inputValues", allowed[name]) if name in allowed else ""
        expression = _text("inputExpression", name)
        parts.append(f'<input id="in{at}">{expression}{values}</input>')
    for at, name in enumerate(outputs, 1):
        values = _text("outputValues", allowed[name]) if name in allowed else ""
        values += _text("defaultOutputEntry", defaults[name]) if name in defaults else ""
        parts.append(f'<output id="out{at}" name={quoteattr(name)}>{values}</output>')
    parts += [f"<annotation name={quoteattr(name)}/>" for name in annotations]
    for at, cells in enumerate(rules, 1):
        tags = (
            ["inputEntry"] * len(inputs)
            + ["outputEntry"] * len(outputs)
            + ["annotationEntry"] * len(annotations)
        )
        inner = "".join(_text(tag, cell) for tag, cell in zip(tags, cells, strict=True))
        parts.append(f'<rule id="r{at}">{inner}</rule>')
    parts.append("</decisionTable>")
    return "".join(parts)


def _text(tag: str, text: str) -> str:
    return f"<{tag}><text>{escape(text)}</text></{tag}>"


def literal(text: str) -> str:
    return _text("literalExpression", text)


def decision(name: str, logic: str, needs: Sequence[str] = (), of: str = "") -> str:
    requirements = "".join(
        f'<informationRequirement><{kind} href="#{each}"/></informationRequirement>'
        for each in needs
        for kind in (["requiredInput"] if each.startswith("input ") else ["requiredDecision"])
    )
    type_ref = f' typeRef="{of}"' if of else ""
    return (
        f"<decision id={quoteattr(name)} name={quoteattr(name)}>"
        f"<variable name={quoteattr(name)}{type_ref}/>{requirements}{logic}</decision>"
    )


def drawing(inputs: Mapping[str, str], *decisions: str, types: str = "") -> bytes:
    """A file's bytes; inputs are `name: type`, their ids `input <name>`."""
    data = "".join(
        f'<inputData id="input {name}" name="{name}"><variable name="{name}" typeRef="{of}"/>'
        "</inputData>"
        for name, of in inputs.items()
    )
    return (
        f'<definitions xmlns="{MODEL}" id="m" name="drawn" namespace="urn:drawn">'
        f"{types}{data}{''.join(decisions)}</definitions>"
    ).encode()


def one_table(
    inputs: Mapping[str, str], rules: Sequence[Sequence[str]], **more: object
) -> dmn.Model:
    """A model of one decision, `answer`, with one table."""
    types = str(more.pop("types", ""))
    logic = table(inputs, rules, **more)  # type: ignore[arg-type]
    needs = [f"input {name}" for name in inputs]
    return dmn.load(drawing(inputs, decision("answer", logic, needs), types=types))
