"""Users and groups: list, read, make, replace, change and delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from scim2_models import (
    Context,
    InvalidFilterException,
    InvalidValueException,
    ListResponse,
    NotImplementedException,
    PatchOp,
    PreconditionFailedException,
    ResponseParameters,
    SearchRequest,
    TooManyException,
)
from scim2_models.path import FilterNode

from training.people.scim_groups import create_group, delete_group, replace_group
from training.people.scim_models import ScimGroup, ScimUser
from training.people.scim_schema import ENTERPRISE, MOST_RESULTS, Group, Person
from training.people.scim_users import Stale, create_user, delete_user, replace_user
from training.web.scim.answers import answer
from training.web.scim.base import ScimView
from training.web.scim.finding import Found, Joined, find_groups, find_users, values_in
from training.web.scim.resources import group_resource, shows, user_resource, version

MOST_OPERATIONS = 1_000
LONGEST_FILTER = 4_000
FARTHEST = 2**31  # where a page begins at most: no list is as long, and every number in the answer is one in JSON
TURNS = 3  # how often a change is made anew, where another was quicker and nobody asked for a version
Row = TypeVar("Row", ScimUser, ScimGroup)


class Collection(ScimView):
    """All resources of a type, and making one."""

    model: ClassVar[Any]

    def find(self, asked: SearchRequest[Any]) -> Found:
        """What matches."""
        raise NotImplementedError

    def make(self, resource: Any) -> Any:
        """Make one, and return its resource and version."""
        raise NotImplementedError

    def get(self, request: HttpRequest) -> HttpResponse:
        """A page of what matches."""
        return listed(self.model, self.find, read_search(self.model, request.GET.dict()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make one."""
        wanted = self.model.model_validate(self.payload, scim_ctx=Context.RESOURCE_CREATION_REQUEST)
        made = self.make(wanted)
        headers = {"Location": made.meta.location, "ETag": made.meta.version}
        parameters = read_parameters(self.model, request)
        body = made.model_dump(scim_ctx=Context.RESOURCE_CREATION_RESPONSE, response_parameters=parameters)
        return answer(body, status=HTTPStatus.CREATED, headers=headers)


class UsersView(Collection):
    """The users."""

    model = Person
    reads = ("users:read",)
    writes = ("users:write",)

    def find(self, asked: SearchRequest[Any]) -> Found:
        """Those that match."""
        return find_users(asked.filter, self.request, client=self.client)

    def make(self, resource: Any) -> Any:
        """Enrol whoever is told of, as far as enough is said."""
        return user_resource(create_user(client=self.client, resource=resource, now=self.now), self.request)


class GroupsView(Collection):
    """The groups."""

    model = Group
    reads = ("groups:read",)
    writes = ("groups:write",)

    def find(self, asked: SearchRequest[Any]) -> Found:
        """Those that match."""
        return find_groups(asked.filter, self.request, client=self.client, members=shows(asked, "members"))

    def make(self, resource: Any) -> Any:
        """Make the group."""
        return group_resource(create_group(client=self.client, resource=resource, now=self.now), self.request)


class OneResource(ScimView):
    """One resource, by its id."""

    model: ClassVar[Any]
    rows: ClassVar[Any]

    def resource(self, row: Any) -> Any:
        """The row as it is answered."""
        raise NotImplementedError

    def keep(self, row: Any, resource: Any, expected: int | None) -> Any:
        """Keep the resource, and return the row."""
        raise NotImplementedError

    def forget(self, row: Any, expected: int | None) -> None:
        """Delete the row."""
        raise NotImplementedError

    def row(self) -> Any:
        """The client's row as it is now, or 404."""
        return get_object_or_404(self.rows._default_manager, pk=self.kwargs["key"], client=self.client)

    @cached_property
    def wanted_version(self) -> str | None:
        """The version that the client demands, None where any will do."""
        demanded = self.request.headers.get("If-Match")
        return None if demanded in {None, "*"} else demanded

    def get(self, request: HttpRequest, key: Any) -> HttpResponse:
        """The resource; nothing where the client has this version."""
        row = self.row()
        if request.headers.get("If-None-Match") in {"*", version(row)}:
            return answer(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": version(row)})
        return self.shown(row, Context.RESOURCE_QUERY_RESPONSE)

    def put(self, request: HttpRequest, key: Any) -> HttpResponse:
        """Replace it."""
        payload = self.payload

        def replaced(row: Any) -> Any:
            wanted = self.model.model_validate(payload, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
            wanted.replace(self.resource(row))
            return wanted

        return self.shown(self.changed(replaced), Context.RESOURCE_REPLACEMENT_RESPONSE)

    def patch(self, request: HttpRequest, key: Any) -> HttpResponse:
        """Change it."""
        patch = PatchOp[self.model].model_validate(  # type: ignore[name-defined]
            eased(self.payload), scim_ctx=Context.RESOURCE_PATCH_REQUEST
        )
        for operation in patch.operations or ():
            require_storable(operation.path.value_filter if operation.path else None)

        def patched(row: Any) -> Any:
            resource = self.resource(row)
            patch.patch(resource)
            return resource

        return self.shown(self.changed(patched), Context.RESOURCE_PATCH_RESPONSE)

    def delete(self, request: HttpRequest, key: Any) -> HttpResponse:
        """Delete it."""
        row = self.row()
        self.forget(row, self.expected(row))
        return answer(status=HTTPStatus.NO_CONTENT)

    def changed(self, change: Callable[[Any], Any]) -> Any:
        """Make the change from the row as it is; again where it has moved on and no version was demanded."""
        for turn in range(TURNS):
            row = self.row()
            expected = self.expected(row)
            try:
                return self.keep(row, change(row), row.version if expected is None else expected)
            except Stale:
                if expected is not None or turn == TURNS - 1:
                    raise
        raise AssertionError  # not reached

    def expected(self, row: Any) -> int | None:
        """The version that the change is made from, if the client demands one. Raises where it is another."""
        if self.wanted_version is None:
            return None
        if version(row) not in {tag.strip() for tag in self.wanted_version.split(",")}:
            raise PreconditionFailedException(detail="The resource has another version.")
        return int(row.version)

    def shown(self, row: Any, context: Context) -> HttpResponse:
        """The resource as it is now."""
        resource = self.resource(row)
        parameters = read_parameters(self.model, self.request)
        body = resource.model_dump(scim_ctx=context, response_parameters=parameters)
        headers = {"ETag": version(row), "Content-Location": resource.meta.location}
        return answer(body, headers=headers)


class UserView(OneResource):
    """A user."""

    model = Person
    rows = ScimUser
    reads = ("users:read",)
    writes = ("users:write",)

    def resource(self, row: ScimUser) -> Person:
        """With groups."""
        return user_resource(row, self.request)

    def keep(self, row: ScimUser, resource: Person, expected: int | None) -> ScimUser:
        """Let the roster follow."""
        return replace_user(user=row, resource=resource, client=self.client, expected=expected, now=self.now)

    def forget(self, row: ScimUser, expected: int | None) -> None:
        """The person has left."""
        delete_user(user=row, client=self.client, expected=expected, now=self.now)


class GroupView(OneResource):
    """A group."""

    model = Group
    rows = ScimGroup
    reads = ("groups:read",)
    writes = ("groups:write",)

    def resource(self, row: ScimGroup) -> Group:
        """With members, where a change needs them or they are asked for."""
        parameters = read_parameters(Group, self.request)
        reads = self.request.method in self.reading
        return group_resource(row, self.request, members=not reads or shows(parameters, "members"))

    def keep(self, row: ScimGroup, resource: Group, expected: int | None) -> ScimGroup:
        """Let posts follow."""
        return replace_group(group=row, resource=resource, client=self.client, expected=expected, now=self.now)

    def forget(self, row: ScimGroup, expected: int | None) -> None:
        """Posts that it gave end."""
        delete_group(group=row, client=self.client, expected=expected, now=self.now)


class SearchView(ScimView):
    """A search by POST: among users, groups or both."""

    reading: ClassVar[frozenset[str]] = frozenset({"POST"})
    among: ClassVar[str] = "both"

    def post(self, request: HttpRequest) -> HttpResponse:
        """A page of what matches."""
        payload = self.payload
        if self.among == "users":
            return listed(Person, self.users, read_search(Person, payload))
        if self.among == "groups":
            return listed(Group, self.groups, read_search(Group, payload))
        return listed(Person | Group, self.both, read_search(Person | Group, payload))

    def users(self, asked: SearchRequest[Any]) -> Found:
        """Users that match."""
        return find_users(asked.filter, self.request, client=self.client)

    def groups(self, asked: SearchRequest[Any]) -> Found:
        """Groups that match."""
        return find_groups(asked.filter, self.request, client=self.client, members=shows(asked, "members"))

    def both(self, asked: SearchRequest[Any]) -> Found:
        """Users, and after them groups."""
        return Joined(self.users(asked), self.groups(asked))


class NotServedView(ScimView):
    """What RFC 7644 allows not to offer."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """501, whatever the method."""
        raise NotImplementedException(detail="This is not served.")

    post = put = patch = delete = get


def read_search(model: Any, asked: dict[str, Any]) -> SearchRequest[Any]:
    """The search as it was asked for."""
    known = {name: asked[name] for name in _SEARCHED if name in asked}
    if len(str(known.get("filter", ""))) > LONGEST_FILTER:
        raise InvalidFilterException(detail=f"A filter has at most {LONGEST_FILTER} characters.")
    search = SearchRequest[model].model_validate(known, scim_ctx=Context.SEARCH_REQUEST)
    require_storable(search.filter.ast if search.filter is not None else None)
    return search


def require_storable(node: FilterNode | None) -> None:
    """Refuse a filter with what no database takes: U+0000 or half a character, which escapes may bring in."""
    for value in values_in(node) if node is not None else ():
        if isinstance(value, str) and ("\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value)):
            raise InvalidFilterException(detail="The filter compares with what is no text.")


_SEARCHED = ("schemas", "filter", "startIndex", "count", "attributes", "excludedAttributes")


def read_parameters(model: Any, request: HttpRequest) -> ResponseParameters[Any] | None:
    """Which attributes the answer is to have."""
    named = {name: request.GET[name] for name in ("attributes", "excludedAttributes") if request.GET.get(name)}
    return ResponseParameters[model].model_validate(named) if named else None


def listed(model: Any, find: Callable[[SearchRequest[Any]], Found], asked: SearchRequest[Any]) -> HttpResponse:
    """A page of a list."""
    found = find(asked)
    total, start = found.count, min(asked.start_index_0 or 0, FARTHEST)
    count = MOST_RESULTS if asked.count is None else min(asked.count, MOST_RESULTS)
    part: Sequence[Any] = found.part(start, start + count) if count else []
    page = ListResponse[model](
        total_results=total, start_index=start + 1, items_per_page=len(part), resources=list(part)
    )
    return answer(page.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=asked))


def eased(payload: dict[str, Any]) -> dict[str, Any]:
    """A patch as Entra ID writes it: a manager by the bare id. Refuses more operations than anybody needs at once."""
    operations = next((payload[name] for name in payload if name.casefold() == "operations"), None)
    if not isinstance(operations, list):
        raise InvalidValueException(detail="Operations: a list of operations is needed.")
    if len(operations) > MOST_OPERATIONS:
        raise TooManyException(detail=f"A patch has at most {MOST_OPERATIONS} operations.")
    manager = f"{ENTERPRISE}:manager".casefold()
    for operation in operations:
        if not isinstance(operation, dict):
            continue
        if str(operation.get("path", "")).casefold() == manager and isinstance(operation.get("value"), str):
            operation["value"] = {"value": operation["value"]}
    return payload
