"""Countries however they are written, and the country that a profile gives away."""

from __future__ import annotations

from functools import cache
from typing import Final

from babel import Locale

from concord.customers.normal.text import plain

_THREE: Final = (
    "ARGAR AUSAU AUTAT BELBE BGRBG BRABR CANCA CHECH CHLCL CHNCN COLCO CZECZ DEUDE DNKDK EGYEG "
    "ESPES ESTEE FINFI FRAFR GBRGB GRCGR HKGHK HRVHR HUNHU IDNID INDIN IRLIE ISRIL ITAIT JPNJP "
    "KORKR LTULT LUXLU LVALV MEXMX MYSMY NLDNL NORNO NZLNZ PAKPK PERPE PHLPH POLPL PRTPT ROURO "
    "RUSRU SAUSA SGPSG SRBRS SVKSK SVNSI SWESE THATH TURTR TWNTW UKRUA USAUS VNMVN ZAFZA AREAE"
)
_OTHER: Final = {
    "usa": "US", "u s a": "US", "america": "US", "uk": "GB", "england": "GB", "korea": "KR",
    "south korea": "KR", "republic of korea": "KR", "한국": "KR", "대한민국": "KR", "대만": "TW",
    "taiwan": "TW", "臺灣": "TW", "台灣": "TW", "台湾": "TW", "中國": "CN", "中国": "CN",
    "prc": "CN", "hong kong": "HK", "macau": "MO", "deutschland": "DE", "österreich": "AT",
    "schweiz": "CH", "holland": "NL", "viet nam": "VN", "vietnam": "VN", "russia": "RU",
    "turkey": "TR", "türkiye": "TR", "lichtenstein": "LI", "uae": "AE",
}  # fmt: skip


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in ("en", "ko", "zh_Hant", "zh_Hans", "de", "fr", "ja"):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(plain(name), code)
    names |= {three[:3].lower(): three[3:] for three in _THREE.split()}
    return names | _OTHER


# Cities under two names: as they are spoken today, and as tradition spells them.
CITIES: Final = {
    "taichung": "taizhong", "kaohsiung": "gaoxiong", "hsinchu": "xinzhu", "taipei": "taibei",
    "keelung": "jilong", "chiayi": "jiayi", "changhua": "zhanghua", "pingtung": "pingdong",
    "taoyuan": "taoyuan", "peking": "beijing", "canton": "guangzhou", "pusan": "busan",
    "inchon": "incheon", "taegu": "daegu", "taejon": "daejeon", "kwangju": "gwangju",
    "muenchen": "munich", "munchen": "munich", "koeln": "cologne", "koln": "cologne",
    "nuernberg": "nuremberg", "nurnberg": "nuremberg", "wien": "vienna", "milano": "milan",
    "torino": "turin", "roma": "rome", "firenze": "florence", "napoli": "naples",
    "goteborg": "gothenburg", "goeteborg": "gothenburg", "kobenhavn": "copenhagen",
    "praha": "prague", "warszawa": "warsaw", "genf": "geneva", "geneve": "geneva",
    "lisboa": "lisbon", "den haag": "the hague", "s gravenhage": "the hague",
}  # fmt: skip


def city(latin_name: str) -> str:
    """One spelling of a city's name in Latin letters, without what sort of place it is."""
    for sort in (" city", " si", " shi", " gun", "si" if latin_name.endswith("yeoksi") else " x"):
        latin_name = latin_name.removesuffix(sort)
    joined = latin_name.replace(" ", "")
    return CITIES.get(latin_name) or CITIES.get(joined) or joined


@cache
def country(text: str) -> str:
    """ISO alpha-2 of a country that is given by code or by name; "" if it is not known."""
    folded = plain(text)
    if len(folded) == 2 and folded.isascii() and folded.isalpha():
        return "GB" if folded == "uk" else folded.upper()
    return _names().get(folded, "")
