"""Who may bend a plan (ADR 37): asked by each verb itself, whichever page or command it is called from.

``by`` is None on the command line alone: whoever runs the system is not asked for a role.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.translation import gettext_lazy as _

from training.campaigns.models import Campaign
from training.errors import NotAllowed
from training.people.models import Employee
from training.roles import Role, has_role

OWN_CASE = _("Nobody decides about their own training. Please ask a colleague in HR, or the privacy officer.")


def is_office(by: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether somebody runs the training: HR or the privacy officer."""
    return has_role(by, Role.HR, Role.PRIVACY_OFFICER)


def require_office(by: AbstractBaseUser | None) -> None:
    """Raise ``NotAllowed`` unless HR or the privacy officer decides."""
    if by is not None and not is_office(by):
        raise NotAllowed(_("Only HR or the privacy officer decides this."))


def require_anothers(by: AbstractBaseUser | None, employee: UUID) -> None:
    """Raise ``NotAllowed`` where somebody would decide about the own training."""
    if by is not None and Employee.objects.filter(pk=employee, user=by.pk).exists():
        raise NotAllowed(OWN_CASE)


def require_approver(by: AbstractBaseUser) -> None:
    """Raise ``NotAllowed`` unless the privacy officer decides."""
    if not has_role(by, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only the privacy officer approves a plan."))


def require_canceller(by: AbstractBaseUser | None, *, state: str) -> None:
    """Raise ``NotAllowed`` where HR would cancel what was approved, or anybody else anything."""
    require_office(by)
    if by is not None and state != Campaign.State.DRAFT and not has_role(by, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("What has been approved is cancelled by the privacy officer. Please ask there."))
