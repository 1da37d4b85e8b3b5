"""Assignments found by the people who are named: by person and spell of work, whatever number or row they name."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from training.campaigns.calendar import day_of
from training.campaigns.candidates import rows_of, staff_on
from training.campaigns.models import Assignment, Campaign
from training.conf import conf
from training.people.models import Employment


def assignments_of(campaign: Campaign, employments: Collection[Employment], *, day: date) -> dict[UUID, Assignment]:
    """Each employment's assignment by the employment's id, the newest; who is not asked is missing.

    As many queries for any number of people up to some hundred.
    """
    people = {one.employee_id for one in employments}
    theirs = Assignment.objects.filter(campaign=campaign, employment__employee__in=people)
    assigned = list(theirs.select_related("campaign", "employment").order_by("at", "pk"))
    staff = staff_on(day, people)
    rows = rows_of({one.employment_id for one in assigned} | {one.pk for one in employments})
    spells = {one.pk: staff.spell_of(rows[one.employment_id], day=day_of(one.at, conf.time_zone)) for one in assigned}
    found: dict[UUID, Assignment] = {}
    for employment in employments:
        spell = staff.spell_of(rows[employment.pk], day=day)
        for one in assigned:
            same = spell is not None and spells[one.pk] is spell
            if same or one.employment_id == employment.pk:
                found[employment.pk] = one
    return found
