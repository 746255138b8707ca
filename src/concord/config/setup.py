"""Django, set up for a command; the installation's secret key."""

from __future__ import annotations

import os
import secrets
import shlex
import sys
from pathlib import Path

import django

from concord.config import database
from concord.kernel.errors import Problem


def set_up() -> None:
    """What each process does once before it uses models; asks nothing of the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    os.environ.setdefault("CONCORD_SECRET_KEY", secret_key(database.data_folder()))
    django.setup()


def this_command() -> str:
    """How to call this very Concord, with its data folder, from anywhere on this machine."""
    beside = Path(sys.executable).with_name("concord")
    program = beside if beside.exists() else "concord"
    data = os.environ.get("CONCORD_DATA")
    return shlex.join([str(program), *(["--data", data] if data else [])])


def secret_key(folder: Path) -> str:
    """The key that `folder` keeps, readable by its owner alone; made there if there is none."""
    path = folder / "secret-key"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = folder / f"secret-key.{os.getpid()}"
        if not path.exists():
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(50))
            try:
                os.link(fresh, path)  # of two processes at once, one makes it and both read it
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise Problem(
            f"The secret key of this installation cannot be kept here: {error.strerror}.",
            place=str(path),
            mend="Let this user write there, or choose another data folder with CONCORD_DATA.",
        ) from error
