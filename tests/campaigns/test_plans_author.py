"""Who drafted a plan, who changed it last and when: in the ledger, and by the key of the account alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.building import NOW, account, draft, later, officer, repeating
from tests.campaigns.test_plan import changed
from tests.cutting import everything, writes_whole_or_not_at_all
from training.campaigns.approve import approve, fingerprint_of, plan_facts
from training.campaigns.models import Campaign, CampaignEvent
from training.campaigns.repeat import draft_due
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.keys import load_key, verifier
from training.ledger.models import Disclosure, Entry
from training.ledger.seal import seal
from training.ledger.verify import verify
from training.roles import Role

pytestmark = pytest.mark.django_db
NIGHT = datetime(2027, 2, 1, 3, 0, tzinfo=UTC)


def told(made: Campaign) -> list[tuple[str, int | None, datetime]]:
    return [(event.kind, event.by_id, event.at) for event in made.events.order_by("at")]


def test_a_draft_says_who_drafted_it_and_each_change_who_changed_it() -> None:
    hr = account("jinji", Role.HR)
    made = draft(by=hr)
    changed(made, title="改めた題")

    assert told(made) == [("drafted", hr.pk, NOW), ("changed", officer().pk, later(hours=1))]
    assert [event.facts["title"] for event in made.events.order_by("at")] == [made.title, "改めた題"]
    assert list(Entry.objects.filter(kind__startswith="campaigns.").order_by("at").values_list("kind", flat=True)) == [
        "campaigns.drafted",
        "campaigns.changed",
    ]


def test_saving_what_it_says_already_changes_nobody_s_draft() -> None:
    made = draft()
    before = everything()["privacy_training_campaignevent"]
    changed(made)
    assert everything()["privacy_training_campaignevent"] == before


def test_taking_an_approved_plan_back_into_a_draft_is_a_change_though_it_says_the_same() -> None:
    made = draft()
    approve(campaign=made, by=officer(), now=later(minutes=1))
    changed(made)
    assert [kind for kind, *_ in told(made)] == ["drafted", "approved", "changed"]


def test_a_repeating_plan_drafts_by_itself_and_nobody_else_does() -> None:
    plan = repeating()
    (made,) = draft_due(now=NIGHT)
    assert told(made) == [("drafted", None, NIGHT)]
    assert made.events.get().facts["repeats"] == plan.pk

    before = everything()
    with pytest.raises(NotAllowed):
        draft(code="NOBODY", by=None)
    assert everything() == before


def test_a_dry_round_leaves_no_entry_of_what_it_would_draft() -> None:
    repeating()
    before = everything()
    assert draft_due(now=NIGHT, dry_run=True)
    assert everything() == before


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.AUDITOR])
def test_nobody_without_the_role_drafts_or_changes_a_plan(role: Role | None) -> None:
    made, other = draft(), account("other", *([role] if role else []))
    before = everything()
    with pytest.raises(NotAllowed):
        changed(made, by=other, title="改めた題")
    with pytest.raises(NotAllowed):
        draft(code="OTHER", by=other)
    assert everything() == before


@pytest.mark.parametrize("bad", [{"code": "TAKEN"}, {"modules": []}])
def test_what_is_refused_names_nobody(bad: dict[str, Any]) -> None:
    draft(code="TAKEN")
    made = draft()
    before = everything()
    with pytest.raises((Conflict, Invalid)):
        changed(made, **bad)
    assert everything() == before


def test_the_author_is_no_part_of_what_is_approved() -> None:
    made = draft(by=account("jinji", Role.HR))
    facts = plan_facts(made)
    drafted = made.events.get()
    assert drafted.facts == facts
    changed(made, by=account("other", Role.HR), title="改めた題")
    changed(made, by=officer(), now=later(hours=2), title=facts["title"])
    assert fingerprint_of(plan_facts(Campaign.objects.get(pk=made.pk))) == fingerprint_of(facts)


def test_the_ledger_holds_the_authors_key_and_never_the_name() -> None:
    hr = account("jinji.hanako", Role.HR)
    hr.last_name, hr.first_name = "人事", "花子"
    hr.save()
    changed(draft(by=hr), by=hr, title="改めた題")
    seal(now=later(hours=2), key=load_key())

    entries = Entry.objects.filter(kind__in=["campaigns.drafted", "campaigns.changed"])
    assert entries.count() == 2
    for body in entries.values_list("body", flat=True):
        assert "花子" not in body
        assert "jinji" not in body
    assert not Disclosure.objects.filter(entry__in=entries).exists()
    assert verify(keys=[verifier(load_key())]).intact


def test_a_draft_and_its_change_are_written_whole_or_not_at_all() -> None:
    made = draft()
    writes_whole_or_not_at_all(lambda: changed(made, title="改めた題"))
    assert CampaignEvent.objects.filter(kind="changed").count() == 1
