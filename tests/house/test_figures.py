"""The figures that `script/accept` stores can be named, and belong to the sources they measured."""

from __future__ import annotations

from bench import run


def test_every_figure_has_a_title_and_belongs_to_its_sources() -> None:
    known = run.figures()
    assert {"decide", "pages", "profiles", "records", "typeahead", "receivables"} <= known.keys()
    assert all(known.values())
    assert len(run.sources().split()) >= len(run.MEASURED)
