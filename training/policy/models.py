"""The policy's revisions and the pledge's wordings: immutable once published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from training.ledger.models import Evidence
from training.policy.clauses import Kind, label


class Revision(Evidence):
    """One wording of the policy, whole."""

    hashed = frozenset({"source"})

    number = models.PositiveIntegerField(_("revision"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    enacted_on = models.DateField(_("enacted on"))
    source = models.TextField(_("text"))
    digest = models.CharField(_("SHA-256 of the text"), max_length=64, unique=True)
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("policy revision")
        verbose_name_plural = _("policy revisions")
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.title} 第{self.number}版"


class Clause(Evidence):
    """One clause of a revision under its stable reference."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="clauses", verbose_name=_("revision"))
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="children", verbose_name=_("parent")
    )
    position = models.PositiveIntegerField(_("position"))
    ref = models.CharField(_("reference"), max_length=20)
    kind = models.CharField(_("kind"), max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    heading = models.CharField(_("heading"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering: ClassVar = ["revision", "position"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "ref"], name="policy_clause_ref_unique"),
            models.UniqueConstraint(fields=["revision", "position"], name="policy_clause_position_unique"),
        ]

    def __str__(self) -> str:
        return label(self.ref)

    @property
    def label(self) -> str:
        """The reference as people say it, with the heading where there is one."""
        return f"{label(self.ref)} {self.heading}".strip()


class StatementVersion(Evidence):
    """One wording of a pledge (誓約書) in one language. ``statement`` is the pledge's identity across wordings."""

    statement = models.UUIDField(_("statement"))
    language = models.CharField(_("language"), max_length=10)
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=200)
    words = models.TextField(_("words"))
    digest = models.CharField(_("SHA-256 of the words"), max_length=64)
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("pledge wording")
        verbose_name_plural = _("pledge wordings")
        ordering: ClassVar = ["statement", "language", "number"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "language", "number"], name="policy_statement_number_unique"),
            models.UniqueConstraint(fields=["statement", "language", "digest"], name="policy_statement_digest_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.title} 第{self.number}版"
