from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """A page asked for by somebody who reads Korean leaves its language to the next test."""
    with translation.override("en"):
        yield
