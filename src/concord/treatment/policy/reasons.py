"""Why the sponsor wants each rule of the default policy: English, Korean, Traditional Chinese."""

import json
from typing import Final

from concord.kernel.words import Words

Reason = tuple[str, str, str]

# Of the default policy as a whole: what it is, and why it is put in force.
NOTE: Final[Words] = {
    "en": "The policy that Concord comes with.",
    "ko": "Concord가 기본으로 제공하는 정책입니다.",
    "zh-hant": "Concord 隨附的預設政策。",
}
WHY: Final[Words] = {
    "en": "The rules that we agreed on for everybody who meets a customer.",
    "ko": "고객을 대하는 모든 직원을 위해 우리가 합의한 규칙입니다.",
    "zh-hant": "我們為每一位接觸客戶的同仁所共同訂定的規則。",
}
KEPT: Final = '{"en": '
OURS: Final = {text: words for words in (NOTE, WHY) for text in words.values()}


def words_of(text: str) -> Words:
    """A version's note or reason: ours in every language, anybody else's as it was written."""
    if text.startswith(KEPT):
        return dict(json.loads(text))
    return OURS.get(text, {"en": text})


def kept_words(words: Words) -> str:
    """Words as a note keeps them; `words_of` reads them again."""
    return json.dumps({"en": words["en"]} | dict(words), ensure_ascii=False)


REASONS: Final[dict[str, Reason]] = {
    "hold_wins": (
        "What accounting has decided counts, whatever the figures say.",
        "회계팀의 결정이 수치보다 우선합니다.",
        "會計部門的決定優先於任何數字。",
    ),
    "not_known": (
        "What we do not know we do not assume, neither for nor against the customer.",
        "모르는 것은 고객에게 유리하게도 불리하게도 추정하지 않습니다.",
        "不清楚的事，我們不作有利或不利於客戶的假設。",
    ),
    "overdue": (
        "Who leaves a real sum unpaid for too long settles it before we go on.",
        "상당한 금액을 너무 오래 연체한 고객은 먼저 정산한 뒤 거래를 이어갑니다.",
        "相當金額逾期過久者，先結清再繼續往來。",
    ),
    "a_little_overdue": (
        "A late or small amount is a reason to remind, not to refuse.",
        "짧은 연체나 소액 연체는 안내할 사유이지 거절할 사유가 아닙니다.",
        "短期或小額逾期，應提醒而非拒絕。",
    ),
    "elsewhere": (
        "We are one company: trouble in one business unit makes the others careful, not deaf.",
        "우리는 하나의 회사입니다. 한 사업부의 문제는 다른 사업부도 살피되 거래를 끊지는 않습니다.",
        "我們是同一家公司：一個事業單位的問題，其他單位應留意，但不拒人於門外。",
    ),
    "pays_on_time": (
        "Who buys from us regularly and pays on time deserves our best.",
        "꾸준히 구매하고 제때 지급하는 고객은 최고의 대우를 받아야 합니다.",
        "經常購買且準時付款的客戶，理應得到最好的待遇。",
    ),
    "good": (
        "Everybody is in good standing until facts say otherwise.",
        "달리 볼 사실이 없는 한 모든 고객은 양호합니다.",
        "除非事實顯示並非如此，每位客戶都屬信用良好。",
    ),
    "key": (
        "These customers carry the company.",
        "회사를 떠받치는 고객입니다.",
        "這些客戶支撐著公司。",
    ),
    "appointed": (
        "Sales knows which customers we have chosen to build on.",
        "영업 부서는 우리가 함께 성장하기로 선택한 고객을 알고 있습니다.",
        "業務部門知道哪些是我們選定共同發展的客戶。",
    ),
    "growing": (
        "Who grows with us today is a key account tomorrow.",
        "오늘 우리와 함께 성장하는 고객이 내일의 핵심 고객입니다.",
        "今天與我們一同成長的客戶，就是明天的重要客戶。",
    ),
    "new": (
        "A first impression is made once.",
        "첫인상은 단 한 번뿐입니다.",
        "第一印象只有一次。",
    ),
    "dormant": (
        "Who has not bought for a year is not lost, only quiet.",
        "일 년간 구매가 없는 고객은 떠난 것이 아니라 조용할 뿐입니다.",
        "一年未購買的客戶並非流失，只是沉寂。",
    ),
    "standard": (
        "All others are served well and in turn.",
        "그 밖의 모든 고객도 순서대로 정성껏 모십니다.",
        "其他客戶同樣依序妥善服務。",
    ),
    "accounts_first": (
        "One friendly talk with Accounts helps more than five departments that each say no.",
        "다섯 부서가 저마다 거절하는 것보다 회계팀과의 친절한 대화 한 번이 낫습니다.",
        "與其五個部門各自拒絕，不如由會計部門好好談一次。",
    ),
    "exception": (
        "An exception was granted by name and until a date; we keep our word.",
        "책임자가 기한을 정해 예외를 승인했으므로 약속을 지킵니다.",
        "例外已由負責人核准並訂有期限，我們說到做到。",
    ),
    "ask_amount": (
        "For a customer we watch, the amount decides; we ask rather than guess.",
        "주의 고객은 금액에 따라 결정되므로 추측하지 않고 묻습니다.",
        "對於需留意的客戶，金額是關鍵；我們詢問而不猜測。",
    ),
    "large": (
        "A large amount on top of an open question needs a word from Accounts first.",
        "미해결 사항이 있는 상태의 고액 거래는 회계팀의 확인이 먼저입니다.",
        "尚有未解事項時，大額交易須先經會計部門確認。",
    ),
    "small": (
        "We go on with small amounts and remind politely: most people have simply forgotten.",
        "소액은 진행하면서 정중히 안내합니다. 대부분은 단순히 잊은 것입니다.",
        "小額照常進行並禮貌提醒：多數人只是忘了。",
    ),
    "best_first": (
        "The best customers who pay go first. That is our promise to them.",
        "제때 지급하는 최고의 고객이 가장 먼저입니다. 이것이 우리의 약속입니다.",
        "準時付款的最佳客戶排第一。這是我們對他們的承諾。",
    ),
    "rewarded": (
        "Paying on time is rewarded, whatever the size of the customer.",
        "규모와 관계없이 제때 지급하는 고객에게 보답합니다.",
        "無論規模大小，準時付款都有回報。",
    ),
    "important": (
        "Key customers in good standing come right after the best.",
        "신용이 양호한 핵심 고객은 최우수 고객 바로 다음입니다.",
        "信用良好的重要客戶緊接在最佳客戶之後。",
    ),
    "in_turn": (
        "Everybody in good standing is served in turn.",
        "신용이 양호한 고객은 순서대로 모십니다.",
        "信用良好的客戶依序服務。",
    ),
    "last_in_turn": (
        "Nobody who owes us goes ahead of somebody who has paid.",
        "대금이 밀린 고객이 대금을 낸 고객보다 앞설 수는 없습니다.",
        "欠款的客戶不會排在已付款的客戶之前。",
    ),
    "on_its_way": (
        "What is on its way is not called back: that costs us more than it protects.",
        "이미 출하된 물건은 회수하지 않습니다. 지키는 것보다 잃는 것이 많습니다.",
        "已在途中的貨不召回：代價大於保障。",
    ),
    "safety": (
        "People before money: where somebody could get hurt, we act first and settle later.",
        "돈보다 사람이 먼저입니다. 다칠 위험이 있으면 먼저 조치하고 나중에 정산합니다.",
        "人比錢重要：只要可能有人受傷，先處理，帳款之後再談。",
    ),
    "ask_safety": (
        "Nobody may guess about safety.",
        "안전에 관해서는 누구도 추측해서는 안 됩니다.",
        "事關安全，任何人都不得猜測。",
    ),
    "ask_standstill": (
        "A part means something else to somebody whose work stands still.",
        "작업이 멈춘 고객에게 부품은 전혀 다른 의미입니다.",
        "對作業停擺的客戶而言，零件的意義不同。",
    ),
    "standstill": (
        "A customer whose work stands still needs the part today.",
        "작업이 멈춘 고객에게는 오늘 부품이 필요합니다.",
        "作業停擺的客戶今天就需要零件。",
    ),
    "ask_reason": (
        "Our mistake, a change of mind and an instrument for calibration are not the same thing.",
        "당사 과실, 단순 변심, 교정 의뢰는 서로 다릅니다.",
        "我方疏失、改變心意與送校正是不同的事。",
    ),
    "service": (
        "Looking after what we sold is a part of selling it.",
        "판매한 제품을 돌보는 것도 판매의 일부입니다.",
        "照顧售出的產品，也是銷售的一部分。",
    ),
    "our_mistake": (
        "Our mistakes cost us, not the customer.",
        "우리의 실수는 우리가 책임지고 고객에게 떠넘기지 않습니다.",
        "我方的錯由我方承擔，不由客戶負擔。",
    ),
    "change_of_mind": (
        "Taking something back is a favour to customers who pay.",
        "단순 변심 반품은 제때 지급하는 고객을 위한 배려입니다.",
        "接受退貨是對守信付款客戶的善意。",
    ),
    "no_favour": (
        "While an invoice is open we do not take back what was not our mistake.",
        "미결제 청구서가 있는 동안에는 당사 과실이 아닌 반품은 받지 않습니다.",
        "帳款未清期間，非我方疏失的商品不予退回。",
    ),
    "critical": (
        "A key customer with a critical case open is spoken to by somebody who can decide.",
        "긴급 지원 요청이 진행 중인 핵심 고객은 결정권자가 직접 응대합니다.",
        "重要客戶有緊急案件未結時，由能做決定的人出面。",
    ),
    "ask_percent": (
        "Every discount has a limit, so we need the figure.",
        "모든 할인에는 한도가 있으므로 수치가 필요합니다.",
        "每項折扣都有上限，因此需要數字。",
    ),
    "discount_after": (
        "Prices are discussed once what is open has been paid.",
        "가격은 미결제 금액이 정리된 뒤에 논의합니다.",
        "未清款項付清後再談價格。",
    ),
    "discount_within": (
        "Within this limit everybody here may say yes at once.",
        "이 한도 안에서는 누구나 즉시 승인할 수 있습니다.",
        "在此限度內，任何同仁都可當場同意。",
    ),
    "discount_above": (
        "Above the limit the head of sales decides, so that two callers get the same price.",
        "한도를 넘으면 영업 책임자가 결정하여 누가 문의해도 같은 가격이 되게 합니다.",
        "超過上限由業務主管決定，讓不同的來電者得到相同價格。",
    ),
    "dispute": (
        "Who disputes an invoice is not late. The person who looks after the dispute speaks.",
        "이의를 제기한 고객은 연체한 것이 아닙니다. 담당자가 직접 소통합니다.",
        "對帳單有異議並不等於拖欠，由負責該爭議的人溝通。",
    ),
    "no_dispute": (
        "Nothing is disputed, so there is nothing to mind.",
        "이의가 없으므로 유의할 사항이 없습니다.",
        "沒有爭議，無須特別留意。",
    ),
    "lift_money": (
        "Who answers for the money may make an exception for it.",
        "대금을 책임지는 사람이 그에 대한 예외를 둘 수 있습니다.",
        "對帳款負責的人，可以就帳款作出例外。",
    ),
    "lift_price": (
        "An exception on price is the sponsor's alone.",
        "가격에 대한 예외는 최고 책임자만 승인합니다.",
        "價格上的例外只能由最高負責人核准。",
    ),
    "lift_held": (
        "A large amount for who is on hold is for the sponsor to risk.",
        "거래가 보류된 고객의 큰 금액은 최고 책임자가 그 위험을 판단합니다.",
        "暫停往來的客戶若涉及大額，由最高負責人承擔風險。",
    ),
    "lift_other": (
        "All other exceptions are for those who answer for all customers.",
        "그 밖의 예외는 전체 고객을 책임지는 사람이 승인합니다.",
        "其他例外由對全體客戶負責的人核准。",
    ),
}
