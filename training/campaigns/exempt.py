"""Exempt a person from an assignment for a time, or lift the exemption."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.calendar import day_of
from training.campaigns.due import Away, Days, DueRule, Fixed, Roll, due_day, from_json
from training.campaigns.held import held
from training.campaigns.models import Assignment, Campaign, DueSet, Exemption
from training.campaigns.progress import require_unsettled
from training.campaigns.queries import last_due, last_exemption
from training.campaigns.reasons import stated
from training.campaigns.working_days import working_days
from training.conf import conf
from training.errors import Conflict, Invalid
from training.ledger.append import append, hide

RESTARTED = "exemption"


@transaction.atomic
def exempt(
    *,
    assignment: Assignment,
    cause: Exemption.Cause | str,
    reason: str,
    until: date | None,
    by: AbstractBaseUser,
    now: datetime,
) -> Exemption:
    """Let a person off from today to a day, or as long as the campaign runs. ``by`` approves it.

    Whoever is exempt is not overdue, not reminded and in no manager's list,
    and may still do the training. Granting again says a new last day. Where
    the due day falls within the exemption the clock stops for it: as many days
    as were left when it began are left when it has ended, and the new due day
    is recorded beside it. Without a last day that is done on lifting. Who was
    overdue already stays so.

    Raises ``Conflict`` where the campaign is not open, or the person has
    signed, ``NotReady`` where the assignment is closed, ``Invalid`` where the
    last day lies in the past, nothing would change, or no reason is given.
    """
    reason = stated(reason)
    if cause not in Exemption.Cause.values:
        raise Invalid(_("Please choose why the person is exempt."))
    locked = held(assignment)
    require_unsettled(locked)
    today = day_of(now, conf.time_zone)
    if until is not None and until < today:
        raise Invalid(_("The exemption would have ended already. Please name today or a later day."))
    last = last_exemption(locked)
    if last is not None and _holds(last, today) and (last.until, last.cause) == (until, cause):
        raise Invalid(_("This exemption holds already."))
    row = _row(locked, last, Exemption.Kind.GRANTED, str(cause), today, until, by, now)
    due = _restarted(locked, Away(today, until), now) if until is not None else None
    append(
        kind="campaigns.exempted",
        at=now,
        rows=[row, *([due] if due else [])],
        disclosures=[hide("reason", reason)],
    )
    return row


@transaction.atomic
def lift(*, assignment: Assignment, reason: str, by: AbstractBaseUser, now: datetime) -> Exemption:
    """End an exemption today: from today on the person is asked again.

    Of an exemption without a last day the clock restarts now, as it does on
    granting one with a last day; a due day given then stays.

    Raises ``Conflict`` where the campaign is not open or the person is not
    exempt, ``Invalid`` where no reason is given.
    """
    reason = stated(reason)
    locked = held(assignment)
    today = day_of(now, conf.time_zone)
    last = last_exemption(locked)
    if last is None or not _holds(last, today):
        raise Conflict(_("This person is not exempt today."))
    row = _row(locked, last, Exemption.Kind.LIFTED, last.cause, today, None, by, now)
    yesterday = today - timedelta(days=1)
    whole = last.until is None and last.first_day <= yesterday
    due = _restarted(locked, Away(last.first_day, yesterday), now) if whole else None
    append(
        kind="campaigns.exemption_lifted",
        at=now,
        rows=[row, *([due] if due else [])],
        disclosures=[hide("reason", reason)],
    )
    return row


def _holds(row: Exemption, day: date) -> bool:
    return row.kind == Exemption.Kind.GRANTED and row.first_day <= day and (row.until is None or day <= row.until)


def _row(
    assignment: Assignment,
    last: Exemption | None,
    kind: Exemption.Kind,
    cause: str,
    first_day: date,
    until: date | None,
    by: AbstractBaseUser,
    now: datetime,
) -> Exemption:
    return Exemption(
        assignment=assignment,
        number=last.number + 1 if last else 1,
        kind=kind,
        cause=cause,
        first_day=first_day,
        until=until,
        by_id=by.pk,
        at=now,
    )


def _restarted(assignment: Assignment, away: Away, now: datetime) -> DueSet | None:
    """The due date after the exemption, unsaved; None where the due day lies outside of it."""
    assert away.last is not None  # noqa: S101
    due = last_due(assignment)
    if not away.first <= due.due_on <= away.last:
        return None
    days = Days(assigned_on=away.first, joined_on=away.first, leaves=(away,))
    rule = DueRule((Fixed(due.due_on),), roll=_roll(assignment.campaign))
    later = due_day(rule, days, is_working=working_days(conf.closed_days))
    assert later is not None  # noqa: S101  (the exemption has a last day)
    return DueSet(assignment=assignment, number=due.number + 1, due_on=later, reason=RESTARTED)


def _roll(campaign: Campaign) -> Roll:
    return from_json(campaign.due_rule).roll if campaign.due_rule else Roll.STAY
