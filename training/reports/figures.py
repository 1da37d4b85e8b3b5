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

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from training.attestation.models import Annulment, Attestation, Credit, Decline
from training.campaigns.calendar import end_of
from training.campaigns.models import Assignment, AssignmentEvent, Campaign, Completion, DueSet, Exemption, Pin, Task
from training.campaigns.posts import department_on, number_on
from training.catalogue.models import ModuleVersion
from training.certificates.models import Certificate
from training.conf import conf
from training.people.models import Employment
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
    CREDITED = "credited"
    EXEMPT = "exempt"
    CLOSED = "closed"


# Of whom nothing is asked any more.
SETTLED = (Reason.CREDITED, Reason.EXEMPT, Reason.CLOSED)
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
    """A campaign at the end of a day. ``open`` lists by reason who has not signed; ``paper`` signed on paper.

    ``ways`` counts who signed by whether a module was entered from a sheet, and whether the pledge was.
    ``earlier`` are versions that somebody was taught before a newer one was adopted.
    """

    day: date
    assigned: int
    started: int
    trained: int
    signed: int
    paper: int
    ways: Mapping[tuple[bool, bool], int]
    certified: int
    annulled: int
    types: Mapping[str, int]
    first_opened: datetime | None
    last_completed: datetime | None
    open: Mapping[Reason, tuple[Open, ...]]
    modules: tuple[ModuleFigures, ...]
    questions: tuple[QuestionFigures, ...]
    faulty: tuple[Faulty, ...] = ()
    earlier: tuple[ModuleVersion, ...] = ()

    @property
    def untrained(self) -> int:
        """How many have not completed every module, and are still asked for it."""
        return sum(len(self.open.get(reason, ())) for reason in UNTRAINED)


def outcome_of(campaign: Campaign, *, day: date) -> Outcome:
    """Return a campaign as it stood when the day had ended in the company's time zone."""
    until = end_of(day, conf.time_zone)
    paths = department_paths(day)
    groups: dict[Reason, list[Open]] = {reason: [] for reason in Reason}
    count: Counter[str] = Counter()
    types: Counter[str] = Counter()
    ways: Counter[tuple[bool, bool]] = Counter()
    for row in _people(campaign, day=day, until=until):
        types[row["type"]] += 1
        if row["signed"]:
            ways[row["entered"], row["paper"]] += 1
        trained = row["done"] == row["modules"]
        count.update(
            {
                "started": row["opened"],
                "trained": trained and row["modules"] > 0,
                "signed": row["signed"],
                "paper": row["paper"],
            }
        )
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
        paper=count["paper"],
        ways=dict(ways),
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
        earlier=_earlier(campaign, until=until),
    )


def _earlier(campaign: Campaign, *, until: datetime) -> tuple[ModuleVersion, ...]:
    """Versions that were opened by then and are not pinned any more. One query."""
    taught = Task.objects.filter(assignment__campaign=campaign, opened_at__lt=until).values("version")
    pinned = Pin.objects.filter(campaign_module__campaign=campaign).values("module_version")
    rows = ModuleVersion.objects.filter(pk__in=taught).exclude(pk__in=pinned)
    return tuple(rows.order_by("module__slug", "language", "number"))


def _people(campaign: Campaign, *, day: date, until: datetime) -> Iterator[Mapping[str, Any]]:
    """Yield who was asked by then, with what the reason follows from. One query."""
    tasks = Task.objects.filter(assignment=OuterRef("pk"))
    asked_for, done = (
        rows.order_by().values("assignment").annotate(n=Count("pk")).values("n")
        for rows in (tasks, tasks.filter(completion__at__lt=until))
    )
    signatures = Attestation.objects.filter(assignment=OuterRef("pk"), at__lt=until)
    annulled = Q(annulment__at__lt=until)
    stand = signatures.exclude(annulled)
    credited = Credit.objects.filter(assignment=OuterRef("pk"), at__lt=until).exclude(
        attestation__annulment__at__lt=until
    )
    closing = AssignmentEvent.objects.filter(assignment=OuterRef("pk"), at__lt=until).order_by("-number")
    holds = Q(kind=Exemption.Kind.GRANTED, first_day__lte=day) & (Q(until__isnull=True) | Q(until__gte=day))
    exempt = (
        Exemption.objects.filter(assignment=OuterRef("pk"), at__lt=until)
        .order_by("-number")
        .annotate(holds=Case(When(holds, then=Value(True)), default=Value(False), output_field=BooleanField()))
    )
    failed = Marking.objects.filter(
        submission__attempt__task__assignment=OuterRef("pk"), passed=False, at__lt=until
    ).exclude(submission__attempt__task__completion__at__lt=until)
    due = DueSet.objects.filter(assignment=OuterRef("pk"), entry__at__lt=until).order_by("-number")
    employed = on(Employment.objects.filter(employee=OuterRef("employment__employee")), day)
    asked = Assignment.objects.filter(campaign=campaign, at__lt=until)
    return asked.annotate(
        number=number_on(day),
        type=F("employment__type"),
        department=department_on(day),
        due=Subquery(due.values("due_on")[:1]),
        modules=Coalesce(Subquery(asked_for, output_field=IntegerField()), 0),
        done=Coalesce(Subquery(done, output_field=IntegerField()), 0),
        opened=Exists(tasks.filter(opened_at__lt=until)),
        failed=Exists(failed),
        employed=Exists(employed),
        signed=Exists(stand),
        paper=Exists(stand.filter(method=Attestation.Method.PAPER)),
        entered=Exists(tasks.filter(completion__how=Completion.How.PAPER, completion__at__lt=until)),
        credited=Exists(credited),
        shut=Subquery(closing.values("kind")[:1]),
        exempt=Coalesce(Subquery(exempt.values("holds")[:1], output_field=BooleanField()), Value(False)),
        annulled=Exists(signatures.filter(annulled)),
        declined=Exists(Decline.objects.filter(assignment=OuterRef("pk"), at__lt=until)),
    ).values(
        "number", "type", "department", "due", "done", "opened", "failed", "employed", "signed", "annulled", "declined",
        "paper", "entered", "credited", "shut", "exempt", "modules",
    ).iterator(chunk_size=CHUNK)  # fmt: skip


def _reason(row: Mapping[str, Any], *, trained: bool) -> Reason | None:
    """Why somebody is not done, or None for who has signed."""
    if row["signed"]:
        return None
    if row["shut"] == AssignmentEvent.Kind.CLOSED:
        return Reason.CLOSED
    if row["credited"]:
        return Reason.CREDITED
    if row["exempt"]:
        return Reason.EXEMPT
    if not trained:
        if not row["employed"]:
            return Reason.LEFT
        if not row["opened"]:
            return Reason.NOT_STARTED
        return Reason.FAILED if row["failed"] else Reason.READING
    if row["annulled"]:
        return Reason.ANNULLED
    return Reason.DECLINED if row["declined"] else Reason.UNSIGNED
