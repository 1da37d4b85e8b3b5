"""The modules and questions as they stand, and as they stood when the policy changed: read at once, however many."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from training.catalogue.models import Module, ModuleVersion, QuestionVersion
from training.changes.stale import Speaking
from training.policy.models import Revision

_NAME = "training.changes"


def change_module_id(revision: uuid.UUID) -> uuid.UUID:
    """The identity of the module that is composed about a revision, by the revision's key: the same for ever."""
    return uuid.uuid5(revision, _NAME)


def change_modules() -> frozenset[uuid.UUID]:
    """The identities of all modules that were or may be composed. One query.

    They tell who signed an old text what changed; they are no lessons on the policy as it stands.
    """
    return frozenset(map(change_module_id, Revision.objects.values_list("pk", flat=True)))


@dataclass(frozen=True, slots=True)
class Held:
    """A module's newest version, and by revision number the last that was published for an earlier text than that."""

    module: Module
    version: ModuleVersion
    now: Speaking
    before: dict[int, tuple[int, Speaking]]

    @property
    def revision(self) -> int:
        """The number of the revision that the newest version was published for."""
        return int(self.version.revision.number)


@dataclass(frozen=True, slots=True)
class Bank:
    """Every module in one language, by slug, and the newest frozen words of its questions by digest."""

    modules: tuple[Held, ...]
    questions: dict[str, QuestionVersion]


def bank_of(*, language: str, changed_in: Collection[int]) -> Bank:
    """Read the bank for changes in these revisions, by their numbers. Four queries."""
    generated = change_modules()
    rows = ModuleVersion.objects.filter(language=language).order_by("number")
    published: dict[uuid.UUID, list[tuple[uuid.UUID, int]]] = defaultdict(list)
    for pk, module, revision in rows.values_list("pk", "module", "revision__number"):
        if module not in generated:
            published[module].append((pk, revision))
    newest = {module: versions[-1][0] for module, versions in published.items()}
    earlier = {
        module: {number: found for number in changed_in if (found := _last_before(number, versions))}
        for module, versions in published.items()
    }
    wanted = {*newest.values(), *(pk for found in earlier.values() for pk, _number in found.values())}
    versions = {
        version.pk: version
        for version in ModuleVersion.objects.filter(pk__in=wanted).select_related("module", "revision")
    }
    digests = {digest for version in versions.values() for digest in version.content["questions"]}
    questions = {row.digest: row for row in QuestionVersion.objects.filter(digest__in=digests, language=language)}

    def speaking(pk: uuid.UUID) -> Speaking:
        content = versions[pk].content
        return Speaking(content, tuple(questions[digest].content for digest in content["questions"]))

    held = [
        Held(
            module=versions[pk].module,
            version=versions[pk],
            now=speaking(pk),
            before={number: (found[1], speaking(found[0])) for number, found in earlier[module].items()},
        )
        for module, pk in newest.items()
    ]
    return Bank(tuple(sorted(held, key=lambda one: one.module.slug)), questions)


def _last_before(number: int, versions: Iterable[tuple[uuid.UUID, int]]) -> tuple[uuid.UUID, int] | None:
    older = [(pk, revision) for pk, revision in versions if revision < number]
    return older[-1] if older else None
