"""Approve a campaign's plan (教育計画)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.deciders import require_approver
from training.campaigns.models import Campaign, CampaignEvent, everybody
from training.catalogue.models import ModuleVersion
from training.catalogue.queries import latest_versions
from training.errors import Conflict
from training.ledger.append import append
from training.ledger.canonical import canonical, sha256_hex

LANGUAGE = "ja"
VERSIONS = "versions"


def plan_facts(campaign: Campaign) -> dict[str, Any]:
    """The campaign as it stands, in public values: what is approved, and what opens.

    What is as it would be without anybody's choosing is left out, so that a
    plan approved before there was such a choice is still the plan approved.
    Who drafted it is no part: the content is approved, whoever wrote it.
    """
    chosen: dict[str, Any] = {
        "audience": campaign.audience if campaign.audience != everybody() else None,
        "due_rule": campaign.due_rule,
        "credit_rule": campaign.credit_rule,
        "responsible": campaign.responsible_id,
        "fiscal_year": campaign.fiscal_year,
        "repeats": campaign.repeats_id,
    }
    return {
        "code": campaign.code,
        "title": campaign.title,
        "kind": campaign.kind,
        "first_day": campaign.first_day.isoformat(),
        "last_day": campaign.last_day.isoformat(),
        "due_on": campaign.due_on.isoformat(),
        "valid_until": campaign.valid_until.isoformat(),
        "policy": {"revision": campaign.revision.number, "digest": campaign.revision.digest},
        "statement": {"number": campaign.statement.number, "digest": campaign.statement.digest},
        "modules": [str(row.module_id) for row in campaign.campaign_modules.all()],  # in their order
        **{name: value for name, value in chosen.items() if value is not None},
    }


def version_facts(version: ModuleVersion) -> dict[str, Any]:
    """A version as events name it."""
    return {
        "module": str(version.module_id),
        "language": version.language,
        "version": version.number,
        "digest": version.digest,
    }


def fingerprint_of(facts: Mapping[str, Any]) -> str:
    """The SHA-256 of a plan and of the versions that it teaches, from facts such as an approval's entry has them."""
    plan = {name: value for name, value in facts.items() if name != VERSIONS}
    return sha256_hex(canonical({"plan": plan, VERSIONS: [version["digest"] for version in facts.get(VERSIONS, ())]}))


def _newest(campaign: Campaign) -> list[dict[str, Any]]:
    """The newest version of each module that has any: what opening would pin now."""
    newest = {version.module_id: version for version in latest_versions(language=LANGUAGE)}
    modules = campaign.campaign_modules.order_by("order").values_list("module_id", flat=True)
    return [version_facts(newest[module]) for module in modules if module in newest]


@transaction.atomic
def approve(
    *, campaign: Campaign, by: AbstractBaseUser, now: datetime, fingerprint: str | None = None
) -> CampaignEvent:
    """Let the plan be opened, as it stands.

    The versions that were the newest then are recorded as ``versions``; a newer one does not undo the approval.

    Only the privacy officer approves (``NotAllowed``). Raises ``Conflict`` where it is no draft, and where
    ``fingerprint``, that of the plan that was read, is not that of what would be approved.
    """
    require_approver(by)
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state != Campaign.State.DRAFT:
        raise Conflict(
            _("Only a draft can be approved; this campaign is “%(state)s”.") % {"state": locked.get_state_display()}
        )
    facts = plan_facts(locked) | {VERSIONS: _newest(locked)}
    if fingerprint is not None and fingerprint != fingerprint_of(facts):
        raise Conflict(_("The plan has changed since you opened the page. Please read it again."))
    event = CampaignEvent(campaign=locked, kind=CampaignEvent.Kind.APPROVED, by_id=by.pk, at=now, facts=facts)
    append(kind="campaigns.approved", at=now, rows=[event])
    locked.state = campaign.state = Campaign.State.APPROVED
    locked.save(update_fields=["state"])
    return event
