"""Campaigns, who is assigned what, and how far they are."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from training.campaigns import audience
from training.catalogue.models import Module, ModuleVersion
from training.ledger.models import BatchEvidence, Evidence
from training.people.models import Employment
from training.policy.models import Revision, StatementVersion


def everybody() -> dict[str, Any]:
    """The audience rule that narrows nothing, as it is stored."""
    return audience.as_json(audience.AudienceRule())


class Campaign(models.Model):
    """One fiscal year's training, or another occasion's. After opening only recorded verbs change it.

    ``audience`` is ``audience.as_json``'s form, ``due_rule`` ``due.as_json``'s (null: on ``due_on``, for everybody),
    ``credit_rule`` ``credits.as_json``'s (null: nothing done before counts).
    """

    class Kind(models.TextChoices):
        YEARLY = "yearly", _("Yearly training")
        JOINING = "joining", _("On joining")
        CHANGE = "change", _("On a change of the policy")
        MAKE_UP = "make_up", _("Make-up training")
        LEAVING = "leaving", _("Pledge on leaving")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")
        OPEN = "open", _("Under way")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.YEARLY)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    due_on = models.DateField(_("due on"))
    valid_until = models.DateField(_("certificates valid until"))
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="+", verbose_name=_("policy revision")
    )
    statement = models.ForeignKey(
        StatementVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("pledge wording")
    )
    audience = models.JSONField(_("audience"), default=everybody)
    due_rule = models.JSONField(_("due rule"), null=True, blank=True)
    credit_rule = models.JSONField(_("credit rule"), null=True, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible person"),
    )
    repeats = models.ForeignKey(
        "RepeatingPlan",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="campaigns",
        verbose_name=_("repeating plan"),
    )
    fiscal_year = models.PositiveSmallIntegerField(
        _("fiscal year"), null=True, blank=True, help_text=_("From April of this year; empty for a free window.")
    )
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT)
    modules = models.ManyToManyField(Module, through="CampaignModule", verbose_name=_("modules"))

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering: ClassVar = ["-first_day", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day"), due_on__gte=F("first_day"), valid_until__gte=F("due_on")),
                name="campaigns_campaign_days_in_order",
            ),
            models.UniqueConstraint(fields=["repeats", "fiscal_year"], name="campaigns_repeated_once_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class RepeatingPlan(models.Model):
    """A plan that drafts a campaign for each fiscal year by itself; the draft waits for approval like any other.

    ``title`` and ``code`` may hold ``{year}`` and ``{wareki}``. Days are ``MM-DD`` of the fiscal year that begins in
    April (01-31 lies in the next calendar year). The statement's and policy's newest versions are taken when drafting.
    """

    title = models.CharField(_("title"), max_length=200)
    code = models.CharField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=20, choices=Campaign.Kind.choices, default=Campaign.Kind.YEARLY)
    first_day = models.CharField(_("first day"), max_length=5)
    last_day = models.CharField(_("last day"), max_length=5)
    due_on = models.CharField(_("due on"), max_length=5)
    validity_months = models.PositiveSmallIntegerField(_("months of validity after the due day"), default=12)
    draft_days_before = models.PositiveSmallIntegerField(_("days before the first day to draft"), default=60)
    statement = models.UUIDField(_("pledge"))
    audience = models.JSONField(_("audience"), default=everybody)
    due_rule = models.JSONField(_("due rule"), null=True, blank=True)
    credit_rule = models.JSONField(_("credit rule"), null=True, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible person"),
    )
    modules = models.ManyToManyField(Module, through="RepeatingPlanModule", verbose_name=_("modules"))
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("repeating plan")
        verbose_name_plural = _("repeating plans")
        ordering: ClassVar = ["title"]

    def __str__(self) -> str:
        return self.title


class RepeatingPlanModule(models.Model):
    """A module's place in a repeating plan."""

    plan = models.ForeignKey(
        RepeatingPlan, on_delete=models.CASCADE, related_name="plan_modules", verbose_name=_("plan")
    )
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="+", verbose_name=_("module"))
    order = models.PositiveIntegerField(_("order"))

    class Meta:
        verbose_name = _("module of a repeating plan")
        verbose_name_plural = _("modules of a repeating plan")
        ordering: ClassVar = ["plan", "order"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "module"], name="campaigns_repeated_module_once"),
            models.UniqueConstraint(fields=["plan", "order"], name="campaigns_repeated_order_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.module_id}"


class CampaignModule(models.Model):
    """A module's place in a campaign."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="campaign_modules", verbose_name=_("campaign")
    )
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="+", verbose_name=_("module"))
    order = models.PositiveIntegerField(_("order"))

    class Meta:
        verbose_name = _("module of a campaign")
        verbose_name_plural = _("modules of a campaign")
        ordering: ClassVar = ["campaign", "order"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "module"], name="campaigns_module_once"),
            models.UniqueConstraint(fields=["campaign", "order"], name="campaigns_order_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.module_id}"


class Pin(models.Model):
    """The version of a module that a campaign teaches, one per language. Set at opening, moved only by adopting."""

    campaign_module = models.ForeignKey(
        CampaignModule, on_delete=models.CASCADE, related_name="pins", verbose_name=_("module")
    )
    language = models.CharField(_("language"), max_length=10)
    module_version = models.ForeignKey(
        ModuleVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version")
    )

    class Meta:
        verbose_name = _("pinned version")
        verbose_name_plural = _("pinned versions")
        constraints = [
            models.UniqueConstraint(fields=["campaign_module", "language"], name="campaigns_pin_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_module_id} {self.language}"


class CampaignEvent(Evidence):
    """A recorded verb on a campaign, such as opening it. ``facts`` is the campaign as it then stood."""

    class Kind(models.TextChoices):
        DRAFTED = "drafted", _("Plan drafted")
        CHANGED = "changed", _("Plan changed")
        APPROVED = "approved", _("Plan approved")
        OPENED = "opened", _("Opened")
        EXTENDED = "extended", _("Extended")
        ADOPTED = "adopted", _("Newer version adopted")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="events", verbose_name=_("campaign"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    facts = models.JSONField(_("campaign as it stood"))

    class Meta:
        verbose_name = _("campaign event")
        verbose_name_plural = _("campaign events")
        ordering: ClassVar = ["at"]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.kind}"


# Who wrote the plan, and when: what binds anybody begins with the approval.
DRAFTING = frozenset({CampaignEvent.Kind.DRAFTED, CampaignEvent.Kind.CHANGED})


class Assignment(BatchEvidence):
    """A person is asked to do a campaign: at most once per employment."""

    class Cause(models.TextChoices):
        AUDIENCE = "audience", _("In the audience when the campaign opened")
        FOLLOWED = "followed", _("Came into the audience later")
        MANUAL = "manual", _("Added by hand")
        CHANGE = "change", _("Signed an earlier text of the policy")
        LEAVING = "leaving", _("Is leaving")

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("campaign")
    )
    employment = models.ForeignKey(
        Employment, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("employment")
    )
    cause = models.CharField(_("cause"), max_length=20, choices=Cause.choices)
    facts = models.JSONField(_("facts behind the cause"))
    at = models.DateTimeField(_("assigned at"))

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [models.UniqueConstraint(fields=["campaign", "employment"], name="campaigns_assigned_once")]

    def __str__(self) -> str:
        return str(self.id)


class AssignmentEvent(BatchEvidence):
    """An assignment was closed without a signature, or opened again; the highest number counts.

    Nothing is deleted: who left, or was taken out, stays in every list, closed. A reason, where somebody gave one,
    is a disclosure of the entry.
    """

    class Kind(models.TextChoices):
        CLOSED = "closed", _("Closed")
        REOPENED = "reopened", _("Opened again")

    class Cause(models.TextChoices):
        LEFT = "left", _("Left the company")
        REMOVED = "removed", _("Taken out by hand")
        NEVER_HERE = "never_here", _("A corrected roster says the person did not work here")
        CANCELLED = "cancelled", _("The campaign was cancelled")
        ADDED = "added", _("Added again by hand")
        HERE_AFTER_ALL = "here_after_all", _("A corrected roster says the person works here")
        STAYS = "stays", _("Does not leave after all")
        LEAVES = "leaves", _("Is leaving again")

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="events", verbose_name=_("assignment")
    )
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    cause = models.CharField(_("cause"), max_length=20, choices=Cause.choices)
    day = models.DateField(_("day"), help_text=_("From which day on; of a leaver the day after the last day of work."))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("closing or reopening of an assignment")
        verbose_name_plural = _("closings and reopenings of assignments")
        ordering: ClassVar = ["assignment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "number"], name="campaigns_assignment_event_number")
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.kind}"


class Exemption(Evidence):
    """A person need not do an assignment from a day to a day; the highest number counts, and a lifted one ends it.

    The reason is a disclosure of the entry; ``by`` is who approved it.
    """

    class Kind(models.TextChoices):
        GRANTED = "granted", _("Granted")
        LIFTED = "lifted", _("Lifted")

    class Cause(models.TextChoices):
        LONG_LEAVE = "long_leave", _("Long leave")
        ELSEWHERE = "elsewhere", _("Trained by another company")
        OTHER = "other", _("Another cause")

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="exemptions", verbose_name=_("assignment")
    )
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    cause = models.CharField(_("cause"), max_length=20, choices=Cause.choices)
    first_day = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, help_text=_("The last day; empty: as long as the campaign runs."))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("approved by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")
        ordering: ClassVar = ["assignment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "number"], name="campaigns_exemption_number"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("first_day")), name="campaigns_exemption_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.kind}"


class DueSet(BatchEvidence):
    """A due date given to an assignment; the highest number counts."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="due_dates", verbose_name=_("assignment")
    )
    number = models.PositiveIntegerField(_("number"))
    due_on = models.DateField(_("due on"), help_text=_("To the end of this day in the company's time zone."))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("due date")
        verbose_name_plural = _("due dates")
        ordering: ClassVar = ["assignment", "number"]
        constraints = [models.UniqueConstraint(fields=["assignment", "number"], name="campaigns_due_number_unique")]

    def __str__(self) -> str:
        return str(self.due_on)


class Task(models.Model):
    """One module of one assignment. ``version`` is chosen at first opening and fixed when the first quiz begins."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="tasks", verbose_name=_("assignment")
    )
    campaign_module = models.ForeignKey(
        CampaignModule, on_delete=models.PROTECT, related_name="+", verbose_name=_("module")
    )
    version = models.ForeignKey(
        ModuleVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("version")
    )
    opened_at = models.DateTimeField(_("first opened at"), null=True, blank=True)
    fixed_at = models.DateTimeField(_("version fixed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(fields=["assignment", "campaign_module"], name="campaigns_task_once"),
            models.CheckConstraint(
                condition=Q(version__isnull=True, opened_at__isnull=True, fixed_at__isnull=True)
                | Q(version__isnull=False, opened_at__isnull=False),
                name="campaigns_task_opened_with_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.campaign_module_id}"


class SectionReached(models.Model):
    """A section of the task's version was asked for, after all before it. Reached; never proof of reading."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reached", verbose_name=_("task"))
    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version"))
    position = models.PositiveIntegerField(_("section"))
    at = models.DateTimeField(_("reached at"))

    class Meta:
        verbose_name = _("section reached")
        verbose_name_plural = _("sections reached")
        ordering: ClassVar = ["task", "position"]
        constraints = [models.UniqueConstraint(fields=["task", "version", "position"], name="campaigns_section_once")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.position}"


class Completion(Evidence):
    """A task is done."""

    class How(models.TextChoices):
        PASSED = "passed", _("Passed the understanding check")
        PAPER = "paper", _("On paper or in a group session, entered by HR (lower assurance)")

    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="completion", verbose_name=_("task"))
    module_version = models.ForeignKey(
        ModuleVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version")
    )
    how = models.CharField(_("how"), max_length=20, choices=How.choices)
    at = models.DateTimeField(_("completed at"))

    class Meta:
        verbose_name = _("completion")
        verbose_name_plural = _("completions")

    def __str__(self) -> str:
        return f"{self.task_id} {self.how}"


class Tally(models.Model):
    """A campaign's counters, kept in each fact's own transaction; ``campaigns.tally.rebuild`` counts them afresh."""

    campaign = models.OneToOneField(
        Campaign, on_delete=models.CASCADE, related_name="tally", verbose_name=_("campaign")
    )
    assigned = models.PositiveIntegerField(_("assigned"), default=0)
    started = models.PositiveIntegerField(_("started"), default=0)
    trained = models.PositiveIntegerField(_("all modules completed"), default=0)
    signed = models.PositiveIntegerField(_("signed"), default=0)
    credited = models.PositiveIntegerField(_("credited"), default=0)
    closed = models.PositiveIntegerField(_("closed without a signature"), default=0)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")

    def __str__(self) -> str:
        return f"{self.signed}/{self.assigned}"
