"""Certificates as issued, what became of them, and how they are made to look."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.attestation.models import Attestation
from training.campaigns.models import Assignment
from training.ledger.models import Evidence


class Certificate(Evidence):
    """A certificate of completion. What is printed on it that identifies a person is the entry's disclosure ``face``.

    ``token`` is 128 random bits as 32 hexadecimal digits: who has it may check
    the certificate, and nobody can guess one. The PDF is kept under its SHA-256.
    """

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("assignment")
    )
    attestation = models.ForeignKey(
        Attestation, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("signed pledge")
    )
    serial = models.CharField(_("certificate number"), max_length=60, unique=True)
    supersedes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("supersedes"),
    )
    token = models.CharField(_("check token"), max_length=32, unique=True)
    language = models.CharField(_("language"), max_length=10)
    issued_at = models.DateTimeField(_("issued at"))
    valid_until = models.DateField(_("valid until"))
    pdf_sha256 = models.CharField(_("SHA-256 of the PDF"), max_length=64)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering: ClassVar = ["serial"]
        constraints = [
            models.UniqueConstraint(
                fields=["attestation"],
                condition=models.Q(supersedes__isnull=True),
                name="certificates_first_issue_once",
            )
        ]
        indexes = [models.Index(fields=["pdf_sha256"], name="certificates_pdf")]

    def __str__(self) -> str:
        return self.serial


class Edition(Evidence):
    """A certificate drawn once more in another language: the same number, the same token, other bytes."""

    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, related_name="editions", verbose_name=_("certificate")
    )
    language = models.CharField(_("language"), max_length=10)
    issued_at = models.DateTimeField(_("issued at"))
    pdf_sha256 = models.CharField(_("SHA-256 of the PDF"), max_length=64)

    class Meta:
        verbose_name = _("edition of a certificate")
        verbose_name_plural = _("editions of certificates")
        ordering: ClassVar = ["certificate", "language"]
        constraints = [
            models.UniqueConstraint(fields=["certificate", "language"], name="certificates_edition_once"),
        ]
        indexes = [models.Index(fields=["pdf_sha256"], name="certificates_edition_pdf")]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.language}"


class CertificateEvent(Evidence):
    """A certificate's worth ended before its time. The reason is a disclosure of the entry."""

    class Kind(models.TextChoices):
        REVOKED = "revoked", _("Revoked")
        SUPERSEDED = "superseded", _("Superseded by a new one")

    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, related_name="events", verbose_name=_("certificate")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("certificate event")
        verbose_name_plural = _("certificate events")
        ordering: ClassVar = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["certificate", "kind"], name="certificates_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.kind}"


class Design(models.Model):
    """How the certificates of one language are worded, signed for and laid out from now on.

    An empty text means the product's own wording, or the settings' officer.
    Changed only by ``certificates.design.redesign``, which records each change;
    what was issued keeps its look, being bytes.
    """

    class Orientation(models.TextChoices):
        PORTRAIT = "portrait", _("A4 portrait")
        LANDSCAPE = "landscape", _("A4 landscape")

    class Era(models.TextChoices):
        WESTERN = "western", _("Western years (2026年)")
        JAPANESE = "japanese", _("Japanese eras (令和8年)")

    language = models.CharField(_("language"), max_length=10, unique=True)
    orientation = models.CharField(
        _("orientation"), max_length=20, choices=Orientation.choices, default=Orientation.PORTRAIT
    )
    era = models.CharField(_("years"), max_length=20, choices=Era.choices, default=Era.WESTERN)
    title = models.CharField(_("title"), max_length=40, blank=True)
    sentence = models.TextField(_("sentence"), max_length=400, blank=True)
    officer_title = models.CharField(_("title of the signatory"), max_length=100, blank=True)
    officer_name = models.CharField(_("name of the signatory"), max_length=100, blank=True)
    seal = models.BinaryField(_("company seal (PNG)"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        verbose_name = _("design of the certificates")
        verbose_name_plural = _("designs of the certificates")

    def __str__(self) -> str:
        return self.language
