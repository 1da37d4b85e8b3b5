"""A staff list on its way in: upload it, say what the columns hold, see what would change, confirm or discard."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateInput

from cms.admin.gate import today
from cms.admin.rosters import A_PAGE, NAMESPACE, RosterPage
from training.certificates.tasks import seal_waiting
from training.errors import Conflict, Invalid
from training.people.roster_columns import FIELDS
from training.people.roster_limits import LARGEST_FILE
from training.people.roster_models import RosterMapping, RosterUpload
from training.people.roster_plan import KINDS
from training.people.roster_reasons import FIELDS as FIELD_WORDS
from training.people.roster_reasons import KINDS as KIND_WORDS
from training.people.roster_sheet import rows_and_heading
from training.people.roster_uploads import (
    Preview,
    choose_columns,
    forget_preview,
    forget_upload,
    keep_upload,
    leave_out,
    previewed,
)
from training.people.roster_working import Stage, begin_import, made_of, work_of
from training.people.tasks import import_upload
from training.reports.cells import free_text, identifier

SAMPLES, MOST_DIGITS, FEW = 3, 10, 5
REFUSED_A_PAGE = 250  # fields of one form, of which Django takes no more than a thousand
MADE = "departments"
SHOWN = ("refused", *(kind for kind in KINDS if kind != "unchanged"), "missing", "unchanged", MADE)


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
        return reverse(f"{NAMESPACE}:{name}", args=[self.kwargs["pk"]])

    def get_page_subtitle(self) -> Any:
        """The file's name."""
        return self.upload.name

    def went(self, before: int | None = None, file: str = "") -> HttpResponse:
        """Where it leads, by what became of the list that was decided on when there were ``before`` imports."""
        upload = RosterUpload.objects.filter(pk=self.kwargs["pk"], by=self.request.user).first()
        work = work_of(upload) if upload is not None else None
        if work is not None and work.is_running:
            return redirect(f"{self.url('progress')}?{urlencode({'before': work.before, 'file': work.file})}")
        if upload is not None:
            if work is not None:
                forget_preview(upload=upload)
                messages.error(self.request, work.reason)
            return redirect(self.url("preview"))
        if before is None:
            return redirect(f"{NAMESPACE}:index")
        made = made_of(by=self.request.user.pk, file=file, before=before)
        if made is None:
            messages.warning(
                self.request,
                gettext(
                    "The list is no longer there, and nothing of it was imported. Upload it again if it is needed."
                ),
            )
            return redirect(f"{NAMESPACE}:index")
        seal_waiting.enqueue()
        messages.success(self.request, gettext("The list has been imported."))
        return redirect(f"{NAMESPACE}:import", made.number)


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

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The preview; of a list that is decided on, how far that is."""
        if work_of(self.upload) is not None:
            return self.went()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Counts, and a page of one kind: what is refused first, for that is to be decided on."""
        preview = self.preview
        words: dict[str, Any] = {**KIND_WORDS, MADE: _("Departments to be made")}
        counts = {**preview.counts, MADE: len(preview.departments)}
        kinds = [{"kind": kind, "label": words[kind], "count": counts.get(kind, 0)} for kind in SHOWN]
        first = next((kind["kind"] for kind in kinds if kind["count"]), "unchanged")
        asked = self.request.GET.get("kind", "")
        kind = asked if asked in SHOWN else first
        rows: Sequence[Any] = preview.departments if kind == MADE else preview.rows[kind]
        page = Paginator(rows, A_PAGE).get_page(self.request.GET.get("p"))
        if kind == "refused":
            page = self._refused_page(preview, self.request.GET.get("p", ""))
        left_out = preview.left_out
        return super().get_context_data(
            upload=self.upload,
            kinds=kinds,
            kind=kind,
            kind_label=words[kind],
            page=page,
            digest=preview.digest,
            refused=preview.counts["refused"],
            left_out=left_out,
            undecided=len(preview.undecided),
            some_left_out=kind == "refused" and any(row[0] in left_out for row in page.object_list),
            changes=preview.changes,
            asked=preview.asked,
            departments=preview.departments[:FEW],
            counted_departments=len(preview.departments),
            more_departments=len(preview.departments) - FEW,
            refused_url=self.url("refused"),
            columns_url=self.url("columns"),
            cancel_url=self.url("cancel"),
            **kwargs,
        )

    def _refused_page(self, preview: Preview, number: str) -> Page[Any]:
        """A page of the refused lines; without a number the first that has one of which nothing is said yet."""
        pages = Paginator(preview.rows["refused"], REFUSED_A_PAGE)
        return pages.get_page(number or (preview.undecided[0] // REFUSED_A_PAGE + 1 if preview.undecided else 1))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Note which refused lines of the page are left out, then go where the button leads."""
        if work_of(self.upload) is not None:
            return self._import(None)  # which says why not
        try:
            preview = self._noted()
        except Conflict as reason:
            messages.error(request, reason.message)
            return redirect(self.url("preview"))
        step, page = request.POST.get("step", "import"), request.POST.get("page", "")
        if step in {"import", ""}:
            return self._import(preview)
        there = self._refused_page(preview, page)
        number = there.number
        if step == "next" and there.has_next():
            number = there.next_page_number()
        elif step == "previous" and there.has_previous():
            number = there.previous_page_number()
        return redirect(f"{self.url('preview')}?{urlencode({'kind': 'refused', 'p': number})}")

    def _noted(self) -> Preview:
        """The preview with what was said of the page's lines."""
        asked = self.request.POST
        chosen = {int(line) for line in asked.getlist("accept") if line.isdecimal() and len(line) < MOST_DIGITS}
        if not chosen and "page" not in asked:
            return self.preview
        shown = set()
        if "page" in asked:
            shown = {row[0] for row in self._refused_page(self.preview, asked["page"]).object_list}
        if asked.get("step") in {"all", "none"}:
            chosen = shown if asked["step"] == "all" else set()
        return leave_out(upload=self.upload, digest=asked.get("digest", ""), shown=shown, chosen=chosen)

    def _import(self, preview: Preview | None) -> HttpResponse:
        """Have it taken over as shown, without the lines that are left out; at once where nothing changes."""
        digest = self.request.POST.get("digest", "")
        if preview is not None and preview.digest == digest:
            if preview.undecided:
                count = len(preview.undecided)
                words = ngettext(
                    "%(count)d line is refused. Correct it, or name it as left out; until then nothing is imported.",
                    "%(count)d lines are refused. Correct them, or name them as left out; until then nothing is "
                    "imported.",
                    count,
                )
                messages.error(self.request, words % {"count": count})
                return redirect(self.url("preview"))
            if not preview.changes:
                forget_upload(upload=self.upload, now=timezone.now())
                messages.success(self.request, gettext("The list changes nothing."))
                return redirect(f"{NAMESPACE}:index")
        accepted = preview.left_out if preview is not None else set()
        work = begin_import(upload=self.upload, digest=digest, accepted=accepted, now=timezone.now())
        import_upload.enqueue(str(self.upload.pk))
        return self.went(work.before, work.file)


class RefusedView(OneUpload, TemplateView):
    """The refused lines as a file, for whoever corrects them."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A CSV file that Excel opens by a double click."""
        file = HttpResponse(content_type="text/csv; charset=utf-8")
        file["Content-Disposition"] = content_disposition_header(True, "refused.csv") or ""
        file.write("\ufeff")
        lines = csv.writer(file)
        lines.writerow([gettext("Line"), gettext("Staff number"), gettext("Value"), gettext("Reason")])
        for line, number, value, told, *_rest in previewed(upload=self.upload).rows["refused"]:
            lines.writerow([line, identifier(number), free_text(value), free_text(told[0][2])])
        return file


class ProgressView(OneUpload, TemplateView):
    """Step 4: how far it is, for as long as it takes. Whoever comes back later is led to what became of it."""

    template_name = "cms/admin/roster_progress.html"
    page_title = _("Import under way")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The state, or where it led."""
        there = RosterUpload.objects.filter(pk=self.kwargs["pk"], by=request.user).first()
        work = work_of(there) if there is not None else None
        if work is None or not work.is_running:
            if "X-Look" in request.headers:  # the page's script only looks; the page itself is told what became of it
                return HttpResponse(status=HTTPStatus.NO_CONTENT)
            before, file = (request.GET.get(name, "") for name in ("before", "file"))
            return self.went(int(before) if before.isdecimal() and len(before) < MOST_DIGITS else None, file)
        again = work.is_stale(timezone.now())
        return self.render_to_response(
            self.get_context_data(
                upload=there,
                begun=work.begun_at,
                stage=Stage(work.stage).label,
                again=again,
                cancel_url=self.url("cancel"),
            )
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Begin once more where nobody works on it any more."""
        work = work_of(self.upload)
        if work is None:
            raise Conflict(_("Nobody has decided on this list yet."))
        begun = begin_import(upload=self.upload, digest=work.digest, accepted=work.accepted, now=timezone.now())
        import_upload.enqueue(str(self.upload.pk))
        return self.went(begun.before, begun.file)


class CancelView(OneUpload, TemplateView):
    """Give the list up: it is full of names, and kept no longer than needed."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Forget it; of one that is being imported, only where nobody works on it any more."""
        forget_upload(upload=self.upload, now=timezone.now())
        messages.success(request, gettext("The list has been discarded. Nothing was imported."))
        return redirect(f"{NAMESPACE}:index")
