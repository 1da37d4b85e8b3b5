"""Statistics of questions, clauses, topics, departments and years: of first papers, as marked last, in one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import asking, building
from tests.building import NOW, later
from training.campaigns.models import Campaign
from training.catalogue.blueprint import Blueprint
from training.catalogue.models import QuestionVersion
from training.catalogue.snapshots import MEMBERS
from training.ledger.append import append
from training.ledger.models import Disclosure
from training.people.models import Employment, Posting
from training.people.renumber import renumber
from training.quiz.models import Submission
from training.quiz.queries import questions_of
from training.quiz.remark import mark_again, withdraw
from training.quiz.sitting import save_answers, start, submit
from training.quiz.statistics import JUDGED, LEAST, Figures, Flag
from training.quiz.suppression import Kind
from training.reports.statistics import (
    QuestionRow,
    clause_rows,
    department_rows,
    question_rows,
    rows_of_question,
    topic_rows,
    year_rows,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
ALL = Blueprint(draw=4, pass_mark=50)


def people(count: int, *, department: str = "営業本部/一課", first: int = 0) -> list[Employment]:
    """So many people in a department."""
    return [building.person(f"{first + n:06}", f"架空 {first + n}", department=department) for n in range(count)]


def campaign(code: str = "FY2026", *, at: Any = NOW, **changes: Any) -> Campaign:
    """A campaign of one module of four questions, all of them on every paper."""
    return building.campaign(code=code, now=at, snapshots={"article-3": {"blueprint": ALL, **changes}})


def answer(
    person: Employment, right: Sequence[bool] = (), *, code: str = "FY2026", seed: str = "seed", minutes: int = 4
) -> Submission:
    """Hand in a paper on which the question of each number is answered rightly or not."""
    task = building.assignment_of(person, code).tasks.get()
    if task.opened_at is None:
        task = building.read(task)
    attempt = start(task=task, version=str(task.version_id), seed=seed, now=NOW)
    responses = {}
    for question in questions_of(attempt):
        known = right[numbered(question) - 1] if right else True
        respond = asking.right_response if known else asking.wrong_response
        responses[str(question.pk)] = respond(question.content)
    return submit(
        attempt=attempt, version=str(task.version_id), responses=responses, now=NOW + timedelta(minutes=minutes)
    )


def numbered(question: QuestionVersion) -> int:
    """Which of the module's questions this is."""
    return [asking.question("article-3", n).question for n in range(1, 5)].index(str(question.question)) + 1


def by_number(rows: Sequence[QuestionRow]) -> Mapping[int, QuestionRow]:
    """The rows by the question's number."""
    return {numbered(QuestionVersion.objects.get(pk=row.version)): row for row in rows}


def told(row: Any) -> Figures:
    """A row's figures, which are there."""
    assert row.figures is not None
    figures: Figures = row.figures
    return figures


Y, N = True, False


def sit_six(six: Sequence[Employment], code: str = "FY2026") -> None:
    """Question 1: three right, by who knows most; 2: four; 3: two; 4: three, by who knows least."""
    patterns = [(Y, Y, Y, N), (Y, Y, Y, N), (Y, Y, N, Y), (N, Y, N, N), (N, N, N, Y), (N, N, N, Y)]
    for minutes, (person, pattern) in enumerate(zip(six, patterns, strict=True), 1):
        answer(person, pattern, code=code, minutes=4 * minutes)


def test_a_campaigns_questions_have_the_figures_reckoned_by_hand() -> None:
    six = people(6)
    year = campaign()
    sit_six(six)

    rows = by_number(question_rows(year))

    assert {n: row.figures.facility for n, row in rows.items() if row.figures} == {
        1: 0.5, 2: pytest.approx(4 / 6), 3: pytest.approx(2 / 6), 4: 0.5,
    }  # fmt: skip
    # As in tests/quiz/test_statistics.py: 1 goes with the rest exactly, 4 against it.
    assert told(rows[1]).discrimination == pytest.approx(1)
    assert told(rows[4]).discrimination == pytest.approx(-5 / 6 / (6 / 4 * 19 / 18) ** 0.5)
    assert told(rows[1]).seconds == 3.5 * 60  # 4 to 24 minutes for four questions
    assert [(row.text, row.count) for row in rows[1].tallies[0].rows] == [
        ("正しい対応0", 3), ("誤った対応1", 3), ("誤った対応2", 0), ("誤った対応3", 0),
    ]  # fmt: skip
    assert rows[1].flags == ()  # of six people nothing is judged
    assert (rows[1].erased, rows[1].unanswered, rows[1].module) == (0, 0, "研修 article-3")


def test_a_second_paper_changes_nothing_for_who_sits_again_has_seen_the_questions() -> None:
    six = people(6)
    year = campaign()
    sit_six(six)
    before = question_rows(year), year_rows()

    answer(six[5], seed="again")

    assert (question_rows(year), year_rows()) == before


def test_questions_that_fail_their_purpose_are_flagged_and_stand_first() -> None:
    crowd = people(JUDGED)
    year = campaign()
    for n, person in enumerate(crowd):  # 1: everybody right; 2: nobody; 3 against the rest; 4 half
        answer(person, (Y, N, n >= 10, n < 10))

    rows = by_number(found := question_rows(year))

    assert rows[1].flags == (Flag.TOO_EASY, Flag.DEAD)
    assert rows[2].flags == (Flag.TOO_HARD, Flag.DEAD)
    assert rows[3].flags == (Flag.NEGATIVE, Flag.DEAD)
    assert [bool(row.flags) for row in found] == sorted([bool(row.flags) for row in found], reverse=True)
    assert told(rows[1]).discrimination is None


def test_four_people_are_told_nothing_of() -> None:
    four = people(LEAST - 1)
    year = campaign()
    for person in four:
        answer(person, (Y, N, Y, N))

    rows = question_rows(year)

    assert len(rows) == 4
    assert all((row.figures, row.flags, row.tallies) == (None, (), ()) for row in rows)
    assert [row.figures for row in (*clause_rows(year), *topic_rows(year))] == [None] * 3
    assert department_rows(year, today=TODAY) == []
    assert [(row.year, row.figures) for row in year_rows()] == [(2026, None)]


def test_a_withdrawn_question_is_in_no_figure_before_and_after_its_papers_are_marked_again() -> None:
    six = people(6)
    year = campaign()
    sit_six(six)
    faulty = QuestionVersion.objects.get(question=asking.question("article-3", 4).question)
    withdraw(questions=[faulty], reason="誤り", by=building.officer(), now=later(hours=1))
    waiting = by_number(question_rows(year)), clause_rows(year)

    mark_again(now=later(hours=2))
    rows, clauses = by_number(question_rows(year)), clause_rows(year)

    assert (rows, clauses) == waiting
    assert (rows[4].withdrawn, rows[4].figures, rows[4].flags) == (True, None, ())
    assert rows[4].tallies[0].answered == 6  # what was answered stays to be seen
    # Rest of 1 without 4: (2 + 3)/2 = 1 1 1/2 1/2 0 0. Products 1/4 1/4 0 0 1/4 1/4, squares 6/4 and 4/4.
    assert told(rows[1]).discrimination == pytest.approx(1 / (6 / 4) ** 0.5)
    assert [(row.key, row.questions, row.figures and row.figures.answers) for row in clauses] == [("3.3", 3, 18)]


def test_an_erased_answer_is_counted_as_erased_and_what_it_earned_stays() -> None:
    eleven = people(11)
    year = campaign()
    for person in eleven:
        answer(person, (Y, Y, Y, N))
    question = QuestionVersion.objects.get(question=asking.question("article-3", 1).question)
    for disclosure in Disclosure.objects.filter(name=f"response/{question.pk}")[:LEAST]:
        erase(disclosure)

    row = by_number(question_rows(year))[1]

    assert (row.erased, row.tallies[0].answered) == (5, 6)
    assert (told(row).people, told(row).facility) == (11, 1)


def test_what_was_answered_is_not_told_where_what_a_few_erased_ones_earned_would_follow_by_subtraction() -> None:
    six = people(6)
    year = campaign()
    sit_six(six)
    question = QuestionVersion.objects.get(question=asking.question("article-3", 1).question)
    erase(Disclosure.objects.filter(name=f"response/{question.pk}").first())

    rows = by_number(question_rows(year))

    assert (rows[1].erased, rows[1].tallies) == (1, ())
    assert (told(rows[1]).people, told(rows[1]).facility) == (6, 0.5)
    assert rows[2].tallies


def test_what_a_few_answered_before_their_time_was_up_is_not_told() -> None:
    six = people(6)
    limited = Blueprint(draw=4, pass_mark=50, time_limit_minutes=8)
    year = campaign(blueprint=limited)
    for n, person in enumerate(six):
        task = building.read(building.assignment_of(person).tasks.get())
        attempt = start(task=task, version=str(task.version_id), seed="seed", now=NOW)
        asked = {str(q.pk): asking.right_response(q.content) for q in questions_of(attempt)}
        first = dict(list(asked.items())[: 4 if n < 4 else 3])
        save_answers(attempt=attempt, responses=first, now=NOW)
        submit(attempt=attempt, version=str(task.version_id), responses={}, now=later(days=3))

    assert sorted((row.unanswered, bool(row.tallies)) for row in question_rows(year)) == [
        (0, True), (0, True), (0, True), (2, False),
    ]  # fmt: skip


def erase(disclosure: Disclosure | None) -> None:
    """Take a disclosure away as an erasure does: by SQL, and by an entry that says so."""
    assert disclosure is not None
    append(kind="erasure", at=NOW, facts={"digests": [disclosure.digest]})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM privacy_training_disclosure WHERE digest = %s", [disclosure.digest])


def test_a_paper_whose_time_was_up_took_its_time_and_no_longer_and_what_was_left_open_is_said() -> None:
    five = people(5)
    limited = Blueprint(draw=4, pass_mark=50, time_limit_minutes=8)
    year = campaign(blueprint=limited)
    for person in five:
        task = building.read(building.assignment_of(person).tasks.get())
        attempt = start(task=task, version=str(task.version_id), seed="seed", now=NOW)
        first = questions_of(attempt)[0]
        save_answers(attempt=attempt, responses={str(first.pk): asking.right_response(first.content)}, now=NOW)
        submit(attempt=attempt, version=str(task.version_id), responses={}, now=later(days=3))

    rows = question_rows(year)

    assert sorted((row.unanswered, row.tallies[0].answered) for row in rows) == [(0, 5), (5, 0), (5, 0), (5, 0)]
    assert {row.figures.seconds for row in rows if row.figures} == {120}


def test_every_type_of_question_is_counted() -> None:
    five = people(5)
    draw = Blueprint(draw=8, pass_mark=50)
    year = building.campaign(snapshots={"article-3": {"blueprint": draw, "questions": asking.every_type()}})
    for person in five:
        building.sit(building.read(building.assignment_of(person).tasks.get()))

    rows = question_rows(year)

    assert {row.content["type"] for row in rows} == {*MEMBERS}
    assert all(row.figures and row.figures.facility == 1 and row.tallies[0].answered == 5 for row in rows)


def test_partial_credit_counts_by_its_share() -> None:
    five = people(5)
    draw = Blueprint(draw=1, pass_mark=50)
    question = asking.typed("article-3", "ordering")
    year = building.campaign(snapshots={"article-3": {"blueprint": draw, "questions": (question,)}})
    for n, person in enumerate(five):
        task = building.read(building.assignment_of(person).tasks.get())
        attempt = start(task=task, version=str(task.version_id), seed="seed", now=NOW)
        (asked,) = questions_of(attempt)
        a, b, c, d = asking.right_response(asked.content)
        order = [a, b, c, d] if n else [b, c, d, a]  # two of three neighbours: 66 of 100 points
        submit(attempt=attempt, version=str(task.version_id), responses={str(asked.pk): order}, now=NOW)

    (row,) = question_rows(year)

    assert told(row).facility == pytest.approx((4 + 0.66) / 5)
    assert told(row).discrimination is None  # the only question on the paper has no rest


def test_clauses_and_topics_take_their_questions_together() -> None:
    six = people(6)
    questions = tuple(asking.question("article-3", n, clause="3.3" if n < 3 else "3.4") for n in range(1, 5))
    year = campaign(questions=questions)
    sit_six(six)

    rows = {row.key: row for row in clause_rows(year)}

    assert {key: row.questions for key, row in rows.items()} == {"3.3": 2, "3.4": 2}
    assert told(rows["3.3"]).facility == pytest.approx(7 / 12)
    # Reckoned in tests/quiz/test_statistics.py.
    assert told(rows["3.3"]).discrimination == pytest.approx(6 / (174 * 30) ** 0.5)
    topics = {row.key: row for row in topic_rows(year)}
    assert set(topics) == {"a", "c"}
    assert told(topics["a"]).discrimination is None  # every question is about it


def test_departments_are_told_by_the_post_on_the_day_and_the_small_ones_together() -> None:
    sales, admin = people(6), people(2, department="総務部", first=50)
    rest = people(5, department="営業本部/二課", first=60)
    year = campaign()
    sit_six(sales)
    for person in (*admin, *rest):
        answer(person)
    moved = later(days=1).date()
    elsewhere = Posting.objects.get(employment=admin[0]).department
    Posting.objects.filter(employment=sales[0]).update(valid_to=TODAY)
    Posting.objects.create(
        employment=sales[0], department=elsewhere, valid_from=moved, recorded_at=NOW, entry=sales[0].entry
    )

    rows = department_rows(year, today=TODAY)

    assert [(row.path, row.group.kind, row.figures.people) for row in rows] == [("", Kind.WHOLE, 13)]
    # 総務部 is of two: 営業本部 with eleven goes with it, and nothing is left.

    third = people(7, department="開発部", first=80)
    year = campaign("FY2027")
    for person in (*sales, *admin, *rest, *third):
        answer(person, code="FY2027")
    rows = department_rows(year, today=TODAY)
    assert [(row.path, row.group.kind, row.group.depth, row.figures.people) for row in rows] == [
        ("", Kind.WHOLE, 0, 20),
        ("営業本部", Kind.WHOLE, 1, 11),
        ("営業本部/一課", Kind.WHOLE, 2, 6),
        ("営業本部/二課", Kind.WHOLE, 2, 5),
        ("", Kind.REST, 1, 9),
    ]
    assert rows[-1].group.parts == 2


@pytest.mark.parametrize("since", [TODAY - timedelta(days=9), date(2020, 4, 1)], ids=["since lately", "as a whole"])
def test_who_got_another_number_is_told_with_the_department_of_the_day(since: date) -> None:
    moved, rest = people(6), people(7, department="開発部", first=50)
    year = campaign()
    for one in moved:
        renumber(employment=one, number=f"9{one.number}", since=since, now=NOW)
    there = Posting.objects.get(employment=rest[0]).department
    held = Posting.objects.filter(employment__number__startswith="9", superseded_at__isnull=True)
    assert held.update(department=there) == 6
    for person in (*moved, *rest):
        answer(person)
    told = [(row.path, row.figures.people) for row in department_rows(year, today=TODAY)]
    assert told == [("", 13), ("開発部", 13)]


def test_a_question_that_a_few_met_is_in_no_clauses_departments_or_years_figure() -> None:
    many, few = people(6), people(2, first=20)
    year = campaign()
    for person in many:
        answer(person, (Y, Y, N, N))
    before = clause_rows(year), year_rows(), department_rows(year, today=TODAY)

    # The same module in a campaign of two: what they answer is a difference to nobody.
    Employment.objects.filter(pk__in=[p.pk for p in many]).update(valid_to=TODAY - timedelta(days=1))
    campaign("FY2026-2")
    for person in few:
        answer(person, (N, N, N, N), code="FY2026-2")

    assert (clause_rows(year), department_rows(year, today=TODAY)) == (before[0], before[2])
    (row,) = year_rows()
    assert row.figures == before[1][0].figures
    assert {member.campaign.code: member.figures is None for member in row.campaigns} == {
        "FY2026": False, "FY2026-2": True,
    }  # fmt: skip


def test_a_question_is_shown_in_every_campaign_with_its_figures_there() -> None:
    six = people(6)
    first = campaign()
    sit_six(six)
    second = campaign("FY2027")
    for person in six:
        answer(person, code="FY2027")
    question = QuestionVersion.objects.get(question=asking.question("article-3", 4).question)

    rows = rows_of_question(question.question)

    assert [(row.campaign.code, row.number, row.figures and row.figures.facility) for row in rows] == [
        ("FY2026", 1, 0.5),
        ("FY2027", 1, 1.0),
    ]
    assert rows[0] == by_number(question_rows(first))[4]
    assert rows[1] == by_number(question_rows(second))[4]


def test_years_run_from_april_and_take_their_campaigns_together() -> None:
    six = people(6)
    campaign()
    sit_six(six)

    (row,) = year_rows()

    assert row.year == 2026
    assert (told(row).people, told(row).facility, told(row).passed) == (
        6, pytest.approx(0.5), pytest.approx(3 / 6),
    )  # fmt: skip
    assert [member.figures for member in row.campaigns] == [row.figures]


def test_each_view_reads_its_papers_in_one_query_whatever_the_number_of_people() -> None:
    def papers_read(view: Any) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            view()
        sql = [query["sql"] for query in queries]
        return sum("privacy_training_marking" in one for one in sql), len(sql)

    def costs(year: Campaign) -> list[tuple[int, int]]:
        question = QuestionVersion.objects.get(question=asking.question("article-3", 1).question)
        views = [
            lambda: question_rows(year),
            lambda: clause_rows(year),
            lambda: topic_rows(year),
            lambda: department_rows(year, today=TODAY),
            year_rows,
            lambda: rows_of_question(question.question),
        ]
        return [papers_read(view) for view in views]

    five = people(5)
    small = campaign()
    for person in five:
        answer(person)
    question_rows(small)  # what is frozen is read once in a process
    few = costs(small)
    more = people(7, department="開発部", first=20)
    large = campaign("FY2027")
    for person in (*five, *more):
        answer(person, code="FY2027")

    assert costs(large) == few
    assert [papers for papers, _all in few] == [1] * 6
    assert [total for _papers, total in few] == [2, 2, 2, 3, 3, 3]
