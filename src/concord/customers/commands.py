"""What customers add to the console command."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from concord.customers.actions.matching import Matched, match_pending
from concord.customers.models import Pair, Profile
from concord.kernel.command import Command


def match(arguments: Namespace) -> int:
    """Match what waits; `--all` looks at every profile again."""
    if arguments.all:
        Profile.objects.filter(withdrawn_at=None, is_stub=False).update(matched_at=None)
    total = Matched()
    while True:
        step = match_pending(limit=5_000)
        if not step.profiles:
            break
        total += step
        _say(f"{total.profiles:,} profiles, {total.joined:,} joined, {total.to_review:,} to review")
    _say(f"Done: {total.profiles:,} profiles looked at, {total.joined:,} joined.")
    return 0


def review(arguments: Namespace) -> int:
    """How many pairs wait for a person, and which are the surest."""
    if arguments.count:
        _say(str(Pair.objects.count()))
        return 0
    pairs = Pair.objects.select_related("left__source", "right__source").order_by("-score", "id")
    for pair in pairs[: arguments.limit]:
        left, right = (f"{p} ({p.key}@{p.source.key})" for p in (pair.left, pair.right))
        _say(f"{pair.score:5.1f}  {left}  |  {right}")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _configure_match(parser: ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="look at every profile again")


def _configure_review(parser: ArgumentParser) -> None:
    parser.add_argument("--count", action="store_true", help="only how many pairs wait")
    parser.add_argument("--limit", type=int, default=20, help="how many pairs to show")


COMMANDS = [
    Command("match", "Find out which profiles are one customer.", match, _configure_match),
    Command("review", "Show pairs that a person should judge.", review, _configure_review),
]
