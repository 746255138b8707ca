"""Errors as RFC 9457 problems: `type`, `title`, `status`, `detail`, `place`."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from concord.kernel.errors import Problem

logger = logging.getLogger(__name__)

STATUS: Final = {
    "forbidden": 403,
    "not-found": 404,
    "unknown-request": 404,
    "conflict": 409,
    "no-policy": 503,
}


def handle_all(api: NinjaAPI) -> None:
    """Every error that can leave the API leaves it as a problem."""
    api.exception_handler(Problem)(_problem)
    api.exception_handler(ValidationError)(_validation)
    api.exception_handler(AuthenticationError)(_authentication)
    api.exception_handler(Http404)(_not_found)
    api.exception_handler(HttpError)(_http)
    api.exception_handler(DataError)(_data)
    api.exception_handler(RequestDataTooBig)(_too_large)
    api.exception_handler(Exception)(_unexpected)


def problem(status: int, title: str, detail: str = "", code: str = "", **more: Any) -> HttpResponse:
    body = {"type": f"urn:concord:problem:{code or status}", "title": title, "status": status}
    body |= {key: value for key, value in ({"detail": detail} | more).items() if value}
    return HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=status,
        content_type="application/problem+json",
    )


def _problem(request: HttpRequest, error: Problem) -> HttpResponse:
    status = STATUS.get(error.code, 422)
    return problem(status, error.message, error.mend, error.code, place=error.place)


def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    places = [
        {"place": ".".join(str(part) for part in each["loc"][1:]), "message": each["msg"]}
        for each in error.errors
    ]
    detail = "; ".join(f"{each['place']}: {each['message']}" for each in places)
    return problem(422, "The call is not as documented.", detail, "invalid", errors=places)


def _authentication(request: HttpRequest, error: Exception) -> HttpResponse:
    response = problem(
        401,
        "No valid key.",
        "Send “Authorization: Bearer KEY” with a key that has neither expired nor been revoked.",
        "unauthorized",
    )
    response["WWW-Authenticate"] = 'Bearer realm="concord"'
    return response


def _not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(404, "There is no such thing.", code="not-found")


def _data(request: HttpRequest, error: DataError) -> HttpResponse:
    return problem(422, "A value cannot be kept.", "Send no NUL characters.", "invalid")


def _too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(413, "The call is larger than 5 MB.", "Send fewer things at once.", "too-large")


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("The call %s failed.", request.path, exc_info=error)
    return problem(500, "Something went wrong here.", "It has been logged; try again.", "internal")


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400 and (place := _no_json(request)):
        return problem(
            400,
            "The body is not JSON.",
            'Send one JSON object in UTF-8, such as {"customer": "10023@accounting"}.',
            "no-json",
            place=place,
        )
    title = HTTPStatus(error.status_code).phrase
    return problem(error.status_code, title, str(error), f"http-{error.status_code}")


def _no_json(request: HttpRequest) -> str:
    """Where the body stops being JSON; empty where it does not."""
    try:
        json.loads(request.body)
    except json.JSONDecodeError as wrong:
        return f"line {wrong.lineno}, column {wrong.colno}"
    except UnicodeDecodeError as wrong:
        return f"byte {wrong.start + 1}"
    return ""
