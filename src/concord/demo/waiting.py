"""What waits for the staff on the first morning: tasks, deals, questions handed over, concerns.

Through the actions that the pages call, in the names of colleagues, all in one transaction. Hanbit
is left as its scene begins: only tasks, no question handed over and nobody waiting.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from django.db import transaction

from concord.customers.queries import by_key
from concord.demo.staff import DOMAIN
from concord.kernel import time
from concord.kernel.models import User
from concord.records.actions.desk import open_record
from concord.treatment.actions import concerns, hand_over, watches
from concord.treatment.actions.decide import decide


@dataclass(frozen=True, slots=True)
class Task:
    """Something `owner` is to do for a member of the cast; `due` in days from today."""

    owner: str
    by: str
    part: str
    due: int
    subject: str
    priority: str = "normal"


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal kept here, which can be moved on the board; imported ones stay with their system."""

    owner: str
    part: str
    subject: str
    status: str
    due: int
    amount: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asked and did something with the answer: `handed` to a colleague with a word,
    said what is `wrong` with it (kind and sentence), or `waits` until it clears."""

    by: str
    part: str
    request: str
    fields: Mapping[str, str]
    handed: tuple[str, str] | None = None
    wrong: tuple[str, str] | None = None
    waits: bool = False


TASKS = (
    Task("han.soyeon", "m.feldkamp", "lindqvist", 2, "린드크비스트 연례 면담 준비"),
    Task("han.soyeon", "o.reyland", "aldermoor", 6, "앨더무어 그룹 기본 계약 조건 승인"),
    Task("m.feldkamp", "m.feldkamp", "brenner", 0, "Settle with Accounts who talks to Brenner"),
    Task("m.feldkamp", "han.soyeon", "hanbit", 1, "Why is a key account on hold?", "urgent"),
    Task("o.reyland", "m.feldkamp", "aldermoor", 0, "Send the draft of the frame agreement"),
    Task("o.reyland", "o.reyland", "lindqvist", 5, "Invite to the metrology days"),
    Task("li.wenhua", "o.reyland", "taichung", 1, "確認新產線的量具需求"),
    Task("li.wenhua", "zhou.yiting", "taichung", -1, "回電:報價單有效期限", "urgent"),
    Task("jo.haneul", "o.reyland", "haetsal", 0, "센서 미결제 건을 고객과 이야기하기", "urgent"),
    Task("jo.haneul", "jo.haneul", "malgeunmul", 4, "내년 교정 계획 문의"),
    Task("e.sandvall", "o.reyland", "lindqvist", 1, "Agree on the delivery plan for spring"),
    Task("e.sandvall", "e.sandvall", "aldermoor-marine", 3, "Call about the open quote"),
    Task("kim.jiwoo", "m.feldkamp", "hanbit", 0, "Answer when order 48211 ships"),
    Task("kim.jiwoo", "zhou.yiting", "brenner", 2, "Send the replacement certificate"),
    Task("zhou.yiting", "li.wenhua", "taichung", 0, "寄出中文操作手冊"),
    Task("zhou.yiting", "kim.jiwoo", "taichung", 3, "說明新版校正報告的格式"),
    Task("park.minji", "t.brauer", "hanbit", 0, "11-0417 입금 여부 확인", "urgent"),
    Task("park.minji", "jo.haneul", "haetsal", 1, "잔액 확인서 보내기"),
    Task("t.brauer", "park.minji", "brenner", 1, "Decide on the two disputed invoices"),
    Task("t.brauer", "m.feldkamp", "hanbit", 0, "Call Park Seo-yeon about 11-0417", "urgent"),
    Task("g.whitlock", "e.sandvall", "lindqvist", 0, "Confirm the pick-up for Thursday"),
    Task("g.whitlock", "kim.jiwoo", "hanbit", 0, "S-90412 stands in the hall: send it or not?"),
    Task("yoon.taeho", "kim.jiwoo", "hanbit", 3, "5 °C 이하 교정 질문에 답하기"),
    Task("yoon.taeho", "zhou.yiting", "taichung", -1, "현장 교정 결과 정리"),
    Task("d.lohmann", "jo.haneul", "haetsal", 1, "Choose the cable for the torque sensors"),
    Task("d.lohmann", "d.lohmann", "lindqvist", 4, "Send the uncertainty budget"),
    Task("wu.jiahao", "d.lohmann", "lindqvist", 0, "安排十二月的現場校正"),
    Task("wu.jiahao", "jo.haneul", "haetsal", 2, "詢問停機維護的日期"),
    Task("n.ashby", "m.feldkamp", "northgate", 1, "Decide with sales: one Northgate or two?"),
    Task("n.ashby", "t.brauer", "weserwerk", 5, "Ask why sales entered Weserwerk twice"),
    Task("n.ashby", "e.sandvall", "lindqvist", 2, "Their orders come by e-mail: find out why"),
)
DEALS = (
    Deal("o.reyland", "aldermoor", "Frame agreement for the group", "negotiation", 20, 96_000),
    Deal("li.wenhua", "taichung", "新產線量具 24 套", "proposal", 25, 41_500),
    Deal("jo.haneul", "haetsal", "토크 센서 검사 라인 6대", "engaging", 45, 38_400),
    Deal("jo.haneul", "malgeunmul", "보어 게이지 교체", "prospecting", 60, 12_900),
    Deal("e.sandvall", "lindqvist", "Height gauges for hall 4", "proposal", 14, 64_000),
    Deal("e.sandvall", "aldermoor-marine", "Calibration on site", "engaging", 40, 22_500),
)  # fmt: skip
ASKED = (
    Asked("wu.jiahao", "haetsal", "place_order", {"amount": "18000", "unit": "sensors"},
          handed=("t.brauer", "They ask on the phone whether it can be delivered in December.")),
    Asked("g.whitlock", "haetsal", "ship_order", {"amount": "5670", "unit": "sensors"},
          handed=("park.minji", "The parcel is packed.")),
    Asked("zhou.yiting", "taichung", "complaint", {"safety_concern": "yes"},
          handed=("yoon.taeho", "量具在換刀時鬆動,操作員差點受傷。")),
    Asked("kim.jiwoo", "brenner", "complaint", {"safety_concern": "yes"},
          handed=("d.lohmann", "The clamp of the sensor came off under load.")),
    Asked("jo.haneul", "haetsal", "place_order", {"amount": "38400", "unit": "sensors"},
          waits=True),
    Asked("e.sandvall", "lindqvist", "discount", {"percent": "12"},
          wrong=("rule", "They buy the most and pay early. Is that not worth more?")),
    Asked("park.minji", "haetsal", "place_order", {"amount": "9000", "unit": "gauges"},
          wrong=("data", "게이지 사업부에는 미결제가 없습니다.")),
)  # fmt: skip


@transaction.atomic
def fill(truth: Path) -> None:
    """Give every one of the staff something that waits. `truth` names the cast's entries."""
    people = {
        user.email.removesuffix(f"@{DOMAIN}"): user
        for user in User.objects.filter(email__endswith=f"@{DOMAIN}")
    }
    cast = _cast(truth / "cast.csv")
    for asked in ASKED:
        _ask(asked, people, cast[asked.part])
    for number, task in enumerate(TASKS):
        open_record(
            people[task.by],
            "task",
            cast[task.part],
            token=f"demo-task-{number}",
            subject=task.subject,
            owner_id=people[task.owner].pk,
            due_at=time.today() + timedelta(days=task.due),
            priority=task.priority,
        )
    for number, deal in enumerate(DEALS):
        open_record(
            people[deal.owner],
            "deal",
            cast[deal.part],
            token=f"demo-deal-{number}",
            subject=deal.subject,
            owner_id=people[deal.owner].pk,
            status=deal.status,
            due_at=time.today() + timedelta(days=deal.due),
            amount=Decimal(deal.amount),
            currency="EUR",
        )


def _cast(file: Path) -> dict[str, UUID]:
    """The customer of each part, by the first of its entries."""
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["slug"]: by_key(row["source"], row["key"]).pk for row in csv.DictReader(lines)}


def _ask(asked: Asked, people: Mapping[str, User], customer: UUID) -> None:
    by = people[asked.by]
    answer = decide(customer, asked.request, asked.fields, asked_by=by, channel="page")
    assert answer.answer_id is not None
    if asked.handed:
        to, note = asked.handed
        hand_over.hand_over(by, answer.answer_id, to=people[to], note=note)
    if asked.wrong:
        kind, text = asked.wrong
        concerns.object_to(by, answer.answer_id, kind, text)
    if asked.waits:
        watches.watch(by, answer.answer_id)
