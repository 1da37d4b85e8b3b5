"""Which departments may be told apart, so that nothing told of them is about fewer than a handful of people.

Pure. Leaving out the small groups is not enough: where a division's figure
stands above those of its sections, what is missing follows by subtraction. So
the small parts of a division are told as one, together with the next larger
ones until they are enough, and what lies below such a part is not told either.
What is told then consists of pieces none of which is smaller than ``least``,
and so does every sum and every difference of what is told (complementary
suppression; L. Willenborg and T. de Waal, "Elements of Statistical Disclosure
Control", 2001, chapter 4).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum

Path = tuple[str, ...]
People = AbstractSet[Hashable]


class Kind(StrEnum):
    """A department with all below it; those posted to it and not below; its parts that are told as one."""

    WHOLE = "whole"
    DIRECT = "direct"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Group:
    """Something that is told: the posts it takes together, as paths. ``path`` of a rest is its division's."""

    path: Path
    kind: Kind
    posts: tuple[Path, ...]
    depth: int
    parts: int = 0


@dataclass(slots=True)
class _Node:
    path: Path
    direct: set[Hashable] = field(default_factory=set)
    below: dict[str, _Node] = field(default_factory=dict)

    @property
    def people(self) -> set[Hashable]:
        return self.direct.union(*(node.people for node in self.below.values()))

    @property
    def posts(self) -> tuple[Path, ...]:
        own = (self.path,) if self.direct else ()
        return own + tuple(post for node in self.below.values() for post in node.posts)


def groups(posted: Mapping[Path, People], *, least: int) -> list[Group]:
    """What may be told, from the whole company (the empty path) downwards. ``posted`` is who has a post where."""
    root = _Node(())
    for path, people in sorted(posted.items()):
        node = root
        for depth, name in enumerate(path, 1):
            node = node.below.setdefault(name, _Node(path[:depth]))
        node.direct |= people
    return list(_told(root, 0, least)) if len(root.people) >= least else []


def _told(node: _Node, depth: int, least: int) -> Iterator[Group]:
    """The node, which may be told, and of its parts those that may."""
    yield Group(node.path, Kind.WHOLE, node.posts, depth)
    if not node.below:
        return
    parts = [*node.below.values(), *([_Node(node.path, direct=node.direct)] if node.direct else [])]
    small = [part for part in parts if len(part.people) < least]
    others = sorted((part for part in parts if len(part.people) >= least), key=lambda part: len(part.people))
    while small and len(set().union(*(part.people for part in small))) < least:
        small.append(others.pop(0))
    left = {id(part) for part in small}
    for part in parts:
        if id(part) in left:
            continue
        if part.path == node.path:
            yield Group(part.path, Kind.DIRECT, part.posts, depth + 1)
        else:
            yield from _told(part, depth + 1, least)
    if small and others:  # where all are taken together they are the division itself, which is told already
        posts = tuple(post for part in small for post in part.posts)
        yield Group(node.path, Kind.REST, posts, depth + 1, parts=len(small))
