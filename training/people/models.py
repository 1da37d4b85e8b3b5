"""People, their employments, names and departments: what was true when, and since when we knew.

Bitemporal: ``valid_from``/``valid_to`` say when a fact holds (``valid_to`` is
the last day, null while it goes on), ``recorded_at``/``superseded_at`` when
the product believed it. A correction supersedes a row and adds another;
``entry`` recorded the row, ``superseded_by`` took it back, so that what was
believed at a checkpoint follows from the numbers of both.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from training.ledger.models import Entry

PATH_SEPARATOR = "/"


class Employee(models.Model):
    """A person, under a key that identifies nobody. What identifies one stands in the rows beside it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="employee",
        verbose_name=_("account"),
    )
    notice_read_at = models.DateTimeField(
        _("purpose of use read at"),
        null=True,
        blank=True,
        help_text=_("When the person was first shown what is recorded and why."),
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return str(self.id)


class Department(models.Model):
    """A department's identity; its name and place are in ``DepartmentPlace``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return str(self.id)


class BitemporalQuerySet(models.QuerySet["Bitemporal"]):
    """Rows as believed now, on a day."""

    def believed(self) -> BitemporalQuerySet:
        """Rows that no correction has superseded."""
        return self.filter(superseded_at__isnull=True)


class Bitemporal(models.Model):
    """What holds from a day to a day, as recorded at an instant by an entry."""

    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    superseded_at = models.DateTimeField(_("superseded at"), null=True, blank=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+", verbose_name=_("entry"))
    superseded_by = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("superseded by")
    )

    class Meta:
        abstract = True


def _period(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name=f"{name}_period"
    )


class EmploymentType(models.TextChoices):
    """Kinds of 従業者 (APPI art. 24): everyone who works under the company's direction."""

    OFFICER = "officer", _("Officer")
    REGULAR = "regular", _("Regular employee")
    CONTRACT = "contract", _("Contract employee")
    PART_TIME = "part_time", _("Part-time employee")
    TEMPORARY = "temporary", _("Temporary (agency) worker")
    SECONDED_IN = "seconded_in", _("Seconded from elsewhere")
    SECONDED_OUT = "seconded_out", _("Seconded elsewhere")


class Employment(Bitemporal):
    """One span of working here, under one staff number. A rehire is a new row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="employments", verbose_name=_("person")
    )
    number = models.CharField(_("staff number"), max_length=40)
    type = models.CharField(_("employment type"), max_length=20, choices=EmploymentType.choices)

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        constraints = [
            _period("people_employment"),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(valid_to__isnull=True, superseded_at__isnull=True),
                name="people_employment_number_current",
            ),
        ]
        indexes = [models.Index(fields=["number"], name="people_employment_number")]

    def __str__(self) -> str:
        return self.number


class PersonName(Bitemporal):
    """A person's name as the roster writes it, variants kept, with its reading."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="names", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=200)
    kana = models.CharField(_("reading"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("name")
        verbose_name_plural = _("names")
        constraints = [
            _period("people_personname"),
            models.UniqueConstraint(
                fields=["employee"],
                condition=Q(valid_to__isnull=True, superseded_at__isnull=True),
                name="people_personname_current",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Posting(Bitemporal):
    """A post in a department; ``primary`` is the main one, others are 兼務."""

    employment = models.ForeignKey(
        Employment, on_delete=models.PROTECT, related_name="postings", verbose_name=_("employment")
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="postings", verbose_name=_("department")
    )
    primary = models.BooleanField(_("main post"), default=True)

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            _period("people_posting"),
            models.UniqueConstraint(
                fields=["employment"],
                condition=Q(primary=True, valid_to__isnull=True, superseded_at__isnull=True),
                name="people_posting_one_primary",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employment_id} in {self.department_id}"


class DepartmentPlace(Bitemporal):
    """A department's name, parent and manager over a span."""

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="places", verbose_name=_("department")
    )
    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="child_places",
        verbose_name=_("parent"),
    )
    manager = models.ForeignKey(
        Employee,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="managed_places",
        verbose_name=_("manager"),
    )

    class Meta:
        verbose_name = _("department's place")
        verbose_name_plural = _("departments' places")
        constraints = [
            _period("people_departmentplace"),
            models.UniqueConstraint(
                fields=["department"],
                condition=Q(valid_to__isnull=True, superseded_at__isnull=True),
                name="people_departmentplace_current",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LeaveKind(models.TextChoices):
    """Why somebody is away for long."""

    SICK = "sick", _("Sick leave")
    MATERNITY = "maternity", _("Maternity leave")
    CHILDCARE = "childcare", _("Childcare leave")
    CARE = "care", _("Family-care leave")
    OTHER = "other", _("Other leave")


class Leave(Bitemporal):
    """A span away from work during which no training is asked for."""

    employment = models.ForeignKey(
        Employment, on_delete=models.PROTECT, related_name="leaves", verbose_name=_("employment")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=LeaveKind.choices)

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        constraints = [_period("people_leave")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.valid_from}"


class EmailAddress(Bitemporal):
    """The address at which the company writes to a person; an account's own may be another."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="emails", verbose_name=_("person"))
    email = models.CharField(_("e-mail address"), max_length=254)

    class Meta:
        verbose_name = _("e-mail address")
        verbose_name_plural = _("e-mail addresses")
        constraints = [
            _period("people_emailaddress"),
            models.UniqueConstraint(
                fields=["employee"],
                condition=Q(valid_to__isnull=True, superseded_at__isnull=True),
                name="people_emailaddress_current",
            ),
        ]

    def __str__(self) -> str:
        return f"e-mail address {self.pk}"


class Supervision(Bitemporal):
    """Who is a person's own manager, where that is not the department's (``DepartmentPlace.manager``)."""

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="supervisions", verbose_name=_("person")
    )
    manager = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="supervised", verbose_name=_("manager")
    )

    class Meta:
        verbose_name = _("manager of a person")
        verbose_name_plural = _("managers of people")
        constraints = [
            _period("people_supervision"),
            models.UniqueConstraint(
                fields=["employee"],
                condition=Q(valid_to__isnull=True, superseded_at__isnull=True),
                name="people_supervision_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.manager_id} of {self.employee_id}"


class NameRequest(models.Model):
    """A person's wish to have the own name corrected before signing; HR answers it."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for HR")
        DONE = "done", _("Corrected")
        REFUSED = "refused", _("Not changed")

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="name_requests", verbose_name=_("person")
    )
    name = models.CharField(_("right name"), max_length=200)
    kana = models.CharField(_("right reading"), max_length=200, blank=True)
    note = models.TextField(_("note to HR"), blank=True, max_length=1000)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.TextField(_("HR's answer"), blank=True, max_length=1000)
    asked_at = models.DateTimeField(_("asked at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )

    class Meta:
        verbose_name = _("name correction request")
        verbose_name_plural = _("name correction requests")
        ordering: ClassVar = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["employee"], condition=Q(state="open"), name="people_namerequest_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.state}"
