"""Two texts of the policy, however many revisions lie between: clause by clause, what was decided, what it touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from training.changes.touched import Touched, TouchedClause, touched_between
from training.errors import Invalid
from training.policy.diff import Difference, diff
from training.policy.models import Revision


@dataclass(frozen=True, slots=True)
class Line:
    """A clause of either text, in the new one's order; ``touched`` is None where it is as it was."""

    difference: Difference
    touched: TouchedClause | None


@dataclass(frozen=True, slots=True)
class Between:
    """Every clause of both texts, and all that their difference touches."""

    before: Revision
    after: Revision
    lines: tuple[Line, ...]
    touched: Touched


def between(before: Revision, after: Revision, *, day: date) -> Between:
    """Compare a text with a later one, people as of a day; raises ``Invalid`` where it is no later one.

    Of neighbours it is what the page of the later one says. Constantly many queries.
    """
    touched = touched_between(before, after, day=day) if before.number < after.number else None
    if touched is None:
        raise Invalid(_("Name two revisions, the earlier one first."))
    changed = {one.judged.pair: one for one in touched.clauses}
    found = diff(list(before.clauses.all()), list(after.clauses.all()))
    lines = tuple(Line(one, changed.get((one.ref_before, one.ref_after))) for one in found)
    return Between(before, after, lines, touched)
