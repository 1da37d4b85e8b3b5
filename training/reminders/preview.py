"""Each mail with invented people, to be looked at and to be sent to oneself."""

from __future__ import annotations

import smtplib
import uuid
from dataclasses import replace
from datetime import date, timedelta

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.attestation.standing import Standing
from training.campaigns.models import Assignment, Campaign
from training.errors import Invalid, NotReady
from training.reminders.compose import message_of
from training.reminders.mails import WHY, Asker, Count, Kind, Line, News, Rendered, to_hr, to_learner, to_manager
from training.reminders.plan_mails import Told, Written, campaign_link, plan_link, to_officer, to_opener
from training.reminders.plans import Why
from training.reminders.send import hand_over

ABOUT_PLANS = frozenset({Kind.APPROVAL, Kind.NUDGE, Kind.OPENING, Kind.RESPONSIBLE})
INVENTED = {"ja": ("見本 太郎", "見本 花子", "見本 次郎"), "en": ("Taro Sample", "Hanako Sample", "Jiro Sample")}


def sample(kind: Kind, *, language: str, day: date) -> Rendered:
    """The mail as it would go out on a day, with invented people in it."""
    with translation.override(language):
        title, department = _("Privacy training (sample)"), _("Sales department (sample)")
    names = INVENTED.get(language, INVENTED["en"])
    if kind in ABOUT_PLANS:
        return _about_plans(kind, title, names, language=language, day=day)
    mine = Line(title, day + timedelta(days=7), 7, Standing.STARTED.label, names[0], "000000", department)
    late = replace(mine, due_on=day - timedelta(days=7), days=-7, standing=Standing.NEW.label)
    team = [
        replace(late, name=names[1], number="000001", due_on=day - timedelta(days=21), days=-21),
        replace(late, name=names[2], number="000002", standing=Standing.TRAINED.label),
    ]
    match kind:
        case Kind.MANAGER:
            return to_manager(name=names[0], lines=team, language=language)
        case Kind.HR:
            return to_hr(counts=[Count(title, 2, 5)], lines=team, language=language)
        case Kind.ASSIGNED:
            news = News(Campaign.Kind.YEARLY.label, WHY[Assignment.Cause.AUDIENCE], 20)
            due_on, standing = day + timedelta(days=30), Standing.NEW.label
            lines = [replace(mine, due_on=due_on, days=30, standing=standing, news=news)]
        case Kind.TODAY:
            lines = [replace(mine, due_on=day, days=0)]
        case Kind.OVERDUE:
            lines = [late]
        case _:
            lines = [mine]
    asker = {Kind.BY_HAND: Asker.MANAGER, Kind.BY_OFFICE: Asker.OFFICE}.get(kind)
    return to_learner(name=names[0], lines=lines, asker=asker, language=language)


def _about_plans(kind: Kind, title: str, names: tuple[str, ...], *, language: str, day: date) -> Rendered:
    drafted = Written(day - timedelta(days=1), names[1])
    soon, due_on = day + timedelta(days=60), day + timedelta(days=150)
    new = Told(title, soon, due_on, 60, Why.NEW.label, plan_link("sample"), Written(day), repeats=True)
    near = replace(new, first_day=day + timedelta(days=3), days=3, why=Why.NEAR.label, drafted=drafted, repeats=False)
    match kind:
        case Kind.APPROVAL:
            again = replace(near, why=Why.AGAIN.label, changed=Written(day, names[2]))
            return to_officer(name=names[0], plans=[again, new], news=True, language=language, can_choose=True)
        case Kind.NUDGE:
            return to_officer(name=names[0], plans=[near], news=False, language=language, can_choose=True)
    late = replace(near, first_day=day, days=0, why=Why.UNOPENED.label, link=campaign_link("sample"))
    name = names[0] if kind == Kind.RESPONSIBLE else ""
    return to_opener(name=name, plans=[late], language=language, can_choose=bool(name))


def send_sample(kind: Kind, *, language: str, to: str, day: date) -> None:
    """Send the sample to one address. Raises ``Invalid`` without one, and ``NotReady`` where no server takes it."""
    if not to.strip():
        raise Invalid(gettext_lazy("Your account has no e-mail address to send a test to."))
    rendered = sample(kind, language=language, day=day)
    marked = replace(rendered, subject=f"[TEST] {rendered.subject}")
    try:
        hand_over(message_of(marked, to=[to], key=uuid.uuid4().hex))
    except (smtplib.SMTPException, OSError, ValueError) as reason:
        words = gettext_lazy("The mail server did not take the test mail (%(reason)s). Please check its settings.")
        raise NotReady(words % {"reason": type(reason).__name__}) from reason
