"""Add a person to an open campaign by hand, or take one out."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.assigning import Chosen, write
from training.campaigns.calendar import day_of
from training.campaigns.candidates import Spell, rows_of, staff_on
from training.campaigns.deadlines import LEAVE, RULE, Deadlines
from training.campaigns.deciders import require_anothers, require_office
from training.campaigns.held import held, held_open
from training.campaigns.models import Assignment, AssignmentEvent, Campaign, DueSet
from training.campaigns.progress import require_unsettled
from training.campaigns.queries import last_due, last_event, with_closing, with_signature
from training.campaigns.reasons import stated
from training.campaigns.tally import recounted
from training.conf import conf
from training.errors import Conflict, NotReady
from training.ledger.append import append, hide
from training.people.models import Employment


@transaction.atomic
def add(*, campaign: Campaign, employment: Employment, reason: str, by: AbstractBaseUser, now: datetime) -> Assignment:
    """Ask a person by hand whom the audience does not; who was taken out, or closed, is asked again.

    The due day is the due rule's for somebody assigned today; one that was
    given before stays unless it has passed.

    HR and the privacy officer add (``NotAllowed``). Raises ``Conflict`` where
    the campaign is not open, or the person is asked or has signed already,
    ``NotReady`` where the person does not work here today, ``Invalid`` where no
    reason is given.
    """
    require_office(by)
    reason = stated(reason)
    locked = held_open(campaign)
    today = day_of(now, conf.time_zone)
    spell, before = _spell_and_assignment(locked, employment, today)
    if before is not None:
        return _again(before, spell, reason, by, now)
    due_on, why = Deadlines(locked).first(spell, today)
    chosen = Chosen(
        employment_id=spell.employment,
        cause=Assignment.Cause.MANUAL,
        facts={"employed_on": today.isoformat(), "type": spell.candidate.type, "by": by.pk},
        due_on=due_on,
        reason=why,
    )
    write(campaign=locked, chosen=[chosen], now=now, facts={"by": by.pk}, disclosures=[hide("reason", reason)])
    return Assignment.objects.get(campaign=locked, employment=spell.employment)


@transaction.atomic
def remove(*, assignment: Assignment, reason: str, by: AbstractBaseUser, now: datetime) -> AssignmentEvent:
    """Take a person out by hand: nothing is asked any more, and the assignment stays in every list, closed.

    The audience does not bring the person back; adding by hand does.

    HR and the privacy officer take out, nobody the own person (``NotAllowed``). Raises ``Conflict``
    where the campaign is not open or the person has signed, ``NotReady`` where
    the assignment is closed already, ``Invalid`` where no reason is given.
    """
    require_office(by)
    require_anothers(by, assignment.employment.employee_id)
    reason = stated(reason)
    locked = held(assignment)
    require_unsettled(locked)
    event = _event(locked, AssignmentEvent.Kind.CLOSED, AssignmentEvent.Cause.REMOVED, by, now)
    with recounted([locked.pk]):
        append(kind="campaigns.removed", at=now, rows=[event], disclosures=[hide("reason", reason)])
    return event


def _again(assignment: Assignment, spell: Spell, reason: str, by: AbstractBaseUser, now: datetime) -> Assignment:
    locked = held(assignment)
    found = with_signature(with_closing(Assignment.objects.filter(pk=locked.pk))).get()
    if found.has_signed:
        raise Conflict(_("This person has signed already."))
    if not found.closed:
        raise Conflict(_("This person is asked already."))
    today = day_of(now, conf.time_zone)
    event = _event(locked, AssignmentEvent.Kind.REOPENED, AssignmentEvent.Cause.ADDED, by, now)
    last = last_due(locked)
    rows: list[AssignmentEvent | DueSet] = [event]
    if last.due_on < today:
        due_on, why = Deadlines(locked.campaign).first(spell, today)
        # By the rule anew: "leave" would say that a leave has moved the day that stood.
        anew = RULE if why == LEAVE else why
        rows.append(DueSet(assignment=locked, number=last.number + 1, due_on=due_on, reason=anew))
    with recounted([locked.pk]):
        append(kind="campaigns.reopened", at=now, rows=rows, disclosures=[hide("reason", reason)])
    return locked


def _spell_and_assignment(campaign: Campaign, employment: Employment, today: date) -> tuple[Spell, Assignment | None]:
    """The spell of working here that an employment's row belongs to, and its assignment, whichever row that names."""
    staff = staff_on(today, [employment.employee_id])
    spell = staff.spell_of(rows_of([employment.pk])[employment.pk], day=today)
    if spell is None or not spell.holds(today):
        raise NotReady(_("This person does not work here today."))
    theirs = list(Assignment.objects.filter(campaign=campaign, employment__employee=employment.employee_id))
    rows = rows_of([one.employment_id for one in theirs])
    for one in theirs:
        if staff.spell_of(rows[one.employment_id], day=day_of(one.at, conf.time_zone)) is spell:
            return spell, one
    return spell, None


def _event(
    assignment: Assignment,
    kind: AssignmentEvent.Kind,
    cause: AssignmentEvent.Cause,
    by: AbstractBaseUser,
    now: datetime,
) -> AssignmentEvent:
    last = last_event(assignment)
    return AssignmentEvent(
        assignment=assignment,
        number=last.number + 1 if last else 1,
        kind=kind,
        cause=cause,
        day=day_of(now, conf.time_zone),
        by_id=by.pk,
        at=now,
    )
