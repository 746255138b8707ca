"""A source is declared, and what people decide about it is changed."""

import re
from datetime import timedelta

from anyascii import anyascii
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from concord.kernel import audit
from concord.kernel.errors import Problem
from concord.kernel.models import Department, Source, User
from concord.records.actions.mappings import keep_version, save_mapping
from concord.records.importing.watched_names import require_free


def create_source(
    by: User,
    *,
    name: str,
    mapping: str,
    department: Department | None = None,
    owner: User | None = None,
    fresh_within: timedelta | None = None,
) -> Source:
    """A new source called `name`. Raises Problem where one of that name is there already, or where
    it would take the watched files of one that `by` does not tend."""
    require_free(key_of(name), by)
    try:
        with transaction.atomic():
            source = Source.objects.create(
                key=key_of(name),
                words={"en": name, get_language() or "en": name},
                department=department,
                owner=owner or by,
                fresh_within=fresh_within,
                mapping=mapping,
            )
            if mapping:
                keep_version(source, by)
            audit.record(by, "source.create", "source", source.key)
    except IntegrityError as error:
        raise Problem(
            _("There is a source of this name already."), place=name, mend=_("Choose another name.")
        ) from error
    return source


@transaction.atomic
def change_source(
    by: User,
    source: Source,
    *,
    name: str,
    mapping: str,
    department: Department | None,
    owner: User | None,
    fresh_within: timedelta | None,
) -> None:
    """Change what people decided; the audit names what was changed."""
    language = get_language() or "en"
    new = {
        "words": source.words if name == str(source) else source.words | {language: name},
        "mapping": mapping,
        "department": department,
        "owner": owner,
        "fresh_within": fresh_within,
    }
    changed = sorted(field for field, value in new.items() if getattr(source, field) != value)
    for field in changed:
        setattr(source, field, new[field])
    if "mapping" in changed and (old := Source.objects.get(pk=source.pk)).mapping != mapping:
        save_mapping(old, mapping, by)
    if changed:
        source.save(update_fields=changed)
        audit.record(by, "source.change", "source", source.key, fields=changed)


def keep_mapping(by: User | None, source: Source, text: str) -> None:
    """Its files are read so from now on; what was before stays among the versions."""
    save_mapping(source, text, by)


def key_of(name: str) -> str:
    """The name as an address: romanised, since half of the company writes in other scripts."""
    return re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-")[:50] or "source"
