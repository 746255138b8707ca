"""What customers add to the console command."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from concord.customers import questions, recognition
from concord.customers.actions import identity_models, identity_runs, waiting
from concord.customers.actions.golden import refresh_all
from concord.customers.actions.matching import Matched, match_pending
from concord.customers.models import IdentityRun, Profile, Task
from concord.customers.rights import commands as rights
from concord.kernel.command import Command
from concord.kernel.errors import Problem
from concord.kernel.time import now


def match(arguments: Namespace) -> int:
    """Match what waits; `--all` looks at every profile and every customer's values again."""
    if arguments.all:
        _say(f"The values of {refresh_all(now()):,} customers are chosen anew.")
        Profile.objects.filter(withdrawn_at=None, is_stub=False).update(matched_at=None)
    total = _together() if waiting.is_worth() else Matched()
    while True:
        step = match_pending(limit=5_000)
        if not step.profiles:
            break
        total += step
        _say(f"{total.profiles:,} profiles, {total.joined:,} joined, {total.to_review:,} to review")
    _say(f"Done: {total.profiles:,} profiles looked at, {total.joined:,} joined.")
    return 0


def _together() -> Matched:
    """Very many of them, told step by step."""
    told = ("", 0)

    def tell(step: str, done: int, total: int) -> None:
        nonlocal told
        here = step, done * 10 // max(total, 1)
        if here != told:
            told = here
            _say(f"{_STEPS[step]} {10 * here[1]}%")

    return match_pending(progress=tell)


_STEPS = {"prepare": "Prepared", "compare": "Compared", "settle": "Settled"}


def review(arguments: Namespace) -> int:
    """How many questions wait for a person, and which come first."""
    if arguments.count:
        _say(str(questions.waiting()))
        return 0
    for question in questions.listed(arguments.limit):
        pair = question.pairs[0]
        left, right = (f"{p} ({p.key}@{p.source.key})" for p in (pair.left, pair.right))
        what = "doubt" if question.is_doubt else f"{pair.score:5.1f}"
        _say(f"{what:>5}  {left}  |  {right}  ({len(question.pairs)})")
    return 0


def identity(arguments: Namespace) -> int:
    """How customers are recognised: the weights that there are, learning, putting in force."""
    match arguments.what:
        case "train":
            return _train()
        case "put-in-force":
            if not arguments.version:
                raise Problem("Say which version.", mend="concord identity models lists them.")
            made = identity_models.put_in_force(arguments.version, None, arguments.reason)
            _say(f"{arguments.version} is in force{'.' if made else ' already.'}")
    for each in recognition.versions():
        mark = "*" if each.is_in_force else " "
        since = f"{each.row.made_at:%Y-%m-%d %H:%M}" if each.row else "as shipped"
        _say(f"{mark} {each.version:<24} {since}")
    return 0


def _train() -> int:
    """Learn here and now, with a bar; Ctrl-C stops it and leaves nothing."""
    run = IdentityRun.objects.filter(task=Task.TRAIN, finished_at=None).first()
    if run is not None:
        raise Problem("Somebody has begun to learn already.", mend="See the page “Recognition”.")
    run = identity_runs.begin(Task.TRAIN, None)
    try:
        identity_runs.work(run.pk, tell=_bar)
    except KeyboardInterrupt:
        identity_runs.give_up(run)
        _say("\nStopped; nothing was changed.")
        return 1
    run.refresh_from_db()
    if run.problem:
        raise Problem(run.problem)
    if run.model is not None:
        _say(f"\nLearnt: {run.model.version}, not in force yet.")
        against = identity_models.what_speaks_against(run.model.version)
        for one in against:
            _say(f"  {one.kind} {one.field} {one.level}: {recognition.objection(one)}")
    return 0


def _bar(step: str, percent: int) -> None:
    sys.stdout.write(f"\r{percent:>3} % {step:<60}")
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _configure_match(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--all", action="store_true", help="look at every profile and all values again"
    )


def _configure_identity(parser: ArgumentParser) -> None:
    parser.add_argument(
        "what", nargs="?", default="models", choices=["models", "train", "put-in-force"]
    )
    parser.add_argument("version", nargs="?", default="", help="which to put in force")
    parser.add_argument("--reason", default="", help="why it is put in force")


def _configure_review(parser: ArgumentParser) -> None:
    parser.add_argument("--count", action="store_true", help="only how many questions wait")
    parser.add_argument("--limit", type=int, default=20, help="how many questions to show")


COMMANDS = [
    Command("match", "Find out which profiles are one customer.", match, _configure_match),
    Command(
        "identity",
        "Show, learn or put in force the weights by which customers are recognised.",
        identity,
        _configure_identity,
    ),
    Command("review", "Show what a person should decide.", review, _configure_review),
    *rights.COMMANDS,
]
