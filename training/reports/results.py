"""How a campaign's understanding checks went by the end of a day, module by module and question by question.

Counted from the markings that counted then; where a question was withdrawn,
also from those before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Count

from training.campaigns.models import Campaign, Completion, Pin, Task
from training.catalogue.models import ModuleVersion, ModuleVersionQuestion, QuestionVersion
from training.ledger.models import Disclosure
from training.quiz.models import Answer, Marking, Withdrawal
from training.reports.mistakes import Mistake, fewest, mistakes

WORST = 10
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class ModuleFigures:
    """How a module's understanding check went.

    ``people`` have handed in a paper at least, ``papers`` counts all of them,
    ``first`` those people who passed with their first. ``score`` and
    ``first_score`` are average per cents of all papers and of first ones.
    """

    version: ModuleVersion
    people: int
    papers: int
    passed: int
    first: int
    score: float | None
    first_score: float | None
    again: Again | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """A module's papers that were marked again without a withdrawn question: how they stood, and how they stand."""

    papers: int
    passed_before: int
    passed: int
    score_before: float
    score: float


@dataclass(frozen=True, slots=True)
class Faulty:
    """A withdrawn question, on how many papers it counted once, and how many are passed since without it.

    The reason is None once it is erased.
    """

    question: QuestionVersion
    at: datetime
    reason: str | None
    papers: int
    passed: int


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """How often a question stood on a paper and was answered wholly right, and the mistake made most."""

    question: QuestionVersion
    asked: int
    right: int
    mistake: str = ""
    mistaken: int = 0

    @property
    def facility(self) -> float:
        """The share of right answers."""
        return self.right / self.asked


@dataclass(slots=True)
class _Count:
    """A module's papers being counted."""

    people: set[int] = field(default_factory=set)
    papers: int = 0
    first: int = 0
    firsts: int = 0
    share: float = 0.0
    first_share: float = 0.0
    again: list[tuple[_Marked, _Marked]] = field(default_factory=list)

    def add(self, paper: _Paper) -> None:
        self.people.add(paper.task)
        self.papers += 1
        self.share += paper.last.share
        if paper.number == 1:
            self.firsts += 1
            self.first += paper.last.passed
            self.first_share += paper.last.share
        if paper.dropped:
            self.again.append((paper.before, paper.last))

    def remarked(self) -> Again | None:
        """How the papers stood that were marked again, or None where there are none."""
        if not self.again:
            return None
        papers = len(self.again)
        return Again(
            papers=papers,
            passed_before=sum(before.passed for before, _ in self.again),
            passed=sum(last.passed for _, last in self.again),
            score_before=sum(before.share for before, _ in self.again) / papers,
            score=sum(last.share for _, last in self.again) / papers,
        )


@dataclass(frozen=True, slots=True)
class _Marked:
    """A paper under one marking."""

    score: int
    out_of: int
    passed: bool
    points: Mapping[str, int]

    @property
    def share(self) -> float:
        return 100 * self.score / self.out_of if self.out_of else 0.0

    @property
    def worth(self) -> int:
        return self.out_of // len(self.points) if self.points else 0


@dataclass(frozen=True, slots=True)
class _Paper:
    """A paper as it was marked when handed in, and as it counts."""

    task: int
    number: int
    module: int
    before: _Marked
    last: _Marked

    @property
    def dropped(self) -> set[str]:
        """The questions that were withdrawn from it since."""
        return self.before.points.keys() - self.last.points.keys()


def checks_of(
    campaign: Campaign, *, until: datetime
) -> tuple[tuple[ModuleFigures, ...], tuple[QuestionFigures, ...], tuple[Faulty, ...]]:
    """Return how each module's papers went, each question on them, hardest first, and what was withdrawn. 7 queries."""
    counts: dict[int, _Count] = defaultdict(_Count)
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    turned: Counter[str] = Counter()
    for paper in _papers(campaign, until=until):
        counts[paper.module].add(paper)
        worth = paper.last.worth
        asked.update(paper.last.points.keys())
        right.update(key for key, earned in paper.last.points.items() if earned == worth)
        dropped.update(paper.dropped)
        if paper.last.passed and not paper.before.passed:
            turned.update(paper.dropped)
    completed = dict(
        Task.objects.filter(
            assignment__campaign=campaign, completion__at__lt=until, completion__how=Completion.How.PASSED
        )
        .values_list("campaign_module")
        .annotate(n=Count("pk"))
    )
    pins = Pin.objects.filter(campaign_module__campaign=campaign).select_related("module_version__module")
    modules = []
    for pin in pins.order_by("campaign_module__order", "language"):
        key = pin.campaign_module_id
        count = counts[key]
        modules.append(
            ModuleFigures(
                version=pin.module_version,
                people=len(count.people),
                papers=count.papers,
                passed=completed.get(key, 0),
                first=count.first,
                score=count.share / count.papers if count.papers else None,
                first_score=count.first_share / count.firsts if count.firsts else None,
                again=count.remarked(),
            )
        )
    questions = sorted(
        (
            QuestionFigures(question=question, asked=asked[str(question.pk)], right=right[str(question.pk)])
            for question in QuestionVersion.objects.filter(pk__in=list(asked))
        ),
        key=lambda figures: (figures.facility, -figures.asked, str(figures.question.question)),
    )
    versions = [module.version.pk for module in modules]
    faulty = _withdrawn(versions, until=until, dropped=dropped, turned=turned)
    return tuple(modules), _with_mistakes(campaign, questions, until=until), faulty


def _withdrawn(
    versions: Sequence[UUID], *, until: datetime, dropped: Mapping[str, int], turned: Mapping[str, int]
) -> tuple[Faulty, ...]:
    """Return the questions of these module versions that were withdrawn by then. Two queries."""
    pooled = ModuleVersionQuestion.objects.filter(module_version__in=versions).values("question_version")
    rows = list(
        Withdrawal.objects.filter(at__lt=until, question_version__in=pooled)
        .select_related("question_version")
        .order_by("at", "question_version__question")
    )
    reasons: dict[UUID, Any] = dict(
        Disclosure.objects.filter(entry__in=[row.entry_id for row in rows], name="reason").values_list("entry", "value")
    )
    return tuple(
        Faulty(
            question=row.question_version,
            at=row.at,
            reason=reasons.get(row.entry_id),
            papers=dropped.get(str(row.question_version_id), 0),
            passed=turned.get(str(row.question_version_id), 0),
        )
        for row in rows
    )


def _papers(campaign: Campaign, *, until: datetime) -> Iterator[_Paper]:
    """Yield each paper handed in by then, as first marked and under the marking that counted then. One query."""
    paper = "submission__attempt__"
    rows = (
        Marking.objects.filter(submission__attempt__task__assignment__campaign=campaign, at__lt=until)
        .order_by(f"{paper}task", f"{paper}number", "number")
        .values_list(
            f"{paper}task", f"{paper}number", f"{paper}task__campaign_module", "score", "out_of", "passed", "points"
        )
        .iterator(chunk_size=CHUNK)
    )
    for (task, number), markings in groupby(rows, key=itemgetter(0, 1)):
        first, *others = markings
        last = others[-1] if others else first
        yield _Paper(task=task, number=number, module=first[2], before=_Marked(*first[3:]), last=_Marked(*last[3:]))


def _with_mistakes(
    campaign: Campaign, questions: Sequence[QuestionFigures], *, until: datetime
) -> tuple[QuestionFigures, ...]:
    """Add to the hardest questions the mistake that was made most. One query; what was erased is not counted."""
    hardest = {f"response/{row.question.pk}": row for row in questions[:WORST] if row.right < row.asked}
    answers = Answer.objects.filter(
        question_version__in=[row.question.pk for row in hardest.values()],
        submission__attempt__task__assignment__campaign=campaign,
        submission__at__lt=until,
    )
    made: dict[str, Counter[Mistake]] = defaultdict(Counter)
    given = Disclosure.objects.filter(name__in=list(hardest), digest__in=answers.values("response_digest"))
    for name, response in given.values_list("name", "value").iterator(chunk_size=CHUNK):
        made[name].update(mistakes(hardest[name].question.content, response))
    found = {}
    for name, row in hardest.items():
        often = {mistake: n for mistake, n in made[name].items() if n >= fewest(row.question.content)}
        if often:
            (_, words), mistaken = min(often.items(), key=lambda one: (-one[1], one[0]))
            found[row.question.pk] = replace(row, mistake=words, mistaken=mistaken)
    return tuple(found.get(row.question.pk, row) for row in questions)
