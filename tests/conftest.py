"""What every test of the house needs: the ledger's triggers in place, a key and an evidence folder of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import TransactionTestCase, override_settings
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from tests import fast_database
from tests.reminders.post import PostOffice, post_office
from training.certificates.keys import make_credentials
from training.ledger import triggers
from training.ledger.keys import make_key

# How long one example takes says how busy the machine is, and nothing of the product. The same code gets the same
# examples, so that red is red for everyone; EXPLORE=1 (and make fuzz) draws new ones.
hypothesis_settings.register_profile("house", deadline=None, derandomize=not os.environ.get("EXPLORE"), database=None)
hypothesis_settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def own_key_and_evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let no test sign with, or write beside, anything outside its own run."""
    folder = tmp_path_factory.mktemp("state")
    key = folder / "ledger.pem"
    make_key(path=key)
    signing = folder / "signing.pem", folder / "signing.crt.pem"
    make_credentials(
        key_path=signing[0],
        certificate_path=signing[1],
        company="試験株式会社",
        now=datetime(2020, 1, 1, tzinfo=UTC),  # before whatever day a test plays on
        days=10_000,
    )
    own = {
        "LEDGER_KEY_FILE": key,
        "SIGNING_KEY_FILE": signing[0],
        "SIGNING_CERTIFICATE_FILE": signing[1],
        "EVIDENCE_ROOT": folder / "evidence",
    }
    with override_settings(PRIVACY_TRAINING={**settings.PRIVACY_TRAINING, **own}):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Begin with every trigger in place, as a migrated database does."""
    with django_db_blocker.unblock():
        triggers.install()
        fast_database.keep()


@pytest.fixture(scope="session", autouse=True)
def flush_in_spite_of_triggers() -> Iterator[None]:
    """Emptying the tables between transactional tests is the one change of evidence that is meant."""
    flush = TransactionTestCase._fixture_teardown

    def without_triggers(test: TransactionTestCase) -> None:
        triggers.remove()
        try:
            flush(test)
        finally:
            triggers.install()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", without_triggers)
        yield


@pytest.fixture(autouse=True)
def language_of_the_house() -> Iterator[None]:
    """A page asked for in English leaves English active in this thread: the next test begins without."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    """A mail server on the loopback that takes every mail; it is stopped after the test."""
    with post_office(settings) as opened:
        yield opened
