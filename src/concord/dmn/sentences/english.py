"""English."""

from __future__ import annotations

from collections.abc import Sequence

from concord.dmn.sentences.phrases import Length, Phrase, Say, Speaker

Named = Sequence[tuple[str, Phrase]]
Results = Sequence[tuple[str, str]]

NOUNS = {
    "is": "{0}",
    "not": "not {0}",
    "other": "known and not {0}",
    "under": "under {0}",
    "at most": "at most {0}",
    "over": "over {0}",
    "at least": "at least {0}",
    "between": "from {0} to {1}",
    "from until": "at least {0} and under {1}",
    "inside": "between {0} and {1}",
    "over until": "over {0} and at most {1}",
    "under day": "before {0}",
    "at most day": "on or before {0}",
    "at most time": "at or before {0}",
    "over day": "after {0}",
    "at least day": "on or after {0}",
    "at least time": "at or after {0}",
    "from until day": "on or after {0} and before {1}",
    "from until time": "at or after {0} and before {1}",
    "inside day": "after {0} and before {1}",
    "over until day": "after {0} and on or before {1}",
    "over until time": "after {0} and at or before {1}",
    "given": "known",
    "missing": "not known",
}
VERBS = {
    "true": "applies",
    "false": "does not apply",
    "written": "meets “{0}”",
    "has": "includes {0}",
    "has not": "does not include {0}",
    "count": "has exactly {0} entries",
    "count at most": "has at most {0} entries",
    "count at least": "has at least {0} entries",
    "count over": "has more than {0} entries",
    "count under": "has fewer than {0} entries",
}
LENGTH = Length(
    {
        "year": ("{} year", "{} years"),
        "month": ("{} month", "{} months"),
        "day": ("{} day", "{} days"),
        "hour": ("{} hour", "{} hours"),
        "minute": ("{} minute", "{} minutes"),
        "second": ("{} second", "{} seconds"),
    },
    " and ",
    "minus ",
)
SEVERITIES = {"error": "error", "warning": "warning", "hint": "hint"}
DOUBT = " This may never come up."
TEXTS = {
    "table.gap": "No rule says what to do {if_}.",
    "table.gap-null": "No rule says what to do {if_}.",
    "table.conflict": "Rules {rules} contradict each other: they all apply {if_}.",
    "table.conflict two": "Rules {rules} contradict each other: {if_}, the one says that"
    " {one} and the other that {two}.",
    "table.conflict computed": "Rules {rules} apply together {if_}, and their answers are worked"
    " out case by case: they may contradict each other.",
    "table.overlap": "Only one rule may apply at a time, but {if_}, rules {rules} do;"
    " they say the same.",
    "rule.masked": "Rule {rule} never comes into play: rule {others} has always decided before it.",
    "rule.masked many": "Rule {rule} never comes into play: between them, rules {others} have"
    " always decided before it.",
    "rule.spare": "Rule {rule} is not needed: whenever it applies, rule {others} says the same.",
    "rule.spare many": "Rule {rule} is not needed: whenever it applies, one of the rules {others}"
    " says the same.",
    "rule.outdone": "Rule {rule} makes no difference: whenever it applies, rule {others} applies as"
    " well, and that answer is the one that counts.",
    "rule.outdone many": "Rule {rule} makes no difference: whenever it applies, one of the rules"
    " {others} applies as well, and that answer is the one that counts.",
    "rule.dead": "Rule {rule} never comes into play: it is never the case that {case}.",
    "cell.dead": "In rule {rule} a part means nothing: it is never the case that {case}.",
    "rule.merge": "Rules {rules} say the same and could be one rule: {if_}.",
    "output.unused": "Nobody ever gets this answer: {results}.",
    "output.allowed": "Rule {rule} gives an answer that is not on the list: {results}.",
    "output.allowed default": "The answer for all other cases is not on the list: {results}.",
    "input.allowed": "This can come up but is not on the list of this table: {results}.",
    "table.inversion": "A better customer would be treated worse: {if_}, {one}; but {better}"
    " instead, only {two}.{shared}",
    "meaning.changed": "{if_}, before: {one}; now: {two}.",
    "meaning.changed unsaid": "{if_}, something else is done than before.",
    "meaning.only": "Only one of the two versions decides this.",
    "meaning.text": "This is worked out differently now; look at it yourself.",
    "check.bounded": "The table is too large to tell everything: there may be more.",
    "check.computed": "The column {column} is worked out case by case and was not judged whole.",
    "table.no-priorities": "The table takes the most important answer, but does not say which is"
    " more important.",
    "table.aggregate": "The answers of this table cannot be added up.",
}


class English:
    def __init__(self, say: Say) -> None:
        self.texts, self.doubt, self.severities = TEXTS, DOUBT, SEVERITIES
        self.speaker = Speaker(say, "yes", "no", "nothing", LENGTH, ", ", " or ", " and ")

    def rule(self, conditions: Named, results: Results) -> str:
        what = self.results(results)
        return (
            f"If {self.when(conditions)}, then {what}."
            if conditions
            else (f"In every case, {what}.")
        )

    def results(self, results: Results) -> str:
        return ", ".join(f"{name} is {value}" for name, value in results)

    def when(self, conditions: Named) -> str:
        return " and ".join(f"{name} {self.predicate(phrase)}" for name, phrase in conditions)

    def predicate(self, phrase: Phrase) -> str:
        if phrase.and_:
            return " and ".join(self.predicate(each) for each in phrase.and_)
        if phrase.kind == "none of":
            return f"is not {self.speaker.joined([self.noun(each) for each in phrase.or_], ' or ')}"
        if phrase.or_ and all(each.kind in NOUNS for each in phrase.or_):
            nouns = [self.noun(each) for each in phrase.or_]
            return f"is {self.speaker.joined(nouns, ' or ')}"
        if phrase.or_:
            said = [self.predicate(each) for each in phrase.or_]
            if phrase.or_missing:
                said[-1] = "is not known"
            return self.speaker.joined(said, " or ")
        if phrase.kind in VERBS:
            return phrase.said(VERBS).replace(" 1 entries", " 1 entry")
        return f"is {self.noun(phrase)}"

    def noun(self, phrase: Phrase) -> str:
        if phrase.kind in NOUNS:
            return phrase.said(NOUNS)
        return f"one that {self.predicate(phrase)}"

    def if_(self, conditions: Named) -> str:
        return f"if {self.when(conditions)}" if conditions else "in every case"

    def case(self, conditions: Named) -> str:
        return self.when(conditions)

    def where(self, conditions: Named) -> str:
        """What holds besides, as a sentence of its own; nothing where nothing does."""
        return f" This is so where {self.when(conditions)}." if conditions else ""

    def count(self, number: int) -> str:
        """How much was found."""
        return f"{number} finding{'' if number == 1 else 's'}"

    def finished(self, text: str) -> str:
        return text[:1].upper() + text[1:]

    def numbers(self, rules: Sequence[int]) -> str:
        return self.speaker.joined([str(rule) for rule in rules], " and ")

    def answer(self, facts: Results, results: Results, rules: Sequence[int], *, late: bool) -> str:
        """Why an answer was given; `late` where no rule before it held."""
        what = self.results(results)
        because = " and ".join(f"{name} is {value}" for name, value in facts)
        because = because or ("no rule before it applies" if late else "")
        noun = "rules" if len(rules) > 1 else "rule"
        where = f" ({noun} {self.numbers(rules)})" if rules else " (no rule applies)"
        said = f"{what[:1].upper()}{what[1:]}"
        return f"{said}, because {because}{where}." if because else f"{said}{where}."
