"""Commands that decide on a whole campaign: a dry run says what would be, and writes nothing."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.building import campaign, module_version, person
from tests.cutting import everything
from training.campaigns.models import Campaign, DueSet, Pin

pytestmark = pytest.mark.django_db


def run(*args: str) -> Any:
    out = StringIO()
    call_command(*args, "--reason", "理由", "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def made() -> Campaign:
    person()
    return campaign()


@pytest.mark.parametrize(
    "command",
    [
        ("close_campaign", "FY2026"),
        ("cancel_campaign", "FY2026"),
        ("extend_campaign", "FY2026", "--due-on", "2027-01-29"),
        ("adopt_version", "FY2026", "article-3"),
    ],
)
def test_a_dry_run_says_the_same_and_writes_nothing(made: Campaign, command: tuple[str, ...]):
    module_version(title="直した題")
    before = everything()
    told = run(*command, "--dry-run")
    assert everything() == before
    done = run(*command)
    assert everything() != before
    assert (told.pop("dry_run"), done.pop("dry_run")) == (True, False)
    assert told == done


def test_closing_prints_the_figures(made: Campaign):
    found = run("close_campaign", "FY2026")
    assert (found["state"], found["assigned"], found["outstanding"], found["signed"]) == ("closed", 1, 1, 0)


def test_extending_moves_the_due_day_and_drags_the_others_where_they_must(made: Campaign):
    found = run("extend_campaign", "FY2026", "--due-on", "2028-03-31")
    assert (found["moved"], found["valid_until"]) == (1, "2028-03-31")
    assert DueSet.objects.latest("number").due_on == date(2028, 3, 31)


def test_adopting_pins_the_newest(made: Campaign):
    newest = module_version(title="直した題")
    assert run("adopt_version", "FY2026", "article-3")["moved"] == 1
    assert Pin.objects.get().module_version == newest


def test_in_words_too(made: Campaign):
    out = StringIO()
    call_command("cancel_campaign", "FY2026", "--reason", "x", "--dry-run", stdout=out)
    assert "FY2026" in out.getvalue()
    assert Campaign.objects.get().state == "open"


@pytest.mark.parametrize(
    "command",
    [
        ("close_campaign", "FY1999"),
        ("close_campaign", "FY2026", "--reason", " "),
        ("extend_campaign", "FY2026", "--due-on", "2026-12-01"),
        ("extend_campaign", "FY2026", "--due-on", "29.1.2027"),
        ("adopt_version", "FY2026", "no-such-module"),
        ("adopt_version", "FY2026", "article-3"),
        ("cancel_campaign", "FY2026"),
    ],
)
def test_what_cannot_be_is_an_error_and_writes_nothing(made: Campaign, command: tuple[str, ...]):
    before = everything()
    if command[-1] == "FY2026":
        with pytest.raises(CommandError, match="--reason"):
            call_command(*command)
    else:
        with pytest.raises(CommandError):
            call_command(*command, *([] if "--reason" in command else ["--reason", "x"]))
    assert everything() == before
