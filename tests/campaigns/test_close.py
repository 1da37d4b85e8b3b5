"""A campaign ends: closed, with its figures as they are, or cancelled, and nobody can go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import override

from tests.building import NOW, assignment_of, campaign, draft, later, officer, person, read, right_answers, sign, train
from tests.cutting import everything, writes_whole_or_not_at_all
from training.attestation.annul import annul
from training.attestation.attest import decline
from training.attestation.models import Attestation
from training.attestation.standing import Standing, with_standing
from training.campaigns.adopt import adopt
from training.campaigns.cancel import cancel
from training.campaigns.close import close
from training.campaigns.exempt import exempt, lift
from training.campaigns.extend import extend_campaign
from training.campaigns.held import hold
from training.campaigns.models import Assignment, AssignmentEvent, Campaign, CampaignEvent, Completion, Tally
from training.campaigns.plan import plan
from training.campaigns.progress import open_task, reach_section
from training.campaigns.prolong import prolong
from training.campaigns.standing_by_hand import add, remove
from training.campaigns.tally import COUNTERS, rebuild
from training.errors import Conflict, Invalid, NotReady, TrainingError
from training.ledger.models import Disclosure, Entry
from training.quiz.make_up import grant_make_up
from training.quiz.sitting import save_answers, start, submit

pytestmark = pytest.mark.django_db

REASON = "年度が終わったため"
TODAY = date(2026, 11, 24)


def closed(made: Campaign, **changes: Any) -> CampaignEvent:
    return close(campaign=made, **({"reason": REASON, "by": officer(), "now": NOW} | changes))


def cancelled(made: Campaign, **changes: Any) -> CampaignEvent:
    return cancel(campaign=made, **({"reason": REASON, "by": officer(), "now": NOW} | changes))


def everywhere() -> Campaign:
    """Somebody at each place where one can be."""
    names = ("new", "reading", "trained", "signed", "annulled", "exempt", "over", "removed", "again")
    people = {name: person(name, f"氏名 {name}") for name in names}
    made = campaign(["article-1", "article-3"])
    mine = {name: assignment_of(employment) for name, employment in people.items()}
    open_task(task=mine["reading"].tasks.order_by("pk")[0], language="ja", now=NOW)
    for name in ("trained", "signed", "annulled"):
        train(mine[name])
    sign(mine["signed"], "氏名 signed")
    wrong = sign(mine["annulled"], "氏名 annulled")
    annul(attestation=wrong, cause="other", reason="誤り", by=officer(), now=NOW)
    for name, until in (("exempt", None), ("over", TODAY)):
        exempt(assignment=mine[name], cause="other", reason="理由", until=until, by=officer(), now=NOW)
    lift(assignment=mine["over"], reason="理由", by=officer(), now=NOW)
    for name in ("removed", "again"):
        remove(assignment=mine[name], reason="理由", by=officer(), now=NOW)
    add(campaign=made, employment=people["again"], reason="理由", by=officer(), now=NOW)
    return made


def counted(made: Campaign) -> dict[str, int]:
    tally = Tally.objects.get(campaign=made)
    return {name: getattr(tally, name) for name in COUNTERS}


def test_the_figures_are_those_of_the_standing_of_each_and_add_up():
    made = everywhere()
    kept = counted(made)
    figures = closed(made).facts["figures"]
    stand = Counter(row.standing for row in with_standing(Assignment.objects.all(), day=TODAY))
    assert (figures["signed"], figures["closed"], figures["exempt"], figures["credited"]) == (1, 1, 1, 0)
    for name in ("signed", "closed", "credited", "exempt"):
        assert figures[name] == stand[Standing(name)], name
    rest = stand[Standing.NEW] + stand[Standing.STARTED] + stand[Standing.TRAINED]
    assert figures["outstanding"] == rest == 6
    assert figures["assigned"] == stand.total() == 9
    assert counted(made) == kept, "closing found nothing to mend"


def test_the_figures_stay_what_they_were_whatever_comes_later():
    made = everywhere()
    event = closed(made)
    before = dict(event.facts["figures"])
    annul(attestation=Attestation.objects.get(annulment=None), cause="other", reason="誤り", by=officer(), now=NOW)
    assert Tally.objects.get().signed == 0
    assert CampaignEvent.objects.get(kind="closed").facts["figures"] == before


def attempts(mine: Assignment, made: Campaign) -> dict[str, Callable[[], object]]:
    """Everything that somebody may try when it is over; a paper is open."""
    first, second = mine.tasks.order_by("campaign_module__order")
    paper = first.attempts.get()
    version = str(first.version_id)
    by = officer()
    return {
        "open": lambda: open_task(task=second, language="ja", now=NOW),
        "read": lambda: reach_section(task=assignment_of(made.someone).tasks.get(version__isnull=False),  # type: ignore[attr-defined]
                                      version=version, position=2, now=NOW),
        "submit": lambda: submit(attempt=paper, version=version, responses=right_answers(paper), now=NOW),
        "save": lambda: save_answers(attempt=paper, responses=right_answers(paper), now=NOW),
        "sign": lambda: sign(assignment_of(made.done), "済 み"),  # type: ignore[attr-defined]
        "decline": lambda: decline(assignment=assignment_of(made.done), reason="x", now=NOW),  # type: ignore[attr-defined]
        "make up": lambda: grant_make_up(task=first, what="x", why="y", by=by, now=NOW),
        "exempt": lambda: exempt(assignment=mine, cause="other", reason="x", until=None, by=by, now=NOW),
        "prolong": lambda: prolong(assignment=mine, due_on=date(2027, 2, 1), reason="x", by=by, now=NOW),
        "remove": lambda: remove(assignment=mine, reason="x", by=by, now=NOW),
        "close": lambda: closed(made),
        "cancel": lambda: cancelled(made),
        "extend": lambda: extend_campaign(
            campaign=made, due_on=date(2027, 2, 1), last_day=made.last_day, valid_until=made.valid_until,
            reason="x", by=by, now=NOW,
        ),
        "adopt": lambda: adopt(campaign=made, module=first.campaign_module.module, reason="x", by=by, now=NOW),
        "add": lambda: add(campaign=made, employment=mine.employment, reason="x", by=by, now=NOW),
    }  # fmt: skip


def with_an_open_paper() -> tuple[Assignment, Campaign]:
    """One in the middle of a paper, one who reads, one who has only to sign."""
    mine, someone, done = person("1", "途 中"), person("2", "読 む"), person("3", "済 み")
    made: Any = campaign(["article-1", "article-3"])
    made.someone, made.done = someone, done
    task = read(assignment_of(mine).tasks.order_by("campaign_module__order")[0])
    start(task=task, version=str(task.version_id), seed="s", now=NOW)
    other = open_task(task=assignment_of(someone).tasks.order_by("pk")[0], language="ja", now=NOW)
    reach_section(task=other, version=str(other.version_id), position=1, now=NOW)
    train(assignment_of(done))
    return assignment_of(mine), made


@pytest.mark.parametrize("end", [closed, cancelled])
def test_nobody_can_go_on_and_nothing_is_changed(end: Callable[[Campaign], object]):
    mine, made = with_an_open_paper()
    end(made)
    before = everything()
    for name, attempt in attempts(mine, made).items():
        with pytest.raises(TrainingError) as refused:
            attempt()
        assert isinstance(refused.value, NotReady | Conflict), name
    assert everything() == before


def test_a_person_taken_out_is_told_why_and_can_do_nothing():
    mine, made = with_an_open_paper()
    remove(assignment=mine, reason="x", by=officer(), now=NOW)
    tried = attempts(mine, made)
    before = everything()
    for name in ("open", "submit", "save", "make up", "exempt", "prolong", "remove"):
        with pytest.raises(NotReady) as refused:
            tried[name]()
        if name in {"open", "submit", "save", "make up"}:
            with override("en"):
                assert "HR has taken you out" in str(refused.value.message)
    assert everything() == before
    tried["sign"]()  # somebody else's


def test_cancelling_closes_everybody_who_has_not_signed_in_one_entry():
    made = everywhere()
    out = AssignmentEvent.objects.get(cause="removed", assignment=assignment_of_number("removed"))
    event = cancelled(made)
    assert event.facts["figures"]["signed"] == 1
    stand = Counter(row.standing for row in with_standing(Assignment.objects.all(), day=TODAY))
    assert stand == {Standing.SIGNED: 1, Standing.CLOSED: 8}
    rows = AssignmentEvent.objects.filter(cause="cancelled")
    assert rows.count() == 7
    assert set(rows.values_list("entry", "kind", "day", "by")) == {(event.entry_id, "closed", TODAY, officer().pk)}
    assert out.assignment_id not in set(rows.values_list("assignment", flat=True)), "who was closed stays so, as it was"
    assert rows.get(assignment=assignment_of_number("again")).number == 3
    kept = counted(made)
    rebuild(campaign=made)
    assert counted(made) == kept
    assert (kept["closed"], kept["signed"]) == (8, 1)


def assignment_of_number(number: str) -> Assignment:
    return Assignment.objects.get(employment__number=number)


def test_a_draft_and_an_approved_plan_can_be_cancelled_and_nothing_can_be_done_with_them():
    for made in (draft(), campaign(["article-5"], code="FY2027", opened=False)):
        cancelled(made)
        assert Campaign.objects.get(pk=made.pk).state == made.state == Campaign.State.CANCELLED
    assert not AssignmentEvent.objects.exists()
    assert "figures" not in CampaignEvent.objects.filter(kind="cancelled")[0].facts


def test_a_campaign_is_not_closed_before_its_first_day_nor_before_it_is_open():
    made = campaign(opened=False)
    with pytest.raises(Conflict):
        closed(made)
    person()
    early = campaign(["article-5"], code="FY2027")
    Campaign.objects.filter(pk=early.pk).update(first_day=date(2026, 11, 25))
    before = everything()
    with pytest.raises(NotReady):
        closed(early)
    assert everything() == before


@pytest.mark.parametrize("end", [closed, cancelled])
@pytest.mark.parametrize("reason", ["", " \n　", "あ" * 1001])
def test_without_a_reason_nothing_ends(end: Callable[..., object], reason: str):
    person()
    made = campaign()
    before = everything()
    with pytest.raises(Invalid):
        end(made, reason=reason)
    assert everything() == before


@pytest.mark.parametrize("end", [closed, cancelled])
def test_the_reason_is_a_disclosure_and_stands_nowhere_else(end: Callable[[Campaign], CampaignEvent]):
    person()
    event = end(campaign())
    assert Disclosure.objects.get(entry=event.entry_id).value == REASON
    assert REASON not in Entry.objects.get(pk=event.entry_id).body


@pytest.mark.parametrize("end", [closed, cancelled])
def test_ending_is_done_whole_or_not_at_all(end: Callable[[Campaign], object]):
    for number in range(3):
        person(f"{number}", f"氏名{number}")
    made = campaign()
    writes_whole_or_not_at_all(lambda: end(Campaign.objects.get(pk=made.pk)))


@pytest.mark.parametrize("end", [closed, cancelled])
def test_ending_costs_as_many_queries_for_thirty_people_as_for_three(
    end: Callable[..., object], django_assert_max_num_queries: Any
):
    for n in range(3):
        person(f"{n}", f"氏名{n}")
    small, by = campaign(), officer()
    with django_assert_max_num_queries(40) as few:
        end(small, by=by)
    for n in range(3, 30):
        person(f"{n}", f"氏名{n}")
    large = campaign(["article-5"], code="FY2027")
    with django_assert_max_num_queries(len(few)):
        end(large, by=by)


def test_what_was_passed_and_signed_stays_after_a_cancellation():
    employment = person()
    made = campaign()
    train(assignment_of(employment))
    signature = sign(assignment_of(employment), "髙橋 一郎")
    cancelled(made)
    assert sign(assignment_of(employment), "髙橋 一郎", now=later(minutes=5)) == signature
    assert Completion.objects.count() == 1
    assert plan is not None


def test_who_signs_or_is_annulled_before_cancelling_holds_everybody_is_in_the_figures_as_in_the_closings(
    monkeypatch: pytest.MonkeyPatch,
):
    made = everywhere()
    by = officer()

    def waited(keys: Collection[UUID]) -> None:
        """Somebody else was quicker."""
        sign(assignment_of_number("trained"), "氏名 trained")
        annul(
            attestation=Attestation.objects.get(assignment=assignment_of_number("signed")),
            cause="other",
            reason="誤り",
            by=by,
            now=NOW,
        )
        assert set(keys) == set(Assignment.objects.values_list("pk", flat=True))
        hold(keys)

    monkeypatch.setattr("training.campaigns.cancel.hold", waited)
    event = cancelled(made, by=by)
    figures, closings = event.facts["figures"], AssignmentEvent.objects.filter(cause="cancelled")
    assert figures["signed"] == 1
    assert figures["outstanding"] + figures["exempt"] + figures["credited"] == closings.count()
    assert assignment_of_number("trained").pk not in closings.values_list("assignment", flat=True)
    assert assignment_of_number("signed").pk in closings.values_list("assignment", flat=True)
