"""Put a policy in force: the sponsor alone, for a reason, and only one that keeps the law."""

from __future__ import annotations

from datetime import date
from typing import Final, cast

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from concord.dmn.model import Model
from concord.dmn.sentences import Language, Say, finding_sentence
from concord.kernel import audit, proof, time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.treatment import access, law, policies, unreasoned
from concord.treatment.actions import checks, watches
from concord.treatment.examples import Ran
from concord.treatment.keeping import due
from concord.treatment.models import PolicyInForce, PolicyVersion
from concord.treatment.policy.reasons import NOTE, kept_words
from concord.treatment.policy.trades import TRADES
from concord.treatment.vocabulary import speaker


@transaction.atomic
def save_version(by: User, model: Model, note: str) -> PolicyVersion:
    """Keep a version, with what the law finds in it; it is not in force by that, and
    `put_in_force` is what refuses. Raises `Problem` for who may not draft."""
    access.check_drafter(by)
    xml = policies.load(model.save()).save()
    one_at_a_time()
    last = PolicyVersion.objects.aggregate(last=Max("number"))["last"] or 0
    version = PolicyVersion.objects.create(
        number=last + 1,
        xml=xml.decode(),
        digest=policies.digest(xml),
        note=note,
        created_by=by,
        created_at=time.now(),
    )
    checks.check(version)
    audit.record(by, "treatment.save_policy", "policy", version.number, digest=version.digest)
    return version


def one_at_a_time() -> None:
    """Two sponsors at once: until the first one's transaction has ended, the second one waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('treatment.policy_number'))")


@transaction.atomic
def put_in_force(
    by: User, version: PolicyVersion, from_date: date, reason: str, password: str = ""
) -> PolicyInForce:
    """From `from_date` on this version answers. The database's function does it, or refuses: the
    one way into force.

    `password` is the sponsor's own, which the database checks (`concord.kernel.proof`). Raises
    `Problem` with the first finding of the law that the sponsor has not accepted in writing, and
    for rules that are new or changed and have no reason.
    """
    access.check_sponsor(by)
    if not reason.strip():
        raise Problem(
            _("A policy is put in force for a reason."),
            place="reason",
            mend=_("Write why; everybody reads it beside the policy."),
        )
    _refuse_the_past(from_date)
    refuse_unlawful(version)
    _refuse_unreasoned(version, from_date)
    made = _publish(by, version, from_date, reason.strip(), password)
    due.mark_from(from_date)  # what was done today is judged by it, too
    watches.policy_comes(from_date)
    _brief(made)
    return PolicyInForce.objects.get(pk=made)


def _brief(in_force_id: int) -> None:
    """Every department is told by the worker, in this transaction; of the first policy nobody."""
    from concord.treatment.jobs import brief

    if PolicyInForce.objects.exclude(pk=in_force_id).exists():
        brief.defer(in_force_id=in_force_id)


def refuse_unlawful(version: PolicyVersion) -> None:
    """Raises `Problem` with the first finding that nobody has accepted; the check is kept."""
    checks.check(version)
    left = [each for each in checks.findings(version) if each.is_open]
    if left:
        raise forbidden(left[0].finding, policies.model_of(version))


def _refuse_unreasoned(version: PolicyVersion, from_date: date) -> None:
    """Raises `NoReasonError` for rules of which nobody says why. What was in force before may come
    back as it was: when it was made, that was no rule of ours yet."""
    if not version.in_force.exists():
        before = policies.in_force(from_date).model if PolicyInForce.objects.exists() else None
        unreasoned.refuse(policies.model_of(version), before)


def _refuse_the_past(from_date: date) -> None:
    if from_date < time.today() and PolicyInForce.objects.exists():
        raise Problem(
            _("A policy cannot be put in force for the past."),
            place="from",
            mend=_("Choose today or a later day."),
        )


@transaction.atomic
def put_back(
    by: User, number: int, from_date: date, reason: str, password: str = ""
) -> PolicyInForce:
    """An earlier version, in force again from a day on; a second click gives the first.

    Raises `Problem` where it answers on that day anyway.
    """
    access.check_sponsor(by)
    one_at_a_time()
    _refuse_the_past(from_date)
    found = policies.by_number(number)
    then = policies.in_force(from_date)
    if then.number == number:
        latest = PolicyInForce.objects.latest("id")
        if latest.version_id == found.version_id and latest.in_force_from == from_date:
            return latest
        raise Problem(
            _("This version is in force on that day already."),
            place="from",
            mend=_("Choose another day, or another version."),
        )
    version = PolicyVersion.objects.get(pk=found.version_id)
    if not version.in_force.exists():
        raise Problem(
            _("This version was never in force."),
            place="policy",
            mend=_("Put its proposal in force, once its objections are answered."),
            code="conflict",
        )
    return put_in_force(by, version, from_date, reason, password)


def _publish(
    by: User, version: PolicyVersion, from_date: date, reason: str, password: str = ""
) -> int:
    made = proof.call(
        "SELECT publish_policy(%s, %s, %s, %s, %s)",
        version.number,
        by.pk,
        from_date,
        reason,
        proof.of(by, password),
        refused=Problem(
            _("Only the sponsor puts a policy in force."),
            mend=_("Ask the sponsor."),
            code="forbidden",
        ),
    )
    return int(made)


@transaction.atomic
def install_default(
    by: User, from_date: date, reason: str, password: str = "", trade: str = ""
) -> PolicyInForce:
    """A policy that Concord comes with, put in force by the sponsor (a new company, the demo): the
    one of a trade, or the default one."""
    if trade in TRADES:
        chosen = TRADES[trade]
        version = save_version(by, chosen.model, kept_words(chosen.words))
    else:
        version = save_version(by, policies.default(), NOTE["en"])
    return put_in_force(by, version, from_date, reason, password)


def sentence_of(finding: law.Finding, *models: Model) -> str:
    """A finding of the law in a model as a person reads it, in the active language."""
    if finding.example is not None:
        return example_in_words(finding.example, *models)
    if finding.problem is None:
        return str(SAID[finding.kind])
    language = get_language() or "en"
    return finding_sentence(finding.problem, cast(Language, language), speaker(language, *models))


def example_in_words(ran: Ran, *models: Model) -> str:
    """What became of an example that fails."""
    say = speaker(get_language() or "en", *models)
    differs = [
        _("%(output)s: expected %(expected)s, found %(found)s")
        % {
            "output": say(output, "column") or output,
            "expected": _value(expected, say),
            "found": _value(found, say),
        }
        for output, expected, found in ran.differs
    ]
    return _("The example “%(name)s” fails. %(differs)s") % {
        "name": ran.example.name,
        "differs": "; ".join(differs),
    }


def _value(text: str, say: Say) -> str:
    return _("nothing") if text == "null" else say(text.strip('"'), "value")


def forbidden(finding: law.Finding, *models: Model) -> Problem:
    """What a person reads who would break the law of publishing."""
    return Problem(
        sentence_of(finding, *models),
        place=" · ".join(each for each in (finding.table, ", ".join(finding.rules)) if each),
        mend=_("Choose another value; nothing was changed."),
        code=f"law-{finding.kind}",
    )


SAID: Final = {
    "missing": gettext_lazy("Nobody would have decided this case: the policy would have a gap."),
    "word": gettext_lazy("A rule would say something that nobody can say."),
    "asks": gettext_lazy(
        "A rule asks for what was said already: whoever answers would be asked again."
    ),
}
