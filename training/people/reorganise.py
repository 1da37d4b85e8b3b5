"""Give a department another name, or another place in the tree, from a day on: a reorganisation (組織変更).

The department stays the same one: people keep their posts, managers what they manage, and audience rules whom they
name. Earlier days show the name and the place of then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from training.conf import conf
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.append import append, hide
from training.ledger.models import Entry
from training.people.enrol import wait_for_my_turn
from training.people.models import Department, DepartmentPlace
from training.people.roster_believed import paths_now
from training.people.roster_plan import alike_path
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

    On the first day of its present name and place, those are corrected, not ended. Who manages it, or is to, stays;
    what is below it moves along. HR and the privacy officer do this (``NotAllowed``). Raises ``Invalid`` for a name
    that no staff list could tell, a place below itself on any day since, and a day that lies before its present name
    and place or the parent's first, or is yet to come; ``Conflict`` where another department is there under this
    name, or this one is there no more.
    """
    if by is not None and not has_role(by, Role.HR, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only HR or the privacy officer decides this."))
    wait_for_my_turn()
    rows = list(
        DepartmentPlace.objects.filter(department=department, superseded_at__isnull=True).order_by("valid_from")
    )
    if not rows or rows[-1].valid_to is not None:
        raise Conflict(_("There is no such department any more."))
    name, above = _possible(name), parent.pk if parent else None
    if (rows[-1].name, rows[-1].parent_id) == (name, above):
        return rows[-1]
    same = _last_alike(rows)
    _require_day(same[0].valid_from, parent, since, today=now.astimezone(conf.time_zone).date())
    _require_place(department.pk, name, above, paths_now())
    _require_no_circle(department.pk, above, since)
    entry = append(
        kind="people.department_placed",
        at=now,
        facts={"department": department.pk, "parent": above, "from": since, "by": by.pk if by else None},
        disclosures=[hide("department", name)],
    )
    for row in same:
        if row.valid_to is None or row.valid_to >= since:
            row.superseded_at, row.superseded_by = now, entry
            row.save(update_fields=["superseded_at", "superseded_by"])
            if row.valid_from < since:
                _again(row, entry, now, valid_to=since - timedelta(days=1))
            _again(row, entry, now, name=name, parent_id=above, valid_from=max(row.valid_from, since))
    return DepartmentPlace.objects.get(department=department, superseded_at__isnull=True, valid_to__isnull=True)


def _last_alike(rows: Sequence[DepartmentPlace]) -> list[DepartmentPlace]:
    """Of a department's rows in order, those at the end that have its present name and place, whoever managed it."""
    alike_ones = takewhile(lambda row: (row.name, row.parent_id) == (rows[-1].name, rows[-1].parent_id), reversed(rows))
    return list(alike_ones)[::-1]


def _again(row: DepartmentPlace, entry: Entry, now: datetime, **changes: Any) -> None:
    """Write a row once more, with something else in it."""
    kept = {
        name: getattr(row, name)
        for name in ("department_id", "name", "parent_id", "manager_id", "valid_from", "valid_to")
    }
    DepartmentPlace.objects.create(**(kept | changes), recorded_at=now, entry=entry)


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


def _require_day(first_day: date, parent: Department | None, since: date, *, today: date) -> None:
    if since > today:
        raise Invalid(_("Enter it on the day itself or later: until then lists come with the old name."))
    if since < first_day:
        raise Invalid(
            _("It cannot begin before %(day)s, when the department got its present name and place.")
            % {"day": date_format(first_day)}
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
    same = [key for key, path in paths.items() if key != department and alike_path(path) == alike_path(wanted)]
    if same:
        raise Conflict(
            _("There is a department %(path)s already. Move its people there by a staff list instead.")
            % {"path": "/".join(wanted)}
        )


def _require_no_circle(department: UUID, above: UUID | None, since: date) -> None:
    """On no day from ``since`` on may the department stand below itself: others have been moved since, too."""
    rows = DepartmentPlace.objects.filter(superseded_at__isnull=True).order_by("valid_from", "pk")
    told = list(rows.values_list("department", "parent", "valid_from"))
    for day in sorted({since, *(first for _key, _parent, first in told if first > since)}):
        parents = {key: parent for key, parent, first in told if first <= day}
        one, seen = above, set[UUID]()
        while one is not None and one not in seen:
            if one == department:
                raise Invalid(_("On %(day)s it would belong to a department below it.") % {"day": date_format(day)})
            seen.add(one)
            one = parents.get(one)
