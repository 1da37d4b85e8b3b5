"""A server whose jobs are done by workers and whose mail goes by SMTP: for the processes that tests/test_workers.py starts.

Without Wagtail, which takes longer to start than all the rest. Jobs and mail are set as the reference site sets them.
"""

from __future__ import annotations

import os

from cms.site.settings.mail import smtp
from cms.site.settings.workers import jobs
from tests.settings_training import *  # noqa: F403
from tests.settings_training import INSTALLED_APPS, PRIVACY_TRAINING

KEYS = ("LEDGER_KEY_FILE", "SIGNING_KEY_FILE", "SIGNING_CERTIFICATE_FILE")
PRIVACY_TRAINING = {**PRIVACY_TRAINING, **{name: os.environ[name] for name in KEYS}}
_apps, _settings = jobs(os.environ)
INSTALLED_APPS = [*INSTALLED_APPS, *_apps]
globals().update(_settings | smtp(os.environ))
