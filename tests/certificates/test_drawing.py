from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields, replace
from datetime import date
from itertools import combinations, product
from pathlib import Path

import pytest

from tests.certificates.faces import FACE, MODULES, SEAL, face
from tests.certificates.verapdf import failures
from tests.typesetting import reading
from tests.typesetting.reading import FONTS
from training.certificates.drawing import CertificateFace, TooLong, draw_certificate
from training.certificates.look import Look
from training.certificates.ornament import INNER
from training.typesetting.archive import archive
from training.typesetting.glyphs import NoGlyph
from training.typesetting.lines import NOT_FIRST, NOT_LAST

A4 = (595.28, 841.89)
LONGEST = "個人情報保護に関する法令とプライバシーポリシーの全体像、お預かりした情報を守るための一人ひとりの責任"
FORTY = "寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末食う寝る処に住む処藪柑子"

STRAINED = {
    "as usual": face(),
    "a name of one character": face(holder="林"),
    "a name of forty characters": face(holder=FORTY),
    "a long name in Latin script": face(holder="Alexandra Konstantinopolitanskaya-Weatherby"),
    "one module": face(modules=MODULES[:1]),
    "twelve modules": face(modules=(*MODULES, *MODULES[:3])),
    "twenty modules": face(modules=(*MODULES, *MODULES, *MODULES[:2])),
    "twelve modules with the longest titles": face(modules=(LONGEST,) * 12),
    "a long campaign": face(
        campaign="2026年度 全社および協力会社の従業者に対する個人情報保護と情報セキュリティに関する定期研修(上期)"
    ),
    "a long department": face(
        department="東日本エンタープライズ営業統括本部/第一公共・社会インフラ営業部/首都圏第二グループ"
    ),
    "a long company": face(
        company="独立行政法人日本サーバー・データセンター連携推進機構",
        officer_title="代表取締役 社長執行役員 兼 最高プライバシー責任者",
        officer_name="勅使河原 德太郎左衛門",
    ),
    "a long address": face(
        check_url="https://certificates.staff-training.group-companies.example.com/japan/headquarters/check/0f1e2d3c4b5a69788796a5b4c3d2e1f0"
    ),
    "a long policy": face(policy_title="個人情報および特定個人情報等の適正な取扱いに関する基本方針ならびに公表事項"),
    "a specimen": face(specimen=True),
}


@pytest.fixture(scope="module", params=STRAINED.values(), ids=STRAINED.keys())
def strained(request):
    return request.param, draw_certificate(request.param, fonts=FONTS)


def drawn(**changes):
    return draw_certificate(face(**changes), fonts=FONTS)


def holder_line(pdf):
    (line,) = [line for line in reading.lines(pdf) if line.endswith("殿")]
    return line.removesuffix("殿").strip(" ")


# Text


@pytest.mark.parametrize(
    "name",
    [
        "髙橋 花子",
        "山﨑 花子",
        "𠮷田 花子",
        "渡邉 花子",
        "德川 花子",
        "\ufa19谷 花子",
        "林 花",
        "林\u3000花",
        "林",
        "Ada Lovelace",
    ],
)
def test_a_name_copies_out_as_it_is_in_the_roster(name):
    pdf = drawn(holder=name)

    assert holder_line(pdf) == name
    assert name in reading.text_by_pypdf(pdf).splitlines()


def test_a_name_with_a_variation_selector_is_drawn_with_its_base_character():
    assert holder_line(drawn(holder="葛\U000e0100城 花子")) == "葛城 花子"


def test_a_name_that_macos_has_taken_apart_is_drawn_whole():
    assert holder_line(drawn(holder="か\u3099うす")) == "がうす"


def test_every_fact_of_the_face_is_on_the_page(strained):
    given, pdf = strained
    printed = reading.run_together(pdf)
    for field in fields(CertificateFace):
        value = getattr(given, field.name)
        if field.name in ("specimen", "language"):
            continue
        for item in value if isinstance(value, tuple) else (value,):
            text = f"{item:,}" if field.name == "checkpoint_size" else str(item)
            if isinstance(item, date):
                text = f"{item.year}年{item.month}月{item.day}日"
            assert re.sub(r"\s", "", text) in printed, field.name


def test_the_sentence_says_what_was_done_and_when():
    assert (
        "あなたは、2026年度個人情報保護研修において下記の全課程を学び、各課程の理解度テストに合格したうえで、"
        "2026年11月20日、個人情報の取扱いに関する誓約書に署名されました。よって、ここに修了を証します。"
    ) in reading.run_together(drawn())


def test_title_and_modules_are_read_in_order():
    printed = reading.run_together(drawn())
    order = [
        "修了証",
        "髙橋𠮷乃",
        "殿",
        "あなたは",
        "修了した課程",
        *MODULES,
        "実施期間",
        "見本商事",
        "この修了証を確かめる",
    ]

    places = [printed.index(re.sub(r"\s", "", part)) for part in order]
    assert places == sorted(places)


def test_the_seal_is_a_picture_and_not_read_as_text():
    assert reading.run_together(drawn()).count("見本商事・東京株式会社") == 1
    assert reading.run_together(drawn()).count("株式会社") == 1


def test_only_a_specimen_says_that_it_is_one():
    assert "効力はありません" in reading.run_together(drawn(specimen=True))
    assert "効力はありません" not in reading.run_together(drawn())


# What cannot be drawn


def test_every_lacking_character_of_every_field_is_named():
    with pytest.raises(NoGlyph) as refusal:
        drawn(holder="𰻞田 花子", modules=("𰻝の章", "𰻞の章"), company="株式会社\ue000", officer_name="\ue001")

    assert set(refusal.value.characters) == {"𰻞", "𰻝", "\ue000", "\ue001"}
    assert "「𰻞」(U+30EDE)" in str(refusal.value)


def test_a_name_with_a_line_break_is_refused():
    with pytest.raises(NoGlyph, match=r"\(U\+000A\)"):
        drawn(holder="髙橋\n花子")


def test_titles_that_no_type_is_small_enough_for_are_refused_and_quoted():
    with pytest.raises(TooLong, match=LONGEST):
        drawn(modules=(LONGEST * 4,) * 12)


def test_a_name_that_two_lines_do_not_hold_is_refused_and_quoted():
    with pytest.raises(TooLong, match=FORTY * 3):
        drawn(holder=FORTY * 3)


def test_a_language_without_wording_is_refused():
    with pytest.raises(ValueError, match="'fr'"):
        drawn(language="fr")


# The file


def test_all_fonts_are_embedded_and_helvetica_is_none_of_them(strained, tmp_path):
    assert reading.fonts(strained[1], tmp_path) == {
        "NotoSerifJP-Regular": "yes",
        "NotoSerifJP-Bold": "yes",
        "NotoSansJP-Regular": "yes",
    }


def test_the_same_face_gives_the_same_bytes():
    assert drawn() == drawn()


def test_the_same_face_gives_the_same_bytes_in_another_process(tmp_path):
    program = (
        "import sys; from tests.certificates.faces import FACE; from tests.typesetting.reading import FONTS;"
        "from training.certificates.drawing import draw_certificate;"
        "sys.stdout.buffer.write(draw_certificate(FACE, fonts=FONTS))"
    )
    other = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={"PYTHONHASHSEED": "4711", "TZ": "America/New_York", "LC_ALL": "C"},
    )

    assert other.stdout == draw_certificate(FACE, fonts=FONTS)


@pytest.mark.parametrize(
    "change",
    [{"holder": "髙橋 吉乃"}, {"serial": "FY2026-000018"}, {"issued_on": date(2026, 11, 25)}, {"specimen": True}],
    ids=lambda change: next(iter(change)),
)
def test_another_face_gives_other_bytes(change):
    assert drawn(**change) != drawn()


def test_the_file_names_its_holder_company_campaign_and_day():
    info = reading.info(drawn())

    assert info["Title"] == "修了証 FY2026-000017 髙橋 𠮷乃"
    assert info["Author"] == "見本商事・東京株式会社"
    assert info["Subject"] == "2026年度 個人情報保護研修"
    assert info["CreationDate"] == info["ModDate"] == "2026-11-24T00:00:00+09"
    assert info["JavaScript"] == "no"


def test_it_is_one_page_of_a4(strained):
    info = reading.info(strained[1])

    assert info["Pages"] == "1"
    assert info["Page size"] == "595.276 x 841.89 pts (A4)"


# The picture


@pytest.mark.parametrize(
    "token", ["0f1e2d3c4b5a69788796a5b4c3d2e1f0", "0" * 32, "f" * 32, "a5" * 16, "0123456789abcdef" * 2]
)
def test_the_code_on_the_page_leads_to_the_check_page(token, tmp_path):
    url = f"https://training.example.com/check/{token}"

    assert reading.codes(reading.picture(drawn(check_url=url)), tmp_path) == [url]


def test_the_code_of_a_long_address_is_read_as_well(tmp_path):
    given = STRAINED["a long address"]

    assert reading.codes(reading.picture(draw_certificate(given, fonts=FONTS)), tmp_path) == [given.check_url]


def test_the_token_is_printed_whole_even_where_the_address_takes_two_lines():
    given = STRAINED["a long address"]
    token = given.check_url.rpartition("/")[2]

    assert [line for line in reading.lines(draw_certificate(given, fonts=FONTS)) if token in line] == [token]


def test_no_text_touches_the_border(strained):
    (page,) = reading.words(strained[1])
    assert len(page) > 30
    for word in page:
        # Poppler's boxes are as tall as the font's tallest glyph, hence the smaller margin above and below.
        assert word.left >= INNER + 20, word
        assert word.right <= A4[0] - INNER - 20, word
        assert word.top >= INNER + 2, word
        assert word.bottom <= A4[1] - INNER - 2, word


def test_no_text_runs_into_other_text(strained):
    (page,) = reading.words(strained[1])
    for one, other in combinations(page, 2):
        across = min(one.right, other.right) - max(one.left, other.left)
        down = min(one.bottom, other.bottom) - max(one.top, other.top)
        lower = min(one.bottom - one.top, other.bottom - other.top)
        assert across <= 1 or down <= 0.45 * lower, (one, other)


def test_sentence_modules_details_and_signature_keep_their_distance(strained):
    (page,) = reading.words(strained[1])
    (caption,) = [word for word in page if word.text == "修了した課程"]
    (period,) = [word for word in page if word.text == "実施期間"]
    (day,) = [word for word in page if word.text == "2026年11月24日"]
    above = max(word.bottom for word in page if word.top < caption.top)
    modules = [word for word in page if caption.bottom < word.bottom < period.bottom - 4]
    details = max(word.bottom for word in page if word.top < day.top - 8)

    assert above + 16 <= caption.top
    assert caption.bottom + 10 <= min(word.top for word in modules)
    assert max(word.bottom for word in modules) + 16 <= period.top
    assert details + 16 <= day.top


def test_no_line_begins_or_ends_where_none_may(strained):
    raw = [line for line in reading.lines(strained[1]) if len(line) > 1]
    assert all(line[0] not in NOT_FIRST for line in raw)
    assert all(line[-1] not in NOT_LAST for line in raw)


def test_the_name_is_as_large_as_its_length_allows():
    def height(name):
        (page,) = reading.words(drawn(holder=name))
        return max(word.bottom - word.top for word in page if word.text and word.text in name)

    assert height("林") == height("髙橋花子") > height("髙橋花子" * 4) > height(FORTY) > 12


# The company's design, in every combination

ENGLISH = {
    "language": "en",
    "officer_title": "President and Representative Director",
    "officer_name": "Tokutaro Yamazaki",
}
LOOKS = {
    f"{orientation}, {language}, {era} years, {'own' if own else 'drawn'} seal": (
        {} if language == "ja" else ENGLISH,
        Look(orientation=orientation, era=era, seal=own),
    )
    for orientation, language, era, own in product(
        ("portrait", "landscape"), ("ja", "en"), ("western", "japanese"), (b"", SEAL)
    )
}
designed = pytest.mark.parametrize(("changes", "look"), LOOKS.values(), ids=LOOKS.keys())


def looking(look, **changes):
    return draw_certificate(face(**changes), fonts=FONTS, look=look)


@designed
def test_every_design_is_archivable_and_readable_aloud(changes, look):
    pdf = archive(looking(look, **changes))

    assert failures(pdf, "3B") == []
    assert failures(pdf, "UA1") == []


@designed
def test_every_design_is_one_page_of_a4_and_the_same_bytes(changes, look):
    pdf = looking(look, **changes)
    info = reading.info(pdf)

    assert info["Pages"] == "1"
    sides = ("841.89", "595.276") if look.orientation == "landscape" else ("595.276", "841.89")
    assert info["Page size"] == "{} x {} pts (A4)".format(*sides)
    assert pdf == looking(look, **changes)


@designed
def test_every_design_says_who_did_what_when_and_by_what_it_is_known(changes, look):
    printed = reading.run_together(looking(look, **changes))

    facts = (FACE.holder, FACE.serial, FACE.campaign, FACE.company, *MODULES, changes.get("officer_name", "山﨑德太郎"))
    marks = (FACE.record_fingerprint, FACE.key_fingerprint, FACE.checkpoint_root, FACE.signing_fingerprint, "128,456")
    for text in (*facts, *marks, FACE.check_url):
        assert re.sub(r"\s", "", text) in printed, text


@designed
def test_the_code_of_every_design_leads_to_the_check_page(changes, look, tmp_path):
    assert reading.codes(reading.picture(looking(look, **changes)), tmp_path) == [FACE.check_url]


@pytest.mark.parametrize("changes", [{}, ENGLISH], ids=["ja", "en"])
@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
@pytest.mark.parametrize("strain", STRAINED.values(), ids=STRAINED.keys())
def test_in_every_layout_no_text_touches_other_text_or_the_border(strain, orientation, changes):
    pdf = draw_certificate(replace(strain, **changes), fonts=FONTS, look=Look(orientation=orientation))
    (page,) = reading.words(pdf)
    width, height = A4 if orientation == "portrait" else A4[::-1]
    for word in page:
        assert word.left >= INNER + 20, word
        assert word.right <= width - INNER - 20, word
        assert word.top >= INNER + 2, word
        assert word.bottom <= height - INNER - 2, word
    for one, other in combinations(page, 2):
        across = min(one.right, other.right) - max(one.left, other.left)
        down = min(one.bottom, other.bottom) - max(one.top, other.top)
        lower = min(one.bottom - one.top, other.bottom - other.top)
        assert across <= 1 or down <= 0.45 * lower, (one, other)


@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
@pytest.mark.parametrize("count", range(1, 21))
def test_one_to_twenty_modules_are_all_printed(count, orientation):
    titles = tuple(f"第{number}課程の題名" for number in range(1, count + 1))
    printed = reading.run_together(looking(Look(orientation=orientation), modules=titles))

    places = [printed.index(title) for title in titles]
    assert places == sorted(places)


def test_days_are_written_in_the_japanese_calendar_where_the_design_says_so():
    printed = reading.run_together(looking(Look(era="japanese")))

    assert "令和8年11月20日、個人情報の取扱い" in printed
    assert "令和8年4月1日から令和9年3月31日まで" in printed
    assert "2026年11月" not in printed


def test_english_days_are_western_whatever_the_design_says():
    printed = reading.run_together(looking(Look(era="japanese"), **ENGLISH))

    assert "November24,2026" in printed
    assert "令和" not in printed


def test_an_era_is_not_parted_from_its_year():
    for campaign in ("研修" * count for count in range(1, 25)):
        drawn_lines = reading.lines(looking(Look(era="japanese"), campaign=campaign))
        assert not [line for line in drawn_lines if line.endswith(("令和", "令"))]


def test_own_title_and_sentence_stand_in_place_of_the_products():
    look = Look(title="受講証明書", sentence="{holder}は{campaign}を{signed_on}に修めた。{0} {unknown}")
    pdf = looking(look, holder="{serial} 花子")
    printed = reading.run_together(pdf)

    assert "受講証明書" in printed
    assert "修了証FY" not in printed
    assert "COMPLETION" not in printed
    assert "{serial}花子は2026年度個人情報保護研修を2026年11月20日に修めた。{0}{unknown}" in printed
    assert reading.info(pdf)["Title"] == "受講証明書 FY2026-000017 {serial} 花子"


@pytest.mark.parametrize(
    ("look", "place"),
    [
        (Look(title="題" * 120), "title"),
        (Look(sentence="文" * 2000), "body"),
        (Look(orientation="landscape", sentence="文" * 2000), "body"),
    ],
)
def test_words_of_a_company_that_no_page_holds_are_refused_by_their_place(look, place):
    with pytest.raises(TooLong) as refusal:
        looking(look)

    assert refusal.value.place == place


def test_a_company_s_own_seal_is_a_figure_with_words_and_the_drawn_one_is_none():
    assert len(re.findall(rb"/Subtype /Image\b", looking(Look(seal=SEAL)))) == 2  # and its transparency
    assert "社印 見本商事・東京株式会社".encode("utf-16-be").hex().upper().encode() in looking(Look(seal=SEAL))
    assert not re.findall(rb"/Subtype /Image\b", looking(Look()))


def test_a_company_without_a_japanese_name_has_no_drawn_seal():
    sealed, plain = looking(Look(), **ENGLISH), looking(Look(), company="Mihon Shoji Ltd", **ENGLISH)

    assert [pdf.count(b"/Subtype /Form") for pdf in (sealed, plain)] == [3, 2]  # ground, border, and the seal


def test_japanese_facts_of_an_english_certificate_are_read_as_japanese():
    assert looking(Look(), **ENGLISH).count(b"/Lang (ja)") > len(MODULES)
    assert b"/Lang (ja)" not in looking(
        Look(title="Certificate"), **ENGLISH, modules=("One",), holder="A B", company="Mihon Ltd"
    )


# On paper


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
@pytest.mark.parametrize(("kind", "said"), [("paper", {"ja": "紙の教材", "en": "on paper"}), ("group", {"ja": "集合研修", "en": "group session"})])  # fmt: skip
def test_what_was_done_on_paper_says_so_and_speaks_of_no_test_on_the_screen(language, orientation, kind, said):
    given = face(on_paper=kind, language=language)
    printed = reading.run_together(draw_certificate(given, fonts=FONTS, look=Look(orientation=orientation)))
    assert said[language].replace(" ", "") in printed.replace(" ", "")
    assert "合格" not in printed
    assert "passed" not in printed


def test_twelve_modules_with_the_longest_titles_have_room_beside_it():
    assert "集合研修" in reading.run_together(drawn(on_paper="group", modules=(LONGEST,) * 12))


def test_a_companys_own_sentence_stays_and_the_paper_is_told_below():
    look = Look(sentence="{campaign}を修了されました。")
    printed = reading.run_together(draw_certificate(face(on_paper="group"), fonts=FONTS, look=look))
    assert "を修了されました。" in printed
    assert "集合研修、誓約書は紙に署名(担当者が登録)" in printed


def test_a_certificate_of_the_screen_says_nothing_of_paper():
    assert "実施の方法" not in reading.run_together(drawn())
