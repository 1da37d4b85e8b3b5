"""People, names and departments as recorded: what held when, and since when we knew."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.building import NOW, account, later, person
from tests.cutting import everything, writes_whole_or_not_at_all
from training.errors import Conflict, Invalid
from training.ledger.models import Disclosure, Entry
from training.people.enrol import (
    answer_name_request,
    ask_for_name,
    enrol,
    ensure_department,
    link_account,
    read_notice,
    rename,
)
from training.people.models import (
    Department,
    DepartmentPlace,
    Employee,
    Employment,
    EmploymentType,
    NameRequest,
    PersonName,
    Posting,
)
from training.people.queries import department_paths, employed_on, people_on, person_on

pytestmark = pytest.mark.django_db
JOINED = date(2020, 4, 1)
DAY = timedelta(days=1)


def hire(**changes: Any) -> Employment:
    values: dict[str, Any] = {
        "number": "000101",
        "name": "髙橋 一郎",
        "kana": "タカハシ イチロウ",
        "department_path": "営業本部/第一営業部/二課",
        "type": EmploymentType.REGULAR,
        "joined": JOINED,
        "now": NOW,
    }
    return enrol(**(values | changes))


def leave(employment: Employment, day: date) -> None:
    """End an employment as a later import will: the verb for it does not exist yet."""
    Employment.objects.filter(pk=employment.pk).update(valid_to=day)


def test_a_person_is_shown_as_enrolled_variants_and_leading_zeros_kept():
    shown = person_on(hire(number="000007", name="髙﨑 𠮷邉", kana="タカサキ"), NOW.date())
    assert (shown.number, shown.name, shown.kana) == ("000007", "髙﨑 𠮷邉", "タカサキ")
    assert shown.department == "営業本部/第一営業部/二課"
    assert shown.type == "regular"


@pytest.mark.parametrize("field", ["number", "name", "department_path"])
@pytest.mark.parametrize("value", ["", " ", "　"])
def test_an_empty_value_is_refused_and_nothing_is_written(field: str, value: str):
    before = everything()
    with pytest.raises(Invalid):
        hire(**{field: value})
    assert everything() == before


@pytest.mark.parametrize("path", ["営業本部//二課", "/営業本部", "営業本部/", "営業本部/ /二課", "/"])
def test_a_department_path_with_an_empty_part_is_refused_and_nothing_is_written(path: str):
    before = everything()
    with pytest.raises(Invalid):
        hire(department_path=path)
    assert everything() == before


def test_a_department_is_made_once_with_everything_above_it():
    hire()
    hire(number="000102", department_path="営業本部 / 第一営業部 / 三課")
    hire(number="000103", department_path="管理本部/二課")
    assert Department.objects.count() == 6
    assert sorted(department_paths(NOW.date()).values()) == [
        "営業本部",
        "営業本部/第一営業部",
        "営業本部/第一営業部/三課",
        "営業本部/第一営業部/二課",
        "管理本部",
        "管理本部/二課",
    ]
    assert DepartmentPlace.objects.filter(name="二課").count() == 2


def test_the_same_department_asked_for_again_is_the_same_and_writes_nothing():
    first = ensure_department(path="営業本部/二課", since=JOINED, now=NOW)
    before = everything()
    assert ensure_department(path="営業本部/二課", since=JOINED + DAY, now=later(days=1)) == first
    assert everything() == before


def test_a_number_in_use_is_refused_and_nothing_is_written():
    hire()
    before = everything()
    with pytest.raises(Conflict):
        hire(name="別 人")
    with pytest.raises(Conflict):
        hire(name="別 人", joined=date(2027, 4, 1))
    assert everything() == before


@pytest.mark.parametrize("number", [" 000101 ", "０００１０１", "000101　"])
def test_a_number_in_use_is_refused_however_it_is_typed(number: str):
    hire()
    with pytest.raises(Conflict):
        hire(number=number, name="別 人")


def test_a_number_is_free_again_from_the_day_after_it_was_given_up():
    first = hire()
    leave(first, date(2025, 3, 31))
    with pytest.raises(Conflict):
        hire(name="別 人", joined=date(2025, 3, 31))
    second = hire(name="別 人", joined=date(2025, 4, 1))
    assert second.employee_id != first.employee_id
    assert list(employed_on(date(2025, 3, 31))) == [first]
    assert list(employed_on(date(2025, 4, 1))) == [second]
    assert person_on(first, date(2025, 4, 1)).name == "髙橋 一郎"
    assert person_on(second, date(2025, 4, 1)).name == "別 人"


def test_a_number_that_will_be_used_is_not_free_before():
    hire(joined=date(2027, 4, 1))
    with pytest.raises(Conflict):
        hire(name="別 人", joined=JOINED)


def test_who_joins_tomorrow_is_not_employed_today():
    employment = hire(joined=date(2026, 11, 25))
    assert list(employed_on(date(2026, 11, 24))) == []
    assert list(employed_on(date(2026, 11, 25))) == [employment]


def test_enrolling_is_done_whole_or_not_at_all():
    assert writes_whole_or_not_at_all(hire) > 5


def test_no_entry_s_body_names_anybody():
    hire()
    bodies = "".join(Entry.objects.values_list("body", flat=True))
    for words in ("髙橋", "一郎", "タカハシ", "000101", "営業本部", "二課"):
        assert words not in bodies
    assert set(Disclosure.objects.values_list("name", flat=True)) == {"number", "name", "kana", "department"}


def test_a_new_name_from_a_later_day_leaves_the_old_one_true_until_the_day_before():
    employment = hire()
    rename(employee=employment.employee, name="佐藤 一郎", kana="サトウ イチロウ", since=date(2026, 11, 24), now=NOW)
    assert person_on(employment, date(2026, 11, 23)).name == "髙橋 一郎"
    assert person_on(employment, date(2026, 11, 24)).name == "佐藤 一郎"
    believed = PersonName.objects.filter(employee=employment.employee, superseded_at__isnull=True).order_by(
        "valid_from"
    )
    assert [(row.name, row.valid_from, row.valid_to) for row in believed] == [
        ("髙橋 一郎", JOINED, date(2026, 11, 23)),
        ("佐藤 一郎", date(2026, 11, 24), None),
    ]


def test_what_was_believed_before_a_renaming_is_kept():
    employment = hire()
    rename(employee=employment.employee, name="佐藤 一郎", kana="", since=date(2026, 11, 24), now=later(days=1))
    (old,) = PersonName.objects.filter(superseded_at__isnull=False)
    assert (old.name, old.valid_to, old.recorded_at, old.superseded_at) == ("髙橋 一郎", None, NOW, later(days=1))


def test_a_name_from_the_same_day_corrects_the_old_one_which_was_never_true():
    employment = hire(name="高橋 一朗")
    rename(employee=employment.employee, name="髙橋 一郎", kana="", since=JOINED, now=NOW)
    believed = PersonName.objects.filter(employee=employment.employee, superseded_at__isnull=True)
    assert [row.name for row in believed] == ["髙橋 一郎"]
    assert person_on(employment, JOINED).name == "髙橋 一郎"


def test_a_person_can_be_renamed_again_and_again():
    employment = hire()
    for year in (2021, 2022, 2023):
        rename(employee=employment.employee, name=f"名{year}", kana="", since=date(year, 1, 1), now=NOW)
    rename(employee=employment.employee, name="訂正", kana="", since=date(2023, 1, 1), now=NOW)
    shown = [person_on(employment, date(year, 6, 1)).name for year in (2020, 2021, 2022, 2023)]
    assert shown == ["髙橋 一郎", "名2021", "名2022", "訂正"]


@pytest.mark.parametrize(
    ("name", "since"), [("", date(2026, 1, 1)), (" 　", date(2026, 1, 1)), ("佐藤", date(2020, 3, 31))]
)
def test_an_empty_name_or_one_from_before_the_present_one_is_refused(name: str, since: date):
    employee = hire().employee
    before = everything()
    with pytest.raises(Invalid):
        rename(employee=employee, name=name, kana="", since=since, now=NOW)
    assert everything() == before


def test_renaming_is_done_whole_or_not_at_all():
    employee = hire().employee
    writes_whole_or_not_at_all(lambda: rename(employee=employee, name="佐藤", kana="", since=date(2026, 1, 1), now=NOW))


def test_an_account_acts_for_one_person_and_a_person_has_one_account():
    first, second = hire().employee, hire(number="000102").employee
    one, other = account("one"), account("other")
    link_account(employee=first, user=one, now=NOW)
    before = everything()
    link_account(employee=first, user=one, now=NOW)
    assert everything() == before
    for employee, user in ((first, other), (second, one)):
        with pytest.raises(Conflict):
            link_account(employee=employee, user=user, now=NOW)
    assert everything() == before


def test_linking_is_done_whole_or_not_at_all():
    employee, user = hire().employee, account("one")
    writes_whole_or_not_at_all(lambda: link_account(employee=employee, user=user, now=NOW))


def test_the_first_reading_of_the_notice_counts():
    employee = hire().employee
    read_notice(employee=employee, now=NOW)
    read_notice(employee=Employee.objects.get(pk=employee.pk), now=later(days=1))
    assert Employee.objects.get(pk=employee.pk).notice_read_at == NOW


def test_a_second_wish_for_a_name_replaces_the_first_while_it_is_open():
    employee = hire().employee
    first = ask_for_name(employee=employee, name="髙橋 一朗", kana="", note="", now=NOW)
    second = ask_for_name(employee=employee, name="髙橋 市郎", kana="タカハシ", note="戸籍", now=later(hours=1))
    assert first.pk == second.pk
    assert NameRequest.objects.get().name == "髙橋 市郎"


def test_a_wish_without_a_name_is_refused():
    with pytest.raises(Invalid):
        ask_for_name(employee=hire().employee, name=" ", kana="", note="", now=NOW)
    assert not NameRequest.objects.exists()


def test_a_wish_granted_renames_the_person_as_of_today_and_is_answered_once():
    employment, hr = hire(), account("hr")
    request = ask_for_name(employee=employment.employee, name="髙橋 一朗", kana="", note="", now=NOW)
    answer_name_request(request=request, correct=True, answer="", by=hr, now=NOW, today=date(2026, 11, 24))
    shown = person_on(employment, date(2026, 11, 24))
    assert (shown.name, shown.kana) == ("髙橋 一朗", "タカハシ イチロウ")
    before = everything()
    with pytest.raises(Conflict):
        answer_name_request(request=request, correct=False, answer="x", by=hr, now=NOW, today=date(2026, 11, 24))
    assert everything() == before


def test_a_wish_refused_changes_no_name_and_a_new_one_may_follow():
    employment, hr = hire(), account("hr")
    request = ask_for_name(employee=employment.employee, name="髙橋 一朗", kana="", note="", now=NOW)
    answered = answer_name_request(
        request=request, correct=False, answer="戸籍の写しを出してください", by=hr, now=NOW, today=date(2026, 11, 24)
    )
    assert (answered.state, answered.answered_by_id) == ("refused", hr.pk)
    assert person_on(employment, NOW.date()).name == "髙橋 一郎"
    assert ask_for_name(employee=employment.employee, name="髙橋 一朗", kana="", note="", now=NOW).pk != request.pk


def test_a_wish_granted_before_the_present_name_begins_takes_that_day():
    employment, hr = hire(joined=date(2027, 4, 1)), account("hr")
    request = ask_for_name(employee=employment.employee, name="髙橋 一朗", kana="", note="", now=NOW)
    answer_name_request(request=request, correct=True, answer="", by=hr, now=NOW, today=date(2026, 11, 24))
    assert person_on(employment, date(2027, 4, 1)).name == "髙橋 一朗"


def test_answering_is_done_whole_or_not_at_all():
    employee, hr = hire().employee, account("hr")
    request = ask_for_name(employee=employee, name="髙橋 一朗", kana="", note="", now=NOW)
    writes_whole_or_not_at_all(
        lambda: answer_name_request(request=request, correct=True, answer="", by=hr, now=NOW, today=date(2026, 11, 24))
    )


def test_a_list_of_people_takes_the_same_queries_for_one_and_for_thirty(django_assert_num_queries: Any):
    people = [person(f"{n:06}", f"氏名{n}", department=f"本部/部{n}/課{n}") for n in range(30)]
    with django_assert_num_queries(3):
        people_on(people[:1], NOW.date())
    with django_assert_num_queries(3):
        shown = people_on(people, NOW.date())
    assert {p.name for p in shown.values()} == {f"氏名{n}" for n in range(30)}


def test_departments_placed_in_a_circle_do_not_hang_the_list():
    upper = ensure_department(path="甲", since=JOINED, now=NOW)
    lower = ensure_department(path="甲/乙", since=JOINED, now=NOW)
    DepartmentPlace.objects.filter(department=upper).update(parent=lower)
    assert set(department_paths(NOW.date())) == {upper.pk, lower.pk}


def test_somebody_without_name_or_post_on_that_day_is_shown_by_number_alone():
    employment = hire()
    Posting.objects.update(valid_from=date(2030, 1, 1))
    PersonName.objects.update(valid_from=date(2030, 1, 1))
    shown = person_on(employment, NOW.date())
    assert (shown.number, shown.name, shown.department) == ("000101", "", "")
