"""Tests on the whole site."""

from __future__ import annotations

import os

import dj_database_url

from cms.site.settings.base import *  # noqa: F403
from cms.site.settings.base import PRIVACY_TRAINING, STORAGES, VAR
from cms.site.settings.mail import mailer

DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["*"]
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", f"sqlite:///{VAR / 'test' / 'nothing-but-tests.sqlite3'}")
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in production: threads on a database in memory would share one connection, hence one transaction.
    (VAR / "test").mkdir(parents=True, exist_ok=True)
    # One for each process: two runs in one checkout do not meet.
    DATABASES["default"]["TEST"] = {"NAME": VAR / "test" / f"site-{os.getpid()}.sqlite3"}
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
    }
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
WHITENOISE_AUTOREFRESH = True  # nothing is collected for tests
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
PRIVACY_TRAINING = {
    **PRIVACY_TRAINING,
    "LEDGER_KEY_FILE": VAR / "test" / "ledger.pem",
    "SIGNING_KEY_FILE": VAR / "test" / "signing.pem",
    "SIGNING_CERTIFICATE_FILE": VAR / "test" / "signing.crt.pem",
    "TSA_URL": "",
}
globals().update(mailer("locmem"))
