"""What is said of what people write: the mend stands in it, and the caret under the slip."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.dmn.drawn import decision, drawing, literal, one_table, table

from concord import dmn
from concord.dmn.__main__ import main
from concord.dmn.feel.names import Names
from concord.dmn.feel.unary import holds

INCOME = ["Annual Income", "Payment", "Monthly Payment"]


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("a == 3", "write '=' instead of '=='", "=="),
        ("a <> 3", "write '!=' instead of '<>'", "<>"),
        ("a > 1 && b", "'&' has no meaning here; write 'and'", "&"),
        ("a > 1 | b", "'|' has no meaning here; write 'or'", "|"),
        ("a ≥ 1", "'≥' has no meaning here; write '>='", "≥"),
        ("'a'", "''' has no meaning here; write a string in double quotes", "'"),
        ("a # b", "'#' has no meaning here", "#"),
        (
            "Payment * 12 / Anual Income",
            "'Anual Income' is not known; did you mean 'Annual Income'?",
            "Anual Income",
        ),
        (
            "(Annual Incme + 1)",
            "'Annual Incme' is not known; did you mean 'Annual Income'?",
            "Annual Incme",
        ),
        (
            "if Monthly Paiment then 1 else 2",
            "'Monthly Paiment' is not known; did you mean 'Monthly Payment'?",
            "Monthly Paiment",
        ),
        ("Tax Rate + 1", "'Rate' was not expected here: 'Tax Rate' is no known name", "Rate"),
        ("Payment then", "'then' was not expected here", "then"),
    ],
)
def test_a_slip_is_told_with_its_mend(text: str, message: str, marked: str) -> None:
    with pytest.raises(dmn.FeelSyntaxError) as refused:
        dmn.parse(text, INCOME)
    (problem,) = refused.value.problems
    assert problem.message == message
    assert text[problem.place.start : problem.place.end] == marked


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("> 3 and < 5", "tests are not joined by 'and': write a range, (3..5), or ? > 3 and ? < 5"),
        ("1 and > 2", "tests are not joined by 'and': write a range, (3..5), or ? > 3 and ? < 5"),
        ("< 3 or > 5", "tests are not joined by 'or': write a comma, < 3, > 5"),
    ],
)
def test_joined_tests_are_told_with_their_mend(cell: str, message: str) -> None:
    with pytest.raises(dmn.FeelSyntaxError) as refused:
        dmn.parse_unary(cell)
    assert refused.value.problems[0].message == message


def test_conditions_may_be_joined_in_a_cell() -> None:
    assert dmn.parse_unary("? > 3 and ? < 5 or ? = 9").matches(4)


ZONED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("a < b", "type", "a date and time with a zone and one without cannot be compared"),
        ('a < "x"', "type", "date and time and string cannot be compared"),
        ('date("2026-02-30")', "domain", "there is no date '2026-02-30'"),
        ('date("30.2.2026")', "domain", "'30.2.2026' is no date, which is written 2026-11-21"),
        ('time("25:00:00")', "domain", "there is no time '25:00:00'"),
        (
            'duration("14D")',
            "domain",
            "'14D' is no duration, which is written P1DT2H or P1Y2M",
        ),
        ('@"2026-02-30"', "domain", '"2026-02-30" is no date, time or duration that there is'),
    ],
)
def test_null_says_why(text: str, code: str, message: str) -> None:
    scope = {"a": ZONED.replace(tzinfo=None), "b": ZONED}
    evaluated = dmn.parse(text, scope).evaluate_full(scope)
    assert evaluated.value is None
    assert [(each.code, each.message) for each in evaluated.problems] == [(code, message)]


# In a model -------------------------------------------------------------------------------------


def problems(model: dmn.Model) -> list[str]:
    return [each.message for each in model.problems]


@pytest.mark.parametrize("logic", ["Payment Rate * 2", "(Payment Rate) * 2", "Payment Rate"])
def test_what_is_not_required_is_told_with_its_mend(logic: str) -> None:
    model = dmn.load(
        drawing(
            {},
            decision("Payment Rate", literal("7")),
            decision("d", literal(logic)),
        )
    )
    told = "is not known here: it is a decision that is not required; draw the requirement"
    assert problems(model) == [f"'Payment Rate' {told}"]
    assert model.evaluate("d", {}).value is None


def test_a_cell_that_speaks_of_what_is_not_required() -> None:
    logic = table({"x": ""}, [["> Payment Rate", '"a"']])
    model = dmn.load(
        drawing({"x": "number", "Payment Rate": "number"}, decision("d", logic, ["input x"]))
    )
    told = "is not known here: it is an input that is not required; draw the requirement"
    assert problems(model) == [f"'Payment Rate' {told}"]
    assert [each.code for each in model.evaluate("d", {"x": 1}).problems] == ["name.unknown"]


def test_a_name_that_is_drawn_nowhere() -> None:
    model = dmn.load(drawing({}, decision("d", literal("season"))))
    assert problems(model) == [
        "'season' is not known; what is given is drawn as input data, and required"
    ]
    result = model.evaluate("d", {"season": 1})
    assert [each.message for each in result.problems] == [
        "'season' is not known here: it was given, but the decision does not require it",
        "'season' was given, but nothing is called so",
    ]


def test_a_column_that_asks_for_what_is_drawn_nowhere() -> None:
    """As dmn-js saves a table without input data."""
    model = dmn.load(drawing({}, decision("Dish", table({"guest count": ""}, [["> 8", '"Stew"']]))))
    assert problems(model) == [
        "'count' was not expected here: 'guest count' is no known name; "
        "what is given is drawn as input data, and required"
    ]


@pytest.mark.parametrize("name", ["50% rate", "1st", "in", "größe (cm)"])
def test_a_name_that_cannot_be_read(name: str) -> None:
    model = one_table({name: "number"}, [["> 3", '"x"'], ["-", '"y"']], policy="FIRST")
    told = problems(model)[0]
    assert f"'{name}' cannot be read as a name: a name begins with a letter" in told
    result = model.evaluate("answer", {name: 5})
    assert result.problems[0].code.partition(".")[0] in ("name", "syntax")
    assert result.matched[0].index == 2


def test_names_that_only_look_the_same() -> None:
    (problem,) = dmn.parse("caf\u00e9").check({"cafe\u0301": "number"})
    assert problem.message == (
        "'caf\u00e9' is not known; 'cafe\u0301' looks the same, "
        "but is made of other characters (Unicode NFC, NFD)"
    )


def test_an_unknown_type_names_where_it_stands() -> None:
    item = '<itemDefinition name="t"><typeRef>numbr</typeRef></itemDefinition>'
    logic = table({"x": ""}, [["-", "1"]]).replace('name="result"', 'name="result" typeRef="strng"')
    logic = logic.replace("<inputExpression>", '<inputExpression typeRef="nuber">')
    box = literal("1").replace("<literalExpression>", '<literalExpression typeRef="dat">')
    model = dmn.load(
        drawing(
            {"x": "nmber"},
            decision("d", logic, ["input x"]),
            decision("e", box, of="tim"),
            types=item,
        )
    )
    assert [str(each) for each in model.problems if each.code == "type.unknown"] == [
        "type 't': the type 'numbr' is not defined; did you mean 'number'?",
        "input 'x': the type 'nmber' is not defined; did you mean 'number'?",
        "decision 'e': the type 'tim' is not defined; did you mean 'time'?",
        "decision 'd', column 'x': the type 'nuber' is not defined; did you mean 'number'?",
        "decision 'd', column 'result': the type 'strng' is not defined; did you mean 'string'?",
        "decision 'e': the type 'dat' is not defined; did you mean 'date'?",
    ]


# Costs ------------------------------------------------------------------------------------------


def test_what_may_be_meant_is_looked_for_in_the_first_problems_only() -> None:
    logic = table({"Annual Income": ""}, [["Anual Income", "1"]] * 60)
    needs = ["input Annual Income"]
    model = dmn.load(drawing({"Annual Income": "number"}, decision("d", logic, needs)))
    told = problems(model)
    assert told[0] == "'Anual Income' is not known; did you mean 'Annual Income'?"
    assert told[-1] == "'Income' was not expected here"


def test_a_text_that_does_not_parse_with_all_names_either() -> None:
    model = dmn.load(drawing({}, decision("d", literal("1 +"))))
    assert problems(model) == ["something is missing at the end"]


def test_a_long_message_is_cut() -> None:
    assert dmn.Problem("x", "a" * 5_000).message == "a" * 1_000 + "…"


def test_names_may_be_given_as_they_were_made() -> None:
    assert dmn.parse("full name", Names(["full name"])).evaluate({"full name": 1}) == 1


def test_a_list_of_tests_holds_without_a_budget() -> None:
    assert [holds(value, [1, 3]) for value in (3, 2)] == [True, False]


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nowhere.dmn"]) == 2
    assert capsys.readouterr().err == "nowhere.dmn: No such file or directory\n"
