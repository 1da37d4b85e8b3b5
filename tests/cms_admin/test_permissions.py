"""Who may open what: every address of the admin views, as every role and as none."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import get_resolver, reverse
from wagtail.admin.viewsets import viewsets

from cms.admin.gate import RoleViewSet
from tests import building
from tests.changes.texts import SECOND
from tests.cms_admin.conftest import signed_in
from tests.cms_admin.reading import text
from training.access.grant import grant
from training.access.sample import draw_sample
from training.catalogue.models import QuestionVersion
from training.certificates.edition import issue_edition
from training.ledger.models import Checkpoint, Entry
from training.people.enrol import ask_for_name
from training.people.models import Department, Employment
from training.people.roster_uploads import keep_upload
from training.people.scim_clients import SCOPES, make_client
from training.policy.publish import publish_revision
from training.roles import Role

OFFICE = {Role.HR, Role.PRIVACY_OFFICER}
OFFICER = {Role.PRIVACY_OFFICER}
MATRIX = {
    "training_campaigns:index": OFFICE,
    "training_campaigns:campaign": OFFICE,
    "training_campaigns:results": OFFICE,
    "training_campaigns:plan": OFFICE,
    "training_campaigns:plan_pdf": OFFICE,
    "training_campaigns:report_pdf": OFFICE,
    "training_campaigns:audience": OFFICE,
    "training_campaigns:approve": OFFICER,
    "training_campaigns:open": OFFICE,
    "training_campaigns:assignment": OFFICE,
    "training_campaigns:certificate": OFFICE,
    "training_campaigns:issued": OFFICE,
    "training_campaigns:edition": OFFICE,
    "training_campaigns:revoke": OFFICER,
    "training_campaigns:reissue": OFFICE,
    "training_campaigns:pledge": OFFICE,
    "training_campaigns:annul": OFFICER,
    "training_campaigns:archive": OFFICE,
    "training_campaigns:zip": OFFICE,
    "training_campaigns:pack": OFFICE,
    "training_campaigns:evidence": OFFICE,
    "training_as_of:index": OFFICE,
    "training_as_of:csv": OFFICE,
    "training_rosters:index": OFFICE,
    "training_rosters:results": OFFICE,
    "training_rosters:upload": OFFICE,
    "training_rosters:columns": OFFICE,
    "training_rosters:preview": OFFICE,
    "training_rosters:refused": OFFICE,
    "training_rosters:progress": OFFICE,
    "training_rosters:cancel": OFFICE,
    "training_rosters:import": OFFICE,
    "training_rosters:undo": OFFICE,
    "training_rosters:evidence": OFFICE,
    "training_names:index": OFFICE,
    "training_names:results": OFFICE,
    "training_names:answer": OFFICE,
    "training_declines:index": OFFICE,
    "training_declines:results": OFFICE,
    "training_designs:index": OFFICE,
    "training_designs:edit": OFFICE,
    "training_designs:preview": OFFICE,
    "training_grants:index": OFFICER,
    "training_grants:grant": OFFICER,
    "training_grants:revoke": OFFICER,
    "training_access_log:index": OFFICER,
    "training_access_log:results": OFFICER,
}
MATRIX |= {
    "training_campaigns:make_ups": OFFICE,
    "training_campaigns:make_up": OFFICE,
    "training_campaigns:samples": OFFICE,
    "training_campaigns:sample": OFFICE,
    "training_campaigns:order": OFFICE,
    "training_withdrawals:index": OFFICE,
    "training_withdrawals:results": OFFICE,
    "training_withdrawals:choose": OFFICE,
    "training_withdrawals:choose_results": OFFICE,
    "training_withdrawals:question": OFFICE,
    "training_withdrawals:remark": OFFICE,
}
MATRIX |= {
    "training_people:index": OFFICE,
    "training_people:person": OFFICE,
    "training_leaves:index": OFFICE,
    "training_leaves:results": OFFICE,
    "training_leaves:record": OFFICE,
    "training_leaves:leave": OFFICE,
    "training_leaves:return": OFFICE,
    "training_leaves:take_back": OFFICE,
    "training_managers:index": OFFICE,
    "training_managers:results": OFFICE,
    "training_managers:department": OFFICE,
    "training_managers:place": OFFICE,
    "training_accounts:index": OFFICE,
    "training_accounts:results": OFFICE,
    "training_accounts:invite": OFFICE,
    "training_accounts:again": OFFICE,
    "training_accounts:slips": OFFICE,
    "training_accounts:person": OFFICE,
    "training_accounts:revoke": OFFICE,
    "training_scim:index": OFFICER,
    "training_scim:make": OFFICER,
    "training_scim:rotate": OFFICER,
    "training_scim:revoke": OFFICER,
}
MATRIX |= {
    "training_campaigns:draft": OFFICE,
    "training_campaigns:edit": OFFICE,
    "training_campaigns:extend": OFFICE,
    "training_campaigns:adopt": OFFICE,
    "training_campaigns:close": OFFICE,
    "training_campaigns:cancel": OFFICE,
    "training_campaigns:add": OFFICE,
    "training_campaigns:group": OFFICE,
    "training_campaigns:why": OFFICE,
    "training_campaigns:remind": OFFICE,
    "training_campaigns:remind_many": OFFICE,
    "training_campaigns:prolong_many": OFFICE,
    "training_campaigns:exempt_many": OFFICE,
    "training_campaigns:exempt": OFFICE,
    "training_campaigns:lift": OFFICE,
    "training_campaigns:prolong": OFFICE,
    "training_campaigns:remove": OFFICE,
    "training_campaigns:paper": OFFICE,
    "training_campaigns:scan": OFFICE,
    "training_repeats:index": OFFICE,
    "training_repeats:results": OFFICE,
    "training_repeats:new": OFFICE,
    "training_repeats:edit": OFFICE,
}
MATRIX |= {
    "training_reminders:index": OFFICE,
    "training_reminders:results": OFFICE,
    "training_reminders:letter": OFFICE,
    "training_reminders:today": OFFICE,
    "training_reminders:previews": OFFICE,
    "training_reminders:preview": OFFICE,
    "training_reminders:html": OFFICE,
    "training_reminders:chat_tools": OFFICE,
}
LESSONS = {Role.EDITOR, Role.PRIVACY_OFFICER}
MATRIX |= {
    "training_question_files:index": LESSONS,
    "training_question_files:take": LESSONS,
    "training_question_files:write": LESSONS,
    "training_question_files:sample": LESSONS,
    "training_question_files:report": LESSONS,
}
READERS = OFFICE | {Role.EDITOR}
MATRIX |= {
    "training_statistics:index": READERS,
    "training_statistics:years_chart": OFFICE,
    "training_statistics:question": READERS,
    "training_statistics:questions": READERS,
    "training_statistics:clauses": READERS,
    "training_statistics:topics": READERS,
    "training_statistics:departments": OFFICE,
    "training_statistics:chart": OFFICE,
    "training_statistics:workbook": OFFICE,
}
MATRIX |= {
    "training_changes:index": READERS,
    "training_changes:change": READERS,
    "training_changes:compose": OFFICE,
    "training_changes:confirm": LESSONS,
    "training_changes:republish": OFFICER,
}
# What an address answers to who may open it, where that is no page: there is nothing to take over or to write yet.
ANSWERS = {
    "training_campaigns:approve": 302,  # it is approved already
    "training_campaigns:make_up": 409,  # it has been passed
    "training_campaigns:order": 409,  # it is issued already
    # The person has signed: there is nothing to decide, and nothing was entered from paper.
    **{f"training_campaigns:{name}": 409 for name in ("exempt", "lift", "prolong", "remind", "remove", "paper")},
    **{f"training_campaigns:{name}_many": 302 for name in ("remind", "prolong", "exempt")},  # nobody is chosen
    "training_campaigns:scan": 404,
    "training_question_files:take": 405,
    "training_question_files:write": 404,
    "training_question_files:report": 302,
    # A list that waits is its uploader's alone; discarding it is a POST.
    "training_rosters:columns": 404,
    "training_rosters:preview": 404,
    "training_rosters:refused": 404,
    "training_rosters:progress": 302,
    "training_rosters:cancel": 405,
    "training_accounts:revoke": 409,  # nobody is invited
}
IN_ADMIN = [Role.HR, Role.PRIVACY_OFFICER, Role.EDITOR]
Addresses = dict[str, str]


def registered() -> set[str]:
    """The names of every address of HR's and the privacy officer's views, as Wagtail has them."""
    assert get_resolver().url_patterns  # reading them is what fills the registry
    ours = [viewset for viewset in viewsets.viewsets if isinstance(viewset, RoleViewSet)]
    return {viewset.get_url_name(pattern.name) for viewset in ours for pattern in viewset.get_urlpatterns()}


@pytest.fixture
def addresses() -> Addresses:
    """An address for every name, each leading to something that is there."""
    year = building.year()
    issue_edition(certificate=year.certificate, language="en", by=year.user, now=building.NOW)
    officer = get_user_model().objects.get(username="officer")
    asked = ask_for_name(employee=year.employment.employee, name="高橋 一郎", kana="", note="", now=building.NOW)
    row = grant(
        user=building.account("outside", Role.AUDITOR),
        campaigns=[year.assignment.campaign],
        first_day=building.NOW.date(),
        last_day=building.NOW.date(),
        by=officer,
        now=building.NOW,
    )
    drawn = draw_sample(user=officer, campaign=year.assignment.campaign, size=1, by_department=False, now=building.NOW)
    planned = building.campaign(code="FY2027", opened=False)
    publish_revision(source=SECOND, now=building.NOW)
    data = "社員番号,氏名,メール\n000101,髙橋 一郎,ichiro@example.com\n".encode()
    _plan, roster = building.import_staff(data, day=building.NOW.date())
    assert roster is not None
    waiting, _heading = keep_upload(
        by=officer, name="名簿.csv", data=data, day=building.NOW.date(), left_if_missing=False, now=building.NOW
    )
    away = building.on_leave(year.employment)
    provider, _token = make_client(name="Entra ID", scopes=SCOPES, by=officer, now=building.NOW)
    undecided = building.draft(code="FY2028")
    repeating = building.repeating()
    letter = building.letter(year.employment)
    arguments: dict[str, list[Any]] = {
        "training_campaigns:edit": [planned.code],
        "training_campaigns:cancel": [undecided.code],
        **{f"training_campaigns:{name}_many": ["FY2026"] for name in ("remind", "prolong", "exempt")},
        **{f"training_campaigns:{name}": ["FY2026"] for name in ("extend", "adopt", "close", "add", "group", "why")},
        **{
            f"training_campaigns:{name}": ["FY2026", year.assignment.pk]
            for name in ("exempt", "lift", "prolong", "remind", "remove", "paper")
        },
        "training_campaigns:scan": ["FY2026", year.assignment.pk, 1],
        "training_repeats:edit": [repeating.pk],
        "training_reminders:letter": [letter.pk],
        "training_reminders:preview": ["learner", "ja"],
        "training_reminders:html": ["learner", "ja"],
        **{f"training_managers:{name}": [Department.objects.first().pk] for name in ("department", "place")},
        "training_people:person": [year.employment.employee_id],
        "training_accounts:person": [year.employment.employee_id],
        "training_accounts:revoke": [year.employment.employee_id],
        "training_scim:rotate": [provider.pk],
        "training_scim:revoke": [provider.pk],
        "training_leaves:leave": [away.pk],
        "training_leaves:return": [away.pk],
        "training_leaves:take_back": [away.pk],
        "training_campaigns:campaign": ["FY2026"],
        "training_campaigns:results": ["FY2026"],
        "training_campaigns:plan": ["FY2026"],
        "training_campaigns:plan_pdf": ["FY2026"],
        "training_campaigns:report_pdf": ["FY2026"],
        "training_campaigns:audience": [undecided.code],
        "training_campaigns:pack": ["FY2026"],
        "training_campaigns:evidence": ["FY2026"],
        "training_campaigns:approve": [planned.code],
        "training_campaigns:open": [planned.code],
        "training_campaigns:assignment": ["FY2026", year.assignment.pk],
        "training_campaigns:certificate": ["FY2026", year.assignment.pk],
        "training_campaigns:issued": ["FY2026", year.assignment.pk, year.certificate.serial],
        "training_campaigns:edition": ["FY2026", year.assignment.pk, year.certificate.serial, "en"],
        "training_campaigns:revoke": ["FY2026", year.assignment.pk, year.certificate.serial],
        "training_campaigns:reissue": ["FY2026", year.assignment.pk, year.certificate.serial],
        "training_campaigns:pledge": ["FY2026", year.assignment.pk, 1],
        "training_campaigns:annul": ["FY2026", year.assignment.pk, 1],
        "training_campaigns:archive": ["FY2026"],
        "training_campaigns:zip": ["FY2026"],
        "training_as_of:csv": [building.NOW.date().isoformat(), Checkpoint.objects.latest("size").size],
        "training_names:answer": [asked.pk],
        "training_rosters:columns": [waiting.pk],
        "training_rosters:preview": [waiting.pk],
        "training_rosters:refused": [waiting.pk],
        "training_rosters:progress": [waiting.pk],
        "training_rosters:cancel": [waiting.pk],
        "training_rosters:import": [roster.number],
        "training_rosters:undo": [roster.number],
        "training_rosters:evidence": [roster.number],
        "training_designs:edit": ["ja"],
        "training_designs:preview": ["ja"],
        "training_question_files:report": ["0" * 32],
        "training_grants:revoke": [row.pk],
        "training_campaigns:make_ups": ["FY2026"],
        "training_campaigns:make_up": ["FY2026", year.assignment.pk, "article-3"],
        "training_campaigns:samples": ["FY2026"],
        "training_campaigns:sample": ["FY2026", drawn.pk],
        "training_campaigns:order": ["FY2026", year.assignment.pk, year.certificate.serial, "en"],
        "training_withdrawals:question": [QuestionVersion.objects.first().question],
        "training_statistics:question": [QuestionVersion.objects.first().question],
        "training_statistics:questions": ["FY2026"],
        "training_statistics:clauses": ["FY2026"],
        "training_statistics:topics": ["FY2026"],
        "training_statistics:departments": ["FY2026"],
        "training_statistics:chart": ["FY2026", "questions"],
        "training_statistics:workbook": ["FY2026"],
        "training_changes:change": [2],
        "training_changes:compose": [2],
        "training_changes:confirm": [2, "article-3", "3.3"],
    }
    return {name: reverse(name, args=arguments.get(name, [])) for name in MATRIX}


def test_every_address_is_in_the_matrix() -> None:
    assert registered() == set(MATRIX)


@pytest.mark.parametrize("role", IN_ADMIN)
def test_a_role_opens_what_the_matrix_says_and_is_refused_the_rest_with_the_reason(
    role: Role, addresses: Addresses
) -> None:
    client = signed_in(building.account("somebody", role))

    answers = {name: status(client, address) for name, address in addresses.items()}

    assert answers == {name: ANSWERS.get(name, 200) if role in roles else 403 for name, roles in MATRIX.items()}


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("role", IN_ADMIN)
def test_a_role_that_may_not_open_an_address_changes_nothing_there_by_any_method(
    role: Role, method: str, addresses: Addresses
) -> None:
    client = signed_in(building.account("somebody", role))
    entries = Entry.objects.count()

    answers = {name: status(client, addresses[name], method) for name, roles in MATRIX.items() if role not in roles}

    assert set(answers.values()) <= {403}
    assert Entry.objects.count() == entries


def status(client: Client, address: str, method: str = "get") -> int:
    """The answer's status. A file is read to its end, whereupon it is closed."""
    response = getattr(client, method)(address)
    if response.streaming:
        list(response.streaming_content)
    return response.status_code


def someone(kind: str) -> Client:
    """The browser of somebody without a role that these views are for."""
    if kind == "nobody":
        return Client()
    if kind == "learner":
        return signed_in(get_user_model().objects.get(username="ichiro"))
    if kind == "auditor":
        return signed_in(building.account("examiner", Role.AUDITOR))
    user = building.account(kind, *([Role.AUDITOR] if kind == "auditor in the admin" else []))
    if kind == "superuser":
        user.is_superuser = user.is_staff = True
        user.save()
    else:
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return signed_in(user)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("kind", ["nobody", "learner", "auditor"])
def test_who_has_no_business_in_the_admin_is_sent_away(kind: str, method: str, addresses: Addresses) -> None:
    client = someone(kind)
    entries = Entry.objects.count()

    for address in addresses.values():
        answer = getattr(client, method)(address)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, reverse("wagtailadmin_login"))
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("kind", ["superuser", "auditor in the admin"])
def test_being_let_into_the_admin_is_not_enough(kind: str, addresses: Addresses) -> None:
    client = someone(kind)

    assert {status(client, address) for address in addresses.values()} == {403}
    assert {status(client, address, "post") for address in addresses.values()} == {403}


def test_a_refusal_names_nobody(addresses: Addresses) -> None:
    client = signed_in(building.account("somebody", Role.EDITOR))

    words = [text(client.get(addresses[name])) for name, roles in MATRIX.items() if Role.EDITOR not in roles]

    assert all("あなたのアカウントにありません" in page for page in words)
    assert not any("髙橋" in page or "000101" in page for page in words)


def test_who_loses_the_role_is_refused_at_the_next_click(addresses: Addresses) -> None:
    user = building.account("somebody", Role.HR)
    client = signed_in(user)
    assert client.get(addresses["training_campaigns:campaign"]).status_code == 200

    user.groups.clear()

    assert client.get(addresses["training_campaigns:campaign"]).status_code == 302


def test_nothing_is_changed_without_a_token(addresses: Addresses) -> None:
    client = signed_in(building.account("both", Role.HR, Role.PRIVACY_OFFICER), enforce_csrf_checks=True)
    entries = Entry.objects.count()

    for name in ("approve", "open"):
        assert client.post(addresses[f"training_campaigns:{name}"]).status_code == 403
    for name in ("training_names:answer", "training_grants:grant", "training_grants:revoke"):
        assert client.post(addresses[name]).status_code == 403
    assert Entry.objects.count() == entries


def test_an_assignment_is_found_only_under_its_own_campaign(hr: Client, addresses: Addresses) -> None:
    employment = Employment.objects.get()
    assignment = building.assignment_of(employment)

    for name in ("assignment", "certificate"):
        assert hr.get(reverse(f"training_campaigns:{name}", args=["FY2027", assignment.pk])).status_code == 404


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (
            Role.HR,
            {
                "training/campaigns",
                "training/repeating-plans",
                "training/withdrawals",
                "training/statistics",
                "training/as-of",
                "training/people",
                "training/staff-lists",
                "training/leaves",
                "training/managers",
                "training/accounts",
                "training/reminders",
                "training/names",
                "training/declines",
            },
        ),
        (
            Role.PRIVACY_OFFICER,
            {
                "training/campaigns",
                "training/repeating-plans",
                "training/as-of",
                "training/people",
                "training/staff-lists",
                "training/leaves",
                "training/managers",
                "training/accounts",
                "training/reminders",
                "training/names",
                "training/declines",
                "training/grants",
                "training/withdrawals",
                "training/access-log",
                "training/identity-providers",
                "training/question-files",
                "training/statistics",
            },
        ),
        (Role.EDITOR, {"training/question-files", "training/statistics"}),
    ],
)
def test_the_menu_leads_where_the_role_may_go(role: Role, shown: set[str]) -> None:
    page = signed_in(building.account("somebody", role)).get("/admin/").content.decode()

    everything = {
        "training/campaigns",
        "training/repeating-plans",
        "training/withdrawals",
        "training/statistics",
        "training/as-of",
        "training/people",
        "training/staff-lists",
        "training/leaves",
        "training/managers",
        "training/accounts",
        "training/identity-providers",
        "training/reminders",
        "training/names",
        "training/declines",
        "training/grants",
        "training/access-log",
        "training/question-files",
    }
    assert {place for place in everything if f"/admin/{place}/" in page} == shown
