"""The console command: one front, readable problems, exit codes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from argparse import Namespace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from concord.config import command, house
from concord.config.setup import secret_key
from concord.kernel.command import Command
from concord.kernel.errors import Problem


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "concord.config.command", *arguments],
        capture_output=True,
        text=True,
        env=clean | environment,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )


def a_command(outcome: BaseException | int) -> Command:
    def act(options: Namespace) -> int:
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    return Command("probe", "for this test", act)


@pytest.mark.parametrize(
    ("outcome", "code"), [(0, 0), (1, 1), (Problem("No."), 2), (KeyboardInterrupt(), 130)]
)
def test_exit_codes(outcome: Any, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "COMMANDS", [a_command(outcome)])
    assert command.main(["probe"]) == code


def test_a_problem_is_one_paragraph(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = Problem("The amount is no number.", place="file.csv:3", mend="Write 1234.56.")
    monkeypatch.setattr(house, "COMMANDS", [a_command(problem)])
    assert command.main(["probe"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "file.csv:3: The amount is no number. Write 1234.56.\n"


def test_an_error_of_ours_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "COMMANDS", [a_command(ZeroDivisionError())])
    with pytest.raises(ZeroDivisionError):
        command.main(["probe"])


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    names = [each.name for each in [*house.COMMANDS, *command.app_commands()]]
    assert len(names) == len(set(names))
    assert {"serve", "database", "migrate", "password", "worker"} <= set(names)
    for name in names:
        assert re.search(rf"^    {name}\b", said, re.MULTILINE)


def test_the_database_from_the_command_line(place: Path) -> None:
    data = str(place / "data")
    answers = [
        run("--data", data, "database", action) for action in ("status", "start", "status", "stop")
    ]
    assert [answer.returncode for answer in answers] == [1, 0, 0, 0]
    assert answers[0].stdout == f"No database answers ({data}).\n"
    assert answers[2].stdout.startswith("PostgreSQL ")
    assert answers[3].stdout == "The database is stopped.\n"


def test_tables_are_made_by_migrate_and_missed_without(place: Path) -> None:
    data = str(place / "data")
    without = run("--data", data, "password", "ann@example.com", "--administrator", "Ann")
    assert without.returncode == 2
    assert "concord migrate" in without.stderr
    assert "Traceback" not in without.stderr
    assert run("--data", data, "migrate", "--quiet").returncode == 0
    again = run("--data", data, "password", "ann@example.com", "--administrator", "Ann")
    assert again.returncode == 2
    assert again.stderr.startswith("There is nobody here to type a password.")


@pytest.mark.django_db
def test_a_password_is_set_and_a_weak_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    from concord.config.password import set_password
    from concord.kernel.models import AuditEntry, Role, User

    def type_in(text: str) -> None:
        monkeypatch.setattr("sys.stdin", StringIO(text))

    with pytest.raises(Problem, match=r"Nobody signs in as ann@example\.com"):
        set_password("ann@example.com", from_stdin=True)
    type_in("short\n")
    with pytest.raises(Problem, match="too short"):
        set_password("ann@example.com", "Ann", from_stdin=True)
    assert not User.objects.exists()
    type_in("correct horse battery\n")
    set_password("ann@example.com", "Ann", from_stdin=True)
    ann = User.objects.get(email="ann@example.com")
    assert (ann.name, ann.role) == ("Ann", Role.ADMINISTRATOR)
    assert ann.check_password("correct horse battery")
    type_in("another long phrase\n")
    set_password("ANN@example.com", from_stdin=True)
    ann.refresh_from_db()
    assert ann.check_password("another long phrase")
    assert AuditEntry.objects.filter(action="password_set", subject_id=str(ann.pk)).count() == 2


def test_the_secret_key_is_made_once_and_closed(tmp_path: Path) -> None:
    key = secret_key(tmp_path / "data")
    assert len(key) > 50
    assert secret_key(tmp_path / "data") == key
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret-key"]


def test_a_command_begins_no_empty_company_where_another_folder_was_meant(place: Path) -> None:
    folder = place / "elsewhere"
    asked = run("--data", str(folder), "decide", "--customer", "1@books", "--request", "proposal")
    assert asked.returncode == 2
    assert "There is no company in this data folder." in asked.stderr
    assert "concord --data FOLDER" in asked.stderr
    assert not (folder / "postgres").exists()
