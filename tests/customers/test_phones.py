"""Phone numbers that come whole are read in short, and as the library reads them."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.customers.normal import phones

codes = st.sampled_from([*map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE), "0", "210", "999"])
spaces = st.sampled_from(["", "", " ", "-", "(", "(0)", " / "])
figures = st.lists(st.tuples(spaces, st.sampled_from("0123456789")), min_size=4, max_size=16)


@settings(max_examples=1_000, deadline=None, derandomize=True)
@given(code=codes, figures=figures)
def test_a_whole_number_is_what_the_library_says(code: str, figures: list[tuple[str, str]]) -> None:
    text = f"+{code}" + "".join(space + figure for space, figure in figures)
    try:
        read = str(phonenumbers.parse(text, None).national_number)
    except phonenumbers.NumberParseException:
        read = ""
    found = phones.phone(text)
    if len(read) >= phones.SHORTEST:
        assert found == read


@pytest.mark.parametrize(
    ("text", "national"),
    [
        ("+82 32-718-2040", "327182040"),
        ("+49 (0)711 365 7223", "7113657223"),
        ("+1 (702) 919-1300", "7029191300"),
        ("+7 8 495 123-45-67", "4951234567"),  # an 8 that is no part of the number
        ("+99 12", ""),
    ],
)
def test_spellings_of_one_number(text: str, national: str) -> None:
    assert phones.phone(text) == national
