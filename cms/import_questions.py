"""Take the questions of a file into a module's pool, as drafts; write those of a pool into a file."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from cms.imported_fields import fields_of, paragraphs
from cms.load_content import as_stored
from cms.pages import ModulePage, ModuleQuestion
from cms.questions import Question
from cms.snapshot import snapshot_of_question
from training.catalogue.freeze import TOPICS
from training.errors import Invalid
from training.quiz.formats import model
from training.quiz.formats.model import Outcome, Refusal, Refused, Written
from training.quiz.formats.reading import WRITERS, read
from training.quiz.formats.snapshots import question_of

LONGEST_LABEL = 40


def module_page(slug: str) -> ModulePage:
    """The module's page. Raises ``Invalid``."""
    page = ModulePage.objects.filter(slug=slug).first()
    if page is None:
        raise Invalid(_("There is no module with the label %(slug)s.") % {"slug": slug})
    return page


def look(*, data: bytes, name: str) -> Outcome:
    """What an import of the file would come to. Nothing is written."""
    outcome = read(data, name)
    taken, refused = [], list(outcome.refused)
    for question in outcome.imported:
        try:
            fields_of(question)
        except Refusal as refusal:
            refused.append(Refused(question.name, question.type, question.line, str(refusal)))
        else:
            taken.append(question)
    return Outcome(tuple(taken), tuple(refused))


@transaction.atomic
def import_questions(*, data: bytes, name: str, page: ModulePage) -> Outcome:
    """Make a draft of every question that can be edited here, and put it into the draft of the page's pool.

    Nothing goes live: what was published stays as it is until an editor has
    read the new questions, given them what a file does not say, and published
    the page. A question that the editor's fields cannot hold is refused by name.
    """
    outcome = look(data=data, name=name)
    stored = [_draft(question, page) for question in outcome.imported]
    if stored:
        draft = page.get_latest_revision_as_object()
        place = max((row.sort_order or 0 for row in draft.pool.all()), default=-1)
        for number, question in enumerate(stored, place + 1):
            draft.pool.add(ModuleQuestion(question=question, sort_order=number))
        draft.save_revision()
    return outcome


def _draft(question: model.Question, page: ModulePage) -> Question:
    values = as_stored(Question, fields_of(question))
    stored = Question(
        label=question.name[:LONGEST_LABEL],
        language=page.locale.language_code,
        live=False,
        stem=paragraphs(question.stem),
        explanation=paragraphs(question.feedback),
        clause=question.clauses[0][:20] if question.clauses else "",
        second_clause=question.clauses[1][:20] if len(question.clauses) > 1 else "",
        topics="".join(sorted({topic for topic in question.topics if topic in TOPICS})),
        type=question.type,
        difficulty=question.difficulty,
        **values,
    )
    stored.save()
    stored.save_revision()
    return stored


def export_questions(*, page: ModulePage, to: str) -> Written:
    """The pool of the page's draft, each question in its newest words, as a file. Raises ``Invalid``."""
    if to not in WRITERS:
        raise Invalid(_("The formats are %(formats)s.") % {"formats": ", ".join(WRITERS)})
    questions, refused = [], []
    draft = page.get_latest_revision_as_object()
    for row in sorted(draft.pool.all(), key=lambda row: row.sort_order or 0):
        newest = row.question.get_latest_revision_as_object()
        try:
            questions.append(question_of(snapshot_of_question(newest), name=newest.label))
        except Refusal as refusal:
            refused.append(Refused(str(newest), newest.type, None, str(refusal)))
    written = WRITERS[to](questions)
    return Written(written.data, (*refused, *written.refused))
