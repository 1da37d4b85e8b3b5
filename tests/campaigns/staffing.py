"""Changes of the roster as they come: by a list of one day, or by a correction of what was believed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.building import NOW, import_staff
from training.ledger.append import append
from training.people.models import Employment

HEADINGS = ("社員番号", "氏名", "所属", "雇用区分", "入社日", "退職日", "兼務")


def listed(*rows: str, day: date, now: datetime = NOW, **options: Any) -> Any:
    """A staff list of a day: each row is number, name, department, type, joined, left and second posts, with commas."""
    text = "\n".join([",".join(HEADINGS), *rows])
    plan, made = import_staff(text.encode(), day=day, now=now, **options)
    assert not plan.refused, plan.refused
    return made


def corrected(employment: Employment, *, now: datetime = NOW, **changes: Any) -> Employment:
    """The row was wrong: it is superseded, and another says how it was; it hangs on no other row."""
    entry = append(kind="people.corrected", at=now, facts={"employment": employment.pk})
    withdrawn(employment, now=now, entry=entry)
    names = ("employee_id", "number", "type", "valid_from", "valid_to")
    values = {name: getattr(employment, name) for name in names} | changes
    return Employment.objects.create(recorded_at=now, entry=entry, **values)


def withdrawn(employment: Employment, *, now: datetime = NOW, entry: Any = None) -> None:
    """The row was wrong, and nothing is in its place."""
    entry = entry or append(kind="people.corrected", at=now, facts={"employment": employment.pk})
    Employment.objects.filter(pk=employment.pk).update(superseded_at=now, superseded_by=entry)
