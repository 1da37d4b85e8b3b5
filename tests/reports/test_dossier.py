"""Everything about one assignment, and nothing about another."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests import building
from training.attestation.attest import decline
from training.campaigns.models import Assignment, Task
from training.catalogue.blueprint import Blueprint
from training.catalogue.models import QuestionVersion
from training.people.queries import department_paths
from training.quiz.make_up import grant_make_up
from training.quiz.remark import mark_again, withdraw
from training.reminders.models import ReminderSent
from training.reports.dossier import Dossier, declines, dossier_of, with_reasons
from training.reports.queries import State

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def dossier(assignment: Assignment) -> Dossier:
    """As the view asks for it."""
    return dossier_of(assignment, today=TODAY, paths=department_paths(TODAY))


def test_every_paper_is_shown_with_its_score_and_an_open_one_without() -> None:
    employment = building.person()
    building.campaign()
    assignment = building.assignment_of(employment)
    task = building.read(assignment.tasks.get())
    building.sit(task, right=False)
    building.sit(Task.objects.get(pk=task.pk), seed="second")

    (studied,) = dossier(assignment).studied

    assert [
        (p.attempt.number, p.result and (p.result.score, p.result.out_of, p.result.passed)) for p in studied.papers
    ] == [
        (1, (0, 3, False)),
        (2, (3, 3, True)),
    ]
    assert (studied.step.reached, studied.step.sections) == (2, 2)
    assert studied.completed_at == building.NOW


def test_signature_certificate_and_disclosures_are_those_of_this_person() -> None:
    other = building.person("000999", "別人 花子", kana="ベツジン ハナコ")
    year = building.year()
    building.train(building.assignment_of(other))
    building.certify(building.sign(building.assignment_of(other), "別人花子"))

    mine = dossier(year.assignment)

    assert mine.standing.name == "髙橋 一郎"
    assert mine.attestation == year.attestation
    assert mine.certificate == year.certificate
    assert mine.disclosed["typed_name"] == "髙橋 一郎"
    assert mine.sealed
    theirs = dossier(building.assignment_of(other))
    assert theirs.disclosed["typed_name"] == "別人花子"
    assert theirs.standing.state == State.SIGNED


def test_refusals_come_with_their_own_reasons_newest_first() -> None:
    people = [building.person(f"00000{n}", f"架空 {n}") for n in range(2)]
    building.campaign()
    for n, employment in enumerate(people):
        decline(assignment=building.assignment_of(employment), reason=f"理由その{n}", now=building.later(hours=n))
    decline(assignment=building.assignment_of(people[0]), reason="あらためて", now=building.later(hours=5))

    assert [refusal.reason for refusal in dossier(building.assignment_of(people[0])).refusals] == [
        "あらためて",
        "理由その0",
    ]
    assert [refusal.reason for refusal in with_reasons(declines())] == ["あらためて", "理由その1", "理由その0"]


def test_a_refusal_says_whether_the_person_has_signed_since() -> None:
    people = [building.person(f"00000{n}", f"架空 {n}") for n in range(2)]
    building.campaign()
    for employment in people:
        building.train(building.assignment_of(employment))
        decline(assignment=building.assignment_of(employment), reason="理由", now=building.NOW)
    building.sign(building.assignment_of(people[1]), "架空 1")

    signed = {row.assignment.employment_id: row.signed_at for row in declines()}

    assert signed == {people[0].pk: None, people[1].pk: building.NOW}


def test_a_dossier_costs_as_much_with_nine_modules_as_with_one() -> None:
    employment = building.person()
    building.campaign(["article-1"], code="SMALL")
    building.campaign([f"article-{n}" for n in range(1, 10)], code="LARGE")
    costs = []
    for code in ("SMALL", "LARGE"):
        assignment = building.assignment_of(employment, code)
        building.train(assignment)
        building.sign(assignment, "髙橋 一郎")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(dossier(building.assignment_of(employment, code)).studied) in (1, 9)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def _used_up(name: str = "000101") -> tuple[Assignment, Task]:
    employment = building.person(name)
    building.campaign(snapshots={"article-3": {"blueprint": Blueprint(draw=3, pass_mark=66, attempts=1)}})
    assignment = building.assignment_of(employment)
    task = building.read(assignment.tasks.get())
    building.sit(task, right=False)
    return assignment, task


def test_who_has_no_attempt_left_waits_until_a_make_up_is_granted_and_its_words_are_told() -> None:
    assignment, task = _used_up()
    (studied,) = dossier(assignment).studied
    assert studied.waits
    grant_make_up(task=task, what="面談", why="上限", by=building.officer(), now=building.NOW)

    (studied,) = dossier(assignment).studied

    assert not studied.waits
    assert [(row.make_up.number, row.what, row.why) for row in studied.make_ups] == [(1, "面談", "上限")]


def test_both_markings_of_a_paper_that_was_marked_again_are_shown() -> None:
    assignment, task = _used_up()
    drawn = task.attempts.get().drawn
    withdraw(
        questions=[QuestionVersion.objects.get(pk=drawn[0])], reason="誤り", by=building.officer(), now=building.NOW
    )
    mark_again(now=building.later(hours=1))

    (paper,) = dossier(assignment).studied[0].papers

    assert [(row.number, row.out_of, row.reason) for row in paper.markings] == [
        (1, 3, "submitted"),
        (2, 2, "withdrawn"),
    ]
    assert paper.result == paper.markings[1]


def test_every_reminder_is_told_with_how_far_the_due_day_was_and_who_wished_it() -> None:
    employment = building.person()
    building.campaign()
    assignment = building.assignment_of(employment)
    officer = building.officer()
    rungs = ((-31, "learner", None), (-7, "learner", None), (0, "learner", None), (3, "manager", None))
    for rung, reader, by in (*rungs, (None, "hr", officer)):
        row = ReminderSent(assignment=assignment, due_number=1, rung=rung, reader=reader, asked_by=by, at=building.NOW)
        building.recorded("reminders.sent", row)

    with translation.override("en"):
        told = {(row.words, row.reader, row.asked_by) for row in dossier(assignment).reminders}

    assert told == {
        ("On assignment", "The person", None),
        ("7 days before the due day", "The person", None),
        ("On the due day", "The person", None),
        ("3 days after the due day", "The manager", None),
        ("Asked for by hand", "HR", officer),
    }
