"""What questions of each type are built of. A block's id is its option's, step's or part's for ever, moved or not."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import SHORT_PROSE
from training.catalogue.snapshots import FOLDS

# 10³ is not 103: what a file brings is neither lost in the editor nor when it is frozen.
ILLUSTRATED = [*SHORT_PROSE, "superscript", "subscript", "image"]
MOST_OPTIONS = 10
MOST_PAIRS = 10
MOST_STEPS = 8
MOST_PARTS = 8

GRADING_CHOICES = [
    ("all", _("All or nothing: right only where everything is right")),
    ("partial", _("In part: each right piece brings its share")),
]
FOLD_CHOICES = [
    ("width", _("Full and half width (ＡＢＣ and ABC)")),
    ("kana", _("Hiragana and katakana")),
    ("case", _("Capital and small letters")),
    ("spaces", _("Spaces")),
]
TRUTH_CHOICES = [("true", _("True")), ("false", _("False"))]
WEIGHT_HELP = _("A fraction such as 1/2 or -1/3. Leave it empty for the usual one.")


def _prose(**kwargs: Any) -> blocks.RichTextBlock:
    return blocks.RichTextBlock(features=ILLUSTRATED, **kwargs)


def _feedback(**kwargs: Any) -> blocks.RichTextBlock:
    return _prose(required=False, label=_("Explanation"), **kwargs)


def _weight(**kwargs: Any) -> blocks.CharBlock:
    return blocks.CharBlock(required=False, max_length=12, label=_("Weight"), **kwargs)


class OptionBlock(blocks.StructBlock):
    """An option of one line, as most are."""

    text = blocks.TextBlock(rows=2, label=_("Option"))
    correct = blocks.BooleanBlock(required=False, label=_("Right"))
    explanation = _feedback(help_text=_("What choosing this option teaches."))
    weight = _weight(help_text=WEIGHT_HELP)

    class Meta:
        icon = "radio-full"
        label = _("Option")
        label_format = "{text}"


class RichOptionBlock(blocks.StructBlock):
    """An option with emphasis, lists or a picture."""

    text = _prose(label=_("Option"))
    correct = blocks.BooleanBlock(required=False, label=_("Right"))
    explanation = _feedback(help_text=_("What choosing this option teaches."))
    weight = _weight(help_text=WEIGHT_HELP)

    class Meta:
        icon = "image"
        label = _("Option with formatting or a picture")
        label_format = "{text}"


class PairBlock(blocks.StructBlock):
    """Something to find the counterpart of, and its counterpart."""

    prompt = _prose(label=_("Left: what is asked"))
    choice = _prose(label=_("Right: what fits it"))

    class Meta:
        icon = "link"
        label = _("Pair")
        label_format = "{prompt}"


class AcceptedBlock(blocks.StructBlock):
    """A text that counts as right, or, with weight 0, a mistake that has its own explanation."""

    text = blocks.CharBlock(max_length=500, label=_("Answer"))
    weight = _weight(
        default="1", help_text=_("1 is right, 1/2 half right, 0 a mistake with an explanation of its own.")
    )
    explanation = _feedback(help_text=_("What giving this answer teaches."))

    class Meta:
        icon = "pilcrow"
        label = _("Answer")
        label_format = "{text}"


class NumberBlock(blocks.StructBlock):
    """A number that counts as right, with how far off it still does."""

    value = blocks.CharBlock(max_length=30, label=_("Number"), help_text=_("Digits, without separators: 72 or 0.5."))
    tolerance = blocks.CharBlock(
        required=False,
        max_length=30,
        default="0",
        label=_("Tolerance"),
        help_text=_("How far off it may be. 0: exact."),
    )
    weight = _weight(
        default="1", help_text=_("1 is right, 1/2 half right, 0 a mistake with an explanation of its own.")
    )
    explanation = _feedback(help_text=_("What giving this answer teaches."))

    class Meta:
        icon = "decimal"
        label = _("Number")
        label_format = "{value}"


def option_blocks() -> list[tuple[str, blocks.Block]]:
    """What one chooses from."""
    return [("option", OptionBlock()), ("rich_option", RichOptionBlock())]


def pair_blocks() -> list[tuple[str, blocks.Block]]:
    """What is matched, and choices that fit nothing."""
    return [("pair", PairBlock()), ("other", _prose(icon="cross", label=_("Choice that fits nothing")))]


def sequence_blocks() -> list[tuple[str, blocks.Block]]:
    """What is put in order."""
    return [("item", _prose(icon="list-ol", label=_("Step")))]


def accepted_blocks() -> list[tuple[str, blocks.Block]]:
    """Texts that are worth something."""
    return [("answer", AcceptedBlock())]


def number_blocks() -> list[tuple[str, blocks.Block]]:
    """Numbers that are worth something."""
    return [("answer", NumberBlock())]


def _explanation() -> blocks.RichTextBlock:
    return _prose(
        required=False, label=_("Explanation"), help_text=_("The principle, shown after the answer is stored.")
    )


class SinglePart(blocks.StructBlock):
    """A part with one right option."""

    stem = _prose(label=_("Question"))
    options = blocks.StreamBlock(option_blocks(), required=False, max_num=MOST_OPTIONS, label=_("Options"))
    explanation = _explanation()

    class Meta:
        icon = "radio-full"
        label = _("One right option")
        label_format = "{stem}"


class MultiplePart(blocks.StructBlock):
    """A part with several right options."""

    stem = _prose(label=_("Question"))
    options = blocks.StreamBlock(option_blocks(), required=False, max_num=MOST_OPTIONS, label=_("Options"))
    grading = blocks.ChoiceBlock(choices=GRADING_CHOICES, default="all", label=_("Grading"))
    explanation = _explanation()

    class Meta:
        icon = "list-ul"
        label = _("Several right options")
        label_format = "{stem}"


class TrueFalsePart(blocks.StructBlock):
    """A part that is true or false."""

    stem = _prose(label=_("Question"))
    truth = blocks.ChoiceBlock(choices=TRUTH_CHOICES, default="true", label=_("Right answer"))
    if_true = _prose(required=False, label=_("Shown to who answered “true”"))
    if_false = _prose(required=False, label=_("Shown to who answered “false”"))
    explanation = _explanation()

    class Meta:
        icon = "tick-inverse"
        label = _("True or false")
        label_format = "{stem}"


class MatchingPart(blocks.StructBlock):
    """A part that is matched."""

    stem = _prose(label=_("Question"))
    pairs = blocks.StreamBlock(pair_blocks(), required=False, max_num=MOST_PAIRS, label=_("Pairs"))
    explanation = _explanation()

    class Meta:
        icon = "link"
        label = _("Matching")
        label_format = "{stem}"


class OrderingPart(blocks.StructBlock):
    """A part that is put in order."""

    stem = _prose(label=_("Question"))
    sequence = blocks.StreamBlock(
        sequence_blocks(), required=False, max_num=MOST_STEPS, label=_("Steps in the right order")
    )
    grading = blocks.ChoiceBlock(choices=GRADING_CHOICES, default="all", label=_("Grading"))
    explanation = _explanation()

    class Meta:
        icon = "list-ol"
        label = _("Ordering")
        label_format = "{stem}"


class ShortTextPart(blocks.StructBlock):
    """A part that is answered in a word or two."""

    stem = _prose(label=_("Question"))
    accepted = blocks.StreamBlock(accepted_blocks(), required=False, label=_("Accepted answers"))
    fold = blocks.MultipleChoiceBlock(
        choices=FOLD_CHOICES,
        required=False,
        default=list(FOLDS),
        widget=forms.CheckboxSelectMultiple,
        label=_("Differences of writing that do not count"),
    )
    explanation = _explanation()

    class Meta:
        icon = "pilcrow"
        label = _("Short text")
        label_format = "{stem}"


class NumericPart(blocks.StructBlock):
    """A part that is answered with a number."""

    stem = _prose(label=_("Question"))
    numbers = blocks.StreamBlock(number_blocks(), required=False, label=_("Accepted numbers"))
    unit = blocks.CharBlock(
        required=False, max_length=100, label=_("Unit"), help_text=_("Several spellings: separate them with 、.")
    )
    unit_required = blocks.BooleanBlock(required=False, label=_("The unit must be written"))
    explanation = _explanation()

    class Meta:
        icon = "decimal"
        label = _("Number")
        label_format = "{stem}"


def part_blocks() -> list[tuple[str, blocks.Block]]:
    """The questions that a case may carry: every type but a case."""
    return [
        ("single", SinglePart()),
        ("multiple", MultiplePart()),
        ("true_false", TrueFalsePart()),
        ("matching", MatchingPart()),
        ("ordering", OrderingPart()),
        ("short_text", ShortTextPart()),
        ("numeric", NumericPart()),
    ]
