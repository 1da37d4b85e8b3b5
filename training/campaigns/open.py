"""Open an approved campaign: pin the versions and assign everybody."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.approve import plan_facts
from training.campaigns.calendar import day_of
from training.campaigns.models import Assignment, Campaign, CampaignEvent, DueSet, Pin, Tally, Task
from training.catalogue.models import ModuleVersion
from training.catalogue.queries import latest_versions
from training.conf import conf
from training.errors import Conflict, NotReady
from training.ledger.append import append
from training.people.queries import employed_on

LANGUAGE = "ja"
BATCH = 1000


def _pin(campaign: Campaign) -> dict[int, ModuleVersion]:
    newest = {version.module_id: version for version in latest_versions(language=LANGUAGE)}
    pins: dict[int, ModuleVersion] = {}
    for row in campaign.campaign_modules.select_related("module"):
        version = newest.get(row.module_id)
        if version is None:
            raise NotReady(_("The module %(module)s has not been published.") % {"module": row.module.slug})
        if version.revision_id != campaign.revision_id:
            raise NotReady(
                _("The module %(module)s was published for another revision of the policy.")
                % {"module": row.module.slug}
            )
        pins[row.pk] = version
    return pins


@transaction.atomic
def open_campaign(*, campaign: Campaign, by: AbstractBaseUser | None, now: datetime) -> CampaignEvent:
    """Open the campaign to everyone who is employed today; each gets one task per module and the campaign's due day.

    The newest published version of each module is pinned: publishing another
    later changes nothing here. Raises ``Conflict`` where the campaign is not
    approved, or has changed since, and ``NotReady`` where a module has no
    version for its policy revision or nobody is employed.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state != Campaign.State.APPROVED:
        raise Conflict(
            _("Only an approved campaign can be opened; this one is “%(state)s”.")
            % {"state": locked.get_state_display()}
        )
    facts = plan_facts(locked)
    approved = locked.events.filter(kind=CampaignEvent.Kind.APPROVED).latest("at")
    if approved.facts != facts:
        raise Conflict(_("The campaign was changed after its approval; it must be approved again."))
    pins = _pin(locked)
    Pin.objects.bulk_create(
        Pin(campaign_module_id=key, language=LANGUAGE, module_version=version) for key, version in pins.items()
    )

    today = day_of(now, conf.time_zone)
    employments = list(employed_on(today).order_by("number"))
    if not employments:
        raise NotReady(_("Nobody is employed today: there is nobody to assign."))
    assignments = [
        Assignment(
            campaign=locked,
            employment=employment,
            cause=Assignment.Cause.AUDIENCE,
            facts={"employed_on": today.isoformat(), "type": employment.type},
            at=now,
        )
        for employment in employments
    ]
    due = [
        DueSet(assignment=assignment, number=1, due_on=locked.due_on, reason="campaign") for assignment in assignments
    ]
    event = CampaignEvent(
        campaign=locked,
        kind=CampaignEvent.Kind.OPENED,
        by_id=by.pk if by else None,
        at=now,
        facts={
            **facts,
            "pins": [
                {"module": str(v.module_id), "language": v.language, "version": v.number, "digest": v.digest}
                for v in pins.values()
            ],
        },
    )
    append(kind="campaigns.opened", at=now, rows=[event, *assignments, *due])
    tasks = (Task(assignment=assignment, campaign_module_id=key) for assignment in assignments for key in pins)
    while chunk := list(islice(tasks, BATCH)):
        Task.objects.bulk_create(chunk)
    Tally.objects.create(campaign=locked, assigned=len(assignments))
    locked.state = campaign.state = Campaign.State.OPEN
    locked.save(update_fields=["state"])
    return event
