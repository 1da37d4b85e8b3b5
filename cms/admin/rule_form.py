"""What a campaign and a repeating plan are asked alike: what is taught, who is asked, by when, what counts already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from cms.admin.by_number import NumbersField, numbers_of
from training.campaigns.audience import AudienceRule
from training.campaigns.credits import CreditRule
from training.campaigns.due import MOST_DAYS, After, Anchor, DueRule, Fixed, Roll
from training.campaigns.models import Campaign
from training.campaigns.open import LANGUAGE
from training.campaigns.plan import TEACHING
from training.catalogue.models import Module
from training.catalogue.queries import latest_versions
from training.people.models import DepartmentPlace, EmploymentType
from training.people.queries import department_paths, on
from training.roles import Role

ON_THE_DAY, DAYS_AFTER, LATER = "day", "days", "later"


class RuleForm(forms.Form):
    """The rules, each in fields of its own; ``audience_rule``, ``due_rule`` and ``credit_rule`` are made of them."""

    title = forms.CharField(label=_("Title"), max_length=200)
    code = forms.CharField(label=_("Code"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), choices=Campaign.Kind.choices)
    responsible = forms.ModelChoiceField(
        queryset=None,
        label=_("Responsible person"),
        required=False,
        empty_label=_("Nobody in particular"),
        help_text=_("Accounts of HR and the privacy officer."),
    )

    departments = forms.MultipleChoiceField(
        label=_("Departments"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("With all departments below. None ticked: all departments."),
    )
    types = forms.MultipleChoiceField(
        label=_("Employment types"),
        required=False,
        choices=EmploymentType.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all types."),
    )
    joined_from = forms.DateField(label=_("Joined from"), required=False, widget=AdminDateInput)
    joined_to = forms.DateField(label=_("Joined to"), required=False, widget=AdminDateInput)
    include = NumbersField(
        label=_("Besides, these people"),
        required=False,
        help_text=_("Staff numbers, one a line or with commas. They are asked whatever stands above."),
    )
    named_only = forms.BooleanField(
        label=_("Only these people, nobody else"),
        required=False,
        help_text=_("For a make-up, for example: what stands above then counts for nothing."),
    )
    exclude = NumbersField(
        label=_("Not these people"),
        required=False,
        help_text=_("Staff numbers. For one person's reasons grant an exemption later: it is kept with its reason."),
    )

    due = forms.ChoiceField(
        label=_("Due"),
        choices=[
            (ON_THE_DAY, _("On the due day above, for everybody")),
            (DAYS_AFTER, _("So many days after an event, for each person")),
            (LATER, _("On the later of the two")),
        ],
        initial=ON_THE_DAY,
        widget=forms.RadioSelect,
    )
    days = forms.IntegerField(label=_("Number of days"), required=False, min_value=1, max_value=MOST_DAYS)
    working = forms.BooleanField(
        label=_("Count working days only"),
        required=False,
        help_text=_("Weekends, Japanese holidays and the company's closed days are not counted."),
    )
    anchor = forms.ChoiceField(
        label=_("After"),
        required=False,
        choices=[
            (Anchor.JOINING.value, _("the day of joining")),
            (Anchor.RETURN.value, _("the return from leave")),
            (Anchor.ASSIGNMENT.value, _("the assignment")),
        ],
        initial=Anchor.JOINING.value,
        widget=forms.RadioSelect,
    )
    roll = forms.ChoiceField(
        label=_("Where it falls on a day of rest"),
        choices=[
            (Roll.STAY.value, _("it stays")),
            (Roll.NEXT.value, _("the next working day")),
            (Roll.PREVIOUS.value, _("the working day before")),
        ],
        initial=Roll.STAY.value,
        widget=forms.RadioSelect,
    )

    credit_kinds = forms.MultipleChoiceField(
        label=_("Who signed the pledge in"),
        required=False,
        choices=[choice for choice in Campaign.Kind.choices if choice[0] in TEACHING],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("need not do this training again: the earlier signature counts. None ticked: everybody does it."),
    )
    credit_from = forms.DateField(
        label=_("signed on this day or later"),
        required=False,
        widget=AdminDateInput,
        help_text=_("Such as the first day of the fiscal year before."),
    )
    credit_same_revision = forms.BooleanField(
        label=_("Only a signature on the same revision of the policy counts"), required=False, initial=True
    )

    def __init__(self, *args: Any, day: date, kept: Sequence[Module] = (), **kwargs: Any) -> None:
        """``kept`` are the modules that are asked for already: they are offered although nothing of them is public."""
        super().__init__(*args, **kwargs)
        self.day = day
        office = [Role.HR.group_name, Role.PRIVACY_OFFICER.group_name]
        accounts = get_user_model().objects.filter(is_active=True, groups__name__in=office)
        self.fields["responsible"].queryset = accounts.distinct().order_by("username")
        self.fields["departments"].choices = _departments(day)
        titles = {version.module_id: version.title for version in latest_versions(language=LANGUAGE)}
        self.modules = {str(pk): pk for pk in [*titles, *(module.pk for module in kept if module.pk not in titles)]}
        names = titles | {module.pk: module.slug for module in kept if module.pk not in titles}
        for key, pk in self.modules.items():
            self.fields[f"module-{key}"] = forms.IntegerField(
                label=names[pk], required=False, min_value=1, max_value=99, widget=_Place
            )

    @property
    def module_fields(self) -> list[str]:
        """The names of the fields that say where each module stands."""
        return [f"module-{key}" for key in self.modules]

    def section(self, heading: Any, note: Any, names: Sequence[str]) -> dict[str, Any]:
        """A part of the form as its page shows it."""
        return {"key": f"part-{names[0]}", "heading": heading, "note": note, "fields": [self[name] for name in names]}

    def rule_sections(self) -> Iterator[dict[str, Any]]:
        """Who, by when, and what counts already."""
        yield self.section(
            _("Who is asked"),
            _("Left empty, everybody who works here is asked. Each line narrows. You see the people before you save."),
            ["departments", "types", "joined_from", "joined_to", "include", "named_only", "exclude"],
        )
        yield self.section(
            _("By when"),
            _("Days on leave are never counted: the clock goes on at the return."),
            ["due", "days", "working", "anchor", "roll"],
        )
        yield self.section(
            _("What counts already"),
            _("A person who is credited stays in the list as “Credited”, with the earlier signature beside the name."),
            ["credit_kinds", "credit_from", "credit_same_revision"],
        )

    def clean(self) -> dict[str, Any]:
        """See to what concerns several fields, and make the rules."""
        cleaned = super().clean() or {}
        cleaned["modules"] = self._modules(cleaned)
        first, last = cleaned.get("joined_from"), cleaned.get("joined_to")
        if first and last and last < first:
            self.add_error("joined_to", _("The last day lies before the first."))
        if cleaned.get("named_only") and not cleaned.get("include") and "include" not in self.errors:
            self.add_error("include", _("Please name the people."))
        if cleaned.get("due") in (DAYS_AFTER, LATER) and not cleaned.get("days") and "days" not in self.errors:
            self.add_error("days", _("Please say how many days."))
        kinds, since = cleaned.get("credit_kinds"), cleaned.get("credit_from")
        if kinds and not since and "credit_from" not in self.errors:
            self.add_error("credit_from", _("Please say from which day on a signature counts."))
        return cleaned

    def _modules(self, cleaned: dict[str, Any]) -> list[Module]:
        places = {key: cleaned.get(f"module-{key}") for key in self.modules}
        chosen = sorted((place, key) for key, place in places.items() if place)
        for (place, _key), (other, again) in pairwise(chosen):
            if place == other:
                self.add_error(f"module-{again}", _("Two modules have the same number."))
        wrong = any(name in self.errors for name in self.module_fields)
        if not chosen and not wrong and cleaned.get("kind") != Campaign.Kind.LEAVING and self.modules:
            self.add_error(self.module_fields[0], _("Please number at least one module: 1 for the first."))
        found = Module.objects.in_bulk([self.modules[key] for _place, key in chosen])
        return [found[self.modules[key]] for _place, key in chosen]

    def audience_rule(self) -> AudienceRule:
        """Who is asked."""
        asked = self.cleaned_data
        return AudienceRule(
            departments=frozenset(UUID(key) for key in asked["departments"]),
            types=frozenset(asked["types"]),
            joined_from=asked["joined_from"],
            joined_to=asked["joined_to"],
            include=frozenset(row.pk for row in asked["include"].values()),
            exclude=frozenset(row.pk for row in asked["exclude"].values()),
            named_only=asked["named_only"],
        )

    def due_rule(self, day: date) -> DueRule | None:
        """By when it is due; None where it is the campaign's own day and nothing else."""
        asked = self.cleaned_data
        roll = Roll(asked["roll"])
        if asked["due"] == ON_THE_DAY:
            return None if roll is Roll.STAY else DueRule((Fixed(day),), roll)
        after = After(Anchor(asked["anchor"] or Anchor.JOINING), asked["days"], asked["working"])
        return DueRule((after,) if asked["due"] == DAYS_AFTER else (Fixed(day), after), roll)

    def credit_rule(self) -> CreditRule | None:
        """What counts already."""
        asked = self.cleaned_data
        if not asked["credit_kinds"]:
            return None
        kinds = frozenset(asked["credit_kinds"])
        return CreditRule(kinds=kinds, signed_from=asked["credit_from"], same_revision=asked["credit_same_revision"])


class _Place(forms.NumberInput):
    """A narrow field for a module's place in the order."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "pt-place", "inputmode": "numeric"})


def _departments(day: date) -> list[tuple[str, str]]:
    """The departments of a day by path, which reads as a tree when sorted."""
    paths = department_paths(day)
    there = set(on(DepartmentPlace.objects.all(), day).values_list("department_id", flat=True))
    return sorted(((str(key), path) for key, path in paths.items() if key in there), key=lambda choice: choice[1])


def initial_rules(rule: AudienceRule, due: DueRule | None, credit: CreditRule | None) -> dict[str, Any]:
    """What the fields say of stored rules."""
    found: dict[str, Any] = {
        "departments": [str(key) for key in rule.departments],
        "types": list(rule.types),
        "joined_from": rule.joined_from,
        "joined_to": rule.joined_to,
        "include": numbers_of(rule.include),
        "exclude": numbers_of(rule.exclude),
        "named_only": rule.named_only,
    }
    if due is not None:
        after = next((part for part in due.parts if isinstance(part, After)), None)
        fixed = any(isinstance(part, Fixed) for part in due.parts)
        found["roll"] = due.roll.value
        if after is not None:
            found |= {"due": LATER if fixed else DAYS_AFTER, "days": after.days, "working": after.working}
            found["anchor"] = after.anchor.value
    if credit is not None:
        found |= {"credit_kinds": list(credit.kinds), "credit_from": credit.signed_from}
        found["credit_same_revision"] = credit.same_revision
    return found
