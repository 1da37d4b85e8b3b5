"""Who is away for long (休職, 産休・育休), from when to when: recorded, ended on the return, corrected, taken back.

A leave lies within one spell of work, by person and staff number, and has a row for each of the spell's rows that
it touches, as a staff list leaves it. Two leaves of one person never share a day. The ledger's entries tell keys
and days, for due days rest on them; the kind tells of illness, birth and family, and is a disclosure alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from training.errors import Conflict, Invalid
from training.ledger.append import append, hide
from training.people.enrol import wait_for_my_turn
from training.people.models import Employee, Employment, Leave, LeaveKind

A_DAY = timedelta(days=1)
# Beyond these days it is a slip of the pen, or another system's way to say that no return is known.
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


@transaction.atomic
def record_leave(
    *,
    employment: Employment,
    kind: LeaveKind | str,
    first: date,
    last: date | None,
    by: AbstractBaseUser | None,
    now: datetime,
) -> Leave:
    """Record that somebody is away from the first to the last day, None while no return is known; return the leave.

    Of a leave that goes on beyond a change of the employment's type the first row is returned. Raises ``Invalid``
    for days outside the employment, and ``Conflict`` where the person is away on one of them already.
    """
    _require_possible(first, last)
    _lock(employment)
    rows = _rows(_spell(employment, first), LeaveKind(_kind(kind)), first, last)
    _require_free(employment, rows)
    return _write("people.leave_recorded", employment, gone=[], new=rows, by=by, now=now)[0]


@transaction.atomic
def end_leave(*, leave: Leave, last: date, by: AbstractBaseUser | None, now: datetime) -> Leave:
    """Record the last day of a leave: the day before the person is back. Return the leave as it is now."""
    _require_possible(None, last)
    return _replace("people.leave_ended", leave, kind=leave.kind, first=None, last=last, by=by, now=now)


@transaction.atomic
def correct_leave(
    *,
    leave: Leave,
    kind: LeaveKind | str,
    first: date,
    last: date | None,
    by: AbstractBaseUser | None,
    now: datetime,
) -> Leave:
    """Say what the leave was in truth; what was believed before stays known. Return the leave as it is now."""
    _require_possible(first, last)
    return _replace("people.leave_corrected", leave, kind=kind, first=first, last=last, by=by, now=now)


@transaction.atomic
def take_back_leave(*, leave: Leave, by: AbstractBaseUser | None, now: datetime) -> None:
    """Record that the person was not away at all. Raises ``Conflict`` where the leave is another by now."""
    gone = _whole(leave)
    _write("people.leave_taken_back", leave.employment, gone=gone, new=[], by=by, now=now)


def days_of(leaves: Collection[Leave]) -> dict[int, tuple[date, date | None]]:
    """First and last day of each leave as a whole, whatever rows it has, by the key of the row given. One query."""
    believed = Leave.objects.filter(
        employment__employee__in={leave.employment.employee_id for leave in leaves}, superseded_at__isnull=True
    )
    return {
        row.pk: (chain[0].valid_from, chain[-1].valid_to)
        for chain in leaves_in(believed.select_related("employment"))
        for row in chain
    }


def _replace(
    event: str,
    leave: Leave,
    *,
    kind: LeaveKind | str,
    first: date | None,
    last: date | None,
    by: AbstractBaseUser | None,
    now: datetime,
) -> Leave:
    gone = _whole(leave)
    first = first or gone[0].valid_from
    rows = _rows(_spell(leave.employment, first), LeaveKind(_kind(kind)), first, last)
    if [_said(row) for row in rows] == [_said(row) for row in gone] and gone[0].kind == rows[0].kind:
        return gone[0]
    _require_free(leave.employment, rows, but=gone)
    return _write(event, leave.employment, gone=gone, new=rows, by=by, now=now)[0]


def _require_possible(*days: date | None) -> None:
    for day in days:
        if day is not None and not EARLIEST <= day <= LATEST:
            raise Invalid(
                _("%(day)s is no possible day of a leave. Leave the last day empty while no return is known.")
                % {"day": date_format(day, "DATE_FORMAT")}
            )


def _kind(kind: LeaveKind | str) -> str:
    if kind not in LeaveKind.values:
        raise Invalid(_("This is no kind of leave."))
    return str(kind)


def _lock(employment: Employment) -> None:
    """Let nobody else change this person's days meanwhile."""
    wait_for_my_turn()
    Employee.objects.select_for_update().get(pk=employment.employee_id)


def _spell(employment: Employment, day: date) -> list[Employment]:
    """The believed rows, each adjoining the next, of the spell of work under this number that holds on a day."""
    believed = Employment.objects.filter(
        employee=employment.employee_id, number=employment.number, superseded_at__isnull=True
    )
    spells: list[list[Employment]] = []
    for row in believed.order_by("valid_from"):
        if spells and spells[-1][-1].valid_to == row.valid_from - A_DAY:
            spells[-1].append(row)
        else:
            spells.append([row])
    for spell in spells:
        if spell[0].valid_from <= day and not _before(spell[-1].valid_to, day):
            return spell
    raise Invalid(_("The person does not work here on %(day)s.") % {"day": date_format(day, "DATE_FORMAT")})


def _before(last: date | None, day: date) -> bool:
    return last is not None and last < day


def _rows(spell: Sequence[Employment], kind: LeaveKind, first: date, last: date | None) -> list[Leave]:
    """The leave as unsaved rows, one for each row of the spell; without a known return it ends with the spell."""
    if _before(last, first):
        raise Invalid(_("The last day of the leave lies before the first."))
    end = spell[-1].valid_to
    if end is not None and last is not None and end < last:
        raise Invalid(_("The employment ends on %(day)s. The leave cannot last longer.") % {"day": end})
    rows = []
    for row in spell:
        begins = max(first, row.valid_from)
        ends = min((day for day in (last, row.valid_to) if day is not None), default=None)
        if not _before(ends, begins):
            rows.append(Leave(employment=row, kind=kind, valid_from=begins, valid_to=ends))
    return rows


def _require_free(employment: Employment, rows: Sequence[Leave], *, but: Iterable[Leave] = ()) -> None:
    """No other leave of the person, under whichever number, shares a day with these rows."""
    first, last = rows[0].valid_from, rows[-1].valid_to
    others = (
        Leave.objects.filter(employment__employee=employment.employee_id, superseded_at__isnull=True)
        .exclude(pk__in=[row.pk for row in but])
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first))
    )
    if last is not None:
        others = others.filter(valid_from__lte=last)
    known = others.order_by("valid_from").first()
    if known is not None:
        raise Conflict(
            _("The person is recorded as away from %(day)s already. Correct that leave, or end it first.")
            % {"day": known.valid_from}
        )


def _whole(leave: Leave) -> list[Leave]:
    """Lock the person, and return every row of a leave. Raises ``Conflict`` where it is not believed any more."""
    _lock(leave.employment)
    rows = _chain(leave)
    if not rows:
        raise Conflict(_("This leave has been changed since. Please look at it again."))
    return rows


def _chain(leave: Leave) -> list[Leave]:
    """The believed rows of the leave to which a row belongs; none where the row is not believed any more."""
    believed = Leave.objects.filter(employment__employee=leave.employment.employee_id, superseded_at__isnull=True)
    chains = leaves_in(believed.select_related("employment"))
    return next((chain for chain in chains if any(row.pk == leave.pk for row in chain)), [])


def leaves_in(rows: Iterable[Leave]) -> list[list[Leave]]:
    """The rows of each leave in order: those of one kind that adjoin where the employment's rows do. No query."""
    found: list[list[Leave]] = []

    def key(row: Leave) -> tuple[Any, ...]:
        return row.employment.employee_id, row.employment.number, row.kind

    for row in sorted(rows, key=lambda row: (*key(row), row.valid_from)):
        before = found[-1][-1] if found else None
        if (
            before is not None
            and key(before) == key(row)
            and before.employment_id != row.employment_id
            and before.valid_to == row.valid_from - A_DAY
        ):
            found[-1].append(row)
        else:
            found.append([row])
    return found


def _said(row: Leave) -> dict[str, Any]:
    return {"employment": row.employment_id, "from": row.valid_from, "to": row.valid_to}


def _write(
    event: str,
    employment: Employment,
    *,
    gone: Sequence[Leave],
    new: Sequence[Leave],
    by: AbstractBaseUser | None,
    now: datetime,
) -> list[Leave]:
    """Take rows back, add others, and append the entry of both."""
    entry = append(
        kind=event,
        at=now,
        facts={
            "employee": employment.employee_id,
            "gone": [_said(row) for row in gone],
            "new": [_said(row) for row in new],
            "by": by.pk if by else None,
        },
        disclosures=[hide("leave", str(new[0].kind))] if new else [],
    )
    for row in gone:
        row.superseded_at, row.superseded_by = now, entry
        row.save(update_fields=["superseded_at", "superseded_by"])
    for row in new:
        row.recorded_at, row.entry = now, entry
        row.save(force_insert=True)
    return list(new)
