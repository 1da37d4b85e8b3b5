"""A plan that is written or changed binds nobody: a day is told with what the last approval before its end had said."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests import building
from tests.building import later
from tests.reports.days import file, sealed
from tests.reports.packs import checked, packed
from tests.reports.test_plan_document import changed
from training.campaigns.approve import approve
from training.campaigns.models import Campaign
from training.campaigns.open import open_campaign
from training.ledger.models import Checkpoint
from training.reports.as_of_wording import CAMPAIGN

pytestmark = pytest.mark.django_db
TODAY = building.NOW.date()
FIRST, SECOND = "2026年度 個人情報保護研修", "二度目に承認した題"
SAID = ["", FIRST, FIRST, SECOND]  # at the end of each day


def day(n: int) -> date:
    return TODAY + timedelta(days=n)


def drafted_approved_and_replanned() -> Campaign:
    """Drafted today, approved tomorrow, and changed the day after that."""
    building.person()
    officer = building.officer()
    made = building.draft(by=officer)
    approve(campaign=made, by=officer, now=later(days=1))
    return changed(made, title=SECOND, due_on=date(2027, 1, 15), by=officer, hours=48)


def approved_again_and_opened(made: Campaign) -> None:
    """On the fourth day."""
    approve(campaign=made, by=building.officer(), now=later(days=3))
    open_campaign(campaign=made, by=building.officer(), now=later(days=3))


def title_in(lines: list[list[str]], code: str = "FY2026") -> str:
    """The title under which a file of a day shows the campaign."""
    ((_label, words),) = (line for line in lines if line[:1] == [CAMPAIGN])
    assert words.startswith(code)
    return words.removeprefix(code).strip()


def told(n: int, checkpoint: Checkpoint, campaign: Campaign) -> str:
    lines = file(day(n), checkpoint, campaign).decode("utf-8-sig").splitlines()
    return title_in([line.split(",") for line in lines])


def test_a_day_between_two_approvals_is_told_as_the_first_had_said() -> None:
    made = drafted_approved_and_replanned()
    between = sealed(later(days=2, hours=1))
    early = file(day(2), between, made)
    assert [told(n, between, made) for n in range(4)] == ["", FIRST, FIRST, FIRST]

    approved_again_and_opened(made)
    after = sealed(later(days=4))

    assert [told(n, after, made) for n in range(4)] == SAID
    assert file(day(2), between, made) == early, "what an earlier checkpoint knew stays as it was"


@pytest.mark.parametrize("n", range(4))
def test_a_pack_tells_such_a_day_in_the_same_way_and_its_checker_agrees(n: int, tmp_path: Path) -> None:
    made = drafted_approved_and_replanned()
    approved_again_and_opened(made)

    pack = packed(made, now=later(days=4), as_of=day(n))

    assert title_in(pack.csv("as-of")) == SAID[n]
    run = checked(pack, tmp_path)
    assert run.returncode == 3, run.stdout + run.stderr
