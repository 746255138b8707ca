"""Kept files that name who is erased go: as the importer reads them, and where nobody can."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from tests.customers.cast import a_person, a_profile, a_source, customer_of
from tests.customers.rights_world import KEY, NAME, where

from concord.customers.actions import bulk, erasures
from concord.customers.actions.waiting import LOCK
from concord.customers.models import Customer, ErasureRun
from concord.customers.rights import erase
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.kernel.time import now
from concord.records.actions.drafts import bring
from concord.records.importing import kept
from concord.records.importing.background import start_import
from concord.records.jobs import import_file
from concord.records.models import Import, ImportShape, Silence, SourceWarning, WatchedName
from concord.records.rights_files import names, wanted

pytestmark = pytest.mark.django_db

WORDS = ("Jürgen Müller", "Weissenfeld Anna", "Anna Weissenfeld", "王小明華", "髙橋花子",
         "Łukasz Żółć", "+49 351 7788990", 'Anna "Änni" Roth')  # fmt: skip


@pytest.fixture
def olga(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> User:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")
    return a_person("Olga", Role.OFFICER)


def anna() -> Customer:
    return customer_of(a_profile(KEY, "shop", kind="person", name=NAME))


def a_file(content: bytes, folder: str = "f", kind: str = "imports") -> Path:
    path = Path(settings.MEDIA_ROOT) / kind / folder / "content.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def erased(customer: Customer, by: User) -> bool:
    [begun] = erasures.confirm(by, customer.id, customer.name)
    erase.carry_out(begun.pk)
    return ErasureRun.objects.get(pk=begun.pk).finished_at is not None


@pytest.mark.parametrize(
    ("said", "encoding"),
    [
        ("JÜRGEN MÜLLER;Bonn", "utf-8"),
        ("juergen mueller;Bonn", "ascii"),
        ("Jürgen Müller;Bonn", "cp1252"),
        ("Weissenfeld, Anna", "utf-8"),
        ('"Anna";"Weissenfeld"', "ascii"),
        ("王小明華;北京", "gb18030"),
        ("王小明華;台北", "big5"),
        ("髙橋花子;東京", "cp932"),
        ("łukasz żółć;Łódź", "cp1250"),
        ("Łukasz Żółć;Łódź", "utf-16"),
        ("Łukasz Żółć;Łódź", "utf-16-be"),
        ('{"name": "J\\u00fcrgen M\\u00fcller"}', "ascii"),
        ("0049/351/77 88 990;(+49) 351 7788990", "ascii"),
        ('"Anna ""Änni"" Roth";Bonn', "utf-8"),
    ],
)
def test_a_name_is_found_however_the_file_writes_it(
    tmp_path: Path, said: str, encoding: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(f"Name;Ort\nBlau;Köln\n{said}\n".replace("ö", "oe").encode(encoding))
    assert names(file, wanted(WORDS, {}))
    assert not names(file, wanted(["Anna Weissenfels", "Jürgen Mülle"], {}))


def test_what_a_system_calls_them_is_found_and_a_short_number_is_not(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"Nr;Betrag\n{KEY};417\n")
    assert names(file, wanted((), {1: (KEY,)}))
    assert not names(file, wanted((), {1: ("417",), 2: ("AW-1041",)}))


def test_a_name_in_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Bernd Blau", "Müller & Söhne"])
    book.save(tmp_path / "a.xlsx")
    assert names(tmp_path / "a.xlsx", wanted(["MÜLLER & SÖHNE"], {}))
    assert not names(tmp_path / "a.xlsx", wanted(["Anna Weissenfeld"], {}))


def test_a_file_in_an_encoding_that_only_its_mapping_says(olga: User) -> None:
    customer = customer_of(a_profile("K7", kind="person", name="Жанна Вебер"))
    file = a_file("Имя\nЖанна Вебер\n".encode("koi8-r"))
    other = a_file("Имя\nПётр Вебер\n".encode("koi8-r"), "other")
    for folder in ("f", "other"):
        Import.objects.create(
            source=a_source(), file_name="x", mapping='[file]\nencoding = "koi8-r"\n',
            state="failed", counts={}, started_at=now(), kept=f"{folder}/content.csv",
        )  # fmt: skip
    assert erased(customer, olga)
    assert [file.exists(), other.exists()] == [False, True]


def test_what_a_file_is_called_stands_in_no_path_and_no_job_and_is_blacked_out(
    olga: User, tmp_path: Path
) -> None:
    customer, at = anna(), now()
    bring(SimpleUploadedFile("x", b"Nr;City\n1;Bonn\n"), f"{NAME}.Weissenfeld Anna", by=olga)
    draft = bring(SimpleUploadedFile("x", b"Nr;City\n1;Bonn\n2;K\n"), f"{NAME}.csv", by=None,
                  watched_as=NAME.lower())  # fmt: skip
    (tmp_path / "x.csv").write_text("Nr;City\n1;Bonn\n")
    imported = start_import(
        tmp_path / "x.csv",
        a_source(),
        "[[profile]]\nkey = 'Nr'\n",
        file_name=f"{NAME}.csv",
        by=olga,
    )
    Import.objects.update(state="failed", problem=f"{NAME}.csv broke off")
    ImportShape.objects.create(imported=imported, series=NAME.lower())
    for name in (NAME, "weissenfeld, anna"):
        WatchedName.objects.create(name=name, source=a_source())
        Silence.objects.create(
            source=a_source(), imported=imported, series=name, since=at, found_at=at
        )
        SourceWarning.objects.create(source=a_source(), series=name, code="rows", since=at)
    paths = [str(path) for path in Path(settings.MEDIA_ROOT).rglob("*")]
    assert [path for path in paths if "eissenfeld" in path] == []
    assert erased(customer, olga)
    assert where((NAME, "Weissenfeld")) == []
    draft.refresh_from_db()
    imported.refresh_from_db()
    assert (draft.file_name, draft.watched_as) == ("▒▒▒.csv", "▒▒▒")
    assert (imported.file_name, imported.problem) == ("▒▒▒.csv", "▒▒▒.csv broke off")
    assert kept.is_there(draft.kept)


def test_what_is_wrong_with_a_file_is_said_by_its_own_name(olga: User, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="Debtors, 3 May\\.csv"):
        bring(SimpleUploadedFile("x", b"\0\1\2\3" * 90), "Debtors, 3 May.csv", by=olga)
    (tmp_path / "x.csv").write_text("Nr;City\n1;Bonn\n")
    imported = start_import(
        tmp_path / "x.csv", a_source(), "[file]\nheader = 9\n[[profile]]\nkey = 'Nr'\n",
        file_name="Debtors, 3 May.csv", by=olga,
    )  # fmt: skip
    import_file.func(import_id=imported.pk)
    imported.refresh_from_db()
    assert imported.state == "failed"
    assert imported.problem.startswith("Debtors, 3 May.csv, line 9: ")


def a_workbook(path: Path, flags: int = 0, method: int | None = None, broken: bool = False) -> None:
    """A packed file that says of itself that it has a password, or another way of packing."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sheet.xml", "nobody " * 500)
    raw = bytearray(path.read_bytes())
    second = raw.find(b"PK\x01\x02")
    raw[6], raw[second + 8] = flags, flags
    if method is not None:
        raw[8], raw[second + 10] = method, method
    if broken:
        raw[45:60] = bytes(byte ^ 0xFF for byte in raw[45:60])
    path.write_bytes(bytes(raw))


def test_a_workbook_that_nobody_can_read_goes_and_ends_no_erasure(olga: User) -> None:
    a_workbook(locked := a_file(b"", "locked"), flags=1)
    a_workbook(broken := a_file(b"", "broken"), broken=True)
    a_workbook(packed := a_file(b"", "packed"), method=99)
    a_workbook(whole := a_file(b"", "whole"))
    cut = a_file(whole.read_bytes()[:90], "cut")
    zipped = a_file(gzip.compress(NAME.encode()), "zipped", kind="looks")
    old = a_file(b"\xd0\xcf\x11\xe0" + bytes(500) + "EncryptedPackage".encode("utf-16-le"), "old")
    plain = a_file(b"Name\nBernd Blau\n", "plain")
    assert erased(anna(), olga)
    gone = [locked, broken, packed, cut, zipped, old]
    assert [each.parent.name for each in gone if each.exists()] == []
    assert [whole.exists(), plain.exists()] == [True, True]


def test_what_a_killed_run_of_matching_left_goes_unless_one_runs(olga: User) -> None:
    left = Path(settings.MEDIA_ROOT) / "bulk" / "0.forms"
    left.parent.mkdir(parents=True)
    left.write_text(NAME)
    another = connections["default"].copy()
    with another.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, 0)", [LOCK])
        bulk.forget_killed()
        assert left.exists()
    another.close()
    assert erased(anna(), olga)
    assert not left.exists()
