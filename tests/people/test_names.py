"""Forms of one name: what is the same to whoever searches for it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.people.names import bare, folded, pattern


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("高橋", "髙橋"),
        ("髙橋", "高橋"),
        ("山崎", "山﨑"),
        ("山﨑", "山嵜"),
        ("渡辺", "渡邉"),
        ("渡邊", "渡邉"),
        ("吉田", "𠮷田"),
        ("𠮷田", "吉田"),
        ("斎藤", "齋藤"),
        ("葛城", "葛\U000e0100城"),
        ("葛\U000e0100城", "葛城"),
        ("神田", "\ufa19田"),
        ("德永", "徳永"),
        ("ﾀﾅｶ", "タナカ"),
    ],
)
def test_every_form_of_a_name_is_found(word: str, name: str) -> None:
    assert re.search(pattern(word), name, re.IGNORECASE)
    assert folded(word) == folded(name)


@pytest.mark.parametrize(
    ("word", "name"), [("高橋", "高島"), ("(.)", "髙橋"), ("[髙]", "髙橋"), ("高|島", "高島"), ("^高", "高")]
)
def test_another_name_is_not_found_and_nothing_typed_is_an_expression(word: str, name: str) -> None:
    assert not re.search(pattern(word), name)


@given(st.text(max_size=20))
def test_any_text_makes_a_pattern_that_finds_its_own_plain_form(text: str) -> None:
    assert re.search(pattern(text), folded(text), re.IGNORECASE)


def test_nothing_but_spaces_makes_no_pattern() -> None:
    assert pattern(" \u3000") == ""
    assert bare("髙橋\u3000・一郎") == "髙橋一郎"
