"""An entry, its disclosures and its rows are stored together or not at all."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests import building
from tests.ledger.conftest import NOW
from training.campaigns.models import Assignment
from training.ledger.append import append, hide, leaf_of, project
from training.ledger.canonical import canonical, sha256_hex
from training.ledger.merkle import leaf_hash, root
from training.ledger.models import Disclosure, Entry
from training.policy.models import Revision

pytestmark = pytest.mark.django_db


def revision(number: int = 1) -> Revision:
    return Revision(
        number=number,
        title="方針",
        enacted_on=date(2022, 7, 29),
        source=f"本文{number}",
        digest=sha256_hex(str(number).encode()),
        published_at=NOW,
    )


def test_the_body_is_canonical_and_holds_every_column_of_every_row() -> None:
    row = revision()
    entry = append(kind="policy.published", at=NOW, rows=[row], facts={"day": date(2026, 4, 1)})
    body = json.loads(entry.body)
    assert canonical(body).decode() == entry.body
    assert entry.leaf == leaf_hash(entry.body.encode()).hex()
    assert body == {
        "v": 1,
        "id": str(entry.pk),
        "kind": "policy.published",
        "at": "2026-04-01T00:30:00.000000Z",
        "facts": {"day": "2026-04-01"},
        "rows": {
            "privacy_training_revision": [
                {
                    "id": str(row.pk),
                    "number": 1,
                    "title": "方針",
                    "enacted_on": "2022-07-29",
                    "source": {"sha256": sha256_hex("本文1".encode())},
                    "digest": row.digest,
                    "published_at": "2026-04-01T00:30:00.000000Z",
                }
            ]
        },
        "batches": {},
        "disclosures": [],
    }


def test_a_row_read_back_from_the_database_projects_to_what_was_written() -> None:
    row = revision()
    append(kind="policy.published", at=NOW, rows=[row])
    assert project(Revision.objects.get(pk=row.pk)) == project(row)


def test_a_personal_value_stands_nowhere_in_the_entry() -> None:
    hidden = hide("name", "髙橋 一郎")
    entry = append(kind="test.happened", at=NOW, disclosures=[hidden])
    stored = Disclosure.objects.get(entry=entry)
    assert "髙橋" not in entry.body
    assert json.loads(entry.body)["disclosures"] == [hidden.digest] == [stored.digest]
    assert (stored.name, stored.value, stored.salt) == ("name", "髙橋 一郎", hidden.salt)


def test_the_same_value_hidden_twice_gives_two_digests() -> None:
    assert hide("name", "髙橋 一郎").digest != hide("name", "髙橋 一郎").digest


def test_a_batch_is_held_by_its_number_and_root_alone() -> None:
    building.person()
    building.person("000102", "﨑山 花子")
    building.campaign()
    rows = list(Assignment.objects.order_by("part"))
    body = json.loads(rows[0].entry.body)
    assert body["batches"]["privacy_training_assignment"] == {
        "count": 2,
        "root": root([leaf_of(row) for row in rows]).hex(),
    }
    assert "privacy_training_assignment" not in body["rows"]
    assert [row.part for row in rows] == [0, 1]
    assert [row.leaf for row in rows] == [leaf_of(row).hex() for row in rows]


def test_a_row_that_the_database_refuses_takes_its_entry_with_it() -> None:
    append(kind="policy.published", at=NOW, rows=[revision()])
    with pytest.raises(IntegrityError), transaction.atomic():
        append(kind="policy.published", at=NOW, rows=[revision()], disclosures=[hide("name", "x")])
    assert Entry.objects.count() == 1
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("value", [float("nan"), 2**53, "\ud800", object, {"at": NOW.replace(tzinfo=None)}], ids=repr)
def test_what_has_no_canonical_form_is_refused_before_anything_is_written(value: object) -> None:
    with pytest.raises(ValueError, match=r"canonical|time zone"):
        append(kind="test.happened", at=NOW, facts={"value": value})
    assert not Entry.objects.exists()
