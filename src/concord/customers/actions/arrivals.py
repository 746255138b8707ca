"""One customer who comes in on line: received and matched at once.

What is new is received and matched in one transaction: nobody sees it unmatched, and a kill leaves
nothing behind. Its own rows, then the keys that it claims, then the customers that it may be are
locked, in this order: nobody who has one of the latter waits for one of the former.
"""

from __future__ import annotations

from functools import partial

from django.db import connection, transaction

from concord.customers.actions.joining import settle
from concord.customers.actions.matching import match
from concord.customers.actions.newcomers import Newcomer
from concord.customers.actions.profiles import Receipt, take_over_one
from concord.customers.said import ProfileSaid
from concord.kernel import events
from concord.kernel.deadlocks import despite_deadlocks
from concord.kernel.memory import uncollected
from concord.kernel.models import Source


def arrive(source: Source, said: ProfileSaid) -> Receipt:
    """Receive what a source says of one customer, and find who it is.

    What says something else of somebody who is known is received first: their customer is locked
    for that, and who they are by now may be anybody. Killed in between, it waits to be matched.
    """
    return despite_deadlocks(partial(_arrive, source, said))


@uncollected()
def _arrive(source: Source, said: ProfileSaid) -> Receipt:
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        receipt, looked = take_over_one(source, said, Newcomer.read)
        if looked:
            settle(*looked)
        elif receipt.outcome == "created":  # it was a name alone, or had been taken back
            match([receipt.profile_id])
        if is_outermost:
            events.commit_telling()
    if receipt.outcome == "changed":
        match([receipt.profile_id])
    return receipt
