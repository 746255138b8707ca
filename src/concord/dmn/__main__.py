"""`python -m concord.dmn tck FOLDER`, `check FILE`, `diff OLD NEW`, `sql FILE --decision NAME`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from concord.dmn.problems import DmnError, Problem, did_you_mean, unknown_name

LANGUAGES = ("en", "ko", "zh-hant")


def main(argv: Sequence[str] | None = None) -> int:
    """The command's exit status: 0 for well, 1 for findings or failures, 2 for no usable input."""
    parser = argparse.ArgumentParser(prog="concord.dmn", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    tck = commands.add_parser("tck", help="run cases of the conformance kit")
    tck.add_argument("folder", type=Path)
    tck.add_argument("--csv", type=Path, help="write the results in the kit's format")
    tck.add_argument("--failed", action="store_true", help="print each case that failed")
    tck.set_defaults(run=_tck)
    check = commands.add_parser("check", help="find what is wrong in a model")
    check.add_argument("file", type=Path)
    check.add_argument("--json", action="store_true")
    check.add_argument("--language", choices=LANGUAGES, help="in sentences")
    check.add_argument(
        "--better",
        action="append",
        default=[],
        metavar="NAME=ORDER",
        help='what is better of an input or output: higher, lower, or "bad" < "good"',
    )
    check.set_defaults(run=_check)
    diff = commands.add_parser("diff", help="find who gets another answer in a new version")
    diff.add_argument("old", type=Path)
    diff.add_argument("new", type=Path)
    diff.add_argument("--decision", default="", help="else all that both have")
    diff.add_argument("--json", action="store_true")
    diff.add_argument("--language", choices=LANGUAGES, help="in sentences")
    diff.set_defaults(run=_diff)
    sql = commands.add_parser("sql", help="compile a decision to SQL")
    sql.add_argument("file", type=Path)
    sql.add_argument("--decision", required=True)
    sql.add_argument("--dialect", choices=("postgres", "duckdb"), default="postgres")
    sql.set_defaults(run=_sql)
    options = parser.parse_args(argv)
    try:
        return int(options.run(options))
    except DmnError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    return 2


def _tck(options: argparse.Namespace) -> int:
    from concord.dmn.tck import results_csv, run

    cases = list(run(options.folder))
    if not cases:
        print(f"{options.folder}: no case of the kit stands here (*-test-*.xml)", file=sys.stderr)
        return 2
    folders: dict[str, list[bool]] = {}
    for case in cases:
        folders.setdefault(case.folder, []).append(case.passed)
        if options.failed and not case.passed:
            print(f"{case.folder} {case.case} {case.node}: {case.expected!r} != {case.got!r}")
            print(f"    {case.remark}" if case.remark else "")
    for folder, passed in folders.items():
        print(f"{folder}: {sum(passed)} of {len(passed)}")
    _totals("non-null results: ", [case.passed for case in cases if case.expected is not None])
    _totals("", [case.passed for case in cases])
    if options.csv:
        options.csv.write_text(results_csv(cases), encoding="utf-8")
    return 0 if all(case.passed for case in cases) else 1


def _totals(label: str, passed: list[bool]) -> None:
    print(f"{label}{sum(passed)} passed, {len(passed) - sum(passed)} failed")


def _check(options: argparse.Namespace) -> int:
    from concord.dmn.analysis.ranking import rankable
    from concord.dmn.loading import load

    model, ranking = load(options.file), {}
    for each in options.better:
        name, _, order = each.partition("=")
        if name.strip() not in rankable(model):
            raise unknown_name("input or result", name.strip(), rankable(model))
        ranking[name.strip()] = order
    problems = model.check(ranking)
    _told(problems, options)
    return 1 if any(problem.severity == "error" for problem in problems) else 0


def _diff(options: argparse.Namespace) -> int:
    from concord.dmn.loading import load

    old, new = load(options.old), load(options.new)
    try:
        found = new.differences(old, options.decision)
    except KeyError:
        print(f"There is no decision '{options.decision}' in either version.", file=sys.stderr)
        return 2
    _told(found, options)
    return 1 if found else 0


def _told(problems: Sequence[Problem], options: argparse.Namespace) -> None:
    """Findings as JSON, as sentences, or as they are, each with its place."""
    from concord.dmn.analysis.finding import Finding, problem_json
    from concord.dmn.sentences import count_line, finding_line, finding_sentence

    language = options.language
    if options.json:
        rows = []
        for each in problems:
            row = each.as_json() if isinstance(each, Finding) else problem_json(each)
            rows.append(row | {"sentence": finding_sentence(each, language or "en")})
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for each in problems:
        if language:
            print(finding_line(each, language))
        else:
            print(f"{each.severity}: {each}")
    print(count_line(len(problems), language or "en"))


def _sql(options: argparse.Namespace) -> int:
    """The statement with its parameters' names, and their values below as comments."""
    from concord.dmn.loading import load

    model = load(options.file)
    names = [decision.name for decision in model.decisions]
    if options.decision not in names:
        hint = did_you_mean(options.decision, names)
        print(f"{options.file}: there is no decision '{options.decision}'{hint}", file=sys.stderr)
        return 2
    compiled = model.sql(options.decision, options.dialect)
    print(compiled.text)
    for name, value in compiled.params.items():
        print(f"-- {name} = {value!r}")
    for name in sorted(compiled.binds):
        print(f"-- {name} is given by the caller")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
