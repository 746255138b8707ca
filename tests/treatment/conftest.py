from __future__ import annotations

import pytest
from tests.treatment.cast import TODAY, Cast, a_cast

from concord.kernel import time


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(time, "today", lambda: TODAY)
    return a_cast()
