from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import pytest

from tests.certificates.faces import MODULES
from tests.typesetting import reading
from tests.typesetting.reading import FONTS
from training.attestation.drawing import PledgeCopy, SignedModule, draw_pledge
from training.typesetting.glyphs import NoGlyph
from training.typesetting.lines import NOT_FIRST, NOT_LAST

ROOT = Path(__file__).parents[2]
TITLE, _, WORDS = (
    (ROOT / "fixtures" / "content" / "statement.ja.md").read_text("utf-8").removeprefix("# ").partition("\n")
)
JAPAN = timezone(timedelta(hours=9), "JST")


def digest(text):
    return sha256(text.encode()).hexdigest()


COPY = PledgeCopy(
    title=TITLE,
    words=WORDS.strip(),
    statement_number=3,
    campaign="2026年度 個人情報保護研修",
    policy_title="プライバシーポリシー",
    policy_number=1,
    policy_enacted_on=date(2022, 7, 29),
    policy_digest=digest("policy"),
    modules=tuple(SignedModule(title=m, number=n, digest=digest(m)) for n, m in enumerate(MODULES, start=2)),
    name="髙橋 𠮷乃",
    typed_name="高橋 吉乃",
    staff_number="000123",
    department="営業本部/第一営業部/二課",
    signed_at=datetime(2026, 11, 24, 15, 4, 5, tzinfo=JAPAN),
    method="パスワードの再入力",
    digest=digest("everything"),
    entry="0198f3c2-7d1e-7a40-9b1c-2f6f0d8c5a11",
    company="見本商事株式会社",
)
PARAGRAPH = "私は、業務上知り得た個人情報を、定められた目的の範囲で取り扱い、漏えいの防止に努めます。" * 3


def drawn(**changes):
    return draw_pledge(replace(COPY, **changes), fonts=FONTS)


def body(pdf, *, page=None):
    """Return the lines of the pages without what stands on every page above and below."""
    margins = re.compile(r"写し|デモ環境で作成した見本|2026年度 個人情報保護研修|台帳の記録番号\s+\S+ \d+ / \d+")
    pages = [
        [line.strip() for line in text.splitlines() if line.strip() and not margins.fullmatch(line.strip())]
        for text in reading.raw(pdf).split("\f")
    ]
    return pages[page] if page is not None else [line for lines in pages for line in lines]


def closed_up(text):
    return re.sub(r"\s", "", text)


def test_the_pledge_is_printed_word_for_word():
    assert closed_up(COPY.title + "文面第3版" + COPY.words) in closed_up("".join(body(drawn())))


def test_each_line_break_of_the_pledge_is_one_on_paper():
    printed = body(drawn(words="甲株式会社\n代表取締役 乙 殿\n\n私は誓約します。\n以上"))

    assert printed[2:6] == ["甲株式会社", "代表取締役 乙 殿", "私は誓約します。", "以上"]


@pytest.mark.parametrize("mark", ["1. ", "2．", "(3) ", "（四）", "第5条 ", "・"])
def test_a_long_item_hangs_from_its_number(mark):
    (page, *_) = reading.words(drawn(words=mark + PARAGRAPH))
    lefts = [word.left for word in page if closed_up(word.text)[:6] in closed_up(PARAGRAPH) and len(word.text) > 20]

    assert len(lefts) >= 2
    assert max(lefts[1:]) - min(lefts[1:]) < 1
    assert min(lefts[1:]) > 74 + 5


def test_the_text_under_a_numbered_heading_is_set_in_as_far_as_the_heading():
    (page, *_) = reading.words(drawn(words=f"前文。\n\n1. 見出し\n{PARAGRAPH}"))
    (opening,) = [word for word in page if word.text == "前文。"]
    lefts = {round(word.left) for word in page if len(word.text) > 30 and word.text[:5] in PARAGRAPH}

    assert len(lefts) == 1
    assert 8 < lefts.pop() - opening.left < 20


def test_signer_moment_and_method_are_printed():
    printed = closed_up("".join(body(drawn())))

    for fact in (
        "氏名(名簿)髙橋𠮷乃",
        "入力した氏名高橋吉乃",
        "社員番号000123",
        "所属営業本部/第一営業部/二課",
        "署名日時2026年11月24日15時04分05秒(JST、UTC+09:00)",
        "本人確認の方法パスワードの再入力",
        "台帳の記録番号0198f3c2-7d1e-7a40-9b1c-2f6f0d8c5a11",
        "プライバシーポリシー第1版(2022年7月29日制定)",
    ):
        assert fact in printed


def test_the_digest_is_printed_in_full_on_one_line():
    digests = [line for line in body(drawn()) if closed_up(COPY.digest) in closed_up(line)]

    assert len(digests) == 1


def test_each_module_is_printed_with_its_version_and_the_head_of_its_digest():
    printed = closed_up("".join(body(drawn())))

    for module in COPY.modules:
        assert closed_up(f"{module.title}第{module.number}版{module.digest[:16]}…") in printed


def test_the_name_copies_out_exactly_in_two_readers():
    pdf = drawn(name="林 𠮷", typed_name="葛\U000e0100城 德")

    assert "林 𠮷" in "\n".join(reading.lines(pdf))
    assert "葛城 德" in "\n".join(reading.lines(pdf))
    assert "林 𠮷" in reading.text_by_pypdf(pdf)


def test_every_page_says_that_it_is_a_copy_and_which_of_how_many():
    pages = reading.raw(drawn(words="\n\n".join([PARAGRAPH] * 20))).rstrip("\f").split("\f")

    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in page
        assert "写し" in page
        assert COPY.entry in page


def test_a_long_pledge_runs_over_pages_without_a_word_lost():
    words = "\n\n".join(f"{n}. 第{n}の約束\n{PARAGRAPH}" for n in range(1, 31))

    assert closed_up(words) in closed_up("".join(body(drawn(words=words))))


@pytest.mark.parametrize("filling", range(12))
def test_no_heading_is_left_behind_at_the_foot_of_a_page(filling):
    words = "\n\n".join(["一行の段落です。"] * (16 + filling) + [f"1. 見出し\n{PARAGRAPH}"] * 2)
    pages = len(reading.raw(drawn(words=words)).rstrip("\f").split("\f"))

    for page in range(pages):
        last = body(drawn(words=words), page=page)[-1]
        assert "見出し" not in last
        assert last not in ("署名", "署名の対象", "記録")


@pytest.mark.parametrize("filling", range(12))
def test_no_paragraph_leaves_one_line_alone_on_a_page(filling):
    words = "\n\n".join(["一行の段落です。"] * (16 + filling) + [PARAGRAPH])
    lines_on = [
        sum(
            1
            for line in body(drawn(words=words), page=page)
            if closed_up(line) in closed_up(PARAGRAPH) and len(line) > 4
        )
        for page in (0, 1)
    ]

    assert 1 not in lines_on
    assert sum(lines_on) >= 3


def test_no_line_begins_or_ends_where_none_may():
    printed = [line for line in body(drawn()) if len(line) > 1]

    assert len(printed) > 40
    assert all(line[0] not in NOT_FIRST - {"-"} for line in printed)
    assert all(line[-1] not in NOT_LAST for line in printed)


def test_all_fonts_are_embedded_and_helvetica_is_none_of_them(tmp_path):
    assert reading.fonts(drawn(), tmp_path) == {
        "NotoSerifJP-Regular": "yes",
        "NotoSerifJP-Bold": "yes",
        "NotoSansJP-Regular": "yes",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name": "寿限無" * 13, "typed_name": "寿限無" * 13},
        {"department": "東日本エンタープライズ営業統括本部/第一公共・社会インフラ営業部/首都圏第二グループ/特命担当"},
        {"modules": tuple(SignedModule(title=m * 3, number=10, digest=digest(m)) for m in MODULES)},
        {"title": TITLE * 3},
        {"specimen": True},
    ],
    ids=["as usual", "long name", "long department", "long titles", "long pledge title", "specimen"],
)
def test_text_stays_between_the_margins_and_runs_into_no_other(changes):
    for page in reading.words(drawn(**changes)):
        for word in page:
            # A mark at the end of a line may reach past the measure with the empty half of its square.
            assert 73 <= word.left < word.right <= 595.3 - 68, word
            assert 30 <= word.top < word.bottom <= 842 - 30, word
        for one, other in combinations(page, 2):
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.bottom, other.bottom) - max(one.top, other.top)
            assert across <= 1 or down <= 0.45 * min(one.bottom - one.top, other.bottom - other.top), (one, other)


def test_only_a_specimen_says_that_it_is_one():
    assert "見本" not in reading.run_together(drawn())[:200].replace("見本商事", "")
    assert "デモ環境で作成した見本" in reading.run_together(drawn(specimen=True))


def test_the_same_copy_gives_the_same_bytes_and_another_gives_others():
    assert drawn() == drawn()
    assert drawn(typed_name="髙橋 𠮷乃") != drawn()


def test_the_file_is_dated_with_the_signature():
    info = reading.info(drawn())

    assert info["CreationDate"] == "2026-11-24T15:04:05+09"
    assert info["Title"] == f"{TITLE}(写し) 髙橋 𠮷乃"
    assert info["Author"] == "見本商事株式会社"


def test_a_lacking_character_anywhere_is_named():
    with pytest.raises(NoGlyph) as refusal:
        drawn(words="私は\t誓約します。\n𰻞", typed_name="𰻝")

    assert set(refusal.value.characters) == {"\t", "𰻞", "𰻝"}


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        drawn(signed_at=datetime(2026, 11, 24, 15, 4, 5))


def test_a_language_without_wording_is_refused():
    with pytest.raises(ValueError, match="'fr'"):
        drawn(language="fr")


def test_a_copy_of_an_annulled_signature_says_on_every_page_that_it_is_void():
    annulled = datetime(2026, 12, 1, 9, 30, tzinfo=JAPAN)
    valid, void = (drawn(words=PARAGRAPH * 60, annulled_at=at) for at in (None, annulled))

    assert "無効" not in reading.raw(valid)
    pages = reading.raw(void).rstrip("\f").split("\f")
    assert len(pages) > 1
    assert all("無効" in page for page in pages)
    assert "無効（2026年12月1日9時30分00秒" in closed_up(reading.raw(void)).replace("09時", "9時").replace(
        "12月01日", "12月1日"
    )
    assert closed_up(PARAGRAPH * 60) in closed_up("".join(body(void)).replace("無効", ""))


def test_a_copy_of_what_was_signed_on_paper_says_so_and_names_no_typed_name():
    printed = closed_up("".join(body(drawn(paper_on=date(2026, 11, 20), typed_name="入力していない氏名"))))
    assert "紙に署名した日2026年11月20日" in printed
    assert "登録日時" in printed
    assert "署名日時" not in printed
    assert "入力した氏名" not in printed
    assert "入力していない氏名" not in printed
    assert "画面での本人確認は行っていません" in printed
    assert "入力して署名された" not in printed
