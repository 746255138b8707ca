"""The settings of a process that a test kills: its files lie with those of the test."""

import os
from pathlib import Path

from concord.config.settings import *  # noqa: F403

MEDIA_ROOT = Path(os.environ["LOOK_MEDIA"])
