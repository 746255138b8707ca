"""What is done of a long measure is kept, so that one that was interrupted goes on after it.

A file of JSON, one line for each part that is done. Without a file of the caller's choosing it
lies beside the databases of the measurements, under the name of the sources that are measured:
other sources begin anew.
"""

from __future__ import annotations

import json
import os
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bench.harness import CHECKOUT


class Kept:
    """Lines of what is done; a last one that a kill has cut short was not done."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines: list[dict[str, Any]] = []
        if file.exists():
            text = file.read_text(encoding="utf-8")
            whole = text[: text.rfind("\n") + 1]
            self.lines = [json.loads(line) for line in whole.splitlines()]
            file.write_text(whole, encoding="utf-8")

    @classmethod
    def of_these_sources(cls, name: str) -> Kept:
        from bench.run import sources

        chosen = os.environ.get("CONCORD_BENCH_DATA")
        folder = (Path(chosen) if chosen else CHECKOUT / ".data" / "bench") / "kept"
        folder.mkdir(parents=True, exist_ok=True)
        mark = blake2b(sources().encode(), digest_size=6).hexdigest()
        return cls(folder / f"{name}-{mark}.jsonl")

    def add(self, line: dict[str, Any]) -> None:
        self.lines.append(line)
        with self.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")

    def forget(self) -> None:
        """It has come to its end."""
        self.file.unlink(missing_ok=True)
