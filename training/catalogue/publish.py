"""Freeze a module and its questions as a version that never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from training.catalogue.blueprint import Place, faults_of_blueprint
from training.catalogue.freeze import (
    ClauseWords,
    ModuleSnapshot,
    QuestionSnapshot,
    Unpublishable,
    faults_of_module,
    freeze_module,
    freeze_question,
    pictures_of,
)
from training.catalogue.images import fresh_images, why_no_image
from training.catalogue.models import Module, ModuleVersion, ModuleVersionQuestion, QuestionVersion
from training.errors import Invalid
from training.ledger.append import append
from training.ledger.canonical import canonical, sha256_hex
from training.policy.models import Revision
from training.turns import wait_for_turn


def clause_words(revision: Revision) -> dict[str, ClauseWords]:
    """Every clause of a revision by its reference, as quoted."""
    return {clause.ref: ClauseWords(label=clause.label, text=clause.text) for clause in revision.clauses.all()}


def why_not(*, snapshot: ModuleSnapshot, revision: Revision | None) -> list[str]:
    """Sentences that say to an editor why ``publish_module`` would refuse; empty when it would not."""
    if revision is None:
        return ["プライバシーポリシーがまだ登録されていません。"]
    clauses = clause_words(revision)
    faults = [*faults_of_module(snapshot, clauses), *_no_images(snapshot), *_taken(snapshot)]
    return faults or _short_of(snapshot, [_digest(freeze_question(one, clauses)) for one in snapshot.questions])


@transaction.atomic
def publish_module(*, snapshot: ModuleSnapshot, revision: Revision | None, now: datetime) -> ModuleVersion:
    """Freeze the module with its pool and return the version; what equals the latest version is that version.

    Raises ``Invalid`` with every reason when the module cannot be taught as it
    is; nothing is written then.
    """
    if revision is None:
        raise Invalid("\n".join(why_not(snapshot=snapshot, revision=None)))
    clauses = clause_words(revision)
    try:
        frozen = [freeze_question(question, clauses) for question in snapshot.questions]
        digests = [_digest(content) for content in frozen]
        content = freeze_module(
            snapshot,
            clauses,
            revision_number=revision.number,
            revision_digest=revision.digest,
            question_digests=digests,
        )
    except Unpublishable as reason:
        raise Invalid("\n".join(reason.reasons)) from reason
    digest = _digest(content)

    wait_for_my_turn()
    if reasons := [*_no_images(snapshot), *_taken(snapshot)]:
        raise Invalid("\n".join(reasons))
    module, _ = Module.objects.select_for_update().get_or_create(
        id=UUID(snapshot.module), defaults={"slug": snapshot.slug}
    )
    latest = module.versions.filter(language=snapshot.language).order_by("-number").first()
    if latest is not None and latest.digest == digest:
        return latest
    if reasons := _short_of(snapshot, digests):
        raise Invalid("\n".join(reasons))
    if module.slug != snapshot.slug:
        module.slug = snapshot.slug
        module.save(update_fields=["slug"])

    known = _known_questions(snapshot)
    numbers = _last_numbers(snapshot)
    version = ModuleVersion(
        module=module,
        language=snapshot.language,
        number=latest.number + 1 if latest else 1,
        revision=revision,
        title=snapshot.title,
        content=content,
        digest=digest,
        published_at=now,
    )
    fresh: list[QuestionVersion] = []
    pool: list[ModuleVersionQuestion] = []
    for position, (question, words, question_digest) in enumerate(
        zip(snapshot.questions, frozen, digests, strict=True)
    ):
        question_version = known.get((question.question, question_digest))
        if question_version is None:
            question_version = QuestionVersion(
                question=UUID(question.question),
                language=question.language,
                number=numbers.get(question.question, 0) + 1,
                content=words,
                digest=question_digest,
                published_at=now,
            )
            fresh.append(question_version)
        pool.append(
            ModuleVersionQuestion(
                module_version=version,
                question_version=question_version,
                pool=snapshot.pool_of(question),
                position=position,
            )
        )
    images = fresh_images(pictures_of(snapshot).values(), now=now)
    append(kind="catalogue.module_published", at=now, rows=[version, *fresh, *pool, *images])
    return version


def wait_for_my_turn() -> None:
    """Let nobody else publish until the transaction ends: two modules may bring the same picture, question or slug.

    Whoever locks or saves anything else in the same transaction takes it first.
    """
    wait_for_turn("publish")


def _digest(content: dict[str, Any]) -> str:
    return sha256_hex(canonical(content))


def _short_of(snapshot: ModuleSnapshot, digests: Sequence[str]) -> list[str]:
    """Why papers cannot be made without those versions of its questions that were withdrawn: nothing draws them."""
    rows = QuestionVersion.objects.filter(**_versions(snapshot), withdrawal__isnull=False)
    out = set(rows.values_list("digest", flat=True)) & set(digests)
    if not out:
        return []
    left = [
        Place(snapshot.pool_of(question), question.clauses)
        for question, digest in zip(snapshot.questions, digests, strict=True)
        if digest not in out
    ]
    said = f"設問のうち{len(out)}問は撤回されているため出題されません。直すか、外すか、ほかの設問を足してください。"
    faults = faults_of_blueprint(snapshot.blueprint, left)
    return [said, *faults] if faults else []


def _taken(snapshot: ModuleSnapshot) -> list[str]:
    others = Module.objects.filter(slug=snapshot.slug).exclude(id=UUID(snapshot.module))
    return [f"URLの末尾（スラッグ）「{snapshot.slug}」は別の研修が使っています。"] if others.exists() else []


def _no_images(snapshot: ModuleSnapshot) -> list[str]:
    reasons = (why_no_image(image.data) for image in pictures_of(snapshot).values())
    return [reason for reason in reasons if reason]


def _versions(snapshot: ModuleSnapshot) -> Mapping[str, object]:
    return {"question__in": [q.question for q in snapshot.questions], "language": snapshot.language}


def _known_questions(snapshot: ModuleSnapshot) -> dict[tuple[str, str], QuestionVersion]:
    rows = QuestionVersion.objects.filter(**_versions(snapshot))
    return {(str(row.question), row.digest): row for row in rows}


def _last_numbers(snapshot: ModuleSnapshot) -> dict[str, int]:
    rows = QuestionVersion.objects.filter(**_versions(snapshot)).values("question").annotate(last=Max("number"))
    return {str(row["question"]): row["last"] for row in rows}


__all__ = ["ModuleSnapshot", "QuestionSnapshot", "clause_words", "publish_module", "wait_for_my_turn", "why_not"]
