"""What the demo company consists of, as data: the loader needs nothing else.

`Manifest.files` stand in the order of import. A file without a mapping is no records file: the
exchange rates, which the loader enters as rates.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path

from concord.demo.staff import STAFF, Member

COMPANY = "Tessmar Instruments"
MAPPINGS = Path(__file__).parent / "mappings"

Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class DepartmentSpec:
    key: str
    words: Words
    sees_money: bool = True


@dataclass(frozen=True, slots=True)
class UnitSpec:
    key: str
    words: Words


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A system that knows something; `fresh_within` is how often it promises to speak."""

    key: str
    words: Words
    department: str
    owner: str
    fresh_within: timedelta
    masters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file to import: of which source, with which mapping (empty: exchange rates)."""

    source: str
    path: Path
    mapping: Path | None
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The demo company in a folder of export files."""

    folder: Path
    today: date
    seed: int
    files: tuple[ExportFile, ...]
    counts: dict[str, int]
    company: str = COMPANY
    currency: str = "EUR"
    departments: tuple[DepartmentSpec, ...] = field(default=())
    units: tuple[UnitSpec, ...] = field(default=())
    sources: tuple[SourceSpec, ...] = field(default=())
    staff: tuple[Member, ...] = STAFF

    def save(self) -> Path:
        """Write it beside the files as `manifest.json`, for a person to read."""
        path = self.folder / "manifest.json"
        said = asdict(self) | {"folder": ".", "files": [_relative(file) for file in self.files]}
        path.write_text(
            json.dumps(said, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8"
        )
        return path


def _relative(file: ExportFile) -> dict[str, object]:
    return {
        "source": file.source,
        "file": file.path.name,
        "mapping": file.mapping.name if file.mapping else None,
        "rows": file.rows,
    }


def _words(en: str, ko: str, zh: str) -> Words:
    return {"en": en, "ko": ko, "zh-hant": zh}


DEPARTMENTS = (
    DepartmentSpec("sales", _words("Sales", "영업팀", "業務部")),
    DepartmentSpec("support", _words("Support", "고객지원팀", "客服部")),
    DepartmentSpec("accounts", _words("Accounts", "회계팀", "會計部")),
    DepartmentSpec("shipping", _words("Shipping", "출하팀", "出貨部"), sees_money=False),
    DepartmentSpec("engineering", _words("Engineering", "기술팀", "工程部"), sees_money=False),
    DepartmentSpec("scheduling", _words("Scheduling", "일정관리팀", "排程部"), sees_money=False),
    DepartmentSpec("management", _words("Management", "경영진", "經營管理")),
    DepartmentSpec("it", _words("IT", "전산팀", "資訊部")),
)
UNITS = (
    UnitSpec("gauges", _words("Gauges", "게이지 사업부", "量具事業部")),
    UnitSpec("sensors", _words("Sensors", "센서 사업부", "感測器事業部")),
)
SOURCES = (
    SourceSpec(
        "accounting",
        _words("Accounting", "회계 시스템", "會計系統"),
        "accounts",
        "t.brauer@tessmar.example",
        timedelta(hours=26),
        ("tax_id",),
    ),
    SourceSpec(
        "sales",
        _words("Sales", "영업 시스템", "業務系統"),
        "sales",
        "o.reyland@tessmar.example",
        timedelta(days=3),
        ("name", "name_native", "segment", "website"),
    ),
    SourceSpec(
        "support",
        _words("Support", "고객지원 시스템", "客服系統"),
        "support",
        "kim.jiwoo@tessmar.example",
        timedelta(days=1),
        ("language",),
    ),
    SourceSpec(
        "shipping",
        _words("Shipping", "출하 시스템", "出貨系統"),
        "shipping",
        "g.whitlock@tessmar.example",
        timedelta(days=2),
        ("street", "postcode"),
    ),
    SourceSpec(
        "engineering",
        _words("Engineering", "기술 시스템", "工程系統"),
        "engineering",
        "yoon.taeho@tessmar.example",
        timedelta(days=7),
    ),
    SourceSpec(
        "scheduling",
        _words("Scheduling", "일정 시스템", "排程系統"),
        "scheduling",
        "wu.jiahao@tessmar.example",
        timedelta(days=7),
    ),
)
