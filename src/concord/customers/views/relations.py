"""Who stands to whom, by hand: somebody works there, is part of a group, shares a household."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.customers import access
from concord.customers.actions.relating import end_relation, relate, take_back_relation
from concord.customers.models import Customer, Kind, Membership, Relationship, RelationshipKind
from concord.customers.queries import Hit, Related, all_of, current, search
from concord.kernel.access import Viewer
from concord.kernel.errors import Problem
from concord.kernel.time import today
from concord.ui import toasts
from concord.ui.http import Request

FOUND: Final = 8
LOOKED_AT: Final = 40  # hits of which those of the other kind are left out


@dataclass(frozen=True, slots=True)
class How:
    """One way to stand to a customer, seen from them; `other` is what the other one must be.

    `words` say what the other one is to them, `adds` what the form offers.
    """

    key: str
    words: str | Promise
    adds: str | Promise
    kind: RelationshipKind
    outward: bool
    of: Kind
    other: Kind


WORKS_AT, PART_OF = RelationshipKind.WORKS_AT, RelationshipKind.PART_OF
HOUSEHOLD, PERSON, ORGANISATION = RelationshipKind.HOUSEHOLD, Kind.PERSON, Kind.ORGANISATION
HOWS: Final = (
    How("people", gettext_lazy("Works here"), gettext_lazy("A person who works here"),
        WORKS_AT, False, ORGANISATION, PERSON),
    How("part_of", gettext_lazy("Parent company"), gettext_lazy("Their parent company"),
        PART_OF, True, ORGANISATION, ORGANISATION),
    How("parts", gettext_lazy("Subsidiary"), gettext_lazy("A subsidiary"),
        PART_OF, False, ORGANISATION, ORGANISATION),
    How("works_at", gettext_lazy("Works at"), gettext_lazy("Where they work"),
        WORKS_AT, True, PERSON, ORGANISATION),
    How("household", gettext_lazy("Same household"), gettext_lazy("Somebody of the same household"),
        HOUSEHOLD, True, PERSON, PERSON),
)  # fmt: skip


class RelateForm(forms.Form):
    how = forms.ChoiceField(label=gettext_lazy("What do you add?"), widget=forms.RadioSelect)
    title = forms.CharField(label=gettext_lazy("Position"), max_length=200, required=False)
    valid_from = forms.DateField(
        label=gettext_lazy("Since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: as long as we know them."),
    )

    def __init__(self, *args: Any, hows: Sequence[How], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["how"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(how.key, str(how.adds)) for how in hows]


class EndForm(forms.Form):
    on = forms.DateField(
        label=gettext_lazy("Not any more since"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A relationship as the page lists it."""

    related: Related
    words: str
    state: str  # now, to_come, ended
    may_end: bool
    may_take_back: bool  # what was last said by hand


@require_GET
def index(request: Request, customer_id: UUID) -> HttpResponse:
    """All of them: opened in the customer's page, or a page of its own."""
    customer = found_customer(customer_id)
    return _index(request, customer)


@require_http_methods(["GET", "POST"])
def new(request: Request, customer_id: UUID) -> HttpResponse:
    customer = found_customer(customer_id)
    hows = hows_of(request.viewer, customer)
    if request.method == "GET":
        form = RelateForm(initial={"how": request.GET.get("how") or hows[0].key}, hows=hows)
        return _new(request, customer, hows, form)
    form = RelateForm(request.POST, hows=hows)
    other = other_customer(request.POST.get("other", ""))
    if form.is_valid() and other is not None:
        how = next(each for each in hows if each.key == form.cleaned_data["how"])
        try:
            made = _relate(request, customer, how, other, form)
        except Problem as problem:
            form.add_error(None, " ".join(filter(None, (problem.message, problem.mend))))
        else:
            _tell(request, customer, made, _("Kept: %(name)s.") % {"name": other.name})
            return redirect("pages:customer", customer.pk)
    elif other is None and "how" not in form.errors:
        form.add_error(None, _("Find whom it is about, and choose them."))
    return _new(request, customer, hows, form, status=422)


@require_GET
def find(request: Request, customer_id: UUID) -> HttpResponse:
    """While a name is being typed: whom it may mean, to choose one."""
    customer = found_customer(customer_id)
    context = {"customer": customer} | _choices(
        request, customer, hows_of(request.viewer, customer)
    )
    return render(request, "customers/_choices.html", context)


@require_http_methods(["GET", "POST"])
def end(request: Request, customer_id: UUID, relationship_id: int) -> HttpResponse:
    customer = found_customer(customer_id)
    relationship = of_customer(customer, relationship_id)
    if request.method == "GET":
        return redirect("customers:relations", customer.pk)
    access.require_relate(request.viewer, relationship.kind)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _index(request, customer, wrong=relationship.pk, form=form)
    try:
        ended = end_relation(relationship, form.cleaned_data["on"], request.user)
    except Problem as problem:
        form.add_error("on", " ".join(filter(None, (problem.message, problem.mend))))
        return _index(request, customer, wrong=relationship.pk, form=form)
    _tell(request, customer, ended, _("Ended. What was before stays readable."))
    return redirect("pages:customer", customer.pk)


@require_POST
def take_back(request: Request, customer_id: UUID, relationship_id: int) -> HttpResponse:
    customer = found_customer(customer_id)
    back_to_group = request.GET.get("back") == "group"
    relationship = of_customer(customer, relationship_id, anywhere=back_to_group)
    access.require_relate(request.viewer, relationship.kind)
    take_back_relation(relationship, request.user)
    toasts.tell(request, _("Taken back."))
    return redirect("customers:group" if back_to_group else "pages:customer", customer.pk)


def hows_of(viewer: Viewer, customer: Customer) -> list[How]:
    """What this person may say of the customer."""
    mine = [how for how in HOWS if how.of == customer.kind]
    return [how for how in mine if access.may_relate(viewer, how.kind)]


def _relate(
    request: Request, customer: Customer, how: How, other: Customer, form: RelateForm
) -> Relationship:
    access.require_relate(request.viewer, how.kind)
    one, two = (customer, other) if how.outward else (other, customer)
    return relate(
        one.pk,
        how.kind,
        two.pk,
        request.user,
        title=form.cleaned_data["title"] if how.kind == WORKS_AT else "",
        valid_from=form.cleaned_data["valid_from"],
    )


def _new(
    request: Request, customer: Customer, hows: list[How], form: RelateForm, status: int = 200
) -> HttpResponse:
    context = {
        "customer": customer,
        "form": form,
        "has_title": any(how.kind == WORKS_AT for how in hows),
        "has_choice": len(hows) > 1,
        "groups_hidden": customer.kind == ORGANISATION
        and not access.may_relate(request.viewer, PART_OF),
        **_choices(request, customer, hows),
    }
    return render(request, "customers/relate.html", context, status=status)


def _choices(request: Request, customer: Customer, hows: list[How]) -> dict[str, Any]:
    """Who was found of the kind that is wanted; with who was chosen already, first."""
    given = request.POST if request.method == "POST" else request.GET
    how = next((each for each in hows if each.key == given.get("how")), hows[0])
    text = given.get("q", "")[:200].strip()
    chosen = other_customer(given.get("other", ""))
    hits = [Hit(chosen.pk, chosen.kind, chosen.name)] if chosen and chosen.kind == how.other else []
    taken = {customer.pk, *(hit.id for hit in hits)}
    if text:
        found = search(request.viewer, text, LOOKED_AT)
        hits += [each for each in found if each.kind == how.other and each.id not in taken]
    return {
        "hits": hits[:FOUND],
        "text": text,
        "how": how,
        "chosen": chosen.pk if chosen else None,
        "wants_person": how.other == PERSON,
    }


def _index(
    request: Request,
    customer: Customer,
    wrong: int = 0,
    form: EndForm | None = None,
) -> HttpResponse:
    day = today()
    order = [str(how.words) for how in HOWS]
    rows = [
        _row(request.viewer, each, day)
        for each in all_of(customer.pk)
        if not access.is_held_back(request.viewer, each.is_restricted)
    ]
    rows.sort(key=lambda row: order.index(row.words))
    context = {
        "customer": customer,
        "is_person": customer.kind == PERSON,
        "standing": [row for row in rows if row.state != "ended"],
        "ended": [row for row in rows if row.state == "ended"],
        "form": EndForm(initial={"on": day}),
        "wrong": wrong,
        "wrong_form": form,
    }
    part = request.htmx and not request.htmx.boosted
    template = "customers/_relations.html" if part else "customers/relations.html"
    return render(request, template, context, status=422 if form else 200)


def _row(viewer: Viewer, related: Related, day: date) -> Row:
    state = "now"
    if related.until and related.until <= day:
        state = "ended"
    elif related.since and related.since > day:
        state = "to_come"
    outward = related.outward or related.relation == HOUSEHOLD
    how = next(h for h in HOWS if (h.kind, h.outward) == (related.relation, outward))
    may_say = access.may_relate(viewer, related.relation)
    return Row(
        related, str(how.words), state, may_say and state != "ended", may_say and related.is_by_hand
    )


def _tell(request: Request, customer: Customer, said: Relationship, text: str) -> None:
    undo = reverse("customers:take_back_relation", args=[customer.pk, said.pk])
    toasts.tell(request, text, undo=undo)


def found_customer(customer_id: UUID) -> Customer:
    try:
        return current(customer_id)
    except Problem as problem:
        raise Http404 from problem


def other_customer(text: str) -> Customer | None:
    try:
        return found_customer(UUID(text)) if text else None
    except (ValueError, Http404):
        return None


def of_customer(
    customer: Customer, relationship_id: int, *, anywhere: bool = False
) -> Relationship:
    """A relationship of this customer; 404 for one of others, unless `anywhere` in the tree that
    it is a part of."""
    relationship = get_object_or_404(Relationship, pk=relationship_id)
    if anywhere and relationship.kind != WORKS_AT:
        return relationship
    ends = (relationship.from_profile_id, relationship.to_profile_id)
    mine = Membership.objects.filter(customer=customer, known_to=None, profile__in=ends)
    if not mine.exists():
        raise Http404
    return relationship
