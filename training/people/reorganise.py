"""Give a department another name, or another place in the tree, from a day on: a reorganisation (組織変更).

The department stays the same one: people keep their posts, managers what they manage, and audience rules whom they
name. Earlier days show the name and the place of then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from training.conf import conf
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.append import append, hide
from training.people.enrol import wait_for_my_turn
from training.people.models import Department, DepartmentPlace
from training.people.roster_believed import paths_now
from training.people.roster_plan import alike
from training.people.roster_values import DEEPEST, LONGEST_NAME, Path
from training.roles import Role, has_role

SIGNS = "/／>＞→»\\＼"  # between the levels of a path in a staff list


@transaction.atomic
def reorganise(
    *,
    department: Department,
    name: str,
    parent: Department | None,
    since: date,
    by: AbstractBaseUser | None,
    now: datetime,
) -> DepartmentPlace:
    """Record what the department is called and what it belongs to (None: nothing) from a day on; return the new row.

    From the first day of the present row on, the row is corrected, not ended. What is below it moves along. HR and
    the privacy officer do this (``NotAllowed``). Raises ``Invalid`` for a name that no staff list could tell, a place
    below itself, and a day that lies before the present row or the parent's first, or is yet to come; ``Conflict``
    where another department is there under this name.
    """
    if by is not None and not has_role(by, Role.HR, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only HR or the privacy officer decides this."))
    wait_for_my_turn()
    current = DepartmentPlace.objects.get(department=department, valid_to__isnull=True, superseded_at__isnull=True)
    name = _possible(name)
    above = parent.pk if parent else None
    if (current.name, current.parent_id) == (name, above):
        return current
    _require_day(current, parent, since, today=now.astimezone(conf.time_zone).date())
    _require_place(department.pk, name, above, paths_now())
    entry = append(
        kind="people.department_placed",
        at=now,
        facts={"department": department.pk, "parent": above, "from": since, "by": by.pk if by else None},
        disclosures=[hide("department", name)],
    )
    current.superseded_at, current.superseded_by = now, entry
    current.save(update_fields=["superseded_at", "superseded_by"])
    kept = {"department": department, "manager_id": current.manager_id, "recorded_at": now, "entry": entry}
    if current.valid_from < since:
        DepartmentPlace.objects.create(
            **kept,
            name=current.name,
            parent_id=current.parent_id,
            valid_from=current.valid_from,
            valid_to=since - timedelta(days=1),
        )
    return DepartmentPlace.objects.create(**kept, name=name, parent_id=above, valid_from=since)


def below(department: UUID, paths: Mapping[UUID, Path]) -> list[UUID]:
    """The departments whose paths begin with this one's, itself first."""
    own = paths[department]
    return [department, *(key for key, path in paths.items() if key != department and path[: len(own)] == own)]


def _possible(name: str) -> str:
    """The name without blanks around it, as a staff list could tell it."""
    name = name.strip()
    if not name:
        raise Invalid(_("The %(field)s is empty.") % {"field": _("department")})
    if len(name) > LONGEST_NAME:
        raise Invalid(_("A department's name has at most %(most)d characters.") % {"most": LONGEST_NAME})
    if not name.isprintable() or any(sign in name for sign in SIGNS):
        raise Invalid(
            _(
                "A department's name holds no line break, no wide blank and none of %(signs)s: "
                "in staff lists these part the levels."
            )
            % {"signs": SIGNS}
        )
    return name


def _require_day(current: DepartmentPlace, parent: Department | None, since: date, *, today: date) -> None:
    if since > today:
        raise Invalid(_("Enter it on the day itself or later: until then lists come with the old name."))
    if since < current.valid_from:
        raise Invalid(
            _("It cannot begin before %(day)s, when the department as it is began.")
            % {"day": date_format(current.valid_from)}
        )
    places = DepartmentPlace.objects.filter(department=parent, superseded_at__isnull=True)
    first = places.order_by("valid_from").first() if parent is not None else None
    if first is not None and since < first.valid_from:
        raise Invalid(
            _("The department above it is there from %(day)s on only.") % {"day": date_format(first.valid_from)}
        )


def _require_place(department: UUID, name: str, above: UUID | None, paths: Mapping[UUID, Path]) -> None:
    mine = below(department, paths)
    if above in mine:
        raise Invalid(_("A department cannot belong to itself, nor to one below it."))
    if above is not None and above not in paths:
        raise Invalid(_("There is no such department any more."))
    wanted = (*(paths[above] if above is not None else ()), name)
    height = max(len(paths[key]) for key in mine) - len(paths[department])
    if len(wanted) + height > DEEPEST:
        raise Invalid(_("Departments have at most %(most)d levels.") % {"most": DEEPEST})
    same = [key for key, path in paths.items() if key != department and _alike(path) == _alike(wanted)]
    if same:
        raise Conflict(
            _("There is a department %(path)s already. Move its people there by a staff list instead.")
            % {"path": "/".join(wanted)}
        )


def _alike(path: Path) -> Path:
    return tuple(map(alike, path))
