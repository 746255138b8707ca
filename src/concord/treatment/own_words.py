"""What a company says in words of its own, in the policy's file: sentences for the customer, extras
and further columns of results, each by a key.

They are versioned with the rules that use them: a version in force, and an answer given by it, keep
their words whatever a later draft says.
"""

from __future__ import annotations

import copy
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from concord.dmn.model import Model
from concord.kernel.words import Words
from concord.treatment import carried, sentences
from concord.treatment.carried import NS

SENTENCE, BENEFIT, RESULT = "sentence", "benefit", "result"
KINDS: Final = (SENTENCE, BENEFIT, RESULT)
HOME: Final = "words"
# What a rule of a request gives; any other column of results is the company's own.
OUTPUTS: Final = ("act", "to", "priority", "benefits", "say", "urgency")
PLACES: Final = ("who", "team", "when")  # what may be filled in
TYPES: Final = ("choice", "text", "number", "boolean")  # of what a column of results holds
OPEN: Final = re.compile(r"\{([^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Result:
    """A column of results: what it is called, whether it holds a `choice`, `text`, `number` or
    `boolean`, what can be chosen, and what a new rule gives, as FEEL."""

    called: Words
    type: str
    choices: Mapping[str, Words] = field(default_factory=dict)
    default: str = "null"


@dataclass(frozen=True, slots=True)
class OwnWords:
    """By key. `benefits` are called and said as the product's own are."""

    sentences: Mapping[str, Words] = field(default_factory=dict)
    benefits: Mapping[str, tuple[Words, Words]] = field(default_factory=dict)
    results: Mapping[str, Result] = field(default_factory=dict)

    @property
    def every_sentence(self) -> Mapping[str, Words]:
        """The company's own first; theirs hold where Concord later has one of the same key."""
        return {**self.sentences, **_without(sentences.SENTENCES, self.sentences)}

    @property
    def every_benefit(self) -> Mapping[str, tuple[Words, Words]]:
        return {**self.benefits, **_without(sentences.BENEFITS, self.benefits)}

    def called(self, benefit: str) -> Words:
        """What an extra is called; its key where nobody has said it."""
        return self.every_benefit.get(benefit, ({"en": benefit},))[0]

    def result(self, name: str) -> Result:
        """A column of results; one that was drawn elsewhere is called as it is named."""
        return self.results.get(name) or Result({"en": name}, "text")

    def spoken(self, say: str, benefits: tuple[str, ...]) -> dict[str, Words]:
        """Of what a rule says, that which is not Concord's own: templates by their keys."""
        own = {say: self.sentences[say]} if say in self.sentences else {}
        said = {
            f"benefit: {key}": self.benefits[key][1] for key in benefits if key in self.benefits
        }
        return {**own, **said}


@lru_cache(maxsize=32)
def of(model: Model) -> OwnWords:
    """What stands in a policy's file."""
    said = {kind: dict(entries(model, kind)) for kind in KINDS}
    return OwnWords(
        {key: _whole(each["said"]) for key, each in said[SENTENCE].items() if each["said"]},
        {
            key: (_whole(each["called"]), _whole(each["said"]))
            for key, each in said[BENEFIT].items()
            if each["called"] and each["said"]
        },
        {
            key: Result(
                _whole(each["called"]),
                each["type"],
                {name: _whole(words) for name, words in each["choices"].items()},
                each["default"],
            )
            for key, each in said[RESULT].items()
        },
    )


def merged(*models: Model) -> OwnWords:
    """What any of the policies says; the first one's words where several do."""
    found = [of(each) for each in reversed(models)]
    return OwnWords(
        {key: text for each in found for key, text in each.sentences.items()},
        {key: text for each in found for key, text in each.benefits.items()},
        {key: said for each in found for key, said in each.results.items()},
    )


def entries(model: Model, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each of a kind by its key, as it was written: words in the languages that somebody gave."""
    for home in model.document.root.iter(f"{NS}{HOME}"):
        for each in home.findall(f"{NS}{kind}"):
            yield each.get("key", ""), _read(kind, each)


def entry(model: Model, kind: str, key: str) -> dict[str, Any] | None:
    return dict(entries(model, kind)).get(key)


def changed(model: Model, kind: str, key: str, said: Mapping[str, Any] | None) -> Model:
    """The policy with other words under a key, or without any."""
    root = copy.deepcopy(model.document.root)
    home = carried.home(root, HOME)
    for each in list(home):
        if each.tag == f"{NS}{kind}" and each.get("key") == key:
            home.remove(each)
    if said is not None:
        home.append(_written(kind, key, said))
    home[:] = sorted(home, key=lambda each: (str(each.tag), each.get("key", "")))
    carried.leave(root, HOME)
    return carried.again(model, root)


def used_by(model: Model, kind: str, key: str) -> Iterator[tuple[str, str]]:
    """The rules that say it or give it: the id of their decision, and theirs."""
    name = {SENTENCE: "say", BENEFIT: "benefits"}.get(kind, key)
    for decision in model.decisions:
        table = model.tables.get(decision.name)
        names = [each.name for each in table.outputs] if table else []
        if table and name in names:
            for rule in table.rules:
                if f'"{key}"' in rule.outputs[names.index(name)]:
                    yield decision.id, rule.id


def stray(text: str, places: tuple[str, ...] = PLACES) -> str:
    """What stands in braces and is nothing that can be filled in; empty where all can."""
    found = (each for each in OPEN.finditer(text) if (each[1] or "") not in places)
    return next((each[0] for each in found), "")


def _read(kind: str, element: ET.Element) -> dict[str, Any]:
    def words(of: ET.Element, tag: str) -> dict[str, str]:
        found = {e.get("language", ""): (e.text or "").strip() for e in of.findall(f"{NS}{tag}")}
        return {code: text for code, text in found.items() if text}

    match kind:
        case "sentence":
            return {"said": words(element, "said")}
        case "benefit":
            return {"called": words(element, "called"), "said": words(element, "said")}
    kept = element.get("type", "")
    return {
        "called": words(element, "called"),
        "type": kept if kept in TYPES else "text",
        "default": element.get("default", "null"),
        "choices": {
            each.get("key", ""): words(each, "called") for each in element.findall(f"{NS}choice")
        },
    }


def _written(kind: str, key: str, said: Mapping[str, Any]) -> ET.Element:
    element = ET.Element(f"{NS}{kind}", {"key": key})
    if kind == RESULT:
        element.attrib.update({"type": str(said["type"]), "default": str(said["default"])})
    for tag in ("called", "said"):
        _put(element, tag, said.get(tag, {}))
    for name, called in said.get("choices", {}).items():
        _put(ET.SubElement(element, f"{NS}choice", {"key": str(name)}), "called", called)
    return element


def _put(parent: ET.Element, tag: str, words: Words) -> None:
    for code, text in words.items():
        ET.SubElement(parent, f"{NS}{tag}", {"language": str(code)}).text = str(text)


def _whole(words: Words) -> Words:
    """In every language: where nobody has said it, in English, else in what they have."""
    rest = words.get("en") or next(iter(words.values()), "")
    return {code: words.get(code) or rest for code in sentences.CODES}


def _without(words: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in words.items() if key not in own}
