"""The pledge as signed, as annulled, or as declined."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.campaigns.models import Assignment
from training.ledger.models import BatchEvidence, Evidence
from training.policy.models import StatementVersion


class Attestation(Evidence):
    """A signature. ``signed`` is the canonical JSON of what was signed and ``digest`` its SHA-256.

    The typed name, the roster's name, the staff number and the department are
    disclosures of the entry: the row identifies nobody.
    """

    class Method(models.TextChoices):
        PASSWORD = "password", _("Password")
        TOTP = "totp", _("One-time code from an authenticator app")
        WEBAUTHN = "webauthn", _("Passkey or security key")
        RECOVERY_CODE = "recovery_code", _("Recovery code")
        OIDC = "oidc", _("Identity provider (OpenID Connect)")
        PAPER = "paper", _("Signed on paper, entered by HR (lower assurance)")

    class NameMatch(models.TextChoices):
        EXACT = "exact", _("As in the roster")
        NORMALISED = "normalised", _("As in the roster but for width or spaces")
        VARIANT = "variant", _("With a variant character")

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="attestations", verbose_name=_("assignment")
    )
    number = models.PositiveIntegerField(_("signature"), help_text=_("1, or more after an annulment."))
    statement_version = models.ForeignKey(
        StatementVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("pledge wording")
    )
    signed = models.JSONField(_("what was signed"))
    digest = models.CharField(_("SHA-256 of what was signed"), max_length=64)
    method = models.CharField(_("authentication"), max_length=20, choices=Method.choices)
    authenticated_at = models.DateTimeField(_("authenticated at"))
    name_match = models.CharField(_("typed name"), max_length=20, choices=NameMatch.choices)
    at = models.DateTimeField(_("signed at"))

    class Meta:
        verbose_name = _("signed pledge")
        verbose_name_plural = _("signed pledges")
        ordering: ClassVar = ["assignment", "number"]
        constraints = [models.UniqueConstraint(fields=["assignment", "number"], name="attestation_number_unique")]

    def __str__(self) -> str:
        return str(self.id)


class Annulment(Evidence):
    """A signature was wrong and counts no more; it is never deleted. The reason is a disclosure of the entry."""

    class Cause(models.TextChoices):
        WRONG_PERSON = "wrong_person", _("Signed by another person")
        WRONG_NAME = "wrong_name", _("Signed under a wrong name")
        OTHER = "other", _("Another cause")

    attestation = models.OneToOneField(
        Attestation, on_delete=models.PROTECT, related_name="annulment", verbose_name=_("signed pledge")
    )
    cause = models.CharField(_("cause"), max_length=20, choices=Cause.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("annulled by")
    )
    at = models.DateTimeField(_("annulled at"))

    class Meta:
        verbose_name = _("annulment")
        verbose_name_plural = _("annulments")
        ordering: ClassVar = ["at"]

    def __str__(self) -> str:
        return str(self.attestation_id)


class Decline(Evidence):
    """A person said 「署名できない」. The reason is a disclosure of the entry; HR sees it."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="declines", verbose_name=_("assignment")
    )
    statement_version = models.ForeignKey(
        StatementVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("pledge wording")
    )
    at = models.DateTimeField(_("declined at"))

    class Meta:
        verbose_name = _("declined pledge")
        verbose_name_plural = _("declined pledges")
        ordering: ClassVar = ["assignment", "at"]

    def __str__(self) -> str:
        return str(self.id)


class Credit(BatchEvidence):
    """An earlier signature counts for an assignment by the campaign's own rule; nothing is copied.

    ``rule`` is the rule as it stood (``credits.as_json``). A credit whose signature is annulled counts no more.
    """

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="credits", verbose_name=_("assignment")
    )
    attestation = models.ForeignKey(
        Attestation, on_delete=models.PROTECT, related_name="credits", verbose_name=_("earlier signature")
    )
    rule = models.JSONField(_("rule"))
    at = models.DateTimeField(_("credited at"))

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        constraints = [models.UniqueConstraint(fields=["assignment", "attestation"], name="attestation_credited_once")]

    def __str__(self) -> str:
        return f"{self.assignment_id} by {self.attestation_id}"


class PaperRecord(Evidence):
    """What HR entered for a person without a PC: the scan of the signed sheet, by its SHA-256.

    The scan is kept in the evidence folder, and goes with the person's erasure; a group's list of signatures may be the
    scan of several people. What HR wrote beside it is a disclosure of the entry.
    """

    class Kind(models.TextChoices):
        PAPER = "paper", _("Material and check on paper")
        GROUP = "group", _("Group session")

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="paper_records", verbose_name=_("assignment")
    )
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    held_on = models.DateField(_("held on"))
    sha256 = models.CharField(_("SHA-256 of the scan"), max_length=64)
    media_type = models.CharField(_("media type"), max_length=40)
    size = models.PositiveIntegerField(_("size in bytes"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    at = models.DateTimeField(_("entered at"))

    class Meta:
        verbose_name = _("paper record")
        verbose_name_plural = _("paper records")
        ordering: ClassVar = ["assignment", "number"]
        constraints = [models.UniqueConstraint(fields=["assignment", "number"], name="attestation_paper_number")]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.kind}"
