"""`concord rights`: what the pages do for the rights of persons, for who works at the machine.

Each act is somebody's (`--as`), who must be allowed to do it, and stands in the same log.
"""

from __future__ import annotations

import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

from django.utils import translation

from concord.customers.actions import erasures, person_files, restrictions
from concord.customers.models import Customer, PersonFile, Right, RightsRequest
from concord.customers.queries import by_reference
from concord.customers.rights import erase, files, lists
from concord.kernel.command import Command, day
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.time import today

LANGUAGES = ("en", "ko", "zh-hant")


def rights(arguments: Namespace) -> int:
    """What a customer asked for about their own data, and what was done."""
    if arguments.what == "list":
        _list()
        return 0
    if not arguments.customer:
        raise Problem("Say of whom.", mend="Write KEY@SOURCE, or the customer's id.")
    with translation.override("en"):
        ACTS[arguments.what](arguments, by_reference(arguments.customer))
    return 0


def _list() -> None:
    """What waits, who is restricted, what is being erased."""
    with translation.override("en"):
        for each in lists.open_requests().items:
            late = " LATE" if each.due_on < today() else ""
            _say(f"{each.due_on}{late}  {each.get_right_display()}  {_named(each.customer)}")
        for held in lists.restricted():
            _say(f"restricted since {held.since:%Y-%m-%d}  {_named(held.customer)}")
        for plan in lists.plans():
            _say(f"to be erased, proposed by {plan.by.name}  {_named(plan.customer)}")
        for run in lists.latest_erasures():
            done = f"{run.finished_at:%Y-%m-%d %H:%M}" if run.finished_at else "under way"
            _say(f"erasure {run.erasure_id}  {done}")


def _log(arguments: Namespace, customer: Customer) -> None:
    for line in lists.log_of(customer.pk):
        _say(f"{line.at:%Y-%m-%d %H:%M}  {line.what}  {line.by}  {line.note}".rstrip())


def _file(arguments: Namespace, customer: Customer) -> None:
    """Everything about them as two files, made here and now."""
    by, folder = _person(arguments), Path(arguments.to)
    asked = _asked(customer, Right.ACCESS)
    made = person_files.make(by, customer.pk, arguments.language, asked)
    files.write(made.pk)
    made = PersonFile.objects.get(pk=made.pk)
    folder.mkdir(parents=True, exist_ok=True)
    person_files.taken(by, made)
    for name in (files.HTML, files.JSON):
        to = folder / f"{made.made_at:%Y-%m-%d}-{customer.pk}{Path(name).suffix}"
        shutil.copyfile(made.folder / name, to)
        to.chmod(0o600)
        _say(str(to))
    _say(f"The copy kept here is deleted on {made.forget_at:%Y-%m-%d}.")


def _restrict(arguments: Namespace, customer: Customer) -> None:
    asked = _asked(customer, Right.RESTRICTION)
    by = _person(arguments)
    made = restrictions.restrict(by, customer.pk, arguments.reason, arguments.until, asked)
    _say(f"{_named(customer)}: stored and not used since {made.since:%Y-%m-%d %H:%M}.")


def _lift(arguments: Namespace, customer: Customer) -> None:
    restrictions.lift(_person(arguments), customer.pk, arguments.reason)
    _say(f"{_named(customer)}: used again.")


def _erase(arguments: Namespace, customer: Customer) -> None:
    """Without the name: what would go and stay. With it: done, and there is no way back."""
    by = _person(arguments)
    if not arguments.name:
        _preview(erasures.preview(by, customer.pk))
        _say("Nothing was erased. To do it, type the customer's name: --name NAME")
        return
    begun = erasures.confirm(
        by, customer.pk, arguments.name, despite=arguments.reason,
        request=_asked(customer, Right.ERASURE),
    )  # fmt: skip
    for each in begun:
        erase.carry_out(each.pk)
        _say(f"Erasure {each.pk} is done.")
    if not begun:
        _say("Proposed: a second person has to agree.")


def _preview(found: erasures.Preview) -> None:
    for going in found.goes:
        words = f" (of {going.worded} only the words)" if going.worded else ""
        _say(f"goes   {going.count:>7}  {going.title}{words}")
    for what in found.searched:
        _say(f"goes           {what}: all are looked through when it is done")
    for each in found.kept:
        _say(f"stays  {each.count:>7}  {each.what}: {each.why}")
    for objection in found.objections:
        _say(f"open            {objection.text}")
    for other in found.parted:
        _say(f"was taken for them once: {_named(other)}")


ACTS: Mapping[str, Callable[[Namespace, Customer], None]] = {
    "log": _log,
    "file": _file,
    "restrict": _restrict,
    "lift": _lift,
    "erase": _erase,
}


def _person(arguments: Namespace) -> User:
    found = User.objects.filter(email__iexact=arguments.by or "", is_active=True).first()
    if found is None:
        raise Problem(
            "Say in whose name.", place="--as", mend="Write the e-mail address of who decides it."
        )
    return found


def _asked(customer: Customer, right: Right) -> RightsRequest | None:
    """The request that this answers, if somebody took one down."""
    return RightsRequest.objects.filter(customer=customer, right=right, closed_at=None).first()


def _named(customer: Customer) -> str:
    return f"{customer.name} ({customer.pk})"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument("what", nargs="?", default="list", choices=["list", *ACTS])
    parser.add_argument("customer", nargs="?", default="", help="KEY@SOURCE, or the id")
    parser.add_argument("--as", dest="by", metavar="EMAIL", help="in whose name")
    parser.add_argument("--reason", default="", help="why, for the log")
    parser.add_argument("--until", type=day, metavar="DATE", help="when to look at it again")
    parser.add_argument("--name", default="", help="the customer's name, typed to erase them")
    parser.add_argument("--to", default=".", metavar="FOLDER", help="where the files go")
    parser.add_argument("--language", default="en", choices=LANGUAGES, help="of the file")


COMMANDS = [
    Command("rights", "Copies, restrictions and erasures of a person's data.", rights, _configure)
]
