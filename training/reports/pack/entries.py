"""Which entries of the ledger a campaign's pack holds.

Found by the rows of the rooms, whose entries they name: one query however
many people there are, read in the order of the log. Facts that no row holds
(accounts, grants, witnesses, erasures) are found by their entries' kinds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from heapq import merge
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db.models import Q, QuerySet

from training.access.export import EXPORTED, PACKED
from training.access.models import AccessLog, Sample
from training.attestation.models import Annulment, Attestation, Credit, Decline, PaperRecord
from training.campaigns.models import (
    Assignment,
    AssignmentEvent,
    Campaign,
    CampaignEvent,
    Completion,
    DueSet,
    Exemption,
    Pin,
    Task,
)
from training.catalogue.models import FrozenImage, ModuleVersion, ModuleVersionQuestion, QuestionVersion
from training.certificates.models import Certificate, CertificateEvent, Edition
from training.changes.models import ClauseConfirmation, ClauseDecision
from training.ledger.models import Entry, Evidence
from training.ledger.triggers import ERASURE
from training.people.models import (
    DepartmentPlace,
    EmailAddress,
    Employment,
    Leave,
    PersonName,
    Posting,
    Supervision,
)
from training.people.roster_models import RosterChange, RosterImport
from training.policy.models import Clause, Revision, StatementVersion
from training.quiz.models import Answer, Attempt, MakeUp, Marking, Submission, Withdrawal
from training.reminders.models import ReminderSent

# The way from each table of a campaign's evidence to the campaign.
OF_CAMPAIGN: dict[type[Evidence], str] = {
    CampaignEvent: "campaign",
    Assignment: "campaign",
    AssignmentEvent: "assignment__campaign",
    Exemption: "assignment__campaign",
    DueSet: "assignment__campaign",
    ReminderSent: "assignment__campaign",
    Attempt: "task__assignment__campaign",
    MakeUp: "task__assignment__campaign",
    Submission: "attempt__task__assignment__campaign",
    Marking: "submission__attempt__task__assignment__campaign",
    Completion: "task__assignment__campaign",
    Attestation: "assignment__campaign",
    Annulment: "attestation__assignment__campaign",
    Decline: "assignment__campaign",
    Credit: "assignment__campaign",
    PaperRecord: "assignment__campaign",
    Certificate: "assignment__campaign",
    Edition: "certificate__assignment__campaign",
    CertificateEvent: "certificate__assignment__campaign",
    AccessLog: "campaign",
    Sample: "campaign",
}
TEXTS: frozenset[type[Evidence]] = frozenset(
    {
        Revision,
        StatementVersion,
        ModuleVersion,
        QuestionVersion,
        Withdrawal,
        FrozenImage,
        ClauseDecision,
        ClauseConfirmation,
    }
)
# Rows whose entries another table's rows lead to: an answer's is its submission's.
CARRIED: frozenset[type[Evidence]] = frozenset({Answer, Clause, ModuleVersionQuestion, RosterChange, RosterImport})

BY_KIND = (
    "people.account_linked", "access.granted", "access.revoked", EXPORTED, PACKED, "ledger.witnessed", ERASURE,
)  # fmt: skip
CHUNK = 200

Campaigns = Collection[Campaign]


class Selected(NamedTuple):
    """An entry that belongs to the pack."""

    sequence: int
    id: UUID
    kind: str
    body: str


def sealed(rows: QuerySet[Any], size: int) -> QuerySet[Any]:
    """Of evidence rows, those whose entry is among the first ``size`` of the log."""
    return rows.filter(entry__sequence__lt=size)


def overlapping(first: date, last: date) -> Q:
    """The condition for a bitemporal row to hold on one of these days."""
    return Q(valid_from__lte=last) & (Q(valid_to__isnull=True) | Q(valid_to__gte=first))


def employments_of(campaigns: Campaigns) -> QuerySet[Employment]:
    """Whoever was employed on a day of one of the campaigns, or assigned."""
    wanted = Q(pk__in=Assignment.objects.filter(campaign__in=campaigns).values("employment"))
    for campaign in campaigns:
        wanted |= overlapping(campaign.first_day, campaign.last_day)
    return Employment.objects.filter(wanted)


def versions_of(campaigns: Campaigns) -> QuerySet[ModuleVersion]:
    """The module versions that the campaigns pinned or taught, whether or not somebody opened them."""
    taught: list[QuerySet[Any]] = [
        Pin.objects.filter(campaign_module__campaign__in=campaigns).values("module_version"),
        Task.objects.filter(assignment__campaign__in=campaigns, version__isnull=False).values("version"),
        Attempt.objects.filter(task__assignment__campaign__in=campaigns).values("module_version"),
        Completion.objects.filter(task__assignment__campaign__in=campaigns).values("module_version"),
    ]
    return ModuleVersion.objects.filter(Q(pk__in=_union(taught)) | Q(digest__in=pinned_digests(campaigns)))


def pinned_digests(campaigns: Campaigns, *, size: int | None = None) -> list[str]:
    """The versions that the campaigns' openings and adoptions name, in the order in which they were pinned."""
    events: QuerySet[Any] = CampaignEvent.objects.filter(campaign__in=campaigns).order_by("entry__sequence", "at")
    if size is not None:
        events = sealed(events, size)
    found: list[str] = []
    for kind, facts in events.values_list("kind", "facts"):
        if kind == CampaignEvent.Kind.OPENED:
            found += [pin["digest"] for pin in facts["pins"]]
        elif kind == CampaignEvent.Kind.ADOPTED:
            found += [version["to"]["digest"] for version in facts["adopted"]["versions"]]
    return found


def questions_of(campaigns: Campaigns) -> QuerySet[QuestionVersion]:
    """The question versions of those modules' pools."""
    pools = ModuleVersionQuestion.objects.filter(module_version__in=versions_of(campaigns).values("pk"))
    return QuestionVersion.objects.filter(pk__in=pools.values("question_version"))


def images_of(campaigns: Campaigns) -> QuerySet[FrozenImage]:
    """The pictures that those modules show."""
    shown = versions_of(campaigns).values_list("content__images", flat=True)
    return FrozenImage.objects.filter(sha256__in={sha256 for images in shown for sha256 in images or ()})


def revisions_of(campaigns: Campaigns) -> QuerySet[Revision]:
    """The policy's revisions that the campaigns and their modules teach."""
    return Revision.objects.filter(
        Q(pk__in=[campaign.revision_id for campaign in campaigns]) | Q(pk__in=versions_of(campaigns).values("revision"))
    )


def statements_of(campaigns: Campaigns) -> QuerySet[StatementVersion]:
    """The pledge's wordings that were to be signed, were signed, or declined."""
    return StatementVersion.objects.filter(
        Q(pk__in=[campaign.statement_id for campaign in campaigns])
        | Q(pk__in=Attestation.objects.filter(assignment__campaign__in=campaigns).values("statement_version"))
        | Q(pk__in=Decline.objects.filter(assignment__campaign__in=campaigns).values("statement_version"))
    )


def count_waiting(campaign: Campaign, *, size: int) -> int:
    """How many of a campaign's own entries are not among the first ``size`` of the log."""
    waiting = Q(entry__sequence__isnull=True) | Q(entry__sequence__gte=size)
    keys = [rows.filter(waiting).values("entry") for rows in _own([campaign])]
    return Entry.objects.filter(pk__in=_union(keys)).count()


def by_rows(campaigns: Campaigns, *, size: int) -> QuerySet[Entry]:
    """Every entry that the campaigns' rows, their people's and their texts lead to, among the first ``size``."""
    employments = employments_of(campaigns)
    employees = employments.values("employee")
    people: list[QuerySet[Any]] = [
        Employment.objects.filter(employee__in=employees),
        PersonName.objects.filter(employee__in=employees),
        Posting.objects.filter(employment__employee__in=employees),
        Leave.objects.filter(employment__employee__in=employees),
        EmailAddress.objects.filter(employee__in=employees),
        Supervision.objects.filter(employee__in=employees),
        DepartmentPlace.objects.all(),
    ]
    texts: list[QuerySet[Any]] = [
        revisions_of(campaigns),
        statements_of(campaigns),
        versions_of(campaigns),
        questions_of(campaigns),
        Withdrawal.objects.filter(question_version__in=questions_of(campaigns).values("pk")),
        images_of(campaigns),
        ClauseDecision.objects.filter(revision__in=revisions_of(campaigns).values("pk")),
        ClauseConfirmation.objects.filter(revision__in=revisions_of(campaigns).values("pk")),
    ]
    credited = Attestation.objects.filter(credits__assignment__campaign__in=campaigns)
    behind: list[QuerySet[Any]] = [credited, Annulment.objects.filter(attestation__in=credited.values("pk"))]
    keys = [rows.values("entry") for rows in [*_own(campaigns), *people, *texts, *behind]]
    keys += [rows.filter(superseded_by__isnull=False).values("superseded_by") for rows in people]
    return Entry.objects.filter(pk__in=_union(keys), sequence__lt=size)


def entries_of(campaigns: Campaigns, *, size: int) -> Iterator[Selected]:
    """Yield the pack's entries by number, among the first ``size`` of the log."""
    loose = _Loose(campaigns)
    columns = ("sequence", "id", "kind", "body")
    with_rows = by_rows(campaigns, size=size).order_by("sequence").values_list(*columns)
    others = Entry.objects.filter(kind__in=BY_KIND, sequence__lt=size).order_by("sequence").values_list(*columns)
    known = ((row, True) for row in with_rows.iterator(chunk_size=CHUNK))
    asked = ((row, False) for row in others.iterator(chunk_size=CHUNK))
    last = -1
    for row, wanted in merge(known, asked, key=lambda item: item[0][0]):
        entry = Selected(*row)
        if entry.sequence != last and (wanted or loose.wants(entry)):
            last = entry.sequence
            loose.take(entry)
            yield entry


class _Loose:
    """Decides on entries that no row leads to; an erasure where it names a digest of an entry taken before."""

    def __init__(self, campaigns: Campaigns) -> None:
        self.codes = {campaign.code for campaign in campaigns}
        self.employees = {str(key) for key in employments_of(campaigns).values_list("employee", flat=True)}
        granted = map(_facts, Entry.objects.filter(kind="access.granted").values_list("body", flat=True))
        self.grants = {facts["grant"] for facts in granted if self._named(facts)}
        self.erased: set[str] = set()
        for body in Entry.objects.filter(kind=ERASURE).values_list("body", flat=True).iterator(chunk_size=CHUNK):
            self.erased.update(_facts(body).get("digests") or ())
        self.named: set[str] = set()

    def wants(self, entry: Selected) -> bool:
        facts = _facts(entry.body)
        if entry.kind == "people.account_linked":
            return facts.get("employee") in self.employees
        if entry.kind in ("access.granted", EXPORTED, PACKED):
            return self._named(facts)
        if entry.kind == "access.revoked":
            return facts.get("grant") in self.grants
        if entry.kind == ERASURE:
            return not self.named.isdisjoint(facts.get("digests") or ())
        return True

    def _named(self, facts: dict[str, Any]) -> bool:
        return not self.codes.isdisjoint(facts.get("campaigns") or ())

    def take(self, entry: Selected) -> None:
        if self.erased:
            self.named.update(self.erased.intersection(orjson.loads(entry.body)["disclosures"]))


def _own(campaigns: Campaigns) -> list[QuerySet[Any]]:
    return [model._base_manager.filter(**{f"{way}__in": campaigns}) for model, way in OF_CAMPAIGN.items()]


def _union(keys: list[QuerySet[Any]]) -> QuerySet[Any]:
    """One set: PostgreSQL makes a hash of it once, where it would try a chain of ORs entry by entry."""
    return keys[0].order_by().union(*(rows.order_by() for rows in keys[1:]))


def _facts(body: str) -> dict[str, Any]:
    facts: dict[str, Any] = orjson.loads(body)["facts"]
    return facts
