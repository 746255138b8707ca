"""Writes the policies that come with Concord: `python -m concord.treatment.policy.build`.

The tables stand in Python, one file a trade (`maker.py` and its neighbours), as a manager would
write them on paper; each rule has a stable id (`place_order.on_hold`) and a reason in three
languages. A company's changes live in its own versions of the policy, never here.
"""

from __future__ import annotations

from pathlib import Path

from concord.treatment.policy.maker import MAKER
from concord.treatment.policy.written import xml

PATH = Path(__file__).with_name("default.dmn")


def build() -> str:
    """The default policy as DMN 1.5 XML."""
    return xml(MAKER)


if __name__ == "__main__":
    PATH.write_text(build(), encoding="utf-8")
