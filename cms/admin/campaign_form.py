"""The form of a campaign's plan, and what it says of a plan that there is or that is proposed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from cms.admin.rule_form import RuleForm, initial_rules
from training.attestation.standing import SETTLED, with_standing
from training.campaigns import audience, due
from training.campaigns import credits as credit_rules
from training.campaigns.audience import AudienceRule
from training.campaigns.calendar import fiscal_year, fiscal_year_days
from training.campaigns.due import After, Anchor, DueRule
from training.campaigns.models import Assignment, Campaign
from training.policy.models import Revision, StatementVersion

YEARS_BEFORE, YEARS_AFTER = 1, 2
USUAL_DAYS = 30
A_YEAR = 365


class CampaignForm(RuleForm):
    """A campaign: what is taught on which text, who is asked, by when, and what counts already."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Letters, digits and hyphens, such as FY2027. It stands in addresses and on certificates."),
    )
    fiscal_year = forms.TypedChoiceField(
        label=_("Fiscal year"), required=False, coerce=int, empty_value=None, help_text=_("April to March.")
    )
    first_day = forms.DateField(label=_("First day"), widget=AdminDateInput)
    last_day = forms.DateField(label=_("Last day"), widget=AdminDateInput)
    due_on = forms.DateField(
        label=_("Due on"),
        widget=AdminDateInput,
        help_text=_("The campaign's day in lists and on the plan, to its end in Japan."),
    )
    valid_until = forms.DateField(label=_("Certificates valid until"), widget=AdminDateInput)
    revision = forms.ModelChoiceField(
        queryset=Revision.objects.order_by("-number"), label=_("Policy revision"), empty_label=None
    )
    statement = forms.ModelChoiceField(queryset=None, label=_("Wording of the pledge"), empty_label=None)

    def __init__(self, *args: Any, editing: Campaign | None = None, **kwargs: Any) -> None:
        kept = list(editing.modules.all()) if editing else []
        super().__init__(*args, kept=kept, **kwargs)
        year = fiscal_year(self.day)
        years = {*range(year - YEARS_BEFORE, year + YEARS_AFTER + 1)}
        if editing and editing.fiscal_year is not None:
            years.add(editing.fiscal_year)
        free = ("", _("A window of its own"))
        self.fields["fiscal_year"].choices = [free, *((year, _year(year)) for year in sorted(years))]
        statements = newest_statements()
        if editing is not None:
            statements.add(editing.statement_id)
        self.fields["statement"].queryset = StatementVersion.objects.filter(pk__in=statements).order_by("title")
        self.fields["statement"].label_from_instance = _named
        self.fields["revision"].label_from_instance = _revision
        # What asks who signed an earlier text is composed from the comparison of the texts, and stays what it is.
        changes = editing is not None and editing.kind == Campaign.Kind.CHANGE
        kinds = [(key, label) for key, label in Campaign.Kind.choices if (key == Campaign.Kind.CHANGE) is changes]
        self.fields["kind"].choices = kinds

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The form as its page shows it."""
        what = ["title", "code", "kind", "fiscal_year", "first_day", "last_day", "due_on", "valid_until", "responsible"]
        return [
            self.section(_("The campaign"), "", what),
            self.section(
                _("What is taught and signed"),
                _("Number the modules in the order of learning: 1, 2, 3. Without a number a module is not taught."),
                ["revision", "statement", *self.module_fields],
            ),
            *self.rule_sections(),
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse days that are out of order, and days outside the fiscal year."""
        cleaned = super().clean()
        days = {name: cleaned.get(name) for name in ("first_day", "last_day", "due_on", "valid_until")}
        if all(days.values()):
            if days["last_day"] < days["first_day"]:
                self.add_error("last_day", _("The last day lies before the first."))
            if days["due_on"] < days["first_day"]:
                self.add_error("due_on", _("The due day lies before the first day."))
            if days["valid_until"] < days["due_on"]:
                self.add_error("valid_until", _("Certificates would end before the due day."))
            year = cleaned.get("fiscal_year")
            if year is not None:
                first, last = fiscal_year_days(year)
                if not first <= days["first_day"] <= last:
                    self.add_error("first_day", _("This day lies outside the fiscal year."))
                if not first <= days["last_day"] <= last:
                    self.add_error("last_day", _("This day lies outside the fiscal year."))
        return cleaned

    def as_campaign(self) -> Campaign:
        """The campaign as it would be, not stored: what its rules mean is asked of it."""
        asked = self.cleaned_data
        rule, credit = self.due_rule(asked["due_on"]), self.credit_rule()
        same = ("title", "code", "kind", "first_day", "last_day", "due_on", "valid_until", "revision", "statement")
        return Campaign(
            **{name: asked[name] for name in same},
            audience=audience.as_json(self.audience_rule()),
            due_rule=due.as_json(rule) if rule else None,
            credit_rule=credit_rules.as_json(credit) if credit else None,
        )

    def values(self) -> dict[str, Any]:
        """What the verbs ``plan`` and ``replan`` are told."""
        plain = (
            "title", "code", "kind", "fiscal_year", "first_day", "last_day", "due_on", "valid_until", "responsible",
            "revision", "statement", "modules",
        )  # fmt: skip
        asked = self.cleaned_data
        return {
            **{name: asked[name] for name in plain},
            "audience": self.audience_rule(),
            "due_rule": self.due_rule(asked["due_on"]),
            "credit_rule": self.credit_rule(),
        }


def newest_statements() -> set[Any]:
    """The keys of each pledge's newest wording."""
    newest = Window(RowNumber(), partition_by=["statement", "language"], order_by=F("number").desc())
    rows = StatementVersion.objects.annotate(place=newest).filter(place=1)
    return set(rows.values_list("pk", flat=True))


def _year(year: int) -> Any:
    return _("FY%(year)d (April %(year)d to March %(next)d)") % {"year": year, "next": year + 1}


def _named(statement: StatementVersion) -> str:
    return str(_("%(title)s (version %(number)d)") % {"title": statement.title, "number": statement.number})


def _revision(revision: Revision) -> str:
    words = _("Revision %(number)d, enacted on %(day)s")
    return str(words % {"number": revision.number, "day": date_format(revision.enacted_on, "DATE_FORMAT")})


def rules_of(campaign: Any) -> tuple[AudienceRule, DueRule | None, credit_rules.CreditRule | None]:
    """The rules of a campaign or a repeating plan, out of the form in which they are stored."""
    return (
        audience.from_json(campaign.audience),
        due.from_json(campaign.due_rule) if campaign.due_rule else None,
        credit_rules.from_json(campaign.credit_rule) if campaign.credit_rule else None,
    )


def initial_of(campaign: Campaign) -> dict[str, Any]:
    """What the form says of a plan that there is."""
    same = ("title", "code", "kind", "fiscal_year", "first_day", "last_day", "due_on", "valid_until")
    return {
        **{name: getattr(campaign, name) for name in same},
        "responsible": campaign.responsible_id,
        "revision": campaign.revision_id,
        "statement": campaign.statement_id,
        **{f"module-{row.module_id}": row.order for row in campaign.campaign_modules.all()},
        **initial_rules(*rules_of(campaign)),
    }


def proposed(day: date) -> dict[str, Any]:
    """A plan for the fiscal year of a day, to begin with."""
    year = fiscal_year(day)
    _first, last = fiscal_year_days(year)
    return {
        "kind": Campaign.Kind.YEARLY,
        "fiscal_year": year,
        "code": f"FY{year}",
        "first_day": day,
        "last_day": last,
        "due_on": last,
        "valid_until": last + timedelta(days=A_YEAR),
    }


def proposed_of_kind(kind: str, day: date) -> dict[str, Any]:
    """A plan of another kind, to begin with: who joins has some days from then on, who leaves until the last day."""
    year = fiscal_year(day)
    found = proposed(day) | {"kind": kind}
    if kind == Campaign.Kind.JOINING:
        after = DueRule((After(Anchor.JOINING, USUAL_DAYS),))
        found |= {"code": f"FY{year}-joining", **initial_rules(AudienceRule(joined_from=day), after, None)}
    elif kind == Campaign.Kind.LEAVING:
        found |= {"code": f"FY{year}-leaving"}
    return found


def proposed_make_up(campaign: Campaign, day: date) -> dict[str, Any]:
    """A make-up of a campaign for those of it who are not done: the same lessons, nobody else."""
    absent = with_standing(Assignment.objects.filter(campaign=campaign), day=day).exclude(standing__in=SETTLED)
    due_on = day + timedelta(days=USUAL_DAYS)
    rule = AudienceRule(include=frozenset(absent.values_list("employment_id", flat=True)), named_only=True)
    return {
        **initial_of(campaign),
        "code": f"{campaign.code}-make-up"[:40],
        "title": str(_("%(title)s (make-up)") % {"title": campaign.title})[:200],
        "kind": Campaign.Kind.MAKE_UP,
        "fiscal_year": "",
        "first_day": day,
        "last_day": due_on,
        "due_on": due_on,
        "valid_until": max(campaign.valid_until, due_on),
        **initial_rules(rule, None, None),
    }
