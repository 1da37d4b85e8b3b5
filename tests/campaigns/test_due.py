"""Calendar cases, one a line: a rule, a person's days, and the day that must come out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.campaigns.calendar import end_of, is_overdue
from training.campaigns.closed_days import closed_days_of
from training.campaigns.due import (
    After,
    Anchor,
    Away,
    Days,
    DueRule,
    Fixed,
    Roll,
    Unreadable,
    as_json,
    due_day,
    from_json,
)
from training.campaigns.working_days import nearest, working_days

TOKYO = ZoneInfo("Asia/Tokyo")
YEAR_END = closed_days_of(["12-29", "12-30", "12-31", "01-02", "01-03"])
WORKING = working_days(YEAR_END)
NEVER = date(2026, 11, 24)


def day(text: str) -> date:
    return date.fromisoformat(text)


def on(text: str, roll: Roll = Roll.STAY) -> DueRule:
    return DueRule((Fixed(day(text)),), roll)


def after(anchor: str, count: int, *, working: bool = False, roll: Roll = Roll.STAY) -> DueRule:
    return DueRule((After(Anchor(anchor), count, working),), roll)


def latest(*rules: DueRule) -> DueRule:
    return DueRule(tuple(part for rule in rules for part in rule.parts))


def person(assigned: str, joined: str = "2020-04-01", *leaves: tuple[str, str]) -> Days:
    return Days(
        day(assigned), day(joined), tuple(Away(day(first), day(last) if last else None) for first, last in leaves)
    )


APRIL = person("2026-04-01")
CASES = [
    # A fixed day.
    ("the fixed day, for whoever is there all the time", on("2026-11-30"), APRIL, "2026-11-30"),
    ("29 February in a leap year", on("2028-02-29"), person("2027-04-01"), "2028-02-29"),
    ("the last day of the fiscal year", on("2027-03-31"), APRIL, "2027-03-31"),
    ("a Sunday stays a Sunday unless a rule moves it", on("2026-11-29"), APRIL, "2026-11-29"),
    ("a Sunday goes to Monday", on("2026-11-29", Roll.NEXT), APRIL, "2026-11-30"),
    ("a Sunday goes back to Friday", on("2026-11-29", Roll.PREVIOUS), APRIL, "2026-11-27"),
    ("a Saturday goes back to Friday", on("2026-11-28", Roll.PREVIOUS), APRIL, "2026-11-27"),
    ("文化の日 goes to the day after", on("2026-11-03", Roll.NEXT), APRIL, "2026-11-04"),
    ("Golden Week with its 振替休日 is passed over as a whole", on("2026-05-03", Roll.NEXT), APRIL, "2026-05-07"),
    ("Golden Week backwards, over 昭和の日's neighbours", on("2026-05-03", Roll.PREVIOUS), APRIL, "2026-05-01"),
    ("Silver Week of 2026 with 国民の休日 on the 22nd", on("2026-09-21", Roll.NEXT), APRIL, "2026-09-24"),
    ("the year's end, closed from 29 December", on("2026-12-29", Roll.NEXT), APRIL, "2027-01-04"),
    ("the year's end backwards", on("2027-01-03", Roll.PREVIOUS), APRIL, "2026-12-28"),
    ("春分の日 on a Sunday of 2027: Monday is free too", on("2027-03-21", Roll.NEXT), APRIL, "2027-03-23"),
    ("山の日 on a Tuesday", on("2026-08-11", Roll.NEXT), APRIL, "2026-08-12"),
    ("a working day stays", on("2026-11-30", Roll.NEXT), APRIL, "2026-11-30"),
    ("assigned on the due day itself: that day", on("2026-11-30"), person("2026-11-30"), "2026-11-30"),
    ("assigned after the due day: due at once, not in the past", on("2026-11-30"), person("2026-12-10"), "2026-12-10"),
    ("a joiner in the last week of March, fixed day gone", on("2026-11-30"), person("2027-03-26"), "2027-03-26"),
    # A leave stops the clock.
    ("away ten days before the due day: ten days later", on("2026-11-30"), person("2026-04-01", "2020-04-01", ("2026-06-01", "2026-06-10")), "2026-12-10"),
    ("away across the due day: what was left is left", on("2026-11-30"), person("2026-04-01", "2020-04-01", ("2026-11-21", "2027-02-28")), "2027-03-10"),
    ("away from the due day itself: one day is left", on("2026-11-30"), person("2026-04-01", "2020-04-01", ("2026-11-30", "2026-12-31")), "2027-01-01"),
    ("away from the day after: nothing changes", on("2026-11-30"), person("2026-04-01", "2020-04-01", ("2026-12-01", "2027-02-28")), "2026-11-30"),
    ("back on the due day: the lost days come after", on("2026-11-30"), person("2026-11-01", "2020-04-01", ("2026-11-11", "2026-11-29")), "2026-12-19"),
    ("a leave over before the assignment changes nothing", on("2026-11-30"), person("2026-04-01", "2020-04-01", ("2025-10-01", "2026-03-31")), "2026-11-30"),
    ("assigned while away: the clock starts at the return", on("2026-04-30"), person("2026-04-01", "2020-04-01", ("2026-01-01", "2026-05-31")), "2026-06-29"),
    ("away without a known return: it stands still", on("2026-11-30"), person("2026-04-01", "2020-04-01", ("2026-06-01", "")), None),
    ("an open leave that begins after the due day stops nothing", on("2026-11-30"), person("2026-04-01", "2020-04-01", ("2026-12-01", "")), "2026-11-30"),
    ("産休 followed by 育休 without a gap is one absence", on("2026-11-30"), person("2026-04-01", "2020-04-01", ("2026-11-01", "2026-12-31"), ("2027-01-01", "2027-10-31")), "2027-11-30"),
    ("two leaves that overlap count once", on("2026-11-30"), person("2026-04-01", "2020-04-01", ("2026-06-01", "2026-06-10"), ("2026-06-05", "2026-06-15")), "2026-12-15"),
    ("the same leave recorded twice counts once", on("2026-11-30"), person("2026-04-01", "2020-04-01", ("2026-06-01", "2026-06-10"), ("2026-06-01", "2026-06-10")), "2026-12-10"),
    ("two leaves apart add up", on("2026-11-30"), person("2026-04-01", "2020-04-01", ("2026-06-01", "2026-06-10"), ("2026-09-01", "2026-09-05")), "2026-12-15"),
    ("a leave that begins in the days that a leave added", on("2026-11-30"), person("2026-04-01", "2020-04-01", ("2026-11-01", "2026-11-30"), ("2026-12-11", "2026-12-20")), "2027-01-09"),
    ("one leave inside another", on("2026-11-30"), person("2026-04-01", "2020-04-01", ("2026-06-01", "2026-06-30"), ("2026-06-10", "2026-06-12")), "2026-12-30"),
    ("a leave of a single day", on("2026-11-30"), person("2026-04-01", "2020-04-01", ("2026-07-01", "2026-07-01")), "2026-12-01"),
    ("a leave across 29 February", on("2028-03-01"), person("2028-02-01", "2020-04-01", ("2028-02-28", "2028-02-29")), "2028-03-03"),
    ("a leave over the fiscal year's end", on("2027-03-31"), person("2026-04-01", "2020-04-01", ("2027-03-22", "2027-05-31")), "2027-06-10"),
    ("the next working day is one at work: a leave begins there", on("2026-11-28", Roll.NEXT), person("2026-04-01", "2020-04-01", ("2026-11-29", "2026-12-06")), "2026-12-07"),
    # So many days after joining.
    ("thirty days after joining", after("joining", 30), person("2026-11-01", "2026-11-01"), "2026-12-01"),
    ("thirty days after 31 January", after("joining", 30), person("2026-01-31", "2026-01-31"), "2026-03-02"),
    ("thirty days after 31 January of a leap year", after("joining", 30), person("2028-01-31", "2028-01-31"), "2028-03-01"),
    ("joined on 29 February: a year of days", after("joining", 365), person("2028-02-29", "2028-02-29"), "2029-02-28"),
    ("no days after joining: the day itself", after("joining", 0), person("2026-11-01", "2026-11-01"), "2026-11-01"),
    ("recorded late, still in time: from joining", after("joining", 30), person("2026-11-20", "2026-11-01"), "2026-12-01"),
    ("recorded too late: due on the day of assignment", after("joining", 30), person("2027-01-15", "2026-11-01"), "2027-01-15"),
    ("known before joining: from joining", after("joining", 30), person("2026-10-15", "2026-11-01"), "2026-12-01"),
    ("a joiner in the last week of March is due in the next fiscal year", after("joining", 30), person("2027-03-29", "2027-03-29"), "2027-04-28"),
    ("a rehire counts from the new joining", after("joining", 30), person("2026-09-01", "2026-09-01"), "2026-10-01"),
    ("joined on a Friday, five working days", after("joining", 5, working=True), person("2026-11-27", "2026-11-27"), "2026-12-04"),
    ("five working days over 勤労感謝の日", after("joining", 5, working=True), person("2026-11-20", "2026-11-20"), "2026-11-30"),
    ("ten working days over the year's end", after("joining", 10, working=True), person("2026-12-21", "2026-12-21"), "2027-01-08"),
    ("one working day after 28 December", after("joining", 1, working=True), person("2026-12-28", "2026-12-28"), "2027-01-04"),
    ("working days do not run while away", after("joining", 5, working=True), person("2026-11-02", "2026-11-02", ("2026-11-04", "2026-11-10")), "2026-11-17"),
    ("away soon after joining: the rest after the return", after("joining", 30), person("2026-11-01", "2026-11-01", ("2026-11-11", "2026-12-10")), "2026-12-31"),
    # After the return.
    ("twenty days after the return", after("return", 20), person("2026-04-01", "2020-04-01", ("2026-01-01", "2026-06-30")), "2026-07-21"),
    ("never away: after the assignment", after("return", 20), APRIL, "2026-04-21"),
    ("back before the assignment: after the assignment", after("return", 20), person("2026-04-01", "2020-04-01", ("2025-01-01", "2026-03-15")), "2026-04-21"),
    ("back on the day of assignment", after("return", 20), person("2026-04-01", "2020-04-01", ("2025-01-01", "2026-03-31")), "2026-04-21"),
    ("two leaves: after the later return", after("return", 20), person("2026-04-01", "2020-04-01", ("2026-04-10", "2026-05-31"), ("2026-06-15", "2026-08-31")), "2026-09-21"),
    ("a leave far ahead is not waited for", after("return", 30), person("2026-11-02", "2020-04-01", ("2027-02-01", "2027-12-31")), "2026-12-02"),
    ("a leave from the day after the due day on changes nothing", after("return", 20), person("2026-04-01", "2020-04-01", ("2026-04-22", "2026-05-31")), "2026-04-21"),
    ("a leave from the due day on restarts the days", after("return", 20), person("2026-04-01", "2020-04-01", ("2026-04-21", "2026-05-31")), "2026-06-21"),
    ("an open leave far ahead stops nothing", after("return", 30), person("2026-11-02", "2020-04-01", ("2027-02-01", "")), "2026-12-02"),
    ("away again without an end before twenty days are over", after("return", 20), person("2026-04-01", "2020-04-01", ("2026-04-10", "2026-05-31"), ("2026-06-10", "")), None),
    # After the assignment.
    ("fourteen days after the assignment", after("assignment", 14), person("2026-11-26"), "2026-12-10"),
    ("fourteen days, over a Sunday, to Monday", after("assignment", 14, roll=Roll.NEXT), person("2026-11-15"), "2026-11-30"),
    ("away on the next day", after("assignment", 14), person("2026-11-26", "2020-04-01", ("2026-11-27", "2026-12-26")), "2027-01-09"),
    # The later of two.
    ("the later of two: the fixed day", latest(on("2026-11-30"), after("joining", 30)), person("2026-05-01", "2026-05-01"), "2026-11-30"),
    ("the later of two: thirty days after joining in November", latest(on("2026-11-30"), after("joining", 30)), person("2026-11-16", "2026-11-16"), "2026-12-16"),
    ("the later of two: joined in the last week of March", latest(on("2026-11-30"), after("joining", 30)), person("2027-03-29", "2027-03-29"), "2027-04-28"),
    ("the later of two on the same day", latest(on("2026-12-01"), after("joining", 30)), person("2026-11-01", "2026-11-01"), "2026-12-01"),
    ("the later of two after a long leave: the return decides", latest(on("2026-11-30"), after("return", 60)), person("2026-04-01", "2020-04-01", ("2026-04-10", "2026-12-31")), "2027-08-23"),
    ("one of two stands still: both do", latest(on("2026-11-30"), after("return", 60)), person("2026-04-01", "2020-04-01", ("2026-10-15", "")), None),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "days", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_calendar_case(rule: DueRule, days: Days, expected: str | None):
    assert due_day(rule, days, is_working=WORKING) == (day(expected) if expected else None)


def test_there_are_sixty_cases_and_no_two_say_the_same():
    assert len(CASES) >= 60
    assert len({name for name, *_rest in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("moment", "overdue"),
    [
        ("2026-11-30T14:59:59.999999+00:00", False),
        ("2026-11-30T15:00:00+00:00", True),
        ("2026-11-30T23:59:59+09:00", False),
        ("2026-12-01T00:00:00+09:00", True),
        ("2026-11-30T10:00:00-05:00", True),
    ],
)
def test_the_due_day_ends_at_midnight_in_tokyo_wherever_the_clock_hangs(moment: str, overdue: bool):
    assert is_overdue(due_on=day("2026-11-30"), now=datetime.fromisoformat(moment), zone=TOKYO) is overdue


@pytest.mark.parametrize("month", range(1, 13))
def test_tokyo_keeps_one_time_all_year(month: int):
    assert end_of(date(2026, month, 15), TOKYO) == datetime(2026, month, 15, 15, tzinfo=UTC)


def test_a_company_that_is_always_closed_gets_an_error_and_no_endless_search():
    with pytest.raises(ValueError, match="no working day"):
        nearest(day("2026-11-30"), lambda _day: False, step=1)


ALL_DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
SPANS = st.tuples(ALL_DAYS, st.integers(0, 120)).map(lambda one: Away(one[0], one[0] + timedelta(days=one[1])))
PARTS = st.builds(Fixed, ALL_DAYS) | st.builds(After, st.sampled_from(Anchor), st.integers(0, 90), st.booleans())
RULES = st.builds(DueRule, st.lists(PARTS, min_size=1, max_size=3).map(tuple), st.sampled_from(Roll))
PEOPLE = st.builds(Days, ALL_DAYS, ALL_DAYS, st.lists(SPANS, max_size=3).map(tuple))


@given(RULES, PEOPLE)
def test_nothing_is_due_before_it_was_assigned(rule: DueRule, days: Days):
    found = due_day(rule, days, is_working=WORKING)
    assert found is not None
    assert found >= days.assigned_on


@given(RULES.map(lambda rule: DueRule(rule.parts)), PEOPLE, SPANS)
def test_one_more_leave_never_brings_the_day_forward(rule: DueRule, days: Days, more: Away):
    before = due_day(rule, days, is_working=WORKING)
    longer = due_day(rule, Days(days.assigned_on, days.joined_on, (*days.leaves, more)), is_working=WORKING)
    assert before is not None
    assert longer is not None
    assert longer >= before


@given(RULES.map(lambda rule: DueRule(rule.parts)), PEOPLE)
def test_nobody_is_due_on_a_day_away_unless_it_is_the_day_of_assignment(rule: DueRule, days: Days):
    found = due_day(rule, days, is_working=WORKING)
    away = any(one.first <= found and (one.last is None or found <= one.last) for one in days.leaves)
    assert not away or found == days.assigned_on


@given(RULES)
def test_a_rule_is_read_back_as_it_was_written(rule: DueRule):
    assert from_json(as_json(rule)) == rule


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (None, "latest_of"),
        ([], "latest_of"),
        ({"latest_of": [], "roll": "stay"}, "latest_of"),
        ({"latest_of": [{"on": "2026-11-30"}]}, "roll"),
        ({"latest_of": [{"on": "2026-11-30"}], "roll": "sideways"}, "roll"),
        ({"latest_of": [{"on": "2026-11-31"}], "roll": "stay"}, r"latest_of\[0\]\.on"),
        ({"latest_of": [{"on": 20261130}], "roll": "stay"}, r"latest_of\[0\]"),
        ({"latest_of": [{"on": "2026-11-30", "days": 3}], "roll": "stay"}, r"latest_of\[0\]"),
        ({"latest_of": [{"after": "birth", "days": 3, "working": False}], "roll": "stay"}, r"\.after"),
        ({"latest_of": [{"after": "joining", "days": -1, "working": False}], "roll": "stay"}, r"\.days"),
        ({"latest_of": [{"after": "joining", "days": True, "working": False}], "roll": "stay"}, r"\.days"),
        ({"latest_of": [{"after": "joining", "days": 10**9, "working": False}], "roll": "stay"}, r"\.days"),
        ({"latest_of": [{"after": "joining", "days": 3, "working": 1}], "roll": "stay"}, r"latest_of\[0\]"),
    ],
)
def test_what_is_no_rule_is_refused_with_the_member_named(data: object, named: str):
    with pytest.raises(Unreadable, match=named):
        from_json(data)


@pytest.mark.parametrize(
    "rule",
    [
        DueRule((After(Anchor.JOINING, 5, working=True),)),
        *(DueRule((Fixed(NEVER),), roll) for roll in Roll if roll != "stay"),
    ],
)
def test_a_company_that_never_works_is_an_error_and_no_endless_loop(rule: DueRule):
    for leaves in ((), (Away(NEVER, NEVER),)):
        with pytest.raises(ValueError, match="no working day"):
            due_day(rule, Days(NEVER, NEVER, leaves), is_working=lambda _day: False)


def test_where_a_long_leave_lies_before_the_working_day_goes_forwards():
    """Back from a year's leave on a Saturday: there is no working day before it, and the next one is Monday."""
    leave = Away(date(2025, 11, 1), date(2026, 10, 30))
    days = Days(assigned_on=date(2025, 10, 1), joined_on=date(2020, 4, 1), leaves=(leave,))
    rule = DueRule((After(Anchor.ASSIGNMENT, 31),), Roll.PREVIOUS)
    assert due_day(DueRule(rule.parts), days, is_working=WORKING) == date(2026, 10, 31)
    assert due_day(rule, days, is_working=WORKING) == date(2026, 11, 2)


def test_a_working_day_behind_a_leave_without_return_is_not_known():
    days = Days(assigned_on=date(2026, 11, 1), joined_on=date(2020, 4, 1), leaves=(Away(date(2026, 11, 30), None),))
    sunday = DueRule((Fixed(date(2026, 11, 29)),), Roll.NEXT)
    assert due_day(sunday, days, is_working=WORKING) is None
