"""Normal forms: how a name, a phone number, an address or an id is compared. Never shown."""


def listed(words: str) -> frozenset[str]:
    """A table of words, written as a text."""
    return frozenset(words.split())
