"""A real Chromium on the running site."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import BrowserContext, expect, sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# As long as an action waits: a machine that runs other tests beside is slow, not wrong.
expect.set_options(timeout=30_000)

# Playwright's own loop runs in this thread; Django would refuse the database from it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[BrowserContext]:
    """A fresh browser with a Japanese user, that reaches nothing but this machine."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert executable, "Chromium is missing: make test installs it"
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=executable,
            args=FLAGS,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            reduced_motion="reduce",
        )
        yield context
        context.close()
        # While Playwright's loop runs, Django keeps connections of their own here; nobody else would close them.
        connections.close_all()
