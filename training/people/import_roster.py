"""Take a list of staff over: decide on every row, and write all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from hashlib import sha256

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from training.errors import Conflict, Invalid
from training.ledger.append import append
from training.people.enrol import wait_for_my_turn
from training.people.roster_believed import believed_now
from training.people.roster_decide import make_plan
from training.people.roster_departments import Departments
from training.people.roster_models import RosterImport
from training.people.roster_plan import Plan
from training.people.roster_values import Sheet
from training.people.roster_write import needed_since, rows_of

Progress = Callable[[str], None]


class Unaccepted(Invalid):
    """Rows are refused, and nobody has said that they are to be left out; ``plan`` has them."""

    def __init__(self, plan: Plan, lines: Collection[int]) -> None:
        super().__init__(
            ngettext(
                "%(count)d line is refused. Correct it, or name it as left out; until then nothing is imported.",
                "%(count)d lines are refused. Correct them, or name them as left out; until then nothing is imported.",
                len(lines),
            )
            % {"count": len(lines)}
        )
        self.plan = plan


def preview(*, sheet: Sheet, day: date, left_if_missing: bool = False) -> Plan:
    """What taking the list over would change, writing nothing."""
    return make_plan(sheet, believed_now(), day=day, left_if_missing=left_if_missing)


@transaction.atomic
def import_roster(
    *,
    sheet: Sheet,
    data: bytes,
    day: date,
    by: AbstractBaseUser | None,
    now: datetime,
    accepted: Collection[int] = (),
    left_if_missing: bool = False,
    digest: str | None = None,
    progress: Progress = lambda stage: None,
) -> tuple[Plan, RosterImport | None]:
    """Take over what the list changes, as one entry; return the plan and the import, None where nothing changes.

    ``accepted`` are the refused lines that are left out; ``digest`` is the
    plan that somebody confirmed. Raises ``Unaccepted`` where a line is refused
    and not accepted, and ``Conflict`` where the plan is another by now.
    """
    wait_for_my_turn()
    progress(str(_("comparing")))
    believed = believed_now()
    plan = make_plan(sheet, believed, day=day, left_if_missing=left_if_missing)
    if digest is not None and digest != plan.digest:
        raise Conflict(_("The records have changed since the preview. Please look at it again."))
    refused = {row.line for row in plan.refused}
    if waiting := refused - set(accepted):
        raise Unaccepted(plan, waiting)
    changes = plan.effective
    if not changes:
        return plan, None
    progress(str(_("writing")))
    made = RosterImport(
        number=(RosterImport.objects.aggregate(n=Max("number"))["n"] or 0) + 1,
        day=day,
        sha256=sha256(data).hexdigest(),
        counts=plan.counts,
        accepted=sorted(refused),
        left_if_missing=left_if_missing,
        by_id=by.pk if by else None,
        at=now,
    )
    departments = Departments(believed.paths, needed_since(changes))
    rows, evidence, hidden = rows_of(changes, made, departments)
    entry = append(
        kind="people.roster_imported",
        at=now,
        rows=[made, *evidence],
        facts={"departments": departments.facts},
        disclosures=[*departments.hidden, *hidden],
    )
    rows.write(entry, now)
    return plan, made
