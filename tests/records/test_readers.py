import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from concord.kernel.errors import Problem
from concord.records.importing.readers import FileOptions, open_table, unpacked
from concord.records.importing.readers.encodings import encoding_of

KOREAN = "고객,도시\n한빛정밀,서울\n대한계측,부산\n"
JAPANESE = (
    "得意先名,フリガナ,住所\n株式会社髙橋製作所,タカハシセイサクショ,丸の内一丁目\n"
    "佐藤工業㈱,サトウコウギョウ,大阪市\n"
)
CHINESE = "客戶,城市\n宏達精密股份有限公司,台北\n國際量測儀器,高雄\n"
PORTUGUESE = "Nº Nota;Razão Social;Situação\n" + "NF1;Comércio São João Ltda;Em aberto\n" * 30
ROMANIAN = (
    "Nume;Oraș\n".replace("ș", "ş")
    + "Fabrica de pâine Brăila;Iaşi\nTâmplărie;Bucureşti\nŢesătoria Română;Piteşti\n" * 20
)
GERMAN = "Kunde;Ort;Straße\nMüller & Söhne;Köln;Hauptstraße\nGrößer GmbH;Würzburg;Mühlweg\n"


def a_file(tmp_path: Path, content: str | bytes, name="f.csv", encoding="utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def rows(path: Path, **options):
    return list(open_table(path, FileOptions(**options)).rows())


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        (KOREAN, "utf-8", "utf-8"),
        (KOREAN, "utf-8-sig", "utf-8-sig"),
        (KOREAN, "utf-16", "utf-16"),
        ("name,city\nA,B\n" * 9, "utf-16-le", "utf-16-le"),
        ("name,city\nA,B\n" * 9, "utf-16-be", "utf-16-be"),
        (KOREAN, "cp949", "cp949"),
        (CHINESE, "big5", "big5"),
        (JAPANESE, "cp932", "cp932"),
        (GERMAN, "cp1252", "cp1252"),
        (PORTUGUESE, "cp1252", "cp1252"),
        (ROMANIAN, "cp1250", "cp1250"),
        ("a,b\n1,2\n", "ascii", "utf-8"),
    ],
)
def test_encodings_are_recognised(tmp_path, text, encoding, expected):
    assert encoding_of(text.encode(encoding)) == expected
    table = open_table(a_file(tmp_path, text, encoding=encoding), FileOptions())
    assert table.columns == text.splitlines()[0].replace(";", ",").split(",")
    assert table.encoding == expected


def test_a_character_cut_by_the_end_of_the_sample_is_no_error():
    assert encoding_of("고객".encode()[:-1]) == "utf-8"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_recognised_with_quotes_around_other_ones(tmp_path, delimiter):
    lines = [["name", "amount", "note"], ["A", "1", '"x,;|\ty"'], ["B", "2", "z"]]
    path = a_file(tmp_path, "\n".join(delimiter.join(line) for line in lines))

    table = open_table(path, FileOptions())

    assert table.delimiter == delimiter
    assert [row.cells for row in table.rows()] == [["A", "1", "x,;|\ty"], ["B", "2", "z"]]


def test_lines_are_counted_over_quoted_line_breaks_and_blank_lines(tmp_path):
    path = a_file(tmp_path, 'a,b\n"1\n1",2\n\n3,4\n')
    assert [(row.line, row.cells) for row in rows(path)] == [(2, ["1\n1", "2"]), (5, ["3", "4"])]


def test_names_of_columns_are_made_unique(tmp_path):
    table = open_table(a_file(tmp_path, "Name,,Name, Spaced  out \n1,2,3,4\n"), FileOptions())
    assert table.columns == ["Name", "column 2", "Name (2)", "Spaced out"]


def test_bad_rows_are_told_apart_and_the_good_ones_are_read(tmp_path):
    content = (
        b'a,b\n1,2\n1,2,3\n4\n5,6,\n7,\xff\n8,\x00\n9,10\n"x"y,11\n12,13\n14,"never closed\n15,16\n'
    )
    found = rows(a_file(tmp_path, content), encoding="utf-8")

    assert [(row.line, row.problem or row.cells) for row in found] == [
        (2, ["1", "2"]),
        (3, "ragged"),
        (4, "ragged"),
        (5, ["5", "6"]),
        (6, "mixed"),
        (7, "nul"),
        (8, ["9", "10"]),
        (9, "quoting"),
        (10, ["12", "13"]),
        (11, "open_quote"),
        (12, ["15", "16"]),
    ]
    assert found[4].cells == ["7", "ÿ"]
    assert found[5].text == "8,␀"
    assert found[-2].text == '14,"never closed'


def test_a_value_of_unreasonable_length_is_a_row_to_fix_and_the_rest_is_read(tmp_path):
    content = 'a,b\n1,"' + "x" * 1_000_001 + '"\n2,3\n'
    found = rows(a_file(tmp_path, content))
    assert found[0].problem == "too_long"
    assert found[-1].cells == ["2", "3"]


def test_the_header_may_stand_further_down(tmp_path):
    path = a_file(tmp_path, "Report of today\n\nname;city\nA;B\n")
    found = open_table(path, FileOptions(header=3))
    assert found.columns == ["name", "city"]
    assert [(row.line, row.cells) for row in found.rows()] == [(4, ["A", "B"])]


def test_a_header_beyond_the_end_of_the_file_is_looked_for_no_further(tmp_path):
    path = a_file(tmp_path, "name;city\nA;B\n")
    with pytest.raises(Problem, match="no header"):
        open_table(path, FileOptions(header=10**21))


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (b"", {}, "empty"),
        (b"\n\n", {}, "no header"),
        (b"a,b\n1,2\n", {"encoding": "utf-99"}, "no encoding"),
        (b"a,b\n1,2\n", {"format": "xlsx"}, "no Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", {}, "old format"),
        (b"[1]\n", {"format": "jsonl"}, "No line of it is a JSON object"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_a_problem(tmp_path, content, options, message):
    with pytest.raises(Problem, match=message):
        open_table(a_file(tmp_path, content), FileOptions(**options))


def test_a_missing_file_is_a_problem(tmp_path):
    with pytest.raises(Problem, match="no such file"):
        open_table(tmp_path / "nothing.csv", FileOptions())


def test_json_lines_know_types_inner_objects_and_lists(tmp_path):
    lines = [
        {"id": 1, "address": {"city": "서울"}, "tags": ["a", "b"], "ok": True, "x": None},
        {"id": 2.50, "late": "yes"},
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    text += '\nnot json\n[1]\n{"id": "\\u0000"}\n{"id": NaN}\n'
    table = open_table(a_file(tmp_path, text, "f.jsonl"), FileOptions())

    assert table.columns == ["id", "address.city", "tags", "ok", "x", "late"]
    found = list(table.rows())
    assert found[0].cells == [Decimal(1), "서울", ["a", "b"], True, None, None]
    assert found[1].cells[0] == Decimal("2.5")
    assert [(row.line, row.problem) for row in found[2:]] == [
        (3, "json"),
        (4, "json"),
        (5, "nul"),
        (6, "json"),
    ]


def test_deeply_nested_json_is_a_row_to_fix(tmp_path):
    path = a_file(tmp_path, '{"a": 1}\n{"a":' + "[" * 100_000 + "\n", "f.jsonl")
    assert [row.problem for row in rows(path)] == ["", "json"]


def a_workbook(tmp_path, fill) -> Path:
    book = openpyxl.Workbook()
    fill(book)
    path = tmp_path / "f.xlsx"
    book.save(path)
    return path


def test_a_workbook_gives_values_dates_and_numbers(tmp_path):
    def fill(book):
        sheet = book.active
        sheet.append(["No", "Day", "Amount", "Sum"])
        sheet.append([17, date(2026, 3, 1), 0.1 + 0.2, "#REF!"])
        sheet.append([18, date(2026, 3, 2), 5, "x"])

    first, second = rows(a_workbook(tmp_path, fill))
    assert (first.line, first.problem) == (2, "formula")
    assert second.cells[0] == Decimal(18)
    assert second.cells[1].date() == date(2026, 3, 2)
    assert first.cells[2:] == [Decimal("0.3"), "#REF!"]


def test_a_sheet_is_found_by_name_else_the_first_with_content(tmp_path):
    def fill(book):
        sheet = book.create_sheet("Debtors")
        sheet.append(["a"])
        sheet.append(["1"])

    path = a_workbook(tmp_path, fill)
    assert [row.cells for row in rows(path)] == [["1"]]
    assert [row.cells for row in rows(path, sheet="Debtors")] == [["1"]]
    with pytest.raises(Problem) as caught:
        rows(path, sheet="Creditors")
    assert "Debtors" in caught.value.mend


def test_a_workbook_that_unpacks_to_too_much_is_refused_whatever_it_says_of_itself(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(unpacked, "LARGEST", 1 << 20)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/sharedStrings.xml", b"0" * (2 << 20))
        file.filelist[0].file_size = 10  # what the directory at the end will say
    with pytest.raises(Problem, match="Unpacked, this workbook has more than 1 MB"):
        open_table(a_file(tmp_path, packed.getvalue(), "bomb.xlsx"), FileOptions())


@pytest.mark.parametrize(
    "stray",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r = '1048576'><c/><c\tr='xfd1'/></row>",
        b"<row/>" * 5000 + b'<row r="9">' + b"<c/>" * 5000 + b"</row>",
    ],
)
def test_a_stray_cell_far_away_asks_for_no_memory(tmp_path, stray):
    whole = a_workbook(tmp_path, lambda book: book.active.append(["a"]))
    hostile = tmp_path / "stray.xlsx"
    with zipfile.ZipFile(whole) as parts, zipfile.ZipFile(hostile, "w") as changed:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", stray + b"</sheetData>")
            changed.writestr(name, content)
    with pytest.raises(Problem, match="more than 10,000,000 cells are not read"):
        open_table(hostile, FileOptions())


def test_columns_of_one_name_are_told_apart_and_too_many_are_refused(tmp_path):
    many = ",".join(["a"] * 2000)
    columns = open_table(a_file(tmp_path, f"{many}\n".encode(), "many.csv"), FileOptions()).columns
    assert (columns[0], columns[1], columns[-1]) == ("a", "a (2)", "a (2000)")
    assert len(set(columns)) == 2000
    with pytest.raises(Problem, match="2,001 columns"):
        open_table(a_file(tmp_path, f"{many},a\n".encode(), "more.csv"), FileOptions())
