"""Regular expressions of XPath: what matches, what is replaced, what is none."""

from __future__ import annotations

import pytest

from concord.dmn.feel import regex

FOUND = [
    (r"\d+", "", "a12b", "12"),
    (r"\D+", "", "12ab3", "ab"),
    (r"\w+", "", "- é가1_", "é가1"),
    (r"\W", "", "a b", " "),
    (r"\s\S", "", "a\tb", "\tb"),
    (r"\i\c*", "", "1 _a-b.c", "_a-b.c"),
    (r"\I\C", "", "a1 ", "1 "),
    (r"\p{L}+", "", "1가é2", "가é"),
    (r"\P{L}+", "", "a12", "12"),
    (r"\p{Lu}", "", "aB", "B"),
    (r"\p{IsHangulSyllables}+", "", "abc한빛", "한빛"),
    (r"[^\p{IsBasicLatin}]", "", "aé", "é"),
    (r"[a-c-]+", "", "xb-a", "b-a"),
    (r"[a-z-[aeiou]]+", "", "aebcd", "bcd"),
    (r"[\d\-x]+", "", "a1-x", "1-x"),
    (r"[\n]", "", "a\n", "\n"),
    (r"[\.-z]", "", ".", "."),
    ("a.c", "", "a\nc", None),
    ("a.c", "s", "a\nc", "a\nc"),
    ("^b$", "", "a\nb", None),
    ("^b$", "m", "a\nb\nc", "b"),
    ("HAN", "i", "hanbit", "han"),
    ("[H-J]+", "i", "hij", "hij"),
    (" a b ", "x", "ab", "ab"),
    ("[ a]b", "x", " b", " b"),
    (r"a\ sb", "x", "a b", "a b"),
    ("a{2}", "", "aaa", "aa"),
    ("a{2,}", "", "aaaa", "aaaa"),
    ("a{1,2}?", "", "aa", "a"),
    ("a{0,2}", "", "aaa", "aa"),
    ("a+?", "", "aaa", "a"),
    ("a*?b", "", "aab", "aab"),
    ("a??b", "", "ab", "ab"),
    ("(?:ab|cd)+", "", "xabcd", "abcd"),
    (r"\$\^\.", "", "$^.", "$^."),
    ("가?나", "", "나", "나"),
]


@pytest.mark.parametrize(("pattern", "flags", "text", "wanted"), FOUND)
def test_first_match(pattern: str, flags: str, text: str, wanted: str | None) -> None:
    found = regex.compile_pattern(pattern, flags).search(text, lambda steps: None)
    assert (text[slice(*found.spans[0])] if found else None) == wanted


NONE = [
    ("(", "", "parenthesis"),
    ("a)", "", "parenthesis"),
    ("[a", "", "ends too early"),
    ("a\\", "", "ends too early"),
    ("*a", "", "nothing to repeat"),
    ("a{2", "", "repetition is written"),
    ("a{x}", "", "repetition is written"),
    ("a{2,1}", "", "ends before it begins"),
    ("[b-a]", "", "ends before it begins"),
    ("[a[b]]", "", "must be written"),
    ("[a-[b]c]", "", "a subtraction is the last"),
    ("(?=a)", "", "only"),
    ("\\q", "", "no meaning"),
    ("\\p{Xx}", "", "no known category"),
    ("\\pL", "", "a category is written"),
    ("\\p{L", "", "a category is written"),
    ("a", "g", "the flags are"),
    ("a" * 1001, "", "longer than"),
    ("(" * 50, "", "nested too deep"),
    ("[a-" * 50, "", "nested too deep"),
    ("(a{99}){99}", "", "too large"),
    ("|".join(["a{99}"] * 99), "", "too large"),
    ("(a{99}|b)" * 60, "", "too large"),
]


@pytest.mark.parametrize(("pattern", "flags", "message"), NONE)
def test_no_pattern(pattern: str, flags: str, message: str) -> None:
    with pytest.raises(regex.PatternError, match=message):
        regex.compile_pattern(pattern, flags)


REPLACED = [
    ("(a)(b)?", "ac", "<$1$2>", "<a>c"),
    ("(a)", "a", "$12", "a2"),
    ("a", "a", "$1", ""),
    ("a", "a", "\\$\\\\", "$\\"),
    ("(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)", "abcdefghij", "$10$1", "ja"),
    ("x", "abc", "-", "abc"),
]


@pytest.mark.parametrize(("pattern", "text", "replacement", "wanted"), REPLACED)
def test_replacement(pattern: str, text: str, replacement: str, wanted: str) -> None:
    compiled = regex.compile_pattern(pattern, "")
    assert regex.replace(compiled, text, replacement, lambda steps: None) == wanted


@pytest.mark.parametrize(
    ("pattern", "replacement", "message"),
    [
        ("a", "$", "a digit only"),
        ("a", "$x", "a digit only"),
        ("a", "\\n", "before"),
        ("a*", "b", "matches an empty string"),
        ("a", "b" * 1_000_001, "too long"),
    ],
)
def test_no_replacement(pattern: str, replacement: str, message: str) -> None:
    compiled = regex.compile_pattern(pattern, "")
    with pytest.raises(regex.PatternError, match=message):
        regex.replace(compiled, "a", replacement, lambda steps: None)
