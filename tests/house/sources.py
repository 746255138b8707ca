"""The files of the project, as git knows them or, in a copy without git, as they lie there."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = CHECKOUT / "src" / "concord"


@functools.cache
def tracked() -> tuple[Path, ...]:
    """All files that belong to the project, new ones that are not ignored included."""
    listed = subprocess.run(
        ["git", "-C", CHECKOUT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
    )
    if listed.returncode == 0:
        files = (CHECKOUT / name for name in listed.stdout.split("\0") if name)
        return tuple(sorted(file for file in files if file.is_file()))
    hidden = (".venv", ".data", "__pycache__")
    return tuple(
        sorted(
            file
            for file in CHECKOUT.rglob("*")
            if file.is_file() and not any(part in hidden for part in file.parts)
        )
    )


def ours(*suffixes: str, under: Path = CHECKOUT) -> list[Path]:
    return [file for file in tracked() if file.suffix in suffixes and under in file.parents]


def name(file: Path) -> str:
    return str(file.relative_to(CHECKOUT))


def text_of(file: Path) -> str | None:
    """The text, or None for a picture and the like."""
    content = file.read_bytes()
    return None if b"\0" in content[:8000] else content.decode("utf-8", errors="replace")
