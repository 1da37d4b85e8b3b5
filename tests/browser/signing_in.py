"""Sign somebody in as people do: number or name, password, button."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from playwright.sync_api import Page

from tests import building


def sign_in(page: Page, server: Any, username: str) -> Page:
    """This page, on which the account has just signed in: the answer is there, nothing is still on its way."""
    page.goto(f"{server.url}{reverse('account_login')}")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", building.PASSWORD)
    with page.expect_navigation(wait_until="networkidle"):
        page.locator("main button[type=submit]").first.click()
    return page
