"""The ORM refuses to change evidence before the database has to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from training.ledger.models import (
    AppendOnly,
    BatchEvidence,
    Checkpoint,
    Disclosure,
    Entry,
    Evidence,
    Immutable,
    append_only_models,
    evidence_models,
)

pytestmark = pytest.mark.django_db


def test_the_ledgers_own_tables_and_every_room_with_evidence_are_listed() -> None:
    listed = append_only_models()
    assert {Entry, Disclosure, Checkpoint} <= set(listed)
    assert set(evidence_models()) == set(listed) - {Entry, Disclosure, Checkpoint}
    assert len(evidence_models()) > 10
    assert not {Evidence, BatchEvidence, AppendOnly} & set(listed)


@pytest.mark.parametrize("model", append_only_models())
@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(pk=None),
        lambda rows: rows.delete(),
        lambda rows: rows.all().delete(),
        lambda rows: rows.bulk_update([], ["pk"]),
    ],
    ids=["update", "delete", "filtered delete", "bulk_update"],
)
def test_no_queryset_updates_or_deletes(model: type[AppendOnly], change: Callable[[Any], Any]) -> None:
    with pytest.raises(Immutable, match=model.__name__):
        change(model.objects)


def test_a_stored_row_is_not_saved_again(log: list[Entry]) -> None:
    log[0].kind = "other"
    with pytest.raises(Immutable, match="stored already"):
        log[0].save()
    with pytest.raises(Immutable, match="stored already"):
        log[0].save(update_fields=["kind"])


def test_a_stored_row_is_not_deleted(log: list[Entry]) -> None:
    with pytest.raises(Immutable, match="nothing deletes it"):
        log[0].delete()


def test_disclosures_are_not_deleted_through_their_entry(log: list[Entry]) -> None:
    with pytest.raises(Immutable, match="nothing deletes"):
        log[0].disclosures.all().delete()


def test_update_or_create_does_not_update(log: list[Entry]) -> None:
    with pytest.raises(Immutable, match="stored already"):
        Entry.objects.update_or_create(pk=log[0].pk, defaults={"kind": "other"})


def test_a_new_row_under_an_old_key_does_not_replace_it(log: list[Entry]) -> None:
    old = log[0]
    with pytest.raises(Exception, match=r"UNIQUE|unique|append-only"):
        Entry(pk=old.pk, kind="other", at=old.at, body="{}", leaf="00").save()


def test_rows_say_what_they_are(log: list[Entry]) -> None:
    disclosure = Disclosure.objects.get(entry=log[0])
    assert str(log[0]) == f"test.happened {log[0].pk}"
    assert str(disclosure) == f"name of {log[0].pk}"
    assert str(Checkpoint.objects.get(size=3)) == "3 entries"
