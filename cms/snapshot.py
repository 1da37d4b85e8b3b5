"""A page as it stands, draft or live, turned into what the catalogue freezes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe

from cms.members import members_of
from cms.pictures import Pictures
from training.catalogue.blueprint import MAIN
from training.catalogue.freeze import (
    Blueprint,
    ClauseWords,
    ModuleSnapshot,
    PoolDraw,
    QuestionSnapshot,
    SectionSnapshot,
    sanitise,
)
from training.catalogue.snapshots import Choice

if TYPE_CHECKING:
    from cms.pages import ModulePage, ModuleQuestion
    from cms.questions import Question


def frozen(html: str) -> SafeString:
    """A piece of HTML exactly as it would be frozen, for a template to show."""
    return mark_safe(sanitise(html))  # noqa: S308  (sanitised in this very line)


def snapshot_of_question(question: Question, pictures: Pictures | None = None) -> QuestionSnapshot:
    """The question with the words that it has now; what is not yet saved has its place for an id.

    ``pictures`` takes note of those that it shows.
    """
    pictures = pictures or Pictures()
    members = members_of(question.type, lambda name: getattr(question, name), pictures)
    plain = isinstance(members, Choice) and not members.rich and members.grading == "all"
    return QuestionSnapshot(
        question=str(question.key),
        language=question.language,
        type=question.type,
        stem=pictures.html(question.stem),
        options=members.options if isinstance(members, Choice) and plain else (),
        members=None if plain else members,
        explanation=pictures.html(question.explanation),
        clauses=question.clauses,
        topics=tuple(question.topics),
        quotes=tuple(dict.fromkeys(child.value for child in question.quotes)),
        difficulty=question.difficulty,
    )


def blueprint_of(page: ModulePage) -> Blueprint:
    """How the page says that papers are made; what is not filled in yet is 0."""
    return Blueprint(
        draw=page.draw or 0,
        pass_mark=page.pass_mark or 0,
        pools=tuple(PoolDraw(child.value["name"].strip(), child.value["draw"] or 0) for child in page.pools),
        each_clause=tuple(dict.fromkeys(child.value for child in page.each_clause)),
        attempts=page.attempts,
        cool_down_minutes=page.cool_down_minutes or 0,
        time_limit_minutes=page.time_limit_minutes,
        shuffle=page.shuffle,
        review=page.review,
        rotation=page.rotation if page.rotation is not None else -1,
    )


def snapshot_of(page: ModulePage, clauses: Mapping[str, ClauseWords]) -> ModuleSnapshot:
    """The page rendered, with those of its questions that are live, in the words in which they are live."""
    language = page.locale.language_code
    pictures, rows = Pictures(), live_rows(page)
    questions = tuple(snapshot_of_question(row.question, pictures) for row in rows)
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
        blueprint=blueprint_of(page),
        questions=questions,
        pools={str(row.question.key): row.pool_name for row in rows if row.pool_name not in {"", MAIN}},
        images=pictures.images,
    )


def live_rows(page: ModulePage) -> list[ModuleQuestion]:
    """The places of the page's pool whose questions are live, in the page's order, each question once."""
    found: dict[int, ModuleQuestion] = {}
    for row in _in_order(page.pool.all()):
        if row.question.live:
            found.setdefault(row.question.pk, row)
    return list(found.values())


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
