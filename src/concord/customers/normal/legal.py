"""What companies carry beside their name: legal forms, and words that tell one entity of a group
from another."""

from __future__ import annotations

from typing import Final

from concord.customers.normal import listed

# A legal form in Latin letters (as `latin` writes it, letters joined) and whose law it is of.
# Within one law two different forms are two different companies.
FORMS: Final[dict[str, str]] = {
    **dict.fromkeys(("gmbh", "ag", "kg", "ohg", "ug", "gbr", "kgaa", "mbh", "eg", "ev"), "DE"),
    **dict.fromkeys(("ek", "ekfr"), "DE"),
    **dict.fromkeys(("inc", "incorporated", "llc", "lp", "pllc", "pc"), "US"),
    **dict.fromkeys(("plc", "llp", "cic"), "GB"),
    **dict.fromkeys(("sarl", "sas", "sasu", "eurl", "sci", "snc"), "FR"),
    **dict.fromkeys(("srl", "spa", "sapa"), "IT"),
    **dict.fromkeys(("sl", "slu", "sau"), "ES"),
    **dict.fromkeys(("bv", "nv", "vof", "bvba"), "NL"),
    **dict.fromkeys(("lda", "ltda", "eireli"), "PT"),
    **dict.fromkeys(("ab", "hb", "aktiebolag"), "SE"),
    **dict.fromkeys(("aps", "ivs"), "DK"),
    **dict.fromkeys(("asa",), "NO"),
    **dict.fromkeys(("oy", "oyj"), "FI"),
    **dict.fromkeys(("sro", "zrt", "kft", "bt", "nyrt"), "CZ"),
    **dict.fromkeys(("doo", "dd", "ooo", "oao", "zao", "pao", "tov"), "RU"),
    **dict.fromkeys(("pte", "pty", "pvt", "sdn", "bhd", "berhad", "tbk", "pt"), ""),
    **dict.fromkeys(("sa", "se", "as", "co", "company", "corp", "corporation", "cie"), ""),
    **dict.fromkeys(("ltd", "limited", "private", "public", "kk", "yk", "gk"), ""),
    **dict.fromkeys(("coltd", "coltda", "coinc", "ltdco", "pteltd", "ptyltd", "pvtltd"), ""),
    **dict.fromkeys(("jusikhoesa", "yuhanhoesa", "sti", "anonim", "sirketi", "spzoo", "zoo"), ""),
}
_SAME_FORM: Final = {"incorporated": "inc", "mbh": "gmbh", "aktiebolag": "ab"}
WITH_PARTNERS: Final = frozenset({"gmbh", "ag", "ug", "mbh"})  # their "& Co." is a KG
# The same written out, as `latin` writes it.
SPELLED_OUT: Final[dict[str, str]] = {
    "gesellschaft mit beschrankter haftung": "gmbh",
    "gesellschaft mit beschraenkter haftung": "gmbh",
    "aktiengesellschaft": "ag",
    "kommanditgesellschaft": "kg",
    "offene handelsgesellschaft": "ohg",
    "limited liability company": "llc",
    "limited liability partnership": "llp",
    "public limited company": "plc",
    "besloten vennootschap": "bv",
    "naamloze vennootschap": "nv",
    "societe anonyme": "sa",
    "societe a responsabilite limitee": "sarl",
    "societe par actions simplifiee": "sas",
    "sociedad anonima": "sa",
    "sociedad limitada": "sl",
    "societa per azioni": "spa",
    "societa a responsabilita limitata": "srl",
    "spolka z ograniczona odpowiedzialnoscia": "spzoo",
    "sp z o o": "spzoo",
    "spolka akcyjna": "sa",
    "aktieselskab": "as",
    "aksjeselskap": "as",
    "anpartsselskab": "aps",
    "osakeyhtio": "oy",
    "kabushiki kaisha": "kk",
    "yugen kaisha": "yk",
    "godo kaisha": "gk",
    "anonim sirketi": "as",
    "limited sirketi": "ltd",
    "gufen youxian gongsi": "ltd",
    "youxian gongsi": "ltd",
}

# Legal forms in other scripts, longest first; the value is the law and the form.
NATIVE_FORMS: Final = (
    ("股份有限公司", "CN"),
    ("有限责任公司", "CN"),
    ("有限公司", "CN"),
    ("主式会社", ""),
    ("株式会社", "JP:kk"),
    ("有限会社", "JP:yk"),
    ("合同会社", "JP:gk"),
    ("合資会社", "JP:gs"),
    ("유한책임회사", "KR:llc"),
    ("주식회사", "KR:stock"),
    ("유한회사", "KR:limited"),
    ("합자회사", "KR:lp"),
    ("公司", ""),
    ("企业", ""),
    ("회사", ""),
)
BRACKETED: Final = {
    "주": "KR:stock",
    "유": "KR:limited",
    "株": "JP:kk",
    "有": "JP:yk",
    "재": "",
    "사": "",
    "股": "CN",
}

CONNECTORS: Final = listed(
    """
    and und et y e de der des den la le the of di du von for & n
    """
)

# Words that name another entity of the same group: a link over one of these is never automatic.
ENTITY_WORDS: Final = listed(
    """
    holding holdings group international intl global worldwide asia europe
    america americas africa pacific apac emea latam north south east west
    central northern southern eastern western service services logistics
    trading trade sales vertrieb handel finance financial leasing capital
    invest investment investments properties realty estate immobilien
    verwaltung verwaltungs beteiligung beteiligungs foundation stiftung
    institute research labs lab distribution export exports import imports
    production manufacturing engineering systems solutions consulting digital
    software media energy medical health pharma automotive marine aviation
    aerospace defence defense retail wholesale branch office plant factory
    works subsidiary division ventures partners university hospital school
    jisa jijeom bonsa yeonguso jijusa fengongsi jituan konggu
    """
)

COUNTRY_WORDS: Final[dict[str, str]] = {
    "usa": "US", "us": "US", "america": "US", "uk": "GB", "britain": "GB", "england": "GB",
    "scotland": "GB", "ireland": "IE", "germany": "DE", "deutschland": "DE", "france": "FR",
    "italia": "IT", "italy": "IT", "espana": "ES", "spain": "ES", "iberia": "ES",
    "portugal": "PT", "nederland": "NL", "netherlands": "NL", "belgium": "BE", "austria": "AT",
    "osterreich": "AT", "oesterreich": "AT", "switzerland": "CH", "schweiz": "CH",
    "suisse": "CH", "sweden": "SE", "sverige": "SE", "norway": "NO", "norge": "NO",
    "denmark": "DK", "danmark": "DK", "finland": "FI", "suomi": "FI", "poland": "PL",
    "polska": "PL", "czech": "CZ", "hungary": "HU", "romania": "RO", "russia": "RU",
    "turkey": "TR", "turkiye": "TR", "india": "IN", "china": "CN", "zhongguo": "CN",
    "hongkong": "HK", "taiwan": "TW", "japan": "JP", "nippon": "JP", "korea": "KR",
    "hanguk": "KR", "singapore": "SG", "malaysia": "MY", "thailand": "TH", "vietnam": "VN",
    "beteunam": "VN", "yuenan": "VN", "indonesia": "ID", "philippines": "PH", "australia": "AU",
    "zealand": "NZ", "canada": "CA", "mexico": "MX", "brasil": "BR", "brazil": "BR",
    "argentina": "AR", "chile": "CL", "colombia": "CO", "peru": "PE", "africa": "ZA",
    "egypt": "EG", "israel": "IL", "emirates": "AE", "dubai": "AE", "saudi": "SA",
    "qatar": "QA", "pakistan": "PK", "bangladesh": "BD", "ukraine": "UA", "greece": "GR",
}  # fmt: skip

CITY_WORDS: Final = listed(
    """
    london paris berlin munich muenchen munchen hamburg frankfurt koeln koln
    cologne stuttgart dusseldorf duesseldorf leipzig dresden wien vienna
    zurich geneva basel milano milan roma rome madrid barcelona lisboa lisbon
    amsterdam rotterdam brussels stockholm oslo kobenhavn copenhagen helsinki
    warszawa warsaw praha prague budapest moscow istanbul mumbai delhi
    bangalore beijing shanghai shenzhen guangzhou suzhou tianjin wuhan chengdu
    nanjing taipei taibei kaohsiung gaoxiong taichung taizhong hsinchu xinzhu
    tainan tokyo osaka nagoya seoul busan incheon daegu daejeon gwangju ulsan
    suwon changwon hanoi saigon bangkok jakarta manila sydney melbourne
    toronto montreal vancouver chicago boston houston dallas atlanta detroit
    seattle denver miami york angeles francisco manchester birmingham leeds
    glasgow edinburgh dublin lyon marseille toulouse torino bologna napoli
    """
)

# What common words of company names mean, so that 한빛정밀 meets Hanbit Precision.
GLOSSES: Final[dict[str, str]] = {
    "정밀": "precision", "전자": "electronics", "전기": "electric", "산업": "industries",
    "기계": "machinery", "기공": "machinery", "공업": "industries", "화학": "chemical",
    "중공업": "heavy industries", "자동차": "motors", "제약": "pharma", "건설": "construction",
    "철강": "steel", "제철": "steel", "금속": "metal", "소재": "materials",
    "반도체": "semiconductor",
    "통신": "telecom", "시스템": "systems", "테크": "tech", "기술": "technology",
    "엔지니어링": "engineering", "물산": "trading", "상사": "trading", "무역": "trading",
    "물류": "logistics", "식품": "foods", "섬유": "textile", "에너지": "energy", "바이오": "bio",
    "의료": "medical", "광학": "optics", "항공": "aerospace", "조선": "shipbuilding",
    "해운": "shipping", "전선": "cable", "계측": "instruments", "자동화": "automation",
    "정공": "machinery",
    "측정": "measurement",
    "센서": "sensors", "로봇": "robotics", "공구": "tools", "금형": "mold", "소프트": "soft",
    "병원": "hospital", "대학교": "university", "연구소": "institute", "은행": "bank",
    "그룹": "group", "홀딩스": "holdings", "지주": "holdings", "코리아": "korea",
    "베트남": "vietnam", "중국": "china", "서비스": "service",
    "精密": "precision", "电子": "electronics", "电机": "electric", "工业": "industries",
    "机械": "machinery", "化学": "chemical", "化工": "chemical", "汽车": "motors",
    "制药": "pharma", "建设": "construction", "钢铁": "steel", "金属": "metal",
    "材料": "materials", "半导体": "semiconductor", "通讯": "telecom", "通信": "telecom",
    "系统": "systems", "科技": "technology", "技术": "technology", "工程": "engineering",
    "贸易": "trading", "物流": "logistics", "食品": "foods", "纺织": "textile",
    "能源": "energy", "生物": "bio", "医疗": "medical", "光学": "optics",
    "光电": "optoelectronics",
    "航空": "aerospace", "仪器": "instruments", "量测": "measurement", "测量": "measurement",
    "感测": "sensors", "自动化": "automation", "机器人": "robotics", "工具": "tools",
    "模具": "mold", "实业": "industries", "企业": "enterprise", "集团": "group",
    "控股": "holdings", "国际": "international", "医院": "hospital", "大学": "university",
    "银行": "bank", "越南": "vietnam", "中国": "china", "服务": "service",
}  # fmt: skip
# Other words for what the glosses say.
SYNONYMS: Final[dict[str, str]] = {
    "tooling": "mold", "molds": "mold", "mould": "mold", "moulds": "mold", "die": "mold",
    "metrology": "measurement", "measuring": "measurement", "gauge": "measurement",
    "photonics": "optoelectronics", "optical": "optics", "opto": "optoelectronics",
    "industry": "industries", "industrial": "industries", "machine": "machinery",
    "machines": "machinery", "electronic": "electronics", "electrical": "electric",
    "chemicals": "chemical", "chem": "chemical", "material": "materials", "steels": "steel",
    "metals": "metal", "semicon": "semiconductor", "semiconductors": "semiconductor",
    "automatic": "automation", "robot": "robotics", "robots": "robotics", "sensor": "sensors",
    "sensing": "sensors", "instrument": "instruments", "tech": "technology",
    "technologies": "technology", "motor": "motors", "automotive": "motors",
    "pharmaceutical": "pharma", "pharmaceuticals": "pharma", "food": "foods",
    "textiles": "textile", "enterprises": "enterprise", "intl": "international",
    "technics": "technology", "tool": "tools", "electro": "electric",
}  # fmt: skip
MEANINGS: Final = tuple(sorted(GLOSSES, key=len, reverse=True))


def form_of(word: str) -> str | None:
    """`law:form` of a Latin word that is a legal form (":" of none in particular), else None."""
    law = FORMS.get(word)
    return None if law is None else f"{law}:{_SAME_FORM.get(word, word)}"


# How long a name may be in the systems that cut it, in letters.
WIDTHS: Final = frozenset({20, 24, 25, 30, 32, 35, 36, 40, 50, 60, 64})
WIDE: Final = frozenset(width for width in WIDTHS if width >= 30)
SURE: Final = 5  # letters of a form that is cut: fewer may begin another word
_WRITTEN: Final = (*FORMS, *SPELLED_OUT)


def cut_form(words: list[str]) -> int:
    """How many words at the end of a name may be a legal form of which the end is missing."""
    for count in range(min(5, len(words) - 1), 0, -1):
        tail = " ".join(words[-count:])
        if tail not in FORMS and any(form.startswith(tail) for form in _WRITTEN):
            return count
    return 0
