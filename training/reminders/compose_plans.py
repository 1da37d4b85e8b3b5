"""Makes a mail about plans of a letter at the moment it is sent: only what still waits for the reader is in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model

from training.campaigns.calendar import day_of
from training.campaigns.models import CampaignEvent
from training.conf import conf
from training.people.language import language_of
from training.people.models import Employee
from training.reminders.addresses import account_addresses, account_names, hr_addresses
from training.reminders.compose import Made, message_of
from training.reminders.models import Letter, LetterReader
from training.reminders.plan_mails import Told, Written, campaign_link, plan_link, to_officer, to_opener
from training.reminders.plans import PlanLine, Why, lines_of

NEWS = frozenset({Why.NEW, Why.CHANGED, Why.AGAIN})


def compose_plans(letter: Letter, *, today: date) -> Made | None:
    """Make the mail; None where nothing waits any more, or it waits for others. Queries as for one plan."""
    lines = lines_of(letter, today=today)
    if not lines:
        return None
    account = letter.account_id
    authors = {event.by_id for line in lines for event in (line.plan.drafted, line.plan.changed) if event}
    names = account_names({key for key in (account, *authors) if key is not None}, today)
    name = names.get(account, "")
    plans = [_told(line, names, today) for line in lines]
    person = Employee.objects.filter(user=account).values_list("pk", flat=True).first() if account else None
    language = language_of(person)
    if letter.reader == LetterReader.OFFICER:
        news = any(line.why in NEWS for line in lines)
        rendered = to_officer(name=name, plans=plans, news=news, language=language, can_choose=person is not None)
    else:
        rendered = to_opener(name=name, plans=plans, language=language, can_choose=person is not None)
    to = hr_addresses(today) if account is None else _address_of(account, today)
    return Made(message_of(rendered, to=to, key=letter.pk.hex), tuple(line.plan.cover for line in lines))


def _address_of(account: Any, today: date) -> list[str]:
    address = account_addresses(get_user_model().objects.filter(pk=account), today).get(account, "")
    return [address] if address else []


def _told(line: PlanLine, names: Mapping[Any, str], today: date) -> Told:
    campaign = line.plan.campaign
    return Told(
        title=campaign.title,
        first_day=campaign.first_day,
        due_on=campaign.due_on,
        days=(campaign.first_day - today).days,
        why=line.why.label,
        link=(plan_link if line.plan.is_draft else campaign_link)(campaign.code),
        drafted=_written(line.plan.drafted, names),
        changed=_written(line.plan.changed, names),
        repeats=campaign.repeats_id is not None,
    )


def _written(event: CampaignEvent | None, names: Mapping[Any, str]) -> Written | None:
    return Written(day_of(event.at, conf.time_zone), names.get(event.by_id, "")) if event else None
