"""The checker on a pack of two campaigns, in one of which somebody was erased."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import building
from tests.reports import handmade
from training.ledger import triggers
from training.ledger.append import append
from training.ledger.keys import load_key, verifier
from training.ledger.models import Disclosure
from training.ledger.seal import seal
from training.ledger.triggers import ERASURE
from training.reports.pack import verify
from training.reports.pack.write import evidence_pack

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_pack_of_two_years_and_of_somebody_erased_is_checked_as_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    year = building.year()
    second = building.campaign(code="FY2027", now=building.later(hours=1))
    again_assigned = building.assignment_of(year.employment, "FY2027")
    building.train(again_assigned, now=building.later(hours=1))
    signed = building.sign(again_assigned, "髙橋 一郎", now=building.later(hours=1))
    building.certify(signed, now=building.later(hours=1))
    hidden = Disclosure.objects.filter(entry__in=[year.attestation.entry_id, year.certificate.entry_id])
    digests = sorted(hidden.values_list("digest", flat=True))
    append(kind=ERASURE, at=building.later(hours=2), facts={"digests": digests})
    triggers.remove()  # the queryset deletes nothing, whatever the triggers allow
    hidden._raw_delete(hidden.db)
    triggers.install()
    key = load_key()
    seal(now=building.later(hours=2), key=key)
    campaigns = [year.assignment.campaign, second]
    pack = handmade.unzipped(b"".join(evidence_pack(campaigns=campaigns, key=key, now=building.later(hours=3))))
    words = [str(handmade.zipped(pack, tmp_path / "p.zip")), "--json", "--key", verifier(key).fingerprint]
    code = verify.main(words)
    report = json.loads(capsys.readouterr().out)
    assert (code, report["problems"]) == (0, [])
    assert report["campaigns"] == ["FY2026", "FY2027"]
    counts = report["counts"]
    assert (counts["attestations"], counts["certificates"], counts["erased"]) == (2, 1, len(digests))
