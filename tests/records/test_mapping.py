import pytest

from concord.kernel.errors import Problem
from concord.records.importing.mapping import parse
from concord.records.models import CustomRecordType

pytestmark = pytest.mark.django_db

RECORD = '[[record]]\ntype = "invoice"\nkey = "No"\nprofile = "Cust"\n'


def wrong(text: str) -> Problem:
    with pytest.raises(Problem) as caught:
        parse(text, "debtors.toml")
    assert caught.value.place == "debtors.toml"
    return caught.value


@pytest.mark.parametrize(
    ("text", "message", "mend"),
    [
        ("[[record]\n", "This is no TOML", "Mend it there."),
        ("", "says nothing of what a row gives", "Add at least one"),
        ("[[profil]]\nkey = 'a'", "“profil” is no key", "Did you mean “profile”?"),
        (RECORD.replace("invoice", "invioce"), "“invioce”, which is no record type", "“invoice”"),
        (RECORD + 'openend = "Date"\n', "“record.openend” is no key", "Did you mean “opened”?"),
        (RECORD + '[record.set]\ndisputd = "D"\n', "no field of invoice", "“disputed”"),
        ('[[profile]]\nkey = "A"\n[profile.set]\nphone = "T"', "no attribute", "“phones”"),
        ('[[profile]]\nkind = "person"', "“profile.key” is missing", "Name the column"),
        ("[[profile]]\nkey = 4", "constant where the name", "{ value = … }"),
        ('[[profile]]\nkey = { columm = "A" }', "must say exactly one of", ""),
        ('[[profile]]\nkey = { column = "A", value = "B" }', "must say exactly one of", ""),
        ('[[profile]]\nkey = "A"\nkind = "firm"', "“firm”", "“person” or “organisation”"),
        ('[defaults]\nempty = "none"\n' + RECORD, "“defaults.empty” is “none”", "Choose one of"),
        ('[defaults]\ndate = "DD.MM.YYYY"\n' + RECORD, "“DD.MM.YYYY”", "%d.%m.%Y"),
        ('[defaults]\ndate = "%d%d"\n' + RECORD, "“%d%d”", "%d.%m.%Y"),
        ('[defaults]\ndate = "%Q"\n' + RECORD, "“%Q”", "%d.%m.%Y"),
        ('[defaults]\ndate = "%"\n' + RECORD, "“%”", "%d.%m.%Y"),
        (RECORD + 'opened = { column = "D", date = "%y%Y%y" }', "“%y%Y%y”", "%d.%m.%Y"),
        ('[defaults]\nnumber = "1,2,3"\n' + RECORD, "“1,2,3” is no example", "such as 1.234,56"),
        (RECORD + 'amount = { column = "A", number = ["1.0", "x"] }', "“x” is no example", "Write"),
        ('[file]\nencoding = "base64"\n' + RECORD, "“base64” is no encoding", "Usual are"),
        ('[file]\nencoding = "rot13"\n' + RECORD, "“rot13” is no encoding", "Usual are"),
        ('[file]\nencoding = "undefined"\n' + RECORD, "“undefined” is no encoding", "Usual are"),
        ('[file]\nencoding = "idna"\n' + RECORD, "“idna” is no encoding", "Usual are"),
        ('[file]\nencoding = "utf\\u0000"\n' + RECORD, "is no encoding", "Usual are"),
        ("x = " + "[" * 5000, "This is no TOML", "Mend it there."),
        ("x = " + "9" * 5000, "This is no TOML", "Mend it there."),
        ("[file]\nheader = -1\n" + RECORD, "the number of a line", ""),
        ("[file]\nheader = 1001\n" + RECORD, "the number of a line", "beyond line 1,000"),
        ("[file]\nheader = true\n" + RECORD, "true or false, not a number", ""),
        ('[file]\ndelimiter = ";;"\n' + RECORD, "more than one character", ""),
        (RECORD + 'when = { column = "A" }\n', "“record.when.in” is missing", "not_in"),
        (RECORD + 'parent = "Order"\n', "is text, not a table", ""),
        ('[[relationship]]\nfrom = "A"\nto = "B"\nkind = "owns"', "“owns”", "works_at"),
        ('[[join]]\nfile = "../etc/passwd"\non = "a"\nkey = "b"\n' + RECORD, "beside", ""),
        (RECORD + 'subject = { value = "x", colour = "red" }\n', "“record.subject.colour”", ""),
    ],
)
def test_what_is_wrong_is_named_with_its_mend(text, message, mend):
    problem = wrong(text)
    assert message in problem.message
    assert mend in problem.mend


@pytest.mark.parametrize(
    "said",
    [
        *('date = "excel1904"', 'date = ["%d.%m.%y", "roc", "%Y年%m月%d日 %H:%M:%S.%f %z"]'),
        *('encoding = "cp949"', 'encoding = "latin-1"', 'encoding = "UTF-16LE"'),
        *('encoding = "utf-8-sig"', 'encoding = "euc-kr"', 'encoding = "macroman"'),
    ],
)
def test_how_systems_write_is_taken(said):
    assert parse(f"[{'defaults' if 'date' in said else 'file'}]\n{said}\n" + RECORD).blocks


def test_the_columns_that_it_needs_are_known_with_their_places():
    mapping = parse(
        RECORD
        + 'when = { column = "Kind", in = ["R"] }\n'
        + 'subject = { template = "Invoice {No} of {Date}" }\n'
        + 'parent = { type = "order", column = "Order" }\n'
        + '[record.set]\nterms = { first = ["Terms", "{Days} days"] }\n'
    )
    assert set(mapping.columns()) == {
        ("Kind", "record.when"),
        ("No", "record.key"),
        ("Cust", "record.profile"),
        ("No", "record.subject"),
        ("Date", "record.subject"),
        ("Order", "record.parent"),
        ("Terms", "record.set.terms"),
        ("Days", "record.set.terms"),
    }


def test_a_company_s_own_type_is_mapped_like_a_built_in_one():
    words = {"en": "Loan"}
    CustomRecordType.objects.create(
        key="loan_device",
        declaration={
            "words": words,
            "statuses": [
                {"key": "out", "words": words},
                {"key": "back", "words": words, "closes": True},
            ],
            "fields": [{"key": "serial", "words": words}],
        },
    )
    from concord.records import types

    types.forget_own()
    try:
        mapping = parse('[[record]]\ntype = "loan_device"\nkey = "No"\nprofile = "C"\n'
                        '[record.set]\nserial = "S"\n')  # fmt: skip
        assert mapping.blocks[0].type.closing_status == "back"
    finally:
        types.forget_own()
