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


@cache
def country(text: str) -> str:
    """ISO alpha-2 of a country that is given by code or by name; "" if it is not known."""
    folded = plain(text)
    if len(folded) == 2 and folded.isascii() and folded.isalpha():
        return "GB" if folded == "uk" else folded.upper()
    return _names().get(folded, "")
