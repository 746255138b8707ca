"""The letters about an exception that is asked for: to whom may grant it, and what became of it."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from concord.customers.queries import current
from concord.kernel import mail
from concord.kernel.access import viewer_of
from concord.kernel.mail import Written
from concord.kernel.models import Company, Letter
from concord.kernel.words import say
from concord.treatment import asking_token, requests
from concord.treatment.actions.asking_answers import is_enough_by_mail
from concord.treatment.models import Asking, Verdict
from concord.ui import formats


def asked(letter: Letter) -> Written | None:
    """To whom may grant it: what it is about, and how to answer. None once it is answered."""
    asking = _of(letter)
    if asking is None or asking.verdict:
        return None
    token = asking_token.token_for(asking, letter.user)
    subject = _("%(by)s asks for an exception: %(customer)s, %(request)s") % _names(asking)
    how = [
        _("Read it and answer here: %(address)s")
        % {"address": mail.address(f"/promise/exceptions/by-mail/{token}/")}
    ]
    if is_enough_by_mail(asking):
        how.append(
            _("Or reply to this mail: “yes” or “no” alone in the first line; after “no”, why.")
        )
    else:
        how.append(_("You will be asked to sign in: this exception is the sponsor's alone."))
    until = _("Without an answer it lapses after %(day)s.") % {
        "day": formats.long_day(asking.deadline)
    }
    return Written(subject, "\n\n".join([_about(asking, letter), *how, until]), token)


def ended(letter: Letter) -> Written | None:
    """To who asked: what became of it."""
    asking = _of(letter)
    if asking is None or not asking.verdict:
        return None
    names = _names(asking) | {"by": str(asking.answered_by or "")}
    match asking.verdict:
        case Verdict.GRANTED:
            subject = _("%(by)s grants your exception: %(customer)s, %(request)s") % names
        case Verdict.DECLINED:
            subject = _("%(by)s declines your exception: %(customer)s, %(request)s") % names
        case _other:
            subject = _("Nobody answered your exception: %(customer)s, %(request)s") % names
    parts = [_about(asking, letter)]
    if asking.reply:
        parts.append(_("%(by)s writes: %(reply)s") % (names | {"reply": asking.reply}))
    parts.append(mail.address(f"/promise/exceptions/asked/{asking.pk}/"))
    return Written(subject, "\n\n".join(parts), f"{asking.pk.hex}.{letter.user_id}.ended")


def unclear(letter: Letter) -> Written | None:
    """To who replied in a way that says neither yes nor no: how it is said."""
    key, _colon, why = letter.key.partition(":")
    asking = Asking.objects.filter(pk=UUID(hex=key)).first()
    if asking is None:
        return None
    token = asking_token.token_for(asking, letter.user)
    said = {
        "words": _("Your reply says neither yes nor no, so nothing was done."),
        "reason": _("A no needs a reason, so nothing was done."),
        "refused": _("Your reply came too late or is not yours to give, so nothing was done."),
        "sponsor": _("This exception is the sponsor's alone, so a reply by mail is not enough."),
    }[why.partition(":")[0]]
    how = _("Write “yes” or “no” alone in the first line; after “no”, why. Or answer here: %(at)s")
    address = mail.address(f"/promise/exceptions/by-mail/{token}/")
    subject = _("Not understood: exception for %(customer)s, %(request)s") % _names(asking)
    name = f"{asking.pk.hex}.{letter.user_id}.{letter.pk}.unclear"
    return Written(subject, f"{said}\n\n{how % {'at': address}}", name,
                   answers=f"<{token}@{mail.domain()}>")  # fmt: skip


def _of(letter: Letter) -> Asking | None:
    rows = Asking.objects.select_related("asked_by", "answered_by")
    return rows.filter(pk=UUID(hex=letter.key)).first()


def _names(asking: Asking) -> dict[str, str]:
    return {
        "by": str(asking.asked_by),
        "customer": current(asking.customer_id).name,
        "request": say(requests.named(asking.request).words),
    }


def _about(asking: Asking, letter: Letter) -> str:
    """Customer, request, amount, until when, and why; an amount only to who may see it."""
    names = _names(asking)
    lines = [
        (_("Customer"), names["customer"]),
        (_("Request"), names["request"]),
        (_("Until"), formats.long_day(asking.ends_on)),
        (_("Asked by"), names["by"]),
        (_("Why"), asking.reason),
    ]
    if asking.amount is not None and viewer_of(letter.user).sees_money:
        amount = formats.money(asking.amount, Company.load().currency)
        lines.insert(2, (_("Amount"), amount))
    return "\n".join(f"{label}: {text}" for label, text in lines)
