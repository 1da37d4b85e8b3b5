"""Who may ask for which page: every address of the site, every role and none. A new address without a row fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve, reverse

from tests.asking import picture, with_pictures
from tests.building import NOW, account, assignment_of, campaign, certify, person, sign, train
from tests.cutting import everything
from tests.web.browsing import PATTERNS, allows, takes
from training.access.grant import grant
from training.access.sample import draw_sample
from training.certificates.edition import issue_edition
from training.certificates.models import Certificate
from training.ledger.models import Checkpoint
from training.people.account_models import Invitation
from training.people.appoint import appoint
from training.people.invite import invite
from training.people.models import Posting
from training.reminders.feed import renew_feed
from training.roles import Role

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "owner", "other", "nobody", "hr", "editor", "officer", "granted", "not_granted")
LOGIN = 302  # and the test sees that it leads to the sign-in page

# What GET answers, by role in the order above. The owner has signed and holds a certificate; the other learner has
# done nothing. The accounts of the offices act for nobody in the roster.
GET: dict[str, tuple[int, ...]] = {
    #                  anonymous owner other nobody  hr editor officer granted not granted
    "home":               (LOGIN, 302, 302, 302, 302, 302, 302, 302, 302),
    "confirm_identity":   (LOGIN, 302, 302, 302, 302, 302, 302, 302, 302),
    "mine":               (LOGIN, 200, 200, 403, 403, 403, 403, 403, 403),
    "notice":             (LOGIN, 200, 200, 403, 403, 403, 403, 403, 403),
    "name":               (LOGIN, 200, 200, 403, 403, 403, 403, 403, 403),
    "calendar":           (LOGIN, 200, 200, 403, 403, 403, 403, 403, 403),
    "mails":              (LOGIN, 200, 200, 403, 403, 403, 403, 403, 403),
    "calendar_feed":      (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "team":               (LOGIN, 200, 403, 403, 403, 403, 403, 403, 403),
    "team_remind":        (LOGIN, 405, 405, 403, 403, 403, 403, 403, 403),
    "module":             (LOGIN, 200, 404, 403, 403, 403, 403, 403, 403),
    "section":            (LOGIN, 200, 404, 403, 403, 403, 403, 403, 403),
    "quiz_start":         (LOGIN, 405, 405, 403, 403, 403, 403, 403, 403),
    "quiz":               (LOGIN, 302, 404, 403, 403, 403, 403, 403, 403),
    "quiz_save":          (LOGIN, 405, 405, 403, 403, 403, 403, 403, 403),
    "result":             (LOGIN, 200, 404, 403, 403, 403, 403, 403, 403),
    "image":              (LOGIN, 200, 403, 403, 200, 200, 200, 200, 403),
    "pledge":             (LOGIN, 302, 404, 403, 403, 403, 403, 403, 403),
    "confirm":            (LOGIN, 302, 404, 403, 403, 403, 403, 403, 403),
    "sign":               (LOGIN, 302, 404, 403, 403, 403, 403, 403, 403),
    "decline":            (LOGIN, 200, 404, 403, 403, 403, 403, 403, 403),
    "receipt":            (LOGIN, 200, 404, 403, 403, 403, 403, 403, 403),
    "certificate_pdf":    (LOGIN, 200, 404, 403, 403, 403, 403, 403, 403),
    "edition":            (LOGIN, 405, 405, 403, 403, 403, 403, 403, 403),
    "edition_pdf":        (LOGIN, 200, 404, 403, 403, 403, 403, 403, 403),
    "pledge_pdf":         (LOGIN, 200, 404, 403, 403, 403, 403, 403, 403),
    "audit":              (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "audit_campaign":     (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "audit_people":       (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "audit_person":       (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "audit_samples":      (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "audit_sample":       (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "audit_certificates": (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "audit_plan":         (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "audit_report":       (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "audit_pack":         (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "audit_evidence":     (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "audit_as_of":        (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "audit_as_of_csv":    (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "audit_zip":          (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "audit_pdf":          (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "slip":               (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "invitation":         (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "check_pdf":          (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "check":              (200, 200, 200, 200, 200, 200, 200, 200, 200),
}  # fmt: skip

# What POST answers with an empty form, where the page takes one; elsewhere nobody gets more than 405.
POST: dict[str, tuple[int, ...]] = {
    "notice":     (LOGIN, 302, 302, 403, 403, 403, 403, 403, 403),
    "name":       (LOGIN, 200, 200, 403, 403, 403, 403, 403, 403),
    "confirm_identity": (LOGIN, 302, 302, 302, 302, 302, 302, 302, 302),
    "mails":      (LOGIN, 200, 200, 403, 403, 403, 403, 403, 403),
    "calendar":   (LOGIN, 302, 302, 403, 403, 403, 403, 403, 403),
    "team_remind": (LOGIN, 409, 403, 403, 403, 403, 403, 403, 403),
    "module":     (LOGIN, 302, 404, 403, 403, 403, 403, 403, 403),
    "section":    (LOGIN, 409, 404, 403, 403, 403, 403, 403, 403),
    "quiz_start": (LOGIN, 409, 404, 403, 403, 403, 403, 403, 403),
    "quiz":       (LOGIN, 409, 404, 403, 403, 403, 403, 403, 403),
    "quiz_save":  (LOGIN, 409, 404, 403, 403, 403, 403, 403, 403),
    "pledge":     (LOGIN, 302, 404, 403, 403, 403, 403, 403, 403),
    "confirm":    (LOGIN, 302, 404, 403, 403, 403, 403, 403, 403),
    "edition":    (LOGIN, 400, 404, 403, 403, 403, 403, 403, 403),
    "sign":       (LOGIN, 200, 404, 403, 403, 403, 403, 403, 403),
    "decline":    (LOGIN, 200, 404, 403, 403, 403, 403, 403, 403),
    "audit_person":  (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "audit_samples": (LOGIN, 403, 403, 403, 403, 403, 403, 200, 403),
    "slip":          (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "invitation":    (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "check_pdf":     (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "check":         (200, 200, 200, 200, 200, 200, 200, 200, 200),
}  # fmt: skip
PUBLIC = {"slip", "invitation", "check_pdf", "check", "calendar_feed"}


class House:
    """Everybody there is, and one year that is done."""

    def __init__(self) -> None:
        offices = {"hr": Role.HR, "editor": Role.EDITOR, "officer": Role.PRIVACY_OFFICER}
        self.users = {name: account(name, role) for name, role in offices.items()}
        self.users |= {name: account(name, Role.AUDITOR) for name in ("granted", "not_granted")}
        self.users |= {name: account(name) for name in ("owner", "other", "nobody")}
        owner = person(user=self.users["owner"])
        since: dict[str, Any] = {"since": NOW.date(), "by": None, "now": NOW}
        other = person("000102", "佐藤 二郎", user=self.users["other"])
        appoint(department=Posting.objects.get(employment=owner).department, manager=owner.employee, **since)
        feed = renew_feed(employee=owner.employee, now=NOW)
        shown = picture()
        made = campaign(snapshots={"article-3": with_pictures("article-3", shown)})
        self.assignment = assignment_of(owner)
        train(self.assignment)
        certificate = certify(sign(self.assignment, "髙橋 一郎"))
        issue_edition(certificate=certificate, language="en", by=self.users["owner"], now=NOW)
        grant(
            user=self.users["granted"],
            campaigns=[made],
            first_day=NOW.date(),
            last_day=NOW.date(),
            by=self.users["officer"],
            now=NOW,
        )
        sample = draw_sample(user=self.users["hr"], campaign=made, size=1, by_department=True, now=NOW)
        newcomer = person("000103", "新人 三郎").employee
        (invited,) = invite(employees=[newcomer], means=Invitation.Means.MAIL, by=self.users["hr"], now=NOW)
        self.arguments: dict[str, Any] = {
            "sample": sample.pk,
            "feed": feed.token,
            "person": other.employee_id,
            "sha256": shown.sha256,
            "assignment": self.assignment.pk,
            "module": "article-3",
            "position": 1,
            "code": "FY2026",
            "serial": "FY2026-000001",
            "language": "en",
            "token": Certificate.objects.get().token,
            "secret": invited.secret,
            "day": NOW.date().isoformat(),
            "size": Checkpoint.objects.latest("size").size,
        }

    def url(self, name: str) -> str:
        """The address of a page of the owner's, whoever asks for it."""
        known = {key: value for key, value in self.arguments.items() if takes(name, key)}
        assert set(known) == set(PATTERNS[name].pattern.converters), f"{name} has an argument this test does not know"
        return reverse(f"training:{name}", kwargs=known)

    def browsers(self, *roles: str, **options: Any) -> Iterator[tuple[str, Client]]:
        """A browser for each role, at which somebody of it is signed in."""
        for role in roles or ROLES:
            client = Client(**options)
            if role != "anonymous":
                client.force_login(self.users[role])
            yield role, client


def drained(response: Any) -> Any:
    """The response, read to its end."""
    if response.streaming:
        b"".join(response.streaming_content)
    return response


@pytest.fixture
def house() -> House:
    return House()


def test_every_address_has_a_row_for_every_role():
    assert set(GET) == set(PATTERNS)
    assert {name for name in PATTERNS if allows(name, "post")} == set(POST)
    assert {len(row) for row in [*GET.values(), *POST.values()]} == {len(ROLES)}


def test_the_addresses_are_those_of_the_running_site(house: House):
    for name in PATTERNS:
        match = resolve(house.url(name))
        assert (match.app_name, match.url_name) == ("training", name)


def test_each_page_answers_each_role_as_the_table_says(house: House):
    for role, client in house.browsers():
        for name, row in GET.items():
            response = drained(client.get(house.url(name)))
            assert response.status_code == row[ROLES.index(role)], (name, role)
            if role == "anonymous" and name not in PUBLIC:
                assert response["Location"].startswith(reverse("account_login")), name


def test_each_form_answers_each_role_as_the_table_says_and_changes_nothing(house: House):
    before = everything()
    for role, client in house.browsers():
        for name, row in POST.items():
            response = client.post(house.url(name))
            assert response.status_code == row[ROLES.index(role)], (name, role)
            if role == "anonymous" and name not in PUBLIC:
                assert response["Location"].startswith(reverse("account_login")), name
    assert everything() == before


def test_no_page_takes_what_it_does_not_offer(house: House):
    before = everything()
    for role, client in house.browsers("anonymous", "owner", "granted"):
        for name in PATTERNS:
            for method in ("post", "put", "patch", "delete"):
                if not (method == "post" and name in POST):
                    status = getattr(client, method)(house.url(name)).status_code
                    # FormView's own PUT is its POST: an empty form there changes as little.
                    assert status in {302, 403, 404, 405, 409, 200 if name in POST else 405}, (name, method, role)
    assert everything() == before


def test_no_form_is_taken_without_its_csrf_token(house: House):
    before = everything()
    for role, client in house.browsers("anonymous", "owner", "granted", enforce_csrf_checks=True):
        for name in PATTERNS:
            for method in ("post", "put", "patch", "delete"):
                assert getattr(client, method)(house.url(name)).status_code == 403, (name, method, role)
        for name in ("account_login", "account_logout", "account_reauthenticate", "account_change_password"):
            assert client.post(reverse(name)).status_code == 403, name
    assert everything() == before


def test_no_page_takes_put_patch_or_delete_for_a_form(house: House):
    before = everything()
    for role, client in house.browsers("owner", "granted"):
        for name in PATTERNS:
            for method in ("put", "patch", "delete"):
                status = getattr(client, method)(house.url(name)).status_code
                assert status in {403, 405}, (name, method, role)
    assert everything() == before


def test_a_locked_account_is_signed_out(house: House):
    ((_, client),) = house.browsers("owner")
    user = house.users["owner"]
    user.is_active = False
    user.save()
    for name in PATTERNS:
        if name not in PUBLIC:
            response = client.get(house.url(name))
            assert response["Location"].startswith(reverse("account_login")), name


def test_the_front_door_leads_each_role_to_its_work(house: House):
    work = dict.fromkeys(("hr", "editor", "officer"), "/admin/") | {"granted": "/audit/"}
    for role, client in house.browsers(*ROLES[1:]):
        assert client.get("/")["Location"] == work.get(role, "/my/"), role


def test_the_trust_of_a_superuser_opens_no_evidence(house: House):
    root = account("root")
    root.is_superuser = root.is_staff = True
    root.save()
    client = Client()
    client.force_login(root)
    for name in PATTERNS:
        if name not in {"home", "confirm_identity", *PUBLIC}:  # these two only lead on
            assert drained(client.get(house.url(name))).status_code in {403, 405}, name
