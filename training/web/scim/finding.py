"""Finds users and groups by a filter: by the database where it can, else one by one, up to a limit.

A filter is turned into a condition that whatever matches fulfils. Where the condition says exactly the same, the
database counts and pages; elsewhere each row left is compared as RFC 7644 (3.4.2.2) has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from scim2_models import InvalidFilterException, ScimFilter, TooManyException
from scim2_models.path import (
    CompareOperator,
    Comparison,
    FilterNode,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ValuePath,
)

from training.people.scim_models import ScimClient, ScimGroup, ScimUser
from training.people.scim_schema import Group, Person, name_key
from training.web.scim.resources import group_with, members_of, user_resource

MOST_COMPARED = 5_000
NEVER = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A condition, and whether it says exactly what the filter says."""

    q: Q = field(default_factory=Q)
    exact: bool = False


class Found:
    """What was found: how much, and any stretch of it."""

    def __init__(self, rows: QuerySet[Any] | Sequence[Any], made: Callable[[Sequence[Any]], list[Any]]) -> None:
        self.rows, self.made = rows, made
        self.count: int = rows.count() if isinstance(rows, QuerySet) else len(rows)

    def part(self, start: int, stop: int) -> list[Any]:
        """The resources from one place to another."""
        if start >= self.count:
            return []
        return self.made(list(self.rows[max(0, start) : max(0, stop)]))


class Joined(Found):
    """What was found, and after it what else was."""

    def __init__(self, first: Found, second: Found) -> None:
        self.first, self.second = first, second
        self.count = first.count + second.count

    def part(self, start: int, stop: int) -> list[Any]:
        """The resources from one place to another."""
        before = self.first.count
        return [*self.first.part(start, min(stop, before)), *self.second.part(start - before, stop - before)]


def find_users(asked: ScimFilter[Any] | None, request: HttpRequest, *, client: ScimClient) -> Found:
    """The client's users that match."""
    rows = ScimUser.objects.filter(client=client).prefetch_related("groups")

    def made(rows: Sequence[ScimUser]) -> list[Person]:
        return [user_resource(row, request) for row in rows]

    return _found(rows, ScimFilter[Person], asked, narrow_users, made, made)


def find_groups(asked: ScimFilter[Any] | None, request: HttpRequest, *, client: ScimClient, members: bool) -> Found:
    """The client's groups that match; with their members in the answer or without."""
    named = set(_members_named(asked.ast)) if asked is not None else set()

    def compared(rows: Sequence[ScimGroup]) -> list[Group]:
        held = members_of([row.pk for row in rows], among=named) if named else {}
        return [group_with(row, request, held.get(row.pk, ())) for row in rows]

    def made(rows: Sequence[ScimGroup]) -> list[Group]:
        held = members_of([row.pk for row in rows]) if members else {}
        return [group_with(row, request, held.get(row.pk, ())) for row in rows]

    return _found(ScimGroup.objects.filter(client=client), ScimFilter[Group], asked, narrow_groups, compared, made)


def values_in(node: FilterNode) -> Iterator[Any]:
    """All values that a filter compares with."""
    for leaf, _within in _leaves(node):
        if isinstance(leaf, Comparison):
            yield leaf.value


def _leaves(node: FilterNode, within: str = "") -> Iterator[tuple[Comparison | Present, str]]:
    """The comparisons of a filter, each with the attribute in whose brackets it stands."""
    if isinstance(node, Comparison | Present):
        yield node, within
    elif isinstance(node, Not):
        yield from _leaves(node.expr, within)
    elif isinstance(node, ValuePath):
        yield from _leaves(node.val_filter, node.attr_path.attr)
    elif isinstance(node, LogicalExpr):
        for term in node.terms:
            yield from _leaves(term, within)


def _members_named(node: FilterNode) -> Iterator[UUID]:
    """The members whom a filter names: to compare, only these are read. Refuses whatever would need all of them."""
    for leaf, within in _leaves(node):
        path = leaf.attr_path
        if (within or path.attr).casefold() != "members":
            continue
        part = (path.attr if within else path.sub_attr) or "value"
        if not isinstance(leaf, Comparison) or leaf.op != CompareOperator.eq or part.casefold() != "value":
            raise InvalidFilterException(
                detail="Groups are found by members.value eq, and by no other word on members."
            )
        if key := _uuid(leaf.value):
            yield key


def _found(
    rows: QuerySet[Any],
    bound: Any,
    asked: ScimFilter[Any] | None,
    narrow: Callable[[FilterNode], Narrowed],
    compared: Callable[[Sequence[Any]], list[Any]],
    made: Callable[[Sequence[Any]], list[Any]],
) -> Found:
    if asked is None:
        return Found(rows, made)
    narrowed = narrow(asked.ast)
    rows = rows.filter(narrowed.q)
    if narrowed.exact:
        return Found(rows, made)
    left = list(rows[: MOST_COMPARED + 1])
    if len(left) > MOST_COMPARED:
        raise TooManyException(detail="Filter by userName, externalId, active or id, or by one of them beside others.")
    matches = bound(str(asked)).match
    return Found([row for row, resource in zip(left, compared(left), strict=True) if matches(resource)], made)


def narrow_users(node: FilterNode) -> Narrowed:
    """The condition for users."""
    return _narrow(node, _user)


def narrow_groups(node: FilterNode) -> Narrowed:
    """The condition for groups."""
    return _narrow(node, _group)


def _narrow(node: FilterNode, leaf: Callable[[str, CompareOperator, Any], Narrowed]) -> Narrowed:
    if isinstance(node, Comparison):
        path = node.attr_path
        name = ".".join(part for part in (path.attr, path.sub_attr) if part).casefold()
        return leaf(name, node.op, node.value)
    if isinstance(node, Present):
        return Narrowed(exact=str(node.attr_path).casefold() in {"id", "meta"})
    if isinstance(node, LogicalExpr):
        terms = [_narrow(term, leaf) for term in node.terms]
        q, exact = terms[0].q, all(term.exact for term in terms)
        if node.op == LogicalOperator.and_:
            for term in terms[1:]:
                q &= term.q
            return Narrowed(q, exact)
        if all(term.q for term in terms):
            for term in terms[1:]:
                q |= term.q
            return Narrowed(q, exact)
    return Narrowed()


def _uuid(value: Any) -> UUID | None:
    """The id that a value is; ids are compared as they are written."""
    try:
        key = UUID(str(value))
    except ValueError:
        return None
    return key if str(key) == value else None


def _key(value: Any) -> Narrowed:
    key = _uuid(value)
    return Narrowed(NEVER if key is None else Q(pk=key), exact=True)


def _membership(value: Any, *, of: str, other: str) -> Narrowed:
    """Who is a member, or where: by a query of its own for each value, for several may be asked for at once."""
    key = _uuid(value)
    held = ScimGroup.members.through._default_manager.filter(**{other: key})
    return Narrowed(NEVER if key is None else Q(pk__in=held.values(of)), exact=True)


def _user(name: str, op: CompareOperator, value: Any) -> Narrowed:
    if name == "username" and isinstance(value, str) and op in _TEXT:
        return Narrowed(Q(**{f"user_name{_TEXT[op]}": name_key(value)}), exact=op == CompareOperator.eq)
    if op != CompareOperator.eq or value is None:
        return Narrowed()
    if name == "id":
        return _key(value)
    if name == "externalid" and isinstance(value, str) and value:
        return Narrowed(Q(external_id=value), exact=True)
    if name == "active" and isinstance(value, bool):
        return Narrowed(Q(active=value), exact=True)
    if name in {"groups", "groups.value"}:
        return _membership(value, of="scimuser_id", other="scimgroup_id")
    return Narrowed()


def _group(name: str, op: CompareOperator, value: Any) -> Narrowed:
    if op != CompareOperator.eq or not isinstance(value, str) or not value:
        return Narrowed()
    if name == "id":
        return _key(value)
    if name == "externalid":
        return Narrowed(Q(external_id=value), exact=True)
    if name in {"members", "members.value"}:
        return _membership(value, of="scimgroup_id", other="scimuser_id")
    if name == "displayname" and value.isascii():
        return Narrowed(Q(display_name__iexact=value))
    return Narrowed()


_TEXT = {
    CompareOperator.eq: "",
    CompareOperator.sw: "__startswith",
    CompareOperator.ew: "__endswith",
    CompareOperator.co: "__contains",
}
