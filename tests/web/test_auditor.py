"""An auditor reads what was granted, on the days granted, and every look is logged."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.building import NOW, account, assignment_of, campaign, certify, later, person, sign, train
from tests.cutting import everything
from tests.web.conftest import Clock
from training.access.grant import grant, revoke
from training.access.models import AccessLog, AuditorGrant
from training.campaigns.models import Campaign
from training.certificates.models import Certificate
from training.certificates.produce import grouped
from training.certificates.queries import pdf_of
from training.ledger.keys import load_key, verifier
from training.ledger.models import Entry
from training.ledger.queries import latest_checkpoint
from training.roles import Role

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 11, 24), date(2026, 11, 30)
PAGES = ("audit_campaign", "audit_people", "audit_samples", "audit_certificates", "audit_zip", "audit_pdf")


def certified(count: int) -> Campaign:
    """A campaign that so many people have finished."""
    people = [person(f"00010{n}", f"氏名{n}") for n in range(count)]
    made = campaign()
    for number, employment in enumerate(people):
        train(assignment_of(employment))
        certify(sign(assignment_of(employment), f"氏名{number}"))
    return made


def let_in(user: Any, *campaigns: Campaign) -> AuditorGrant:
    officer = account("officer2", Role.PRIVACY_OFFICER)
    return grant(user=user, campaigns=campaigns, first_day=FIRST, last_day=LAST, by=officer, now=NOW)


class Auditor(Client):
    """An auditor at a browser, signed in."""

    def __init__(self) -> None:
        super().__init__()
        self.user = account("auditor", Role.AUDITOR)
        self.force_login(self.user)


@pytest.fixture
def auditor() -> Auditor:
    return Auditor()


def look(client: Client, name: str, code: str = "FY2026", serial: str = "FY2026-000001") -> Any:
    """Ask for a page; what streams is read to its end into ``data``."""
    extra = {"audit": {}, "audit_pdf": {"code": code, "serial": serial}}.get(name, {"code": code})
    response: Any = client.get(reverse(f"training:{name}", kwargs=extra))
    response.data = b"".join(response.streaming_content) if response.streaming else response.content
    return response


def test_the_list_shows_each_certificate_and_the_look_is_logged(auditor: Auditor):
    made = certified(2)
    let_in(auditor.user, made)
    assert made.title in look(auditor, "audit").content.decode()
    html = look(auditor, "audit_certificates").content.decode()
    for certificate in Certificate.objects.all():
        assert certificate.serial in html
        assert certificate.token not in html
    (row,) = AccessLog.objects.all()
    assert (row.action, row.campaign, row.user_id, row.at) == ("list", made, auditor.user.pk, NOW)
    assert row.entry.kind == "access.looked"


def test_one_certificate_is_downloaded_as_issued_and_the_look_is_logged(auditor: Auditor):
    let_in(auditor.user, certified(1))
    response = look(auditor, "audit_pdf")
    certificate = Certificate.objects.get()
    assert response.data == pdf_of(certificate).read_bytes()
    assert "FY2026-000001.pdf" in response["Content-Disposition"]
    (row,) = AccessLog.objects.all()
    assert (row.action, row.what) == ("download", f"certificate {certificate.pk}")


def test_the_archive_holds_every_certificate_byte_for_byte_and_the_look_is_logged(auditor: Auditor):
    let_in(auditor.user, certified(3))
    response = look(auditor, "audit_zip")
    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        assert archive.testzip() is None
        held = {name: archive.read(name) for name in archive.namelist()}
        dates = {info.date_time for info in archive.infolist()}
    assert held == {f"00010{n}_氏名{n}.pdf": pdf_of(c).read_bytes() for n, c in enumerate(Certificate.objects.all())}
    assert dates == {(2026, 11, 24, 10, 0, 0)}
    (row,) = AccessLog.objects.all()
    assert (row.action, row.campaign) == ("download_all", Campaign.objects.get())


def test_an_archive_of_no_certificate_is_an_empty_archive(auditor: Auditor):
    person()
    let_in(auditor.user, campaign())
    with zipfile.ZipFile(io.BytesIO(look(auditor, "audit_zip").data)) as archive:
        assert archive.namelist() == []


def test_two_archives_of_the_same_certificates_are_the_same_bytes(auditor: Auditor, clock: Clock):
    let_in(auditor.user, certified(2))
    first = look(auditor, "audit_zip").data
    clock.move(hours=1)
    assert look(auditor, "audit_zip").data == first


@pytest.mark.parametrize(
    ("now", "status"),
    [
        (datetime(2026, 11, 23, 14, 59, 59, tzinfo=UTC), 403),
        (datetime(2026, 11, 23, 15, 0, tzinfo=UTC), 200),
        (datetime(2026, 11, 30, 14, 59, 59, tzinfo=UTC), 200),
        (datetime(2026, 11, 30, 15, 0, tzinfo=UTC), 403),
    ],
)
def test_days_begin_and_end_at_midnight_in_tokyo(auditor: Auditor, clock: Clock, now: datetime, status: int):
    let_in(auditor.user, certified(1))
    clock.set(now)
    auditor.force_login(auditor.user)
    before = everything()
    for name in ("audit", *PAGES):
        assert look(auditor, name).status_code == status, name
    assert (everything() == before) is (status == 403)


def test_a_grant_revoked_shuts_the_door_at_once_and_nothing_is_logged(auditor: Auditor):
    row = let_in(auditor.user, certified(1))
    assert look(auditor, "audit_zip").status_code == 200
    revoke(row=row, by=row.granted_by, now=NOW)
    before = everything()
    for name in ("audit", *PAGES):
        assert look(auditor, name).status_code == 403
    assert everything() == before


def test_another_campaign_than_granted_is_refused_like_one_that_does_not_exist(auditor: Auditor):
    made = certified(1)
    campaign(["article-5"], code="FY2027")
    let_in(auditor.user, made)
    before = everything()
    for name in PAGES:
        secret, missing = look(auditor, name, "FY2027"), look(auditor, name, "FY1999")
        assert (secret.status_code, missing.status_code) == (403, 403)
        assert secret.context["reason"] == missing.context["reason"]
    assert everything() == before
    assert "FY2027" not in look(auditor, "audit").content.decode()


def test_a_certificate_of_another_campaign_is_404_under_a_granted_one(auditor: Auditor):
    made = certified(1)
    other = campaign(["article-5"], code="FY2027")
    let_in(auditor.user, other)
    assert look(auditor, "audit_pdf", "FY2027", "FY2026-000001").status_code == 404
    assert look(auditor, "audit_pdf", "FY2027", "FY2027-000001").status_code == 404
    assert not AccessLog.objects.exists()
    assert made.code == "FY2026"


@pytest.mark.parametrize("serial", ["..%2f..%2fsettings", "%00", "FY2026-000001%00", "%E9%AB%99"])
def test_no_address_reaches_beyond_the_certificates(auditor: Auditor, serial: str):
    let_in(auditor.user, certified(1))
    assert auditor.get(f"/audit/FY2026/{serial}.pdf").status_code == 404


def test_nothing_here_is_changed_by_post(auditor: Auditor):
    let_in(auditor.user, certified(1))
    before = everything()
    for url in (
        "/audit/",
        "/audit/FY2026/",
        "/audit/FY2026/people/",
        "/audit/FY2026/certificates/",
        "/audit/FY2026/all.zip",
        "/audit/FY2026/FY2026-000001.pdf",
    ):
        for method in ("post", "put", "patch", "delete"):
            assert getattr(auditor, method)(url).status_code == 405, url
    assert everything() == before


def test_no_look_writes_a_name_into_the_log(auditor: Auditor):
    let_in(auditor.user, certified(1))
    for name in PAGES:
        look(auditor, name)
    looks = Entry.objects.filter(kind="access.looked")
    assert looks.count() == len(PAGES)
    assert all("氏名0" not in entry.body for entry in looks)
    assert "氏名0" not in str(list(AccessLog.objects.values()))


def test_a_refusal_says_what_became_of_the_access(auditor: Auditor, clock: Clock):
    row = let_in(auditor.user, certified(1))

    def reason(now: datetime) -> str:
        clock.set(now)
        auditor.force_login(auditor.user)
        return str(look(auditor, "audit_people").context["reason"])

    assert reason(datetime(2026, 11, 20, tzinfo=UTC)) != reason(datetime(2026, 12, 20, tzinfo=UTC))
    assert "24" in reason(datetime(2026, 11, 20, tzinfo=UTC))
    assert "30" in reason(datetime(2026, 12, 20, tzinfo=UTC))
    revoke(row=row, by=row.granted_by, now=later(days=1))
    assert "25" in reason(later(days=2))


def test_the_start_of_a_campaign_shows_its_figures_and_what_to_compare_the_ledger_with(auditor: Auditor):
    person("000109", "未受講 九郎")
    let_in(auditor.user, certified(2))
    response = look(auditor, "audit_campaign")
    html = response.content.decode()
    checkpoint = latest_checkpoint()
    assert checkpoint is not None
    shown = response.context
    assert (shown["figures"].assigned, shown["figures"].signed, shown["unsigned"], shown["certificates"]) == (
        3,
        2,
        1,
        2,
    )
    assert checkpoint.root in html
    assert grouped(verifier(load_key()).fingerprint) in html
    for name in ("audit_people", "audit_samples", "audit_certificates"):
        assert reverse(f"training:{name}", args=["FY2026"]) in html
    assert not any(name in html for name in ("氏名", "未受講"))


def test_a_campaign_before_anything_is_sealed_says_so(auditor: Auditor):
    person()
    let_in(auditor.user, campaign())
    response = look(auditor, "audit_campaign")
    assert response.status_code == 200
    assert response.context["checkpoint"] is None


def test_a_site_without_a_readable_key_shows_the_figures_all_the_same(auditor: Auditor, settings: Any):
    let_in(auditor.user, certified(1))
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "LEDGER_KEY_FILE": None}
    assert look(auditor, "audit_campaign").context["fingerprint"] == ""


def test_no_browser_keeps_a_page_of_this_room(auditor: Auditor):
    let_in(auditor.user, certified(1))
    for name in ("audit", *PAGES):
        assert "no-store" in look(auditor, name)["Cache-Control"], name


def test_certificates_come_a_hundred_a_page(auditor: Auditor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("training.web.auditor.pages.LINES", 2)
    let_in(auditor.user, certified(3))
    url = reverse("training:audit_certificates", args=["FY2026"])
    assert [len(auditor.get(url, {"page": page}).context["rows"]) for page in ("1", "2", "9", "x")] == [2, 1, 1, 2]


def test_the_front_door_leads_an_auditor_to_the_audit_pages(auditor: Auditor):
    let_in(auditor.user, certified(1))
    assert auditor.get(reverse("training:home"))["Location"] == reverse("training:audit")


def test_an_expired_certificate_is_listed_as_expired(auditor: Auditor, clock: Clock):
    made = certified(1)
    officer = account("officer2", Role.PRIVACY_OFFICER)
    grant(
        user=auditor.user,
        campaigns=[made],
        first_day=FIRST,
        last_day=date(2028, 12, 31),
        by=officer,
        now=NOW,
    )
    assert look(auditor, "audit_certificates").context["rows"][0]["status"] == "valid"
    clock.set(datetime(2027, 12, 31, 15, 0, tzinfo=UTC))
    auditor.force_login(auditor.user)
    assert look(auditor, "audit_certificates").context["rows"][0]["status"] == "expired"
