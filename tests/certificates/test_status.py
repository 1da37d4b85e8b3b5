"""What a certificate is worth on a day: no database, no clock."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from training.certificates.status import Status, status_on

LAST_DAY = date(2027, 12, 31)
FACTS = ("annulled", "revoked", "erased", "superseded", "unsealed", "expired")


def status(*facts: str) -> Status:
    return status_on(
        day=LAST_DAY + timedelta(days="expired" in facts),
        valid_until=LAST_DAY,
        annulled="annulled" in facts,
        revoked="revoked" in facts,
        erased="erased" in facts,
        superseded="superseded" in facts,
        sealed="unsealed" not in facts,
    )


@pytest.mark.parametrize("fact", FACTS)
def test_one_thing_that_is_true_is_what_is_said(fact: str):
    assert status(fact) == fact


def test_whatever_is_true_the_first_of_the_order_is_said():
    for chosen in product([False, True], repeat=len(FACTS)):
        true = [fact for fact, is_true in zip(FACTS, chosen, strict=True) if is_true]
        assert status(*true) == (true[0] if true else "valid"), true


def test_nothing_but_a_certificate_of_which_all_is_well_is_called_valid():
    assert status() is Status.VALID
    assert list(Status) == [*FACTS, "valid"]


def test_a_certificate_is_valid_on_its_last_day_and_expired_on_the_next():
    ends = {"valid_until": LAST_DAY, "superseded": False, "erased": False}
    assert status_on(day=LAST_DAY, **ends) is Status.VALID
    assert status_on(day=LAST_DAY + timedelta(days=1), **ends) is Status.EXPIRED
    assert status_on(day=LAST_DAY - timedelta(days=400), **ends) is Status.VALID
