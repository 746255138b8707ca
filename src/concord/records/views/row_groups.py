"""A group of rows to fix: one correction for all alike, seen before it is applied."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from concord.kernel.errors import Problem
from concord.kernel.models import Unit
from concord.records.importing import mending
from concord.records.importing.amend import can_keep
from concord.records.importing.cells import name_of
from concord.records.importing.corrections import (
    OFFERED,
    Correction,
    correction_for,
    expressions_of,
)
from concord.records.importing.kinds import mapping_like
from concord.records.importing.mapping import parse
from concord.records.importing.preview import preview
from concord.records.importing.rejected import WHOLE, cells_of
from concord.records.importing.values import CURRENCY_CODES, date_reader, number_reader
from concord.records.models import MendingKind, Rejection, RowGroup
from concord.records.queries import rows_to_fix as queries
from concord.records.views.rejections import in_words, reason_given, require_tends, shown
from concord.records.views.twice import said_twice
from concord.ui.http import Request

MOST_VALUES: Final = 30  # of a column that one form asks for
DATES: Final = {
    "%d.%m.%Y": "31.12.2026",
    "%m/%d/%Y": "12/31/2026",
    "%d/%m/%Y": "31/12/2026",
    "%Y/%m/%d": "2026/12/31",
    "%Y.%m.%d": "2026.12.31",
    "%Y-%m-%d": "2026-12-31",
    "%Y%m%d": "20261231",
    "%d.%m.%y": "31.12.26",
    "%m/%d/%y": "12/31/26",
    "%d-%b-%Y": "31-Dec-2026",
    "%d %B %Y": "31 December 2026",
    "excel": _("46387, the day number of a spreadsheet"),
    "roc": _("115/12/31, years of the Republic of China"),
    "wareki": _("令和8年12月31日, years of a Japanese era"),
}
NUMBERS: Final = ("1.234,56", "1,234.56", "1 234,56", "1234.56", "1234,56", "1'234.56")
EXPLAINED: Final = {
    MendingKind.REPLACE: _("Another value instead"),
    MendingKind.DATE: _("It is a date, written otherwise"),
    MendingKind.NUMBER: _("It is a number, written otherwise"),
    MendingKind.FILL: _("A value where it is empty"),
    MendingKind.STRIP: _("Remove some characters"),
    MendingKind.EMPTY: _("Leave it empty"),
    MendingKind.WITHOUT: _("Take the row without it; what we knew stays"),
    MendingKind.FIRST: _("The first row holds; this one is put aside"),
    MendingKind.LATER: _("This later row holds"),
}
ASKS: Final = frozenset({MendingKind.FILL, MendingKind.STRIP})


@dataclass(frozen=True)
class Way:
    """One way to mend the group: its name, whether it may be kept, and what it may be given."""

    kind: str
    words: object
    can_keep: bool
    choices: list[tuple[str, object]]
    asks: bool


@require_GET
def show(request: Request, pk: int) -> HttpResponse:
    """The rows of a group, and the ways to mend them all at once."""
    group = _group(request, pk)
    groups = _scope(group, request.GET.get("all", ""))
    page = queries.page_of_rows(groups, request.GET.get("cursor", ""))
    rows = [shown(row) | {"text": _text_of(row)} for row in page.items]
    others = len(queries.siblings(group)) - 1
    context = {
        "group": group,
        "groups": groups[:MOST_VALUES],
        "waiting": sum(one.waiting for one in groups),
        "example": rows[0] if rows else None,
        "name": in_words(group.code),
        "page": page,
        "rows": rows,
        "all": "1" if request.GET.get("all") else "",
        "others": others,
        "twice": said_twice(page.items),
        "ways": _ways(group, groups) if rows else [],
        "choices": _choices(group, rows[0]["row"].detail) if rows else [],
    }
    return render(request, "records/row_group.html", context)


@require_POST
def try_out(request: Request, pk: int) -> HttpResponse:
    """What a correction would give on the first rows (a part of the page of the group)."""
    group = _group(request, pk)
    context: dict[str, Any] = {}
    try:
        groups, correction = _asked(request, group)
        context["preview"] = preview(groups, correction)
    except Problem as problem:
        context["problem"] = None if problem.code == "empty" else problem
    return render(request, "records/_mending_preview.html", context)


@require_POST
def correct(request: Request, pk: int) -> HttpResponse:
    """Mend all rows of the group so; many of them in the background."""
    group = _group(request, pk)
    groups, correction = _asked(request, group)
    note = str(EXPLAINED[MendingKind.FIRST]) if correction.kind == MendingKind.FIRST else ""
    keep = correction.kind in request.POST.getlist("keep")
    begun = mending.begin(request.user, groups, correction, keep=keep, note=note)
    return redirect("records:mending", mending.set_going(begun).pk)


@require_POST
def put_aside(request: Request, pk: int) -> HttpResponse:
    """Dismiss all rows of the group, and say why."""
    group = _group(request, pk)
    groups = _scope(group, request.POST.get("all", ""))
    correction = Correction(MendingKind.DISMISS)
    begun = mending.begin(request.user, groups, correction, note=reason_given(request))
    return redirect("records:mending", mending.set_going(begun).pk)


def _text_of(row: Rejection) -> str:
    """The row as it stands in the file, as far as a line takes it."""
    return " · ".join(str(value) for _name, value in cells_of(row) if value) or row.raw.get(
        WHOLE, ""
    )


def _group(request: Request, pk: int) -> RowGroup:
    group = get_object_or_404(RowGroup.objects.select_related("imported__source"), pk=pk)
    require_tends(request, group.imported)
    return group


def _scope(group: RowGroup, every: str) -> list[RowGroup]:
    """This group alone, or all of its reason and column."""
    if not every:
        return [group]
    found = queries.siblings(group) or [group]
    for one in found:
        one.imported = group.imported
    return found


def _asked(request: Request, group: RowGroup) -> tuple[list[RowGroup], Correction]:
    """The groups that a form is about, and the correction that it asks for."""
    said = request.POST
    kind = said.get("kind", "")
    if kind not in OFFERED.get(group.code, ()):
        raise Problem(
            str(_("Nothing is chosen.")), mend=str(_("Choose how to mend it.")), code="empty"
        )
    groups = _scope(group, said.get("all", ""))
    table: dict[str, str] = {}
    if kind == MendingKind.REPLACE:
        given = {one.pk: said.get(f"to:{one.pk}", "").strip() for one in groups}
        groups = [one for one in groups if given[one.pk]] or groups
        table = {one.value: given[one.pk] for one in groups if one.value is not None}
    elif kind in {MendingKind.EMPTY, MendingKind.WITHOUT}:
        named = [one.value for one in groups]
        table = {} if None in named else dict.fromkeys(map(str, named), "")
    text = said.get(f"text:{kind}", "")
    mapping = parse(group.imported.mapping)
    found = correction_for(kind, group.column, mapping, code=group.code, table=table, text=text)
    return groups, found


def _ways(group: RowGroup, groups: list[RowGroup]) -> list[Way]:
    mapping = parse(group.imported.mapping)
    has_place = any(name_of(one) == group.column for one in expressions_of(mapping))
    if not has_place and group.code not in {"nul", "repeated"}:
        return []
    kept, row = mapping_like(group.imported), None
    if group.code == "repeated":
        row = group.rows.order_by("id").first()
    what = row.detail.get("what", "") if row else ""
    ways = [
        Way(
            kind,
            EXPLAINED[kind],
            can_keep(kept, group.code, group.column, kind, what),
            _readings(kind, [one.value for one in groups if one.value]),
            kind in ASKS,
        )
        for kind in OFFERED.get(group.code, ())
        if kind != MendingKind.REPLACE or any(one.value is not None for one in groups)
    ]
    # What reads none of these values is no way; where one does, it is the likeliest.
    return [way for way in ways if way.choices or way.kind not in _READ]


_READ: Final = frozenset({MendingKind.DATE, MendingKind.NUMBER})


def _readings(kind: str, values: list[str]) -> list[tuple[str, object]]:
    """The formats that read at least one of the values; all of them where none is known."""
    if kind == MendingKind.DATE:
        return [(f, words) for f, words in DATES.items() if _reads(date_reader((f,)), values)]
    if kind == MendingKind.NUMBER:
        return [(one, one) for one in NUMBERS if _reads(number_reader(one), values)]
    return []


def _reads(reader: Any, values: list[str]) -> bool:
    for value in values:
        try:
            reader(value)
        except (ValueError, OverflowError):
            continue
        return True
    return not values


def _choices(group: RowGroup, detail: dict[str, Any]) -> list[str]:
    """What is probably meant: the field that asks for another value proposes these."""
    match group.code:
        case "unit":
            return list(Unit.objects.order_by("key").values_list("key", flat=True))
        case "currency":
            return list(CURRENCY_CODES)
        case "kind":
            return ["organisation", "person"]
        case "boolean":
            return ["true", "false"]
        case "not_translated":
            mapping = parse(group.imported.mapping)
            known = (one.values for one in expressions_of(mapping) if name_of(one) == group.column)
            values = [v for table in known if table for v in table.values()]
            return list(
                dict.fromkeys(str(v).lower() if isinstance(v, bool) else str(v) for v in values)
            )
    return [one.strip() for one in str(detail.get("choices", "")).split(",") if one.strip()]
