"""Why somebody did it, in their own words: asked of every verb that bends the plan."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from training.errors import Invalid

LONGEST_REASON = 1000


def stated(reason: str) -> str:
    """The reason without blanks around it. Raises ``Invalid`` where there is none, or it is too long."""
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Invalid(_("Please say why, in at most 1,000 characters."))
    return reason
