"""Reminders that were sent, as evidence; and what waits to be sent."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.campaigns.ladder import Reader
from training.campaigns.models import Assignment
from training.ledger.models import BatchEvidence
from training.people.models import Employee


class ReaderChoice(models.TextChoices):
    """Who was told, as ``ladder.Reader`` has it."""

    LEARNER = Reader.LEARNER.value, _("The person")
    MANAGER = Reader.MANAGER.value, _("The manager")
    HR = Reader.HR.value, _("HR")


class LetterReader(models.TextChoices):
    """Who is written to: whom the ladder knows, and those who decide about plans."""

    LEARNER = ReaderChoice.LEARNER.value, ReaderChoice.LEARNER.label
    MANAGER = ReaderChoice.MANAGER.value, ReaderChoice.MANAGER.label
    HR = ReaderChoice.HR.value, ReaderChoice.HR.label
    OFFICER = "officer", _("The privacy officer")
    RESPONSIBLE = "responsible", _("The person responsible for the campaign")


class ReminderSent(BatchEvidence):
    """A reminder left this house: once for each rung of each due date and reader.

    ``due_number`` is the number of the ``DueSet`` that counted, so that a due date set anew starts the ladder afresh.
    ``rung`` is days from the due day, negative before it; empty where somebody asked for it by hand (``asked_by``).
    The rung of the day of assignment is the notice: no other rung of a due date lies on that day or before it.
    """

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="reminders", verbose_name=_("assignment")
    )
    due_number = models.PositiveIntegerField(_("due date"))
    rung = models.IntegerField(_("days from the due day"), null=True)
    reader = models.CharField(_("who was told"), max_length=20, choices=ReaderChoice.choices)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("asked for by")
    )
    at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering: ClassVar = ["assignment", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "due_number", "rung", "reader"], name="reminders_once_for_each_rung"
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.rung} {self.reader}"


class Letter(models.Model):
    """A mail that waits to be sent, or was. ``key`` says what it is for, so that it is made once however often asked.

    It holds keys only: whom it goes to and what it says are found when it is sent. ``covers`` lists what it tells of:
    rungs, each as ``compose.Cover``, or ``about`` plans, each as ``nudge.PlanCover``. It goes to a person (``to``), to
    an account, or where there is neither to all of HR.
    """

    class About(models.TextChoices):
        TRAINING = "training", _("Somebody's training")
        PLANS = "plans", _("Plans")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not deliverable")
        DROPPED = "dropped", _("No longer needed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(_("purpose"), max_length=200, unique=True)
    about = models.CharField(_("about"), max_length=20, choices=About.choices, default=About.TRAINING)
    reader = models.CharField(_("who is told"), max_length=20, choices=LetterReader.choices)
    to = models.ForeignKey(Employee, on_delete=models.PROTECT, null=True, related_name="letters", verbose_name=_("to"))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("account")
    )
    covers = models.JSONField(_("covers"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("asked for by")
    )
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField(_("made at"))
    not_before = models.DateTimeField(_("not before"))
    tries = models.PositiveIntegerField(_("tries"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering: ClassVar = ["made_at"]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="reminders_letters_waiting",
                condition=models.Q(state__in=["waiting", "sending"]),
            ),
            models.Index(fields=["made_at"], name="reminders_letters_plans", condition=models.Q(about="plans")),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"


class CalendarFeed(models.Model):
    """The address under which a person's due days are read by a calendar (RFC 5545): whoever has it reads them."""

    employee = models.OneToOneField(
        Employee, on_delete=models.CASCADE, related_name="calendar_feed", verbose_name=_("person")
    )
    token = models.CharField(_("token"), max_length=43, unique=True)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return f"calendar feed {self.pk}"


class WebhookDelivery(models.Model):
    """A message to a chat tool that waits to be delivered, or was. Figures only, no personal value."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(_("purpose"), max_length=200, unique=True)
    hook = models.CharField(_("webhook"), max_length=100)
    body = models.JSONField(_("body"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField(_("made at"))
    not_before = models.DateTimeField(_("not before"))
    tries = models.PositiveIntegerField(_("tries"), default=0)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering: ClassVar = ["made_at"]

    def __str__(self) -> str:
        return f"{self.hook} {self.key} {self.state}"
