"""Who people are on a day, also those who are yet to join: by the first name and the first post to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from django.db.models import F

from training.people.history import Places
from training.people.models import Employment, PersonName, Posting
from training.people.queries import Person, people_on

Key = TypeVar("Key")


def people_near(asked: Mapping[Key, tuple[Employment, date]], day: date) -> dict[Key, Person]:
    """Each employment's person as of a day, or of its own later day, by the key given with it.

    Who has no name or post by then is shown with the first to come. The queries of ``people_on``; where somebody
    is asked for of a later day or has yet to begin, four more at most.
    """
    known = people_on([employment for employment, _day in asked.values()], day)
    found = {key: known[employment.pk] for key, (employment, _day) in asked.items()}
    ahead = {
        key: (employment, max(day, then))
        for key, (employment, then) in asked.items()
        if then > day or not found[key].name or found[key].department_id is None
    }
    if not ahead:
        return found
    people = {employment.employee_id for employment, _day in ahead.values()}
    names = _by(PersonName.objects.filter(employee__in=people, superseded_at__isnull=True), "employee_id")
    held = Posting.objects.filter(employment__employee__in=people, primary=True, superseded_at__isnull=True)
    posts = _by(held.annotate(who=F("employment__employee"), number=F("employment__number")), "who", "number")
    places = Places({post.department_id for mine in posts.values() for post in mine})
    for key, (employment, then) in ahead.items():
        who, person = employment.employee_id, found[key]
        name = _nearest(names.get((who,), ()), then)
        post = _nearest(posts.get((who, person.number)) or posts.get((who, employment.number)) or (), then)
        if name is not None:
            person = replace(person, name=name.name, kana=name.kana)
        if post is not None:
            path = places.path(post.department_id, then)
            person = replace(person, department=path, department_id=post.department_id)
        found[key] = person
    return found


def _by(rows: Iterable[Any], *keys: str) -> dict[tuple[Any, ...], list[Any]]:
    found: dict[tuple[Any, ...], list[Any]] = {}
    for row in sorted(rows, key=lambda row: row.valid_from):
        found.setdefault(tuple(getattr(row, key) for key in keys), []).append(row)
    return found


def _nearest(rows: Iterable[Any], day: date) -> Any:
    """Of rows in order the last that has begun by a day; where none has, the first."""
    rows = list(rows)
    begun = [row for row in rows if row.valid_from <= day]
    return begun[-1] if begun else next(iter(rows), None)
