"""An entry's body: read back as written, and nothing else is one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.ledger.body import Body, BodyError, read_json
from training.ledger.canonical import canonical

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
rows = st.dictionaries(texts, values, max_size=3).map(lambda row: row | {"id": "r"})
bodies = st.builds(
    Body,
    id=texts,
    kind=texts,
    at=texts,
    facts=st.dictionaries(texts, values, max_size=3),
    rows=st.dictionaries(texts, st.lists(rows, max_size=2), max_size=2),
    batches=st.dictionaries(texts, st.fixed_dictionaries({"count": st.integers(0, 9), "root": texts}), max_size=2),
    disclosures=st.lists(texts, max_size=3),
)
EXAMPLE: dict[str, Any] = {
    "v": 1,
    "id": "i",
    "kind": "k",
    "at": "t",
    "facts": {},
    "rows": {"table": [{"id": "r"}]},
    "batches": {"table": {"count": 1, "root": "00"}},
    "disclosures": ["d"],
}


@given(bodies)
def test_a_body_is_read_back_as_it_was_written(body: Body) -> None:
    assert Body.parse(body.render().decode()) == body


@given(values)
def test_any_canonical_json_is_read_back_to_the_same_canonical_json(value: Any) -> None:
    written = canonical(value)
    assert canonical(read_json(written.decode())) == written


@given(st.text())
def test_no_text_at_all_raises_anything_but_the_one_error(text: str) -> None:
    with pytest.raises(BodyError):
        Body.parse(text)


def test_the_example_is_a_body() -> None:
    assert Body.parse(canonical(EXAMPLE).decode()).disclosures == ["d"]


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"extra": 1},
        {"id": 1},
        {"kind": None},
        {"at": []},
        {"facts": []},
        {"rows": []},
        {"rows": {"table": {}}},
        {"rows": {"table": [{"no": "id"}]}},
        {"rows": {"table": [{"id": 1}]}},
        {"batches": []},
        {"batches": {"table": {"count": 1}}},
        {"batches": {"table": {"count": "1", "root": "00"}}},
        {"batches": {"table": {"count": 1, "root": 0}}},
        {"disclosures": {}},
        {"disclosures": [1]},
    ],
    ids=str,
)
def test_what_lacks_the_shape_of_a_body_is_none(change: dict[str, Any]) -> None:
    with pytest.raises(BodyError, match="expected"):
        Body.parse(canonical(EXAMPLE | change).decode())


@pytest.mark.parametrize("text", ["[]", "1", "null", '{"v":1}', "[" * 100_000, '{"v":NaN}', "\ud800"])
def test_other_json_and_worse_is_none(text: str) -> None:
    with pytest.raises(BodyError):
        Body.parse(text)


def test_the_same_content_in_other_words_is_no_body() -> None:
    with pytest.raises(BodyError, match="not in canonical form"):
        Body.parse(json.dumps(EXAMPLE))


def test_a_second_value_under_the_same_key_is_no_body() -> None:
    text = canonical(EXAMPLE).decode()
    with pytest.raises(BodyError, match="not in canonical form"):
        Body.parse(text.replace('"kind":"k"', '"kind":"other","kind":"k"'))


def test_infinity_inside_a_body_is_none() -> None:
    text = canonical(EXAMPLE).decode()
    with pytest.raises(BodyError, match="no canonical JSON"):
        Body.parse(text.replace('"facts":{}', '"facts":{"x":Infinity}'))
