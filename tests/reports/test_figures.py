"""A campaign in figures at the end of a day: counted from the facts, and from none that came later."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import asking, building
from tests.building import NOW, later
from training.attestation.annul import annul
from training.attestation.attest import decline
from training.attestation.models import Annulment
from training.campaigns.models import Campaign, Task
from training.catalogue.blueprint import Blueprint
from training.catalogue.models import QuestionVersion
from training.catalogue.snapshots import MEMBERS
from training.ledger.append import append
from training.people.models import Employment
from training.people.renumber import renumber
from training.quiz.models import Marking
from training.quiz.queries import questions_of
from training.quiz.remark import mark_again, withdraw
from training.quiz.sitting import start, submit
from training.reports.figures import Open, Reason, outcome_of
from training.reports.results import Again

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
DUE = date(2026, 12, 25)


def tasks(employment: Employment) -> list[Task]:
    """A person's tasks in order."""
    return list(building.assignment_of(employment).tasks.order_by("campaign_module__order"))


def company() -> tuple[Campaign, dict[str, Employment]]:
    """One person in each state of a campaign of two modules."""
    names = ["new", "reading", "failed", "trained", "declined", "signed", "annulled"]
    people = {
        name: building.person(f"00000{n}", f"架空 {name}", department=f"本部{n % 2}/部") for n, name in enumerate(names)
    }
    campaign = building.campaign(["article-1", "article-2"])
    building.read(tasks(people["reading"])[0])
    building.sit(building.read(tasks(people["failed"])[0]), right=False)
    for name in names[3:]:
        building.train(building.assignment_of(people[name]))
    decline(assignment=building.assignment_of(people["declined"]), reason="まだできません。", now=NOW)
    building.sign(building.assignment_of(people["signed"]), "架空 signed")
    wrong = building.sign(building.assignment_of(people["annulled"]), "架空 annulled")
    annul(
        attestation=wrong,
        cause=Annulment.Cause.WRONG_PERSON,
        reason="別の人が署名した",
        by=building.account("second-officer", building.Role.PRIVACY_OFFICER),
        now=later(hours=1),
    )
    return campaign, people


def test_everyone_is_counted_once_and_each_reason_follows_from_the_facts() -> None:
    campaign, people = company()

    outcome = outcome_of(campaign, day=TODAY)

    assert (outcome.assigned, outcome.started, outcome.trained, outcome.signed) == (7, 6, 4, 1)
    assert (outcome.untrained, outcome.annulled, outcome.certified) == (3, 1, 0)
    assert outcome.types == {"regular": 7}
    assert {reason: [row.number for row in rows] for reason, rows in outcome.open.items()} == {
        Reason.NOT_STARTED: [people["new"].number],
        Reason.READING: [people["reading"].number],
        Reason.FAILED: [people["failed"].number],
        Reason.DECLINED: [people["declined"].number],
        Reason.ANNULLED: [people["annulled"].number],
        Reason.UNSIGNED: [people["trained"].number],
    }
    assert outcome.open[Reason.NOT_STARTED] == (Open("本部0/部", "000000", DUE),)


def test_what_came_after_the_day_is_not_in_it() -> None:
    person = building.person()
    campaign = building.campaign()
    task = building.read(tasks(person)[0])
    building.sit(task, right=False)
    building.sit(task, seed="again", now=later(days=1))
    building.certify(building.sign(building.assignment_of(person), "髙橋 一郎", now=later(days=2)), now=later(days=2))

    def counted(day: date) -> tuple[Any, ...]:
        outcome = outcome_of(campaign, day=day)
        (module,) = outcome.modules
        return outcome.assigned, outcome.trained, outcome.signed, outcome.certified, module.papers, module.passed

    assert counted(TODAY - timedelta(days=1)) == (0, 0, 0, 0, 0, 0)
    assert counted(TODAY) == (1, 0, 0, 0, 1, 0)
    assert counted(TODAY + timedelta(days=1)) == (1, 1, 0, 0, 2, 1)
    assert counted(TODAY + timedelta(days=2)) == (1, 1, 1, 1, 2, 1)


def test_the_day_ends_at_midnight_in_tokyo() -> None:
    person = building.person()
    campaign = building.campaign()
    building.sit(building.read(tasks(person)[0]), now=later(hours=13, minutes=59))  # 23:59 in Tokyo
    assert outcome_of(campaign, day=TODAY).trained == 1

    other = building.person("000102", "﨑山 花子")
    campaign = building.campaign(code="FY2027", now=later(hours=2))
    task = building.read(building.assignment_of(other, "FY2027").tasks.get(), now=later(hours=2))
    building.sit(task, now=later(hours=14))  # 00:00
    assert outcome_of(campaign, day=TODAY).trained == 0


def test_an_annulled_signature_counted_until_it_was_annulled() -> None:
    person = building.person()
    campaign = building.campaign()
    assignment = building.assignment_of(person)
    building.train(assignment)
    signed = building.sign(assignment, "髙橋 一郎")
    annul(
        attestation=signed,
        cause=Annulment.Cause.OTHER,
        reason="確認のため",
        by=building.account("second-officer", building.Role.PRIVACY_OFFICER),
        now=later(days=1),
    )

    assert outcome_of(campaign, day=TODAY).signed == 1
    assert outcome_of(campaign, day=TODAY + timedelta(days=1)).signed == 0


def test_who_left_before_finishing_is_told_from_who_did_not_begin() -> None:
    person = building.person()
    campaign = building.campaign()
    Employment.objects.filter(pk=person.pk).update(valid_to=TODAY)

    assert set(outcome_of(campaign, day=TODAY).open) == {Reason.NOT_STARTED}
    assert set(outcome_of(campaign, day=TODAY + timedelta(days=1)).open) == {Reason.LEFT}


def test_scores_and_rates_of_a_module_tell_first_papers_from_later_ones() -> None:
    again, at_once = building.person(), building.person("000102", "﨑山 花子")
    campaign = building.campaign()
    task = building.read(tasks(again)[0])
    building.sit(task, right=False)
    building.sit(task, seed="again")
    building.train(building.assignment_of(at_once))

    (module,) = outcome_of(campaign, day=TODAY).modules

    assert (module.people, module.papers, module.passed, module.first) == (2, 3, 2, 1)
    assert module.first_score == 50
    assert module.score == pytest.approx(200 / 3)


def test_a_module_that_nobody_tried_has_no_score() -> None:
    building.person()

    outcome = outcome_of(building.campaign(), day=TODAY)

    assert (outcome.modules[0].people, outcome.modules[0].score, outcome.modules[0].first_score) == (0, None, None)
    assert outcome.questions == ()
    assert (outcome.first_opened, outcome.last_completed) == (None, None)


def _answer(employment: Employment, *, option: int, seed: str) -> None:
    """Hand in a paper on which every question is answered by the option at this place."""
    task = building.read(tasks(employment)[0])
    attempt = start(task=task, version=str(task.version_id), seed=seed, now=NOW)
    chosen = {str(q.pk): [q.content["options"][option]["id"]] for q in questions_of(attempt)}
    submit(attempt=attempt, version=str(attempt.module_version_id), responses=chosen, now=NOW)


def test_the_hardest_question_comes_first_with_the_mistake_made_most() -> None:
    people = [building.person(f"00010{n}", f"架空 {n}") for n in range(4)]
    draw = Blueprint(draw=4, pass_mark=66)
    campaign = building.campaign(snapshots={"article-3": {"blueprint": draw}})
    for person, option in zip(people, (2, 2, 3, 0), strict=True):
        _answer(person, option=option, seed=str(option))

    questions = outcome_of(campaign, day=TODAY).questions

    assert [(row.asked, row.right) for row in questions] == [(4, 0), (4, 1), (4, 1), (4, 1)]
    assert questions[0].question.content["type"] == "multiple"
    assert [(row.mistake, row.mistaken) for row in questions[1:]] == [("誤った対応2", 2)] * 3


def test_a_marking_after_the_day_does_not_change_the_day() -> None:
    person = building.person()
    campaign = building.campaign()
    (task,) = tasks(person)
    submission = building.sit(building.read(task), right=False)
    first = submission.markings.get()
    again = Marking(
        submission=submission, number=2, points=dict.fromkeys(first.points, 1), score=first.out_of,
        out_of=first.out_of, passed=True, reason="設問の誤り", by=None, at=later(days=1),
    )  # fmt: skip
    append(kind="quiz.marked", at=later(days=1), rows=[again])

    def score(day: date) -> float | None:
        return outcome_of(campaign, day=day).modules[0].score

    assert (score(TODAY), score(TODAY + timedelta(days=1))) == (0, 100)


def test_the_number_of_queries_depends_on_neither_people_nor_modules() -> None:
    def cost(campaign: Campaign) -> int:
        with CaptureQueriesContext(connection) as queries:
            outcome_of(campaign, day=TODAY)
        return len(queries)

    first = building.person()
    small = building.campaign()
    building.sit(building.read(tasks(first)[0]), right=False)
    people = [building.person(f"00020{n}", f"架空 {n}") for n in range(5)]
    large = building.campaign(["article-1", "article-2", "article-4"], code="FY2027")
    for person in people:
        for task in building.assignment_of(person, "FY2027").tasks.order_by("campaign_module__order"):
            building.sit(building.read(task), right=False, seed=person.number)

    assert cost(small) == cost(large) <= 12


@pytest.mark.parametrize("kind", MEMBERS)
def test_every_type_of_question_is_counted_and_its_commonest_mistake_told(kind: str) -> None:
    people = [building.person(f"00010{n}", f"架空 {n}") for n in range(6)]
    question = asking.typed("article-3", kind)
    blueprint = Blueprint(draw=1, pass_mark=100)
    campaign = building.campaign(snapshots={"article-3": {"questions": (question,), "blueprint": blueprint}})
    for number, person in enumerate(people):
        building.sit(building.read(tasks(person)[0]), right=number == 0, seed=str(number))

    (row,) = outcome_of(campaign, day=TODAY).questions

    assert (row.asked, row.right) == (6, 1)
    assert row.mistaken == 5
    assert row.mistake


def test_what_one_person_typed_is_not_told() -> None:
    person = building.person()
    question = asking.typed("article-3", "short_text")
    blueprint = Blueprint(draw=1, pass_mark=100)
    campaign = building.campaign(snapshots={"article-3": {"questions": (question,), "blueprint": blueprint}})
    building.sit(building.read(tasks(person)[0]), right=False)

    (row,) = outcome_of(campaign, day=TODAY).questions

    assert (row.right, row.mistake, row.mistaken) == (0, "", 0)


def test_partial_credit_is_not_counted_as_right() -> None:
    person = building.person()
    question = asking.typed("article-3", "multiple")
    blueprint = Blueprint(draw=1, pass_mark=100)
    campaign = building.campaign(snapshots={"article-3": {"questions": (question,), "blueprint": blueprint}})
    task = building.read(tasks(person)[0])
    attempt = start(task=task, version=str(task.version_id), seed="seed", now=NOW)
    half = {attempt.drawn[0]: [building.right_answers(attempt)[attempt.drawn[0]][0]]}
    submit(attempt=attempt, version=str(task.version_id), responses=half, now=NOW)

    outcome = outcome_of(campaign, day=TODAY)

    assert [(row.asked, row.right) for row in outcome.questions] == [(1, 0)]
    assert outcome.modules[0].score == 50


def _one_wrong() -> tuple[Campaign, str]:
    """Two people, of whom one fails by one question; that is withdrawn a day later."""
    people = [building.person(f"00010{n}", f"架空 {n}") for n in range(2)]
    campaign = building.campaign(snapshots={"article-3": {"blueprint": Blueprint(draw=4, pass_mark=100)}})
    building.sit(building.read(tasks(people[0])[0]))
    task = building.read(tasks(people[1])[0])
    attempt = start(task=task, version=str(task.version_id), seed="seed", now=NOW)
    answers = building.right_answers(attempt)
    faulty = attempt.drawn[0]
    submit(
        attempt=attempt,
        version=str(task.version_id),
        responses=answers | {faulty: building.wrong_answers(attempt)[faulty]},
        now=NOW,
    )
    return campaign, faulty


def test_a_withdrawal_is_told_with_the_results_before_and_after_it() -> None:
    campaign, faulty = _one_wrong()
    withdraw(
        questions=[QuestionVersion.objects.get(pk=faulty)],
        reason="正解が二つある",
        by=building.officer(),
        now=later(days=1),
    )

    assert outcome_of(campaign, day=TODAY).faulty == ()
    (row,) = outcome_of(campaign, day=TODAY + timedelta(days=1)).faulty
    assert (str(row.question.pk), row.reason, row.papers, row.passed) == (faulty, "正解が二つある", 0, 0)

    mark_again(now=later(days=2))
    outcome = outcome_of(campaign, day=TODAY + timedelta(days=2))

    (row,) = outcome.faulty
    assert (row.papers, row.passed) == (2, 1)
    (module,) = outcome.modules
    assert module.again == Again(papers=2, passed_before=1, passed=2, score_before=87.5, score=100)
    assert (module.passed, module.score) == (2, 100)
    assert faulty not in {str(question.question.pk) for question in outcome.questions}
    assert outcome_of(campaign, day=TODAY).modules[0].again is None


def test_another_campaign_s_withdrawal_is_not_told() -> None:
    campaign, faulty = _one_wrong()
    other = building.campaign(["article-1"], code="FY2027")
    withdraw(questions=[QuestionVersion.objects.get(pk=faulty)], reason="誤り", by=building.officer(), now=NOW)

    assert outcome_of(other, day=TODAY).faulty == ()
    assert len(outcome_of(campaign, day=TODAY).faulty) == 1


def test_who_got_another_staff_number_is_told_of_with_the_department() -> None:
    employment = building.person("000101", "氏名", department="総務部")
    campaign = building.campaign()
    renumber(employment=employment, number="000901", since=employment.valid_from, now=later(hours=1))

    assert outcome_of(campaign, day=TODAY).open == {Reason.NOT_STARTED: (Open("総務部", "000901", DUE),)}
