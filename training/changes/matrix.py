"""The coverage matrix with what went stale in it: clauses that changed, where nobody has rewritten or confirmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from training.catalogue.coverage import Coverage, question_place, section_place
from training.catalogue.queries import coverage_of
from training.changes.bank import bank_of, change_modules
from training.changes.compare import Judged
from training.changes.models import ClauseConfirmation, ClauseDecision
from training.changes.touched import stale_on
from training.policy.follow import References
from training.policy.models import Revision
from training.policy.queries import steps_to


def matrix_of(revision: Revision, *, language: str) -> Coverage:
    """How far the newest versions cover a revision, and which places still teach or test a text that has changed.

    A change that was decided to be editorial makes nothing stale; one that
    waits for its decision does. What is composed about a change is left out: it
    is read only by those who signed the old text.
    """
    stale = stale_places(revision, language=language)
    return coverage_of(revision, language=language, stale=stale, but=change_modules())


def stale_places(revision: Revision, *, language: str) -> Mapping[str, set[str]]:
    """The places that speak of an old text, by the clause's reference in this revision. Eight queries at most."""
    steps = steps_to(revision)
    if not steps:
        return {}
    references = References(steps)
    bank = bank_of(language=language, changed_in=[step.after for step in steps])
    decided: dict[tuple[int, str, str], ClauseDecision] = {}
    for row in ClauseDecision.objects.select_related("revision").order_by("number"):
        decided[row.revision.number, row.ref_before, row.ref_after] = row
    confirmed = set(ClauseConfirmation.objects.values_list("revision__number", "module", "ref"))
    found: dict[str, set[str]] = defaultdict(set)
    for step in steps:
        for one in step.changes:
            name = references.follow(one.ref_after, start=step.after, end=revision.number) if one.ref_after else None
            if name is None:
                continue
            judged = Judged(one, decided.get((step.after, one.ref_before, one.ref_after)))
            for held in bank.modules:
                if (step.after, held.module.pk, one.ref_after) in confirmed:
                    continue
                stale, slug = stale_on(judged, held, references, step.after), held.version.content["slug"]
                found[name].update(section_place(slug, number) for number in stale.sections)
                found[name].update(question_place(slug, question) for question in stale.questions)
    return found
