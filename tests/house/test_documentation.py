"""What the documentation names exists: scripts, commands with their options, files, settings."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from pathlib import Path

from concord.config import command, house

from .sources import CHECKOUT, PACKAGE, name, ours

CALL = re.compile(r"(?:\$ )?(?:\.venv/bin/)?concord (?:--data \S+ )?([a-z_]+)\b(.*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.S)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
SETTING = re.compile(r"\bCONCORD_[A-Z_]+\b")


def documents() -> list[Path]:
    return ours(".md")


def code_in(document: Path) -> list[str]:
    """The lines of code blocks, and what stands between backticks."""
    spans = CODE.findall(document.read_text(encoding="utf-8"))
    return [line.strip() for block, span in spans for line in (block or span).splitlines()]


def options_of(names: list[str]) -> dict[str, set[str]]:
    found = {}
    for each in [*house.COMMANDS, *command.app_commands()]:
        if each.name in names:
            parser = ArgumentParser()
            each.configure(parser)
            found[each.name] = {word for act in parser._actions for word in act.option_strings}
    return found


def calls() -> list[tuple[str, str, list[str]]]:
    """Each `concord X --option` that a document names: the place, X, its long options."""
    found = []
    for document in documents():
        for line in code_in(document):
            if match := CALL.match(line):
                options = OPTION.findall(match[2].split(" #")[0])
                found.append((name(document), match[1], options))
    return found


def test_every_command_exists_with_its_options() -> None:
    known = options_of([each for _, each, _ in calls()])
    unknown = [f"{place}: concord {each}" for place, each, _ in calls() if each not in known]
    assert unknown == []
    missing = [
        f"{place}: concord {each} {option}"
        for place, each, options in calls()
        for option in options
        if option not in known[each]
    ]
    assert missing == []


def test_every_script_exists() -> None:
    named = {
        (name(document), script)
        for document in documents()
        for script in re.findall(r"\bscript/[a-z]+\b", document.read_text(encoding="utf-8"))
    }
    assert {script for _, script in named} >= {"script/server", "script/test", "script/check"}
    assert {place for place, script in named if not (CHECKOUT / script).is_file()} == set()


def test_every_link_leads_to_a_file() -> None:
    broken = [
        f"{name(document)}: {target}"
        for document in documents()
        for target in LINK.findall(document.read_text(encoding="utf-8"))
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert broken == []


def test_every_setting_is_documented_and_each_documented_one_is_read() -> None:
    code = [*ours(".py", under=PACKAGE), *(CHECKOUT / "tests").glob("conftest.py")]
    read = {found for file in code for found in SETTING.findall(file.read_text(encoding="utf-8"))}
    written = set(SETTING.findall((CHECKOUT / "docs" / "settings.md").read_text(encoding="utf-8")))
    assert read - written == set()
    assert written - read == set()
