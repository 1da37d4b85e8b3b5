"""The panels of a question's form: what is known of it, and the fields that only some types have."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from wagtail.admin.panels import FieldPanel, Panel

from cms.members import FIELDS
from cms.usage import usage_of

# Wagtail's own script shows and hides what carries rules; where no script runs, every field is there.
RULES = {"data-controller": "w-rules", "data-action": "change->w-rules#resolve"}


class TypePanel(FieldPanel):
    """A field that only some types of question have: a script hides it for the others, without one all are shown."""

    class BoundPanel(FieldPanel.BoundPanel):
        """The panel for one question."""

        @property
        def attrs(self) -> dict[str, Any]:
            """Name the types, for the script."""
            types = [kind for kind, fields in FIELDS.items() if self.field_name in fields]
            rules = {"data-w-rules-target": "show", "data-w-rules": json.dumps({"type": types})}
            return {**super().attrs, **rules}


class QuestionStatePanel(Panel):
    """Where a question is used and how often it was answered, and whether it is retired."""

    class BoundPanel(Panel.BoundPanel):
        """The panel for one question."""

        template_name = "cms/question_state_panel.html"

        def is_shown(self) -> bool:
            """A question that is not saved yet is used nowhere."""
            return super().is_shown() and bool(self.instance.pk)

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            """Count."""
            context = super().get_context_data(parent_context)
            context["question"] = self.instance
            context["use"] = usage_of([self.instance])[self.instance.pk]
            if self.request and self.request.user.has_perm("privacy_training_cms.publish_question"):
                context["change"] = _address("reuse" if self.instance.retired_on else "retire", self.instance)
            return context


def _address(action: str, question: Any) -> str:
    """Where a bulk action asks whether to be done to this one question, and comes back."""
    back = reverse(question.snippet_viewset.get_url_name("edit"), args=[question.pk])
    where = reverse("wagtail_bulk_action", args=["privacy_training_cms", "question", action])
    return f"{where}?{urlencode({'id': question.pk, 'next': back})}"
