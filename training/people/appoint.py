"""Say who manages a department from a day on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.errors import Invalid
from training.ledger.append import append
from training.people.enrol import wait_for_my_turn
from training.people.models import Department, DepartmentPlace, Employee


@transaction.atomic
def appoint(
    *,
    department: Department,
    manager: Employee | None,
    since: date,
    by: AbstractBaseUser | None,
    now: datetime,
) -> DepartmentPlace:
    """Record who manages the department from a day on, None for nobody; who did before, did until the day before.

    From the first day of the present row on, the row is corrected, not ended. Raises ``Invalid`` for an earlier day.
    """
    wait_for_my_turn()
    current = DepartmentPlace.objects.get(department=department, valid_to__isnull=True, superseded_at__isnull=True)
    if current.manager_id == (manager.pk if manager else None):
        return current
    if since < current.valid_from:
        raise Invalid(
            _("The appointment cannot begin before %(day)s, when the department as it is began.")
            % {"day": current.valid_from}
        )
    entry = append(
        kind="people.manager_appointed",
        at=now,
        facts={
            "department": department.pk,
            "manager": manager.pk if manager else None,
            "from": since,
            "by": by.pk if by else None,
        },
    )
    kept = {"department": department, "name": current.name, "parent_id": current.parent_id}
    current.superseded_at = now
    current.superseded_by = entry
    current.save(update_fields=["superseded_at", "superseded_by"])
    if since > current.valid_from:
        DepartmentPlace.objects.create(
            **kept,
            manager_id=current.manager_id,
            valid_from=current.valid_from,
            valid_to=since - timedelta(days=1),
            recorded_at=now,
            entry=entry,
        )
    return DepartmentPlace.objects.create(**kept, manager=manager, valid_from=since, recorded_at=now, entry=entry)
