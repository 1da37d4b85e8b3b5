"""Of departments nothing is told, and nothing follows by subtraction, about fewer people than may be told of."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from training.quiz.suppression import Group, Kind, Path, groups

LEAST = 5


def posted(**sizes: int) -> dict[Path, set[object]]:
    """So many people in each department; ``営業_一課`` stands for 営業/一課."""
    return {
        tuple(name.split("_")) if name != "company" else (): {(name, n) for n in range(size)}
        for name, size in sizes.items()
    }


def told(**sizes: int) -> list[tuple[str, Kind, int]]:
    people = posted(**sizes)
    return [
        ("/".join(group.path), group.kind, sum(len(people[post]) for post in group.posts))
        for group in groups(people, least=LEAST)
    ]


def test_departments_that_are_large_enough_are_all_told_with_the_company_above_them() -> None:
    assert told(営業=5, 総務=7) == [("", Kind.WHOLE, 12), ("営業", Kind.WHOLE, 5), ("総務", Kind.WHOLE, 7)]


def test_a_small_department_takes_the_next_larger_one_with_it_or_it_would_follow_by_subtraction() -> None:
    assert told(営業=30, 総務=4, 経理=6) == [("", Kind.WHOLE, 40), ("営業", Kind.WHOLE, 30), ("", Kind.REST, 10)]


def test_two_small_ones_that_are_enough_together_leave_the_others_alone() -> None:
    assert told(営業=30, 総務=3, 経理=2) == [("", Kind.WHOLE, 35), ("営業", Kind.WHOLE, 30), ("", Kind.REST, 5)]


def test_a_company_in_which_nothing_else_is_left_to_tell_is_told_as_a_whole_only() -> None:
    assert told(営業=6, 総務=4) == [("", Kind.WHOLE, 10)]


def test_a_company_of_four_is_not_told_of() -> None:
    assert told(営業=4) == []


def test_who_is_posted_to_a_division_itself_is_a_part_of_it_like_its_sections() -> None:
    assert told(営業=5, 営業_一課=6) == [
        ("", Kind.WHOLE, 11),
        ("営業", Kind.WHOLE, 11),
        ("営業/一課", Kind.WHOLE, 6),
        ("営業", Kind.DIRECT, 5),
    ]
    assert told(営業=1, 営業_一課=6) == [("", Kind.WHOLE, 7), ("営業", Kind.WHOLE, 7)]


def test_what_lies_below_a_department_taken_along_is_not_told_either() -> None:
    assert told(総務=2, 経理_一課=5, 経理_二課=5, 営業=20) == [
        ("", Kind.WHOLE, 32),
        ("営業", Kind.WHOLE, 20),
        ("", Kind.REST, 12),
    ]


def test_people_without_a_post_are_a_part_of_the_company() -> None:
    assert told(company=2, 営業=20, 総務=5) == [("", Kind.WHOLE, 27), ("営業", Kind.WHOLE, 20), ("", Kind.REST, 7)]


paths = st.lists(st.sampled_from("甲乙丙"), max_size=4).map(tuple)
companies = st.dictionaries(paths, st.sets(st.integers(0, 60), max_size=9), max_size=14)


def pieces(found: list[Group], people: dict[Path, set[int]]) -> list[set[tuple[Path, int]]]:
    """The smallest sets of (post, person) that sums and differences of what is told can single out."""
    rows = {(post, person) for post, members in people.items() for person in members}
    marked: dict[tuple[bool, ...], set[tuple[Path, int]]] = {}
    for row in rows:
        marked.setdefault(tuple(row[0] in group.posts for group in found), set()).add(row)
    return [members for mark, members in marked.items() if any(mark)]


@given(companies)
def test_no_sum_or_difference_of_what_is_told_is_about_fewer_people_than_may_be_told_of(
    people: dict[Path, set[int]],
) -> None:
    found = groups(people, least=LEAST)

    for piece in pieces(found, people):
        assert len({person for _post, person in piece}) >= LEAST


@given(companies)
def test_no_difference_of_two_groups_one_within_the_other_isolates_a_few(people: dict[Path, set[int]]) -> None:
    """The same, said without pieces: the plain subtraction that a reader would try."""
    found = groups(people, least=LEAST)

    for one, other in combinations(found, 2):
        a, b = {*one.posts}, {*other.posts}
        if a < b or b < a:
            left = {person for post in a ^ b for person in people[post]}
            assert not left or len(left) >= LEAST


@given(companies)
def test_every_group_is_told_once_and_of_posts_that_are_there(people: dict[Path, set[int]]) -> None:
    found = groups(people, least=LEAST)

    assert len({(group.path, group.kind) for group in found}) == len(found)
    assert all(people[post] for group in found for post in group.posts)
    everyone = {person for members in people.values() for person in members}
    assert bool(found) == (len(everyone) >= LEAST)
    assert not found or {post for post, members in people.items() if members} == {*found[0].posts}
