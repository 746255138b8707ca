"""The audit on the command line: whether its chain holds, and its heads to keep elsewhere."""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from concord.kernel import chain
from concord.kernel.command import Command
from concord.kernel.errors import Problem


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=["verify", "heads"])
    parser.add_argument("--heads", metavar="FILE", help="heads that were kept elsewhere")


def _audit(options: Namespace) -> int:
    chain.seal()
    if options.what == "heads":
        _print(json.dumps(chain.heads(), indent=2, sort_keys=True))
        return 0
    found = list(chain.verify(_known(options.heads)))
    for each in found:
        _print(f"{each.log}: {each.rows} rows sealed{_aside(each)}")
        for wrong in each.breaks:
            when = f", sealed {wrong.sealed_at:%Y-%m-%d %H:%M}" if wrong.sealed_at else ""
            _print(f"  {wrong.kind}: {wrong.id}{when}")
    broken = sum(len(each.breaks) for each in found)
    _print("The chain holds." if not broken else f"The chain is broken in {broken} places.")
    return 1 if broken else 0


def _aside(each: chain.Verified) -> str:
    excused = f", {each.excused} erased or over their time" if each.excused else ""
    return excused + (f", {each.open} not sealed yet" if each.open else "")


def _known(file: str | None) -> dict[str, str]:
    if not file:
        return {}
    try:
        said = json.loads(Path(file).read_text())
    except (OSError, ValueError) as error:
        raise Problem(
            str(error), place=file, mend="Give what `concord audit heads` wrote."
        ) from None
    return {str(key): str(value) for key, value in said.items()}


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


COMMANDS = [
    Command("audit", "Verify the chain over the logs, or print its heads.", _audit, _configure)
]
