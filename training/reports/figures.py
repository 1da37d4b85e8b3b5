"""A campaign in figures at the end of a day: for the report (教育実施報告書).

Counted from the facts, each as of the day: what came later is not in it,
whenever one asks. The number of queries depends neither on the people nor on
the modules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, Max, Min, OuterRef, Q, Subquery, UUIDField
from django.db.models.functions import Coalesce

from training.attestation.models import Annulment, Attestation, Decline
from training.campaigns.calendar import end_of
from training.campaigns.models import Assignment, Campaign, DueSet, Task
from training.certificates.models import Certificate
from training.conf import conf
from training.people.models import Employment, Posting
from training.people.queries import department_paths, on
from training.quiz.models import Marking
from training.reports.results import Faulty, ModuleFigures, QuestionFigures, checks_of

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
    faulty: tuple[Faulty, ...] = ()

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
    figures, questions, faulty = checks_of(campaign, until=until)
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
        faulty=faulty,
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
        employment__employee=OuterRef("employment__employee"),
        employment__number=OuterRef("employment__number"),
        primary=True,
        superseded_at__isnull=True,
        valid_from__lte=day,
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
