"""Repeating plans: what drafts a campaign for each fiscal year by itself, what it will draft next, and when."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import HeaderButton

from cms.admin.campaign_form import newest_statements, rules_of
from cms.admin.drafts import TwoSteps
from cms.admin.gate import ForRoles, today
from cms.admin.rule_form import RuleForm, initial_rules
from cms.admin.tables import DayColumn
from training.campaigns import audience, due
from training.campaigns import credits as credit_rules
from training.campaigns.calendar import day_in_fiscal_year, fiscal_year, months_after
from training.campaigns.models import Campaign, RepeatingPlan
from training.campaigns.repeat import MOST_DAYS_BEFORE, MOST_MONTHS, foreseen, named, require_code, save_plan
from training.errors import Invalid
from training.people.queries import department_paths
from training.policy.models import StatementVersion
from training.reports.rules import in_words

NAMESPACE = "training_repeats"
_MONTH_DAY = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
ANY_YEAR = 2028  # a leap year


class MonthDayField(forms.CharField):
    """A day of any fiscal year, as ``04-01``; 4/1 and 4月1日 are read too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=10, **kwargs)
        self.widget.attrs.setdefault("placeholder", "04-01")

    def clean(self, value: Any) -> str:
        """Month and day in two digits each."""
        typed = super().clean(value)
        found = _MONTH_DAY.fullmatch(typed.strip())
        if found is None:
            raise ValidationError(_("Please write month and day, such as 04-01."))
        month, day = int(found[1]), int(found[2])
        try:
            date(ANY_YEAR, month, day)
        except ValueError:
            raise ValidationError(_("There is no such day.")) from None
        return f"{month:02d}-{day:02d}"


class RepeatForm(RuleForm):
    """A plan whose days are those of any fiscal year."""

    first_day = MonthDayField(label=_("First day"), help_text=_("Month and day: 04-01 is the first day of the year."))
    last_day = MonthDayField(label=_("Last day"), help_text=_("January to March lie in the next calendar year."))
    due_on = MonthDayField(label=_("Due on"))
    validity_months = forms.IntegerField(
        label=_("Months for which certificates are valid after the due day"),
        min_value=1,
        max_value=MOST_MONTHS,
        initial=12,
    )
    draft_days_before = forms.IntegerField(
        label=_("Days before the first day on which the draft is made"),
        min_value=0,
        max_value=MOST_DAYS_BEFORE,
        initial=60,
        help_text=_("Time for reading, correcting and approving it."),
    )
    statement = forms.ChoiceField(
        label=_("Pledge"), help_text=_("Its newest wording of that time is taken, and so is the newest policy.")
    )
    active = forms.BooleanField(
        label=_("Active"), required=False, initial=True, help_text=_("Without it nothing is drafted any more.")
    )

    def __init__(self, *args: Any, editing: RepeatingPlan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, kept=list(editing.modules.all()) if editing else [], **kwargs)
        self.fields["title"].help_text = _("{year} becomes 2027, {wareki} 令和9.")
        self.fields["code"].help_text = _("It must hold {year} or {wareki}, such as FY{year}.")
        self.fields["kind"].choices = [choice for choice in Campaign.Kind.choices if choice[0] != Campaign.Kind.CHANGE]
        rows = StatementVersion.objects.filter(pk__in=newest_statements()).order_by("title")
        self.fields["statement"].choices = [(str(row.statement), row.title) for row in rows]

    def clean_code(self) -> str:
        """Refuse what makes no code before anything is shown of it, or named by it."""
        code = str(self.cleaned_data["code"])
        try:
            require_code(code)
        except Invalid as reason:
            raise forms.ValidationError(str(reason.message)) from reason
        return code

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The form as its page shows it."""
        what = ["title", "code", "kind", "first_day", "last_day", "due_on", "validity_months", "draft_days_before"]
        return [
            self.section(_("The plan"), "", [*what, "responsible", "active"]),
            self.section(
                _("What is taught and signed"),
                _("Number the modules in the order of learning: 1, 2, 3. Without a number a module is not taught."),
                ["statement", *self.module_fields],
            ),
            *self.rule_sections(),
        ]

    def as_plan(self) -> RepeatingPlan:
        """The plan as it would be, not stored."""
        asked = self.cleaned_data
        year = fiscal_year(self.day)
        rule, credit = self.due_rule(day_in_fiscal_year(asked["due_on"], year)), self.credit_rule()
        same = ("title", "code", "kind", "first_day", "last_day", "due_on", "validity_months", "draft_days_before")
        return RepeatingPlan(
            **{name: asked[name] for name in same},
            active=asked["active"],
            audience=audience.as_json(self.audience_rule()),
            due_rule=due.as_json(rule) if rule else None,
            credit_rule=credit_rules.as_json(credit) if credit else None,
        )

    def values(self) -> dict[str, Any]:
        """What the verb ``save_plan`` is told."""
        plain = (
            "title", "code", "kind", "first_day", "last_day", "due_on", "validity_months", "draft_days_before",
            "statement", "responsible", "active", "modules",
        )  # fmt: skip
        asked = self.cleaned_data
        return {
            **{name: asked[name] for name in plain},
            "audience": self.audience_rule(),
            "due_rule": self.due_rule(day_in_fiscal_year(asked["due_on"], fiscal_year(self.day))),
            "credit_rule": self.credit_rule(),
        }


def next_draft(repeating: RepeatingPlan, day: date, drafted: int | None) -> dict[str, Any]:
    """What a plan drafts next: of which fiscal year, on which day, and what the campaign is called and when it runs.

    ``drafted`` is the last fiscal year of which there is one already.
    """
    year = fiscal_year(day)
    while (drafted is not None and year <= drafted) or day_in_fiscal_year(repeating.first_day, year) < day:
        year += 1
    first, last, until = (
        day_in_fiscal_year(one, year) for one in (repeating.first_day, repeating.last_day, repeating.due_on)
    )
    return {
        "year": year,
        "on": max(day, first - timedelta(days=repeating.draft_days_before)),
        "title": named(repeating.title, year),
        "code": named(repeating.code, year),
        "first_day": first,
        "last_day": last,
        "due_on": until,
        "valid_until": months_after(until, repeating.validity_months),
    }


class RepeatIndexView(ForRoles, IndexView):
    """Every repeating plan, and what it will draft when."""

    model = RepeatingPlan
    index_url_name = f"{NAMESPACE}:index"
    index_results_url_name = f"{NAMESPACE}:results"
    results_template_name = "cms/admin/wide_results.html"
    header_icon = "rotate"
    page_title = _("Repeating plans")
    paginate_by = 50
    default_ordering = ("title", "pk")
    columns = [
        TitleColumn("title", label=_("Plan"), url_name=f"{NAMESPACE}:edit"),
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        Column("active", label=_("State"), accessor=lambda row: _("Active") if row.active else _("Paused")),
        Column("next", label=_("Next campaign"), accessor=lambda row: row.next["title"]),
        DayColumn("on", label=_("Drafted on"), accessor=lambda row: row.next["on"] if row.active else None),
        DayColumn("first_day", label=_("First day"), accessor=lambda row: row.next["first_day"]),
        DayColumn("due_on", label=_("Due on"), accessor=lambda row: row.next["due_on"]),
    ]

    def get_base_queryset(self) -> QuerySet[Any]:
        """Read the last year drafted with the plans."""
        return RepeatingPlan.objects.annotate(drafted=Max("campaigns__fiscal_year"))

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Work out what each drafts next."""
        paginator, page, rows, more = super().paginate_queryset(queryset, page_size)
        page.object_list = rows = list(rows)
        for row in rows:
            row.next = next_draft(row, today(), row.drafted)
        return paginator, page, rows, more

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Make another."""
        return [HeaderButton(gettext("New repeating plan"), url=reverse(f"{NAMESPACE}:new"), icon_name="plus")]


class RepeatView(ForRoles, TwoSteps):
    """A new repeating plan, or one that there is, in two steps."""

    form_class = RepeatForm
    preview_template_name = "cms/admin/repeat_preview.html"
    header_icon = "rotate"

    @cached_property
    def repeating(self) -> RepeatingPlan | None:
        """The plan in the address, or 404."""
        plans = RepeatingPlan.objects.annotate(drafted=Max("campaigns__fiscal_year"))
        return get_object_or_404(plans, pk=self.kwargs["pk"]) if "pk" in self.kwargs else None

    @property
    def page_title(self) -> Any:
        """What is done."""
        return _("Edit the repeating plan") if self.repeating else _("New repeating plan")

    def get_page_subtitle(self) -> Any:
        """The plan's name."""
        return self.repeating.title if self.repeating else ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        index = {"url": self.back, "label": _("Repeating plans")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    @property
    def back(self) -> str:
        """The list."""
        return reverse(f"{NAMESPACE}:index")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the day and the plan."""
        return {**super().get_form_kwargs(), "day": today(), "editing": self.repeating}

    def get_initial(self) -> dict[str, Any]:
        """Say what the plan says, or what is usual."""
        plan = self.repeating
        if plan is None:
            year = {"first_day": "04-01", "last_day": "03-31", "due_on": "12-25"}
            return {"kind": Campaign.Kind.YEARLY, "code": "FY{year}", "title": "{year}年度 個人情報保護研修", **year}
        same = ("title", "code", "kind", "first_day", "last_day", "due_on", "validity_months", "draft_days_before")
        return {
            **{name: getattr(plan, name) for name in (*same, "active")},
            "statement": str(plan.statement),
            "responsible": plan.responsible_id,
            **{f"module-{row.module_id}": row.order for row in plan.plan_modules.all()},
            **initial_rules(*rules_of(plan)),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The way out, and what changes."""
        note = _("A draft that has been made already stays as it is: what you change here counts from the next one on.")
        return super().get_context_data(back=self.back, note=note if self.repeating else "", **kwargs)

    def preview(self, form: RepeatForm) -> dict[str, Any]:
        """What it will draft, and when."""
        plan, found = self.next(form)
        asked = form.cleaned_data
        paths = department_paths(today())
        audience = self.audience(form, paths)
        plan.due_on = found["due_on"]
        return {
            "audience": audience,
            "asked": asked,
            "kind": plan.get_kind_display(),
            "next": found,
            "pledge": dict(form.fields["statement"].choices)[asked["statement"]],
            **in_words(plan, paths=paths),
            "lessons": [form.fields[f"module-{module.pk}"].label for module in asked["modules"]],
        }

    def next(self, form: RepeatForm) -> tuple[RepeatingPlan, dict[str, Any]]:
        """The plan as it would be, and what it would draft next."""
        plan = form.as_plan()
        return plan, next_draft(plan, today(), getattr(self.repeating, "drafted", None))

    def foreseen(self, form: RepeatForm) -> tuple[Campaign, date]:
        """That campaign, whose due days count from its first day on."""
        plan, found = self.next(form)
        campaign = foreseen(plan, found["year"])
        return campaign, max(today(), campaign.first_day)

    def save(self, form: RepeatForm) -> HttpResponse:
        """Keep it."""
        save_plan(plan=self.repeating, **form.values())
        messages.success(
            self.request, gettext("The repeating plan is saved. Its drafts wait for approval like any other.")
        )
        return redirect(self.back)
