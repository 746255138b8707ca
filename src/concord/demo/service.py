"""Two years of support, engineering and appointments of one customer."""

import random
from datetime import UTC, date, datetime, time, timedelta

from concord.demo.customers import Customer
from concord.demo.documents import (
    Appointment,
    Case,
    Certificate,
    History,
    Installed,
    Interaction,
    Question,
)
from concord.demo.numbers import Numbers
from concord.demo.products import CATALOGUE
from concord.demo.staff import DOMAIN, owner_for

DAYS = 730
SEVERITIES = ("critical", "high", "normal", "low")
DAYS_PROMISED = {"critical": 1, "high": 2, "normal": 5, "low": 10}
SUBJECTS = (
    "Display stays dark",
    "Reading drifts after warm-up",
    "Cannot connect to the interface box",
    "Certificate is missing",
    "Which cable fits",
    "Battery empties within a week",
    "Zero point moves",
    "Error code E-14 at start",
    "When does the order arrive",
    "교정 성적서 재발행 요청",
    "표시값이 흔들립니다",
    "量測值飄移",
    "請提供使用手冊",
)
QUESTIONS = (
    "Repeatability at high temperature",
    "Mounting on a vibrating frame",
    "Choice of probe for soft material",
    "Interface to the line controller",
    "Uncertainty budget for the lab",
    "Protection class for coolant",
    "Measuring thin foil",
)
ENGINEERS = (f"yoon.taeho@{DOMAIN}", f"d.lohmann@{DOMAIN}")
KINDS = ("On-site calibration", "Service visit", "Installation", "Training")
CALLS = ("Asked for the state of the case", "Sent photos", "Called back", "Gave the serial number")


def service(
    customer: Customer,
    rng: random.Random,
    numbers: Numbers,
    today: date,
    history: History,
    density: float,
) -> None:
    """Add to `history` what support, engineering and scheduling had to do with the customer."""
    weight = density * min(3.0, 0.5 + customer.size)
    if customer.known_to("support"):
        for _ in range(_count(rng, 2.3 * weight)):
            _case(customer, rng, numbers, today, history)
    if customer.known_to("engineering"):
        for _ in range(_count(rng, 2.4 * weight)):
            _question(customer, rng, numbers, today, history)
        for _ in range(max(1, _count(rng, 2.2 * weight))):
            _installed(customer, rng, numbers, today, history)
    if customer.known_to("scheduling"):
        for _ in range(max(1, _count(rng, 2.2 * weight))):
            _appointment(customer, rng, numbers, today, history)


def _count(rng: random.Random, mean: float) -> int:
    """How often something with that mean happens: whole numbers, mean kept."""
    drawn = rng.random() * 2 * mean
    return int(drawn) + (rng.random() < drawn % 1)


def _moment(rng: random.Random, day: date) -> datetime:
    """Some minute of a working day, in UTC."""
    return datetime.combine(day, time(rng.randint(0, 8), rng.randrange(60)), tzinfo=UTC)


def _case(
    customer: Customer, rng: random.Random, numbers: Numbers, today: date, history: History
) -> None:
    severity = rng.choices(SEVERITIES, (4, 15, 60, 21))[0]
    opened = _moment(rng, today - timedelta(days=rng.randrange(DAYS)))
    due = opened + timedelta(days=DAYS_PROMISED[severity])
    closed: datetime | None = opened + timedelta(minutes=int(60 * rng.lognormvariate(3.2, 0.9)))
    if closed is not None and (closed.date() > today or rng.random() < 0.015):
        closed = None
    people = [c.keys["support"] for c in customer.contacts if "support" in c.keys]
    who = rng.choice(people) if people else ""
    number = numbers.next("case")
    subject = rng.choice(SUBJECTS[:9] if customer.language == "en" else SUBJECTS)
    unit = rng.choice(customer.units)
    status = "solved" if closed else rng.choice(("new", "working", "waiting"))
    owner = owner_for(customer, "support")
    history.cases.append(
        Case(number, who, severity, subject, opened, due, closed, unit, status, owner)
    )
    for n in range(rng.choice((0, 1, 1, 2, 3))):
        at = opened + timedelta(hours=3 * n + rng.randint(0, 2), minutes=rng.randrange(60))
        if at.date() <= today and (closed is None or at <= closed):
            history.interactions.append(
                Interaction(
                    numbers.next("interaction"),
                    rng.choice(("message", "message", "call")),
                    who,
                    subject if n == 0 else rng.choice(CALLS),
                    at,
                    number,
                )
            )


def _question(
    customer: Customer, rng: random.Random, numbers: Numbers, today: date, history: History
) -> None:
    opened = today - timedelta(days=rng.randrange(DAYS))
    closed = opened + timedelta(days=rng.randint(1, 16))
    unit = rng.choice(customer.units)
    history.questions.append(
        Question(
            numbers.next("question"),
            rng.choice(QUESTIONS),
            opened,
            opened + timedelta(days=7),
            closed if closed <= today else None,
            ENGINEERS[unit == "SEN"],
            unit,
        )
    )


def _installed(
    customer: Customer, rng: random.Random, numbers: Numbers, today: date, history: History
) -> None:
    unit = rng.choice(customer.units)
    product = rng.choice(CATALOGUE[unit])
    installed = today - timedelta(days=rng.randint(20, DAYS))
    serial = numbers.next(f"serial {unit}")
    retired = installed + timedelta(days=rng.randint(200, 600)) if rng.random() < 0.08 else None
    if retired and retired > today:
        retired = None
    history.installed.append(
        Installed(serial, product.code, product.name, unit, installed, retired)
    )
    issued = installed
    while product.calibrated and issued <= (retired or today):
        expires = issued + timedelta(days=365)
        expired = expires if expires < today else None
        history.certificates.append(
            Certificate(numbers.next("certificate"), serial, unit, issued, expires, expired)
        )
        issued = expires + timedelta(days=rng.randint(-20, 45))


def _appointment(
    customer: Customer, rng: random.Random, numbers: Numbers, today: date, history: History
) -> None:
    booked = today - timedelta(days=rng.randrange(DAYS))
    planned = _moment(rng, booked + timedelta(days=rng.randint(3, 35)))
    past = planned.date() < today
    cancelled = rng.random() < 0.06
    status = "cancelled" if cancelled else "done" if past else "planned"
    done = planned.date() if status == "done" else None
    if status == "cancelled":
        done = min(today, booked + timedelta(days=2))
    unit = rng.choice(customer.units)
    history.appointments.append(
        Appointment(
            numbers.next("appointment"),
            rng.choice(KINDS),
            booked,
            planned,
            done,
            status,
            ENGINEERS[unit == "SEN"],
            unit,
        )
    )
