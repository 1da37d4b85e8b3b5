"""What auditors may see, and who looked at what."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from training.campaigns.models import Campaign
from training.ledger.models import Evidence


class AuditorGrant(models.Model):
    """An account may read the evidence of these campaigns from the first to the last day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="auditor_grants", verbose_name=_("account")
    )
    campaigns = models.ManyToManyField(Campaign, related_name="auditor_grants", verbose_name=_("campaigns"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("granted by")
    )
    granted_at = models.DateTimeField(_("granted at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("auditor's grant")
        verbose_name_plural = _("auditors' grants")
        ordering: ClassVar = ["-granted_at"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="access_grant_days_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.first_day}–{self.last_day}"


class AccessLog(Evidence):
    """Somebody looked at evidence."""

    class Action(models.TextChoices):
        LIST = "list", _("Looked at a list")
        OPEN = "open", _("Opened")
        DOWNLOAD = "download", _("Downloaded")
        DOWNLOAD_ALL = "download_all", _("Downloaded all")
        EXPORT = "export", _("Exported")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("account")
    )
    action = models.CharField(_("action"), max_length=20, choices=Action.choices)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("campaign")
    )
    what = models.CharField(_("what"), max_length=100, help_text=_("Table and key; never a personal value."))
    why = models.CharField(_("why"), max_length=100)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("access log")
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.action} {self.what}"


class Sample(Evidence):
    """So many of a campaign's assignments, drawn by lot for an audit: seed and population rebuild the draw.

    ``population_digest`` is the SHA-256 of the RFC 8785 bytes of the sorted
    list drawn from; ``drawn`` lists assignment ids in the order of the lot.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("account")
    )
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+", verbose_name=_("campaign"))
    seed = models.CharField(_("seed"), max_length=32)
    size = models.PositiveIntegerField(_("drawn"))
    population = models.PositiveIntegerField(_("drawn from"))
    population_digest = models.CharField(_("SHA-256 of the population"), max_length=64)
    by_department = models.BooleanField(_("stratified by department"))
    drawn = models.JSONField(_("assignments drawn"))
    at = models.DateTimeField(_("drawn at"))

    class Meta:
        verbose_name = _("sample")
        verbose_name_plural = _("samples")
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.size}/{self.population}"
