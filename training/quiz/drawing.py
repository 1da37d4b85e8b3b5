"""From what a paper is drawn, and how it is drawn again from the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from training.campaigns.models import Task
from training.catalogue.blueprint import NO_ROTATION, most_met
from training.catalogue.models import ModuleVersionQuestion, QuestionVersion
from training.ledger.body import Body
from training.quiz.draw import Pool, Wishes, compose
from training.quiz.frozen import blueprint_of, contents
from training.quiz.models import Attempt


@dataclass(frozen=True, slots=True)
class Drawing:
    """From what a paper is drawn: the pools as they then stood, and what the person met last year."""

    pools: tuple[Pool, ...]
    wishes: Wishes
    shuffle: bool
    left_out: tuple[str, ...]

    def paper(self, seed: str) -> list[str]:
        """The question version ids of the paper of this seed, in its order."""
        return compose(seed=seed, pools=self.pools, wishes=self.wishes, shuffle=self.shuffle)

    @property
    def facts(self) -> dict[str, Any]:
        """What the record must hold, besides seed and module version, so that the paper can be drawn again."""
        met = {"met": sorted(self.wishes.met), "most_met": self.wishes.most_met} if self.wishes.met else {}
        return met | ({"left_out": sorted(self.left_out)} if self.left_out else {})


def drawing(
    module_version: UUID, *, left_out: Iterable[str], met: Iterable[str] = (), most: int | None = None
) -> Drawing:
    """The drawing of a module version's papers without those question versions. One query for the pool."""
    blueprint, out = blueprint_of(module_version), set(left_out)
    rows = ModuleVersionQuestion.objects.filter(module_version=module_version).order_by("position")
    places = [(str(key), pool) for key, pool in rows.values_list("question_version_id", "pool") if str(key) not in out]
    clauses: dict[str, list[str]] = {}
    if blueprint.each_clause:
        clauses = {key: content["clauses"] for key, content in contents(key for key, _pool in places).items()}
    pools = tuple(
        Pool(pool.name, pool.draw, tuple(key for key, name in places if name == pool.name)) for pool in blueprint.drawn
    )
    wishes = Wishes(each_clause=blueprint.each_clause, clauses=clauses, met=frozenset(met), most_met=most)
    return Drawing(pools=pools, wishes=wishes, shuffle=blueprint.shuffle, left_out=tuple(sorted(out)))


def drawing_for(task: Task) -> Drawing:
    """What a new paper of this task is drawn from: nothing withdrawn, and of last year's paper no more than allowed."""
    assert task.version_id is not None  # noqa: S101  (a task that is sat has one)
    pool = ModuleVersionQuestion.objects.filter(module_version=task.version_id)
    left_out = pool.filter(question_version__withdrawal__isnull=False).values_list("question_version_id", flat=True)
    rotation = blueprint_of(task.version_id).rotation
    last = None if rotation == NO_ROTATION else _last_years(task)
    if last is None:
        return drawing(task.version_id, left_out=map(str, left_out))
    seen = QuestionVersion.objects.filter(pk__in=last.drawn).values("question")
    met = pool.filter(question_version__question__in=seen).values_list("question_version_id", flat=True)
    return drawing(
        task.version_id,
        left_out=map(str, left_out),
        met=map(str, met),
        most=most_met(rotation=rotation, last=len(last.drawn)),
    )


def _last_years(task: Task) -> Attempt | None:
    """The paper that this person handed in last in an earlier campaign on the same module."""
    return (
        Attempt.objects.filter(
            task__assignment__employment__employee=task.assignment.employment.employee_id,
            task__campaign_module__module=task.campaign_module.module_id,
            submission__isnull=False,
        )
        .exclude(task=task)
        .order_by("-started_at")
        .first()
    )


def drawn_again(attempt: Attempt) -> list[str]:
    """The attempt's paper as it follows from the record alone: seed, module version, and the entry's facts.

    Equals ``attempt.drawn`` unless somebody drew otherwise.
    """
    facts: Mapping[str, Any] = Body.parse(attempt.entry.body).facts
    again = drawing(
        attempt.module_version_id,
        left_out=facts.get("left_out", ()),
        met=facts.get("met", ()),
        most=facts.get("most_met"),
    )
    return again.paper(attempt.seed)
