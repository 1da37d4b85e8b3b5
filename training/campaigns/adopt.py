"""Teach a newer version of a module from here on to who has not begun it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.approve import plan_facts
from training.campaigns.deciders import require_office
from training.campaigns.held import held_open
from training.campaigns.models import Campaign, CampaignEvent, CampaignModule, Pin, Task
from training.campaigns.reasons import stated
from training.catalogue.models import Module, ModuleVersion
from training.errors import Conflict, Invalid
from training.ledger.append import append, hide


@transaction.atomic
def adopt(
    *, campaign: Campaign, module: Module, reason: str, by: AbstractBaseUser | None, now: datetime
) -> CampaignEvent:
    """Pin the newest version of the module that was published for the campaign's policy revision, in each language.

    Whoever has not opened the module is taught the new version; whoever has
    stays with the version that was opened, completed or not, so that nobody is
    marked on another text than was read.

    HR and the privacy officer adopt (``NotAllowed``). Raises ``Conflict``
    where the campaign is not open or teaches the newest version already,
    ``Invalid`` where it does not teach the module or no reason is given.
    """
    require_office(by)
    reason = stated(reason)
    locked = held_open(campaign)
    row = CampaignModule.objects.filter(campaign=locked, module=module).first()
    if row is None:
        raise Invalid(_("This campaign does not teach the module %(module)s.") % {"module": module.slug})
    adopted: list[dict[str, Any]] = []
    for pin in Pin.objects.select_for_update(of=("self",)).filter(campaign_module=row).select_related("module_version"):
        newest = newest_of_revision(pin.module_version)
        if newest.pk != pin.module_version_id:
            adopted.append({"language": pin.language, "from": _named(pin.module_version), "to": _named(newest)})
            pin.module_version = newest
            pin.save(update_fields=["module_version"])
    if not adopted:
        raise Conflict(
            _("The campaign teaches the newest version of the module %(module)s already.") % {"module": module.slug}
        )
    tasks = Task.objects.filter(campaign_module=row)
    untouched = tasks.filter(version__isnull=True).count()
    event = CampaignEvent(
        campaign=locked,
        kind=CampaignEvent.Kind.ADOPTED,
        by_id=by.pk if by else None,
        at=now,
        facts=plan_facts(locked)
        | {
            "adopted": {"module": str(module.pk), "versions": adopted},
            "tasks": {"moved": untouched, "stayed": tasks.count() - untouched},
        },
    )
    append(kind="campaigns.adopted", at=now, rows=[event], disclosures=[hide("reason", reason)])
    return event


def newest_of_revision(version: ModuleVersion) -> ModuleVersion:
    """The newest version of the same module, language and policy revision; itself where there is none newer."""
    same = ModuleVersion.objects.filter(
        module=version.module_id, language=version.language, revision=version.revision_id
    )
    return same.order_by("-number")[0]


def _named(version: ModuleVersion) -> dict[str, Any]:
    return {"version": version.number, "digest": version.digest}
