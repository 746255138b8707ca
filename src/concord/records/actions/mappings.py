"""How the files of a source are read: saved with who said so, and put back."""

from __future__ import annotations

from django.db import transaction

from concord.kernel import audit
from concord.kernel.models import Source, User
from concord.kernel.time import now
from concord.records.importing.mapping import parse
from concord.records.models import MappingVersion


@transaction.atomic
def save_mapping(source: Source, text: str, by: User | None) -> bool:
    """From now on the files of `source` are read so; False where they are already.

    Raises Problem for a text that is no mapping.
    """
    if text.strip():
        parse(text)
    fresh = Source.objects.select_for_update().get(pk=source.pk)
    source.mapping = text
    if fresh.mapping == text:
        return False
    if fresh.mapping and not fresh.mapping_versions.exists():  # it was there before versions were
        MappingVersion.objects.create(source=fresh, text=fresh.mapping, at=fresh.created_at)
    fresh.mapping = text
    fresh.save(update_fields=["mapping"])
    keep_version(fresh, by)
    audit.record(by, "source.mapping", "source", source.key)
    return True


def keep_version(source: Source, by: User | None) -> None:
    """Inside the transaction that changed the mapping."""
    MappingVersion.objects.create(source=source, text=source.mapping, by=by, at=now())


def put_back(version: MappingVersion, by: User) -> bool:
    """Read the files again as they were read then: a version of its own, which names who."""
    return save_mapping(version.source, version.text, by)
