"""What a lesson is built of. Every block's template gives plain semantic HTML that works without styles and scripts.

The policy's words are never typed: a clause block holds a reference, and the
template shows the clause as the newest revision has it.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.words import words_in
from training.catalogue.blueprint import LONGEST_POOL_NAME
from training.catalogue.publish import clause_words
from training.catalogue.queries import newest_revision
from training.policy.models import Clause, Revision

PROSE = ["bold", "italic", "ul", "ol", "h3"]
SHORT_PROSE = ["bold", "italic", "ul", "ol"]

TOPIC_CHOICES = [
    ("a", _("a: the privacy policy")),
    ("b", _("b: why conforming matters and what it brings")),
    ("c", _("c: one's own role and responsibility")),
    ("d", _("d: what follows from a breach")),
]
VERDICT_CHOICES = [
    ("good", _("Good decision")),
    ("fair", _("Close, but not there yet")),
    ("bad", _("Decision to avoid")),
]


def clause_choices() -> list[tuple[str, str]]:
    """Every clause of the policy as it now stands, for an editor to choose from."""
    newest = Revision.objects.order_by("-number").values_list("pk", flat=True)[:1]
    clauses = Clause.objects.filter(revision__in=newest).order_by("position")
    return [(clause.ref, Truncator(f"{clause.label}　{clause.text}").chars(26)) for clause in clauses]


class ClauseRefBlock(blocks.ChoiceBlock):
    """A clause of the policy, by reference."""

    def __init__(self, choices: Any = clause_choices, **kwargs: Any) -> None:
        super().__init__(choices=choices, **kwargs)

    def normalize_choice(self, value: Any) -> Any:
        """A reference is text already. Wagtail's own way would read the whole policy for each reference it meets."""
        return value

    class Meta:
        icon = "openquote"
        label = _("Clause")


class LessonBlock(blocks.StructBlock):
    """A block that speaks the lesson's language: its template gets ``words``."""

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the words of the language that the page gives; Japanese where a block is rendered alone."""
        context = super().get_context(value, parent_context=parent_context)
        context["words"] = words_in(context.get("language", "ja"))
        return context


class ClauseBlock(LessonBlock):
    """A clause, quoted by reference, and what it means for this reader."""

    ref = ClauseRefBlock(label=_("Clause"))
    meaning = blocks.RichTextBlock(features=SHORT_PROSE, label=_("In plain words"))

    class Meta:
        icon = "openquote"
        label = _("Clause of the policy")
        template = "cms/blocks/clause.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the clause's words: those that the page's snapshot has at hand, else the newest revision's."""
        context = super().get_context(value, parent_context=parent_context)
        clauses = context.get("clauses")
        if clauses is None:
            revision = newest_revision()
            clauses = clause_words(revision) if revision else {}
        context["clause"] = clauses.get(value["ref"])
        return context


class TermBlock(blocks.StructBlock):
    """A word and how to tell what it means."""

    term = blocks.CharBlock(max_length=100, label=_("Term"))
    meaning = blocks.RichTextBlock(features=SHORT_PROSE, label=_("Meaning"))

    class Meta:
        icon = "tag"
        label = _("Term")


class TermsBlock(LessonBlock):
    """Key terms."""

    terms = blocks.ListBlock(TermBlock(), min_num=1, label=_("Terms"))

    class Meta:
        icon = "list-ul"
        label = _("Key terms")
        template = "cms/blocks/terms.html"


class ChoiceTakenBlock(blocks.StructBlock):
    """One thing that people do in such a situation, and what comes of it."""

    text = blocks.TextBlock(rows=2, label=_("Choice"))
    verdict = blocks.ChoiceBlock(choices=VERDICT_CHOICES, label=_("Verdict"))
    consequence = blocks.RichTextBlock(features=SHORT_PROSE, label=_("Consequence"))

    class Meta:
        icon = "radio-empty"
        label = _("Choice")


class ScenarioBlock(LessonBlock):
    """A situation at work, a question, and choices with their consequences."""

    title = blocks.CharBlock(max_length=100, label=_("Title"))
    situation = blocks.RichTextBlock(features=SHORT_PROSE, label=_("Situation"))
    question = blocks.TextBlock(rows=1, label=_("Question"))
    choices = blocks.ListBlock(ChoiceTakenBlock(), min_num=2, max_num=4, label=_("Choices"))

    class Meta:
        icon = "user"
        label = _("Scenario")
        template = "cms/blocks/scenario.html"


class DosDontsBlock(LessonBlock):
    """What to do and what not to do."""

    dos = blocks.ListBlock(blocks.TextBlock(rows=1), min_num=1, label=_("Do"))
    donts = blocks.ListBlock(blocks.TextBlock(rows=1), min_num=1, label=_("Do not"))

    class Meta:
        icon = "tick-inverse"
        label = _("Dos and don'ts")
        template = "cms/blocks/dos_donts.html"


class StepBlock(blocks.StructBlock):
    """Whom to tell, when, and what."""

    who = blocks.CharBlock(max_length=100, label=_("Whom"))
    when = blocks.TextBlock(rows=1, label=_("When"))
    what = blocks.TextBlock(rows=2, label=_("What"))

    class Meta:
        icon = "arrow-right"
        label = _("Step")


class EscalationBlock(LessonBlock):
    """What to do and whom to tell when it goes wrong, in order."""

    steps = blocks.ListBlock(StepBlock(), min_num=1, label=_("Steps"))

    class Meta:
        icon = "warning"
        label = _("When it goes wrong")
        template = "cms/blocks/escalation.html"


class ContentBlock(blocks.StreamBlock):
    """The blocks of a section."""

    text = blocks.RichTextBlock(features=PROSE, label=_("Text"), template="cms/blocks/text.html")
    clause = ClauseBlock()
    terms = TermsBlock()
    scenario = ScenarioBlock()
    dos_donts = DosDontsBlock()
    escalation = EscalationBlock()

    class Meta:
        label = _("Content")
        template = "cms/blocks/content.html"


class SectionBlock(blocks.StructBlock):
    """A section: one page that the learner steps through. Its id is the section's key in every version."""

    title = blocks.CharBlock(max_length=100, label=_("Heading"))
    topics = blocks.MultipleChoiceBlock(
        choices=TOPIC_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Awareness topics taught here"),
    )
    content = ContentBlock()

    class Meta:
        icon = "doc-full"
        label = _("Section")
        label_format = "{title}"


class PoolBlock(blocks.StructBlock):
    """A named part of a module's questions, and how many of it a paper takes."""

    name = blocks.CharBlock(
        max_length=LONGEST_POOL_NAME,
        label=_("Name"),
        help_text=_("As written beside the questions. “main” is the pool of those beside which nothing is written."),
    )
    draw = blocks.IntegerBlock(min_value=1, label=_("Questions drawn from it"))

    class Meta:
        icon = "folder-open-inverse"
        label = _("Pool")
        label_format = "{name}"
