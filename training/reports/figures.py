"""A campaign in figures at the end of a day: for the report (教育実施報告書).

Counted from the facts, each as of the day: what came later is not in it,
whenever one asks. The number of queries depends neither on the people nor on
the modules.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, Max, Min, OuterRef, Q, Subquery, UUIDField
from django.db.models.functions import Coalesce

from training.attestation.models import Annulment, Attestation, Decline
from training.campaigns.calendar import end_of
from training.campaigns.models import Assignment, Campaign, DueSet, Pin, Task
from training.catalogue.models import ModuleVersion, QuestionVersion
from training.certificates.models import Certificate
from training.conf import conf
from training.ledger.models import Disclosure
from training.people.models import Employment, Posting
from training.people.queries import department_paths, on
from training.quiz.models import Answer, Marking

WORST = 10
CHUNK = 1000


class Reason(StrEnum):
    """Why a person is not trained, or has not signed."""

    LEFT = "left"
    NOT_STARTED = "not_started"
    READING = "reading"
    FAILED = "failed"
    DECLINED = "declined"
    ANNULLED = "annulled"
    UNSIGNED = "unsigned"


UNTRAINED = (Reason.LEFT, Reason.NOT_STARTED, Reason.READING, Reason.FAILED)
TRAINED_UNSIGNED = (Reason.DECLINED, Reason.ANNULLED, Reason.UNSIGNED)


@dataclass(frozen=True, slots=True, order=True)
class Open:
    """A person who is not done: by department and number, and when it is or was due."""

    department: str
    number: str
    due_on: date


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


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """How often a question stood on a paper and was answered right, and the wrong option that was chosen most."""

    question: QuestionVersion
    asked: int
    right: int
    mistake: str = ""
    mistaken: int = 0

    @property
    def facility(self) -> float:
        """The share of right answers."""
        return self.right / self.asked


@dataclass(frozen=True, slots=True)
class Outcome:
    """A campaign at the end of a day. ``open`` lists by reason who is not trained, or trained and not signed."""

    day: date
    assigned: int
    started: int
    trained: int
    signed: int
    certified: int
    annulled: int
    types: Mapping[str, int]
    first_opened: datetime | None
    last_completed: datetime | None
    open: Mapping[Reason, tuple[Open, ...]]
    modules: tuple[ModuleFigures, ...]
    questions: tuple[QuestionFigures, ...]

    @property
    def untrained(self) -> int:
        """How many have not completed every module."""
        return self.assigned - self.trained


def outcome_of(campaign: Campaign, *, day: date) -> Outcome:
    """Return a campaign as it stood when the day had ended in the company's time zone."""
    until = end_of(day, conf.time_zone)
    modules = campaign.campaign_modules.count()
    paths = department_paths(day)
    groups: dict[Reason, list[Open]] = {reason: [] for reason in Reason}
    count: Counter[str] = Counter()
    types: Counter[str] = Counter()
    for row in _people(campaign, day=day, until=until):
        types[row["type"]] += 1
        trained = bool(modules) and row["done"] == modules
        count.update({"started": row["opened"], "trained": trained, "signed": row["signed"]})
        if reason := _reason(row, trained=trained):
            groups[reason].append(Open(paths.get(row["department"], ""), row["number"], row["due"]))
    span = Task.objects.filter(assignment__campaign=campaign, opened_at__lt=until).aggregate(
        first=Min("opened_at"), last=Max("completion__at", filter=Q(completion__at__lt=until))
    )
    figures, questions = _checks(campaign, until=until)
    return Outcome(
        day=day,
        assigned=types.total(),
        started=count["started"],
        trained=count["trained"],
        signed=count["signed"],
        certified=Certificate.objects.filter(
            assignment__campaign=campaign, issued_at__lt=until, supersedes__isnull=True
        ).count(),
        annulled=Annulment.objects.filter(attestation__assignment__campaign=campaign, at__lt=until).count(),
        types=dict(types),
        first_opened=span["first"],
        last_completed=span["last"],
        open={reason: tuple(sorted(rows)) for reason, rows in groups.items() if rows},
        modules=figures,
        questions=questions,
    )


def _people(campaign: Campaign, *, day: date, until: datetime) -> Iterator[Mapping[str, Any]]:
    """Yield who was asked by then, with what the reason follows from. One query."""
    tasks = Task.objects.filter(assignment=OuterRef("pk"))
    done = tasks.filter(completion__at__lt=until).order_by().values("assignment").annotate(n=Count("pk")).values("n")
    signatures = Attestation.objects.filter(assignment=OuterRef("pk"), at__lt=until)
    annulled = Q(annulment__at__lt=until)
    failed = Marking.objects.filter(
        submission__attempt__task__assignment=OuterRef("pk"), passed=False, at__lt=until
    ).exclude(submission__attempt__task__completion__at__lt=until)
    posts = Posting.objects.filter(
        employment=OuterRef("employment"), primary=True, superseded_at__isnull=True, valid_from__lte=day
    )
    due = DueSet.objects.filter(assignment=OuterRef("pk"), entry__at__lt=until).order_by("-number")
    employed = on(Employment.objects.filter(employee=OuterRef("employment__employee")), day)
    asked = Assignment.objects.filter(campaign=campaign, at__lt=until)
    return asked.annotate(
        number=F("employment__number"),
        type=F("employment__type"),
        department=Subquery(posts.order_by("-valid_from").values("department")[:1], output_field=UUIDField()),
        due=Subquery(due.values("due_on")[:1]),
        done=Coalesce(Subquery(done, output_field=IntegerField()), 0),
        opened=Exists(tasks.filter(opened_at__lt=until)),
        failed=Exists(failed),
        employed=Exists(employed),
        signed=Exists(signatures.exclude(annulled)),
        annulled=Exists(signatures.filter(annulled)),
        declined=Exists(Decline.objects.filter(assignment=OuterRef("pk"), at__lt=until)),
    ).values(
        "number", "type", "department", "due", "done", "opened", "failed", "employed", "signed", "annulled", "declined"
    ).iterator(chunk_size=CHUNK)  # fmt: skip


def _reason(row: Mapping[str, Any], *, trained: bool) -> Reason | None:
    """Why somebody is not done, or None for who has signed."""
    if row["signed"]:
        return None
    if not trained:
        if not row["employed"]:
            return Reason.LEFT
        if not row["opened"]:
            return Reason.NOT_STARTED
        return Reason.FAILED if row["failed"] else Reason.READING
    if row["annulled"]:
        return Reason.ANNULLED
    return Reason.DECLINED if row["declined"] else Reason.UNSIGNED


@dataclass(slots=True)
class _Count:
    """A module's papers being counted."""

    people: set[int] = field(default_factory=set)
    papers: int = 0
    first: int = 0
    firsts: int = 0
    share: float = 0.0
    first_share: float = 0.0

    def add(self, task: int, *, number: int, passed: bool, share: float) -> None:
        self.people.add(task)
        self.papers += 1
        self.share += share
        if number == 1:
            self.firsts += 1
            self.first += passed
            self.first_share += share


def _checks(campaign: Campaign, *, until: datetime) -> tuple[tuple[ModuleFigures, ...], tuple[QuestionFigures, ...]]:
    """Return how each module's papers went, and each question on them, hardest first. Five queries."""
    counts: dict[int, _Count] = defaultdict(_Count)
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for task, number, module, score, out_of, passed, points in _papers(campaign, until=until):
        counts[module].add(task, number=number, passed=passed, share=100 * score / out_of if out_of else 0.0)
        asked.update(points.keys())
        right.update(key for key, earned in points.items() if earned)
    completed = dict(
        Task.objects.filter(assignment__campaign=campaign, completion__at__lt=until)
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
            )
        )
    questions = sorted(
        (
            QuestionFigures(question=question, asked=asked[str(question.pk)], right=right[str(question.pk)])
            for question in QuestionVersion.objects.filter(pk__in=list(asked))
        ),
        key=lambda figures: (figures.facility, -figures.asked, str(figures.question.question)),
    )
    return tuple(modules), _with_mistakes(campaign, questions, until=until)


def _papers(campaign: Campaign, *, until: datetime) -> Iterator[tuple[int, int, int, int, int, bool, dict[str, int]]]:
    """Yield each paper handed in by then under the marking that counted then. One query."""
    paper = "submission__attempt__"
    rows = (
        Marking.objects.filter(submission__attempt__task__assignment__campaign=campaign, at__lt=until)
        .order_by(f"{paper}task", f"{paper}number", "number")
        .values_list(
            f"{paper}task", f"{paper}number", f"{paper}task__campaign_module", "score", "out_of", "passed", "points"
        )
        .iterator(chunk_size=CHUNK)
    )
    for _, markings in groupby(rows, key=itemgetter(0, 1)):
        *_, last = markings
        yield last


def _with_mistakes(
    campaign: Campaign, questions: Sequence[QuestionFigures], *, until: datetime
) -> tuple[QuestionFigures, ...]:
    """Add to the hardest questions the wrong option that was chosen most. One query; what was erased is not counted."""
    hardest = {f"response/{row.question.pk}": row for row in questions[:WORST] if row.right < row.asked}
    answers = Answer.objects.filter(
        question_version__in=[row.question.pk for row in hardest.values()],
        submission__attempt__task__assignment__campaign=campaign,
        submission__at__lt=until,
    )
    chosen: dict[str, Counter[str]] = defaultdict(Counter)
    given = Disclosure.objects.filter(name__in=list(hardest), digest__in=answers.values("response_digest"))
    for name, response in given.values_list("name", "value").iterator(chunk_size=CHUNK):
        chosen[name].update(response or ())
    found = {}
    for name, row in hardest.items():
        wrong = [option for option in row.question.content["options"] if not option["correct"]]
        worst = max(wrong, key=lambda option: chosen[name][option["id"]])
        if mistaken := chosen[name][worst["id"]]:
            found[row.question.pk] = replace(row, mistake=worst["text"], mistaken=mistaken)
    return tuple(found.get(row.question.pk, row) for row in questions)
