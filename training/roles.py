"""The product's roles, as groups of accounts."""

from __future__ import annotations

from enum import Enum
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group
from django.db import transaction


class Role(Enum):
    """A role and the name of its group as people see it. Learners need no group: who is employed is a learner."""

    HR = "人事・教育責任者"
    EDITOR = "教材担当"
    PRIVACY_OFFICER = "個人情報保護管理責任者"
    AUDITOR = "監査責任者・審査員"

    @property
    def group_name(self) -> str:
        """The name of the role's group."""
        return self.value


@transaction.atomic
def ensure_groups() -> dict[Role, Group]:
    """Make the groups that are missing, and return all; run it as often as you like."""
    return {role: Group.objects.get_or_create(name=role.group_name)[0] for role in Role}


def roles_of(user: AbstractBaseUser | AnonymousUser) -> frozenset[Role]:
    """Return the roles of an active account. A superuser holds none by being one.

    They are read once for each object of the account, as Django does with
    permissions: a request has its own object, so that a role that was taken
    away is gone at the next click.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    account: Any = user
    held: frozenset[Role] | None = getattr(account, "_training_roles", None)
    if held is None:
        names = set(Group.objects.filter(user=user.pk).values_list("name", flat=True))
        held = account._training_roles = frozenset(role for role in Role if role.group_name in names)
    return held


def has_role(user: AbstractBaseUser | AnonymousUser, *roles: Role) -> bool:
    """Whether an active account holds one of the roles."""
    return not roles_of(user).isdisjoint(roles)
