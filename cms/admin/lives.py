"""The life of an open campaign: extend, adopt a newer version, close, cancel; each says beforehand what will be."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from cms.admin.deciding import ReasonForm
from cms.admin.gate import OFFICER, holds, today
from cms.admin.one_campaign import CampaignStep
from training.campaigns.adopt import adopt, newest_of_revision
from training.campaigns.cancel import CANCELLABLE, cancel
from training.campaigns.close import close
from training.campaigns.extend import extend_campaign
from training.campaigns.models import Assignment, Campaign, Pin, Task
from training.campaigns.queries import due_dates, unsettled
from training.errors import Conflict, NotAllowed
from training.reports.queries import Figures, figures_of, with_figures


def people(count: int) -> str:
    """A number of people in words."""
    return ngettext("%(shown)s person", "%(shown)s people", count) % {"shown": number_format(count)}


class LifeStep(CampaignStep):
    """A decision on the whole campaign. Only an open one has most of them; otherwise the plan says where it stands."""

    states: tuple[str, ...] = (Campaign.State.OPEN,)
    header_icon = "calendar-alt"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, where it can be done."""
        if self.campaign.state not in self.states:
            raise Conflict(
                _("This campaign is “%(state)s”; that cannot be done to it any more, or not yet.")
                % {"state": self.campaign.get_state_display()}
            )
        return super().get(request, *args, **kwargs)

    def get_campaigns(self) -> Any:
        """Read the figures with the campaign."""
        return with_figures(Campaign.objects.select_related("revision", "statement"), today=today())

    @cached_property
    def figures(self) -> Figures:
        """The campaign in numbers."""
        return figures_of(self.campaign)

    @property
    def back(self) -> str:
        """The campaign, which leads to its plan before it is open."""
        return self.url("campaign")

    def counted(self) -> list[tuple[Any, Any]]:
        """Where everybody stands."""
        named = (
            (_("Assigned"), self.figures.assigned),
            (_("Signed"), self.figures.signed),
            (_("Credited"), self.figures.credited),
            (_("Exempt"), self.figures.exempt),
            (_("Closed"), self.figures.closed),
            (_("Still asked"), self.figures.outstanding),
        )
        return [(term, people(count)) for term, count in named]


class ExtendForm(ReasonForm):
    """Later days, and why."""

    due_on = forms.DateField(label=_("Due on"), widget=AdminDateInput)
    last_day = forms.DateField(label=_("Last day"), widget=AdminDateInput)
    valid_until = forms.DateField(label=_("Certificates valid until"), widget=AdminDateInput)


class ExtendView(LifeStep):
    """Everybody gets more time."""

    form_class = ExtendForm
    page_title = _("Extend the campaign")
    question = _("Give everybody more time?")
    submit_label = _("Extend the campaign")
    header_icon = "date"

    def get_initial(self) -> dict[str, Any]:
        """The days as they are."""
        return {name: getattr(self.campaign, name) for name in ("due_on", "last_day", "valid_until")}

    @cached_property
    def dues(self) -> dict[str, int]:
        """How many who are still asked are due on the campaign's day, before it and after it. One query."""
        rows: Any = unsettled(Assignment.objects.filter(campaign=self.campaign)).annotate(due=due_dates())
        day = self.campaign.due_on
        found: dict[str, int] = rows.aggregate(
            on=Count("pk", filter=Q(due=day)),
            before=Count("pk", filter=Q(due__lt=day)),
            after=Count("pk", filter=Q(due__gt=day)),
        )
        return found

    @property
    def consequences(self) -> list[Any]:
        """Who gets the new day, and who does not."""
        day = date_format(self.campaign.due_on, "DATE_FORMAT")
        dues = self.dues
        found = [
            gettext("%(people)s are due on %(day)s and get the new due day.")
            % {"people": people(dues["on"]), "day": day}
        ]
        if dues["after"]:
            words = gettext("%(people)s have a later day of their own; who would gain by the new one gets it.")
            found.append(words % {"people": people(dues["after"])})
        if dues["before"]:
            words = gettext("%(people)s have an earlier day of their own, which stays: prolong those one by one.")
            found.append(words % {"people": people(dues["before"])})
        return [
            *found,
            _("Who has signed is not touched. Reminders start afresh. Days can only become later."),
            _("Certificates that have been issued keep the day that is printed on them."),
        ]

    def facts(self) -> list[tuple[Any, Any]]:
        """The days as they are."""
        return [
            (_("Due on"), self.campaign.due_on),
            (_("Last day"), self.campaign.last_day),
            (_("Certificates valid until"), self.campaign.valid_until),
        ]

    def perform(self, asked: dict[str, Any]) -> str:
        """Extend."""
        event = extend_campaign(campaign=self.campaign, by=self.request.user, now=timezone.now(), **asked)
        return gettext("The campaign is extended: %(people)s have a new due day.") % {
            "people": people(event.facts["moved"])
        }


class AdoptForm(ReasonForm):
    """Which module, and why."""

    module = forms.ChoiceField(label=_("Module"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["module"].choices = choices


class AdoptView(LifeStep):
    """Who has not begun a module gets its newest version."""

    form_class = AdoptForm
    page_title = _("Adopt a newer version")
    question = _("Teach the newest version from now on?")
    submit_label = _("Adopt the version")
    header_icon = "resubmit"

    @cached_property
    def newer(self) -> dict[str, tuple[Any, str]]:
        """By module: it, and what would become of it in words. A query, and two for each module."""
        pins = Pin.objects.filter(campaign_module__campaign=self.campaign).select_related(
            "module_version", "campaign_module__module"
        )
        found = {}
        for pin in pins.order_by("campaign_module__order"):
            newest = newest_of_revision(pin.module_version)
            if newest.pk == pin.module_version_id:
                continue
            tasks = Task.objects.filter(campaign_module=pin.campaign_module).aggregate(
                untouched=Count("pk", filter=Q(version__isnull=True)), all=Count("pk")
            )
            words = gettext(
                "%(title)s: version %(from)d → %(to)d (%(moved)s have not begun and get it; "
                "%(stayed)s have begun and keep theirs)"
            ) % {
                "title": newest.title,
                "from": pin.module_version.number,
                "to": newest.number,
                "moved": people(tasks["untouched"]),
                "stayed": people(tasks["all"] - tasks["untouched"]),
            }
            found[str(pin.campaign_module.module_id)] = (pin.campaign_module.module, words)
        return found

    @property
    def over(self) -> bool:
        """Whether there is no newer version."""
        return not self.newer

    @property
    def consequences(self) -> list[Any]:
        """What becomes of who has begun."""
        if self.over:
            return [
                _("The campaign teaches the newest version of every module that was published for its policy revision.")
            ]
        return [
            _("Who has opened the module, completed or not, keeps the version that was opened: nothing is done twice."),
            _("Who has not opened it is taught the newest version. Publishing alone changes nothing: it is done here."),
        ]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the modules of which there is a newer version."""
        return {**super().get_form_kwargs(), "choices": [(key, words) for key, (_m, words) in self.newer.items()]}

    def get_initial(self) -> dict[str, Any]:
        """Choose where there is one choice."""
        return {"module": next(iter(self.newer))} if len(self.newer) == 1 else {}

    def perform(self, asked: dict[str, Any]) -> str:
        """Adopt."""
        module, _words = self.newer[asked["module"]]
        event = adopt(
            campaign=self.campaign, module=module, reason=asked["reason"], by=self.request.user, now=timezone.now()
        )
        return gettext("The newest version is taught now: %(people)s had not begun and get it.") % {
            "people": people(event.facts["tasks"]["moved"])
        }


class CloseView(LifeStep):
    """The end: the figures are fixed."""

    page_title = _("Close the campaign")
    question = _("Close this campaign for good?")
    submit_label = _("Close the campaign and fix the figures")
    serious = True
    header_icon = "lock"

    def facts(self) -> list[tuple[Any, Any]]:
        """The figures as they would be fixed now."""
        return self.counted()

    @property
    def consequences(self) -> list[Any]:
        """What nobody can do any more."""
        count = self.figures.outstanding
        return [
            _("The figures below are fixed as they are when you close, and go into the report."),
            ngettext(
                "%(count)d person has not finished and can neither learn nor sign any more.",
                "%(count)d people have not finished and can neither learn nor sign any more.",
                count,
            )
            % {"count": count}
            if count
            else _("Everybody has finished."),
            _("Certificates, records and the evidence pack stay. Who is missing is asked again by a make-up campaign."),
            _("It cannot be undone."),
        ]

    def perform(self, asked: dict[str, Any]) -> str:
        """Close."""
        event = close(campaign=self.campaign, reason=asked["reason"], by=self.request.user, now=timezone.now())
        figures = event.facts["figures"]
        return gettext("The campaign is closed. Fixed: %(signed)d of %(assigned)d signed.") % {
            "signed": figures["signed"],
            "assigned": figures["assigned"],
        }


class CancelView(LifeStep):
    """Nothing is asked of anybody any more. What the privacy officer approved, the privacy officer cancels."""

    states = tuple(CANCELLABLE)
    page_title = _("Cancel the campaign")
    submit_label = _("Cancel the campaign")
    serious = True
    header_icon = "cross"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask whom it is up to."""
        self.require_officer()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take it from whom it is up to."""
        self.require_officer()
        return super().post(request, *args, **kwargs)

    def require_officer(self) -> None:
        """Raise ``NotAllowed`` where HR would undo what was approved."""
        if self.campaign.state != Campaign.State.DRAFT and not holds(self.request, *OFFICER):
            raise NotAllowed(_("What has been approved is cancelled by the privacy officer. Please ask there."))

    @property
    def question(self) -> Any:
        """Whether a draft is thrown away, or training under way is stopped."""
        drafts = (Campaign.State.DRAFT, Campaign.State.APPROVED)
        return _("Cancel this plan?") if self.campaign.state in drafts else _("Cancel this campaign under way?")

    def facts(self) -> list[tuple[Any, Any]]:
        """Where everybody stands."""
        return self.counted() if self.campaign.state == Campaign.State.OPEN else []

    @property
    def consequences(self) -> list[Any]:
        """What becomes of everybody."""
        if self.campaign.state != Campaign.State.OPEN:
            return [
                _("Nobody has been asked yet, and nobody will be. The plan stays in the list as cancelled."),
                _("Its code cannot be used again. It cannot be undone."),
            ]
        left = self.figures.assigned - self.figures.signed - self.figures.closed
        return [
            ngettext(
                "%(count)d person who has not signed is closed: nothing is asked of them any more.",
                "%(count)d people who have not signed are closed: nothing is asked of them any more.",
                left,
            )
            % {"count": left},
            gettext("%(people)s have signed: signatures and certificates stay as they are.")
            % {"people": people(self.figures.signed)},
            _("It cannot be undone. To end a campaign that has run its course, close it instead."),
        ]

    def perform(self, asked: dict[str, Any]) -> str:
        """Cancel."""
        cancel(campaign=self.campaign, reason=asked["reason"], by=self.request.user, now=timezone.now())
        return gettext("The campaign is cancelled.")

    @property
    def next_url(self) -> str:
        """The plan says what was recorded."""
        return self.url("plan")
