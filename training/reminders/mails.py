"""The words of each mail, in Japanese or English, as text and as HTML; the same for a letter and for its preview.

Nothing in a mail is fetched from anywhere: no picture, no counter, no address that tells who opened it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from training.campaigns.models import Assignment
from training.conf import conf

MOST_LINES = 100


class Kind(TextChoices):
    """What mails there are."""

    ASSIGNED = "assigned", gettext_lazy("To the person, on assignment")
    LEARNER = "learner", gettext_lazy("To the person, before the due day")
    TODAY = "today", gettext_lazy("To the person, on the due day")
    OVERDUE = "overdue", gettext_lazy("To the person, overdue")
    BY_HAND = "by_hand", gettext_lazy("To the person, on request of the manager")
    BY_OFFICE = "by_office", gettext_lazy("To the person, on request of HR")
    MANAGER = "manager", gettext_lazy("To the manager: own people who are overdue")
    HR = "hr", gettext_lazy("To HR: who is overdue for long")
    APPROVAL = "approval", gettext_lazy("To the privacy officer: plans to be approved")
    NUDGE = "nudge", gettext_lazy("To the privacy officer: a plan still not approved")
    OPENING = "opening", gettext_lazy("To HR: a plan approved and not opened")
    RESPONSIBLE = "responsible", gettext_lazy("To the person responsible: a plan approved and not opened")


class Asker(StrEnum):
    """On whose wish a mail goes to a person beside those that go by themselves."""

    MANAGER = "manager"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail in words."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class News:
    """What a notice says of an assignment that the person has not been told of: what it is, why, and how long it takes.

    ``minutes`` is 0 of what has no module to study, as a pledge on leaving.
    """

    kind: Any
    why: Any
    minutes: int


WHY = {
    Assignment.Cause.AUDIENCE: gettext_lazy("You belong to those whom this training is held for."),
    Assignment.Cause.FOLLOWED: gettext_lazy("You belong to those whom this training is held for."),
    Assignment.Cause.MANUAL: gettext_lazy("You were added to this training by name."),
    Assignment.Cause.CHANGE: gettext_lazy("The privacy policy has changed since you signed it."),
    Assignment.Cause.LEAVING: gettext_lazy("You are leaving the company."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One assignment in a mail. ``days`` are left until the due day, or have passed since where negative.

    ``news`` is given where the line is the notice of an assignment.
    """

    title: str
    due_on: date
    days: int
    standing: Any
    name: str = ""
    number: str = ""
    department: str = ""
    news: News | None = None

    @property
    def late(self) -> int:
        """How many days have passed since the due day."""
        return max(-self.days, 0)


@dataclass(frozen=True, slots=True)
class Count:
    """A campaign in HR's digest: how many of the mail's people are in it, and of all who is overdue."""

    title: str
    told: int
    overdue: int


def to_learner(*, name: str, lines: Sequence[Line], asker: Asker | None, language: str) -> Rendered:
    """The mail to a person about the own training; ``asker`` where somebody wished for it by hand."""
    with translation.override(language):
        return rendered(
            "learner",
            _learner_subject(lines, by_hand=asker is not None),
            language,
            name=name,
            lines=lines,
            asker=asker,
            late=any(line.late for line in lines),
            news=all(line.news for line in lines),
            link=page_link("training:mine"),
            languages=page_link("training:mails"),
        )


def to_manager(*, name: str, lines: Sequence[Line], language: str) -> Rendered:
    """The digest to a manager: own people only, how far they are, never a score."""
    with translation.override(language):
        people = len({line.number for line in lines})
        subject = ngettext("Training overdue: %(n)d of your people", "Training overdue: %(n)d of your people", people)
        return rendered(
            "manager",
            subject % {"n": people},
            language,
            name=name,
            people=people,
            link=page_link("training:team"),
            languages=page_link("training:mails"),
            **_some(lines),
        )


def to_hr(*, counts: Sequence[Count], lines: Sequence[Line], language: str) -> Rendered:
    """The digest to HR."""
    with translation.override(language):
        people = len({line.number for line in lines})
        subject = ngettext("Training overdue for long: %(n)d person", "Training overdue for long: %(n)d people", people)
        return rendered(
            "hr",
            subject % {"n": people},
            language,
            people=people,
            counts=counts,
            link=f"{conf.public_url}{conf.admin_url}",
            **_some(lines),
        )


def _some(lines: Sequence[Line]) -> dict[str, Any]:
    return {"lines": lines[:MOST_LINES], "more": max(len(lines) - MOST_LINES, 0)}


def _learner_subject(lines: Sequence[Line], *, by_hand: bool) -> str:
    first = min(lines, key=lambda line: line.days)
    title = {"title": first.title}
    if len(lines) > 1:
        title["title"] = _("%(title)s and %(n)d more") % {"title": first.title, "n": len(lines) - 1}
    if by_hand:
        return _("Please do your training: %(title)s") % title
    if first.days >= 0 and all(line.news for line in lines):
        words = _("New training for you: %(title)s") if first.days else _("New training for you, due today: %(title)s")
        return words % title
    if first.days == 1:
        return _("Due tomorrow: %(title)s") % title
    if first.days > 1:
        return _("Due in %(n)d days: %(title)s") % {**title, "n": first.days}
    if first.days == 0:
        return _("Due today: %(title)s") % title
    return _("Overdue: %(title)s") % title


def page_link(name: str) -> str:
    """The address of a page of the site, as a mail gives it."""
    return f"{conf.public_url}{reverse(name)}"


def _evened(text: str) -> str:
    """The text without the empty lines that a template's tags leave."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def rendered(template: str, subject: str, language: str, **context: Any) -> Rendered:
    """A mail of its templates, in the language that is active."""
    words = {
        **context,
        "subject": subject,
        "language": language,
        "company": conf.company_name,
        "contact": conf.contact_email,
    }
    return Rendered(
        subject=" ".join(f"[{_('Privacy training')}] {subject}".split()),
        text=_evened(render_to_string(f"training/mail/{template}.txt", words)),
        html=render_to_string(f"training/mail/{template}.html", words),
    )
