"""Forms of a manager's pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Layout, Row, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from training.attestation.standing import Standing
from training.campaigns.models import Campaign

SHOWN = (Standing.NEW, Standing.STARTED, Standing.TRAINED, Standing.SIGNED, Standing.CREDITED, Standing.EXEMPT)
OPEN = "open"
OVERDUE = "overdue"


class _Campaigns(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for mypy alone
    """Campaigns under their titles."""

    def label_from_instance(self, obj: Campaign) -> str:
        """The title alone: the code says nothing to a manager."""
        return obj.title


class TeamFilter(forms.Form):
    """What the list of the own people is narrowed to."""

    campaign = _Campaigns(
        label=_("Training"),
        queryset=Campaign.objects.filter(state=Campaign.State.OPEN),
        to_field_name="code",
        required=False,
        empty_label=_("All trainings"),
    )
    department = forms.ChoiceField(label=_("Department"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All states")),
            (OPEN, _("Not done")),
            (OVERDUE, _("Overdue")),
            *((one.value, one.label) for one in SHOWN),
        ],
    )

    def __init__(self, *args: Any, departments: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department = self.fields["department"]
        assert isinstance(department, forms.ChoiceField)  # noqa: S101  (declared above)
        department.choices = [("", _("All departments")), *((path, path) for path in departments)]
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_class = "pt-card pt-card-slim"
        self.helper.layout = Layout(
            Row(
                Column("campaign", css_class="col-md-4"),
                Column("department", css_class="col-md-4"),
                Column("state", css_class="col-md-4"),
            ),
            Submit("", _("Narrow down")),
            HTML("{% include 'training/manager/show_all.html' %}"),
        )
