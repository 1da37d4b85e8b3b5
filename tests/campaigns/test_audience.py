"""Who is in a campaign's audience, and why: every answer names what decided it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.campaigns.audience import (
    AudienceRule,
    Candidate,
    Cause,
    Unreadable,
    Verdict,
    as_json,
    from_json,
    verdict,
)

SALES, FIRST, SECOND, LEGAL = (UUID(int=number) for number in range(1, 5))
DAY = date(2026, 4, 1)


def somebody(**given: object) -> Candidate:
    usual: dict[str, object] = {
        "employment": UUID(int=99),
        "type": "regular",
        "departments": frozenset({SALES, FIRST}),
        "joined_on": date(2020, 4, 1),
    }
    return Candidate(**{**usual, **given})  # type: ignore[arg-type]


CASES = [
    (
        "nobody but who is named",
        AudienceRule(named_only=True, include=frozenset({UUID(int=1)})),
        somebody(),
        Verdict(False, Cause.NOT_NAMED),
    ),
    (
        "by name alone",
        AudienceRule(named_only=True, include=frozenset({UUID(int=99)})),
        somebody(),
        Verdict(True, Cause.INCLUDED),
    ),
    ("everybody, where nothing is named", AudienceRule(), somebody(), Verdict(True, Cause.RULE)),
    ("on the first day", AudienceRule(), somebody(joined_on=DAY), Verdict(True, Cause.RULE)),
    ("not on the day before", AudienceRule(), somebody(joined_on=date(2026, 4, 2)), Verdict(False, Cause.NOT_YET)),
    ("on the last day still", AudienceRule(), somebody(left_on=DAY), Verdict(True, Cause.RULE)),
    ("not on the day after", AudienceRule(), somebody(left_on=date(2026, 3, 31)), Verdict(False, Cause.LEFT)),
    (
        "by a department above",
        AudienceRule(departments=frozenset({SALES})),
        somebody(),
        Verdict(True, Cause.RULE, SALES),
    ),
    ("by the own one", AudienceRule(departments=frozenset({FIRST})), somebody(), Verdict(True, Cause.RULE, FIRST)),
    (
        "not by a neighbour",
        AudienceRule(departments=frozenset({SECOND})),
        somebody(),
        Verdict(False, Cause.DEPARTMENT),
    ),
    (
        "by a second post (兼務)",
        AudienceRule(departments=frozenset({LEGAL})),
        somebody(departments=frozenset({SALES, FIRST, LEGAL})),
        Verdict(True, Cause.RULE, LEGAL),
    ),
    (
        "with two posts both in the audience, once",
        AudienceRule(departments=frozenset({LEGAL, SALES})),
        somebody(departments=frozenset({SALES, FIRST, LEGAL})),
        Verdict(True, Cause.RULE, SALES),
    ),
    ("by type", AudienceRule(types=frozenset({"temporary"})), somebody(), Verdict(False, Cause.TYPE)),
    (
        "joined before the window",
        AudienceRule(joined_from=date(2026, 1, 1)),
        somebody(),
        Verdict(False, Cause.JOINED_BEFORE),
    ),
    (
        "joined after the window",
        AudienceRule(joined_to=date(2019, 12, 31)),
        somebody(),
        Verdict(False, Cause.JOINED_AFTER),
    ),
    (
        "joined on both of its days",
        AudienceRule(joined_from=date(2020, 4, 1), joined_to=date(2020, 4, 1)),
        somebody(),
        Verdict(True, Cause.RULE),
    ),
    (
        "named, against the rule",
        AudienceRule(types=frozenset({"officer"}), include=frozenset({UUID(int=99)})),
        somebody(),
        Verdict(True, Cause.INCLUDED),
    ),
    (
        "named out, against the rule",
        AudienceRule(exclude=frozenset({UUID(int=99)})),
        somebody(),
        Verdict(False, Cause.EXCLUDED),
    ),
    (
        "named in and out: out",
        AudienceRule(include=frozenset({UUID(int=99)}), exclude=frozenset({UUID(int=99)})),
        somebody(),
        Verdict(False, Cause.EXCLUDED),
    ),
    (
        "named, and not yet there",
        AudienceRule(include=frozenset({UUID(int=99)})),
        somebody(joined_on=date(2026, 4, 2)),
        Verdict(False, Cause.NOT_YET),
    ),
    (
        "a rehire is another employment: the old one's exclusion is not theirs",
        AudienceRule(exclude=frozenset({UUID(int=98)})),
        somebody(),
        Verdict(True, Cause.RULE),
    ),
]


@pytest.mark.parametrize(("rule", "one", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_in_or_out_and_why(rule: AudienceRule, one: Candidate, expected: Verdict):
    assert verdict(rule, one, day=DAY) == expected


KEYS = st.frozensets(st.sampled_from([SALES, FIRST, SECOND, LEGAL, UUID(int=99)]))
RULES = st.builds(
    AudienceRule, KEYS, st.frozensets(st.sampled_from(["regular", "officer"])), include=KEYS, exclude=KEYS
)


@given(RULES)
def test_a_rule_is_read_back_as_it_was_written(rule: AudienceRule):
    assert from_json(as_json(rule)) == rule


@given(RULES, KEYS)
def test_one_more_post_never_takes_anybody_out(rule: AudienceRule, more: frozenset[UUID]):
    before = verdict(rule, somebody(), day=DAY)
    after = verdict(rule, somebody(departments=somebody().departments | more), day=DAY)
    assert after.is_in or not before.is_in


@given(RULES, st.integers(-400, 400))
def test_who_is_not_employed_on_the_day_is_never_in(rule: AudienceRule, days: int):
    left = DAY + timedelta(days=days)
    assert not (verdict(rule, somebody(left_on=left), day=DAY).is_in and left < DAY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("departments", ["営業部"]),
        ("departments", "x"),
        ("types", [1]),
        ("joined_from", "4/1"),
        ("joined_from", 20260401),
        ("include", [None]),
    ],
)
def test_what_is_no_rule_is_refused_with_the_member_named(name: str, value: object):
    with pytest.raises(Unreadable, match=name):
        from_json({**as_json(AudienceRule()), name: value})


def test_a_window_that_ends_before_it_begins_is_no_rule():
    with pytest.raises(Unreadable, match="joined_to"):
        from_json({**as_json(AudienceRule()), "joined_from": "2026-04-02", "joined_to": "2026-04-01"})
    with pytest.raises(Unreadable, match="has departments"):
        from_json({"departments": [str(uuid4())]})
