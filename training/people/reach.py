"""Whose account somebody may give a way into: none that may do more than the own one.

An invitation sets a password. Whoever makes one could use it, and would hold every role of the account.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from training.errors import NotAllowed

# What nobody is given in a group or as a permission.
SUPERUSER, STAFF = ("superuser", 0), ("staff", 0)


def reaches(account: Any, *, by: AbstractBaseUser | None) -> bool:
    """Whether ``require_reach`` would let it pass."""
    try:
        require_reach(account, by=by)
    except NotAllowed:
        return False
    return True


def require_reach(account: Any, *, by: AbstractBaseUser | None) -> None:
    """Raise ``NotAllowed`` where an account holds a role or a permission that ``by`` does not.

    A superuser reaches everybody, and so does the command line, which is None. A locked account reaches no role.
    """
    if by is None:
        return
    own = _held(by) if by.is_active else set()
    if SUPERUSER not in own and not _held(account) <= own:
        raise NotAllowed(
            _(
                "This account has roles or permissions that whoever makes the invitation does not have. Somebody who "
                "has them all can make it, or whoever runs the system, with the command “invite”."
            )
        )


def _held(account: Any) -> set[tuple[str, int]]:
    """All that an account was given."""
    groups = {("group", key) for key in account.groups.values_list("pk", flat=True)}
    permissions = {("permission", key) for key in account.user_permissions.values_list("pk", flat=True)}
    flags = {flag for flag, is_set in ((SUPERUSER, account.is_superuser), (STAFF, account.is_staff)) if is_set}
    return groups | permissions | flags
