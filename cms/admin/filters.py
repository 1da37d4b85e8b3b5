"""What lists can be narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from training.attestation.models import Decline
from training.campaigns.models import Assignment, Campaign
from training.people.models import NameRequest
from training.reports.basis import KINDS, resting_on
from training.reports.queries import State, within


class StandingFilters(WagtailFilterSet):
    """By department with all below it, by state, by being overdue, and by how it was completed."""

    department = django_filters.ChoiceFilter(
        method="by_department", label=_("Department"), empty_label=_("All departments"), choices=()
    )
    state = django_filters.MultipleChoiceFilter(
        method="by_state", label=_("State"), choices=State.choices, widget=forms.CheckboxSelectMultiple
    )
    overdue = django_filters.ChoiceFilter(
        method="by_overdue",
        label=_("Due date"),
        empty_label=_("All"),
        choices=[("yes", _("Overdue")), ("no", _("Not overdue"))],
        widget=forms.RadioSelect,
    )
    basis = django_filters.ChoiceFilter(
        method="by_basis",
        label=_("How it was completed"),
        empty_label=_("All"),
        choices=KINDS,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Assignment
        fields: list[str] = []

    def __init__(self, *args: Any, paths: Mapping[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.paths = paths
        choices = [(path, path) for path in sorted(filter(None, set(paths.values())))]
        self.filters["department"].extra["choices"] = choices

    def by_department(self, assignments: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep who is posted there or below."""
        return within(assignments, value, self.paths)

    def by_state(self, assignments: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        """Keep those in any of the states chosen."""
        return assignments.filter(state__in=value) if value else assignments

    def by_overdue(self, assignments: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep who is overdue, or who is not."""
        return assignments.filter(overdue=value == "yes")

    def by_basis(self, assignments: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep who did it online, or of whom HR entered anything from paper or a session."""
        return resting_on(assignments, value)


class NameRequestFilters(WagtailFilterSet):
    """By state."""

    state = django_filters.ChoiceFilter(
        choices=NameRequest.State.choices, label=_("State"), empty_label=_("All"), widget=forms.RadioSelect
    )

    class Meta:
        model = NameRequest
        fields: list[str] = []


class DeclineFilters(WagtailFilterSet):
    """By campaign, and by whether the person has signed since."""

    campaign = django_filters.ModelChoiceFilter(
        field_name="assignment__campaign", queryset=Campaign.objects.all(), label=_("Campaign")
    )
    signed = django_filters.ChoiceFilter(
        method="by_signed",
        label=_("Signed since"),
        empty_label=_("All"),
        choices=[("no", _("Not signed since")), ("yes", _("Signed since"))],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Decline
        fields: list[str] = []

    def by_signed(self, declines: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep who signed after all, or who did not."""
        return declines.filter(signed_at__isnull=value == "no")
