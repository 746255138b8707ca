"""Rules, findings and answers as plain sentences in English, Korean or Traditional Chinese.

The caller says columns, values and decisions in the reader's language: `say("standing", "column")`,
`say("on hold", "value")`, `say("place order", "decision")`. A column that is told only where
nothing else differs has no name as a "column", and one as a "quiet column". Numbers get thousands
separators; a cell that computes is shown as written.
"""

from __future__ import annotations

from concord.dmn.analysis.finding import Conditions, Finding
from concord.dmn.analysis.finding import Results as Said
from concord.dmn.model import DecisionTable, Model, Rule
from concord.dmn.problems import Problem, unknown_name
from concord.dmn.result import Result, Step
from concord.dmn.sentences.chinese import Chinese
from concord.dmn.sentences.english import English, Named, Results
from concord.dmn.sentences.korean import Korean
from concord.dmn.sentences.phrases import Language, Say, as_is

__all__ = ["Language", "Say", "answer_sentences", "finding_sentence", "rule_sentence"]

Grammar = English | Korean | Chinese
_GRAMMARS: dict[str, type[English] | type[Korean] | type[Chinese]] = {
    "en": English,
    "ko": Korean,
    "zh-hant": Chinese,
}


def _grammar(language: Language, say: Say) -> Grammar:
    if language not in _GRAMMARS:
        raise unknown_name("language", language, _GRAMMARS)
    return _GRAMMARS[language](say)


def rule_sentence(
    table: DecisionTable, rule: Rule, language: Language = "en", say: Say = as_is
) -> str:
    """`If the standing is on hold and the amount is over 10,000, the act is pass on.`"""
    grammar = _grammar(language, say)
    cells = zip((clause.title for clause in table.inputs), rule.inputs, strict=True)
    words = [grammar.speaker.output(text) for text in rule.outputs]
    results = [
        (say(title, "column"), shown or grammar.speaker.none)
        for title, shown in zip(table.result_titles, words, strict=True)
        if shown or not any(words)
    ]
    return grammar.rule(_named(tuple(cells), grammar), results)


def _named(conditions: Conditions, grammar: Grammar) -> Named:
    """Titles and tests in words; without what holds anyway."""
    return [
        (grammar.speaker.say(title, "column"), phrase)
        for title, cell in conditions
        for phrase in [grammar.speaker.phrase(cell)]
        if phrase.kind != "any"
    ]


# Findings -------------------------------------------------------------------------------------


def finding_sentence(problem: Problem, language: Language = "en", say: Say = as_is) -> str:
    """What was found, as a manager reads it; the message itself of what has no such sentence (a
    text that does not parse, an unknown name)."""
    grammar = _grammar(language, say)
    finding = problem if isinstance(problem, Finding) else None
    if finding is None or finding.code not in grammar.texts:
        return problem.message
    better = tuple(each for each in finding.other if each not in finding.conditions)
    differ = {title for title, _ in better}
    apart = [each for each in finding.conditions if each[0] in differ]
    shared = _named(tuple(each for each in finding.conditions if each[0] not in differ), grammar)
    conditions = _named(tuple(apart if finding.other else finding.conditions), grammar)
    said = _said(finding, grammar)
    rules = finding.rules
    text = grammar.texts[_pattern(finding, said)].format(
        conditions=grammar.when(conditions),
        if_=grammar.if_(conditions),
        case=grammar.case(conditions),
        better=grammar.if_(_named(better, grammar)),
        shared=grammar.where(shared) if finding.other else "",
        rules=grammar.numbers(rules),
        rule=rules[0] if rules else "",
        others=grammar.numbers(rules[1:]),
        column=say(finding.place.column, "column"),
        one=said[0] if said else "",
        two=said[1] if len(said) > 1 else "",
        results=said[0] if said else "",
    )
    return grammar.finished(text) + (grammar.doubt if finding.doubt else "")


def finding_line(problem: Problem, language: Language = "en") -> str:
    """The sentence with how much it matters and the decision."""
    severity = _grammar(language, as_is).severities[problem.severity]
    told = finding_sentence(problem, language)
    return ": ".join(part for part in (severity, problem.place.decision, told) if part)


def count_line(number: int, language: Language = "en") -> str:
    """How much was found."""
    return _grammar(language, as_is).count(number)


def _pattern(finding: Finding, said: list[str]) -> str:
    """Which of the texts of the finding's sort fits."""
    code = finding.code
    if code == "meaning.changed" and not all(said):
        return f"{code} unsaid"
    if code == "table.conflict" and not all(finding.results):
        return f"{code} computed"
    if code == "table.conflict" and len(finding.rules) == 2:
        return f"{code} two"
    if code in ("rule.masked", "rule.outdone", "rule.spare") and len(finding.rules) > 2:
        return f"{code} many"
    if code == "output.allowed" and not finding.rules:
        return f"{code} default"
    return code


def _said(finding: Finding, grammar: Grammar) -> list[str]:
    """What each of the rules says; where all that has a name is the same, what has none."""
    results = _apart(finding.results)
    named = [_results(each, grammar) for each in results]
    if not all(named):
        named = [_results(each, grammar, "quiet column") for each in results]
    return [grammar.results(each) for each in named]


def _apart(results: tuple[Said, ...]) -> list[Said]:
    """Of two results what differs; anything else as it is."""
    if len(results) != 2 or results[0] == results[1]:
        return list(results)
    other = [dict(each) for each in results[::-1]]
    return [
        tuple((name, value) for name, value in each if name not in there or there[name] != value)
        for each, there in zip(results, other, strict=True)
    ]


def _results(results: Said, grammar: Grammar, kind: str = "column") -> Results:
    """Outputs in words; one for which the reader has no name is left out."""
    return [
        (name, grammar.speaker.words(value))
        for title, value in results
        for name in [grammar.speaker.say(title, kind)]
        if name
    ]


# Answers --------------------------------------------------------------------------------------


def answer_sentences(
    model: Model, result: Result, language: Language = "en", say: Say = as_is
) -> list[str]:
    """Why the answer was given: a sentence for each table that was asked, in order, with what the
    rule that held looked at."""
    grammar = _grammar(language, say)
    return [_step(model, step, grammar) for step in result.explanation]


def _step(model: Model, step: Step, grammar: Grammar) -> str:
    say, words = grammar.speaker.say, grammar.speaker.words
    table = model.tables.get(step.decision)
    looked_at = _looked_at(table, step) if table else set(step.inputs)
    facts = [
        (say(title, "column"), words(value))
        for title, value in step.inputs.items()
        if title in looked_at
    ]
    outputs = step.output if isinstance(step.output, dict) else {step.decision: step.output}
    results = [(say(name, "column"), words(value)) for name, value in outputs.items()]
    rules = [rule.index for rule in step.matched]
    late = bool(table and table.hit_policy == "F" and rules and rules[0] > 1)
    return grammar.answer(facts, results, rules, late=late)


def _looked_at(table: DecisionTable, step: Step) -> set[str]:
    """The columns that the rules which held restrict; all where none did."""
    titles = [clause.title for clause in table.inputs]
    if not step.matched:
        return set(titles)
    rules = [table.rules[matched.index - 1] for matched in step.matched]
    return {
        title
        for rule in rules
        for title, cell in zip(titles, rule.inputs, strict=False)
        if cell not in ("", "-")
    }
