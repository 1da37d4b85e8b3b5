"""The pages of Wagtail's tree: an index, and under it one page a module, and the policy's (``policy_page``).

None is served, only frozen versions are.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, MultipleChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from cms.blocks import ClauseRefBlock, PoolBlock, SectionBlock
from cms.module_form import ModuleForm
from cms.panels import FrozenVersionPanel
from cms.publishing import FrozenWhenPublished
from cms.questions import Question
from cms.snapshot import frozen, snapshot_of
from training.catalogue.blueprint import LONGEST_POOL_NAME, NO_ROTATION
from training.catalogue.freeze import minutes_of
from training.catalogue.models import ModuleVersion
from training.catalogue.publish import clause_words, publish_module, why_not
from training.catalogue.queries import newest_revision
from training.changes.moved import left_behind

# Half of last year's paper: enough to compare, too little to remember.
USUAL_ROTATION = 50


class NotServed:
    """A page whose own address only leads to where the training is."""

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send everyone to the front door, which knows who belongs where."""
        return HttpResponseRedirect(reverse("training:home"))


class ModuleIndexPage(NotServed, Page):
    """The place of all modules and of the policy, and of the permissions and the workflow that hold for them."""

    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = ["privacy_training_cms.ModulePage", "privacy_training_cms.PolicyPage"]
    max_count = 1
    admin_default_ordering = "slug"
    preview_modes: ClassVar = []

    class Meta:
        verbose_name = _("module index")
        verbose_name_plural = _("module indexes")


class ModulePage(NotServed, FrozenWhenPublished, Page):
    """A module as its editors keep it. Publishing freezes it: what is saved as published is saved with its version."""

    summary = models.TextField(_("summary"), max_length=500, help_text=_("One or two sentences, shown in lists."))
    covers = StreamField(
        [("clause", ClauseRefBlock())],
        blank=True,
        verbose_name=_("clauses covered"),
        help_text=_("Articles that this module is about."),
    )
    body = StreamField([("section", SectionBlock())], blank=True, collapsed=True, verbose_name=_("sections"))
    draw = models.PositiveIntegerField(
        _("questions drawn"),
        default=8,
        validators=[MinValueValidator(1)],
        help_text=_("How many questions a paper has."),
    )
    pass_mark = models.PositiveIntegerField(
        _("pass mark"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Per cent of the points needed to pass."),
    )
    pools = StreamField(
        [("pool", PoolBlock())],
        blank=True,
        verbose_name=_("pools"),
        help_text=_(
            "Only where papers take so many questions from one pool and so many from another. Empty: one pool."
        ),
    )
    each_clause = StreamField(
        [("clause", ClauseRefBlock())],
        blank=True,
        verbose_name=_("clauses on every paper"),
        help_text=_("Every paper has at least one question on each of these."),
    )
    attempts = models.PositiveIntegerField(
        _("attempts"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How often a person may try before HR arranges a make-up. Empty: as often as they like."),
    )
    cool_down_minutes = models.PositiveIntegerField(
        _("minutes between attempts"), default=0, help_text=_("0: the next attempt may begin at once.")
    )
    time_limit_minutes = models.PositiveIntegerField(
        _("minutes for a paper"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: no limit. What was saved in time is marked."),
    )
    shuffle = models.BooleanField(_("shuffle options"), default=True)
    review = models.CharField(
        _("shown after marking"),
        max_length=10,
        choices=[
            ("full", _("Own answer, right answer, explanation and clause")),
            ("answers", _("Own answer and whether it was right")),
            ("result", _("The score alone")),
        ],
        default="full",
    )
    rotation = models.PositiveIntegerField(
        _("met again from last year, per cent"),
        default=USUAL_ROTATION,
        validators=[MaxValueValidator(100)],
        help_text=_("How much of last year's paper the same person may meet again at most. 100: no limit."),
    )

    base_form_class = ModuleForm
    content_panels = [
        FrozenVersionPanel(heading=_("Frozen version")),
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("covers"),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("draw"), FieldPanel("pass_mark"), FieldPanel("rotation")]),
                FieldRowPanel(
                    [FieldPanel("attempts"), FieldPanel("cool_down_minutes"), FieldPanel("time_limit_minutes")]
                ),
                FieldPanel("review"),
                FieldPanel("shuffle"),
                FieldPanel("each_clause"),
                FieldPanel("pools"),
            ],
            heading=_("Understanding check"),
        ),
        MultipleChooserPanel("pool", chooser_field_name="question", heading=_("Questions"), label=_("Question")),
    ]
    promote_panels = [FieldPanel("slug")]

    parent_page_types: ClassVar = ["privacy_training_cms.ModuleIndexPage"]
    subpage_types: ClassVar = []

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """The page as a revision has it; revisions from before there was a rotation mean none."""
        return super().with_content_json({"rotation": NO_ROTATION, **content})

    def freeze(self) -> ModuleVersion:
        """Freeze the module with its live questions."""
        revision = newest_revision()
        snapshot = snapshot_of(self, clause_words(revision) if revision else {})
        return publish_module(snapshot=snapshot, revision=revision, now=self.last_published_at)

    def faults(self) -> list[str]:
        """Why this module cannot be published as it is, one sentence each; empty when it can."""
        revision = newest_revision()
        snapshot = snapshot_of(self, clause_words(revision) if revision else {})
        found = why_not(snapshot=snapshot, revision=revision)
        if revision is not None:
            found.extend(left_behind(snapshot=snapshot, last=self.latest_version(), revision=revision))
        if any(question.language != snapshot.language for question in snapshot.questions):
            found.append(gettext("A question chosen is in another language than the module."))
        return found

    def latest_version(self) -> ModuleVersion | None:
        """What was frozen last from this page, or None."""
        versions = ModuleVersion.objects.filter(module_id=self.translation_key, language=self.locale.language_code)
        return versions.select_related("revision").order_by("-number").first()

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The module as a learner will read it, and what still stands in the way of publishing it."""
        revision = newest_revision()
        snapshot = snapshot_of(self, clause_words(revision) if revision else {})
        context = {
            "page": self,
            "snapshot": snapshot,
            "sections": [{"key": s.key, "title": s.title, "html": frozen(s.html)} for s in snapshot.sections],
            "minutes": minutes_of(snapshot.sections),
            "faults": self.faults(),
        }
        return TemplateResponse(request, "cms/module_preview.html", context)


class ModuleQuestion(Orderable):
    """A question chosen for a module's pool."""

    page = ParentalKey(ModulePage, on_delete=models.CASCADE, related_name="pool", verbose_name=_("module"))
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="modules", verbose_name=_("question"))

    pool_name = models.CharField(
        _("pool"), max_length=LONGEST_POOL_NAME, blank=True, help_text=_("Empty: the main pool.")
    )

    panels = [FieldPanel("question"), FieldPanel("pool_name")]

    class Meta(Orderable.Meta):
        verbose_name = _("question of a module")
        verbose_name_plural = _("questions of a module")

    def __str__(self) -> str:
        return str(self.question)
