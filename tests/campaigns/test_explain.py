"""Why somebody is in, or is not: in words, from what was recorded and from what the rules say on a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from tests import building
from tests.building import NOW, assignment_of, campaign, draft, on_leave, person
from tests.campaigns.following import TODAY, leaves, on, opened
from tests.campaigns.staffing import corrected, listed, withdrawn
from training.campaigns.assign import assign
from training.campaigns.audience import AudienceRule, Cause
from training.campaigns.candidates import candidates_on
from training.campaigns.explain import DECIDED, Why, explain
from training.campaigns.models import Campaign
from training.campaigns.prolong import prolong
from training.campaigns.standing_by_hand import remove
from training.errors import Invalid
from training.people.models import Employment

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


def why(made: Campaign, employment: Employment, day: date = TODAY, **options: Any) -> Why:
    return explain(campaign=made, employment=employment, day=day, **options)


def test_every_cause_has_words():
    assert set(DECIDED) == set(Cause)


def test_before_the_opening_it_says_what_would_be():
    employment = person()
    found = why(draft(), employment)
    assert found.is_in
    assert found.words[0] == "Would be assigned on opening."
    assert found.assignment is None


def test_who_is_assigned_reads_since_when_by_what_and_by_when():
    employment = person()
    found = why(campaign(), employment)
    assert (found.is_in, found.facts) == (True, {"employed_on": TODAY.isoformat(), "type": "regular"})
    assert found.words == (
        "Assigned on Nov. 24, 2026: In the audience when the campaign opened.",
        "Due on Dec. 25, 2026, the campaign's own day.",
        "The audience fits: it narrows nothing that this person is outside of.",
    )


def test_a_department_is_named_by_its_path():
    employment = person(department="営業本部/一課")
    tops = candidates_on(TODAY)[0].candidate.departments
    found = why(opened(audience=AudienceRule(departments=tops)), employment)
    assert "which the audience names" in found.words[-1]
    assert "営業本部" in found.words[-1]


def test_who_is_left_out_reads_by_what():
    regular, excluded = person("1"), person("2", "除 外")
    other = AudienceRule(types=frozenset({"officer"}), exclude=frozenset({excluded.pk}))
    made = draft(audience=other)
    assert why(made, regular).words == (
        "Not assigned.",
        "The audience does not ask for this type of employment: Regular employee.",
    )
    assert why(made, excluded).verdict.cause is Cause.EXCLUDED  # type: ignore[union-attr]
    joined = draft(code="J", audience=AudienceRule(joined_from=date(2026, 4, 1)))
    assert "joined on April 1, 2020" in why(joined, regular).words[1]


def test_who_came_later_is_said_to_be_next_and_after_the_last_day_no_more():
    person("1")
    made = campaign()
    new = person("2", "新 入", joined=date(2026, 12, 1))
    assert why(made, new).words[1] == "This person joins on Dec. 1, 2026 only."
    assert why(made, new, date(2026, 12, 1)).words[0] == "Not assigned yet: the next daily round will do it."
    over = why(made, new, date(2027, 4, 1))
    assert (over.is_in, over.verdict.cause) == (False, Cause.OVER)  # type: ignore[union-attr]


def test_a_leaver_reads_of_the_closing_and_a_mover_that_movers_stay():
    listed("1,髙橋 一郎,営業本部,正社員,2020/4/1,,", "2,𠮷田 二,営業本部,正社員,2020/4/1,,", day=date(2020, 4, 1))
    sales = candidates_on(TODAY)[0].candidate.departments
    made = opened(audience=AudienceRule(departments=sales))
    going, moving = Employment.objects.order_by("number")
    listed("2,𠮷田 二,法務部,正社員,2020/4/1,,", day=TODAY + A_DAY)
    leaves(going, TODAY)
    assign(campaign=made, now=on(TODAY + A_DAY))
    left, moved = why(made, going, TODAY + A_DAY), why(made, moving, TODAY + A_DAY)
    assert not left.is_in
    assert "Closed from Nov. 25, 2026 on: Left the company." in left.words
    assert "This person has left; the last day of work was Nov. 24, 2026." in left.words
    assert moved.is_in
    assert moved.words[-1] == "Whoever has been assigned stays in, wherever they move."


def test_due_days_say_what_moved_them():
    away, prolonged = person("1", "休 職"), person("2", "延 長")
    made = campaign()
    on_leave(away, TODAY + A_DAY, TODAY + 9 * A_DAY)
    prolong(
        assignment=assignment_of(prolonged), due_on=date(2027, 1, 29), reason="出張", by=building.officer(), now=NOW
    )
    assign(campaign=made, now=on(TODAY + A_DAY))
    assert "a leave stopped the clock" in " ".join(why(made, away).words)
    assert "Due on Jan. 29, 2027: prolonged by hand." in why(made, prolonged).words


def test_who_was_taken_out_by_hand_reads_so():
    employment = person()
    made = campaign()
    remove(assignment=assignment_of(employment), reason="対象外", by=building.officer(), now=NOW)
    found = why(made, employment)
    assert (found.is_in, found.words[1]) == (False, "Closed from Nov. 24, 2026 on: Taken out by hand.")


def test_it_is_found_by_any_row_of_the_spell_and_when_none_is_left():
    employment = person()
    made = campaign()
    newer = corrected(employment, type="contract")
    assert why(made, newer).assignment == why(made, employment).assignment is not None
    withdrawn(newer)
    found = why(made, employment)
    assert found.assignment is not None
    assert found.verdict is None
    assert found.words[-1] == "The roster, as corrected, does not know this employment."


def test_the_assignment_of_an_earlier_spell_is_not_that_of_the_new_one():
    employment = person()
    made = campaign()
    leaves(employment, date(2026, 11, 30))
    assign(campaign=made, now=on(date(2026, 12, 1)))
    listed("000101,髙橋 一郎,営業本部,正社員,2027/1/4,,", day=date(2027, 1, 4))
    again = Employment.objects.get(valid_from=date(2027, 1, 4))
    assert why(made, again, date(2027, 1, 4)).assignment is None
    assert why(made, employment, date(2027, 1, 4)).assignment is not None


def test_a_change_of_the_policy_says_who_signed_nothing_earlier():
    employment = person()
    found = why(draft(kind=Campaign.Kind.CHANGE), employment, named={})
    assert found.words[1] == "This person has signed no earlier text of the policy, or this one or a later one already."


def test_a_rule_that_cannot_be_read_is_refused():
    employment = person()
    made = draft()
    Campaign.objects.filter(pk=made.pk).update(audience={"departments": 1})
    made.refresh_from_db()
    with pytest.raises(Invalid):
        why(made, employment)


@pytest.mark.parametrize("size", [1, 15])
def test_the_number_of_queries_does_not_depend_on_the_company(size: int, django_assert_max_num_queries: Any):
    people = [person(f"{n:03}", f"氏名{n}") for n in range(size)]
    made = campaign()
    with django_assert_max_num_queries(9):
        why(made, people[0])
