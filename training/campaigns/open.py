"""Open an approved campaign: pin the versions and assign its audience."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.approve import LANGUAGE, plan_facts, version_facts
from training.campaigns.assigning import Chosen, write
from training.campaigns.calendar import day_of
from training.campaigns.candidates import staff_on
from training.campaigns.choosing import Choosing, Named
from training.campaigns.deciders import require_office
from training.campaigns.models import Assignment, Campaign, CampaignEvent, Pin
from training.campaigns.queries import last_approval
from training.catalogue.models import ModuleVersion
from training.catalogue.queries import latest_versions
from training.conf import conf
from training.errors import Conflict, NotReady
from training.ledger.bulk import uncollected

__all__ = ["FILLS_LATER", "LANGUAGE", "audience_of", "open_campaign"]

# Kinds whose people come one by one while the campaign is open: on the first day there may be none.
FILLS_LATER = frozenset({Campaign.Kind.JOINING, Campaign.Kind.LEAVING})


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
@uncollected()
def open_campaign(
    *, campaign: Campaign, by: AbstractBaseUser | None, now: datetime, named: Named | None = None
) -> CampaignEvent:
    """Open the campaign to its audience of today; each gets one task per module and a due day by the due rule.

    The newest published version of each module is pinned: publishing another
    later changes nothing here; those published since the approval are named as
    ``newer_than_approved``. ``named`` narrows the audience to these people
    (by their keys), each with facts for the record. Who comes later, leaves or
    goes on leave is followed by ``assign``.

    HR and the privacy officer open (``NotAllowed``).
    Raises ``Conflict`` where the campaign is not approved, or has changed
    since, ``NotReady`` where a module has no version for its policy revision,
    or nobody is there to assign (but a campaign on joining or leaving may wait
    for its people), and ``Invalid`` where a rule cannot be read.
    """
    require_office(by)
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state != Campaign.State.APPROVED:
        raise Conflict(
            _("Only an approved campaign can be opened; this one is “%(state)s”.")
            % {"state": locked.get_state_display()}
        )
    facts = plan_facts(locked)
    approved = last_approval(locked)
    if approved is None or {name: value for name, value in approved.facts.items() if name != "versions"} != facts:
        raise Conflict(_("The campaign was changed after its approval; it must be approved again."))
    pins = _pin(locked)
    chosen = audience_of(campaign=locked, now=now, named=named)
    Pin.objects.bulk_create(
        Pin(campaign_module_id=key, language=LANGUAGE, module_version=version) for key, version in pins.items()
    )
    event = CampaignEvent(
        campaign=locked,
        kind=CampaignEvent.Kind.OPENED,
        by_id=by.pk if by else None,
        at=now,
        facts={
            **facts,
            "pins": [version_facts(version) for version in pins.values()],
            **_newer(approved, pins.values()),
        },
    )
    write(campaign=locked, chosen=chosen, now=now, event=event)
    locked.state = campaign.state = Campaign.State.OPEN
    locked.save(update_fields=["state"])
    return event


def _newer(approved: CampaignEvent, pinned: Iterable[ModuleVersion]) -> dict[str, Any]:
    """The pinned versions that were not the newest at the approval; nothing where that did not say which were."""
    if "versions" not in approved.facts:
        return {}
    seen = {version["module"]: version for version in approved.facts["versions"]}
    return {
        "newer_than_approved": [
            {"module": str(version.module_id), "approved": before and before["version"], "pinned": version.number}
            for version in pinned
            if (before := seen.get(str(version.module_id))) is None or before["digest"] != version.digest
        ]
    }


def audience_of(*, campaign: Campaign, now: datetime, named: Named | None = None) -> list[Chosen]:
    """Whoever would be assigned if the campaign were opened now, by staff number.

    Raises ``NotReady`` where nobody would, though somebody should, and ``Invalid`` where a rule cannot be read.
    """
    today = day_of(now, conf.time_zone)
    staff = staff_on(today)
    choosing = Choosing(campaign, staff, day=today, named=named)
    here = sorted((spell for spell in staff if spell.holds(today)), key=lambda spell: spell.number)
    chosen = [
        choosing.chosen(spell, found, Assignment.Cause.AUDIENCE)
        for spell in here
        if (found := choosing.verdict(spell)).is_in
    ]
    if not chosen and campaign.kind not in FILLS_LATER:
        if not here:
            raise NotReady(_("Nobody is employed today: there is nobody to assign."))
        raise NotReady(_("Nobody who works here today is in the audience: there is nobody to assign."))
    return chosen
