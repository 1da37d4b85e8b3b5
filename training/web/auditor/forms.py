"""Forms that an auditor fills in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from training.access.log import Why
from training.reports.basis import KINDS
from training.reports.queries import State

USUAL_SAMPLE = 25


class PeopleFilter(forms.Form):
    """What the list of people is narrowed to."""

    number = forms.CharField(
        label=_("Staff number"), max_length=40, required=False, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    department = forms.ChoiceField(
        label=_("Department"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )
    state = forms.ChoiceField(label=_("State"), required=False, widget=forms.Select(attrs={"class": "form-select"}))
    basis = forms.ChoiceField(
        label=_("How it was completed"),
        required=False,
        choices=[("", _("All")), *KINDS],
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, departments: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department, state = self.fields["department"], self.fields["state"]
        assert isinstance(department, forms.ChoiceField)  # noqa: S101  (declared above)
        assert isinstance(state, forms.ChoiceField)  # noqa: S101
        department.choices = [("", _("All departments")), *((path, path) for path in departments)]
        state.choices = [("", _("All states")), *State.choices]


class WhyForm(forms.Form):
    """What a person is opened for."""

    why = forms.ChoiceField(
        label=_("Why do you open this person?"),
        choices=[(why.value, why.label) for why in (Why.SAMPLE, Why.CLAIM, Why.OTHER)],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("In your own words"),
        max_length=100,
        required=False,
        help_text=_("Up to 100 characters. Needed with “Another purpose”. The privacy officer reads it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout("why", "note", Submit("open", _("Record the reason and open"), css_class="btn-lg"))

    def clean(self) -> dict[str, Any]:
        """Want words where no choice says why."""
        cleaned = super().clean() or {}
        if cleaned.get("why") == Why.OTHER and not cleaned.get("note", "").strip():
            self.add_error("note", _("Say for what purpose you open this person."))
        return cleaned


class DrawForm(forms.Form):
    """How many are drawn, and whether each department gets its share."""

    size = forms.IntegerField(label=_("How many"), min_value=1)
    by_department = forms.BooleanField(
        label=_("Each department in proportion"),
        required=False,
        help_text=_("At least one from each, where the number allows it."),
    )

    def __init__(self, *args: Any, population: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        size = self.fields["size"]
        assert isinstance(size, forms.IntegerField)  # noqa: S101  (declared above)
        size.max_value = population
        size.widget.attrs["max"] = population
        size.help_text = _("Of %(population)s people who are assigned.") % {"population": population}
        self.helper = FormHelper()
        self.helper.layout = Layout("size", "by_department", Submit("draw", _("Draw a sample")))
