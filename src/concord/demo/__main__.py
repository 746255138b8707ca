"""`python -m concord.demo FOLDER`: write the export files of the demo company."""

import argparse
import sys
from datetime import date
from pathlib import Path

from concord.demo.generate import generate


def main() -> None:
    """Read the arguments, write the files, say what was made."""
    parser = argparse.ArgumentParser(prog="python -m concord.demo", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--customers", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--today", type=date.fromisoformat, required=False, help="YYYY-MM-DD; default: today"
    )
    parser.add_argument("--density", type=float, default=1.0, help="records a customer, 1.0 is 22")
    parser.add_argument("--formats", choices=("all", "csv"), default="all")
    given = parser.parse_args()
    today = given.today or date.today()  # noqa: DTZ011 - the demo is of the reader's own day
    made = generate(
        given.folder,
        today=today,
        seed=given.seed,
        customers=given.customers,
        density=given.density,
        formats=given.formats,
        progress=_show if sys.stderr.isatty() else None,
    )
    for name, count in made.counts.items():
        print(f"{count:>9,}  {name}")


def _show(made: int, wanted: int) -> None:
    if made % 500 == 0 or made == wanted:
        end = "\n" if made == wanted else ""
        print(f"\r{made:,} of {wanted:,} customers", end=end, file=sys.stderr)


if __name__ == "__main__":
    main()
