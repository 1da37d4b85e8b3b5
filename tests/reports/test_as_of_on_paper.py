"""What was done on paper on a day: told in a third form of the file, only where there is any."""

from __future__ import annotations

from typing import Any

import pytest

from tests import building
from tests.reports.days import TODAY, file, lines, only, queries, sealed
from tests.reports.test_as_of_settled import DAY, assigned, cells, credited, event, exempted
from training.attestation.annul import annul
from training.attestation.models import Attestation, Credit
from training.attestation.paper import enter_paper
from training.campaigns.models import Assignment, Completion
from training.campaigns.tally import rebuild
from training.reports.as_of import Line, as_of
from training.reports.as_of_page import page_as_of
from training.reports.as_of_wording import (
    HEADINGS,
    SCHEMA,
    SECOND_HEADINGS,
    SECOND_SCHEMA,
    THIRD_HEADINGS,
    THIRD_SCHEMA,
)

pytestmark = pytest.mark.django_db
SCAN = b"%PDF-1.4 " + "署名".encode() + b"\n%%EOF\n"
NAME = "髙橋 一郎"
ONLINE, ON_A_SHEET, SIGNED_ON_A_SHEET = "オンライン", "紙・集合研修（人事が登録）", "紙への署名（人事が登録）"


def entered(assignment: Assignment, *, kind: str = "paper", **after: int) -> None:
    """HR enters a sheet."""
    enter_paper(
        assignment=assignment, kind=kind, held_on=TODAY, scan=SCAN, note="",
        by=building.officer(), now=building.later(**after) if after else building.NOW,
    )  # fmt: skip


def annulled(assignment: Assignment, **after: int) -> None:
    """The privacy officer annuls the last signature."""
    signature = Attestation.objects.filter(assignment=assignment).latest("number")
    annul(attestation=signature, cause="other", reason="別人", by=building.officer(), now=building.later(**after))


def how(line: Line) -> tuple[str, str]:
    return line.completed_how, line.signed_how


@pytest.mark.parametrize("kind", ["paper", "group"])
def test_a_sheet_and_a_session_are_told_as_entered_by_hr(kind: str) -> None:
    entered(assigned(), kind=kind)
    checkpoint = sealed()

    table = cells(TODAY, checkpoint)
    assert table[1][1] == THIRD_SCHEMA
    heading = table.index(list(THIRD_HEADINGS))
    assert table[heading + 1][-2:] == [ON_A_SHEET, SIGNED_ON_A_SHEET]
    assert how(only(TODAY, checkpoint)) == ("paper", "paper")


def test_who_did_it_online_stands_beside_as_online_and_who_did_nothing_as_nothing() -> None:
    people = [building.person(f"00010{n}", NAME) for n in range(3)]
    building.campaign()
    sheet, online, _nothing = (building.assignment_of(person) for person in people)
    entered(sheet)
    building.train(online)
    building.sign(online, NAME)
    building.person("000109", "対象外 九")

    found = lines(TODAY, sealed())

    assert [how(line) for line in found] == [("paper", "paper"), ("online", "online"), ("", ""), ("", "")]
    assert [line.assignment is None for line in found] == [False, False, False, True]


def test_what_was_taught_online_and_signed_on_paper_says_both() -> None:
    assignment = assigned()
    building.train(assignment)
    entered(assignment)
    assert how(only(TODAY, sealed())) == ("online", "paper")


def test_one_module_from_a_sheet_marks_the_whole() -> None:
    person = building.person()
    building.campaign(["article-1", "article-3"])
    assignment = building.assignment_of(person)
    task = assignment.tasks.order_by("pk").first()
    assert task is not None
    row = Completion(task=task, module_version=building.module_version("article-1"), how="passed", at=building.NOW)
    building.recorded("campaigns.completed", row)
    entered(assignment)
    assert sorted(Completion.objects.values_list("how", flat=True)) == ["paper", "passed"]
    assert how(only(TODAY, sealed())) == ("paper", "paper")


def test_the_modules_stay_marked_when_the_signature_is_annulled_and_given_again_online() -> None:
    assignment = assigned()
    entered(assignment)
    first = sealed()
    annulled(assignment, hours=1)
    second = sealed(building.later(hours=1))
    building.sign(assignment, NAME, now=building.later(hours=2))
    third = sealed(building.later(hours=2))

    assert [how(only(TODAY, at)) for at in (first, second, third)] == [
        ("paper", "paper"),
        ("paper", ""),
        ("paper", "online"),
    ]


def test_a_credit_is_signed_as_the_earlier_pledge_was_and_completes_nothing_here() -> None:
    person = building.person()
    building.campaign(code="FY2025")
    this = building.campaign(code="FY2026")
    here, earlier = (building.assignment_of(person, code) for code in ("FY2026", "FY2025"))
    entered(earlier)
    row = Credit(assignment=here, attestation=earlier.attestations.get(), rule={}, at=building.NOW)
    building.recorded("attestation.credited", row)
    rebuild(campaign=this)
    before = sealed()
    (line,) = as_of(day=TODAY, checkpoint=before, campaign=this)
    assert (line.credited_on, *how(line)) == (TODAY, "", "paper")
    assert file(TODAY, before, this).count(THIRD_SCHEMA.encode()) == 1

    annulled(earlier, hours=1)
    (line,) = as_of(day=TODAY, checkpoint=sealed(building.later(hours=1)), campaign=this)
    assert (line.credited_on, *how(line)) == (None, "", "")


def test_the_own_signature_goes_before_a_credited_one() -> None:
    person = building.person()
    for code in ("FY2025", "FY2026"):
        building.campaign(code=code)
    here = building.assignment_of(person)
    credited(here)
    entered(here)
    assert {line.campaign: how(line) for line in lines(TODAY, sealed())} == {
        "FY2025": ("online", "online"),
        "FY2026": ("paper", "paper"),
    }


def test_an_earlier_checkpoint_keeps_its_form_and_its_bytes() -> None:
    assignment = assigned()
    first = sealed()
    plain = file(TODAY, first)
    exempted(assignment, first=TODAY + DAY)
    event(assignment, "closed", "removed", TODAY + 9 * DAY)
    event(assignment, "reopened", "added", TODAY + 10 * DAY, number=2)
    second = sealed(building.later(hours=1))
    settled = file(TODAY, second)
    entered(assignment, hours=2)
    annulled(assignment, hours=3)
    third = sealed(building.later(hours=3))

    assert (file(TODAY, first), file(TODAY, second)) == (plain, settled)
    shown = [cells(TODAY, at) for at in (first, second, third)]
    assert [table[1][1] for table in shown] == [SCHEMA, SECOND_SCHEMA, THIRD_SCHEMA]
    headings = [list(form) for form in (HEADINGS, SECOND_HEADINGS, THIRD_HEADINGS)]
    assert [row for table in shown for row in table if row[:1] == ["社員番号"]] == headings
    assert how(only(TODAY, first)) == how(only(TODAY, second)) == ("", "")


def test_a_sheet_of_a_later_day_gives_the_form_and_is_not_told_of_the_day_before() -> None:
    entered(assigned(), days=2)
    checkpoint = sealed(building.later(days=2))
    assert cells(TODAY, checkpoint)[1][1] == THIRD_SCHEMA
    assert [how(only(TODAY + n * DAY, checkpoint)) for n in (0, 2)] == [("", ""), ("paper", "paper")]


def test_a_sheet_that_waits_for_its_seal_is_not_known() -> None:
    assignment = assigned()
    checkpoint = sealed()
    before = file(TODAY, checkpoint)
    entered(assignment)
    assert file(TODAY, checkpoint) == before


def test_another_campaigns_sheet_changes_nothing_of_this_ones_file() -> None:
    person = building.person()
    this = building.campaign(code="FY2026")
    building.campaign(code="FY2025")
    entered(building.assignment_of(person, "FY2025"))
    checkpoint = sealed()
    assert file(TODAY, checkpoint, this).count(SCHEMA.encode()) == 1
    assert file(TODAY, checkpoint).count(THIRD_SCHEMA.encode()) == 1


def test_paper_costs_no_query_more_for_many_than_for_one() -> None:
    def counts() -> tuple[int, ...]:
        asked: dict[str, Any] = {"day": TODAY, "checkpoint": sealed()}
        return queries(lambda: list(as_of(**asked))), queries(lambda: page_as_of(**asked))

    people = [building.person(f"{n:06d}", NAME) for n in range(6)]
    building.campaign()
    building.person("000109", "対象外 九")
    entered(building.assignment_of(people[0]))
    one = counts()
    for person in people[1:]:
        entered(building.assignment_of(person))
    assert counts() == one == (5, 7)
