"""Which days a plan may name: the bounds of ``people.leave``, so that no sum of days ever leaves the calendar."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from training.campaigns.audience import AudienceRule
from training.errors import Invalid
from training.people.leave import EARLIEST, LATEST

__all__ = ["EARLIEST", "LATEST", "require_possible", "require_possible_audience"]


def require_possible(*named: tuple[Promise, date | None]) -> None:
    """Raise ``Invalid``, naming the field and the bounds, for a day that is out of them; None is none."""
    for field, day in named:
        if day is not None and not EARLIEST <= day <= LATEST:
            raise Invalid(
                _("%(field)s: please name a day from %(earliest)s to %(latest)s. %(day)s is not possible.")
                % {
                    "field": field,
                    "earliest": date_format(EARLIEST, "DATE_FORMAT"),
                    "latest": date_format(LATEST, "DATE_FORMAT"),
                    "day": date_format(day, "DATE_FORMAT"),
                }
            )


def require_possible_audience(rule: AudienceRule) -> None:
    """Raise ``Invalid`` where an audience names a day of joining that is out of the bounds."""
    require_possible((_("Joined from"), rule.joined_from), (_("Joined to"), rule.joined_to))
