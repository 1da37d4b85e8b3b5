"""Auditors' access: who may read which campaigns' evidence on which days."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput
from wagtail.admin.widgets.button import HeaderButton

from cms.admin.gate import OFFICER, ForRoles, today
from cms.admin.tables import DayColumn, LinkColumn
from training.access.grant import conflicts_of_interest, grant, revoke
from training.access.models import AuditorGrant
from training.access.queries import purposes_of
from training.campaigns.models import Campaign
from training.errors import Conflict
from training.roles import Role

NAMESPACE = "training_grants"
USUAL_DAYS = 14


def state_of(row: AuditorGrant, day: date) -> Any:
    """Return in words whether a grant opens anything on a day."""
    if row.revoked_at is not None:
        return _("Revoked")
    if day < row.first_day:
        return _("Not yet begun")
    return _("Ended") if day > row.last_day else _("In force")


def _revoke_url(row: AuditorGrant) -> str:
    over = row.revoked_at is not None or today() > row.last_day
    return "" if over else reverse(f"{NAMESPACE}:revoke", args=[row.pk])


class GrantIndexView(ForRoles, IndexView):
    """Every grant, the newest first."""

    roles = OFFICER
    model = AuditorGrant
    index_url_name = f"{NAMESPACE}:index"
    results_template_name = "cms/admin/wide_results.html"
    header_icon = "key"
    page_title = _("Auditors' access")
    paginate_by = 50
    default_ordering = ("-granted_at", "-pk")
    columns = [
        Column("user", label=_("Account"), accessor="user.get_username"),
        Column("campaigns", label=_("Campaigns"), accessor=lambda row: "、".join(c.title for c in row.campaigns.all())),
        DayColumn("first_day", label=_("First day")),
        DayColumn("last_day", label=_("Last day")),
        Column("state", label=_("State"), accessor=lambda row: state_of(row, today())),
        Column("purpose", label=_("What for")),
        Column("granted_by", label=_("Granted by"), accessor="granted_by.get_username"),
        LinkColumn("revoke", label=_("Revoke"), text=_("Revoke…"), accessor=lambda row: _revoke_url(row)),
    ]

    def get_base_queryset(self) -> QuerySet[AuditorGrant]:
        """Read accounts and campaigns with the grants."""
        return AuditorGrant.objects.select_related("user", "granted_by").prefetch_related("campaigns")

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Look up at once what the page's grants are for."""
        paginator, page, rows, more = super().paginate_queryset(queryset, page_size)
        page.object_list = rows = list(rows)
        purposes = purposes_of(rows)
        for row in rows:
            row.purpose = purposes.get(row.pk, "")
        return paginator, page, rows, more

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Grant another."""
        return [HeaderButton(gettext("Grant access"), url=reverse(f"{NAMESPACE}:grant"), icon_name="plus")]


class GrantForm(forms.Form):
    """Who may read what, from when to when."""

    user = forms.ModelChoiceField(
        queryset=None,
        label=_("Account"),
        empty_label=_("Choose an account"),
        help_text=_("Accounts with the auditor's role. The role is given under Settings, Users."),
    )
    campaigns = forms.ModelMultipleChoiceField(
        queryset=Campaign.objects.exclude(state=Campaign.State.CANCELLED),
        label=_("Campaigns"),
        widget=forms.CheckboxSelectMultiple,
    )
    first_day = forms.DateField(label=_("First day"), widget=AdminDateInput)
    last_day = forms.DateField(
        label=_("Last day"), widget=AdminDateInput, help_text=_("Access ends by itself after this day.")
    )
    purpose = forms.CharField(
        label=_("What for"),
        max_length=200,
        help_text=_("Such as the renewal of the PrivacyMark, or the internal audit. Kept in the ledger, erasable."),
    )

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        auditors = get_user_model().objects.filter(is_active=True, groups__name=Role.AUDITOR.group_name)
        self.fields["user"].queryset = auditors.distinct().order_by("username")

    def clean(self) -> dict[str, Any]:
        """Refuse days that are out of order or over."""
        cleaned = super().clean() or {}
        first_day, last_day = cleaned.get("first_day"), cleaned.get("last_day")
        if first_day and last_day and last_day < first_day:
            self.add_error("last_day", _("The last day lies before the first."))
        elif last_day and last_day < self.day:
            self.add_error("last_day", _("This day is over already."))
        return cleaned


class GrantView(ForRoles, WagtailAdminTemplateMixin, FormView):
    """Two steps: say whom and what; read it again, with any conflict of interest, and confirm."""

    roles = OFFICER
    form_class = GrantForm
    template_name = "cms/admin/grant.html"
    header_icon = "key"
    page_title = _("Grant access")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        index = {"url": reverse(f"{NAMESPACE}:index"), "label": _("Auditors' access")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    def get_initial(self) -> dict[str, Any]:
        """Two weeks from today, as an assessment takes."""
        return {"first_day": today(), "last_day": today() + timedelta(days=USUAL_DAYS - 1)}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the day."""
        return {**super().get_form_kwargs(), "day": today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form's button."""
        return super().get_context_data(
            action_url=self.request.path,
            submit_button_label=_("Go on to confirm"),
            submit_button_active_label=_("Checking…"),
            media=self.get_form().media,
            **kwargs,
        )

    def form_valid(self, form: GrantForm) -> HttpResponse:
        """Show what would be granted, until exactly that has been confirmed; then grant."""
        asked = form.cleaned_data
        conflicts = conflicts_of_interest(asked["user"])
        # Confirmed counts for what was shown: a role given since then is shown first.
        if self.request.POST.get("confirmed") != "/".join(["yes", *conflicts]):
            context = self.get_context_data(form=form, asked=asked, conflicts=conflicts)
            return self.response_class(self.request, "cms/admin/grant_confirm.html", context)
        grant(
            user=asked["user"],
            campaigns=list(asked["campaigns"]),
            first_day=asked["first_day"],
            last_day=asked["last_day"],
            purpose=asked["purpose"],
            by=self.request.user,
            now=timezone.now(),
        )
        messages.success(self.request, gettext("Access is granted."))
        return redirect(f"{NAMESPACE}:index")


class RevokeView(ForRoles, WagtailAdminTemplateMixin, TemplateView):
    """End a grant at once."""

    roles = OFFICER
    template_name = "cms/admin/grant_revoke.html"
    header_icon = "key"
    page_title = _("Revoke access")

    @cached_property
    def row(self) -> AuditorGrant:
        """The grant, or 404."""
        return get_object_or_404(AuditorGrant.objects.select_related("user"), pk=self.kwargs["pk"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        index = {"url": reverse(f"{NAMESPACE}:index"), "label": _("Auditors' access")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask once more; what has been revoked cannot be again."""
        if self.row.revoked_at is not None:
            raise Conflict(_("This grant has been revoked already."))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose access to what."""
        return super().get_context_data(row=self.row, back=reverse(f"{NAMESPACE}:index"), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Revoke."""
        revoke(row=self.row, by=request.user, now=timezone.now())
        messages.success(request, gettext("Access has been revoked."))
        return redirect(f"{NAMESPACE}:index")
