"""Where everybody stands: the right person's data on every line, whatever is filtered, searched or sorted by."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests import building
from training.attestation.attest import decline
from training.campaigns.models import Campaign, Task
from training.campaigns.tally import rebuild
from training.certificates.models import Certificate
from training.people.enrol import rename
from training.people.models import Employment, Posting
from training.people.queries import department_paths, people_on
from training.people.renumber import renumber
from training.reports.queries import (
    Standing,
    State,
    figures_of,
    listed,
    matching,
    ordered,
    people_of,
    standings,
    with_figures,
    within,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
DUE = date(2026, 12, 25)
DAY = timedelta(days=1)


def lines(campaign: Campaign, *, today: date = TODAY, rows: Any = None) -> list[Standing]:
    """The list as shown."""
    return listed(standings(campaign, today=today) if rows is None else rows, department_paths(today))


def numbers(rows: Any) -> list[str]:
    """The staff numbers of rows, in order."""
    return [row.number for row in rows]


def first_task(employment: Employment) -> Task:
    """The first task of a person."""
    return building.assignment_of(employment).tasks.order_by("campaign_module__order")[0]


def test_each_state_is_told_from_the_facts() -> None:
    people = {
        key: building.person(f"00000{n}", f"架空 {key}", kana="")
        for n, key in enumerate(["new", "reading", "half", "trained", "declined", "signed", "declined, then signed"])
    }
    campaign = building.campaign(["article-1", "article-2"])
    building.read(first_task(people["reading"]))
    building.sit(building.read(first_task(people["half"])))
    for key in ("trained", "declined", "signed", "declined, then signed"):
        building.train(building.assignment_of(people[key]))
    for key in ("declined", "declined, then signed"):
        decline(assignment=building.assignment_of(people[key]), reason="まだできません。", now=building.NOW)
    for key in ("signed", "declined, then signed"):
        building.sign(building.assignment_of(people[key]), f"架空 {key}")

    found = {line.name.removeprefix("架空 "): (line.state, line.done, line.modules) for line in lines(campaign)}

    assert found == {
        "new": (State.NOT_STARTED, 0, 2),
        "reading": (State.IN_PROGRESS, 0, 2),
        "half": (State.IN_PROGRESS, 1, 2),
        "trained": (State.TRAINED, 2, 2),
        "declined": (State.DECLINED, 2, 2),
        "signed": (State.SIGNED, 2, 2),
        "declined, then signed": (State.SIGNED, 2, 2),
    }


def test_a_failed_paper_completes_nothing() -> None:
    employment = building.person()
    campaign = building.campaign()
    building.sit(building.read(first_task(employment)), right=False)

    (line,) = lines(campaign)

    assert (line.state, line.done, line.modules) == (State.IN_PROGRESS, 0, 1)


def test_the_day_of_the_deadline_is_not_overdue_and_the_next_is_unless_signed() -> None:
    late, signed = building.person("000001", "架空 一"), building.person("000002", "架空 二")
    campaign = building.campaign()
    building.train(building.assignment_of(signed))
    building.sign(building.assignment_of(signed), "架空 二")

    def overdue(today: date) -> dict[str, bool]:
        return {line.number: line.overdue for line in lines(campaign, today=today)}

    assert overdue(DUE) == {late.number: False, signed.number: False}
    assert overdue(DUE + timedelta(days=1)) == {late.number: True, signed.number: False}


def test_a_line_shows_one_person_and_the_same_as_the_people_room() -> None:
    employments = [
        building.person(
            f"{n:06d}",
            f"架空 太郎{n}",
            kana=f"カクウ タロウ{n}",
            department=f"本部{n % 3}/部{n % 2}/課{n % 5}",
            joined=date(2020, 4, 1) + timedelta(days=400 * (n % 7)),
        )
        for n in range(12)
    ]
    rename(employee=employments[3].employee, name="架空 花子3", kana="カクウ ハナコ", since=TODAY, now=building.NOW)
    rename(
        employee=employments[4].employee,
        name="架空 来月4",
        kana="カクウ ライゲツ",
        since=TODAY + timedelta(days=30),
        now=building.NOW,
    )
    campaign = building.campaign()
    for n in (2, 5):
        building.train(building.assignment_of(employments[n]))
    attestation = building.sign(building.assignment_of(employments[5]), "架空 太郎5")
    certificate = building.certify(attestation)

    found = {line.assignment: line for line in lines(campaign)}

    assert len(found) == len(employments)
    people = people_on(employments, TODAY)
    for employment in employments:
        line, person = found[building.assignment_of(employment).pk], people[employment.pk]
        assert (line.number, line.name, line.kana, line.department) == (
            person.number,
            person.name,
            person.kana,
            person.department,
        )
        mine = employment == employments[5]
        assert line.signed_at == (attestation.at if mine else None)
        assert line.serial == (certificate.serial if mine else "")
        assert line.done == (1 if employment in (employments[2], employments[5]) else 0)


def test_another_campaigns_people_and_results_do_not_leak_in() -> None:
    stayed, left_out = building.person("000001", "架空 一"), None
    first = building.campaign(code="FY2026")
    building.train(building.assignment_of(stayed, "FY2026"))
    building.certify(building.sign(building.assignment_of(stayed, "FY2026"), "架空 一"))
    left_out = building.person("000002", "架空 二")
    second = building.campaign(code="FY2027")

    assert numbers(lines(first)) == [stayed.number]
    by_number = {line.number: line for line in lines(second)}
    assert set(by_number) == {stayed.number, left_out.number}
    assert by_number[stayed.number].state == State.NOT_STARTED
    assert by_number[stayed.number].serial == ""


def test_a_department_is_filtered_with_all_below_it_and_nothing_beside_it() -> None:
    for number, path in enumerate(
        ["営業本部", "営業本部/一部/一課", "営業本部/二部", "営業本部東", "管理本部/営業本部"]
    ):
        building.person(f"00000{number}", "架空 太郎", department=path)
    campaign = building.campaign()
    paths = department_paths(TODAY)
    rows = standings(campaign, today=TODAY)

    assert numbers(ordered(within(rows, "営業本部", paths), "number")) == ["000000", "000001", "000002"]
    assert numbers(within(rows, "営業本部/一部", paths)) == ["000001"]
    assert numbers(within(rows, "管理本部/営業本部", paths)) == ["000004"]
    assert numbers(within(rows, "部", paths)) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("000101", ["000101"]),
        ("０００１０１", ["000101"]),
        ("髙橋", ["000101"]),
        ("髙橋一郎", ["000101"]),
        ("高橋", ["000101"]),
        ("高橋一郎", ["000101"]),
        ("吉田", ["000102"]),
        ("神田", ["000103"]),
        (".*", []),
        ("一郎 髙橋", ["000101"]),
        ("たかはし", ["000101"]),
        ("ﾀｶﾊｼ", ["000101"]),
        ("𠮷田", ["000102"]),
        ("\ufa19田", ["000103"]),
        ("0001 ジロウ", ["000102"]),
        ("百%", []),
        ("_", []),
        ("髙橋 ジロウ", []),
        ("\u3000 ", ["000101", "000102", "000103"]),
    ],
)
def test_search_finds_number_name_and_reading(words: str, found: list[str]) -> None:
    building.person("000101", "髙橋\u3000一郎", kana="タカハシ イチロウ")
    building.person("000102", "𠮷田 次郎", kana="ヨシダ ジロウ")
    building.person("000103", "\ufa19田 三奈", kana="カンダ ミナ")
    campaign = building.campaign()

    assert numbers(ordered(matching(standings(campaign, today=TODAY), words), "number")) == found


def test_lists_are_sorted_by_reading_number_and_progress() -> None:
    for number, kana in [
        ("000002", "イ"),
        ("000010", "ア"),
        ("A1", "ヴ"),
        ("000001", "ア"),
        ("a1", "ガ"),
        ("000003", "カ"),
    ]:
        building.person(number, "架空 太郎", kana=kana)
    campaign = building.campaign()
    building.train(building.assignment_of(Employment.objects.get(number="000003")))
    rows = standings(campaign, today=TODAY)

    assert numbers(ordered(rows, "kana")) == ["000001", "000010", "000002", "000003", "a1", "A1"]
    assert numbers(ordered(rows, "-kana")) == ["A1", "a1", "000003", "000002", "000001", "000010"]
    assert numbers(ordered(rows, "number")) == ["000001", "000002", "000003", "000010", "A1", "a1"]
    assert numbers(ordered(rows, "-done"))[0] == "000003"
    assert numbers(ordered(rows, "due_on")) == numbers(ordered(rows, "kana"))


def test_figures_are_the_tally_and_what_is_left_to_do() -> None:
    employments = [building.person(f"00000{n}", f"架空 {n}") for n in range(5)]
    campaign = building.campaign()
    building.read(first_task(employments[0]))
    for n in (1, 2, 3):
        building.train(building.assignment_of(employments[n]))
    building.certify(building.sign(building.assignment_of(employments[2]), "架空 2"))
    building.sign(building.assignment_of(employments[3]), "架空 3")

    figures = figures_of(with_figures(Campaign.objects.all(), today=DUE + timedelta(days=1)).get(pk=campaign.pk))

    assert (figures.assigned, figures.started, figures.trained, figures.signed) == (5, 4, 3, 2)
    assert figures.uncertified == 1
    assert figures.overdue == 3
    assert figures.unsealed == 1  # the second signature's entry
    tally = rebuild(campaign=campaign)
    assert (tally.assigned, tally.started, tally.trained, tally.signed) == (5, 4, 3, 2)


def test_figures_of_a_plan_count_nobody() -> None:
    campaign = building.campaign(opened=False)

    figures = figures_of(with_figures(Campaign.objects.all(), today=TODAY).get(pk=campaign.pk))

    assert (figures.assigned, figures.started, figures.trained, figures.signed, figures.overdue) == (0, 0, 0, 0, 0)


def test_a_list_costs_two_queries_however_long(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for n in range(20):
        building.person(f"{n:06d}", f"架空 {n}")
    campaign = building.campaign(["article-1", "article-2", "article-3"])

    with django_assert_num_queries(2):
        assert len(lines(campaign)) == 20


def test_people_are_found_under_the_employment_that_counts() -> None:
    employment = building.person("000101", "髙橋 一郎")

    assert people_of([employment.employee_id], today=TODAY)[employment.employee_id].number == "000101"
    assert people_of([], today=TODAY) == {}


def test_the_newest_certificate_is_the_one_shown() -> None:
    year = building.year()

    (line,) = lines(year.assignment.campaign)

    assert line.serial == Certificate.objects.get().serial
    assert line.department == "営業本部/第一営業部/二課"


def test_who_left_or_changed_type_by_an_import_is_listed_where_the_person_worked() -> None:
    people = [building.person("000101", "髙橋 一郎"), building.person("000102", "佐藤 二郎")]
    made = building.campaign()
    building.import_staff(
        "社員番号,氏名,雇用区分,退職日\n000101,髙橋 一郎,役員,\n000102,佐藤 二郎,正社員,2026/11/30\n".encode(),
        day=building.NOW.date(),
        now=building.later(hours=1),
    )

    day = date(2027, 1, 10)
    found = listed(standings(made, today=day).order_by("employment__number"), department_paths(day))
    shown = people_on(people, day)

    assert [line.department for line in found] == ["営業本部/第一営業部/二課"] * 2
    assert [shown[person.pk].department for person in people] == ["営業本部/第一営業部/二課"] * 2


def test_who_gets_another_staff_number_is_listed_where_the_person_works_now() -> None:
    for number in ("000101", "000102"):
        building.person(number, f"氏名 {number}")
    made = building.campaign()
    for number, since in (("000101", TODAY), ("000102", date(2020, 4, 1))):
        employment = Employment.objects.get(number=number)
        renumber(employment=employment, number=f"9{number}", since=since, now=building.later(hours=1))
    assert [line.department for line in lines(made)] == ["営業本部/第一営業部/二課"] * 2

    moves = "社員番号,氏名,所属\n9000101,氏名 000101,総務部\n9000102,氏名 000102,総務部\n"
    building.import_staff(moves.encode(), day=TODAY + DAY, now=building.later(days=1))

    assert [line.department for line in lines(made, today=TODAY)] == ["営業本部/第一営業部/二課"] * 2
    found = lines(made, today=TODAY + DAY)
    assert [line.department for line in found] == ["総務部"] * 2
    everybody = standings(made, today=TODAY + DAY)
    assert within(everybody, "総務部", department_paths(TODAY + DAY)).count() == 2


def test_who_is_hired_again_under_another_number_is_listed_where_the_person_was_asked() -> None:
    old = building.person("000101", "再雇用")
    made = building.campaign()
    other = building.person("000102", "他人", department="総務部")
    Employment.objects.filter(pk=old.pk).update(valid_to=TODAY)
    Posting.objects.filter(employment=old).update(valid_to=TODAY)
    Employment.objects.filter(pk=other.pk).update(employee=old.employee, valid_from=TODAY + 3 * DAY)
    Posting.objects.filter(employment=other).update(valid_from=TODAY + 3 * DAY)
    assert [line.department for line in lines(made, today=TODAY + 5 * DAY)] == ["営業本部/第一営業部/二課"]
    Employment.objects.filter(pk=other.pk).update(valid_from=TODAY + DAY)
    assert [line.department for line in lines(made, today=TODAY + 5 * DAY)] == ["総務部"], "no day between"


@pytest.mark.parametrize("since", [TODAY, date(2020, 4, 1)], ids=["from today on", "corrected as a whole"])
def test_who_gets_another_staff_number_is_shown_and_found_by_it_and_found_by_the_old_one(since: date) -> None:
    mine = building.person("000101", "氏名 一")
    building.person("000102", "氏名 二")
    made = building.campaign()
    renumber(employment=mine, number="900001", since=since, now=building.later(hours=1))

    day = TODAY + DAY
    found = standings(made, today=day)
    assert numbers(ordered(found, "number")) == ["000102", "900001"], "the list is in the order of what it shows"
    for words in ("900001", "９００００１", "000101"):
        assert [line.name for line in lines(made, today=day, rows=matching(found, words))] == ["氏名 一"]
    assigned = made.assignments.get(employment=mine).employment
    assert people_on([assigned], day)[assigned.pk].number == "900001"
    assert people_on([assigned], day)[assigned.pk].department == "営業本部/第一営業部/二課"


def test_until_the_day_of_the_new_number_the_old_one_is_shown() -> None:
    mine = building.person("000101", "氏名 一")
    made = building.campaign()
    renumber(employment=mine, number="900001", since=TODAY + 3 * DAY, now=building.later(hours=1))
    assigned = made.assignments.get().employment
    for day, number in ((TODAY, "000101"), (TODAY + 2 * DAY, "000101"), (TODAY + 3 * DAY, "900001")):
        assert numbers(lines(made, today=day)) == [number]
        assert people_on([assigned], day)[assigned.pk].number == number


def test_who_got_two_other_numbers_is_found_by_all_three_also_after_leaving() -> None:
    mine = building.person("000101", "氏名 一")
    made = building.campaign()
    renumber(employment=mine, number="900001", since=TODAY + DAY, now=building.later(hours=1))
    second = Employment.objects.get(number="900001", superseded_at__isnull=True)
    renumber(employment=second, number="800001", since=TODAY + 3 * DAY, now=building.later(hours=2))
    Employment.objects.filter(number="800001", superseded_at__isnull=True).update(valid_to=TODAY + 5 * DAY)

    day = TODAY + 30 * DAY
    assert numbers(lines(made, today=day)) == ["800001"]
    for words in ("000101", "900001", "800001"):
        assert numbers(matching(standings(made, today=day), words)) == ["800001"]
    assert not matching(standings(made, today=day), "700001").exists()
    assigned = made.assignments.get().employment
    assert people_on([assigned], day)[assigned.pk].number == "800001"


def test_a_number_of_a_later_spell_of_work_is_not_that_of_an_earlier_one() -> None:
    old = building.person("000101", "再雇用")
    made = building.campaign()
    Employment.objects.filter(pk=old.pk).update(valid_to=TODAY)
    new = building.person("000202", "再雇用", joined=TODAY + 3 * DAY)
    Employment.objects.filter(pk=new.pk).update(employee=old.employee)
    old.refresh_from_db()

    day = TODAY + 10 * DAY
    assert numbers(lines(made, today=day)) == ["000101"]
    assert people_on([old], day)[old.pk].number == "000101"
    Employment.objects.filter(pk=new.pk).update(valid_from=TODAY + DAY)
    assert numbers(lines(made, today=day)) == ["000202"], "no day between: it is the same spell"
    assert people_on([old], day)[old.pk].number == "000202"


def test_a_number_that_went_to_somebody_else_names_nobody_who_had_it_before_in_the_list() -> None:
    mine = building.person("000101", "氏名 一")
    made = building.campaign()
    renumber(employment=mine, number="900001", since=TODAY, now=building.later(hours=1))
    building.person("000101", "別 人", joined=TODAY + DAY)
    assert [(line.number, line.name) for line in lines(made, today=TODAY + DAY)] == [("900001", "氏名 一")]


def test_numbers_after_renumbering_cost_the_same_queries_for_one_and_for_thirty(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    people = [building.person(f"{n:06}", f"氏名{n}") for n in range(30)]
    for n, one in enumerate(people):
        renumber(employment=one, number=f"9{n:05}", since=TODAY, now=building.later(hours=1))
    before = list(Employment.objects.filter(pk__in=[one.pk for one in people]).order_by("number"))
    with django_assert_num_queries(4):
        people_on(before[:1], TODAY)
    with django_assert_num_queries(4):
        shown = people_on(before, TODAY)
    assert [shown[one.pk].number for one in before] == [f"9{n:05}" for n in range(30)]
