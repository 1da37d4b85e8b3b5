"""What an evidence pack is to hold, asked on a page: by auditors as by HR."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from training.campaigns.models import Campaign
from training.errors import Invalid
from training.reports.as_of_page import require_come

BESIDE = "with"  # a word that Python keeps for itself


class PackForm(forms.Form):
    """Which other campaigns go in, and whether a day's table does."""

    as_of = forms.DateField(
        label=_("Table as of a day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Empty: none. Otherwise the pack also says how everything stood at the end of that day."),
    )

    def __init__(self, *args: Any, others: Sequence[Campaign], url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if others:
            self.fields[BESIDE] = forms.MultipleChoiceField(
                label=_("Further campaigns"),
                required=False,
                choices=[(one.code, f"{one.title}（{one.code}）") for one in others],
                widget=forms.CheckboxSelectMultiple,
                help_text=_("For a renewal of the PrivacyMark, take the fiscal year before as well."),
            )
        self.order_fields([BESIDE, "as_of"])
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_action = url
        self.helper.layout = Layout(*self.fields, Submit("", _("Download the evidence pack (ZIP)")))


def asked_day(request: HttpRequest, *, today: date) -> date | None:
    """Return the day whose table the pack is to hold, if one is asked for. Raises ``Invalid``."""
    asked = request.GET.get("as_of", "")
    if not asked:
        return None
    try:
        day: date = forms.DateField().clean(asked)
    except ValidationError as reason:
        raise Invalid(_("“%(asked)s” is no day.") % {"asked": asked[:20]}) from reason
    require_come(day, today=today)
    return day
