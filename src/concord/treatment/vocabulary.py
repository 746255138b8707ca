"""The policy's own words in the reader's language, for sentences about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from django.utils import translation

from concord.dmn.model import Model
from concord.dmn.sentences import Say
from concord.facts.own import all_facts
from concord.kernel.actions import departments
from concord.kernel.words import Words, say
from concord.treatment import own_words, requests, sentences, words
from concord.treatment.own_words import OwnWords
from concord.treatment.present import ELSEWHERE_WORDS
from concord.treatment.promise import COLUMNS, FIELDS, LEVELS
from concord.treatment.requests import RequestKind
from concord.treatment.sentences import words as w

NAMES: Final = {
    **COLUMNS,
    "exception": w("an exception", "예외", "例外"),
    "act": w("what we do", "조치", "處理方式"),
    "to": w("who does it", "담당", "負責單位"),
    "priority": w("the priority", "우선순위", "優先順序"),
    "benefits": w("the extra", "추가 혜택", "額外優待"),
    "urgency": w("the timing", "처리 시기", "處理時間"),
    "say": w("what is said", "고객에게 하는 말", "對客戶說的話"),
    "side note": w("the note", "참고 사항", "備註"),
    "granted by": w("who may grant it", "승인 권한", "核准權限"),
}
TABLES: Final = {
    "standing": w("Who is in which standing", "신용 상태", "信用狀況"),
    "value": w("Which kind of customer", "고객 유형", "客戶類型"),
    "side note": w("What else to mind", "참고 사항", "其他注意事項"),
    "who may grant an exception": w(
        "Who may grant an exception", "예외를 승인할 수 있는 사람", "誰可以核准例外"
    ),
    "any other request": w("Any other request", "그 밖의 요청", "其他請求"),
    "support level": w("Which level of support", "지원 등급", "支援等級"),
}


def speaker(language: str, *models: Model, kinds: Sequence[RequestKind] | None = None) -> Say:
    """What `concord.dmn.sentences` asks for: a column, a value or a decision in the language; also
    what the models, of which it speaks, say in words of the company's own. `kinds` are the requests
    where the database is not to be asked for the company's own."""
    own = own_words.merged(*models)
    asked = requests.all_kinds() if kinds is None else kinds
    fields = {each.key: each for kind in asked for each in kind.fields} | FIELDS
    tables = {each.name: each.id for model in models for each in model.decisions}
    with translation.override(language):
        values = _values(language, asked) | _own_values(language, own)

    def column(text: str) -> str:
        # What we do says it already: Concord's own sentence is told where nothing else differs.
        return "" if text == "say" and not own.sentences else quiet(text)

    def quiet(text: str) -> str:
        text = text.split(" / ")[0]  # where no rule gives anything, all outputs are told as one
        key = text.replace(" ", "_")
        found = NAMES.get(text) or ELSEWHERE_WORDS.get(key)
        if found is None and text in own.results:
            found = own.results[text].called
        if found is None and key in all_facts():
            found = all_facts()[key].words
        field = fields.get(key)
        said = say(found or (field.words if field else {"en": text}), language)
        return said[:1].lower() + said[1:] if language == "en" else said

    def decision(text: str) -> str:
        table = tables.get(text, text.replace(" ", "_"))
        kind = next((k for k in asked if k.table == table), None)
        return say(kind.words if kind else TABLES.get(text, {"en": text}), language)

    ways: dict[str, Callable[[str], str]] = {
        "column": column,
        "quiet column": quiet,
        "value": lambda text: values.get(text, text),
        "decision": decision,
    }
    return lambda text, kind: ways[kind](text)


def _own_values(language: str, own: OwnWords) -> dict[str, str]:
    """Extras, sentences and choices of the company's own."""
    named = {key: called for key, (called, _said) in own.benefits.items()}
    for result in own.results.values():
        named |= result.choices
    said = {key: say(each, language) for key, each in named.items()}
    if language == "en":
        said = {key: each[:1].lower() + each[1:] for key, each in said.items()}
    return said | {key: sentences.outline(say(each, language))
                   for key, each in own.sentences.items()}  # fmt: skip


def _values(language: str, asked: Sequence[RequestKind]) -> dict[str, str]:
    said = {key.replace("_", " "): str(label).lower() for key, label in words.ACTS.items() if key}
    said |= {key: str(label) for key, label in {**words.STANDINGS, **words.VALUES}.items()}
    named: dict[str, Words] = dict(sentences.URGENCIES)
    named |= {key: called for key, (called, _said) in sentences.BENEFITS.items()}
    for kind in asked:
        for field in kind.fields:
            named |= field.choices or {}
    named |= {kind.key: kind.words for kind in asked}
    named |= departments.STANDARD
    said |= {key: say(each, language) for key, each in named.items()}
    said |= {key: sentences.outline(say(each, language))
             for key, each in sentences.SENTENCES.items()}  # fmt: skip
    said["premium"] = say(LEVELS["premium"], language)
    return {key: each[:1].lower() + each[1:] if language == "en" else each
            for key, each in said.items()}  # fmt: skip
