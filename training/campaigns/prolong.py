"""Give one person more time."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.calendar import day_of
from training.campaigns.deciders import require_anothers, require_office
from training.campaigns.held import held
from training.campaigns.models import Assignment, DueSet
from training.campaigns.possible import require_possible
from training.campaigns.progress import require_unsettled
from training.campaigns.queries import last_due
from training.campaigns.reasons import stated
from training.conf import conf
from training.errors import Invalid
from training.ledger.append import append, hide

PROLONGED = "extension"


@transaction.atomic
def prolong(*, assignment: Assignment, due_on: date, reason: str, by: AbstractBaseUser, now: datetime) -> DueSet:
    """Set a later due day for one person, today or later, and no later than the campaign's certificates are valid.

    ``by`` approves it. Reminders start afresh.

    HR and the privacy officer prolong, nobody the own day (``NotAllowed``). Raises ``Conflict``
    where the campaign is not open, or the person has signed, ``NotReady`` where
    the assignment is closed, ``Invalid`` where the day is not later or is
    too far ahead, or no reason is given.
    """
    require_office(by)
    require_anothers(by, assignment.employment.employee_id)
    reason = stated(reason)
    require_possible((_("New due day"), due_on))
    locked = held(assignment)
    require_unsettled(locked)
    last = last_due(locked)
    if due_on <= last.due_on or due_on < day_of(now, conf.time_zone):
        raise Invalid(_("Please name a day later than the due day, and not in the past."))
    if due_on > locked.campaign.valid_until:
        raise Invalid(_("On that day the certificates of this campaign are no longer valid."))
    row = DueSet(assignment=locked, number=last.number + 1, due_on=due_on, reason=PROLONGED)
    append(kind="campaigns.prolonged", at=now, rows=[row], facts={"by": by.pk}, disclosures=[hide("reason", reason)])
    return row
