"""What the withdrawal of a question touches, and what came of it: for who decides, and afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from training.catalogue.models import ModuleVersionQuestion, QuestionVersion
from training.ledger.models import Disclosure
from training.quiz.frozen import blueprint_of
from training.quiz.models import Answer, Attempt, Marking, Submission, Withdrawal

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Touched:
    """Papers that would be marked again and whose they are, and open ones that would not count the questions.

    ``turning`` papers would be passed that are not; those ``passed`` already
    stay so, whatever comes out.
    """

    papers: int
    people: int
    turning: int
    passed: int
    begun: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A withdrawal with its reason (None: erased), the papers marked again for it, and those passed since."""

    withdrawal: Withdrawal
    reason: str | None
    papers: int
    passed: int


def touched_by(questions: Collection[QuestionVersion]) -> Touched:
    """What withdrawing these questions would touch. Three queries, and one for each module version."""
    out = {str(question.pk) for question in questions}
    submissions = Submission.objects.filter(answers__question_version__in=questions)
    last = _last_markings().filter(submission__in=submissions.values("pk"))
    papers = turning = passed = 0
    people: set[UUID] = set()
    rows = last.values_list(
        "points",
        "out_of",
        "passed",
        "submission__attempt__module_version",
        "submission__attempt__task__assignment__employment__employee",
    )
    for points, out_of, was_passed, version, person in rows.iterator(chunk_size=CHUNK):
        if not out & points.keys():
            continue
        papers += 1
        people.add(person)
        passed += was_passed
        worth = out_of // len(points)
        kept = [earned for key, earned in points.items() if key not in out]
        most = worth * len(kept)
        turning += not was_passed and most > 0 and sum(kept) * 100 >= blueprint_of(version).pass_mark * most
    return Touched(papers=papers, people=len(people), turning=turning, passed=passed, begun=_begun(out))


def _begun(keys: set[str]) -> int:
    """How many open papers hold one of the questions."""
    drawn = Attempt.objects.filter(submission__isnull=True).values_list("drawn", flat=True)
    return sum(not keys.isdisjoint(one) for one in drawn.iterator(chunk_size=CHUNK))


def _last_markings() -> QuerySet[Marking]:
    later = Marking.objects.filter(submission=OuterRef("submission"), number__gt=OuterRef("number"))
    return Marking.objects.filter(~Exists(later))


def versions_of(question: UUID) -> list[QuestionVersion]:
    """Every frozen version of a question, the newest first, with its withdrawal where there is one. One query."""
    rows = QuestionVersion.objects.filter(question=question).select_related("withdrawal__by")
    return list(rows.order_by("language", "-number"))


def modules_with(questions: Iterable[QuestionVersion]) -> dict[UUID, list[str]]:
    """In which modules' versions each question stands, as title and number, the newest first. One query."""
    found: dict[UUID, list[str]] = {}
    rows = ModuleVersionQuestion.objects.filter(question_version__in=list(questions)).select_related("module_version")
    for row in rows.order_by("module_version__module__slug", "-module_version__number"):
        version = row.module_version
        found.setdefault(row.question_version_id, []).append(f"{version.title} 第{version.number}版")
    return found


def answered(questions: Iterable[QuestionVersion]) -> Counter[UUID]:
    """On how many papers handed in each question stands. One query."""
    rows = Answer.objects.filter(question_version__in=list(questions)).order_by().values_list("question_version")
    return Counter(dict(rows.annotate(n=Count("pk"))))


def newest_questions() -> QuerySet[QuestionVersion]:
    """The newest version of each question in each language, by its number."""
    newer = QuestionVersion.objects.filter(
        question=OuterRef("question"), language=OuterRef("language"), number__gt=OuterRef("number")
    )
    return QuestionVersion.objects.filter(~Exists(newer))


def withdrawals() -> QuerySet[Withdrawal]:
    """Every withdrawal, the newest first."""
    return Withdrawal.objects.select_related("question_version", "by").order_by("-at", "pk")


def outcomes_of(rows: Iterable[Withdrawal]) -> list[Outcome]:
    """What came of each withdrawal. Two queries."""
    rows = list(rows)
    keys = {str(row.question_version_id) for row in rows}
    reasons: dict[UUID, Any] = dict(
        Disclosure.objects.filter(entry__in=[row.entry_id for row in rows], name="reason").values_list("entry", "value")
    )
    papers: Counter[str] = Counter()
    turned: Counter[str] = Counter()
    again = Marking.objects.filter(number__gt=1).values("submission")
    held = Answer.objects.filter(question_version__in=[row.question_version_id for row in rows]).values("submission")
    markings = (
        Marking.objects.filter(submission__in=again)
        .filter(submission__in=held)
        .order_by("submission", "number")
        .values_list("submission", "number", "passed", "points")
    )
    for _submission, group in groupby(markings.iterator(chunk_size=CHUNK), key=lambda marking: marking[0]):
        before: tuple[Any, ...] | None = None
        for marking in group:
            if before is not None:
                dropped = (before[3].keys() - marking[3].keys()) & keys
                papers.update(dropped)
                if marking[2] and not before[2]:
                    turned.update(dropped)
            before = marking
    return [
        Outcome(
            withdrawal=row,
            reason=reasons.get(row.entry_id),
            papers=papers[str(row.question_version_id)],
            passed=turned[str(row.question_version_id)],
        )
        for row in rows
    ]
