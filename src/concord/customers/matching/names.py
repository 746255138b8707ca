"""How alike two names are: the levels of `weights`, and what speaks against one entity."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

from concord.customers.matching.features import Features
from concord.customers.normal import legal
from concord.customers.normal.korean import sound
from concord.customers.normal.names import OrganisationName, PersonName
from concord.customers.normal.nicknames import LINES, are_two, may_start_with, one_name
from concord.customers.normal.text import is_cjk

_BEST: Final = (
    "same", "native", "swapped", "meaning", "near", "misspelt", "variant", "alike", "sound",
    "partial", "initial", "extended", "acronym", "family changed", "overlap", "other script",
    "given differs", "different",
)  # fmt: skip
_RANK: Final = {level: rank for rank, level in enumerate(_BEST)}

# Persons


@lru_cache(16_384)  # one who comes is held against many of one name, each several times
def people_level(
    left: tuple[PersonName, ...], right: tuple[PersonName, ...]
) -> tuple[str, tuple[str, ...]]:
    """The best level of their names ("" where one has none), and the objections of all."""
    named = [(a, b) for a in left for b in right if a.words and b.words]
    if not named:
        return "", ()
    generations = {a.generation for a in left} - {""}, {b.generation for b in right} - {""}
    objections = []
    if generations[0] and generations[1] and generations[0].isdisjoint(generations[1]):
        objections.append("generation differs")
    elif bool(generations[0]) != bool(generations[1]):
        objections.append("suffix on one side")
    if any(name.is_two for name in left) != any(name.is_two for name in right):
        objections.append("two in one name")
    level = "different"
    for a, b in named:
        level = min(level, _person(a, b), key=_RANK.__getitem__)
        if level == "same":
            break
    if level in {"given differs", "different"}:
        objections.append("name differs")
    elif level != "same" and any(_are_sisters(a, b) for a, b in named):
        objections.append("names of two")
    return level, tuple(objections)


def _are_sisters(left: PersonName, right: PersonName) -> bool:
    """Maria and Marie are one name or two: families have both."""
    return bool(left.given and right.given) and are_two(left.given[0], right.given[0])


def _person(left: PersonName, right: PersonName) -> str:
    level = _spelled(left, right)
    if level not in {"given differs", "different"}:
        return level
    return "other script" if _is_unread(left.native) != _is_unread(right.native) else level


def _is_unread(native: str) -> bool:
    """A script whose sound we know too roughly to say that two names differ."""
    return bool(native) and not is_cjk(native)


def _spelled(left: PersonName, right: PersonName) -> str:
    if left.native and right.native and is_cjk(left.native) and is_cjk(right.native):
        if left.native == right.native:
            return "same"
        if left.families and right.families:
            return "given differs" if left.families & right.families else "different"
    straight = _in_order(left, right)
    if straight in {"same", "misspelt", "variant", "alike"} or not (left.given and right.given):
        return straight
    # Which part of a Latin name is the family's is unsure; of 윤태윤 we know it.
    known, unsure = (right, left) if is_cjk(right.native) else (left, right)
    crossed = _crossed(known, unsure)
    # What reads as a family name this way may be a given one: KELLER STEFAN, Stefanie Keller.
    is_family = "".join(unsure.given) in known.families  # LEE WOO-YUN, 이우윤
    if crossed == "same" or (
        crossed in {"misspelt", "variant"}
        and (is_family or _given(known.family, unsure.given) != "differs")
    ):
        return "swapped"
    if crossed == "alike":
        return "alike"
    a, b = set(left.words), set(right.words)
    is_part = sum(len(word) > 1 for word in a & b) > 1 and (a <= b or b <= a)
    return "partial" if is_part else straight  # Susan Meyer, Susan Meyer Thomas


def _crossed(known: PersonName, unsure: PersonName) -> str:
    """The same of the second read with the family name first, or last; "" where even so the
    family names are two."""
    families = frozenset({"".join(unsure.given)})
    turned = PersonName(unsure.family, unsure.given, unsure.generation, unsure.native, families)
    return _in_order(known, turned) if _families(known, turned) in {"same", "near"} else ""


def _in_order(left: PersonName, right: PersonName) -> str:
    if not left.words or not right.words:
        return "partial"
    match _families(left, right), _given(left.given, right.given):
        case "same", "same":
            return "same"
        case ("same", "slip") | ("near", "same"):
            return "misspelt"
        case (("same" | "near"), ("slip" | "short")):
            return "variant"
        case (("same" | "near"), "near"):
            return "alike"
        case (("same" | "near"), "missing"):
            return "initial"
        case (("same" | "near"), "initial"):
            return "initial"
        case (("part" | "missing"), ("same" | "slip" | "short")):
            return "partial"
        case "part", ("initial" | "missing"):
            return "initial"
        case (("same" | "near" | "part"), "differs"):
            return "given differs"
        case "differs", ("same" | "slip" | "short"):
            return "family changed"
    return "different"


def _families(left: PersonName, right: PersonName) -> str:
    if left.family and left.family == right.family:
        return "same"
    a, b = "".join(left.family), "".join(right.family)
    if not a or not b:
        return "missing"
    if a == b or left.families & right.families:
        return "same"
    if any(len(word) > 1 for word in set(left.family) & set(right.family)):
        return "part"
    if _is_slip(a, b) or (sound(a) == sound(b) and min(len(a), len(b)) > 3):
        return "near"
    if min(len(a), len(b)) > 3 and JaroWinkler.similarity(a, b) >= 0.91:
        return "near"
    return "differs"


def _given(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    """`slip` of the pen, `short` form, `near`: perhaps a slip, perhaps a brother."""
    if not left or not right:
        return "missing"
    a, b = "".join(left), "".join(right)
    if a == b:
        return "initial" if len(a) == len(left) else "same"  # J. Miller is John, or Jane
    level = _given_word(left[0], right[0])
    if level in {"same", "slip", "near", "short"}:
        return _with_middle(level, left[1:], right[1:])
    if level == "differs" and sound(a) == sound(b) and one_name(left[0], right[0]) is None:
        return "slip"  # Seo-yeon, Seoyeon, Suh Yeon
    return level


def _with_middle(level: str, left: tuple[str, ...], right: tuple[str, ...]) -> str:
    """Middle names and initials: one that is missing says nothing, two may contradict."""
    if not left or not right or left == right:
        return level
    a, b = left[0], right[0]
    if len(a) == 1 or len(b) == 1:
        return level if a[0] == b[0] else "differs"
    return "differs" if _given_word(a, b) == "differs" else level


def _given_word(a: str, b: str) -> str:
    if a == b:
        return "same"
    if len(a) == 1 or len(b) == 1:
        short, long = sorted((a, b), key=len)
        return "initial" if may_start_with(long, short) else "differs"
    known = one_name(a, b)
    if known is False or (known is None and _are_two_genders(a, b)):
        return "differs"
    if min(len(a), len(b)) > 4 and (sound(a) == sound(b) or _is_letter_more_or_less(a, b)):
        return "slip"
    if known:
        return "short"
    if sound(a) == sound(b) and min(len(a), len(b)) > 2:
        return "near"
    is_known = a in LINES or b in LINES
    if _is_slip(a, b) and (not is_known or min(len(a), len(b)) > 4):
        return "near"
    if not is_known and min(len(a), len(b)) > 4 and JaroWinkler.similarity(a, b) >= 0.93:
        return "near"
    return "differs"


def _is_letter_more_or_less(a: str, b: str) -> bool:
    """A letter left out, doubled or exchanged within the word: not another name's other ending,
    nor another letter in its place (Minsu and Minju are brothers)."""
    if a[0] != b[0] or a[-1] != b[-1] or OSA.distance(a, b, score_cutoff=1) > 1:
        return False
    return len(a) != len(b) or sorted(a) == sorted(b)


def _is_slip(a: str, b: str) -> bool:
    """One wrong letter in five, two in nine; the first letters are seldom wrong."""
    short = min(len(a), len(b))
    if short < 4:
        return False
    allowed = 1 if short < 9 else 2
    distance = OSA.distance(a, b, score_cutoff=allowed)
    return distance <= allowed and (a[0] == b[0] or short > 4)


def _are_two_genders(a: str, b: str) -> bool:
    """Paul and Paula, Daniel and Danielle: a slip of the pen is not what parts them."""
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    end = long.removeprefix(short)
    return end != long and end in {"a", "e", "ie", "ia", "ina", "ine", "ette", "etta", "elle", "le"}


# Organisations


def organisations_level(
    left: tuple[OrganisationName, ...],
    right: tuple[OrganisationName, ...],
    of_left: Features,
    of_right: Features,
) -> tuple[str, list[str]]:
    """The best level of any two of their names, and the objections of that best pair."""
    found = [(a, b, *_organisation(a, b, of_left, of_right)) for a in left for b in right]
    # Two scripts that are hardly read across say nothing where names of one script say something.
    in_one_script = any(_is_latin(a) == _is_latin(b) for a, b, *_ in found)
    unread = {"sound", "other script"} if in_one_script else {"other script"}
    found = [
        one for one in found if _is_latin(one[0]) == _is_latin(one[1]) or one[2] not in unread
    ] or found[:1]
    if not found:
        return "", _forms(left, right)
    a, b, best, objections = min(found, key=lambda one: (bool(one[3]), _RANK[one[2]]))
    return best, objections + _cut(a, b, best) + _forms(left, right)


def _cut(a: OrganisationName, b: OrganisationName, level: str) -> list[str]:
    """Few letters at the end of a full field may be left of a legal form, or of a branch's town."""
    if level not in _ONE_NAME or a.cut == b.cut:
        return []
    if a.cut and b.cut and not (a.cut.startswith(b.cut) or b.cut.startswith(a.cut)):
        return [_ANOTHER]
    return ["name is cut"]


def _organisation(
    a: OrganisationName, b: OrganisationName, of_a: Features, of_b: Features
) -> tuple[str, list[str]]:
    if a.native and b.native and not (_is_latin(a) or _is_latin(b)):
        return _native(a, b)
    if a.joined == b.joined:
        return "same", []
    if _is_latin(a) == _is_latin(b):
        return _words(a.words, b.words, of_a, of_b)
    native, other = (b, a) if _is_latin(a) else (a, b)
    level, against = _words(native.glossed or native.words, other.words, of_a, of_b)
    if level in {"same", "near"} and not against:
        return "meaning", []
    if level == "extended":
        return level, against
    spoken, first = sound(native.joined), sound(other.words[0]) if other.words else ""
    own = sound(native.glossed[0]) if native.glossed else ""
    if len(first) > 2 and (own == first or (len(first) > 3 and spoken.startswith(first))):
        return "sound", []
    return (level, []) if level == "acronym" else ("other script", [])


def _is_latin(name: OrganisationName) -> bool:
    return not name.glossed


def _native(a: OrganisationName, b: OrganisationName) -> tuple[str, list[str]]:
    if a.native == b.native:
        # Plant 1 and plant 2, of whose names the native letters are the same.
        return ("native", []) if _numbers(a) == _numbers(b) else ("overlap", [_ANOTHER])
    short, long = sorted((a.native, b.native), key=len)
    if len(short) >= 2 and short in long:
        return "extended", ["another word in the name"]
    if len(short) >= 6 and OSA.distance(short, long) == 1 and len(short) == len(long):
        return "near", []
    return "different", ["name differs"]


def _numbers(name: OrganisationName) -> list[str]:
    return [word for word in name.words if word.isdigit()]


_ANOTHER: Final = "another word in the name"
_ONE_NAME: Final = {"same", "native", "meaning", "near"}


def _words(
    a: tuple[str, ...], b: tuple[str, ...], of_a: Features, of_b: Features
) -> tuple[str, list[str]]:
    """Words set against each other in order; what is left over decides."""
    if _is_acronym(a, b) or _is_acronym(b, a):
        return "acronym", []
    left_a, left_b, slips = _aligned(list(a), list(b))
    meant = ([legal.SYNONYMS.get(word, word) for word in words] for words in (left_a, left_b))
    left_a, left_b, more = _aligned(*meant)
    slips += more
    common = len(a) - len(left_a)
    places = _places(left_a, of_b, left_b, of_a) if common else []
    if places:
        return "extended", places
    left_a, left_b = (_no_countries(words) for words in (left_a, left_b))
    matched = len(a) + len(b) - len(left_a) - len(left_b)
    if not left_a and not left_b:
        return ("near" if slips or a != b else "same"), []
    one, other = "".join(a), "".join(b)
    is_alike = fuzz.ratio(one, other) >= 92 and _digits(one) == _digits(other)
    if is_alike and _are_slips(left_a, left_b) and not _is_entity(left_a + left_b):
        return "near", []
    if matched == 0:
        return "different", ["name differs"]
    if left_a and left_b:
        level = "overlap" if matched >= 2 else "different"
        return level, ["another word in the name"]
    return "extended", ["another word in the name"]


def _are_slips(left_a: list[str], left_b: list[str]) -> bool:
    """Whether what is left over is one thing, mistyped or parted otherwise: not plant A and B."""
    a, b = "".join(left_a), "".join(left_b)
    return min(len(a), len(b)) >= 4 and a[0] == b[0] and fuzz.ratio(a, b) >= 80


def _no_countries(words: list[str]) -> list[str]:
    return [word for word in words if word not in legal.COUNTRY_WORDS]


def _aligned(a: list[str], b: list[str]) -> tuple[list[str], list[str], int]:
    """Words without a partner on each side, and how many partners are only nearly alike."""
    left_b, left_a, slips = list(b), [], 0
    for word in a:
        partner = word if word in left_b else next((w for w in left_b if _alike(word, w)), None)
        if partner is None:
            left_a.append(word)
            continue
        left_b.remove(partner)
        slips += partner != word
    return left_a, left_b, slips


@lru_cache(262_144)
def _alike(a: str, b: str) -> bool:
    """Abbreviated (`prec`), without its vowels (`mfg`), mistyped, or of one sound."""
    if a in legal.ENTITY_WORDS and b in legal.ENTITY_WORDS and a.rstrip("s") != b.rstrip("s"):
        return False
    if _digits(a) != _digits(b):
        return False  # A26 is not A260, nor is plant 12 short for plant 120
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if len(short) >= 3 and long.startswith(short) and len(long) - len(short) != 0:
        return len(short) >= 4 or len(short) * 3 >= len(long) or short in _ABBREVIATIONS
    if _ABBREVIATIONS.get(short) == long:
        return True
    if len(short) >= 3 and short == _consonants(long)[: len(short)] and short[0] == long[0]:
        return len(_consonants(long)) - len(short) <= 2
    if _is_slip(a, b):
        return True
    if len(short) >= 5 and len(long) - len(short) <= 2 and JaroWinkler.similarity(a, b) >= 0.93:
        return True
    if len(short) >= 4 and len(long) - len(short) >= 3 and short[0] == long[0]:
        return _is_within(short, long)  # matls, maschb
    return len(short) > 3 and sound(a) == sound(b)


def _digits(word: str) -> str:
    return "".join(letter for letter in word if letter.isdigit())


def _is_within(short: str, long: str) -> bool:
    """Whether the letters of `short` stand in `long` in their order."""
    rest = iter(long)
    return all(letter in rest for letter in short)


_ABBREVIATIONS: Final = {
    "intl": "international", "mfg": "manufacturing", "tech": "technology", "ind": "industries",
    "inds": "industries", "eng": "engineering", "engg": "engineering", "svcs": "services",
    "sys": "systems", "prec": "precision", "mach": "machinery", "elec": "electronics",
    "chem": "chemical", "bros": "brothers", "assoc": "associates", "univ": "university",
    "hosp": "hospital", "natl": "national", "dist": "distribution", "mgmt": "management",
    "ins": "insurance", "lab": "laboratory", "labs": "laboratories", "grp": "group",
    "hldg": "holding", "hldgs": "holdings", "semi": "semiconductor", "instr": "instruments",
    "wzb": "werkzeugbau",
}  # fmt: skip


@lru_cache(65_536)
def _consonants(word: str) -> str:
    return word[0] + "".join(c for c in word[1:] if c not in "aeiou")


def _is_acronym(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """`tpm`, `taprm` for Taichung Precision Metrology; `hbp` for Hanbit Precision."""
    if len(short) != 1 or len(long) < 2 or not 2 <= len(short[0]) <= 6:
        return False
    code = short[0]
    return _is_made_of_starts(code, long) or (
        code[0] == long[0][0]
        and _is_within("".join(word[0] for word in long), code)
        and _is_within(code, "".join(long))
    )


def _is_made_of_starts(code: str, words: tuple[str, ...]) -> bool:
    """Whether it is cut from the start of each word, one after the other."""
    if not words:
        return not code
    return any(
        _is_made_of_starts(code[size:], words[1:])
        for size in range(1, min(4, len(code)) + 1)
        if words[0].startswith(code[:size])
    )


def _is_entity(words: list[str]) -> bool:
    return any(word in legal.ENTITY_WORDS or word in legal.CITY_WORDS for word in words)


def _places(left_a: list[str], of_b: Features, left_b: list[str], of_a: Features) -> list[str]:
    """`Hanbit Vietnam` is not `Hanbit` of Korea, nor `Hanbit Singapore`."""
    lands_a = {legal.COUNTRY_WORDS[word] for word in left_a if word in legal.COUNTRY_WORDS}
    lands_b = {legal.COUNTRY_WORDS[word] for word in left_b if word in legal.COUNTRY_WORDS}
    if lands_a and lands_b and lands_a != lands_b:
        return ["another country in the name"]
    if (lands_a and of_b.country not in lands_a) or (lands_b and of_a.country not in lands_b):
        return ["a country in the name"]
    if _is_entity(left_a + left_b):
        return ["another entity of the group"]
    return []


def _forms(left: tuple[OrganisationName, ...], right: tuple[OrganisationName, ...]) -> list[str]:
    """GmbH and AG of one country are two companies."""
    a = set().union(*(name.forms for name in left))
    b = set().union(*(name.forms for name in right))
    laws = {form.partition(":")[0] for form in a} & {form.partition(":")[0] for form in b}
    for law in laws:
        if {f for f in a if f.startswith(law)} != {f for f in b if f.startswith(law)}:
            return ["legal form differs"]
    return []
