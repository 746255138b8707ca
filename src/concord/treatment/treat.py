"""Decide: from the inputs and the policy to the treatment. A pure function, so that it replays.

Two steps, between which the caller looks up whom to name: `judge` asks the policy, `compose`
puts the answer into words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _

from concord.dmn.model import Model
from concord.dmn.result import MatchedRule, Result
from concord.facts.own import Catalogue, all_facts
from concord.kernel.errors import Problem
from concord.kernel.words import Words
from concord.treatment import own_words, requests, sentences
from concord.treatment.inputs import Inputs, KnownFact
from concord.treatment.own_words import OUTPUTS
from concord.treatment.policy_facts import is_fact, names_of
from concord.treatment.sentences import Message
from concord.treatment.values import Scalar, from_json, scalar, to_json

ACTS: Final = ("go_ahead", "escalate", "not_yet", "pass_on", "decline")
SIDE_NOTE: Final = "side note"
KEPT: Final = 16  # policies of which the shape is remembered
DEBT: Final = ("overdue_undisputed", "oldest_undisputed_overdue_days")
OFFICER: Final = "officer"  # who answers where no department does
Found = dict[str, Result]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the policy says: the request's rule and those it rests on, in the order of deciding.

    `deciding` are the inputs (FEEL names) that the rules looked at; only these are a reason.
    `results` is what the rule gives in columns of the company's own, `own` the words of which it
    speaks that are the company's own.
    """

    act: str
    to: str
    priority: int | None
    benefits: tuple[str, ...]
    say: str
    urgency: str
    rules: tuple[str, ...]
    deciding: tuple[str, ...]
    standing: str
    value: str
    disputed: bool
    results: Mapping[str, Scalar] = field(default_factory=dict, hash=False)
    own: Mapping[str, Words] = field(default_factory=dict, hash=False, compare=False)

    @property
    def asks(self) -> str:
        """The field that is missing, or nothing."""
        return self.say if self.act == "ask" else ""

    def differs(self, other: Judgement) -> bool:
        """Whether a customer would notice."""
        return self._noticed != other._noticed

    @property
    def _noticed(self) -> tuple[Any, ...]:
        said = (self.act, self.to, self.priority, self.benefits, self.say, self.urgency)
        told = {name: each for name, each in self.results.items() if each is not None}
        return (*said, told)  # nothing is not told: an empty column is no other answer


# Who is stored and not used is treated by nobody's rule: the customer officer speaks with them.
RESTRICTED: Final = Judgement(
    act="pass_on",
    to=OFFICER,
    priority=None,
    benefits=(),
    say="restricted",
    urgency="within two days",
    rules=("rights.restriction",),
    deciding=(),
    standing="",
    value="",
    disputed=False,
)

SILENT: Final = "promise.silent"  # stands for the rule where no rule decides
# What is told of a case that no rule decides, or several do: nothing is broken by it.
QUIET: Final = frozenset(
    {"table.unique", "table.any", "input.unknown", "input.missing", "input.allowed"}
)


@dataclass(frozen=True, slots=True)
class Treatment:
    """The answer as it is logged. `state` is `answered` or `asks`; words are in all languages.

    While it asks, there is nothing to say to the customer: the question is the staff's.

    `messages` are what `say`, the question and the notes say, whatever the language.
    """

    state: str
    act: str
    to: str
    person: int | None
    person_name: str
    priority: int | None
    urgency: str
    benefits: tuple[str, ...]
    say: Words
    question: str
    standing: str
    value: str
    rules: tuple[str, ...]
    deciding: tuple[str, ...]
    notes: tuple[Words, ...]
    messages: tuple[Message, ...]
    results: Mapping[str, Scalar] = field(default_factory=dict, hash=False)

    def asks(self) -> Words:
        """The question in words, as it was asked."""
        for each in self.messages:
            if isinstance(own := each.args.get("asks"), Mapping):
                return own
        return requests.QUESTIONS.get(self.question, {"en": self.question})

    def dump(self) -> dict[str, Any]:
        """As JSON; equal treatments give equal JSON."""
        results = {key: to_json(value) for key, value in self.results.items()}
        return {
            "state": self.state,
            "act": self.act,
            "to": self.to,
            "person": self.person,
            "person_name": self.person_name,
            "priority": self.priority,
            "urgency": self.urgency,
            "benefits": list(self.benefits),
            "say": dict(self.say),
            "question": self.question,
            "standing": self.standing,
            "value": self.value,
            "rules": list(self.rules),
            "deciding": list(self.deciding),
            "notes": [dict(note) for note in self.notes],
            "messages": [each.dump() for each in self.messages],
            **({"results": results} if results else {}),
        }


def load(said: Mapping[str, Any]) -> Treatment:
    """The treatment that was dumped."""
    lists = {key: tuple(said[key]) for key in ("benefits", "rules", "deciding", "notes")}
    messages = tuple(Message(*each) for each in said.get("messages", ()))
    results = {key: from_json(value) for key, value in said.get("results", {}).items()}
    return Treatment(**{**said, **lists, "messages": messages, "results": results})


def judge(model: Model, inputs: Inputs, found: Found | None = None) -> Judgement:
    """What the policy says. Where no rule decides, or rules contradict each other (the sponsor
    accepted it in writing), the request's own department does, and the answer says so. Raises
    `Problem` where a cell is broken.

    `found` keeps what rests on the facts alone (standing, value, the side note) for the other
    requests of the same customer, model, facts and day; start with an empty one.
    """
    given, clock = inputs.for_policy(), inputs.clock()
    if inputs.restricted:
        return RESTRICTED
    if found is None or not inputs.facts.keys().isdisjoint(inputs.fields):
        found = {}
    decision = decision_for(model, inputs.table)
    below = [_once(model, name, given, clock, found) for name in uppermost(model)[decision]]
    for each in below:
        given |= each.decisions
    result = model.evaluate(decision, given, clock)
    said = result.value
    if not isinstance(said, dict) or said.get("act") is None:
        return _silent(model, inputs, decision, [result, *below])
    matched = {rule.decision: rule for each in (*below, result) for rule in each.matched}
    reasons = _reasons(model, matched, decision)
    note = _once(model, SIDE_NOTE, given, clock, found)
    benefits = tuple(said["benefits"] or ())
    return Judgement(
        act=str(said["act"]).replace(" ", "_"),
        to=str(said["to"] or ""),
        priority=None if said["priority"] is None else int(said["priority"]),
        benefits=benefits,
        say=str(said["say"]),
        urgency=str(said["urgency"]),
        rules=tuple(reasons.rules),
        deciding=tuple(reasons.inputs),
        standing=str(result.decisions.get("standing", "")),
        value=str(result.decisions.get("value", "")),
        disputed=note.value == "dispute",
        results={name: scalar(value) for name, value in said.items() if name not in OUTPUTS},
        own=own_words.of(model).spoken(str(said["say"]), benefits),
    )


def _once(
    model: Model, decision: str, given: Mapping[str, Any], clock: datetime, found: Found
) -> Result:
    if decision not in resting_on_facts(model):
        return model.evaluate(decision, given, clock)
    if decision not in found:
        facts = {name: given[name] for name in names_of(model) if name in given}
        found[decision] = model.evaluate(decision, facts, clock)
    return found[decision]


def resting_on_facts(model: Model) -> frozenset[str]:
    """The decisions that rest on the policy's facts alone, however many tables lie between."""
    return _resting_on_facts(all_facts(), model)


@lru_cache(maxsize=KEPT)
def _resting_on_facts(_facts: Catalogue, model: Model) -> frozenset[str]:
    requires = needs(model)

    def alone(name: str) -> bool:
        if name not in requires:
            return is_fact(name)
        return all(alone(each) for each in requires[name])

    return frozenset(name for name in requires if alone(name))


def uppermost(model: Model) -> dict[str, tuple[str, ...]]:
    """Of each decision, the uppermost ones that it needs and that rest on facts alone."""
    return _uppermost(all_facts(), model)


@lru_cache(maxsize=KEPT)
def _uppermost(_facts: Catalogue, model: Model) -> dict[str, tuple[str, ...]]:
    requires, on_facts = needs(model), resting_on_facts(model)

    def look(name: str, into: dict[str, None]) -> dict[str, None]:
        for each in requires.get(name, ()):
            if each in on_facts:
                into[each] = None
            else:
                look(each, into)
        return into

    return {name: tuple(look(name, {})) for name in requires}


def needs(model: Model) -> dict[str, list[str]]:
    """What each decision needs, by name; a reference into an import stays as it is written."""
    names = {f"#{each.id}": each.name for each in model.inputs}
    names |= {f"#{each.id}": each.name for each in model.decisions}
    return {d.name: [names.get(each, each) for each in d.requires] for d in model.decisions}


def compose(inputs: Inputs, judged: Judgement) -> Treatment:
    """The treatment in words; a missing field makes it one question."""
    question = judged.asks or _asked(inputs)
    to = judged.to or inputs.department
    person = inputs.people.get(to)
    said = () if question else _said(inputs, judged, to)
    notes = (_message(inputs, "dispute", "dispute"),) if judged.disputed else ()
    return Treatment(
        state="asks" if question else "answered",
        act="" if question else judged.act,
        to="" if question else to,
        person=None if question or not person else person.id,
        person_name="" if question or not person else person.name,
        priority=None if question else judged.priority,
        urgency="" if question else judged.urgency,
        benefits=() if question else judged.benefits,
        say={} if question else sentences.join([each.words() for each in said]),
        question=question,
        standing=judged.standing,
        value=judged.value,
        rules=judged.rules,
        deciding=judged.deciding,
        notes=tuple(each.words() for each in notes),
        messages=(*((_question(inputs, question),) if question else said), *notes),
        results={} if question else judged.results,
    )


def _asked(inputs: Inputs) -> str:
    """The field without which nobody can say, though the rules asked for none."""
    if inputs.asks_unit:
        return "unit"
    return "amount" if inputs.asks_amount else ""


def _said(inputs: Inputs, judged: Judgement, to: str) -> tuple[Message, ...]:
    """What the customer is told, sentence by sentence."""
    template = judged.own.get(judged.say) or sentences.SENTENCES.get(judged.say)
    if template is None:
        raise Problem(
            _("The policy says “%(say)s”, which is no sentence of ours.") % {"say": judged.say},
            place=judged.rules[-1],
            mend=_("Known sentences: %(names)s.") % {"names": ", ".join(sentences.SENTENCES)},
        )
    parts = [_message(inputs, judged.say, to, when=judged.urgency, **_own(judged, judged.say))]
    if judged.priority == 1 and judged.act == "go_ahead" and sentences.waits(template):
        parts.append(Message("first"))
    granted = (f"benefit: {each}" for each in judged.benefits)
    parts += [Message(key, _own(judged, key)) for key in granted]
    if judged.standing == "watch" and inputs.invoice and not judged.disputed:
        due = inputs.invoice.due.isoformat()
        parts.append(Message("reminder", {"invoice": inputs.invoice.number, "due": due}))
    return tuple(parts)


def _own(judged: Judgement, key: str) -> dict[str, Words]:
    """A sentence that is the company's own is kept with the answer as it was."""
    return {"own": judged.own[key]} if key in judged.own else {}


def _message(inputs: Inputs, key: str, department: str, **args: str | Words) -> Message:
    """A sentence that may name the department that answers and, where one is known, a person."""
    called = inputs.departments.get(department) or {"en": department}
    person = inputs.people.get(department)
    return Message(key, {"department": called, "name": person.name if person else "", **args})


def _question(inputs: Inputs, field: str) -> Message:
    """A field that is missing; the words of a company's own question are its own."""
    own = {} if field in requests.QUESTIONS else {"asks": _asks(inputs, field)}
    return Message("question", {"field": field, **own})


def _asks(inputs: Inputs, field: str) -> Words:
    return requests.QUESTIONS.get(field) or inputs.questions.get(field) or {"en": field}


def facts_told(inputs: Inputs, treatment: Treatment) -> tuple[KnownFact, ...]:
    """The facts that the answer names: those that decided, and of whom the policy holds or watches
    what is overdue, though another fact decided alone.

    Whoever has to say "not yet" wants to know how much it is about; a hold does not say it.
    """
    decided = facts_that_decided(inputs, treatment.deciding)
    if not decided or treatment.standing not in {"on hold", "watch"}:
        return decided
    known = {fact.key for fact in decided}
    debts = (inputs.facts.get(key) for key in DEBT if key not in known)
    return (*decided, *(fact for fact in debts if fact and fact.value))


def facts_that_decided(inputs: Inputs, deciding: Iterable[str]) -> tuple[KnownFact, ...]:
    """The facts among the inputs (FEEL names) that the rules looked at."""
    keys = {name.replace(" ", "_") for name in deciding}
    return tuple(fact for key, fact in inputs.facts.items() if key in keys)


def decision_for(model: Model, table: str) -> str:
    names = {decision.id: decision.name for decision in model.decisions}
    name = names.get(table) or names.get(requests.ANY_OTHER)
    if name is None:
        raise Problem(
            _("The policy has no table “%(table)s”, nor one for any other request.")
            % {"table": table},
            mend=_("The sponsor adds it to the policy."),
        )
    return name


def _silent(model: Model, inputs: Inputs, decision: str, results: Sequence[Result]) -> Judgement:
    """Our promise says nothing of this case: the request's own department decides, else the
    customer officer. Raises `Problem` where it is silent because something is broken."""
    if any(problem.code not in QUIET for each in results for problem in each.problems):
        raise _nobody_decided(inputs, results)
    decisions = {**inputs.for_policy(), **results[0].decisions}
    columns = [column.expression for column in model.tables[decision].inputs]
    return Judgement(
        act="pass_on",
        to=inputs.department or OFFICER,
        priority=None,
        benefits=(),
        say="silent",
        urgency="today",
        rules=(SILENT,),
        deciding=tuple(name for name in columns if name.replace(" ", "_") in inputs.facts),
        standing=str(decisions.get("standing") or ""),
        value=str(decisions.get("value") or ""),
        disputed=False,
    )


def _nobody_decided(inputs: Inputs, results: Iterable[Result]) -> Problem:
    told = [problem for each in results for problem in each.problems]
    said = "; ".join(each.message for each in told if each.code != "input.unknown")
    return Problem(
        _("Nobody has decided this: the policy has no rule for “%(request)s” here. %(why)s")
        % {"request": inputs.request, "why": said},
        place=f"policy {inputs.policy}",
        mend=_("Tell the sponsor: the policy needs a rule for it."),
        code="nobody-decided",
    )


@dataclass(frozen=True, slots=True)
class _Reasons:
    rules: list[str]
    inputs: list[str]


def rests_on(model: Model, matched: Mapping[str, MatchedRule], decision: str) -> tuple[str, ...]:
    """The inputs (FEEL names) that a decision's rules looked at, where these rules held."""
    return tuple(_reasons(model, matched, decision).inputs)


def _reasons(model: Model, matched: Mapping[str, MatchedRule], decision: str) -> _Reasons:
    """The rules that decided, the request's own first, and the inputs that they looked at.

    What the request's rule does not look at is no reason, though it was evaluated. In a first-rule
    table the rules above the one that held were looked at too.
    """
    rules: dict[str, None] = {}
    found: dict[str, None] = {}
    inputs = {each.name for each in model.inputs}
    references = {f"#{each.id}": each.name for each in model.inputs}
    references |= {f"#{each.id}": each.name for each in model.decisions}

    def look(name: str) -> None:
        if name in inputs:
            found[name] = None
        elif name in matched:
            rules[matched[name].rule_id] = None
            for column in looked_at(model, matched[name]):
                look(column)
        else:
            for reference in model.decision(name).requires:
                look(references[reference])

    look(decision)
    return _Reasons(list(rules), list(found))


def looked_at(model: Model, rule: MatchedRule) -> list[str]:
    """The columns (FEEL) that the rule looked at; in a first-rule table those above it, too."""
    table = model.tables[rule.decision]
    rules = table.rules[: rule.index] if table.hit_policy == "F" else (table.rules[rule.index - 1],)
    return [
        column.expression
        for position, column in enumerate(table.inputs)
        if any(each.inputs[position].strip() not in ("", "-") for each in rules)
    ]
