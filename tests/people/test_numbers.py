"""A staff number has one form, however it is typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.people.numbers import plain_number


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("０００１０１", "000101"),
        (" 000101\u3000", "000101"),
        ("Ａ－００１", "A-001"),
        ("A\u2212001", "A-001"),  # what shift_jis makes of a full-width minus
        ("A\u2010001", "A-001"),
        ("A\u2013001", "A-001"),
        ("A\u2015001", "A-001"),
        ("A\u30fc001", "A-001"),  # the long vowel sign of a Japanese keyboard
        ("A\uff70001", "A-001"),
        ("パート001", "パート001"),
        ("ﾊﾟｰﾄ001", "パート001"),
        ("00-1", "00-1"),
        ("", ""),
    ],
)
def test_a_number_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert plain_number(typed) == kept


@given(st.text(max_size=20))
def test_what_is_plain_stays_as_it_is(typed: str) -> None:
    assert plain_number(plain_number(typed)) == plain_number(typed)


@given(st.text(alphabet="ABC0123456789-", max_size=12))
def test_full_width_is_the_same_number(number: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number)

    assert unicodedata.normalize("NFKC", wide) == number
    assert plain_number(wide) == plain_number(number)
