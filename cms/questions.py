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
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.fields import RichTextField, StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from cms.blocks import TOPIC_CHOICES, ClauseRefBlock, clause_choices
from cms.members import FIELDS
from cms.pictures import Pictures
from cms.publishing import PublishedWholeOrNot
from cms.question_blocks import (
    FOLD_CHOICES,
    GRADING_CHOICES,
    ILLUSTRATED,
    MOST_OPTIONS,
    MOST_PAIRS,
    MOST_PARTS,
    MOST_STEPS,
    TRUTH_CHOICES,
    accepted_blocks,
    number_blocks,
    option_blocks,
    pair_blocks,
    part_blocks,
    sequence_blocks,
)
from cms.question_panels import RULES, QuestionStatePanel, TypePanel
from cms.question_preview import preview_of
from cms.snapshot import snapshot_of_question
from training.catalogue.freeze import faults_of_question
from training.catalogue.publish import clause_words
from training.catalogue.queries import newest_revision
from training.catalogue.snapshots import FOLDS


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


class FoldField(forms.MultipleChoiceField):
    """Differences of writing as boxes to tick, kept as their names with commas."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        """Names to boxes."""
        return value.split(",") if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        """Boxes to names, always in the same order."""
        ticked = super().clean(value)
        return ",".join(fold for fold in FOLDS if fold in ticked)


class QuestionForm(WagtailAdminModelForm):
    """Clauses and topics are chosen, not typed."""

    clause = forms.ChoiceField(choices=optional_clause_choices, required=False, label=_("Clause tested"))
    second_clause = forms.ChoiceField(choices=optional_clause_choices, required=False, label=_("Second clause tested"))
    topics = TopicsField(choices=TOPIC_CHOICES, required=False, label=_("Awareness topics tested"))
    fold = FoldField(choices=FOLD_CHOICES, required=False, label=_("Differences of writing that do not count"))

    def clean(self) -> dict[str, Any]:
        """Overlook what is wrong in fields that the type has no use for: they are hidden, and stay as they were."""
        data = super().clean()
        used = FIELDS.get(data.get("type", ""), ())
        for name in {name for fields in FIELDS.values() for name in fields}.difference(used):
            self.errors.pop(name, None)
        return data


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
    TYPES = [
        (SINGLE, _("One right option")),
        (MULTIPLE, _("Several right options")),
        ("true_false", _("True or false")),
        ("matching", _("Matching")),
        ("ordering", _("Ordering")),
        ("short_text", _("Short text")),
        ("numeric", _("Number")),
        ("scenario", _("Case with several questions")),
    ]
    DIFFICULTIES = [(1, _("Easy")), (2, _("Usual")), (3, _("Hard"))]

    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)
    label = models.CharField(
        _("label"), max_length=40, blank=True, help_text=_("A short name for editors, such as a3-01.")
    )
    language = models.CharField(_("language"), max_length=10, choices=languages, default="ja")
    type = models.CharField(_("type"), max_length=10, choices=TYPES, default=SINGLE)
    stem = RichTextField(_("question"), features=ILLUSTRATED)
    options = StreamField(option_blocks(), max_num=MOST_OPTIONS, blank=True, verbose_name=_("options"))
    grading = models.CharField(_("grading"), max_length=10, choices=GRADING_CHOICES, default="all")
    truth = models.CharField(_("right answer"), max_length=5, choices=TRUTH_CHOICES, default="true")
    if_true = RichTextField(_("shown to who answered “true”"), features=ILLUSTRATED, blank=True)
    if_false = RichTextField(_("shown to who answered “false”"), features=ILLUSTRATED, blank=True)
    pairs = StreamField(
        pair_blocks(),
        max_num=MOST_PAIRS,
        blank=True,
        verbose_name=_("pairs"),
        help_text=_("Two pairs may have the same right side. Add choices that fit nothing to make guessing harder."),
    )
    sequence = StreamField(
        sequence_blocks(),
        max_num=MOST_STEPS,
        blank=True,
        verbose_name=_("steps in the right order"),
        help_text=_("Learners see them shuffled."),
    )
    accepted = StreamField(accepted_blocks(), blank=True, verbose_name=_("accepted answers"))
    fold = models.CharField(
        _("differences of writing that do not count"), max_length=40, blank=True, default=",".join(FOLDS)
    )
    numbers = StreamField(number_blocks(), blank=True, verbose_name=_("accepted numbers"))
    unit = models.CharField(
        _("unit"),
        max_length=100,
        blank=True,
        help_text=_("Empty: a number alone. Several spellings: separate them with 、."),
    )
    unit_required = models.BooleanField(_("the unit must be written"), default=False)
    parts = StreamField(part_blocks(), max_num=MOST_PARTS, blank=True, verbose_name=_("questions of the case"))
    explanation = RichTextField(
        _("explanation"),
        features=ILLUSTRATED,
        blank=True,
        help_text=_("The principle, shown after the answer is stored."),
    )
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), choices=DIFFICULTIES, default=2)
    retired_on = models.DateField(_("retired on"), null=True, blank=True, editable=False)
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
        QuestionStatePanel(heading=_("State and use")),
        FieldPanel("stem"),
        FieldPanel("type"),
        TypePanel("options"),
        TypePanel("truth"),
        TypePanel("if_true"),
        TypePanel("if_false"),
        TypePanel("pairs"),
        TypePanel("sequence"),
        TypePanel("grading"),
        TypePanel("accepted"),
        TypePanel("fold"),
        TypePanel("numbers"),
        TypePanel("unit"),
        TypePanel("unit_required"),
        TypePanel("parts"),
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
        FieldRowPanel([FieldPanel("difficulty"), FieldPanel("label"), FieldPanel("language")]),
    ]
    edit_handler = ObjectList(panels, attrs=RULES)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering: ClassVar = ["label", "pk"]
        constraints = [models.UniqueConstraint(fields=["key", "language"], name="cms_question_key_unique")]
        indexes = [
            models.Index(fields=["label", "id"], name="cms_question_in_order"),
            models.Index(fields=["clause"], name="cms_question_clause"),
            models.Index(fields=["second_clause"], name="cms_question_second_clause"),
            models.Index(fields=["type", "difficulty"], name="cms_question_type"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {Truncator(strip_tags(self.stem)).chars(40)}".strip()

    @property
    def scheduled_revision(self) -> Any:
        """What will be published at its time; a listing looks it up for all of its rows (``look_up_states``)."""
        return self._scheduled if hasattr(self, "_scheduled") else super().scheduled_revision

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses tested, one or two."""
        return tuple(ref for ref in (self.clause, self.second_clause) if ref)

    def clean(self) -> None:
        """Refuse the same clause twice."""
        super().clean()
        if self.second_clause and self.second_clause == self.clause:
            raise ValidationError({"second_clause": _("Choose another clause than the first, or none.")})

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """The question as a revision has it. That it is retired is said of the question, not of its words."""
        found = super().with_content_json(content)
        found.retired_on = self.retired_on
        return found

    def faults(self) -> list[str]:
        """Why this question cannot be published as it is, one sentence each; empty when it can."""
        revision, pictures = newest_revision(), Pictures()
        snapshot = snapshot_of_question(self, pictures)
        found = faults_of_question(snapshot, clause_words(revision) if revision else {})
        if self.retired_on:
            found.append(gettext("This question is retired. Take it back into use before you publish it."))
        return [*found, *pictures.faults()]

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        """The question as a learner sees it, and what is shown after the answer."""
        return "cms/question_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """The words as they would be frozen."""
        revision, pictures = newest_revision(), Pictures()
        snapshot = snapshot_of_question(self, pictures)
        return preview_of(snapshot, clause_words(revision) if revision else {}, pictures)
