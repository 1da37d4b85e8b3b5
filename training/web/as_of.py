"""A day asked for on a page, by auditors as by HR: the form, what it finds, and the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.http import StreamingHttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from training.attestation.models import Attestation
from training.campaigns.calendar import end_of
from training.campaigns.models import AssignmentEvent, Campaign, Completion, Exemption
from training.conf import conf
from training.errors import TrainingError
from training.ledger.models import Checkpoint
from training.ledger.queries import unsealed
from training.people.models import EmploymentType
from training.reports.as_of import PAPER, Line, as_of_csv
from training.reports.as_of_page import Figures, asked_checkpoint, figures_as_of, page_as_of, require_come


class AsOfForm(forms.Form):
    """Which day, as known at which checkpoint."""

    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The end of this day counts."),
    )
    checkpoint = forms.IntegerField(
        label=_("Checkpoint"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Number of sealed entries, as printed in files and packs. Empty: the latest."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["day"] = today
        self.today = today
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(
            Row(Column("day", css_class="col-sm-5"), Column("checkpoint", css_class="col-sm-7")),
            Submit("", _("Show the day")),
        )

    def clean_day(self) -> date:
        """Refuse a day that has not come."""
        day: date = self.cleaned_data["day"]
        with _phrased():
            require_come(day, today=self.today)
        return day

    def clean_checkpoint(self) -> Checkpoint:
        """Find the checkpoint."""
        with _phrased():
            return asked_checkpoint(self.cleaned_data["checkpoint"])


@contextmanager
def _phrased() -> Iterator[None]:
    """Say a refusal of the room beside the field."""
    try:
        yield
    except TrainingError as reason:
        raise ValidationError(str(reason.message)) from reason


@dataclass(frozen=True, slots=True)
class Shown:
    """A day as a page shows it.

    Lines come with the kind of employment and, in words, what was done on paper and what stands in a signature's place.
    ``early``: the checkpoint was made before the day was over.
    """

    day: date
    checkpoint: Checkpoint
    figures: Figures
    lines: tuple[tuple[Line, str, tuple[str, ...]], ...]
    after: str | None
    early: bool
    unsealed: int

    @property
    def what(self) -> str:
        """How the access log names it."""
        return f"as of {self.day} at {self.checkpoint.size}"


def shown(form: AsOfForm, *, campaign: Campaign | None, after: str) -> Shown | None:
    """Return what a form asks for; None while it asks for nothing that there is."""
    if not form.is_bound or not form.is_valid():
        return None
    asked: dict[str, Any] = {key: form.cleaned_data[key] for key in ("day", "checkpoint")}
    kinds = dict(EmploymentType.choices)
    page = page_as_of(**asked, campaign=campaign, after=after)
    return Shown(
        **asked,
        figures=figures_as_of(**asked, campaign=campaign),
        lines=tuple((line, str(kinds.get(line.type, line.type)), tuple(_notes(line))) for line in page.lines),
        after=page.after,
        early=asked["checkpoint"].at < end_of(asked["day"], conf.time_zone),
        unsealed=unsealed(),
    )


def _notes(line: Line) -> Iterator[str]:
    """Say what was done on paper, and why nobody asks for a signature."""
    if line.completed_how == PAPER:
        yield gettext("Completed: %(how)s") % {"how": Completion.How.PAPER.label}
    if line.signed_how == PAPER:
        yield gettext("Signature: %(how)s") % {"how": Attestation.Method.PAPER.label}
    if line.closed_on is not None:
        cause = dict(AssignmentEvent.Cause.choices).get(line.closed_cause, line.closed_cause)
        yield gettext("Closed from %(day)s: %(cause)s") % {"day": date_format(line.closed_on), "cause": cause}
    if line.credited_on is not None:
        yield gettext("Credited with the signature of %(day)s") % {"day": date_format(line.credited_on)}
    if line.exempt:
        said = {"cause": dict(Exemption.Cause.choices).get(line.exempt_cause, line.exempt_cause)}
        if line.exempt_until is None:
            yield gettext("Exempt: %(cause)s") % said
        else:
            yield gettext("Exempt until %(day)s: %(cause)s") % {**said, "day": date_format(line.exempt_until)}


def csv_file(*, day: date, checkpoint: Checkpoint, campaign: Campaign | None) -> StreamingHttpResponse:
    """The file as a download, under a name that says what it answers."""
    scope = f"{campaign.code}-" if campaign else ""
    return StreamingHttpResponse(
        as_of_csv(day=day, checkpoint=checkpoint, campaign=campaign),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{scope}as-of-{day}-at-{checkpoint.size}.csv"'},
    )
