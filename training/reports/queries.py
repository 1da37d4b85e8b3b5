"""Where everybody stands in a campaign, and all that is known of one assignment.

Reads for lists that may hold ten thousand people: what a list filters and
sorts by is computed by the database, and the number of queries depends neither
on the people nor on the modules.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Field,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Coalesce, Collate, Replace
from django.utils.translation import gettext_lazy as _

from training.attestation.models import Decline
from training.attestation.queries import certifiable
from training.attestation.standing import DECIDING, SETTLED, with_standing
from training.attestation.standing import Standing as Progress
from training.campaigns.models import Assignment, Campaign, Exemption, Tally
from training.campaigns.posts import department_on, number_on, numbered
from training.certificates.queries import current
from training.ledger.models import Entry
from training.people.models import PATH_SEPARATOR, Employment, PersonName
from training.people.names import pattern
from training.people.nearest import people_near
from training.people.queries import Person
from training.reports.basis import Basis, basis

SPACES = (" ", "\u3000")
_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


class State(TextChoices):
    """How far a person is with an assignment: ``attestation.standing``'s word, and who said that signing is impossible.

    Being overdue is another matter.
    """

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    TRAINED = "trained", _("All passed, not signed")
    DECLINED = "declined", _("Cannot sign")
    SIGNED = "signed", _("Signed")
    CREDITED = "credited", _("Credited")
    EXEMPT = "exempt", _("Exempt")
    CLOSED = "closed", _("Closed")


_AS_STATE = {
    **{progress: State(progress.value) for progress in (*SETTLED, Progress.TRAINED)},
    Progress.STARTED: State.IN_PROGRESS,
}


def state_of(standing: str, *, declined: bool) -> State:
    """The word of ``_state`` for an assignment of which the standing is known, and whether the person declined."""
    if declined and standing not in SETTLED:
        return State.DECLINED
    return _AS_STATE.get(Progress(standing), State.NOT_STARTED)


def _state() -> Case:
    """The one rule of ``attestation.standing``, a refusal standing between what is settled and how far the rest are."""
    steps = [(progress in SETTLED, When(holds, then=Value(_AS_STATE[progress].value))) for progress, holds in DECIDING]
    declined = When(Exists(Decline.objects.filter(assignment=OuterRef("pk"))), then=Value(State.DECLINED.value))
    return Case(
        *(step for settled, step in steps if settled),
        declined,
        *(step for settled, step in steps if not settled),
        default=Value(State.NOT_STARTED.value),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """One person's line in a campaign's list. ``basis`` is None where nothing is completed yet."""

    assignment: UUID
    number: str
    name: str
    kana: str
    department: str
    done: int
    modules: int
    state: State
    overdue: bool
    due_on: date
    signed_at: datetime | None
    serial: str
    basis: Basis | None


def _last(rows: QuerySet[Any], day: date, value: str, kind: Field[Any, Any]) -> Subquery:
    """Of bitemporal rows the one nearest to a day, as ``people_on`` chooses it."""
    believed = rows.filter(superseded_at__isnull=True, valid_from__lte=day)
    return Subquery(believed.order_by("-valid_from").values(value)[:1], output_field=kind)


def standings(campaign: Campaign, *, today: date) -> QuerySet[Any]:
    """Return a campaign's assignments with all that ``listed`` shows, ready to be filtered, searched and ordered."""
    names = PersonName.objects.filter(employee=OuterRef("employment__employee"))
    certificates = current().filter(assignment=OuterRef("pk")).order_by("-issued_at")
    assignments: QuerySet[Any] = Assignment.objects.filter(campaign=campaign)
    judged: QuerySet[Any] = with_standing(assignments, day=today).annotate(
        number=number_on(today),
        name=Coalesce(_last(names, today, "name", CharField()), Value("")),
        kana=Coalesce(_last(names, today, "kana", CharField()), Value("")),
        department=department_on(today),
        serial=Coalesce(Subquery(certificates.values("serial")[:1]), Value("")),
        state=_state(),
        basis=basis(),
    )
    return judged


def matching(assignments: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Those whose number, name or reading holds every word; a number of before is found too.

    Width, spaces inside names, hiragana and the forms of a character (髙 for 高) do not matter.
    """
    found: QuerySet[Any] = assignments.annotate(**BARE)
    for word in words.split():
        wanted: Any = named(word)
        for form in _forms(word):
            wanted |= numbered(form)
        found = found.filter(wanted)
    return found


def named(word: str) -> Q:
    """Of rows annotated with ``BARE`` those whose name or reading holds the word, in whichever form."""
    wanted = Q()
    if forms := pattern(word):
        wanted |= Q(name_bare__iregex=forms)
    for form in _forms(word):
        wanted |= Q(name_bare__icontains=form) | Q(kana_bare__icontains=form)
    return wanted


def _forms(word: str) -> set[str]:
    plain = unicodedata.normalize("NFKC", word)
    return {word, plain, plain.translate(_KATAKANA)}


def _bare(text: Combinable) -> Combinable:
    for space in SPACES:
        text = Replace(text, Value(space), Value(""))
    return text


# Name and reading as they are searched.
BARE: Mapping[str, Any] = {"name_bare": _bare(F("name")), "kana_bare": _bare(F("kana"))}


def within(assignments: QuerySet[Any], path: str, paths: Mapping[UUID, str]) -> QuerySet[Any]:
    """Those whose main post is in the department at a path, or anywhere below it."""
    below = f"{path}{PATH_SEPARATOR}"
    return assignments.filter(department__in=[key for key, p in paths.items() if p == path or p.startswith(below)])


def ordered(assignments: QuerySet[Any], key: str) -> QuerySet[Any]:
    """Sort by ``kana``, ``number``, ``due_on`` or ``done``, downwards with a minus; equals by reading and number.

    By code point on every database: that is the order of the 五十音 for
    katakana, and leaves staff numbers as they are written.
    """
    codepoint = "C" if connections[assignments.db].vendor == "postgresql" else "BINARY"
    kana, number = Collate(F("kana"), codepoint), Collate(F("number"), codepoint)
    expression = {"kana": kana, "number": number}.get(key.lstrip("-"), F(key.lstrip("-")))
    first = OrderBy(expression, descending=key.startswith("-"))
    return assignments.order_by(first, kana, number, "pk")


def listed(assignments: Iterable[Any], paths: Mapping[UUID, str]) -> list[Standing]:
    """Return the lines of annotated assignments; ``paths`` are those of ``people.queries.department_paths``."""
    return [
        Standing(
            assignment=row.pk,
            number=row.number,
            name=row.name,
            kana=row.kana,
            department=paths.get(row.department, ""),
            done=row.done,
            modules=row.modules,
            state=State(row.state),
            overdue=row.overdue,
            due_on=row.due_on,
            signed_at=row.signed_at,
            serial=row.serial,
            basis=Basis(row.basis) if row.basis else None,
        )
        for row in assignments
    ]


@dataclass(frozen=True, slots=True)
class Figures:
    """A campaign in numbers.

    ``credited`` are those of whom an earlier signature counts, ``exempt`` those exempt today, ``closed`` those closed
    without a signature; ``overdue`` counts who was to sign by a day that has ended and is none of these,
    ``uncertified`` signatures without a certificate, ``unsealed`` the whole ledger's waiting entries.
    """

    assigned: int
    started: int
    trained: int
    signed: int
    credited: int
    exempt: int
    closed: int
    overdue: int
    uncertified: int
    unsealed: int

    @property
    def outstanding(self) -> int:
        """How many are still asked for something."""
        return self.assigned - self.signed - self.credited - self.exempt - self.closed


def with_figures(campaigns: QuerySet[Campaign], *, today: date) -> QuerySet[Any]:
    """Return campaigns with their tally and with what is not finished yet, for ``figures_of``."""
    signatures: QuerySet[Any] = certifiable().filter(assignment__campaign=OuterRef("pk"))
    people = Assignment.objects.filter(campaign=OuterRef("pk"))
    exempted = people.filter(Exists(Exemption.objects.filter(assignment=OuterRef("pk"))))
    counted: QuerySet[Any] = campaigns.select_related("tally").annotate(
        overdue=_number(with_standing(people, day=today).filter(overdue=True)),
        exempt=_number(with_standing(exempted, day=today).filter(standing=Progress.EXEMPT)),
        uncertified=_number(signatures.filter(certificates__isnull=True)),
        unsealed=_number(Entry.objects.filter(sequence__isnull=True)),
    )
    return counted


def figures_of(campaign: Any) -> Figures:
    """Return a campaign of ``with_figures`` in numbers; before it is open there is nobody to count. No query."""
    tally: Tally = campaign.tally if hasattr(campaign, "tally") else Tally(campaign=campaign)
    return Figures(
        assigned=tally.assigned,
        started=tally.started,
        trained=tally.trained,
        signed=tally.signed,
        credited=tally.credited,
        exempt=campaign.exempt,
        closed=tally.closed,
        overdue=campaign.overdue,
        uncertified=campaign.uncertified,
        unsealed=campaign.unsealed,
    )


def _number(rows: QuerySet[Any]) -> Subquery:
    """How many rows there are; not Django's ``Count``, which would group them."""
    counted = rows.order_by().annotate(n=Func(F("pk"), function="COUNT", output_field=IntegerField()))
    return Subquery(counted.values("n"))


def people_of(employees: Collection[UUID], *, today: date) -> dict[UUID, Person]:
    """Each person by key, under the employment that holds or held last; who joins later by the first name and post.

    Five queries, and four more at most where somebody has yet to join.
    """
    latest: dict[UUID, Employment] = {}
    believed = Employment.objects.filter(employee__in=employees, superseded_at__isnull=True)
    for employment in believed.order_by("valid_from"):
        latest[employment.employee_id] = employment
    return people_near({key: (employment, today) for key, employment in latest.items()}, today)
