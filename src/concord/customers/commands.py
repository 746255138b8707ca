"""What customers add to the console command."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from concord.customers import questions
from concord.customers.actions import waiting
from concord.customers.actions.golden import refresh_all
from concord.customers.actions.matching import Matched, match_pending
from concord.customers.models import Profile
from concord.kernel.command import Command
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


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _configure_match(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--all", action="store_true", help="look at every profile and all values again"
    )


def _configure_review(parser: ArgumentParser) -> None:
    parser.add_argument("--count", action="store_true", help="only how many questions wait")
    parser.add_argument("--limit", type=int, default=20, help="how many questions to show")


COMMANDS = [
    Command("match", "Find out which profiles are one customer.", match, _configure_match),
    Command("review", "Show what a person should decide.", review, _configure_review),
]
