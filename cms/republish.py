"""Modules whose clauses a new text of the policy left alone: published again for it, as they stand, all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from cms.pages import ModulePage
from cms.publishing import reasons_of
from training.catalogue.models import ModuleVersion
from training.catalogue.queries import latest_versions
from training.changes.bank import change_modules
from training.changes.touched import touched_by
from training.errors import Invalid
from training.policy.models import Revision


@dataclass(frozen=True, slots=True)
class Behind:
    """A module whose newest version is for an earlier text. ``reasons`` why it cannot be published again as it is."""

    version: ModuleVersion
    page: ModulePage | None
    reasons: tuple[str, ...]


def behind(revision: Revision, *, language: str, day: date) -> list[Behind]:
    """Every module that was published for an earlier text than this, by label, and what keeps each from following."""
    but = change_modules()
    versions = [
        version
        for version in latest_versions(language=language)
        if version.revision.number < revision.number and version.module_id not in but
    ]
    if not versions:
        return []
    first = min(version.revision.number for version in versions)
    waiting = _waiting(Revision.objects.filter(number__gt=first, number__lte=revision.number), day=day)
    pages = {
        page.translation_key: page
        for page in ModulePage.objects.filter(
            translation_key__in=[version.module_id for version in versions],
            locale__language_code=language,
            alias_of__isnull=True,
        ).select_related("live_revision")
    }
    found = []
    for version in versions:
        page = pages.get(version.module_id)
        reasons = _said([one for one in waiting.get(version.module_id, ()) if one.revision > version.revision.number])
        found.append(Behind(version, page, (*reasons, *_of_page(page))))
    return found


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A change that an editor has yet to follow: by confirming, or by rewriting alone."""

    revision: int
    clause: str
    confirmable: bool


def _waiting(revisions: Any, *, day: date) -> dict[UUID, list[_Waiting]]:
    found: dict[UUID, list[_Waiting]] = defaultdict(list)
    for revision in revisions.order_by("number"):
        touched = touched_by(revision, day=day)
        for clause, module in touched.to_confirm if touched else ():
            found[module.held.module.pk].append(_Waiting(revision.number, clause.judged.label, module.confirmable))
    return found


def _said(waiting: Sequence[_Waiting]) -> list[str]:
    said = []
    if confirm := [one.clause for one in waiting if one.confirmable]:
        said.append(gettext("changed, and not confirmed: %(clauses)s") % {"clauses": "、".join(confirm)})
    if rewrite := [one.clause for one in waiting if not one.confirmable]:
        said.append(gettext("gone or renumbered, so to be rewritten: %(clauses)s") % {"clauses": "、".join(rewrite)})
    return said


def _of_page(page: ModulePage | None) -> list[str]:
    if page is None:
        return [gettext("it has no page here")]
    if not page.live or page.live_revision is None:
        return [gettext("its page is not published")]
    if page.current_workflow_state is not None:
        return [gettext("a draft of it waits for approval")]
    if page.revisions.filter(approved_go_live_at__isnull=False).exists():
        return [gettext("a draft of it is scheduled")]
    return []


@dataclass(frozen=True, slots=True)
class Republished:
    """What was published again, and what was refused, with the reasons."""

    done: tuple[ModulePage, ...]
    refused: tuple[tuple[ModulePage, tuple[str, ...]], ...]


def republish(found: Sequence[Behind], *, user: Any) -> Republished:
    """Publish again as they are live those that nothing keeps and this person may publish; drafts stay drafts."""
    done, refused = [], []
    for one in found:
        page = one.page
        if one.reasons or page is None or page.live_revision is None:
            continue
        if not page.permissions_for_user(user).can_publish():
            refused.append((page, (gettext("You may not publish this page."),)))
            continue
        try:
            page.live_revision.publish(user=user)
            done.append(page)
        except (Invalid, ValidationError) as refusal:
            refused.append((page, tuple(reasons_of(refusal))))
    return Republished(tuple(done), tuple(refused))
