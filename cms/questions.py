"""Questions as their editors keep them: drafts, revisions, approval. What is asked is frozen with a module."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from cms.blocks import SHORT_PROSE, TOPIC_CHOICES, ClauseRefBlock, OptionBlock, clause_choices
from cms.publishing import PublishedWholeOrNot
from cms.snapshot import frozen, snapshot_of_question
from training.catalogue.freeze import faults_of_question
from training.catalogue.publish import clause_words
from training.catalogue.queries import newest_revision


def languages() -> list[tuple[str, str]]:
    """The languages in which lessons are written."""
    return list(getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", settings.LANGUAGES))


def optional_clause_choices() -> list[tuple[str, str]]:
    """The clauses, and none of them."""
    return [("", "—"), *clause_choices()]


class TopicsField(forms.MultipleChoiceField):
    """Awareness topics as boxes to tick, kept as their letters in order."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        """Letters to boxes."""
        return list(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        """Boxes to letters."""
        return "".join(sorted(super().clean(value)))


class QuestionForm(WagtailAdminModelForm):
    """Clauses and topics are chosen, not typed."""

    clause = forms.ChoiceField(choices=optional_clause_choices, required=False, label=_("Clause tested"))
    second_clause = forms.ChoiceField(choices=optional_clause_choices, required=False, label=_("Second clause tested"))
    topics = TopicsField(choices=TOPIC_CHOICES, required=False, label=_("Awareness topics tested"))


class Question(
    PublishedWholeOrNot,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    models.Model,
):
    """A question with its options, key and explanations.

    ``key`` is its identity in every version for ever. Publishing a question
    changes no module: a module takes its live words in when it is published.
    """

    SINGLE, MULTIPLE = "single", "multiple"
    TYPES = [(SINGLE, _("One right option")), (MULTIPLE, _("Several right options"))]

    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)
    label = models.CharField(
        _("label"), max_length=40, blank=True, help_text=_("A short name for editors, such as a3-01.")
    )
    language = models.CharField(_("language"), max_length=10, choices=languages, default="ja")
    type = models.CharField(_("type"), max_length=10, choices=TYPES, default=SINGLE)
    stem = RichTextField(_("question"), features=SHORT_PROSE)
    options = StreamField([("option", OptionBlock())], max_num=6, blank=True, verbose_name=_("options"))
    explanation = RichTextField(
        _("explanation"),
        features=SHORT_PROSE,
        blank=True,
        help_text=_("The principle, shown after the answer is stored."),
    )
    clause = models.CharField(_("clause tested"), max_length=20, blank=True)
    second_clause = models.CharField(_("second clause tested"), max_length=20, blank=True)
    topics = models.CharField(_("awareness topics tested"), max_length=4, blank=True)
    quotes = StreamField(
        [("clause", ClauseRefBlock())],
        max_num=3,
        blank=True,
        verbose_name=_("clauses quoted"),
        help_text=_("Shown in the policy's own words under the explanation."),
    )

    base_form_class = QuestionForm
    panels = [
        FieldPanel("stem"),
        FieldPanel("type"),
        FieldPanel("options"),
        FieldPanel("explanation"),
        MultiFieldPanel(
            [
                FieldPanel("clause"),
                FieldPanel("second_clause"),
                FieldPanel("topics"),
                FieldPanel("quotes"),
            ],
            heading=_("What it tests"),
        ),
        FieldRowPanel([FieldPanel("label"), FieldPanel("language")]),
    ]

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering: ClassVar = ["label", "pk"]
        constraints = [models.UniqueConstraint(fields=["key", "language"], name="cms_question_key_unique")]

    def __str__(self) -> str:
        return f"{self.label} {Truncator(strip_tags(self.stem)).chars(40)}".strip()

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses tested, one or two."""
        return tuple(ref for ref in (self.clause, self.second_clause) if ref)

    def clean(self) -> None:
        """Refuse the same clause twice."""
        super().clean()
        if self.second_clause and self.second_clause == self.clause:
            raise ValidationError({"second_clause": _("Choose another clause than the first, or none.")})

    def faults(self) -> list[str]:
        """Why this question cannot be published as it is, one sentence each; empty when it can."""
        revision = newest_revision()
        return faults_of_question(snapshot_of_question(self), clause_words(revision) if revision else {})

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        """The question as a learner sees it, and what is shown after the answer."""
        return "cms/question_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """The words as they would be frozen."""
        revision = newest_revision()
        clauses = clause_words(revision) if revision else {}
        snapshot = snapshot_of_question(self)
        return {
            "faults": faults_of_question(snapshot, clauses),
            "multiple": snapshot.type == self.MULTIPLE,
            "stem": frozen(snapshot.stem),
            "options": [
                {"text": o.text, "correct": o.correct, "explanation": frozen(o.explanation)} for o in snapshot.options
            ],
            "explanation": frozen(snapshot.explanation),
            "quotes": [clauses[ref] for ref in snapshot.quotes if ref in clauses],
        }
