"""What is better: a customer by the facts, a treatment by what it gives.

Written from worse to better, as `concord.dmn.analysis.ranking` reads it. The law of publishing goes
by these orders whatever a file says; the default policy carries them, so that any tool that knows
them finds the same. A new customer and a dormant one are compared with nobody.
"""

from __future__ import annotations

from typing import Final

FACTS: Final = {
    "hold set by accounting": "true < false",
    "overdue undisputed": "lower",
    "oldest undisputed overdue days": "lower",
    "hold elsewhere": "true < false",
    "overdue elsewhere": "lower",
    "average days late": "lower",
    "orders 12 months": "higher",
    "purchases 12 months": "higher",
    "revenue 12 months": "higher",
    "growth": "higher",
    "key account": "false < true",
    "credit left": "higher",
    "returns 12 months": "lower",
    "contracts in force": "higher",
    "support level": '"none" < "standard" < "premium"',
    "standing": '"on hold" < "watch" < "good" < "excellent"',
    "value": '"standard" < "growing" < "key"',
}
# The first counts most: served or not, then how soon, then with which benefits.
TREATMENT: Final = {
    "act": '"pass on", "decline" < "not yet" < "go ahead", "escalate"',
    "priority": "null < lower",
    "benefits": "more",
}
