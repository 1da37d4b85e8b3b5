"""A developer's machine, and the demo: keys are made under ``var/`` by the commands that need them."""

from __future__ import annotations

import os
import secrets

from cms.site.settings.base import *  # noqa: F403
from cms.site.settings.base import STORAGES, VAR
from cms.site.settings.mail import mailer


def _kept_secret() -> str:
    """A secret key made once for this checkout, readable by its owner alone."""
    path = VAR / "keys" / "django.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


DEBUG = True
SECRET_KEY = os.environ.get("SECRET_KEY") or _kept_secret()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"django.tasks": {"level": "WARNING"}, "django_tasks": {"level": "WARNING"}},
}
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
globals().update(mailer("filebased", file_path=VAR / "mail"))
