"""Leaves, accounts, slips and identity providers in a real browser, and the pages where a password is set."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext

from cms.setup import ensure_site
from tests import building
from tests.browser.looking import Eyes
from tests.browser.signing_in import sign_in
from tests.browser.typing_days import type_day
from tests.building import import_staff
from tests.people.rosters import row, simple
from tests.people.test_invite import addressed
from training.people.account_models import Invitation
from training.people.appoint import appoint
from training.people.enrol import rename
from training.people.invite import invite
from training.people.leave import record_leave
from training.people.models import DepartmentPlace, Employment
from training.people.roster_uploads import keep_upload, previewed
from training.people.roster_working import STALE, begin_import, take_over
from training.people.scim_clients import SCOPES, make_client, revoke_client
from training.people.scim_models import ScimClient, ScimUser
from training.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("髙橋 一郎", "𠮷田 花子", "佐藤 健太", "渡邉 美咲", "﨑山 大輔")


def company() -> list[Any]:
    """Five people, of whom three have an address."""
    people = [
        building.person(f"00010{place}", name, department="営業本部/第一営業部/二課")
        for place, name in enumerate(NAMES)
    ]
    for place in range(3):
        addressed(people[place], f"staff{place}@example.com")
    return people


def test_hr_reads_one_persons_history(chromium: BrowserContext, live_server: Any) -> None:
    ensure_site()
    hr = building.account("hr", Role.HR)
    now = timezone.now()
    year = building.year("𠮷田 一郎")
    person = year.employment
    building.person("000900", "部長 太郎", department="営業本部")
    path = "事業本部/" + "/".join(["個人情報保護・情報セキュリティ統括推進室"] * 3)
    before = timezone.localdate() - timedelta(days=30)
    moments = [now - timedelta(minutes=50 - 10 * turn) for turn in range(5)]
    somebody = partial(row, type="契約社員", manager="000900")
    import_staff(simple(somebody(name="𠮷田 一郎", department=path, second="開発部")), day=before, now=moments[0])
    import_staff(simple(somebody(name="𠮷田 一郎", department="総務部", second="開発部")), day=before, now=moments[1])
    rename(employee=person.employee, name="佐籐 一郎", kana="", since=before, now=moments[2])
    rename(employee=person.employee, name="佐藤 一郎", kana="サトウ イチロウ", since=before, now=moments[3])
    held = Employment.objects.filter(employee=person.employee, superseded_at__isnull=True).latest("valid_from")
    record_leave(employment=held, kind="childcare", first=timezone.localdate(), last=None, by=hr, now=moments[4])
    page = sign_in(chromium.new_page(), live_server, "hr")
    eyes = Eyes(page, admin=True)
    page.goto(f"{live_server.url}{reverse('training_people:index')}")
    page.fill("input[name=q]", "999999")
    page.locator("main form button[type=submit]").click()
    eyes.look("admin-people-none", "名簿の記録にありません")
    page.fill("input[name=q]", "郎")
    page.locator("main form button[type=submit]").click()
    eyes.look("admin-people-found", "佐藤 一郎", "部長 太郎")
    page.fill("input[name=q]", "000101")
    page.locator("main form button[type=submit]").click()
    eyes.look("admin-person", "佐藤 一郎", "総務部", "育児休業", "兼務：開発部", "𠮷田 一郎", "署名済み")
    type_day(page, "day", date(2021, 1, 1))
    page.locator("main form button[type=submit]").click()
    eyes.look("admin-person-day", "営業本部/第一営業部/二課", "正社員")
    page.goto(f"{live_server.url}{reverse('training_leaves:index')}")
    eyes.look("admin-leaves-today", "佐藤 一郎", "停止中", "この人のページ")
    page.goto(f"{live_server.url}{reverse('training_leaves:index')}?kind=nonsense&day=2026-02-30")
    eyes.look("admin-leaves-unreadable", "誰も表示していません", "種類：")
    page.goto(f"{live_server.url}{reverse('training_campaigns:assignment', args=['FY2026', year.assignment.pk])}")
    eyes.look("hr-record-person", "この人のページ")


def test_hr_records_leaves_and_brings_people_to_their_accounts(chromium: BrowserContext, live_server: Any) -> None:
    ensure_site()
    building.account("hr", Role.HR)
    people = company()
    today, now = timezone.localdate(), timezone.now()
    record_leave(employment=people[1], kind="maternity", first=today, last=None, by=None, now=now)
    leave = record_leave(employment=people[3], kind="sick", first=today, last=today, by=None, now=now)
    (unsent, _waits) = invite(
        employees=[people[0].employee, people[2].employee], means=Invitation.Means.MAIL, by=None, now=now
    )
    Invitation.objects.filter(pk=unsent.invitation.pk).update(tries=1)
    page = sign_in(chromium.new_page(), live_server, "hr")
    eyes = Eyes(page, admin=True)

    def go(name: str, *arguments: Any) -> None:
        page.goto(f"{live_server.url}{reverse(name, args=arguments)}")

    go("training_leaves:index")
    eyes.look("admin-leaves", "𠮷田 花子", "渡邉 美咲", "産前産後休業")
    go("training_leaves:record")
    page.fill("input[name=number]", "000102")
    eyes.look("admin-leave-record")
    page.locator("main form[method=post] button[type=submit]").click()
    eyes.look("admin-leave-confirm", "佐藤 健太")
    go("training_leaves:leave", leave.pk)
    eyes.look("admin-leave", "渡邉 美咲")
    go("training_leaves:return", leave.pk)
    eyes.look("admin-leave-return", "渡邉 美咲")
    go("training_leaves:take_back", leave.pk)
    eyes.look("admin-leave-take-back", "渡邉 美咲")
    go("training_accounts:index")
    eyes.look("admin-accounts", "staff0@example.com", "﨑山 大輔")
    go("training_accounts:again")
    eyes.look("admin-accounts-again", "000100 髙橋 一郎")
    go("training_accounts:invite")
    eyes.look("admin-accounts-invite", "000101 𠮷田 花子")
    go("training_accounts:slips")
    eyes.look("admin-accounts-slips", "000104 﨑山 大輔")
    go("training_accounts:person", people[0].employee_id)
    eyes.look("admin-account", "staff0@example.com")
    go("training_accounts:revoke", people[0].employee_id)
    eyes.look("admin-account-revoke", "髙橋 一郎")


def test_the_privacy_officer_lets_an_identity_provider_in(chromium: BrowserContext, live_server: Any) -> None:
    ensure_site()
    building.account("officer", Role.PRIVACY_OFFICER)
    now = timezone.now()
    before, _token = make_client(name="Okta（2025年度）", scopes=SCOPES, by=None, now=now)
    ScimUser.objects.create(client=before, user_name="a@example.com", resource={}, made_at=now, changed_at=now)
    revoke_client(client=before, by=None, now=now)
    page = sign_in(chromium.new_page(), live_server, "officer")
    eyes = Eyes(page, admin=True)
    page.goto(f"{live_server.url}{reverse('training_scim:make')}")
    page.fill("input[name=name]", "Entra ID")
    eyes.look("admin-scim-make", "Okta（2025年度）")
    page.locator("main form[method=post] button[type=submit]").click()
    eyes.look("admin-scim-token", "Entra ID", "scim_", "/scim/v2")
    page.goto(f"{live_server.url}{reverse('training_scim:index')}")
    eyes.look("admin-scim", "Entra ID")
    page.locator("td a", has_text="新").first.click() if page.locator("td a", has_text="新").count() else page.goto(
        f"{live_server.url}{reverse('training_scim:rotate', args=[ScimClient.objects.get(name='Entra ID').pk])}"
    )
    eyes.look("admin-scim-rotate", "Entra ID")
    page.goto(page.url.replace("/token/", "/revoke/"))
    eyes.look("admin-scim-revoke", "Entra ID")


def test_somebody_sets_the_own_password(chromium: BrowserContext, live_server: Any) -> None:
    people = company()
    now = timezone.now()
    (slip,) = invite(employees=[people[3].employee], means=Invitation.Means.SLIP, by=None, now=now)
    (link,) = invite(employees=[people[0].employee], means=Invitation.Means.MAIL, by=None, now=now)
    page = chromium.new_page()
    eyes = Eyes(page)
    page.goto(f"{live_server.url}{reverse('account_login')}")
    eyes.look("sign-in")
    page.goto(f"{live_server.url}{reverse('training:invitation', args=[link.secret])}")
    eyes.look("welcome-link", "000100")
    page.goto(f"{live_server.url}{reverse('training:slip')}")
    page.fill("input[name=number]", "000103")
    page.fill("input[name=code]", "AAAA")
    for name in ("password", "again"):
        page.fill(f"input[name={name}]", building.PASSWORD)
    page.locator("main form button[type=submit]").click()
    eyes.look("welcome-slip-wrong")
    page.fill("input[name=code]", slip.secret)
    for name in ("password", "again"):
        page.fill(f"input[name={name}]", building.PASSWORD)
    page.locator("main form button[type=submit]").click()
    eyes.look("welcome-done", "000103")


def test_hr_says_who_manages_the_departments(chromium: BrowserContext, live_server: Any) -> None:
    ensure_site()
    building.account("hr", Role.HR)
    people = company()
    boss = building.person("000300", "本部 長", department="営業本部")
    places = {place.name: place.department for place in DepartmentPlace.objects.filter(valid_to__isnull=True)}
    today, now = timezone.localdate(), timezone.now()
    for name, who, since in (
        ("営業本部", boss, date(2025, 4, 1)),
        ("二課", people[1], date(2026, 4, 1)),
        ("二課", people[3], today + timedelta(days=90)),
    ):
        appoint(department=places[name], manager=who.employee, since=since, by=None, now=now)
    page = sign_in(chromium.new_page(), live_server, "hr")
    eyes = Eyes(page, admin=True)
    page.goto(f"{live_server.url}{reverse('training_managers:index')}")
    eyes.look("admin-managers", "本部 長", "𠮷田 花子", "渡邉 美咲")
    page.goto(f"{live_server.url}{reverse('training_managers:department', args=[places['第一営業部'].pk])}")
    page.fill("input[name=number]", "000102")
    eyes.look("admin-manager", "第一営業部")
    page.locator("main form[method=post] button[type=submit]").click()
    eyes.look("admin-manager-confirm", "佐藤 健太")
    page.locator("main form[method=post] button[type=submit]").click()
    eyes.look("admin-managers-after", "佐藤 健太")
    page.goto(f"{live_server.url}{reverse('training_managers:place', args=[places['第一営業部'].pk])}")
    eyes.look("admin-department-place", "第一営業部")


def test_who_has_no_business_in_the_admin_is_told_so_there(chromium: BrowserContext, live_server: Any) -> None:
    ensure_site()
    building.person("000101", NAMES[0], user=building.account("ichiro"))
    page = sign_in(chromium.new_page(), live_server, "ichiro")
    page.goto(f"{live_server.url}/admin/")
    Eyes(page).look("admin-refused")


def test_hr_watches_a_staff_list_being_imported(chromium: BrowserContext, live_server: Any) -> None:
    ensure_site()
    hr, now = building.account("hr", Role.HR), timezone.now()
    data = simple(row(), row("000102", "𠮷田 花子"))
    upload, _heading = keep_upload(
        by=hr, name="社員名簿_2026年11月.csv", data=data, day=timezone.localdate(), left_if_missing=False, now=now
    )
    digest = previewed(upload=upload).digest
    work = begin_import(upload=upload, digest=digest, accepted=(), now=now)
    page = sign_in(chromium.new_page(), live_server, "hr")
    eyes = Eyes(page, admin=True)
    page.goto(f"{live_server.url}{reverse('training_rosters:index')}")
    eyes.look("admin-roster-running", "社員名簿_2026年11月.csv")
    page.get_by_role("link", name="社員名簿_2026年11月.csv").click()
    eyes.look("admin-roster-progress", "社員名簿_2026年11月.csv")
    take_over(upload=upload.pk, now=timezone.now())
    page.wait_for_url(f"**{reverse('training_rosters:import', args=[work.before + 1])}")
    eyes.look("admin-roster-done", "𠮷田 花子")
    upload, _heading = keep_upload(
        by=hr, name="名簿.csv", data=data, day=timezone.localdate(), left_if_missing=False, now=now
    )
    begin_import(upload=upload, digest="x", accepted=(), now=now - 2 * STALE)
    page.goto(f"{live_server.url}{reverse('training_rosters:progress', args=[upload.pk])}")
    eyes.look("admin-roster-stale", "名簿.csv")


def test_hr_goes_through_many_refused_lines_and_sees_whose_evidence_depends_on_an_import(
    chromium: BrowserContext, live_server: Any
) -> None:
    ensure_site()
    hr, now = building.account("hr", Role.HR), timezone.now()
    building.import_staff(simple(row(), row("000102", "𠮷田 花子")), day=timezone.localdate(), now=now)
    building.campaign(now=now)
    wrong = (row(f"{n:06d}", f"氏名 {n}", type="謎の区分") for n in range(1000, 1252))
    upload, _heading = keep_upload(
        by=hr,
        name="名簿.csv",
        data=simple(row("000103"), *wrong),
        day=timezone.localdate(),
        left_if_missing=False,
        now=now,
    )
    page = sign_in(chromium.new_page(), live_server, "hr")
    eyes = Eyes(page, admin=True)
    page.goto(f"{live_server.url}{reverse('training_rosters:preview', args=[upload.pk])}")
    page.get_by_label("252", exact=False).first.check()
    page.locator("button[value=next]").click()
    page.wait_for_url("**p=2")
    page.locator("button[value=all]").click()
    eyes.look("admin-roster-refused", "001251")
    page.goto(f"{live_server.url}{reverse('training_rosters:index')}")
    eyes.look("admin-roster-waits", "名簿.csv")
    page.goto(f"{live_server.url}{reverse('training_rosters:undo', args=[1])}")
    eyes.look("admin-roster-undo", "𠮷田 花子", "2026年度 個人情報保護研修")
    page.goto(f"{live_server.url}{reverse('training_rosters:import', args=[1])}")
    page.locator(f"a[href$='{reverse('training_rosters:evidence', args=[1])}']").click()
    eyes.look("admin-roster-evidence", "𠮷田 花子")
