"""Plans that draft a campaign for each fiscal year by themselves; each draft waits for approval like any other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from re import fullmatch
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns import audience as audiences
from training.campaigns import credits as credit_rules
from training.campaigns import due as due_rules
from training.campaigns.audience import AudienceRule
from training.campaigns.calendar import (
    day_in_fiscal_year,
    day_of,
    fiscal_year,
    last_anniversary,
    months_after,
)
from training.campaigns.credits import CreditRule
from training.campaigns.due import DueRule, Fixed
from training.campaigns.models import Campaign, RepeatingPlan, RepeatingPlanModule
from training.campaigns.plan import checked_credit_rule, plan
from training.campaigns.possible import require_possible_audience
from training.catalogue.models import Module
from training.catalogue.queries import newest_revision
from training.conf import conf
from training.errors import Conflict, Invalid, NotReady, TrainingError
from training.policy.models import StatementVersion
from training.turns import wait_for_turn

log = logging.getLogger(__name__)
MOST_MONTHS = 60
MOST_DAYS_BEFORE = 366
A_YEAR = 2025, 2027  # fiscal years without and with 29 February, in which a plan's days are tried out


@transaction.atomic
def save_plan(
    *,
    title: str,
    code: str,
    kind: Campaign.Kind | str,
    first_day: str,
    last_day: str,
    due_on: str,
    statement: UUID,
    modules: Sequence[Module],
    plan: RepeatingPlan | None = None,
    validity_months: int = 12,
    draft_days_before: int = 60,
    audience: AudienceRule = AudienceRule(),  # noqa: B008  (frozen)
    due_rule: DueRule | None = None,
    credit_rule: CreditRule | None = None,
    responsible: AbstractBaseUser | None = None,
    active: bool = True,
) -> RepeatingPlan:
    """Make a repeating plan, or change ``plan``. Drafts that it has made already stay as they are.

    Days are ``MM-DD`` of the fiscal year. ``code`` must hold ``{year}`` or
    ``{wareki}``, so that each year's differs. Raises ``Invalid`` where
    something cannot be, and ``Conflict`` where another active plan drafts
    under the same code: only one of them could.
    """
    # Both halves of a double click see no plan yet: the second waits here and then finds the first's.
    wait_for_turn("repeats")
    made = plan or RepeatingPlan()
    if plan is not None:
        made = RepeatingPlan.objects.select_for_update().get(pk=plan.pk)
    _check(code, kind, (first_day, last_day, due_on), validity_months, draft_days_before, modules)
    if not StatementVersion.objects.filter(statement=statement).exists():
        raise Invalid(_("There is no such pledge."))
    require_possible_audience(audience)
    if active and (other := RepeatingPlan.objects.filter(active=True, code=code).exclude(pk=made.pk).first()):
        raise Conflict(
            _("Another active repeating plan has the code %(code)s already: %(title)s.")
            % {"code": code, "title": other.title}
        )
    made.title, made.code, made.kind = title, code, str(kind)
    made.first_day, made.last_day, made.due_on = first_day, last_day, due_on
    made.validity_months, made.draft_days_before = validity_months, draft_days_before
    made.statement = statement
    made.audience = audiences.as_json(audience)
    made.due_rule = due_rules.as_json(due_rule) if due_rule else None
    made.credit_rule = checked_credit_rule(credit_rule, kind=kind) if credit_rule else None
    made.responsible_id = responsible.pk if responsible else None
    made.active = active
    made.save()
    made.plan_modules.all().delete()
    RepeatingPlanModule.objects.bulk_create(
        RepeatingPlanModule(plan=made, module=module, order=order) for order, module in enumerate(modules, 1)
    )
    return made


def draft_due(
    *, now: datetime, dry_run: bool = False, failed: Callable[[str, str], None] = lambda _code, _why: None
) -> list[Campaign]:
    """Draft what is due today: of each active plan, once a fiscal year, so many days before its first day.

    A dry run returns the same drafts, and none of them stays.

    What is in the way of one plan (a code that is taken, a pledge withdrawn)
    is logged, told to ``failed`` with the code, and leaves the others alone; it is tried again every day up to
    the first day. A campaign that has been cancelled is not drafted again.
    """
    today = day_of(now, conf.time_zone)
    made: list[Campaign] = []
    for key in RepeatingPlan.objects.filter(active=True).order_by("pk").values_list("pk", flat=True):
        for year in (fiscal_year(today), fiscal_year(today) + 1):
            try:
                campaign = _draft(key, year, now, dry_run=dry_run)
            except (TrainingError, ValueError, OverflowError) as reason:  # a rule of before there were bounds
                log.warning("repeating plan %s, fiscal year %s: no draft: %s", key, year, reason)
                code = named(RepeatingPlan.objects.values_list("code", flat=True).get(pk=key), year)
                failed(code, str(reason))
            else:
                if campaign is not None and campaign.code not in {one.code for one in made}:  # of a dry run none stays
                    made.append(campaign)
    return made


@transaction.atomic
def _draft(key: int, year: int, now: datetime, *, dry_run: bool) -> Campaign | None:
    """The year's campaign of a plan, drafted, or None where it is there already or the day for it is not."""
    repeating = RepeatingPlan.objects.select_for_update().get(pk=key)
    today = day_of(now, conf.time_zone)
    first_day = day_in_fiscal_year(repeating.first_day, year)
    if not first_day - timedelta(days=repeating.draft_days_before) <= today <= first_day or not repeating.active:
        return None
    if Campaign.objects.filter(repeats=repeating, fiscal_year=year).exists():
        return None
    made = draft_of(repeating, year, now=now)
    if dry_run:
        transaction.set_rollback(True)
    return made


def draft_of(repeating: RepeatingPlan, year: int, *, now: datetime) -> Campaign:
    """Draft a fiscal year's campaign of a plan, with the newest policy and pledge, in the caller's transaction.

    Days that the rules name move to that year: a fixed due day is the plan's,
    and where people joined or signed from counts from the last such day before
    the campaign (or, of who joined until a day, before its end).
    """
    first_day, last_day, due_on = _days(repeating, year)
    statement = StatementVersion.objects.filter(statement=repeating.statement).order_by("-number").first()
    revision = newest_revision()
    if statement is None or revision is None:
        raise NotReady(_("The policy and the pledge must be published first."))
    responsible = repeating.responsible
    return plan(
        code=named(repeating.code, year),
        title=named(repeating.title, year),
        kind=Campaign.Kind(repeating.kind),
        first_day=first_day,
        last_day=last_day,
        due_on=due_on,
        valid_until=months_after(due_on, repeating.validity_months),
        revision=revision,
        statement=statement,
        modules=[row.module for row in repeating.plan_modules.select_related("module").order_by("order")],
        audience=_audience(audiences.from_json(repeating.audience), first_day, last_day),
        due_rule=_due_rule(repeating, due_on),
        credit_rule=_credit_rule(repeating, first_day),
        by=None,
        now=now,
        responsible=responsible,
        fiscal_year=year,
        repeats=repeating,
    )


def foreseen(repeating: RepeatingPlan, year: int) -> Campaign:
    """The campaign of a fiscal year that a plan, stored or not, would draft; not stored, and without its texts.

    It can be asked whom it would ask and by when. Raises ``Invalid`` where a day is out of the bounds.
    """
    first_day, last_day, due_on = _days(repeating, year)
    rule = audiences.from_json(repeating.audience)
    require_possible_audience(rule)
    due = _due_rule(repeating, due_on)
    return Campaign(
        code=named(repeating.code, year),
        title=named(repeating.title, year),
        kind=repeating.kind,
        first_day=first_day,
        last_day=last_day,
        due_on=due_on,
        valid_until=months_after(due_on, repeating.validity_months),
        audience=audiences.as_json(_audience(rule, first_day, last_day)),
        due_rule=due_rules.as_json(due) if due else None,
        fiscal_year=year,
    )


def named(words: str, year: int) -> str:
    """A plan's title or code for a fiscal year: ``{year}`` is 2026, ``{wareki}`` 令和8 in a title, R8 in a code."""
    era = year - 2018
    return words.replace("{year}", str(year)).replace("{wareki}", f"R{era}" if words.isascii() else f"令和{era}")


def require_code(code: str) -> None:
    """Raise ``Invalid`` unless a code makes one of letters, digits, hyphens and underscores, another for each year."""
    slug = named(code, 2026)
    if not fullmatch(r"[-a-zA-Z0-9_]{1,40}", slug):
        raise Invalid(_("A code has up to 40 letters, digits, hyphens and underscores."))
    if slug == named(code, 2027):
        raise Invalid(_("The code must hold {year} or {wareki}, so that each year has its own."))


def _check(
    code: str, kind: str, days: tuple[str, str, str], months: int, before: int, modules: Sequence[Module]
) -> None:
    if kind not in Campaign.Kind.values:
        raise Invalid(_("Please choose what kind of campaign it is."))
    require_code(code)
    if len({module.pk for module in modules}) != len(modules) or (not modules and kind != Campaign.Kind.LEAVING):
        raise Invalid(_("A campaign needs at least one module, and each once."))
    if not 1 <= months <= MOST_MONTHS or not 0 <= before <= MOST_DAYS_BEFORE:
        raise Invalid(_("Months of validity are 1 to 60, days before the first day 0 to 366."))
    for year in A_YEAR:
        try:
            first, last, due = (day_in_fiscal_year(day, year) for day in days)
        except ValueError as reason:
            raise Invalid(_("Days are written as month and day: 04-01.")) from reason
        if not first <= due or last < first:
            raise Invalid(_("The days are out of order: first day, due day, end of validity."))


def _days(repeating: RepeatingPlan, year: int) -> tuple[date, date, date]:
    """First day, last day and due day of a fiscal year."""
    first_day, last_day, due_on = (
        day_in_fiscal_year(day, year) for day in (repeating.first_day, repeating.last_day, repeating.due_on)
    )
    return first_day, last_day, due_on


def _audience(rule: AudienceRule, first_day: date, last_day: date) -> AudienceRule:
    joined_from, joined_to = rule.joined_from, rule.joined_to
    if joined_from is not None:
        years = last_anniversary(joined_from, first_day).year - joined_from.year
        moved = last_anniversary(joined_from, first_day)
        return replace(rule, joined_from=moved, joined_to=months_after(joined_to, 12 * years) if joined_to else None)
    if joined_to is not None:
        return replace(rule, joined_to=last_anniversary(joined_to, last_day))
    return rule


def _due_rule(repeating: RepeatingPlan, due_on: date) -> DueRule | None:
    if repeating.due_rule is None:
        return None
    rule = due_rules.from_json(repeating.due_rule)
    return replace(rule, parts=tuple(Fixed(due_on) if isinstance(part, Fixed) else part for part in rule.parts))


def _credit_rule(repeating: RepeatingPlan, first_day: date) -> CreditRule | None:
    if repeating.credit_rule is None:
        return None
    rule = credit_rules.from_json(repeating.credit_rule)
    return replace(rule, signed_from=last_anniversary(rule.signed_from, first_day))
