"""The log of answers: what was said to whom and why, and whether it would be said again."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from concord.treatment import access, lifts, queries, requests, words
from concord.treatment.actions import concerns
from concord.treatment.actions.replay import replay as replay_answer
from concord.treatment.answer import Answer
from concord.treatment.forms import ReplyForm
from concord.treatment.models import AnswerLog, Concern
from concord.ui import toasts
from concord.ui.http import Request


@require_GET
def answers(request: Request) -> HttpResponse:
    chosen = queries.Filter(
        request=request.GET.get("request", ""),
        act=request.GET.get("act", ""),
        customer=_uuid(request.GET.get("customer", "")),
    )
    page = queries.log(request.viewer, chosen, request.GET.get("cursor", ""))
    kinds = {kind.key: kind.words for kind in requests.all_kinds()}
    rows = [
        {
            "entry": entry,
            "request": kinds.get(entry.request, {"en": entry.request}),
            "act": words.act_words(entry.act),
            "tone": words.TONES.get(entry.act, "none"),
        }
        for entry in page.items
    ]
    return render(
        request,
        "treatment/answers.html",
        {
            "rows": rows,
            "page": page,
            "kinds": kinds,
            "acts": [("asks" if key == "" else key, text) for key, text in words.ACTS.items()],
            "chosen": chosen,
        },
    )


@require_GET
def logged(request: Request, answer_id: UUID) -> HttpResponse:
    entry, answer = _find(request, answer_id)
    open_ = entry.concerns.select_related("owner", "raised_by", "replied_by").order_by("id")
    said = [
        {
            "concern": each,
            "may_reply": not each.replied_at and access.may_reply(request.viewer, each),
        }
        for each in open_
    ]
    return render(
        request,
        "treatment/logged.html",
        {
            "entry": entry,
            "given": queries.given(request.viewer, answer),
            "channel": words.CHANNELS.get(entry.channel, entry.channel),
            "shown": queries.present(request.viewer, answer),
            "concerns": said,
            "lift": lifts.at_answer(request.viewer, requests.named(entry.request), answer),
            "reply_form": ReplyForm(),
        },
    )


@require_POST
def replay(request: Request, answer_id: UUID) -> HttpResponse:
    """Decide once more on what was stored."""
    entry, _answer = _find(request, answer_id)
    result = replay_answer(entry)
    if result.identical:
        toasts.tell(request, _("Decided again: the same answer, to the letter."))
    else:
        toasts.warn(
            request,
            _("Decided again, and different in: %(parts)s.")
            % {"parts": ", ".join(result.differences) or "id"},
        )
    return redirect("treatment:logged", answer_id)


@require_POST
def reply(request: Request, answer_id: UUID, concern_id: int) -> HttpResponse:
    if not Concern.objects.filter(pk=concern_id, answer_id=answer_id).exists():
        raise Http404
    concerns.reply(request.user, concern_id, request.POST.get("reply", ""))
    toasts.tell(request, _("Replied."))
    return redirect("treatment:logged", answer_id)


def _find(request: Request, answer_id: UUID) -> tuple[AnswerLog, Answer]:
    """Own answers, those of whom one runs the company, and those one has to reply to."""
    try:
        return queries.logged(request.viewer, answer_id)
    except AnswerLog.DoesNotExist:
        raise Http404 from None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
