"""Hostile and odd files: each is named, and gives a clear problem or a row to fix, in bounded
memory and time. What the tables of test_readers.py show of plain files is not shown again."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from tests.records.files import GOOD, HEADER, INVOICES, a_csv, an_import, rows

from concord.customers.models import Profile
from concord.kernel.errors import Problem
from concord.records.export import csv_safe
from concord.records.importing import batches, run, steady
from concord.records.importing.alike import warnings_of
from concord.records.importing.cells import Compiler
from concord.records.importing.expressions import Expression
from concord.records.importing.readers import FileOptions, open_table, unpacked
from concord.records.importing.reasons import REASONS
from concord.records.importing.values import date_reader, number_reader
from concord.records.models import Import, Record, Rejection

Found = list[Any]


def read(path: Path, **options: Any) -> Found:
    """The cells of each row, or the code of what is wrong with it."""
    return [row.problem or row.cells for row in open_table(path, FileOptions(**options)).rows()]


def of(content: bytes, name: str = "f.csv") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def a_workbook(fill: Callable[[Any], None], epoch: datetime | None = None) -> bytes:
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    fill(book)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def with_part(workbook: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(packed, "w") as new:
        for each in old.namelist():
            new.writestr(each, change(old.read(each)) if each == name else old.read(each))
    return packed.getvalue()


def plain(book: Any) -> None:
    book.active.append(["a", "b"])
    book.active.append(["1", "2"])


def hidden_first(book: Any) -> None:
    book.active.append(["notes", "of", "somebody"])
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("Debtors")
    shown.append(["a", "b"])
    shown.append(["1", "2"])


def merged(book: Any) -> None:
    plain(book)
    book.active.append(["3", "4"])
    book.active.merge_cells("A2:A3")


SHEET = "xl/worksheets/sheet1.xml"
PLAIN = a_workbook(plain)
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet/>'
FOREIGN = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
KOREAN = "키,이름\n1,한빛정밀\n2,대한계측\n3,부산정밀\n"

# What can be read in part: name of the case, the file, what its rows are.
PARTS: list[tuple[str, bytes, str, Found]] = [
    ("UTF-8 with a line of CP949",
     KOREAN.encode() + "4,서울계측\n".encode("cp949") + b"5,x\n", "f.csv",
     [["1", "한빛정밀"], ["2", "대한계측"], ["3", "부산정밀"], "mixed", ["5", "x"]]),
    ("UTF-8 with a line of Latin-1", "a,b\n1,Köln\n2,Würzburg\n".encode() + b"3,M\xfcnchen\n",
     "f.csv", [["1", "Köln"], ["2", "Würzburg"], "mixed"]),
    ("CP949 with a line of UTF-8",
     (KOREAN * 3).encode("cp949") + "4,서울계측\n".encode(), "f.csv",
     [*[["1", "한빛정밀"], ["2", "대한계측"], ["3", "부산정밀"], "header"] * 2,
      ["1", "한빛정밀"], ["2", "대한계측"], ["3", "부산정밀"], "mixed"]),
    ("Latin-1 with a line of UTF-8",
     "a,b\n1,Köln\n2,Größe\n3,Straße\n4,Jürgen\n".encode("cp1252") + "5,Müller\n".encode(),
     "f.csv", [["1", "Köln"], ["2", "Größe"], ["3", "Straße"], ["4", "Jürgen"], "mixed"]),
    ("byte-order marks of joined files", "\ufeffa,b\n1,2\n\ufeffa,b\n\ufeff3,4\n".encode(), "f.csv",
     [["1", "2"], "header", ["3", "4"]]),
    ("UTF-16 with a mark, the other way round",
     b"\xfe\xff" + "a,b\n한,2\n".encode("utf-16-be"), "f.csv", [["한", "2"]]),
    ("UTF-16 that breaks off in a character", ("a,b\n1,2\n" * 3).encode("utf-16")[:-5], "f.csv",
     [["1", "2"], "header", ["1", "2"], "header", "encoding"]),
    ("a row cut in the middle", b"a,b\n1,2\n3", "f.csv", [["1", "2"], "cut"]),
    ("a quoted cell cut in the middle", b'a,b\n1,2\n3,"fo', "f.csv", [["1", "2"], "open_quote"]),
    ("a line of JSON cut in the middle", b'{"a": 1}\n{"a": 2', "f.jsonl", [[Decimal(1)], "json"]),
    ("JSON lines in two encodings",
     '{"a": "한빛"}\n'.encode() + '{"a": "한빛정밀"}\n'.encode("cp949"), "f.jsonl",
     [["한빛"], "mixed"]),
    ("a number that is a gigabyte written out", b'{"a": 1}\n{"a": 1e999999999}\n', "f.jsonl",
     [[Decimal(1)], "json"]),
    ("ragged rows", b"a,b\n1\n1,2,3\n1,2,\n", "f.csv", ["ragged", "ragged", ["1", "2"]]),
    ("a quotation mark that swallows the rest", b'a,b\n1,"x\n2,y\n3,z\n', "f.csv",
     ["open_quote", ["2", "y"], ["3", "z"]]),
    ("one that ends at the next quotation mark", b'a,b,c\n1,"x,2\n"3",y,z\n4,5,6\n', "f.csv",
     ["open_quote", ["3", "y", "z"], ["4", "5", "6"]]),
    ("a value of several lines with a slip in it", b'a,b,c\n1,"x\ny"z,2\n3,4,5\n', "f.csv",
     ["quoting", ["3", "4", "5"]]),
    ("zeros where a disk lost its end", b"a,b\n" + b"1,2\n" * 3000 + b"\0" * 5_000_000, "f.csv",
     [["1", "2"]] * 3000 + ["too_long"]),
    ("NUL bytes", b"a,b\n1,\x002\n3,4\n", "f.csv", ["nul", ["3", "4"]]),
    ("a cell of 10 MB", b'a,b\n1,"' + b"x" * 10_000_000 + b'"\n2,3\n', "f.csv",
     ["too_long", ["2", "3"]]),
    ("a cell of 10 MB in JSON", b'{"a": "1"}\n{"a": "' + b"x" * 10_000_000 + b'"}\n{"a": "2"}\n',
     "f.jsonl", [["1"], "too_long", ["2"]]),
    ("a row of a million columns", b"a,b\n" + b"," * 900_000 + b"\n" + b"x," * 900_000 + b"\n3,4\n",
     "f.csv", [["", ""], "ragged", ["3", "4"]]),
    ("the header twice", b"a,b\n1,2\na,b\n3,4\n", "f.csv", [["1", "2"], "header", ["3", "4"]]),
    ("blank lines", b"a,b\n\n1,2\n   \n\n3,4\n\n", "f.csv", [["1", "2"], ["3", "4"]]),
    ("line ends of an old Mac", b"a,b\r1,2\r3,4\r", "f.csv", [["1", "2"], ["3", "4"]]),
    ("semicolons in a .csv", b"a;b\n1;2,5\n", "f.csv", [["1", "2,5"]]),
    ("Excel's own first line", b"\xef\xbb\xbfsep=|\r\na|b\r\n1|2\r\n", "f.csv", [["1", "2"]]),
    ("a header and nothing else", b"a,b\n", "f.csv", []),
    ("a hidden sheet before the table", a_workbook(hidden_first), "f.xlsx", [["1", "2"]]),
    ("merged cells", a_workbook(merged), "f.xlsx", [["1", "2"], ["", "4"]]),
    ("a workbook named .csv", PLAIN, "f.csv", [["1", "2"]]),
    ("a sheet that says it is huge",
     with_part(PLAIN, SHEET, lambda xml: xml.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')),
     "f.xlsx", [["1", "2"]]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "name", "expected"), [part[1:] for part in PARTS], ids=[part[0] for part in PARTS]
)
def test_what_can_be_read_of_it_is_read_and_the_rest_is_to_be_fixed(
    content: bytes, name: str, expected: Found, tmp_path: Path
) -> None:
    found = read(of(content, name)(tmp_path))
    assert found == expected
    assert {each for each in found if isinstance(each, str)} <= REASONS.keys()


def a_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/sharedStrings.xml", b"<si><t>" + b"0" * (3 << 20) + b"</t></si>")
    return packed.getvalue()


def a_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("invoices.csv", "a,b\n1,2\n")
    return packed.getvalue()


# What is refused as a whole: name of the case, the file, what is said.
REFUSED: list[tuple[str, bytes, str, str]] = [
    ("nothing at all", b"", "f.csv", "The file is empty"),
    ("blank lines only", b"\n\n\n", "f.csv", "no header"),
    ("a million columns", b"x," * 1_000_000 + b"\n", "f.csv", "1,000,001 columns"),
    ("a million columns in JSON",
     json.dumps(dict.fromkeys(map(str, range(100_000)), 1)).encode(), "f.jsonl", "100,000 columns"),
    ("a header of 10 MB", b'a,"' + b"x" * 10_000_000 + b'"\n', "f.csv", "header cannot be read"),
    ("a header in another encoding", "고객,x\n1,2\n".encode("cp949") + KOREAN.encode() * 9, "f.csv",
     "no text in this file's encoding"),
    ("a list in JSON", b'[\n {"id": 1,\n  "name": "Orion"}]', "f.json", "one JSON document"),
    ("an object in JSON", b'{\n "rows": []}', "f.jsonl", "one JSON document"),
    ("a PDF", b"%PDF-1.7\n1 0 obj", "f.csv", "This is a PDF document"),
    ("a page of the web named .xls", b"\n<html><table><tr><td>1", "f.xls", "This is a web page"),
    ("an XML document", b'<?xml version="1.0"?><Workbook>', "f.xls", "This is an XML document"),
    ("a packed file", b"\x1f\x8b\x08\x00rest", "f.csv", "packed file"),
    ("a zip of CSV", a_zip(), "f.csv", "no Excel workbook"),
    ("a picture", bytes(range(256)) * 64, "f.csv", "neither text nor a workbook"),
    ("an old workbook or one with a password", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99, "f.xlsx",
     "old format"),
    ("a truncated workbook", PLAIN[: len(PLAIN) // 2], "f.xlsx", "no Excel workbook"),
    ("a workbook with a damaged part", PLAIN[:900] + b"\xff" * 40 + PLAIN[940:], "f.xlsx",
     "no Excel workbook|cannot be opened"),
    ("a zip bomb", a_bomb(), "f.xlsx", "more than 1 MB"),
    ("a billion laughs", with_part(PLAIN, SHEET, lambda _: LAUGHS), "f.xlsx", "declarations"),
    ("a part that names a file", with_part(PLAIN, SHEET, lambda _: FOREIGN), "f.xlsx",
     "declarations"),
    ("the same in UTF-16",
     with_part(PLAIN, SHEET, lambda _: FOREIGN.decode().encode("utf-16")), "f.xlsx",
     "declarations"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "name", "says"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED]
)
def test_what_is_no_table_is_refused_with_place_and_mend(
    content: bytes, name: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacked, "LARGEST", 1 << 20)
    with pytest.raises(Problem, match=says) as refused:
        read(of(content, name)(tmp_path))
    assert refused.value.place
    assert refused.value.mend


def test_a_row_in_another_encoding_shows_what_it_says(tmp_path: Path) -> None:
    content = KOREAN.encode() + "4,서울계측\n".encode("cp949")
    [*_, row] = open_table(of(content)(tmp_path), FileOptions()).rows()
    assert (row.line, row.cells, row.problem) == (5, ["4", "서울계측"], "mixed")


# Values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("example", "text", "expected"),
    [
        ("1.234,56", "1.234,56", "1234.56"),
        ("1.234,56", "1,234.56", None),
        ("1,234.56", "1,234.56", "1234.56"),
        ("1,234.56", "1.234,56", None),
        ("1'234.56", "1'234.56", "1234.56"),
        ("1'234.56", "1’234.56", "1234.56"),
        ("1 234,56", "1\u202f234,56", "1234.56"),
        ("1 234,56", "1\u00a0234,56", "1234.56"),
        ("1,234.56", "(1,234.56)", "-1234.56"),
        ("1,234.56", "1,234.56-", "-1234.56"),
        ("1,234.56", "−1,234.56", "-1234.56"),
        ("1,234.56", "１，２３４．５６", "1234.56"),
        ("1,234.56", "١٬٢٣٤٫٥٦", "1234.56"),
        ("1.234,56", "١٬٢٣٤٫٥٦", "1234.56"),
        ("1,234.56", "₩1,234", "1234"),
        ("1,234.56", "NT$ 1,234.50", "1234.50"),
        ("1.234,56", "1.234,56 €", "1234.56"),
        ("1,234.56", "12,34,567.89", None),
        ("", "1e5", None),
        ("", "=1+1", None),
    ],
)  # fmt: skip
def test_numbers(example: str, text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ValueError):
            number_reader(example)(text)
    else:
        assert number_reader(example)(text) == Decimal(expected)


@pytest.mark.parametrize(
    ("format", "text", "expected"),
    [
        ("%d.%m.%Y", "31.02.2026", "problem"),
        ("%d.%m.%Y", "29.02.2023", "problem"),
        ("%d.%m.%Y", "29.02.2024", date(2024, 2, 29)),
        ("%d.%m.%Y", "00.00.0000", None),
        ("%Y-%m-%d", "0000-00-00", None),
        ("", "0000-00-00 00:00:00", None),
        ("%Y%m%d", "00000000", None),
        ("%Y-%m-%d", "9999-12-31", None),
        ("%d.%m.%Y", "31.12.9999", None),
        ("", "2026-13-01", "problem"),
        ("", "0", "problem"),
        ("excel", "1", date(1900, 1, 1)),
        ("excel", "59", date(1900, 2, 28)),
        ("excel", "60", "problem"),  # 29 February 1900, which only Excel has
        ("excel", "61", date(1900, 3, 1)),
        ("excel", "46082", date(2026, 3, 1)),
        ("excel", "46082.75", date(2026, 3, 1)),
        ("excel", "9999999", "problem"),
        ("excel1904", "44620", date(2026, 3, 1)),
    ],
)
def test_dates(format: str, text: str, expected: date | str | None) -> None:
    compiler = Compiler(["Day"], (format,) if format else (), "")
    get = compiler.date_of(Expression("opened", "column", ("Day",)))
    if expected == "problem":
        with pytest.raises((ValueError, OverflowError)):
            date_reader((format,) if format else ())(text)
        with pytest.raises(Exception, match="date"):
            get([text])
    else:
        assert get([text]) == expected


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904], ids=["1900", "1904"])
@pytest.mark.parametrize("error", ["", "#N/A"], ids=["fast", "slow"])
def test_dates_of_workbooks_by_either_calendar(epoch: Any, error: str, tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        book.active.append(["day", "key", "x"])
        book.active.append([date(2026, 3, 1), 1234567890123456, "x"])
        if error:
            book.active.append([None, None, error])

    first, *others = read(of(a_workbook(fill, epoch), "f.xlsx")(tmp_path))
    assert str(first[0])[:10] == "2026-03-01"
    assert first[1] == "1.23456789012346E+15"  # what a spreadsheet has rounded says so
    assert others == ["formula"] * bool(error)


# What cannot harm or grow ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    ["=cmd|' /C calc'!A0", "+1+cmd", "-2+3+cmd|x", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1",
     " =1", "\u00a0=1", "\ufeff=1", "\x00=1"],
)  # fmt: skip
def test_formulas_do_not_live_on_in_an_export(cell: str) -> None:
    assert csv_safe(cell) == f"'{cell}"
    assert csv_safe("-12.50") == "-12.50"
    assert csv_safe("Hanbit") == "Hanbit"


BOUNDED = """
import resource, sys
from pathlib import Path
import django
from django.conf import settings
from concord.config import settings as _
django.setup()
from concord.records.importing.readers import FileOptions, open_table
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[1:]:
    try:
        for row in open_table(Path(path), FileOptions()).rows():
            pass
    except Exception as error:
        print(type(error).__name__, end=" ")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def megabytes(*paths: Path) -> int:
    """What a process takes that reads these files, beyond what it takes to start."""
    env = os.environ | {
        "PYTHONPATH": str(Path(settings.BASE).parent),
        "DJANGO_SETTINGS_MODULE": "concord.config.settings",
    }
    said = subprocess.run(
        [sys.executable, "-c", BOUNDED, *map(str, paths)], env=env, capture_output=True, text=True
    )
    assert said.returncode == 0, said.stderr
    return int(said.stdout.split()[-1])


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    long = of(b"a,b\n" + b"1,2\n" * 300_000, "long.csv")(tmp_path)
    line = of(b"a,b\n" + b"x" * 60_000_000, "line.csv")(tmp_path)
    quote = of(b'a,b\n1,"' + b"2,3\n" * 500_000, "quote.csv")(tmp_path)
    json_line = of(b'{"a": 1}\n{"a": "' + b"x" * 60_000_000, "line.jsonl")(tmp_path)
    assert megabytes(long, line, quote, json_line) < 120


@pytest.mark.parametrize(
    "line",
    [b"1,2\n", b'1,"2\n', b'1,"2"x\n', b"1\n", "1,한\n".encode("cp949"), b"\xef\xbb\xbf1,2\n",
     b'1,"\n\n'],
    ids=["good", "open quotes", "text after quotes", "ragged", "mixed", "marks", "quotes, blanks"],
)  # fmt: skip
def test_time_grows_with_the_file_and_no_faster(line: bytes, tmp_path: Path) -> None:
    def seconds(lines: int) -> float:
        path = of("a,b\n1,한\n2,한\n".encode() + line * lines)(tmp_path)
        begin = time.process_time()
        read(path, encoding="utf-8")
        return time.process_time() - begin

    seconds(200)
    once, eight_times = (min(seconds(lines) for _ in range(3)) for lines in (4_000, 32_000))
    assert eight_times < 8 * 5 * once


# Whole imports --------------------------------------------------------------------------------

database = pytest.mark.django_db(transaction=True)


@database
def test_a_spoiled_key_and_a_doubtful_amount_are_told_and_zeros_before_a_key_stay(
    tmp_path: Path,
) -> None:
    lines = [
        "R1;00417;Hanbit;01.03.2026;1,234",
        "1,23457E+15;00417;Hanbit;01.03.2026;5",
        "R3;1.23457E+15;Daehan;01.03.2026;5",
        "R4;00418;Daehan;01.03.2026;7",
    ]
    done = an_import(a_csv(tmp_path, *lines), INVOICES)
    assert rows(done) == {"read": 4, "created": 1, "rejected": 3}
    found = Rejection.objects.order_by("line").values_list("line", "code", "column")
    assert list(found) == [
        (2, "ambiguous", "Amount"), (3, "spoiled", "No"), (4, "spoiled", "Debtor"),
    ]  # fmt: skip
    assert "may be 1.234 or 1234" in Rejection.objects.order_by("line")[0].reason
    assert Profile.objects.get().key == "00418"


@database
def test_three_decimals_are_decimals_where_the_other_amounts_say_so(tmp_path: Path) -> None:
    lines = [GOOD[0], "R2;D1;Hanbit;01.03.2026;1,234"]
    assert rows(an_import(a_csv(tmp_path, *lines))) == {"read": 2, "created": 2}
    assert Record.objects.get(key="R2").amount == Decimal("1.234")


@database
def test_keys_that_differ_by_case_or_blanks_come_in_and_are_told(tmp_path: Path) -> None:
    firms = ["ab 1", "AB 1", "Ab\u00a01", "ａｂ１", "x", "X ", "y"]
    lines = [f"R{n};{firm};Firm {n};01.03.2026;1,00" for n, firm in enumerate(firms)]
    done = an_import(a_csv(tmp_path, *lines))
    assert rows(done) == {"read": 7, "created": 7}
    [said] = warnings_of(done)
    assert said.startswith("2 keys are written in ways that differ only by case or blanks: “")
    assert "X / x" in said
    assert warnings_of(an_import(a_csv(tmp_path, *GOOD))) == []


@database
@pytest.mark.parametrize("how", ["grows", "other bytes", "vanishes", "becomes a link"])
def test_a_file_that_changes_while_it_is_read_leaves_nothing(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "SIZE", 10)
    path = a_csv(tmp_path, *(f"R{n};D{n};Firm;01.03.2026;1,00" for n in range(60)))

    def change(done: int, _total: int | None) -> None:
        if done != 20:
            return
        text = path.read_text()
        match how:
            case "grows":
                path.write_text(text + GOOD[0] + "\n")
            case "other bytes":
                path.write_text(text.replace("1,00", "2,00"))
            case "vanishes":
                path.unlink()
            case _:
                other = tmp_path / "other"
                other.write_text(text.replace("Firm", "Else"))
                path.unlink()
                path.symlink_to(other)

    with pytest.raises(Problem, match="changed while it was read") as told:
        an_import(path, progress=change)
    assert told.value.place == "invoices.csv"
    imported = Import.objects.get()
    assert (imported.state, imported.problem) == ("undone", str(told.value))
    assert Record.objects.filter(withdrawn_at=None).count() == 0
    assert Profile.objects.filter(withdrawn_at=None).count() == 0


@database
def test_a_file_that_is_only_touched_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "SIZE", 1)
    path = a_csv(tmp_path, *GOOD)
    assert an_import(path, progress=lambda *_: os.utime(path, (1, 1))).state == "done"


def test_a_file_that_changes_while_its_bytes_are_counted_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_csv(tmp_path, *GOOD)
    counted = steady.digest_of

    def slow(path: Path) -> str:
        found = counted(path)
        path.write_text(f"{HEADER}\n")
        return found

    monkeypatch.setattr(steady, "digest_of", slow)
    with pytest.raises(Problem, match="changed while it was read"):
        steady.Steady.of(path)


@database
def test_a_file_under_another_name_is_the_same_file(tmp_path: Path) -> None:
    first = an_import(a_csv(tmp_path, *GOOD))
    again = an_import(a_csv(tmp_path, *GOOD, name="copy of invoices.csv"))
    assert (rows(first)["created"], rows(again)) == (2, {"read": 2, "unchanged": 2})
    run.stop_import(again, None)
    assert Import.objects.filter(state="done").count() == 2


@database
def test_totals_below_the_table_are_to_be_fixed(tmp_path: Path) -> None:
    done = an_import(a_csv(tmp_path, *GOOD, "Total;;;;1.244,50"))
    assert rows(done) == {"read": 3, "created": 2, "rejected": 1}
    assert Rejection.objects.get().code == "missing"


def test_what_odd_files_are_told_stands_in_the_guide() -> None:
    text = (Path(settings.BASE).parent.parent / "docs" / "importing.md").read_text()
    for code in ("mixed", "cut", "spoiled", "ambiguous"):
        said = str(REASONS[code][0]) % {"value": "", "small": "1.234", "large": "1234"}
        assert said.split(";")[0].strip("“” .") in text


def test_every_table_that_leaves_is_written_by_who_knows_of_formulas() -> None:
    """The demo's files are made of our own words, and the engine's are no tables for people."""
    package = Path(settings.BASE)
    writers = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "csv.writer(" in path.read_text() or "openpyxl.Workbook(" in path.read_text()
    ]
    ours = [name for name in writers if not name.startswith(("demo/", "dmn/"))]
    assert ours
    assert [name for name in ours if "csv_safe" not in (package / name).read_text()] == []
