"""The company that the measurements are made with is as real as one that grew day by day."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import building
from tests.bench.company import build
from tests.reports.packs import checked, packed
from training.campaigns.models import Tally
from training.ledger.keys import load_key, verifier
from training.ledger.records import verify_records
from training.ledger.verify import verify

NOT_DONE = 2  # of 21


@pytest.mark.django_db
def test_a_company_written_by_the_thousand_verifies_and_its_pack_too(tmp_path: Path) -> None:
    campaign = build(21, certificates=False)

    assert verify(keys=[verifier(load_key())]).intact
    assert verify_records().intact
    tally = Tally.objects.get(campaign=campaign)
    assert (tally.assigned, tally.started, tally.signed) == (21, 21, 21 - NOT_DONE)
    pack = packed(campaign, copies=False, now=building.later(hours=8))
    assert pack.json("summary.json")["campaigns"]["FY2026"]["untrained"] == NOT_DONE
    assert checked(pack, tmp_path).returncode == 3
