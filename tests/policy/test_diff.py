"""Two revisions compared: what is the same, renumbered, changed, new and gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.policy.clauses import ClauseText, Kind, parse
from training.policy.diff import Change, Difference, diff

POLICY = parse((Path(__file__).parents[2] / "fixtures/policy.ja.txt").read_text(encoding="utf-8")).clauses


@dataclass(frozen=True)
class Words:
    ref: str
    text: str
    heading: str = ""


def changes(before: list[Words], after: list[Words]) -> list[tuple[str, str, str]]:
    return [(one.change.value, one.ref_before, one.ref_after) for one in diff(before, after)]


def marked(pieces: tuple) -> str:
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in pieces)


def test_the_policy_compared_with_itself_is_the_same_in_every_clause():
    found = diff(POLICY, POLICY)
    assert [one.ref for one in found] == [one.ref for one in POLICY]
    assert {one.change for one in found} == {Change.SAME}


def test_a_clause_of_the_policy_changed_is_the_only_one_and_shows_the_words():
    changed = [
        replace(one, text=one.text.replace("定期的な", "年一回以上の")) if one.ref == "3.3" else one for one in POLICY
    ]
    found = [one for one in diff(POLICY, changed) if one.change is not Change.SAME]
    assert [(one.ref, one.change, one.signs_only) for one in found] == [("3.3", Change.CHANGED, False)]
    assert "[定期的な]" in marked(found[0].before)
    assert "[年一回以上の]" in marked(found[0].after)


def test_an_item_put_in_before_others_renumbers_them_and_is_the_only_new_one():
    before = [Words("3", "導入"), Words("3.1", "甲"), Words("3.2", "乙")]
    after = [Words("3", "導入"), Words("3.1", "新"), Words("3.2", "甲"), Words("3.3", "乙")]
    assert changes(before, after) == [
        ("same", "3", "3"),
        ("added", "", "3.1"),
        ("renumbered", "3.1", "3.2"),
        ("renumbered", "3.2", "3.3"),
    ]


def test_an_item_taken_out_stands_where_it_stood():
    before = [Words("3", "導入"), Words("3.1", "甲"), Words("3.2", "乙"), Words("3.3", "丙")]
    after = [Words("3", "導入"), Words("3.1", "甲"), Words("3.2", "丙")]
    assert changes(before, after) == [
        ("same", "3", "3"),
        ("same", "3.1", "3.1"),
        ("removed", "3.2", ""),
        ("renumbered", "3.3", "3.2"),
    ]


def test_the_first_clause_taken_out_stands_first():
    assert changes([Words("0", "前文"), Words("1", "甲")], [Words("1", "甲")]) == [
        ("removed", "0", ""),
        ("same", "1", "1"),
    ]


def test_a_text_that_stands_twice_is_matched_by_its_reference_alone():
    before = [Words("1.1", "同文"), Words("1.2", "同文")]
    after = [Words("1.1", "別文"), Words("1.2", "同文"), Words("1.3", "同文")]
    assert changes(before, after) == [("changed", "1.1", "1.1"), ("same", "1.2", "1.2"), ("added", "", "1.3")]


@pytest.mark.parametrize(
    ("first", "second", "signs_only"),
    [
        ("個人情報を、守ります。", "個人情報を守ります｡", True),
        ("ＩＤは12", "IDは１２", True),
        ("一 つ", "一つ", True),
        ("守ります", "守りました", False),
        ("12日", "21日", False),
        ("が", "か", False),
        ("葛󠄀城", "葛城", False),
    ],
)
def test_a_difference_in_signs_and_width_alone_is_said_to_be_one(first: str, second: str, signs_only: bool):
    (found,) = diff([Words("1", first)], [Words("1", second)])
    assert (found.change, found.signs_only) == (Change.CHANGED, signs_only)


def test_a_heading_changed_is_a_change_of_the_article():
    (found,) = diff([Words("3", "本文", "安全管理")], [Words("3", "本文", "安全管理措置")])
    assert marked(found.after) == "安全管理[措置]\n本文"


CLAUSES = st.lists(
    st.builds(ClauseText, st.sampled_from(["0", "1", "1.1", "1.2", "2", "3"]), st.just(""), st.just(Kind.ITEM), st.sampled_from(["", "見出し"]), st.text("甲乙丙、。𠮷", max_size=6)),
    max_size=6,
    unique_by=lambda one: one.ref,
)  # fmt: skip


def whole(one: ClauseText) -> str:
    return f"{one.heading}\n{one.text}" if one.heading and one.text else one.heading or one.text


@given(CLAUSES, CLAUSES)
def test_both_texts_can_be_read_whole_from_the_comparison(before: list[ClauseText], after: list[ClauseText]):
    found = diff(before, after)
    assert [one.ref_after for one in found if one.ref_after] == [one.ref for one in after]
    assert sorted(one.ref_before for one in found if one.ref_before) == sorted(one.ref for one in before)
    old, new = {one.ref: whole(one) for one in before}, {one.ref: whole(one) for one in after}
    for one in found:
        assert "".join(piece.text for piece in one.before) == old.get(one.ref_before, "")
        assert "".join(piece.text for piece in one.after) == new.get(one.ref_after, "")
        assert (one.change in (Change.SAME, Change.RENUMBERED)) == _same(one, old, new)


def _same(one: Difference, old: dict[str, str], new: dict[str, str]) -> bool:
    return bool(one.ref_before and one.ref_after) and old[one.ref_before] == new[one.ref_after]
