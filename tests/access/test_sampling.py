"""The lot: what a seed draws is fair to departments, the same for everybody, and the contract's own arithmetic."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.access.sampling import draw, draw_by_department, in_order, lot, quotas
from training.reports.pack import verify

SIZES = st.dictionaries(st.text(max_size=4), st.integers(0, 60), min_size=1, max_size=12)


@st.composite
def companies(draw_: st.DrawFn) -> tuple[dict[str, int], int]:
    """Departments with their people, and a size that can be drawn."""
    sizes = draw_(SIZES)
    return sizes, draw_(st.integers(0, sum(sizes.values())))


def people(sizes: dict[str, int]) -> dict[str, list[str]]:
    """Ids for everybody."""
    return {name: [f"{place}-{n}" for n in range(count)] for place, (name, count) in enumerate(sizes.items())}


def test_a_lot_is_the_sha256_that_the_contract_names():
    assert lot("abc", "1") == sha256(b"privacy-training/sample/1\nabc\n1").digest()


def test_the_smallest_lots_are_drawn_in_their_order():
    ids = [str(n) for n in range(50)]
    by_hand = sorted(ids, key=lambda i: sha256(f"privacy-training/sample/1\nseed\n{i}".encode()).hexdigest())
    assert draw(ids, seed="seed", size=7) == by_hand[:7]


@pytest.mark.parametrize(
    ("sizes", "size", "expected"),
    [
        ({"a": 50, "b": 30, "c": 20}, 10, {"a": 5, "b": 3, "c": 2}),
        ({"a": 1, "b": 1, "c": 1}, 2, {"a": 1, "b": 1, "c": 0}),  # equal remainders: by name
        ({"𠮷田部": 1, "営業部": 1, "総務部": 1}, 1, {"営業部": 1, "総務部": 0, "𠮷田部": 0}),  # by code point
        ({"a": 97, "b": 1, "c": 1, "d": 1}, 10, {"a": 7, "b": 1, "c": 1, "d": 1}),  # one from each
        ({"a": 97, "b": 1, "c": 1, "d": 1}, 3, {"a": 3, "b": 0, "c": 0, "d": 0}),  # too few for that
        ({"a": 5, "b": 0}, 5, {"a": 5}),
        ({"a": 60, "b": 21, "c": 19}, 5, {"a": 3, "b": 1, "c": 1}),  # raising c lowers nobody below one
    ],
)
def test_shares_by_the_largest_remainder(sizes: dict[str, int], size: int, expected: dict[str, int]):
    assert quotas(sizes, size) == expected


@given(companies())
def test_shares_add_up_and_no_department_gives_more_than_it_has(company: tuple[dict[str, int], int]):
    sizes, size = company
    shares = quotas(sizes, size)
    assert sum(shares.values()) == size
    assert all(0 <= share <= sizes[name] for name, share in shares.items())
    assert set(shares) == {name for name, count in sizes.items() if count}


@given(companies())
def test_each_department_has_one_where_the_size_allows_it(company: tuple[dict[str, int], int]):
    sizes, size = company
    shares = quotas(sizes, size)
    if size >= len(shares):
        assert all(shares.values())


@given(companies())
def test_a_share_is_within_one_of_its_quota_unless_small_departments_were_given_their_one(
    company: tuple[dict[str, int], int],
):
    sizes, size = company
    shares = quotas(sizes, size)
    total = sum(sizes.values())
    quota = {name: Fraction(size * sizes[name], total) for name in shares}
    # What the smallest were given beyond their share is taken from the others, and nobody ever gets more for it.
    assert all(shares[name] < quota[name] + 1 for name in shares)
    if size < len(shares) or all(value >= 1 for value in quota.values()):
        assert all(abs(shares[name] - quota[name]) < 1 for name in shares)
    else:
        raised = {name for name in shares if shares[name] == 1}
        rest = [name for name in shares if name not in raised]
        lost = sum(1 - quota[name] for name in raised if quota[name] < 1)
        assert all(quota[name] - shares[name] < 1 + lost for name in rest)


@given(companies())
def test_more_people_never_mean_a_smaller_share(company: tuple[dict[str, int], int]):
    sizes, size = company
    shares = quotas(sizes, size)
    assert all(shares[a] <= shares[b] for a in shares for b in shares if sizes[a] < sizes[b])


@given(companies(), st.text(max_size=8), st.randoms())
def test_a_draw_is_the_same_whatever_the_order_of_what_it_is_given(company, seed: str, random):
    sizes, size = company
    strata = people(sizes)
    drawn = draw_by_department(strata, seed=seed, size=size)
    shuffled = {name: random.sample(ids, len(ids)) for name, ids in random.sample(list(strata.items()), len(strata))}
    assert draw_by_department(shuffled, seed=seed, size=size) == drawn
    everybody = [key for ids in strata.values() for key in ids]
    first = draw(everybody, seed=seed, size=size)
    assert draw(random.sample(everybody, len(everybody)), seed=seed, size=size) == first
    assert draw(set(everybody), seed=seed, size=size) == first


@given(companies(), st.text(max_size=8))
def test_who_is_drawn_is_drawn_once_in_the_order_of_the_lot_and_as_the_shares_say(company, seed: str):
    sizes, size = company
    strata = people(sizes)
    drawn = draw_by_department(strata, seed=seed, size=size)
    assert len(set(drawn)) == len(drawn) == size
    assert drawn == in_order(drawn, seed=seed)
    shares = quotas(sizes, size)
    for name, ids in strata.items():
        assert [key for key in drawn if key in ids] == draw(ids, seed=seed, size=shares.get(name, 0))


@given(companies(), st.text(st.characters(codec="utf-8"), max_size=8))
def test_the_checker_of_the_evidence_pack_draws_the_same_with_code_of_its_own(company, seed: str):
    sizes, size = company
    strata = people(sizes)
    assert verify.shares_of(sizes, size) == quotas(sizes, size)
    assert verify.draw(strata, seed, size) == draw_by_department(strata, seed=seed, size=size)
    everybody = sorted(key for ids in strata.values() for key in ids)
    assert verify.draw({"": everybody}, seed, size) == draw(everybody, seed=seed, size=size)


def test_another_seed_draws_others():
    ids = [str(n) for n in range(1000)]
    assert draw(ids, seed="a", size=25) != draw(ids, seed="b", size=25)


def test_in_the_long_run_everybody_is_drawn_equally_often():
    ids = [str(n) for n in range(20)]
    times = Counter(key for seed in range(4000) for key in draw(ids, seed=str(seed), size=5))
    assert all(abs(count - 1000) < 150 for count in times.values())  # five standard deviations


def test_more_than_there_are_or_one_id_twice_is_refused():
    for size in (4, -1):
        with pytest.raises(ValueError, match="cannot be drawn"):
            draw(["a", "b", "c"], seed="s", size=size)
        with pytest.raises(ValueError, match="cannot be drawn"):
            draw_by_department({"x": ["a"], "y": ["b", "c"]}, seed="s", size=size)
    with pytest.raises(ValueError, match="twice"):
        draw(["a", "a"], seed="s", size=1)
    with pytest.raises(ValueError, match="twice"):
        draw_by_department({"x": ["a"], "y": ["a"]}, seed="s", size=1)
