"""The conformance kit, as far as it is shared: no result that was right becomes wrong."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from concord.dmn.__main__ import main
from concord.dmn.tck import Case, results_csv, run

RECORDED = Path(__file__).parent / "conformance.csv"
JAVA = "0076-feel-external-java"
FAILING = {  # told by name, with the reason, so that another failure cannot hide behind a number
    (
        "0068-feel-equality",
        "datetime_003_a",
    ),  # parts of a second are expected to make no difference
    ("1117-feel-date-and-time-function", "026_5ba081cd5f"),  # nanoseconds: we keep microseconds
    ("1117-feel-date-and-time-function", "028_1c3d56275f"),
    ("1117-feel-date-and-time-function", "033_2fac4d6807"),
    ("1117-feel-date-and-time-function", "040_d9116e1daa"),
}
Row = list[str]


@pytest.fixture(scope="module")
def cases(shared: Path) -> list[Case]:
    return list(run(shared / "dmn-tck"))


def rows(text: str) -> dict[tuple[str, ...], str]:
    return {tuple(row[:3]): row[3] for row in csv.reader(io.StringIO(text))}


def test_every_case_is_as_it_was_recorded(cases: list[Case]) -> None:
    """A case that passes now and did not before is recorded by `tck --csv` (CONTRIBUTING)."""
    assert rows(results_csv(cases)) == rows(RECORDED.read_text(encoding="utf-8"))


def test_what_fails_is_java_or_known(cases: list[Case]) -> None:
    failed = [case for case in cases if not case.passed]
    assert {(each.folder, each.case) for each in failed if each.folder != JAVA} == FAILING
    assert {each.code for each in failed if each.folder == JAVA} == {"function.external"}


def test_ninety_seven_of_a_hundred_pass_without_java(cases: list[Case]) -> None:
    without = [case for case in cases if case.folder != JAVA]
    non_null = [case for case in without if case.expected is not None]
    for each in (without, non_null):
        assert sum(case.passed for case in each) >= 0.97 * len(each)


def test_level_two_is_whole(cases: list[Case]) -> None:
    results = [case.passed for case in cases if case.level == "compliance-level-2"]
    assert len(results) >= 98
    assert all(results)


def test_command_prints_by_folder_and_closes_with_the_count(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared / "dmn-tck" / "compliance-level-2" / "0004-simpletable-U"
    assert main(["tck", str(folder), "--csv", str(tmp_path / "results.csv")]) == 0
    lines = capsys.readouterr().out.splitlines()
    written = (tmp_path / "results.csv").read_text().splitlines()
    assert lines[0] == f"0004-simpletable-U: {len(written)} of {len(written)}"
    assert lines[-1] == f"{len(written)} passed, 0 failed"
    assert written[0] == (
        '"compliance-level-2/0004-simpletable-U","0004-simpletable-U-test-01","001","SUCCESS",""'
    )


def test_command_shows_what_failed(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared / "dmn-tck" / "compliance-level-3" / JAVA
    assert main(["tck", str(folder), "--failed"]) == 1
    out = capsys.readouterr().out
    assert "literal_006" in out
    assert "Java and PMML functions are not run here" in out


def test_a_case_of_a_model_or_decision_that_is_not_there_fails(tmp_path: Path) -> None:
    head = '<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"><modelName>'
    tail = '</modelName><testCase id="1"><resultNode name="a"/></testCase></testCases>'
    (tmp_path / "a-test-1.xml").write_text(f"{head}none.dmn{tail}")
    (tmp_path / "b-test-1.xml").write_text(f"{head}empty.dmn{tail}")
    (tmp_path / "c.xml").write_text("<notes/>")
    model = "https://www.omg.org/spec/DMN/20230324/MODEL/"
    (tmp_path / "empty.dmn").write_text(f'<definitions xmlns="{model}" name="e" namespace="e"/>')
    assert [(each.passed, each.code) for each in run(tmp_path)] == [
        (False, "model"),
        (False, "decision.unknown"),
    ]
