"""The numbers that the systems give: counted up, never given twice, the cast's kept free."""

from collections import defaultdict


class Numbers:
    """One counter for each kind of number.

    `START` says where a kind begins and how it is printed; the numbers in `RESERVED` belong to the
    cast and are passed over.
    """

    START: dict[str, tuple[int, str]] = {
        "debtor": (101, "{:05d}"),
        "company": (1001, "COM-{:06d}"),
        "sales_contact": (1001, "PER-{:06d}"),
        "account": (10001, "ACC-{}"),
        "contact": (20001, "CT-{}"),
        "consignee": (30001, "K{}"),
        "engineering": (101, "{:04d}"),
        "scheduling": (1, "7-{:05d}"),
        "order": (40001, "{}"),
        "shipment": (90001, "S-{}"),
        "return": (501, "RMA-{:05d}"),
        "invoice GAU": (401, "11-{:04d}"),
        "invoice SEN": (401, "12-{:04d}"),
        "payment": (700001, "Z{}"),
        "credit": (801, "G-{:05d}"),
        "dispute": (1, "D-{:04d}"),
        "hold": (1, "H-{:04d}"),
        "case": (2001, "C-{}"),
        "interaction": (1, "M-{:06d}"),
        "question": (1101, "Q-{}"),
        "serial GAU": (100001, "G{}"),
        "serial SEN": (100001, "T{}"),
        "certificate": (1, "KAL-{:06d}"),
        "appointment": (1, "V{:06d}"),
        "lead": (1, "L-{:05d}"),
        "deal": (1, "D-{:05d}"),
        "quote": (1, "Q-{:05d}"),
        "contract": (1, "VT-{:05d}"),
        "activity": (1, "A-{:06d}"),
    }
    RESERVED: dict[str, frozenset[int]] = {
        "debtor": frozenset({417}),
        "order": frozenset({48107, 48211}),
        "shipment": frozenset({90377, 90412}),
        "invoice GAU": frozenset({417}),
        "case": frozenset({2210}),
        "question": frozenset({1187}),
    }

    def __init__(self) -> None:
        self._last: dict[str, int] = defaultdict(int)

    def next(self, kind: str) -> str:
        """The next free number of that kind, printed."""
        start, form = self.START[kind]
        number = max(self._last[kind] + 1, start)
        while number in self.RESERVED.get(kind, ()):
            number += 1
        self._last[kind] = number
        return form.format(number)

    def given(self, kind: str) -> int:
        """How many numbers of that kind were given."""
        return max(0, self._last[kind] - self.START[kind][0] + 1)
