"""How statistics are worded: figures, what is found about a question and what to do, and how to read it all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cms.blocks import TOPIC_CHOICES
from training.quiz.chosen import Row, Tally
from training.quiz.statistics import JUDGED, LEAST, TOO_EASY, TOO_HARD, Figures, Flag

PERCENT = 100
MINUTE, HOUR = 60, 3600
TICKS = (TOO_HARD, TOO_EASY)
TOPICS = dict(TOPIC_CHOICES)
TYPES: Mapping[str, Any] = {
    "single": _("Single choice"),
    "multiple": _("Multiple choice"),
    "true_false": _("True or false"),
    "matching": _("Matching"),
    "ordering": _("Ordering"),
    "short_text": _("Short text"),
    "numeric": _("Number"),
    "scenario": _("Scenario"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found about a question, and what to do about it."""

    name: Any
    advice: Any


FINDINGS: Mapping[Flag, Finding] = {
    Flag.TOO_EASY: Finding(
        _("Too easy"),
        _("Nearly everybody gets it right. Make the wrong answers more tempting, or ask about a case, not a rule."),
    ),
    Flag.TOO_HARD: Finding(
        _("Too hard"),
        _("Few get it right. Check the key and the wording, and whether the lesson teaches it at all."),
    ),
    Flag.NEGATIVE: Finding(
        _("Works backwards"),
        _(
            "Who does well otherwise gets it wrong. Look for a wrong key or a second right answer; "
            "if it is faulty, have it withdrawn."
        ),
    ),
    Flag.DEAD: Finding(
        _("Wrong option that nobody takes"),
        _("Fewer than one in twenty take it. Put a mistake in its place that people do make, or leave it out."),
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table of figures, and a bar of its chart. ``figures`` is None where nothing is told."""

    name: str
    figures: Figures | None
    under: str = ""
    url: str = ""
    depth: int = 0
    flags: tuple[Flag, ...] = ()
    untold: str = ""

    @property
    def findings(self) -> list[Finding]:
        """What is found, in words."""
        return [FINDINGS[flag] for flag in self.flags]

    @property
    def facility(self) -> str:
        """The share of marks earned, or why it is not told."""
        return percent(self.figures.facility) if self.figures else self.untold or few()

    @property
    def passed(self) -> str:
        """The share of papers that passed."""
        return percent(self.figures.passed) if self.figures else ""

    @property
    def discrimination(self) -> str:
        """Two places, as it is read."""
        return signed(self.figures.discrimination) if self.figures else ""

    @property
    def time(self) -> str:
        """Median time for one question."""
        return duration(self.figures.seconds) if self.figures else ""


def few() -> str:
    """In place of the figures of a small group."""
    return gettext("Fewer than %(count)d people") % {"count": LEAST}


def untold() -> str:
    """In place of answers that would be about a small group."""
    return gettext("What was answered is not told: it would be about fewer than %(count)d people.") % {"count": LEAST}


def percent(share: float) -> str:
    """A share in whole per cent; only what is all or nothing reads 100 or 0."""
    whole = round(share * PERCENT)
    if 0 < share < 1:
        whole = min(PERCENT - 1, max(1, whole))
    return f"{whole}%"


def signed(value: float | None) -> str:
    """A correlation, with a true minus; a dash where it has no value."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def duration(seconds: float) -> str:
    """So many seconds in words."""
    whole = round(seconds)
    if whole < MINUTE:
        return ngettext("%(seconds)d second", "%(seconds)d seconds", whole) % {"seconds": whole}
    if whole < HOUR:
        return gettext("%(minutes)d min %(seconds)d s") % {"minutes": whole // MINUTE, "seconds": whole % MINUTE}
    return gettext("%(hours)d h %(minutes)d min") % {"hours": whole // HOUR, "minutes": whole % HOUR // MINUTE}


def answer_words(tally: Tally, row: Row) -> str:
    """An answer as a table of answers names it."""
    if row.others:
        return gettext("Other answers")
    if tally.type == "true_false":
        said = gettext("True") if row.text == "true" else gettext("False")
        return gettext("“%(answer)s”") % {"answer": said}
    return row.text


def answer_mark(row: Row) -> str:
    """Whether an answer is right, in words."""
    if row.right is None:
        return gettext("In its place")
    if not row.right:
        return gettext("Marked wrong")
    if row.weight in ("", "1"):
        return gettext("Marked right")
    return gettext("Partly right (%(share)s)") % {"share": row.weight}


def tally_heading(tally: Tally) -> str:
    """What was answered, where a question asks for several things."""
    if tally.type == "matching" and not tally.heading:
        return gettext("Choices that fit nothing")
    return tally.heading


def notes() -> list[str]:
    """How the figures are to be read, for page and file alike."""
    return [
        gettext(
            "Counted are first papers only: whoever sits again has seen the questions. The marking that counts is the "
            "last one; a withdrawn question is in no figure."
        ),
        gettext(
            "Facility is the average share of the marks that was earned. Discrimination is the correlation between a "
            "question and the rest of the same paper (corrected item-total correlation), from −1 to 1: the higher, the "
            "better the question tells who knows; “–” where all answered alike."
        ),
        gettext(
            "The time is no measured time of one question: it is the time from the beginning of a paper to handing it "
            "in, divided by its number of questions, and of these the median. Breaks are included."
        ),
        gettext(
            "Nothing is told about fewer than %(least)d people, nor anything from which it would follow: what fewer "
            "than %(least)d people were asked is left out of every total, and small departments are told together. "
            "Questions are judged from %(judged)d people on. While a campaign runs, its figures change with each paper."
        )
        % {"least": LEAST, "judged": JUDGED},
    ]
