"""A small company with a campaign that is due on 2026-12-25, a Friday, and days to play on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests import building
from training.people.appoint import appoint
from training.people.enrol import link_account
from training.people.models import Department, Employment, Posting
from training.reminders.models import Letter
from training.reminders.plan import plan_letters
from training.reminders.send import send_next

ZONE = ZoneInfo("Asia/Tokyo")
DUE = date(2026, 12, 25)  # of building.campaign


def at(day: str, hour: int = 9) -> datetime:
    """A moment of a day in Tokyo."""
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=ZONE)


def settings_with(settings: Any, **given: Any) -> None:
    """Set something of the product's."""
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, **given}


def member(number: str, name: str, *, department: str = "営業本部/第一営業部", mail: str | None = None) -> Employment:
    """Somebody who works here, with the address that the staff list has (none where ``mail`` is empty)."""
    employment = building.person(number, name, department=department)
    if mail is None:
        mail = f"{number}@example.com"
    if mail:
        data = f"社員番号,氏名,メール\n{number},{name},{mail}\n".encode()
        building.import_staff(data)
    return employment


def account_of(employment: Employment, address: str = "", *, username: str = "taro") -> Any:
    """An account that acts for somebody, with an address of its own."""
    user = building.account(username)
    user.email = address
    user.save()
    link_account(employee=employment.employee, user=user, now=building.NOW)
    return user


def department_of(employment: Employment) -> Department:
    """Where somebody has the main post."""
    posting = Posting.objects.filter(employment__employee=employment.employee_id, superseded_at__isnull=True)
    return Department.objects.get(pk=posting.get(primary=True, valid_to__isnull=True).department_id)


def heads(employment: Employment, *, of: Employment | Department) -> None:
    """Somebody manages a department, or the one of somebody's main post, from the beginning."""
    department = of if isinstance(of, Department) else department_of(of)
    appoint(
        department=department,
        manager=employment.employee,
        since=max(p.valid_from for p in department.places.filter(superseded_at__isnull=True)),
        by=None,
        now=building.NOW,
    )


def run(day: str, hour: int = 9) -> list[Letter]:
    """Plan the day and send all that waits; return the letters that were looked at."""
    plan_letters(now=at(day, hour))
    return send_all(day, hour)


def send_all(day: str, hour: int = 9) -> list[Letter]:
    """Send whatever has its time come."""
    done = []
    while letter := send_next(now=at(day, hour)):
        done.append(letter)
    return done
