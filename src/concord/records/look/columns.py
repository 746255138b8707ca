"""What the columns of a receivables or order export are, by their header and by their content."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from concord.records.look.shapes import Cell, DateShape, date_shape, number_is_european
from concord.records.look.vocabulary import ROLES, Role

DATES: Final = frozenset({Role.ISSUED, Role.DUE, Role.SETTLED, Role.SHIPPED})
NUMBERS: Final = frozenset({Role.AMOUNT, Role.BALANCE})


@dataclass(frozen=True, slots=True)
class Guess:
    """A column taken for a role; `sure` is False where a person should look."""

    column: int
    score: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was understood of a file's columns.

    `columns` maps a role to the column's index. `dates` holds the shape of every date column,
    `european` says of every number column whether the comma is its decimal mark.
    """

    header: tuple[str, ...]
    columns: Mapping[Role, int]
    dates: Mapping[Role, DateShape] = field(default_factory=dict)
    european: Mapping[Role, bool] = field(default_factory=dict)
    unsure: frozenset[Role] = frozenset()

    @property
    def kind(self) -> str:
        """`receivables`, `orders`, or `unknown` when the file cannot answer anything."""
        has = self.columns.keys()
        if not has & {Role.CUSTOMER_KEY, Role.CUSTOMER_NAME}:
            return "unknown"
        says_orders = self._header_says("order", "ship", "주문", "출고", "訂單", "订单", "出貨")
        if Role.DUE in has and has & NUMBERS and not (says_orders and Role.SETTLED not in has):
            return "receivables"
        if has & {Role.SHIPPED, Role.ISSUED} and has & {Role.AMOUNT, Role.DUE}:
            return "orders"
        return "unknown"

    @property
    def missing(self) -> tuple[Role, ...]:
        """The roles without which nothing can be said, in the order of asking for them."""
        missing = []
        if not self.columns.keys() & {Role.CUSTOMER_KEY, Role.CUSTOMER_NAME}:
            missing.append(Role.CUSTOMER_NAME)
        if not self.columns.keys() & {Role.DUE, Role.SHIPPED, Role.ISSUED}:
            missing.append(Role.DUE)
        if not self.columns.keys() & NUMBERS:
            missing.append(Role.AMOUNT)
        return tuple(missing)

    def _header_says(self, *words: str) -> bool:
        named = [
            self.header[self.columns[role]].lower()
            for role in (Role.NUMBER, Role.ISSUED, Role.SHIPPED)
            if role in self.columns
        ]
        return any(word in name for name in named for word in words)


def recognise(
    header: Sequence[str],
    sample: Sequence[Sequence[Cell]],
    corrections: Mapping[Role, int | None] | None = None,
    date_formats: Mapping[Role, str] | None = None,
) -> Recognised:
    """Guess the role of each column from its header and from `sample` rows.

    `corrections` is what a person said: role to column index, or None for "there is none".
    `date_formats` is what a person said of dates that read in two ways.
    """
    columns = {i: [row[i] if i < len(row) else None for row in sample] for i in range(len(header))}
    chosen = _assign(_guesses(header, columns))
    unsure = {role for role, guess in chosen.items() if not guess.sure}
    indices = {role: guess.column for role, guess in chosen.items()}
    for role, index in (corrections or {}).items():
        unsure.discard(role)
        if index is None:
            indices.pop(role, None)
        else:
            indices = {r: i for r, i in indices.items() if i != index} | {role: index}
    dates = _dates(indices, columns, date_formats or {})
    unsure |= {role for role, shape in dates.items() if shape.is_ambiguous}
    european = {
        role: bool(number_is_european(columns[index]))
        for role, index in indices.items()
        if role in NUMBERS
    }
    return Recognised(tuple(header), indices, dates, european, frozenset(unsure & indices.keys()))


def _guesses(
    header: Sequence[str], columns: Mapping[int, Sequence[Cell]]
) -> list[tuple[Role, Guess]]:
    found = []
    for index, title in enumerate(header):
        for role in Role:
            by_header = _header_score(title, role)
            by_content = _content_score(role, columns[index])
            if by_content <= 0 or (by_header <= 0 and by_content < 0.9):
                continue
            score = by_header + by_content
            found.append((role, Guess(index, score, by_header >= 1.5)))
    return found


def _assign(guesses: list[tuple[Role, Guess]]) -> dict[Role, Guess]:
    """Each role its best column and each column its best role, best match first."""
    taken: set[int] = set()
    chosen: dict[Role, Guess] = {}
    for role, guess in sorted(guesses, key=lambda g: (-g[1].score, g[1].column)):
        if role not in chosen and guess.column not in taken:
            chosen[role] = guess
            taken.add(guess.column)
    return chosen


def _header_score(title: str, role: Role) -> float:
    """0 for a header that says nothing of the role, up to 3 for its best word."""
    words = _words(title)
    squashed = words.replace(" ", "")
    best = 0.0
    for rank, phrase in enumerate(ROLES[role]):
        early = 1 - rank / (2 * len(ROLES[role]))
        bare = phrase.replace(" ", "")
        if squashed == bare:
            best = max(best, 2 + early)
        elif (len(bare) > 3 and (f" {phrase} " in f" {words} " or bare in squashed)) or (
            not bare.isascii() and bare in squashed
        ):
            best = max(best, (1 + early) * len(bare) / len(squashed))
    return best


def _words(title: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", title)
    return " ".join(re.sub(r"[\W_]+", " ", spaced).lower().split())


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_FLAG = frozenset(
    "yes no y n true false t f 1 0 x ja nein j 예 아니오 네 是 否 disputed open".split()  # noqa: SIM905
)


def _content_score(role: Role, values: Sequence[Cell]) -> float:
    """0 where the content contradicts the role, 1 where it could not be anything else."""
    filled = [v for v in values if v is not None and str(v).strip()]
    if not filled:
        return 0.1 if role in {Role.SETTLED, Role.SHIPPED} else 0.0
    texts = [str(v).strip() for v in filled]
    if role in DATES:
        return 0.5 if date_shape(filled) else 0.0
    if role in NUMBERS:
        return 0.5 if number_is_european(filled) is not None and not date_shape(filled) else 0.0
    if role is Role.EMAIL:
        return 1.0 if all(_EMAIL.fullmatch(t) for t in texts) else 0.0
    if role is Role.CURRENCY:
        return 0.9 if all(re.fullmatch(r"[A-Z]{3}", t) for t in texts) else 0.0
    if role is Role.DISPUTED:
        return 0.5 if all(t.lower() in _FLAG for t in texts) else 0.0
    if role is Role.NUMBER:
        return 0.6 * len(set(texts)) / len(texts) if _is_code(texts) else 0.0
    if role is Role.CUSTOMER_KEY:
        return 0.4 if _is_code(texts) and not date_shape(filled) else 0.0
    if role is Role.COUNTRY:
        return 0.4 if all(re.fullmatch(r"[^\W\d]{2}", t) for t in texts) else 0.0
    if role is Role.CUSTOMER_NAME:
        wordy = sum(bool(re.search(r"[^\W\d_]{2}", text)) for text in texts)
        return 0.4 if wordy > len(texts) / 2 else 0.2
    return 0.3


def _is_code(texts: Sequence[str]) -> bool:
    return all(len(t) <= 40 and not re.search(r"\s\S+\s", t) for t in texts)


def _dates(
    indices: Mapping[Role, int],
    columns: Mapping[int, Sequence[Cell]],
    said: Mapping[Role, str],
) -> dict[Role, DateShape]:
    """Shapes of all date columns; what one column leaves open, another of the file decides."""
    shapes = {
        role: shape
        for role, index in indices.items()
        if role in DATES and (shape := date_shape(columns[index]))
    }
    settled = {f for s in shapes.values() if not s.is_ambiguous for f in s.formats}
    for role, shape in shapes.items():
        if said.get(role) in shape.formats:
            shapes[role] = replace(shape, said=said[role])
        elif shape.is_ambiguous and (agreed := [f for f in shape.formats if f in settled]):
            shapes[role] = DateShape(tuple(agreed), shape.is_typed)
    return shapes
