"""A campaign's plan: what it asks of whom by when, its approval and its opening."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button, HeaderButton

from cms.admin.campaigns import PLANNED
from cms.admin.gate import OFFICER, holds, today
from cms.admin.lives import people
from cms.admin.one_campaign import CampaignPage
from training.campaigns.approve import approve, fingerprint_of
from training.campaigns.models import DRAFTING, Assignment, Campaign, CampaignEvent
from training.errors import Conflict
from training.ledger.models import Disclosure
from training.reports.documents.paper import grouped
from training.reports.planned import Plan, plan_digest, plan_of
from training.roles import Role
from training.rounds.begin import begin

UNASKED = {*DRAFTING, CampaignEvent.Kind.APPROVED, CampaignEvent.Kind.OPENED}  # of which no reason is asked


class Planned(CampaignPage, TemplateView):
    """A view of a campaign's plan."""

    header_icon = "doc-full"
    page_title = _("Plan")

    @cached_property
    def plan(self) -> Plan:
        """The plan as it stands now."""
        return plan_of(self.campaign, today=today())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The plan, and what has been recorded about it."""
        return super().get_context_data(
            campaign=self.campaign,
            plan=self.plan,
            fingerprint=grouped(self.plan.digest),
            events=recorded(self.campaign),
            back=self.url("campaign"),
            pdf_url=self.url("plan_pdf"),
            audience_url=self.url("audience") if self.campaign.state in PLANNED else "",
            **in_words(self.plan),
            **kwargs,
        )


def in_words(plan: Plan) -> dict[str, Any]:
    """The plan's rules as the list of facts shows them."""
    return {"who": plan.who, "when": plan.when, "credit": plan.credit}


def recorded(campaign: Campaign) -> list[dict[str, Any]]:
    """What was recorded about a campaign, with its reasons and what it meant in numbers. Two queries."""
    events = list(campaign.events.select_related("by").order_by("at"))
    said = Disclosure.objects.filter(entry__in=[event.entry_id for event in events], name="reason")
    reasons = dict(said.values_list("entry_id", "value"))
    return [
        {
            "event": event,
            "asks": event.kind not in UNASKED,
            "reason": reasons.get(event.entry_id),
            "meant": meant(event),
        }
        for event in events
    ]


def meant(event: CampaignEvent) -> str:
    """What an event meant in numbers, where it says so."""
    facts = event.facts
    if event.kind == CampaignEvent.Kind.APPROVED:
        return gettext("Fingerprint of the plan approved: %(digest)s") % {"digest": grouped(fingerprint_of(facts))}
    if event.kind == CampaignEvent.Kind.DRAFTED and event.by_id is None:
        return gettext("Drafted by itself by the repeating plan “%(title)s”") % {"title": facts["title"]}
    if "moved" in facts:
        return gettext("New due day for: %(people)s") % {"people": people(facts["moved"])}
    if "tasks" in facts:
        return gettext("Taught the new version: %(people)s") % {"people": people(facts["tasks"]["moved"])}
    if "figures" in facts:
        words = gettext(
            "Fixed: %(assigned)d assigned, %(signed)d signed, %(credited)d credited, %(exempt)d exempt, "
            "%(closed)d closed, %(outstanding)d not finished"
        )
        return words % facts["figures"]
    return ""


class PlanView(Planned):
    """What the campaign asks of whom by when, and who has approved and opened it."""

    template_name = "cms/admin/plan.html"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """What can be done with the plan now, by who looks."""
        if self.campaign.state == Campaign.State.DRAFT and holds(self.request, Role.PRIVACY_OFFICER):
            return [HeaderButton(gettext("Approve the plan…"), url=self.url("approve"), icon_name="check")]
        if self.campaign.state == Campaign.State.APPROVED:
            return [HeaderButton(gettext("Open the campaign…"), url=self.url("open"), icon_name="upload")]
        return []

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """A plan can be edited and cancelled until it is opened; the campaign's own menu has the rest."""
        if self.campaign.state not in PLANNED:
            return []
        found = [
            Button(gettext("Edit the plan…"), url=self.url("edit"), icon_name="edit", priority=10),
            Button(gettext("Why is somebody asked?"), url=self.url("why"), icon_name="help", priority=20),
        ]
        if self.campaign.state == Campaign.State.DRAFT or holds(self.request, *OFFICER):
            found.append(Button(gettext("Cancel…"), url=self.url("cancel"), icon_name="cross", priority=30))
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whoever may not approve is told who must."""
        waits = self.campaign.state == Campaign.State.DRAFT and not self.header_buttons
        edit = self.url("edit") if self.campaign.state in PLANNED else ""
        return super().get_context_data(waits=waits, edit=edit, **kwargs)


class Confirmed(Planned):
    """A step that is taken on the plan as shown, and on no other."""

    state: Campaign.State
    opens = False
    template_name = "cms/admin/plan_confirm.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what would be done; where it is done already or cannot be yet, show the plan instead."""
        if self.campaign.state != self.state:
            return redirect(self.url("plan"))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, if the plan is still the one that was shown."""
        if request.POST.get("digest") != plan_digest(self.campaign):
            raise Conflict(_("The plan has changed since you opened the page. Please read it again."))
        self.perform()
        return redirect(self.url("campaign"))

    def perform(self) -> None:
        """Call the verb and say what was done."""
        raise NotImplementedError


class ApproveView(Confirmed):
    """The privacy officer approves the plan."""

    roles = OFFICER
    state = Campaign.State.DRAFT
    page_title = _("Approve the plan")
    header_icon = "check"

    def perform(self) -> None:
        """Approve."""
        read = self.request.POST["digest"]  # compared once more with what is written, when nobody can change it
        approve(campaign=self.campaign, by=self.request.user, now=timezone.now(), fingerprint=read)
        messages.success(self.request, gettext("The plan is approved. The campaign can be opened now."))


class OpenView(Confirmed):
    """HR or the privacy officer opens an approved campaign."""

    state = Campaign.State.APPROVED
    opens = True
    page_title = _("Open the campaign")
    header_icon = "upload"

    def perform(self) -> None:
        """Open."""
        event = begin(campaign=self.campaign, by=self.request.user, now=timezone.now())
        people = Assignment.objects.filter(entry=event.entry).count()
        messages.success(
            self.request,
            ngettext(
                "The campaign is open: %(count)d person has been assigned.",
                "The campaign is open: %(count)d people have been assigned.",
                people,
            )
            % {"count": people},
        )
