"""What was decided about a new revision of the policy."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.catalogue.models import Module
from training.ledger.models import Evidence
from training.policy.models import Revision


class ClauseDecision(Evidence):
    """The privacy officer says of one clause that changed whether the change is material; the highest number counts.

    ``revision`` is the new one, compared with the one before it. The reason is a disclosure of the entry.
    """

    class Change(models.TextChoices):
        RENUMBERED = "renumbered", _("Renumbered")
        CHANGED = "changed", _("Changed")
        ADDED = "added", _("Added")
        REMOVED = "removed", _("Removed")

    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("policy revision")
    )
    ref_before = models.CharField(_("reference before"), max_length=20, blank=True)
    ref_after = models.CharField(_("reference now"), max_length=20, blank=True)
    number = models.PositiveIntegerField(_("decision"))
    change = models.CharField(_("change"), max_length=20, choices=Change.choices)
    material = models.BooleanField(_("material"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("decision on a changed clause")
        verbose_name_plural = _("decisions on changed clauses")
        ordering: ClassVar = ["revision", "ref_after", "ref_before", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "ref_before", "ref_after", "number"], name="changes_decision_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ref_before}→{self.ref_after} {self.material}"


class ClauseConfirmation(Evidence):
    """An editor has read a module against a changed clause and says that it is still right, without rewriting it."""

    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="confirmations", verbose_name=_("policy revision")
    )
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="confirmations", verbose_name=_("module"))
    ref = models.CharField(_("reference"), max_length=20)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("confirmed by")
    )
    at = models.DateTimeField(_("confirmed at"))

    class Meta:
        verbose_name = _("confirmation of a module")
        verbose_name_plural = _("confirmations of modules")
        ordering: ClassVar = ["revision", "module", "ref"]
        constraints = [models.UniqueConstraint(fields=["revision", "module", "ref"], name="changes_confirmed_once")]

    def __str__(self) -> str:
        return f"{self.module_id} {self.ref}"
