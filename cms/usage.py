"""Where questions are used, and how often they were answered. Counted for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Count, Exists, OuterRef, QuerySet

from training.catalogue.models import QuestionVersion
from training.quiz.models import Answer

if TYPE_CHECKING:
    from cms.questions import Question


@dataclass(frozen=True, slots=True)
class Usage:
    """The titles of the modules that have a question in their pool, and how many answers were handed in to it."""

    modules: tuple[str, ...] = ()
    answers: int = 0


def usage_of(questions: Sequence[Question]) -> dict[int, Usage]:
    """Each question's use by primary key, in two queries."""
    chosen = apps.get_model("privacy_training_cms", "ModuleQuestion")
    modules: dict[int, list[str]] = defaultdict(list)
    rows = chosen.objects.filter(question__in=questions).order_by("page__path").distinct()
    for question, title in rows.values_list("question_id", "page__title"):
        if title not in modules[question]:
            modules[question].append(title)
    answers = (
        Answer.objects.filter(question_version__question__in={question.key for question in questions})
        .values_list("question_version__question", "question_version__language")
        .annotate(count=Count("pk"))
        .order_by()
    )
    counts = {(key, language): count for key, language, count in answers}
    return {
        question.pk: Usage(tuple(modules[question.pk]), counts.get((question.key, question.language), 0))
        for question in questions
    }


def in_no_module(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Those that no module has in its pool."""
    return questions.filter(modules__isnull=True)


def never_answered(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Those to which nobody has handed in an answer."""
    versions = QuestionVersion.objects.filter(question=OuterRef("key"), language=OuterRef("language"))
    return questions.exclude(Exists(versions.filter(Exists(Answer.objects.filter(question_version=OuterRef("pk"))))))
