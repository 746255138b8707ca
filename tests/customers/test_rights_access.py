"""A person gets all that is kept of them; a request has a day, a log and people who may answer."""

from __future__ import annotations

import json
import re
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.clock import stand_on
from tests.customers.rights_world import KEY, MAIL, NAME, PHONE, STREET, World, a_world
from tests.treatment.cast import TODAY, Cast, a_cast

from concord.customers.actions import person_files, rights
from concord.customers.models import Erasure, PersonFile, Restriction, RightsEvent, RightsRequest
from concord.customers.rights import files, lists
from concord.kernel import notify, time
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import Notification, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cast:
    stand_on(monkeypatch, TODAY)
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")
    return a_cast()


@pytest.fixture
def world(cast: Cast, tmp_path: Path) -> World:
    return a_world(cast, tmp_path)


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return client


def made(cast: Cast, world: World, language: str = "en") -> PersonFile:
    file = person_files.make(cast.olga, world.anna.id, language)
    files.write(file.pk)
    file.refresh_from_db()
    return file


def test_the_file_has_all_that_is_kept_and_is_read_by_us_alone(cast: Cast, world: World) -> None:
    file = made(cast, world)
    said = json.loads((file.folder / files.JSON).read_text(encoding="utf-8"))
    assert (said["format"], said["name"], said["kind"]) == (files.FORMAT, NAME, "person")
    parts = {part["key"]: part["entries"] for part in said["parts"]}
    filled = {key for key, entries in parts.items() if entries}
    assert {
        "values", "profiles", "versions", "judgements", "relationships", "log", "rights",
        "records", "rows", "answers", "exceptions", "around",
    } <= filled  # fmt: skip
    keys = {each["key"] for each in parts["profiles"]}
    assert {KEY, "S-77"} <= keys
    assert {"R-0", "R-1"} <= {each["key"] for each in parts["records"]}
    assert next(e["amount"] for e in parts["records"] if e["key"] == "R-1") == "1240.0000"
    assert parts["rows"][0]["row"]["Name"] == NAME
    assert parts["answers"][0]["by"] == "Support"  # the department, not who works there
    page = (file.folder / files.HTML).read_text(encoding="utf-8")
    for value in (NAME, MAIL, PHONE, STREET, "1,240", "What each system says"):
        assert value in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert stat.S_IMODE(file.folder.stat().st_mode) == 0o700


def test_who_reads_it_finds_words_and_not_how_we_keep_them(cast: Cast, world: World) -> None:
    rights.take_down(cast.alice, world.anna.id, "access")
    url = f"/customers/{world.anna.id}/ask/proposal/"
    notify.tell(cast.bob, "records.assigned", url, type="task", subject="Call her", by="Alice")
    file = made(cast, world)
    page = (file.folder / files.HTML).read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>", " ", page.partition("<body>")[2])
    assert re.findall(r"\b[a-z]+(?:[_.-][a-z_]+)+\b(?!@)", text.replace(MAIL, "")) == ["kunden.csv"]
    assert str(world.bernd.id) not in text
    assert "Alice" not in text  # who of us it was, is nobody's business there
    for value in ("Overdue, disputed amounts aside", "A colleague gave you", "Exception granted"):
        assert value in text
    assert text.index("Family name" if "Family name" in text else "Name") < text.index("Street")
    said = json.loads((file.folder / files.JSON).read_text(encoding="utf-8"))
    [judged] = (part["entries"] for part in said["parts"] if part["key"] == "judgements")
    assert any(len(each["entries"]) == 2 for each in judged)  # which two were taken for one


def test_it_is_written_in_the_chosen_language(cast: Cast, world: World) -> None:
    page = (made(cast, world, "ko").folder / files.HTML).read_text(encoding="utf-8")
    assert '<html lang="ko">' in page
    assert "What each system says" not in page


def test_what_somebody_typed_is_no_code_in_it(cast: Cast, world: World) -> None:
    from concord.records.actions.desk import open_record

    open_record(cast.alice, "note", world.anna.id, subject="<script>alert(1)</script> & more")
    page = (made(cast, world).folder / files.HTML).read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_each_download_is_logged_and_the_file_goes_after_its_days(
    cast: Cast, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = made(cast, world)
    address = f"/customers/{world.anna.id}/rights/files/{file.pk}/json/"
    response = as_(cast.olga).get(address)
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    assert json.loads(b"".join(response))["name"] == NAME  # type: ignore[arg-type]
    taken = RightsEvent.objects.filter(what="downloaded").values_list("by__name", flat=True)
    assert list(taken) == ["Olga"]
    PersonFile.objects.update(forget_at=file.made_at - timedelta(seconds=1))
    assert as_(cast.olga).get(address).status_code == 404
    assert files.forget_old() == 1
    assert not file.folder.exists()
    assert as_(cast.olga).get(address).status_code == 404


def test_a_double_click_makes_one_file_and_a_killed_one_is_written_anew(
    cast: Cast, world: World
) -> None:
    first = person_files.make(cast.olga, world.anna.id, "en")
    assert person_files.make(cast.olga, world.anna.id, "en") == first
    first.folder.mkdir(parents=True)
    (first.folder / "json.part").write_text("half")
    files.write(first.pk)
    files.write(first.pk)
    assert RightsEvent.objects.filter(what="file_made").count() == 1
    json.loads((first.folder / files.JSON).read_text(encoding="utf-8"))


def test_whoever_meets_the_person_takes_it_down_and_the_officer_is_told(
    cast: Cast, world: World
) -> None:
    made = rights.take_down(cast.alice, world.anna.id, "access", date(2026, 10, 31), "By phone")
    assert rights.take_down(cast.alice, world.anna.id, "access") == made
    assert made.due_on == date(2026, 11, 30)
    assert Notification.objects.filter(user=cast.olga, kind=rights.ASKED).count() == 1
    assert [each.pk for each in lists.due_soon(viewer_of(cast.olga))] == []
    rights.extend(cast.olga, made, "It is very much.")
    made.refresh_from_db()
    assert made.due_on == date(2027, 1, 31)
    rights.close(cast.olga, made, "done", "Sent by letter.")
    with pytest.raises(Problem, match="meanwhile"):
        rights.close(cast.adam, made, "done", "")
    what = RightsEvent.objects.filter(request=made).order_by("id").values_list("what", flat=True)
    assert list(what) == ["asked", "extended", "done"]


def test_the_log_says_of_which_request_and_what_is_typed_wrong_is_said(
    cast: Cast, world: World
) -> None:
    olga, at = as_(cast.olga), f"/customers/{world.anna.id}/rights/"
    asked = rights.take_down(cast.alice, world.anna.id, "access", date(2026, 10, 31))
    rights.take_down(cast.alice, world.anna.id, "correction")
    page = olga.get(at).content.decode()
    assert "Asked for: A copy of their data" in page
    assert "Asked for: A correction" in page
    answer = olga.post(f"{at}requests/{asked.pk}/answer/", {"how": "eaten", "note": "Sent."})
    assert (answer.status_code, "Sent." in answer.content.decode()) == (422, True)
    answer = olga.post("/rights/settings/", {"file_days": "99"})
    assert (answer.status_code, 'value="99"' in answer.content.decode()) == (422, True)
    User.objects.filter(pk=cast.olga.pk).update(language="ko")
    ko = olga.get(at).content.decode()
    assert '<option value="ko" selected>' in ko


def test_today_says_what_is_due(cast: Cast, world: World) -> None:
    rights.take_down(cast.alice, world.anna.id, "erasure", TODAY - timedelta(days=28))
    assert "Rights of persons, due soon" in as_(cast.olga).get("/").content.decode()
    assert "Rights of persons, due soon" not in as_(cast.alice).get("/").content.decode()
    assert NAME in as_(cast.olga).get("/rights/").content.decode()


POSTS = (
    "files/", "correction/done/", "restriction/", "restriction/lifting/", "erasure/",
    "erasure/withdrawal/",
)  # fmt: skip


def test_every_way_in_refuses_who_may_not(cast: Cast, world: World) -> None:
    file = made(cast, world)
    asked = rights.take_down(cast.alice, world.anna.id, "access")
    at = f"/customers/{world.anna.id}/rights/"
    for person in (cast.alice, cast.bob, cast.charlie):
        client, answers = as_(person), list[HttpResponse]()
        answers += [client.post(f"{at}{each}", {"reason": "x"}) for each in POSTS]
        answers += [
            client.get("/rights/"),
            client.post("/rights/settings/"),
            client.get(f"{at}erasure/"),
            client.get(f"{at}files/{file.pk}/"),
            client.get(f"{at}files/{file.pk}/html/"),
            client.post(f"{at}files/{file.pk}/deletion/"),
            client.post(f"{at}requests/{asked.pk}/answer/", {"how": "done"}),
            client.post(f"{at}requests/{asked.pk}/extension/", {"reason": "x"}),
        ]
        assert {each.status_code for each in answers} == {403}
        with pytest.raises(Problem, match="Only the customer officer"):
            person_files.make(person, world.anna.id)
        with pytest.raises(Problem, match="Only the customer officer"):
            person_files.taken(person, file)
        with pytest.raises(Problem, match="Only the customer officer"):
            rights.close(person, asked, "done", "")
        page = client.get(at).content.decode()
        assert "The customer officer answers these requests." in page
    assert not Restriction.objects.exists()
    assert not Erasure.objects.exists()
    assert RightsRequest.objects.get().closed_at is None


def test_the_list_asks_the_same_for_1_and_for_20(cast: Cast, world: World) -> None:
    client = as_(cast.olga)
    client.get("/rights/")  # what each process asks once
    counts = []
    for number in (1, 20):
        while RightsRequest.objects.count() < number:
            RightsRequest.objects.create(
                customer=world.anna, right="access", received_on=TODAY, due_on=TODAY,
                taken_by=cast.alice, taken_at=time.now(),
            )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/rights/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_correction_names_who_still_says_otherwise(cast: Cast, world: World) -> None:
    from concord.customers.actions import desk

    desk.correct(world.anna.id, "street", "Neue Gasse 3", cast.olga)
    page = as_(cast.olga).get(f"/customers/{world.anna.id}/rights/correction/").content.decode()
    assert "Neue Gasse 3" in page
    assert f"Shop: {STREET}" in page
    rights.take_down(cast.alice, world.anna.id, "correction")
    as_(cast.olga).post(f"/customers/{world.anna.id}/rights/correction/done/")
    assert RightsRequest.objects.get().closed_at is not None
