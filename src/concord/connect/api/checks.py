"""May I do this? Yes or no, and why: what a system asks before it acts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Header, Router, Schema, Status

from concord.connect.actions.once import once
from concord.connect.api.auth import Call, check_scope, viewer
from concord.customers.queries import by_reference
from concord.kernel.errors import Problem
from concord.treatment import queries, requests
from concord.treatment.about import customer_of
from concord.treatment.actions.decide import decide
from concord.treatment.answer import Answer
from concord.treatment.serial import answer_json

router = Router(tags=["checks"])
TOLD = ("answer_id", "customer", "request", "act", "to", "say", "language", "question", "warnings")


class Asked(Schema):
    """`about` is the record (KEY@SOURCE or an id) that the request is about; where it is about
    none, `customer` is asked. `fields` are those of the request, all optional."""

    request: str
    about: str | None = None
    customer: str | None = None
    fields: dict[str, str | int | float | bool | None] = {}


@router.post("", summary="May I do this?", response={201: dict[str, Any]})
def post_check(
    request: Call,
    response: HttpResponse,
    asked: Asked,
    idempotency_key: str | None = Header(None, alias="Idempotency-Key"),  # type: ignore[type-arg]
) -> Status[dict[str, Any]]:
    """`allowed` is true or false; null where a field is missing, which `question` names. Logged as
    every answer is: `treatment` is its id."""
    check_scope(request, "treatments:write")
    status, body = once(
        request.auth,
        idempotency_key,
        {"check": asked.model_dump(mode="json")},
        lambda: (201, _checked(request, asked)),
    )
    response["Location"] = f"/api/v1/treatments/{body['treatment']}"
    return Status(status, body)


def _checked(request: Call, asked: Asked) -> dict[str, Any]:
    answer = _decided(request, asked)
    told = answer_json(queries.evidence(viewer(request), answer))
    allowed = None if answer.state == "asks" else answer.act == "go_ahead"
    return {"allowed": allowed, "treatment": told["id"]} | {
        "why": told["why"],
        **{key: told[key] for key in TOLD},
    }


def _decided(request: Call, asked: Asked) -> Answer:
    kind = requests.kind(asked.request)
    if (asked.about is None) == (asked.customer is None):
        raise Problem(
            "Name the record that it is about, or the customer.",
            place="about",
            mend="Give `about` or `customer`, one of them.",
            code="wrong-field",
        )
    fields = dict(asked.fields)
    if asked.about is not None:
        customer = customer_of(kind, asked.about)
        fields[str(kind.about)] = asked.about
    else:
        customer = by_reference(str(asked.customer)).pk
    return decide(customer, asked.request, fields, asked_by=request.auth.principal, channel="api")
