"""Runs what is measured: `script/bench NAME [ARGUMENTS]` one of them, `script/accept` the figures.

A stored figure belongs to the revision of the sources that it measured (`MEASURED`); it is not
measured again while these are the same, so an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
FIGURES = CHECKOUT / "docs" / "figures"
MEASURED = ("src", "bench")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="which; see --list")
    parser.add_argument("--list", action="store_true", help="name them, with what is stored")
    parser.add_argument("--store", action="store_true", help="keep the figures in docs/figures")
    parser.add_argument("--again", action="store_true", help="measure also what is stored")
    options, arguments = parser.parse_known_args()
    known = figures()
    if options.list or not (options.names or options.store):
        for name, said in known.items():
            print(f"{name:<24} {said}  [{state(name)}]")
        return 0
    has_numbers = any(name.isdigit() for name in options.names[1:])
    if not options.store and (options.names[0] not in known or has_numbers):
        return plain(options.names[0], [*options.names[1:], *arguments])
    unknown = [name for name in options.names if name not in known]
    if unknown or arguments:
        print(f"Unknown: {' '.join([*unknown, *arguments])}. There are: {', '.join(known)}.")
        return 2
    failed = [name for name in options.names or known if not run(name, options)]
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def figures() -> dict[str, str]:
    """Name and title of each module with a `measure(say)`."""
    return {
        file.stem: title(file)
        for file in sorted((CHECKOUT / "bench").glob("*.py"))
        if "\ndef measure(say" in file.read_text(encoding="utf-8")
    }


def plain(name: str, arguments: list[str]) -> int:
    """A benchmark that takes arguments and prints what it finds."""
    if not (CHECKOUT / "bench" / f"{name}.py").exists():
        print(f"There is no benchmark {name}.")
        return 2
    command = [sys.executable, "-m", f"bench.{name}", *arguments]
    return subprocess.run(command, cwd=CHECKOUT).returncode


def title(file: Path) -> str:
    return (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").split("\n")[0]


def run(name: str, options: argparse.Namespace) -> bool:
    """True if it came through, or is stored already."""
    if os.environ.get("CONCORD_FIGURE") == name:
        print(json.dumps(import_module(f"bench.{name}").measure(say)))
        return True
    if options.store and not options.again and state(name) == "stored":
        print(f"{name}: stored for these sources already.", flush=True)
        return True
    print(f"{name}: {figures()[name]}", flush=True)
    begin = time.monotonic()
    found = measured(name)
    if found is None:
        return False
    print(json.dumps(found, indent=2, ensure_ascii=False), flush=True)
    if options.store:
        store(name, found, time.monotonic() - begin)
    return True


def measured(name: str) -> dict[str, Any] | None:
    """In a process of its own: each sets up a database of its own. None if it failed."""
    child = subprocess.run(
        [sys.executable, "-m", "bench.run", name],
        env=os.environ | {"CONCORD_FIGURE": name},
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    if child.returncode != 0:
        return None
    found: dict[str, Any] = json.loads(child.stdout.strip().splitlines()[-1])
    return found


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def store(name: str, found: dict[str, Any], seconds: float) -> None:
    FIGURES.mkdir(parents=True, exist_ok=True)
    figure = {
        "name": name,
        "title": figures()[name],
        "revision": git("rev-parse", "HEAD"),
        "sources": sources(),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "machine": {
            "system": f"{platform.system()} {platform.machine()}",
            "cores": os.cpu_count(),
            "python": platform.python_version(),
        },
        "figures": found,
    }
    text = json.dumps(figure, indent=2, ensure_ascii=False) + "\n"
    fresh = FIGURES / f"{name}.json.new"
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(FIGURES / f"{name}.json")


def state(name: str) -> str:
    file = FIGURES / f"{name}.json"
    if not file.exists():
        return "not measured"
    stored = json.loads(file.read_text(encoding="utf-8"))["sources"]
    return "stored" if stored == sources() else "of other sources"


def sources() -> str:
    """What was measured: the trees of git, and whether there are changes besides."""
    changed = git("status", "--porcelain", "--", *MEASURED)
    trees = " ".join(git("rev-parse", f"HEAD:{folder}")[:12] for folder in MEASURED)
    return f"{trees} with changes of {datetime.now(UTC).isoformat()}" if changed else trees


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
