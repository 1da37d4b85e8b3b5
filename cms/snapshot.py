"""A page as it stands, draft or live, turned into what the catalogue freezes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe

from training.catalogue.freeze import (
    Blueprint,
    ClauseWords,
    ModuleSnapshot,
    OptionSnapshot,
    QuestionSnapshot,
    SectionSnapshot,
    sanitise,
)

if TYPE_CHECKING:
    from cms.pages import ModulePage
    from cms.questions import Question


def frozen(html: str) -> SafeString:
    """A piece of HTML exactly as it would be frozen, for a template to show."""
    return mark_safe(sanitise(html))  # noqa: S308  (sanitised in this very line)


def snapshot_of_question(question: Question) -> QuestionSnapshot:
    """The question with the words that it has now; an option not yet saved has its place for an id."""
    return QuestionSnapshot(
        question=str(question.key),
        language=question.language,
        type=question.type,
        stem=question.stem,
        options=tuple(
            OptionSnapshot(
                id=child.id or str(place),
                text=child.value["text"],
                correct=bool(child.value["correct"]),
                explanation=child.value["explanation"].source,
            )
            for place, child in enumerate(question.options, 1)
        ),
        explanation=question.explanation,
        clauses=question.clauses,
        topics=tuple(question.topics),
        quotes=tuple(dict.fromkeys(child.value for child in question.quotes)),
    )


def snapshot_of(page: ModulePage, clauses: Mapping[str, ClauseWords]) -> ModuleSnapshot:
    """The page rendered, with those of its questions that are live, in the words in which they are live."""
    language = page.locale.language_code
    return ModuleSnapshot(
        module=str(page.translation_key),
        slug=page.slug,
        language=language,
        title=page.title,
        summary=page.summary,
        covers=tuple(dict.fromkeys(child.value for child in page.covers)),
        sections=tuple(
            _section(child, place, {"language": language, "clauses": clauses})
            for place, child in enumerate(page.body, 1)
        ),
        blueprint=Blueprint(draw=page.draw or 0, pass_mark=page.pass_mark or 0),
        questions=tuple(snapshot_of_question(question) for question in live_questions(page)),
    )


def live_questions(page: ModulePage) -> list[Question]:
    """The questions chosen for the page that are live, in the page's order, each once."""
    chosen = (row.question for row in _in_order(page.pool.all()))
    return list({question.pk: question for question in chosen if question.live}.values())


def _in_order(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: row.sort_order or 0)


def _section(child: Any, place: int, context: dict[str, Any]) -> SectionSnapshot:
    value = child.value
    refs = [block.value["ref"] for block in value["content"] if block.block_type == "clause"]
    return SectionSnapshot(
        key=child.id or str(place),
        title=value["title"],
        html=sanitise(value["content"].render_as_block(context)).strip(),
        clauses=tuple(dict.fromkeys(refs)),
        topics=tuple(value["topics"]),
    )
