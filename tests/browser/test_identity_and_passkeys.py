"""Authenticating anew in a real browser: at the identity provider, under the content security policy, and by a passkey."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from csp.constants import SELF
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from tests.browser.looking import Eyes
from tests.browser.test_one_years_walk import sign_in
from tests.building import PASSWORD, account, assignment_of, campaign, person, train
from tests.web.provider import Provider, identity_provider
from training.attestation.models import Attestation
from training.campaigns.models import Assignment
from training.people.link_identity import link_identity

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "000123"
NAME = "𠮷﨑 邉徳"


@pytest.fixture
def assignment(settings: Any, live_server: Any) -> Assignment:
    """Somebody who has passed everything, at the site as it is reached here."""
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "PUBLIC_URL": live_server.url}
    now = timezone.now()
    employment = person(number=NUMBER, name=NAME, user=account("e1"), now=now)
    campaign(now=now)
    found = assignment_of(employment)
    train(found, now=now)
    return found


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    """The company's provider, configured as the reference site does it."""
    with identity_provider(lambda: timezone.now().timestamp()) as running:
        settings.SOCIALACCOUNT_PROVIDERS = running.configured()
        directives = {**settings.CONTENT_SECURITY_POLICY["DIRECTIVES"], "form-action": [SELF, running.url]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives}
        yield running


def sign(page: Page) -> Attestation:
    """Sign, where one has got to after confirming who one is."""
    page.wait_for_url("**/pledge/sign/")
    page.check("input[name=agree]")
    page.fill("input[name=typed_name]", NAME)
    page.locator("form:has(input[name=typed_name]) [type=submit]").click()
    page.wait_for_url("**/certificate/")
    return Attestation.objects.get()


def go_on_to_sign(page: Page, url: str, assignment: Assignment) -> None:
    page.goto(f"{url}/my/{assignment.pk}/pledge/")
    page.locator("form:not([action]) button.btn-primary").click()


def test_somebody_signs_in_and_signs_at_the_company_s_sign_in(
    assignment: Assignment, provider: Provider, live_server: Any, chromium: BrowserContext
) -> None:
    user = assignment.employment.employee.user
    user.set_unusable_password()
    user.save()
    link_identity(user=user, provider="company", subject="taro@idp")
    page = chromium.new_page()
    eyes = Eyes(page)
    page.goto(f"{live_server.url}/accounts/login/")
    eyes.look("20-sign-in-with-provider", "全社ID")
    provider.subject = "jiro@idp"
    page.locator("form[action*=oidc] button").click()
    page.wait_for_url("**/accounts/login/")
    eyes.look("21-identity-not-linked", "全社ID")
    provider.subject = "taro@idp"
    page.locator("form[action*=oidc] button").click()
    page.wait_for_url("**/my/")
    page.goto(f"{live_server.url}/accounts/3rdparty/")
    eyes.look("22-linked-identity", "全社ID")

    provider.error = "access_denied"
    go_on_to_sign(page, live_server.url, assignment)
    page.wait_for_url("**/pledge/")
    eyes.look("23-cancelled-at-provider", NAME)
    provider.error = ""
    go_on_to_sign(page, live_server.url, assignment)
    assert sign(page).method == Attestation.Method.OIDC
    assert [question.get("prompt") for question in provider.asked] == [None, None, "login", "login"]


def test_who_has_a_password_too_chooses(
    assignment: Assignment, provider: Provider, live_server: Any, chromium: BrowserContext
) -> None:
    link_identity(user=assignment.employment.employee.user, provider="company", subject="taro@idp")
    page = chromium.new_page()
    eyes = Eyes(page)
    sign_in(page, live_server.url, NUMBER)
    go_on_to_sign(page, live_server.url, assignment)
    eyes.look("24-choose-how-to-confirm", "全社ID")
    page.locator("main form button").click()
    assert sign(page).method == Attestation.Method.OIDC


def test_a_passkey_is_registered_and_signs_the_pledge(
    assignment: Assignment, live_server: Any, chromium: BrowserContext
) -> None:
    # Browsers give passkeys to names, not to addresses.
    url = live_server.url.replace("127.0.0.1", "localhost")
    page = chromium.new_page()
    devices = chromium.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    eyes = Eyes(page)
    sign_in(page, url, NUMBER)
    page.goto(f"{url}/accounts/2fa/")
    eyes.look("25-authenticators")
    page.goto(f"{url}/accounts/2fa/webauthn/add/")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/webauthn/add/")
    eyes.look("26-add-passkey")
    page.fill("input[name=name]", "会社のPC")
    page.check("input[name=passwordless]")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    stored = devices.send("WebAuthn.getCredentials", {"authenticatorId": device["authenticatorId"]})["credentials"]
    assert [credential["rpId"] for credential in stored] == ["localhost"]

    user = assignment.employment.employee.user
    user.set_unusable_password()
    user.save()
    page.context.clear_cookies()
    page.goto(f"{url}/accounts/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/my/")
    go_on_to_sign(page, url, assignment)
    page.wait_for_url("**/pledge/confirm/")
    eyes.look("27-choose-the-passkey")
    page.locator("a[href*=webauthn]").click()
    eyes.look("28-confirm-by-passkey")
    page.locator("#mfa_webauthn_reauthenticate").click()
    assert sign(page).method == Attestation.Method.WEBAUTHN
    assert eyes.console == []
