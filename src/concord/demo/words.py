"""Word lists from which the demo company's customers are named.

Every company is put together from syllables, so none of them is meant to be a real one.
"""

from typing import NamedTuple


class Syllable(NamedTuple):
    """One syllable: as its own script writes it, simplified (Chinese only), and romanised."""

    native: str
    simplified: str
    latin: str


class Trade(NamedTuple):
    """What a company does, in the four spellings that its systems may use."""

    english: str
    korean: str
    traditional: str
    simplified: str


class Place(NamedTuple):
    """A town: Latin name, own script, telephone area without trunk digit, start of the postcode."""

    latin: str
    native: str
    area: str
    postcode: str
    region: str = ""


def _syllables(text: str) -> tuple[Syllable, ...]:
    """Read `native[/simplified]:latin` items that are parted by blanks."""
    result = []
    for item in text.split():
        written, latin = item.split(":")
        native, _, simplified = written.partition("/")
        result.append(Syllable(native, simplified or native, latin))
    return tuple(result)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


KOREAN_FIRST = _syllables(
    "가:ga 누:nu 다:da 라:ra 마:ma 바:ba 새:sae 아:a 온:on 윤:yun "
    "채:chae 초:cho 푸:pu 하:ha 예:ye 도:do 미:mi 보:bo 소:so 시:si"
)
KOREAN_SECOND = _syllables(
    "람:ram 온:on 솔:sol 찬:chan 결:gyeol 움:um 늘:neul 름:reum 담:dam 울:ul "
    "슬:seul 란:ran 샘:saem 율:yul 한:han 든:deun 길:gil 터:teo 별:byeol 벼리:byeori"
)
KOREAN_THIRD = _syllables(
    "나:na 모:mo 비:bi 산:san 수:su 안:an 연:yeon 이:i 주:ju 진:jin "
    "해:hae 후:hu 건:geon 민:min 선:seon 은:eun 준:jun 지:ji 현:hyeon 혜:hye"
)
CHINESE_FIRST = _syllables(
    "永:yong 宏:hong 昇/升:sheng 瑞:rui 泰:tai 晶:jing 群:qun 佳:jia 銘/铭:ming 聯/联:lian "
    "冠:guan 耀:yao 旭:xu 凱/凯:kai 緯/纬:wei 廣/广:guang 豐/丰:feng 達/达:da 慶/庆:qing 茂:mao"
)
CHINESE_SECOND = _syllables(
    "澄:cheng 嵐/岚:lan 岳:yue 霖:lin 皓:hao 朔:shuo 沐:mu 岑:cen 楓/枫:feng 穎/颖:ying "
    "嶺/岭:ling 濤/涛:tao 瀚:han 璟:jing 琛:chen 鈞/钧:jun 磊:lei 禾:he 川:chuan 原:yuan"
)
CHINESE_THIRD = _syllables(
    "安:an 邦:bang 辰:chen 方:fang 光:guang 海:hai 和:he 嘉:jia 隆:long 美:mei "
    "南:nan 平:ping 奇:qi 仁:ren 山:shan 通:tong 文:wen 興/兴:xing 宇:yu 正:zheng"
)
LATIN_FIRST = _words(
    "Al Bram Cor Dal Est Fal Gren Hal Ist Jor Kel Lin Mar Nor Ost Pel Rav Sel Tor Wes"
)
LATIN_SECOND = _words(
    "moor ner bridge mark ford holm wick stad berg hausen field gate worth vik lund dorf "
    "ton by mere ham"
)
LATIN_THIRD = _words("a e i o u an en in on un ar er ir or ur al el il ol ul")

TRADES = tuple(
    Trade(*line.split())
    for line in """
    Precision 정밀 精密 精密
    Electronics 전자 電子 电子
    Machinery 기계 機械 机械
    Technology 테크 科技 科技
    Instruments 계측 儀器 仪器
    Automation 자동화 自動化 自动化
    Photonics 광학 光電 光电
    Materials 소재 材料 材料
    Tooling 금형 模具 模具
    Industries 산업 工業 工业
    Metrology 측정 量測 量测
    Chemicals 화학 化工 化工
    """.strip().splitlines()
)
LATIN_TRADES = {
    "DE": _words(
        "Messtechnik Maschinenbau Sensorik Werkzeugbau Anlagenbau Feinmechanik "
        "Antriebstechnik Prüftechnik Präzisionsteile Hydraulik Optik Gusstechnik"
    ),
    "SE": _words(
        "Mekanik Instrument Verktyg Automation Teknik Mätteknik Precision Gjuteri Hydraulik "
        "Optik Verkstad Industri"
    ),
    "GB": _words(
        "Engineering Instruments Controls Tooling Dynamics Machining Metrology Systems "
        "Aerospace Castings Hydraulics Optics"
    ),
}
LATIN_TRADES["US"] = LATIN_TRADES["GB"]

PLACES = {
    "KR": (
        Place("Incheon", "인천", "32", "21"),
        Place("Changwon", "창원", "55", "51"),
        Place("Suwon", "수원", "31", "16"),
        Place("Gumi", "구미", "54", "39"),
        Place("Daejeon", "대전", "42", "34"),
        Place("Ulsan", "울산", "52", "44"),
        Place("Gwangju", "광주", "62", "61"),
        Place("Busan", "부산", "51", "46"),
        Place("Seoul", "서울", "2", "08"),
        Place("Cheonan", "천안", "41", "31"),
    ),
    "TW": (
        Place("Taichung", "台中", "4", "407"),
        Place("Hsinchu", "新竹", "3", "300"),
        Place("Tainan", "台南", "6", "709"),
        Place("Kaohsiung", "高雄", "7", "806"),
        Place("Taoyuan", "桃園", "3", "330"),
        Place("Taipei", "台北", "2", "114"),
    ),
    "CN": (
        Place("Suzhou", "苏州", "512", "215"),
        Place("Shenzhen", "深圳", "755", "518"),
        Place("Dongguan", "东莞", "769", "523"),
        Place("Wuxi", "无锡", "510", "214"),
        Place("Ningbo", "宁波", "574", "315"),
        Place("Tianjin", "天津", "22", "300"),
        Place("Chengdu", "成都", "28", "610"),
        Place("Qingdao", "青岛", "532", "266"),
    ),
    "DE": (
        Place("Stuttgart", "Stuttgart", "711", "70"),
        Place("Bremen", "Bremen", "421", "28"),
        Place("Dresden", "Dresden", "351", "01"),
        Place("Jena", "Jena", "3641", "07"),
        Place("Aachen", "Aachen", "241", "52"),
        Place("Nürnberg", "Nürnberg", "911", "90"),
        Place("Kassel", "Kassel", "561", "34"),
        Place("Ulm", "Ulm", "731", "89"),
    ),
    "US": (
        Place("Cleveland", "Cleveland", "216", "441", "OH"),
        Place("Rochester", "Rochester", "585", "146", "NY"),
        Place("Dayton", "Dayton", "937", "454", "OH"),
        Place("Portland", "Portland", "503", "972", "OR"),
        Place("Milwaukee", "Milwaukee", "414", "532", "WI"),
        Place("Tucson", "Tucson", "520", "857", "AZ"),
        Place("Hartford", "Hartford", "860", "061", "CT"),
        Place("Greenville", "Greenville", "864", "296", "SC"),
    ),
    "GB": (
        Place("Sheffield", "Sheffield", "114", "S9"),
        Place("Leeds", "Leeds", "113", "LS11"),
        Place("Bristol", "Bristol", "117", "BS4"),
        Place("Nottingham", "Nottingham", "115", "NG7"),
        Place("Birmingham", "Birmingham", "121", "B6"),
        Place("Glasgow", "Glasgow", "141", "G51"),
    ),
    "SE": (
        Place("Göteborg", "Göteborg", "31", "41"),
        Place("Malmö", "Malmö", "40", "21"),
        Place("Stockholm", "Stockholm", "8", "12"),
    ),
    "JP": (
        Place("Nagoya", "名古屋", "52", "455"),
        Place("Hamamatsu", "浜松", "53", "430"),
        Place("Yokohama", "横浜", "45", "230"),
    ),
    "VN": (Place("Bac Ninh", "Bac Ninh", "222", "220"),),
}
STREETS: dict[str, tuple[tuple[str, str], ...]] = {
    "KR": (
        ("Gongdan-ro", "공단로"),
        ("Saneop-ro", "산업로"),
        ("Haeoreum-ro", "해오름로"),
        ("Gyecheuk-gil", "계측길"),
        ("Beodeul-ro", "버들로"),
        ("Sinchak-ro", "신착로"),
        ("Namdong-daero", "남동대로"),
        ("Cheomdan-ro", "첨단로"),
    ),
    "TW": (
        ("Gongye Rd.", "工業路"),
        ("Jingke Rd.", "精科路"),
        ("Xinglong St.", "興隆街"),
        ("Guangfu Rd.", "光復路"),
        ("Dahua 2nd Rd.", "大華二路"),
        ("Minsheng Rd.", "民生路"),
    ),
    "CN": (
        ("Gongye Rd.", "工业路"),
        ("Xingtang St.", "星塘街"),
        ("Changjiang Rd.", "长江路"),
        ("Keji 3rd Rd.", "科技三路"),
        ("Binhe Ave.", "滨河大道"),
        ("Huaxia Rd.", "华夏路"),
    ),
    "DE": tuple(
        (name, name)
        for name in (
            "Industriestraße",
            "Lindenweg",
            "Am Messplatz",
            "Werkstraße",
            "Bahnhofstraße",
            "Mühlenweg",
        )
    ),
    "US": tuple(
        (name, name)
        for name in ("Commerce Dr", "Foundry Rd", "Lakeview Ave", "Mill St", "Airport Pkwy")
    ),
    "GB": tuple(
        (name, name)
        for name in ("Foundry Lane", "Victoria Road", "Canal Street", "Mill Road", "Station Road")
    ),
    "SE": tuple((name, name) for name in ("Verkstadsgatan", "Hamngatan", "Industrivägen")),
    "JP": (("Minato-dori", "港通"), ("Sakae-machi", "栄町"), ("Koba-dori", "工場通")),
    "VN": (("Que Vo Industrial Park", "Que Vo Industrial Park"),),
}

KOREAN_FAMILIES = _syllables(
    "김:kim 이:lee 박:park 최:choi 정:jung 강:kang 조:cho 윤:yoon 장:jang 임:lim "
    "한:han 오:oh 서:seo 신:shin 권:kwon 황:hwang 안:ahn 송:song 류:ryu 홍:hong"
)
KOREAN_FAMILY_VARIANTS = {
    "lee": "yi",
    "park": "bak",
    "choi": "choe",
    "jung": "jeong",
    "lim": "im",
    "yoon": "yun",
    "ahn": "an",
}
KOREAN_GIVEN = _syllables(
    "서:seo 지:ji 민:min 하:ha 도:do 은:eun 수:su 예:ye 현:hyun 준:jun "
    "우:woo 윤:yun 재:jae 태:tae 승:seung 유:yu 채:chae 동:dong 성:sung 혜:hye"
)
CHINESE_FAMILIES = _syllables(
    "陳/陈:chen 林:lin 黃/黄:huang 張/张:zhang 李:li 王:wang 吳/吴:wu 劉/刘:liu 蔡:cai "
    "楊/杨:yang 許/许:xu 鄭/郑:zheng 謝/谢:xie 郭:guo 洪:hong 曾:zeng 周:zhou 葉/叶:ye"
)
CHINESE_GIVEN = _syllables(
    "怡:yi 君:jun 雅:ya 婷:ting 志:zhi 明:ming 淑:shu 芬:fen 俊:jun 傑/杰:jie "
    "家:jia 豪:hao 心:xin 宜:yi 承:cheng 恩:en 文:wen 華/华:hua 思:si 穎/颖:ying"
)
LATIN_GIVEN = _words(
    "Anna Peter Laura James Ingrid Thomas Karin David Sophie Martin Helen Robert Astrid "
    "Michael Julia Stefan Emma Daniel Clara Andrew Nora Philip Eva Simon Greta Oliver "
    "Ruth Henrik"
)
LATIN_FAMILIES = _words(
    "Hartmann Ellwood Lindgren Brandt Marlow Voss Castell Norberg Whitlock Reuter "
    "Sandvall Ashby Keller Thornton Bergqvist Dressel Fairley Lohmann Pryce Ostrander "
    "Wendt Hale Mattsson Rowntree Steiger Colby Ekdahl Langford"
)

ROLES = ("Purchasing", "Plant manager", "Quality", "Maintenance", "Accounts payable", "Engineering")
SEGMENTS = (
    "Automotive",
    "Aerospace",
    "Semiconductor",
    "Medical",
    "Energy",
    "Research",
    "Toolmaking",
)
