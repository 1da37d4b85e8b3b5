"""Which earlier signature counts: the rule alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from training.campaigns.credits import CreditRule, Unreadable, as_json, counts, from_json

RULE = CreditRule(kinds=frozenset({"joining", "make_up"}), signed_from=date(2026, 1, 1))


def asked(rule: CreditRule = RULE, **changes: Any) -> bool:
    facts: dict[str, Any] = {"kind": "joining", "signed_on": date(2026, 2, 1), "revision": 3, "of_revision": 3}
    return counts(rule, **(facts | changes))


def test_what_was_signed_on_the_first_day_counts_and_the_day_before_does_not():
    assert asked(signed_on=date(2026, 1, 1))
    assert not asked(signed_on=date(2025, 12, 31))


def test_another_kind_of_campaign_does_not_count():
    assert asked(kind="make_up")
    assert not asked(kind="yearly")


def test_another_revision_counts_only_where_the_rule_does_not_ask_for_the_same():
    assert not asked(revision=2)
    anything = CreditRule(kinds=RULE.kinds, signed_from=RULE.signed_from, same_revision=False)
    assert asked(anything, revision=2)


@pytest.mark.parametrize("rule", [RULE, CreditRule(frozenset({"yearly"}), date(2024, 2, 29), same_revision=False)])
def test_what_is_written_is_read_again(rule: CreditRule):
    assert from_json(as_json(rule)) == rule


def test_kinds_are_written_in_order_so_that_equal_rules_are_equal_texts():
    assert as_json(RULE) == {"kinds": ["joining", "make_up"], "signed_from": "2026-01-01", "same_revision": True}


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        {},
        {**as_json(RULE), "more": 1},
        {**as_json(RULE), "kinds": []},
        {**as_json(RULE), "kinds": "joining"},
        {**as_json(RULE), "kinds": [1]},
        {**as_json(RULE), "signed_from": "2026-02-30"},
        {**as_json(RULE), "signed_from": None},
        {**as_json(RULE), "signed_from": 20260101},
        {**as_json(RULE), "same_revision": "yes"},
        {**as_json(RULE), "same_revision": 1},
    ],
)
def test_anything_else_is_unreadable(bad: Any):
    with pytest.raises(Unreadable):
        from_json(bad)
