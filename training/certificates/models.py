"""Certificates as issued."""

from __future__ import annotations

from typing import ClassVar

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

    def __str__(self) -> str:
        return self.serial
