"""The policy in force, and any version of it, ready to be evaluated."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from concord import dmn
from concord.dmn.model import Model
from concord.facts import own
from concord.kernel.errors import Problem
from concord.kernel.prepared import Prepared
from concord.kernel.words import Words
from concord.treatment.models import PolicyVersion

DEFAULT: Final = Path(__file__).with_name("policy") / "default.dmn"
KEPT: Final = 16  # compiled policies in memory


@dataclass(frozen=True, slots=True)
class Policy:
    """A version of the policy. Before it was put in force the last three are None."""

    version_id: int
    number: int
    digest: str
    model: Model
    in_force_from: date | None = None
    put_in_force_by: str | None = None
    put_in_force_at: datetime | None = None

    @property
    def reasons(self) -> dict[str, Words]:
        """The sponsor's reason of each rule, by the rule's id."""
        return reasons_of(self.model)


# With it comes what the facts mean now: an answer asks for both in one query.
IN_FORCE: Final = Prepared(
    f"""
SELECT v.id, v.number, v.digest, f.in_force_from, u.name, f.put_in_force_at, ({own.VERSION})
FROM treatment_policyinforce f
JOIN treatment_policyversion v ON v.id = f.version_id
JOIN kernel_user u ON u.id = f.put_in_force_by_id
ORDER BY f.in_force_from <= %(as_of)s DESC,
         CASE WHEN f.in_force_from <= %(as_of)s THEN f.in_force_from END DESC NULLS LAST,
         f.in_force_from, f.id DESC
LIMIT 1
""",  # noqa: S608 - our own constant
    {"as_of": "date"},
)


def in_force(as_of: date) -> Policy:
    """The policy of that date; for a date before the first one, the first. One query.

    Raises `Problem` where no policy has ever been put in force.
    """
    row = next(iter(IN_FORCE.fetch({"as_of": as_of})), None)
    if row is None:
        raise Problem(
            _("No policy is in force."),
            mend=_("The sponsor puts one in force on the page “Our promise”."),
            code="no-policy",
        )
    version_id, number, digest, since, name, at, facts = row
    own.refresh(facts)
    model = _models.get(digest) or model_of(PolicyVersion.objects.get(pk=version_id))
    return Policy(version_id, number, digest, model, since, name, at)


def by_number(number: int) -> Policy:
    """A version by its number; raises `Problem` where there is none."""
    version = PolicyVersion.objects.defer("xml").filter(number=number).first()
    if version is None:
        raise Problem(
            _("There is no version %(number)d of the policy.") % {"number": number},
            place="policy",
        )
    return Policy(version.pk, version.number, version.digest, model_of(version))


def known(digest: str) -> Model:
    """The model that an answer rests on, by its digest: in memory since the answer was given."""
    return _models.get(digest) or model_of(PolicyVersion.objects.filter(digest=digest)[0])


def model_of(version: PolicyVersion) -> Model:
    """The version's model, compiled once in a process."""
    known = _models.get(version.digest)
    if known is None:
        known = load(version.xml.encode())
        if len(_models) >= KEPT:
            _models.pop(next(iter(_models)))
        _models[version.digest] = known
    return known


_models: dict[str, Model] = {}


@lru_cache(maxsize=KEPT)
def load(xml: bytes) -> Model:
    """A model from XML, the same one for the same file; raises `Problem` that says where it is
    wrong."""
    try:
        return dmn.load(xml)
    except dmn.DmnError as error:
        raise Problem(str(error), place=_("the policy"), mend=_("Mend the file.")) from error


@lru_cache(maxsize=KEPT)
def reasons_of(model: Model) -> dict[str, Words]:
    """The annotations of all rules; the annotation columns are named by language."""
    return {
        rule.id: dict(zip(table.annotations, rule.annotations, strict=False))
        for table in model.tables.values()
        for rule in table.rules
    }


@lru_cache(maxsize=1)
def default() -> Model:
    """The policy that a company starts with."""
    return load(DEFAULT.read_bytes())


def digest(xml: bytes) -> str:
    return hashlib.sha256(xml).hexdigest()
