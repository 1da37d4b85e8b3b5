"""Sign in by staff number, beside the account's own name."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from training.conf import conf
from training.people.models import Employment, plain_number


class StaffNumberBackend(ModelBackend):
    """Authenticate the account of whoever works here under a number; full-width digits are read as digits."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the account, or None. A wrong number costs as much time as a wrong password."""
        if not username or password is None:
            return None
        # Whoever has the number now, or had it last: a former holder's account is not behind it any more.
        today = timezone.localdate(timezone=conf.time_zone)
        held = Employment.objects.filter(
            number=plain_number(username).replace("\x00", ""), superseded_at__isnull=True, valid_from__lte=today
        )
        employment = held.select_related("employee__user").order_by("-valid_from").first()
        user = employment.employee.user if employment else None
        if user is None:
            get_user_model()().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None
