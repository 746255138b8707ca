"""What records keep of a person: told as it is, erased but for what the law keeps.

An invoice keeps its number, its dates and its amounts, and loses every word that is the person's.
All else is taken back and emptied; its row stays, because others point to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from concord.customers.rights import registry
from concord.customers.rights.mentions import black_out, finds, parameters, ranges
from concord.customers.rights.registry import Entry, Erasing, Holding, Kept, Objection, Person
from concord.customers.rows import fetch, run
from concord.kernel.time import today
from concord.kernel.words import say
from concord.records import types
from concord.records.actions import disposed
from concord.records.models import Record, RecordLine, RecordVersion, Rejection
from concord.records.queries.balances import outstanding
from concord.records.rights_files import forget_files, wanted
from concord.records.types.declaration import Field, FieldType
from concord.ui import formats

# What books must show for years: the trade and tax laws of the countries we know (docs/privacy.md).
BY_LAW: Final = ("invoice", "payment", "credit_note", "order")
# Open for as long as they are there: nothing that anybody could settle.
NO_MATTER: Final = ("note", "task", "certificate", "installed_product")
MOST: Final = 2_000  # records of one batch
_WORDS: Final = frozenset({FieldType.TEXT, FieldType.MOMENT})

LABELS: Final = {
    "type": _("Kind"), "key": _("Number"), "source": _("System"), "subject": _("Subject"),
    "opened": _("Opened"), "due": _("Due"), "closed": _("Closed"), "status": _("Status"),
    "amount": _("Amount"), "currency": _("Currency"), "data": _("In detail"),
    "lines": _("Lines"), "product": _("Product"), "quantity": _("Quantity"),
    "unit_price": _("Price"), "known_from": _("Known since"), "known_to": _("Until"),
    "withdrawn": _("Taken back"), "file": _("File"), "line": _("Line"), "reason": _("Reason"),
    "row": _("What the row said"), "found": _("Found"),
}  # fmt: skip


def register() -> None:
    from concord.customers.actions import erasures
    from concord.records.staging import lock_sources

    erasures.lock_with(lock_sources)
    registry.register_objections(objections)
    registry.register_kept(kept)
    registry.register(
        Holding("records", _("What happened, and what is owed"), _columns("records_record", (
            "subject", "data", "key", "parent_ref", "digest")) | _columns(
            "records_recordline", ("product", "data", "key")), erase_records, records, LABELS),
        Holding("record_versions", _("What was known of it before"), _columns(
            "records_recordversion", ("subject", "data", "parent_ref", "digest")),
            erase_versions, versions, LABELS),
        Holding("rows", _("Rows of files that could not be taken"), _columns(
            "records_rejection", ("value", "reason", "mend", "detail", "raw", "note", "column")
            ) | _columns("records_rowgroup", ("value", "column")), erase_rows, rows, LABELS,
            is_searched=True),
        Holding("imports", _("Files"), _columns(
            "records_import", ("file_name", "problem", "warnings")) | _columns(
            "records_draft", ("file_name", "name", "watched_as")) | _columns(
            "records_trial", ("report", "problem")) | _columns(
            "records_mending", ("correction", "note", "problem")) | _columns(
            "records_sourcewarning", ("detail", "series", "column")) | _columns(
            "records_silence", ("problem", "series")) | _columns(
            "records_importshape", ("series", "columns")) | _columns(
            "records_watchedname", ("name",)) | _columns(
            "records_waitingpart", ("said", "wants_key", "digest")), erase_imports,
            is_searched=True),
    )  # fmt: skip
    registry.harmless(HARMLESS)


# Told


def records(person: Person) -> Iterable[Entry]:
    found = Record.objects.filter(profile_id__in=person.profiles).select_related("source")
    for record in found.order_by("opened_at", "id").iterator(chunk_size=500):
        yield {**_entry(record), "source": str(record.source), "key": record.key,
               "withdrawn": record.withdrawn_at, "lines": _lines(record)}  # fmt: skip


def versions(person: Person) -> Iterable[Entry]:
    found = RecordVersion.objects.filter(profile_id__in=person.profiles).select_related("record")
    for version in found.order_by("record", "known_from").iterator(chunk_size=500):
        yield {**_entry(version, version.record.type), "key": version.record.key,
               "known_to": version.known_to}  # fmt: skip


def rows(person: Person) -> Iterable[Entry]:
    """Raw rows that name them, of any import: what waited to be mended, and what was."""
    for row in _rejections(person):
        yield {"file": row.imported.file_name, "line": row.line, "found": row.found_at,
               "reason": row.reason, "row": row.raw}  # fmt: skip


def _entry(record: Record | RecordVersion, type_: str = "") -> dict[str, Any]:
    declared = types.all_types().get(type_ or getattr(record, "type", ""))
    status = declared.status(record.status) if declared else None
    fields = {each.key: each for each in declared.fields} if declared else {}
    return {
        "type": say(declared.words) if declared else type_,
        "subject": record.subject, "opened": record.opened_at, "due": record.due_at,
        "closed": record.closed_at, "status": say(status.words) if status else record.status,
        "amount": record.amount, "currency": record.currency, "known_from": record.known_from,
        "data": dict(_detail(fields.get(key), key, value) for key, value in record.data.items()),
    }  # fmt: skip


def _detail(field: Field | None, key: str, value: Any) -> tuple[str, Any]:
    """A declared field and its choice, in words."""
    if field is None:
        return key, value
    chosen = next((each for each in field.choices if each.key == value), None)
    return say(field.words), say(chosen.words) if chosen else value


def _lines(record: Record) -> list[Entry]:
    return [
        {"product": line.product, "quantity": line.quantity, "unit_price": line.unit_price,
         "amount": line.amount, "data": line.data}
        for line in RecordLine.objects.filter(record=record, known_to=None).order_by("key")
    ]  # fmt: skip


# Before it is erased


def objections(person: Person) -> Iterable[Objection]:
    """What is owed, who holds them, what is being worked on: settled first, or said why not."""
    open_ = Record.objects.filter(
        profile_id__in=person.profiles, closed_at=None, withdrawn_at=None
    ).exclude(type__in=NO_MATTER)
    by_type: dict[str, list[Record]] = {}
    for record in open_.order_by("due_at", "id"):
        declared = types.all_types().get(record.type)
        closing = {each.key for each in declared.statuses if each.closes} if declared else set()
        if closing and record.status not in closing:
            by_type.setdefault(record.type, []).append(record)
    for key, some in by_type.items():
        declared = types.get(key)
        count = ngettext("%(n)d open", "%(n)d open", len(some)) % {"n": len(some)}
        owed = _owed(some) if key == "invoice" else ""
        text = " · ".join(filter(None, (say(declared.plural), count, owed)))
        yield Objection(text, reverse("records:record", args=[some[0].pk]))


def _owed(invoices: list[Record]) -> str:
    left = outstanding([each.pk for each in invoices], today())
    sums: dict[str, Decimal] = {}
    for each in invoices:
        sums[each.currency] = sums.get(each.currency, Decimal(0)) + left.get(each.pk, Decimal(0))
    return " + ".join(formats.money(amount, currency) for currency, amount in sums.items())


def kept(person: Person) -> Iterable[Kept]:
    for key in BY_LAW:
        count = Record.objects.filter(
            profile_id__in=person.profiles, type=key, withdrawn_at=None
        ).count()
        why = _t("the books have to show their number, days and amounts")
        yield Kept(count, say(types.get(key).plural), why, "records")


# Erased


def erase_records(erasing: Erasing) -> Iterator[int]:
    """What the law keeps loses its words; all else is taken back and emptied."""
    values = {"law": list(BY_LAW), "mine": list(erasing.profiles)}
    yield run(
        f"""
        DELETE FROM kernel_notification n USING records_record r
        WHERE {_THEIRS} AND n.url = '/records/' || r.id || '/'
        """,  # noqa: S608 - our own parts
        values,
    )
    for key in BY_LAW:
        yield from empty(f"{_THEIRS} AND r.type = %(type)s", values | {"type": key}, key)
    yield from empty(f"{_THEIRS} AND r.type <> ALL(%(law)s)", values)
    yield run(
        f"""
        UPDATE records_recordline l
        SET product = regexp_replace(l.product, %(mentions)s, %(black)s, 'g')
        FROM records_record r WHERE r.id = l.record_id AND {_THEIRS} AND {finds("l.product")}
        """,  # noqa: S608 - our own parts
        values | parameters(erasing.said),
    )
    yield from black_out("records_record", ["subject", "data"], erasing.words)
    yield from black_out("records_recordline", ["product", "data"], erasing.words)


def empty(
    which: str, values: Mapping[str, Any], by_law: str = "", *, for_good: bool = False
) -> Iterator[int]:
    """Records `r` without their words, batch by batch: of a type that the law keeps, the number,
    dates, amounts and choices stay; of others nothing does. `for_good`: no file brings them back.
    """
    left = """subject = '', data = '{}', parent_ref = '', digest = '', amount = NULL,
              currency = '', key = 'erased-' || r.id, import_id = NULL,
              withdrawn_at = coalesce(r.withdrawn_at, now())"""
    lines = """key = 'erased-' || id, product = '', data = '{}', quantity = NULL,
               unit_price = NULL, amount = NULL"""
    touched = "r.key <> 'erased-' || r.id"
    if by_law:
        left, lines = f"subject = '', data = {_PLAIN.format('r')}, digest = ''", "data = '{}'"
        touched = f"(r.subject <> '' OR r.digest <> '' OR r.data <> {_PLAIN.format('r')})"
    said = {**values, "plain": _plain_fields(by_law), "most": MOST}
    while True:
        found = fetch(
            f"""
            WITH these AS (
                SELECT id, source_id, type, key FROM records_record r
                WHERE {which} AND {touched}
                ORDER BY id LIMIT %(most)s FOR UPDATE)
            UPDATE records_record r SET {left} FROM these WHERE r.id = these.id
            RETURNING r.id, these.source_id, these.type, these.key
            """,  # noqa: S608 - our own parts
            said,
        )
        ids = {"ids": [row[0] for row in found]}
        run(f"UPDATE records_recordline SET {lines} WHERE record_id = ANY(%(ids)s)", ids)  # noqa: S608
        run(
            f"""UPDATE records_recordversion r SET subject = '', parent_ref = '', digest = '',
                    data = {_PLAIN.format("r") if by_law else "'{}'"}
                WHERE record_id = ANY(%(ids)s)""",  # noqa: S608
            said | ids,
        )
        if not found:
            return
        if for_good:
            disposed.keep(row[1:] for row in found)
        yield len(found)


_THEIRS: Final = "r.profile_id = ANY(%(mine)s)"
_PLAIN: Final = """(SELECT coalesce(jsonb_object_agg(d.key, d.value), '{{}}')
    FROM jsonb_each({}.data) d WHERE d.key = ANY(%(plain)s::text[]))"""


def _plain_fields(key: str) -> list[str]:
    """The declared fields that hold no words of anybody's: numbers, dates, choices."""
    declared = types.all_types().get(key)
    return [each.key for each in declared.fields if each.type not in _WORDS] if declared else []


def erase_versions(erasing: Erasing) -> Iterator[int]:
    """What was known before, of their records and of records that hung on their profiles; and the
    lines, of records that themselves had nothing to lose."""
    values: dict[str, Any] = {"mine": list(erasing.profiles), "law": list(BY_LAW)}
    theirs = f"(v.profile_id = ANY(%(mine)s) OR r.id IS NOT NULL AND {_THEIRS})"
    for key in (*BY_LAW, ""):
        which = "r.type = %(type)s" if key else "r.type <> ALL(%(law)s)"
        data = _PLAIN.format("v") if key else "'{}'"
        said = values | {"type": key, "plain": _plain_fields(key)}
        yield run(
            f"""
            UPDATE records_recordversion v
            SET subject = '', parent_ref = '', digest = '', data = {data}
            FROM records_record r WHERE r.id = v.record_id AND {which} AND {theirs}
              AND (v.subject <> '' OR v.digest <> '' OR v.data <> {data})
            """,  # noqa: S608 - our own parts
            said,
        )
        yield run(
            f"""
            UPDATE records_recordline l SET data = '{{}}' FROM records_record r
            WHERE r.id = l.record_id AND {which} AND {_THEIRS} AND l.data <> '{{}}'
            """,  # noqa: S608
            said,
        )
    yield from black_out("records_recordversion", ["subject", "data"], erasing.words)


def erase_rows(erasing: Erasing) -> Iterator[int]:
    """Rows to fix that name them lose what they said, and are answered."""
    where, values = _names_them(erasing, erasing.words, erasing.keys)
    for first, last in ranges("records_rejection"):
        yield run(
            f"""
            UPDATE records_rejection r
            SET raw = '{{}}', value = '', detail = '{{}}', note = '', mend = '',
                reason = 'Erased on request.', resolved_at = coalesce(r.resolved_at, now()),
                resolution = 'erased', code = 'erased'
            FROM records_import i
            WHERE i.id = r.imported_id AND r.id BETWEEN %(first)s AND %(last)s AND ({where})
              AND r.raw <> '{{}}'
            """,  # noqa: S608 - our own parts
            values | {"first": first, "last": last},
        )
    if erasing.words:
        yield run(
            f"UPDATE records_rowgroup SET value = '▒▒▒ ' || id WHERE {finds('value')}",  # noqa: S608
            parameters(erasing.words),
        )
        yield from black_out(
            "records_rejection",
            ["column", "value", "reason", "detail", "note", "mend"],
            erasing.words,
        )


def erase_imports(erasing: Erasing) -> Iterator[int]:
    """Kept files that name them go; what was said of files loses their words."""
    words = erasing.words
    yield from forget_files(wanted(words, erasing.keys))
    if not words:
        return
    yield from black_out("records_import", ["file_name", "problem", "warnings"], words)
    yield from black_out("records_trial", ["report", "problem"], words)
    yield from black_out("records_mending", ["correction", "note", "problem"], words)
    yield from black_out("records_sourcewarning", ["detail"], words)
    yield from black_out("records_silence", ["problem"], words)
    yield run(
        f"DELETE FROM records_waitingpart WHERE {finds('said')} OR {finds('wants_key')}",  # noqa: S608
        parameters(words),
    )
    yield from _forget_names(words)


# What people call files, and what is made of it; names of columns, which are somebody's where a
# file has no header. With a number, where it is the only one of its kind.
_CALLED: Final = (
    ("records_draft", "file_name", ""), ("records_draft", "name", ""),
    ("records_draft", "watched_as", ""), ("records_importshape", "series", ""),
    ("records_sourcewarning", "series", " || ' ' || id"),
    ("records_silence", "series", " || ' ' || id"),
    ("records_watchedname", "name", " || ' ' || id"),
    ("records_sourcewarning", "column", " || ' ' || id"),
    ("records_rowgroup", "column", " || ' ' || id"),
)  # fmt: skip


def _forget_names(words: tuple[str, ...]) -> Iterator[int]:
    values = parameters(words)
    for table, name, number in _CALLED:
        yield run(
            f"""UPDATE {table} SET "{name}" = regexp_replace("{name}", %(mentions)s,
                    %(black)s{number}, 'g')
                WHERE {finds(f'"{name}"')}""",  # noqa: S608 - our own names
            values,
        )
    yield run(
        "UPDATE records_importshape SET columns = without_mentions(columns, %(mentions)s) "  # noqa: S608
        f"WHERE {finds('columns')}",
        values,
    )


def _rejections(person: Person) -> Iterable[Rejection]:
    from concord.customers.rights.person import keys_of, own_words

    words = own_words(person)
    where, values = _names_them(person, words, keys_of(person))
    ids = fetch(
        "SELECT r.id FROM records_rejection r JOIN records_import i ON i.id = r.imported_id "  # noqa: S608
        f"WHERE ({where}) AND r.raw <> '{{}}' ORDER BY r.id",
        values,
    )
    found = Rejection.objects.filter(pk__in=[row[0] for row in ids])
    return found.select_related("imported").order_by("id")


def _names_them(
    person: Person, words: tuple[str, ...], keys: Mapping[int, tuple[str, ...]]
) -> tuple[str, dict[str, Any]]:
    """Whether a rejection `r` of an import `i` is of them: a cell, or a piece of a row that could
    not be cut into cells, is what that source calls them, or a word is theirs."""
    values: dict[str, Any] = parameters(words) | {"cuts": _CUTS}
    parts = [finds("r.raw"), finds("r.value"), finds("(r.detail -> 'mended')")]
    for n, (source, called) in enumerate(keys.items()):
        values |= {f"source{n}": source, f"keys{n}": list(called)}
        parts.append(
            f"(i.source_id = %(source{n})s AND EXISTS (SELECT FROM {_CELLS} cell, "
            "regexp_split_to_table(cell.value, CASE cell.key WHEN '' THEN %(cuts)s ELSE '$^' END) "
            f"piece WHERE btrim(piece) = ANY(%(keys{n})s::text[])))"
        )
    return " OR ".join(parts), values


# What stands in a row `r`, and what somebody corrected in it.
_CELLS: Final = """(SELECT * FROM jsonb_each_text(r.raw)
    UNION ALL SELECT * FROM jsonb_each_text(r.detail #> '{mended,cells}'))"""
_CUTS: Final = r"""[;,|"\t\r\n]"""


def _columns(table: str, names: Iterable[str]) -> frozenset[str]:
    return frozenset(f"{table}.{name}" for name in names)


_OF_OURS: Final = "our own words, keys or settings"
HARMLESS: Final = {
    "records_record.type": _OF_OURS,
    "records_record.status": _OF_OURS,
    "records_record.currency": _OF_OURS,
    "records_recordversion.status": _OF_OURS,
    "records_recordversion.currency": _OF_OURS,
    "records_recordlink.role": _OF_OURS,
    "records_allocation.key": "numbers of payments and invoices",
    "records_customrecordtype.*": _OF_OURS,
    "records_import.file_digest": "a digest",
    "records_import.kept": "random names",
    "records_import.mapping": "how files are read",
    "records_import.state": _OF_OURS,
    "records_import.counts": "counts",
    "records_import.undo_counts": "counts",
    "records_importshape.coverage": "counts",
    "records_draft.file_digest": "a digest",
    "records_draft.kept": "random names",
    "records_draft.mapping": "how files are read",
    "records_trial.mapping": "how files are read",
    "records_trial.state": _OF_OURS,
    "records_mappingversion.*": "how files are read",
    "records_mending.kind": _OF_OURS,
    "records_mending.file": "random names",
    "records_mending.groups": "ids",
    "records_mending.state": _OF_OURS,
    "records_mending.mapping_before": "how files are read",
    "records_mending.mapping_after": "how files are read",
    "records_rejection.code": _OF_OURS,
    "records_rejection.resolution": _OF_OURS,
    "records_rowgroup.code": _OF_OURS,
    "records_silence.state": _OF_OURS,
    "records_silence.counts": "counts",
    "records_absence.kind": _OF_OURS,
    "records_absence.type": _OF_OURS,
    "records_sourcewarning.code": _OF_OURS,
    "records_waitingpart.part": _OF_OURS,
    "records_waitingpart.wants_type": _OF_OURS,
    "records_retentionrule.*": _OF_OURS,
    "records_disposal.*": _OF_OURS,
    "records_disposedkey.type": _OF_OURS,
    "records_disposedkey.digest": "a keyed hash: says that a source may not bring it back",
}
