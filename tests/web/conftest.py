"""A clock that stands still, and limits that begin anew with each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.utils import timezone

from tests.building import NOW


class Clock:
    """The time of day for the views and for allauth, until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def move(self, **delta: float) -> None:
        """Let time pass (or go back)."""
        self.now += timedelta(**delta)

    def set(self, now: datetime) -> None:
        """Make it another time altogether."""
        self.now = now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stop all clocks that a request reads."""
    stopped = Clock()
    monkeypatch.setattr(timezone, "now", lambda: stopped.now)
    watch = SimpleNamespace(time=lambda: stopped.now.timestamp())
    for module in ("login", "reauthentication"):
        monkeypatch.setattr(f"allauth.account.internal.flows.{module}.time", watch)
    return stopped


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """Forget how often somebody tried: accounts have the same keys in every test."""
    cache.clear()
    yield
    cache.clear()
