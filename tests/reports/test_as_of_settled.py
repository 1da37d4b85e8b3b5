"""Exemptions, credits and closings on a day: told in a second form of the file, only where there are any."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest

from tests import building
from tests.reports.days import TODAY, file, only, sealed
from training.attestation.annul import annul
from training.attestation.models import Credit
from training.campaigns.models import Assignment, AssignmentEvent, Exemption
from training.campaigns.tally import rebuild
from training.ledger.models import Checkpoint
from training.reports.as_of_page import Figures, figures_as_of
from training.reports.as_of_wording import HEADINGS, SCHEMA, SECOND_HEADINGS, SECOND_SCHEMA

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def exempted(assignment: Assignment, *, first: date = TODAY, until: date | None = None, number: int = 1) -> None:
    """HR need not ask this person."""
    row = Exemption(
        assignment=assignment, number=number, kind="granted", cause="long_leave", first_day=first, until=until,
        by=building.officer(), at=building.NOW,
    )  # fmt: skip
    building.recorded("campaigns.exempted", row, reason="育児休業")


def event(assignment: Assignment, kind: str, cause: str, day: date, number: int = 1) -> None:
    """The assignment was closed, or opened again."""
    row = AssignmentEvent(assignment=assignment, number=number, kind=kind, cause=cause, day=day, at=building.NOW)
    building.recorded("campaigns.assigned", row)


def credited(assignment: Assignment, code: str = "FY2025") -> Credit:
    """The person signed another campaign's pledge, and that counts."""
    earlier = building.assignment_of(assignment.employment, code)
    building.train(earlier)
    row = Credit(assignment=assignment, attestation=building.sign(earlier, "髙橋 一郎"), rule={}, at=building.NOW)
    building.recorded("attestation.credited", row)
    rebuild(campaign=assignment.campaign)
    return row


def assigned() -> Assignment:
    """One person with one assignment."""
    person = building.person()
    building.campaign()
    return building.assignment_of(person)


def cells(day: date, checkpoint: Checkpoint) -> list[list[str]]:
    """The file's cells."""
    return list(csv.reader(io.StringIO(file(day, checkpoint).decode("utf-8-sig"), newline="")))


def figures(day: date = TODAY) -> Figures:
    return figures_as_of(day=day, checkpoint=sealed())


def test_an_exemption_is_shown_on_its_days_and_on_no_other() -> None:
    exempted(assigned(), first=TODAY, until=TODAY + 2 * DAY)
    checkpoint = sealed()
    said = "長期の休業（2026-11-24から2026-11-26まで）"
    assert [only(TODAY + n * DAY, checkpoint).exempt for n in (0, 2, 3)] == [said, said, ""]


def test_an_exemption_without_an_end_holds_until_it_is_lifted() -> None:
    assignment = assigned()
    exempted(assignment)
    before = sealed()
    lifted = Exemption(
        assignment=assignment, number=2, kind="lifted", cause="long_leave", first_day=TODAY + DAY,
        by=building.officer(), at=building.later(days=1),
    )  # fmt: skip
    building.recorded("campaigns.exemption_lifted", lifted, now=building.later(days=1))
    after = sealed(building.later(days=1))
    assert only(TODAY + 30 * DAY, before).exempt == "長期の休業（2026-11-24から）"
    assert only(TODAY + 30 * DAY, after).exempt == ""
    assert only(TODAY, after).exempt == "長期の休業（2026-11-24から）"


def test_a_closing_counts_from_its_own_day_and_a_reopening_ends_it() -> None:
    assignment = assigned()
    event(assignment, "closed", "left", TODAY + DAY)
    event(assignment, "reopened", "here_after_all", TODAY + 5 * DAY, number=2)
    checkpoint = sealed()
    shown = [only(TODAY + n * DAY, checkpoint) for n in (0, 1, 4, 5)]
    assert [(line.closed_on, line.closed) for line in shown] == [
        (None, ""),
        (TODAY + DAY, "退職"),
        (TODAY + DAY, "退職"),
        (None, ""),
    ]


def test_a_credit_is_as_good_as_the_signature_behind_it() -> None:
    person = building.person()
    for code in ("FY2025", "FY2026"):
        building.campaign(code=code)
    credit = credited(building.assignment_of(person))
    before = sealed()
    annul(
        attestation=credit.attestation, cause="other", reason="誤り", by=building.officer(), now=building.later(hours=1)
    )
    after = sealed(building.later(hours=1))

    def day_of_credit(checkpoint: Checkpoint) -> date | None:
        text = [row for row in cells(TODAY, checkpoint) if "FY2026" in "".join(row)]
        return text[0][15] or None

    assert (day_of_credit(before), day_of_credit(after)) == ("2026-11-24", None)


def test_the_file_has_its_first_form_until_a_checkpoint_knows_what_that_cannot_tell() -> None:
    assignment = assigned()
    before = sealed()
    first = file(TODAY, before)
    exempted(assignment)
    after = sealed(building.later(hours=1))

    assert file(TODAY, before) == first
    old, new = cells(TODAY, before), cells(TODAY, after)
    assert (old[1][1], new[1][1]) == (SCHEMA, SECOND_SCHEMA)
    assert [row for row in old if row[:1] == ["社員番号"]] == [list(HEADINGS)]
    assert [row for row in new if row[:1] == ["社員番号"]] == [list(SECOND_HEADINGS)]


def test_another_campaigns_exemption_changes_nothing_of_this_ones_file() -> None:
    person = building.person()
    this = building.campaign(code="FY2026")
    building.campaign(code="FY2025")
    exempted(building.assignment_of(person, "FY2025"))
    assert file(TODAY, sealed(), this).count(SCHEMA.encode()) == 1
    assert file(TODAY, sealed()).count(SECOND_SCHEMA.encode()) == 1


def test_each_is_counted_once_in_the_order_of_the_rule() -> None:
    names = ["髙橋 一郎", "佐藤 二郎", "鈴木 三郎", "田中 四郎", "伊藤 五郎"]
    people = [building.person(f"00010{n}", name) for n, name in enumerate(names)]
    building.campaign(code="FY2025")
    building.campaign()
    one, two, three, four, five = (building.assignment_of(person) for person in people)
    building.train(one)
    building.sign(one, names[0])
    for settled in (one, two):
        event(settled, "closed", "removed", TODAY)
    earlier = building.assignment_of(three.employment, "FY2025")
    building.train(earlier)
    signature = building.sign(earlier, names[2])
    for settled in (two, three):
        row = Credit(assignment=settled, attestation=signature, rule={}, at=building.NOW)
        building.recorded("attestation.credited", row)
    for settled in (three, four):
        exempted(settled)

    found = figures_as_of(day=TODAY, checkpoint=sealed(), campaign=five.campaign)

    assert (found.signed, found.closed, found.credited, found.exempt, found.open) == (1, 1, 1, 1, 1)


def test_what_waits_for_its_seal_is_not_known() -> None:
    assignment = assigned()
    checkpoint = sealed()
    exempted(assignment)
    event(assignment, "closed", "left", TODAY)
    line = only(TODAY, checkpoint)
    assert (line.exempt, line.closed) == ("", "")
    assert figures_as_of(day=TODAY, checkpoint=checkpoint).exempt == 0
