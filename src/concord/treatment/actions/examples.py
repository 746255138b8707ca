"""Keep an example of the policy in a draft: from a logged answer, or written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers import restrictions
from concord.customers.models import Customer
from concord.customers.normal.text import is_cjk, plain
from concord.customers.queries import current
from concord.customers.rights import mentions
from concord.customers.rights.person import person_of, words_of
from concord.dmn.analysis.words import literal
from concord.dmn.model import Model
from concord.facts.own import all_facts
from concord.kernel import time
from concord.kernel.errors import Problem
from concord.kernel.ids import new_id
from concord.kernel.models import User
from concord.treatment import access, examples, policies, requests, rough
from concord.treatment.actions import drafts
from concord.treatment.examples import Example
from concord.treatment.inputs import ELSEWHERE, Inputs, load
from concord.treatment.models import PolicyDraft
from concord.treatment.values import Scalar

LONGEST: Final = 200


@transaction.atomic
def keep_answer(by: User, draft_id: UUID, answer_id: UUID, name: str) -> Example:
    """What an answer rested on, and what it said, as an example of a draft: the inputs alone, with
    nothing of whom it was; amounts and days are rounded (`rough`): a version is kept for ever.

    Raises `Problem` where the answer asked, or is of a restricted one, where `name` names them, and
    where the answer hangs on an amount so closely that it cannot be rounded.
    """
    access.check_drafter(by)
    entry = access.find_answer(by, answer_id)
    if entry.state != "answered" or restrictions.of_customer(current(entry.customer_id).id):
        raise Problem(
            _("Only an answer that a rule gave can be an example."), place="answer", code="conflict"
        )
    inputs = load(entry.inputs)
    model = policies.by_number(inputs.policy).model
    decision = _decision(model, inputs.table)
    given = _given(model, inputs)

    def said(these: Mapping[str, Any]) -> tuple[Any, list[tuple[str, str]]]:
        result = model.evaluate(decision, these, inputs.clock())
        return result.value, [(each.decision, each.rule_id) for each in result.matched]

    value, _rules = said(given)
    if not isinstance(value, dict):
        raise Problem(_("Our promise said nothing of this case."), place="answer", code="conflict")
    told = rough.roughly(given, _personal(inputs), said)
    if told is None:
        raise Problem(
            _("The amounts of this answer cannot be rounded without another answer."),
            place="answer",
            mend=_("Write the example by hand, with amounts of your own."),
            code="conflict",
        )
    _names_nobody(name, entry.customer_id)
    given = {key: literal(each) for key, each in told.items()}
    expect = {key: literal(each) for key, each in value.items()}
    table = next(each.id for each in model.decisions if each.name == decision)
    return _keep(by, draft_id, name, table, inputs.as_of, given, expect)


@transaction.atomic
def write(
    by: User,
    draft_id: UUID,
    name: str,
    table: str,
    given: Mapping[str, Any],
    expect: Mapping[str, Any],
) -> Example:
    """An example by hand: values of inputs and of the outputs that matter. Raises `Problem` for a
    decision or an input that the draft has not got, and where nothing is expected."""
    access.check_drafter(by)
    model = drafts.model_of(drafts.locked(draft_id))
    inputs = {each.name for each in model.inputs}
    outputs = _outputs(model, table)
    if not expect or not set(expect) <= outputs or not set(given) <= inputs:
        raise Problem(
            _("Say what is given and what is expected."),
            place="expect",
            mend=_("Choose at least what we do."),
        )
    said = {key: literal(each) for key, each in given.items()}
    wanted = {key: literal(each) for key, each in expect.items()}
    return _keep(by, draft_id, name, table, time.today(), said, wanted)


@transaction.atomic
def remove(by: User, draft_id: UUID, example_id: str) -> PolicyDraft:
    """Take an example out of a draft; the edit can be taken back. Nothing happens a second time."""
    access.check_drafter(by)
    draft = drafts.locked(draft_id)
    model = drafts.model_of(draft)
    changed = examples.without(model, example_id)
    if changed is not model:
        drafts.change(by, draft_id, [{"kind": "file", "xml": changed.save().decode()}])
    return draft


def _keep(
    by: User,
    draft_id: UUID,
    name: str,
    table: str,
    day: date,
    given: Mapping[str, str],
    expect: Mapping[str, str],
) -> Example:
    title = " ".join(name.split())
    if not title or len(title) > LONGEST:
        raise Problem(_("An example has a name, of at most 200 characters."), place="name")
    made = Example(f"example-{new_id()}", title, table, day, given, expect)
    model = drafts.model_of(drafts.locked(draft_id))
    for each in examples.of(model):  # a double click
        if (each.name, each.table, each.given, each.expect) == (title, table, given, expect):
            return each
    changed = examples.with_example(model, made)
    drafts.change(by, draft_id, [{"kind": "file", "xml": changed.save().decode()}])
    return made


def _given(model: Model, inputs: Inputs) -> dict[str, Any]:
    """What the policy reads of the inputs and somebody knows; no words that a person typed."""
    typed = {
        field.key.replace("_", " ")
        for field in requests.named(inputs.request).fields
        if field.type == "text" and field.choices is None
    }
    known = {each.name for each in model.inputs} - typed
    said = inputs.for_policy()
    return {key: _plain(value) for key, value in said.items() if key in known and value is not None}


def _personal(inputs: Inputs) -> list[str]:
    """The inputs by which somebody would be known: amounts, and since when they are a customer."""
    money = {each.key for each in requests.named(inputs.request).fields if each.type == "money"}
    known = all_facts()
    for key, fact in inputs.facts.items():
        declared = known.get(ELSEWHERE.get(key, key))
        if declared is None or declared.is_money or isinstance(fact.value, date):
            money.add(key)
    return sorted(key.replace("_", " ") for key in money)


def _names_nobody(name: str, customer_id: UUID) -> None:
    """Raises `Problem` where the name of an example says whom the answer was given of."""
    person = person_of(customer_id)
    words = words_of(person)
    customer = Customer.objects.get(pk=person.id)
    parts = {
        each for each in plain(customer.name).split() if len(each) >= (2 if is_cjk(each) else 5)
    }
    is_named = any(each in plain(name) for each in parts)
    if is_named or mentions.has(name, mentions.parameters(words)):
        raise Problem(
            _("The name of an example says nothing of the customer."),
            place="name",
            mend=_("Say what it is an example of: it is kept for ever, and many read it."),
        )


def _plain(value: Scalar) -> Any:
    return list(value) if isinstance(value, list | tuple) else value


def _decision(model: Model, table: str) -> str:
    names = {each.id: each.name for each in model.decisions}
    return names.get(table) or names[requests.ANY_OTHER]


def _outputs(model: Model, table: str) -> set[str]:
    names = {each.id: each.name for each in model.decisions}
    found = model.tables.get(names.get(table, ""))
    return {each.name for each in found.outputs} if found else set()
