"""A campaign's plan as it is put before who approves or opens it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from training.campaigns.approve import VERSIONS, fingerprint_of, plan_facts, version_facts
from training.campaigns.models import Campaign, Pin, Tally
from training.campaigns.open import FILLS_LATER, LANGUAGE
from training.catalogue.models import ModuleVersion
from training.catalogue.queries import latest_versions
from training.people.queries import department_paths
from training.reports.audience_preview import preview_of
from training.reports.rules import in_words


@dataclass(frozen=True, slots=True)
class PlannedModule:
    """A module of a plan with the version that opening would pin, or has pinned."""

    order: int
    slug: str
    version: ModuleVersion | None
    fits: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A campaign as put before who approves or opens it. ``digest`` changes with anything of it but the people.

    ``who``, ``when`` and ``credit`` are its rules in the reader's language.
    """

    campaign: Campaign
    modules: tuple[PlannedModule, ...]
    audience: int
    digest: str
    who: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    credit: str = ""

    @property
    def can_open(self) -> bool:
        """Whether nothing but the approval stands in the way of opening."""
        somebody = self.audience > 0 or self.campaign.kind in FILLS_LATER
        return somebody and all(module.fits for module in self.modules)


def plan_of(campaign: Campaign, *, today: date) -> Plan:
    """Return the plan with its pinned versions, before opening the newest, and how many it asks or would ask today."""
    modules = planned_modules(campaign)
    opened = Tally.objects.filter(campaign=campaign).first()
    paths = department_paths(today)
    return Plan(
        campaign=campaign,
        modules=modules,
        audience=opened.assigned if opened else preview_of(campaign, day=today, paths=paths, most=0).count,
        digest=digest_of(campaign, [module.version for module in modules]),
        **in_words(campaign, paths=paths),
    )


def planned_modules(campaign: Campaign) -> tuple[PlannedModule, ...]:
    """Its modules in order, with the pinned versions, before opening the newest. Two queries."""
    pins = {
        pin.campaign_module_id: pin.module_version
        for pin in Pin.objects.filter(campaign_module__campaign=campaign).select_related("module_version__revision")
    }
    newest = {version.module_id: version for version in latest_versions(language=LANGUAGE)} if not pins else {}
    modules = []
    for row in campaign.campaign_modules.select_related("module").order_by("order"):
        version = pins.get(row.pk) or newest.get(row.module_id)
        fits = version is not None and version.revision_id == campaign.revision_id
        modules.append(PlannedModule(order=row.order, slug=row.module.slug, version=version, fits=fits))
    return tuple(modules)


def plan_digest(campaign: Campaign) -> str:
    """The fingerprint of a plan as it stands: what an approval is asked for, and what its entry tells (``approve``)."""
    return digest_of(campaign, [module.version for module in planned_modules(campaign)])


def digest_of(campaign: Campaign, versions: Iterable[ModuleVersion | None]) -> str:
    """The same with these versions; a module that has none yet is named by the plan alone."""
    told = [version_facts(version) for version in versions if version is not None and version.language == LANGUAGE]
    return fingerprint_of(plan_facts(campaign) | {VERSIONS: told})
