"""Sign in by staff number, beside the account's own name."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest

from training.people.models import Employment


class StaffNumberBackend(ModelBackend):
    """Authenticate the account of whoever works here under a number; full-width digits are read as digits."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the account, or None. A wrong number costs as much time as a wrong password."""
        if not username or password is None:
            return None
        number = unicodedata.normalize("NFKC", username).strip()
        employment = (
            Employment.objects.filter(number=number, superseded_at__isnull=True, employee__user__isnull=False)
            .select_related("employee__user")
            .order_by("-valid_from")
            .first()
        )
        user = employment.employee.user if employment else None
        if user is None:
            get_user_model()().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None
