"""Four workers at once import, undo, mend, judge and part at random: a world is as the model says.

A small sample; `script/bench worlds` lives through two hundred.
"""

from pathlib import Path

import pytest
from bench.model import Event, History, Model
from bench.worlds import live


@pytest.mark.django_db(transaction=True)
def test_a_world_of_four_workers_is_as_the_model_says(tmp_path: Path) -> None:
    figures = live(lambda _: None, tmp_path, worlds=1, first_seed=500, acts=10)
    # How many come to their end depends on who was faster; more than one did.
    assert figures["acts"]["import"] > 1
    assert figures["worlds_that_were_otherwise"] == 0


def test_the_model_goes_back_to_what_still_counts() -> None:
    def said(turn: int, number: int, amount: str) -> Event:
        return Event("import", turn, "books", number, (("r1", "c1", "Hanbit", "A", amount),))

    events = [said(1, 1, "1"), said(3, 3, "3"), said(2, 2, "2")]
    model = Model.of([*events, Event("undo", 5, "books", 3, ()), Event("undo", 4, "books", 2, ())])
    assert model.holds(model.records) == {("books", "r1"): ("c1", "1")}
    assert model.holds(model.profiles) == {("books", "c1"): ("Hanbit", "A")}
    assert model.with_all_undone().holds(model.with_all_undone().records) == {}


def test_a_history_may_miss_what_an_undo_gave_back_and_nothing_else() -> None:
    history = History()
    for number, amount in enumerate(["1", "2"], start=1):
        history.say(("c1", amount), number)
    history.undo(2, {2})
    history.say(("c1", "3"), 3)
    one, two, three = (("c1", amount) for amount in "123")
    assert history.went_so([one, two, one, three])
    assert history.went_so([one, two, three])
    assert not history.went_so([one, three])
    assert not history.went_so([one, three])
    assert not history.went_so([one, two, one])
    assert not history.went_so([one, two, three, three])
    history.undo(3, {2, 3})
    history.undo(1, {1, 2, 3})
    history.say(one, 4)
    assert history.went_so([one, two, three, one])  # the word of the fourth, nothing given back
    assert not history.went_so([one, two, three])
