"""What the six systems write of one customer into their export files.

A row is yielded with the name of its table, in the order of that table's columns, and formatted
the way the system formats: 18.400,00 and 02.10.2026 in accounting, 10/02/2026 in sales.
"""

import random
from collections.abc import Iterator
from functools import partial

from concord.demo.customers import Customer
from concord.demo.documents import History
from concord.demo.entries import ENTRIES, contacts
from concord.demo.events import EVENTS
from concord.demo.tables import Row


def rows(customer: Customer, history: History, rng: random.Random) -> Iterator[Row]:
    """All rows of all systems for one customer: who it is, its people, what happened."""
    for system, write in ENTRIES.items():
        for profile in customer.profiles.get(system, ()):
            yield from write(customer, profile)
    yield from contacts(customer)
    for system, tell in EVENTS.items():
        if customer.known_to(system):
            yield from tell(history, partial(customer.key, system, rng))
