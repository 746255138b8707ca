"""The staff of the demo company, and who of them looks after which customer."""

from dataclasses import asdict, dataclass

from concord.demo.customers import Customer

DOMAIN = "tessmar.example"


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff: signs in with `email`, has a role and a department."""

    email: str
    name: str
    role: str
    department: str
    language: str
    units: tuple[str, ...] = ()
    title: str = ""

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def _member(
    mailbox: str,
    name: str,
    role: str,
    department: str,
    language: str,
    title: str,
    *units: str,
) -> Member:
    return Member(f"{mailbox}@{DOMAIN}", name, role, department, language, units, title)


STAFF = (
    _member("han.soyeon", "Han So-yeon", "sponsor", "management", "ko", "Chief executive"),
    _member("m.feldkamp", "Miriam Feldkamp", "officer", "management", "en", "Customer officer"),
    _member("o.reyland", "Owen Reyland", "manager", "sales", "en", "Head of sales"),
    _member("li.wenhua", "李文華", "member", "sales", "zh-hant", "Sales, Greater China"),
    _member("jo.haneul", "조하늘", "member", "sales", "ko", "Sales, Korea"),
    _member("e.sandvall", "Elin Sandvall", "member", "sales", "en", "Sales, Europe and Americas"),
    _member("kim.jiwoo", "Kim Ji-woo", "member", "support", "en", "Support"),
    _member("zhou.yiting", "周怡婷", "member", "support", "zh-hant", "Support"),
    _member("park.minji", "박민지", "member", "accounts", "ko", "Accounts receivable"),
    _member("t.brauer", "Tobias Brauer", "manager", "accounts", "en", "Head of accounts"),
    _member("g.whitlock", "Grace Whitlock", "member", "shipping", "en", "Shipping"),
    _member("yoon.taeho", "윤태호", "member", "engineering", "ko", "Application engineer, gauges",
            "gauges"),
    _member("d.lohmann", "Dirk Lohmann", "member", "engineering", "en",
            "Application engineer, sensors", "sensors"),
    _member("wu.jiahao", "吳家豪", "member", "scheduling", "zh-hant", "Scheduling"),
    _member("n.ashby", "Nora Ashby", "administrator", "it", "en", "Administrator"),
)  # fmt: skip

_OWNERS = {
    ("sales", "ko"): "jo.haneul",
    ("sales", "zh"): "li.wenhua",
    ("sales", "en"): "e.sandvall",
    ("accounts", "ko"): "park.minji",
    ("accounts", "zh"): "park.minji",
    ("accounts", "en"): "t.brauer",
    ("support", "ko"): "kim.jiwoo",
    ("support", "zh"): "zhou.yiting",
    ("support", "en"): "kim.jiwoo",
}


def owner_for(customer: Customer, department: str) -> str:
    """The e-mail address of who looks after the customer there."""
    return f"{_OWNERS[department, customer.language[:2]]}@{DOMAIN}"
