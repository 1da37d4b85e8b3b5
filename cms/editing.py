"""The admin views of modules: Wagtail's own, with refusals in words and what is frozen in sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages as django_messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTable, PageTitleColumn
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.admin.views.pages.create import CreateView as PageCreateView
from wagtail.admin.views.pages.edit import EditView as PageEditView
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.views.pages.workflow import WorkflowActionView as PageWorkflowActionView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from cms.freshness import freshness_of
from cms.pages import ModuleIndexPage, ModulePage
from cms.policy_page import PolicyPage
from cms.publishing import reasons_of
from cms.questions import Question
from training.catalogue.models import ModuleVersion, QuestionVersion
from training.errors import Invalid
from training.policy.models import Revision


def refuse(request: HttpRequest, message: str, reasons: Sequence[str] = ()) -> None:
    """Tell whoever is waiting that nothing was done, and why."""
    items = format_html_join("", "<li>{}</li>", ((reason,) for reason in reasons))
    detail = format_html('<ul class="errorlist">{}</ul>', items) if reasons else ""
    django_messages.error(request, messages.render(message, None, detail=detail))


def tell_of_revision(request: HttpRequest, revision: Revision) -> None:
    """Tell whoever published a new text what has to follow, and where."""
    if revision.number == 1:
        return
    said = gettext(
        "This is revision %(number)d of the policy now. Decide which changes are material, and see what they touch."
    )
    button = messages.button(reverse("training_changes:change", args=[revision.number]), gettext("See the changes"))
    messages.warning(request, said % {"number": revision.number}, buttons=[button])


# --- publishing by hand and by workflow ---


class ChecksBeforePublishing:
    """A page form whose publication, or approval, is refused in words, with what was typed still in the form."""

    def publishes(self) -> bool:
        """Whether what was asked for would make the content public."""
        asked = self.action_name
        return asked == "publish" or (asked == "perform_workflow_action" and self.workflow_action == "approve")

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on only with what can be frozen."""
        if self.publishes():
            faults = form.save(commit=False).faults()
            for fault in faults:
                form.add_error(None, fault)
            if faults:
                return self.form_invalid(form)
        try:
            with transaction.atomic():
                return super().form_valid(form)
        except Invalid as refusal:
            # Something it needs was withdrawn between the check and the freezing.
            refuse(self.request, gettext("Nothing was published."), reasons_of(refusal))
            return redirect(self.request.get_full_path())


class ApprovesWholeOrNot:
    """An approval that publishes what can be published, or leaves the task as it was and says why."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Carry out the workflow action, or refuse."""
        try:
            with transaction.atomic():
                return super().post(request, *args, **kwargs)
        except Invalid as refusal:
            refuse(request, gettext("Nothing was approved or published."), reasons_of(refusal))
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return self.render_modal_json(request, {"step": "success", "redirect": self.redirect_url})
        return redirect(self.redirect_url)


class FrozenCreateView(ChecksBeforePublishing, PageCreateView):
    """A new module, or the policy's page."""


class FrozenEditView(ChecksBeforePublishing, PageEditView):
    """A page's form."""


class FrozenRevertView(ChecksBeforePublishing, RevisionsRevertView):
    """A page's form with an earlier revision in it."""


class FrozenWorkflowActionView(ApprovesWholeOrNot, PageWorkflowActionView):
    """Approving a page from the list of what waits."""


class PublishWholeOrNot(PublishBulkAction):
    """Publishing many pages: each one wholly or not at all, and those refused named with the reasons."""

    def __init__(self, request: HttpRequest, model: Any) -> None:
        super().__init__(request, model)
        self.refused: list[tuple[Page, list[str]]] = []

    def get_execution_context(self) -> dict[str, Any]:
        """Give the action a place for refusals."""
        return {**super().get_execution_context(), "refused": self.refused}

    @classmethod
    def execute_action(
        cls,
        objects: Sequence[Page],
        include_descendants: bool = False,
        user: Any = None,
        refused: list[tuple[Page, list[str]]] | None = None,
        **kwargs: Any,
    ) -> tuple[int, int]:
        """Publish each page by itself, so that one refused keeps no other back."""
        done = [0, 0]
        for page in objects:
            targets = [(0, page)]
            if include_descendants:
                drafts = page.get_descendants().not_live().specific()
                targets += [(1, d) for d in drafts if user is None or d.permissions_for_user(user).can_publish()]
            for depth, target in targets:
                try:
                    super().execute_action([target], user=user)
                    done[depth] += 1
                except (Invalid, ValidationError) as refusal:
                    if refused is None:
                        raise
                    refused.append((target, reasons_of(refusal)))
        return done[0], done[1]

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        """Say what was published, and what was not and why."""
        for page, reasons in self.refused:
            title = page.specific_deferred.get_admin_display_title()
            refuse(self.request, gettext("“%(title)s” was not published.") % {"title": title}, reasons)
        if not num_parent_objects and not num_child_objects:
            return None
        return super().get_success_message(num_parent_objects, num_child_objects)


# --- what is frozen stays ---

STAYS = _("What has been frozen once cannot be deleted, because records point to it. Unpublish it instead.")


def frozen_pages(pages: Sequence[Page]) -> list[ModulePage]:
    """Which module pages, of these and those below them, have versions."""
    below = Q(pk__in=[])
    for page in pages:
        below |= Q(path__startswith=page.path)
    modules = ModulePage.objects.filter(below, alias_of__isnull=True)
    return list(modules.filter(translation_key__in=ModuleVersion.objects.values("module")))


def frozen_questions(questions: Sequence[Question]) -> list[Question]:
    """Which of these questions have versions."""
    keys = [question.key for question in questions]
    frozen = set(QuestionVersion.objects.filter(question__in=keys).values_list("question", flat=True))
    return [question for question in questions if question.key in frozen]


def refuse_deletion(request: HttpRequest, kept: Sequence[Any]) -> None:
    """Say what cannot be deleted, and what can be done instead."""
    refuse(request, str(STAYS), [str(item) for item in kept])


# --- modules ---


class WidePageTable(PageTable):
    """A listing of pages that scrolls by itself on a narrow screen."""

    template_name = "cms/wide_table.html"


class ModuleExplorerView(ExplorableIndexView):
    """The modules under an index, with what is frozen of each."""

    table_class = WidePageTable
    table_classname = "listing"
    base_columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
        Column("slug", label=_("Label"), sort_key="slug", width="9%"),
        Column("version", label=_("Frozen version"), accessor=lambda page: _version(page), width="9%"),
        Column("newer", label=_("Since then"), accessor=lambda page: _since(page), width="18%"),
        DateColumn("latest_revision_created_at", label=_("Updated"), sort_key="latest_revision_created_at", width="9%"),
        PageStatusColumn("status", label=_("Status"), sort_key="live", width="12%"),
    ]

    @property
    def explorable_columns(self) -> list[Any]:
        """All columns: there is nothing below a module to go to."""
        return self.columns

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Look up all versions at once."""
        context = super().get_context_data(**kwargs)
        pages = [page for page in context["object_list"] if isinstance(page, ModulePage)]
        found = freshness_of(pages)
        for page in pages:
            page.freshness = found[page.pk]
        return context


def _version(page: Page) -> str:
    freshness = getattr(page, "freshness", None)
    if freshness is None or freshness.version is None:
        return gettext("none yet")
    return gettext("version %(number)d") % {"number": freshness.version.number}


def _since(page: Page) -> str:
    freshness = getattr(page, "freshness", None)
    parts = []
    if freshness and freshness.newer:
        parts.append(gettext("%(n)d questions newer than the frozen version") % {"n": freshness.newer})
    if freshness and freshness.drafts:
        parts.append(gettext("%(n)d questions not published") % {"n": freshness.drafts})
    return " / ".join(parts)


class FrozenPageViewSet(PageViewSet):
    """Wagtail's views of a page that freezes when it is published."""

    add_view_class = FrozenCreateView
    edit_view_class = FrozenEditView
    revisions_revert_view_class = FrozenRevertView
    workflow_action_view_class = FrozenWorkflowActionView


class ModuleViewSet(FrozenPageViewSet):
    """For modules, and for the list of what stands beside them."""

    model = ModulePage
    index_view_class = ModuleExplorerView
    parent_models: ClassVar = [ModuleIndexPage]


class PolicyViewSet(FrozenPageViewSet):
    """For the policy's page."""

    model = PolicyPage
    parent_models: ClassVar = []
