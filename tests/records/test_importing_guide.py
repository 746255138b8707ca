"""The guide to importing and the example mappings are true."""

import re
from pathlib import Path

import pytest

from concord.kernel.errors import Problem
from concord.records.importing import batches
from concord.records.importing.joins import MOST_ROWS
from concord.records.importing.mapping import parse, read_mapping
from concord.records.importing.readers.delimited import LONGEST_FIELD
from concord.records.importing.readers.table import MOST_COLUMNS
from concord.records.importing.readers.unpacked import LARGEST, MOST_CELLS
from concord.records.importing.reasons import REASONS, in_english

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDE = (DOCS / "importing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)


def test_the_mappings_of_the_guide_are_read_and_the_wrong_one_is_refused_as_it_says():
    wrong, right, join = BLOCKS
    with pytest.raises(Problem) as caught:
        parse(wrong)
    assert caught.value.message in GUIDE
    fixed = wrong.replace('name = "wrong"               # this line is an error', "#")
    assert len(parse(fixed + right).blocks) == 7
    assert [one.name for one in parse(join).joins] == ["customer"]


def test_the_mapping_of_the_architecture_page_is_read():
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert len(parse(block).blocks) == 6


@pytest.mark.parametrize("path", sorted(DOCS.glob("mappings/*/*.toml")), ids=lambda p: p.stem)
def test_every_example_is_read(path):
    assert read_mapping(path).source.startswith(path.parent.name)


def test_the_bounds_are_the_ones_that_the_guide_names():
    for number in (f"{batches.SIZE:,}", f"{MOST_ROWS:,}", f"{LARGEST >> 20} MB"):
        assert number in GUIDE
    assert f"{MOST_COLUMNS:,} columns" in GUIDE
    assert f"{MOST_CELLS:,} cells" in GUIDE
    assert LONGEST_FIELD == 1_000_000
    assert "more than a million characters" in GUIDE


def test_every_reason_can_be_said():
    detail = dict.fromkeys(
        ("column", "value", "needs", "formats", "example", "choices", "most", "why", "what",
         "small", "large"), "x"
    )  # fmt: skip
    for code in REASONS:
        for sentence in in_english(code, detail):
            assert sentence
            assert "%(" not in sentence
