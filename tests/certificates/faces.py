"""A certificate's face to vary in tests. Everybody in it is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from training.certificates.drawing import CertificateFace

MODULES = (
    "何が「個人情報」で、どう受け取るか",
    "約束した目的のために使う",
    "情報を守る仕組みと、事故が起きたとき",
    "仕事をほかの会社に頼むとき",
    "個人情報を社外へ渡すとき",
    "「私の情報を見せて・直して・止めて」と言われたら",
    "お客様の声を窓口へつなぐ",
    "お客様のパスワードと、会社の責任の境目",
    "方針が変わるとき",
)
FACE = CertificateFace(
    serial="FY2026-000017",
    holder="髙橋 𠮷乃",
    staff_number="000123",
    department="営業本部/第一営業部/二課",
    campaign="2026年度 個人情報保護研修",
    first_day=date(2026, 4, 1),
    last_day=date(2027, 3, 31),
    modules=MODULES,
    policy_title="プライバシーポリシー",
    policy_number=1,
    policy_enacted_on=date(2022, 7, 29),
    signed_on=date(2026, 11, 20),
    issued_on=date(2026, 11, 24),
    valid_until=date(2028, 3, 31),
    company="見本商事・東京株式会社",
    officer_title="代表取締役",
    officer_name="山﨑 德太郎",
    check_url="https://training.example.com/check/0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    record_fingerprint="9F86 D081 884C 7D65 9A2F EAA0 C55A D015 A3BF 4F1B 2B0B 822C D15D 6C15 B0F0 0A08",
    key_fingerprint="2C26 B46B 68FF C68F F99B 453C 1D30 4134 1342 2D70 6483 BFA0 F98A 5E88 6266 E7AE",
    checkpoint_size=128_456,
    checkpoint_root="6B86 B273 FF34 FCE1 9D6B 804E FF5A 3F57 47AD A4EA A22F 1D49 C01E 52DD B787 5B4B",
    signing_fingerprint="D473 5E3A 265E 16EE E03F 5971 8B9B 5D03 019C 07D8 B6C5 1F90 DA3A 666E EC13 AB35",
)


def face(**changes: Any) -> CertificateFace:
    return replace(FACE, **changes)


def _seal() -> bytes:
    image = Image.new("RGBA", (400, 300), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((20, 20, 380, 280), outline=(180, 20, 20, 255), width=16)
    draw.rectangle((150, 100, 250, 200), fill=(180, 20, 20, 120))
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


SEAL = _seal()  # a company's own: a ring on transparent ground, half covering within
