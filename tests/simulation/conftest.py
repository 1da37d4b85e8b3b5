"""The company of the simulation is closed at the year's end, as the model says."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as django_settings

from tests.simulation.days import CLOSED


@pytest.fixture(autouse=True)
def closed_days(settings: Any) -> None:
    """The setting that says so."""
    days = [f"{month:02}-{day:02}" for month, day in sorted(CLOSED)]
    settings.PRIVACY_TRAINING = {**django_settings.PRIVACY_TRAINING, "CLOSED_DAYS": days}
