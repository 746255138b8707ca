"""Where the database is: DATABASE_URL, or an address that follows from the data folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from concord.config import database, machine
from concord.kernel.errors import Problem


def test_the_private_address_follows_from_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_DATA", str(tmp_path / "data"))
    settings = database.settings()
    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert (settings["NAME"], settings["USER"]) == ("concord", "concord_app")
    assert settings["HOST"] == str(tmp_path / "data" / "run")
    assert settings["OPTIONS"]["prepare_threshold"] is None
    assert settings["OPTIONS"]["server_side_binding"] is False
    assert settings["OPTIONS"]["pool"]["max_size"] == 16
    assert not (tmp_path / "data").exists()  # asking starts and makes nothing


def test_migrations_sign_in_as_the_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_DATA", str(tmp_path))
    monkeypatch.setenv("CONCORD_ROLE", "owner")
    assert database.settings()["USER"] == "concord_owner"
    assert conninfo_to_dict(database.url())["user"] == "concord_owner"


def test_database_url_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    given = "postgresql://ann:se%20cret@db.example:6432/crm?sslmode=verify-full"
    monkeypatch.setenv("DATABASE_URL", given)
    settings = database.settings()
    shown = {name: settings[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert shown == {
        "NAME": "crm", "USER": "ann", "PASSWORD": "se cret", "HOST": "db.example", "PORT": "6432",
    }  # fmt: skip
    assert settings["OPTIONS"]["sslmode"] == "verify-full"
    assert database.url() == given
    for act in (database.start, database.stop):
        with pytest.raises(Problem, match="did not start"):
            act()


@pytest.mark.parametrize(
    "given", ["mysql://localhost/x", "nonsense", "postgresql://h:port:/x y z=1?"]
)
def test_a_bad_database_url_is_explained(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    with pytest.raises(Problem) as caught:
        database.settings()
    assert "DATABASE_URL" in caught.value.message
    assert "postgresql://user:password@host" in caught.value.mend


def test_importing_the_settings_starts_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    environment = os.environ | {"CONCORD_DATA": str(folder)}
    environment.pop("DATABASE_URL", None)
    code = "import concord.config.settings as s; print(s.DATABASES['default']['HOST'])"
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == str(folder / "run")
    assert not folder.exists()


def test_a_database_that_is_not_there_is_said_by_name_and_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = machine.free_port()
    monkeypatch.setenv("DATABASE_URL", f"postgresql://ann:secret@127.0.0.1:{port}/crm")
    with pytest.raises(Problem) as caught, database.running():
        pass
    assert caught.value.place == f"DATABASE_URL, 127.0.0.1:{port}"
    assert "Connection refused" in caught.value.message
    assert "Does it run" in caught.value.mend
    assert "secret" not in str(caught.value)


def test_a_database_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "REACH_SECONDS", 2)  # the least that libpq takes
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgresql://ann@127.0.0.1:{silent.getsockname()[1]}/crm"
        monkeypatch.setenv("DATABASE_URL", address)
        with pytest.raises(Problem, match="timeout expired"), database.running():
            pass
