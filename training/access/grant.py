"""Let an auditor in, for named campaigns and days, and out again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from training.access.models import AuditorGrant
from training.campaigns.calendar import day_of
from training.campaigns.models import Campaign
from training.conf import conf
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.append import append, hide
from training.people.leavers import leavers
from training.roles import Role, has_role

PURPOSE = "purpose"


def conflicts_of_interest(user: AbstractBaseUser) -> list[str]:
    """The names of the account's roles that an auditor should not hold; the two officers must be different people."""
    return [role.group_name for role in (Role.HR, Role.PRIVACY_OFFICER) if has_role(user, role)]


@transaction.atomic
def grant(
    *,
    user: AbstractBaseUser,
    campaigns: Sequence[Campaign],
    first_day: date,
    last_day: date,
    by: AbstractBaseUser,
    now: datetime,
    purpose: str = "",
) -> AuditorGrant:
    """Grant reading of these campaigns' evidence from the first to the last day.

    Only the privacy officer grants (``NotAllowed``). A conflict of interest is
    recorded in the entry, not refused: a small company may have no other way.
    ``purpose`` may name a person or a firm and is a disclosure of the entry.
    """
    if not has_role(by, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only the privacy officer grants access to auditors."))
    if not campaigns:
        raise Invalid(_("Name at least one campaign."))
    if last_day < first_day:
        raise Invalid(_("The last day lies before the first."))
    row = AuditorGrant.objects.create(
        user_id=user.pk, first_day=first_day, last_day=last_day, granted_by_id=by.pk, granted_at=now
    )
    row.campaigns.set(campaigns)
    append(
        kind="access.granted",
        at=now,
        facts={
            "grant": row.pk,
            "user": user.pk,
            "campaigns": sorted(campaign.code for campaign in campaigns),
            "first_day": first_day,
            "last_day": last_day,
            "by": by.pk,
            "conflicts_of_interest": conflicts_of_interest(user),
        },
        disclosures=[hide(PURPOSE, purpose)] if purpose else [],
    )
    return row


@transaction.atomic
def revoke(*, row: AuditorGrant, by: AbstractBaseUser | None, now: datetime) -> None:
    """End a grant at once. Only the privacy officer does (``NotAllowed``); ended already, ``Conflict``.

    Nobody, None, ends the grants of who has left (``withdraw_roles``).
    """
    if by is not None and not has_role(by, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only the privacy officer grants access to auditors."))
    locked = AuditorGrant.objects.select_for_update().get(pk=row.pk)
    if locked.revoked_at is not None:
        raise Conflict(_("This grant has been revoked already."))
    locked.revoked_at = now
    locked.save(update_fields=["revoked_at"])
    append(kind="access.revoked", at=now, facts={"grant": row.pk, "by": by.pk if by else None})


def grants_on(day: date) -> QuerySet[AuditorGrant]:
    """The grants that let somebody in on a day. Who has left is let in by none; an auditor from outside never left."""
    gone = leavers(day).filter(user=OuterRef("user"))
    return AuditorGrant.objects.filter(~Exists(gone), first_day__lte=day, last_day__gte=day, revoked_at__isnull=True)


def granted_campaigns(*, user: AbstractBaseUser | AnonymousUser, day: date) -> list[Campaign]:
    """The campaigns whose evidence the account may read on a day, newest first. One query."""
    mine = grants_on(day).filter(user=user.pk)
    return list(Campaign.objects.filter(auditor_grants__in=mine).distinct().order_by("-first_day", "code"))


def refusal(*, user: AbstractBaseUser | AnonymousUser, day: date, code: str | None = None) -> NotAllowed:
    """Say why a campaign, or without a code any campaign, is not open to the account on a day.

    A campaign that was never granted is refused in the same words as one that
    does not exist: nobody learns of a campaign by guessing. Only an own grant
    says when it begins, ended or was revoked, the one nearest to help first.
    """
    grants = AuditorGrant.objects.filter(user=user.pk)
    if code is not None:
        grants = grants.filter(campaigns__code=code)
    in_force = [row for row in grants if row.revoked_at is None]
    later = min((row.first_day for row in in_force if row.first_day > day), default=None)
    over = max((row.last_day for row in in_force if row.last_day < day), default=None)
    revoked = max((row.revoked_at for row in grants if row.revoked_at is not None), default=None)
    if later is not None:
        why = gettext("Your access has not begun yet: it begins on %(day)s.") % {"day": _written(later)}
    elif over is not None:
        why = gettext("Your access ended on %(day)s.") % {"day": _written(over)}
    elif revoked is not None:
        why = gettext("Your access was revoked on %(day)s.") % {"day": _written(day_of(revoked, conf.time_zone))}
    elif code is None:
        why = gettext("No campaign is open to this account.")
    else:
        why = gettext("No campaign with this code is open to this account.")
    return NotAllowed(f"{why} {gettext('The privacy officer grants access.')}")


def _written(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
