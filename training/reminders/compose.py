"""Makes a mail of a letter at the moment it is sent: of what it was to tell, only what is still so is told.

Who has signed meanwhile, got another due date, left or gone on leave, or has another manager now, is left out, and
so is the notice of what somebody was told of meanwhile, or has begun; where nothing remains there is no mail. The
reader sees nobody but whom the reader may see on the day of sending.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from email.utils import parseaddr
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.db.models import Count as CountOf

from training.attestation.standing import Standing, outstanding
from training.campaigns.deciders import is_office
from training.campaigns.models import Assignment, Campaign
from training.campaigns.queries import minutes_left
from training.conf import conf
from training.people.language import language_of
from training.people.managing import Managers
from training.people.models import Employment, PersonName
from training.people.queries import on, people_on
from training.reminders.addresses import addresses_of, hr_addresses
from training.reminders.mails import WHY, Asker, Count, Line, News, Rendered, to_hr, to_learner, to_manager
from training.reminders.models import Letter, ReaderChoice, ReminderSent
from training.reminders.nudge import PlanCover
from training.reminders.rungs import LOT, Asked, asked


class Cover(NamedTuple):
    """What a letter tells of: an assignment's due date, and the rung; None where somebody asked for it by hand."""

    assignment: str
    due_number: int
    rung: int | None


@dataclass(frozen=True, slots=True)
class Made:
    """A mail ready to go, and of what it tells. It has no addressee where no address is known any more."""

    message: EmailMultiAlternatives
    told: tuple[Cover | PlanCover, ...]


def compose(letter: Letter, *, today: date) -> Made | None:
    """Make the mail; None where there is nothing left to tell."""
    still = list(_still_so(letter, today))
    if not still:
        return None
    lines = _lines(still, today, named=letter.reader != ReaderChoice.LEARNER)
    language = language_of(letter.to_id)
    match letter.reader:
        case ReaderChoice.LEARNER:
            name = _name(letter.to_id, today)
            rendered = to_learner(name=name, lines=lines, asker=_asker(letter), language=language)
        case ReaderChoice.MANAGER:
            rendered = to_manager(name=_name(letter.to_id, today), lines=lines, language=language)
        case _:
            rendered = to_hr(counts=_counts([one for _cover, one in still], today), lines=lines, language=language)
    to = hr_addresses(today) if letter.to_id is None else list(addresses_of([letter.to_id], today).values())
    return Made(message_of(rendered, to=to, key=letter.pk.hex), tuple(cover for cover, _one in still))


def message_of(rendered: Rendered, *, to: Sequence[str], key: str) -> EmailMultiAlternatives:
    """The mail with its headers. Its id follows from ``key``: sent again, it is the same mail, and shown once."""
    message = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        to=list(to),
        reply_to=[conf.contact_email] if parseaddr(conf.contact_email)[1] else None,
        headers={
            "Message-ID": f"<{key}@{urlsplit(conf.public_url).hostname or 'localhost'}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    message.attach_alternative(rendered.html, "text/html")
    return message


def covers_of(letter: Letter) -> list[Cover]:
    """What the letter was to tell."""
    return [Cover(str(assignment), due_number, rung) for assignment, due_number, rung in letter.covers]


def _still_so(letter: Letter, today: date) -> Iterator[tuple[Cover, Asked]]:
    covers = {cover.assignment: cover for cover in covers_of(letter)}
    managers = Managers(today) if letter.reader == ReaderChoice.MANAGER else None
    keys = list(covers)
    for start in range(0, len(keys), LOT):
        mine = Assignment.objects.filter(pk__in=keys[start : start + LOT])
        told = ReminderSent.objects.filter(assignment__in=mine.values("pk"), reader=letter.reader)
        sent = {(str(pk), number, rung) for pk, number, rung in told.values_list("assignment", "due_number", "rung")}
        for lot in asked(mine, today=today, beyond=True):
            heads = managers.of({one.post for one in lot}) if managers else {}
            for one in lot:
                cover = covers[str(one.assignment)]
                reader = heads.get(one.post) if managers else one.employee if letter.to_id else None
                unchanged = one.due_number == cover.due_number and (cover.rung is None or cover not in sent)
                stale = cover.rung == one.notice and one.told
                if one.quiet is None and unchanged and not stale and reader == letter.to_id:
                    yield cover, one


def _lines(told: Sequence[tuple[Cover, Asked]], today: date, *, named: bool) -> list[Line]:
    """The lines of a mail; ``named`` where it tells of others than its reader."""
    employments = Employment.objects.in_bulk([one.employment for _cover, one in told]) if named else {}
    people = people_on(list(employments.values()), today) if named else {}
    titles = dict(Campaign.objects.filter(pk__in={one.campaign for _cover, one in told}).values_list("pk", "title"))
    news = {} if named else _news([one.assignment for cover, one in told if cover.rung == one.notice])
    lines = []
    for _cover, one in told:
        person = people.get(one.employment)
        line = Line(
            title=titles[one.campaign],
            due_on=one.due_on,
            days=(one.due_on - today).days,
            standing=Standing(one.standing).label,
            name=person.name if person else "",
            number=one.number,
            department=person.department if person else "",
            news=news.get(one.assignment),
        )
        lines.append((one.due_on, person.kana if person else "", one.number, one.campaign, line))
    return [line for *_order, line in sorted(lines, key=itemgetter(0, 1, 2, 3))]


def _news(assignments: Sequence[UUID]) -> dict[UUID, News]:
    """What the notices of these assignments say. No query where there are none."""
    if not assignments:
        return {}
    minutes = minutes_left(assignments)
    rows = Assignment.objects.filter(pk__in=assignments).values_list("pk", "campaign__kind", "cause")
    return {
        pk: News(Campaign.Kind(kind).label, WHY[Assignment.Cause(cause)], minutes.get(pk, 0))
        for pk, kind, cause in rows
    }


def _counts(told: Sequence[Asked], today: date) -> list[Count]:
    here = Counter(one.campaign for one in told)
    campaigns = Campaign.objects.filter(pk__in=here)
    late = outstanding(Assignment.objects.filter(campaign__in=campaigns), day=today).filter(overdue=True)
    overdue = dict(late.order_by().values("campaign").annotate(n=CountOf("pk")).values_list("campaign", "n"))
    return [Count(title, here[pk], overdue.get(pk, 0)) for pk, title in campaigns.values_list("pk", "title")]


def _asker(letter: Letter) -> Asker | None:
    """As what somebody wished for the letter: whoever may remind everybody does it for the office."""
    if letter.asked_by is None:
        return None
    return Asker.OFFICE if is_office(letter.asked_by) else Asker.MANAGER


def _name(employee: UUID | None, today: date) -> str:
    names = on(PersonName.objects.filter(employee=employee), today).values_list("name", flat=True)
    return str(names.first() or "")
