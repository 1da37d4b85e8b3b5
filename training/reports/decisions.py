"""What was decided about one person's assignment, in order: asked, due days, exemptions, closings, credits, paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from training.attestation.models import Credit, PaperRecord
from training.attestation.queries import held_days
from training.campaigns.calendar import day_of
from training.campaigns.explain import DUE
from training.campaigns.models import Assignment, AssignmentEvent, DueSet, Exemption
from training.conf import conf
from training.ledger.body import Body, BodyError
from training.ledger.models import Disclosure

# Due days that somebody gave a reason for.
WITH_REASON = ("extension", "campaign_extended")


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that was decided. ``by`` is the account, empty of what happened by itself.

    ``asks`` says whether a reason was given with it; ``reason`` is None where there was none, or it is erased.
    """

    at: datetime
    words: str
    by: Any
    reason: str | None
    asks: bool
    paper: PaperRecord | None = None


def decisions_of(assignment: Assignment) -> tuple[Decision, ...]:
    """Everything decided about an assignment, the oldest first. Eight queries, whatever there is."""
    dues = list(DueSet.objects.filter(assignment=assignment).select_related("entry").order_by("number"))
    exemptions = list(Exemption.objects.filter(assignment=assignment).select_related("by").order_by("number"))
    events = list(AssignmentEvent.objects.filter(assignment=assignment).select_related("by").order_by("number"))
    credited = list(_credits(assignment))
    papers = list(PaperRecord.objects.filter(assignment=assignment).select_related("by").order_by("number"))
    rows: list[Any] = [assignment, *dues, *exemptions, *events, *credited, *papers]
    said = _reasons(row.entry_id for row in rows)
    accounts = _accounts(dues, assignment)
    # A day that came with an exemption or a closing is told of there; its reason is not told twice.
    told = {row.entry_id for row in (*exemptions, *events)}
    found = [
        Decision(assignment.at, str(assignment.get_cause_display()), accounts.get(assignment.entry_id), None, False)
        if assignment.cause != Assignment.Cause.MANUAL
        else _decision(
            assignment.at, assignment.get_cause_display(), accounts.get(assignment.entry_id), said, assignment
        )
    ]
    found += [_due(row, accounts.get(row.entry_id), said, told, assignment) for row in dues]
    found += [_decision(row.at, _exemption(row), row.by, said, row) for row in exemptions]
    found += [_decision(row.at, _event(row), row.by, said, row, asks=row.by_id is not None) for row in events]
    found += [Decision(row.at, _credit(row), None, None, False) for row in credited]
    found += [
        Decision(row.at, _paper(row), row.by, said.get(row.entry_id, {}).get("note"), False, paper=row)
        for row in papers
    ]
    return tuple(sorted(found, key=lambda one: one.at))


def _decision(
    at: datetime, words: Any, by: Any, said: Mapping[UUID, Mapping[str, Any]], row: Any, *, asks: bool = True
) -> Decision:
    return Decision(at, str(words), by, said.get(row.entry_id, {}).get("reason"), asks)


def _due(
    row: DueSet, by: Any, said: Mapping[UUID, Mapping[str, Any]], told: set[UUID], assignment: Assignment
) -> Decision:
    words = str(DUE.get(row.reason, DUE["rule"])) % {"day": _day(row.due_on)}
    by_hand = row.entry_id not in told and row.entry_id != assignment.entry_id
    reason = said.get(row.entry_id, {}).get("reason") if by_hand else None
    return Decision(row.entry.at, words, by if by_hand else None, reason, by_hand and row.reason in WITH_REASON)


def _credits(assignment: Assignment) -> Iterable[Any]:
    rows = Credit.objects.filter(assignment=assignment).select_related(
        "attestation__assignment__campaign", "attestation__annulment"
    )
    return rows.annotate(held_on=held_days("attestation__")).order_by("at", "pk")


def _exemption(row: Exemption) -> str:
    if row.kind == Exemption.Kind.LIFTED:
        return _("Exemption lifted on %(day)s.") % {"day": _day(row.first_day)}
    facts = {"cause": row.get_cause_display(), "first": _day(row.first_day)}
    if row.until is None:
        return _("Exempt from %(first)s, as long as the campaign runs: %(cause)s.") % facts
    return _("Exempt from %(first)s to %(last)s: %(cause)s.") % {**facts, "last": _day(row.until)}


def _event(row: AssignmentEvent) -> str:
    closed = row.kind == AssignmentEvent.Kind.CLOSED
    text = _("Closed from %(day)s on: %(cause)s.") if closed else _("Opened again on %(day)s: %(cause)s.")
    return text % {"day": _day(row.day), "cause": row.get_cause_display()}


def _credit(row: Any) -> str:
    signed = row.attestation
    facts = {"title": signed.assignment.campaign.title, "day": _day(row.held_on or day_of(signed.at, conf.time_zone))}
    if hasattr(signed, "annulment"):
        return _("Credited with the signature of %(day)s in “%(title)s”, which was annulled since.") % facts
    return _("Credited with the signature of %(day)s in “%(title)s”.") % facts


def _paper(row: PaperRecord) -> str:
    return _("Entered by HR: %(kind)s, held on %(day)s. Lower assurance.") % {
        "kind": row.get_kind_display(),
        "day": _day(row.held_on),
    }


def _reasons(entries: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    found: dict[UUID, dict[str, Any]] = {}
    for row in Disclosure.objects.filter(entry__in=set(entries), name__in=("reason", "note")):
        found.setdefault(row.entry_id, {})[row.name] = row.value
    return found


def _accounts(dues: Iterable[DueSet], assignment: Assignment) -> dict[UUID, Any]:
    """Who is named by the entries that gave due days, or that assigned by hand. One query, where anybody is."""
    named: dict[UUID, Any] = {}
    for row in dues:
        try:
            named[row.entry_id] = Body.parse(row.entry.body).facts.get("by")
        except BodyError:
            continue
    named.setdefault(assignment.entry_id, assignment.facts.get("by"))
    keys = {str(key) for key in named.values() if key is not None}
    if not keys:
        return {}
    users = {str(user.pk): user for user in get_user_model().objects.filter(pk__in=keys)}
    return {entry: users[str(key)] for entry, key in named.items() if key is not None and str(key) in users}


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
