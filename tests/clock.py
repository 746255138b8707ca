"""The day on which a test takes place, whatever the calendar says when it is run."""

from __future__ import annotations

import sys
from datetime import date

import pytest

from concord.kernel import time


def stand_on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """It is that day for the test, also in modules that know `today` by its name."""
    known = time.today

    def today() -> date:
        return day

    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "concord" and getattr(module, "today", None) is known:
            monkeypatch.setattr(module, "today", today)
