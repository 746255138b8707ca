"""Work: any record type as a list; what has stages as a board."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import quote, urlsplit

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from concord.kernel.words import say
from concord.records import types
from concord.records.actions import desk
from concord.records.queries import listing
from concord.records.types import RecordType
from concord.ui import toasts
from concord.ui.http import Request
from concord.ui.paging import Page
from concord.work import queries
from concord.work.queries import Row, Who

Choice = TypeVar("Choice", bound=str)

STATES = ("open", "late", "over")
BOARDS = ("deal", "task", "case", "lead")


@require_GET
def work_list(request: Request) -> HttpResponse:
    declared = types.get(request.GET.get("type", "task"))
    who, state = _who(request), _one_of(request.GET.get("state"), STATES)
    page = listing(
        request.viewer,
        declared.key,
        open=state != "over",
        late=state == "late" or None,
        owner_id=request.viewer.user_id if who == "mine" else None,
        owner_department=request.viewer.department if who == "department" else None,
        order="opened" if state == "over" else "due",
        cursor=request.GET.get("cursor"),
    )
    rows: Page[Row] = Page(queries.with_customers(page.items), page.next)
    context = _context(declared, who) | {"page": rows, "state": state}
    return render(request, "work/rows.html" if request.htmx else "work/list.html", context)


@require_GET
def board(request: Request) -> HttpResponse:
    return _board(request, types.get(request.GET.get("type", "deal")), _who(request, "all"))


@require_POST
def move(request: Request, record_id: int) -> HttpResponse:
    """Move a card to another stage; `status` comes with the form, or in the address of an undo."""
    status = request.POST.get("status") or request.GET.get("status", "")
    before = request.POST.get("before", "")
    record = desk.change_record(request.user, record_id, status=status)
    declared = types.get(record.type)
    to = declared.status(record.status)
    back = reverse("work:move", args=[record_id])
    toasts.tell(
        request,
        _("“%(card)s” is now at %(stage)s.")
        % {"card": record.subject or say(declared.words), "stage": say(to.words) if to else ""},
        undo=f"{back}?status={quote(before)}" if before and before != status else "",
    )
    if request.htmx:
        return _board(request, declared, _one_of(request.POST.get("who"), WHO))
    return redirect(f"{reverse('work:board')}?type={record.type}")


@require_POST
def close(request: Request, record_id: int) -> HttpResponse:
    """Tick it off."""
    record = desk.close_record(request.user, record_id)
    undo = reverse("work:reopen", args=[record_id])
    toasts.tell(request, _("Done: %(what)s") % {"what": record.subject}, undo=undo)
    if request.htmx:
        return HttpResponse("")
    return redirect(_back(request))


@require_POST
def reopen(request: Request, record_id: int) -> HttpResponse:
    record = desk.reopen_record(request.user, record_id)
    toasts.tell(request, _("Open again: %(what)s") % {"what": record.subject})
    return redirect(_back(request))


WHO: tuple[Who, ...] = ("mine", "department", "all")


def _board(request: Request, declared: RecordType, who: Who) -> HttpResponse:
    lanes = queries.board(request.viewer, declared, who)
    context = _context(declared, who) | {
        "lanes": lanes,
        "kept_in": sorted({r.item.source for each in lanes for r in each.rows if not r.movable}),
        "boards": [types.get(key) for key in BOARDS],
    }
    return render(request, "work/lanes.html" if request.htmx else "work/board.html", context)


def _context(declared: RecordType, who: Who) -> dict[str, object]:
    return {"type": declared, "who": who, "types": queries.types_to_choose()}


def _who(request: Request, default: Who = "mine") -> Who:
    return _one_of(request.GET.get("who", default), WHO)


def _one_of(given: str | None, choices: tuple[Choice, ...]) -> Choice:
    """A choice of the address, or the first one for what nobody offered."""
    return next((each for each in choices if each == given), choices[0])


def _back(request: Request) -> str:
    """The page that asked, if it is one of ours (the browser sends no more than our own paths)."""
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc == request.get_host() and before.path:
        return f"{before.path}?{before.query}" if before.query else before.path
    return reverse("work:list")
