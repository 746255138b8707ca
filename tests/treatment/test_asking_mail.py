"""An exception is answered by mail: by a link that needs a click, or by a reply. Real servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from time import process_time
from typing import Any

import pytest
from django.test import Client
from tests.clock import stand_on
from tests.treatment.cast import Cast
from tests.treatment.mail_servers import (
    PASSWORD,
    USER,
    Outbox,
    imap_server,
    opened,
    put,
    smtp_server,
    unread,
)
from tests.treatment.test_askings import asked, on_hold

from concord.config import mail_settings
from concord.customers.actions import restrictions
from concord.kernel import mail, mailbox
from concord.kernel.models import Letter, ReadMail, User
from concord.treatment import asking_replies
from concord.treatment.actions import asking_answers
from concord.treatment.asking_replies import _text, said
from concord.treatment.models import Asking, Lift

# The test's own server listens on this machine alone, without TLS.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
LINK = re.compile(r"https://crm\.example\.com(/promise/exceptions/by-mail/\S+)")


@dataclass
class Post:
    """What leaves, and where our people's replies come in."""

    out: Outbox
    inbox: int

    def deliver(self) -> None:
        for pk in list(Letter.objects.filter(sent_at=None).values_list("pk", flat=True)):
            mail.deliver(pk)

    def reply(self, to: EmailMessage, text: str, sender: str | None = None, **more: str) -> None:
        """As a mail program answers: above the mail that it quotes, and naming it."""
        message = EmailMessage()
        message["From"] = sender or str(to["To"])
        message["To"] = "concord@example.com"
        message["Subject"] = f"Re: {to['Subject']}"
        message["Message-ID"] = f"<{len(text)}.{ReadMail.objects.count()}@example.com>"
        message["In-Reply-To"] = to["Message-ID"]
        for name, value in more.items():
            message[name.replace("_", "-")] = value
        quoted = "\n".join(f"> {line}" for line in to.get_content().splitlines())
        message.set_content(f"{text}\n\nOn Sunday, Concord wrote:\n{quoted}\n")
        put(self.inbox, message)
        mailbox.look()


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Outbox, int, int]]:
    with smtp_server() as (box, port), imap_server() as inbox:
        yield box, port, inbox


@pytest.fixture
def post(servers: tuple[Outbox, int, int], settings: Any) -> Post:
    box, port, inbox = servers
    box.mails.clear()
    box.refuses = ""
    out = mail_settings.outgoing(f"smtp://concord:open%20sesame@127.0.0.1:{port}")
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        out.backend,
        out.host,
        out.port,
    )
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = out.user, out.password
    settings.DEFAULT_FROM_EMAIL = "concord@example.com"
    settings.ADDRESS = "https://crm.example.com"
    settings.MAIL_IN = mail_settings.incoming(f"imap://{USER}:{PASSWORD}@127.0.0.1:{inbox}/INBOX")
    return Post(box, inbox)


def letter_to(post: Post, person: User) -> EmailMessage:
    post.deliver()
    [letter] = post.out.to(person.email)
    return letter


def test_the_letter_says_what_it_is_about_and_goes_once(cast: Cast, post: Post) -> None:
    asked(cast.alice, on_hold())
    User.objects.filter(pk=cast.olga.pk).update(is_active=False)
    post.deliver()
    post.deliver()
    assert sorted(str(each["To"]) for each in post.out.mails) == [
        "bob@example.com", "sarah@example.com"
    ]  # fmt: skip
    letter = letter_to(post, cast.bob)
    text = letter.get_content()
    assert letter["Subject"] == "Alice asks for an exception: Hanbit Precision, Ship an order"
    assert letter["From"] == "Maker <concord@example.com>"
    assert letter["Auto-Submitted"] == "auto-generated"
    for said_ in ("Amount: 500 EUR", "27 November 2026", "The tender closes on Friday."):
        assert said_ in text
    assert LINK.search(text)


def test_a_mail_server_that_refuses_is_asked_again(cast: Cast, post: Post) -> None:
    asked(cast.alice, on_hold())
    letter = Letter.objects.get(user=cast.bob)
    post.out.refuses = "451 come back later"
    with pytest.raises(OSError) as refused:
        mail.deliver(letter.pk)
    assert "sesame" not in str(refused.value)
    post.out.refuses = ""
    assert (mail.deliver(letter.pk), mail.deliver(letter.pk)) == (True, False)
    assert len(post.out.to("bob@example.com")) == 1


def test_opening_the_link_grants_nothing_a_click_does(cast: Cast, post: Post) -> None:
    asking = asked(cast.alice, on_hold())
    found = LINK.search(letter_to(post, cast.bob).get_content())
    assert found
    stranger, at = Client(), found[1]
    for _scan in range(3):  # as a mail scanner does
        page = stranger.get(at)
        assert page.status_code == 200
        assert "This letter is for" in page.content.decode()
        assert stranger.head(at).status_code == 405
    assert not Lift.objects.exists()
    assert stranger.post(at, {"answer": "no", "reason": ""}).status_code == 422
    assert stranger.post(at, {"answer": "yes"}).status_code == 302
    asking.refresh_from_db()
    assert (asking.verdict, asking.answered_by, asking.way) == ("granted", cast.bob, "link")
    assert stranger.post(at, {"answer": "no", "reason": "After all not."}).status_code == 200
    asking.refresh_from_db()
    assert (asking.verdict, Lift.objects.count()) == ("granted", 1)  # it is good once
    tampered = at.replace(f".{cast.bob.pk}.", f".{cast.sarah.pk}.")
    assert stranger.get(tampered).status_code == 404


def test_what_is_the_sponsors_alone_takes_the_sign_in(cast: Cast, post: Post) -> None:
    asking = asked(cast.alice, on_hold(), amount="20000")
    letter = letter_to(post, cast.sarah)
    found = LINK.search(letter.get_content())
    assert found
    assert "reply to this mail" not in letter.get_content()
    stranger = Client()
    for answer in (stranger.get(found[1]), stranger.post(found[1], {"answer": "yes"})):
        assert answer["Location"] == f"/promise/exceptions/asked/{asking.pk}/"
    post.reply(letter, "yes")
    asking.refresh_from_db()
    assert (asking.verdict, Lift.objects.exists()) == ("", False)
    post.deliver()
    assert "sponsor's alone" in post.out.mails[-1].get_content()


def test_the_time_to_answer_ends(cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    asking = asked(cast.alice, on_hold())
    letter = letter_to(post, cast.bob)
    found = LINK.search(letter.get_content())
    assert found
    stand_on(monkeypatch, asking.deadline + timedelta(days=1))
    page = Client().post(found[1], {"answer": "yes"})
    assert "The time to answer is over." in page.content.decode()
    post.reply(letter, "yes")
    assert not Lift.objects.exists()
    post.deliver()
    assert "too late" in post.out.mails[-1].get_content()


@pytest.mark.parametrize("word", ["Yes", "네.", "同意！"])
def test_a_reply_that_says_yes_grants(cast: Cast, post: Post, word: str) -> None:
    asking = asked(cast.alice, on_hold())
    post.reply(letter_to(post, cast.bob), f"{word}\n\n-- \nBob, Accounts\nno. 1 in town")
    asking.refresh_from_db()
    assert (asking.verdict, asking.answered_by, asking.way) == ("granted", cast.bob, "mail")
    assert (Lift.objects.get().amount, unread(post.inbox)) == (500, 0)
    post.deliver()
    [told] = post.out.to("alice@example.com")
    assert told["Subject"] == "Bob grants your exception: Hanbit Precision, Ship an order"


def test_a_reply_that_says_no_says_why(cast: Cast, post: Post) -> None:
    asking = asked(cast.alice, on_hold())
    letter = letter_to(post, cast.bob)
    post.reply(letter, "No.")
    asking.refresh_from_db()
    assert asking.verdict == ""
    post.deliver()
    answer = post.out.mails[-1]
    assert "A no needs a reason" in answer.get_content()
    assert answer["In-Reply-To"] == letter["Message-ID"]
    post.reply(letter, "No\nThey owe us for March.")
    asking.refresh_from_db()
    assert (asking.verdict, asking.reply) == ("declined", "They owe us for March.")


def test_what_is_unclear_is_answered_and_nothing_is_done(cast: Cast, post: Post) -> None:
    asked(cast.alice, on_hold())
    letter = letter_to(post, cast.bob)
    post.reply(letter, "Yes, but only until Wednesday.")
    post.deliver()
    assert "neither yes nor no" in post.out.mails[-1].get_content()
    assert not Lift.objects.exists()


def test_strangers_and_machines_are_not_heard(cast: Cast, post: Post) -> None:
    asked(cast.alice, on_hold())
    letter = letter_to(post, cast.bob)
    sent = len(post.out.mails)
    post.reply(letter, "yes", sender="alice@example.com")
    post.reply(letter, "yes", sender="Bob <bob@example.com.evil.example>")
    post.reply(letter, "yes", Auto_Submitted="auto-replied")
    put(post.inbox, b"From: x@y.example\r\nSubject: \xff\xfe\r\n\r\nyes\r\n")
    assert mailbox.look() == 1
    post.deliver()
    assert (Lift.objects.exists(), len(post.out.mails), unread(post.inbox)) == (False, sent, 0)


def test_a_mail_is_dealt_with_once_however_often_it_is_found(cast: Cast, post: Post) -> None:
    asking = asked(cast.alice, on_hold())
    letter = letter_to(post, cast.bob)
    post.reply(letter, "maybe")
    again = EmailMessage()
    again["From"], again["In-Reply-To"] = str(letter["To"]), letter["Message-ID"]
    again["Message-ID"] = "<5.0@example.com>"  # that of the first
    again.set_content("yes")
    put(post.inbox, again)
    assert mailbox.look() == 1
    assert Asking.objects.get(pk=asking.pk).verdict == ""
    assert Letter.objects.filter(kind="treatment.asking_unclear").count() == 1


@pytest.mark.parametrize(
    ("text", "yes", "rest"),
    [
        ("yes", True, ""),
        ("  Yes!\r\n", True, ""),
        ("Yes\n\nKind regards\nBob", True, "Kind regards\nBob"),
        ("yes\nbut only until Friday", None, ""),
        ("yes please no", None, ""),
        ("yesterday", None, ""),
        ("", None, ""),
        ("> yes", None, ""),
        ("On Sunday, Concord wrote:\nyes", None, ""),
        ("no\nnot now", False, "not now"),
        ("아니요\n3월분이 미납입니다.", False, "3월분이 미납입니다."),
        ("예\n\n2026년 11월 22일 (일), Concord님이 작성:\n> no", True, ""),
        ("可以。", True, ""),
        ("不可以\n三月的款項未付", False, "三月的款項未付"),
        ("是\n\n-----原始郵件-----\n否", True, ""),
        ("**Yes**\n\n-- \nno", True, ""),
        ("Yes\n\nSent from my phone", True, ""),
    ],
)
def test_the_first_line_says_yes_or_no(text: str, yes: bool | None, rest: str) -> None:
    found = said(text.replace("\r\n", "\n"))
    assert (found.yes, found.rest) == (yes, rest)


def body_of(html: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "stranger@example.org"
    message.set_content(html, subtype="html")
    return message


@pytest.mark.parametrize("part", ["<br", "<", "<style><br", "On 1234 wrote"])
def test_a_mail_made_to_be_slow_costs_no_more_than_another(part: str) -> None:
    """Of the same length: as text the one is read in a time like that of the other."""
    friendly = body_of("<p>Yes, of course.</p>\n" * 5_000)
    hostile = body_of((part * 120_000)[:115_000])

    def cost(message: EmailMessage) -> float:
        begun = process_time()
        said(_text(message))
        return process_time() - begun

    assert cost(hostile) < 12 * cost(friendly)


def test_what_a_stranger_writes_is_not_looked_into(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[EmailMessage] = []
    monkeypatch.setattr(asking_replies, "_text", lambda message: read.append(message) or "")
    for sender in ("stranger@example.org", "bob@example.com.evil.example", "", "\x00"):
        message = EmailMessage()
        message["From"] = sender
        assert asking_replies.take(message) is False
    assert read == []
    ours = EmailMessage()
    ours["From"] = "Bob <BOB@example.com>"
    asking_replies.take(ours)
    assert read == [ours]


def test_mails_that_cannot_be_read_are_dealt_with_and_flagged(cast: Cast, post: Post) -> None:
    asking = asked(cast.alice, on_hold())
    letter = letter_to(post, cast.bob)
    with opened(post.inbox) as box:
        box.store("1:*", "-FLAGS", "\\Flagged")  # what the mailbox comes with
    broken = (b'From: "', b"From: <a@", b"From: a@[", b"Message-ID: <", b"From: " + b"(" * 3000)
    for header in broken:
        put(post.inbox, header + b"\r\n\r\nyes\r\n")
    put(post.inbox, b"From: a@b.example\r\n" + b"\r\n--" * 2_000)
    post.reply(letter, "yes")
    assert Asking.objects.get(pk=asking.pk).verdict == "granted"
    with opened(post.inbox) as box:
        assert len(box.search(None, "FLAGGED")[1][0].split()) == len(broken) + 1
    assert (unread(post.inbox), mailbox.look()) == (0, 0)


def closed(at: str) -> str:
    """What the link says to whoever has it: whom and what it was about, not."""
    page = Client().get(at).content.decode()
    for told in ("Hanbit", "Alice", "Bob", "tender", "500", "March", "Ship"):
        assert told not in page
    return page


def test_a_letter_opens_nothing_once_it_is_not_to_be_answered(
    cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = on_hold()
    asking = asked(cast.alice, customer)
    found = LINK.search(letter_to(post, cast.bob).get_content())
    assert found
    at = found[1]
    restrictions.restrict(cast.olga, customer.pk, "They contest it.")
    assert "opens nothing" in closed(at)
    assert "opens nothing" in Client().post(at, {"answer": "yes"}).content.decode()
    restrictions.lift(cast.olga, customer.pk, "It was right.")
    assert "Hanbit" in Client().get(at).content.decode()
    accounts = cast.bob.department
    User.objects.filter(pk=cast.bob.pk).update(department=cast.alice.department)
    assert "opens nothing" in closed(at)
    User.objects.filter(pk=cast.bob.pk).update(department=accounts)
    with monkeypatch.context() as later:
        stand_on(later, asking.deadline + timedelta(days=1))
        assert "time to answer is over" in closed(at)
    asking_answers.decline(cast.bob, asking.pk, "They owe us for March.")
    assert "This was answered" in closed(at)
    assert not Lift.objects.exists()
