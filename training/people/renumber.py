"""Give somebody another staff number from a day on: the rows under the new number adjoin those under the old one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from training.errors import Conflict, Invalid
from training.ledger.append import append
from training.people.enrol import wait_for_my_turn
from training.people.models import Bitemporal, Employment, Leave, Posting
from training.people.numbers import plain_number
from training.people.roster_write import COLUMNS, PersonRows, Rows

A_DAY = timedelta(days=1)


@transaction.atomic
def renumber(
    *, employment: Employment, number: str, since: date, now: datetime, facts: Mapping[str, Any] | None = None
) -> None:
    """Let the person work under another number from a day on, with the same type, posts and leaves.

    Where the employment begins on that day or later, its number is corrected. ``facts`` go into the entry, such as
    who said so. Raises ``Invalid`` where the person does not work here then, ``Conflict`` where the number is in use.
    """
    wait_for_my_turn()
    number = plain_number(number)
    if not number:
        raise Invalid(_("The %(field)s is empty.") % {"field": _("staff number")})
    goes_on = Q(valid_to__isnull=True) | Q(valid_to__gte=since)
    believed = Employment.objects.filter(superseded_at__isnull=True)
    if believed.filter(goes_on, number=number).exists():
        raise Conflict(_("The staff number %(number)s is in use already.") % {"number": number})
    mine = list(believed.filter(goes_on, employee=employment.employee_id, number=employment.number))
    if not mine:
        raise Invalid(_("The person does not work here on %(day)s.") % {"day": since})
    rows = Rows()
    person = PersonRows(rows)
    for row in mine:
        _renumbered(person, row, number, since)
    told, hidden = person.told(number)
    named = {"employee": employment.employee_id, "from": since}
    entry = append(kind="people.renumbered", at=now, facts={**named, **(facts or {}), **told}, disclosures=[hidden])
    rows.write(entry, now)


def _renumbered(person: PersonRows, row: Employment, number: str, since: date) -> None:
    """Split a row, and what hangs on it, at the day; what begins on it or later is told anew as a whole."""
    before, after = uuid4(), uuid4()
    _split(
        person, row, since, (before, row.employee_id, row.number, row.type), (after, row.employee_id, number, row.type)
    )
    for model in (Posting, Leave):
        hanging: Any = model._default_manager.filter(employment=row, superseded_at__isnull=True)
        for one in hanging.order_by("valid_from", "pk"):
            rest = tuple(getattr(one, column) for column in COLUMNS[model][1][1:])
            _split(person, one, since, (before, *rest), (after, *rest))


def _split(person: PersonRows, row: Bitemporal, since: date, before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
    model = type(row)
    person.take_back(row)
    if row.valid_from < since:
        ends = since - A_DAY if row.valid_to is None else min(row.valid_to, since - A_DAY)
        person.add(model, before, row.valid_from, ends)
    if row.valid_to is None or row.valid_to >= since:
        person.add(model, after, max(row.valid_from, since), row.valid_to)
