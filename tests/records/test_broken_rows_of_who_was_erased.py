"""A row that is broken does not bring back who was erased: nothing of what it said is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.customers.cast import a_person, a_source
from tests.customers.rights_world import (
    BAD,
    HEADER,
    KEY,
    MAPPING,
    NAME,
    OTHER,
    PHONE,
    ROW,
    a_file,
    an_import,
)

from concord.customers import queries
from concord.customers.actions import erasures
from concord.customers.rights import erase
from concord.kernel.errors import Problem
from concord.kernel.models import Role
from concord.records.importing.replay import replay
from concord.records.importing.run import run_import
from concord.records.models import Import, Rejection

pytestmark = pytest.mark.django_db

THIRD = OTHER.replace("K2", "K3").replace("Bernd", "Carl").replace("R-2", "R-9")


@pytest.fixture
def anna(tmp_path: Path) -> None:
    """Anna is erased; shop, her only source, goes on sending her."""
    an_import(tmp_path, ROW, OTHER, name="gestern.csv")
    olga = a_person("Olga", Role.OFFICER)
    customer = queries.by_key("shop", KEY)
    [begun] = erasures.confirm(olga, customer.id, NAME, despite="by letter")
    erase.carry_out(begun.pk)


def said_of(imported: Import) -> list[tuple[str, dict[str, str], str]]:
    rows = Rejection.objects.filter(imported=imported).order_by("line")
    return [(row.code, row.raw, row.value) for row in rows]


def test_whatever_is_broken_about_the_row(anna: None, tmp_path: Path) -> None:
    broken = {
        "one cell too many": f"{BAD};more",
        "cut off": f"{KEY};{NAME};{PHONE}",
        "a quotation mark that is never closed": BAD.replace(KEY, f'"{KEY}'),
        "a NUL in the key": BAD.replace(KEY, f"{KEY}\x00"),
        "bytes that are no text": BAD.replace(NAME, "Anna \udcff\udcfe"),
    }
    for name, row in broken.items():
        path = tmp_path / f"{name}.csv"
        text = "\n".join([HEADER, row, OTHER, THIRD]) + "\n"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        imported = run_import(path, a_source("shop"), MAPPING)
        assert said_of(imported) == [("erased", {}, "")], name


def test_a_key_that_the_mapping_cuts_out_of_its_cell(anna: None, tmp_path: Path) -> None:
    mapping = MAPPING.replace('key = "Kunde"', 'key = { column = "Kunde", strip = "#" }')
    mapping = mapping.replace('profile = "Kunde"', 'profile = { column = "Kunde", strip = "#" }')
    path = a_file(tmp_path, f"#{BAD}", f"#{ROW};", f"#{ROW};more", OTHER, name="morgen.csv")
    imported = run_import(path, a_source("shop"), mapping)
    assert said_of(imported) == [("erased", {}, "")] * 3


def test_where_nobody_can_tell_only_the_line_and_the_reason_are_kept(
    anna: None, tmp_path: Path
) -> None:
    mapping = MAPPING.replace('"Kunde"', '{ template = "{Kunde}-{Telefon}" }')
    path = a_file(tmp_path, OTHER, f"{THIRD};more", name="morgen.csv")
    assert said_of(run_import(path, a_source("shop"), mapping)) == [("ragged", {}, "")]
    elsewhere = run_import(path, a_source("sales"), mapping)  # which never spoke of anybody erased
    assert said_of(elsewhere) == [("ragged", {"": f"{THIRD};more"}, "")]


def test_another_ones_broken_row_is_kept_whole(anna: None, tmp_path: Path) -> None:
    path = a_file(tmp_path, OTHER, f"{THIRD};more", name="morgen.csv")
    imported = run_import(path, a_source("shop"), MAPPING)
    assert said_of(imported) == [("ragged", {"": f"{THIRD};more"}, "")]


def test_who_mends_a_row_into_hers_gives_nothing_back(anna: None, tmp_path: Path) -> None:
    path = a_file(tmp_path, OTHER, f"{THIRD};more", name="morgen.csv")
    imported = run_import(path, a_source("shop"), MAPPING)
    row = Rejection.objects.get(imported=imported)
    with pytest.raises(Problem):
        replay(row, None, text=BAD)
    assert said_of(imported) == [("erased", {}, "")]


def test_one_that_waited_before_is_emptied_too(tmp_path: Path) -> None:
    before = an_import(tmp_path, ROW, OTHER, f"{KEY};more", f"{THIRD};more")
    [begun] = erasures.confirm(
        a_person("Olga", Role.OFFICER), queries.by_key("shop", KEY).id, NAME, despite="by letter"
    )
    erase.carry_out(begun.pk)
    assert said_of(before) == [("erased", {}, ""), ("ragged", {"": f"{THIRD};more"}, "")]
