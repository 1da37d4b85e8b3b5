"""A PDF on the check page in a real browser: dropped, chosen by keyboard, without JavaScript, and every verdict's page."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.browser.looking import Eyes
from tests.building import account, assignment_of, campaign, certify, married, officer, person, train
from tests.building import sign as sign_pledge
from tests.certificates import tampering
from training.certificates.models import Certificate
from training.certificates.queries import pdf_of
from training.certificates.reissue import reissue
from training.ledger.keys import load_key
from training.ledger.seal import seal

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "𠮷﨑 邉徳"
VALID = ".pt-verdict-line .pt-status-valid"


@pytest.fixture
def certificate(settings: Any, live_server: Any) -> Certificate:
    """Issued today, at the site as it is reached here."""
    cache.clear()
    limits = {"PUBLIC_URL": live_server.url, "CHECK_UPLOADS_PER_MINUTE": 100}
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, **limits}
    now = timezone.now()
    employment = person(name=NAME, user=account("e1"), now=now)
    campaign(now=now)
    assignment = assignment_of(employment)
    train(assignment, now=now)
    return certify(sign_pledge(assignment, NAME, now=now), now=now)


def file(data: bytes) -> FilePayload:
    return {"name": "修了証_𠮷.pdf", "mimeType": "application/pdf", "buffer": data}


def check(page: Page, data: bytes) -> None:
    """Choose a file and press the button."""
    page.locator("input[type=file]").set_input_files(file(data))
    page.locator("#pdf-check [type=submit]").click()
    page.locator("h2").first.wait_for()
    page.wait_for_load_state()


DROP = """([target, data, count]) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const moved = new DataTransfer();
    for (let i = 0; i < count; i += 1) moved.items.add(new File([bytes], `${i}.pdf`, { type: "application/pdf" }));
    const form = document.querySelector(target);
    for (const kind of ["dragenter", "dragover", "drop"])
        form.dispatchEvent(new DragEvent(kind, { dataTransfer: moved, bubbles: true, cancelable: true }));
}"""


def drop(page: Page, data: bytes, count: int = 1) -> None:
    """Let files go over the form."""
    page.evaluate(DROP, ["#pdf-check", b64encode(data).decode(), count])


def test_every_verdict_has_a_page_that_everybody_can_read(
    certificate: Certificate, live_server: Any, chromium: BrowserContext
) -> None:
    eyes = Eyes(page := chromium.new_page())
    pdf = pdf_of(certificate).read_bytes()
    page.goto(f"{live_server.url}/check/")
    eyes.look("check-upload")
    for name, data in {
        "original": pdf,
        "appended": pdf + b"\n",
        "updated": tampering.retouched(pdf),
        "changed": tampering.flipped(pdf, tampering.page_at(pdf)),
        "resigned": tampering.forged(pdf, tampering.stranger()),
        "cut": pdf[:-100],
        "unknown": tampering.of_another_company(),
        "not-a-pdf": b"PK\x03\x04",
        "empty": b"",
    }.items():
        page.goto(f"{live_server.url}/check/")
        check(page, data)
        eyes.look(f"check-pdf-{name}")
        assert page.locator(VALID).count() == (1 if name == "original" else 0), name
    page.goto(f"{live_server.url}/check/{certificate.token}/")
    eyes.look("check-with-upload", NAME)

    now = timezone.now()
    married(certificate.assignment.employment, now=now)
    new = reissue(certificate=certificate, reason="改姓のため", by=officer(), now=now)
    seal(now=now, key=load_key())
    page.goto(f"{live_server.url}/check/{new.token}/")
    check(page, pdf)
    eyes.look("check-pdf-older-of-another", certificate.serial, new.serial)
    assert page.locator(VALID).count() == 0


def test_a_file_is_dropped_and_two_or_one_too_large_are_not_sent(
    certificate: Certificate, live_server: Any, chromium: BrowserContext, settings: Any
) -> None:
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "CHECK_UPLOAD_LIMIT": 1_000_000}
    eyes = Eyes(page := chromium.new_page())
    url = f"{live_server.url}/check/{certificate.token}/"
    pdf = pdf_of(certificate).read_bytes()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(url)
    said = page.locator("#pdf-check-said")
    drop(page, pdf, count=2)
    expect(said).not_to_be_empty()
    drop(page, bytes(1_000_001))
    expect(said).not_to_be_empty()
    eyes.look("check-too-large")
    page.locator("#pdf-check [type=submit]").click()
    assert sent == []
    drop(page, pdf)
    page.locator(VALID).wait_for()
    assert sent == [url]
    assert eyes.console == []


def test_a_file_is_checked_with_the_keyboard_alone(
    certificate: Certificate, live_server: Any, chromium: BrowserContext
) -> None:
    page = chromium.new_page()
    page.on(
        "filechooser", lambda _chooser: None
    )  # from here on choosers are caught: asked for only at the key, too late
    page.goto(f"{live_server.url}/check/", wait_until="networkidle")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "file":
            break
    assert page.evaluate("document.activeElement.type") == "file"
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(file(pdf_of(certificate).read_bytes()))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(VALID).wait_for()


def test_a_file_is_checked_and_a_large_one_refused_without_javascript(
    certificate: Certificate, live_server: Any, chromium: BrowserContext, tmp_path: Path
) -> None:
    page = chromium.new_page()
    page.route("**/drop*.js", lambda route: route.abort())
    page.goto(f"{live_server.url}/check/")
    check(page, pdf_of(certificate).read_bytes())
    assert page.locator(VALID).count() == 1
    page.goto(f"{live_server.url}/check/")
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-1.7\n" + bytes(5 * 1024 * 1024))
    page.locator("input[type=file]").set_input_files(large)
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        page.locator("#pdf-check [type=submit]").click()
    assert answer.value.status == 413
    page.locator(".pt-verdict-line").wait_for()
    assert page.locator(VALID).count() == 0
