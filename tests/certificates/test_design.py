"""How certificates look is decided by a verb, checked, recorded, and in force from then on."""

from __future__ import annotations

import io
import json
import zlib
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from tests import building, cutting
from training.campaigns.models import Campaign
from training.certificates.design import BadDesign, design_for, redesign
from training.certificates.look import PLAIN, Look
from training.certificates.models import Design
from training.errors import Conflict, NotAllowed
from training.ledger.keys import load_key, verifier
from training.ledger.models import Entry
from training.ledger.records import verify_records
from training.ledger.seal import seal
from training.ledger.verify import verify
from training.roles import Role
from training.typesetting.picture import KEPT_SIDE, NoPicture, cleaned, picture

NOW = building.NOW
LOOK = Look(orientation="landscape", era="japanese", title="受講証明書", officer_title="社長", officer_name="𠮷田 德子")


def png(size: tuple[int, int] = (40, 40), colour: Any = (200, 30, 30, 128), mode: str = "RGBA", **saved: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, "PNG", **saved)
    return file.getvalue()


def designed(look: Look = LOOK, *, language: str = "ja", by: Any = None, now: datetime = NOW, **more: Any) -> Design:
    return redesign(language=language, look=look, by=by or building.account("hr", Role.HR), now=now, **more)


pytestmark = pytest.mark.django_db


def test_before_anybody_decides_the_look_is_the_products_own():
    assert design_for("ja") == design_for("en") == PLAIN


def test_a_design_is_in_force_for_its_language_alone():
    designed()

    assert design_for("ja") == LOOK
    assert design_for("en") == PLAIN


def test_a_change_is_recorded_with_what_it_says_and_the_seal_by_its_digest():
    hr = building.account("hr", Role.HR)
    first = designed(by=hr)
    designed(replace(LOOK, seal=png()), by=hr, seen=first.changed_at, now=building.later(days=1))

    facts = [json.loads(body)["facts"] for body in Entry.objects.order_by("at").values_list("body", flat=True)]
    assert [fact["seal"] == "" for fact in facts] == [True, False]
    assert facts[1]["title"] == "受講証明書"
    assert facts[1]["design"] == design_for("ja").digest != facts[0]["design"]


def test_what_is_the_same_already_is_not_recorded_again():
    hr = building.account("hr", Role.HR)
    first = designed(replace(LOOK, seal=png()), by=hr)
    before = cutting.everything()

    designed(design_for("ja"), by=hr, seen=first.changed_at, now=building.later(days=1))

    assert cutting.everything() == before


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.AUDITOR])
def test_nobody_but_hr_and_the_privacy_officer_decides(role: Role | None):
    somebody = building.account("somebody", *([role] if role else []))
    before = cutting.everything()

    with pytest.raises(NotAllowed):
        designed(by=somebody)
    assert cutting.everything() == before


@pytest.mark.parametrize("seen", [None, building.later(days=-1)])
def test_a_change_that_begins_from_an_older_design_is_refused(seen: datetime | None):
    hr = building.account("hr", Role.HR)
    designed(by=hr)

    with pytest.raises(Conflict):
        designed(replace(LOOK, title="別の題"), by=hr, seen=seen)
    assert design_for("ja") == LOOK


def test_a_design_is_kept_whole_or_not_at_all():
    hr = building.account("hr", Role.HR)

    cutting.writes_whole_or_not_at_all(lambda: designed(by=hr))
    assert design_for("ja") == LOOK


@pytest.mark.parametrize(
    ("language", "changes", "field"),
    [
        ("fr", {}, "language"),
        ("ja", {"orientation": "upside down"}, "orientation"),
        ("en", {"era": "japanese"}, "era"),
        ("ja", {"title": "𰻞"}, "title"),
        ("ja", {"title": "題" * 41}, "title"),
        ("ja", {"sentence": "{0} {campaign!r} {campaign:>99999999} {holder.x} {{holder}} { }"}, "sentence"),
        ("ja", {"sentence": "閉じない{holder"}, "sentence"),
        ("ja", {"officer_name": "名" * 60}, "officer_name"),
        ("ja", {"seal": b"\x89PNG\r\n\x1a\n"}, "seal"),
    ],
)
def test_a_design_that_cannot_be_is_refused_at_its_field(language: str, changes: dict[str, Any], field: str):
    look = replace(Look(), **changes)
    before = cutting.everything()

    with pytest.raises(BadDesign) as refusal:
        designed(look, language=language)
    assert refusal.value.field == field
    assert not Design.objects.exists()
    assert set(before["privacy_training_entry"]) == set(cutting.everything()["privacy_training_entry"])


def test_unknown_names_are_told_by_name():
    with pytest.raises(BadDesign, match=r"\{password\}、\{holder\.x\}、\}"):
        designed(Look(sentence="{password}{holder.x}{password}{holder}}"))


def test_a_sentence_that_fits_alone_but_not_beside_the_longest_campaign_is_refused():
    sentence = "研修" * 60 + "{campaign}" * 10
    designed(Look(sentence=sentence, orientation="landscape"))
    building.campaign(code="FY2027", opened=False)
    Campaign.objects.update(title="全社の従業者に対する個人情報保護と情報セキュリティの研修" * 3)

    with pytest.raises(BadDesign) as refusal:
        designed(Look(sentence=sentence + "。", orientation="landscape"), by=building.officer(), seen=NOW)
    assert refusal.value.field == "sentence"


def test_a_name_that_no_certificate_holds_does_not_hinder_a_design():
    building.person("000101", "寿" * 190)

    assert designed().title == "受講証明書"


def test_a_line_break_that_was_typed_does_not_reach_the_page():
    assert designed(Look(sentence="学び、\r\n 修めました。\n")).sentence == "学び、修めました。"
    assert designed(Look(sentence="studied\n  and passed"), language="en", by=building.officer()).sentence == (
        "studied and passed"
    )


def test_the_ledger_agrees_afterwards():
    designed()
    seal(now=building.later(hours=1), key=load_key())

    assert verify_records().problem_count == 0
    assert verify(keys=[verifier(load_key())]).problem_count == 0


# the seal


def test_a_picture_keeps_its_transparency_and_nothing_beside_its_pixels():
    about = PngImagePlugin.PngInfo()
    about.add_text("Author", "somebody")
    made = cleaned(png(pnginfo=about))

    assert b"somebody" not in made
    assert picture(made).cover is not None
    assert zlib.decompress(picture(made).cover or b"")[0] == 128
    assert cleaned(made) == made


def test_a_large_picture_is_kept_no_larger_than_can_be_printed():
    kept = picture(cleaned(png((2000, 1000))))

    assert (kept.width, kept.height) == (KEPT_SIDE, KEPT_SIDE // 2)


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "RGB"])
def test_every_kind_of_png_is_read(mode: str):
    assert picture(cleaned(png(mode=mode, colour=0))).cover is None


def test_the_colours_are_those_that_the_picture_s_profile_means():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = picture(cleaned(png(mode="RGB", colour=(200, 30, 30), icc_profile=profile)))

    assert all(abs(a - b) <= 1 for a, b in zip(zlib.decompress(made.colours)[:3], (200, 30, 30), strict=True))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        png()[:-60],
        png(colour=(0, 0, 0, 0)),
        png((4001, 1)),
        png(icc_profile=b"no profile at all"),
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xff\xff\x00\x00\xff\xff\x08\x06\x00\x00\x00\x00\x00\x00\x00",
    ],
)
def test_what_is_no_usable_picture_is_refused(data: bytes):
    with pytest.raises(NoPicture):
        cleaned(data)
