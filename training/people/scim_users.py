"""Keep the users of identity providers, and let the roster follow what is said of them.

Deleting a user ends the employment; nothing that is evidence is ever deleted.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from training.errors import Conflict, Invalid
from training.people.enrol import wait_for_my_turn
from training.people.scim_follow import Turn, follow
from training.people.scim_models import ScimClient, ScimGroup, ScimUser
from training.people.scim_schema import EnterpriseUser, Person, name_key
from training.people.scim_told import address_of, as_stored

LONGEST = 254
Row = TypeVar("Row", ScimUser, ScimGroup)


class Taken(Conflict):
    """The name is another's."""


class Gone(Conflict):
    """The resource has been deleted, or has always been another client's."""

    def __init__(self) -> None:
        super().__init__(_("There is no such user or group."))


class Stale(Conflict):
    """The resource has been changed since it was read."""

    def __init__(self) -> None:
        super().__init__(_("The resource has been changed since. Read it again."))


@transaction.atomic
def create_user(*, client: ScimClient, resource: Person, now: datetime) -> ScimUser:
    """Keep a new user. Raises ``Taken`` where the user name is in use."""
    wait_for_my_turn()
    user = ScimUser(client=client, made_at=now)
    _take_over(user, resource, now)
    follow(user=user, resource=resource, client=client, turn=Turn(was_active=False), now=now)
    _save(user)
    _tell_reports(user, None, client, now)
    return user


@transaction.atomic
def replace_user(
    *, user: ScimUser, resource: Person, client: ScimClient, expected: int | None, now: datetime
) -> ScimUser:
    """Keep what the user is said to be from now on; ``expected`` is the version that the change was made from.

    Raises what ``lock`` does, and ``Taken`` where the new user name is in use.
    """
    wait_for_my_turn()
    locked = lock(user, client=client, expected=expected)
    before = locked.resource, locked.external_id, locked.active, locked.manager_id, locked.user_name
    known, was_active = locked.employee_id, locked.active
    silent = _said(locked)
    _take_over(locked, resource, now)
    if before == (locked.resource, locked.external_id, locked.active, locked.manager_id, locked.user_name):
        locked.refresh_from_db()
        return locked
    follow(user=locked, resource=resource, client=client, turn=Turn(was_active, silent), now=now)
    locked.version += 1
    _save(locked)
    _tell_reports(locked, known, client, now)
    return locked


@transaction.atomic
def delete_user(*, user: ScimUser, client: ScimClient, expected: int | None, now: datetime) -> None:
    """Forget the user; who worked here until now has left today. Raises what ``lock`` does."""
    wait_for_my_turn()
    locked = lock(user, client=client, expected=expected)
    was_active, locked.active = locked.active, False
    follow(user=locked, resource=read_user(locked), client=client, turn=Turn(was_active, deleted=True), now=now)
    for group in locked.groups.all():
        ScimGroup.objects.filter(pk=group.pk).update(version=group.version + 1, changed_at=now)
    locked.delete()


def lock(row: Row, *, client: ScimClient, expected: int | None) -> Row:
    """The client's user or group as it is now, for this transaction alone.

    Raises ``Gone`` where the client has none such any more, and ``Stale`` where it is at another version than expected.
    """
    locked = type(row)._default_manager.select_for_update().filter(pk=row.pk, client=client).first()
    if locked is None:
        raise Gone
    if expected is not None and locked.version != expected:
        raise Stale
    return locked


def read_user(user: ScimUser) -> Person:
    """The resource as last told, without what only the service says."""
    resource = Person.model_validate({**user.resource, "externalId": user.external_id or None})
    if user.manager_id is not None:
        extension = resource[EnterpriseUser] or EnterpriseUser()
        extension.manager = _manager(user.manager_id)
        resource[EnterpriseUser] = extension
    return resource


def refollow(*, user: ScimUser, silent: frozenset[str], client: ScimClient, now: datetime) -> None:
    """Let the roster follow once more, for what else says something of the user has changed: a group, a manager."""
    known = user.employee_id
    follow(user=user, resource=read_user(user), client=client, turn=Turn(user.active, silent), now=now)
    if user.employee_id != known:
        user.save(update_fields=["employee"])
        _tell_reports(user, known, client, now)


def _manager(key: UUID) -> object:
    return EnterpriseUser.model_validate({"manager": {"value": str(key)}}).manager


def _said(user: ScimUser) -> frozenset[str]:
    """What the resource said until now, so that its silence on it means that there is none any more."""
    said = {"email"} if address_of(Person.model_validate(user.resource)) else set()
    return frozenset(said | ({"manager"} if user.manager_id is not None else set()))


def _take_over(user: ScimUser, resource: Person, now: datetime) -> None:
    """Put what the resource says into the row."""
    name = (resource.user_name or "").strip()
    if not name:
        raise Invalid(_("The user name is missing."))
    external = resource.external_id or ""
    if max(len(name), len(name_key(name)), len(external)) > LONGEST:
        raise Invalid(_("User name and external id have at most %(most)d characters each.") % {"most": LONGEST})
    user.user_name, user.external_id = name_key(name), external
    user.active = resource.active is not False
    user.resource = as_stored(resource)
    user.manager = _manager_of(resource, user)
    user.changed_at = now
    taken = ScimUser.objects.filter(user_name=user.user_name).exclude(pk=user.pk)
    if taken.exists():
        raise Taken(_("This user name is in use already."))


def _manager_of(resource: Person, user: ScimUser) -> ScimUser | None:
    extension = resource[EnterpriseUser]
    key = extension.manager.value if extension and extension.manager else None
    if not key:
        return None
    try:
        found = ScimUser.objects.filter(pk=UUID(key), client=user.client).first()
    except ValueError:
        found = None
    if found is None or found.pk == user.pk:
        if not user.active:  # whoever leaves needs no manager any more
            return None
        raise Invalid(_("The manager is no user, or the user itself."))
    return found


def _save(user: ScimUser) -> None:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as reason:
        raise Taken(_("This user name is in use already.")) from reason


def _tell_reports(user: ScimUser, known: UUID | None, client: ScimClient, now: datetime) -> None:
    """Whose manager was nobody of the roster until now has one."""
    if user.employee_id is None or user.employee_id == known:
        return
    for report in ScimUser.objects.filter(manager=user, employee__isnull=False).exclude(pk=user.pk):
        refollow(user=report, silent=frozenset(), client=client, now=now)
