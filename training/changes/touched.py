"""Whom and what a new text of the policy touches: modules, questions, and people who signed the text before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from training.catalogue.models import QuestionVersion
from training.changes.bank import Bank, Held, bank_of
from training.changes.compare import Comparison, Judged, comparison_of
from training.changes.models import ClauseConfirmation
from training.changes.signers import signed_earlier
from training.changes.since import comparison_since
from training.changes.stale import Stale, stale_in
from training.people.queries import employed_on
from training.policy.diff import Change
from training.policy.follow import References, above
from training.policy.models import Revision
from training.policy.queries import steps_to

LANGUAGE = "ja"


@dataclass(frozen=True, slots=True)
class Question:
    """A question on a changed clause, as published for the revision of this number.

    ``stale``: its words are those of the old text's days, and nobody confirmed.
    """

    version: QuestionVersion
    revision: int
    stale: bool


@dataclass(frozen=True, slots=True)
class TouchedModule:
    """A module that covers, explains or tests a changed clause.

    ``sections`` are the numbers of those that explain it, ``stale`` which of
    them nobody has rewritten or confirmed since. ``behind``: the newest version
    was published for an earlier text. ``named``: it names the clause itself,
    not only what the clause stands in.
    """

    held: Held
    sections: tuple[int, ...]
    questions: tuple[Question, ...]
    stale: Stale
    behind: bool
    confirmation: ClauseConfirmation | None
    judged: Judged
    named: bool

    @property
    def open(self) -> bool:
        """Whether an editor has yet to read it, or to publish it anew."""
        if self.judged.difference.change in {Change.REMOVED, Change.RENUMBERED}:
            return self.behind and self.named  # what it refers to is gone, or called otherwise
        if self.confirmation is not None or self.judged.material is False:
            return False
        if self.judged.difference.change is Change.ADDED:
            return self.behind
        return bool(self.stale) or (self.behind and not self.sections and not self.questions)

    @property
    def confirmable(self) -> bool:
        """Whether saying that it is still right is enough; what is gone or has moved must be rewritten."""
        return self.open and self.judged.difference.change in {Change.CHANGED, Change.ADDED}


@dataclass(frozen=True, slots=True)
class TouchedClause:
    """A changed clause, and what touches it."""

    judged: Judged
    modules: tuple[TouchedModule, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Each question once; reviewed where it is in one of the modules that hold it."""
        found: dict[UUID, Question] = {}
        for module in self.modules:
            for one in module.questions:
                known = found.get(one.version.question)
                found[one.version.question] = one if known is None or known.stale else known
        return tuple(found.values())

    @property
    def to_review(self) -> tuple[Question, ...]:
        """The questions that still speak of the old text."""
        return tuple(one for one in self.questions if one.stale)


@dataclass(frozen=True, slots=True)
class Touched:
    """All of it. ``people``: how many who work here signed which earlier text, by its number, and none since."""

    comparison: Comparison
    clauses: tuple[TouchedClause, ...]
    people: Mapping[int, int]

    @property
    def audience(self) -> int:
        """How many people would be asked."""
        return sum(self.people.values())

    def people_on(self, clause: TouchedClause) -> int:
        """How many of them would learn of this clause what they had not signed."""
        judged = clause.judged
        return sum(count for text, count in self.people.items() if not judged.steps or text in judged.texts)

    @property
    def to_confirm(self) -> tuple[tuple[TouchedClause, TouchedModule], ...]:
        """What waits for an editor."""
        return tuple((clause, module) for clause in self.clauses for module in clause.modules if module.open)


def touched_by(revision: Revision, *, day: date) -> Touched | None:
    """Return what the revision touches, people as of a day. None for the first. Constantly many queries."""
    comparison = comparison_of(revision)
    return _touched(comparison, people_by_text(revision, day=day)) if comparison else None


def touched_since_signing(revision: Revision, *, day: date) -> Touched | None:
    """The same of all that changed for those people since the texts that they signed. Constantly many queries."""
    people = people_by_text(revision, day=day)
    comparison = comparison_since(revision, people)
    return _touched(comparison, people) if comparison else None


def touched_between(before: Revision, after: Revision, *, day: date) -> Touched | None:
    """The same of all that changed from a text to a later one; people are those who signed no later text than that.

    None where nothing lies between. Constantly many queries.
    """
    people = {text: count for text, count in people_by_text(after, day=day).items() if text <= before.number}
    comparison = comparison_since(after, {before.number})
    return _touched(comparison, people) if comparison else None


def _touched(comparison: Comparison, people: Mapping[int, int]) -> Touched:
    revision = comparison.revision
    bank = bank_of(language=LANGUAGE, changed_in=[one.revision.number for one in comparison.each])
    references = References(steps_to(revision))
    confirmed = {
        (row.revision.number, row.module_id, row.ref): row
        for row in confirmations_on([one.revision for one in comparison.each])
    }
    clauses = tuple(
        TouchedClause(judged, _modules(judged, bank, references, revision.number, confirmed))
        for judged in comparison.judged
    )
    return Touched(comparison, clauses, people)


def people_by_text(revision: Revision, *, day: date) -> dict[int, int]:
    """How many people who work here on the day signed which text, the newest of each, and not this. One query."""
    here = employed_on(day).values("employee")
    signed = signed_earlier(revision).filter(assignment__employment__employee__in=here)
    return dict(sorted(Counter(row.on_revision for row in signed.only("pk")).items()))


def confirmations_on(revisions: Collection[Revision]) -> list[ClauseConfirmation]:
    """What editors have confirmed for these revisions. One query."""
    return list(ClauseConfirmation.objects.filter(revision__in=revisions).select_related("by", "revision"))


def _modules(
    judged: Judged,
    bank: Bank,
    references: References,
    number: int,
    confirmed: Mapping[tuple[int, UUID, str], ClauseConfirmation],
) -> tuple[TouchedModule, ...]:
    found = []
    for held in bank.modules:
        called = _called(judged, references, number, held.revision)
        sections = tuple(held.now.sections_on(called)) if called else ()
        tests = held.now.questions_on(called) if called else []
        named = bool(called and held.now.names(called))
        if not named and not _covers(judged, held, references, number):
            continue
        stale = Stale()
        for made_by, step in judged.steps or ((number, judged),):
            if (made_by, held.module.pk, step.difference.ref_after) not in confirmed:
                stale |= stale_on(step, held, references, made_by)
        if (number, held.module.pk, judged.difference.ref_after) not in confirmed:
            for made_by in _taken_out_or_put_in(judged):
                stale |= stale_on(judged, held, references, number, since=made_by)
        found.append(
            TouchedModule(
                held=held,
                sections=sections,
                questions=tuple(
                    Question(bank.questions[digest], held.revision, str(content["question"]) in stale.questions)
                    for digest, content in zip(held.version.content["questions"], held.now.questions, strict=True)
                    if content in tests
                ),
                stale=stale,
                behind=held.revision < number,
                confirmation=None if stale else confirmed.get((number, held.module.pk, judged.difference.ref_after)),
                judged=judged,
                named=named,
            )
        )
    return tuple(found)


def _taken_out_or_put_in(judged: Judged) -> list[int]:
    """The revisions in which a clause that now says otherwise was away for a while: no step's words lead across."""
    return [number for number, step in judged.steps if step.difference.change in {Change.REMOVED, Change.ADDED}]


def stale_on(judged: Judged, held: Held, references: References, number: int, *, since: int = 0) -> Stale:
    """What of a module still speaks of the clause as it was before revision ``number`` changed its words.

    ``since`` is the revision that began the change, where several made it.
    """
    if judged.difference.change is not Change.CHANGED or judged.material is False:
        return Stale()
    revision, before = held.before.get(since or number, (0, None))
    now = _called(judged, references, number, held.revision)
    then = _called(judged, references, number, revision) if before else None
    if now is None or then is None:
        return Stale()
    return stale_in(held.now, before, called_now=now, called_before=then)


def _called(judged: Judged, references: References, number: int, end: int) -> str | None:
    """What the clause is called in revision ``end``: seen from its name in ``number``, or from that of before."""
    before, after = judged.pair
    found = references.follow(after, start=number, end=end) if after else None
    if found is None and before:
        return references.follow(before, start=judged.since or number - 1, end=end)
    return found


def _covers(judged: Judged, held: Held, references: References, number: int) -> bool:
    """Whether the module is about the clause, or about what a new clause stands in."""
    called = _called(judged, references, number, held.revision)
    if called:
        return held.now.covers(called)
    added = judged.difference.ref_after if judged.difference.change is Change.ADDED else ""
    homes = (references.follow(one, start=number, end=held.revision) for one in above(added))
    return any(home and held.now.covers(home) for home in homes)
