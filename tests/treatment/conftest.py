from __future__ import annotations

import pytest
from tests.treatment.cast import TODAY, Cast, a_cast

from concord.kernel import time
from concord.ui import formats


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(time, "today", lambda: TODAY)
    monkeypatch.setattr(formats, "today", lambda: TODAY)
    return a_cast()
