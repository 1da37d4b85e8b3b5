"""Frozen content at hand: what never changes is read from the database once for each process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar
from uuid import UUID

from training.catalogue.blueprint import Blueprint, thawed
from training.catalogue.models import ModuleVersion, QuestionVersion

MOST_KEPT = 5000
T = TypeVar("T")


class _Kept(Generic[T]):
    """Values by id; when there are too many, all are forgotten and read anew."""

    def __init__(self, read: Callable[[list[str]], Mapping[str, T]]) -> None:
        self.read = read
        self.found: dict[str, T] = {}

    def get(self, keys: Iterable[str]) -> dict[str, T]:
        found = self.found
        wanted = list(keys)
        missing = [key for key in wanted if key not in found]
        if missing:
            if len(found) + len(missing) > MOST_KEPT:
                self.found = found = {}
                missing = wanted
            found.update(self.read(missing))
        return {key: found[key] for key in wanted}


def _read_questions(keys: list[str]) -> dict[str, dict[str, Any]]:
    rows = QuestionVersion.objects.filter(pk__in=keys).values_list("pk", "content")
    return {str(key): content for key, content in rows}


def _read_blueprints(keys: list[str]) -> dict[str, Blueprint]:
    rows = ModuleVersion.objects.filter(pk__in=keys).values_list("pk", "content")
    return {str(key): thawed(content) for key, content in rows}


_questions = _Kept(_read_questions)
_blueprints = _Kept(_read_blueprints)


def contents(question_versions: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Each question version's content by its id, in the order asked. At most one query; not to be changed."""
    return _questions.get(question_versions)


def blueprint_of(module_version: UUID | None) -> Blueprint:
    """A module version's blueprint. At most one query."""
    key = str(module_version)
    return _blueprints.get([key])[key]
