"""Reads of the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Max

from training.catalogue.coverage import Coverage, coverage
from training.catalogue.models import ModuleVersion, QuestionVersion
from training.policy.follow import References
from training.policy.models import Revision
from training.policy.queries import steps_to


def latest_versions(*, language: str) -> list[ModuleVersion]:
    """The newest version of each module in a language, by slug."""
    newest = ModuleVersion.objects.filter(language=language).values("module").annotate(last=Max("number"))
    numbers = {row["module"]: row["last"] for row in newest}
    versions = ModuleVersion.objects.filter(language=language, module__in=numbers).select_related("module", "revision")
    return sorted((v for v in versions if v.number == numbers[v.module_id]), key=lambda v: v.module.slug)


def coverage_of(
    revision: Revision,
    *,
    language: str,
    stale: Mapping[str, Collection[str]] | None = None,
    but: Collection[UUID] = frozenset(),
) -> Coverage:
    """How far the newest versions cover every article and item of a revision, those of the modules ``but`` left out.

    A module that was published for an earlier revision counts for its clauses as they are called now.
    """
    required = [c.ref for c in revision.clauses.all() if c.kind in {"article", "item"}]
    versions = [version for version in latest_versions(language=language) if version.module_id not in but]
    wanted = {digest for version in versions for digest in version.content["questions"]}
    questions = {
        row.digest: row.content
        for row in QuestionVersion.objects.filter(digest__in=wanted, language=language).only("digest", "content")
    }
    older = any(version.revision.number < revision.number for version in versions)
    references = References(steps_to(revision) if older else ())

    def called_now(module: Mapping[str, Any], ref: str) -> str | None:
        return references.follow(ref, start=module["policy"]["revision"], end=revision.number)

    return coverage(
        required=required,
        modules=[version.content for version in versions],
        questions=questions,
        called_now=called_now,
        stale=stale,
    )


def newest_revision() -> Revision | None:
    """The policy as it now stands, with its clauses at hand, or None before the first is published."""
    return Revision.objects.order_by("-number").prefetch_related("clauses").first()
