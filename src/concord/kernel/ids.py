"""Identifiers that sort by their birth (UUID version 7)."""

from uuid import UUID

import uuid6


def new_id() -> UUID:
    """A fresh UUIDv7 as a plain `uuid.UUID`."""
    return UUID(int=uuid6.uuid7().int)
