"""Rows of a document that runs over pages: which row stands on which page, and how far down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """Something drawn across the page. ``draw`` is given the height of its top edge.

    ``space`` is left free above it, save at the head of a page. ``keep`` says
    that it may not be the last on a page: the next row stays with it.
    ``again`` is drawn above it where it would be the first on a page: the head
    of a table that goes on.
    """

    height: float
    draw: Callable[[float], None]
    space: float = 0.0
    keep: bool = False
    again: tuple[Row, ...] = ()


Placed = tuple[float, Row]


def pages(rows: Sequence[Row], *, first: float, others: float) -> list[list[Placed]]:
    """Return the rows of each page with their distance from the top of its text.

    ``first`` is the room on the first page, ``others`` that on each further
    one. Rows that belong together and exceed a page are parted after all.
    There is always one page, and none is empty but that one.
    """
    result: list[list[Placed]] = [[]]
    for group in _together(rows):
        whole = sum(row.space + row.height for row in group)
        alone = whole - group[0].space + sum(row.height for row in group[0].again)
        if not _fits(result, whole, first, others) and alone <= others:
            result.append(_begun_with(group[0]))
        for row in group:
            if not _fits(result, row.space + row.height, first, others):
                result.append(_begun_with(row))
            page = result[-1]
            space = row.space if page and page[-1][1] not in row.again else 0.0
            page.append((depth_of(page) + space, row))
    return result


def _begun_with(row: Row) -> list[Placed]:
    """Return a page that has what stands above this row on any page that it is the first of."""
    page: list[Placed] = []
    for head in row.again:
        page.append((depth_of(page), head))
    return page


def _fits(result: list[list[Placed]], needed: float, first: float, others: float) -> bool:
    """Whether so much more fits on the last page; on an empty page everything does."""
    page = result[-1]
    return not page or depth_of(page) + needed <= (first if len(result) == 1 else others)


def depth_of(page: Sequence[Placed]) -> float:
    """Return how far down a page is filled."""
    return page[-1][0] + page[-1][1].height if page else 0.0


def _together(rows: Sequence[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        group.append(row)
        if not row.keep:
            yield group
            group = []
    if group:
        yield group
