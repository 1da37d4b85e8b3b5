"""A drawing made fit for the archive: PDF/A-3b and PDF/UA-1 by veraPDF's own rules, and what is attached is found."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from hashlib import md5
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pytest
from pikepdf import Dictionary, Name, String

from tests.certificates.faces import FACE, face
from tests.certificates.verapdf import failures
from tests.certificates.verifying import embedded_files, signature
from tests.typesetting import reading
from tests.typesetting.reading import FONTS
from training.certificates.drawing import draw_certificate
from training.typesetting.archive import Attachment, SignaturePlace, archive

ROOT = Path(__file__).parents[2]
RECORD = Attachment(
    name="record.json", data='{"holder":"髙橋 𠮷乃"}'.encode(), type="application/json", description="記録"
)
AT = datetime(2026, 11, 24, 15, 4, 5, tzinfo=timezone(timedelta(hours=9)))
PLACE = SignaturePlace(size=600, signer="見本商事株式会社", label="見本商事株式会社", at=AT)


@pytest.fixture(scope="module")
def archived() -> bytes:
    return archive(draw_certificate(FACE, fonts=FONTS), attachments=[RECORD])


def changed(pdf: bytes, change: Callable[[pikepdf.Pdf], Any]) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as opened:
        change(opened)
        file = BytesIO()
        opened.save(file, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return file.getvalue()


@pytest.mark.parametrize("profile", ["3B", "UA1"])
def test_an_archived_certificate_conforms(archived: bytes, profile: str):
    assert failures(archived, profile) == []


def test_a_drawing_alone_is_no_pdf_a():
    assert failures(draw_certificate(FACE, fonts=FONTS), "3B")


def _font(pdf: pikepdf.Pdf) -> None:
    for font in pdf.pages[0].obj.Resources.Font.values():
        del font.FontDescriptor.FontFile2


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _without(name: str) -> Callable[[pikepdf.Pdf], None]:
    return lambda pdf: delattr(pdf.Root, name)


@pytest.mark.parametrize(
    ("change", "profile", "rule"),
    [
        (_font, "3B", "6.2.11.4.1-1"),
        (_without("OutputIntents"), "3B", "6.2.4.3-2"),
        (_without("Metadata"), "3B", "6.6.2.1-1"),
        (_script, "3B", "6.5.1-1"),
        (_without("AF"), "3B", "6.8-4"),
        (_without("StructTreeRoot"), "UA1", "7.1-11"),
    ],
    ids=["a font not embedded", "no output intent", "no XMP", "JavaScript", "not associated", "no tags"],
)
def test_a_file_that_was_broken_on_purpose_is_found_out(
    archived: bytes, change: Callable[[pikepdf.Pdf], Any], profile: str, rule: str
):
    assert failures(changed(archived, lambda pdf: None), profile) == []
    assert rule in {failure.rule for failure in failures(changed(archived, change), profile)}


def test_the_same_drawing_gives_the_same_bytes(archived: bytes):
    drawn = draw_certificate(FACE, fonts=FONTS)
    assert archive(drawn, attachments=[RECORD]) == archived
    assert archive(draw_certificate(face(holder="林"), fonts=FONTS), attachments=[RECORD]) != archived


def test_the_same_drawing_gives_the_same_bytes_in_another_process():
    program = (
        "import sys; from tests.certificates.faces import FACE; from tests.typesetting.reading import FONTS;"
        "from tests.typesetting.test_archive import PLACE, RECORD;"
        "from training.certificates.drawing import draw_certificate; from training.typesetting.archive import archive;"
        "sys.stdout.buffer.write(archive(draw_certificate(FACE, fonts=FONTS), attachments=[RECORD], place=PLACE))"
    )
    other = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONHASHSEED": "4711", "TZ": "America/New_York", "LC_ALL": "C.UTF-8"},
    )
    drawn = draw_certificate(FACE, fonts=FONTS)
    assert other.stdout == archive(drawn, attachments=[RECORD], place=PLACE)


def test_the_attachment_is_found_by_a_program_that_can_only_inflate(archived: bytes):
    assert embedded_files(archived) == [RECORD.data]


def test_the_attachment_is_found_by_strangers(archived: bytes, tmp_path: Path):
    file = tmp_path / "certificate.pdf"
    file.write_bytes(archived)
    subprocess.run(["pdfdetach", "-saveall", "-o", str(tmp_path), str(file)], check=True, capture_output=True)
    assert json.loads((tmp_path / "record.json").read_bytes())["holder"] == "髙橋 𠮷乃"
    with pikepdf.open(file) as pdf:
        (associated,) = pdf.Root.AF
        held = pdf.attachments["record.json"]
        assert associated.AFRelationship == Name.Data
        assert held.description == "記録"
        assert held.get_file().mime_type == "application/json"
        assert held.get_file().read_bytes() == RECORD.data
        assert held.get_file().md5 == md5(RECORD.data, usedforsecurity=False).digest()


def test_several_attachments_are_listed_by_name():
    others = [Attachment(name=name, data=name.encode(), type="text/plain", description="") for name in ("z", "a")]
    pdf = archive(draw_certificate(FACE, fonts=FONTS), attachments=[*others, RECORD])
    with pikepdf.open(BytesIO(pdf)) as opened:
        names = [str(name) for name in list(opened.Root.Names.EmbeddedFiles.Names)[::2]]
    assert names == ["a", "record.json", "z"]
    assert failures(pdf, "3B") == []


def test_without_attachment_or_signature_it_conforms_as_well():
    pdf = archive(draw_certificate(FACE, fonts=FONTS))
    assert failures(pdf, "3B") == failures(pdf, "UA1") == []
    assert b"/AcroForm" not in pdf
    assert b"/EmbeddedFile" not in pdf


def test_metadata_says_what_the_drawing_said():
    odd = face(company="甲&乙<社>", holder="髙橋 𠮷乃")
    pdf = archive(draw_certificate(odd, fonts=FONTS))
    with pikepdf.open(BytesIO(pdf)) as opened:
        packet = opened.Root.Metadata.read_bytes()
    texts = [text.strip() for text in ElementTree.fromstring(packet).itertext() if text.strip()]
    assert "修了証 FY2026-000017 髙橋 𠮷乃" in texts
    assert "甲&乙<社>" in texts
    assert "2026-11-24T00:00:00+09:00" in texts
    assert failures(pdf, "3B") == []


def test_text_and_picture_are_those_of_the_drawing(archived: bytes):
    drawn = draw_certificate(FACE, fonts=FONTS)
    assert reading.text(archived) == reading.text(drawn)
    assert reading.picture(archived) == reading.picture(drawn)


def test_the_place_for_the_signature_is_dated_and_named():
    prepared = archive(draw_certificate(FACE, fonts=FONTS), place=PLACE)
    with pikepdf.open(BytesIO(prepared)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert str(field.V.M) == "D:20261124150405+09'00'"
        assert str(field.V.Name) == "見本商事株式会社"
        assert [float(side) for side in field.Rect] == [0, 0, 0, 0]
    with pytest.raises(AssertionError):
        signature(prepared)  # nothing is signed yet


@pytest.mark.parametrize("moment", ["", "D:2026", "D:20261124000000Z"])
def test_a_document_without_a_full_date_is_refused(moment: str):
    undated = changed(
        draw_certificate(FACE, fonts=FONTS), lambda pdf: pdf.docinfo.__setitem__("/CreationDate", String(moment))
    )
    with pytest.raises(ValueError, match="no date with a time zone"):
        archive(undated)


def test_a_signature_without_a_time_zone_is_refused():
    place = SignaturePlace(size=10, signer="社", label="社", at=datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))
    with pytest.raises(ValueError, match="without a time zone"):
        archive(draw_certificate(FACE, fonts=FONTS), place=place)
