"""One demo company for all tests of it."""

from collections.abc import Callable
from functools import cache

import pytest
from tests.demo.exports import TODAY, Rows, read, read_csv

from concord.demo.generate import generate
from concord.demo.manifest import Manifest


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """The demo company as everybody gets it: 2,000 customers."""
    return generate(tmp_path_factory.mktemp("demo"), today=TODAY)


@pytest.fixture(scope="session")
def rows(made: Manifest) -> Callable[[str], Rows]:
    """`rows("accounting-invoices")`: that export, read as its own system's format."""
    return cache(lambda name: read(made.folder, name))


@pytest.fixture(scope="session")
def truth(made: Manifest) -> Callable[[str], Rows]:
    """`truth("planted")`: one of the files of truth."""
    return cache(lambda name: read_csv(made.folder / "truth" / f"{name}.csv", "utf-8", ","))
