"""Why a policy's text cannot be read, as its editor is told."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from training.policy.clauses import LONGEST_HEADING, Misplaced, Why

_REASONS: Mapping[Why, str | Promise] = {
    Why.CONTROL: _("A control character belongs to no text. Type the line again."),
    Why.NO_ARTICLE_LINE: _("Write an article's line as 第1条 (見出し), its number in digits."),
    Why.ARTICLE_ORDER: _("Article %(found)d follows article %(before)d. Number the articles one by one."),
    Why.PART_ORDER: _("Part (%(found)d) follows part (%(before)d). Number the parts one by one."),
    Why.PART_AFTER_ITEMS: _("A part (1) cannot begin after the article's own items."),
    Why.ITEM_ORDER: _("Item %(found)d follows item %(before)d. Number the items one by one."),
    Why.STRAY: _("A paragraph after the numbered items belongs to no clause. Put it before them, or into an item."),
    Why.NO_SUCH_DAY: _("There is no such day."),
    Why.AFTER_THE_DATE: _("No article can follow the date of enactment."),
    Why.NO_ARTICLE: _("There is no article. An article's line reads 第1条 (見出し)."),
    Why.NO_DATE: _("There is no date of enactment at the end, such as 2022年7月29日 制定 or 2026年12月1日 改定."),
    Why.LONG_TITLE: _("The title has more than %(most)d characters."),
    Why.LONG_HEADING: _("The heading has more than %(most)d characters."),
    Why.NO_WORDS: _("The clause has no words."),
}


def said(problem: Misplaced) -> str:
    """One sentence, beginning with the line where it is one line's fault."""
    found, before = problem.numbers or (0, 0)
    reason = str(_REASONS[problem.why]) % {"found": found, "before": before, "most": LONGEST_HEADING}
    return f"{problem.line}行目「{problem.text}」: {reason}" if problem.line else reason
