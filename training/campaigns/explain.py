"""Why somebody is in a campaign, or is not: the assignment's own facts, and what the rules say on a day, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.campaigns.audience import Cause, Verdict
from training.campaigns.calendar import day_of
from training.campaigns.candidates import Row, Spell, Staff, staff_on
from training.campaigns.choosing import Choosing, Named, takes_in
from training.campaigns.models import Assignment, AssignmentEvent, Campaign, DueSet
from training.conf import conf
from training.people.models import Employment
from training.people.queries import department_paths

DECIDED: Mapping[Cause, Promise] = {
    Cause.INCLUDED: gettext_lazy("The audience names this person."),
    Cause.RULE: gettext_lazy("The audience fits: it narrows nothing that this person is outside of."),
    Cause.EXCLUDED: gettext_lazy("The audience leaves this person out by name."),
    Cause.NOT_NAMED: gettext_lazy("The audience asks only those whom it names, and this person is not named."),
    Cause.NOT_YET: gettext_lazy("This person joins on %(joined)s only."),
    Cause.LEFT: gettext_lazy("This person has left; the last day of work was %(left)s."),
    Cause.TYPE: gettext_lazy("The audience does not ask for this type of employment: %(type)s."),
    Cause.DEPARTMENT: gettext_lazy("None of this person's posts is in a department that the audience names."),
    Cause.JOINED_BEFORE: gettext_lazy("This person joined on %(joined)s, before the audience begins."),
    Cause.JOINED_AFTER: gettext_lazy("This person joined on %(joined)s, after the audience ends."),
    Cause.NOT_LEAVING: gettext_lazy("No last day of work within the campaign is known of this person."),
    Cause.NOT_SIGNED_EARLIER: gettext_lazy(
        "This person has signed no earlier text of the policy, or this one or a later one already."
    ),
    Cause.OVER: gettext_lazy("The campaign's last day, %(over)s, has passed: nobody is taken in any more."),
}
IN_DEPARTMENT = gettext_lazy("A post of this person is in %(department)s, which the audience names.")
DUE: Mapping[str, Promise] = {
    "campaign": gettext_lazy("Due on %(day)s, the campaign's own day."),
    "rule": gettext_lazy("Due on %(day)s, by the campaign's due rule."),
    "leave": gettext_lazy("Due on %(day)s, by the campaign's due rule; a leave stopped the clock."),
    "extension": gettext_lazy("Due on %(day)s: prolonged by hand."),
    "exemption": gettext_lazy("Due on %(day)s: an exemption stopped the clock."),
    "campaign_extended": gettext_lazy("Due on %(day)s: the campaign was extended."),
}


@dataclass(frozen=True, slots=True)
class Why:
    """The answer: ``is_in`` says whether something is asked of the person now, ``words`` why, a sentence each.

    ``verdict`` is what the rules say on the day; None where the roster knows nothing of the person any more. Of an
    assignment, ``facts`` are those recorded with it.
    """

    is_in: bool
    words: tuple[str, ...]
    verdict: Verdict | None
    assignment: Assignment | None = None
    facts: Mapping[str, Any] | None = None


def explain(*, campaign: Campaign, employment: Employment, day: date, named: Named | None = None) -> Why:
    """Say why somebody is in or is not, on a day; ``named`` as for opening. As many queries for any company.

    Raises ``Invalid`` where a rule of the campaign cannot be read.
    """
    staff = staff_on(day, [employment.employee_id])
    row = Row(
        employment.pk,
        employment.employee_id,
        employment.number,
        employment.type,
        employment.valid_from,
        employment.valid_to,
    )
    spell = staff.spell_of(row, day=max(row.first, min(row.last or day, day)))
    found = _verdict(campaign, staff, spell, day, named)
    assignment = _assignment(campaign, staff, spell, row)
    if assignment is None:
        return Why(found is not None and found.is_in, tuple(_unassigned(campaign, spell, found, day)), found)
    last = assignment.events.order_by("-number").first()
    shut = last is not None and last.kind == AssignmentEvent.Kind.CLOSED
    words = tuple(_assigned(campaign, assignment, last, spell, found, day))
    return Why(not shut, words, found, assignment, assignment.facts)


def _verdict(campaign: Campaign, staff: Staff, spell: Spell | None, day: date, named: Named | None) -> Verdict | None:
    if spell is None:
        return None
    found = Choosing(campaign, staff, day=day, named=named).verdict(spell)
    over = found.is_in and campaign.state == Campaign.State.OPEN and not takes_in(campaign, day)
    return Verdict(False, Cause.OVER) if over else found


def _assignment(campaign: Campaign, staff: Staff, spell: Spell | None, row: Row) -> Assignment | None:
    """The last assignment of the spell, whatever rows of the roster it names."""
    mine = Assignment.objects.filter(campaign=campaign, employment__employee=row.employee).select_related("employment")
    last = None
    for one in mine.order_by("at"):
        e = one.employment
        own = Row(e.pk, e.employee_id, e.number, e.type, e.valid_from, e.valid_to)
        same = staff.spell_of(own, day=day_of(one.at, conf.time_zone)) if spell is not None else None
        if own.employment == row.employment or (spell is not None and same is spell):
            last = one
    return last


def _unassigned(campaign: Campaign, spell: Spell | None, found: Verdict | None, day: date) -> Iterator[str]:
    opened = campaign.state != Campaign.State.DRAFT and campaign.state != Campaign.State.APPROVED
    if found is not None and found.is_in:
        yield _("Not assigned yet: the next daily round will do it.") if opened else _("Would be assigned on opening.")
    else:
        yield _("Not assigned.")
    yield _decided(campaign, spell, found, day)


def _assigned(
    campaign: Campaign,
    assignment: Assignment,
    last: AssignmentEvent | None,
    spell: Spell | None,
    found: Verdict | None,
    day: date,
) -> Iterator[str]:
    yield _("Assigned on %(day)s: %(cause)s.") % {
        "day": _day(day_of(assignment.at, conf.time_zone)),
        "cause": assignment.get_cause_display(),
    }
    if last is not None:
        closed = last.kind == AssignmentEvent.Kind.CLOSED
        text = _("Closed from %(day)s on: %(cause)s.") if closed else _("Opened again on %(day)s: %(cause)s.")
        yield text % {"day": _day(last.day), "cause": last.get_cause_display()}
    due = DueSet.objects.filter(assignment=assignment).order_by("-number").first()
    if due is not None:
        yield str(DUE.get(due.reason, DUE["rule"])) % {"day": _day(due.due_on)}
    yield _decided(campaign, spell, found, day)
    stays = found is not None and not found.is_in and spell is not None and spell.holds(day)
    if stays and (last is None or last.kind == AssignmentEvent.Kind.REOPENED):
        yield _("Whoever has been assigned stays in, wherever they move.")


def _decided(campaign: Campaign, spell: Spell | None, found: Verdict | None, day: date) -> str:
    if spell is None or found is None:
        return _("The roster, as corrected, does not know this employment.")
    if found.department is not None:
        path = department_paths(day).get(found.department, "")
        return str(IN_DEPARTMENT) % {"department": path}
    return str(DECIDED[found.cause]) % {
        "joined": _day(spell.joined_on),
        "left": _day(spell.left_on) if spell.left_on else "",
        "type": dict(Employment._meta.get_field("type").choices or ()).get(spell.candidate.type, spell.candidate.type),
        "over": _day(campaign.last_day),
    }


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
