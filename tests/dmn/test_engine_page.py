"""The page for developers: its program is run, in its order."""

from __future__ import annotations

import doctest
import pydoc
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from concord import dmn

PAGE = Path(__file__).parents[2] / "docs" / "engine.md"
TEXT = PAGE.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def test_the_program_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (file,) = blocks("xml")
    Path("price.dmn").write_text(file, encoding="utf-8")
    program = "\n".join(blocks("pycon"))
    examples = doctest.DocTestParser().get_doctest(program, {}, PAGE.name, str(PAGE), 0)
    told: list[str] = []
    ran = doctest.DocTestRunner(verbose=False).run(examples, out=told.append)
    assert "".join(told) == ""
    assert ran.attempted == program.count("\n>>> ") + 1 > 40


def test_the_engine_alone_needs_nothing_that_is_installed() -> None:
    program = (
        "import sys; from concord import dmn; dmn.parse('1 + 1').evaluate();"
        "names = {each.partition('.')[0] for each in sys.modules};"
        "print(sorted(each for each in names - set(sys.stdlib_module_names) if each[0] != '_'))"
    )
    command = [sys.executable, "-S", "-c", program]
    source = str(PAGE.parents[1] / "src")
    ran = subprocess.run(
        command, env={"PYTHONPATH": source}, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "['concord']"


def test_the_package_is_typed() -> None:
    assert (PAGE.parents[1] / "src" / "concord" / "py.typed").is_file()


def test_help_is_short_and_names_all_that_is_exported() -> None:
    text = dmn.__doc__ or ""
    assert len(pydoc.render_doc(dmn).splitlines()) < 100
    public = [name for name, value in vars(dmn).items() if is_public(name, value)]
    assert len(public) > 30
    shown = set(re.findall(r"\w+", text))
    hidden = {"Aggregate", "DecisionTable", "Field", "ListSource"}  # in the help of what has them
    assert set(public) - shown == hidden
    assert doctest.testmod(dmn).failed == 0


def is_public(name: str, value: object) -> bool:
    return name[0] != "_" and not isinstance(value, ModuleType)
