"""Korean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from concord.dmn.sentences.english import Named, Results
from concord.dmn.sentences.phrases import Length, Phrase, Say, Speaker

_PARTICLE = re.compile(r"(\S)«([^»]+)»")
NOUNS = {
    "is": "{0}",
    "under": "{0} 미만",
    "at most": "{0} 이하",
    "over": "{0} 초과",
    "at least": "{0} 이상",
    "between": "{0} 이상 {1} 이하",
    "from until": "{0} 이상 {1} 미만",
    "inside": "{0} 초과 {1} 미만",
    "over until": "{0} 초과 {1} 이하",
    "under day": "{0} 전",
    "at most day": "{0} 또는 그 이전",
    "over day": "{0} 후",
    "at least day": "{0} 또는 그 이후",
    "between day": "{0}부터 {1}까지",
    "from until day": "{0}부터 {1} 전까지",
    "inside day": "{0} 후 {1} 전",
    "over until day": "{0} 후 {1}까지",
    "has": "{0} 포함",
    "has not": "{0} 미포함",
    "count": "정확히 {0}개",
    "count at most": "{0}개 이하",
    "count at least": "{0}개 이상",
    "count over": "{0}개 초과",
    "count under": "{0}개 미만",
    "true": "해당",
    "false": "해당 없음",
    "given": "확인된 값",
    "written": "“{0}”",
}
VERBS = {  # the particle of the subject, then the ending within and at the end of conditions
    "given": ("이/가", "확인되고", "확인되면"),
    "missing": ("이/가", "확인되지 않고", "확인되지 않으면"),
    "true": ("에", "해당하고", "해당하면"),
    "false": ("에", "해당하지 않고", "해당하지 않으면"),
}
LENGTH = Length(
    {
        "year": ("{}년", "{}년"),
        "month": ("{}개월", "{}개월"),
        "day": ("{}일", "{}일"),
        "hour": ("{}시간", "{}시간"),
        "minute": ("{}분", "{}분"),
        "second": ("{}초", "{}초"),
    },
    "",
    "마이너스 ",
)
SEVERITIES = {"error": "오류", "warning": "경고", "hint": "참고"}
DOUBT = " 이런 경우는 없을 수도 있습니다."
TEXTS = {
    "table.gap": "{if_}, 어떻게 할지 정한 규칙이 없습니다.",
    "table.gap-null": "{if_}, 어떻게 할지 정한 규칙이 없습니다.",
    "table.conflict": "규칙 {rules}«은/는» 서로 모순됩니다: {if_}, 모두 적용됩니다.",
    "table.conflict two": "규칙 {rules}«은/는» 서로 모순됩니다: {if_}, 한 규칙에서는 {one},"
    " 다른 규칙에서는 {two}입니다.",
    "table.conflict computed": "{if_}, 규칙 {rules}«이/가» 함께 적용되는데, 답이 경우마다"
    " 계산되므로 서로 모순될 수 있습니다.",
    "table.overlap": "한 번에 한 규칙만 적용되어야 하지만, {if_}, 규칙 {rules}«이/가» 함께"
    " 적용됩니다. 내용은 같습니다.",
    "rule.masked": "규칙 {rule}«은/는» 적용되는 일이 없습니다: 규칙 {others}«이/가» 언제나 먼저"
    " 결정합니다.",
    "rule.masked many": "규칙 {rule}«은/는» 적용되는 일이 없습니다: 규칙 {others}«이/가» 합쳐서"
    " 언제나 먼저 결정합니다.",
    "rule.spare": "규칙 {rule}«은/는» 필요하지 않습니다: 적용되는 모든 경우에 규칙 {others}의"
    " 내용이 같습니다.",
    "rule.spare many": "규칙 {rule}«은/는» 필요하지 않습니다: 적용되는 모든 경우에 규칙 {others}"
    " 가운데 하나의 내용이 같습니다.",
    "rule.outdone": "규칙 {rule}«은/는» 있으나 없으나 같습니다: 적용되는 모든 경우에 규칙"
    " {others}도 적용되고, 그 답이 채택됩니다.",
    "rule.outdone many": "규칙 {rule}«은/는» 있으나 없으나 같습니다: 적용되는 모든 경우에 규칙"
    " {others} 가운데 하나도 적용되고, 그 답이 채택됩니다.",
    "rule.dead": "규칙 {rule}«은/는» 적용되는 일이 없습니다: {case} 경우는 없습니다.",
    "cell.dead": "규칙 {rule}의 일부는 의미가 없습니다: {case} 경우는 없습니다.",
    "rule.merge": "규칙 {rules}«은/는» 내용이 같아 하나로 합칠 수 있습니다.",
    "output.unused": "아무도 받지 못하는 답이 있습니다: {results}.",
    "output.allowed": "규칙 {rule}«이/가» 목록에 없는 답을 줍니다: {results}.",
    "output.allowed default": "그 밖의 모든 경우에 주는 답이 목록에 없습니다: {results}.",
    "input.allowed": "생길 수 있지만 이 표의 목록에 없는 값입니다: {results}.",
    "table.inversion": "더 나은 고객이 더 못한 대우를 받게 됩니다: {if_} {one}인데, 오히려"
    " {better} {two}에 그칩니다.{shared}",
    "meaning.changed": "{if_}, 이전에는 {one}«이었고/였고» 이제는 {two}입니다.",
    "meaning.changed unsaid": "{if_}, 이전과 다르게 처리합니다.",
    "meaning.only": "두 판 가운데 하나에서만 정합니다.",
    "meaning.text": "계산 방법이 달라졌으니 직접 확인하세요.",
    "check.bounded": "표가 너무 커서 모두 보여 드릴 수 없습니다. 더 있을 수 있습니다.",
    "check.computed": "“{column}” 열은 경우마다 계산되므로 모두 검사하지 못했습니다.",
    "table.no-priorities": "가장 중요한 답을 고르는 표이지만 무엇이 더 중요한지 정하지 않았습니다.",
    "table.aggregate": "이 표의 답은 합칠 수 없습니다.",
}


_ENDINGS = (
    ("않으면", "않는"),
    ("아니면", "아닌"),
    ("이면", "인"),
    ("하면", "하는"),
    ("되면", "되는"),
)


class Korean:
    def __init__(self, say: Say) -> None:
        self.texts, self.doubt, self.severities = TEXTS, DOUBT, SEVERITIES
        self.speaker = Speaker(say, "예", "아니요", "없음", LENGTH, ", ", " 또는 ", " 및 ")

    def rule(self, conditions: Named, results: Results) -> str:
        what = self.results(results)
        return (
            f"{self.when(conditions)}, {what}입니다."
            if conditions
            else (f"모든 경우에 {what}입니다.")
        )

    def results(self, results: Results) -> str:
        return ", ".join(f"{name}{particle(name, '은/는')} {value}" for name, value in results)

    def when(self, conditions: Named) -> str:
        last = len(conditions) - 1
        return " ".join(
            self.clause(name, phrase, final=at == last)
            for at, (name, phrase) in enumerate(conditions)
        )

    def clause(self, name: str, phrase: Phrase, *, final: bool) -> str:
        subject = f"{name}{particle(name, '이/가')}"
        if phrase.or_missing:
            ending = "확인되지 않으면" if final else "확인되지 않고"
            return f"{subject} {self.noun(phrase)}이거나 {ending}"
        if phrase.kind in VERBS:
            mark, within, end = VERBS[phrase.kind]
            shown = mark if "/" not in mark else particle(name, mark)
            return f"{name}{shown} {end if final else within}"
        if phrase.kind in ("not", "none of"):
            noun = phrase.words[0] if phrase.words else self.noun(phrase)
            return f"{subject} {noun}{particle(noun, '이/가')} {'아니면' if final else '아니고'}"
        if phrase.kind == "other":
            noun = phrase.words[0]
            ending = "값이면" if final else "값이고"
            return f"{subject} {noun}{particle(noun, '이/가')} 아닌 {ending}"
        if phrase.kind == "written":
            ending = "조건을 만족하면" if final else "조건을 만족하고"
            return f"{subject} “{phrase.words[0]}” {ending}"
        return f"{subject} {self.noun(phrase)}{'이면' if final else '이고'}"

    def noun(self, phrase: Phrase) -> str:
        if phrase.and_:
            return self.speaker.joined([self.noun(each) for each in phrase.and_], " 및 ")
        if phrase.or_:
            nouns = [self.noun(each) for each in phrase.or_ if each.kind != "missing"]
            return self.speaker.joined(nouns, " 또는 ")
        if phrase.kind in ("not", "other"):
            return f"{phrase.words[0]} 아님"
        return phrase.said(NOUNS)

    def if_(self, conditions: Named) -> str:
        return self.when(conditions) or "어떤 경우에도"

    def case(self, conditions: Named) -> str:
        """The conditions as they stand before a noun: `금액이 5 초과인`."""
        said = self.when(conditions)
        for ending, before_noun in _ENDINGS:
            if said.endswith(ending):
                return said.removesuffix(ending) + before_noun
        return said

    def where(self, conditions: Named) -> str:
        return f" {self.case(conditions)} 경우에 그렇습니다." if conditions else ""

    def count(self, number: int) -> str:
        """How much was found."""
        return f"모두 {number}건"

    def finished(self, text: str) -> str:
        """With the particles that fit the words before them."""
        return _PARTICLE.sub(lambda found: found[1] + particle(found[1], found[2]), text)

    def numbers(self, rules: Sequence[int]) -> str:
        return ", ".join(str(rule) for rule in rules)

    def answer(self, facts: Results, results: Results, rules: Sequence[int], *, late: bool) -> str:
        """Why an answer was given; `late` where no rule before it held."""
        said = [f"{name}{particle(name, '이/가')} {value}" for name, value in facts]
        because = "이고 ".join(said)
        where = f"(규칙 {self.numbers(rules)})" if rules else "(적용되는 규칙 없음)"
        what = self.results(results)
        if late and not because:
            return f"앞의 규칙이 모두 적용되지 않으므로 {what}입니다{where}."
        return f"{because}이므로 {what}입니다{where}." if because else f"{what}입니다{where}."


def particle(word: str, pair: str) -> str:
    """The particle that follows the word, by whether it ends in a consonant: `이/가`, `은/는`."""
    after_consonant, after_vowel = pair.split("/")
    last = word.rstrip("”’\"') ")[-1:]
    if "가" <= last <= "힣":
        return after_consonant if (ord(last) - ord("가")) % 28 else after_vowel
    if last.isascii() and last.isdigit():
        return after_consonant if last in "013678" else after_vowel
    return f"{after_consonant}({after_vowel})"
