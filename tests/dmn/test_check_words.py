"""Findings and answers as sentences, and the commands that print them."""

from __future__ import annotations

import json
import runpy
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from tests.dmn.drawn import decision, drawing, literal, one_table, table

from concord import dmn
from concord.dmn.__main__ import main
from concord.dmn.analysis import order_of

LANGUAGES = ("en", "ko", "zh-hant")
N = {"n": "number"}
LISTS = (
    '<itemDefinition name="strings" isCollection="true"><typeRef>string</typeRef></itemDefinition>'
)


def sentences(model: dmn.Model, code: str, **ranking: str) -> list[str]:
    """The first finding of the code, in each language."""
    finding = next(each for each in model.check(ranking) if each.code == code)
    return [dmn.finding_sentence(finding, language) for language in LANGUAGES]  # type: ignore[arg-type]


def one(rules: list[list[str]], **more: object) -> dmn.Model:
    return one_table(N, rules, **more)


CASES: list[tuple[str, dmn.Model, dict[str, str], list[str]]] = [
    ("table.gap", one([["> 5, null", "1"]]), {}, [
        "No rule says what to do if n is at most 5.",
        "n이(가) 5 이하이면, 어떻게 할지 정한 규칙이 없습니다.",
        "如果n不超過 5，沒有任何規則說明該怎麼做。",
    ]),
    ("table.gap", one([["[1..2), (3..4], 9", "1"]]), {}, [
        "No rule says what to do if n is under 1, from 2 to 3, over 4 and under 9, over 9"
        " or not known.".replace("over 4 and under 9", "between 4 and 9"),
        "n이(가) 1 미만, 2 이상 3 이하, 4 초과 9 미만 또는 9 초과이거나 확인되지 않으면,"
        " 어떻게 할지 정한 규칙이 없습니다.",
        "如果n低於 1、介於 2 至 3（含）、介於 4 與 9 之間、超過 9 或未知，"
        "沒有任何規則說明該怎麼做。",
    ]),
    ("table.conflict", one([["< 5", "1"], ["< 3", "2"], ["<= 1", "3"]]), {}, [
        "Rules 1, 2 and 3 contradict each other: they all apply if n is at most 1.",
        "규칙 1, 2, 3은 서로 모순됩니다: n이(가) 1 이하이면, 모두 적용됩니다.",
        "規則 1、2、3 互相矛盾：如果n不超過 1，這些規則同時適用。",
    ]),
    ("table.conflict", one([["-", "1"], ["-", "2"]]), {}, [
        "Rules 1 and 2 contradict each other: in every case, the one says that result is 1 and the"
        " other that result is 2.",
        "규칙 1, 2는 서로 모순됩니다: 어떤 경우에도, 한 규칙에서는 result은(는) 1, 다른 규칙에서는"
        " result은(는) 2입니다.",
        "規則 1、2 互相矛盾：不論任何情況，一條說result為1，另一條說result為2。",
    ]),
    ("table.overlap", one([["-", "1"], ["> 7", "1"]]), {}, [
        "Only one rule may apply at a time, but if n is over 7, rules 1 and 2 do; they say the"
        " same.",
        "한 번에 한 규칙만 적용되어야 하지만, n이(가) 7 초과이면, 규칙 1, 2가 함께 적용됩니다."
        " 내용은 같습니다.",
        "一次只能適用一條規則，但如果n超過 7，規則 1、2 會同時適用；內容相同。",
    ]),
    ("rule.masked", one([["-", "1"], ["> 7", "2"]], policy="FIRST"), {}, [
        "Rule 2 never comes into play: rule 1 has always decided before it.",
        "규칙 2는 적용되는 일이 없습니다: 규칙 1이 언제나 먼저 결정합니다.",
        "規則 2 永遠輪不到：規則 1 總是先做出決定。",
    ]),
    ("rule.spare", one([["-", "1"], ["> 7", "1"]], policy="ANY"), {}, [
        "Rule 2 is not needed: whenever it applies, rule 1 says the same.",
        "규칙 2는 필요하지 않습니다: 적용되는 모든 경우에 규칙 1의 내용이 같습니다.",
        "規則 2 是多餘的：凡是它適用的情況，規則 1 的內容都相同。",
    ]),
    ("rule.dead", one([["> 7", "1"], ["-", "2"]], policy="FIRST", allowed={"n": "< 5"}), {}, [
        "Rule 1 never comes into play: it is never the case that n is over 7.",
        "규칙 1은 적용되는 일이 없습니다: n이(가) 7 초과인 경우는 없습니다.",
        "規則 1 永遠輪不到：n超過 7 的情況不會發生。",
    ]),
    ("output.allowed", one([["-", "3"]], allowed={"result": "1, 2"}), {}, [
        "Rule 1 gives an answer that is not on the list: result is 3.",
        "규칙 1이 목록에 없는 답을 줍니다: result은(는) 3.",
        "規則 1 給出清單以外的答案：result為3。",
    ]),
    ("table.inversion", one([["< 5, null", "1"], [">= 5", "2"]]),
     {"n": "higher", "answer": "lower"}, [
        "A better customer would be treated worse: if n is under 5, result is 1; but if n is at"
        " least 5 instead, only result is 2.",
        "더 나은 고객이 더 못한 대우를 받게 됩니다: n이(가) 5 미만이면 result은(는) 1인데,"
        " 오히려 n이(가) 5 이상이면 result은(는) 2에 그칩니다.",
        "較好的客戶反而受到較差的對待：如果n低於 5，則result為1；但如果n至少 5，卻只有result為2。",
    ]),
    ("table.inversion", one_table({"n": "number", "b": "boolean"}, [
        ["< 5", "true", "1"], [">= 5", "true", "2"], ["-", "-", "3"]], policy="FIRST"),
     {"n": "higher", "answer": "lower"}, [
        "A better customer would be treated worse: if n is under 5, result is 1; but if n is at"
        " least 5 instead, only result is 2. This is so where b applies.",
        "더 나은 고객이 더 못한 대우를 받게 됩니다: n이(가) 5 미만이면 result은(는) 1인데,"
        " 오히려 n이(가) 5 이상이면 result은(는) 2에 그칩니다. b에 해당하는 경우에 그렇습니다.",
        "較好的客戶反而受到較差的對待：如果n低於 5，則result為1；但如果n至少 5，卻只有result為2。"
        "這發生在b成立的情況。",
    ]),
    ("table.conflict", one([["< 5", "n"], ["< 3", "1"]]), {}, [
        "Rules 1 and 2 apply together if n is under 3, and their answers are worked out case by"
        " case: they may contradict each other.",
        "n이(가) 3 미만이면, 규칙 1, 2가 함께 적용되는데, 답이 경우마다 계산되므로 서로 모순될 수"
        " 있습니다.",
        "如果n低於 3，規則 1、2 會同時適用，而答案是逐案計算的，可能互相矛盾。",
    ]),
    ("rule.outdone", one([["-", "3"], ["> 7", "2"]], policy="COLLECT", aggregation="MAX"), {}, [
        "Rule 2 makes no difference: whenever it applies, rule 1 applies as well, and that answer"
        " is the one that counts.",
        "규칙 2는 있으나 없으나 같습니다: 적용되는 모든 경우에 규칙 1도 적용되고, 그 답이"
        " 채택됩니다.",
        "規則 2 有沒有都一樣：凡是它適用的情況，規則 1 也適用，而且以後者的答案為準。",
    ]),
    ("rule.outdone", one([["< 5", "3"], [">= 5", "3"], ["not(null)", "2"]], policy="COLLECT",
                         aggregation="MAX"), {}, [
        "Rule 3 makes no difference: whenever it applies, one of the rules 1 and 2 applies as well,"
        " and that answer is the one that counts.",
        "규칙 3은 있으나 없으나 같습니다: 적용되는 모든 경우에 규칙 1, 2 가운데 하나도 적용되고,"
        " 그 답이 채택됩니다.",
        "規則 3 有沒有都一樣：凡是它適用的情況，規則 1、2 其中之一也適用，而且以後者的答案為準。",
    ]),
    ("rule.spare", one([["< 5", "1"], [">= 5", "1"], ["not(null)", "1"]], policy="ANY"), {}, [
        "Rule 3 is not needed: whenever it applies, one of the rules 1 and 2 says the same.",
        "규칙 3은 필요하지 않습니다: 적용되는 모든 경우에 규칙 1, 2 가운데 하나의 내용이 같습니다.",
        "規則 3 是多餘的：凡是它適用的情況，規則 1、2 其中之一的內容都相同。",
    ]),
    ("output.allowed", one([["-", "1"]], allowed={"result": "1"}, defaults={"result": "7"}), {}, [
        "The answer for all other cases is not on the list: result is 7.",
        "그 밖의 모든 경우에 주는 답이 목록에 없습니다: result은(는) 7.",
        "其他所有情況的答案不在清單內：result為7。",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "model", "ranking", "wanted"),
    CASES,
    ids=[f"{each[0]} {at}" for at, each in enumerate(CASES)],
)
def test_findings(code: str, model: dmn.Model, ranking: dict[str, str], wanted: list[str]) -> None:
    assert sentences(model, code, **ranking) == wanted


PHRASES = [
    ("-", ""),
    ("null", "x is not known"),
    ("not(null)", "x is known"),
    ('not("a", null)', "x is known and not a"),
    ('not("a", "b")', "x is not a or b"),
    ("not(true, null)", "x does not apply"),
    ("not([1..2], 5)", "x is not 5 or from 1 to 2"),
    ("true, null", "x applies or is not known"),
    ("? = true", "x applies"),
    ("? != null", "x is known"),
    ("? = null", "x is not known"),
    ('? != "a"', "x is not a"),
    ('? = "a"', "x is a"),
    ("? > 5", "x is over 5"),
    ('list contains(?, "a")', "x includes a"),
    ('? != null and not(list contains(?, "a"))', "x does not include a"),
    ('list contains(?, "a") and count(?) >= 2', "x includes a and has at least 2 entries"),
    ("count(?) > n", "x meets “count(?) > n”"),
    ("((", "x meets “((”"),
    ("(1..2]", "x is over 1 and at most 2"),
    ("not(count(?) > 1)", "x is not one that has more than 1 entry"),
    ("count(?) = 1 and n", "x meets “count(?) = 1 and n”"),
    ('@"P3D"', "x is 3 days"),
    ("1E+40", "x is 1E+40"),
]


@pytest.mark.parametrize(("cell", "wanted"), PHRASES, ids=[each[0] for each in PHRASES])
def test_conditions(cell: str, wanted: str) -> None:
    from concord.dmn.sentences import _named
    from concord.dmn.sentences.english import English

    grammar = English(lambda text, kind: text)
    assert grammar.when(_named((("x", cell),), grammar)) == wanted


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cell", [each[0] for each in PHRASES[1:]])
def test_every_condition_has_words_in_every_language(cell: str, language: str) -> None:
    model = one_table({"x": "Any"}, [[cell, '["a", "b"]']])
    rule = model.tables["answer"].rules[0]
    said = dmn.rule_sentence(model.tables["answer"], rule, language)  # type: ignore[arg-type]
    assert "x" in said
    assert "None" not in said


def test_answers() -> None:
    first = table({"n": "number", "b": "boolean"}, [["< 5", "-", '"low"'], [">= 5", "-", '"high"']])
    second = table({"level": "string"}, [['"low"', "1", '["a"]'], ["-", "2", "[]"]], policy="FIRST",
                   outputs=("act", "gifts"))  # fmt: skip
    model = dmn.load(
        drawing(
            {"n": "number", "b": "boolean"},
            decision("level", first, ["input n", "input b"], "string"),
            decision("answer", second, ["level"]),
        )
    )
    result = model.evaluate("answer", {"n": 3, "b": True})
    assert dmn.answer_sentences(model, result) == [
        "Level is low, because n is 3 (rule 1).",
        "Act is 1, gifts is a, because level is low (rule 1).",
    ]
    assert dmn.answer_sentences(model, result, "ko") == [
        "n이(가) 3이므로 level은(는) low입니다(규칙 1).",
        "level이(가) low이므로 act은(는) 1, gifts은(는) a입니다(규칙 1).",
    ]
    assert dmn.answer_sentences(model, result, "zh-hant") == [
        "因為n為3，所以level為low（規則 1）。",
        "因為level為low，所以act為1，gifts為a（規則 1）。",
    ]
    none = model.evaluate("level", {"n": None, "b": None})
    assert dmn.answer_sentences(model, none) == [
        "Level is nothing, because n is nothing and b is nothing (no rule applies)."
    ]
    every = model.evaluate("answer", {"n": 7})
    assert dmn.answer_sentences(model, every)[1] == (
        "Act is 2, gifts is nothing, because no rule before it applies (rule 2)."
    )
    assert dmn.answer_sentences(model, every, "ko")[1] == (
        "앞의 규칙이 모두 적용되지 않으므로 act은(는) 2, gifts은(는) 없음입니다(규칙 2)."
    )
    assert dmn.answer_sentences(model, every, "zh-hant")[1] == (
        "因為前面的規則都不適用，所以act為2，gifts為無（規則 2）。"
    )


# Commands -------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    old = one([["< 5, null", "1"], ["> 5", "2"]])
    new = one([["< 5, null", "1"], [">= 5", "3"]])
    paths = tmp_path / "old.dmn", tmp_path / "new.dmn"
    for path, model in zip(paths, (old, new), strict=True):
        path.write_bytes(model.save())
    return str(paths[0]), str(paths[1])


def test_check(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", files[0]]) == 1
    assert capsys.readouterr().out == "error: decision 'answer': no rule for: n is 5\n1 finding\n"
    assert main(["check", files[0], "--language", "en"]) == 1
    assert capsys.readouterr().out == (
        "error: answer: No rule says what to do if n is 5.\n1 finding\n"
    )
    assert main(["check", files[1]]) == 0
    assert capsys.readouterr().out == "0 findings\n"


def test_check_as_json(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", files[1], "--json", "--better", "n=higher", "--better", "answer=3 < 1"])
    (row,) = json.loads(capsys.readouterr().out)
    assert row["code"] == "table.inversion"
    assert (row["conditions"], row["better"]) == ({"n": "< 5"}, {"n": ">= 5"})
    assert row["results"] == [{"result": 1}, {"result": 3}]
    assert row["sentence"].startswith("A better customer would be treated worse: if n is under 5")


def test_diff(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *files]) == 1
    assert capsys.readouterr().out == (
        "warning: decision 'answer', rule none → 2: when n is 5: was result null, is result 3\n"
        "warning: decision 'answer', rule 2 → 2: when n is > 5: was result 2, is result 3\n"
        "2 findings\n"
    )
    assert main(["diff", files[0], files[0], "--decision", "answer"]) == 0
    assert capsys.readouterr().out == "0 findings\n"
    assert main(["diff", *files, "--decision", "x"]) == 2
    main(["diff", *files, "--language", "zh-hant"])
    said = capsys.readouterr().out
    assert "警告: answer: 如果n超過 5，以前：result為2；現在：result為3。\n" in said
    assert said.endswith("\n共 2 項\n")
    main(["check", files[0], "--language", "ko"])
    said = capsys.readouterr().out
    assert said.startswith("오류: answer: ")
    assert said.endswith("\n모두 1건\n")


def test_values_as_json() -> None:
    values = ["a", None, True, 1, Decimal("1.5"), ["x"]]
    results = (tuple((str(at), value) for at, value in enumerate(values)),)
    finding = dmn.Finding("x", "y", results=(*results, (("d", dmn.parse('@"P1D"').evaluate()),)))
    context = dmn.Finding("x", "y", results=((("c", {"a": 1}),),))
    assert finding.as_json()["results"][0] == dict(results[0])
    assert finding.as_json()["results"][1] == {"d": '@"P1D"'}
    assert context.as_json()["results"] == [{"c": {"a": 1}}]


# Edges ----------------------------------------------------------------------------------------


def test_a_table_without_columns() -> None:
    assert one_table({}, [["1"]]).check() == []
    assert [each.code for each in one_table({}, [["1"], ["2"]]).check()] == ["table.conflict"]


def test_broken_cells_and_outputs_are_not_judged() -> None:
    model = one(
        [["((", "1"], ["-", "(("], ["< 5", "n"]], policy="PRIORITY", allowed={"result": "1"}
    )
    codes = {each.code for each in model.check()}
    assert "check.computed" in codes
    assert not codes & {"rule.masked", "output.unused"}


def test_a_constraint_that_does_not_parse_or_computes() -> None:
    for allowed in ("((", "> today()"):
        model = one([["-", "1"]], allowed={"n": allowed})
        assert "table.gap" not in [each.code for each in model.check()]


def test_lists_beyond_what_is_tried() -> None:
    for cell in ("count(?) > 100", " and ".join(f'list contains(?, "{c}")' for c in "abcdefg")):
        drawn = decision("answer", table({"x": "strings"}, [[cell, "1"]]), ["input x"])
        model = dmn.load(drawing({"x": "strings"}, drawn, types=LISTS))
        assert "check.computed" in [each.code for each in model.check()]


def test_lists_of_listed_items() -> None:
    types = (
        '<itemDefinition name="tag"><typeRef>string</typeRef><allowedValues><text>"a", "b"</text>'
        '</allowedValues></itemDefinition><itemDefinition name="tags" isCollection="true">'
        "<typeRef>tag</typeRef></itemDefinition>"
    )
    rules = [['list contains(?, "a")', "1"], ['list contains(?, "b")', "1"], ["null, ? = []", "2"]]
    drawn = decision("answer", table({"x": "tags"}, rules, policy="ANY"), ["input x"])
    model = dmn.load(drawing({"x": "tags"}, drawn, types=types))
    assert not [each for each in model.check() if each.code.startswith("table.gap")]


def test_one_output_of_a_table_before() -> None:
    first = table(N, [["< 5, null", '"low"', "1"], [">= 5", '"high"', "2"]], outputs=("l", "p"))
    second = table({"grade.l": "string"}, [['"low"', "1"], ['"high"', "2"]])
    model = dmn.load(
        drawing(N, decision("grade", first, ["input n"]), decision("answer", second, ["grade"]))
    )
    assert model.check() == []


def test_numbers_of_a_table_before_lie_between_bounds() -> None:
    first = table(N, [["< 5, null", "3"], [">= 5", "8"]])
    second = table({"size": "number"}, [["< 5", "1"], ["(7..9)", "2"]])
    drawn = (
        decision("size", first, ["input n"], "number"),
        decision("answer", second, ["size"], "number"),
    )
    assert dmn.load(drawing(N, *drawn)).check() == []


def test_what_grows_too_large_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    first = table(N, [["< 5, null", '"low"'], [">= 5", '"high"']])
    second = table({"level": "string", "n": "number"}, [['"low"', "-", "1"], ['"high"', "-", "2"]])
    drawn = (
        decision("level", first, ["input n"], "string"),
        decision("answer", second, ["level", "input n"], "number"),
    )
    model = dmn.load(drawing(N, *drawn))
    other = model.with_cell("table", "r1", "in1", "< 4, null")
    ranking = {"n": "higher", "answer": "lower", "level": '"low" < "high"'}
    assert [each.code for each in model.check(ranking)].count("table.inversion") == 1
    monkeypatch.setattr("concord.dmn.analysis.diagram.MAX_NODES", 3)
    monkeypatch.setattr("concord.dmn.analysis.diagram.Diagrams._left", 3)
    for fresh in (dmn.load(model.save()),):
        fresh_codes = [each.code for each in fresh.check(ranking)]
        assert "check.bounded" in fresh_codes
    assert "check.bounded" in [each.code for each in other.differences(model)]


def test_more_findings_than_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("concord.dmn.analysis.told.MAX_FINDINGS", 1)
    monkeypatch.setattr(sys.modules["concord.dmn.analysis.inversions"], "MAX_TOLD", 0)
    monkeypatch.setattr("concord.dmn.analysis.difference.MAX_TOLD", 0)
    model = one([["< 5", "1"], ["[5..6]", "2"], ["[5..7)", "3"], ["[4..5)", "4"]], policy="UNIQUE")
    ranking = {"n": "higher", "answer": "lower"}
    bounded = [each.message for each in model.check(ranking) if each.code == "check.bounded"]
    assert bounded == [
        "only the first 1 of 2 of these findings are told",
        "there are more inversions than these",
    ]
    other = one([["-", "1"]])
    (said,) = other.differences(model)
    assert said.message == "more than 0 conditions differ; only the first are told"


def test_a_change_of_what_a_table_rests_on() -> None:
    def drawn(text: str) -> dmn.Model:
        rules = table({"twice": "number"}, [["< 5, null", "1"], [">= 5", "n"]])
        return dmn.load(
            drawing(
                N,
                decision("twice", literal(text), ["input n"], "number"),
                decision("answer", rules, ["twice", "input n"], "number"),
            )
        )

    found = drawn("n * 2").differences(drawn("n + n"), "answer")
    assert [each.message for each in found] == ["it rests on 'twice', which is written differently"]


def test_orders_of_values_in_between() -> None:
    order = order_of("lower")
    assert order.worse(5, 3)
    assert order.worse(3, 5) is False
    assert order_of("last", ["a", "b"]).worse("a", "b")


def test_conditions_of_three_languages_in_all_shapes() -> None:
    shapes = ['not("a", null)', "not([1..2], 5)", 'list contains(?, "a") and count(?) > 2']
    wanted = {
        "ko": ["x이(가) a이(가) 아닌 값이면", "x이(가) 5 또는 1 이상 2 이하가 아니면",
               "x이(가) a 포함 및 2개 초과이면"],
        "zh-hant": ["如果x已知且不是a", "如果x不是為5 或介於 1 至 2（含）的情況",
                    "如果x包含a且超過 2 項"],
    }  # fmt: skip
    for language, said in wanted.items():
        for shape, start in zip(shapes, said, strict=True):
            model = one_table({"x": "Any"}, [[shape, "1"]])
            rule = model.tables["answer"].rules[0]
            sentence = dmn.rule_sentence(model.tables["answer"], rule, language)  # type: ignore[arg-type]
            assert sentence.startswith(start), sentence


TIMES = [
    ('< @"2026-01-31"', "before 2026-01-31", "2026-01-31 전이면", "早於 2026-01-31"),
    ('<= @"2026-01-31"', "on or before 2026-01-31", "2026-01-31 또는 그 이전이면",
     "不晚於 2026-01-31"),
    ('>= @"2026-01-31"', "on or after 2026-01-31", "2026-01-31 또는 그 이후이면",
     "不早於 2026-01-31"),
    ('? > @"2026-01-31"', "after 2026-01-31", "2026-01-31 후이면", "晚於 2026-01-31"),
    ('>= @"09:00:00"', "at or after 09:00:00", "09:00:00 또는 그 이후이면", "不早於 09:00:00"),
    ('[@"2026-01-01"..@"2026-02-01")', "on or after 2026-01-01 and before 2026-02-01",
     "2026-01-01부터 2026-02-01 전까지이면", "不早於 2026-01-01 且早於 2026-02-01"),
    ('(@"09:00:00"..@"17:00:00"]', "after 09:00:00 and at or before 17:00:00",
     "09:00:00 후 17:00:00까지이면", "晚於 09:00:00 且不晚於 17:00:00"),
    ('> @"P1DT2H"', "over 1 day and 2 hours", "1일 2시간 초과이면", "超過 1 天 2 小時"),
    ('<= @"P1Y2M"', "at most 1 year and 2 months", "1년 2개월 이하이면", "不超過 1 年 2 個月"),
    ('@"-PT1M1.5S"', "minus 1 minute and 1.5 seconds", "마이너스 1분 1.5초이면",
     "為負 1 分鐘 1.5 秒"),
    ('@"-P13M"', "minus 1 year and 1 month", "마이너스 1년 1개월이면", "為負 1 年 1 個月"),
    ('@"PT0S", @"P0M"', "0 days or 0 years", "0일 또는 0년이면", "為0 天或0 年"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "en", "ko", "zh"), TIMES, ids=[each[0] for each in TIMES])
def test_days_times_and_durations_are_in_words(cell: str, en: str, ko: str, zh: str) -> None:
    table = one_table({"x": "Any"}, [[cell, "1"]]).tables["answer"]
    said = [dmn.rule_sentence(table, table.rules[0], each) for each in LANGUAGES]  # type: ignore[arg-type]
    assert said == [
        f"If x is {en}, then result is 1.",
        f"x이(가) {ko}, result은(는) 1입니다.",
        f"如果x{zh}，則result為1。",
    ]


def test_an_output_without_a_name_is_called_as_its_table() -> None:
    def unnamed(limit: int) -> dmn.Model:
        text = one([[f"> {limit}", "1"], ["-", "null"]], policy="FIRST").save().decode()
        return dmn.load(text.replace('name="result"', 'name=""').encode())

    old, new = unnamed(3), unnamed(4)
    (found,) = new.differences(old)
    assert found.message == "when n is (3..4]: was answer 1, is answer null"
    assert dmn.finding_sentence(found) == (
        "If n is over 3 and at most 4, before: answer is 1; now: answer is nothing."
    )
    table = new.tables["answer"]
    assert [dmn.rule_sentence(table, rule) for rule in table.rules] == [
        "If n is over 4, then answer is 1.",
        "In every case, answer is nothing.",
    ]
    assert [
        dmn.finding_sentence(found, each, lambda text, _: "" if text == "answer" else text)  # type: ignore[arg-type]
        for each in LANGUAGES
    ] == [
        "If n is over 3 and at most 4, something else is done than before.",
        "n이(가) 3 초과 4 이하이면, 이전과 다르게 처리합니다.",
        "如果n超過 3 且不超過 4，做法與以前不同。",
    ]  # fmt: skip


def test_the_rules_of_an_answer_are_counted() -> None:
    model = one([["-", "1"], ["> 7", "2"], ["> 8", "3"]], policy="COLLECT")
    said = dmn.answer_sentences(model, model.evaluate("answer", {"n": 9}))
    assert said == ["Answer is 1, 2 and 3, because n is 9 (rules 1, 2 and 3)."]


def test_what_is_not_true_may_be_missing() -> None:
    table = one_table({"b": "boolean"}, [["not(true)", "1"], ["not(false)", "1"]]).tables["answer"]
    assert [dmn.rule_sentence(table, rule) for rule in table.rules] == [
        "If b does not apply or is not known, then result is 1.",
        "If b applies or is not known, then result is 1.",
    ]


def test_a_problem_of_another_kind_is_told_by_its_message() -> None:
    (problem, *_) = one([["((", "1"]]).check()
    assert dmn.finding_sentence(problem, "ko") == problem.message


def test_a_boolean_no_and_a_long_list_in_a_result() -> None:
    model = one([["-", '["a", "b", "c"]'], ["> 7", "false"]])
    (english, korean, chinese) = sentences(model, "table.conflict")
    assert "result is a, b and c and the other that result is no" in english
    assert "result은(는) a, b 및 c" in korean
    assert "result為a、b和c" in chinese


def test_an_order_of_what_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "model.dmn"
    file.write_bytes(one([["-", "1"]]).save())
    assert main(["check", str(file), "--better", "answr=higher"]) == 2
    assert "there is no input or result 'answr'" in capsys.readouterr().err
    assert main(["check", str(file), "--better", "answer=higher"]) == 0


def test_the_package_runs_as_a_command(
    files: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["concord.dmn", "check", files[1]])
    monkeypatch.delitem(sys.modules, "concord.dmn.__main__")
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("concord.dmn", run_name="__main__")
    assert ended.value.code == 0
