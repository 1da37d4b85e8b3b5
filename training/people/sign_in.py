"""Sign in by staff number or by the company's e-mail address, beside the account's own name."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from training.conf import conf
from training.people.models import EmailAddress, Employment
from training.people.numbers import plain_number
from training.people.queries import on


def account_of_number(typed: str, *, day: date) -> User | None:
    """The account of whoever has a staff number on a day, or had it last; None where there is none.

    A former holder's account is not behind a number any more.
    """
    held = Employment.objects.filter(
        number=plain_number(typed).replace("\x00", ""), superseded_at__isnull=True, valid_from__lte=day
    )
    employment = held.select_related("employee__user").order_by("-valid_from").first()
    return employment.employee.user if employment else None


def account_at_work(typed: str, *, day: date) -> User | None:
    """The account of whoever works here under a staff number on a day; None for who has left, or is to join."""
    held = on(Employment.objects.filter(number=plain_number(typed).replace("\x00", "")), day)
    employment = held.select_related("employee__user").first()
    return employment.employee.user if employment else None


def account_of_address(typed: str, *, day: date) -> User | None:
    """The account of the one person whom the company writes to at an address on a day; None where several share it."""
    address = typed.strip().replace("\x00", "")
    rows = on(EmailAddress.objects.filter(email__iexact=address), day).select_related("employee__user")
    people = {row.employee_id: row.employee.user for row in rows[:2]}
    return next(iter(people.values())) if len(people) == 1 else None


def account_meant(typed: str, *, day: date) -> User | None:
    """The account that somebody tries to open who types this: by staff number or address, or else by its own name."""
    found = account_of_address if "@" in typed else account_of_number
    named = get_user_model().objects.filter(username__iexact=typed.strip().replace("\x00", ""))
    return found(typed, day=day) or named.order_by("pk").first()


class StaffNumberBackend(ModelBackend):
    """Authenticate the account of whoever works here under a number; full-width digits are read as digits.

    A number has no @ in it: what has one is an e-mail address.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the account, or None. A wrong number costs as much time as a wrong password."""
        if not username or password is None:
            return None
        found = account_of_address if "@" in username else account_of_number
        user = found(username, day=timezone.localdate(timezone=conf.time_zone))
        if user is None:
            get_user_model()().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None
