"""What is known of a draft or a version before it is in force, on the pages that show one:
`{% load trying %}{% simulation_panel draft %}{% backtest_panel draft %}`."""

from __future__ import annotations

from typing import Any

from django import template

from concord.kernel import time
from concord.kernel.models import Company
from concord.treatment import access, policies
from concord.treatment.actions import backtests
from concord.treatment.backtesting.sums import cost
from concord.treatment.models import (
    Backtest,
    PolicyDraft,
    PolicyInForce,
    PolicyVersion,
    Simulation,
)
from concord.treatment.simulating import found

register = template.Library()


@register.inclusion_tag("treatment/_simulation_card.html", takes_context=True)
def simulation_panel(context: dict[str, Any], of: PolicyDraft | PolicyVersion) -> dict[str, Any]:
    """The newest simulation of the draft as it stands, or of the version; and a button for one."""
    newest = (
        Simulation.objects.defer("xml").filter(digest=digest_of(of)).order_by("-asked_at").first()
    )
    shown = asked_of(context, of) | {"simulation": newest, "is_old": is_old(newest)}
    if newest is None:
        return shown
    done, total = found.progress(newest)
    whole = found.matrix(newest)
    return shown | {
        "percent": done * 100 // total if total else 0,
        "touched": whole.touched.customers,
        "everybody": whole.everybody.customers,
    }


@register.inclusion_tag("treatment/_backtest_panel.html", takes_context=True)
def backtest_panel(context: dict[str, Any], of: PolicyDraft | PolicyVersion) -> dict[str, Any]:
    """The newest back-test of the draft as it stands, or of the version; and a way to one."""
    rows = Backtest.objects.defer("xml").filter(digest=digest_of(of))
    newest = rows.order_by("-asked_at").first()
    shown = asked_of(context, of) | {"backtest": newest}
    if newest is None or newest.finished_at is None:
        return shown
    counted = backtests.counted(newest)
    return shown | {
        "before": cost(counted, "before"),
        "after": cost(counted, "after"),
        "sees_money": context["request"].viewer.sees_money,
        "currency": Company.load().currency,
    }


def asked_of(context: dict[str, Any], of: PolicyDraft | PolicyVersion) -> dict[str, Any]:
    """What the form of a panel sends, where the viewer may begin."""
    what, which = ("draft", of.pk) if isinstance(of, PolicyDraft) else ("version", of.number)
    return {
        "csrf_token": context.get("csrf_token"),
        "may_draft": access.may_draft(context["request"].viewer),
        "what": what,
        "which": which,
    }


def digest_of(of: PolicyDraft | PolicyVersion) -> str:
    return policies.digest(of.xml.encode()) if isinstance(of, PolicyDraft) else of.digest


def is_old(newest: Simulation | None) -> bool:
    """Whether it was looked at on another day, or against what is in force no more."""
    if newest is None:
        return False
    in_force = PolicyInForce.objects.filter(in_force_from__lte=time.today())
    latest = in_force.order_by("-in_force_from", "-id").values_list("version_id", flat=True).first()
    return newest.as_of != time.today() or newest.base_id != latest
