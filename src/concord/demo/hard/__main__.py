"""`python -m concord.demo.hard FOLDER`: write the set that tempts matching, with the truth."""

import argparse
from pathlib import Path

from concord.demo.hard import write


def main() -> None:
    """Read the arguments, write the files, say what was made."""
    parser = argparse.ArgumentParser(prog="python -m concord.demo.hard", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    for source, count in write(given.folder, given.seed, given.entries).items():
        print(f"{count:>9,}  {source}")


if __name__ == "__main__":
    main()
