"""Modules and questions as they were frozen when published."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from training.ledger.models import Evidence
from training.policy.models import Revision


class Module(models.Model):
    """A module's identity across versions and languages: the page's translation key. The slug is its label."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("label"), max_length=100, unique=True, allow_unicode=True)

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return self.slug


class QuestionVersion(Evidence):
    """A question's exact words, key and explanations. Option ids inside ``content`` are UUIDs, never positions."""

    hashed = frozenset({"content"})

    question = models.UUIDField(_("question"))
    language = models.CharField(_("language"), max_length=10)
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))
    digest = models.CharField(_("digest"), max_length=64)
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("question version")
        verbose_name_plural = _("question versions")
        constraints = [
            models.UniqueConstraint(fields=["question", "language", "number"], name="catalogue_question_number_unique"),
            models.UniqueConstraint(fields=["question", "language", "digest"], name="catalogue_question_digest_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.question} v{self.number}"


class ModuleVersion(Evidence):
    """Exactly what is taught: ``content`` holds title, sections with sanitised HTML, clauses and blueprint.

    ``digest`` is the SHA-256 of the RFC 8785 bytes of ``content``, which names
    each question's digest, so that it binds the whole module.
    """

    hashed = frozenset({"content"})

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="versions", verbose_name=_("module"))
    language = models.CharField(_("language"), max_length=10)
    number = models.PositiveIntegerField(_("version"))
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="+", verbose_name=_("policy revision")
    )
    title = models.CharField(_("title"), max_length=255)
    content = models.JSONField(_("content"))
    digest = models.CharField(_("digest"), max_length=64)
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("module version")
        verbose_name_plural = _("module versions")
        ordering: ClassVar = ["module", "language", "number"]
        constraints = [
            models.UniqueConstraint(fields=["module", "language", "number"], name="catalogue_module_number_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.title} 第{self.number}版"


class ModuleVersionQuestion(Evidence):
    """A question version's place in a module version's pool."""

    module_version = models.ForeignKey(
        ModuleVersion, on_delete=models.PROTECT, related_name="pool", verbose_name=_("module version")
    )
    question_version = models.ForeignKey(
        QuestionVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("question version")
    )
    pool = models.CharField(_("pool"), max_length=40, default="main")
    position = models.PositiveIntegerField(_("position"))

    class Meta:
        verbose_name = _("question of a module")
        verbose_name_plural = _("questions of a module")
        ordering: ClassVar = ["module_version", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["module_version", "question_version"], name="catalogue_pool_question_unique"
            ),
            models.UniqueConstraint(fields=["module_version", "position"], name="catalogue_pool_position_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.pool}"


class FrozenImage(Evidence):
    """An image that frozen text shows, known by the SHA-256 under which its bytes are kept; never changed."""

    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    media_type = models.CharField(_("media type"), max_length=40)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("frozen image")
        verbose_name_plural = _("frozen images")

    def __str__(self) -> str:
        return self.sha256
