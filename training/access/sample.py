"""Draw a sample of a campaign's assignments by lot."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.access.grant import granted_campaigns
from training.access.models import Sample
from training.access.sampling import draw, draw_by_department
from training.campaigns.calendar import day_of
from training.campaigns.models import Assignment, Campaign
from training.conf import conf
from training.errors import Invalid, NotAllowed
from training.ledger.append import append, hide
from training.ledger.canonical import canonical, sha256_hex
from training.people.queries import people_on
from training.roles import Role, has_role

STRATA = "strata"
SEED_BYTES = 16


@transaction.atomic
def draw_sample(*, user: AbstractBaseUser, campaign: Campaign, size: int, by_department: bool, now: datetime) -> Sample:
    """Draw ``size`` of the campaign's assignments under a fresh seed, and record seed, population and result.

    Auditors draw in campaigns granted for the day, HR and the privacy officer
    in all (``NotAllowed``). Stratified, people count under their main post's
    department on the day; who was in which is a disclosure of the entry.
    """
    day = day_of(now, conf.time_zone)
    if not has_role(user, Role.HR, Role.PRIVACY_OFFICER) and campaign not in granted_campaigns(user=user, day=day):
        raise NotAllowed(_("Only auditors to whom the campaign is open, HR and the privacy officer draw samples."))
    assignments = list(Assignment.objects.filter(campaign=campaign).select_related("employment"))
    population = sorted(str(assignment.pk) for assignment in assignments)
    if not 1 <= size <= len(population):
        raise Invalid(
            _("Choose a number from 1 to %(population)s: so many are assigned.") % {"population": len(population)}
        )
    strata = _departments(assignments, day) if by_department else {}
    seed = secrets.token_hex(SEED_BYTES)
    row = Sample(
        user_id=user.pk,
        campaign=campaign,
        seed=seed,
        size=size,
        population=len(population),
        population_digest=sha256_hex(canonical([*population])),
        by_department=by_department,
        drawn=(
            draw_by_department(strata, seed=seed, size=size)
            if by_department
            else draw(population, seed=seed, size=size)
        ),
        at=now,
    )
    disclosures = [hide(STRATA, dict(strata))] if by_department else []
    append(kind="access.sampled", at=now, rows=[row], disclosures=disclosures)
    return row


def _departments(assignments: list[Assignment], day: date) -> dict[str, list[str]]:
    """Return the assignments' sorted ids by the path of the department; who has no post stands under none."""
    people = people_on([assignment.employment for assignment in assignments], day)
    strata: dict[str, list[str]] = {}
    for assignment in assignments:
        strata.setdefault(people[assignment.employment_id].department, []).append(str(assignment.pk))
    return {name: sorted(ids) for name, ids in strata.items()}
