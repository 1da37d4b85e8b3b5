"""Questions out of files and into files: look first, then take over as drafts; the sheet comes back with its faults.

Between looking and taking over the file waits in the cache under the session
that brought it. Where the cache has dropped it, the page asks for it again.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.gate import ForRoles
from cms.import_questions import export_questions, import_questions, look, module_page
from cms.pages import ModulePage
from cms.questions import Question
from training.errors import NotAllowed
from training.quiz.formats.detect import LARGEST_FILE
from training.quiz.formats.model import Outcome
from training.quiz.formats.sheet import sample, with_errors
from training.roles import Role

NAMESPACE = "training_question_files"
WRITERS_OF_LESSONS = (Role.EDITOR, Role.PRIVACY_OFFICER)
KEPT_SECONDS = 60 * 60
MOST_SHOWN = 200
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    "xlsx": (_("Question sheet (Excel)"), "xlsx", EXCEL),
    "gift": ("GIFT", "gift.txt", "text/plain; charset=utf-8"),
    "moodle_xml": ("Moodle XML", "xml", "application/xml"),
    "qti3": (_("QTI 3.0 package"), "zip", "application/zip"),
}


def _modules() -> list[tuple[str, str]]:
    return [(page.slug, page.title) for page in ModulePage.objects.order_by("path").only("slug", "title")]


class TakeForm(forms.Form):
    """Which file, and whose pool it goes into."""

    module = forms.ChoiceField(label=_("Module"), choices=_modules)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "The question sheet (Excel or CSV), GIFT, Aiken, Moodle XML, QTI 1.2 to 3.0, alone or as a package; "
            "at most 20 MB."
        ),
    )

    def clean_file(self) -> Any:
        """Refuse what no reader would take."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file


class WriteForm(forms.Form):
    """Whose pool, and in which format."""

    module = forms.ChoiceField(label=_("Module"), choices=_modules)
    to = forms.ChoiceField(label=_("Format"), choices=[(key, label) for key, (label, *_rest) in FORMATS.items()])


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that was looked at."""

    name: str
    data: bytes
    module: str


def _key(request: HttpRequest, token: str) -> str:
    return f"question-file:{request.user.pk}:{token}"


def _waiting(request: HttpRequest, token: str) -> Waiting | None:
    found = cache.get(_key(request, token))
    return found if isinstance(found, Waiting) else None


def _with_report(name: str, data: bytes, outcome: Outcome) -> bytes | None:
    """The sheet with its faults in it; None where the file is no sheet."""
    if not name.lower().endswith((".xlsx", ".csv", ".tsv")) or any(one.line is None for one in outcome.refused):
        return None
    try:
        return with_errors(data, outcome)
    except ValueError:
        return None


class QuestionFileView(ForRoles, WagtailAdminTemplateMixin, TemplateView):
    """Look at a file, take it over, or write one."""

    roles = WRITERS_OF_LESSONS
    template_name = "cms/admin/question_files.html"
    page_title = _("Question files")
    header_icon = "upload"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """This page stands by itself."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Look at the file; nothing is written yet."""
        form = TakeForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(take=form), status=400)
        file = form.cleaned_data["file"]
        waiting = Waiting(name=file.name, data=file.read(), module=form.cleaned_data["module"])
        outcome = look(data=waiting.data, name=waiting.name)
        token = uuid.uuid4().hex
        cache.set(_key(request, token), waiting, KEPT_SECONDS)
        report = _with_report(waiting.name, waiting.data, outcome) is not None and bool(outcome.refused)
        return self.render_to_response(
            self.get_context_data(
                take=TakeForm(initial={"module": waiting.module}),
                outcome=outcome,
                waiting=waiting,
                token=token,
                report=report,
            )
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The two forms, and what a file that was looked at holds."""
        outcome: Outcome | None = kwargs.get("outcome")
        chosen = self.request.GET.get("module", "")
        shown: dict[str, Any] = {}
        if outcome is not None:
            types = dict(Question.TYPES)
            shown = {
                "imported": [(one.name, types.get(one.type, one.type)) for one in outcome.imported[:MOST_SHOWN]],
                "refused": outcome.refused[:MOST_SHOWN],
                "more": max(len(outcome.imported) - MOST_SHOWN, 0),
                "more_refused": max(len(outcome.refused) - MOST_SHOWN, 0),
                "module_title": dict(_modules()).get(kwargs["waiting"].module, ""),
            }
        return super().get_context_data(
            **{
                "take": TakeForm(initial={"module": chosen}),
                "write": WriteForm(initial={"module": chosen}),
                "urls": {name: reverse(f"{NAMESPACE}:{name}") for name in ("take", "write", "sample")},
                **shown,
                **kwargs,
            }
        )


class TakeView(ForRoles, View):
    """Take over what was looked at, into a module that its taker may edit."""

    roles = WRITERS_OF_LESSONS
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Make the drafts, and say how many and what was left out."""
        token = request.POST.get("token", "")
        waiting = _waiting(request, token)
        if waiting is None:
            messages.error(request, _("The file is no longer here. Please choose it again."))
            return redirect(f"{NAMESPACE}:index")
        page = module_page(waiting.module)
        allowed = page.permissions_for_user(request.user)
        if not allowed.can_edit() or allowed.page_locked():
            raise NotAllowed(_("You may not edit the module “%(module)s”, or it is locked.") % {"module": page.title})
        outcome = import_questions(data=waiting.data, name=waiting.name, page=page)
        cache.delete(_key(request, token))  # twice is not meant
        taken, refused = len(outcome.imported), outcome.refused
        said = ngettext(
            "%(count)s question was taken over as a draft.", "%(count)s questions were taken over as drafts.", taken
        ) % {"count": taken}
        if taken:
            messages.success(request, said)
        _say_refused(request, refused)
        return redirect("wagtailadmin_pages:edit", page.pk) if taken else redirect(f"{NAMESPACE}:index")


def _say_refused(request: HttpRequest, refused: Sequence[Any]) -> None:
    if not refused:
        return
    few = "、".join(f"{one.name or one.line}: {one.sentence}" for one in refused[:5])
    said = ngettext(
        "%(count)s question was left out (%(names)s).", "%(count)s questions were left out (%(names)s).", len(refused)
    ) % {"count": len(refused), "names": few}
    messages.warning(request, said)


class WriteView(ForRoles, WagtailAdminTemplateMixin, TemplateView):
    """A module's pool as a file. Where the format cannot carry all of it, a page first says what is left out."""

    roles = WRITERS_OF_LESSONS
    template_name = "cms/admin/question_files_left_out.html"
    page_title = _("Question files")
    header_icon = "download"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the page where the file was asked for."""
        index = {"url": reverse(f"{NAMESPACE}:index"), "label": self.page_title}
        return [*self.breadcrumbs_items, index, {"url": "", "label": _("Write questions into a file")}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The file, or the page."""
        form = WriteForm(request.GET)
        if not form.is_valid():
            raise Http404
        to, slug = form.cleaned_data["to"], form.cleaned_data["module"]
        written = export_questions(page=module_page(slug), to=to)
        if written.refused and "partly" not in request.GET:
            return self.render_to_response(
                self.get_context_data(
                    refused=written.refused, query=request.GET.urlencode(), back=reverse(f"{NAMESPACE}:index")
                )
            )
        _label, ending, content_type = FORMATS[to]
        response = HttpResponse(written.data, content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="{slug}.{ending}"'
        return response


class SampleView(ForRoles, View):
    """The question sheet with an example of each type."""

    roles = WRITERS_OF_LESSONS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The workbook."""
        response = HttpResponse(sample(), content_type=EXCEL)
        response["Content-Disposition"] = 'attachment; filename="question-sheet.xlsx"'
        return response


class ReportView(ForRoles, View):
    """The sheet that was looked at, with what is wrong beside each row."""

    roles = WRITERS_OF_LESSONS

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        """The workbook, while the file waits."""
        waiting = _waiting(request, token)
        if waiting is None:
            messages.error(request, _("The file is no longer here. Please choose it again."))
            return redirect(f"{NAMESPACE}:index")
        found = _with_report(waiting.name, waiting.data, look(data=waiting.data, name=waiting.name))
        if found is None:
            raise Http404
        response = HttpResponse(found, content_type=EXCEL)
        response["Content-Disposition"] = 'attachment; filename="question-sheet-errors.xlsx"'
        return response
