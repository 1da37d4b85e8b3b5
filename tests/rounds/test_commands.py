"""The commands of the daily round, as an operator and a script see them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from tests.building import approve_and_open, assignment_of, campaign, draft, person, repeating, sign, train
from tests.cutting import everything
from training.campaigns.calendar import day_of
from training.campaigns.credits import CreditRule
from training.campaigns.models import Assignment, Campaign
from training.conf import conf
from training.people.models import Employment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


def today() -> Any:
    return day_of(timezone.now(), conf.time_zone)


def run(name: str, *arguments: Any) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def made() -> Campaign:
    """A campaign that runs on the day of the test, a leaver and a newcomer."""
    leaver = person("1", "退 職")
    opened = campaign()
    Campaign.objects.filter(pk=opened.pk).update(last_day=today() + timedelta(days=100))
    person("2", "新 入")
    Employment.objects.filter(pk=leaver.pk).update(valid_to=today() - timedelta(days=1))
    return opened


def test_assigning_says_what_was_done_and_the_second_time_that_nothing_was(made: Campaign) -> None:
    said = "FY2026: {} added, {} closed, 0 opened again, 0 due days moved, 0 credited, {} unchanged.\n"
    assert run("assign") == said.format(1, 1, 0)
    assert run("assign") == said.format(0, 0, 2)


def test_assigning_for_a_script_prints_json_alone(made: Campaign) -> None:
    assert json.loads(run("assign", "--json")) == {
        "drafted": [],
        "campaigns": [
            {
                "code": "FY2026",
                "added": 1,
                "closed": 1,
                "reopened": 0,
                "due_moved": 0,
                "unchanged": 0,
                "credited": 0,
                "people": {"added": ["2"], "closed": ["1"], "reopened": [], "due_moved": []},
            }
        ],
    }


def test_a_dry_run_names_people_and_writes_nothing(made: Campaign) -> None:
    before = everything()
    said = run("assign", "--dry-run")
    assert "  added\t2\n" in said
    assert "  closed\t1\n" in said
    assert said.startswith("Dry run: nothing was written.\n")
    assert everything() == before


def test_a_dry_run_names_the_drafts_with_their_days_and_who_would_be_credited() -> None:
    signed = person("1", "署 名")
    campaign()
    train(assignment_of(signed))
    sign(assignment_of(signed), "署 名")
    made = approve_and_open(
        draft(code="AGAIN", credit_rule=CreditRule(kinds=frozenset({"yearly"}), signed_from=date(2026, 4, 1)))
    )
    repeating(code="Y{year}", draft_days_before=366)
    before = everything()
    said = run("assign", "--dry-run")
    assert "Y2027: would be drafted: “2027年度 個人情報保護研修”, April 1, 2027 to March 31, 2028.\n" in said
    assert (
        "AGAIN: 0 added, 0 closed, 0 opened again, 0 due days moved, 1 credited, 1 unchanged.\n  credited\t1\n" in said
    )
    found = json.loads(run("assign", "--dry-run", "--json"))
    assert found["drafted"] == ["Y2027"]
    assert {one["code"]: one["people"].get("credited") for one in found["campaigns"]} == {
        "FY2026": None,
        "AGAIN": ["1"],
    }
    assert everything() == before
    assert made.state == "open"
    assert "Y2027: drafted, to be approved.\n" in run("assign")


def test_a_campaign_that_is_not_open_is_refused(made: Campaign) -> None:
    for code in ("NONE", "FY2026"):
        Campaign.objects.filter(code=code).update(state="closed")
        with pytest.raises(CommandError, match=f"There is no open campaign {code}"):
            run("assign", code)


def test_a_campaign_that_fails_is_named_and_the_exit_says_so(made: Campaign) -> None:
    Campaign.objects.filter(pk=made.pk).update(due_rule={"on": 1})
    with pytest.raises(CommandError, match="Not every campaign") as refusal:
        run("assign")
    assert refusal.value.returncode == 1


def test_why_says_it_in_words_and_as_json(made: Campaign) -> None:
    assert run("why", "１", "FY2026").startswith("Assigned on ")
    said = json.loads(run("why", "2", "FY2026", "--json"))
    assert (said["in"], said["assigned"], said["because"]) == (True, False, "rule")
    assert said["words"][0] == "Not assigned yet: the next daily round will do it."
    assert json.loads(run("why", "2", "FY2026", "--json", "--day", "2019-01-01"))["because"] == "not_yet"


def test_why_says_who_or_what_is_not_there(made: Campaign) -> None:
    with pytest.raises(CommandError, match="Nobody has, or had, the staff number 9"):
        run("why", "9", "FY2026")
    with pytest.raises(CommandError, match="There is no campaign NONE"):
        run("why", "1", "NONE")


def test_opening_says_how_many_and_its_dry_run_writes_nothing() -> None:
    person("1")
    campaign(opened=False)
    before = everything()
    assert json.loads(run("open_campaign", "FY2026", "--dry-run", "--json"))["assigned"] == 1
    assert everything() == before
    assert run("open_campaign", "FY2026") == "FY2026 is open; 1 people are assigned.\n"
    assert Assignment.objects.count() == 1
    with pytest.raises(CommandError, match="Only an approved campaign"):
        run("open_campaign", "FY2026")


def test_a_dry_run_of_opening_says_why_it_would_be_refused() -> None:
    campaign(opened=False)
    with pytest.raises(CommandError, match="nobody to assign"):
        run("open_campaign", "FY2026", "--dry-run")
