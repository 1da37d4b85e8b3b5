"""What can be done to many questions at once: tag, move between modules' pools, retire, take back into use.

What is public changes by publishing alone: tags go into drafts, moves into the drafts of modules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cms.pages import ModulePage, ModuleQuestion
from cms.publishing import reasons_of
from cms.questions import Question
from training.errors import Invalid

RETIRED = "privacy_training.retire"
REUSED = "privacy_training.reuse"
NONE = "-"


@dataclass(frozen=True, slots=True)
class Tags:
    """What to change; what is empty stays. ``second_clause`` may be ``NONE``: take it away."""

    add_topics: str = ""
    remove_topics: str = ""
    clause: str = ""
    second_clause: str = ""
    difficulty: int | None = None


@dataclass(slots=True)
class Done:
    """Which questions were changed, and which were refused, with the reasons."""

    changed: list[Question] = field(default_factory=list)
    refused: list[tuple[Question, list[str]]] = field(default_factory=list)


@transaction.atomic
def tag(*, questions: Sequence[Question], tags: Tags, publish: bool, user: Any) -> Done:
    """Put tags on each question's newest draft. ``publish``: also on what is public and has no other change waiting.

    One that cannot be tagged so, or not published so, stays as it was and is named.
    """
    done = Done()
    for question in questions:
        public = question.live and not question.has_unpublished_changes
        draft = question.get_latest_revision_as_object()
        before = _tags_of(draft)
        _put(draft, tags)
        if _tags_of(draft) == before:
            continue
        try:
            with transaction.atomic():
                draft.clean()
                revision = draft.save_revision(user=user, log_action=True)
                if not question.live:
                    # As Wagtail's form does: the listing finds a draft by what it says now.
                    draft.save()
                elif publish and public:
                    revision.publish(user=user)
        except (Invalid, ValidationError) as refusal:
            done.refused.append((question, reasons_of(refusal)))
        else:
            done.changed.append(question)
    return done


def _tags_of(question: Question) -> tuple[Any, ...]:
    return question.clause, question.second_clause, question.topics, question.difficulty


def _put(draft: Question, tags: Tags) -> None:
    draft.topics = "".join(sorted({*draft.topics, *tags.add_topics} - {*tags.remove_topics}))
    draft.clause = tags.clause or draft.clause
    if tags.second_clause:
        draft.second_clause = "" if tags.second_clause == NONE else tags.second_clause
    draft.difficulty = tags.difficulty or draft.difficulty


@transaction.atomic
def move(
    *, questions: Sequence[Question], source: ModulePage | None, target: ModulePage, pool: str, user: Any
) -> list[ModulePage]:
    """Put questions into a pool of the target's draft, and take them out of the source's; return the pages changed.

    One that the target has already changes its pool. Raises ``Invalid`` for a page that may not be edited, and for
    questions in another language; nothing is moved then.
    """
    strangers = [question for question in questions if question.language != target.locale.language_code]
    if strangers:
        raise Invalid(
            _("“%(question)s” is in another language than the module “%(module)s”.")
            % {"question": strangers[0], "module": target.title}
        )
    pages = [target] if source is None or source.pk == target.pk else [source, target]
    for page in pages:
        allowed = page.permissions_for_user(user)
        if not allowed.can_edit() or allowed.page_locked():
            raise Invalid(_("You may not edit the module “%(module)s”, or it is locked.") % {"module": page.title})
    if len(pages) == 2:
        _take_out(pages[0], questions, user)
    _put_in(target, questions, pool, user)
    return pages


def _take_out(page: ModulePage, questions: Sequence[Question], user: Any) -> None:
    draft = page.get_latest_revision_as_object()
    keys = {question.pk for question in questions}
    draft.pool = [row for row in _rows(draft) if row.question_id not in keys]
    draft.save_revision(user=user, log_action=True)


def _put_in(page: ModulePage, questions: Sequence[Question], pool: str, user: Any) -> None:
    draft = page.get_latest_revision_as_object()
    rows = _rows(draft)
    there = {row.question_id: row for row in rows}
    for question in questions:
        if question.pk in there:
            there[question.pk].pool_name = pool
        else:
            rows.append(ModuleQuestion(question=question, pool_name=pool))
    for place, row in enumerate(rows):
        row.sort_order = place
    draft.pool = rows
    draft.save_revision(user=user, log_action=True)


def _rows(draft: ModulePage) -> list[ModuleQuestion]:
    return sorted(draft.pool.all(), key=lambda row: row.sort_order or 0)


@transaction.atomic
def retire(*, questions: Sequence[Question], user: Any, today: date) -> list[Question]:
    """Take questions out of use: modules published from now on do not ask them; what is frozen stays. Return them."""
    retired = [question for question in questions if question.retired_on is None]
    for question in retired:
        question.retired_on = today
        question.save(update_fields=["retired_on"])
        if question.live:
            question.unpublish(user=user)
        log(instance=question, action=RETIRED, user=user)
    return retired


@transaction.atomic
def reuse(*, questions: Sequence[Question], user: Any) -> list[Question]:
    """Take retired questions back: as drafts, to be published again. Return them."""
    back = [question for question in questions if question.retired_on is not None]
    for question in back:
        question.retired_on = None
        question.save(update_fields=["retired_on"])
        log(instance=question, action=REUSED, user=user)
    return back
