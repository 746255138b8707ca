"""What is found in a table without running it."""

from __future__ import annotations

import pytest
from tests.dmn.drawn import decision, drawing, literal, one_table, table

from concord import dmn


def findings(model: dmn.Model) -> list[tuple[str, tuple[int, ...], tuple[tuple[str, str], ...]]]:
    return [(each.code, each.rules, each.conditions) for each in model.check()]


def test_whole_table_has_no_finding() -> None:
    rules = [['"a"', "< 5", "1"], ['"a"', ">= 5, null", "2"], ['not("a")', "-", "3"]]
    assert one_table({"s": "string", "n": "number"}, rules).check() == []


def test_gap_is_told_in_the_words_of_the_table() -> None:
    rules = [['"a"', "< 5, null", "1"], ['not("a")', "-", "3"]]
    model = one_table({"s": "string", "n": "number"}, rules)
    (problem,) = model.check()
    assert problem.code == "table.gap"
    assert problem.message == 'no rule for: s is "a" and n is >= 5'
    assert problem.conditions == (("s", '"a"'), ("n", ">= 5"))


def test_neighbouring_gaps_are_one() -> None:
    model = one_table({"n": "number"}, [["< 0, null", "1"], ["> 10", "2"], ["[2..3]", "3"]])
    assert findings(model) == [("table.gap", (), (("n", "[0..2), (3..10]"),))]


def test_gap_only_at_null_is_a_warning() -> None:
    (problem,) = one_table({"n": "number"}, [["< 0", "1"], [">= 0", "2"]]).check()
    assert (problem.code, problem.severity) == ("table.gap-null", "warning")
    assert problem.message == "no rule for: n is not given"


def test_dates_have_no_gap_between_two_days() -> None:
    rules = [['<= @"2026-01-01"', "1"], ['>= @"2026-01-02", null', "2"]]
    assert one_table({"d": "date"}, rules).check() == []


def test_conflict_of_unique_rules() -> None:
    rules = [["< 5, null", "1"], [">= 3", "2"]]
    assert findings(one_table({"n": "number"}, rules)) == [
        ("table.conflict", (1, 2), (("n", "[3..5)"),))
    ]


def test_any_may_overlap_where_results_agree() -> None:
    rules = [["< 5, null", "1"], [">= 3", "1"], ["> 7", "2"]]
    assert findings(one_table({"n": "number"}, rules, policy="ANY")) == [
        ("table.conflict", (2, 3), (("n", "> 7"),)),
        ("rule.merge", (1, 2), ()),
    ]


def test_rule_masked_by_another_and_by_two_together() -> None:
    rules = [["< 5, null", "1"], ["< 3", "2"], [">= 5", "3"], ["[4..6]", "1"]]
    model = one_table({"n": "number"}, rules, policy="FIRST")
    messages = [problem.message for problem in model.check()]
    assert messages == [
        "rule 2 never applies: rule 1 covers all of it with another result",
        "rule 4 never applies: rules 1 and 3 cover all of it with another result",
    ]


def test_masked_by_priority() -> None:
    rules = [["< 5", '"low"'], ["-", '"high"']]
    model = one_table(
        {"n": "number"}, rules, policy="PRIORITY", allowed={"result": '"high", "low"'}
    )
    assert [(code, rules) for code, rules, _ in findings(model)] == [
        ("rule.masked", (1, 2)),
        ("output.unused", ()),
    ]


def test_outputs_outside_and_unused() -> None:
    model = one_table({"n": "number"}, [["-", '"c"']], allowed={"result": '"a", "c"'})
    assert [problem.message for problem in model.check()] == ['no rule gives "a"']
    model = one_table({"n": "number"}, [["-", '"x"']], allowed={"result": '"x1"'})
    assert [problem.code for problem in model.check()] == ["output.allowed", "output.unused"]


def test_a_cell_that_nothing_can_meet() -> None:
    rules = [['"a", "b", null', "1"], ['"c"', "2"]]
    model = one_table({"s": "string"}, rules, allowed={"s": '"a", "b"'})
    assert [(code, rules) for code, rules, _ in findings(model)] == [("rule.dead", (2,))]


def test_syntax_and_unknown_names() -> None:
    model = one_table({"n": "number"}, [["> m", "1"], ["((", "2"]], policy="COLLECT")
    found = {(each.code, each.place.rule, each.place.column) for each in model.compiled.problems}
    assert found == {("name.unknown", "1", "n"), ("syntax.end", "2", "n")}


def test_what_cannot_arrive_is_no_gap() -> None:
    first = table({"n": "number"}, [["< 5, null", '"low"'], [">= 5", '"high"']])
    second = table({"level": "string"}, [['"low"', "1"], ['"high"', "2"]])
    drawn = (
        decision("level", first, ["input n"], "string"),
        decision("answer", second, ["level"], "number"),
    )
    assert dmn.load(drawing({"n": "number"}, *drawn)).check() == []
    text = 'if n > 5 then "high" else "low"'
    chosen = decision("level", literal(text), ["input n"], "string")
    assert dmn.load(drawing({"n": "number"}, chosen, drawn[1])).check() == []
    computed = decision("level", literal("string(n)"), ["input n"], "string")
    model = dmn.load(drawing({"n": "number"}, computed, drawn[1]))
    assert [problem.code for problem in model.check()] == ["table.gap"]
    assert model.check()[0].message == (
        'no rule for: level is other than "low", "high", or not given'
    )


def test_default_outputs_close_gaps() -> None:
    model = one_table({"n": "number"}, [["< 5", "1"]], defaults={"result": "0"})
    assert model.check() == []


def test_a_computed_cell_is_told() -> None:
    model = one_table({"n": "number", "m": "number"}, [["> m", "-", "1"], ["<= 0", "-", "2"]])
    codes = {problem.code: problem.severity for problem in model.check()}
    assert codes["check.computed"] == "hint"
    assert codes["table.gap"] == "warning"


def test_a_policy_of_a_hundred_rules_is_judged_whole() -> None:
    rules = [
        [f'"{a}"', f"[{b}..{b + 1})", "-", "-", "true" if c else "false, null", f"{a}{b}{c}"]
        for a in "12345"
        for b in range(10)
        for c in (0, 1)
    ]
    inputs = {"s": "string", "n": "number", "x": "number", "y": "string", "t": "boolean"}
    model = one_table(inputs, rules, allowed={"s": '"1", "2", "3", "4", "5"'})
    assert len(rules) == 100
    assert findings(model) == [
        ("table.gap", (), (("s", "not(null)"), ("n", "< 0, >= 10, null"))),
        ("table.gap-null", (), (("s", "null"),)),
    ]


def test_a_search_that_was_bounded_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("concord.dmn.analysis.sweep.MAX_PIECES", 0)
    rules = [['"a"', "< 5", "1"], ['"b"', "> 7", "2"]]
    model = one_table({"s": "string", "n": "number"}, rules)
    assert "check.bounded" in [problem.code for problem in model.check()]


def test_overlaps_are_the_largest_sets() -> None:
    rules = [["< 5, null", "1"], ["[3..8)", "2"], ["[4..9]", "3"], ["> 9", "4"], ["> 8", "4"]]
    assert findings(one_table({"n": "number"}, rules)) == [
        ("table.conflict", (1, 2, 3), (("n", "[4..5)"),)),
        ("table.conflict", (3, 5), (("n", "(8..9]"),)),
        ("table.overlap", (4, 5), (("n", "> 9"),)),
    ]


def test_any_with_a_rule_that_adds_nothing() -> None:
    rules = [["< 5, null", "1"], [">= 5", "1"], ["[4..6]", "1"]]
    findings = one_table({"n": "number"}, rules, policy="ANY").check()
    finding = findings[0]
    assert [each.code for each in findings] == ["rule.spare", "rule.merge"]
    assert (finding.code, finding.rules) == ("rule.spare", (3, 1, 2))
    assert finding.message == "rule 3 is not needed: rules 1 and 2 cover all of it"


def test_part_of_a_cell_that_nothing_can_meet() -> None:
    rules = [['"a", "c", null', "1"], ['"b"', "2"]]
    model = one_table({"s": "string"}, rules, allowed={"s": '"a", "b"'})
    assert [(each.code, each.rules, each.message) for each in model.check()] == [
        ("cell.dead", (1,), "nothing in 's' can meet \"c\"")
    ]


def test_a_rule_for_what_never_comes_together() -> None:
    first = table({"n": "number"}, [["< 5, null", '"low"'], [">= 5", '"high"']])
    rules = [['"low"', "-", "1"], ['"high"', ">= 3", "2"], ['"high"', "< 3", "3"]]
    second = table({"level": "string", "n": "number"}, rules)
    drawn = (
        decision("level", first, ["input n"], "string"),
        decision("answer", second, ["level", "input n"], "number"),
    )
    assert [each.message for each in dmn.load(drawing({"n": "number"}, *drawn)).check()] == [
        'the rule never applies: level is "high" and n is < 3 cannot be'
    ]


def test_columns_that_rest_on_one_input_by_computing_are_doubted() -> None:
    rules = [["> 5", "> 10", "1"], ["<= 5, null", "-", "2"], ["-", "null", "3"]]
    logic = table({"n": "number", "n * 2": "number"}, rules, policy="FIRST")
    model = dmn.load(drawing({"n": "number"}, decision("answer", logic, ["input n"], "number")))
    (gap,) = model.check()
    assert gap.severity == "warning"
    assert gap.message == (
        "no rule for: n is > 5 and n * 2 is <= 10"
        " (if that can be: these columns rest on the same input)"
    )


DOUBT = " (if that can be: these columns rest on the same input)"


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY"])
def test_rules_that_surely_clash_are_an_error_within_a_set_in_doubt(policy: str) -> None:
    rules = [["> 4", "-", "1"], ["> 2", "> 6", "2"], ["-", "-", "3"], ["> 1", "< 4", "3"]]
    logic = table({"n": "number", "n * 2": "number"}, rules, policy=policy)
    model = dmn.load(drawing({"n": "number"}, decision("answer", logic, ["input n"], "number")))
    differ = "hold, and their results differ, when"
    found = [each for each in model.check() if each.code in ("table.conflict", "table.overlap")]
    assert [(each.severity, each.message) for each in found if 4 not in each.rules] == [
        ("warning", f"rules 1, 2 and 3 all {differ} n is > 4 and n * 2 is > 6{DOUBT}"),
        ("error", f"rules 1 and 3 both {differ} n is > 4"),
    ]
    assert [each.severity for each in found if 4 in each.rules] == ["warning"]


def test_a_rule_that_computes_hides_no_conflict_of_others() -> None:
    rules = [["> 4", "1"], ["> 2", "2"], ["? * ? > n + 30", "3"]]
    found = one_table({"n": "number"}, rules).check()
    assert [(each.severity, each.rules) for each in found if each.code == "table.conflict"] == [
        ("error", (1, 2)),
        ("warning", (1, 2, 3)),
    ]


def test_a_value_that_the_next_table_does_not_allow() -> None:
    first = table({"n": "number"}, [["< 5, null", '"low"'], [">= 5", '"gold"']])
    second = table({"level": "string"}, [['"low"', "1"]], allowed={"level": '"low", "high"'})
    drawn = (
        decision("level", first, ["input n"], "string"),
        decision("answer", second, ["level"], "number"),
    )
    assert [each.message for each in dmn.load(drawing({"n": "number"}, *drawn)).check()] == [
        '"gold" can arrive, but is none of "low", "high"'
    ]


@pytest.mark.parametrize(
    ("policy", "aggregation", "outputs", "codes"),
    [
        ("PRIORITY", "", ["1", "2"], ["table.no-priorities"]),
        ("OUTPUT ORDER", "", ["1", "2"], ["table.no-priorities"]),
        ("UNIQUE", "SUM", ["1", "2"], ["table.aggregate"]),
        ("COLLECT", "SUM", ["1", '"a"'], ["table.aggregate"]),
        ("COLLECT", "MAX", ["1", "true"], ["table.aggregate"]),
        ("COLLECT", "COUNT", ["1", '"a"'], []),
        ("COLLECT", "MIN", ["1", '"a"'], []),
    ],
)
def test_what_a_hit_policy_asks(
    policy: str, aggregation: str, outputs: list[str], codes: list[str]
) -> None:
    rules = [["< 5, null", outputs[0]], [">= 5", outputs[1]]]
    model = one_table({"n": "number"}, rules, policy=policy, aggregation=aggregation)
    assert [problem.code for problem in model.check()] == codes


def test_several_outputs_are_not_aggregated() -> None:
    rules = [["-", "1", "2"]]
    model = one_table(
        {"n": "number"}, rules, policy="COLLECT", aggregation="SUM", outputs=("a", "b")
    )
    assert [problem.message for problem in model.check()] == [
        "SUM of several outputs is not defined"
    ]


def test_an_empty_answer_of_a_collecting_table_is_a_hint() -> None:
    (problem,) = one_table({"n": "number"}, [["> 5, null", "1"]], policy="COLLECT").check()
    assert (problem.code, problem.severity) == ("table.gap", "hint")


def test_rules_that_could_be_one() -> None:
    rules = [["< 5, null", "true", "1"], [">= 5", "true", "1"], ["-", "false, null", "2"]]
    (finding,) = one_table({"n": "number", "t": "boolean"}, rules).check()
    assert finding.message == "rules 1 and 2 could be one rule with - in 'n'"
    ordered = [["[1..2]", '"a"'], ["[2..3]", '"b"'], ["3", '"a"']]
    model = one_table({"n": "number"}, ordered, policy="FIRST")
    assert "rule.merge" not in [each.code for each in model.check()]
    assert [each.rules for each in model.check() if each.code == "rule.masked"] == [(3, 2)]


def test_lists_are_taken_apart() -> None:
    rules = [
        ['list contains(?, "a")', "1"],
        ['not(list contains(?, "a")) and count(?) > 2', "2"],
        ["null", "3"],
    ]
    drawn = decision("answer", table({"tags": "strings"}, rules), ["input tags"])
    strings = (
        '<itemDefinition name="strings" isCollection="true"><typeRef>string</typeRef>'
        "</itemDefinition>"
    )
    model = dmn.load(drawing({"tags": "strings"}, drawn, types=strings))
    (gap,) = model.check()
    assert gap.conditions == (("tags", 'not(list contains(?, "a")) and count(?) <= 2'),)


def test_strings_that_are_ordered_are_evaluated_and_told() -> None:
    model = one_table({"s": "string"}, [['< "m"', "1"], ['>= "m", null', "2"]])
    assert [model.evaluate("answer", {"s": each}).value for each in ("a", "z", None)] == [1, 2, 2]
    assert "check.computed" in [each.code for each in model.check()]


def test_a_default_is_an_answer_like_any_other() -> None:
    rules = [["< 5, null", '"a"'], ["> 9", '"b"']]
    allowed = {"result": '"a", "b", "c", "d"'}
    model = one_table({"n": "number"}, rules, allowed=allowed, defaults={"result": '"c"'})
    assert [each.message for each in model.check()] == ['no rule gives "d"']
    whole = [["< 5, null", '"a"'], [">= 5", '"b"']]
    model = one_table({"n": "number"}, whole, allowed=allowed, defaults={"result": '"x"'})
    assert [(each.code, each.message) for each in model.check()] == [
        ("output.allowed", '"x" is none of "a", "b", "c", "d"'),
        ("output.unused", 'no rule gives "c"'),
        ("output.unused", 'no rule gives "d"'),
    ]


@pytest.mark.parametrize(
    ("aggregation", "severity"),
    [("", "hint"), ("COUNT", "hint"), ("SUM", "error"), ("MIN", "error"), ("MAX", "error")],
)
def test_a_gap_is_a_hint_where_none_is_an_answer(aggregation: str, severity: str) -> None:
    model = one_table(
        {"b": "boolean"}, [["true, null", "1"]], policy="COLLECT", aggregation=aggregation
    )
    assert [(each.code, each.severity) for each in model.check()] == [("table.gap", severity)]


@pytest.mark.parametrize(
    ("aggregation", "results", "outdone"),
    [
        ("MIN", ["1", "2", "3"], [(2, 1)]),
        ("MAX", ["3", "2", "4"], [(2, 1)]),
        ("MAX", ["1", "2", "3"], []),
        ("MIN", ["2", "2", "9"], [(2, 1)]),
        ("MIN", ["null", "2", "9"], [(2, 1)]),
        ("MAX", ['"a"', "2", "1"], []),
        ("MAX", ["3", "n", "1"], []),
    ],
)
def test_a_rule_that_others_outdo(
    aggregation: str, results: list[str], outdone: list[tuple[int, ...]]
) -> None:
    cells = ["< 5, null", "< 3", ">= 5"]
    rules = [[cell, result] for cell, result in zip(cells, results, strict=True)]
    model = one_table({"n": "number"}, rules, policy="COLLECT", aggregation=aggregation)
    assert [each.rules for each in model.check() if each.code == "rule.outdone"] == outdone


def test_results_that_are_computed_may_differ() -> None:
    rules = [["< 5", "n"], ["< 3", "1"], [">= 5, null", "2"]]
    (unique,) = one_table({"n": "number"}, rules).check()
    assert (unique.code, unique.severity) == ("table.conflict", "error")
    assert unique.message == "rules 1 and 2 both hold, and compute their results, when n is < 3"
    (any_,) = one_table({"n": "number"}, rules, policy="ANY").check()
    assert (any_.code, any_.severity) == ("table.conflict", "warning")


def merges(rules: list[list[str]], policy: str, ranked: str = "") -> list[tuple[int, ...]]:
    allowed = {"result": ranked} if ranked else {}
    model = one_table({"n": "number"}, rules, policy=policy, allowed=allowed)
    return [each.rules for each in model.check() if each.code == "rule.merge"]


def test_rules_that_overlap_could_be_one_where_one_counts() -> None:
    rules = [["< 5", "1"], ["[3..8]", "1"], ["> 8, null", "2"]]
    assert merges(rules, "FIRST") == merges(rules, "ANY") == [(1, 2)]
    assert merges(rules, "PRIORITY", "1, 2") == [(1, 2)]
    assert merges(rules, "RULE ORDER") == merges(rules, "UNIQUE") == []


def test_rules_behind_one_that_joins_none_could_be_one() -> None:
    rules = [["-", "1"], ["< 2", "1"], [">= 2", "1"]]
    assert merges(rules, "RULE ORDER") == [(2, 3)]


def test_a_rule_that_never_applies_does_not_keep_others_apart() -> None:
    rules = [["< 5", "1"], ["< 4", "2"], ["[4..8]", "1"], ["> 8, null", "3"]]
    assert merges(rules, "FIRST") == [(1, 3)]


def test_rules_of_one_rank_are_not_swapped() -> None:
    rules = [["< 5", "1"], ["> 6", "2"], ["> 5", "1"]]
    assert merges(rules, "PRIORITY", "9") == []  # 1 and 2 are both not listed: the first one wins
    assert merges(rules, "PRIORITY", "2, 1") == [(1, 3)]
    assert merges(rules, "OUTPUT ORDER", "9") == []


def test_an_answer_that_is_always_contradicted_is_given_to_nobody() -> None:
    rules = [["-", '"a"'], ["< 5", '"b"']]
    unique = one_table({"n": "number"}, rules, allowed={"result": '"a", "b"'})
    assert [each.message for each in unique.check()][1:] == ['no rule gives "b"']
    any_ = one_table({"n": "number"}, rules, policy="ANY", allowed={"result": '"a", "b"'})
    assert [each.message for each in any_.check()][1:] == ['no rule gives "b"']


def test_a_constraint_that_computes_is_told() -> None:
    rules = [["< 5, null", "1"]]
    model = one_table({"n": "number"}, rules, allowed={"n": "modulo(?, 2) = 0"})
    assert {each.code: each.severity for each in model.check()} == {
        "check.computed": "hint",
        "table.gap": "warning",
    }


def test_the_type_of_a_property_says_what_can_arrive() -> None:
    types = (
        '<itemDefinition name="customer"><itemComponent name="segment"><typeRef>string</typeRef>'
        '<allowedValues><text>"a", "b"</text></allowedValues></itemComponent></itemDefinition>'
    )
    logic = table({"customer.segment": ""}, [['"a", null', "1"], ['"b"', "2"]])
    drawn = drawing({"customer": "customer"}, decision("answer", logic, ["input customer"]),
                    types=types)  # fmt: skip
    assert dmn.load(drawn).check() == []


def upstream(outputs: list[str], cells: list[str], policy: str = "FIRST") -> list[dmn.Problem]:
    """What is found in a table over what another one gives, below 5 and from 5 on."""
    first = table({"n": "number"}, [["< 5, null", outputs[0]], [">= 5", outputs[1]]], policy=policy)
    second = table({"level": ""}, [[cell, str(at)] for at, cell in enumerate(cells)])
    drawn = (
        decision("level", first, ["input n"]),
        decision("answer", second, ["level"], "number"),
    )
    return dmn.load(drawing({"n": "number"}, *drawn)).check()


def test_lists_that_a_table_gives_arrive_as_they_are() -> None:
    assert upstream(['"x"', '"y"'], ['list contains(?, "x")', '["y"]'], "RULE ORDER") == []
    assert upstream(['["x", "q"]', "[]"], ['list contains(?, "q")', "count(?) = 0"]) == []
    assert [each.message for each in upstream(['["x"]', "[]"], ['list contains(?, "x")'])] == [
        "no rule for: level is []"
    ]


def test_cells_that_compute_are_asked_about_each_value_that_arrives() -> None:
    assert upstream(['"large"', '"low"'], ['ends with(?, "w")', '? > "l" and string length(?) > 3']
                    ) == []  # fmt: skip
    assert [each.message for each in upstream(["3", "8"], ["odd(?)"])] == [
        "no rule for: level is 8"
    ]


@pytest.mark.parametrize("cell", ["[3..1]", "not([3..1])", "not([3..1), 5)"])
def test_a_range_that_ends_before_it_begins_holds_for_nothing(cell: str) -> None:
    model = one_table({"n": "number"}, [[cell, "1"]], policy="COLLECT")
    assert [model.evaluate("answer", {"n": n}).value for n in (0, 2, 5, None)] == [[]] * 4
    assert "rule.dead" in [each.code for each in model.check()]


def test_numbers_of_34_digits_have_no_number_between_neighbours() -> None:
    low, high = "1234567890123456789012345678901233", "1234567890123456789012345678901234"
    rules = [[f"<= {low}", "1"], [f">= {high}, null", "2"]]
    assert one_table({"n": "number"}, rules).check() == []
    rules = [["<= 0.1", "1"], [">= 0.1000000000000000000000000000000002, null", "2"]]
    (gap,) = one_table({"n": "number"}, rules).check()
    assert gap.conditions == (("n", "(0.1..0.1000000000000000000000000000000002)"),)
    assert holes(
        ["<= 9.999999999999999999999999999999997E40", "> 9.99999999999999999999999999999E40"]
    )


def holes(cells: list[str]) -> list[str]:
    model = one_table({"n": "number"}, [[cell, "1"] for cell in cells])
    return [each.message for each in model.check() if each.code.startswith("table.gap")]
