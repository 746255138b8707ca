"""The facts that come with Concord, one file a department."""

from typing import Final

from concord.facts.catalogue import accounts, engineering, sales, service, shipping, support
from concord.facts.fact import Fact

_DEPARTMENTS: Final = (accounts, sales, shipping, support, engineering, service)

FACTS: Final[dict[str, Fact]] = {
    fact.key: fact for department in _DEPARTMENTS for fact in department.FACTS
}
