"""The policies to begin with, by trade: each a whole model that keeps the law."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from concord import dmn
from concord.dmn.model import Model
from concord.kernel.words import Words
from concord.treatment.policy.maker import MAKER
from concord.treatment.policy.services import SERVICES
from concord.treatment.policy.software import SOFTWARE
from concord.treatment.policy.wholesaler import WHOLESALER
from concord.treatment.policy.written import Policy, xml
from concord.treatment.sentences import words


@dataclass(frozen=True)
class Trade:
    """A trade and its policy. `about` says for whom it is and what is its own."""

    key: str
    words: Words
    about: Words
    policy: Policy

    @cached_property
    def model(self) -> Model:
        """Read once a process."""
        return dmn.load(xml(self.policy).encode())


TRADES: Final = {
    trade.key: trade
    for trade in (
        Trade(
            "maker",
            words("Maker", "제조업", "製造業"),
            words(
                "You make things and send them: orders, shipments, spare parts, calibration. A "
                "standstill at the customer’s comes first; a mistake of yours goes back free.",
                "물건을 만들어 보내는 회사: 주문, 출하, 교체 부품, 교정. 고객의 작업 중단이 "
                "우선이며, 당사 과실은 무료로 반품합니다.",
                "製造並出貨的公司：訂單、出貨、零件、校正。客戶停擺優先處理，我方疏失免費退貨。",
            ),
            MAKER,
        ),
        Trade(
            "wholesaler",
            words("Wholesaler", "도매업", "批發業"),
            words(
                "You sell from stock on short terms: the amount of an order and what is left of "
                "the credit limit decide, and whose goods come back too often is asked to keep "
                "them.",
                "재고를 짧은 결제 조건으로 판매하는 회사: 주문 금액과 남은 여신 한도로 판단하고, "
                "반품이 지나치게 잦으면 받지 않습니다.",
                "以短付款期銷售庫存的公司：依訂單金額與剩餘信用額度決定，退貨過於頻繁者不予受理。",
            ),
            WHOLESALER,
        ),
        Trade(
            "services",
            words("Services", "서비스업", "服務業"),
            words(
                "You send people and work in milestones: a new customer’s large first order is "
                "secured before you begin, and whom you kept waiting gets the next free day.",
                "사람을 보내 단계별로 일하는 회사: 신규 고객의 큰 첫 주문은 먼저 확보하고, "
                "기다리게 한 고객에게 가장 빠른 일정을 드립니다.",
                "派員並分階段執行的公司：新客戶的大額首單先取得保障，久候者優先安排最近日期。",
            ),
            SERVICES,
        ),
        Trade(
            "software",
            words("Software", "소프트웨어업", "軟體業"),
            words(
                "You sell subscriptions: contracts in force make the level of support, an outage "
                "comes before a question, and who wants to leave is called soon. “Replacement "
                "part” stands for an outage, “ship order” for activating licences.",
                "구독을 판매하는 회사: 유효한 계약이 지원 등급을 정하고, 장애가 문의보다 먼저이며, "
                "해지를 원하는 고객에게는 바로 연락합니다. ‘교체 부품’은 장애, ‘주문 출하’는 "
                "라이선스 활성화를 뜻합니다.",
                "銷售訂閱的公司：有效合約決定支援等級，服務中斷先於一般問題，想離開者儘快聯繫。"
                "「更換零件」代表服務中斷，「訂單出貨」代表啟用授權。",
            ),
            SOFTWARE,
        ),
    )
}
