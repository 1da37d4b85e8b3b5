"""A change of the policy in words: what became of a clause, what was decided, what it touches; for page and command."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from training.changes.compare import Judged
from training.changes.touched import TouchedClause
from training.policy.diff import Change

CHANGES: Mapping[Change, Promise] = {
    Change.SAME: _("Unchanged"),
    Change.CHANGED: _("Changed"),
    Change.ADDED: _("Added"),
    Change.REMOVED: _("Removed"),
    Change.RENUMBERED: _("Renumbered"),
}
VERDICTS: Mapping[bool | None, Promise] = {True: _("Material"), False: _("Editorial"), None: _("To be decided")}


def verdict_on(judged: Judged) -> str:
    """What the privacy officer decided of it, or that it waits."""
    return str(VERDICTS[judged.material])


def summary_of(clause: TouchedClause, audience: int) -> str:
    """The one line that says what a change touches."""
    modules, review = len(clause.modules), len(clause.to_review)
    parts = [
        ngettext("%(count)d module", "%(count)d modules", modules) % {"count": modules},
        ngettext("%(count)d question to review", "%(count)d questions to review", review) % {"count": review},
        ngettext("%(count)d person trained on the old text", "%(count)d people trained on the old text", audience)
        % {"count": audience},
    ]
    return gettext(", ").join(parts)


def people_words(people: Mapping[int, int]) -> list[str]:
    """How many people signed which earlier text."""
    words = gettext("revision %(number)d: %(count)d people")
    return [words % {"number": number, "count": count} for number, count in people.items()]
