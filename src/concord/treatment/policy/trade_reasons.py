"""Why the sponsor wants the rules that only some trades have: English, Korean, Chinese."""

from __future__ import annotations

from typing import Final

from concord.treatment.policy.reasons import Reason

TRADES: Final[dict[str, Reason]] = {
    "over_limit": (
        "Beyond the credit that we agreed on we go on with care, order by order.",
        "합의한 여신 한도를 넘으면 주문마다 신중하게 진행합니다.",
        "超過約定信用額度時，逐筆謹慎處理。",
    ),
    "credit_by_amount": (
        "Our margin is thin: one large order that is not paid costs the profit of a year.",
        "이윤이 적은 업종입니다. 큰 주문 한 건이 결제되지 않으면 일 년 치 이익이 사라집니다.",
        "我們的利潤微薄，一筆大單未付款就會賠上一整年的獲利。",
    ),
    "returns_often": (
        "Each return costs more than we earn: after more than five in a year, whatever they were "
        "for, we take back only what was our mistake.",
        "반품 한 건의 비용이 이윤보다 큽니다. 사유와 관계없이 일 년에 다섯 건을 넘으면 "
        "당사 과실인 경우만 받습니다.",
        "每次退貨的成本都高於利潤：一年內退貨超過五次（不論原因），只受理我方疏失。",
    ),
    "first_order": (
        "Who has bought nothing from us in a year begins a large project with a secured payment.",
        "일 년간 구매가 없던 고객의 큰 프로젝트는 대금이 확보된 뒤 시작합니다.",
        "一年內未曾購買的客戶，大型專案待款項有保障後才開始。",
    ),
    "we_owe": (
        "Whom we have kept waiting gets the next day that is free.",
        "저희 때문에 기다린 고객에게 가장 빠른 일정을 드립니다.",
        "因我們而久候的客戶，優先安排最近的日期。",
    ),
    "cancelling": (
        "Who wants to leave hears from us soon and without a fight; many of them stay.",
        "해지를 원하는 고객에게는 다툼 없이 빨리 연락합니다. 그러면 많은 고객이 남습니다.",
        "想離開的客戶，我們儘快好好回應，許多人因此留下。",
    ),
    "level_premium": (
        "A key customer with a contract gets our best support.",
        "계약이 있는 핵심 고객은 최상위 지원을 받습니다.",
        "有合約的重要客戶享有最高等級的支援。",
    ),
    "level_standard": (
        "A contract in force includes our support.",
        "유효한 계약에는 기술 지원이 포함됩니다.",
        "有效合約包含我們的支援。",
    ),
    "level_none": (
        "Without a contract there is help in turn, and no level.",
        "계약이 없으면 등급 없이 순서대로 도와드립니다.",
        "沒有合約者，依序協助，不分等級。",
    ),
    "level_first": (
        "What was promised with the highest level is kept first.",
        "최상위 등급에 약속한 것을 가장 먼저 지킵니다.",
        "最高等級所承諾的，最先兌現。",
    ),
    "level_then": (
        "Who pays for support is answered before who does not.",
        "지원 계약이 있는 고객에게 먼저 답합니다.",
        "付費支援的客戶，先獲得回覆。",
    ),
    "outage": (
        "While their work stands still every hour counts, with a contract or without.",
        "업무가 멈춘 동안에는 계약 유무와 관계없이 한 시간이 급합니다.",
        "作業停擺時分秒必爭，無論有無合約。",
    ),
}
