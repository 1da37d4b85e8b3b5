"""The roster follows an identity provider: by the rules of staff lists, with entries, and never by deleting."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.building import NOW, import_staff, later, on_leave, person
from tests.cutting import everything, writes_whole_or_not_at_all
from tests.people.rosters import HEADINGS, row, simple
from training.errors import Conflict, Invalid
from training.ledger.keys import load_key, verifier
from training.ledger.models import Entry
from training.ledger.seal import seal
from training.ledger.verify import verify
from training.people.models import DepartmentPlace, EmailAddress, Employee, Employment, PersonName, Posting, Supervision
from training.people.queries import department_paths, on, person_on
from training.people.renumber import renumber
from training.people.reorganise import reorganise
from training.people.roster_believed import believed_now
from training.people.scim_clients import SCOPES, client_of, make_client, revoke_client, rotate_token
from training.people.scim_groups import create_group, delete_group, replace_group
from training.people.scim_models import ScimClient, ScimGroup, ScimUser
from training.people.scim_schema import ENTERPRISE, PROVIDER, Group, Person
from training.people.scim_users import Stale, Taken, create_user, delete_user, read_user, replace_user

pytestmark = pytest.mark.django_db
TODAY, DAY = NOW.date(), timedelta(days=1)


@pytest.fixture
def client() -> ScimClient:
    """An identity provider."""
    return make_client(name="Entra ID", scopes=SCOPES, by=None, now=NOW)[0]


def told(
    number: str | None = "000101",
    name: str | None = "髙橋 一郎",
    department: str | None = "営業本部/第一営業部",
    *,
    manager: ScimUser | None = None,
    user: str | None = None,
    **more: Any,
) -> Person:
    """What the provider says of somebody."""
    extension: dict[str, Any] = {"employeeNumber": number, "department": department}
    if manager is not None:
        extension["manager"] = {"value": str(manager.pk)}
    with PROVIDER:
        return Person.model_validate(
            {"userName": user or f"u{number}@example.com", "displayName": name, ENTERPRISE: extension, **more}
        )


def told_again(user: ScimUser, resource: Person, client: ScimClient, **when: float) -> ScimUser:
    """The provider says something else, later."""
    return replace_user(user=user, resource=resource, client=client, expected=None, now=later(**(when or {"days": 1})))


def spans(model: Any, *columns: str, **which: Any) -> list[tuple[Any, ...]]:
    """What is believed, in order."""
    rows = model._default_manager.filter(superseded_at__isnull=True, **which).order_by("valid_from")
    return [(*(getattr(one, column) for column in columns), one.valid_from, one.valid_to) for one in rows]


def shown(day: date = TODAY) -> Any:
    """The one person as a list shows it on a day."""
    return person_on(on(Employment.objects.all(), day).get(), day)


def test_who_is_told_of_with_number_name_and_department_is_enrolled_from_today(client: ScimClient) -> None:
    user = create_user(client=client, resource=told(emails=[{"value": "a@example.com", "type": "work"}]), now=NOW)

    assert shown().name == "髙橋 一郎"
    assert shown().department == "営業本部/第一営業部"
    assert spans(Employment, "number", "type") == [("000101", "regular", TODAY, None)]
    assert EmailAddress.objects.get().email == "a@example.com"
    assert user.employee == Employee.objects.get()
    entry = Entry.objects.get(kind="people.provisioned")
    assert json.loads(entry.body)["facts"]["client"] == client.pk
    assert not any(word in entry.body for word in ("髙橋", "000101", "a@example.com", "営業"))


@pytest.mark.parametrize(
    "said",
    [
        {"number": None},
        {"name": None},
        {"department": None},
        {"active": False},
    ],
)
def test_who_is_told_of_too_little_waits(said: dict[str, Any], client: ScimClient) -> None:
    user = create_user(client=client, resource=told(**said), now=NOW)
    assert user.employee is None
    assert not Employee.objects.exists()
    told_again(user, told(), client)
    assert spans(Employment, "number") == [("000101", TODAY + DAY, None)]


def test_a_name_comes_from_its_parts_family_name_first(client: ScimClient) -> None:
    name = {"familyName": "𠮷田", "givenName": "花子", "formatted": "花子 𠮷田"}
    create_user(
        client=client,
        resource=told(name="Hanako YOSHIDA").model_copy(
            update={"name": Person.Name(family_name="𠮷田", given_name="花子", formatted=name["formatted"])}
        ),
        now=NOW,
    )
    assert shown().name == "𠮷田 花子"


def test_moving_renaming_and_another_address_hold_from_the_day_on(client: ScimClient) -> None:
    user = create_user(client=client, resource=told(emails=[{"value": "a@example.com"}]), now=NOW)
    told_again(user, told(name="佐藤 一郎", department="管理本部", userType="契約社員"), client)

    day = TODAY + DAY
    assert (shown(day).name, shown(day).department, shown(day).type) == ("佐藤 一郎", "管理本部", "contract")
    assert (shown().name, shown().department, shown().type) == ("髙橋 一郎", "営業本部/第一営業部", "regular")
    assert spans(EmailAddress, "email") == [("a@example.com", TODAY, TODAY)]


def test_what_is_said_no_more_stays_but_for_address_and_manager(client: ScimClient) -> None:
    chief = create_user(client=client, resource=told("000100", "部長 零"), now=NOW)
    user = create_user(client=client, resource=told(manager=chief), now=NOW)
    assert spans(Supervision, "manager_id") == [(chief.employee_id, TODAY, None)]

    told_again(user, told(number=None, name=None, department=None, user="u000101@example.com"), client)

    assert spans(Supervision, "manager_id") == [(chief.employee_id, TODAY, TODAY)]
    assert spans(Employment, "number", employee=user.employee) == [("000101", TODAY, None)]
    assert spans(PersonName, "name", employee=user.employee) == [("髙橋 一郎", TODAY, None)]


def test_a_manager_who_is_enrolled_later_becomes_the_manager_then(client: ScimClient) -> None:
    chief = create_user(client=client, resource=told(None, None, None, user="chief"), now=NOW)
    create_user(client=client, resource=told(manager=chief), now=NOW)
    assert spans(Supervision, "manager_id") == []

    chief = told_again(chief, told("000100", "部長 零", user="chief"), client)

    assert spans(Supervision, "manager_id") == [(chief.employee_id, TODAY + DAY, None)]


@pytest.mark.parametrize("key", ["nonsense", "00000000-0000-0000-0000-000000000000", "\u0661"])
def test_a_manager_who_is_no_user_is_refused(key: str, client: ScimClient) -> None:
    resource = told()
    resource[ENTERPRISE].manager = type(told(manager=ScimUser())[ENTERPRISE].manager)(value=key)
    before = everything()
    with pytest.raises(Invalid):
        create_user(client=client, resource=resource, now=NOW)
    assert everything() == before


def test_who_is_active_no_more_has_left_that_day_and_nothing_is_deleted(client: ScimClient) -> None:
    user = create_user(client=client, resource=told(), now=NOW)
    told_again(user, told(active=False), client, days=10)

    last = TODAY + timedelta(days=10)
    assert spans(Employment, "number") == [("000101", TODAY, last)]
    assert spans(Posting, "primary") == [(True, TODAY, last)]
    before = everything()
    told_again(user, told(active=False), client, days=11)
    assert everything() == before


def test_who_is_active_again_on_the_same_day_has_not_left(client: ScimClient) -> None:
    user = create_user(client=client, resource=told(), now=NOW)
    told_again(user, told(active=False), client, hours=1)
    told_again(user, told(), client, hours=2)
    assert spans(Employment, "number") == [("000101", TODAY, None)]


def test_an_account_switched_off_during_a_leave_is_nobody_who_left_and_switched_on_again_changes_nothing(
    client: ScimClient,
) -> None:
    user = create_user(resource=told(), client=client, now=NOW)
    employment = Employment.objects.get()
    on_leave(employment, TODAY + timedelta(days=2), TODAY + timedelta(days=9), now=NOW)
    held = spans(Employment, "number")
    told_again(user, told(active=False), client, days=2)
    assert not ScimUser.objects.get().active
    told_again(user, told(active=True), client, days=9)
    assert spans(Employment, "number") == held
    assert Employment.objects.count() == 1

    told_again(user, told(active=False), client, days=10)  # the first day back
    assert Employment.objects.filter(superseded_at__isnull=True).get().valid_to == TODAY + timedelta(days=10)


def test_who_is_deleted_during_a_leave_has_left(client: ScimClient) -> None:
    user = create_user(resource=told(), client=client, now=NOW)
    on_leave(Employment.objects.get(), TODAY, None, now=NOW)
    told_again(user, told(active=False), client, hours=1)
    assert spans(Employment, "number") == [("000101", TODAY, None)]
    delete_user(user=user, client=client, expected=None, now=later(days=3))
    last = TODAY + timedelta(days=3)
    assert spans(Employment, "number") == [("000101", TODAY, last)]
    assert Employment.objects.get(superseded_at__isnull=True).leaves.get(superseded_at__isnull=True).valid_to == last


def test_who_is_deleted_after_a_leave_without_having_come_back_has_left_too(client: ScimClient) -> None:
    user = create_user(resource=told(), client=client, now=NOW)
    on_leave(Employment.objects.get(), TODAY, TODAY + timedelta(days=9), now=NOW)
    told_again(user, told(active=False), client, hours=1)
    told_again(user, told(active=False, displayName="髙橋 二郎"), client, days=11)
    assert spans(Employment, "number") == [("000101", TODAY, None)]
    delete_user(user=user, client=client, expected=None, now=later(days=12))
    assert spans(Employment, "number") == [("000101", TODAY, TODAY + timedelta(days=12))]


def test_who_was_hired_again_by_a_list_is_not_ended_by_the_deletion_of_an_account_that_was_off(
    client: ScimClient,
) -> None:
    user = create_user(resource=told(), client=client, now=NOW)
    told_again(user, told(active=False), client, days=1)
    import_staff(
        simple(row("000101", "髙橋 一郎", joined="2026/12/10", department="営業本部/第一営業部")),
        day=TODAY + timedelta(days=20),
        now=later(days=20),
    )
    held = spans(Employment, "number")
    assert held[-1][2] is None
    delete_user(user=user, client=client, expected=None, now=later(days=21))
    assert spans(Employment, "number") == held


def test_who_is_active_again_later_is_hired_again_and_the_same_person(client: ScimClient) -> None:
    user = create_user(client=client, resource=told(), now=NOW)
    told_again(user, told(active=False), client, days=1)
    told_again(user, told(), client, days=30)
    assert spans(Employment, "number") == [
        ("000101", TODAY, TODAY + DAY),
        ("000101", TODAY + timedelta(days=30), None),
    ]
    assert Employee.objects.count() == 1


def test_hired_again_under_another_number_it_is_the_same_person(client: ScimClient) -> None:
    user = create_user(client=client, resource=told(), now=NOW)
    told_again(user, told(active=False), client, days=1)
    told_again(user, told("000999", user="u000101@example.com"), client, days=30)
    assert [one[0] for one in spans(Employment, "number")] == ["000101", "000999"]
    assert Employee.objects.count() == 1


def test_a_deleted_user_has_left_and_the_same_user_made_anew_that_day_has_not(client: ScimClient) -> None:
    user = create_user(client=client, resource=told(), now=NOW)
    entries = Entry.objects.count()
    delete_user(user=user, client=client, expected=None, now=later(hours=1))
    assert spans(Employment, "number") == [("000101", TODAY, TODAY)]
    assert not ScimUser.objects.exists()
    assert Entry.objects.count() == entries + 1

    create_user(client=client, resource=told(), now=later(hours=2))
    assert spans(Employment, "number") == [("000101", TODAY, None)]


def unplannable(user: ScimUser, client: ScimClient) -> None:
    """What the provider says of the user fits no more: there are two departments of that name now."""
    person("000201", "佐藤 二", department="管理本部/二課", now=later(hours=1))
    with pytest.raises(Invalid):
        told_again(user, told(name="佐藤 一郎", department="二課"), client)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"number": "1.0E+05"},
        {"number": "000201"},
        {"number": None},
        {"name": "?田 太郎"},
        {"name": None},
        {"emails": [{"value": "no address"}]},
    ],
)
def test_who_leaves_is_let_go_whatever_else_is_said(more: dict[str, Any], client: ScimClient) -> None:
    person("000200", "鈴木 三", department="営業本部/第一営業部/二課")
    user = create_user(client=client, resource=told(department="二課"), now=NOW)
    unplannable(user, client)
    wanted = {"department": "二課", "user": "u000101@example.com", **more}
    user = told_again(user, told(active=False, **wanted), client, days=2)
    assert not user.active
    assert spans(Employment, "number", employee=user.employee) == [("000101", TODAY, TODAY + 2 * DAY)]
    assert spans(Posting, "primary", employment__employee=user.employee) == [(True, TODAY, TODAY + 2 * DAY)]


def test_who_is_deleted_is_let_go_whatever_else_is_said(client: ScimClient) -> None:
    person("000200", "鈴木 三", department="営業本部/第一営業部/二課")
    user = create_user(client=client, resource=told(department="二課"), now=NOW)
    unplannable(user, client)
    delete_user(user=user, client=client, expected=None, now=later(days=2))
    assert spans(Employment, "number", employee=user.employee) == [("000101", TODAY, TODAY + 2 * DAY)]
    assert not ScimUser.objects.exists()


def test_a_group_is_changed_and_deleted_whatever_else_is_said_of_its_members(client: ScimClient) -> None:
    person("000200", "鈴木 三", department="営業本部/第一営業部/二課")
    user = create_user(client=client, resource=told(department="二課"), now=NOW)
    members = [{"value": str(user.pk)}]
    posted = Group(display_name="営業本部", members=members)
    group = create_group(client=client, resource=posted, now=later(minutes=1))
    own = Group(display_name="営業本部/第一営業部/二課", members=members)
    create_group(client=client, resource=own, now=later(minutes=2))
    unplannable(user, client)

    def seconds() -> list[Any]:
        rows = spans(Posting, "department_id", employment__employee=user.employee, primary=False)
        return [(department_paths(TODAY)[key], last) for key, _first, last in rows]

    assert seconds() == [("営業本部", None)]
    empty = Group(display_name="営業本部")
    replace_group(group=group, resource=empty, client=client, expected=None, now=later(days=2))
    replace_group(group=group, resource=posted, client=client, expected=None, now=later(days=4))
    delete_group(group=group, client=client, expected=None, now=later(days=6))
    assert seconds() == [("営業本部", TODAY + DAY), ("営業本部", TODAY + 5 * DAY)]


def test_who_leaves_needs_no_manager_that_there_is(client: ScimClient) -> None:
    user = create_user(client=client, resource=told(), now=NOW)
    nobody = told_again(user, told(active=False, manager=ScimUser()), client)
    assert (nobody.active, nobody.manager) == (False, None)
    assert spans(Employment, "number") == [("000101", TODAY, TODAY + DAY)]


def test_who_left_by_the_records_is_not_hired_again_by_another_change(client: ScimClient) -> None:
    import_staff(simple(row()), day=TODAY)
    user = create_user(client=client, resource=told(department="営業本部"), now=NOW)
    import_staff(simple(row(left="2026/11/30")), day=TODAY, now=later(hours=1))
    told_again(user, told(department="営業本部", userType="役員"), client, days=30)
    assert [one[2] for one in spans(Employment, "number")] == [date(2026, 11, 30)]


def test_another_number_holds_from_the_day_on(client: ScimClient) -> None:
    user = create_user(client=client, resource=told(), now=NOW)
    told_again(user, told("000777", department="管理本部", user="u000101@example.com"), client)
    assert spans(Employment, "number") == [("000101", TODAY, TODAY), ("000777", TODAY + DAY, None)]
    assert shown(TODAY + DAY).department == "管理本部"
    assert Employee.objects.count() == 1


def test_who_is_first_told_of_by_a_former_number_is_refused_and_has_no_second_employment(client: ScimClient) -> None:
    import_staff(simple(row("000101", "髙橋 一郎", department="営業本部/第一営業部")))
    mine = Employment.objects.get()
    renumber(employment=mine, number="2001", since=TODAY, now=later(hours=1))
    before = everything()
    with pytest.raises(Invalid, match="2001"):
        create_user(resource=told(), client=client, now=later(days=1))
    assert everything() == before
    create_user(resource=told("2001"), client=client, now=later(days=1))
    assert {row.employee_id for row in Employment.objects.filter(superseded_at__isnull=True)} == {mine.employee_id}


def test_what_is_believed_of_some_numbers_is_what_is_believed_of_everybody_in_as_many_queries() -> None:
    import_staff(simple(*(row(f"{n:06d}", f"氏名 {n}", second="管理本部") for n in range(101, 121))))
    for n in range(101, 111):
        held = Employment.objects.get(number=f"{n:06d}", superseded_at__isnull=True)
        renumber(employment=held, number=f"N{n}", since=TODAY, now=later(hours=1))
    everybody = believed_now().spells

    def some(*numbers: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            spells = believed_now(numbers).spells
        for number in numbers:
            assert spells[number] == everybody[number]
        return len(caught)

    assert some("000101") == some("N101", *(f"{n:06d}" for n in range(102, 121))) == 7


def test_a_number_that_a_list_gives_from_a_later_day_is_no_conflict_until_then(client: ScimClient) -> None:
    user = create_user(client=client, resource=told(), now=NOW)
    coming = simple(
        (*row("2001", "髙橋 一郎", department="営業本部/第一営業部", joined="2026/12/10"), "000101"),
        headings=(*HEADINGS, "旧社員番号"),
    )
    plan, made = import_staff(coming, day=TODAY + timedelta(days=1), now=later(days=1))
    assert (plan.refused, made is not None) == ((), True)
    held = spans(Employment, "number")
    assert [number for number, *_days in held] == ["000101", "2001"]
    told_again(user, told(displayName="髙橋 一郎", emails=[{"value": "ichiro@example.com"}]), client, days=2)
    assert spans(Employment, "number") == held


def test_a_person_of_the_records_is_known_by_the_number(client: ScimClient) -> None:
    import_staff(simple(row()), day=TODAY)
    employee = Employee.objects.get()
    user = create_user(client=client, resource=told("０００１０１", department="管理本部"), now=later(days=1))
    assert user.employee == employee
    assert shown(TODAY + DAY).department == "管理本部"
    assert shown().department == "営業本部"
    with pytest.raises(Conflict):
        create_user(client=client, resource=told(user="second"), now=later(days=1))


@pytest.mark.parametrize("number", ["000101", "101"])
def test_a_number_that_is_somebody_elses_or_lost_its_zeros_is_refused(number: str, client: ScimClient) -> None:
    person()
    before = everything()
    with pytest.raises((Conflict, Invalid)):
        create_user(client=client, resource=told(number, "別人 花子"), now=NOW)
    assert everything() == before


@pytest.mark.parametrize(
    "said",
    [
        {"number": "1.0E+05"},
        {"number": "00 01"},
        {"name": "?田 太郎"},
        {"name": "=cmd|' /C calc'!A0"},
        {"department": "営業本部//二課"},
        {"emails": [{"value": "no address"}]},
        {"name": "あ" * 201},
        {"number": "1" * 41},
        {"user": "x" * 255},
        {"user": "　"},
    ],
)
def test_what_a_list_would_refuse_is_refused_with_the_reason(said: dict[str, Any], client: ScimClient) -> None:
    before = everything()
    with pytest.raises(Invalid):
        create_user(client=client, resource=told(**said), now=NOW)
    assert everything() == before


def test_a_department_told_by_its_last_name_is_the_one_of_that_name(client: ScimClient) -> None:
    person("000200", department="営業本部/第一営業部/二課")
    create_user(client=client, resource=told(department="二課"), now=NOW)
    assert len(department_paths(TODAY)) == 3
    person("000201", department="管理本部/二課")
    with pytest.raises(Invalid):
        create_user(client=client, resource=told("000102", "佐藤 二", "二課"), now=NOW)


def test_a_user_name_is_one_persons_whatever_its_case(client: ScimClient) -> None:
    create_user(client=client, resource=told(user="Ichiro@Example.com"), now=NOW)
    with pytest.raises(Taken):
        create_user(client=client, resource=told("000102", "佐藤 二", user="ichiro@example.COM"), now=NOW)


def test_a_change_from_an_older_version_is_refused(client: ScimClient) -> None:
    user = create_user(client=client, resource=told(), now=NOW)
    told_again(user, told(name="佐藤 一郎"), client)
    with pytest.raises(Stale):
        replace_user(user=user, resource=told(), client=client, expected=1, now=later(days=2))
    with pytest.raises(Stale):
        delete_user(user=user, client=client, expected=1, now=later(days=2))


def test_the_same_said_twice_changes_nothing(client: ScimClient) -> None:
    user = create_user(client=client, resource=told(), now=NOW)
    before = everything()
    assert told_again(user, read_user(user), client).version == 1
    assert everything() == before


def test_a_group_named_for_a_department_gives_second_posts(client: ScimClient) -> None:
    person("000200", department="管理本部/人事部")
    user = create_user(client=client, resource=told(), now=NOW)

    def group(*members: ScimUser, name: str = "管理本部/人事部") -> Group:
        return Group(display_name=name, members=[{"value": str(one.pk)} for one in members])

    made = create_group(client=client, resource=group(user), now=later(days=1))
    assert spans(Posting, "primary", employment__employee=user.employee, primary=False) == [(False, TODAY + DAY, None)]
    replace_group(group=made, resource=group(), client=client, expected=None, now=later(days=3))
    assert spans(Posting, "primary", employment__employee=user.employee, primary=False) == [
        (False, TODAY + DAY, TODAY + 2 * DAY)
    ]
    replace_group(group=made, resource=group(user), client=client, expected=None, now=later(days=5))
    delete_group(group=made, client=client, expected=None, now=later(days=7))
    assert not ScimGroup.objects.exists()
    assert spans(Posting, "primary", employment__employee=user.employee, primary=False)[-1][2] == TODAY + 6 * DAY
    free = create_group(client=client, resource=group(user, name="Everybody"), now=later(days=8))
    assert free.department is None


def test_a_group_keeps_its_department_when_that_is_called_otherwise_and_the_provider_does_not_know_yet(
    client: ScimClient,
) -> None:
    person("000200", department="管理本部/人事部")
    users = [create_user(client=client, resource=told(number), now=NOW) for number in ("000101", "000102")]

    def group(*members: ScimUser) -> Group:
        return Group(display_name="管理本部/人事部", members=[{"value": str(one.pk)} for one in members])

    made = create_group(client=client, resource=group(users[0]), now=later(days=1))
    place = DepartmentPlace.objects.get(name="人事部")
    reorganise(
        department=place.department,
        name="人財部",
        parent=place.parent,
        since=TODAY + 2 * DAY,
        by=None,
        now=later(days=2),
    )
    replace_group(group=made, resource=group(*users), client=client, expected=None, now=later(days=3))
    assert [
        spans(Posting, "primary", employment__employee=one.employee, primary=False, department=place.department)
        for one in ScimUser.objects.order_by("made_at")
    ] == [[(False, TODAY + DAY, None)], [(False, TODAY + 3 * DAY, None)]]


def test_who_has_no_department_but_a_departments_group_is_posted_there(client: ScimClient) -> None:
    person("000200", department="管理本部/人事部")
    user = create_user(client=client, resource=told(department=None), now=NOW)
    assert user.employee is None
    members = [{"value": str(user.pk)}]
    create_group(client=client, resource=Group(display_name="管理本部/人事部", members=members), now=NOW)
    user.refresh_from_db()
    assert person_on(user.employee.employments.get(), TODAY).department == "管理本部/人事部"  # type: ignore[union-attr]


@pytest.mark.parametrize("members", [[{"value": "x"}], [{"value": "00000000-0000-0000-0000-000000000000"}], [{}]])
def test_a_member_who_is_no_user_is_refused(members: list[Any], client: ScimClient) -> None:
    with pytest.raises(Invalid):
        create_group(client=client, resource=Group(display_name="g", members=members), now=NOW)
    assert not ScimGroup.objects.exists()


def test_everything_is_written_whole_or_not_at_all_and_the_ledger_is_sound(client: ScimClient) -> None:
    assert writes_whole_or_not_at_all(lambda: create_user(client=client, resource=told(), now=NOW)) > 2
    user = ScimUser.objects.get()
    assert writes_whole_or_not_at_all(lambda: told_again(user, told(active=False), client)) > 2
    key = load_key()
    seal(now=later(days=2), key=key)
    assert verify(keys=[verifier(key)]).problems == []


# --- tokens ---


def test_a_token_is_told_once_kept_by_its_digest_and_known() -> None:
    client, token = make_client(name="Okta", scopes=["users:read"], by=None, now=NOW)
    assert client_of(token, now=NOW) == client
    assert not any(token in one for rows in everything().values() for one in rows)
    for wrong in ("", token[:-1], token + "x", token.upper(), "scim_", "\ud800", "scim_" + "x" * 5000):
        assert client_of(wrong, now=NOW) is None


def test_after_a_rotation_both_tokens_are_taken_for_a_while() -> None:
    client, old = make_client(name="Okta", scopes=SCOPES, by=None, now=NOW)
    _client, new = rotate_token(client=client, overlap=timedelta(days=1), by=None, now=NOW)
    assert client_of(old, now=NOW + timedelta(hours=23)) == client_of(new, now=NOW) == client
    assert client_of(old, now=NOW + timedelta(days=1)) is None
    assert client_of(new, now=NOW + timedelta(days=1)) == client
    _client, newest = rotate_token(client=client, overlap=timedelta(0), by=None, now=NOW)
    assert client_of(new, now=NOW) is None
    revoke_client(client=client, by=None, now=NOW)
    assert client_of(newest, now=NOW) is None
    with pytest.raises(Conflict):
        rotate_token(client=client, overlap=timedelta(0), by=None, now=NOW)


@pytest.mark.parametrize(
    ("name", "scopes"), [("", ["users:read"]), ("x", []), ("x", ["root"]), ("x" * 101, ["users:read"])]
)
def test_a_client_without_name_or_scope_is_refused(name: str, scopes: list[str]) -> None:
    with pytest.raises(Invalid):
        make_client(name=name, scopes=scopes, by=None, now=NOW)


def test_the_ledger_knows_who_may_change_the_roster_from_outside() -> None:
    client, _token = make_client(name="Okta", scopes=["users:read"], by=None, now=NOW)
    rotate_token(client=client, overlap=timedelta(0), by=None, now=NOW)
    revoke_client(client=client, by=None, now=NOW)
    kinds = Entry.objects.filter(kind__startswith="people.scim_client").values_list("kind", flat=True)
    assert {kind.removeprefix("people.scim_client_") for kind in kinds} == {"made", "rotated", "revoked"}
