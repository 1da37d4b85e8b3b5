"""Draft a campaign, and change the draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns import audience as audiences
from training.campaigns import credits as credit_rules
from training.campaigns import due as due_rules
from training.campaigns.approve import plan_facts
from training.campaigns.audience import AudienceRule
from training.campaigns.calendar import fiscal_year_days
from training.campaigns.credits import CreditRule
from training.campaigns.deciders import require_office
from training.campaigns.due import DueRule, Fixed
from training.campaigns.models import Campaign, CampaignEvent, CampaignModule, RepeatingPlan
from training.campaigns.possible import LATEST, require_possible, require_possible_audience
from training.catalogue.models import Module
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.append import append
from training.people.models import Department, Employment, EmploymentType
from training.policy.models import Revision, StatementVersion

TEACHING = frozenset({Campaign.Kind.YEARLY, Campaign.Kind.JOINING, Campaign.Kind.MAKE_UP})  # those that teach the whole


@transaction.atomic
def plan(
    *,
    code: str,
    title: str,
    kind: Campaign.Kind | str,
    first_day: date,
    last_day: date,
    due_on: date,
    valid_until: date,
    revision: Revision,
    statement: StatementVersion,
    modules: Sequence[Module],
    by: AbstractBaseUser | None,
    now: datetime,
    audience: AudienceRule = AudienceRule(),  # noqa: B008  (frozen)
    due_rule: DueRule | None = None,
    credit_rule: CreditRule | None = None,
    responsible: AbstractBaseUser | None = None,
    fiscal_year: int | None = None,
    repeats: RepeatingPlan | None = None,
) -> Campaign:
    """Make a draft that asks for these modules in this order of whom the audience names.

    Without a due rule everybody is due on ``due_on``; with one ``due_on`` is
    the campaign's own day in lists and plans. A pledge on leaving may ask for
    no module; every other kind needs one. Who drafted it goes into the ledger:
    ``by`` is None of what a repeating plan drafts by itself.

    HR and the privacy officer draft (``NotAllowed``). Raises ``Conflict`` where
    the code is taken and ``Invalid`` where the days are out of order or outside
    the fiscal year, no module is named, or a rule cannot be or names somebody
    who does not exist.
    """
    if by is None and repeats is None:
        raise NotAllowed(_("A plan names who drafted it. Only a repeating plan drafts by itself."))
    require_office(by)
    wanted = _Wanted(kind, first_day, last_day, due_on, valid_until, modules, fiscal_year)
    campaign = Campaign(
        code=code,
        title=title,
        kind=kind,
        first_day=first_day,
        last_day=last_day,
        due_on=due_on,
        valid_until=valid_until,
        revision=revision,
        statement=statement,
        repeats=repeats,
        **_checked(wanted, audience, due_rule, credit_rule),
        responsible_id=responsible.pk if responsible else None,
        fiscal_year=fiscal_year,
    )
    _save(campaign, modules)
    _record(CampaignEvent.Kind.DRAFTED, campaign, plan_facts(campaign), by=by, now=now)
    return campaign


@transaction.atomic
def replan(
    *,
    campaign: Campaign,
    code: str,
    title: str,
    kind: Campaign.Kind | str,
    first_day: date,
    last_day: date,
    due_on: date,
    valid_until: date,
    revision: Revision,
    statement: StatementVersion,
    modules: Sequence[Module],
    by: AbstractBaseUser,
    now: datetime,
    audience: AudienceRule = AudienceRule(),  # noqa: B008  (frozen)
    due_rule: DueRule | None = None,
    credit_rule: CreditRule | None = None,
    responsible: AbstractBaseUser | None = None,
    fiscal_year: int | None = None,
) -> Campaign:
    """Make a draft say this instead. An approved campaign becomes a draft again, to be approved anew.

    The returned campaign says so by its ``state``; the approval stays in the
    record. Who changed the plan goes into the ledger, unless all of it stays as
    it was. Raises as ``plan`` does, ``Conflict`` once it was opened, and
    ``Invalid`` where a repeating plan's campaign would leave its fiscal year:
    the plan would draft another.
    """
    require_office(by)
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state not in {Campaign.State.DRAFT, Campaign.State.APPROVED}:
        raise Conflict(
            _("Only what has not been opened can be edited; this campaign is “%(state)s”.")
            % {"state": locked.get_state_display()}
        )
    if locked.repeats_id is not None and fiscal_year != locked.fiscal_year:
        raise Invalid(
            _("A repeating plan made this campaign for fiscal year %(year)s: please leave it in that fiscal year.")
            % {"year": locked.fiscal_year}
        )
    wanted = _Wanted(kind, first_day, last_day, due_on, valid_until, modules, fiscal_year)
    values = {
        "code": code,
        "title": title,
        "kind": kind,
        "first_day": first_day,
        "last_day": last_day,
        "due_on": due_on,
        "valid_until": valid_until,
        "revision": revision,
        "statement": statement,
        **_checked(wanted, audience, due_rule, credit_rule),
        "responsible_id": responsible.pk if responsible else None,
        "fiscal_year": fiscal_year,
        "state": Campaign.State.DRAFT,
    }
    was = locked.state, plan_facts(locked)
    for name, value in values.items():
        setattr(locked, name, value)
    locked.campaign_modules.all().delete()
    _save(locked, modules)
    facts = plan_facts(locked)
    if (locked.state, facts) != was:
        _record(CampaignEvent.Kind.CHANGED, locked, facts, by=by, now=now)
    campaign.state = locked.state
    return locked


@dataclass(frozen=True, slots=True)
class _Wanted:
    kind: str
    first_day: date
    last_day: date
    due_on: date
    valid_until: date
    modules: Sequence[Module]
    fiscal_year: int | None


def _checked(
    wanted: _Wanted, audience: AudienceRule, due_rule: DueRule | None, credit_rule: CreditRule | None
) -> dict[str, Any]:
    """The rules as they are stored, once everything is as it may be."""
    if wanted.kind not in Campaign.Kind.values:
        raise Invalid(_("Please choose what kind of campaign it is."))
    if len({module.pk for module in wanted.modules}) != len(wanted.modules):
        raise Invalid(_("A campaign needs at least one module, and each once."))
    if not wanted.modules and wanted.kind != Campaign.Kind.LEAVING:
        raise Invalid(_("A campaign needs at least one module, and each once."))
    require_possible(
        (_("first day"), wanted.first_day),
        (_("last day"), wanted.last_day),
        (_("due on"), wanted.due_on),
        (_("certificates valid until"), wanted.valid_until),
    )
    if not wanted.first_day <= wanted.due_on <= wanted.valid_until or wanted.last_day < wanted.first_day:
        raise Invalid(_("The days are out of order: first day, due day, end of validity."))
    if wanted.fiscal_year is not None:
        # No year that has no days: no day above lies in one.
        first, last = fiscal_year_days(min(max(wanted.fiscal_year, 1), LATEST.year + 1))
        if not first <= wanted.first_day <= wanted.last_day <= last:
            raise Invalid(_("First and last day lie outside the fiscal year %(year)s.") % {"year": wanted.fiscal_year})
    return {
        "audience": _audience(audience),
        "due_rule": _due_rule(due_rule, wanted) if due_rule else None,
        "credit_rule": checked_credit_rule(credit_rule, kind=wanted.kind) if credit_rule else None,
    }


def _audience(rule: AudienceRule) -> dict[str, Any]:
    require_possible_audience(rule)
    stored = audiences.as_json(rule)
    try:
        audiences.from_json(stored)
    except audiences.Unreadable as reason:
        raise Invalid(_("The last day of joining lies before the first.")) from reason
    named = rule.include | rule.exclude
    if not rule.types <= set(EmploymentType.values):
        raise Invalid(_("The audience names a type of employment that does not exist."))
    if Department.objects.filter(pk__in=rule.departments).count() < len(rule.departments):
        raise Invalid(_("The audience names a department that does not exist."))
    if Employment.objects.filter(pk__in=named).count() < len(named):
        raise Invalid(_("The audience names somebody who does not work here."))
    return stored


def _due_rule(rule: DueRule, wanted: _Wanted) -> dict[str, Any]:
    stored = due_rules.as_json(rule)
    try:
        due_rules.from_json(stored)
    except due_rules.Unreadable as reason:
        raise Invalid(_("The due rule cannot be read: %(reason)s") % {"reason": reason}) from reason
    fixed = [part.day for part in rule.parts if isinstance(part, Fixed)]
    if not all(wanted.first_day <= day <= wanted.valid_until for day in fixed):
        raise Invalid(_("The days are out of order: first day, due day, end of validity."))
    return stored


def checked_credit_rule(rule: CreditRule, *, kind: str) -> dict[str, Any]:
    """The rule as a campaign of a kind stores it. Raises ``Invalid`` where it cannot be.

    Training is credited for training alone: whoever pledged on a change of the
    policy or on leaving was taught little or nothing.
    """
    if not rule.kinds or not rule.kinds <= set(Campaign.Kind.values):
        raise Invalid(_("Please choose which kinds of campaign are credited."))
    if kind in TEACHING and not rule.kinds <= TEACHING:
        raise Invalid(_("A pledge on a change or on leaving does not count as training: please choose other kinds."))
    require_possible((_("signed on this day or later"), rule.signed_from))
    return credit_rules.as_json(rule)


def _save(campaign: Campaign, modules: Sequence[Module]) -> None:
    taken = Conflict(_("The code %(code)s is taken already.") % {"code": campaign.code})
    if Campaign.objects.filter(code=campaign.code).exclude(pk=campaign.pk).exists():
        raise taken
    try:
        with transaction.atomic():
            campaign.save()
    except IntegrityError as reason:  # By somebody else, or a second click, in the same moment.
        raise taken from reason
    CampaignModule.objects.bulk_create(
        CampaignModule(campaign=campaign, module=module, order=order) for order, module in enumerate(modules, 1)
    )


def _record(
    kind: CampaignEvent.Kind, campaign: Campaign, facts: dict[str, Any], *, by: AbstractBaseUser | None, now: datetime
) -> None:
    event = CampaignEvent(campaign=campaign, kind=kind, by_id=by.pk if by else None, at=now, facts=facts)
    append(kind=f"campaigns.{kind.value}", at=now, rows=[event])
