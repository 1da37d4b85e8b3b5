"""A person's due days as an iCalendar file (RFC 5545) that a calendar program subscribes to.

Pure. A due day is an all-day event: it lasts to the end of the day in the company's time zone. An event keeps its UID
for as long as the assignment lives, and counts up where the due day is set anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event, Timezone

PRODUCT = "-//Privacy Training//Due days//{language}"
A_DAY = timedelta(days=1)
REFRESH = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class DueDay:
    """One assignment in the words of a calendar. ``changed_at`` is when the due day was set, ``times`` how often."""

    uid: str
    day: date
    times: int
    changed_at: datetime
    summary: str
    description: str
    url: str
    remind_before: int | None = None


def calendar_file(
    due_days: Iterable[DueDay], *, name: str, language: str, zone: str, since: date, until: date
) -> bytes:
    """Return the file. The time zone stands in it even where nothing is due: a calendar has at least one component."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT.format(language=language.upper()))
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add_component(Timezone.from_tzid(zone, first_date=since, last_date=until))
    for due in due_days:
        calendar.add_component(_event(due))
    return bytes(calendar.to_ical())


def _event(due: DueDay) -> Event:
    event = Event()
    event.add("uid", due.uid)
    event.add("dtstamp", due.changed_at)
    event.add("sequence", max(due.times - 1, 0))
    event.add("dtstart", due.day)
    event.add("dtend", due.day + A_DAY)
    event.add("summary", due.summary)
    event.add("description", due.description)
    event.add("url", due.url)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    if due.remind_before is not None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", due.summary)
        alarm.add("trigger", -A_DAY * due.remind_before)
        event.add_component(alarm)
    return event
