"""The product's roles, as groups of accounts."""

from __future__ import annotations

from enum import Enum

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


def has_role(user: AbstractBaseUser | AnonymousUser, *roles: Role) -> bool:
    """Whether an active account holds one of the roles. A superuser holds none by being one."""
    if not user.is_authenticated or not user.is_active:
        return False
    return Group.objects.filter(user=user.pk, name__in=[role.group_name for role in roles]).exists()
