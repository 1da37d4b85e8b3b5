"""HR withdraws a faulty question: found, its papers counted, reason, confirmed, marked again, both results shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.admin import withdrawals
from tests import building
from tests.cms_admin.conftest import AN_HOUR_LATER
from tests.cms_admin.reading import facts, links, rows, text
from training.catalogue.blueprint import Blueprint
from training.catalogue.models import QuestionVersion
from training.ledger.models import Disclosure
from training.people.models import Employment
from training.quiz.models import Marking, Submission, Withdrawal
from training.quiz.remark import to_mark_again
from training.quiz.sitting import start, submit

REASON = "正解が二つある（𠮷・<i>第2選択肢</i>）"
INDEX = "training_withdrawals:index"


def sat(employment: Employment, *, wrong: int, seed: str = "seed") -> Submission:
    """A paper on which so many of the four questions, the first ones, are answered wrong."""
    task = building.read(building.assignment_of(employment).tasks.get())
    attempt = start(task=task, version=str(task.version_id), seed=seed, now=building.NOW)
    key, other = building.right_answers(attempt), building.wrong_answers(attempt)
    answers = {one: (other if place < wrong else key)[one] for place, one in enumerate(sorted(attempt.drawn))}
    return submit(attempt=attempt, version=str(task.version_id), responses=answers, now=building.NOW)


@pytest.fixture
def papers() -> list[Submission]:
    """Three people with the same four questions: none wrong, the first wrong, the first two wrong."""
    people = [building.person(f"00010{n}", f"架空 {n}") for n in range(3)]
    building.campaign(snapshots={"article-3": {"blueprint": Blueprint(draw=4, pass_mark=100)}})
    return [sat(person, wrong=wrong) for wrong, person in enumerate(people)]


@pytest.fixture
def faulty(papers: list[Submission]) -> QuestionVersion:
    """The question that the second and the third person answered wrong."""
    return QuestionVersion.objects.get(pk=min(papers[0].attempt.drawn))


def address(question: QuestionVersion) -> str:
    return reverse("training_withdrawals:question", args=[question.question])


def sent(question: QuestionVersion, **more: str) -> dict[str, Any]:
    return {"versions": [str(question.pk)], "reason": REASON} | more


def test_the_question_is_found_by_its_words_by_its_id_and_by_its_module(hr: Client, faulty: QuestionVersion) -> None:
    choose = reverse("training_withdrawals:choose")
    assert address(faulty) in links(hr.get(choose))
    stem = withdrawals.stem_of(faulty)
    assert links(hr.get(choose, {"q": stem})).count(address(faulty)) == 1
    assert len(rows(hr.get(choose, {"q": str(faulty.question)}))) == 1
    assert rows(hr.get(choose, {"q": "どこにもない言葉"})) == []
    assert len(rows(hr.get(choose))) == QuestionVersion.objects.count()
    building.module_version("article-1")
    module = faulty.modules.first() if hasattr(faulty, "modules") else None
    assert module is None or module
    assert len(rows(hr.get(choose, {"q": stem}))[0]) == 6
    for hostile in ("%", "_", "'", "\\", "<script>", "𠮷", "a" * 5000):
        assert hr.get(choose, {"q": hostile}).status_code == 200


def test_before_it_is_withdrawn_one_sees_what_it_touches(
    hr: Client, papers: list[Submission], faulty: QuestionVersion
) -> None:
    page = hr.post(address(faulty), sent(faulty))

    assert page.status_code == 200
    assert list(facts(page).values())[-5:] == ["3", "3", "1", "1", "0"]
    assert REASON in text(page)
    assert not Withdrawal.objects.exists()
    assert Marking.objects.count() == 3


def test_an_open_paper_is_counted_too(hr: Client, faulty: QuestionVersion) -> None:
    late = building.person("000200", "架空 遅")
    building.campaign(code="FY2027", snapshots={"article-3": {"blueprint": Blueprint(draw=4, pass_mark=100)}})
    task = building.read(building.assignment_of(late, "FY2027").tasks.get())
    start(task=task, version=str(task.version_id), seed="x", now=building.NOW)

    assert list(facts(hr.post(address(faulty), sent(faulty))).values())[-1] == "1"


def test_confirmed_it_is_withdrawn_and_everything_is_marked_again(
    hr: Client, hr_account: Any, papers: list[Submission], faulty: QuestionVersion
) -> None:
    response = hr.post(address(faulty), sent(faulty, confirmed="yes"))

    assert response["Location"] == reverse("training_withdrawals:remark")
    row = Withdrawal.objects.get()
    assert (row.question_version, row.by, row.at) == (faulty, hr_account, AN_HOUR_LATER)
    assert Disclosure.objects.get(entry=row.entry, name="reason").value == REASON
    progress = hr.get(response["Location"])
    assert "3" in text(progress)
    assert "data-goes-on" in progress.content.decode()

    done = hr.post(response["Location"], follow=True)

    assert to_mark_again() == []
    assert [(m.number, m.passed) for m in papers[1].markings.order_by("number")] == [(1, False), (2, True)]
    assert [(m.number, m.passed) for m in papers[2].markings.order_by("number")] == [(1, False), (2, False)]
    assert "3" in text(done)
    (line,) = rows(done)
    assert line[-3:] == [" ".join(REASON.split()), "3", "1"]
    assert "取り下げ" in text(hr.get(address(faulty)))


def test_both_results_stand_in_the_person_s_record(
    hr: Client, papers: list[Submission], faulty: QuestionVersion
) -> None:
    hr.post(address(faulty), sent(faulty, confirmed="yes"))
    hr.post(reverse("training_withdrawals:remark"))

    assignment = papers[1].attempt.task.assignment_id
    words = text(hr.get(reverse("training_campaigns:assignment", args=["FY2026", assignment])))

    assert "3/4 不合格" in words
    assert "3/3 合格" in words


def test_left_half_way_it_goes_on_where_it_was(
    hr: Client, officer: Client, papers: list[Submission], faulty: QuestionVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(withdrawals, "AT_ONCE", 1)
    hr.post(address(faulty), sent(faulty, confirmed="yes"))
    remark = reverse("training_withdrawals:remark")
    first = hr.post(remark, follow=True)
    assert first.request["PATH_INFO"] == remark
    assert len(to_mark_again()) == 2
    assert reverse("training_withdrawals:remark") in links(officer.get(reverse(INDEX)))

    officer.post(remark)
    last = officer.post(remark, follow=True)

    assert last.request["PATH_INFO"] == reverse(INDEX)
    assert to_mark_again() == []
    assert hr.post(remark).status_code == 302
    assert Marking.objects.count() == 6


def test_it_is_not_withdrawn_twice(hr: Client, faulty: QuestionVersion) -> None:
    hr.post(address(faulty), sent(faulty, confirmed="yes"))
    assert hr.post(address(faulty), sent(faulty, confirmed="yes")).status_code == 409
    page = hr.get(address(faulty))
    assert page.status_code == 200
    assert "See what" not in text(page)
    assert '<form method="post" action="' + address(faulty) not in page.content.decode()
    assert Withdrawal.objects.count() == 1


@pytest.mark.parametrize("changes", [{"reason": ""}, {"reason": "  "}, {"reason": "あ" * 1001}, {"versions": []}])
def test_without_version_or_reason_nothing_is_withdrawn(
    hr: Client, faulty: QuestionVersion, changes: dict[str, Any]
) -> None:
    page = hr.post(address(faulty), sent(faulty, confirmed="yes") | changes)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert not Withdrawal.objects.exists()


def test_another_question_s_version_is_not_withdrawn_here(hr: Client, faulty: QuestionVersion) -> None:
    other = QuestionVersion.objects.exclude(question=faulty.question).first()
    page = hr.post(address(faulty), sent(other, confirmed="yes"))
    assert page.status_code == 200
    assert not Withdrawal.objects.exists()
    assert (
        hr.get(reverse("training_withdrawals:question", args=["00000000-0000-4000-8000-000000000000"])).status_code
        == 404
    )


def test_the_pages_cost_the_same_for_one_question_and_for_many(hr: Client, papers: list[Submission]) -> None:
    keys = papers[0].attempt.drawn
    choose, index = reverse("training_withdrawals:choose"), reverse(INDEX)

    def cost(page: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert hr.get(page).status_code == 200
        return len(queries)

    def drop(key: str) -> None:
        question = QuestionVersion.objects.get(pk=key)
        hr.post(address(question), sent(question, confirmed="yes"))
        hr.post(reverse("training_withdrawals:remark"))

    drop(keys[0])
    cost(choose)
    before = cost(choose)
    one = cost(index)
    drop(keys[1])
    drop(keys[2])
    building.module_version("article-1")
    assert cost(choose) == before <= 15
    # Whether anything is left is asked once for each withdrawn question: there are few.
    assert cost(index) <= one + 2
