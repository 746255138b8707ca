"""The tree of a group of companies, or of a household: seen as of a day, and edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from concord.customers import access, belonging, group_marks, groups
from concord.customers.actions import not_belonging
from concord.customers.actions.relating import end_relation, move_part, relate
from concord.customers.groups import Node
from concord.customers.models import Customer, Kind, Relationship, RelationshipKind
from concord.customers.queries import Hit, current, search
from concord.customers.views.relations import found_customer, of_customer, other_customer
from concord.kernel.access import Viewer
from concord.kernel.errors import Problem
from concord.kernel.time import today
from concord.ui import toasts
from concord.ui.http import Request

FOUND: Final = 8
PART_OF, HOUSEHOLD = RelationshipKind.PART_OF, RelationshipKind.HOUSEHOLD


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget)


class ShownForm(forms.Form):
    on = _day(gettext_lazy("As it was on"))


class MoveForm(forms.Form):
    on = _day(gettext_lazy("From this day on"))
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False)


class AddForm(MoveForm):
    on = forms.DateField(
        label=gettext_lazy("Since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: as long as we know them."),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A node as the page draws it; `level` counts from 1, as a tree says it to who cannot see."""

    node: Node
    level: int
    source: str
    is_asked: bool
    rows: list[Row]
    marks: list[group_marks.Mark]


@require_GET
def index(request: Request, customer_id: UUID) -> HttpResponse:
    """The whole group, or the household, with what may be changed in it."""
    return _index(request, found_customer(customer_id))


@require_GET
def parts(request: Request, customer_id: UUID) -> HttpResponse:
    """More parts of one customer: what the tree had no room for."""
    whole = found_customer(customer_id)
    after = other_customer(request.GET.get("after", ""))
    day, _form = _shown(request)
    found = groups.parts_of([whole.pk], day, after).get(whole.pk, [])
    level = min(max(int(request.GET.get("level", "2")), 2), 40) if _is_number(request) else 2
    rows = _rows(request.viewer, found[: groups.CHILDREN], day, whole.pk, level)
    context = {
        "rows": rows,
        "day": day,
        "customer": whole,
        "may_edit": access.may_relate(request.viewer, PART_OF),
        "more_of": whole.pk if len(found) > groups.CHILDREN else None,
        "last": rows[-1].node.id if rows else "",
        "level": level,
    }
    return render(request, "customers/_branches.html", context)


@require_GET
def find(request: Request, customer_id: UUID) -> HttpResponse:
    """While a name is being typed: whom it may mean."""
    customer = found_customer(customer_id)
    return render(request, "customers/_members_found.html", _choices(request, customer))


@require_POST
def add(request: Request, customer_id: UUID) -> HttpResponse:
    """Another customer is a part of this one, or of its household."""
    customer = found_customer(customer_id)
    kind = PART_OF if groups.is_group(customer) else HOUSEHOLD
    access.require_relate(request.viewer, kind)
    form, other = AddForm(request.POST), other_customer(request.POST.get("other", ""))
    if other is None:
        form.add_error(None, _("Find whom it is about, and choose them."))
    if form.is_valid() and other is not None:
        said = {"valid_from": form.cleaned_data["on"], "reason": form.cleaned_data["reason"]}
        try:
            made = relate(other.pk, kind, customer.pk, request.user, **said)
        except Problem as problem:
            form.add_error(None, _whole(problem))
        else:
            _tell(request, customer, made, _("Kept: %(name)s.") % {"name": other.name})
            return redirect("customers:group", customer.pk)
    return _index(request, customer, add=form)


@require_POST
def not_here(request: Request, customer_id: UUID, other_id: UUID) -> HttpResponse:
    """Who may belong here does not: they are not proposed again."""
    customer, other = _two(request, customer_id, other_id)
    not_belonging.say(customer, other, request.user)
    undo = reverse("customers:group_after_all", args=[customer.pk, other.pk])
    toasts.tell(
        request, _("%(name)s is not proposed here again.") % {"name": other.name}, undo=undo
    )
    return redirect("customers:group", customer.pk)


@require_POST
def here_after_all(request: Request, customer_id: UUID, other_id: UUID) -> HttpResponse:
    customer, other = _two(request, customer_id, other_id)
    not_belonging.take_back(customer, other, request.user)
    toasts.tell(request, _("Taken back."))
    return redirect("customers:group", customer.pk)


def _two(request: Request, customer_id: UUID, other_id: UUID) -> tuple[Customer, Customer]:
    customer, other = found_customer(customer_id), found_customer(other_id)
    access.require_relate(request.viewer, PART_OF if groups.is_group(customer) else HOUSEHOLD)
    return customer, other


@require_POST
def move(request: Request, customer_id: UUID, relationship_id: int) -> HttpResponse:
    """A part belongs to another parent from a day on."""
    customer, tie = _tie(request, customer_id, relationship_id)
    form, other = MoveForm(request.POST), other_customer(request.POST.get("other", ""))
    if other is None:
        form.add_error(None, _("Find whom it is about, and choose them."))
    if form.is_valid() and other is not None:
        on, reason = form.cleaned_data["on"], form.cleaned_data["reason"]
        try:
            made = move_part(tie, other.pk, on, request.user, reason)
        except Problem as problem:
            form.add_error(None, _whole(problem))
        else:
            said = _("Moved under %(name)s. Until that day it stays where it was.")
            _tell(request, customer, made, said % {"name": other.name})
            return redirect("customers:group", customer.pk)
    return _index(request, customer, chosen=tie, change=form)


@require_POST
def end(request: Request, customer_id: UUID, relationship_id: int) -> HttpResponse:
    """It is no part of the group, or of the household, any more."""
    customer, tie = _tie(request, customer_id, relationship_id)
    form = MoveForm(request.POST)
    if form.is_valid():
        try:
            ended = end_relation(
                tie, form.cleaned_data["on"], request.user, form.cleaned_data["reason"]
            )
        except Problem as problem:
            form.add_error("on", _whole(problem))
        else:
            _tell(request, customer, ended, _("Ended. What was before stays readable."))
            return redirect("customers:group", customer.pk)
    return _index(request, customer, chosen=tie, change=form)


def _index(
    request: Request,
    customer: Customer,
    *,
    chosen: Relationship | None = None,
    change: MoveForm | None = None,
    add: AddForm | None = None,
) -> HttpResponse:
    day, shown = _shown(request)
    is_group = groups.is_group(customer)
    kind = PART_OF if is_group else HOUSEHOLD
    may_edit = access.may_relate(request.viewer, kind)
    if chosen is None and may_edit and request.GET.get("change", "").isdecimal():
        chosen = of_customer(customer, int(request.GET["change"]), anywhere=True)
    tree = groups.tree_of(customer, day) if is_group else None
    tops = tree.tops if tree else _household(request.viewer, customer, day)
    context = {
        "customer": customer,
        "is_group": is_group,
        "day": day,
        "is_today": day == today(),
        "shown": shown,
        "rows": _rows(request.viewer, tops, day, customer.pk, 1),
        "is_alone": len(tops) < 2 and not any(top.parts for top in tops),
        "circles": [" → ".join(names) for names in tree.circles] if tree else [],
        "is_whole": tree.is_whole if tree else True,
        "owes": group_marks.owed(request.viewer, customer, day) if is_group else None,
        "may_edit": may_edit,
        "chosen": chosen,
        "part": _end_of(chosen, "from_profile_id") if chosen else None,
        "whole": _end_of(chosen, "to_profile_id") if chosen else None,
        "change": change or MoveForm(initial={"on": day}),
        "add": add or AddForm(),
        "proposals": belonging.proposals(request.viewer, customer, day) if may_edit else [],
        **_choices(request, customer),
    }
    status = 422 if change or add else 200
    return render(request, "customers/group.html", context, status=status)


def _household(viewer: Viewer, customer: Customer, day: date) -> list[Node]:
    """The one asked for at the top, with who lives there below."""
    unused = access.may_handle_rights(viewer)
    first, *others = groups.household_of(customer, day, unused=unused)
    first.parts = others
    return [first]


def _rows(viewer: Viewer, nodes: Sequence[Node], day: date, asked: UUID, level: int) -> list[Row]:
    every = [node for top in nodes for node in top.walk()]
    sources = groups.said_by(every)
    marks = group_marks.marks(viewer, [node.id for node in every], day)

    def row(node: Node, depth: int) -> Row:
        below = [row(part, depth + 1) for part in node.parts]
        source = sources.get(node.source, "")
        return Row(node, depth, source, node.id == asked, below, marks.get(node.id, []))

    return [row(node, level) for node in nodes]


def _shown(request: Request) -> tuple[date, ShownForm]:
    """The day that is looked at, today where none is given that makes sense."""
    if "on" not in request.GET:
        return today(), ShownForm(initial={"on": today()})
    form = ShownForm(request.GET)
    return (form.cleaned_data["on"] if form.is_valid() else today()), form


def _is_number(request: Request) -> bool:
    return request.GET.get("level", "").isdecimal()


def _choices(request: Request, customer: Customer) -> dict[str, Any]:
    given = request.POST if request.method == "POST" else request.GET
    text = given.get("q", "")[:200].strip()
    chosen = other_customer(given.get("other", ""))
    hits = [Hit(chosen.pk, chosen.kind, chosen.name)] if chosen else []
    taken = {hit.id for hit in hits} | ({customer.pk} if not groups.is_group(customer) else set())
    if text:
        found = search(request.viewer, text, 5 * FOUND)
        kind = Kind.ORGANISATION if groups.is_group(customer) else Kind.PERSON
        hits += [hit for hit in found if hit.kind == kind and hit.id not in taken]
    return {"hits": hits[:FOUND], "text": text, "picked": chosen.pk if chosen else None}


def _tie(
    request: Request, customer_id: UUID, relationship_id: int
) -> tuple[Customer, Relationship]:
    customer = found_customer(customer_id)
    tie = of_customer(customer, relationship_id, anywhere=True)
    access.require_relate(request.viewer, tie.kind)
    return customer, tie


def _end_of(tie: Relationship, end: str) -> Customer:
    try:
        return current(getattr(tie, end))
    except Problem as problem:
        raise Http404 from problem


def _whole(problem: Problem) -> str:
    return " ".join(filter(None, (problem.message, problem.mend)))


def _tell(request: Request, customer: Customer, said: Relationship, text: str) -> None:
    undo = reverse("customers:take_back_relation", args=[customer.pk, said.pk])
    toasts.tell(request, text, undo=f"{undo}?back=group")
