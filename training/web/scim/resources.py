"""Users and groups as they are answered: with addresses, versions, groups and members."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from scim2_models import Meta, ResponseParameters

from training.people.scim_models import ScimGroup, ScimUser
from training.people.scim_schema import EnterpriseUser, Group, GroupMember, GroupMembership, Person, User
from training.people.scim_users import read_user


def version(row: ScimUser | ScimGroup) -> str:
    """The entity tag: weak, for two answers of one version may differ in their attributes."""
    return f'W/"{row.version}"'


def location(request: HttpRequest, kind: str, key: UUID | str) -> Any:
    """Where a resource is: text, of which the resource makes a reference."""
    return request.build_absolute_uri(reverse(f"scim:{kind}", args=[key]))


def user_resource(user: ScimUser, request: HttpRequest) -> Person:
    """A user. Its groups are read once for many by ``prefetch_related``."""
    resource = read_user(user)
    resource.id = str(user.pk)
    resource.schemas = [str(User.__schema__)]
    extension = resource[EnterpriseUser]
    if extension is not None:
        resource.schemas.append(str(EnterpriseUser.__schema__))
        if extension.manager is not None and user.manager_id is not None:
            extension.manager.ref = location(request, "user", user.manager_id)
    groups = sorted(user.groups.all(), key=lambda group: (group.made_at, group.pk))
    resource.groups = [
        GroupMembership(value=str(group.pk), ref=location(request, "group", group.pk), display=group.display_name)
        for group in groups
    ] or None
    resource.meta = _meta(user, "User", location(request, "user", user.pk))
    return resource


def group_resource(group: ScimGroup, request: HttpRequest, *, members: bool = True) -> Group:
    """A group, with its members or without."""
    return group_with(group, request, members_of([group.pk]).get(group.pk, ()) if members else ())


def group_with(group: ScimGroup, request: HttpRequest, members: Sequence[UUID]) -> Group:
    """A group with these members: of many groups, they are read at once by ``members_of``."""
    resource = Group(
        id=str(group.pk),
        external_id=group.external_id or None,
        display_name=group.display_name,
        meta=_meta(group, "Group", location(request, "group", group.pk)),
    )
    resource.schemas = [str(Group.__schema__)]
    resource.members = [
        GroupMember(value=str(key), ref=location(request, "user", key), type="User") for key in members
    ] or None
    return resource


def members_of(groups: Iterable[UUID], *, among: Collection[UUID] | None = None) -> Mapping[UUID, Sequence[UUID]]:
    """The members of each group, all of them or only those among some, in the order in which they came. One query."""
    rows = ScimGroup.members.through._default_manager.filter(scimgroup__in=groups)
    if among is not None:
        rows = rows.filter(scimuser__in=among)
    found: dict[UUID, list[UUID]] = {}
    for group, user in rows.order_by("pk").values_list("scimgroup_id", "scimuser_id"):
        found.setdefault(group, []).append(user)
    return found


def shows(parameters: ResponseParameters[Group] | None, attribute: str) -> bool:
    """Whether an answer with these parameters has an attribute."""
    if parameters is None:
        return True

    def named(paths: Collection[object] | None) -> bool:
        return any(str(path).casefold().rpartition(":")[2].split(".")[0] == attribute for path in paths or ())

    if parameters.attributes:
        return named(parameters.attributes)
    return not named(parameters.excluded_attributes)


def _meta(row: ScimUser | ScimGroup, kind: str, where: str) -> Meta:
    return Meta(
        resource_type=kind, created=row.made_at, last_modified=row.changed_at, location=where, version=version(row)
    )
