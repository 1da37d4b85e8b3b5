"""People whom HR names by staff number: what was typed, read and looked up."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cms.admin.gate import today
from training.errors import Invalid, TrainingError
from training.people.models import Employment
from training.people.numbers import plain_number
from training.people.queries import numbers_on

_BETWEEN = re.compile(r"[\s,、，;；]+")
MOST_NAMED = 2000
MOST_SAID = 20


def numbers_in(typed: str) -> list[str]:
    """The staff numbers in a text, each once, as they are kept; spaces, commas and new lines stand between them."""
    return list(dict.fromkeys(number for part in _BETWEEN.split(typed) if (number := plain_number(part))))


def employments_by_number(numbers: Collection[str]) -> dict[str, Employment]:
    """The employment that holds or held last under each number, as now believed. One query."""
    rows = Employment.objects.filter(number__in=numbers, superseded_at__isnull=True).order_by("valid_from")
    return {row.number: row for row in rows}


def numbers_of(employments: Iterable[UUID]) -> str:
    """The staff numbers of employments today, as they are typed: an old number may be somebody else's by now."""
    rows = list(Employment.objects.filter(pk__in=list(employments)))
    return "\n".join(sorted(set(numbers_on(rows, today()).values())))


def for_everybody(people: Mapping[str, Employment], verb: Callable[[Employment], object]) -> None:
    """Do something for everybody or for nobody. Raises ``Invalid`` saying whose it is that is in the way."""
    with transaction.atomic():
        for number, employment in people.items():
            try:
                verb(employment)
            except TrainingError as reason:
                words = _("%(number)s: %(reason)s Nothing has been done for anybody.")
                raise Invalid(words % {"number": number, "reason": reason.message}) from reason


class NumbersField(forms.CharField):
    """Staff numbers; what comes out are employments by number. Raises for the numbers that nobody has."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["rows"] = 3

    def clean(self, value: Any) -> dict[str, Employment]:
        """Look all of them up."""
        numbers = numbers_in(super().clean(value) or "")
        if len(numbers) > MOST_NAMED:
            raise ValidationError(_("Please name at most %(most)d people."), params={"most": MOST_NAMED})
        found = employments_by_number(numbers) if numbers else {}
        if unknown := [number for number in numbers if number not in found]:
            shown = "、".join(unknown[:MOST_SAID]) + ("…" if len(unknown) > MOST_SAID else "")
            raise ValidationError(_("Nobody has the staff number %(numbers)s."), params={"numbers": shown})
        return {number: found[number] for number in numbers}
