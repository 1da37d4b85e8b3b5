"""A rule that is broken in one place is noticed: none of the seeded faults survives the comparison with the model."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulation.comparing import compare
from tests.simulation.faults import FAULTS
from tests.simulation.history import history

pytestmark = pytest.mark.django_db
SMALL = history(30)


def test_a_small_company_is_as_the_events_say() -> None:
    found = compare(SMALL)

    assert not found.refused, "\n".join(found.refused[:20])
    assert not found.wrong, "\n".join(found.wrong[:20])


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_no_fault_survives(fault: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)

    assert compare(SMALL, to_the_end=False).wrong


def test_there_are_ten_faults_at_least() -> None:
    assert len(FAULTS) >= 10
