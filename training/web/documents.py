"""A campaign's plan (教育計画書) and report (教育実施報告書) to be read in the browser, as they stand today."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO

from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from training.campaigns.models import Campaign
from training.errors import NotReady
from training.ledger.queries import latest_checkpoint
from training.reports.documents.make import plan_pdf, report_pdf
from training.reports.documents.plan import KIND as PLAN
from training.reports.documents.report import KIND as REPORT
from training.reports.filenames import LONGEST, safe
from training.reports.pack.write import require_evidence
from training.typesetting.fonts import FontsMissing


def plan_file(campaign: Campaign, *, today: date) -> FileResponse:
    """The plan, approved or not, at the latest checkpoint; before the opening with whom today's roster names.

    Raises ``Invalid`` for a character that no font has, ``NotReady`` where the server lacks the fonts.
    """
    with _fonts():
        pdf = plan_pdf(campaign, checkpoint=latest_checkpoint(), today=today)
    return _shown(pdf, PLAN, campaign)


def report_file(campaign: Campaign, *, today: date) -> FileResponse:
    """The report as of today. Raises as ``plan_file``, and ``NotReady`` where the campaign was never opened."""
    require_evidence([campaign])
    with _fonts():
        pdf = report_pdf(campaign, day=today)
    return _shown(pdf, REPORT, campaign)


@contextmanager
def _fonts() -> Iterator[None]:
    try:
        yield
    except FontsMissing as reason:
        raise NotReady(_("The fonts for documents are missing on this server.")) from reason


def _shown(pdf: bytes, kind: str, campaign: Campaign) -> FileResponse:
    """Shown, not saved; whoever saves it gets a name that says what it is."""
    stem = safe(f"{kind}_{campaign.code}_{campaign.title}").encode()[:LONGEST].decode(errors="ignore").rstrip(" .")
    return FileResponse(BytesIO(pdf), filename=f"{stem}.pdf", content_type="application/pdf")
