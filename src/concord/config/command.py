"""The `concord` console command: one front for what the house and each app can do.

An app contributes its commands in `concord/<app>/commands.py`; the house's own (the launcher, the
server) are listed here, since they run before Django and the database do.
"""

from __future__ import annotations

import os
import sys
import textwrap
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

import psycopg
from django.db import ProgrammingError

import concord
from concord.config import database, house
from concord.config.setup import set_up
from concord.kernel.command import Command
from concord.kernel.errors import Problem


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 done, 1 not (said by the command), 2 a problem that the caller can mend."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(arguments)
    except Problem as problem:
        _print_problem(problem)
        return 2
    except ProgrammingError as error:
        missing = _tables_missing(error)
        if missing is None:
            raise
        _print_problem(missing)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, head for one, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["--data"] and len(arguments) > 1:
        os.environ["CONCORD_DATA"] = str(Path(arguments[1]).expanduser().resolve())
        arguments = arguments[2:]
    own = {command.name: command for command in house.COMMANDS}
    if arguments[:1] and arguments[0] in own:
        options = _parser(list(own.values())).parse_args(arguments)
        return int(options.run(options))
    set_up()
    options = _parser([*own.values(), *app_commands()]).parse_args(arguments)
    database.require_company()
    with database.running():
        return int(options.run(options))


def app_commands() -> Iterator[Command]:
    """What the apps contribute, in the apps' order."""
    for module in iter_modules(concord.__path__):
        name = f"concord.{module.name}.commands"
        if module.ispkg and find_spec(name):
            yield from import_module(name).COMMANDS


def _parser(commands: Sequence[Command]) -> ArgumentParser:
    parser = ArgumentParser(prog="concord", description="One customer, one truth, one treatment.")
    parser.add_argument(
        "--data", metavar="FOLDER", help="the data folder (first; also CONCORD_DATA)"
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in commands:
        subparser = subparsers.add_parser(command.name, help=command.help, description=command.help)
        command.configure(subparser)
        subparser.set_defaults(run=command.run)
    return parser


def _tables_missing(error: ProgrammingError) -> Problem | None:
    """The database is there, its tables are not, or not yet those of this version."""
    missing = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)
    if not isinstance(error.__cause__, missing):
        return None
    return Problem(
        "The tables of the database are not those of this version of Concord.",
        place=str(error.__cause__).splitlines()[0],
        mend="Bring them up to date: concord migrate.",
    )


def _print_problem(problem: Problem) -> None:
    width = min(os.get_terminal_size(2).columns, 100) if sys.stderr.isatty() else 10_000
    print(textwrap.fill(str(problem), width), file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
