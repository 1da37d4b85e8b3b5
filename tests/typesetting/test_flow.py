from __future__ import annotations

from training.typesetting.flow import Row, pages


def nothing(top):
    raise AssertionError("placing draws nothing")


def rows(*heights, space=0.0, keep=()):
    return [Row(h, nothing, space=space, keep=n in keep) for n, h in enumerate(heights)]


def depths(filled):
    return [[depth for depth, _ in page] for page in filled]


def test_rows_follow_each_other_down_the_page():
    assert depths(pages(rows(10, 20, 5, space=2), first=100, others=100)) == [[0, 12, 34]]


def test_a_row_that_no_longer_fits_begins_the_next_page_without_its_space():
    assert depths(pages(rows(60, 30, 20, space=5), first=100, others=100)) == [[0, 65], [0]]


def test_a_row_that_fits_to_the_hair_stays():
    assert depths(pages(rows(60, 40), first=100, others=100)) == [[0, 60]]


def test_a_row_kept_with_the_next_goes_along_to_the_next_page():
    assert depths(pages(rows(60, 20, 30, keep={1}), first=100, others=100)) == [[0], [0, 20]]


def test_the_first_page_may_have_less_room_than_the_others():
    assert depths(pages(rows(20, 20, 20, 20), first=40, others=60)) == [[0, 20], [0, 20]]
    assert depths(pages(rows(20, 20, 20, 20, 20), first=20, others=60)) == [[0], [0, 20, 40], [0]]


def test_a_group_longer_than_a_page_is_parted_and_nothing_is_lost():
    filled = pages(rows(*[30] * 7, keep=set(range(7))), first=100, others=100)

    assert depths(filled) == [[0, 30, 60], [0, 30, 60], [0]]


def test_a_row_taller_than_a_page_stands_alone():
    assert depths(pages(rows(10, 150, 10), first=100, others=100)) == [[0], [0], [0]]


def test_nothing_is_one_empty_page():
    assert pages([], first=100, others=100) == [[]]


def test_the_head_of_a_table_stands_again_above_the_row_that_goes_on():
    (head,) = rows(10)
    body = [Row(30, nothing, again=(head,)) for _ in range(7)]

    assert depths(pages([*rows(20, keep={0}), *body], first=100, others=100)) == [
        [0, 20, 50],
        [0, 10, 40, 70],
        [0, 10, 40],
    ]


def test_the_head_is_reckoned_with_where_rows_stay_together():
    (head,) = rows(20)
    together = [Row(30, nothing, again=(head,), keep=n < 2) for n in range(3)]

    assert depths(pages([*rows(50), *together], first=100, others=110)) == [[0], [0, 20, 50, 80]]


def test_a_row_that_goes_on_under_a_repeated_head_has_no_space_between():
    (head,) = rows(10)

    assert depths(pages([*rows(95), Row(20, nothing, space=7, again=(head,))], first=100, others=100)) == [[0], [0, 10]]
