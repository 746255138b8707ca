"""Keep a model as a version, change it by hand into the next one, put one in force.

A version never changes. What is in force is the latest `ModelInForce`; putting one in force judges
nothing that was judged before: what comes in from then on, or changes, is matched by it, and all
others when somebody asks for it (`identity_runs.look_again`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers.matching.model import KINDS, Model, Scale, shipped
from concord.customers.matching.soundness import Objection, objections
from concord.customers.models import IdentityModel, ModelInForce, Origin
from concord.customers.rows import fetch
from concord.kernel import audit
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.time import now, today

LOCK: Final = 0x6D6F64656C  # one at a time gets the next version, or puts one in force
Changes = Mapping[str, Mapping[str, Mapping[str, float]]]  # kind, field, level: bits


@transaction.atomic
def keep(
    model: Model,
    by: User | None,
    *,
    base: str,
    origin: Origin,
    report: Mapping[str, Any] | None = None,
    profiles: int = 0,
    pairs: int = 0,
) -> IdentityModel:
    """A new version with these weights; its name is given here, whatever `model.version` says."""
    fetch("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    row = IdentityModel.objects.create(
        version=_next_version(),
        origin=origin,
        base_version=base,
        content=model.as_dict(),
        report=dict(report or {}),
        profiles=profiles,
        pairs=pairs,
        made_by=by,
        made_at=now(),
    )
    audit.record(by, "customers.identity_model", "identity_model", row.pk, version=row.version)
    return row


def change(
    version: str,
    by: User | None,
    *,
    weights: Changes | None = None,
    thresholds: Mapping[str, tuple[float, float]] | None = None,
) -> IdentityModel | None:
    """The version that follows from changing single weights, or `thresholds` (of a kind:
    automatic, review), by hand. Nothing is in force by that.

    None where nothing would change. Raises `Problem` for a level that there is not, and for
    thresholds in the wrong order.
    """
    base = find(version)
    scales = {
        kind: _changed(base.of(kind), (weights or {}).get(kind, {}), (thresholds or {}).get(kind))
        for kind in KINDS
    }
    model = Model("", scales["person"], scales["organisation"])
    if model.as_dict() == base.as_dict():
        return None
    if wrong := [each for each in objections(model) if each.code == "thresholds"]:
        raise Problem(
            _("A person would be asked about pairs that are joined without one."),
            place=wrong[0].kind,
            mend=_("Let the limit for asking be the lower one."),
        )
    row = IdentityModel.objects.filter(version=version).first()
    return keep(
        model,
        by,
        base=version,
        origin=Origin.BY_HAND,
        report=row.report if row else {},
        profiles=row.profiles if row else 0,
        pairs=row.pairs if row else 0,
    )


@transaction.atomic
def put_in_force(version: str, by: User | None, reason: str = "") -> ModelInForce | None:
    """From the end of this transaction on, all processes match by this version.

    A version that was in force before may be put back, the shipped one, too. None where it is in
    force already. Raises `Problem` where its weights are not sound (`what_speaks_against`).
    """
    fetch("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if version_in_force() == version:
        return None
    find(version)
    if against := what_speaks_against(version):
        raise Problem(
            _("These weights would join what differs, or part what agrees."),
            place=version,
            mend=_("Look at what is marked, and set it by hand or learn again."),
            code=against[0].code,
        )
    row = ModelInForce.objects.create(
        model=IdentityModel.objects.filter(version=version).first(),
        version=version,
        by=by,
        at=now(),
        reason=reason,
    )
    audit.record(by, "customers.model_in_force", "identity_model", version)
    return row


def what_speaks_against(version: str) -> list[Objection]:
    """Why a version cannot be put in force: its weights, and a training that came to no end."""
    found = objections(find(version))
    row = IdentityModel.objects.filter(version=version).first()
    unsettled = row.report.get("unsettled", []) if row else []
    return found + [Objection("unsettled", kind) for kind in unsettled]


def find(version: str) -> Model:
    """The model of a version. Raises `Problem` where there is none."""
    if version == shipped().version:
        return shipped()
    row = IdentityModel.objects.filter(version=version).first()
    if row is None:
        raise Problem(_("There is no such version."), place=version)
    return Model.from_dict(row.version, row.content)


def version_in_force() -> str:
    row = ModelInForce.objects.order_by("-id").first()
    return row.version if row else shipped().version


def _changed(
    scale: Scale, by_field: Mapping[str, Mapping[str, float]], limits: tuple[float, float] | None
) -> Scale:
    known = {name: dict(levels) for name, levels in scale.weights.items()}
    for name, levels in by_field.items():
        for level, bits in levels.items():
            if level not in known.get(name, {}):
                raise Problem(_("There is no such comparison."), place=f"{name}: {level}")
            known[name][level] = round(float(bits), 2)
    automatic, review = limits or (scale.automatic, scale.review)
    return replace(scale, weights=known, automatic=automatic, review=review)


def _next_version() -> str:
    day = f"own-{today().isoformat()}"
    taken = set(
        IdentityModel.objects.filter(version__startswith=f"{day}-").values_list(
            "version", flat=True
        )
    )
    return next(name for n in range(1, len(taken) + 2) if (name := f"{day}-{n}") not in taken)
