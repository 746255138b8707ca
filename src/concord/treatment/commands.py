"""`concord decide`, `replay-answers`, `clear-watches`, `exceptions`, `kept` and `policy`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from concord.customers.queries import by_reference
from concord.dmn.model import Model
from concord.kernel import time
from concord.kernel.access import viewer_of
from concord.kernel.command import Command, day
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.kernel.words import say
from concord.treatment import law, lifts, policies, queries
from concord.treatment.actions import verdicts, watches
from concord.treatment.actions.decide import decide
from concord.treatment.actions.publish import forbidden
from concord.treatment.actions.replay import replay_all
from concord.treatment.keeping import listing
from concord.treatment.keeping.overview import Chosen, overview
from concord.treatment.promise import Reader
from concord.treatment.serial import answer_json
from concord.treatment.vocabulary import speaker
from concord.treatment.words import labelled


def _configure_decide(parser: ArgumentParser) -> None:
    parser.add_argument("--customer", required=True, metavar="KEY@SOURCE", help="or the id")
    parser.add_argument("--request", required=True, metavar="KIND")
    parser.add_argument("--field", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--as-of", type=day, metavar="YYYY-MM-DD")
    parser.add_argument("--as", dest="principal", metavar="EMAIL", help="in whose name you ask")
    parser.add_argument("--language", default="en", choices=["en", "ko", "zh-hant"])
    parser.add_argument("--json", action="store_true", help="the answer as the API gives it")


def _decide(options: Namespace) -> int:
    customer = by_reference(options.customer)
    user = _principal(options.principal)
    with translation.override(options.language):
        answer = decide(
            customer.id,
            options.request,
            dict(_field(each) for each in options.field),
            as_of=options.as_of,
            asked_by=user,
            channel="command",
        )
        if options.json:
            shown = answer_json(queries.evidence(viewer_of(user), answer))
            _print(json.dumps(shown, ensure_ascii=False, indent=2))
        else:
            _print_answer(queries.present(viewer_of(user), answer))
    return 0


def _field(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise Problem(f"“{text}” is no field.", place="--field", mend="Write NAME=VALUE.")
    return name, value


def _principal(email: str | None) -> User:
    """The person named, else the system's own principal of this machine's operator."""
    if email:
        user = User.objects.select_related("department").filter(email=email, is_active=True).first()
        if user is None:
            raise Problem(f"Nobody here has the address {email}.", place="--as")
        return user
    return User.objects.get_or_create(
        email="command@system.invalid",
        defaults={"name": "Command line", "role": Role.ADMINISTRATOR, "is_system": True},
    )[0]


def _print_answer(shown: queries.Presented) -> None:
    answer = shown.answer
    _print(f"{answer.customer_name} · {answer.request}")
    for warning in shown.warnings:
        _print(f"! {warning}")
    _print(shown.headline)
    if shown.question:
        _print(f"  {say(shown.question.asks)}  (--field {shown.question.field}=…)")
        for option in shown.question.options:
            _print(f"    {option.value}")
    else:
        who = f"{shown.to}, {shown.person.name}" if shown.person else shown.to
        _print("  " + " · ".join(each for each in (who, shown.urgency, *shown.benefits) if each))
        for label, text in shown.results:
            _print(f"  {labelled(label, text)}")
        _print(f"  “{shown.say}”")
    for row in shown.why:
        source = f"  ({row.source})" if row.source else ""
        _print(f"  - {row.label}: {row.text}{source}")
    _print(f"  {shown.approved}")
    _print(f"  {answer.id}")


def _replay(options: Namespace) -> int:
    total = different = erased = 0
    for each in replay_all():
        total += 1
        if each.erased:
            erased += 1
            continue
        if not each.identical:
            different += 1
            _print(f"{each.answer.pk}: {', '.join(each.differences) or 'id'}")
        if total % 1000 == 0 and sys.stderr.isatty():
            sys.stderr.write(f"\r{total}")
    touched = f" {erased} were touched by an erasure." if erased else ""
    decided = total - erased
    same = decided - different
    _print(f"{decided} answers decided again, {same} identical, {different} not.{touched}")
    return 1 if different else 0


def _clear(options: Namespace) -> int:
    _print(f"{watches.clear()} answers have cleared and were told.")
    return 0


def _configure_exceptions(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--customer", metavar="KEY@SOURCE", help="of this customer alone (or the id)"
    )
    parser.add_argument("--past", action="store_true", help="those that are over or taken back")
    parser.add_argument("--language", default="en", choices=["en", "ko", "zh-hant"])


def _exceptions(options: Namespace) -> int:
    """Read only: whoever grants one signs in, since it stands in their name."""
    customer = by_reference(options.customer).id if options.customer else None
    viewer, cursor = viewer_of(_principal(None)), ""
    with translation.override(options.language):
        while True:
            page = lifts.listing(viewer, customer_id=customer, past=options.past, cursor=cursor)
            for row in page.items:
                lift, state = row.lift, row.state.replace("_", " ")
                _print(f"{lift.ends_on}  {row.customer.name} · {say(row.request)} · {state}")
                _print(f"            {lift.granted_by}: {lift.reason}")
            if not (cursor := page.next):
                return 0


def _configure_kept(parser: ArgumentParser) -> None:
    parser.add_argument("--since", type=day, metavar="YYYY-MM-DD", help="else 30 days ago")
    parser.add_argument("--until", type=day, metavar="YYYY-MM-DD", help="else today")
    parser.add_argument("--request", action="append", default=[], metavar="KIND")
    parser.add_argument("--list", action="store_true", help="name what was not kept")
    parser.add_argument("--again", action="store_true", help="judge all that was done anew, first")
    parser.add_argument("--language", default="en", choices=["en", "ko", "zh-hant"])


def _kept(options: Namespace) -> int:
    """From the verdicts that are kept; what waits to be judged is judged before."""
    until = options.until or time.today()
    chosen = Chosen(options.since or until - timedelta(days=30), until)
    viewer = viewer_of(_principal(None))
    if options.again:
        verdicts.judge_anew(chosen.since, chosen.until)
    verdicts.judge_all(_count_up)
    with translation.override(options.language):
        for line in overview(viewer, chosen).requests:
            if not options.request or line.key in options.request:
                _print(f"{say(line.words)}: {line.tally}")
        for row in listing.every(viewer, chosen, "deviated") if options.list else ():
            done = row.verdict
            if not options.request or done.request in options.request:
                _print(f"{done.day}  {done.customer.name} · {done.record.key} · {row.reason}")
    return 0


def _count_up(acts: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{acts}")


def _configure_policy(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=["show", "check"])
    parser.add_argument("file", nargs="?", help="a DMN file; else the policy in force")
    parser.add_argument("--language", default="en", choices=["en", "ko", "zh-hant"])


def _policy(options: Namespace) -> int:
    if options.file:
        with open(options.file, "rb") as file:  # noqa: PTH123 - a name as the operator typed it
            model = policies.load(file.read())
    else:
        model = policies.in_force(time.today()).model
    with translation.override(options.language):
        if options.what == "check":
            return _check(model, options.language)
        for section in Reader(model, options.language).sections():
            _print(f"\n{section.title}")
            for rule in section.rules:
                _print(f"  {rule.condition or _('In all other cases')} → {rule.outcome}")
    return 0


def _check(model: Model, language: str) -> int:
    found, speak = law.check(model), speaker(language, model)
    for finding in found:
        table = finding.problem.place.decision if finding.problem else finding.table
        _print(f"{speak(table, 'decision')}: {forbidden(finding, model).message}")
    _print("The policy keeps the law." if not found else f"{len(found)} findings.")
    return 1 if found else 0


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


COMMANDS = [
    Command("decide", "How do we treat this customer now?", _decide, _configure_decide),
    Command("replay-answers", "Decide every logged answer again and compare.", _replay),
    Command("clear-watches", "Tell those who wait for answers that have cleared.", _clear),
    Command(
        "exceptions", "List the exceptions to our promise.", _exceptions, _configure_exceptions
    ),
    Command("kept", "Did we do what our promise says?", _kept, _configure_kept),
    Command("policy", "Show or check the policy.", _policy, _configure_policy),
]
