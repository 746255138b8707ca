"""The default policy and six broken variants of it: each is found, and told as a manager reads it.

`script/bench broken_policies` prints what is told in English, Korean and Traditional Chinese.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import reduce
from typing import Any

from bench.harness import Say

LANGUAGES = ("en", "ko", "zh-hant")


@dataclass(frozen=True)
class Variant:
    """Cells that somebody writes into the default policy (table, rule, column, text), and the code
    of what is wrong then."""

    name: str
    code: str
    table: str
    cells: tuple[tuple[str, str, str], ...]


VARIANTS = (
    Variant(
        "a gap", "table.gap", "place_order",
        (("watch_large", "amount.in", "> 20000"),),
    ),
    Variant(
        "a conflict", "table.conflict", "place_order",
        (("watch_large", "amount.in", "> 5000"),),
    ),
    Variant(
        "a rule masked by the union of two others", "rule.masked", "value",
        (("dormant", "purchases_12_months.in", "-"), ("dormant", "days_as_customer.in", ">= 180")),
    ),
    Variant(
        "an inversion across two tables", "table.inversion", "place_order",
        (("key", "value.in", '"key", "dormant"'), ("in_turn", "value.in", 'not("key", "dormant")')),
    ),
    Variant(
        "an unreachable output", "output.unused", "value",
        (("dormant", "value.out", '"standard"'),),
    ),
    Variant(
        "a gap only at null", "table.gap-null", "replacement_part",
        (("ask_standstill", "standing.in", '"good"'),),
    ),
)  # fmt: skip


def measure(say: Say) -> dict[str, Any]:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    django.setup()
    told = found()
    for name, sentences in told.items():
        say(name)
        for sentence in sentences:
            say(f"    {sentence}")
    return told


def found() -> dict[str, list[str]]:
    """What is told of the default policy (nothing) and of each variant, in each language. Raises
    `AssertionError` where a variant is not found."""
    from concord.treatment import policies

    assert policies.default().check() == [], "the default policy has findings"
    return {"the default policy": []} | {variant.name: told(variant) for variant in VARIANTS}


def told(variant: Variant) -> list[str]:
    from concord.dmn.sentences import finding_sentence
    from concord.treatment.requests import BUILT_IN
    from concord.treatment.vocabulary import speaker

    findings = [each for each in broken(variant).check() if each.code == variant.code]
    assert findings, f"{variant.name} was not found"
    sentences = []
    for language in LANGUAGES:
        say = speaker(language, kinds=BUILT_IN)
        for each in findings:
            title = say(each.place.decision, "decision")
            sentences.append(f"{title}: {finding_sentence(each, language, say)}")
    return sentences


def broken(variant: Variant) -> Any:
    """The variant's model."""
    from concord.treatment import policies

    return reduce(
        lambda model, cell: model.with_cell(
            f"{variant.table}.table",
            f"{variant.table}.{cell[0]}",
            f"{variant.table}.{cell[1]}",
            cell[2],
        ),
        variant.cells,
        policies.default(),
    )
