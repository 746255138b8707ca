"""How do we treat this customer now? The same answer as on the page."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from ninja import Header, Router, Schema, Status

from concord.connect.actions.once import once
from concord.connect.api.auth import Call, check_scope, viewer
from concord.customers.queries import by_reference
from concord.treatment import queries
from concord.treatment.actions.decide import decide
from concord.treatment.models import AnswerLog
from concord.treatment.serial import answer_json

router = Router(tags=["treatments"])


class Asked(Schema):
    """`customer` is KEY@SOURCE or an id; `fields` are those of the request, all optional."""

    customer: str
    request: str
    fields: dict[str, str | int | float | bool | None] = {}
    as_of: date | None = None


@router.post("", summary="Ask how a customer is treated", response={201: dict[str, Any]})
def post_treatment(
    request: Call,
    response: HttpResponse,
    asked: Asked,
    idempotency_key: str | None = Header(None, alias="Idempotency-Key"),  # type: ignore[type-arg]
) -> Status[dict[str, Any]]:
    """One answer, logged. Where a field is missing, `state` is `asks` and `question` says which."""
    check_scope(request, "treatments:write")
    status, body = once(
        request.auth,
        idempotency_key,
        asked.model_dump(mode="json"),
        lambda: (201, _decide(request, asked)),
    )
    response["Location"] = f"/api/v1/treatments/{body['id']}"
    return Status(status, body)


def _decide(request: Call, asked: Asked) -> dict[str, Any]:
    answer = decide(
        by_reference(asked.customer),
        asked.request,
        asked.fields,
        as_of=asked.as_of,
        asked_by=request.auth.principal,
        channel="api",
    )
    return answer_json(queries.evidence(viewer(request), answer))


@router.get("/{uuid:treatment_id}", summary="A treatment that was given")
def get_treatment(request: Call, treatment_id: UUID) -> dict[str, Any]:
    """The treatment of that id, as it was given last."""
    check_scope(request, "treatments:read")
    try:
        answer = queries.of_treatment(treatment_id)
    except AnswerLog.DoesNotExist:
        raise Http404 from None
    return answer_json(queries.evidence(viewer(request), answer))
