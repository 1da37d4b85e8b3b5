"""What can be done with a campaign, as its menu: with its people, with its records, with itself."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from wagtail.admin.widgets.button import Button

from training.campaigns.models import Campaign

STATES = Campaign.State


def menu_of(view: Any) -> list[Button]:
    """The buttons of a campaign's menu, in the order in which they are needed; only what can be done is offered."""
    campaign = view.campaign
    items = [(gettext("Why is somebody asked?"), view.url("why"), "help")]
    if campaign.state == STATES.OPEN:
        items += [
            (gettext("Add people…"), view.url("add"), "plus"),
            (gettext("Enter a group session…"), view.url("group"), "doc-full-inverse"),
        ]
    items.append((gettext("Make-ups"), view.url("make_ups"), "redirect"))
    if campaign.state in (STATES.OPEN, STATES.CLOSED):
        draft = reverse("training_campaigns:draft")
        items.append((gettext("Make-up campaign for absentees…"), f"{draft}?missed={campaign.code}", "group"))
    items += [
        (gettext("Samples"), view.url("samples"), "pick"),
        (gettext("Certificates (ZIP)…"), view.url("archive"), "download"),
        (gettext("Evidence pack…"), view.url("pack"), "lock"),
        (gettext("Plan (PDF)"), view.url("plan_pdf"), "doc-full"),
        (gettext("Report (PDF)"), view.url("report_pdf"), "doc-full"),
    ]
    if campaign.state == STATES.OPEN:
        items += [
            (gettext("Extend…"), view.url("extend"), "date"),
            (gettext("Adopt a newer version…"), view.url("adopt"), "resubmit"),
            (gettext("Close…"), view.url("close"), "lock"),
            (gettext("Cancel…"), view.url("cancel"), "cross"),
        ]
    return [
        Button(label, url=url, icon_name=icon, priority=10 * place) for place, (label, url, icon) in enumerate(items, 1)
    ]
