"""Papers as shown, and results as they may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from training.campaigns.models import Task
from training.catalogue.models import QuestionVersion
from training.ledger.models import Disclosure
from training.quiz.draw import option_order
from training.quiz.models import Attempt, Marking, Submission


@dataclass(frozen=True, slots=True)
class PaperOption:
    """An option as a paper shows it: nothing here says whether it is right."""

    id: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question as a paper shows it, without key or explanation."""

    id: str
    number: int
    type: str
    stem: str
    options: tuple[PaperOption, ...]

    @property
    def answered(self) -> bool:
        """Whether an answer is kept for it."""
        return any(option.chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class ReviewOption:
    """An option after marking: whether it was chosen, whether it is right, and what it teaches."""

    text: str
    chosen: bool
    correct: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class ReviewQuestion:
    """A question after marking, with the explanation and the clauses quoted."""

    number: int
    type: str
    stem: str
    options: tuple[ReviewOption, ...]
    correct: bool
    explanation: str
    quotes: tuple[dict[str, str], ...]
    clauses: tuple[str, ...]


def _ordered(attempt: Attempt, question: QuestionVersion) -> list[dict[str, Any]]:
    options = {option["id"]: option for option in question.content["options"]}
    order = option_order(seed=attempt.seed, question=str(question.pk), options=list(options))
    return [options[key] for key in order]


def questions_of(attempt: Attempt) -> list[QuestionVersion]:
    """The attempt's questions in the paper's order."""
    found = {str(question.pk): question for question in QuestionVersion.objects.filter(pk__in=attempt.drawn)}
    return [found[key] for key in attempt.drawn]


def paper_of(attempt: Attempt) -> list[PaperQuestion]:
    """The open paper with the answers kept so far. Two queries."""
    saved = {str(row.question_version_id): set(row.response) for row in attempt.saved_answers.all()}
    return [
        PaperQuestion(
            id=str(question.pk),
            number=number,
            type=question.content["type"],
            stem=question.content["stem"],
            options=tuple(
                PaperOption(id=o["id"], text=o["text"], chosen=o["id"] in saved.get(str(question.pk), set()))
                for o in _ordered(attempt, question)
            ),
        )
        for number, question in enumerate(questions_of(attempt), 1)
    ]


def review_of(attempt: Attempt, submission: Submission, marking: Marking) -> list[ReviewQuestion]:
    """The marked paper. A response that was erased shows as not chosen. Three queries."""
    digests = dict(submission.answers.values_list("response_digest", "question_version_id"))
    given = {str(digests[row.digest]): set(row.value or ()) for row in Disclosure.objects.filter(digest__in=digests)}
    return [
        ReviewQuestion(
            number=number,
            type=question.content["type"],
            stem=question.content["stem"],
            options=tuple(
                ReviewOption(
                    text=o["text"],
                    chosen=o["id"] in given.get(str(question.pk), set()),
                    correct=o["correct"],
                    explanation=o["explanation"],
                )
                for o in _ordered(attempt, question)
            ),
            correct=bool(marking.points.get(str(question.pk))),
            explanation=question.content["explanation"],
            quotes=tuple(question.content["quotes"]),
            clauses=tuple(question.content["clauses"]),
        )
        for number, question in enumerate(questions_of(attempt), 1)
    ]


def last_marking(submission: Submission) -> Marking:
    """The marking that counts."""
    return submission.markings.order_by("-number")[0]


def open_attempt(task: Task) -> Attempt | None:
    """The paper that is open, if any."""
    return task.attempts.filter(submission__isnull=True).first()


def last_submitted(task: Task) -> Attempt | None:
    """The paper handed in last, if any."""
    return (
        task.attempts.filter(submission__isnull=False)
        .select_related("submission", "module_version")
        .order_by("-number")
        .first()
    )
