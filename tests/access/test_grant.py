"""An auditor is let in by the privacy officer, for named campaigns and whole days, and out again at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import override

from tests.building import NOW, account, campaign, later, person
from tests.cutting import everything, writes_whole_or_not_at_all
from training.access.grant import conflicts_of_interest, grant, granted_campaigns, refusal, revoke
from training.access.leavers import withdraw_roles
from training.access.log import record_access
from training.access.models import AccessLog, AuditorGrant
from training.access.queries import granted_until, notes_of, purposes_of
from training.campaigns.models import Campaign
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.body import Body
from training.ledger.models import Entry, Immutable
from training.people.models import Employment
from training.roles import Role, ensure_groups, has_role, roles_of

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 11, 24), date(2026, 11, 30)


@pytest.fixture
def auditor() -> Any:
    return account("auditor", Role.AUDITOR)


@pytest.fixture
def officer() -> Any:
    return account("officer", Role.PRIVACY_OFFICER)


@pytest.fixture
def training(officer: Any) -> Campaign:
    person()
    return campaign()


def let_in(user: Any, training: Campaign, by: Any, **changes: Any) -> AuditorGrant:
    values: dict[str, Any] = {
        "user": user,
        "campaigns": [training],
        "first_day": FIRST,
        "last_day": LAST,
        "by": by,
        "now": NOW,
    }
    return grant(**(values | changes))


def facts(kind: str) -> Any:
    return Body.parse(Entry.objects.get(kind=kind).body).facts


def test_days_are_counted_whole_from_the_first_to_the_last(auditor: Any, training: Campaign, officer: Any):
    let_in(auditor, training, officer)
    open_on = [day for day in range(22, 31) if granted_campaigns(user=auditor, day=date(2026, 11, day))]
    assert open_on == list(range(24, 31))
    assert granted_campaigns(user=auditor, day=date(2026, 12, 1)) == []


def test_one_day_is_a_span_too(auditor: Any, training: Campaign, officer: Any):
    let_in(auditor, training, officer, last_day=FIRST)
    assert granted_campaigns(user=auditor, day=FIRST) == [training]


def test_only_what_was_granted_is_open_and_to_nobody_else(auditor: Any, training: Campaign, officer: Any):
    other = campaign(["article-5"], code="FY2027")
    let_in(auditor, training, officer)
    assert granted_campaigns(user=auditor, day=FIRST) == [training]
    assert other not in granted_campaigns(user=auditor, day=FIRST)
    for stranger in (officer, account("auditor2", Role.AUDITOR), AnonymousUser()):
        assert granted_campaigns(user=stranger, day=FIRST) == []


def test_two_grants_of_one_campaign_show_it_once(auditor: Any, training: Campaign, officer: Any):
    let_in(auditor, training, officer)
    let_in(auditor, training, officer, last_day=date(2027, 1, 31))
    assert granted_campaigns(user=auditor, day=FIRST) == [training]


def test_only_the_privacy_officer_grants_and_revokes(auditor: Any, training: Campaign, officer: Any):
    row = let_in(auditor, training, officer)
    others = [role for role in Role if role is not Role.PRIVACY_OFFICER]
    before = everything()
    for number, roles in enumerate([(), *((role,) for role in others), others]):
        somebody = account(f"somebody-{number}", *roles)
        with pytest.raises(NotAllowed):
            let_in(auditor, training, somebody)
        with pytest.raises(NotAllowed):
            revoke(row=row, by=somebody, now=NOW)
    assert everything() == before


def test_neither_a_superuser_nor_a_locked_officer_grants(auditor: Any, training: Campaign, officer: Any):
    root = account("root")
    root.is_superuser = root.is_staff = True
    root.save()
    locked = account("locked", Role.PRIVACY_OFFICER)
    locked.is_active = False
    locked.save()
    for by in (root, locked, auditor):
        with pytest.raises(NotAllowed):
            let_in(auditor, training, by)
    assert not AuditorGrant.objects.exists()


@pytest.mark.parametrize("changes", [{"campaigns": []}, {"last_day": date(2026, 11, 23)}])
def test_a_grant_of_nothing_or_of_no_day_is_refused(auditor: Any, training: Campaign, officer: Any, changes: Any):
    before = everything()
    with pytest.raises(Invalid):
        let_in(auditor, training, officer, **changes)
    assert everything() == before


def test_the_database_itself_refuses_days_out_of_order(auditor: Any, training: Campaign, officer: Any):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditorGrant.objects.create(user=auditor, first_day=LAST, last_day=FIRST, granted_by=officer, granted_at=NOW)


def test_a_grant_is_evidence_with_its_days_campaigns_and_giver(auditor: Any, training: Campaign, officer: Any):
    row = let_in(auditor, training, officer)
    assert facts("access.granted") == {
        "grant": row.pk,
        "user": auditor.pk,
        "campaigns": ["FY2026"],
        "first_day": "2026-11-24",
        "last_day": "2026-11-30",
        "by": officer.pk,
        "conflicts_of_interest": [],
    }


def test_a_conflict_of_interest_is_recorded_and_not_refused(training: Campaign, officer: Any):
    both = account("both", Role.AUDITOR, Role.HR)
    let_in(both, training, officer)
    assert facts("access.granted")["conflicts_of_interest"] == [Role.HR.group_name]
    assert granted_campaigns(user=both, day=FIRST) == [training]


def test_an_officer_who_lets_oneself_in_is_a_conflict_of_interest(training: Campaign, officer: Any):
    let_in(officer, training, officer)
    assert facts("access.granted")["conflicts_of_interest"] == [Role.PRIVACY_OFFICER.group_name]
    assert conflicts_of_interest(officer) == [Role.PRIVACY_OFFICER.group_name]


def test_a_grant_revoked_ends_at_once_and_only_once(auditor: Any, training: Campaign, officer: Any):
    row = let_in(auditor, training, officer)
    revoke(row=row, by=officer, now=later(hours=1))
    assert granted_campaigns(user=auditor, day=FIRST) == []
    assert facts("access.revoked") == {"grant": row.pk, "by": officer.pk}
    before = everything()
    with pytest.raises(Conflict):
        revoke(row=row, by=officer, now=later(hours=2))
    assert everything() == before


def test_revoking_one_grant_leaves_the_others(auditor: Any, training: Campaign, officer: Any):
    row = let_in(auditor, training, officer)
    let_in(auditor, training, officer)
    revoke(row=row, by=officer, now=NOW)
    assert granted_campaigns(user=auditor, day=FIRST) == [training]


def test_granting_and_revoking_are_done_whole_or_not_at_all(auditor: Any, training: Campaign, officer: Any):
    writes_whole_or_not_at_all(lambda: let_in(auditor, training, officer))
    row = AuditorGrant.objects.get()
    writes_whole_or_not_at_all(lambda: revoke(row=row, by=officer, now=NOW))


def test_a_look_is_logged_by_key_and_cannot_be_taken_out(auditor: Any, training: Campaign):
    row = record_access(
        user=auditor, action=AccessLog.Action.DOWNLOAD, campaign=training, what="certificate 1", why="grant", now=NOW
    )
    assert row.entry.kind == "access.looked"
    with pytest.raises(Immutable):
        row.delete()
    with pytest.raises(Immutable):
        AccessLog.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {AccessLog._meta.db_table}")


def test_groups_are_made_once():
    first = ensure_groups()
    assert ensure_groups() == first
    assert {role: group.name for role, group in first.items()} == {role: role.group_name for role in Role}


def test_a_role_is_held_by_its_group_and_by_an_active_account_alone():
    hr = account("hr", Role.HR)
    assert has_role(hr, Role.HR)
    assert has_role(hr, Role.EDITOR, Role.HR)
    assert not has_role(hr, Role.EDITOR)
    assert not has_role(AnonymousUser(), *Role)
    locked = account("locked", Role.HR)
    locked.is_active = False
    assert not has_role(locked, Role.HR)


def test_roles_are_asked_for_once_and_anew_for_each_object_of_the_account(django_assert_num_queries: Any):
    hr = account("hr", Role.HR, Role.EDITOR)
    with django_assert_num_queries(1):
        assert [has_role(hr, role) for role in Role] == [True, True, False, False]
        assert roles_of(hr) == {Role.HR, Role.EDITOR}
    hr.groups.clear()
    assert roles_of(type(hr).objects.get(pk=hr.pk)) == frozenset()


def test_a_role_read_before_does_not_outlive_the_account():
    hr = account("hr", Role.HR)
    assert has_role(hr, Role.HR)
    hr.is_active = False
    assert not has_role(hr, Role.HR)


def test_what_a_grant_is_for_is_a_disclosure_and_no_fact(auditor: Any, training: Campaign, officer: Any):
    row = let_in(auditor, training, officer, purpose="更新審査 主任審査員 鈴木")
    silent = let_in(auditor, training, officer)
    assert purposes_of([row, silent]) == {row.pk: "更新審査 主任審査員 鈴木"}
    assert all("鈴木" not in body for body in Entry.objects.values_list("body", flat=True))


def test_a_refusal_names_the_day_that_matters_most(auditor: Any, training: Campaign, officer: Any):
    def why(day: date, code: str | None = "FY2026") -> str:
        with override("en"):
            return str(refusal(user=auditor, day=day, code=code).message)

    assert "No campaign with this code" in why(FIRST)
    assert "No campaign is open" in why(FIRST, None)
    row = let_in(auditor, training, officer)
    assert "begins on Nov. 24, 2026" in why(date(2026, 11, 23))
    assert "ended on Nov. 30, 2026" in why(date(2026, 12, 1))
    assert "ended on Nov. 30, 2026" in why(date(2026, 12, 1), None)
    assert why(date(2026, 12, 1), "FY2027") == why(date(2026, 12, 1), "FY1999")
    revoke(row=row, by=officer, now=later(hours=14))  # 24 November, midnight in Tokyo
    assert "revoked on Nov. 25, 2026" in why(FIRST)
    let_in(auditor, training, officer, first_day=date(2026, 12, 5), last_day=date(2026, 12, 6))
    assert "begins on Dec. 5, 2026" in why(date(2026, 12, 1))
    with override("en"):
        assert "No campaign is open" in str(refusal(user=AnonymousUser(), day=FIRST).message)


def test_own_words_in_a_look_are_a_disclosure_beside_the_row(auditor: Any, training: Campaign):
    row = record_access(
        user=auditor,
        action=AccessLog.Action.OPEN,
        campaign=training,
        what="assignment 1",
        why="other",
        note="鈴木さんの申告",
        now=NOW,
    )
    assert notes_of([row]) == {row.entry_id: "鈴木さんの申告"}
    assert "鈴木" not in Entry.objects.get(pk=row.entry_id).body
    assert "鈴木" not in str(AccessLog.objects.values().get())


def left(user: Any, last: date = date(2026, 11, 23), number: str = "000900") -> None:
    """The account is that of somebody whose last day of work that was."""
    employment = person(number, "退職 者", user=user)
    Employment.objects.filter(pk=employment.pk).update(valid_to=last)


def test_a_grant_outlives_no_employment(auditor: Any, training: Campaign, officer: Any):
    let_in(auditor, training, officer)
    left(auditor, date(2026, 11, 25))
    open_on = [day for day in range(22, 31) if granted_campaigns(user=auditor, day=date(2026, 11, day))]
    assert open_on == [24, 25]
    assert granted_until(auditor, campaign=training, day=date(2026, 11, 25)) == LAST
    assert granted_until(auditor, campaign=training, day=date(2026, 11, 26)) is None


def test_who_comes_back_reads_on(auditor: Any, training: Campaign, officer: Any):
    let_in(auditor, training, officer)
    left(auditor)
    assert granted_campaigns(user=auditor, day=FIRST) == []
    Employment.objects.filter(number="000900").update(valid_to=None)
    assert granted_campaigns(user=auditor, day=FIRST) == [training]


@pytest.mark.parametrize("one", [False, True])
def test_who_has_left_loses_open_grants_with_the_roles_each_with_its_entry(
    auditor: Any, training: Campaign, officer: Any, one: bool
):
    inside, outside = account("inside"), auditor  # one without any role, one without any employment
    over = let_in(inside, training, officer, first_day=date(2026, 11, 1), last_day=date(2026, 11, 2))
    rows = [let_in(inside, training, officer), let_in(inside, training, officer, first_day=LAST)]
    kept = let_in(outside, training, officer)
    left(inside)

    assert withdraw_roles(now=NOW, user=inside if one else None) == 1
    assert withdraw_roles(now=NOW, user=inside if one else None) == 0

    assert set(AuditorGrant.objects.filter(revoked_at=NOW)) == set(rows)
    assert set(AuditorGrant.objects.filter(revoked_at__isnull=True)) == {over, kept}
    told = [Body.parse(entry.body).facts for entry in Entry.objects.filter(kind="access.revoked").order_by("pk")]
    assert sorted((one["grant"], one["by"]) for one in told) == [(row.pk, None) for row in rows]
    assert not Entry.objects.filter(kind="access.roles_withdrawn").exists()
    assert granted_campaigns(user=outside, day=FIRST) == [training]


def test_roles_and_grants_of_a_leaver_end_whole_or_not_at_all(auditor: Any, training: Campaign, officer: Any):
    let_in(auditor, training, officer)
    left(auditor)
    assert writes_whole_or_not_at_all(lambda: withdraw_roles(now=NOW)) > 2
