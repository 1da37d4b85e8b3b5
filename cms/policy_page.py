"""The policy's own page: its text as editors write it. Publishing a new text publishes the policy's next revision."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.models import Page

from cms.pages import NotServed
from cms.publishing import FrozenWhenPublished
from training.catalogue.queries import newest_revision
from training.changes.side_by_side import Sides, sides_of
from training.changes.words import CHANGES
from training.policy.clauses import UnreadablePolicy, label, parse
from training.policy.diff import Change, Difference, diff
from training.policy.models import Revision
from training.policy.publish import digest_of, plain_text, publish_revision, why_not


class PolicyForm(WagtailAdminPageForm):
    """A new page begins with the policy as it stands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = None if self.instance.pk else newest_revision()
        if newest is not None:
            self.initial.setdefault("title", newest.title)
            self.initial["title"] = self.initial["title"] or newest.title
            self.initial["text"] = self.initial.get("text") or newest.source

    def clean_text(self) -> str:
        """A browser ends its lines otherwise than a file."""
        return plain_text(self.cleaned_data["text"])


class PolicyPanel(Panel):
    """Which text is in force, whether this page says the same, and what stands in the way of publishing it."""

    class BoundPanel(Panel.BoundPanel):
        """The panel for one page."""

        template_name = "cms/policy_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            """Ask the policy; a page that is not saved yet has no text of its own."""
            context = super().get_context_data(parent_context)
            page, newest = self.instance, newest_revision()
            context["newest"] = newest
            if page.pk and page.text:
                context["faults"] = page.faults()
                context["same"] = newest is not None and newest.digest == digest_of(page.text)
            return context


class PolicyPage(NotServed, FrozenWhenPublished, Page):
    """The policy as its editors keep it. What has been published of it once is a revision, and never changes."""

    text = models.TextField(
        _("text of the policy"),
        help_text=_(
            "The whole of it: title, introduction, articles as 第1条 (見出し), numbered items, and at the end the days "
            "of enactment and of each revision. A clause keeps its reference as long as its number stays."
        ),
    )

    base_form_class = PolicyForm
    content_panels = [
        PolicyPanel(heading=_("The policy in force")),
        *Page.content_panels,
        FieldPanel("text", widget=forms.Textarea(attrs={"rows": 40, "spellcheck": "false"})),
    ]
    promote_panels = [FieldPanel("slug")]

    parent_page_types: ClassVar = ["privacy_training_cms.ModuleIndexPage"]
    subpage_types: ClassVar = []
    max_count = 1

    class Meta:
        verbose_name = _("policy page")
        verbose_name_plural = _("policy pages")

    def freeze(self) -> Revision:
        """Make the text the policy's newest revision; the same text is the same revision."""
        return publish_revision(source=self.text, now=self.last_published_at)

    def faults(self) -> list[str]:
        """Why this text cannot be published, one sentence each, with its line; empty when it can."""
        return why_not(self.text)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The text clause by clause, and how it differs from the one in force."""
        faults = self.faults()
        newest = newest_revision()
        clauses, title = (), self.title
        try:
            policy = parse(plain_text(self.text))
            clauses, title = policy.clauses, policy.title
        except UnreadablePolicy:
            pass  # the faults say it
        before = list(newest.clauses.all()) if newest else []
        changed = [one for one in diff(before, clauses) if one.change is not Change.SAME] if before and clauses else []
        context = {
            "page": self,
            "policy_title": title,
            "clauses": [{"label": label(one.ref), "heading": one.heading, "text": one.text} for one in clauses],
            "changes": [shown(one) for one in changed],
            "newest": newest,
            "faults": faults,
        }
        return TemplateResponse(request, "cms/policy_preview.html", context)


def shown(difference: Difference) -> dict[str, Any]:
    """A difference as a page shows it."""
    refs = [ref for ref in dict.fromkeys((difference.ref_before, difference.ref_after)) if ref]
    sides: Sides = sides_of(difference)
    return {"label": " → ".join(map(label, refs)), "kind": CHANGES[difference.change], "sides": sides}
