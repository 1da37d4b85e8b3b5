from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.typesetting.lines import INSEPARABLE, NOT_FIRST, NOT_LAST, broken, visible_width


def em(text):
    """Measure as a Japanese font does: half an em for ASCII, a whole one for the rest."""
    return sum(0.5 if ord(character) < 0x100 else 1.0 for character in text)


def lines(text, width):
    return broken(text, width=width, measure=em)


def test_text_that_fits_is_one_line():
    assert lines("個人情報", 4) == ["個人情報"]


def test_no_text_is_one_empty_line():
    assert lines("", 4) == [""]


@pytest.mark.parametrize("mark", "」』）】〕、。，．・：；？！ー々〻ゝヽっャュョァィゥェォッヵヶㇷ％℃‐～.,:;?!)]")
def test_a_mark_that_may_not_begin_a_line_takes_its_neighbour_down_with_it(mark):
    assert lines(f"個人情報{mark}と守る", 4.4) == ["個人情", f"報{mark}と守", "る"]


@pytest.mark.parametrize("mark", "「『（【〔“‘￥＄＃([{$¥")
def test_a_mark_that_may_not_end_a_line_goes_down_to_the_next(mark):
    assert lines(f"個人情{mark}報を守る", 4)[0] == "個人情"
    assert lines(f"個人情{mark}報を守る", 4)[1].startswith(f"{mark}報")


def test_two_barred_marks_in_a_row_go_down_together():
    assert lines("これは「個人情報」、です", 9) == ["これは「個人情", "報」、です"]


def test_a_full_stop_may_stand_in_half_its_square_at_the_end():
    assert lines("個人情報。守る", 4.5) == ["個人情報。", "守る"]
    assert visible_width("個人情報。", em) == 4.5


def test_words_and_numbers_in_latin_script_stay_whole():
    assert lines("社内のPrivacyMark制度", 6) == ["社内の", "PrivacyMark", "制度"]
    assert lines("総額は1,234,567円です", 6.5) == ["総額は", "1,234,567円で", "す"]


def test_a_number_stays_with_what_it_counts():
    assert lines("期限は2026年11月24日まで", 6) == ["期限は2026年", "11月24日まで"]
    assert lines("方針の第1条による", 4) == ["方針の", "第1条に", "よる"]


def test_dots_and_dashes_that_are_one_mark_are_not_parted():
    assert lines("つまり――個人", 4) == ["つまり", "――個人"]
    assert lines("つまり……個人", 4) == ["つまり", "……個人"]


def test_an_address_longer_than_the_line_is_cut_where_the_line_is_full():
    address = "https://training.example.co.jp/check/0f1e2d3c4b5a69788796a5b4c3d2e1f0"

    cut = lines(f"確認先 {address}", 12)

    assert cut[0] == "確認先"
    assert "".join(cut[1:]) == address
    assert [len(line) for line in cut[1:-1]] == [24, 24]


def test_spaces_at_a_break_are_dropped_and_others_kept():
    assert lines("Privacy is a human right", 6) == ["Privacy is a", "human right"]
    assert lines("　一字下げの段落", 5) == ["　一字下げ", "の段落"]


japanese = st.text(st.sampled_from("個人情報あいうっゃー、。「」『』（）・々…―ABCab019 .,-/"), max_size=80)


@settings(deadline=None)  # how long one example takes says more about the machine's other work
@given(text=japanese, width=st.integers(min_value=6, max_value=40))
def test_whatever_the_text_nothing_is_lost_and_every_line_fits(text, width):
    result = lines(text, width)

    assert "".join(result).replace(" ", "") == text.replace(" ", "")
    assert all(visible_width(line, em) <= width for line in result)


# Each begins where a line may begin and ends where one may end, and none is longer than the narrowest line.
units = st.sampled_from(
    ["個", "「個」人", "あっ人", "人。人", "（人）々人", "ABC人", "1,234円", "……人", "ーー人", "『「人」』、人", "・人"]
)


@settings(deadline=None)
@given(text=st.lists(units, max_size=30).map("".join), width=st.integers(min_value=9, max_value=40))
def test_whatever_the_text_no_break_is_where_none_may_be(text, width):
    result = lines(text, width)

    for above, below in pairwise(result):
        assert below[0] not in NOT_FIRST
        assert above[-1] not in NOT_LAST
        assert not (above[-1] == below[0] and above[-1] in INSEPARABLE)
