"""The launcher: first start, later start, joining a server that runs, stopping it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from bench import harness
from concord.config import database

ROUNDS = 5


def measure(say: harness.Say) -> dict[str, Any]:
    """Seconds of each step, the best of some rounds, each with a folder of its own."""
    steps: dict[str, list[float]] = {"first start": [], "join": [], "stop": [], "later start": []}
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS}")
        place = Path(tempfile.mkdtemp(prefix="concord-bench-"))
        place.chmod(0o755)
        folder = place / "data"
        try:
            steps["first start"].append(harness.timed(lambda folder=folder: database.start(folder)))
            steps["join"].append(harness.timed(lambda folder=folder: database.start(folder)))
            steps["stop"].append(harness.timed(lambda folder=folder: database.stop(folder)))
            steps["later start"].append(harness.timed(lambda folder=folder: database.start(folder)))
        finally:
            database.stop(folder)
            shutil.rmtree(place)
    return {f"{step}, seconds": round(min(seconds), 3) for step, seconds in steps.items()}
