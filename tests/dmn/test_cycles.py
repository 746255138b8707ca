"""Elements that require themselves: found in one look at all of them."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from concord import dmn
from concord.dmn.cycles import cyclic

KEYS = "abcdef"
GRAPHS = st.fixed_dictionaries({key: st.lists(st.sampled_from(KEYS), max_size=3) for key in KEYS})


def reaches_itself(below: dict[str, list[str]], key: str) -> bool:
    met: set[str] = set()
    ahead = list(below[key])
    while ahead:
        each = ahead.pop()
        if each not in met:
            met.add(each)
            ahead += below[each]
    return key in met


@settings(max_examples=500, deadline=None)
@given(GRAPHS)
def test_what_reaches_itself_is_cyclic(below: dict[str, list[str]]) -> None:
    assert cyclic(below) == {key for key in below if reaches_itself(below, key)}


def chain(length: int, last: str = "") -> bytes:
    """Decisions each of which requires the next; the last requires `last`."""
    parts = []
    for at in range(length):
        href = f"#d{at + 1}" if at < length - 1 else last
        need = f'<informationRequirement><requiredDecision href="{href}"/></informationRequirement>'
        text = f"d{at + 1} + 1" if at < length - 1 else "1"
        parts.append(
            f'<decision id="d{at}" name="d{at}">{need if href else ""}'
            f"<literalExpression><text>{text}</text></literalExpression></decision>"
        )
    head = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="a" '
    return f'{head} namespace="b">{"".join(parts)}</definitions>'.encode()


def test_a_long_chain_is_evaluated_and_none_of_it_a_circle() -> None:
    started = time.monotonic()
    model = dmn.load(chain(5_000))
    assert model.evaluate("d0", {}).value == 5_000
    assert model.compiled.problems == []
    assert time.monotonic() - started < 60  # a hang, not a figure


def test_a_circle_is_told_of_each_that_is_on_it_and_of_no_other() -> None:
    model = dmn.load(chain(6, last="#d3"))
    told = [str(problem.place) for problem in model.compiled.problems]
    assert told == ["decision 'd3'", "decision 'd4'", "decision 'd5'"]
    assert {problem.code for problem in model.evaluate("d0", {}).problems} == {"model.cycle"}
    assert model.evaluate("d4", {"d5": 7}).value == 8
