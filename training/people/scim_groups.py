"""Keep the groups of identity providers; a group that is named for a department gives its members a post there.

A member's main post is the department of the user itself; a department's group is a second post (兼務), or the main
one of a member who has no department.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from training.errors import Invalid
from training.people.enrol import wait_for_my_turn
from training.people.roster_believed import department_at, paths_now
from training.people.scim_models import ScimClient, ScimGroup, ScimUser
from training.people.scim_schema import Group
from training.people.scim_users import LONGEST, Taken, lock, refollow

SECOND = frozenset({"second"})


@transaction.atomic
def create_group(*, client: ScimClient, resource: Group, now: datetime) -> ScimGroup:
    """Keep a new group. Raises ``Taken`` where the name is in use."""
    wait_for_my_turn()
    group = ScimGroup(client=client, made_at=now)
    members = _members(resource, client)
    _take_over(group, resource, now)
    _save(group)
    _set_members(group, members)
    if group.department_id is not None:
        _let_follow(members, client, now)
    return group


@transaction.atomic
def replace_group(
    *, group: ScimGroup, resource: Group, client: ScimClient, expected: int | None, now: datetime
) -> ScimGroup:
    """Keep what the group is said to be from now on. Raises what ``lock`` does, and ``Taken`` as for users."""
    wait_for_my_turn()
    locked = lock(group, client=client, expected=expected)
    department, told = locked.department_id, (locked.display_name, locked.external_id)
    before = set(locked.members.values_list("pk", flat=True))
    members = _members(resource, client)
    _take_over(locked, resource, now)
    if told == (locked.display_name, locked.external_id) and before == members:
        locked.refresh_from_db()
        return locked
    locked.version += 1
    _save(locked)
    _set_members(locked, members)
    if department != locked.department_id:
        _let_follow(before | members, client, now)
    elif department is not None:
        _let_follow(before ^ members, client, now)
    return locked


@transaction.atomic
def delete_group(*, group: ScimGroup, client: ScimClient, expected: int | None, now: datetime) -> None:
    """Forget the group; a post that it gave ends. Raises what ``lock`` does."""
    wait_for_my_turn()
    locked = lock(group, client=client, expected=expected)
    members = set(locked.members.values_list("pk", flat=True)) if locked.department_id is not None else set()
    locked.delete()
    _let_follow(members, client, now)


def _let_follow(users: Collection[UUID], client: ScimClient, now: datetime) -> None:
    for user in ScimUser.objects.filter(pk__in=users).order_by("made_at", "pk"):
        refollow(user=user, silent=SECOND, client=client, now=now)


def _set_members(group: ScimGroup, members: set[UUID]) -> None:
    keys: Any = members
    group.members.set(keys)


def _members(resource: Group, client: ScimClient) -> set[UUID]:
    """The users that are to be members. Raises ``Invalid`` where one is none of the client's."""
    wanted: set[UUID] = set()
    for member in resource.members or []:
        try:
            wanted.add(UUID(member.value or ""))
        except ValueError:
            raise Invalid(_("A member is no user.")) from None
    known = set(ScimUser.objects.filter(pk__in=wanted, client=client).values_list("pk", flat=True)) if wanted else set()
    if known != wanted:
        raise Invalid(_("A member is no user."))
    return wanted


def _take_over(group: ScimGroup, resource: Group, now: datetime) -> None:
    name, external = (resource.display_name or "").strip(), resource.external_id or ""
    if not name:
        raise Invalid(_("The group's name is missing."))
    if max(len(name), len(external)) > LONGEST:
        raise Invalid(_("Name and external id have at most %(most)d characters each.") % {"most": LONGEST})
    same = group.display_name == name and group.department_id is not None  # the department may be called otherwise now
    group.display_name, group.external_id, group.changed_at = name, external, now
    if not same:
        group.department_id = _department_of(name)
    if ScimGroup.objects.filter(display_name=name).exclude(pk=group.pk).exists():
        raise Taken(_("This name is in use already."))


def _department_of(name: str) -> UUID | None:
    """The department whose path the group's name is, if it is one."""
    return department_at(name, paths_now())


def _save(group: ScimGroup) -> None:
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError as reason:
        raise Taken(_("This name is in use already.")) from reason
