"""Tests on the whole site."""

from __future__ import annotations

import os

import dj_database_url

from cms.site.settings.base import *  # noqa: F403
from cms.site.settings.base import BASE_DIR, PRIVACY_TRAINING, STORAGES

DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": dj_database_url.parse(os.environ.get("DATABASE_URL", "sqlite://:memory:"))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {"timeout": 20, "transaction_mode": "IMMEDIATE"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
PRIVACY_TRAINING = {**PRIVACY_TRAINING, "LEDGER_KEY_FILE": BASE_DIR / "var" / "test" / "ledger.pem"}
