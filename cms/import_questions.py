"""Take the questions of a file into a module's pool, as drafts; write those of a pool into a file."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from cms.pages import ModulePage, ModuleQuestion
from cms.questions import Question
from cms.snapshot import snapshot_of_question
from training.errors import Invalid
from training.quiz.formats import model
from training.quiz.formats.clean import plain
from training.quiz.formats.model import ONE, Outcome, Refusal, Refused, Written
from training.quiz.formats.reading import WRITERS, read
from training.quiz.formats.snapshots import question_of

MOST_OPTIONS = 6
LONGEST_LABEL = 40


def module_page(slug: str) -> ModulePage:
    """The module's page. Raises ``Invalid``."""
    page = ModulePage.objects.filter(slug=slug).first()
    if page is None:
        raise Invalid(_("There is no module with the label %(slug)s.") % {"slug": slug})
    return page


@transaction.atomic
def import_questions(*, data: bytes, name: str, page: ModulePage) -> Outcome:
    """Make a draft of every question that can be edited here, and put it into the draft of the page's pool.

    Nothing goes live: what was published stays as it is until an editor has
    read the new questions, given them what a file does not say, and published
    the page. A question that the editor has no fields for is refused by name.
    """
    outcome = read(data, name)
    refused = list(outcome.refused)
    taken: list[tuple[model.Question, Question]] = []
    for question in outcome.imported:
        try:
            taken.append((question, _draft(question, page)))
        except Refusal as refusal:
            refused.append(Refused(question.name, question.type, question.line, str(refusal)))
    if taken:
        draft = page.get_latest_revision_as_object()
        place = max((row.sort_order or 0 for row in draft.pool.all()), default=-1)
        for number, (_question, stored) in enumerate(taken, place + 1):
            draft.pool.add(ModuleQuestion(question=stored, sort_order=number))
        draft.save_revision()
    return Outcome(tuple(question for question, _stored in taken), tuple(refused))


def _draft(question: model.Question, page: ModulePage) -> Question:
    fields = _fields(question)
    options = Question._meta.get_field("options").stream_block
    stored = Question(
        label=question.name[:LONGEST_LABEL],
        language=page.locale.language_code,
        live=False,
        stem=_paragraphs(question.stem),
        explanation=_paragraphs(question.feedback),
        clause=question.clauses[0][:20] if question.clauses else "",
        second_clause=question.clauses[1][:20] if len(question.clauses) > 1 else "",
        topics="".join(sorted({topic for topic in question.topics if topic in {"a", "b", "c", "d"}})),
        type=question.type,
        options=options.to_python(fields),
    )
    stored.save()
    stored.save_revision()
    return stored


def _fields(question: model.Question) -> list[dict[str, Any]]:
    """The options as blocks. Raises ``Refusal`` for what the editor cannot hold."""
    if question.type not in dict(Question.TYPES) or not question.options:
        raise Refusal("type", "この形式の設問は、編集画面でまだ扱えません。")
    weights = {option.weight for option in question.options}
    partly = weights - {ONE, ONE * 0} if question.type == "single" else question.grading != "all"
    if partly or len(question.options) > MOST_OPTIONS:
        raise Refusal("scoring", "部分点のある設問や、選択肢が7個以上の設問は、編集画面でまだ扱えません。")
    return [
        {
            "type": "option",
            "value": {
                "text": plain(option.text).replace("\n", " "),
                "correct": option.weight > 0,
                "explanation": _paragraphs(option.feedback),
            },
        }
        for option in question.options
    ]


def _paragraphs(html: str) -> str:
    """Clean HTML in a paragraph, if it has none of its own."""
    return html if not strip_tags(html) or html.startswith(("<p>", "<ul>", "<ol>", "<div>")) else f"<p>{html}</p>"


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
