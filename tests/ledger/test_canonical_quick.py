"""Canonical JSON is written the quick way only where that gives the very bytes of RFC 8785."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from training.campaigns.models import Completion
from training.ledger.canonical import canonical, plain

NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_the_quick_way_writes_the_bytes_of_the_library_that_follows_the_rfc(value: Any):
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), float("nan"), "\ud800", {"a": ["\udfff"]}, {1: "a"}])
def test_what_json_cannot_hold_is_refused_either_way(value: Any):
    with pytest.raises(ValueError, match="canonical"):
        canonical(value)


def test_a_choice_is_the_plain_text_or_number_that_is_stored():
    class Number(IntEnum):
        ONE = 1

    for value, stored in ((Completion.How.PASSED, "passed"), (Number.ONE, 1)):
        assert (plain(value), type(plain(value))) == (stored, type(stored))
        assert canonical({"how": plain(value)}) == rfc8785.dumps({"how": value})
