"""Who left and whose sheet came later has signed: list, report, as-of, statistics and pack say the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests import building
from tests.reports.days import TODAY, file
from tests.reports.packs import Pack, checked
from tests.reports.test_pack_settled import HEAD, SCAN, asked, only, opened
from training.attestation.paper import enter_paper
from training.campaigns.assign import assign
from training.campaigns.models import Campaign
from training.ledger.keys import load_key
from training.ledger.models import Checkpoint
from training.ledger.records import verify_records
from training.ledger.seal import seal
from training.reports.as_of_page import figures_as_of, page_as_of
from training.reports.decisions import decisions_of
from training.reports.figures import outcome_of
from training.reports.pack.write import evidence_pack
from training.reports.queries import State, figures_of, listed, standings, with_figures

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LEFT = TODAY - 2 * DAY


def sealed(**after: int) -> Checkpoint:
    checkpoint = seal(now=building.later(**after), key=load_key())
    assert checkpoint is not None
    return checkpoint


def a_year() -> tuple[Campaign, Checkpoint]:
    """Three people; the roster says that two have left, and of one of these a sheet comes the day after."""
    for n, name in enumerate(("去った 人", "消えた 人", "残った 人")):
        building.person(f"00010{n}", name, department="本社/一課")
    campaign = opened("FY2026")
    lines = [
        f"00010{n},{name},カナ,本社/一課,正社員,2020-04-01,{LEFT.isoformat()}"
        for n, name in enumerate(("去った 人", "消えた 人"))
    ]
    building.import_staff((HEAD + "\n".join(lines)).encode(), day=TODAY, now=building.later(minutes=1))
    assert assign(campaign=campaign, now=building.later(minutes=2)).closed == 2
    before = sealed(minutes=3)
    enter_paper(
        assignment=asked("000100"), kind="paper", held_on=LEFT, scan=SCAN, note="郵送で届いた",
        by=building.officer(), now=building.later(days=1),
    )  # fmt: skip
    assert not assign(campaign=campaign, now=building.later(days=1, minutes=1)).changes
    return campaign, before


def test_the_list_the_counters_and_the_report_count_who_left_and_signed_as_signed() -> None:
    campaign, _before = a_year()
    day = TODAY + DAY
    rows = {line.number: line for line in listed(standings(campaign, today=day), {})}
    assert {number: line.state for number, line in rows.items()} == {
        "000100": State.SIGNED,
        "000101": State.CLOSED,
        "000102": State.NOT_STARTED,
    }
    shown = figures_of(with_figures(Campaign.objects.filter(pk=campaign.pk), today=day).get())
    assert (shown.assigned, shown.signed, shown.closed, shown.outstanding) == (3, 1, 1, 1)
    outcome = outcome_of(campaign, day=day)
    assert sorted(person.number for people in outcome.open.values() for person in people) == ["000101", "000102"]
    told = [row.words for row in decisions_of(asked("000100"))]
    assert len(told) == 4, "asked, due, closed, entered on paper: the closing stays in the record"


def test_as_of_tells_both_days_and_an_earlier_checkpoint_says_what_it_said() -> None:
    _campaign, before = a_year()
    early = file(TODAY + DAY, before)
    after = sealed(days=1, minutes=2)
    assert file(TODAY + DAY, before) == early, "what was sealed since changes no byte"
    assert verify_records().problem_count == 0

    lines = {line.number: line for line in page_as_of(day=TODAY + DAY, checkpoint=after).lines}
    mine = lines["000100"]
    assert (mine.signed_on, mine.closed_on, mine.completed) == (TODAY + DAY, LEFT + DAY, 1)
    assert lines["000101"].signed_on is None
    told = figures_as_of(day=TODAY + DAY, checkpoint=after)
    assert (told.assigned, told.signed, told.closed, told.passed, told.open) == (3, 1, 1, 1, 1)
    known = figures_as_of(day=TODAY + DAY, checkpoint=before)
    assert (known.signed, known.closed, known.open) == (0, 2, 1)


def leaving() -> tuple[Campaign, Checkpoint]:
    """The pledge on leaving of somebody who signed it on the last day, on paper."""
    building.person("000100", "去った 人", department="本社/一課", now=building.later(days=-5))
    line = f"000100,去った 人,カナ,本社/一課,正社員,2020-04-01,{LEFT.isoformat()}"
    building.import_staff((HEAD + line).encode(), day=LEFT - DAY, now=building.later(days=-4))
    made = building.draft([], code="FY2026", kind=Campaign.Kind.LEAVING, now=building.later(days=-4))
    campaign = building.approve_and_open(made, now=building.later(days=-3))
    assert campaign.assignments.count() == 1
    assert assign(campaign=campaign, now=building.NOW).closed == 1
    before = sealed(minutes=1)
    enter_paper(
        assignment=asked("000100"), kind="paper", held_on=LEFT, scan=SCAN, note="郵送で届いた",
        by=building.officer(), now=building.later(days=1),
    )  # fmt: skip
    return campaign, before


@pytest.mark.parametrize("made", [a_year, leaving])
def test_the_pack_tells_closing_and_sheet_and_its_checker_agrees(
    made: Callable[[], tuple[Campaign, Checkpoint]], tmp_path: Path
) -> None:
    campaign, _before = made()
    sealed(days=1, minutes=2)
    pieces = evidence_pack(campaigns=[campaign], key=load_key(), now=building.later(days=1, hours=3), as_of=TODAY + DAY)
    pack = Pack(b"".join(pieces))
    done = checked(pack, tmp_path, "--json")
    assert (json.loads(done.stdout)["problems"], done.returncode) == ([], 3)
    assert only(pack, "closings", 社員番号="000100")["事由"] == "退職"
    paper = only(pack, "paper", 社員番号="000100")
    assert (paper["実施日"], paper["備考"]) == (LEFT.isoformat(), "郵送で届いた")
    assert only(pack, "attestations", 社員番号="000100")["本人確認の方法"] == "紙への署名（人事が登録）"
    assert "000100" not in {row["社員番号"] for row in pack.rows("untrained")}
    said = pack.json("summary.json")["campaigns"]["FY2026"]
    assert said["signed"] == 1
