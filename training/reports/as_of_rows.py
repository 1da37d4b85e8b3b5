"""Which rows tell of the end of a day as known at a checkpoint.

A row counts if its entry was sealed by then (``sequence`` below the
checkpoint's size) and the fact lies before the day's end; a row of the roster
also if no entry sealed by then has taken it back. Numbers in the log are given
once and only ever grow, so that nothing written later changes the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    Field,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Collate

from training.attestation.models import Annulment, Attestation, Credit
from training.campaigns.calendar import end_of
from training.campaigns.models import (
    DRAFTING,
    Assignment,
    AssignmentEvent,
    Campaign,
    CampaignEvent,
    Completion,
    DueSet,
    Exemption,
)
from training.conf import conf
from training.ledger.models import Checkpoint
from training.people.models import DepartmentPlace, Employment, PersonName, Posting
from training.people.queries import believed_at, paths_of


def _one(rows: QuerySet[Any], value: str, kind: Field[Any, Any]) -> Subquery:
    return Subquery(rows.values(value)[:1], output_field=kind)


def _by_codepoint(number: Combinable, database: str) -> Collate:
    return Collate(number, "C" if connections[database].vendor == "postgresql" else "BINARY")


@dataclass(frozen=True)
class Then:
    """The end of a day in the company's zone, as known at a checkpoint; of one campaign or of all."""

    day: date
    checkpoint: Checkpoint
    campaign: Campaign | None

    @cached_property
    def end(self) -> datetime:
        """The first instant that is too late."""
        return end_of(self.day, conf.time_zone)

    def recorded(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those that an entry under the checkpoint vouches for."""
        return rows.filter(entry__sequence__lt=self.checkpoint.size)

    def believed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Of the roster's rows, those that held for true at the checkpoint."""
        return believed_at(rows, size=self.checkpoint.size, at=self.checkpoint.at)

    @property
    def _holds(self) -> Q:
        return Q(valid_from__lte=self.day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=self.day))

    @cached_property
    def campaigns(self) -> dict[int, dict[str, Any]]:
        """Each campaign as its last recorded verb since the first approval left it, by key. One query."""
        events = self.recorded(CampaignEvent.objects.filter(at__lt=self.end).exclude(kind__in=DRAFTING))
        if self.campaign is not None:
            events = events.filter(campaign=self.campaign)
        found: dict[int, dict[str, Any]] = {}
        for campaign, facts in events.order_by("entry__sequence").values_list("campaign_id", "facts"):
            found[campaign] = found.get(campaign, {}) | facts
        return found

    @cached_property
    def paths(self) -> dict[UUID, str]:
        """Every department's path on the day. One query."""
        return paths_of(self.believed(DepartmentPlace.objects.filter(valid_from__lte=self.day)).order_by("pk"))

    @cached_property
    def _known(self) -> tuple[bool, bool]:
        """Whether the checkpoint knows of what settles otherwise than by signing, and of paper. One query."""
        settling = [
            self._recorded_here(rows, "assignment")
            for rows in (AssignmentEvent.objects.all(), Exemption.objects.all(), Credit.objects.all())
        ]
        completed = Completion.objects.filter(how=Completion.How.PAPER)
        on_paper = [
            self._recorded_here(completed, "task__assignment"),
            self._recorded_here(Attestation.objects.filter(method=Attestation.Method.PAPER), "assignment"),
            self._recorded_here(Credit.objects.filter(attestation__method=Attestation.Method.PAPER), "assignment"),
        ]
        checkpoint = Checkpoint.objects.filter(pk=self.checkpoint.pk)
        known: tuple[bool, bool] = checkpoint.annotate(
            settled=self._truth(Q(*map(Exists, settling), _connector=Q.OR)),
            on_paper=self._truth(Q(*map(Exists, on_paper), _connector=Q.OR)),
        ).values_list("settled", "on_paper")[0]
        return known

    def _recorded_here(self, rows: QuerySet[Any], assignment: str) -> QuerySet[Any]:
        """Of these rows, those recorded; of the campaign alone, if one is asked for."""
        found = rows.filter(**{f"{assignment}__campaign": self.campaign}) if self.campaign is not None else rows
        return self.recorded(found)

    @property
    def settled(self) -> bool:
        """Whether the checkpoint knows of any closing, exemption or credit, on whatever day."""
        return self._known[0]

    @property
    def on_paper(self) -> bool:
        """Whether it knows of anything done on paper or in a group session, on whatever day.

        What was taken back since counts too: the file must be able to tell of it on the days before.
        """
        return self._known[1]

    @property
    def form(self) -> int:
        """The form in which the day is told, 1 to 3: the first that can tell all that the checkpoint knows."""
        return 3 if self.on_paper else 2 if self.settled else 1

    def employed(self) -> QuerySet[Employment]:
        """The employments that hold on the day."""
        return self.believed(Employment.objects.filter(self._holds))

    def assigned(self) -> QuerySet[Any]:
        """The assignments, each with ``line`` and ``staff``: the employment and its number under which it is shown.

        That is what was believed of the same employment: a correction is a new
        row, and an assignment still names the old one. Where the person works
        here on the day, the row that says so comes first.
        """
        rows = self.recorded(Assignment.objects.filter(at__lt=self.end))
        if self.campaign is not None:
            rows = rows.filter(campaign=self.campaign)
        found: QuerySet[Any] = rows.annotate(
            line=self._shown("pk", UUIDField(), F("employment_id")),
            staff=_by_codepoint(self._shown("number", CharField(), F("employment__number")), rows.db),
        )
        return found

    def _shown(self, value: str, kind: Field[Any, Any], own: Combinable) -> Coalesce:
        """What is believed of an assignment's employment; where nothing is, what the assignment's own row says."""
        same = (
            Q(pk=OuterRef("employment"))
            | Q(number=OuterRef("employment__number"))
            | Q(entry=OuterRef("employment__superseded_by"))
            | Q(superseded_by=OuterRef("employment__entry"))
        )
        theirs = self.believed(Employment.objects.filter(employee=OuterRef("employment__employee")))
        ranked = theirs.annotate(
            holds=self._truth(self._holds), begun=self._truth(Q(valid_from__lte=self.day))
        ).order_by("-holds", "-begun", "-valid_from", "pk")
        # Two questions, not one in an order of its own: SQLite orders a subquery by nothing from outside it.
        return Coalesce(_one(ranked.filter(same), value, kind), _one(ranked, value, kind), own)

    def _truth(self, condition: Q) -> Case:
        return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())

    def unassigned(self) -> QuerySet[Any]:
        """The employments that hold on the day, and under which no assignment is shown."""
        # Named by the person's employments: SQLite would else read the whole campaign for each person.
        theirs = Employment.objects.filter(employee=OuterRef(OuterRef("employee")))
        mine = self.assigned().filter(employment__in=theirs.values("pk"), line=OuterRef("pk"))
        return self.with_number(self.employed().filter(~Exists(mine)))

    def with_number(self, employments: QuerySet[Any]) -> QuerySet[Any]:
        """Employments as the lines that they are."""
        found: QuerySet[Any] = employments.annotate(line=F("pk"), staff=_by_codepoint(F("number"), employments.db))
        return found

    def in_order(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """By staff number, by code point on every database; equals by employment and campaign."""
        return rows.order_by("staff", "line", *(("campaign_id", "pk") if rows.model is Assignment else ()))

    def with_results(self, assigned: QuerySet[Any]) -> QuerySet[Any]:
        """Assignments with how many modules were completed, when the last, and when the pledge was signed."""
        done = self.recorded(Completion.objects.filter(task__assignment=OuterRef("pk"), at__lt=self.end))
        counted = done.order_by().values("task__assignment").annotate(n=Count("pk"), last=Max("at"))
        found: QuerySet[Any] = assigned.annotate(
            done=Coalesce(_one(counted, "n", IntegerField()), 0),
            done_at=_one(counted, "last", DateTimeField()),
            signed_at=_one(self._signatures(), "at", DateTimeField()),
        )
        return found

    def with_settled(self, assigned: QuerySet[Any]) -> QuerySet[Any]:
        """Assignments with what may stand in a signature's place: ``closed_…``, ``exempt_…`` and ``credited_at``.

        A closing counts from its own day on, which may lie before it was
        recorded, as a leaver's does; a decision from when it was made. Of each
        the last one counts. A credit is as good as the signature behind it.
        """
        events = self.recorded(AssignmentEvent.objects.filter(assignment=OuterRef("pk"), day__lte=self.day))
        granted = self.recorded(Exemption.objects.filter(assignment=OuterRef("pk"), at__lt=self.end))
        last, newest = events.order_by("-number"), granted.order_by("-number")
        found: QuerySet[Any] = assigned.annotate(
            closed_kind=_one(last, "kind", CharField()),
            closed_cause=_one(last, "cause", CharField()),
            closed_day=_one(last, "day", DateField()),
            exempt_kind=_one(newest, "kind", CharField()),
            exempt_cause=_one(newest, "cause", CharField()),
            exempt_first=_one(newest, "first_day", DateField()),
            exempt_until=_one(newest, "until", DateField()),
            credited_at=_one(self._credits(), "attestation__at", DateTimeField()),
        )
        return found

    def with_methods(self, assigned: QuerySet[Any]) -> QuerySet[Any]:
        """Assignments with whether any module is completed from a sheet, and by what means the pledge was signed.

        ``credited_how`` is the means of the earlier signature that counts here. Completions from a sheet stay so when
        the signature on it is annulled, whoever signs anew and how.
        """
        sheets = Completion.objects.filter(task__assignment=OuterRef("pk"), at__lt=self.end, how=Completion.How.PAPER)
        found: QuerySet[Any] = assigned.annotate(
            done_on_paper=Exists(self.recorded(sheets)),
            signed_how=_one(self._signatures(), "method", CharField()),
            credited_how=_one(self._credits(), "attestation__method", CharField()),
        )
        return found

    def _signatures(self) -> QuerySet[Attestation]:
        """Of an assignment, those given by then that nobody has annulled; the newest first."""
        annulled = self.recorded(Annulment.objects.filter(attestation=OuterRef("pk")))
        given = self.recorded(Attestation.objects.filter(assignment=OuterRef("pk"), at__lt=self.end))
        return given.filter(~Exists(annulled)).order_by("-number")

    def _credits(self) -> QuerySet[Credit]:
        """Of an assignment, those by then whose signature nobody has annulled; that of the newest signature first."""
        annulled = self.recorded(Annulment.objects.filter(attestation=OuterRef("attestation")))
        credited = self.recorded(Credit.objects.filter(assignment=OuterRef("pk"), at__lt=self.end))
        return credited.filter(~Exists(annulled)).order_by("-attestation__at", "pk")

    @property
    def is_closed(self) -> Q:
        """Of ``with_settled``: whether an assignment was closed."""
        return Q(closed_kind=AssignmentEvent.Kind.CLOSED)

    @property
    def is_exempt(self) -> Q:
        """Of ``with_settled``: whether an exemption held on the day."""
        return Q(exempt_kind=Exemption.Kind.GRANTED, exempt_first__lte=self.day) & (
            Q(exempt_until__isnull=True) | Q(exempt_until__gte=self.day)
        )

    def with_facts(self, assigned: QuerySet[Any]) -> QuerySet[Any]:
        """Assignments with everything that a line shows."""
        due = self.recorded(DueSet.objects.filter(assignment=OuterRef("pk"), entry__at__lt=self.end))
        taken_back = self.recorded(
            Annulment.objects.filter(attestation__assignment=OuterRef("pk"), attestation__at__lt=self.end)
        )
        results = self.with_results(assigned)
        if self.form > 1:
            results = self.with_settled(results)
        if self.form > 2:
            results = self.with_methods(results)
        people = self._with_person(results, "employment__employee", "staff")
        found: QuerySet[Any] = people.annotate(
            kind=self._shown("type", CharField(), F("employment__type")),
            holds=self._shown("holds", BooleanField(), Value(False)),
            due_on=_one(due.order_by("-number"), "due_on", DateField()),
            annulled_at=_one(taken_back.order_by("-attestation__number"), "at", DateTimeField()),
        )
        return found

    def with_person(self, employments: QuerySet[Any]) -> QuerySet[Any]:
        """Employments with everything that a line shows."""
        people = self._with_person(employments, "employee", "number")
        found: QuerySet[Any] = people.annotate(kind=F("type"), holds=Value(True, output_field=BooleanField()))
        return found

    def _with_person(self, rows: QuerySet[Any], employee: str, number: str) -> QuerySet[Any]:
        """Name and post that began last; a post under the same staff number goes before one under another."""
        begun = Q(valid_from__lte=self.day)
        names = self.believed(PersonName.objects.filter(begun, employee=OuterRef(employee)))
        posts = self.believed(Posting.objects.filter(begun, employment__employee=OuterRef(employee), primary=True))
        names = names.order_by("-valid_from", "-pk")
        posts = posts.annotate(posted=self._truth(self._holds)).order_by("-valid_from", "-pk")
        same = posts.filter(employment__number=OuterRef(number))

        def post(value: str, kind: Field[Any, Any]) -> Coalesce:
            return Coalesce(_one(same, value, kind), _one(posts, value, kind))

        found: QuerySet[Any] = rows.annotate(
            name=Coalesce(_one(names, "name", CharField()), Value("")),
            kana=Coalesce(_one(names, "kana", CharField()), Value("")),
            department=post("department", UUIDField()),
            posted=post("posted", BooleanField()),
        )
        return found
