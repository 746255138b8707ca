"""What was emptied because its time was over stays gone, whatever a source goes on sending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from concord.customers.rights import keys
from concord.customers.rows import columns, fetch, run
from concord.kernel.models import Source
from concord.records.actions.parts import refs_of
from concord.records.said import RecordSaid, Ref, Said

Named = tuple[int, str, str]  # a source's id, a type, what the source calls the record


def keep(emptied: Iterable[Named]) -> None:
    """Remember their keys as keyed hashes, in the transaction that empties them."""
    secret = bytes(keys.settings().secret)
    rows = [
        (source, type_, _digest(secret, (source, type_, key))) for source, type_, key in emptied
    ]
    run(
        "INSERT INTO records_disposedkey (source_id, type, digest) "
        "SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bytea[]) ON CONFLICT DO NOTHING",
        columns(rows, 3),
    )


def among(source: Source, sources: Mapping[str, Source], said: Sequence[Said]) -> set[int]:
    """Which of these statements are about records that were emptied. One query where none of these
    sources has any; to be asked behind their locks."""
    some = fetch(
        "SELECT s.id FROM unnest(%s::bigint[]) AS s(id) "
        "WHERE EXISTS (SELECT FROM records_disposedkey d WHERE d.source_id = s.id)",
        [[each.pk for each in sources.values()]],
    )
    if not some:
        return set()
    ids = {key: each.pk for key, each in sources.items()} | {"": source.pk}
    named = [(n, (ids[ref.source], ref.type, ref.key)) for n, one in enumerate(said)
             for ref in _refs(one)]  # fmt: skip
    gone = _gone({each for _, each in named})
    return {n for n, each in named if each in gone}


def let_in(type_: str) -> None:
    """What the sources send of that type is taken again."""
    run("DELETE FROM records_disposedkey WHERE type = %s", [type_])


def _gone(named: set[Named]) -> set[Named]:
    secret = bytes(keys.settings().secret)
    hashed = {(each[0], _digest(secret, each)): each for each in named}
    rows = fetch(
        "SELECT d.source_id, d.digest FROM unnest(%s::bigint[], %s::bytea[]) AS n(source, digest) "
        "JOIN records_disposedkey d ON d.source_id = n.source AND d.digest = n.digest",
        columns(list(hashed), 2),
    )
    return {hashed[found, bytes(digest)] for found, digest in rows}


def _refs(one: Said) -> tuple[Ref, ...]:
    return (Ref(one.type, one.key),) if isinstance(one, RecordSaid) else refs_of(one)


def _digest(secret: bytes, named: Named) -> bytes:
    source, type_, key = named
    return keys.digest(secret, source, f"{type_}:{key}")
