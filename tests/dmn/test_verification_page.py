"""The page on checking tables: its codes are those told, its example is what is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.dmn.drawn import one_table

import concord.dmn
from concord import dmn
from concord.dmn.__main__ import main
from concord.dmn.sentences import chinese, english, korean

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "verification.md").read_text("utf-8")
SOURCES = Path(concord.dmn.__file__).parent / "analysis"
CODE = re.compile(r'"((?:table|rule|cell|output|input|check|meaning)\.[a-z-]+)"')


def codes() -> set[str]:
    """All that the analysis can tell."""
    return {code for file in SOURCES.glob("*.py") for code in CODE.findall(file.read_text("utf-8"))}


def test_every_code_stands_on_the_page() -> None:
    found, _, _ = PAGE.partition("What counts as a condition")
    assert (
        set(re.findall(r"`((?:table|rule|cell|output|input|check|meaning)\.[a-z-]+)`", found))
        == codes()
    )


@pytest.mark.parametrize("texts", [english.TEXTS, korean.TEXTS, chinese.TEXTS])
def test_every_code_has_a_sentence(texts: dict[str, str]) -> None:
    assert {name.partition(" ")[0] for name in texts} == codes()
    assert texts.keys() == english.TEXTS.keys()


def drawn(which: int) -> dmn.Model:
    """A table of the page's example, as it stands there."""
    _, _, example = PAGE.partition("## By example")
    tables = re.findall(r"(?:^\|.*\n)+", example, re.MULTILINE)
    rows = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        for line in tables[which].strip().split("\n")
    ]
    inputs = {"segment": "string", "orders": "number"}
    return one_table(inputs, rows[2:], outputs=(rows[0][-1],), allowed={"segment": '"key", "new"'})


def printed() -> list[tuple[str, str]]:
    """The example's commands with what they print."""
    _, _, example = PAGE.partition("## By example")
    blocks = re.findall(r"```\n\$ python -m concord.dmn (.*)\n((?:.*\n)*?)```", example)
    return [(command, output.strip()) for command, output in blocks]


@pytest.mark.parametrize(("command", "output"), printed())
def test_the_example_prints_what_it_says(
    command: str, output: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("discount.dmn").write_bytes(drawn(0).save())
    Path("mended.dmn").write_bytes(drawn(1).save())
    main([part.strip('"') for part in re.findall(r'"[^"]*"|\S+', command)])
    assert capsys.readouterr().out.strip() == output


def test_the_example_is_there() -> None:
    assert len(printed()) == 3
