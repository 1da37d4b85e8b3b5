"""File names made of people's numbers and names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.reports.filenames import LONGEST, Stems, person_stem, safe


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("髙橋 一郎", "髙橋 一郎"),
        ("𠮷田　次郎", "𠮷田 次郎"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("A/B\\C:D*E?F", "A_B_C_D_E_F"),
        ("=cmd|' /C calc'!A0", "=cmd_' _C calc'!A0"),
        ("a\x00b\nc\u202ed", "a_b_c_d"),
        (" .hidden. ", "hidden"),
        ("", "_"),
        ("...", "_"),
    ],
)
def test_what_a_file_system_takes_for_something_else_is_replaced(text: str, name: str) -> None:
    assert safe(text) == name


@given(number=st.text(max_size=40), name=st.text(max_size=200))
def test_every_name_is_one_part_of_a_path_that_every_system_can_store(number: str, name: str) -> None:
    stem = person_stem(number, name)

    assert 0 < len(stem.encode()) <= LONGEST
    assert not set(stem) & set('/\\:*?"<>|\0\n\r')
    assert stem not in {".", ".."}
    assert not {stem[0], stem[-1]} & {" ", "."}


def test_names_that_a_file_system_may_take_for_one_another_are_told_apart() -> None:
    stems = Stems()

    names = ["0001_佐藤", "0001_佐藤", "0001_SATO", "0001_sato", "0001_が", "0001_か\u3099", "0001_佐藤_2"]

    assert [stems.new(name) for name in names] == [
        "0001_佐藤", "0001_佐藤_2", "0001_SATO", "0001_sato_2", "0001_が", "0001_か\u3099_2", "0001_佐藤_2_2",
    ]  # fmt: skip
