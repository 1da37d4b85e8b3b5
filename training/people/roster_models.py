"""Lists of staff: what was taken over, as evidence; how columns were read; what is uploaded and not decided on."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.ledger.models import BatchEvidence, Evidence
from training.people.models import Employee, Employment


class RosterImport(Evidence):
    """One list that was taken over, or the taking back of one (``undoes``); it names nobody.

    ``counts`` are by kind of change, ``accepted`` the lines that were refused
    and left out because somebody said so.
    """

    number = models.PositiveIntegerField(_("import"), unique=True)
    day = models.DateField(_("as of"))
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    counts = models.JSONField(_("counts"))
    accepted = models.JSONField(_("lines left out"))
    left_if_missing = models.BooleanField(_("who is not listed has left"), default=False)
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by", verbose_name=_("takes back")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("imported by"),
    )
    at = models.DateTimeField(_("imported at"))

    class Meta:
        verbose_name = _("import of a staff list")
        verbose_name_plural = _("imports of staff lists")
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return f"{self.number}"


class RosterChange(BatchEvidence):
    """What one import changed about one person: keys and days. Name, number and the like are its ``disclosure``.

    ``facts`` is JSON as text, for the sake of speed: by table, what the rows
    said that no longer hold, and what the new ones say.
    """

    roster_import = models.ForeignKey(
        RosterImport, on_delete=models.PROTECT, related_name="changes", verbose_name=_("import")
    )
    line = models.PositiveIntegerField(_("line"), null=True)
    kind = models.CharField(_("kind"), max_length=20)
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="roster_changes", verbose_name=_("person")
    )
    employment = models.ForeignKey(
        Employment, on_delete=models.PROTECT, related_name="roster_changes", verbose_name=_("employment")
    )
    facts = models.TextField(_("facts"))
    disclosure = models.CharField(_("digest of the personal values"), max_length=43, blank=True)

    class Meta:
        verbose_name = _("change by an import")
        verbose_name_plural = _("changes by imports")

    def __str__(self) -> str:
        return f"{self.kind} {self.employee_id}"


class RosterMapping(models.Model):
    """What the columns of lists with these headings hold, as somebody said once: asked for no second time."""

    headings = models.CharField(_("digest of the headings"), max_length=64, primary_key=True)
    columns = models.JSONField(_("columns"))
    remembered_at = models.DateTimeField(_("remembered at"))

    class Meta:
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")

    def __str__(self) -> str:
        return self.headings


class RosterUpload(models.Model):
    """A list that somebody uploaded and has not decided on; kept for a day at most, for it is full of names."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("uploaded by")
    )
    at = models.DateTimeField(_("uploaded at"))
    name = models.CharField(_("file"), max_length=200)
    data = models.BinaryField(_("contents"))
    day = models.DateField(_("as of"))
    left_if_missing = models.BooleanField(_("who is not listed has left"), default=False)
    columns = models.JSONField(_("columns"), null=True)
    preview = models.BinaryField(_("preview"), null=True)

    class Meta:
        verbose_name = _("uploaded staff list")
        verbose_name_plural = _("uploaded staff lists")

    def __str__(self) -> str:
        return f"{self.id}"
