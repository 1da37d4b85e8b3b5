"""What a certificate costs: drawn, and drawn, archived and signed, beside Typst and WeasyPrint drawing the same page.

BENCH_ROUNDS says how often each is measured. Every round draws another person, as every certificate does.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from tests.bench.figures import medians, show
from tests.bench.other_engines import Draw, typst, weasyprint
from tests.certificates.faces import FACE, face
from tests.typesetting.reading import FONTS
from training.certificates.drawing import CertificateFace, draw_certificate
from training.certificates.keys import load_credentials
from training.certificates.sign import room, sign
from training.typesetting.archive import Attachment, SignaturePlace, archive

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "21"))
GIVEN = "一二三四五六七八九十春夏秋冬花鳥風月山川海空光葵蓮陽翔美健直大由𠮷德﨑渡"
WHOLE = 2.5
AT = datetime(2026, 11, 24, tzinfo=UTC)
OURS, SIGNED = "our drawing", "our drawing, PDF/A-3b and signature"
RECORD = Attachment(name="record.json", data=b'{"a":"b"}' * 800, type="application/json", description="record")


def people() -> Callable[[], CertificateFace]:
    """Return a maker of faces, each another person's."""
    numbers = count(1)

    def another() -> CertificateFace:
        number = next(numbers)
        return face(
            holder=f"髙橋 {GIVEN[number % len(GIVEN)]}乃",
            serial=f"FY2026-{number:06d}",
            staff_number=f"{number:06d}",
            check_url=f"https://training.example.com/check/{number * 7919:032x}/",
        )

    return another


@pytest.mark.django_db
def bench_certificate(tmp_path: Path) -> None:
    """Goals: our drawing at or below Typst's time; the whole signed file at most 2.5 times our drawing."""
    credentials = load_credentials(on=AT)
    another = people()

    def drawn() -> bytes:
        return draw_certificate(another(), fonts=FONTS)

    def signed() -> bytes:
        place = SignaturePlace(size=room(credentials, stamped=False), signer="見本商事", label="見本商事", at=AT)
        return sign(archive(drawn(), attachments=[RECORD], place=place), credentials=credentials)

    acts: dict[str, Callable[[], bytes]] = {OURS: drawn, SIGNED: signed}
    others: dict[str, Callable[[CertificateFace, object, Path], Draw]] = {"typst": typst, "WeasyPrint": weasyprint}
    for name, make in others.items():
        folder = tmp_path / name
        folder.mkdir()
        try:
            draw = make(FACE, FONTS, folder)
        except (ImportError, OSError) as reason:
            print(f"\n{name} is not measured: it cannot be loaded here ({str(reason).splitlines()[0]})")
            print("  (WeasyPrint needs Pango; on Debian: libpango-1.0-0 and libpangoft2-1.0-0)")
        else:
            acts[name] = lambda draw=draw: draw(another())
    for act in acts.values():
        assert act().startswith(b"%PDF-")

    for title, clock in (("processor time", time.process_time), ("time on the clock", time.perf_counter)):
        taken = medians(acts, rounds=ROUNDS, clock=clock)
        show(f"A certificate, {title}", taken, unit=0.001, name="ms", to=OURS)
        if "typst" in taken:
            verdict = "met" if taken[OURS] <= taken["typst"] else "NOT met"
            print(f"  goal: our drawing at or below typst's: {taken[OURS] / taken['typst']:.2f} × typst, {verdict}")
        verdict = "met" if taken[SIGNED] <= WHOLE * taken[OURS] else "NOT met"
        print(f"  goal: the whole at most {WHOLE} × our drawing: {taken[SIGNED] / taken[OURS]:.2f} ×, {verdict}")
