"""How mail leaves the site, written for the Django that runs: 6.1 wants MAILERS, 5.2 knows only EMAIL_*."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import django

_LEGACY = {"username": "HOST_USER", "password": "HOST_PASSWORD"}


def mailer(backend: str, **options: Any) -> dict[str, Any]:
    """Return the settings for one mailer of this backend of Django's, with its options."""
    path = f"django.core.mail.backends.{backend}.EmailBackend"
    if django.VERSION >= (6, 1):
        return {"MAILERS": {"default": {"BACKEND": path, "OPTIONS": options}}}
    return {"EMAIL_BACKEND": path} | {
        f"EMAIL_{_LEGACY.get(name, name.upper())}": value for name, value in options.items()
    }


def smtp(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings for the mail server that the environment names, TLS from the start or by STARTTLS.

    The password comes from a file (``EMAIL_PASSWORD_FILE``), so that it is not
    in a process list.
    """
    password = environment.get("EMAIL_PASSWORD_FILE")
    return mailer(
        "smtp",
        host=environment.get("EMAIL_HOST", "localhost"),
        port=int(environment.get("EMAIL_PORT", "25")),
        username=environment.get("EMAIL_USER", ""),
        password=Path(password).read_text(encoding="utf-8").strip() if password else "",
        use_tls=environment.get("EMAIL_TLS") == "starttls",
        use_ssl=environment.get("EMAIL_TLS") == "tls",
        timeout=20,
    )
