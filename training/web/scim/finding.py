"""Finds users and groups by a filter: by the database where it can, else one by one, up to a limit.

A filter is turned into a condition that whatever matches fulfils. Where the condition says exactly the same, the
database counts and pages; elsewhere each row left is compared as RFC 7644 (3.4.2.2) has it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from scim2_models import ScimFilter, TooManyException
from scim2_models.path import CompareOperator, Comparison, FilterNode, LogicalExpr, LogicalOperator, Present

from training.people.scim_models import ScimGroup, ScimUser
from training.people.scim_schema import Group, Person, name_key
from training.web.scim.resources import group_resource, user_resource

MOST_COMPARED = 5_000
NEVER = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A condition, and whether it says exactly what the filter says."""

    q: Q = field(default_factory=Q)
    exact: bool = False


class Found:
    """What was found: how much, and any stretch of it."""

    def __init__(self, rows: QuerySet[Any] | Sequence[Any], made: Callable[[Any], Any]) -> None:
        self.rows, self.made = rows, made
        self.count: int = rows.count() if isinstance(rows, QuerySet) else len(rows)

    def part(self, start: int, stop: int) -> list[Any]:
        """The resources from one place to another."""
        return [self.made(row) for row in self.rows[max(0, start) : max(0, stop)]]


class Joined(Found):
    """What was found, and after it what else was."""

    def __init__(self, first: Found, second: Found) -> None:
        self.first, self.second = first, second
        self.count = first.count + second.count

    def part(self, start: int, stop: int) -> list[Any]:
        """The resources from one place to another."""
        before = self.first.count
        return [*self.first.part(start, min(stop, before)), *self.second.part(start - before, stop - before)]


def find_users(asked: ScimFilter[Any] | None, request: HttpRequest) -> Found:
    """The users that match."""
    rows = ScimUser.objects.prefetch_related("groups")

    def made(row: ScimUser) -> Person:
        return user_resource(row, request)

    return _found(rows, ScimFilter[Person], asked, narrow_users, made, made)


def find_groups(asked: ScimFilter[Any] | None, request: HttpRequest, *, members: bool) -> Found:
    """The groups that match; with their members in the answer or without."""
    compares_members = asked is not None and "members" in asked.casefold()
    return _found(
        ScimGroup.objects.all(),
        ScimFilter[Group],
        asked,
        narrow_groups,
        lambda row: group_resource(row, request, members=compares_members),
        lambda row: group_resource(row, request, members=members),
    )


def _found(
    rows: QuerySet[Any],
    bound: Any,
    asked: ScimFilter[Any] | None,
    narrow: Callable[[FilterNode], Narrowed],
    compared: Callable[[Any], Any],
    made: Callable[[Any], Any],
) -> Found:
    if asked is None:
        return Found(rows, made)
    narrowed = narrow(asked.ast)
    rows = rows.filter(narrowed.q).distinct()
    if narrowed.exact:
        return Found(rows, made)
    left = list(rows[: MOST_COMPARED + 1])
    if len(left) > MOST_COMPARED:
        raise TooManyException(detail="Filter by userName, externalId, active or id, or by one of them beside others.")
    matches = bound(str(asked)).match
    return Found([row for row in left if matches(compared(row))], made)


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


def _key(value: Any, column: str = "pk") -> Narrowed:
    try:
        key = UUID(str(value))
    except ValueError:
        return Narrowed(NEVER, exact=True)
    return Narrowed(Q(**{column: key}), exact=column == "pk" and str(key) == value)


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
        return _key(value, "groups")
    return Narrowed()


def _group(name: str, op: CompareOperator, value: Any) -> Narrowed:
    if op != CompareOperator.eq or not isinstance(value, str) or not value:
        return Narrowed()
    if name == "id":
        return _key(value)
    if name == "externalid":
        return Narrowed(Q(external_id=value), exact=True)
    if name in {"members", "members.value"}:
        return _key(value, "members")
    if name == "displayname" and value.isascii():
        return Narrowed(Q(display_name__iexact=value))
    return Narrowed()


_TEXT = {
    CompareOperator.eq: "",
    CompareOperator.sw: "__startswith",
    CompareOperator.ew: "__endswith",
    CompareOperator.co: "__contains",
}
