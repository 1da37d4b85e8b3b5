"""The words of the mails about plans, in Japanese or English, as text and as HTML; of a letter and of its preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from training.conf import conf
from training.reminders.mails import MOST_LINES, Rendered, page_link, rendered


@dataclass(frozen=True, slots=True)
class Written:
    """That a plan was drafted or changed: on which day, and by whom. Nobody's name: by the system itself."""

    on: date
    by: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A plan in a mail. ``days`` are left until its first day, or have passed since where negative.

    ``repeats``: a repeating plan drafted it, unless somebody is named. ``link`` leads to the page where it is decided.
    """

    title: str
    first_day: date
    due_on: date
    days: int
    why: Any
    link: str
    drafted: Written | None = None
    changed: Written | None = None
    repeats: bool = False

    @property
    def late(self) -> int:
        """How many days have passed since the first day."""
        return max(-self.days, 0)


def to_officer(*, name: str, plans: Sequence[Told], news: bool, language: str, can_choose: bool) -> Rendered:
    """The mail to a privacy officer about drafts that wait; ``news`` where one is new to the reader, or changed.

    ``can_choose``: the reader has a page to choose the language on.
    """
    with translation.override(language):
        subject = _("Plan to be approved: %(title)s") if news else _("Plan still not approved: %(title)s")
        return _rendered("approval", subject, plans, language, name=name, can_choose=can_choose)


def to_opener(*, name: str, plans: Sequence[Told], language: str, can_choose: bool) -> Rendered:
    """The mail to HR (without a name) or to whoever is responsible, about what is approved and has not been opened."""
    with translation.override(language):
        return _rendered("opening", _("Not opened yet: %(title)s"), plans, language, name=name, can_choose=can_choose)


def plan_link(code: str) -> str:
    """Where a plan is read and approved."""
    return _link(conf.plan_page, code)


def campaign_link(code: str) -> str:
    """A campaign's page, from which it is opened."""
    return _link(conf.campaign_page, code)


def _link(page: str, code: str) -> str:
    """The page's address; the administration's where the site has no such page."""
    try:
        return f"{conf.public_url}{reverse(page, args=[code])}"
    except NoReverseMatch:
        return f"{conf.public_url}{conf.admin_url}"


def _rendered(
    template: str, subject: str, plans: Sequence[Told], language: str, *, name: str, can_choose: bool
) -> Rendered:
    title = plans[0].title
    if len(plans) > 1:
        title = _("%(title)s and %(n)d more") % {"title": title, "n": len(plans) - 1}
    return rendered(
        template,
        subject % {"title": title},
        language,
        name=name,
        count=len(plans),
        plans=plans[:MOST_LINES],
        more=max(len(plans) - MOST_LINES, 0),
        link=plans[0].link if len(plans) == 1 else "",
        languages=page_link("training:mails") if can_choose else "",
    )
