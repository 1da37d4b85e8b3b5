"""Two texts beside each other: nothing is lost, and what differs is marked in lines and in words."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.catalogue.html import sanitise
from training.changes.side_by_side import lesson_html, sides_of, without_islands
from training.policy.clauses import ClauseText, Kind
from training.policy.diff import Difference, Piece, diff

TEXTS = st.text("第条甲乙丙、。（）12<&>\n一二𠮷", min_size=1, max_size=60)


def difference(before: str | None, after: str | None) -> Difference:
    """The first clause of two texts compared; the heading makes sure that a common clause is one."""
    old = [ClauseText("1", "", Kind.ARTICLE, "見出し", before)] if before is not None else []
    new = [ClauseText("1", "", Kind.ARTICLE, "見出し", after)] if after is not None else []
    return diff(old, new)[0]


def unmarked(html: str) -> str:
    bare = re.sub(r'<span class="pt-change-word">[^<]*</span>', "", html)
    return unescape(re.sub(r"<[^>]+>", "", bare.replace("<br>", "\n")))


@given(TEXTS, TEXTS)
def test_each_side_says_its_text_whole_and_survives_the_sanitiser(before: str, after: str) -> None:
    sides = sides_of(difference(before, after))
    assert unmarked(sides.before) == f"見出し\n{before}"
    assert unmarked(sides.after) == f"見出し\n{after}"
    assert sanitise(sides.before) == sides.before
    assert sanitise(sides.after) == sides.after


@given(TEXTS, TEXTS)
def test_what_is_not_marked_is_the_same_on_both_sides(before: str, after: str) -> None:
    sides = sides_of(difference(before, after))
    left = re.sub(r"<del>.*?</del>", "", sides.before)
    right = re.sub(r"<ins>.*?</ins>", "", sides.after)
    assert left == right


def test_a_mark_says_in_words_what_the_line_says() -> None:
    sides = sides_of(difference("毎年の研修を受けます。", "毎年二回の研修を受けます。"))
    assert "<del>" not in sides.before
    assert (
        '<ins><span class="pt-change-word">〔追加：</span>二回<span class="pt-change-word">〕</span></ins>'
        in sides.after
    )


def test_markup_in_a_policy_is_words() -> None:
    html = lesson_html(difference("甲<script>x</script>", "乙&amp;"), before="第1版<b>", after="第2版")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "&amp;amp;" in html
    assert "第1版&lt;b&gt;" in html


@pytest.mark.parametrize(("before", "after"), [(None, "新しい条項。"), ("なくなる条項。", None)])
def test_a_side_without_a_text_says_so(before: str | None, after: str | None) -> None:
    sides = sides_of(difference(before, after))
    empty, full = (sides.before, sides.after) if before is None else (sides.after, sides.before)
    assert 'class="pt-change-none"' in empty
    assert full.count("<ins>") + full.count("<del>") == 1


def test_a_sign_between_two_changes_is_read_with_them() -> None:
    before = (
        Piece("同じ初め", False),
        Piece("甲", True),
        Piece("の", False),
        Piece("乙", True),
        Piece("終わり", False),
    )
    after = (Piece("同じ初め", False), Piece("丙", True), Piece("の", False), Piece("終わり", False))
    left, right = without_islands(before, after)
    assert left == (Piece("同じ初め", False), Piece("甲の乙", True), Piece("終わり", False))
    assert right == (Piece("同じ初め", False), Piece("丙の", True), Piece("終わり", False))


def test_the_lesson_names_both_texts_and_explains_the_lines() -> None:
    html = lesson_html(difference("甲", "乙"), before="第1版（2022年7月29日）", after="第2版（2026年12月1日）")
    assert "改定前：第1版（2022年7月29日）" in html
    assert "改定後：第2版（2026年12月1日）" in html
    assert "取り消し線" in html
    assert sanitise(html) == html
