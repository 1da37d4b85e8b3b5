"""What a revision changed, and what was decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training.changes.models import ClauseDecision
from training.ledger.models import Disclosure
from training.policy.clauses import label
from training.policy.diff import Change, Difference
from training.policy.models import Revision
from training.policy.queries import step_to

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """A clause that is not the same as it was, with the decision that counts and its reason (None: erased)."""

    difference: Difference
    decision: ClauseDecision | None
    reason: str | None = ""

    @property
    def pair(self) -> Pair:
        """What names it: its references before and now."""
        return self.difference.ref_before, self.difference.ref_after

    @property
    def label(self) -> str:
        """The clause as people say it, before and now where the two differ."""
        both = [label(ref) for ref in dict.fromkeys(self.pair) if ref]
        return " → ".join(both)

    @property
    def preset(self) -> bool | None:
        """What is proposed: editorial where only number or signs differ; None where somebody must think."""
        only_signs = self.difference.change is Change.RENUMBERED or self.difference.signs_only
        return False if only_signs else None

    @property
    def material(self) -> bool | None:
        """What was decided; None while it is not."""
        return self.decision.material if self.decision else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A revision beside the one before it. ``before`` is the number of that one."""

    revision: Revision
    before: int
    same: int
    judged: tuple[Judged, ...]

    @property
    def undecided(self) -> tuple[Judged, ...]:
        """Those that wait for the privacy officer."""
        return tuple(one for one in self.judged if one.decision is None)

    @property
    def material(self) -> tuple[Judged, ...]:
        """Those about which people are asked anew."""
        return tuple(one for one in self.judged if one.material)


def comparison_of(revision: Revision) -> Comparison | None:
    """What changed against the revision before, with what was decided. None for the first. Four queries."""
    step = step_to(revision)
    if step is None:
        return None
    decisions = decisions_on(revision)
    reasons = dict(
        Disclosure.objects.filter(entry__in=[one.entry_id for one in decisions.values()], name="reason").values_list(
            "entry", "value"
        )
    )
    judged = []
    for one in step.changes:
        decision = decisions.get((one.ref_before, one.ref_after))
        judged.append(Judged(one, decision, _reason(reasons, decision)))
    return Comparison(revision, step.before, len(step.differences) - len(step.changes), tuple(judged))


def _reason(reasons: Mapping[Any, Any], decision: ClauseDecision | None) -> str | None:
    if decision is None:
        return ""
    found = reasons.get(decision.entry_id)
    return None if found is None else str(found)


def decisions_on(revision: Revision) -> dict[Pair, ClauseDecision]:
    """The decision that counts on each clause, by its references before and now. One query."""
    rows = ClauseDecision.objects.filter(revision=revision).select_related("by").order_by("number")
    return {(row.ref_before, row.ref_after): row for row in rows}
