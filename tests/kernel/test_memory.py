"""What the collector of cycles does in a process that answers people."""

import gc
import weakref

import pytest
from django.core.signals import request_finished

from concord.kernel import memory


class Round:
    """Holds itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.mark.parametrize(
    ("few", "due", "is_there"), [(0, 10**9, False), (10**9, 0, False), (10**9, 10**9, True)]
)
def test_cycles_go_when_an_answer_was_given_and_enough_was_made(
    monkeypatch: pytest.MonkeyPatch, few: int, due: int, is_there: bool
) -> None:
    monkeypatch.setattr(memory, "FEW", few)
    monkeypatch.setattr(memory, "DUE", due)
    with memory.uncollected():
        seen = weakref.ref(Round())
        monkeypatch.setattr(request_finished, "receivers", [])  # the others' own are not meant
        memory.collect_between_answers()
        request_finished.send(sender=None)
        assert (seen() is not None) == is_there
    gc.collect()
    assert seen() is None
