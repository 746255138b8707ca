"""A cell of the grid is changed: until its findings are back, of 100 rules and 8 columns.

Through the address of the page, in the whole policy that Concord comes with: the change is read,
carried out, saved and judged, and the answer is drawn. Beside it the same for ten rules.
"""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

from bench.database import scratch_database
from bench.harness import Limits, Say, measured, shown
from bench.verify import drawn, made

COLUMNS = 8
CHANGES = 40
WARM = 5
LIMIT_MS = 300


def measure(say: Say, changes: int = CHANGES) -> dict[str, Any]:
    limits = Limits(say)
    with scratch_database("concord_bench_grid"):
        found = {f"{rules} rules": _rules(say, rules, changes) for rules in (10, 100)}
        large = found["100 rules"]
        limits.at_most(
            "a change with its findings, 100 x 8, p95", large["p95_ms"], LIMIT_MS,
            large["work_p95_ms"],
        )  # fmt: skip
    return found | {"limits": limits.kept}


def _rules(say: Say, rules: int, changes: int) -> dict[str, Any]:
    from django.test import Client

    from concord.kernel.memory import collect_due, collect_little
    from concord.treatment.actions import drafts

    sponsor = _sponsor(rules)
    draft = drafts.begin(sponsor, f"{rules} rules")
    drafts.change(sponsor, draft.pk, [{"kind": "file", "xml": with_table(draft.xml, rules)}])
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(sponsor)
    draft.refresh_from_db()
    table = drafts.model_of(draft).tables["large"]
    ids = [rule.id for rule in table.rules]

    def change(at: int) -> None:
        cell = {"rule": ids[at % len(ids)], "column": table.inputs[at % COLUMNS].id,
                "typed": f"{at} to {at + 5000}"}  # fmt: skip
        post(client, draft.pk, {"kind": "cells", "cells": [cell]})

    change(0)  # all code is there
    collect_little()  # as the server's processes do
    found = measured(change, changes, WARM, collect_due)
    say(f"{rules} rules: {shown(found)}")
    return found


def post(client: Any, draft: Any, change: dict[str, Any]) -> None:
    body = {"table": "large", "seen": 10**6, "client": str(uuid4()), "changes": [change]}
    answer = client.post(
        f"/promise/drafts/{draft}/edits/", json.dumps(body), content_type="application/json"
    )
    if answer.status_code != 200:
        raise AssertionError(answer.content[:500])


def with_table(xml: str, rules: int) -> str:
    """The policy with one more table, made as those of `verify`."""
    text = drawn(made(rules, COLUMNS)).decode()
    body = text[text.index("<decisionTable") : text.index("</decisionTable>")]
    names = [f"x{at}" for at in range(COLUMNS)]
    inputs = "".join(
        f'<inputData id="in_{each}" name="{each}"><variable name="{each}" typeRef="number"/>'
        "</inputData>"
        for each in names
    )
    needs = "".join(
        f'<informationRequirement><requiredInput href="#in_{each}"/></informationRequirement>'
        for each in names
    )
    table = re.sub(r'\bid="', 'id="large_', f"{body}</decisionTable>")
    decision = f'<decision id="large" name="large">{needs}{table}</decision>'
    return xml.replace("</definitions>", f"{inputs}{decision}</definitions>", 1)


def _sponsor(rules: int) -> Any:
    from django.utils import timezone

    from concord.kernel.models import Company, Role, User
    from concord.treatment.actions import publish
    from concord.treatment.models import PolicyVersion

    Company.objects.update_or_create(id=1, defaults={"name": "Maker", "currency": "EUR"})
    user = User.objects.create_user(
        f"sponsor{rules}@maker.example", "a password", name="Sarah", role=Role.SPONSOR
    )
    if not PolicyVersion.objects.exists():
        publish.install_default(user, timezone.now().date(), "To begin with.", "a password")
    return user
