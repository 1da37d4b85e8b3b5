"""A certificate that certifies nothing: what a design looks like, and whether it holds the longest facts there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models.functions import Length

from training.campaigns.models import Campaign, CampaignModule, Pin
from training.certificates.drawing import CertificateFace, TooLong, draw_certificate
from training.certificates.look import Look
from training.conf import conf
from training.people.models import PersonName
from training.people.queries import department_paths
from training.typesetting.fonts import load
from training.typesetting.glyphs import NoGlyph

_NOTHING = " ".join(["0000"] * 16)
_INVENTED = {
    "ja": {
        "holder": "見本 花子",
        "department": "見本本部/見本部",
        "campaign": "個人情報保護研修",
        "policy": "個人情報保護方針",
    },
    "en": {
        "holder": "Hanako Mihon",
        "department": "Specimen Division",
        "campaign": "Personal Information Protection Training",
        "policy": "Privacy Policy",
    },
}


def specimen(*, language: str, look: Look, day: date) -> bytes:
    """Return a certificate of an invented person as a PDF, in this look, with the newest campaign's modules.

    Raises what ``draw_certificate`` raises.
    """
    return draw_certificate(_face(language, look, day), fonts=load(conf.fonts), look=look)


def draw_longest(*, language: str, look: Look, day: date) -> None:
    """Draw a certificate with the longest name, department, campaign and list of modules there are, and keep nothing.

    Raises ``TooLong`` where the look does not hold what the product's own one
    holds: what is too long for that as well is not the look's fault.
    """
    fonts = load(conf.fonts)
    usual = _face(language, look, day)
    longest = _longest(usual, day)
    for face in (replace(longest, on_paper="group"), longest, usual):
        try:
            draw_certificate(
                replace(face, officer_title="", officer_name=""), fonts=fonts, look=Look(orientation=look.orientation)
            )
        except (TooLong, NoGlyph):
            continue
        draw_certificate(face, fonts=fonts, look=look)
        return


def _face(language: str, look: Look, day: date) -> CertificateFace:
    invented = _INVENTED[language]
    campaign = Campaign.objects.select_related("revision").order_by("-first_day", "-pk").first()
    titles = _titles(CampaignModule.objects.filter(campaign=campaign)) if campaign else ()
    return CertificateFace(
        serial=f"{campaign.code if campaign else day.year}-000000",
        holder=invented["holder"],
        staff_number="000000",
        department=invented["department"],
        campaign=campaign.title if campaign else invented["campaign"],
        first_day=campaign.first_day if campaign else day,
        last_day=campaign.last_day if campaign else day,
        modules=titles or (invented["campaign"],),
        policy_title=campaign.revision.title if campaign else invented["policy"],
        policy_number=campaign.revision.number if campaign else 1,
        policy_enacted_on=campaign.revision.enacted_on if campaign else day,
        signed_on=day,
        issued_on=day,
        valid_until=campaign.valid_until if campaign else day,
        company=conf.company_name,
        officer_title=look.officer_title or conf.officer_title,
        officer_name=look.officer_name or conf.officer_name,
        check_url=conf.check_url("0" * 32),
        record_fingerprint=_NOTHING,
        key_fingerprint=_NOTHING,
        checkpoint_size=0,
        checkpoint_root=_NOTHING,
        signing_fingerprint=_NOTHING,
        specimen=True,
        language=language,
    )


def _longest(face: CertificateFace, day: date) -> CertificateFace:
    """Return the face with the longest of what certificates bear; nobody is shown it."""
    campaigns: dict[int, list[CampaignModule]] = {}
    for module in CampaignModule.objects.order_by("campaign", "order"):
        campaigns.setdefault(module.campaign_id, []).append(module)
    lists = [_titles(modules) for modules in campaigns.values()]
    name = (
        PersonName.objects.filter(superseded_at__isnull=True).order_by(-Length("name")).values_list("name", flat=True)
    )
    title = Campaign.objects.order_by(-Length("title")).values_list("title", flat=True)
    return replace(
        face,
        holder=name.first() or face.holder,
        department=max(department_paths(day).values(), key=len, default=face.department),
        campaign=title.first() or face.campaign,
        modules=max(lists, key=lambda titles: sum(map(len, titles)) + 12 * len(titles), default=face.modules)
        or face.modules,
    )


def _titles(modules: Iterable[CampaignModule]) -> tuple[str, ...]:
    """Return the titles of the versions that a campaign has pinned, in its order; none before it is opened."""
    pins = Pin.objects.filter(campaign_module__in=list(modules)).order_by("campaign_module__order", "language")
    titles: dict[int, str] = {}
    for module, title in pins.values_list("campaign_module_id", "module_version__title"):
        titles.setdefault(module, title)
    return tuple(titles.values())
