"""What a mail carries so that its reader can answer: who may answer what, signed.

It stands in the link, and in the mail's Message-ID, which every reply names. It is good while
`asking_answers.opens_by_mail`: once answered, over its deadline, taken back, no longer theirs or
of a restricted customer, it opens nothing. So its end is the asking's, and it carries none of its
own. It is bound to one person; whoever else has it (a mail is forwarded) sees whom it is for.
"""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from django.core.signing import BadSignature, Signer

from concord.kernel.models import User
from concord.treatment.models import Asking

_SIGNER: Final = "treatment.asking"
PATTERN: Final = re.compile(r"\b[0-9a-f]{32}\.\d{1,18}\.[\w-]{43}")


def token_for(asking: Asking, user: User) -> str:
    return _signer().sign(f"{asking.pk.hex}.{user.pk}")


def read(token: str) -> tuple[UUID, int] | None:
    """The asking and the person that a token names; None of one that we did not make."""
    try:
        asking, _dot, person = _signer().unsign(token).partition(".")
        return UUID(asking), int(person)
    except (BadSignature, ValueError):
        return None


def find(text: str) -> tuple[UUID, int] | None:
    """The first token of ours in a text."""
    found = (read(each) for each in PATTERN.findall(text))
    return next((each for each in found if each is not None), None)


def _signer() -> Signer:
    return Signer(salt=_SIGNER, sep=".")
