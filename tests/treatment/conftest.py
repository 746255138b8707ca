from __future__ import annotations

import pytest
from tests.clock import stand_on
from tests.treatment.cast import TODAY, Cast, a_cast


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    stand_on(monkeypatch, TODAY)
    return a_cast()
