"""One person's assignment bent, with a reason: exempt and lift, more time, taken out; and somebody added by number."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from cms.admin.assignments import OneAssignment
from cms.admin.by_number import NumbersField, for_everybody
from cms.admin.deciding import Deciding, ReasonForm
from cms.admin.gate import today
from cms.admin.one_campaign import CampaignStep
from training.attestation.standing import Standing, with_standing
from training.campaigns.exempt import exempt, lift
from training.campaigns.models import Assignment, Campaign, Exemption
from training.campaigns.prolong import prolong
from training.campaigns.queries import last_exemption
from training.campaigns.standing_by_hand import add, remove
from training.errors import Conflict
from training.people.queries import Person, people_on


def require_asked(standing: Any) -> None:
    """Raise ``Conflict`` where somebody has signed, or is not asked any more: there is nothing to decide."""
    if standing == Standing.SIGNED:
        raise Conflict(_("This person has signed already."))
    if standing == Standing.CLOSED:
        raise Conflict(_("This person is not asked any more. Add the person first."))


class PersonalStep(OneAssignment, Deciding):
    """A decision about one person's assignment, who stands as shown."""

    header_icon = "user"

    @cached_property
    def person(self) -> Person:
        """Whose it is."""
        return people_on([self.assignment.employment], today())[self.assignment.employment_id]

    @cached_property
    def standing(self) -> Any:
        """Where it stands."""
        return with_standing(Assignment.objects.filter(pk=self.assignment.pk), day=today()).get()

    @property
    def takes_closed(self) -> bool:
        """Whether it can be decided although nothing is asked of the person any more."""
        return False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, where there is something to decide; the verbs refuse the rest anyway."""
        campaign = self.assignment.campaign
        if campaign.state != Campaign.State.OPEN:
            raise Conflict(
                _("This can be done to an open campaign only; this one is “%(state)s”.")
                % {"state": campaign.get_state_display()}
            )
        if self.standing.standing != Standing.CLOSED or not self.takes_closed:
            require_asked(self.standing.standing)
        return super().get(request, *args, **kwargs)

    def get_page_subtitle(self) -> Any:
        """The person's name, or number where there is none."""
        return self.person.name or self.person.number

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the person's record."""
        return self.crumbs((self.back, self.get_page_subtitle()), ("", self.page_title))

    @property
    def back(self) -> str:
        """The person's record."""
        return self.url("assignment", self.assignment.pk)

    def facts(self) -> list[tuple[Any, Any]]:
        """Who, and by when it is due."""
        return [
            (_("Staff number"), self.person.number),
            (_("Full name"), self.person.name),
            (_("Department"), self.person.department),
            (_("Due on"), self.standing.due_on),
        ]


class ExemptForm(ReasonForm):
    """What kind of reason, until when, and why."""

    cause = forms.ChoiceField(label=_("Cause"), choices=Exemption.Cause.choices, widget=forms.RadioSelect)
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=AdminDateInput,
        help_text=_("The last day of the exemption. Empty: as long as the campaign runs."),
    )


class ExemptView(PersonalStep):
    """Let a person off."""

    form_class = ExemptForm
    page_title = _("Exempt the person")
    question = _("Exempt this person?")
    submit_label = _("Grant the exemption")
    means = (
        _("While it lasts the person is neither reminded nor overdue, and may learn all the same."),
        _("If the due day falls within it, the clock stops: the days that were left are left afterwards."),
        _("You are recorded as who approved it. Auditors see the cause, the days and the reason."),
    )

    @property
    def consequences(self) -> list[Any]:
        """What an exemption is."""
        return [*self.means]

    def perform(self, asked: dict[str, Any]) -> str:
        """Exempt."""
        exempt(assignment=self.assignment, by=self.request.user, now=timezone.now(), **asked)
        return gettext("%(name)s is exempt.") % {"name": self.get_page_subtitle()}


class LiftView(PersonalStep):
    """End an exemption."""

    page_title = _("Lift the exemption")
    question = _("Lift this exemption?")
    submit_label = _("Lift the exemption")

    @property
    def consequences(self) -> list[Any]:
        """What follows."""
        return [_("From today on the person is asked again. The exemption that was stays in the record.")]

    def facts(self) -> list[tuple[Any, Any]]:
        """Since when and until when it holds."""
        last = last_exemption(self.assignment)
        if last is None:
            return super().facts()
        until = last.until or _("as long as the campaign runs")
        return [*super().facts(), (_("Cause"), last.get_cause_display()), (_("Until"), until)]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, where there is something to lift."""
        if not self.standing.exempt:
            raise Conflict(_("This person is not exempt today."))
        return super().get(request, *args, **kwargs)

    def perform(self, asked: dict[str, Any]) -> str:
        """Lift."""
        lift(assignment=self.assignment, reason=asked["reason"], by=self.request.user, now=timezone.now())
        return gettext("The exemption is lifted. %(name)s is asked again.") % {"name": self.get_page_subtitle()}


class ProlongForm(ReasonForm):
    """The new day, and why."""

    due_on = forms.DateField(label=_("New due day"), widget=AdminDateInput)


class ProlongView(PersonalStep):
    """Give one person more time."""

    form_class = ProlongForm
    page_title = _("Prolong")
    question = _("Give this person more time?")
    submit_label = _("Set the new due day")
    header_icon = "date"
    stays = _("A day set here stays: neither the campaign's rule nor a leave moves it any more.")

    @property
    def consequences(self) -> list[Any]:
        """What follows."""
        return [
            _("Only this person gets the new day. Reminders start afresh. You are recorded as who approved it."),
            self.stays,
        ]

    def perform(self, asked: dict[str, Any]) -> str:
        """Prolong."""
        prolong(assignment=self.assignment, by=self.request.user, now=timezone.now(), **asked)
        day = date_format(asked["due_on"], "DATE_FORMAT")
        return gettext("%(name)s is due on %(day)s now.") % {"name": self.get_page_subtitle(), "day": day}


class RemoveView(PersonalStep):
    """Take a person out."""

    page_title = _("Take the person out")
    question = _("Take this person out of the campaign?")
    submit_label = _("Take the person out")
    serious = True
    header_icon = "cross"

    @property
    def consequences(self) -> list[Any]:
        """What follows."""
        return [
            _("Nothing is asked of the person any more. The line stays in the list as closed; nothing is deleted."),
            _("The audience rule does not bring the person back. Adding by number does."),
        ]

    def perform(self, asked: dict[str, Any]) -> str:
        """Remove."""
        remove(assignment=self.assignment, reason=asked["reason"], by=self.request.user, now=timezone.now())
        return gettext("%(name)s has been taken out.") % {"name": self.get_page_subtitle()}


class AddForm(ReasonForm):
    """Whom, and why."""

    numbers = NumbersField(
        label=_("Staff numbers"), help_text=_("One a line or with commas. All are added with the same reason, or none.")
    )


class AddView(CampaignStep):
    """Add people whom the audience rule does not ask."""

    form_class = AddForm
    page_title = _("Add people")
    question = _("Ask people whom the audience rule does not?")
    submit_label = _("Add them")
    header_icon = "plus"

    def get_initial(self) -> dict[str, Any]:
        """Whom another page has named."""
        return {"numbers": self.request.GET.get("number", "")}

    @property
    def over(self) -> bool:
        """Whether nobody can be added."""
        return self.campaign.state != Campaign.State.OPEN

    @property
    def consequences(self) -> list[Any]:
        """What follows."""
        return [
            _("Each gets every module of the campaign and a due day by its rule, counted from today."),
            _("Who was taken out, or closed, is asked again where they left off. You are recorded as who added them."),
        ]

    def perform(self, asked: dict[str, Any]) -> str:
        """Add all or nobody."""
        common = {"reason": asked["reason"], "by": self.request.user, "now": timezone.now()}
        named = asked["numbers"]
        for_everybody(named, lambda employment: add(campaign=self.campaign, employment=employment, **common))
        words = ngettext("%(count)d person is asked now.", "%(count)d people are asked now.", len(named))
        return words % {"count": len(named)}
