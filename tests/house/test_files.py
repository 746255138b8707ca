"""No file of the project knows the machine it was made on, or where packages come from."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from .sources import CHECKOUT, name, text_of, tracked

# Spelled in parts, since this file is looked through as well.
FOLDERS = (
    "farm/i" + "n",
    "root" + "/",
    "home" + "/[a-z]+/",
    "work" + "/(?:main|shared)",
    "tmp" + "/c/",
)
HOSTS = (
    "https?://(?:registry|files|deb|mirror)" + r"\.[a-z]",
    r"\.org" + "/simple",
    "pypi" + r"\.org",
    "python" + r"hosted\.org",
)
FOREIGN = re.compile(rf"(?:^|[^a-zA-Z0-9_.}}/-])/(?:{'|'.join(FOLDERS)})|{'|'.join(HOSTS)}")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("see /" + "root/x", True),
        ('"/' + 'work/main"', True),
        ("https://" + "files.example.net", True),
        ("https://x.org" + "/simple", True),
        ("/customers/ and /work/", False),
        ("src/concord/work/main.py", False),
        ("https://example.org/", False),
    ],
)
def test_the_pattern_finds_what_it_should(line: str, found: bool) -> None:
    assert bool(FOREIGN.search(line)) is found


def test_no_path_of_a_machine_and_no_registry() -> None:
    found = [
        f"{name(file)}:{number}: {match[0].strip()}"
        for file in tracked()
        if (text := text_of(file)) is not None
        for number, line in enumerate(text.splitlines(), 1)
        if (match := FOREIGN.search(line))
    ]
    assert found == []


def test_the_scripts_can_be_run() -> None:
    scripts = [CHECKOUT / ".ci" / "run", *(CHECKOUT / "script").glob("*")]
    assert len(scripts) > 5
    for script in scripts:
        assert subprocess.run(["sh", "-n", script], capture_output=True).returncode == 0
        if script.read_text().startswith("#!"):
            assert os.access(script, os.X_OK), script
