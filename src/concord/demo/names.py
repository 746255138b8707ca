"""Names of companies and persons, and the ways in which a name may be written."""

import random
import unicodedata
from dataclasses import dataclass

from concord.demo import words
from concord.demo.words import Syllable

# Legal forms per country: as printed formally in Latin letters, its loose variants, and in the
# country's own script (`{}` is the name) from formal to loose.
LATIN_FORMS = {
    "KR": ("Co., Ltd.", "Co Ltd", "Co.,Ltd", "CO., LTD", "Corp."),
    "TW": ("Co., Ltd.", "Co Ltd", "Co., Ltd", "Corp."),
    "CN": ("Co., Ltd.", "Co., Limited", "Co Ltd"),
    "JP": ("Co., Ltd.", "K.K.", "Co Ltd"),
    "VN": ("Co., Ltd.", "Co Ltd"),
    "DE": ("GmbH", "GmbH", "G.m.b.H.", "GmbH & Co. KG"),
    "US": ("Inc.", "Inc", "Incorporated", ", Inc."),
    "GB": ("Ltd", "Ltd.", "Limited"),
    "SE": ("AB", "AB", "Aktiebolag"),
}
NATIVE_FORMS = {
    "KR": ("주식회사 {}", "(주){}", "{}(주)", "㈜{}", "{} 주식회사"),
    "TW": ("{}股份有限公司", "{}股份有限公司", "{}有限公司", "{}(股)公司"),
    "CN": ("{}有限公司", "{}有限公司", "{}有限责任公司"),
    "JP": ("株式会社{}", "{}株式会社", "(株){}", "㈱{}"),
}
ABBREVIATIONS = {
    "PRECISION": "PREC", "ELECTRONICS": "ELEC", "MACHINERY": "MACH", "TECHNOLOGY": "TECH",
    "INSTRUMENTS": "INSTR", "INSTRUMENT": "INSTR", "AUTOMATION": "AUTOM", "INDUSTRIES": "IND",
    "ENGINEERING": "ENG", "MATERIALS": "MATLS", "METROLOGY": "METR", "CHEMICALS": "CHEM",
    "MASCHINENBAU": "MASCHB", "MESSTECHNIK": "MESST", "WERKZEUGBAU": "WZB", "LIMITED": "LTD",
    "INCORPORATED": "INC", "CORPORATION": "CORP",
}  # fmt: skip
MOJIBAKE_FROM, MOJIBAKE_AS = "utf-8", "cp1252"


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A company's name without its legal form; `native` only where it has a script of its own."""

    latin: str
    native: str = ""
    country: str = "US"
    form: int = 0

    @property
    def formal(self) -> str:
        return f"{self.latin} {LATIN_FORMS[self.country][self.form]}".replace(" ,", ",")

    @property
    def formal_native(self) -> str:
        if not self.native:
            return ""
        return NATIVE_FORMS[self.country][0].format(self.native)

    @property
    def initials(self) -> str:
        """What engineers call it: `Hanbit Precision` is `HAPR`."""
        parts = [word for word in self.latin.replace("-", " ").split() if word[0].isalpha()]
        return "".join(fold(word[:2]).upper() for word in parts)[:5]


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name; Korean and Chinese names put the family first."""

    given: str
    family: str
    native: str = ""
    suffix: str = ""

    @property
    def latin(self) -> str:
        return f"{self.given} {self.family}" + (f" {self.suffix}" if self.suffix else "")

    @property
    def formal(self) -> str:
        return self.latin

    @property
    def formal_native(self) -> str:
        return self.native

    @property
    def initials(self) -> str:
        return fold(self.family[:4]).upper()


def company_name(country: str, serial: int) -> CompanyName:
    """The name of the customer with that serial number: another one for each, in each country.

    The serial number is read as digits of a mixed base: syllable, syllable, trade and, once all
    4,800 of these are used up, a syllable between.
    """
    block, within = divmod(serial, 4800)
    within = within * 7919 % 4800
    first, rest = within % 20, within // 20
    second, trade = rest % 20, rest // 20
    third = (block - 1) % 20 if block else None
    if country == "KR":
        stem = _stem(
            words.KOREAN_FIRST[first], words.KOREAN_SECOND[second], words.KOREAN_THIRD, third
        )
        return CompanyName(
            f"{stem.latin} {words.TRADES[trade].english}",
            stem.native + words.TRADES[trade].korean,
            country,
        )
    if country in {"TW", "CN", "JP"}:
        stem = _stem(
            words.CHINESE_FIRST[first], words.CHINESE_SECOND[second], words.CHINESE_THIRD, third
        )
        kind = words.TRADES[trade]
        native = (
            stem.simplified + kind.simplified if country == "CN" else stem.native + kind.traditional
        )
        return CompanyName(f"{stem.latin} {kind.english}", native, country)
    middle = words.LATIN_THIRD[third] if third is not None else ""
    stem_latin = words.LATIN_FIRST[first] + middle + words.LATIN_SECOND[second]
    return CompanyName(f"{stem_latin} {words.LATIN_TRADES[country][trade]}", "", country)


def _stem(
    first: Syllable, second: Syllable, thirds: tuple[Syllable, ...], third: int | None
) -> Syllable:
    middle = thirds[third] if third is not None else Syllable("", "", "")
    return Syllable(
        first.native + middle.native + second.native,
        first.simplified + middle.simplified + second.simplified,
        (first.latin + middle.latin + second.latin).capitalize(),
    )


def person_name(country: str, rng: random.Random, family: int | None = None) -> PersonName:
    """A person's name as is usual in that country; `family` fixes the family name."""
    if country == "KR":
        return _eastern(words.KOREAN_FAMILIES, words.KOREAN_GIVEN, rng, family, by="-")
    if country in {"TW", "CN"}:
        return _eastern(
            words.CHINESE_FAMILIES,
            words.CHINESE_GIVEN,
            rng,
            family,
            by="-" if country == "TW" else "",
            simplified=country == "CN",
        )
    names = words.LATIN_FAMILIES
    chosen = names[family % len(names)] if family is not None else rng.choice(names)
    return PersonName(rng.choice(words.LATIN_GIVEN), chosen)


def _eastern(
    families: tuple[Syllable, ...],
    givens: tuple[Syllable, ...],
    rng: random.Random,
    family: int | None,
    *,
    by: str,
    simplified: bool = False,
) -> PersonName:
    chosen = families[family % len(families)] if family is not None else rng.choice(families)
    first, second = rng.sample(givens, 2)
    native = "".join(s.simplified if simplified else s.native for s in (chosen, first, second))
    return PersonName(
        f"{first.latin}{by}{second.latin}".capitalize(), chosen.latin.capitalize(), native
    )


def fold(text: str) -> str:
    """Latin letters without their marks: `Göteborg` is `Goteborg`, `Straße` is `Strasse`."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def abbreviated(text: str, width: int = 30) -> str:
    """As an accounting system of the nineties stores it: capitals, short, cut to its width."""
    found = text.upper().replace(",", "").replace(".", "").split()
    return " ".join(ABBREVIATIONS.get(word, word) for word in found)[:width].rstrip()


def mistyped(text: str, rng: random.Random) -> str:
    """One typing error: two letters swapped, one lost or one doubled, never the first one."""
    if len(text) < 5:
        return text
    at = rng.randrange(1, len(text) - 2)
    match rng.randrange(3):
        case 0:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        case 1:
            return text[:at] + text[at + 1 :]
        case _:
            return text[: at + 1] + text[at:]


def full_width(text: str) -> str:
    """ASCII as full-width forms: `ABC 1` is `ＡＢＣ　１`."""
    return "".join(
        chr(0x3000) if c == " " else chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text
    )


def mojibake(text: str) -> str:
    """UTF-8 read as Windows-1252, once: `Göteborg` is `GÃ¶teborg`."""
    try:
        return text.encode(MOJIBAKE_FROM).decode(MOJIBAKE_AS)
    except UnicodeDecodeError:
        return text
