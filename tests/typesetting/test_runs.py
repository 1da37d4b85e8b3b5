from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.typesetting.reading import FONTS
from training.typesetting.blocks import Run
from training.typesetting.runs import set_in_lines
from training.typesetting.sheet import Style

FACES = {(False, False): Style(FONTS.serif, 10), (True, False): Style(FONTS.sans_bold, 10)}


def lines(*runs, width=100.0):
    return set_in_lines(runs, width=width, style=lambda run: FACES[run.strong, run.stressed])


def texts(found):
    return ["".join(text for text, _ in line.parts) for line in found]


def test_a_line_may_hold_several_faces():
    (line,) = lines(Run("まず"), Run("報告", strong=True), Run("する"))

    assert [(text, style.font) for text, style in line.parts] == [
        ("まず", FONTS.serif),
        ("報告", FONTS.sans_bold),
        ("する", FONTS.serif),
    ]


def test_a_mark_in_another_face_may_not_begin_a_line():
    assert texts(lines(Run("一二三四五六七八九十"), Run("」と言う", strong=True), width=105.0)) == [
        "一二三四五六七八九十」",
        "と言う",
    ]


def test_a_line_feed_begins_a_line_and_two_leave_one_free():
    found = lines(Run("一行目\n\n"), Run("三行目", strong=True))

    assert texts(found) == ["一行目", "", "三行目"]
    assert not any(line.goes_on for line in found)


def test_no_words_are_no_line():
    assert lines() == []
    assert lines(Run("")) == []


@given(st.lists(st.tuples(st.text("個人情報、。「」ab 1", max_size=12), st.booleans()), max_size=8))
def test_no_character_is_lost_and_no_line_is_longer_than_the_measure(parts):
    found = lines(*(Run(text, strong=strong) for text, strong in parts))

    assert "".join(texts(found)).replace(" ", "") == "".join(text for text, _ in parts).replace(" ", "")
    assert all(line.length <= 100.1 for line in found)
