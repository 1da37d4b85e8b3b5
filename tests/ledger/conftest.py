"""A small log to work on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from tests import building
from training.access.log import record_access
from training.access.models import AccessLog
from training.attestation.attest import decline
from training.ledger.append import append, hide
from training.ledger.keys import load_key
from training.ledger.models import Entry
from training.ledger.seal import seal

NOW = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)

Write = Callable[..., Entry]


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return load_key()


@pytest.fixture
def write() -> Write:
    """Append one entry a second, each with the given personal values hidden behind digests."""
    clock = iter(range(10_000))

    def write_one(kind: str = "test.happened", /, **values: str) -> Entry:
        at = NOW + timedelta(seconds=next(clock))
        return append(
            kind=kind, at=at, facts={"n": at.second}, disclosures=[hide(name, value) for name, value in values.items()]
        )

    return write_one


@pytest.fixture
def log(write: Write, key: Ed25519PrivateKey) -> list[Entry]:
    """Seven entries: three and two sealed, two waiting; the first and the fourth with a name."""
    written = [write(name="髙橋 一郎"), write(), write()]
    seal(now=NOW + timedelta(hours=1), key=key)
    written += [write(name="﨑山 花子", department="営業本部"), write()]
    seal(now=NOW + timedelta(hours=2), key=key)
    written += [write(), write(name="邉見 次郎")]
    return [Entry.objects.get(pk=entry.pk) for entry in written]


@pytest.fixture(scope="module")
def whole_year(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A year of three people, with at least two rows in every append-only table but those of the company as a whole.

    Made once for all tests of a module, in a transaction that is taken back
    after the last; the tests are marked ``django_db`` as any, and each begins
    with this year whole.
    """
    outermost = transaction.atomic()
    outermost._from_testcase = True  # what lets durable transactions run inside, as in Django's own TestCase
    with django_db_blocker.unblock(), outermost:
        building.module_version("article-4")
        people = [
            building.person("000101", "髙橋 一郎", user=building.account("ichiro")),
            building.person("000102", "﨑山 花子", user=building.account("hanako")),
            building.person("000103", "邉見 次郎", user=building.account("jiro")),
            building.person("000104", "齋藤 三郎", user=building.account("saburo")),
        ]
        campaign = building.campaign()
        assignments = [building.assignment_of(person) for person in people]
        for assignment in assignments:
            building.train(assignment)
        for person, assignment in zip(people[:2], assignments, strict=False):
            name = person.employee.names.first().name
            building.certify(building.sign(assignment, name))
        for assignment in assignments[2:]:
            decline(assignment=assignment, reason="内容を確認したい", now=building.NOW)
        for why in ("監査", "再監査"):
            record_access(
                user=building.account(why),
                action=AccessLog.Action.values[0],
                campaign=campaign,
                what="certificate",
                why=why,
                now=building.NOW,
            )
        yield
        transaction.set_rollback(True)
