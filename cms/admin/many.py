"""Several people of a campaign, chosen in its list: exempt, prolonged or reminded in one step.

Each is a decision of its own by the verb for one person, with its checks and in its own transaction: whoever is refused
is named with the reason, and the others are done. All or nothing would let one person who signed a minute ago, or was
reminded yesterday, hold up forty-nine others, and nothing binds the ones to the others.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from cms.admin.gate import today
from cms.admin.one_campaign import CampaignStep
from cms.admin.personal import ExemptForm, ExemptView, ProlongForm, ProlongView, require_asked
from cms.admin.remind import what_goes_out
from training.attestation.standing import Standing, with_standing
from training.campaigns.exempt import exempt
from training.campaigns.models import Assignment, Campaign
from training.campaigns.prolong import prolong
from training.certificates.tasks import seal_waiting
from training.errors import Conflict, Invalid, TrainingError
from training.people.queries import Person, people_on
from training.reminders.by_hand import remind_by_hand
from training.reminders.rungs import is_working
from training.reminders.tasks import send_letter

MOST = 50  # a page of the list


class ManyStep(CampaignStep):
    """A decision about the people whose assignments the address names."""

    template_name = "cms/admin/many.html"
    header_icon = "group"
    recorded: ClassVar[bool] = True

    @cached_property
    def found(self) -> list[Any]:
        """The assignments with where each stands; 404 where one is none of the campaign's. ``Invalid`` for too many."""
        try:
            keys = {UUID(key) for key in self.request.GET.getlist("id")}
        except ValueError:
            raise Http404 from None
        if len(keys) > MOST:
            raise Invalid(_("Please choose at most %(most)d people.") % {"most": MOST})
        chosen = Assignment.objects.filter(campaign=self.campaign, pk__in=keys)
        found = list(with_standing(chosen.select_related("campaign", "employment__employee"), day=today()))
        if len(found) != len(keys):
            raise Http404
        return found

    @cached_property
    def people(self) -> dict[UUID, Person]:
        """Who they are, by employment."""
        return people_on([row.employment for row in self.found], today())

    @property
    def rows(self) -> list[Any]:
        """The assignments by staff number."""
        return sorted(self.found, key=lambda row: self.people[row.employment_id].number)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, where somebody is chosen and the campaign is open."""
        if refusal := self._refusal():
            return refusal
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, under the same conditions."""
        if refusal := self._refusal():
            return refusal
        return super().post(request, *args, **kwargs)

    def _refusal(self) -> HttpResponse | None:
        if self.campaign.state != Campaign.State.OPEN:
            raise Conflict(
                _("This can be done to an open campaign only; this one is “%(state)s”.")
                % {"state": self.campaign.get_state_display()}
            )
        if self.rows:
            return None
        messages.warning(self.request, gettext("Please choose people in the list first."))
        return redirect(self.back)

    @property
    def back(self) -> str:
        """The campaign's list as it was when they were chosen: filtered, ordered, on its page."""
        shown = QueryDict(self.request.GET.get("list", "")).urlencode()
        return f"{super().back}?{shown}" if shown else super().back

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whom it concerns."""
        lines = [
            {
                "person": self.people[row.employment_id],
                "due_on": row.due_on,
                "state": Standing(row.standing).label,
                "record": self.url("assignment", row.pk),
            }
            for row in self.rows
        ]
        return super().get_context_data(lines=lines, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Each by itself: say how many it was done for, and for whom it was not and why; of nobody, at the form."""
        done, refused = 0, {}
        for row in self.rows:
            person = self.people[row.employment_id]
            try:
                require_asked(row.standing)
                self.act(row, form.cleaned_data)
            except TrainingError as reason:
                refused.setdefault(str(reason.message), []).append(f"{person.number} {person.name}")
            else:
                done += 1
        if done and self.recorded:
            seal_waiting.enqueue()
        told = [f"{reason} {'、'.join(names)}" for reason, names in refused.items()]
        if not done:
            for line in told:
                form.add_error(None, line)
            return self.form_invalid(form)
        messages.success(self.request, self.done(done, form.cleaned_data))
        for line in told:
            messages.warning(self.request, gettext("Not done: %(line)s") % {"line": line})
        return redirect(self.back)

    def act(self, row: Any, asked: dict[str, Any]) -> None:
        """Call the verb for one person."""
        raise NotImplementedError

    def done(self, count: int, asked: dict[str, Any]) -> str:
        """Say what was done for so many."""
        raise NotImplementedError


class ProlongManyView(ManyStep):
    """Give them more time, to one day."""

    form_class = ProlongForm
    page_title = _("Prolong")
    question = _("Give these people more time?")
    submit_label = _("Set the new due day")
    header_icon = "date"

    @property
    def consequences(self) -> list[Any]:
        """What follows."""
        return [
            _("Only these people get the new day. Reminders start afresh. You are recorded as who approved it."),
            ProlongView.stays,
        ]

    def act(self, row: Any, asked: dict[str, Any]) -> None:
        """Prolong."""
        prolong(assignment=row, by=self.request.user, now=timezone.now(), **asked)

    def done(self, count: int, asked: dict[str, Any]) -> str:
        """By when they are due."""
        words = ngettext("%(count)d person is due on %(day)s now.", "%(count)d people are due on %(day)s now.", count)
        return words % {"count": count, "day": date_format(asked["due_on"], "DATE_FORMAT")}


class ExemptManyView(ManyStep):
    """Let them off, for one cause."""

    form_class = ExemptForm
    page_title = _("Exempt the people")
    question = _("Exempt these people?")
    submit_label = _("Grant the exemption")

    @property
    def consequences(self) -> list[Any]:
        """What an exemption is."""
        return [*ExemptView.means]

    def act(self, row: Any, asked: dict[str, Any]) -> None:
        """Exempt."""
        exempt(assignment=row, by=self.request.user, now=timezone.now(), **asked)

    def done(self, count: int, asked: dict[str, Any]) -> str:
        """How many are let off."""
        return ngettext("%(count)d person is exempt.", "%(count)d people are exempt.", count) % {"count": count}


class RemindManyView(ManyStep):
    """Remind them."""

    form_class = forms.Form
    page_title = _("Remind")
    question = _("Send these people a reminder?")
    submit_label = _("Send the reminders")
    header_icon = "mail"
    recorded = False

    @property
    def consequences(self) -> list[Any]:
        """What goes out to each."""
        return what_goes_out()

    def act(self, row: Any, asked: dict[str, Any]) -> None:
        """Write the letter, and have it sent."""
        letter = remind_by_hand(employee=row.employment.employee, by=self.request.user, now=timezone.now())
        send_letter.enqueue(str(letter.pk))

    def done(self, count: int, asked: dict[str, Any]) -> str:
        """Whether they go out today."""
        if is_working()(today()):
            words = ngettext("%(count)d reminder is on its way.", "%(count)d reminders are on their way.", count)
        else:
            words = ngettext(
                "%(count)d reminder goes out on the next working day.",
                "%(count)d reminders go out on the next working day.",
                count,
            )
        return words % {"count": count}
