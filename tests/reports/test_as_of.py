"""What was so at the end of a day, as known at a checkpoint."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests import building
from tests.reports.days import DAY, MIDNIGHT, TODAY, correct, file, leave, lines, move, officer, only, sealed
from training.attestation.annul import annul
from training.campaigns.models import Assignment, Campaign
from training.ledger.append import append
from training.people.enrol import ensure_department, rename
from training.people.models import DepartmentPlace, Employment, EmploymentType, PersonName, Posting

pytestmark = pytest.mark.django_db


def test_each_person_is_shown_with_what_was_so_on_that_day() -> None:
    building.person("000101", "髙橋 一郎")
    building.person("000102", "𠮷田 次郎", kana="ヨシダ ジロウ", department="管理本部")
    campaign = building.campaign(["article-1", "article-3"])
    first, second = Assignment.objects.order_by("employment__number")
    building.train(first)
    building.sign(first, "髙橋 一郎")
    building.sit(building.read(second.tasks.order_by("campaign_module__order")[0]))
    late = building.person("000103", "佐藤 三郎", joined=TODAY)

    one, two, three = lines()

    assert (one.number, one.name, one.kana, one.type, one.employed) == (
        "000101",
        "髙橋 一郎",
        "タカハシ イチロウ",
        "regular",
        True,
    )
    assert (one.department, one.campaign, one.title) == ("営業本部/第一営業部/二課", campaign.code, campaign.title)
    assert (one.completed, one.modules, one.passed_on, one.signed_on) == (2, 2, TODAY, TODAY)
    assert (one.due_on, one.exempt, one.annulled_on) == (campaign.due_on, "", None)
    assert (two.name, two.kana, two.department) == ("𠮷田 次郎", "ヨシダ ジロウ", "管理本部")
    assert (two.completed, two.modules, two.passed_on, two.signed_on) == (1, 2, None, None)
    assert (three.employment, three.assignment, three.campaign) == (late.pk, None, "")
    assert (three.completed, three.modules, three.due_on) == (None, None, None)


def test_what_is_not_sealed_is_not_known() -> None:
    building.person("000101")
    checkpoint = sealed()
    building.person("000102")

    assert [line.number for line in lines(checkpoint=checkpoint)] == ["000101"]
    assert [line.number for line in lines()] == ["000101", "000102"]


def test_a_day_begins_with_who_joins_on_it() -> None:
    building.person(joined=TODAY)

    assert lines(TODAY - DAY) == []
    assert only(TODAY).employed


def test_the_last_day_of_an_employment_is_part_of_it_and_who_was_assigned_stays_listed() -> None:
    assigned, other = building.person("000101"), building.person("000102", "佐藤 二郎")
    building.campaign()
    before = sealed()
    leave(assigned, TODAY)
    leave(other, TODAY - DAY)
    Assignment.objects.get(employment=other)
    after = sealed()

    assert [(line.number, line.employed) for line in lines(TODAY, after)] == [("000101", True), ("000102", False)]
    assert [(line.number, line.employed) for line in lines(TODAY + DAY, after)] == [
        ("000101", False),
        ("000102", False),
    ]
    assert all(line.assignment and line.department.endswith("二課") for line in lines(TODAY + DAY, after))
    assert [line.employed for line in lines(TODAY + DAY, before)] == [True, True]


def test_who_leaves_unassigned_is_not_listed_afterwards() -> None:
    leave(building.person(), TODAY)

    assert only(TODAY).employed
    assert lines(TODAY + DAY) == []


def test_an_assignment_follows_its_employment_through_every_correction() -> None:
    employment = building.person("000101")
    building.campaign()
    building.train(building.assignment_of(employment))
    early, late = correct(
        employment, {"valid_to": date(2026, 8, 31), "type": EmploymentType.CONTRACT}, {"valid_from": date(2026, 9, 1)}
    )
    leave(late, date(2026, 12, 31))
    checkpoint = sealed()

    for day, kind, employed in [
        (date(2026, 8, 31), "contract", True),
        (date(2026, 9, 1), "regular", True),
        (date(2026, 12, 31), "regular", True),
        (date(2027, 1, 1), "regular", False),
    ]:
        line = only(day, checkpoint)
        assert (line.type, line.employed) == (kind, employed), day
        assert (line.assignment is None) is (day < TODAY)
    assert only(TODAY, checkpoint).passed_on == TODAY
    assert early.pk != only(TODAY, checkpoint).employment


def test_a_number_corrected_shows_under_the_new_one_at_a_later_checkpoint_only() -> None:
    employment = building.person("000101")
    building.campaign()
    before = sealed()
    correct(employment, {"number": "000999"})
    after = sealed()

    assert only(TODAY, before).number == "000101"
    line = only(TODAY, after)
    assert (line.number, line.employed, line.assignment is not None) == ("000999", True, True)
    assert line.department.endswith("二課")


def test_a_rehire_under_another_number_is_another_line() -> None:
    first = building.person("000101", department="営業部")
    building.campaign()
    leave(first, TODAY)
    entry = append(kind="people.enrolled", at=building.NOW)
    again = Employment.objects.create(
        employee=first.employee,
        number="000202",
        type="part_time",
        valid_from=TODAY + 3 * DAY,
        recorded_at=building.NOW,
        entry=entry,
    )
    Posting.objects.create(
        employment=again,
        department=ensure_department(path="管理部", since=TODAY, now=building.NOW),
        valid_from=TODAY + 3 * DAY,
        recorded_at=building.NOW,
        entry=entry,
    )

    old, new = lines(TODAY + 5 * DAY)

    assert (old.number, old.employed, old.department, old.assignment is None) == ("000101", False, "営業部", False)
    assert (new.number, new.employed, new.department, new.assignment is None) == ("000202", True, "管理部", True)
    assert old.name == new.name


def test_an_employment_taken_back_altogether_leaves_the_assignment_and_its_number() -> None:
    employment = building.person("000101")
    building.campaign()
    correct(employment)

    line = only()

    assert (line.number, line.employed, line.assignment is not None) == ("000101", False, True)


def test_a_name_holds_from_its_day_and_a_name_dated_back_is_known_only_later() -> None:
    employment = building.person(name="髙橋 一郎")
    first = sealed()
    rename(employee=employment.employee, name="𠮷田 一郎", kana="", since=TODAY + DAY, now=building.later(hours=1))
    second = sealed(building.later(hours=2))
    rename(employee=employment.employee, name="﨑山 一郎", kana="", since=TODAY + DAY, now=building.later(hours=3))
    third = sealed(building.later(hours=4))

    assert [only(TODAY, known).name for known in (first, second, third)] == ["髙橋 一郎"] * 3
    assert [only(TODAY + DAY, known).name for known in (first, second, third)] == [
        "髙橋 一郎",
        "𠮷田 一郎",
        "﨑山 一郎",
    ]


def test_a_name_superseded_before_entries_were_named_counts_by_the_time() -> None:
    employment = building.person(name="髙橋 一郎")
    before = sealed(building.later(minutes=1))
    rename(employee=employment.employee, name="𠮷田 一郎", kana="", since=TODAY - DAY, now=building.later(hours=1))
    PersonName.objects.update(superseded_by=None)
    after = sealed(building.later(hours=2))

    assert only(TODAY, before).name == "髙橋 一郎"
    assert only(TODAY, after).name == "𠮷田 一郎"
    assert only(TODAY - 2 * DAY, after).name == "髙橋 一郎"


def test_a_post_holds_from_its_day_and_a_move_dated_back_is_known_only_later() -> None:
    employment = building.person(department="営業部")
    before = sealed()
    move(employment, "管理部", TODAY - 10 * DAY)
    after = sealed()

    assert only(TODAY, before).department == "営業部"
    assert only(TODAY, after).department == "管理部"
    assert only(TODAY - 11 * DAY, after).department == "営業部"


def test_who_works_here_without_a_post_is_in_no_department() -> None:
    employment = building.person()
    correct(Posting.objects.get(employment=employment), {"valid_to": TODAY})

    assert only(TODAY).department == "営業本部/第一営業部/二課"
    assert only(TODAY + DAY).department == ""


def test_a_department_has_the_name_and_place_of_that_day() -> None:
    building.person(department="営業本部/一課")
    before = sealed()
    place = DepartmentPlace.objects.get(name="営業本部")
    correct(place, {"valid_to": TODAY}, {"valid_from": TODAY + DAY, "name": "=販売本部"})
    after = sealed()

    assert only(TODAY, after).department == "営業本部/一課"
    assert only(TODAY + DAY, after).department == "=販売本部/一課"
    assert only(TODAY + DAY, before).department == "営業本部/一課"


@pytest.mark.parametrize(
    ("at", "done"),
    [(MIDNIGHT - timedelta(seconds=1), True), (MIDNIGHT - timedelta(microseconds=1), True), (MIDNIGHT, False)],
)
def test_a_day_ends_at_midnight_in_tokyo(at: datetime, done: bool) -> None:
    employment = building.person()
    building.campaign()
    assignment = building.assignment_of(employment)
    building.train(assignment, now=at)
    building.sign(assignment, "髙橋 一郎", now=at)
    checkpoint = sealed(at)

    line, next_line = only(TODAY, checkpoint), only(TODAY + DAY, checkpoint)

    assert (line.completed, line.passed_on, line.signed_on) == ((1, TODAY, TODAY) if done else (0, None, None))
    assert next_line.signed_on == (TODAY if done else TODAY + DAY)
    assert not done or next_line == line


def test_a_campaign_opened_after_the_day_is_not_assigned_on_it() -> None:
    building.person()
    building.campaign()

    assert only(TODAY - DAY).assignment is None
    assert only(TODAY).assignment is not None


def test_a_signature_annulled_counts_no_more_from_the_checkpoint_that_knows() -> None:
    employment = building.person()
    building.campaign()
    assignment = building.assignment_of(employment)
    building.train(assignment)
    signature = building.sign(assignment, "髙橋 一郎")
    before = sealed()
    annul(attestation=signature, cause="wrong_person", reason="別人でした。", by=officer(), now=building.later(days=5))
    between = sealed(building.later(days=5))
    building.sign(assignment, "髙橋 一郎", now=building.later(days=7))
    after = sealed(building.later(days=7))

    assert (only(TODAY, before).signed_on, only(TODAY, before).annulled_on) == (TODAY, None)
    assert (only(TODAY, between).signed_on, only(TODAY, between).annulled_on) == (None, TODAY + 5 * DAY)
    assert only(TODAY, after) == only(TODAY, between)
    assert only(TODAY + 7 * DAY, after).signed_on == TODAY + 7 * DAY
    assert only(TODAY + 7 * DAY, after).passed_on == TODAY


def test_two_campaigns_are_two_lines_and_one_campaign_only_its_own() -> None:
    building.person("000101")
    first = building.campaign(code="FY2026")
    building.person("000102")
    second = building.campaign(code="FY2027")
    checkpoint = sealed()

    assert [(line.number, line.campaign) for line in lines(TODAY, checkpoint)] == [
        ("000101", "FY2026"),
        ("000101", "FY2027"),
        ("000102", "FY2027"),
    ]
    assert [(line.number, line.campaign) for line in lines(TODAY, checkpoint, first)] == [
        ("000101", "FY2026"),
        ("000102", ""),
    ]
    assert {line.campaign for line in lines(TODAY, checkpoint, second)} == {"FY2027"}


def test_a_campaign_has_the_title_and_the_modules_that_were_recorded() -> None:
    building.person()
    building.campaign()
    checkpoint = sealed()
    before = file(TODAY, checkpoint)

    Campaign.objects.update(title="改ざんされた名称", code="OTHER")

    assert file(TODAY, checkpoint) == before


def test_lines_are_in_order_of_the_numbers_by_code_point() -> None:
    for number in ["b", "A1", "a1", "000010", "9", "𠮷", "\uff5e", "000002"]:
        building.person(number, "架空 太郎")
    building.campaign()
    building.person("000001", "架空 太郎")
    building.person("zz", "架空 太郎")

    found = [line.number for line in lines()]

    assert found == sorted(found)
    assert len(found) == 10
