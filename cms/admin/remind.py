"""HR reminds one person by hand: one mail about everything that is asked of the person, not too often."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cms.admin.gate import today
from cms.admin.personal import PersonalStep
from training.conf import conf
from training.reminders.by_hand import last_by_hand, remind_by_hand
from training.reminders.rungs import is_working
from training.reminders.tasks import send_letter


def what_goes_out() -> list[Any]:
    """What a reminder by hand is, and when it can be done again."""
    days = conf.reminder_by_hand_days
    again = ngettext(
        "It can be repeated after %(count)d working day, whoever asked.",
        "It can be repeated after %(count)d working days, whoever asked.",
        days,
    )
    found = [
        _("One mail goes out about everything that is asked of the person now, from every campaign."),
        again % {"count": days},
        _("The system reminds people by itself, too. The record says who asked for this mail."),
    ]
    if not is_working()(today()):
        found.append(_("Today is no working day: it goes out on the next one."))
    return found


class RemindView(PersonalStep):
    """Send a reminder to one person. There is nothing to explain, and nothing of the campaign changes."""

    form_class = forms.Form
    page_title = _("Remind")
    question = _("Send this person a reminder?")
    submit_label = _("Send the reminder")
    header_icon = "mail"

    @property
    def consequences(self) -> list[Any]:
        """What goes out, and when it can be done again."""
        return what_goes_out()

    def facts(self) -> list[tuple[Any, Any]]:
        """Who, by when it is due, and the last time."""
        last = last_by_hand([self.assignment.employment.employee_id]).get(self.assignment.employment.employee_id)
        return [*super().facts(), (_("Last reminded by hand"), last.day if last else _("never"))]

    def perform(self, asked: dict[str, Any]) -> str:
        """Write the letter, and have it sent."""
        letter = remind_by_hand(employee=self.assignment.employment.employee, by=self.request.user, now=timezone.now())
        send_letter.enqueue(str(letter.pk))
        if is_working()(today()):
            return gettext("The reminder is on its way.")
        return gettext("The reminder goes out on the next working day.")
