"""The reference site takes its identity provider from the environment."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.test import Client

from cms.site.settings.identity import form_targets, providers


def test_without_a_server_there_is_no_provider_and_forms_lead_nowhere_else():
    assert providers({"OIDC_CLIENT_ID": "training"})["openid_connect"]["APPS"] == []
    assert form_targets({}) == []


def test_the_secret_comes_from_a_file(tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text("geheim\n")
    environ = {
        "OIDC_SERVER_URL": "https://idp.example:8443/realms/a/",
        "OIDC_CLIENT_ID": "training",
        "OIDC_CLIENT_SECRET_FILE": str(file),
        "OIDC_NAME": "全社ID",
    }
    assert providers(environ)["openid_connect"]["APPS"] == [
        {
            "provider_id": "company",
            "name": "全社ID",
            "client_id": "training",
            "secret": "geheim",
            "settings": {"server_url": "https://idp.example:8443/realms/a"},
        }
    ]


def test_forms_may_lead_to_the_origins_of_the_provider_once_each():
    environ = {
        "OIDC_SERVER_URL": "https://idp.example:8443/realms/a/",
        "OIDC_ORIGINS": "https://mfa.example/x https://idp.example:8443 nonsense 'unsafe-inline'",
    }
    assert form_targets(environ) == ["https://idp.example:8443", "https://mfa.example"]


def test_the_site_s_policy_names_where_forms_lead(client: Client, db: None):
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] == ["'self'"]
    assert "form-action 'self'" in client.get("/accounts/login/").headers["Content-Security-Policy"]
