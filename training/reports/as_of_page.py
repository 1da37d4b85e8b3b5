"""A day as it is asked for on a page: day and checkpoint as typed, figures, and a hundred lines at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from heapq import merge
from uuid import UUID

from django.db.models import BooleanField, Case, Count, F, IntegerField, Q, Value, When
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from training.campaigns.models import Campaign
from training.errors import Invalid, NotReady
from training.ledger.models import Checkpoint
from training.ledger.queries import latest_checkpoint
from training.reports.as_of import Line, lines_of
from training.reports.as_of_rows import Then

LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Figures:
    """The day in numbers; all but ``employed`` count assignments.

    Each is counted in one of ``signed``, ``closed``, ``credited`` and
    ``exempt`` at most, in this order: who left after signing has signed.
    """

    employed: int
    assigned: int
    exempt: int
    passed: int
    signed: int
    credited: int = 0
    closed: int = 0

    @property
    def open(self) -> int:
        """How many were still asked for something."""
        return self.assigned - self.signed - self.closed - self.credited - self.exempt


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines in order; ``after`` is where the next page begins, None on the last."""

    lines: tuple[Line, ...]
    after: str | None


def asked_day(text: str, *, today: date) -> date:
    """Read a day written as 2026-11-24. Raises ``Invalid`` for what is no day, or has not come yet."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise Invalid(_("“%(text)s” is no day. Write it as 2026-11-24.") % {"text": text})
    require_come(day, today=today)
    return day


def require_come(day: date, *, today: date) -> None:
    """Raise ``Invalid`` for a day that has not come yet."""
    if day > today:
        raise Invalid(
            _("%(day)s has not come yet. Choose today or an earlier day.") % {"day": date_format(day, "DATE_FORMAT")}
        )


def asked_checkpoint(size: int | None) -> Checkpoint:
    """Return the checkpoint of that many entries, or the latest.

    Raises ``NotReady`` where nothing has been sealed, ``Invalid`` for a size
    at which no checkpoint was signed.
    """
    latest = latest_checkpoint()
    if latest is None:
        raise NotReady(_("The ledger has no checkpoint yet. Run seal_ledger first."))
    if size is None or size == latest.size:
        return latest
    found = Checkpoint.objects.filter(size=size).first() if 0 < size <= LARGEST else None
    if found is None:
        raise Invalid(
            _("There is no checkpoint of %(size)s entries. The latest has %(latest)s.")
            % {"size": size, "latest": latest.size}
        )
    return found


def figures_as_of(*, day: date, checkpoint: Checkpoint, campaign: Campaign | None = None) -> Figures:
    """Return the day in numbers. Four queries."""
    then = Then(day=day, checkpoint=checkpoint, campaign=campaign)
    asked = [When(campaign=key, then=Value(len(facts["modules"]))) for key, facts in then.campaigns.items()]
    modules = Case(*asked, default=Value(0), output_field=IntegerField())
    rows = then.with_results(then.assigned()).annotate(modules=modules)
    wanted = {
        "assigned": Count("pk"),
        "passed": Count("pk", filter=Q(modules__gt=0, done__gte=F("modules"))),
        "signed": Count("pk", filter=Q(signed_at__isnull=False)),
    }
    if then.settled:
        rows, left = then.with_settled(rows).annotate(**_truths(then)), Q(signed_at__isnull=True)
        wanted["closed"] = Count("pk", filter=left & Q(is_closed=True))
        wanted["credited"] = Count("pk", filter=left & Q(is_closed=False, credited_at__isnull=False))
        wanted["exempt"] = Count("pk", filter=left & Q(is_closed=False, credited_at__isnull=True, is_exempt=True))
    return Figures(**{"employed": then.employed().count(), "exempt": 0, **rows.aggregate(**wanted)})


def _truths(then: Then) -> dict[str, Case]:
    """Conditions on what may not be there as true or false, so that they can be negated."""
    return {
        name: Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
        for name, condition in {"is_closed": then.is_closed, "is_exempt": then.is_exempt}.items()
    }


def page_as_of(
    *, day: date, checkpoint: Checkpoint, campaign: Campaign | None = None, after: str = "", size: int = 100
) -> Page:
    """Return the lines of ``as_of`` that come after a place, so many. Seven queries.

    Raises ``Invalid`` for an ``after`` that no page has named.
    """
    then = Then(day=day, checkpoint=checkpoint, campaign=campaign)
    assigned, unassigned = then.in_order(then.assigned()), then.in_order(then.unassigned())
    if after:
        number, line, row = _place(after)
        beyond = Q(staff__gt=number) | Q(staff=number, line__gt=line)
        assigned = assigned.filter(beyond | Q(staff=number, line=line, campaign__gt=row))
        unassigned = unassigned.filter(beyond)
    first = merge(
        assigned.values_list("staff", "line", "campaign", "pk")[: size + 1],
        unassigned.annotate(campaign=Value(0)).values_list("staff", "line", "campaign", "pk")[: size + 1],
    )
    keys = [key for _number, key in zip(range(size + 1), first, strict=False)]
    shown = keys[:size]
    lines = lines_of(then, {key for *_, campaign_key, key in shown if campaign_key}, {k for *_, c, k in shown if not c})
    more = len(keys) > size
    return Page(lines=tuple(lines), after=_written(*shown[-1][:3]) if more else None)


def _written(number: str, line: UUID, campaign: int) -> str:
    return f"{campaign}.{line.hex}.{number}"


def _place(after: str) -> tuple[str, UUID, int]:
    campaign, line, number = (*after.split(".", 2), "", "")[:3]
    try:
        place = number, UUID(hex=line), int(campaign)
    except ValueError:
        place = None
    if place is None or _written(*place) != after or place[2] > LARGEST or "\0" in number:
        raise Invalid(_("There is no such page of the list. Begin again at the first."))
    return place
