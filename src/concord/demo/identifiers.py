"""Tax numbers, telephone numbers and domains that are well-formed and belong to one customer each.

All of them are computed from the customer's serial number, so two customers never share one by
accident, however many customers are made.
"""

from dataclasses import dataclass

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10
from stdnum.luhn import calc_check_digit as luhn
from stdnum.vn import mst

CALLING_CODES = {
    "KR": "82", "TW": "886", "CN": "86", "DE": "49", "US": "1", "GB": "44", "SE": "46",
    "JP": "81", "VN": "84",
}  # fmt: skip
_SCATTER = 7919  # a prime: neighbours in the file do not get neighbouring numbers


def tax_id(country: str, serial: int, *, person: bool = False) -> str:
    """A tax number of that country with a right check digit, as its authority prints it."""
    return _TAX[country](serial, person)


def _korea(serial: int, person: bool) -> str:
    middle = 10 + serial % 70 if person else 81
    body = f"{101 + serial % 800}{middle:02d}{1 + serial // 800 % 9998:04d}"
    total = sum(int(d) * w for d, w in zip(body, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=True))
    check = (10 - (total + int(body[8]) * 5 // 10) % 10) % 10
    return f"{body[:3]}-{body[3:5]}-{body[5:]}{check}"


def _taiwan(serial: int, person: bool) -> str:
    body = str(1_000_000 + serial * _SCATTER % 8_999_993)
    products = "".join(str(w * int(d)) for d, w in zip(body, (1, 2, 1, 2, 1, 2, 4), strict=True))
    return body + str(-sum(map(int, products)) % 10)


def _china(serial: int, person: bool) -> str:
    body = f"91{320500 + serial % 90:06d}MA{serial:07d}"
    return body + uscc.calc_check_digit(body)


def _germany(serial: int, person: bool) -> str:
    body = str(10_000_000 + serial * _SCATTER % 89_999_999)
    return f"DE{body}{mod_11_10.calc_check_digit(body)}"


def _britain(serial: int, person: bool) -> str:
    body = str(1_000_000 + serial * _SCATTER % 8_999_993)
    total = sum(int(d) * w for d, w in zip(body, (8, 7, 6, 5, 4, 3, 2), strict=True))
    return f"GB{body}{97 - total % 97:02d}"


def _america(serial: int, person: bool) -> str:
    return f"{(20, 26, 27, 45, 46, 47)[serial % 6]}-{serial * _SCATTER % 9_999_991:07d}"


def _sweden(serial: int, person: bool) -> str:
    body = f"556{serial * _SCATTER % 999_983:06d}"
    return f"SE{body}{luhn(body)}01"


def _japan(serial: int, person: bool) -> str:
    body = f"{100_000_000_000 + serial * _SCATTER}"
    total = sum(int(d) * w for d, w in zip(reversed(body), (1, 2) * 6, strict=True))
    return f"{9 - total % 9}{body}"


def _vietnam(serial: int, person: bool) -> str:
    # About one body in eleven has no single check digit; the next one does.
    for n in range(serial * 10, serial * 10 + 10):
        body = f"23{1 + n % 9_999_998:07d}"
        check = mst.calc_check_digit(body)
        if len(check) == 1:
            return body + check
    raise AssertionError("ten bodies in a row without a check digit")


_TAX = {
    "KR": _korea, "TW": _taiwan, "CN": _china, "DE": _germany, "US": _america, "GB": _britain,
    "SE": _sweden, "JP": _japan, "VN": _vietnam,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number that each system prints in its own way."""

    code: str
    area: str
    number: str

    @property
    def international(self) -> str:
        """`+82-32-718-2040`"""
        return f"+{self.code}-{self.area}-{self._grouped('-')}"

    @property
    def national(self) -> str:
        """`032-718-2040`, the way people write it at home."""
        trunk = "" if self.code == "1" else "0"
        return f"{trunk}{self.area}-{self._grouped('-')}"

    @property
    def spaced(self) -> str:
        """`+82 (0)32 7182040`, as European address books have it."""
        trunk = "" if self.code == "1" else "(0)"
        return f"+{self.code} {trunk}{self.area} {self.number}"

    @property
    def plain(self) -> str:
        """`+82327182040` (E.164)."""
        return f"+{self.code}{self.area}{self.number}"

    def _grouped(self, by: str) -> str:
        return f"{self.number[:-4]}{by}{self.number[-4:]}"


def landline(country: str, area: str, serial: int) -> Phone:
    """The switchboard of a customer."""
    digits = str(2_000_000 + serial * _SCATTER % 7_999_993)
    if country == "US":
        digits = f"{555 if serial < 10_000 else 200 + serial // 10_000}{serial % 10_000:04d}"
    elif (country, area) in {("KR", "2"), ("TW", "2"), ("TW", "4")}:
        digits = "2" + digits
    elif country == "CN":
        digits = "6" + digits
    elif country == "GB" or (country, area) == ("TW", "6"):
        digits = f"2{serial * _SCATTER % 999_983:06d}"
    return Phone(CALLING_CODES[country], area, digits)


def mobile(country: str, serial: int, extra: int) -> Phone:
    """The mobile phone of a person: `extra` tells the persons of one customer apart."""
    n = serial * 10 + extra
    match country:
        case "KR":
            return Phone("82", "10", f"{20_000_000 + n * _SCATTER % 79_999_987:08d}")
        case "TW":
            return Phone("886", f"9{10 + n % 80}", f"{n * _SCATTER % 999_983:06d}")
        case "CN":
            return Phone("86", f"13{n % 10}", f"{n * _SCATTER % 99_999_989:08d}")
        case "US":
            return Phone("1", ("614", "315", "971", "262")[n % 4], f"{2_000_000 + n:07d}")
        case "JP":
            return Phone("81", "90", f"{20_000_000 + n * _SCATTER % 79_999_987:08d}")
        case "VN":
            return Phone("84", "91", f"{2_000_000 + n % 7_000_000:07d}")
        case "GB":
            return Phone("44", "7400", f"{n * _SCATTER % 999_983:06d}")
        case "SE":
            return Phone("46", "70", f"{2_000_000 + n * _SCATTER % 7_999_993:07d}")
        case _:
            return Phone("49", "151", f"{20_000_000 + n * _SCATTER % 79_999_987:08d}")
