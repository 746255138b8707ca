"""Traditional Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from concord.dmn.sentences.english import Named, Results
from concord.dmn.sentences.phrases import Length, Phrase, Say, Speaker

PATTERNS = {
    "is": "為{0}",
    "not": "不是{0}",
    "other": "已知且不是{0}",
    "under": "低於 {0}",
    "at most": "不超過 {0}",
    "over": "超過 {0}",
    "at least": "至少 {0}",
    "between": "介於 {0} 至 {1}（含）",
    "from until": "至少 {0} 且低於 {1}",
    "inside": "介於 {0} 與 {1} 之間",
    "over until": "超過 {0} 且不超過 {1}",
    "under day": "早於 {0}",
    "at most day": "不晚於 {0}",
    "over day": "晚於 {0}",
    "at least day": "不早於 {0}",
    "from until day": "不早於 {0} 且早於 {1}",
    "inside day": "晚於 {0} 且早於 {1}",
    "over until day": "晚於 {0} 且不晚於 {1}",
    "given": "已知",
    "missing": "未知",
    "true": "成立",
    "false": "不成立",
    "written": "符合「{0}」",
    "has": "包含{0}",
    "has not": "不包含{0}",
    "count": "正好有 {0} 項",
    "count at most": "最多有 {0} 項",
    "count at least": "至少有 {0} 項",
    "count over": "超過 {0} 項",
    "count under": "少於 {0} 項",
}
LENGTH = Length(
    {
        "year": ("{} 年", "{} 年"),
        "month": ("{} 個月", "{} 個月"),
        "day": ("{} 天", "{} 天"),
        "hour": ("{} 小時", "{} 小時"),
        "minute": ("{} 分鐘", "{} 分鐘"),
        "second": ("{} 秒", "{} 秒"),
    },
    "",
    "負 ",
)
SEVERITIES = {"error": "錯誤", "warning": "警告", "hint": "提示"}
DOUBT = "這種情況也可能不會發生。"
TEXTS = {
    "table.gap": "{if_}，沒有任何規則說明該怎麼做。",
    "table.gap-null": "{if_}，沒有任何規則說明該怎麼做。",
    "table.conflict": "規則 {rules} 互相矛盾：{if_}，這些規則同時適用。",
    "table.conflict two": "規則 {rules} 互相矛盾：{if_}，一條說{one}，另一條說{two}。",
    "table.conflict computed": "{if_}，規則 {rules} 會同時適用，而答案是逐案計算的，可能互相矛盾。",
    "table.overlap": "一次只能適用一條規則，但{if_}，規則 {rules} 會同時適用；內容相同。",
    "rule.masked": "規則 {rule} 永遠輪不到：規則 {others} 總是先做出決定。",
    "rule.masked many": "規則 {rule} 永遠輪不到：規則 {others} 合起來總是先做出決定。",
    "rule.spare": "規則 {rule} 是多餘的：凡是它適用的情況，規則 {others} 的內容都相同。",
    "rule.spare many": "規則 {rule} 是多餘的：凡是它適用的情況，"
    "規則 {others} 其中之一的內容都相同。",
    "rule.outdone": "規則 {rule} 有沒有都一樣：凡是它適用的情況，規則 {others} 也適用，"
    "而且以後者的答案為準。",
    "rule.outdone many": "規則 {rule} 有沒有都一樣：凡是它適用的情況，"
    "規則 {others} 其中之一也適用，而且以後者的答案為準。",
    "rule.dead": "規則 {rule} 永遠輪不到：{case}的情況不會發生。",
    "cell.dead": "規則 {rule} 有一部分沒有作用：{case}的情況不會發生。",
    "rule.merge": "規則 {rules} 的內容相同，可以合併為一條：{if_}。",
    "output.unused": "沒有人會得到這個答案：{results}。",
    "output.allowed": "規則 {rule} 給出清單以外的答案：{results}。",
    "output.allowed default": "其他所有情況的答案不在清單內：{results}。",
    "input.allowed": "這種情況可能發生，但不在這張表的清單內：{results}。",
    "table.inversion": "較好的客戶反而受到較差的對待：{if_}，則{one}；"
    "但{better}，卻只有{two}。{shared}",
    "meaning.changed": "{if_}，以前：{one}；現在：{two}。",
    "meaning.changed unsaid": "{if_}，做法與以前不同。",
    "meaning.only": "兩個版本中只有一個會決定這件事。",
    "meaning.text": "這裡的計算方式已改變，請自行查看。",
    "check.bounded": "這張表太大，無法全部列出：可能還有其他問題。",
    "check.computed": "「{column}」欄逐案計算，無法完整檢查。",
    "table.no-priorities": "這張表取最重要的答案，卻沒有說明哪個較重要。",
    "table.aggregate": "這張表的答案無法加總。",
}


class Chinese:
    def __init__(self, say: Say) -> None:
        self.texts, self.doubt, self.severities = TEXTS, DOUBT, SEVERITIES
        self.speaker = Speaker(say, "是", "否", "無", LENGTH, "、", "或", "和")

    def rule(self, conditions: Named, results: Results) -> str:
        what = self.results(results)
        return (
            f"如果{self.when(conditions)}，則{what}。" if conditions else f"在任何情況下，{what}。"
        )

    def results(self, results: Results) -> str:
        return "，".join(f"{name}為{value}" for name, value in results)

    def when(self, conditions: Named) -> str:
        return "，且".join(f"{name}{self.predicate(phrase)}" for name, phrase in conditions)

    def predicate(self, phrase: Phrase) -> str:
        if phrase.and_:
            return "且".join(self.predicate(each) for each in phrase.and_)
        if phrase.kind == "none of":
            return f"不是{self._either(phrase.or_)}的情況"
        if phrase.or_:
            return self._either(phrase.or_)
        return phrase.said(PATTERNS)

    def _either(self, phrases: Sequence[Phrase]) -> str:
        said = ""
        for at, phrase in enumerate(phrases):
            text = self.predicate(phrase)
            gap = " " if said[-1:].isascii() and said else ""
            last = at == len(phrases) - 1
            said += f"{gap}或{text}" if last and said else f"{'、' if said else ''}{text}"
        return said

    def if_(self, conditions: Named) -> str:
        return f"如果{self.when(conditions)}" if conditions else "不論任何情況"

    def case(self, conditions: Named) -> str:
        said = self.when(conditions)
        return f"{said} " if said[-1:].isascii() and said else said

    def where(self, conditions: Named) -> str:
        return f"這發生在{self.case(conditions)}的情況。" if conditions else ""

    def count(self, number: int) -> str:
        """How much was found."""
        return f"共 {number} 項"

    def finished(self, text: str) -> str:
        return text

    def numbers(self, rules: Sequence[int]) -> str:
        return "、".join(str(rule) for rule in rules)

    def answer(self, facts: Results, results: Results, rules: Sequence[int], *, late: bool) -> str:
        """Why an answer was given; `late` where no rule before it held."""
        because = "，且".join(f"{name}為{value}" for name, value in facts)
        because = because or ("前面的規則都不適用" if late else "")
        where = f"（規則 {self.numbers(rules)}）" if rules else "（沒有規則適用）"
        what = self.results(results)
        return f"因為{because}，所以{what}{where}。" if because else f"{what}{where}。"
