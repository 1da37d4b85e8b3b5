"""What changed for those who signed earlier texts, however many revisions lie between: text against text.

A clause that was changed and changed back is unchanged for whoever signed the
text before; one that was judged material in any step between, and differs, is material.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from training.changes.compare import Comparison, Judged, judged_steps
from training.policy.diff import Change, Difference, diff
from training.policy.follow import References
from training.policy.models import Revision
from training.policy.queries import steps_to

Place = tuple[int, int, int]


def comparison_since(revision: Revision, texts: Collection[int]) -> Comparison | None:
    """Return what changed for whoever signed one of these texts, by their numbers; without any, since the one before.

    Each clause once: beside the oldest of the texts since which it changed
    materially, else beside the oldest from which it differs. None for the first revision. Six queries.
    """
    steps = steps_to(revision)
    if not steps:
        return None
    oldest = min(texts, default=steps[-1].before)
    rows = Revision.objects.filter(number__gte=oldest, number__lte=revision.number).prefetch_related("clauses")
    revisions = {row.number: row for row in rows}
    between = judged_steps([step for step in steps if step.before >= oldest], revisions)
    if len(between) == 1:
        return between[0]
    references = References(steps)
    clauses = {number: list(row.clauses.all()) for number, row in revisions.items()}
    kept: dict[object, tuple[Place, Judged]] = {}
    learn: dict[object, tuple[int, ...]] = defaultdict(tuple)
    same: set[str] = set()
    for text in sorted({oldest, *texts}):
        for place, one in _placed(diff(clauses[text], clauses[revision.number]), text):
            if one.change is Change.SAME:
                same.add(one.ref_after)
                continue
            judged = _judged(one, text, between, references)
            name = one.ref_after or _gone(one.ref_before, text, between, references)
            if judged.material:
                learn[name] += (text,)
            if name not in kept or (judged.material and not kept[name][1].material):
                kept[name] = (place, judged)
    placed = sorted(kept.items(), key=lambda item: item[1][0])
    found = tuple(replace(judged, texts=learn[name]) for name, (_place, judged) in placed)
    return Comparison(revision, oldest, len(same - {one.difference.ref_after for one in found}), found, between)


def _placed(differences: Sequence[Difference], text: int) -> Iterator[tuple[Place, Difference]]:
    """Each with where it stands: in the new text's order; what is gone behind what it stood behind."""
    place = -1
    for number, one in enumerate(differences):
        if one.ref_after:
            place += 1
            yield (place, 0, 0), one
        else:
            yield (place, text, number), one


def _gone(ref: str, text: int, between: Sequence[Comparison], references: References) -> tuple[int, str]:
    """What names a clause that is gone, whichever text one comes from: the last that had it, and its name there."""
    last = (text, ref)
    for step in between:
        if step.before >= text and (found := references.follow(ref, start=text, end=step.revision.number)):
            last = (step.revision.number, found)
    return last


def _judged(one: Difference, text: int, between: Sequence[Comparison], references: References) -> Judged:
    """The clause with the decision that follows from its steps': none while one is wanting, material if one is."""
    steps = tuple(_steps(one, text, between, references))
    counting = [step for number, step in steps if number > text]
    if one.change is Change.RENUMBERED:  # its words are those of before: what was decided of other words is past
        moved = [step for step in counting if step.pair[0] != step.pair[1]]
        counting = moved or counting
    deciding = next((step for step in counting if step.decision is None), None)
    deciding = deciding or next((step for step in reversed(counting) if step.material), counting[-1])
    return replace(deciding, difference=one, since=text, steps=steps)


def _steps(
    one: Difference, text: int, between: Sequence[Comparison], references: References
) -> Iterator[tuple[int, Judged]]:
    """What became of the clause in each step: onwards from what it was called, and back from what it is called now.

    Both ways, for a clause that was taken out and put in again has no way through.
    """
    number = between[-1].revision.number
    for step in between:
        was = now = None
        if one.ref_before and step.before >= text:
            was = references.follow(one.ref_before, start=text, end=step.before)
        if one.ref_after:
            now = references.follow(one.ref_after, start=number, end=step.revision.number)
        for judged in step.judged:
            before, after = judged.pair
            if (was and before == was) or (now and after == now):
                yield step.revision.number, judged
