"""`python -m concord.dmn tck FOLDER`, `check FILE`, `sql FILE --decision NAME`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from concord.dmn.problems import DmnError, did_you_mean


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
    check.set_defaults(run=_check)
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
    import json

    from concord.dmn.read import load

    problems = load(options.file).check()
    if options.json:
        rows = [
            {"code": p.code, "severity": p.severity, "message": p.message, "place": str(p.place)}
            for p in problems
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            print(f"{problem.severity}: {problem}")
        print(f"{len(problems)} findings")
    return 1 if any(problem.severity == "error" for problem in problems) else 0


def _sql(options: argparse.Namespace) -> int:
    """The statement with its parameters' names, and their values below as comments."""
    from concord.dmn.read import load

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
