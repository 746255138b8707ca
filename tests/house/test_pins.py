"""What is installed is pinned: by name and version alone, everything that we need included."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .sources import CHECKOUT

PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9.!+]+)$")


def pins() -> dict[str, str]:
    lines = (CHECKOUT / "constraints.txt").read_text().splitlines()
    matches = {line: PIN.match(line) for line in lines}
    assert [line for line, match in matches.items() if match is None] == []
    return {canonicalize_name(match[1]): match[2] for match in matches.values() if match}


def wanted() -> list[Requirement]:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    return [Requirement(line) for group in groups for line in group]


def test_the_constraints_name_versions_only_and_each_once() -> None:
    lines = (CHECKOUT / "constraints.txt").read_text().splitlines()
    names = [canonicalize_name(line.split("==")[0]) for line in lines]
    assert list(pins()) == names
    assert len(set(names)) == len(names)


def test_everything_that_we_need_is_pinned_with_all_that_it_needs() -> None:
    known = pins()
    waiting = wanted()
    seen: set[str] = set()
    unpinned: set[str] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        key = f"{name}[{','.join(sorted(requirement.extras))}]"
        if key in seen:
            continue
        seen.add(key)
        if name not in known:
            unpinned.add(name)
        waiting += needed_by(name, requirement.extras)
    assert unpinned == set()


def needed_by(name: str, extras: set[str]) -> list[Requirement]:
    """What this package asks for here, on this system and with these extras."""
    try:
        lines = requires(name) or []
    except PackageNotFoundError:
        return []
    found = [Requirement(line) for line in lines]
    return [
        each
        for each in found
        if each.marker is None
        or any(each.marker.evaluate({"extra": extra}) for extra in ("", *extras))
    ]


def test_our_pins_satisfy_what_we_ask_for() -> None:
    known = pins()
    broken = [
        str(requirement)
        for requirement in wanted()
        if not requirement.specifier.contains(known[canonicalize_name(requirement.name)])
    ]
    assert broken == []
