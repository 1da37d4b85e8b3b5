"""What Wagtail's admin is told about: wiring only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from cms.admin import hooks as admin_hooks  # noqa: F401  (registers HR's and the privacy officer's views)
from cms.editing import (
    ModuleViewSet,
    PolicyViewSet,
    PublishWholeOrNot,
    frozen_pages,
    frozen_questions,
    refuse_deletion,
    tell_of_revision,
)
from cms.policy_page import PolicyPage
from cms.publishing import REFUSED
from cms.question_actions import RETIRED, REUSED
from cms.question_bulk import BULK_ACTIONS
from cms.question_views import QuestionViewSet
from cms.questions import Question
from training.catalogue.queries import newest_revision

register_snippet(QuestionViewSet)
# In place of Wagtail's own action of this name, hence after it.
hooks.register("register_bulk_action", PublishWholeOrNot, order=100)
for bulk_action in BULK_ACTIONS:
    hooks.register("register_bulk_action", bulk_action)


@hooks.register("register_admin_viewset")
def module_views() -> ViewSet:
    """The views of module pages."""
    return ModuleViewSet()


@hooks.register("register_admin_viewset")
def policy_views() -> ViewSet:
    """The views of the policy's page."""
    return PolicyViewSet()


@hooks.register("before_delete_page")
def keep_frozen_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A page that has versions, or has such pages below it, stays."""
    if kept := frozen_pages([page]):
        refuse_deletion(request, kept)
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("before_delete_snippet")
def keep_frozen_question(request: HttpRequest, instances: Sequence[Any]) -> HttpResponse | None:
    """A question that has versions stays."""
    if kept := frozen_questions([i for i in instances if isinstance(i, Question)]):
        refuse_deletion(request, kept)
        return redirect(Question.snippet_viewset.get_url_name("list"))
    return None


@hooks.register("before_bulk_action")
def keep_all_frozen(request: HttpRequest, action: str, objects: Sequence[Any], view: Any) -> HttpResponse | None:
    """What has versions stays, also among many."""
    if action != "delete":
        return None
    pages = frozen_pages([o for o in objects if isinstance(o, Page)])
    if kept := [*pages, *frozen_questions([o for o in objects if isinstance(o, Question)])]:
        refuse_deletion(request, kept)
        return redirect(view.next_url)
    return None


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    """The refusals of the scheduler, and what was retired, as history shows them."""
    actions.register_action(RETIRED, _("Retire"), _("Retired"))
    actions.register_action(REUSED, _("Take back into use"), _("Taken back into use"))

    @actions.register_action(REFUSED)
    class Refused(LogFormatter):
        label = _("Not published as scheduled")

        def format_message(self, log_entry: Any) -> str:
            reasons = " ".join(log_entry.data.get("reasons", []))
            return _("Not published as scheduled: %(reasons)s") % {"reasons": reasons}


@hooks.register("after_publish_page")
def say_what_follows(request: HttpRequest, page: Page) -> None:
    """A new text of the policy asks for decisions, and for modules to be looked at."""
    newest = newest_revision()
    if isinstance(page, PolicyPage) and newest is not None and newest.published_at == page.last_published_at:
        tell_of_revision(request, newest)
