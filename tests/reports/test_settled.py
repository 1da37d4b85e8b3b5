"""Credited, exempt, closed and on paper: lists, figures, report and record tell of them by the one rule of standing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from tests import asking, building
from tests.building import NOW, later
from tests.typesetting import reading
from training.attestation.annul import annul
from training.attestation.credit import credit
from training.attestation.models import Annulment
from training.attestation.paper import enter_paper
from training.attestation.standing import Standing, with_standing
from training.campaigns.adopt import adopt
from training.campaigns.approve import approve
from training.campaigns.audience import Cause
from training.campaigns.close import close
from training.campaigns.credits import CreditRule
from training.campaigns.exempt import exempt, lift
from training.campaigns.models import Assignment, Campaign
from training.campaigns.prolong import prolong
from training.campaigns.standing_by_hand import add, remove
from training.people.queries import department_paths
from training.reports.audience_preview import REASONS, preview_of
from training.reports.decisions import decisions_of
from training.reports.documents.make import plan_pdf, report_pdf
from training.reports.figures import SETTLED, Reason, outcome_of
from training.reports.queries import State, figures_of, listed, standings, with_figures
from training.roles import Role
from training.rounds.begin import begin

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
AFTER = date(2026, 12, 26)
WHO = ("new", "signed", "paper", "credited", "exempt", "out")


@pytest.fixture
def campaign() -> Campaign:
    """One person in each state that settles an assignment, and one who has done nothing."""
    people = {key: building.person(f"00000{n}", f"架空 {key}") for n, key in enumerate(WHO)}
    before = building.campaign(code="FY2025")
    for key in WHO:
        if key == "credited":
            done = building.assignment_of(people[key], "FY2025")
            building.train(done)
            building.sign(done, f"架空 {key}")
    made = building.draft(
        code="FY2026", credit_rule=CreditRule(kinds=frozenset({before.kind}), signed_from=date(2026, 4, 1))
    )
    approve(campaign=made, by=building.officer(), now=NOW)
    begin(campaign=made, by=building.officer(), now=NOW)
    mine = {key: building.assignment_of(people[key]) for key in WHO}
    building.train(mine["signed"])
    building.sign(mine["signed"], "架空 signed")
    by = building.account("hr", Role.HR)
    enter_paper(
        assignment=mine["paper"],
        kind="group",
        held_on=TODAY,
        scan=asking.picture().data,
        note="課長が読み上げた",
        by=by,
        now=NOW,
    )
    exempt(assignment=mine["exempt"], cause="other", reason="出張", until=date(2027, 1, 31), by=by, now=NOW)
    remove(assignment=mine["out"], reason="対象外", by=by, now=NOW)
    return made


def states(campaign: Campaign, *, today: date = TODAY) -> dict[str, State]:
    rows = listed(standings(campaign, today=today), department_paths(today))
    return {row.name.removeprefix("架空 "): row.state for row in rows}


def figures(campaign: Campaign, *, today: date = TODAY) -> Any:
    return figures_of(with_figures(Campaign.objects.all(), today=today).get(pk=campaign.pk))


def mine(key: str) -> Assignment:
    return Assignment.objects.get(campaign__code="FY2026", employment__number=f"00000{WHO.index(key)}")


def test_the_list_says_of_each_person_what_settles_the_assignment(campaign: Campaign) -> None:
    assert states(campaign) == {
        "new": State.NOT_STARTED,
        "signed": State.SIGNED,
        "paper": State.SIGNED,
        "credited": State.CREDITED,
        "exempt": State.EXEMPT,
        "out": State.CLOSED,
    }


def test_an_exemption_that_has_ended_asks_again(campaign: Campaign) -> None:
    assert states(campaign, today=date(2027, 1, 31))["exempt"] == State.EXEMPT
    assert states(campaign, today=date(2027, 2, 1))["exempt"] == State.NOT_STARTED


def test_the_list_and_the_rule_of_standing_agree_on_everybody_on_any_day(campaign: Campaign) -> None:
    for day in (TODAY, AFTER, date(2027, 3, 1)):
        ruled = with_standing(Assignment.objects.filter(campaign=campaign), day=day)
        lines = {row.pk: (row.state, row.overdue) for row in standings(campaign, today=day)}
        for row in ruled:
            state, overdue = lines[row.pk]
            same = {Standing.NEW: State.NOT_STARTED, Standing.STARTED: State.IN_PROGRESS}
            assert state == same.get(row.standing, row.standing)
            assert overdue == row.overdue


def test_nobody_settled_is_overdue(campaign: Campaign) -> None:
    late = [row.name for row in standings(campaign, today=AFTER) if row.overdue]

    assert late == ["架空 new"]


def test_the_figures_count_each_person_once(campaign: Campaign) -> None:
    found = figures(campaign)

    assert (found.assigned, found.signed, found.credited, found.exempt, found.closed) == (6, 2, 1, 1, 1)
    assert found.outstanding == 1
    assert found.overdue == 0
    assert figures(campaign, today=AFTER).overdue == 1


def test_closing_fixes_the_figures_that_were_shown(campaign: Campaign) -> None:
    shown = figures(campaign)
    event = close(campaign=campaign, reason="終わり", by=building.officer(), now=NOW)

    fixed = event.facts["figures"]
    for name in ("assigned", "started", "trained", "signed", "credited", "exempt", "closed", "outstanding"):
        assert fixed[name] == getattr(shown, name), name


def test_the_report_counts_them_apart_from_who_has_not_finished(campaign: Campaign) -> None:
    outcome = outcome_of(campaign, day=TODAY)

    assert {reason: len(outcome.open.get(reason, ())) for reason in SETTLED} == dict.fromkeys(SETTLED, 1)
    assert (outcome.assigned, outcome.signed, outcome.paper, outcome.untrained) == (6, 2, 1, 1)
    text = reading.run_together(report_pdf(campaign, day=TODAY))
    assert "受講を終えていない人1人" in text
    assert "免除した人1人" in text
    assert "紙または集合研修での署名1人" in text
    assert "7.受講を求めないこととした人" in text


def test_the_report_of_a_day_before_knows_nothing_of_it(campaign: Campaign) -> None:
    exempt_later = mine("new")
    exempt(assignment=exempt_later, cause="other", reason="後日", until=None, by=building.officer(), now=later(days=3))

    assert Reason.EXEMPT not in {
        reason
        for reason, people in outcome_of(campaign, day=TODAY).open.items()
        if any(person.number == "000000" for person in people)
    }
    assert len(outcome_of(campaign, day=TODAY + timedelta(days=3)).open[Reason.EXEMPT]) == 2


def test_a_credit_whose_signature_is_annulled_counts_no_more(campaign: Campaign) -> None:
    signed = Assignment.objects.get(campaign__code="FY2025", employment__number="000003").attestations.get()
    annul(attestation=signed, cause=Annulment.Cause.OTHER, reason="誤り", by=building.officer(), now=later(hours=1))

    assert states(campaign)["credited"] == State.NOT_STARTED
    assert figures(campaign).credited == 0
    assert "取り消され" in decisions_of(mine("credited"))[-1].words or decisions_of(mine("credited"))[-1].words


def test_the_record_tells_every_decision_with_who_and_why(campaign: Campaign) -> None:
    hr = building.officer()
    prolong(assignment=mine("new"), due_on=date(2027, 1, 15), reason="多忙", by=hr, now=later(hours=1))
    lift(assignment=mine("exempt"), reason="帰国", by=hr, now=later(hours=1))
    add(campaign=campaign, employment=mine("out").employment, reason="戻す", by=hr, now=later(hours=2))

    def told(key: str) -> list[tuple[str, str | None]]:
        return [(one.by.get_username() if one.by else "", one.reason) for one in decisions_of(mine(key))]

    assert told("new")[-1] == (hr.get_username(), "多忙")
    assert ("hr", "出張") in told("exempt")
    assert told("exempt")[-1] == (hr.get_username(), "帰国")
    assert [row for row in told("out") if row[1]] == [("hr", "対象外"), (hr.get_username(), "戻す")]
    (paper,) = (one for one in decisions_of(mine("paper")) if one.paper)
    assert paper.reason == "課長が読み上げた"
    with override("ja"):
        assert all(one.words for key in WHO for one in decisions_of(mine(key)))


def test_the_record_costs_a_fixed_number_of_queries(
    campaign: Campaign, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for key in WHO:
        one = mine(key)
        with django_assert_max_num_queries(8):
            decisions_of(one)


def test_a_second_credit_changes_nothing(campaign: Campaign) -> None:
    assert credit(campaign=campaign, now=later(days=1)) == []


def test_the_plan_says_the_rules_of_the_campaign(campaign: Campaign) -> None:
    text = reading.run_together(plan_pdf(campaign, checkpoint=None))

    assert "年次研修で誓約書に署名した人は、受講済みとして扱います" in text
    assert "2026年12月25日まで" in text
    assert "対象は毎日確かめます" in text


def test_every_reason_of_the_audience_has_words() -> None:
    assert set(REASONS) == set(Cause)


def test_the_preview_asks_those_whom_opening_asks(campaign: Campaign) -> None:
    shown = preview_of(campaign, day=TODAY, paths=department_paths(TODAY))

    assert {one.person.number for one in shown.people} == set(
        Assignment.objects.filter(campaign=campaign).values_list("employment__number", flat=True)
    )


def test_who_was_entered_from_paper_has_passed_no_understanding_check(campaign: Campaign) -> None:
    (module,) = outcome_of(campaign, day=TODAY).modules

    assert (module.people, module.passed) == (1, 1)
    assert "200" not in reading.run_together(report_pdf(campaign, day=TODAY)).split("3.理解度テストの結果")[1][:120]


def test_the_report_names_the_version_that_was_taught_before_a_newer_one_was_adopted(campaign: Campaign) -> None:
    newer = building.module_version(title="改めた題", now=later(hours=1))
    adopt(
        campaign=campaign,
        module=campaign.modules.get(),
        reason="訂正",
        by=building.officer(),
        now=later(hours=1),
    )

    outcome = outcome_of(campaign, day=TODAY)

    assert [version.number for version in outcome.earlier] == [1]
    assert [module.version for module in outcome.modules] == [newer]
    text = reading.run_together(report_pdf(campaign, day=TODAY))
    assert "途中で新しい版を採用しました" in text
