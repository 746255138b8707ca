"""What the facts keep of a person: nothing. They are reckoned whenever they are asked for."""

from typing import Final

from concord.customers.rights import registry

HARMLESS: Final = {"facts_ownfact.*": "how a fact is reckoned, and what it is called"}


def register() -> None:
    registry.harmless(HARMLESS)
