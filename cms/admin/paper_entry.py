"""People without a PC: what was done and signed on paper, or in a group session, entered with the scan of the sheet."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from cms.admin.assignments import Download
from cms.admin.by_number import NumbersField, for_everybody
from cms.admin.deciding import Deciding
from cms.admin.gate import today
from cms.admin.one_campaign import CampaignStep
from cms.admin.personal import PersonalStep
from training.attestation.models import PaperRecord
from training.attestation.paper import enter_paper, enter_session
from training.attestation.scans import scan_path
from training.campaigns.found import assignments_of
from training.campaigns.models import Assignment, Campaign
from training.campaigns.queries import left_on
from training.campaigns.reasons import LONGEST_REASON
from training.certificates.tasks import issue_certificate
from training.conf import conf
from training.errors import NotReady
from training.people.models import Employment

SUFFIXES = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


class PaperForm(forms.Form):
    """How and when it was held, the sheet, and what is to be said about it."""

    kind = forms.ChoiceField(label=_("How it was held"), choices=PaperRecord.Kind.choices, widget=forms.RadioSelect)
    held_on = forms.DateField(label=_("Held on"), widget=AdminDateInput)
    scan = forms.FileField(
        label=_("Scan of the signed sheet"),
        help_text=_("PDF, PNG or JPEG. It must show the pledge, the signature and the day."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )
    note = forms.CharField(
        label=_("Memo"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as who led the session, and how understanding was checked. Kept with the record."),
    )

    def clean_scan(self) -> Any:
        """Refuse what is too large before it is read."""
        scan = self.cleaned_data["scan"]
        if scan.size > conf.scan_limit:
            most = conf.scan_limit // 1024 // 1024
            raise forms.ValidationError(_("The scan is too large: at most %(most)s MB, please.") % {"most": most})
        return scan

    @property
    def values(self) -> dict[str, Any]:
        """What the verb is told."""
        asked = self.cleaned_data
        return {**{name: asked[name] for name in ("kind", "held_on", "note")}, "scan": asked["scan"].read()}


class GroupForm(PaperForm):
    """Whose names stand on the sheet, too."""

    numbers = NumbersField(
        label=_("Staff numbers"),
        help_text=_("One a line or with commas: everybody whose signature is on the sheet, who has left since, too."),
    )
    field_order = ("numbers", "kind", "held_on", "scan", "note")


MEANS = (
    _("Every module that is open is completed, and the pledge counts as signed, as of today."),
    _("It is marked as paper everywhere, the certificate included: of lower assurance, because you vouch for it."),
    _("The scan is kept with the evidence under its SHA-256. It cannot be undone; a wrong signature can be annulled."),
)


class Papering(Deciding):
    """A decision with a file."""

    template_name = "cms/admin/decision_file.html"
    header_icon = "doc-full-inverse"

    @property
    def consequences(self) -> list[Any]:
        """What it means."""
        return list(MEANS)

    def form_valid(self, form: Any) -> Any:
        """Read the file once, then do it."""
        self.values = form.values
        return super().form_valid(form)


class PaperView(PersonalStep, Papering):
    """One person's sheet."""

    form_class = PaperForm
    template_name = "cms/admin/decision_file.html"
    page_title = _("Enter what was done on paper")
    question = _("Enter this person's training on paper?")
    submit_label = _("Enter it")
    header_icon = "doc-full-inverse"

    @cached_property
    def left_on(self) -> date | None:
        """The last day of work of somebody who has left."""
        return left_on(self.assignment)

    @property
    def takes_closed(self) -> bool:
        """Of whom has left a sheet may come that was signed before."""
        return self.left_on is not None

    @property
    def consequences(self) -> list[Any]:
        """What it means, and what it takes where the person has left."""
        if self.left_on is None:
            return list(MEANS)
        words = gettext(
            "This person has left. Only a sheet of %(day)s, the last day of work, or earlier can be entered."
        )
        return [words % {"day": date_format(self.left_on, "DATE_FORMAT")}, *MEANS]

    def facts(self) -> list[tuple[Any, Any]]:
        """Who, by when it was due, and until when whoever has left was there."""
        left = [(_("Last day of work"), self.left_on)] if self.left_on is not None else []
        return [*super().facts(), *left]

    def get_initial(self) -> dict[str, Any]:
        """One person's sheet is paper."""
        return {"kind": PaperRecord.Kind.PAPER}

    def perform(self, asked: dict[str, Any]) -> str:
        """Enter it."""
        enter_paper(assignment=self.assignment, by=self.request.user, now=timezone.now(), **self.values)
        issue_certificate.enqueue(str(self.assignment.attestations.latest("number").pk))
        return gettext("Entered: %(name)s has completed the training on paper.") % {"name": self.get_page_subtitle()}


class GroupView(CampaignStep, Papering):
    """A session's list of signatures."""

    form_class = GroupForm
    page_title = _("Enter a group session")
    question = _("Enter a group session?")
    submit_label = _("Enter it for everybody named")

    def get_initial(self) -> dict[str, Any]:
        """It is a session."""
        return {"kind": PaperRecord.Kind.GROUP}

    @property
    def over(self) -> bool:
        """Whether nothing can be entered."""
        return self.campaign.state != Campaign.State.OPEN

    def perform(self, asked: dict[str, Any]) -> str:
        """Enter it for everybody or for nobody."""
        named = asked["numbers"]
        assignments = assignments_of(self.campaign, named.values(), day=today())
        found: list[Assignment] = []

        def find(employment: Employment) -> None:
            assignment = assignments.get(employment.pk)
            if assignment is None:
                raise NotReady(_("This person is not asked in this campaign. Add the person first."))
            found.append(assignment)

        for_everybody(named, find)
        enter_session(assignments=found, by=self.request.user, now=timezone.now(), **self.values)
        count = len({one.pk for one in found})
        # Their certificates are for the job that catches up (issue_certificates): a page must not wait for fifty.
        words = ngettext(
            "Entered: %(count)d person has completed the training on paper. The certificate follows within minutes.",
            "Entered: %(count)d people have completed the training on paper. The certificates follow within minutes.",
            count,
        )
        return words % {"count": count}


class ScanView(Download):
    """The scan of a sheet, as it was given; 404 where it is no longer kept."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """Hand out the bytes, to be saved and never shown here."""
        record = get_object_or_404(PaperRecord, assignment=self.assignment, number=self.kwargs["number"])
        try:
            file = scan_path(record.sha256).open("rb")
        except FileNotFoundError:
            raise Http404 from None
        self.log(f"scan {record.pk}")
        name = f"scan-{self.campaign.code}-{record.sha256[:12]}.{SUFFIXES[record.media_type]}"
        return FileResponse(file, as_attachment=True, filename=name, content_type=record.media_type)
