"""What the columns of a receivables or order export are, by their header and by their content."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from concord.records.importing.readers import Cell
from concord.records.importing.values import PLAIN
from concord.records.look import titles
from concord.records.look.aging import Bucket, buckets
from concord.records.look.content import (
    CERTAIN,
    DATES,
    DISPUTE_WORDS,
    NUMBERS,
    Column,
    bears,
    disputed,
    is_code,
)
from concord.records.look.currency import sign_of
from concord.records.look.shapes import DateShape
from concord.records.look.vocabulary import LOOKED, Role

__all__ = [
    "DATES",
    "DISPUTE_WORDS",
    "NUMBERS",
    "Recognised",
    "also",
    "disputed",
    "is_called",
    "is_code",
    "recognise",
]

GUESSED: Final = 200  # columns; those behind them are there to be chosen
TOLD_BY_VALUES: Final = frozenset({Role.EMAIL, Role.WEBSITE, Role.PHONE, Role.TAX_ID})
NAMES: Final = frozenset({Role.CUSTOMER_NAME, Role.PERSON_NAME, Role.NAME_NATIVE, Role.NAME_LATIN})


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
    `numbers` an example of how each number column is written ("1.234,56"). `sign` is what stands
    beside the amounts, of an aging summary `buckets` are its columns of amounts.
    """

    header: tuple[str, ...]
    columns: Mapping[Role, int]
    dates: Mapping[Role, DateShape] = field(default_factory=dict)
    numbers: Mapping[Role, str] = field(default_factory=dict)
    unsure: frozenset[Role] = frozenset()
    buckets: tuple[Bucket, ...] = ()
    sign: str = ""

    @property
    def kind(self) -> str:
        """`receivables`, `orders`, `aging` for a summary of open amounts by how long they are
        overdue, or `unknown` when the file cannot answer anything.
        """
        has = self.columns.keys()
        if not has & {Role.CUSTOMER_KEY, Role.CUSTOMER_NAME}:
            return "unknown"
        if self.buckets:
            return "aging"
        says_orders = self._header_says("order", "ship", "주문", "출고", "訂單", "订单", "出貨")
        if Role.DUE in has and has & NUMBERS and not (says_orders and Role.SETTLED not in has):
            return "receivables"
        is_paid = has & {Role.SETTLED, Role.BALANCE} and Role.SHIPPED not in has and not says_orders
        if has & {Role.SHIPPED, Role.ISSUED} and has & {Role.AMOUNT, Role.DUE} and not is_paid:
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
    roles: Sequence[Role] = LOOKED,
) -> Recognised:
    """Guess the role of each column from its header and from `sample` rows.

    `corrections` is what a person said: role to column index, or None for "there is none".
    `date_formats` is what a person said of dates that read in two ways. `roles` are those that are
    looked for.
    """
    columns = [Column(title, sample, place) for place, title in enumerate(header)]
    chosen = _assign(_guesses(columns[:GUESSED], roles))
    name = chosen.get(Role.CUSTOMER_NAME)
    if name and Role.CUSTOMER_KEY in chosen and not columns[name.column].is_wordy:
        del chosen[Role.CUSTOMER_NAME]  # another number of theirs
    if Role.CUSTOMER_KEY not in chosen and (key := _other_key(columns[:GUESSED], chosen)):
        chosen[Role.CUSTOMER_KEY] = key
    unsure = {role for role, guess in chosen.items() if not guess.sure}
    indices = {role: guess.column for role, guess in chosen.items()}
    for role, index in (corrections or {}).items():
        unsure.discard(role)
        if index is None or index >= len(header):
            indices.pop(role, None)
        else:
            indices = {r: i for r, i in indices.items() if i != index} | {role: index}
    aged = _aged(columns, indices)
    if aged and not indices.keys() & {Role.CUSTOMER_KEY, Role.CUSTOMER_NAME}:
        # The first column of such a report often has no title.
        taken = set(indices.values())
        for place, column in enumerate(columns[:GUESSED]):
            if place not in taken and column.is_wordy and column.texts:
                indices[Role.CUSTOMER_NAME] = place
                break
    dates = _dates(indices, columns, date_formats or {})
    unsure |= {role for role, shape in dates.items() if shape.is_ambiguous}
    numbers = {
        role: columns[index].number or PLAIN for role, index in indices.items() if role in NUMBERS
    }
    money = [columns[indices[role]] for role in numbers] + [columns[b.column] for b in aged]
    return Recognised(
        tuple(header),
        indices,
        dates,
        numbers,
        frozenset(unsure & indices.keys()),
        aged,
        sign_of([one.title for one in money], [text for one in money for text in one.texts]),
    )


def also(
    header: Sequence[str],
    sample: Sequence[Sequence[Cell]],
    taken: Collection[int],
    roles: Sequence[Role],
) -> dict[int, Role]:
    """Of the columns that are not `taken`, those of roles that several may have: a second phone."""
    found = {}
    for place, title in enumerate(header[:GUESSED]):
        if place in taken:
            continue
        said = titles.read(title).scores
        best = max(said, key=lambda role: said[role], default=None)
        if best and best in roles and bears(best, Column(title, sample, place)) > 0:
            found[place] = best
    return found


def is_called(title: str, role: Role) -> bool:
    """Whether a column's name alone says that it is this."""
    return titles.score(title, role) >= titles.SURE


def _aged(columns: Sequence[Column], indices: Mapping[Role, int]) -> tuple[Bucket, ...]:
    """The columns of an aging summary; none in a list that says when each invoice is due."""
    if Role.DUE in indices:
        return ()
    found = buckets([column.title for column in columns[:GUESSED]])
    found = tuple(b for b in found if columns[b.column].number or not columns[b.column].texts)
    written = next((number for b in found if (number := columns[b.column].number)), PLAIN)
    return tuple(replace(b, number=columns[b.column].number or written) for b in found)


def _guesses(columns: Sequence[Column], roles: Sequence[Role]) -> list[tuple[Role, Guess]]:
    found = []
    for index, column in enumerate(columns):
        for role in roles:
            by_header = _by_header(role, column)
            if by_header <= 0 and (role not in TOLD_BY_VALUES or column.said.is_known):
                continue
            by_content = bears(role, column)
            if by_content <= 0 or (by_header <= 0 and by_content < CERTAIN):
                continue
            if role in NAMES and by_header < titles.SURE and column.has_few_values:
                continue  # "name style", "person type"
            score = by_header + by_content
            found.append((role, Guess(index, score, by_header >= titles.SURE)))
    return found


def _by_header(role: Role, column: Column) -> float:
    """What its name says; a “Customer” of numbers that a system made is the number of one."""
    said = column.said.scores.get(role, 0.0)
    if role is Role.CUSTOMER_KEY and not column.said.is_generic and column.is_token:
        return max(said, column.said.scores.get(Role.CUSTOMER_NAME, 0.0))
    return said


def _assign(guesses: list[tuple[Role, Guess]]) -> dict[Role, Guess]:
    """Each role its best column and each column its best role, best match first."""
    taken: set[int] = set()
    chosen: dict[Role, Guess] = {}
    for role, guess in sorted(guesses, key=lambda g: (-g[1].score, g[1].column)):
        if role not in chosen and guess.column not in taken:
            chosen[role] = guess
            taken.add(guess.column)
    return chosen


def _other_key(columns: Sequence[Column], chosen: Mapping[Role, Guess]) -> Guess | None:
    """A second column that is called as the customer is, and has codes: Debitor beside Name."""
    taken = {guess.column for guess in chosen.values()}
    if Role.CUSTOMER_NAME not in chosen:
        return None
    for index, column in enumerate(columns):
        if column.said.is_generic:
            continue
        score = titles.score(column.title, Role.CUSTOMER_NAME)
        is_number = column.texts and column.is_code and not column.is_wordy and not column.date
        if index not in taken and score >= 2 and is_number:
            return Guess(index, score, True)
    return None


def _dates(
    indices: Mapping[Role, int],
    columns: Sequence[Column],
    said: Mapping[Role, str],
) -> dict[Role, DateShape]:
    """Shapes of all date columns; what one column leaves open, another of the file decides."""
    shapes = {
        role: shape
        for role, index in indices.items()
        if role in DATES and (shape := columns[index].date)
    }
    settled = {f for s in shapes.values() if not s.is_ambiguous for f in s.formats}
    for role, shape in shapes.items():
        if said.get(role) in shape.formats:
            shapes[role] = replace(shape, said=said[role])
        elif shape.is_ambiguous and (agreed := [f for f in shape.formats if f in settled]):
            shapes[role] = replace(shape, formats=tuple(agreed))
    return shapes
