"""How often we kept our word, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

from django.utils.translation import gettext as _

from concord.ui import formats

Z: Final = 1.959964  # of nineteen intervals in twenty the true share lies within
SHARP: Final = 400  # from so many acts on, a tenth of a percent means something


@dataclass(slots=True)
class Tally:
    """Acts by their verdict. Only kept and not kept make the share: an exception is neither, and
    what nobody can say is not guessed."""

    kept: int = 0
    deviated: int = 0
    exception: int = 0
    cannot_say: int = 0

    def add(self, verdict: str, acts: int) -> None:
        setattr(self, verdict, getattr(self, verdict) + acts)

    @property
    def acts(self) -> int:
        return self.kept + self.deviated + self.exception + self.cannot_say

    @property
    def judged(self) -> int:
        return self.kept + self.deviated

    @property
    def share(self) -> float | None:
        """Of a hundred; None where there is nothing to say."""
        return 100 * self.kept / self.judged if self.judged else None

    @property
    def between(self) -> tuple[float, float]:
        """The bounds of the share, of a hundred (see `wilson`)."""
        low, high = wilson(self.kept, self.judged)
        return 100 * low, 100 * high

    def __str__(self) -> str:
        return _(
            "%(acts)d acts, %(kept)d kept, %(not_kept)d not kept, %(exception)d by exception, "
            "%(cannot_say)d nobody can say"
        ) % {
            "acts": self.acts,
            "kept": self.kept,
            "not_kept": self.deviated,
            "exception": self.exception,
            "cannot_say": self.cannot_say,
        }

    @property
    def in_words(self) -> str:
        """`98 of 100`, as exactly as the number of acts allows."""
        if self.share is None:
            return _("nothing to say yet")
        return _("%(share)s of 100") % {"share": self._told(self.share)}

    @property
    def between_in_words(self) -> str:
        if self.share is None:
            return ""
        low, high = map(self._told, self.between)
        return _("between %(low)s and %(high)s of 100") % {"low": low, "high": high}

    def _told(self, value: float) -> str:
        """Never 100 where one act was not kept, nor 0 where one was."""
        places = 1 if self.judged >= SHARP else 0
        told = round(value, places)
        if told == 100 and value < 100 and self.deviated:
            places, told = 1, min(round(value, 1), 99.9)
        if told == 0 and value > 0 and self.kept:
            places, told = 1, max(round(value, 1), 0.1)
        return formats.number(told if places and told % 1 else int(told))


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The interval of E. B. Wilson (1927) for a share, at 95 %: right also for few, and for none
    or all of them, where the usual one has no width. (0, 1) where there is nothing."""
    if not of:
        return 0.0, 1.0
    share, z2 = hits / of, Z * Z
    middle = share + z2 / (2 * of)
    reach = Z * sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    low, high = (middle - reach) / (1 + z2 / of), (middle + reach) / (1 + z2 / of)
    return (0.0 if hits == 0 else low), (1.0 if hits == of else high)
