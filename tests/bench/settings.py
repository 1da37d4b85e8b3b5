"""A site without Wagtail that keeps everything, certificates too, under ``VAR_DIR``."""

from __future__ import annotations

from tests.settings_training import *  # noqa: F403
from tests.settings_training import PRIVACY_TRAINING, VAR

PRIVACY_TRAINING = {**PRIVACY_TRAINING, "EVIDENCE_ROOT": VAR / "evidence"}
