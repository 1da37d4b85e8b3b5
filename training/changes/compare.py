"""What a revision changed, and what was decided about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _

from training.changes.models import ClauseDecision
from training.ledger.models import Disclosure
from training.policy.clauses import label
from training.policy.diff import Change, Difference
from training.policy.follow import Step
from training.policy.models import Revision
from training.policy.queries import step_to

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """A clause that is not the same as it was, with the decision that counts and its reason (None: erased).

    ``since`` is the number of the text that it is compared with (0: the one
    before). Where revisions lie between, ``steps`` are the changes that led
    from that text to this one, each with the number of the revision that made
    it, and ``texts`` the signed texts since which it changed materially.
    """

    difference: Difference
    decision: ClauseDecision | None
    reason: str | None = ""
    since: int = 0
    steps: tuple[tuple[int, Judged], ...] = ()
    texts: tuple[int, ...] = ()

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
    """A revision beside an earlier one, numbered ``before``. ``steps`` are those between, where there are several."""

    revision: Revision
    before: int
    same: int
    judged: tuple[Judged, ...]
    steps: tuple[Comparison, ...] = ()

    @property
    def each(self) -> tuple[Comparison, ...]:
        """Revision by revision: the steps, or this one alone."""
        return self.steps or (self,)

    @property
    def undecided(self) -> tuple[Judged, ...]:
        """Those that wait for the privacy officer, in whatever step."""
        if self.steps:
            return tuple(chain.from_iterable(one.undecided for one in self.steps))
        return tuple(one for one in self.judged if one.decision is None)

    @property
    def undecided_words(self) -> str:
        """Their clauses in words, by revision where there are several."""
        waiting = [(one.revision.number, "、".join(two.label for two in one.undecided)) for one in self.each]
        said = [(number, clauses) for number, clauses in waiting if clauses]
        if not self.steps:
            return "".join(clauses for _number, clauses in said)
        words = _("revision %(number)d: %(clauses)s")
        return _("; ").join(words % {"number": number, "clauses": clauses} for number, clauses in said)

    @property
    def material(self) -> tuple[Judged, ...]:
        """Those about which people are asked anew."""
        return tuple(one for one in self.judged if one.material)


def comparison_of(revision: Revision) -> Comparison | None:
    """What changed against the revision before, with what was decided. None for the first. Four queries."""
    step = step_to(revision)
    return judged_steps([step], {revision.number: revision})[0] if step else None


def judged_steps(steps: Sequence[Step], revisions: Mapping[int, Revision]) -> tuple[Comparison, ...]:
    """Each step with what was decided of it; ``revisions`` are those that the steps lead to, by number. Two queries."""
    wanted = [revisions[step.after].pk for step in steps]
    decisions: dict[int, dict[Pair, ClauseDecision]] = defaultdict(dict)
    for row in ClauseDecision.objects.filter(revision__in=wanted).select_related("by", "revision").order_by("number"):
        decisions[row.revision.number][row.ref_before, row.ref_after] = row
    entries = [row.entry_id for of_one in decisions.values() for row in of_one.values()]
    reasons = {
        entry: str(value)
        for entry, value in Disclosure.objects.filter(entry__in=entries, name="reason").values_list("entry", "value")
    }

    def judge(step: Step, one: Difference) -> Judged:
        decision = decisions[step.after].get((one.ref_before, one.ref_after))
        return Judged(one, decision, reasons.get(decision.entry_id) if decision else "", since=step.before)

    return tuple(
        Comparison(
            revision=revisions[step.after],
            before=step.before,
            same=len(step.differences) - len(step.changes),
            judged=tuple(judge(step, one) for one in step.changes),
        )
        for step in steps
    )
