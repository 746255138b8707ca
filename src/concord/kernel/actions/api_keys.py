"""Keys with which systems ask: made, found, revoked. Only a hash of a key is kept."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from concord.kernel import audit, time
from concord.kernel.errors import Problem
from concord.kernel.models import ApiKey, Role, User

SCOPES: Final = ("treatments:read", "treatments:write", "customers:read")
PREFIX_LENGTH: Final = 8


@transaction.atomic
def create(
    by: User,
    principal: User,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key for `principal`, a system, and its text, which is shown this once.

    Raises `Problem` where `by` may not, for a person (nobody speaks for another, and a person
    signs in), for unknown scopes and for an expiry in the past.
    """
    _check_may(by)
    if not (principal.is_system and principal.is_active):
        raise Problem(
            _("A key acts for a system, never for a person."),
            place=principal.name,
            mend=_("Make a system, and the key for it."),
            code="forbidden",
        )
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise Problem(
            _("A key needs scopes that exist."),
            place=", ".join(unknown) or "scopes",
            mend=_("Known scopes: %(scopes)s.") % {"scopes": ", ".join(SCOPES)},
        )
    if expires_at is not None and expires_at <= time.now():
        raise Problem(
            _("This expiry is in the past."), place="expires_at", mend=_("Choose a later day.")
        )
    prefix, secret = secrets.token_hex(PREFIX_LENGTH // 2), secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        principal=principal,
        name=name,
        prefix=prefix,
        digest=_digest(secret),
        scopes=sorted(set(scopes)),
        created_by=by,
        expires_at=expires_at,
    )
    audit.record(by, "create_api_key", "api_key", key.pk, scopes=key.scopes)
    return key, f"concord_{prefix}_{secret}"


@transaction.atomic
def revoke(by: User, key: ApiKey) -> ApiKey:
    """End a key at once; a second time changes nothing."""
    _check_may(by)
    found = ApiKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if found.revoked_at is None:
        found.revoked_at = time.now()
        found.save(update_fields=["revoked_at"])
        audit.record(by, "revoke_api_key", "api_key", found.pk)
    return found


def find(text: str) -> ApiKey | None:
    """The valid key of that text, with its principal; None for any other. Notes the day of use."""
    parts = text.split("_", 2)
    if len(parts) != 3 or parts[0] != "concord":
        return None
    valid = Q(expires_at=None) | Q(expires_at__gt=time.now())
    key = (
        ApiKey.objects.select_related("principal__department")
        .filter(valid, prefix=parts[1], revoked_at=None)
        .filter(principal__is_active=True, principal__is_system=True)
        .first()
    )
    if key is None or not hmac.compare_digest(bytes(key.digest), _digest(parts[2])):
        return None
    if key.last_used_on != time.today():
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=time.today())
    return key


def _digest(secret: str) -> bytes:
    # A random secret of 256 bits needs no slow hash.
    return hashlib.sha256(secret.encode()).digest()


def _check_may(by: User) -> None:
    if by.role == Role.ADMINISTRATOR and by.is_active and not by.is_system:
        return
    raise Problem(
        _("Only an administrator makes and revokes keys."),
        mend=_("Ask an administrator."),
        code="forbidden",
    )
