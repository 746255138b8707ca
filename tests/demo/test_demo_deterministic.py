"""The same arguments give the same demo company, on every machine and every day."""

from datetime import date
from pathlib import Path

import pytest
from tests.demo.exports import TODAY, read_excel

from concord.demo.generate import generate


def _contents(folder: Path) -> dict[str, object]:
    """Every file: text files by their bytes, Excel files (whose zip holds a time) by cells."""
    return {
        str(path.relative_to(folder)): read_excel(path)
        if path.suffix == ".xlsx"
        else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_and_day_give_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / name, today=TODAY, customers=150)

    one, two = _contents(tmp_path / "one"), _contents(tmp_path / "two")

    assert len(one) == 39  # 30 exports, 4 of the scene, 4 of truth, the manifest
    assert one == two


def test_another_seed_gives_another_crowd_and_the_same_cast(tmp_path: Path) -> None:
    for seed in (7, 8):
        generate(tmp_path / str(seed), today=TODAY, customers=100, seed=seed)

    def lines(seed: int, name: str) -> list[str]:
        return (tmp_path / str(seed) / name).read_text(encoding="utf-8-sig").splitlines()

    assert lines(7, "truth/cast.csv") == lines(8, "truth/cast.csv")
    hanbit = [line for line in lines(7, "sales-orders.csv") if "COM-001000" in line]
    assert len(hanbit) == 16
    assert hanbit == [line for line in lines(8, "sales-orders.csv") if "COM-001000" in line]
    assert lines(7, "sales-companies.csv") != lines(8, "sales-companies.csv")


def test_the_first_customers_are_the_same_in_a_larger_company(tmp_path: Path) -> None:
    for count in (60, 90):
        generate(tmp_path / str(count), today=TODAY, customers=count)

    small, large = (
        (tmp_path / str(count) / "shipping-shipments.csv").read_bytes() for count in (60, 90)
    )

    assert large.startswith(small)
    assert len(large) > len(small)


def test_without_excel_and_json_for_large_companies(tmp_path: Path) -> None:
    made = generate(tmp_path, today=TODAY, customers=40, formats="csv")

    assert {file.path.suffix for file in made.files} == {".csv"}
    assert all(file.path.exists() for file in made.files)


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2027, 1, 1)])
def test_any_day_may_be_today(tmp_path: Path, today: date) -> None:
    made = generate(tmp_path, today=today, customers=60)

    assert made.counts["customers"] == 60
