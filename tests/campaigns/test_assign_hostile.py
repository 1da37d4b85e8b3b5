"""The daily run at the wrong time, twice, half-way, overtaken, and with a rule that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from tests import building
from tests.building import NOW, assignment_of, campaign, on_leave, person, sign, train
from tests.campaigns.following import A_DAY, DUE, TODAY, counts, leaves, on, run
from tests.cutting import everything, writes_whole_or_not_at_all
from training.campaigns import assign as room
from training.campaigns.assign import assign
from training.campaigns.assigning import Chosen, write
from training.campaigns.audience import AudienceRule, as_json
from training.campaigns.models import AssignmentEvent, Campaign
from training.errors import Conflict, Invalid

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["draft", "approved", "closed", "cancelled"])
def test_only_an_open_campaign_is_followed(state: str):
    person()
    made = campaign()
    Campaign.objects.filter(pk=made.pk).update(state=state)
    person("2", "新 入")
    before = everything()
    with pytest.raises(Conflict):
        assign(campaign=made, now=NOW)
    assert everything() == before


def test_a_dry_run_finds_the_same_and_writes_nothing():
    leaver, away = person("1", "退 職"), person("2", "休 職")
    made = campaign()
    person("3", "新 入")
    leaves(leaver, TODAY)
    on_leave(away, TODAY + A_DAY, TODAY + 9 * A_DAY)
    before = everything()
    dry = assign(campaign=made, now=on(TODAY + A_DAY), dry_run=True)
    assert everything() == before
    assert dry == run(made, TODAY + A_DAY)
    assert counts(dry) == (1, 1, 0, 1, 0)


def test_a_run_is_done_whole_or_not_at_all():
    leaver, away = person("1", "退 職"), person("2", "休 職")
    made = campaign()
    person("3", "新 入")
    leaves(leaver, TODAY)
    on_leave(away, TODAY + A_DAY, TODAY + 9 * A_DAY)
    assert writes_whole_or_not_at_all(lambda: assign(campaign=made, now=on(TODAY + A_DAY))) >= 6


HOSTILE_AUDIENCES: list[Any] = [
    [], "everybody", 1, {}, {"departments": []}, {"departments": ["x"]},
    {"departments": [], "types": [], "joined_from": 1, "joined_to": None, "include": [], "exclude": []},
    {"departments": [{}], "types": [], "joined_from": None, "joined_to": None, "include": [], "exclude": []},
    {"departments": [], "types": "regular", "joined_from": None, "joined_to": None, "include": [], "exclude": []},
    {"departments": [], "types": [], "joined_from": None, "joined_to": None, "include": ["1"], "exclude": []},
]  # fmt: skip


HOSTILE_DUE_RULES: list[Any] = [
    [], "soon", 1, {}, {"latest_of": [], "roll": "stay"}, {"latest_of": [{"on": "yesterday"}], "roll": "stay"},
    {"latest_of": [{"after": "joining", "days": -1, "working": False}], "roll": "stay"},
    {"latest_of": [{"after": "joining", "days": 10**9, "working": True}], "roll": "next"},
    {"latest_of": [{"after": "birth", "days": 1, "working": False}], "roll": "stay"},
    {"latest_of": [{"on": "2026-12-01"}] * 5, "roll": "stay"},
    {"latest_of": [{"on": "2026-12-01"}], "roll": ["next"]},
    {"latest_of": [{"on": "2026-12-01"}], "roll": {}},
]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "value"),
    [*(("audience", value) for value in HOSTILE_AUDIENCES), *(("due_rule", value) for value in HOSTILE_DUE_RULES)],
)
def test_a_rule_that_cannot_be_read_is_refused_with_words_and_nothing_is_written(column: str, value: Any):
    person()
    made = campaign()
    Campaign.objects.filter(pk=made.pk).update(**{column: value})
    before = everything()
    person("2", "新 入")
    try:
        assign(campaign=made, now=NOW, dry_run=True)
    except Invalid as reason:
        assert str(reason)
    else:
        pytest.fail("it was read")
    assert set(everything()) == set(before)


def test_a_rule_that_names_nobody_there_is_harmless():
    person()
    ghost = AudienceRule(include=frozenset({UUID(int=1)}))
    made = campaign()
    Campaign.objects.filter(pk=made.pk).update(audience=as_json(ghost))
    assert run(made, TODAY + A_DAY).changes == 0


def test_writing_needs_a_transaction_and_something_to_write():
    person()
    made = campaign()
    before = everything()
    assert write(campaign=made, chosen=[], now=NOW) == 0
    assert everything() == before


def test_an_employment_is_assigned_once_even_by_who_does_not_look():
    employment = person()
    made = campaign()
    with pytest.raises(IntegrityError), transaction.atomic():
        write(campaign=made, chosen=[Chosen(employment.pk, "manual", {}, DUE)], now=NOW)


def test_what_is_overtaken_while_the_run_waits_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    """Somebody signs between the reading and the holding: who signed is not closed."""
    employment = person()
    made = campaign()
    train(assignment_of(employment))
    leaves(employment, TODAY)
    held: Callable[[Any], None] = room.hold

    def hold(keys: Any) -> None:
        if keys and not building.Attestation.objects.exists():
            sign(assignment_of(employment), "髙橋 一郎")
        held(keys)

    monkeypatch.setattr(room, "hold", hold)
    assert counts(run(made, TODAY + A_DAY)) == (0, 0, 0, 0, 1)
    assert not AssignmentEvent.objects.exists()
