"""The department and the staff number of whoever was asked, for lists of assignments: by person and days.

An assignment names a row of the roster, which any correction supersedes, and with it the staff number of then.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, UUIDField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from training.people.models import Employment, Posting

A_DAY = timedelta(days=1)


def number_on(day: date) -> Coalesce:
    """The staff number on a day, for annotating assignments: that of the spell of work, whatever it was when asked.

    The number that the assignment names, where the person works under it that day; else that of the spell's last row
    begun by then, as of whoever got another number; and what nothing is believed of keeps the number of then.
    """
    believed = Employment.objects.filter(
        employee=OuterRef("employment__employee"), superseded_at__isnull=True, valid_from__lte=day
    )
    here = believed.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), number=OuterRef("employment__number"))
    since = believed.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("employment__valid_from")))
    spell = since.filter(~Exists(_breaks(OuterRef("valid_from"), employee=OuterRef("employee"))))
    return Coalesce(
        Subquery(here.values("number")[:1]),
        Subquery(spell.order_by("-valid_from", "number").values("number")[:1]),
        F("employment__number"),
    )


def numbered(number: str) -> Combinable:
    """Assignments of whoever has or had a staff number that holds these characters, now, when asked or in between."""
    known = Employment.objects.filter(
        employee=OuterRef("employment__employee"), superseded_at__isnull=True, number__icontains=number
    )
    return Q(employment__number__icontains=number) | Exists(known)


def department_on(day: date, *, held: bool = False) -> Coalesce:
    """The department of the main post on a day, for annotating assignments; unless ``held``, else of the last before.

    The post under the number that the assignment names goes before another one's of the same person. Under another
    number it is the same spell of work where no day lies between.
    """
    begun = Posting.objects.filter(
        employment__employee=OuterRef("employment__employee"),
        primary=True,
        superseded_at__isnull=True,
        valid_from__lte=day,
    )
    same = Q(employment__number=OuterRef("employment__number"))
    today = begun.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    steps = [today.filter(same), today.filter(~Exists(_breaks(day, employee=OuterRef("employment__employee"))))]
    if not held:
        steps += [begun.filter(same), begun]
    return Coalesce(*(_department(rows) for rows in steps))


def _department(posts: QuerySet[Any]) -> Subquery:
    return Subquery(posts.order_by("-valid_from").values("department")[:1], output_field=UUIDField())


def _breaks(day: date | OuterRef, *, employee: OuterRef) -> QuerySet[Any]:
    """For what is looked for by an assignment: days before ``day`` after which the person did not work here at first.

    Those before the row that the assignment names are no matter.
    """
    believed = Employment.objects.filter(superseded_at__isnull=True)
    next_day = ExpressionWrapper(F("valid_to") + Value(A_DAY), output_field=DateField())
    goes_on = believed.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("valid_to")),
        employee=OuterRef("employee"),
        valid_from__lte=OuterRef("next_day"),
    )
    ended = believed.filter(
        employee=employee,
        valid_to__lt=day,
        valid_to__gte=OuterRef(OuterRef("employment__valid_from")),
    )
    return ended.annotate(next_day=next_day).filter(~Exists(goes_on))
