"""Draft the campaign that asks who signed the old text for exactly what changed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.calendar import day_of
from training.campaigns.credits import CreditRule
from training.campaigns.models import Campaign
from training.campaigns.plan import TEACHING, plan
from training.catalogue.blueprint import Blueprint
from training.catalogue.images import image_path
from training.catalogue.models import ModuleVersion
from training.catalogue.publish import publish_module, wait_for_my_turn
from training.catalogue.snapshots import ImageSnapshot, ModuleSnapshot, QuestionSnapshot, SectionSnapshot
from training.catalogue.thaw import thawed_question
from training.changes.bank import change_module_id
from training.changes.compare import Judged
from training.changes.side_by_side import lesson_html
from training.changes.touched import LANGUAGE, Question, Touched, TouchedClause, touched_since_signing
from training.conf import conf
from training.errors import Conflict, NotAllowed, NotReady
from training.ledger.canonical import canonical
from training.policy.diff import Change
from training.policy.follow import References
from training.policy.models import Revision, StatementVersion
from training.policy.queries import steps_to
from training.quiz.models import Withdrawal
from training.roles import Role, has_role

PASS_MARK = 80
QUESTIONS_A_CLAUSE = 3  # as many as a paper asks about a clause, where there are more
UNDER_WAY = (Campaign.State.DRAFT, Campaign.State.APPROVED, Campaign.State.OPEN)
_PICTURE = re.compile(rb"sha256:([0-9a-f]{64})")
_CAME_ABOUT = {
    Change.CHANGED: "が変わりました",
    Change.ADDED: "が加わりました",
    Change.REMOVED: "がなくなりました",
    Change.RENUMBERED: "の番号が変わりました",
}


@dataclass(frozen=True, slots=True)
class Composition:
    """What a campaign about a revision would ask.

    ``unreviewed`` are questions on what changed that still speak of the old
    text, or of a clause that is gone: they are never asked. ``silent`` are
    material clauses about which nothing can be asked.
    """

    touched: Touched
    questions: tuple[QuestionSnapshot, ...]
    unreviewed: tuple[Question, ...]
    silent: tuple[Judged, ...]

    @property
    def asked(self) -> tuple[str, ...]:
        """The material clauses that the questions test, as they are called now, in the policy's order."""
        tested = set(chain.from_iterable(one.clauses for one in self.questions))
        refs = (one.difference.ref_after for one in self.touched.comparison.material)
        return tuple(ref for ref in refs if ref in tested)

    @property
    def draw(self) -> int:
        """How many questions a paper has."""
        return min(len(self.questions), QUESTIONS_A_CLAUSE * len(self.asked))


def composition_of(revision: Revision, *, day: date) -> Composition | None:
    """What would be asked about a revision, since the texts that were signed, as things stand. None for the first."""
    touched = touched_since_signing(revision, day=day)
    if touched is None:
        return None
    references = References(steps_to(revision))
    material = [clause for clause in touched.clauses if clause.judged.material]
    found = {one.version.question: one for one in _questions(material)}
    withdrawn = set(
        Withdrawal.objects.filter(question_version__in=[one.version.pk for one in found.values()]).values_list(
            "question_version", flat=True
        )
    )
    stale = {one.version.question for one in _questions(material) if one.stale}
    usable: list[QuestionSnapshot] = []
    unreviewed: list[Question] = []
    for key, one in found.items():
        if one.version.pk in withdrawn:
            continue
        snapshot = None if key in stale else _called_now(one, references, revision.number)
        if snapshot is None:
            unreviewed.append(one)
        else:
            usable.append(snapshot)
    tested = set(chain.from_iterable(one.clauses for one in usable))
    silent = tuple(clause.judged for clause in material if clause.judged.difference.ref_after not in tested)
    return Composition(touched, tuple(usable), tuple(unreviewed), silent)


def _questions(clauses: list[TouchedClause]) -> Iterator[Question]:
    for clause in clauses:
        if clause.judged.difference.ref_after:  # nobody can be asked about what is gone
            yield from clause.questions


def _called_now(one: Question, references: References, number: int) -> QuestionSnapshot | None:
    """The question with its clauses as they are called now; None where one of them is gone."""
    snapshot = thawed_question(one.version.content)
    clauses = [references.follow(ref, start=one.revision, end=number) for ref in snapshot.clauses]
    quotes = [references.follow(ref, start=one.revision, end=number) for ref in snapshot.quotes]
    there, quoted = [ref for ref in clauses if ref], [ref for ref in quotes if ref]
    if len(there) < len(clauses) or len(quoted) < len(quotes):
        return None
    return replace(snapshot, clauses=tuple(there), quotes=tuple(quoted))


@transaction.atomic
def compose_change(
    *,
    revision: Revision,
    code: str,
    title: str,
    first_day: date,
    last_day: date,
    due_on: date,
    valid_until: date,
    statement: StatementVersion,
    by: AbstractBaseUser,
    now: datetime,
    summary: str = "",
    pass_mark: int = PASS_MARK,
    without_unreviewed: bool = False,
) -> Campaign:
    """Freeze one module of what changed materially, and draft the campaign that teaches it; it waits for approval.

    The module has a section for each material clause, both texts beside each
    other, and asks the bank's questions on those clauses, each clause at least
    once where there is a question. The old text is that which people who
    work here signed, whatever revisions lie between (``since``). Whom it asks is looked up when it opens and
    every day after (``signers_of_earlier``), so that who signs the old text
    later is asked later; who signs the new one in a training elsewhere is
    credited (``credit_rule_of``). ``summary`` says in a sentence what the change means.

    HR and the privacy officer compose (``NotAllowed``). Raises ``NotReady``
    while a clause of any step is undecided, where nothing is material, where no question
    can be asked, and, unless ``without_unreviewed``, while questions still
    speak of the old text. Raises ``Conflict`` where a newer
    text is out, a campaign on this one is under way or the code is taken, and
    ``Invalid`` where the days are out of order.
    """
    if not has_role(by, Role.HR, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only HR and the privacy officer draft campaigns."))
    wait_for_my_turn()
    # Locked, so that of two who compose at once the second finds the first one's campaign.
    newest = Revision.objects.select_for_update().order_by("-number").first()
    if newest is None or newest.pk != revision.pk:
        raise Conflict(_("A newer text of the policy has been published. Ask for that one."))
    running = Campaign.objects.filter(kind=Campaign.Kind.CHANGE, revision=revision, state__in=UNDER_WAY).first()
    if running is not None:
        raise Conflict(_("The campaign %(code)s asks about this text already.") % {"code": running.code})
    composition = composition_of(revision, day=day_of(now, conf.time_zone))
    if composition is None:
        raise NotReady(_("This is the first text of the policy: nothing has changed yet."))
    _require_ready(composition, without_unreviewed=without_unreviewed)
    version = publish_module(
        snapshot=snapshot_of(composition, summary=summary.strip(), pass_mark=pass_mark), revision=revision, now=now
    )
    return plan(
        code=code,
        title=title,
        kind=Campaign.Kind.CHANGE,
        first_day=first_day,
        last_day=last_day,
        due_on=due_on,
        valid_until=valid_until,
        revision=revision,
        statement=statement,
        modules=[ModuleVersion.objects.select_related("module").get(pk=version.pk).module],
        credit_rule=credit_rule_of(revision),
        responsible=by,
        by=by,
        now=now,
    )


def credit_rule_of(revision: Revision) -> CreditRule:
    """What counts already: this text, signed in a training on the whole policy since it was enacted or published."""
    published_on = day_of(revision.published_at, conf.time_zone)
    return CreditRule(kinds=TEACHING, signed_from=min(revision.enacted_on, published_on), same_revision=True)


def _require_ready(composition: Composition, *, without_unreviewed: bool) -> None:
    comparison = composition.touched.comparison
    if comparison.undecided:
        raise NotReady(
            _("The privacy officer has yet to decide whether these changes are material: %(clauses)s")
            % {"clauses": comparison.undecided_words}
        )
    if not comparison.material:
        raise NotReady(_("No change was decided to be material: there is nothing to ask anybody about."))
    if composition.unreviewed and not without_unreviewed:
        raise NotReady(
            _(
                "%(count)d questions still speak of the old text. Have their modules confirmed or rewritten first, "
                "or leave these questions out."
            )
            % {"count": len(composition.unreviewed)}
        )
    if not composition.questions:
        raise NotReady(
            _("There is no question that can be asked about what changed. Publish one on a changed clause first.")
        )


def snapshot_of(composition: Composition, *, summary: str = "", pass_mark: int = PASS_MARK) -> ModuleSnapshot:
    """The module as it would be frozen."""
    comparison = composition.touched.comparison
    revision = comparison.revision
    olds = Revision.objects.only("number", "enacted_on").filter(number__lt=revision.number)
    named = {old.number: _named(old) for old in olds}
    return ModuleSnapshot(
        module=str(change_module_id(revision.pk)),
        slug=f"change-{revision.number}",
        language=LANGUAGE,
        title=f"{revision.title}の改定（第{revision.number}版）",
        summary=summary or _summary(composition, named),
        covers=tuple(one.difference.ref_after for one in comparison.material if one.difference.ref_after),
        sections=tuple(
            SectionSnapshot(
                key=str(uuid.uuid5(revision.pk, _key(one, comparison.before))),
                title=f"{one.label}{_CAME_ABOUT[one.difference.change]}",
                html=lesson_html(one.difference, before=named[one.since], after=_named(revision)),
                clauses=tuple(filter(None, (one.difference.ref_after,))),
                topics=("a",),
            )
            for one in comparison.material
        ),
        blueprint=Blueprint(draw=composition.draw, pass_mark=pass_mark, each_clause=composition.asked),
        questions=composition.questions,
        images=tuple(_pictures(composition)),
    )


def _summary(composition: Composition, named: Mapping[int, str]) -> str:
    """What the module says of itself where nobody has said it: between which texts, and for whom it says too much."""
    comparison = composition.touched.comparison
    if not comparison.steps:
        return f"{_day(comparison.revision.enacted_on)}の改定で変わった条項を、改定前と改定後の文面を並べて読みます。"
    between = f"{named[comparison.before]}から{_named(comparison.revision)}までに変わった条項"
    said = f"{between}を、改定前と改定後の文面を並べて読みます。"
    later = "や".join(f"第{number}版" for number in composition.touched.people if number > comparison.before)
    if later:
        said += f"{later}に署名した方には、その前に変わった条項も含まれます。"
    if any(one.since > comparison.before for one in comparison.material):
        said += f"第{comparison.before}版と同じに戻った条項も、{later}に署名した方のために含みます。"
        said += "比べた版は各節に示します。"
    return said


def _key(one: Judged, oldest: int) -> str:
    """What names a section among those of the module; what is gone is known by the text that had it."""
    pair = "/".join(one.pair)
    return pair if one.since == oldest else f"{one.since}:{pair}"


def _pictures(composition: Composition) -> Iterator[ImageSnapshot]:
    """The pictures that the questions show, out of the store in which they were frozen."""
    asked = {one.question for one in composition.questions}
    versions = (one.version for clause in composition.touched.clauses for one in clause.questions)
    contents = {str(one.question): canonical(one.content) for one in versions if str(one.question) in asked}
    for name in sorted({name for content in contents.values() for name in _PICTURE.findall(content)}):
        yield ImageSnapshot(image_path(name.decode()).read_bytes())


def _named(revision: Revision) -> str:
    return f"第{revision.number}版（{_day(revision.enacted_on)}）"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
