"""The departments that a list names: those there are, those to be made, and how far back each was there."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from training.ledger.append import hide
from training.ledger.disclosure import Hidden
from training.people.models import DepartmentPlace
from training.people.roster_plan import alike_path
from training.people.roster_values import Path

Place = tuple[UUID, str, UUID | None, UUID | None, date, date | None]


class Departments:
    """Makes departments level by level, each once, and lets places reach back to the first day of a post in them."""

    def __init__(self, paths: Mapping[UUID, Path], since: Mapping[Any, date]) -> None:
        self.made: list[UUID] = []
        self.places: list[Place] = []
        self.taken_back: list[Any] = []
        self.hidden: list[Hidden] = []
        self.facts: list[dict[str, Any]] = []
        self._keys = {alike_path(path): key for key, path in paths.items()}
        self._new: dict[Path, Path] = {}
        first: dict[Path, date] = {}
        for place, day in since.items():
            path = place if isinstance(place, tuple) else paths[place]
            for depth in range(1, len(path) + 1):
                above = alike_path(path[:depth])
                first[above] = min(day, first.get(above, day))
                if above not in self._keys:
                    self._new.setdefault(above, path[:depth])
        for path in sorted(self._new, key=len):
            self._make(path, first[path])
        self._reach_back({self._keys[path]: day for path, day in first.items() if path not in self._new})

    def key(self, place: Any) -> UUID:
        """The key of a department that is told by its key or its path."""
        return place if isinstance(place, UUID) else self._keys[alike_path(place)]

    def _make(self, path: Path, since: date) -> None:
        key = uuid.uuid4()
        parent = self._keys[path[:-1]] if len(path) > 1 else None
        self._keys[path] = key
        self.made.append(key)
        self._place(key, self._new[path][-1], parent, None, since, None)

    def _reach_back(self, first: Mapping[UUID, date]) -> None:
        """Where somebody had a post in a department before it is known, it was there."""
        if not first:
            return
        begun: dict[UUID, DepartmentPlace] = {}
        for row in DepartmentPlace.objects.filter(superseded_at__isnull=True).order_by("valid_from", "pk"):
            begun.setdefault(row.department_id, row)
        for key, day in first.items():
            row = begun[key]
            if day < row.valid_from:
                self.taken_back.append(row.pk)
                self._place(key, row.name, row.parent_id, row.manager_id, day, row.valid_to, instead_of=row.valid_from)

    def _place(
        self,
        key: UUID,
        name: str,
        parent: UUID | None,
        manager: UUID | None,
        first: date,
        last: date | None,
        *,
        instead_of: date | None = None,
    ) -> None:
        """A place, told in public but for its name; ``instead_of`` is the first day of the place that it stands for."""
        self.places.append((key, name, parent, manager, first, last))
        said = {"department": key, "parent": parent, "manager": manager, "from": first, "to": last}
        self.facts.append({**said, "instead_of": instead_of})
        self.hidden.append(hide("department", {"department": str(key), "name": name}))
