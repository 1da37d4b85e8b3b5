"""What is signed is bound whole, and whose name was typed."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.attestation.statement import Pledge, Studied, content, name_match, paragraphs
from training.ledger.canonical import canonical, sha256_hex

PLEDGE = Pledge(
    campaign_code="FY2026",
    campaign_title="研修",
    statement="6f0c7a52-6a4e-4f53-9d1c-0d6a4b8f2f10",
    language="ja",
    statement_number=1,
    title="誓約書",
    words="私は誓約します。",
    policy_title="方針",
    policy_number=1,
    policy_digest="aa",
    policy_enacted_on=date(2022, 7, 29),
    modules=(Studied("article-1", "第1条", 1, "bb"), Studied("article-2", "第2条", 3, "cc")),
)


def digest(pledge: Pledge) -> str:
    return sha256_hex(canonical(content(pledge)))


@pytest.mark.parametrize("name", [f.name for f in fields(Pledge)])
def test_no_part_of_what_is_signed_can_be_exchanged_unnoticed(name: str):
    value = getattr(PLEDGE, name)
    other = {
        str: lambda: value + "!",
        int: lambda: value + 1,
        date: lambda: date(2022, 7, 30),
        tuple: lambda: value[:1],
    }[type(value)]()
    assert digest(replace(PLEDGE, **{name: other})) != digest(PLEDGE)


@pytest.mark.parametrize("change", [{"slug": "x"}, {"title": "x"}, {"number": 2}, {"digest": "x"}])
def test_no_module_studied_can_be_exchanged_unnoticed(change: dict[str, object]):
    first, second = PLEDGE.modules
    assert digest(replace(PLEDGE, modules=(replace(first, **change), second))) != digest(PLEDGE)


def test_the_order_of_the_modules_is_signed_too():
    assert digest(replace(PLEDGE, modules=PLEDGE.modules[::-1])) != digest(PLEDGE)


def test_the_same_pledge_has_the_same_digest_in_every_year():
    assert canonical(content(PLEDGE)).decode() == (
        '{"campaign":{"code":"FY2026","title":"研修"},'
        '"modules":[{"digest":"bb","slug":"article-1","title":"第1条","version":1},'
        '{"digest":"cc","slug":"article-2","title":"第2条","version":3}],'
        '"policy":{"digest":"aa","enacted_on":"2022-07-29","revision":1,"title":"方針"},"schema":1,'
        '"statement":{"id":"6f0c7a52-6a4e-4f53-9d1c-0d6a4b8f2f10","language":"ja","number":1,"title":"誓約書","words":"私は誓約します。"}}'
    )


@pytest.mark.parametrize(
    ("typed", "roster", "match"),
    [
        ("髙橋 一郎", "髙橋 一郎", "exact"),
        ("  髙橋 一郎　", "髙橋 一郎", "exact"),
        ("髙橋　一郎", "髙橋 一郎", "normalised"),
        ("髙橋一郎", "髙橋 一郎", "normalised"),
        ("ﾀｶﾊｼ ｲﾁﾛｳ", "タカハシ イチロウ", "normalised"),
        ("ﾊﾞﾊﾞ", "ババ", "normalised"),
        ("ＪＯＨＮ Ｓｍｉｔｈ", "JOHN Smith", "normalised"),
        ("ジョン・スミス", "ジョン スミス", "normalised"),
        ("J. Smith", "J Smith", "normalised"),
        ("john smith", "John Smith", "variant"),
        ("高橋 一郎", "髙橋 一郎", "variant"),
        ("髙橋 一郎", "高橋 一郎", "variant"),
        ("山崎 花", "山﨑 花", "variant"),
        ("渡辺 実", "渡邉 実", "variant"),
        ("渡邊 実", "渡邉 實", "variant"),
        ("吉田 進", "𠮷田 進", "variant"),
        ("𠮷田　進", "吉田進", "variant"),
        ("葛城 守", "葛\U000e0100城 守", "variant"),
        ("葛\U000e0101城 守", "葛\U000e0100城 守", "variant"),
        ("辻\ufe00 守", "辻 守", "variant"),
        ("齋藤 徳子", "斉藤 德子", "variant"),
        ("濱田", "浜田", "variant"),
    ],
)
def test_spaces_width_and_variant_characters_are_tolerated_and_told_apart(typed: str, roster: str, match: str):
    assert name_match(typed=typed, roster=roster) == match


@pytest.mark.parametrize(
    ("typed", "roster"),
    [
        ("高橋 二郎", "髙橋 一郎"),
        ("高端 一郎", "髙橋 一郎"),
        ("髙橋", "髙橋 一郎"),
        ("一郎 髙橋", "髙橋 一郎"),
        ("髙橋 一郎 一郎", "髙橋 一郎"),
        ("斎藤 守", "佐藤 守"),
        ("告田 進", "吉田 進"),
        ("大田 進", "太田 進"),
        ("土田 進", "士田 進"),
        ("タカハシ イチロウ", "髙橋 一郎"),
        ("はは", "ばば"),
        ("ハヽ", "ハハ"),
        ("", "髙橋 一郎"),
        (" 　", "髙橋 一郎"),
        ("・", "髙橋 一郎"),
        ("\U000e0100", "髙橋 一郎"),
        ("髙橋\u0000一郎", "髙橋 一郎"),
        ("髙橋 一郎%", "髙橋 一郎"),
        ("_", "髙"),
    ],
)
def test_another_name_is_another_name(typed: str, roster: str):
    assert name_match(typed=typed, roster=roster) is None
    assert name_match(typed=roster, roster=typed) is None


@pytest.mark.parametrize("nothing", ["", " ", "・", "　・ .", "\U000e0100"])
def test_who_has_no_name_in_the_roster_cannot_sign_by_typing_nothing(nothing: str):
    assert name_match(typed=nothing, roster="") is None
    assert name_match(typed=nothing, roster=nothing) is None


CHARACTERS = "高髙崎﨑碕嵜辺邊邉徳德吉𠮷斉齊斎齋浜濱濵田中一郎ｱアがガﾞａaＡ 　・.\U000e0100\ufe01神\ufa19"
NAMES = st.text(alphabet=CHARACTERS, min_size=1, max_size=8)


@given(NAMES.filter(lambda name: any(c.isalpha() for c in name)))
def test_every_name_is_itself(name: str):
    assert name_match(typed=name, roster=name) == "exact"
    assert name_match(typed=f" {name}　", roster=name) is not None


@given(NAMES, NAMES)
def test_it_does_not_matter_which_of_two_names_is_the_roster_s(one: str, other: str):
    assert (name_match(typed=one, roster=other) is None) == (name_match(typed=other, roster=one) is None)


@given(NAMES, NAMES, NAMES)
def test_two_names_that_match_a_third_match_each_other(one: str, other: str, third: str):
    if name_match(typed=one, roster=third) and name_match(typed=other, roster=third):
        assert name_match(typed=one, roster=other) is not None


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_text_stops_the_comparison(one: str, other: str):
    assert name_match(typed=one, roster=other) in {None, "exact", "normalised", "variant"}


@pytest.mark.parametrize("words", ["一段落。", "一行目\n二行目\n\n二段落目", "甲\n\n\n乙", ""])
def test_paragraphs_joined_again_are_the_words(words: str):
    assert "\n\n".join("\n".join(lines) for lines in paragraphs(words)) == words
