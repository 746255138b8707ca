"""What an app contributes to the `concord` console command."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


def day(text: str) -> date:
    """A day as an argument; a wrong one is said with the form that is wanted."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(
            f"“{text}” is no day. Write year-month-day, such as 2026-11-20."
        ) from None


def no_arguments(parser: ArgumentParser) -> None:
    """For commands that take none."""


@dataclass(frozen=True)
class Command:
    """One subcommand, `concord NAME`.

    An app lists its own in `commands.py` as `COMMANDS: list[Command]`; Django is set up and the
    database is running when `configure` and `run` are called. `run` returns the exit code and
    raises `concord.kernel.errors.Problem` for what the caller can mend.
    """

    name: str
    help: str
    run: Callable[[Namespace], int]
    configure: Callable[[ArgumentParser], None] = no_arguments
