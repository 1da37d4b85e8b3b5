"""The texts of a pack: policy, pledge, modules and questions, as the bytes that their digests were taken of."""

from __future__ import annotations

from collections.abc import Iterator

from training.catalogue.images import image_path
from training.catalogue.models import ModuleVersion
from training.ledger.canonical import canonical
from training.reports.documents.make import module_pdf, questions_pdf
from training.reports.pack.entries import (
    Campaigns,
    images_of,
    questions_of,
    revisions_of,
    sealed,
    statements_of,
    versions_of,
)

FOLDER = "texts"


def texts_of(campaigns: Campaigns, *, size: int) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of every text that the campaigns taught or asked to sign. Few: not one per person."""
    for revision in sealed(revisions_of(campaigns), size).order_by("number"):
        yield f"{FOLDER}/policy/revision-{revision.number}.txt", revision.source.encode()
    for wording in sealed(statements_of(campaigns), size).order_by("statement", "language", "number"):
        path = f"{FOLDER}/statements/{wording.statement}.{wording.language}.v{wording.number}.txt"
        yield path, wording.words.encode()
    versions = sealed(versions_of(campaigns), size).select_related("module", "revision")
    for version in versions.order_by("module__slug", "language", "number"):
        stem = f"{version.module.slug}.{version.language}.v{version.number}"
        yield f"{FOLDER}/modules/{stem}.json", canonical(version.content)
        yield from _readable(version, stem)
    for image in sealed(images_of(campaigns), size).order_by("sha256"):
        file = image_path(image.sha256)
        if file.exists():
            ending = image.media_type.rpartition("/")[2]
            yield f"{FOLDER}/images/{image.sha256}.{ending}", file.read_bytes()
    for question in sealed(questions_of(campaigns), size).order_by("question", "language", "number").iterator(50):
        path = f"{FOLDER}/questions/{question.question}.{question.language}.v{question.number}.json"
        yield path, canonical(question.content)


def _readable(version: ModuleVersion, stem: str) -> Iterator[tuple[str, bytes]]:
    yield f"{FOLDER}/modules/{stem}.pdf", module_pdf(version)
    yield f"{FOLDER}/questions/{stem}.pdf", questions_pdf(version)
