"""What an app contributes to the `concord` console command."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass


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
