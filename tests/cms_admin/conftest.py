"""The admin as HR and the privacy officer meet it, on the day of ``building.NOW``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cms.setup import ensure_site
from tests import building
from training.roles import Role

AN_HOUR_LATER = building.NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Stand the clock still an hour after everything was built; call it to set another time."""

    def stand_at(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    stand_at(AN_HOUR_LATER)
    return stand_at


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    """A site with its roles and permissions."""
    ensure_site()


def signed_in(user: Any, **options: Any) -> Client:
    """A browser in which this account is signed in."""
    client = Client(**options)
    client.force_login(user)
    return client


@pytest.fixture
def hr_account() -> Any:
    """HR's account."""
    return building.account("hr", Role.HR)


@pytest.fixture
def hr(hr_account: Any) -> Client:
    """HR's browser."""
    return signed_in(hr_account)


@pytest.fixture
def officer_account() -> Any:
    """The privacy officer's account, which ``building.campaign`` finds by its name."""
    return building.officer()


@pytest.fixture
def officer(officer_account: Any) -> Client:
    """The privacy officer's browser."""
    return signed_in(officer_account)
