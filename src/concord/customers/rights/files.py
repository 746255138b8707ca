"""Everything about one customer as two files: one to read and print, one for machines.

They lie in a folder of their own that only we can read, and are forgotten after some days. A
large customer's are written entry by entry: nothing is held in memory.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from concord.customers.actions.rights_log import log
from concord.customers.models import Customer, PersonFile
from concord.customers.rights import registry
from concord.customers.rights.person import person_of
from concord.customers.rights.registry import Entry, Holding, Person
from concord.customers.words import attribute
from concord.kernel.models import Company
from concord.kernel.time import now, zone
from concord.ui import formats

HTML, JSON = "data.html", "data.json"
FORMAT: Final = "concord-person-file/1"


def write(file_id: UUID) -> None:
    """Write the files anew; they appear when they are whole. Nothing to do once they are there."""
    made = PersonFile.objects.get(pk=file_id)
    if made.finished_at or made.forgotten_at:
        return
    folder = made.folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    person = person_of(made.customer_id)
    parts = [each for each in registry.holdings() if each.labels]
    PersonFile.objects.filter(pk=made.pk).update(total=len(parts), done=0)
    with (
        translation.override(made.language),
        (folder / "html.part").open("w", encoding="utf-8") as html,
        (folder / "json.part").open("w", encoding="utf-8") as machine,
    ):
        _write(made, person, parts, html, machine)
    (folder / "html.part").replace(folder / HTML)
    (folder / "json.part").replace(folder / JSON)
    with transaction.atomic():
        if PersonFile.objects.filter(pk=made.pk, forgotten_at=None).update(finished_at=now()):
            log(made.customer_id, "file_made", None, request=made.request)
            return
    shutil.rmtree(folder, ignore_errors=True)  # it was forgotten while it was written


def forget(made: PersonFile) -> None:
    """The files go; that there were some stays in the log. Twice changes nothing."""
    PersonFile.objects.filter(pk=made.pk, forgotten_at=None).update(forgotten_at=now(), problem="")
    shutil.rmtree(made.folder, ignore_errors=True)


def forget_old() -> int:
    old = PersonFile.objects.filter(forgotten_at=None, forget_at__lte=now())
    for each in old:
        forget(each)
    return len(old)


def until(days: int) -> datetime:
    return now() + timedelta(days=days)


def _write(
    made: PersonFile, person: Person, parts: list[Holding], html: IO[str], machine: IO[str]
) -> None:
    customer = Customer.objects.get(pk=person.id)
    about = {
        "format": FORMAT,
        "made_at": made.made_at.isoformat(),
        "company": Company.load().name,
        "id": str(person.id),
        "ids": [str(each) for each in person.customers],
        "name": customer.name,
        "kind": customer.kind,
    }
    head, foot = _frame(made, customer, str(about["company"]))
    html.write(head)
    machine.write(json.dumps(about, ensure_ascii=False, indent=1)[:-2] + ',\n "parts": [')
    for number, holding in enumerate(parts):
        machine.write("," if number else "")
        _part(holding, person, html, machine)
        PersonFile.objects.filter(pk=made.pk).update(done=number + 1)
    machine.write("\n ]\n}\n")
    html.write(foot)


def _part(holding: Holding, person: Person, html: IO[str], machine: IO[str]) -> None:
    title = {"key": holding.key, "title": str(holding.title)}
    machine.write("\n  " + json.dumps(title, ensure_ascii=False)[:-1] + ', "entries": [')
    html.write(f"<section><h2>{escape(str(holding.title))}</h2>\n")
    count = 0
    for count, entry in enumerate(holding.tell(person), 1):
        machine.write(",\n   " if count > 1 else "\n   ")
        machine.write(json.dumps(_plain(entry), ensure_ascii=False, default=str))
        html.write(f"<article>{''.join(_lines(holding, entry))}</article>\n")
    machine.write("]}")
    html.write(f'<p class="none">{escape(_("Nothing."))}</p>' if not count else "")
    html.write("</section>\n")


def _plain(value: Any) -> Any:
    """As JSON: times with their zone, amounts as text that no float touches."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case None | bool() | int() | float() | str():
            return value
    return str(value)


def _lines(holding: Holding, entry: Entry) -> Iterator[str]:
    yield "<dl>"
    for key, value in entry.items():
        if key not in holding.machine and not _says_nothing(value):
            label = holding.labels.get(key, key.replace("_", " "))
            shown = attribute(value) if key == "attribute" else value
            yield f"<dt>{escape(str(label))}</dt><dd>{_shown(shown, holding)}</dd>"
    yield "</dl>"


def _says_nothing(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(map(_says_nothing, value.values()))
    return value in (None, "", [], ())


def _shown(value: Any, holding: Holding) -> str:
    match value:
        case datetime():
            return escape(f"{value.astimezone(zone()):%Y-%m-%d %H:%M}")
        case date():
            return escape(formats.long_day(value))
        case Decimal():
            return escape(formats.exact(value))
        case bool():
            return escape(_("yes") if value else _("no"))
        case Mapping():
            return "".join(_lines(holding, value))
        case list() | tuple():
            return "<br>".join(_shown(each, holding) for each in value)
    return escape(_said(str(value)))


def _said(text: str) -> str:
    """A word of ours in the reader's language, all else as it was written."""
    from concord.customers.rights.words import said

    return said(text)


def _frame(made: PersonFile, customer: Customer, company: str) -> tuple[str, str]:
    """What stands before and after the parts: a page that needs nothing from anywhere."""
    said = {"company": company, "day": f"{made.made_at:%Y-%m-%d}"}
    about = _("Everything that %(company)s keeps about you, as of %(day)s.") % said
    rights = _(
        "Each part says what is kept, since when, and which of our systems told us. You may have "
        "wrong values corrected, have their use restricted, and have erased what no law obliges "
        "us to keep."
    )
    head = (
        f'<!doctype html>\n<html lang="{escape(made.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>{escape(customer.name)}</title><style>{_css()}</style></head>\n"
        f'<body><header><h1>{escape(customer.name)}</h1><p class="sub">{escape(about)}</p>'
        f"<p>{escape(rights)}</p></header>\n"
    )
    end = escape(_("End of the file."))
    return head, f'<footer><p class="sub">{end}</p></footer></body></html>\n'


def _css() -> str:
    return (Path(__file__).parent / "file.css").read_text(encoding="utf-8")
