"""scim2-tester, the tool by which makers of identity providers check a service, finds nothing wrong."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from tests.building import NOW
from training.ledger.keys import load_key, verifier
from training.ledger.seal import seal
from training.ledger.verify import verify
from training.people.models import Employment
from training.people.scim_clients import SCOPES, make_client

pytestmark = pytest.mark.django_db


def test_the_tester_passes_completely(monkeypatch: pytest.MonkeyPatch) -> None:
    # A WSGI server closes connections after each request; the test's is one transaction.
    monkeypatch.setattr("django.core.handlers.wsgi.signals.request_started.send", lambda *a, **k: None)
    monkeypatch.setattr("django.http.response.signals.request_finished.send", lambda *a, **k: None)
    _client, token = make_client(name="Entra ID", scopes=SCOPES, by=None, now=NOW)
    client = WSGISCIMClient(
        get_wsgi_application(),
        base_url="http://testserver/scim/v2",
        headers={"Authorization": f"Bearer {token}"},
    )

    random.seed(2)  # whether somebody is active, the tester throws a coin for
    results: list[Any] = check_server(client)

    wrong = [(result.title, result.reason) for result in results if result.status is not Status.SUCCESS]
    assert wrong == []
    assert Counter(result.resource_type for result in results)["User"] > 25
    assert Employment.objects.filter(superseded_at__isnull=True).exists()
    key = load_key()
    seal(now=NOW, key=key)
    assert verify(keys=[verifier(key)]).problems == []
