"""References are followed from text to text, through numbers that move and clauses that come and go."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from training.policy.diff import diff
from training.policy.follow import References, Step, above, within


@dataclass(frozen=True)
class Words:
    ref: str
    text: str
    heading: str = ""


def text(*items: str) -> list[Words]:
    return [Words("1", "導入"), *(Words(f"1.{number}", words) for number, words in enumerate(items, 1))]


TEXTS = [text("甲", "乙", "丙"), text("乙", "丙", "丁"), text("新", "乙", "丙")]
STEPS = [Step(n, n + 1, diff(TEXTS[n - 1], TEXTS[n])) for n in (1, 2)]
REFERENCES = References(STEPS)


def test_a_clause_that_moved_twice_is_found_from_either_end() -> None:
    assert REFERENCES.follow("1.2", start=1, end=2) == "1.1"
    assert REFERENCES.follow("1.2", start=1, end=3) == "1.2"
    assert REFERENCES.follow("1.2", start=3, end=1) == "1.2"
    assert REFERENCES.follow("1.1", start=2, end=1) == "1.2"


def test_what_is_gone_has_no_name_later_and_what_came_had_none_before() -> None:
    gone = References([Step(1, 2, diff(text("甲", "乙"), text("乙")))])
    assert gone.follow("1.1", start=1, end=2) is None
    came = References([Step(1, 2, diff(text("乙"), text("甲", "乙")))])
    assert came.follow("1.1", start=2, end=1) is None
    assert came.follow("1.2", start=2, end=1) == "1.1"


def test_within_one_text_a_clause_keeps_its_name_and_one_that_never_was_has_none_elsewhere() -> None:
    assert REFERENCES.follow("1.3", start=2, end=2) == "1.3"
    assert REFERENCES.follow("9", start=1, end=3) is None


@given(st.lists(st.lists(st.sampled_from("甲乙丙丁戊己"), unique=True, max_size=6), min_size=2, max_size=4))
def test_the_way_back_leads_where_the_way_came_from(items: list[list[str]]) -> None:
    texts = [text(*one) for one in items]
    last = len(texts)
    references = References([Step(n, n + 1, diff(texts[n - 1], texts[n])) for n in range(1, last)])
    for one in texts[0]:
        there = references.follow(one.ref, start=1, end=last)
        if there is not None:
            assert references.follow(there, start=last, end=1) == one.ref


def test_what_a_clause_stands_in() -> None:
    assert list(above("1(1).2")) == ["1(1)", "1"]
    assert list(above("3.10")) == ["3"]
    assert list(above("0")) == []
    assert within("3.10", ["3"])
    assert not within("3.10", ["3.1"])
    assert within("1(1).2", frozenset({"1"}))
