"""Who hears what on which day: once, the right people, and nothing on quiet days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.building import NOW, account, assignment_of, campaign, import_staff, on_leave, person, recorded, sign, train
from tests.building import letter as letter_to
from tests.reminders.company import at, department_of, heads, member, run, settings_with
from training.campaigns.ladder import Reader
from training.campaigns.models import AssignmentEvent, DueSet, Exemption
from training.people.appoint import appoint
from training.people.enrol import link_account
from training.people.managing import Managers
from training.people.models import Employment
from training.people.renumber import renumber
from training.reminders.addresses import hr_addresses
from training.reminders.models import Letter, ReminderSent
from training.reminders.plan import Round, plan_letters, plan_round
from training.reminders.queries import told_lines
from training.reminders.rungs import Quiet
from training.roles import Role

pytestmark = pytest.mark.django_db


def on_day(day: str) -> Round:
    return plan_round(today=date.fromisoformat(day))


def told(day: str) -> list[tuple[str, str, int]]:
    """Reader, staff number and rung of every line."""
    lines = [(letter.reader.value, one) for letter in on_day(day).letters for one in letter.lines]
    return sorted((reader, one.number, one.rung.days if one.rung else 0) for reader, one in lines)


def silent(day: str) -> set[tuple[str, Quiet]]:
    return {(one.asked.number, one.why) for one in on_day(day).silent}


def test_the_ladder_is_climbed_on_working_days_only():
    member("000201", "氏名")
    campaign()
    found = {day: told(f"2026-12-{day}") for day in ("10", "11", "12", "13", "18", "24", "25")}
    assert found["10"] == found["12"] == found["13"] == []
    assert found["11"] == [("learner", "000201", -14)]
    assert found["18"] == [("learner", "000201", -7)]
    assert found["24"] == [("learner", "000201", -1)]
    assert found["25"] == [("learner", "000201", 0)]
    assert on_day("2026-12-12").rest
    assert not on_day("2026-12-11").rest


def test_the_company_closed_days_are_quiet_and_so_are_holidays(settings: Any):
    member("000201", "氏名")
    campaign()
    assert told("2026-12-29") != []
    settings_with(settings, CLOSED_DAYS=["12-29", "12-30"])
    assert told("2026-12-29") == []
    assert told("2027-01-01") == []  # 元日
    assert told("2027-01-11") == []  # 成人の日
    assert told("2027-01-12") == [("learner", "000201", 14)]  # no manager, no HR with an address


def test_a_leap_day_counts_like_any_other():
    employment = member("000201", "氏名")
    campaign()
    recorded(
        "campaigns.prolonged",
        DueSet(assignment=assignment_of(employment), number=2, due_on=date(2028, 3, 1), reason="extension"),
    )
    assert told("2028-02-15") == []
    assert told("2028-02-16") == [("learner", "000201", -14)]
    assert told("2028-02-23") == []  # 天皇誕生日
    assert told("2028-02-24") == [("learner", "000201", -7)]
    assert told("2028-02-29") == [("learner", "000201", -1)]
    assert told("2028-03-01") == [("learner", "000201", 0)]


def test_a_due_day_set_anew_starts_afresh():
    employment = member("000201", "氏名")
    campaign()
    run("2026-12-18")
    assert told("2026-12-18") == []
    recorded(
        "campaigns.prolonged",
        DueSet(assignment=assignment_of(employment), number=2, due_on=date(2027, 1, 29), reason="extension"),
    )
    assert told("2026-12-25") == []
    assert told("2027-01-15") == [("learner", "000201", -14)]
    assert told("2027-01-22") == [("learner", "000201", -7)]
    run("2027-01-22")
    assert list(ReminderSent.objects.order_by("due_number").values_list("due_number", "rung")) == [(1, -7), (2, -7)]


def test_who_is_settled_hears_nothing():
    names = {f"00020{n}": f"氏名{n}" for n in range(5)}
    people = {number: member(number, name) for number, name in names.items()}
    campaign()
    day = at("2026-12-11").date()
    train(assignment_of(people["000200"]))
    sign(assignment_of(people["000200"]), "氏名0")
    train(assignment_of(people["000201"]))
    closed = AssignmentEvent(
        assignment=assignment_of(people["000202"]), number=1, kind="closed", cause="left", day=day, at=at("2026-12-01")
    )
    recorded("campaigns.assigned", closed)
    exempt = Exemption(
        assignment=assignment_of(people["000203"]), number=1, kind="granted", cause="other",
        first_day=date(2026, 12, 1), until=date(2026, 12, 14), by=account("someone"), at=at("2026-12-01"),
    )  # fmt: skip
    recorded("campaigns.exempted", exempt)
    assert told("2026-12-11") == [("learner", "000201", -14), ("learner", "000204", -14)]
    assert ("learner", "000203", -14) in told("2026-12-15")


def test_who_is_on_leave_or_has_left_or_has_no_address_hears_nothing_and_is_named():
    away, gone = member("000201", "休職 一"), member("000202", "退職 二")
    member("000203", "宛先 無", mail="")
    person("000204", "口座 有", user=account_with("shiro", "shiro@example.com"))
    campaign()
    on_leave(away, date(2026, 12, 1), date(2026, 12, 20))
    Employment.objects.filter(pk=gone.pk).update(valid_to=date(2026, 12, 10))
    assert told("2026-12-11") == [("learner", "000204", -14)]
    assert silent("2026-12-11") == {
        ("000201", Quiet.AWAY), ("000202", Quiet.GONE), ("000203", Quiet.NO_ADDRESS),
    }  # fmt: skip
    assert ("learner", "000201", -7) in told("2026-12-21")


def account_with(username: str, address: str) -> Any:
    user = account(username)
    user.email = address
    user.save()
    return user


def test_several_trainings_of_one_person_are_one_mail():
    member("000201", "氏名")
    campaign()
    campaign(("article-1",), code="EXTRA")
    [letter] = on_day("2026-12-11").letters
    assert len(letter.lines) == 2
    run("2026-12-11")
    assert ReminderSent.objects.count() == 2
    assert Letter.objects.count() == 1


def test_the_own_manager_goes_before_the_departments_and_an_absent_one_is_passed_over():
    head, chief = (
        member("000300", "本部長", department="営業本部"),
        member("000301", "部長", department="営業本部/第一営業部"),
    )
    mentor, one = (
        member("000302", "指導 員", department="総務部"),
        member("000201", "部下", department="営業本部/第一営業部/二課"),
    )
    heads(head, of=head)
    heads(chief, of=chief)
    campaign()

    def manager(day: str = "2027-01-04") -> list[Any]:
        letters = [letter for letter in on_day(day).letters if letter.reader is Reader.MANAGER]
        return [letter.to for letter in letters if any(line.number == "000201" for line in letter.lines)]

    assert manager() == [chief.employee_id]
    on_leave(chief, date(2027, 1, 1), date(2027, 1, 31))
    assert manager() == [head.employee_id]
    from_list = "社員番号,氏名,上長\n000201,部下,000302\n".encode()
    import_staff(from_list)
    assert manager() == [mentor.employee_id]
    on_leave(mentor, date(2027, 1, 1), None)
    assert manager() == [head.employee_id]
    assert one.number == "000201"


def test_nobody_is_told_of_the_own_delay_as_manager_but_the_one_above_is():
    head = member("000300", "本部長", department="営業本部")
    chief = member("000301", "部長", department="営業本部/第一営業部")
    heads(head, of=head)
    heads(chief, of=chief)
    campaign()
    found = {
        (letter.to, line.number)
        for letter in on_day("2027-01-04").letters
        if letter.reader is Reader.MANAGER
        for line in letter.lines
    }
    assert found == {(head.employee_id, "000301")}
    assert ("000300", Quiet.NO_MANAGER) in silent("2027-01-04")


def test_hr_is_its_accounts_with_an_address_unless_addresses_are_set(settings: Any):
    member("000201", "氏名")
    campaign()
    assert ("000201", Quiet.NO_ADDRESS) in silent("2027-01-08")
    user = account("hr2", Role.HR)
    user.email = "jinji@example.com"
    user.save()
    assert ("hr", "000201", 14) in told("2027-01-08")


def test_hr_is_written_to_where_the_staff_list_says_before_the_account_does():
    """An account that an invitation made has no address of its own."""
    chief = member("000210", "人事 花子", mail="hr@example.com")
    user = account("hanako", Role.HR)
    link_account(employee=chief.employee, user=user, now=NOW)
    assert hr_addresses(date(2026, 12, 1)) == ["hr@example.com"]
    user.email = "before@example.com"
    user.save()
    assert hr_addresses(date(2026, 12, 1)) == ["hr@example.com"]
    assert hr_addresses(date(2000, 1, 1)) == ["before@example.com"]


def test_the_ladder_is_a_setting(settings: Any):
    settings_with(
        settings, REMINDER_LADDER={"before": [3], "on_the_day": False, "weekly": False, "manager_after": None}
    )
    member("000201", "氏名")
    campaign()
    assert told("2026-12-11") == told("2026-12-21") == []
    assert told("2026-12-22") == [("learner", "000201", -3)] == told("2027-03-01")


def test_who_hears_why_is_said_in_words():
    boss = member("000300", "課長", department="営業部")
    member("000201", "氏名", department="営業部")
    heads(boss, of=boss)
    campaign()
    lines = {
        (line.reader, line.to_number, line.asked.number): str(line.why) for line in told_lines(on_day("2027-01-04"))
    }
    assert lines[("manager", "000300", "000201")] == "期限を7日以上過ぎているため"
    assert lines[("learner", "000201", "000201")] == "期限を7日以上過ぎているため"
    assert {str(line.why) for line in told_lines(on_day("2026-12-18"))} == {"期限まで7日以内のため"}
    assert {str(line.why) for line in told_lines(on_day("2026-12-25"))} == {"期限日（休日の場合は翌営業日）のため"}


def test_planning_costs_the_same_number_of_queries_for_two_people_and_for_forty():
    boss = member("000300", "課長", department="営業部")
    heads(boss, of=boss)
    member("000100", "氏名", department="営業部")

    def cost(day: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            plan_letters(now=at(day))
        return len(captured)

    small = small_company(cost)
    for number in range(40):
        person(
            f"9{number:05}",
            f"氏名{number}",
            department=f"営業部/課{number % 5}",
            user=account_with(f"u{number}", f"u{number}@example.com"),
        )
    campaign(code="LARGE")
    assert cost("2027-01-04") == small
    assert Letter.objects.filter(reader="learner").count() == 42


def small_company(cost: Any) -> int:
    """What the first round costs; it is planned again in a larger company afterwards."""
    made = campaign(code="SMALL")
    found = cost("2027-01-04")
    Letter.objects.all().delete()
    assert made.code == "SMALL"
    return int(found)


def test_a_manager_is_appointed_from_a_day_on_and_what_was_known_stays():
    first, second = member("000300", "前任"), member("000301", "後任")
    department = department_of(first)
    heads(first, of=department)
    appoint(department=department, manager=second.employee, since=date(2026, 12, 1), by=None, now=at("2026-11-25"))
    places = department.places.filter(superseded_at__isnull=True).order_by("valid_from")
    assert [(place.manager_id, place.valid_to) for place in places] == [
        (first.employee_id, date(2026, 11, 30)),
        (second.employee_id, None),
    ]
    assert len({place.name for place in department.places.all()}) == 1


def test_who_gets_another_staff_number_goes_on_being_reminded_and_so_does_the_manager():
    boss, mine = member("000300", "課長", department="営業部"), member("000201", "氏名", department="営業部")
    heads(boss, of=boss)
    campaign()
    for number, since in (("000901", "2026-12-01"), ("000902", "2026-12-03")):
        renumber(employment=mine, number=number, since=date.fromisoformat(since), now=at(since))
        mine = Employment.objects.get(number=number, superseded_at__isnull=True)
    assert ("learner", "000902", -14) in told("2026-12-11")
    assert ("manager", "000902", 14) in told("2027-01-08")
    on_leave(mine, date(2026, 12, 10), date(2026, 12, 12))
    assert ("000902", Quiet.AWAY) in silent("2026-12-11")
    run("2027-01-08")
    (letter,) = Letter.objects.filter(reader="manager")
    assert letter.state == Letter.State.SENT


def test_who_is_hired_again_under_another_number_hears_nothing_of_what_was_asked_before():
    old = member("000201", "氏名")
    campaign()
    Employment.objects.filter(pk=old.pk).update(valid_to=date(2026, 11, 27))
    Employment.objects.create(
        employee=old.employee, number="2", type="regular", valid_from=date(2026, 12, 1), recorded_at=at("2026-12-01"),
        entry=old.entry,
    )  # fmt: skip
    assert told("2026-12-11") == []
    assert silent("2026-12-11") == {("000201", Quiet.GONE)}


def test_after_an_outage_only_the_newest_letter_goes_out_and_it_tells_of_what_still_waits():
    mine = member("000201", "氏名")
    campaign()
    campaign(code="EXTRA")
    extra = assignment_of(mine, "EXTRA")
    recorded("campaigns.prolonged", DueSet(assignment=extra, number=2, due_on=date(2026, 12, 28), reason="extension"))
    plan_letters(now=at("2026-12-11"))
    plan_letters(now=at("2026-12-14"))
    first, second = Letter.objects.order_by("made_at")
    assert (first.state, second.state) == (Letter.State.DROPPED, Letter.State.WAITING)
    assert {cover[0] for cover in second.covers} == {str(assignment_of(mine).pk), str(extra.pk)}
    assert plan_letters(now=at("2026-12-14", 10)).written == 0
    plan_letters(now=at("2026-12-15"))
    assert Letter.objects.count() == 2, "what waits is not written anew while there is nothing to add"
    assert [letter.pk for letter in run("2026-12-15")] == [second.pk]
    assert ReminderSent.objects.count() == 2


def test_a_letter_on_its_way_one_asked_for_by_hand_and_another_readers_are_left_alone():
    mine, other = member("000201", "氏名"), member("000202", "他人")
    campaign()
    plan_letters(now=at("2026-12-11"))
    Letter.objects.filter(to=mine.employee).update(state=Letter.State.SENDING)
    by_hand = letter_to(other, key="by_hand:1", asked_by=account("someone"), now=at("2026-12-11"))
    Employment.objects.filter(pk=other.pk).update(valid_to=date(2026, 12, 14))
    plan_letters(now=at("2026-12-18"))
    assert not Letter.objects.filter(state=Letter.State.DROPPED).exists()
    by_hand.refresh_from_db()
    assert by_hand.state == Letter.State.WAITING
    assert Letter.objects.count() == 4


def test_the_main_post_decides_whose_manager_hears_and_a_second_one_only_where_nobody_answers_there():
    one = member("000101", "髙橋 一郎", department="総務部")
    boss, other, later = (member(n, n, department=f"第{n}部") for n in ("000300", "000301", "000302"))
    heads(other, of=other)
    heads(later, of=later)
    for day, second in ((date(2026, 11, 2), "第000301部"), (NOW.date(), "第000301部、第000302部")):
        import_staff(f"社員番号,氏名,兼務\n000101,髙橋 一郎,{second}\n".encode(), day=day)
    post = (one.employee_id, one.number)

    def answers() -> Any:
        return Managers(NOW.date()).of([post]).get(post)

    assert answers() == other.employee_id
    on_leave(other)
    assert answers() == later.employee_id
    heads(boss, of=one)
    assert answers() == boss.employee_id
