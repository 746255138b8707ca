"""Compile the apps' translations (.po) to what Django reads (.mo), where they changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parents[1]


def compile_all() -> int:
    """How many were compiled; a current one is left alone."""
    return sum(_compile(po) for po in catalogues())


def catalogues() -> Iterator[Path]:
    return iter(sorted(PACKAGE.glob("*/locale/*/LC_MESSAGES/django.po")))


def _compile(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
        return False
    fresh = mo.with_name(f"django.{os.getpid()}.mo.new")
    with po.open("rb") as source, fresh.open("wb") as target:
        write_mo(target, read_po(source, locale=po.parts[-3]))
    os.utime(fresh, ns=(po.stat().st_atime_ns, po.stat().st_mtime_ns))
    fresh.replace(mo)
    return True
