"""The commands of the house itself: server, database, migrations, Django's own."""

from __future__ import annotations

import os
from argparse import REMAINDER, ArgumentParser, Namespace
from pathlib import Path

from django.core.management import call_command, execute_from_command_line

from concord.config import database, password, serve, translations
from concord.config.setup import set_up
from concord.kernel.command import Command
from concord.kernel.errors import Problem


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _migrate(options: Namespace) -> int:
    """As the owner's role: the application's cannot change a table."""
    os.environ["CONCORD_ROLE"] = "owner"
    with database.running():
        set_up()
        call_command("migrate", interactive=False, verbosity=int(not options.quiet))
    return 0


def _configure_migrate(parser: ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="say nothing")


def _demo(options: Namespace) -> int:
    with database.running():
        set_up()
        from concord.demo import load
        from concord.kernel.models import User

        if User.objects.exists() and not load.is_unfinished():
            raise Problem(
                "The demo company only goes into an empty Concord, and this one has people.",
                place=str(database.data_folder()),
                mend="Choose an empty data folder: concord --data FOLDER demo.",
            )
        load.load_demo(_say)
    return 0


def _worker(options: Namespace) -> int:
    with database.running():
        set_up()
        from procrastinate.contrib.django import app
        from procrastinate.contrib.django.django_connector import DjangoConnector
        from procrastinate.exceptions import ConnectorException

        assert isinstance(app.connector, DjangoConnector)
        try:
            with app.replace_connector(app.connector.get_worker_connector()):
                app.run_worker(queues=options.queues or None)
        except ConnectorException as error:
            raise Problem(
                f"The worker lost the database: {error.__cause__ or error}".strip(),
                mend="It goes on from where it was once the database answers.",
            ) from error
    return 0


def _configure_worker(parser: ArgumentParser) -> None:
    parser.add_argument("queues", nargs="*", help="which work alone: imports, looks; default all")


def _manage(options: Namespace) -> int:
    with database.running():
        set_up()
        execute_from_command_line(["concord manage", *options.arguments])
    return 0


def _configure_manage(parser: ArgumentParser) -> None:
    parser.add_argument("arguments", nargs=REMAINDER, help="a command of Django's, as it takes it")


def _translations(options: Namespace) -> int:
    _say(f"{translations.compile_all()} translations compiled.")
    return 0


def _configure_database(parser: ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=["start", "stop", "status", "url", "dump", "restore"],
        help="start (runs until stop), stop, status, url (for psql and the like), "
        "dump (all of it into a file), restore (a dump, into an empty database)",
    )
    parser.add_argument("file", nargs="?", type=Path, help="the file to dump to or restore from")


def _database(options: Namespace) -> int:
    match options.action:
        case "start":
            started = database.start()
            _say("The database runs." if started else "The database runs already, and is kept.")
        case "stop":
            _say("The database is stopped." if database.stop() else "The database does not run.")
        case "status":
            return _database_status()
        case "url":
            _say(database.url())
        case "dump" | "restore":
            if options.file is None:
                raise Problem(
                    "Which file?", mend=f"Name it: concord database {options.action} FILE."
                )
            with database.running():
                {"dump": database.dump, "restore": database.restore}[options.action](options.file)
    return 0


def _database_status() -> int:
    status = database.status()
    if status.running:
        _say(f"PostgreSQL {status.version} answers ({status.place}).")
    else:
        _say(f"No database answers ({status.place}).")
    return 0 if status.running else 1


COMMANDS = [
    Command("serve", "serve Concord in the browser", serve.run, serve.configure),
    Command("database", "start, stop or save the database", _database, _configure_database),
    Command("migrate", "bring the database's tables up to date", _migrate, _configure_migrate),
    Command("demo", "make the demo company, in an empty Concord", _demo),
    Command("password", "set a person's password", password.run, password.configure),
    Command("worker", "do the work that waits (serve does)", _worker, _configure_worker),
    Command("translations", "compile the translations that changed", _translations),
    Command("manage", "run one of Django's commands", _manage, _configure_manage),
]
