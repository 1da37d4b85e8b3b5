"""A staff list on its way in: upload it, say what the columns hold, see what would change, confirm or discard."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateInput

from cms.admin.gate import today
from cms.admin.rosters import A_PAGE, NAMESPACE, RosterPage
from training.certificates.tasks import seal_waiting
from training.errors import Conflict, Invalid
from training.people.import_roster import import_roster
from training.people.roster_columns import FIELDS
from training.people.roster_file import LARGEST_FILE
from training.people.roster_models import RosterMapping, RosterUpload
from training.people.roster_plan import KINDS
from training.people.roster_reasons import FIELDS as FIELD_WORDS
from training.people.roster_reasons import KINDS as KIND_WORDS
from training.people.roster_sheet import rows_and_heading, sheet_of
from training.people.roster_uploads import (
    Preview,
    choose_columns,
    forget_preview,
    forget_upload,
    keep_upload,
    previewed,
)

SAMPLES, MOST_REFUSED = 3, 500
SHOWN = ("refused", *(kind for kind in KINDS if kind != "unchanged"), "missing", "unchanged")


class UploadForm(forms.Form):
    """The file, and what it tells of."""

    file = forms.FileField(
        label=_("File"), help_text=_("Excel (.xlsx) or CSV, as it comes from your system. At most 64 MB.")
    )
    day = forms.DateField(
        label=_("As of"),
        widget=AdminDateInput,
        help_text=_("The day that the list tells of. Moves, new names and the like hold from this day on."),
    )
    left_if_missing = forms.BooleanField(
        label=_("Who is not in the list has left"),
        required=False,
        help_text=_("Only for complete lists. Without it, such people are named and stay as they are."),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file has more than %(most)s MB.") % {"most": LARGEST_FILE // 1024**2})
        return file


class UploadView(RosterPage, FormView):
    """Step 1: the file."""

    form_class = UploadForm
    template_name = "cms/admin/roster_upload.html"
    page_title = _("Import a staff list")

    def get_initial(self) -> dict[str, Any]:
        """Today."""
        return {"day": today()}

    def form_valid(self, form: UploadForm) -> HttpResponse:
        """Keep it; where every column is known, go on to the preview."""
        asked = form.cleaned_data
        try:
            upload, heading = keep_upload(
                by=self.request.user,
                name=asked["file"].name,
                data=asked["file"].read(),
                day=asked["day"],
                left_if_missing=asked["left_if_missing"],
                now=timezone.now(),
            )
        except Invalid as reason:
            form.add_error("file", str(reason.message))
            return self.form_invalid(form)
        remembered = RosterMapping.objects.filter(pk=heading.digest).exists()
        known = not heading.lacks and (remembered or all(heading.fields))
        return redirect(f"{NAMESPACE}:{'preview' if known else 'columns'}", upload.pk)


class OneUpload(RosterPage):
    """A page of a list that waits for a decision; nobody sees another's."""

    @cached_property
    def upload(self) -> RosterUpload:
        """The list, or 404."""
        return get_object_or_404(RosterUpload, pk=self.kwargs["pk"], by=self.request.user)

    def url(self, name: str) -> str:
        """Another page of the same list."""
        return reverse(f"{NAMESPACE}:{name}", args=[self.upload.pk])

    def get_page_subtitle(self) -> Any:
        """The file's name."""
        return self.upload.name


class ColumnsView(OneUpload, TemplateView):
    """Step 2: what each column holds, beside its first cells."""

    template_name = "cms/admin/roster_columns.html"
    page_title = _("What the columns hold")
    error: Any = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each column with its heading, first cells and what it is taken for."""
        rows, heading = rows_and_heading(bytes(self.upload.data), self.upload.columns)
        below = [row for row in rows[heading.row + 1 :] if any(cell.strip() for cell in row)][:SAMPLES]
        columns = [
            {
                "place": place,
                "heading": cell,
                "samples": [row[place] for row in below if place < len(row) and row[place].strip()],
                "field": self.request.POST.get(f"column-{place}", field or ""),
            }
            for place, (cell, field) in enumerate(zip(heading.cells, heading.fields, strict=True))
        ]
        fields = [(field, FIELD_WORDS[field]) for field in FIELDS]
        return super().get_context_data(columns=columns, fields=fields, error=self.error, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remember what was chosen; what cannot be is said above the columns."""
        _rows, heading = rows_and_heading(bytes(self.upload.data))
        chosen = [request.POST.get(f"column-{place}") or None for place in range(len(heading.cells))]
        try:
            choose_columns(upload=self.upload, columns=chosen, now=timezone.now())
        except Invalid as reason:
            self.error = reason.message
            return self.render_to_response(self.get_context_data(), status=400)
        return redirect(self.url("preview"))


class PreviewView(OneUpload, TemplateView):
    """Step 3: what would change, kind by kind, and the decision."""

    template_name = "cms/admin/roster_preview.html"
    page_title = _("What would change")

    @cached_property
    def preview(self) -> Preview:
        """What would change."""
        return previewed(upload=self.upload)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Counts, and a page of one kind: what is refused first, for that is to be decided on."""
        preview = self.preview
        kinds = [{"kind": kind, "label": KIND_WORDS[kind], "count": preview.counts.get(kind, 0)} for kind in SHOWN]
        first = next((kind["kind"] for kind in kinds if kind["count"]), "unchanged")
        asked = self.request.GET.get("kind", "")
        kind = asked if asked in SHOWN else first
        rows = preview.rows[kind]
        page = Paginator(rows, MOST_REFUSED if kind == "refused" else A_PAGE).get_page(self.request.GET.get("p"))
        changes = sum(preview.counts[kind] for kind in KINDS if kind != "unchanged")
        return super().get_context_data(
            upload=self.upload,
            kinds=kinds,
            kind=kind,
            kind_label=KIND_WORDS[kind],
            page=page,
            digest=preview.digest,
            refused=preview.rows["refused"][:MOST_REFUSED],
            too_many=preview.counts["refused"] > MOST_REFUSED,
            changes=changes,
            columns_url=self.url("columns"),
            cancel_url=self.url("cancel"),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take it over as shown, without the lines that are named as left out."""
        data = bytes(self.upload.data)
        try:
            _plan, made = import_roster(
                sheet=sheet_of(data, self.upload.columns),
                data=data,
                day=self.upload.day,
                by=request.user,
                now=timezone.now(),
                accepted={int(line) for line in request.POST.getlist("accept") if line.isdecimal()},
                left_if_missing=self.upload.left_if_missing,
                digest=request.POST.get("digest", ""),
            )
        except (Conflict, Invalid) as reason:
            if isinstance(reason, Conflict):
                forget_preview(upload=self.upload)
            messages.error(request, str(reason.message))
            return redirect(self.url("preview"))
        forget_upload(upload=self.upload)
        if made is None:
            messages.success(request, gettext("The list changes nothing."))
            return redirect(f"{NAMESPACE}:index")
        seal_waiting.enqueue()
        messages.success(request, gettext("The list has been imported."))
        return redirect(f"{NAMESPACE}:import", made.number)


class CancelView(OneUpload, TemplateView):
    """Give the list up: it is full of names, and kept no longer than needed."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Forget it."""
        forget_upload(upload=self.upload)
        messages.success(request, gettext("The list has been discarded. Nothing was imported."))
        return redirect(f"{NAMESPACE}:index")
