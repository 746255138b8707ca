"""What was learnt of names is weighed as it was seen, and no name can be read in it."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from django.conf import settings

from concord.customers.matching.features import Features, made
from concord.customers.matching.terms import Terms
from concord.customers.training.sample import Sample


def person(name: str) -> Features:
    return made(UUID(int=1), "person", {"name": name})


def sampled() -> Sample:
    """Of a hundred Bernd Blau and two Anna Weissenfeld."""
    sample = Sample("person")
    for name in ["Bernd Blau"] * 100 + ["Anna Weissenfeld"] * 2:
        sample.count(person(name))
    return sample


def telling(terms: Terms, name: str) -> float:
    return terms.telling(person(name), person(name), as_people=True)


def test_a_model_holds_no_name_and_weighs_each_as_it_was_seen() -> None:
    seen = sampled().terms
    learnt = Terms.learnt(seen, -5.0)
    stored = json.dumps(learnt.as_dict())
    assert [word for words in seen.values() for word in words if word in stored] == []
    again = Terms.from_dict(json.loads(stored))
    assert again == learnt
    # Shares of 100 in 102 for both parts; of 2 in 102 for one; of one never seen, as of 1 in 102.
    assert telling(again, "Bernd Blau") == -4.0
    assert telling(again, "Anna Blau") == pytest.approx(-5.0 + 5.67 + 0.03)
    assert telling(again, "Carl Blau") == pytest.approx(-5.0 + 6.67 + 0.03)
    assert telling(again, "Carl Weissenfeld") == 4.0


def test_with_another_secret_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than every name being taken for a rare one."""
    stored = Terms.learnt(sampled().terms, -5.0).as_dict()
    monkeypatch.setattr(settings, "SECRET_KEY", "another")
    assert telling(Terms.from_dict(stored), "Anna Weissenfeld") == 0.0
