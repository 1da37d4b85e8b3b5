"""Exempt a person from an assignment for a time, or lift the exemption."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from training.campaigns.calendar import day_of
from training.campaigns.closed_days import closed_days_of
from training.campaigns.deadlines import LEAVE, RESTARTED
from training.campaigns.deciders import require_anothers, require_office
from training.campaigns.due import Away, Days, DueRule, Fixed, Roll, due_day, from_json
from training.campaigns.held import held
from training.campaigns.models import Assignment, Campaign, DueSet, Exemption
from training.campaigns.possible import require_possible
from training.campaigns.progress import require_unsettled
from training.campaigns.queries import last_exemption
from training.campaigns.reasons import stated
from training.campaigns.working_days import working_days
from training.conf import conf
from training.errors import Conflict, Invalid
from training.ledger.append import append, hide


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
    is recorded beside it. Granted again, it began when it was first granted,
    and the due day is the one of before. Without a last day that is done on
    lifting. Who was overdue already stays so.

    HR and the privacy officer exempt, nobody the own person (``NotAllowed``). Raises ``Conflict``
    where the campaign is not open, or the person has signed, ``NotReady`` where
    the assignment is closed, ``Invalid`` where the last day lies in the past or
    too far ahead, nothing would change, or no reason is given.
    """
    require_office(by)
    require_anothers(by, assignment.employment.employee_id)
    reason = stated(reason)
    if cause not in Exemption.Cause.values:
        raise Invalid(_("Please choose why the person is exempt."))
    require_possible((_("Until"), until))
    locked = held(assignment)
    require_unsettled(locked)
    today = day_of(now, conf.time_zone)
    if until is not None and until < today:
        raise Invalid(_("The exemption would have ended already. Please name today or a later day."))
    last = last_exemption(locked)
    if last is not None and _holds(last, today) and (last.until, last.cause) == (until, cause):
        raise Invalid(_("This exemption holds already."))
    row = _row(locked, last, Exemption.Kind.GRANTED, str(cause), today, until, by, now)
    due = _restarted(locked, _chain(locked, today), today, until) if until is not None else None
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

    HR and the privacy officer lift (``NotAllowed``). Raises ``Conflict`` where
    the campaign is not open or the person is not exempt, ``Invalid`` where no
    reason is given.
    """
    require_office(by)
    reason = stated(reason)
    locked = held(assignment)
    today = day_of(now, conf.time_zone)
    chain = _chain(locked, today)
    last = last_exemption(locked)
    if last is None or not _holds(last, today):
        raise Conflict(_("This person is not exempt today."))
    row = _row(locked, last, Exemption.Kind.LIFTED, last.cause, today, None, by, now)
    yesterday = today - timedelta(days=1)
    whole = last.until is None and chain[0].first_day <= yesterday
    due = _restarted(locked, chain, today, yesterday) if whole else None
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


def _chain(assignment: Assignment, day: date) -> list[Exemption]:
    """The exemption that holds on a day, as first granted and as granted again while it held; nothing where none."""
    chain: list[Exemption] = []
    for row in Exemption.objects.filter(assignment=assignment).order_by("number"):
        if row.kind != Exemption.Kind.GRANTED or (chain and not _holds(chain[-1], row.first_day)):
            chain = []
        if row.kind == Exemption.Kind.GRANTED:
            chain.append(row)
    return chain if chain and _holds(chain[-1], day) else []


def _restarted(assignment: Assignment, chain: list[Exemption], today: date, until: date) -> DueSet | None:
    """The due date after an exemption that ends on a day, unsaved; None where that changes nothing."""
    last, due, first = _before(assignment, chain, today)
    later = due.due_on
    if first <= due.due_on <= until:
        days = Days(assigned_on=first, joined_on=first, leaves=(Away(first, until),))
        rule = DueRule((Fixed(due.due_on),), roll=_roll(assignment.campaign))
        try:
            found = due_day(rule, days, is_working=working_days(closed_days_of(conf.closed_days)))
        except (ValueError, OverflowError) as reason:
            raise Invalid(
                _(
                    "After an exemption until %(day)s there is no due day: no working day comes within two months. "
                    "Name another last day."
                )
                % {"day": date_format(until, "DATE_FORMAT")}
            ) from reason
        assert found is not None  # noqa: S101  (the exemption has a last day)
        later = found
    if later == last.due_on:
        return None
    return DueSet(assignment=assignment, number=last.number + 1, due_on=later, reason=RESTARTED)


def _before(assignment: Assignment, chain: list[Exemption], today: date) -> tuple[DueSet, DueSet, date]:
    """The due date that counts, the one whose clock an exemption stops, and from which day on.

    Granted again, it is the one before the clock was restarted for the first
    time, unless another was set since: that one knew of the exemption.
    """
    dues = list(assignment.due_dates.order_by("number"))
    last, first = dues[-1], chain[0].first_day if chain else today
    entries = {row.entry_id for row in chain}
    restarted = next((place for place, row in enumerate(dues) if row.entry_id in entries), None)
    if restarted is None:
        return last, last, first
    if any(row.reason not in {RESTARTED, LEAVE} for row in dues[restarted:]):
        return last, last, today
    return last, dues[restarted - 1], first


def _roll(campaign: Campaign) -> Roll:
    return from_json(campaign.due_rule).roll if campaign.due_rule else Roll.STAY
