"""How a module's page stands to what was frozen from it last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Max
from wagtail.models import Locale

from cms.questions import Question
from cms.snapshot import snapshot_of_question
from training.catalogue.freeze import Unpublishable, freeze_question
from training.catalogue.models import ModuleVersion
from training.catalogue.publish import clause_words
from training.catalogue.queries import newest_revision
from training.ledger.canonical import canonical, sha256_hex

if TYPE_CHECKING:
    from cms.pages import ModulePage


@dataclass(frozen=True, slots=True)
class Freshness:
    """The last version; how many live questions it has in other words, or not at all; how many chosen are not live."""

    version: ModuleVersion | None
    newer: int
    drafts: int


def freshness_of(pages: Sequence[ModulePage]) -> dict[int, Freshness]:
    """Each page's freshness by primary key, in a number of queries that does not grow with the pages."""
    revision = newest_revision()
    clauses = clause_words(revision) if revision else {}
    chosen: dict[int, list[Question]] = {page.pk: [] for page in pages}
    for question in Question.objects.filter(modules__page__in=chosen).annotate(page=F("modules__page_id")):
        chosen[question.page].append(question)
    versions = _last_versions(pages)
    digests = {q.pk: _digest(q, clauses) for questions in chosen.values() for q in questions if q.live}
    found = {}
    for page in pages:
        version = versions.get((page.translation_key, page.locale_id))
        frozen = set(version.content["questions"]) if version else set()
        questions = chosen[page.pk]
        found[page.pk] = Freshness(
            version=version,
            newer=sum(1 for q in questions if q.live and digests[q.pk] not in frozen) if version else 0,
            drafts=sum(1 for q in questions if not q.live),
        )
    return found


def _last_versions(pages: Sequence[ModulePage]) -> dict[tuple[Any, int], ModuleVersion]:
    modules = [page.translation_key for page in pages]
    last = ModuleVersion.objects.filter(module__in=modules).values("module", "language").annotate(last=Max("number"))
    numbers = {(row["module"], row["language"]): row["last"] for row in last}
    locales = Locale.objects.filter(pk__in=[page.locale_id for page in pages])
    languages = {locale.language_code: locale.pk for locale in locales}
    return {
        (version.module_id, languages[version.language]): version
        for version in ModuleVersion.objects.filter(module__in=modules, language__in=languages)
        if numbers[version.module_id, version.language] == version.number
    }


def _digest(question: Question, clauses: Mapping[str, Any]) -> str:
    """The digest that the question would be frozen with; empty where it could not be."""
    try:
        return sha256_hex(canonical(freeze_question(snapshot_of_question(question), clauses)))
    except Unpublishable:
        return ""
