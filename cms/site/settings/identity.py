"""The company's identity provider (OpenID Connect), from the environment: none without ``OIDC_SERVER_URL``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def providers(environ: Mapping[str, str]) -> dict[str, Any]:
    """What ``SOCIALACCOUNT_PROVIDERS`` is to be."""
    apps = []
    if environ.get("OIDC_SERVER_URL"):
        file = environ.get("OIDC_CLIENT_SECRET_FILE")
        secret = Path(file).read_text(encoding="utf-8").strip() if file else environ.get("OIDC_CLIENT_SECRET", "")
        apps.append(
            {
                "provider_id": environ.get("OIDC_PROVIDER_ID", "company"),
                "name": environ.get("OIDC_NAME", "SSO"),
                "client_id": environ["OIDC_CLIENT_ID"],
                "secret": secret,
                "settings": {"server_url": environ["OIDC_SERVER_URL"].rstrip("/")},
            }
        )
    return {
        "openid_connect": {
            "provider_class": "training.web.identity.provider.IdentityProvider",
            "APPS": apps,
        }
    }


def form_targets(environ: Mapping[str, str]) -> list[str]:
    """The origins to which a form may lead: browsers apply ``form-action`` to the redirects after it as well.

    The provider's own, and those in ``OIDC_ORIGINS`` (separated by spaces) to
    which it sends on, where its sign-in pages are elsewhere.
    """
    urls = [environ.get("OIDC_SERVER_URL", ""), *environ.get("OIDC_ORIGINS", "").split()]
    origins = [f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, urls) if parts.scheme and parts.netloc]
    return list(dict.fromkeys(origins))
