"""The log of answers: what was said to whom and why, and whether it would be said again."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from concord.customers.access import held_back
from concord.customers.models import Customer
from concord.kernel.access import Viewer
from concord.kernel.models import Department
from concord.kernel.words import Words, say
from concord.records.export import csv_safe
from concord.treatment import access, explain, lifts, log, queries, requests, words
from concord.treatment.actions import concerns, replay_runs
from concord.treatment.actions.replay import Replayed
from concord.treatment.actions.replay import replay as replay_answer
from concord.treatment.answer import Answer
from concord.treatment.forms import ReplyForm
from concord.treatment.models import AnswerLog, Concern, PolicyVersion, ReplayRun
from concord.ui import toasts
from concord.ui.http import Request

DIFFERING: Final = 100  # answers shown of a run


@require_GET
def answers(request: Request) -> HttpResponse:
    wanted = log.chosen(request.GET.dict())
    page = log.log(request.viewer, wanted, request.GET.get("cursor", ""))
    kinds = {kind.key: kind.words for kind in requests.all_kinds()}
    return render(
        request,
        "treatment/answers.html",
        {
            "rows": [_line(entry, kinds) for entry in page.items],
            "page": page,
            "kinds": kinds,
            "acts": [("asks" if key == "" else key, text) for key, text in words.ACTS.items()],
            "departments": Department.objects.order_by("key"),
            "versions": PolicyVersion.objects.order_by("-number").values_list("number", flat=True),
            "channels": words.CHANNELS,
            "chosen": wanted,
            "of": _customer(request.viewer, wanted),
            "run": replay_runs.latest() if access.may_read_replays(request.viewer) else None,
        },
    )


def _line(entry: AnswerLog, kinds: Mapping[str, Words]) -> dict[str, Any]:
    return {
        "entry": entry,
        "request": kinds.get(entry.request, {"en": entry.request}),
        "act": words.act_words(entry.act),
        "tone": words.TONES.get(entry.act, "none"),
    }


def _customer(viewer: Viewer, wanted: log.Filter) -> Customer | None:
    """Whose answers are asked for, unless they are stored and not used."""
    if not wanted.customer:
        return None
    found = Customer.objects.filter(pk=wanted.customer).exclude(pk__in=held_back(viewer))
    return found.first()


@require_GET
def answers_csv(request: Request) -> StreamingHttpResponse:
    """The same list as a file that no spreadsheet runs anything of; written as it is read."""
    wanted = log.chosen(request.GET.dict())
    kinds = {kind.key: kind.words for kind in requests.all_kinds()}
    language = get_language()
    lines = _csv(request.viewer, wanted, kinds, language or "en")
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="answers.csv"'
    return response


def _csv(
    viewer: Viewer, wanted: log.Filter, kinds: Mapping[str, Words], language: str
) -> Iterator[str]:
    writer = csv.writer(_Echo())
    head = [_("When"), _("Customer"), _("Request"), _("Answer"), _("Department"), _("Our rule"),
            _("Version of our promise"), _("Asked by"), _("Asked through"), _("Exception"),
            _("Treatment"), _("Answer in the log")]  # fmt: skip
    with translation.override(language):
        yield "\ufeff" + writer.writerow([csv_safe(each) for each in head])
        for entry in log.lines(viewer, wanted):
            yield writer.writerow(
                [
                    csv_safe(each)
                    for each in (
                        entry.at.isoformat(),
                        entry.customer.name,
                        say(kinds.get(entry.request, {"en": entry.request}), language),
                        words.act_words(entry.act),
                        entry.department,
                        entry.rule,
                        entry.policy.number,
                        entry.asked_by,
                        words.CHANNELS.get(entry.channel, entry.channel),
                        entry.exception or "",  # type: ignore[attr-defined]
                        entry.treatment_id,
                        entry.pk,
                    )
                ]
            )


class _Echo:
    """A file that hands back each line that is written to it."""

    def write(self, text: str) -> str:
        return text


@require_GET
def replays(request: Request, run_id: int) -> HttpResponse:
    """What an update would answer otherwise: the first of it, with the parts that differ."""
    access.check_reads_replays(request.viewer)
    run = ReplayRun.objects.filter(pk=run_id).first()
    if run is None:
        raise Http404
    found = dict(replay_runs.differing(run, DIFFERING))
    rows = AnswerLog.objects.filter(pk__in=found).select_related("customer")
    rows = rows.exclude(customer__in=held_back(request.viewer))
    kinds = {kind.key: kind.words for kind in requests.all_kinds()}
    context = {
        "run": run,
        "different": run.differences.count(),
        "rows": [
            {"entry": entry, "request": kinds.get(entry.request, {"en": entry.request}),
             "parts": words.listed(words.part_words(each) for each in found[entry.pk])}
            for entry in rows.defer("inputs", "treatment").order_by("-id")
        ],
    }  # fmt: skip
    return render(request, "treatment/replays.html", context)


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
    again = replay_answer(entry)
    return render(
        request,
        "treatment/logged.html",
        {
            "path": explain.path(request.viewer, entry, answer, get_language() or "en"),
            "again": again,
            "differs": _differences(again),
            "otherwise": entry.acted_otherwise.select_related("by").order_by("id"),
            "askings": entry.askings.select_related("asked_by").order_by("asked_at"),
            "entry": entry,
            "given": queries.given(request.viewer, answer),
            "channel": words.CHANNELS.get(entry.channel, entry.channel),
            "shown": queries.present(request.viewer, answer),
            "concerns": said,
            "lift": lifts.at_answer(request.viewer, requests.named(entry.request), answer),
            "reply_form": ReplyForm(),
            "may_keep_example": access.may_draft(request.viewer) and answer.state == "answered",
        },
    )


def _differences(again: Replayed) -> list[tuple[str, str, str]]:
    """Each part that would come out otherwise: its name, what was said and what would be."""
    return [
        (words.part_words(key), words.part_text(key, then), words.part_text(key, now))
        for key, then, now in again.changes
    ]


@require_POST
def replay(request: Request, answer_id: UUID) -> HttpResponse:
    """Decide once more on what was stored."""
    entry, _answer = _find(request, answer_id)
    result = replay_answer(entry)
    if result.identical:
        toasts.tell(request, _("Decided again: the same answer, to the letter."))
    else:
        parts = words.listed(words.part_words(each) for each in result.differences or ("id",))
        toasts.warn(request, _("Decided again, and different in: %(parts)s.") % {"parts": parts})
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
