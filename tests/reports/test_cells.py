"""Cells of a CSV file that Excel opens by a double click."""

from __future__ import annotations

import pytest

from training.reports.cells import free_text, identifier


@pytest.mark.parametrize(
    ("number", "cell"),
    [
        ("000101", '="000101"'),
        ("1E5", '="1E5"'),
        ("2-1", '="2-1"'),
        ("", ""),
        ('0"1', '="0""1"'),
        ('"&CMD()&"', '="""&CMD()&"""'),
    ],
)
def test_an_identifier_is_a_formula_that_yields_exactly_its_text(number: str, cell: str) -> None:
    assert identifier(number) == cell


@pytest.mark.parametrize(
    "first", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0", " =", "\u3000@", " \t-"]
)
def test_text_that_begins_as_a_formula_is_defused_and_otherwise_kept(first: str) -> None:
    assert free_text(f"{first}cmd|' /C calc'!A0") == f"'{first}cmd|' /C calc'!A0"


@pytest.mark.parametrize("name", ["髙橋 一郎", "𠮷田 次郎", "葛\U000e0100城 三奈", "山田=太郎", "ー", "'", "", " 佐藤"])
def test_other_text_is_kept_character_for_character(name: str) -> None:
    assert free_text(name) == name
