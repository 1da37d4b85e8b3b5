"""The imports of staff lists: what each changed, and taking one back."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from cms.admin.gate import ForRoles, today
from cms.admin.tables import DayColumn, MomentColumn
from training.certificates.tasks import seal_waiting
from training.errors import Conflict
from training.people.queries import Person
from training.people.roster_models import RosterChange, RosterImport, RosterUpload
from training.people.roster_reasons import FIELDS as FIELD_WORDS
from training.people.roster_reasons import KINDS as KIND_WORDS
from training.people.roster_working import work_of
from training.people.undo_import import Undoing, preview_undoing, undo_import
from training.reports.dependents import concerned, dependents_among, dependents_of
from training.reports.queries import people_of

NAMESPACE = "training_rosters"
A_PAGE, LONGEST_LABEL = 50, 24


def counted(counts: dict[str, int]) -> str:
    """The counts of an import in one line, without those that are nothing."""
    words = {**KIND_WORDS, "undone": _("Restored"), "kept": _("Changed since")}
    return "、".join(f"{words[kind]} {count}" for kind, count in counts.items() if count and kind in words)


class RosterIndexView(ForRoles, IndexView):
    """Every import, newest first."""

    model = RosterImport
    index_url_name = f"{NAMESPACE}:index"
    index_results_url_name = f"{NAMESPACE}:results"
    results_template_name = "cms/admin/wide_results.html"
    header_icon = "group"
    page_title = _("Staff lists")
    paginate_by = A_PAGE
    default_ordering = ("-number",)
    columns = [
        TitleColumn("number", label=_("Import"), url_name=f"{NAMESPACE}:import", id_accessor="number"),
        MomentColumn("at", label=_("Imported at")),
        Column("by", label=_("Imported by"), accessor=lambda row: row.by.get_username() if row.by else ""),
        DayColumn("day", label=_("As of")),
        Column("counts", label=_("Changes"), accessor=lambda row: counted(row.counts)),
        Column("state", label=_("State"), accessor=lambda row: state_of(row)),
    ]

    def get_base_queryset(self) -> QuerySet[RosterImport]:
        """Read who imported, and what took it back, with the imports."""
        return RosterImport.objects.select_related("by", "undoes", "undone_by")

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Import another, go on with the one that waits for a decision, look how far those are that have one."""
        waiting = RosterUpload.objects.filter(by=self.request.user, preview__isnull=False).defer("data").order_by("at")
        running, resting = [], []
        for upload in waiting:
            work = work_of(upload)
            (running if work is not None and work.is_running else resting).append(upload)
        shown = [
            *((gettext("Waits for your decision: %(file)s"), upload) for upload in resting[-1:]),
            *((gettext("Being imported: %(file)s"), upload) for upload in running),
        ]
        return [
            HeaderButton(gettext("Import a staff list"), url=reverse(f"{NAMESPACE}:upload"), icon_name="upload"),
            *(
                HeaderButton(
                    words % {"file": Truncator(upload.name).chars(LONGEST_LABEL)},
                    url=reverse(f"{NAMESPACE}:preview", args=[upload.pk]),
                    icon_name="time",
                    priority=2000,
                )
                for words, upload in shown
            ),
        ]


def state_of(row: RosterImport) -> str:
    """Whether an import stands, was taken back, or takes one back."""
    if hasattr(row, "undone_by"):
        return gettext("Taken back by import %(number)d") % {"number": row.undone_by.number}
    if row.undoes is not None:
        return gettext("Takes back import %(number)d") % {"number": row.undoes.number}
    return ""


class RosterPage(ForRoles, WagtailAdminTemplateMixin):
    """A page below the list of imports."""

    header_icon = "group"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        index = {"url": reverse(f"{NAMESPACE}:index"), "label": _("Staff lists")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]


class OneImport(RosterPage):
    """A page of an import."""

    @cached_property
    def roster_import(self) -> RosterImport:
        """The import, or 404."""
        found = RosterImport.objects.select_related("by", "undoes", "undone_by")
        return get_object_or_404(found, number=self.kwargs["number"])

    @property
    def standing(self) -> bool:
        """Whether it can still be taken back."""
        return not hasattr(self.roster_import, "undone_by")


class ImportView(OneImport, TemplateView):
    """What an import changed, person by person."""

    template_name = "cms/admin/roster_import.html"
    page_title = _("Import of a staff list")

    def get_page_subtitle(self) -> Any:
        """Its number."""
        return str(self.roster_import.number)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Take it back, while it stands."""
        if not self.standing:
            return []
        url = reverse(f"{NAMESPACE}:undo", args=[self.roster_import.number])
        return [HeaderButton(gettext("Take back…"), url=url, icon_name="undo")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of its changes, with the people as the roster knows them today."""
        changes = RosterChange.objects.filter(roster_import=self.roster_import).order_by("part")
        page = Paginator(changes, A_PAGE).get_page(self.request.GET.get("p"))
        rows = list(page.object_list)
        people: dict[Any, Person] = people_of({row.employee_id for row in rows}, today=today())
        words = {**KIND_WORDS, "rehired": FIELD_WORDS["rehired"], "undone": _("Restored")}
        lines = [(row, people.get(row.employee_id), words.get(row.kind, row.kind)) for row in rows]
        return super().get_context_data(
            made=self.roster_import,
            counts=counted(self.roster_import.counts),
            state=state_of(self.roster_import),
            page=page,
            lines=lines,
            evidence_url=reverse(f"{NAMESPACE}:evidence", args=[self.roster_import.number]),
            **kwargs,
        )


class EvidenceView(OneImport, TemplateView):
    """Of whom something was recorded since an import changed them, and what: before it is taken back, and after."""

    http_method_names = ["get", "head"]
    template_name = "cms/admin/roster_evidence.html"
    page_title = _("Evidence since an import")

    def get_page_subtitle(self) -> Any:
        """The import's number."""
        return str(self.roster_import.number)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of the people, each with what there is and where."""
        page = Paginator(concerned(self.roster_import), A_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            page=page,
            people=dependents_among(list(page.object_list), self.roster_import, today=today()),
            count=page.paginator.count,
            back=reverse(f"{NAMESPACE}:import", args=[self.roster_import.number]),
            **kwargs,
        )


class UndoView(OneImport, TemplateView):
    """What taking an import back means, and the decision."""

    template_name = "cms/admin/roster_undo.html"
    page_title = _("Take an import back")

    @cached_property
    def undoing(self) -> Undoing:
        """Whose records would be restored."""
        return preview_undoing(roster_import=self.roster_import)

    @cached_property
    def depends(self) -> dict[str, int]:
        """How much evidence there is of these people since."""
        return dependents_of(self.roster_import)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who, what depends on it, and the first of those of whom there is any of it."""
        kept = people_of(self.undoing.kept[:A_PAGE], today=today())
        first = Paginator(concerned(self.roster_import), A_PAGE).page(1)
        return super().get_context_data(
            made=self.roster_import,
            restored=len(self.undoing.restored),
            kept=sorted(kept.values(), key=lambda person: person.number),
            kept_count=len(self.undoing.kept),
            renumbered=len(self.undoing.renumbered),
            depends=self.depends,
            people=dependents_among(list(first.object_list), self.roster_import, today=today()),
            count=first.paginator.count,
            more=first.has_next(),
            evidence_url=reverse(f"{NAMESPACE}:evidence", args=[self.roster_import.number]),
            back=reverse(f"{NAMESPACE}:import", args=[self.roster_import.number]),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take it back, if as many depend on it as was shown."""
        shown = {name: request.POST.get(name, "") for name in self.depends}
        if shown != {name: str(count) for name, count in self.depends.items()}:
            raise Conflict(_("More has been recorded since you opened the page. Please read it again."))
        made = undo_import(roster_import=self.roster_import, depends=self.depends, by=request.user, now=timezone.now())
        seal_waiting.enqueue()
        count = made.counts["undone"]
        messages.success(
            request,
            ngettext(
                "The records of %(count)d person have been restored.",
                "The records of %(count)d people have been restored.",
                count,
            )
            % {"count": count},
        )
        return redirect(f"{NAMESPACE}:import", made.number)
