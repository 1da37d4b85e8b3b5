"""How people come to an account: invitations by mail, slips with a first code for people without an address."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.people.models import Employee


class Invitation(models.Model):
    """A link or a code by which one person sets the own password, once and for a while; only its SHA-256 is kept.

    ``tries`` counts the wrong tries of a code, and of a mail those to hand it over, until it was (``sent_at``).
    """

    class Means(models.TextChoices):
        MAIL = "mail", _("By mail")
        SLIP = "slip", _("On paper")

    employee = models.ForeignKey(
        Employee, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("person")
    )
    means = models.CharField(_("means"), max_length=10, choices=Means.choices)
    secret_sha256 = models.CharField(_("SHA-256 of the secret"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    expires_at = models.DateTimeField(_("expires at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    used_at = models.DateTimeField(_("used at"), null=True)
    tries = models.PositiveSmallIntegerField(_("failed tries"), default=0)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar = ["-made_at"]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class MailLanguage(models.Model):
    """In which language somebody wishes to be written to; who wishes nothing has no row."""

    employee = models.OneToOneField(
        Employee, on_delete=models.CASCADE, primary_key=True, related_name="mail_language", verbose_name=_("person")
    )
    language = models.CharField(_("language"), max_length=10)

    class Meta:
        verbose_name = _("language of mails")
        verbose_name_plural = _("languages of mails")

    def __str__(self) -> str:
        return self.language
