"""Three years of a company of 300: at each year's end the report is what a model that knows only the events says."""

from __future__ import annotations

import pytest

from tests.simulation.comparing import compare
from tests.simulation.history import history

pytestmark = pytest.mark.django_db


def test_each_years_end_is_as_the_events_say_and_stays_so_to_the_byte() -> None:
    found = compare(history(300))

    assert not found.refused, "\n".join(found.refused[:20])
    assert not found.wrong, "\n".join(found.wrong[:20])
    assert found.lines > 5000
    assert found.reports == 2 + 4 + 6
