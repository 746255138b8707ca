"""The keys of who was erased: a source that still sends them does not bring them back."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from typing import Final

from django.utils.translation import gettext as _

from concord.customers.models import ErasedKey, RightsSettings
from concord.customers.rows import fetch
from concord.kernel.errors import Problem
from concord.kernel.models import Source
from concord.kernel.prepared import Asked, Prepared


def settings() -> RightsSettings:
    """The one row; made where there is none yet."""
    made = {"secret": secrets.token_bytes(32)}
    return RightsSettings.objects.get_or_create(pk=1, defaults=made)[0]


def digest(secret: bytes, source_id: int, key: str) -> bytes:
    return blake2b(f"{source_id}:{key}".encode(), key=secret, digest_size=16).digest()


def erased(called: Mapping[int, Collection[str]]) -> set[tuple[int, str]]:
    """Of what sources (by id) call their customers, that of people who were erased. One query
    where none of these sources ever spoke of one."""
    some = fetch(
        "SELECT DISTINCT source_id FROM customers_erasedkey "
        "WHERE source_id = ANY(%s) AND let_in_at IS NULL",
        [list(called)],
    )
    if not some:
        return set()
    secret = bytes(settings().secret)
    hashed = {
        (source, digest(secret, source, key)): (source, key)
        for (source,) in some
        for key in called[source]
    }
    found = ErasedKey.objects.filter(
        let_in_at=None,
        source_id__in={source for source, _ in hashed},
        digest__in={each for _, each in hashed},
    ).values_list("source_id", "digest")
    return {hashed[at] for source, each in found if (at := (source, bytes(each))) in hashed}


def sources_of_erased() -> dict[str, int]:
    """The sources that ever spoke of one who was erased: key and id. Mostly none or few."""
    rows = fetch(
        "SELECT s.key, s.id FROM kernel_source s WHERE EXISTS ("
        "SELECT FROM customers_erasedkey e WHERE e.source_id = s.id AND e.let_in_at IS NULL)"
    )
    return dict(rows)


def spoke_of_erased(source: Source) -> Asked:
    """Whether a source ever spoke of one (a row, or none), as one of several statements: if not,
    there is nothing for `refuse_erased` to look at."""
    return _SPOKE, {"source": source.pk}


_SPOKE: Final = Prepared(
    """
    SELECT 1 FROM customers_erasedkey
    WHERE source_id = %(source)s AND let_in_at IS NULL LIMIT 1
    """,
    {"source": "bigint"},
)


def refuse_erased(source: Source, keys: Sequence[str]) -> None:
    """Raises Problem where a source's word would bring back somebody who was erased."""
    if erased({source.pk: keys}):
        raise Problem(
            _("The customer of this key was erased on request."),
            place=str(source),
            mend=_("If they are a customer again, let them in first: on the page of the erasure."),
            code="erased",
        )
