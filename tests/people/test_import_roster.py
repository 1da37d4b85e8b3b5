"""Taking staff lists over: what is written, what is not, and what was known before stays known."""

from __future__ import annotations

import itertools
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext

from tests import building, cutting
from tests.building import NOW, import_staff, later
from tests.people import rosters
from tests.people.rosters import row, simple
from training.errors import Conflict, Invalid
from training.ledger.keys import load_key, verifier
from training.ledger.models import Checkpoint, Disclosure, Entry
from training.ledger.records import verify_records
from training.ledger.seal import seal
from training.ledger.verify import verify
from training.people.enrol import enrol
from training.people.import_roster import Unaccepted, preview
from training.people.leave import correct_leave, end_leave, take_back_leave
from training.people.models import (
    DepartmentPlace,
    EmailAddress,
    Employee,
    Employment,
    EmploymentType,
    Leave,
    PersonName,
    Posting,
    Supervision,
)
from training.people.queries import Person, department_paths, on, people_on
from training.people.roster_models import RosterChange, RosterImport
from training.people.roster_sheet import sheet_of
from training.reports.as_of import as_of

pytestmark = pytest.mark.django_db

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
DAY = timedelta(days=1)


def person(number: str = "000101", day: date = APRIL) -> Person:
    """Somebody as believed now, on a day."""
    (employment,) = on(Employment.objects.filter(number=number), day)
    return people_on([employment], day)[employment.pk]


def kinds(plan: Any) -> dict[str, int]:
    """The counts that are not nothing."""
    return {kind: count for kind, count in plan.counts.items() if count}


def seconds(number: str, day: date) -> set[str]:
    """The second posts on a day."""
    paths = department_paths(day)
    return {paths[p.department_id] for p in on(Posting.objects.filter(employment__number=number, primary=False), day)}


def manager(number: str, day: date) -> str | None:
    """The staff number of the manager on a day."""
    found = on(Supervision.objects.filter(employee__employments__number=number), day).distinct().first()
    return Employment.objects.filter(employee=found.manager_id).latest("recorded_at").number if found else None


def sound() -> None:
    """The ledger is intact and every row is vouched for; of each thing one row at most holds on a day."""
    key = load_key()
    seal(now=later(days=900), key=key)
    assert verify(keys=[verifier(key)]).problems == []
    assert verify_records().problems == []
    for model, owner in ((PersonName, "employee"), (Supervision, "employee"), (EmailAddress, "employee")):
        spans: dict[Any, list[tuple[date, date]]] = {}
        for fact in model.objects.filter(superseded_at__isnull=True).order_by("valid_from"):
            spans.setdefault(getattr(fact, f"{owner}_id"), []).append((fact.valid_from, fact.valid_to or date.max))
        for held in spans.values():
            assert all(one[1] < other[0] for one, other in itertools.pairwise(held)), model
    for post in Posting.objects.filter(superseded_at__isnull=True).select_related("employment"):
        assert post.employment.superseded_at is None
        assert post.valid_from >= post.employment.valid_from
        assert (post.valid_to or date.max) <= (post.employment.valid_to or date.max)


# --- the first list ---


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig", "utf-16", "utf-16-le", "xlsx"])
def test_the_nasty_list_is_imported_exactly_as_expected(encoding: str) -> None:
    rows = rosters.nasty()
    if encoding == "xlsx":
        rows = [[cell.replace("\x07", "\t") for cell in cells] for cells in rows]
    wave = [[cell.replace("〜", "～") for cell in cells] for cells in rows] if encoding == "cp932" else rows
    data = rosters.as_xlsx(wave) if encoding == "xlsx" else rosters.as_csv(wave, encoding)
    expected = {
        rows.index([*c] if encoding == "xlsx" else c) + 1: code for c, code in rosters.REFUSED if "\x07" not in c[1]
    }

    with pytest.raises(Unaccepted) as caught:
        import_staff(data, day=rosters.DAY)
    refused = {one.line: one.code for one in caught.value.plan.refused}
    assert {line: code for line, code in refused.items() if line in expected} == expected
    assert len(refused) == len(rosters.REFUSED)
    assert Entry.objects.count() == 0

    plan, made = import_staff(data, day=rosters.DAY, accepted=refused.keys())

    assert made is not None
    assert kinds(plan) == {"new": len(rosters.GOOD), "refused": len(rosters.REFUSED)}
    assert person("000102", rosters.DAY).name == "﨑山　花子"
    assert person("000102", rosters.DAY).department == "営業本部/第一営業部"
    assert person("000103", rosters.DAY).number == "000103"
    assert person("000104", rosters.DAY).department == "総務部（本社～支社）"
    assert person("A-001", rosters.DAY).type == "officer"
    assert seconds("000106", rosters.DAY) == set()  # left on 2026-09-30
    assert seconds("000106", date(2026, 9, 30)) == {"管理本部", "営業本部/第一営業部"}
    assert (manager("000102", rosters.DAY), manager("000103", rosters.DAY)) == ("000101", "000101")
    assert person("000107", rosters.DAY).department == "管理本部/人事部"
    assert Employment.objects.get(number="000108").valid_from == date(1989, 1, 7)
    assert set(EmailAddress.objects.values_list("email", flat=True)) == {"a@example.com", "suzuki@example.co.jp"}
    sound()


def test_the_same_list_twice_changes_nothing_in_whichever_encoding_it_comes_again() -> None:
    rows = [rosters.HEADINGS, *rosters.GOOD]
    import_staff(rosters.as_csv(rows), day=rosters.DAY)
    before = cutting.everything()

    for data in (
        rosters.as_csv(rows),
        rosters.as_csv([[cell.replace("〜", "～") for cell in cells] for cells in rows], "cp932"),
        rosters.as_xlsx(rows),
    ):
        plan, made = import_staff(data, day=rosters.DAY, now=later(days=1))
        assert (kinds(plan), made) == ({"unchanged": len(rosters.GOOD)}, None)
    plan, made = import_staff(rosters.as_csv(rows), day=rosters.DAY + 30 * DAY, now=later(days=2))
    assert (kinds(plan), made) == ({"unchanged": len(rosters.GOOD)}, None)
    assert cutting.everything() == before


def test_one_import_is_one_entry_with_names_as_disclosures_only() -> None:
    data = simple(row(), row("000102", "𠮷田 花子", manager="000101", email="hanako@example.com"))

    _plan, made = import_staff(data)

    (entry,) = Entry.objects.all()
    assert made is not None
    assert entry.kind == "people.roster_imported"
    for personal in ("髙橋", "𠮷田", "ヨシダ", "000102", "hanako", "営業"):
        assert personal not in entry.body
    assert RosterChange.objects.filter(entry=entry).count() == 2
    told = {one.value["number"]: one.value for one in Disclosure.objects.filter(name="person")}
    assert told["000102"]["name"] == [["𠮷田 花子", "タカハシ イチロウ"]]
    assert told["000102"]["email"] == ["hanako@example.com"]
    digests = set(RosterChange.objects.values_list("disclosure", flat=True))
    assert digests == set(Disclosure.objects.filter(name="person").values_list("digest", flat=True))
    sound()


def test_it_is_written_whole_or_not_at_all() -> None:
    import_staff(simple(row(), row("000102", "佐藤 二")))
    data = simple(row(department="管理本部/人事部", email="a@example.com"), row("000103", "𠮷田 三", manager="000101"))

    assert cutting.writes_whole_or_not_at_all(lambda: import_staff(data, day=MAY, now=later(days=1))) >= 5
    sound()


def test_nothing_is_written_while_a_line_is_refused_that_nobody_named() -> None:
    data = simple(row(), row("000102", "佐藤 二", joined=""), row("000103", "鈴木 三", type="謎"))
    before = cutting.everything()

    for accepted in ((), (3,), (2, 99)):
        with pytest.raises(Unaccepted):
            import_staff(data, accepted=accepted)
    assert cutting.everything() == before

    _plan, made = import_staff(data, accepted=(3, 4))
    assert made is not None
    assert (made.accepted, made.counts["new"]) == ([3, 4], 1)


def test_what_was_confirmed_is_what_is_written() -> None:
    data = simple(row())
    plan = preview(sheet=sheet_of(data), day=APRIL)
    building.person("000101", "佐藤 二")

    with pytest.raises(Conflict):
        import_staff(data, digest=plan.digest)


# --- changes ---


def test_a_move_holds_from_the_day_of_the_list_and_the_history_stays() -> None:
    import_staff(simple(row(department="営業本部/一課")))

    plan, _made = import_staff(simple(row(department="管理本部")), day=MAY, now=later(days=1))

    assert kinds(plan) == {"moved": 1}
    assert plan.changes[0].shown["department"] == ("営業本部/一課", "管理本部")
    assert [person(day=day).department for day in (MAY - DAY, MAY)] == ["営業本部/一課", "管理本部"]
    sound()


def test_a_new_name_holds_from_the_day_of_the_list() -> None:
    import_staff(simple(row()))

    plan, _made = import_staff(simple(row(name="佐藤 一郎", kana="サトウ イチロウ")), day=MAY, now=later(days=1))

    assert kinds(plan) == {"renamed": 1}
    assert [person(day=day).name for day in (MAY - DAY, MAY)] == ["髙橋 一郎", "佐藤 一郎"]
    sound()


def test_kana_with_their_marks_apart_rename_nobody_and_make_no_second_department() -> None:
    import_staff(
        simple(row(name="髙橋 がく", department="データ部"), row("000102", "佐藤 二", department="テ\u3099ータ部"))
    )
    assert [place.name for place in DepartmentPlace.objects.all()] == ["データ部"]

    again = simple(
        row(name="髙橋 か\u3099く", department="テ\u3099ータ部"), row("000102", "佐藤 二", department="データ部")
    )
    assert import_staff(again, day=MAY, now=later(days=1))[1] is None


def test_a_variant_kanji_is_a_new_name_and_a_confused_wave_dash_is_none() -> None:
    import_staff(simple(row(name="髙橋 〜郎")))

    same, _none = import_staff(simple(row(name="髙橋 ～郎")), day=MAY)
    other, _made = import_staff(simple(row(name="高橋 〜郎")), day=MAY)

    assert (kinds(same), kinds(other)) == ({"unchanged": 1}, {"renamed": 1})


def test_leaving_ends_employment_posts_and_manager_and_a_leaver_imported_again_is_unchanged() -> None:
    import_staff(simple(row(), row("000102", "佐藤 二", manager="000101", second="管理本部")))

    left = row("000102", "佐藤 二", manager="000101", second="管理本部", left="2026/5/31")
    plan, _made = import_staff(simple(row(), left), day=MAY, now=later(days=1))

    assert kinds(plan) == {"left": 1, "unchanged": 1}
    assert [on(Employment.objects.filter(number="000102"), day).count() for day in (JUNE - DAY, JUNE)] == [1, 0]
    assert (manager("000102", JUNE - DAY), manager("000102", JUNE)) == ("000101", None)
    assert seconds("000102", JUNE) == set()
    again, made = import_staff(simple(row(), left), day=JUNE + 30 * DAY, now=later(days=2))
    assert (kinds(again), made) == ({"unchanged": 2}, None)
    sound()


def test_who_has_left_and_is_listed_without_a_day_is_refused_and_with_a_new_day_hired_again() -> None:
    import_staff(simple(row(left="2026/4/30", email="a@example.com")))
    (first,) = Employee.objects.all()

    with pytest.raises(Unaccepted) as caught:
        import_staff(simple(row()), day=JUNE)
    assert [one.code for one in caught.value.plan.refused] == ["left_already"]

    plan, _made = import_staff(
        simple(row(joined="2026/6/1", type="嘱託", email="a@example.com")), day=JUNE, now=later(days=1)
    )

    assert kinds(plan) == {"new": 1}
    assert plan.changes[0].rehired
    assert Employee.objects.get() == first
    assert Employment.objects.filter(number="000101", superseded_at__isnull=True).count() == 2
    assert person(day=JUNE).type == "contract"
    again, made = import_staff(simple(row(joined="2026/6/1", type="嘱託", email="a@example.com")), day=JUNE)
    assert (kinds(again), made) == ({"unchanged": 1}, None)
    sound()


def test_hired_again_the_day_after_leaving_is_unchanged_the_next_time() -> None:
    import_staff(simple(row(left="2026/3/31")))
    hired = simple(row(joined="2026/4/1", type="嘱託"))

    plan, _made = import_staff(hired, now=later(days=1))
    again, made = import_staff(hired, day=MAY, now=later(days=2))

    assert plan.changes[0].rehired
    assert (kinds(again), made) == ({"unchanged": 1}, None)
    sound()


def test_a_number_given_to_somebody_else_after_its_holder_left_is_a_new_person() -> None:
    import_staff(simple(row(left="2026/3/31")))

    plan, _made = import_staff(
        simple(row(name="鈴木 花子", kana="スズキ ハナコ", joined="2026/5/1")), day=MAY, now=later(days=1)
    )

    assert kinds(plan) == {"new": 1}
    assert not plan.changes[0].rehired
    assert Employee.objects.count() == 2
    sound()


def test_somebody_else_under_a_number_in_use_is_refused() -> None:
    import_staff(simple(row()))

    with pytest.raises(Unaccepted) as caught:
        import_staff(simple(row(name="鈴木 花子", kana="スズキ ハナコ", joined="2026/5/1")), day=MAY)
    assert [one.code for one in caught.value.plan.refused] == ["other_person"]


def test_another_type_splits_the_employment_with_its_posts_and_leaves_and_joining_stays() -> None:
    import_staff(simple(row(type="契約", second="管理本部")))
    employment = Employment.objects.get()
    Leave.objects.create(
        employment=employment,
        kind="sick",
        valid_from=date(2026, 4, 20),
        valid_to=MAY,
        recorded_at=NOW,
        entry=employment.entry,
    )

    plan, _made = import_staff(simple(row(type="正社員", second="管理本部")), day=MAY, now=later(days=1))

    assert kinds(plan) == {"changed": 1}
    assert [person(day=day).type for day in (MAY - DAY, MAY)] == ["contract", "regular"]
    assert [person(day=day).department for day in (MAY - DAY, MAY)] == ["営業本部"] * 2
    assert [seconds("000101", day) for day in (MAY - DAY, MAY)] == [{"管理本部"}] * 2
    leaves = Leave.objects.filter(superseded_at__isnull=True).order_by("valid_from")
    assert [(one.valid_from, one.valid_to) for one in leaves] == [(date(2026, 4, 20), MAY - DAY), (MAY, MAY)]
    again, made = import_staff(simple(row(type="正社員", second="管理本部")), day=JUNE, now=later(days=2))
    assert (kinds(again), made) == ({"unchanged": 1}, None)
    moved, _made = import_staff(
        simple(row(type="正社員", department="開発部")), day=date(2026, 4, 10), now=later(days=3)
    )
    assert kinds(moved) == {"moved": 1}
    assert [person(day=day).department for day in (date(2026, 4, 9), date(2026, 4, 10), JUNE)] == [
        "営業本部",
        "開発部",
        "開発部",
    ]
    sound()


def test_a_corrected_day_of_joining_moves_what_began_with_it() -> None:
    import_staff(simple(row()))

    plan, _made = import_staff(simple(row(joined="2019/10/1")), day=MAY, now=later(days=1))

    assert kinds(plan) == {"changed": 1}
    assert person(day=date(2019, 10, 1)).department == "営業本部"
    assert person(day=date(2019, 10, 1)).name == "髙橋 一郎"
    import_staff(simple(row(joined="2021/4/1")), day=MAY, now=later(days=2))
    assert not on(Employment.objects.all(), date(2021, 3, 31)).exists()
    sound()


def test_a_list_of_an_earlier_day_leaves_what_is_believed_of_later_days() -> None:
    import_staff(simple(row(department="営業本部")))
    import_staff(simple(row(department="管理本部")), day=JUNE, now=later(days=1))

    plan, _made = import_staff(simple(row(department="開発部")), day=MAY, now=later(days=2))

    assert kinds(plan) == {"moved": 1}
    assert [person(day=day).department for day in (APRIL, MAY, JUNE - DAY, JUNE)] == [
        "営業本部",
        "開発部",
        "開発部",
        "管理本部",
    ]
    sound()


def test_second_posts_come_and_go_each_on_its_day() -> None:
    import_staff(simple(row(second="管理本部、開発部")))

    plan, _made = import_staff(simple(row(second="開発部;営業本部/企画課")), day=MAY, now=later(days=1))

    assert kinds(plan) == {"moved": 1}
    assert [seconds("000101", day) for day in (MAY - DAY, MAY)] == [
        {"管理本部", "開発部"},
        {"開発部", "営業本部/企画課"},
    ]
    sound()


def test_managers_and_addresses_change_and_end() -> None:
    import_staff(
        simple(row(), row("000102", "佐藤 二", manager="000101", email="a@example.com"), row("000103", "鈴木 三"))
    )

    import_staff(
        simple(row(), row("000102", "佐藤 二", manager="鈴木 三", email=""), row("000103", "鈴木 三")),
        day=MAY,
        now=later(days=1),
    )

    assert [manager("000102", day) for day in (MAY - DAY, MAY)] == ["000101", "000103"]
    assert [on(EmailAddress.objects.all(), day).count() for day in (MAY - DAY, MAY)] == [1, 0]
    sound()


def test_a_manager_whose_own_row_falls_takes_those_who_name_only_him_along() -> None:
    data = simple(
        row("000102", "佐藤 二", manager="000103"),
        row("000103", "鈴木 三", manager="000104"),
        row("000104", "田中 四", manager="幽霊"),
    )

    with pytest.raises(Unaccepted) as caught:
        import_staff(data)
    assert [(one.line, one.code) for one in caught.value.plan.refused] == [
        (line, "manager_unknown") for line in (2, 3, 4)
    ]


def test_a_name_that_two_people_have_is_no_manager() -> None:
    data = simple(row(), row("000102", "髙橋 一郎"), row("000103", "鈴木 三", manager="高橋一郎"))

    with pytest.raises(Unaccepted) as caught:
        import_staff(data)
    assert [one.code for one in caught.value.plan.refused] == ["manager_ambiguous"]


def test_two_numbers_in_the_cell_of_the_manager_are_none_and_a_number_with_a_name_is_one() -> None:
    people = [row("000101", "髙橋 一郎"), row("000102", "乙 二")]
    with pytest.raises(Unaccepted) as caught:
        import_staff(simple(*people, row("000103", "丙 三", manager="000101 000102")), day=MAY)
    assert [one.code for one in caught.value.plan.refused] == ["manager_ambiguous"]

    import_staff(simple(*people, row("000103", "丙 三", manager="000102 乙 二")), day=MAY)
    assert Supervision.objects.get().manager == Employment.objects.get(number="000102").employee


@pytest.mark.parametrize("rows", [(), (("", "", "", "", "", "", "", "", "", ""),), (row("合計", "2名"), row("計", ""))])
def test_by_a_list_that_names_nobody_nobody_has_left(rows: tuple[tuple[str, ...], ...]) -> None:
    import_staff(simple(row(), row("000102", "佐藤 二")))
    before = cutting.everything()

    with pytest.raises(Invalid, match="一人も載っていません"):
        import_staff(simple(*rows), day=MAY, now=later(days=1), left_if_missing=True)
    assert cutting.everything() == before


def test_who_is_not_listed_has_left_only_where_somebody_says_so() -> None:
    import_staff(simple(row(), row("000102", "佐藤 二"), row("000103", "未来 三", joined="2026/12/1")))

    plan, made = import_staff(simple(row()), day=MAY, now=later(days=1))
    assert (kinds(plan), made) == ({"unchanged": 1, "missing": 1}, None)
    assert [one.number for one in plan.missing] == ["000102"]

    plan, _made = import_staff(simple(row()), day=MAY, now=later(days=1), left_if_missing=True)
    assert kinds(plan) == {"unchanged": 1, "left": 1}
    assert Employment.objects.get(number="000102", superseded_at__isnull=True).valid_to == MAY - DAY
    sound()


def test_a_refused_row_is_not_missing() -> None:
    import_staff(simple(row(), row("000102", "佐藤 二")))

    plan, _made = import_staff(simple(row(), row("000102", "佐藤 二", type="謎")), accepted=(3,), left_if_missing=True)

    assert kinds(plan) == {"unchanged": 1, "refused": 1}


def test_zeros_that_excel_took_away_are_refused_by_the_number_that_is_known() -> None:
    import_staff(simple(row("000101")))

    with pytest.raises(Unaccepted) as caught:
        import_staff(simple(row("101")))
    assert [(one.code, one.values["known"]) for one in caught.value.plan.refused] == [("zeros_lost", "000101")]


def test_a_list_without_some_columns_says_nothing_of_them() -> None:
    import_staff(simple(row(email="a@example.com", second="管理本部", left="2026/12/31")))

    plan, made = import_staff("社員番号,氏名\n000101,髙橋 一郎\n".encode(), day=MAY)

    assert (kinds(plan), made) == ({"unchanged": 1}, None)


def test_enrolled_by_hand_and_listed_is_unchanged_and_departments_are_found_not_made_twice() -> None:
    building.person("000101", "髙橋 一郎", department="営業本部/第一営業部/二課")
    places = DepartmentPlace.objects.count()

    plan, made = import_staff(simple(row(department="営業本部／第一営業部／二課")))

    assert (kinds(plan), made) == ({"unchanged": 1}, None)
    import_staff(simple(row(department="営業本部／第一営業部／三課")), day=MAY, now=later(days=1))
    assert DepartmentPlace.objects.count() == places + 1
    with pytest.raises(Conflict):
        enrol(
            number="000101",
            name="別 人",
            kana="",
            department_path="営業本部",
            type=EmploymentType.REGULAR,
            joined=JUNE,
            now=NOW,
        )
    sound()


def test_a_department_is_known_from_the_first_day_of_a_post_in_it() -> None:
    import_staff(simple(row(joined="2020/4/1")))

    import_staff(simple(row(), row("000102", "佐藤 二", joined="2010/4/1", department="営業本部")), now=later(days=1))

    assert person("000102", date(2010, 4, 1)).department == "営業本部"
    sound()


# --- what was known stays known ---


def test_every_checkpoint_tells_what_was_known_then() -> None:
    key = load_key()
    import_staff(simple(row(), row("000102", "佐藤 二")))
    seal(now=later(hours=1), key=key)
    moments = [Checkpoint.objects.latest("size")]
    lists = [list(as_of(day=JUNE, checkpoint=moments[0]))]
    for number, (data, day) in enumerate(
        [
            (simple(row(department="管理本部"), row("000102", "佐藤 二", left="2026/5/31")), MAY),
            (
                simple(
                    row(name="鈴木 一郎", department="管理本部", type="役員"),
                    row("000102", "佐藤 二", left="2026/5/31"),
                ),
                MAY,
            ),
            (
                simple(
                    row(name="鈴木 一郎", department="管理本部", type="役員"),
                    row("000102", "佐藤 二", joined="2026/6/1", left=""),
                ),
                JUNE,
            ),
        ],
        1,
    ):
        import_staff(data, day=day, now=later(days=number))
        seal(now=later(days=number, hours=1), key=key)
        moments.append(Checkpoint.objects.latest("size"))
        lists.append(list(as_of(day=JUNE, checkpoint=moments[-1])))

    for checkpoint, before in zip(moments, lists, strict=True):
        assert list(as_of(day=JUNE, checkpoint=checkpoint)) == before
    told = [[(line.number, line.name, line.department, line.type) for line in one] for one in lists]
    assert told == [
        [("000101", "髙橋 一郎", "営業本部", "regular"), ("000102", "佐藤 二", "営業本部", "regular")],
        [("000101", "髙橋 一郎", "管理本部", "regular")],
        [("000101", "鈴木 一郎", "管理本部", "officer")],
        [("000101", "鈴木 一郎", "管理本部", "officer"), ("000102", "佐藤 二", "営業本部", "regular")],
    ]


def test_the_number_of_queries_does_not_grow_with_the_people() -> None:
    def queries(people: int, day: date) -> int:
        data = simple(*(row(f"{n:06d}", f"氏名 {n}", department=f"部{day}") for n in range(people)))
        with CaptureQueriesContext(connection) as captured:
            import_staff(data, day=day, now=later(days=day.toordinal() - APRIL.toordinal()))
        return len(captured)

    queries(3, APRIL)
    few = queries(3, MAY)
    queries(40, APRIL + DAY)
    assert queries(40, JUNE) <= few


def test_imports_are_numbered_and_name_the_file_by_its_digest() -> None:
    for number, name in enumerate(("髙橋 一郎", "髙橋 二郎"), 1):
        _plan, made = import_staff(simple(row(name=name)), day=APRIL + number * DAY)
        assert made is not None
        assert made.number == number
    assert len(set(RosterImport.objects.values_list("sha256", flat=True))) == 2
    call_command("check")


def test_the_evidence_of_a_change_repeats_what_no_longer_holds_and_what_does() -> None:
    import_staff(simple(row()))
    _plan, made = import_staff(simple(row(name="佐藤 一郎", department="管理本部")), day=MAY, now=later(days=1))
    assert made is not None

    change = RosterChange.objects.get(roster_import=made)
    told = json.loads(change.facts)

    days = [
        {"from": "2020-04-01", "to": None},
        {"from": "2020-04-01", "to": "2026-04-30"},
        {"from": "2026-05-01", "to": None},
    ]
    who = {"employee": str(change.employee_id)}
    assert told["gone"]["name"] == [who | days[0]]
    assert told["new"]["name"] == [who | days[1], who | days[2]]
    assert [post["to"] for post in told["gone"]["posting"] + told["new"]["posting"]] == [None, "2026-04-30", None]
    assert {post["employment"] for post in told["new"]["posting"]} == {str(Employment.objects.get().pk)}
    hidden = Disclosure.objects.get(pk=change.disclosure).value
    assert hidden["name"] == [["髙橋 一郎", "タカハシ イチロウ"], ["佐藤 一郎", "タカハシ イチロウ"]]


@pytest.mark.parametrize("first", [date(2026, 4, 20), date(2026, 6, 10)])
def test_a_leave_that_a_day_of_leaving_cut_off_is_whole_again_when_the_leaving_is_taken_back(first: date) -> None:
    import_staff(simple(row()))
    building.on_leave(Employment.objects.get(), first, date(2026, 12, 31), now=later(hours=1))
    import_staff(simple(row(left="2026/5/31")), day=MAY, now=later(days=1))

    import_staff(simple(row()), day=MAY + DAY, now=later(days=2))

    leaves = Leave.objects.filter(superseded_at__isnull=True)
    assert [(leave.valid_from, leave.valid_to) for leave in leaves] == [(first, date(2026, 12, 31))]
    sound()


def test_a_leave_that_was_ended_since_is_not_made_longer_by_a_later_day_of_leaving() -> None:
    import_staff(simple(row()))
    building.on_leave(Employment.objects.get(), date(2026, 4, 20), date(2026, 12, 31), now=later(hours=1))
    import_staff(simple(row(left="2026/5/31")), day=MAY, now=later(days=1))
    leave = Leave.objects.get(superseded_at__isnull=True)
    end_leave(leave=leave, last=date(2026, 5, 10), by=None, now=later(days=1, hours=1))

    import_staff(simple(row()), day=MAY + DAY, now=later(days=2))

    (leave,) = Leave.objects.filter(superseded_at__isnull=True)
    assert (leave.valid_from, leave.valid_to) == (date(2026, 4, 20), date(2026, 5, 10))
    sound()


@pytest.mark.parametrize("first", [None, date(2026, 4, 8), date(2026, 4, 22)])
def test_a_leave_that_was_taken_back_or_corrected_since_does_not_come_back_with_a_later_day_of_leaving(
    first: date | None,
) -> None:
    import_staff(simple(row()))
    building.on_leave(Employment.objects.get(), date(2026, 4, 20), date(2026, 12, 31), now=later(hours=1))
    import_staff(simple(row(left="2026/5/31")), day=MAY, now=later(days=1))
    leave = Leave.objects.get(superseded_at__isnull=True)
    if first is None:
        take_back_leave(leave=leave, by=None, now=later(days=1, hours=1))
    else:
        correct_leave(
            leave=leave, kind=leave.kind, first=first, last=leave.valid_to, by=None, now=later(days=1, hours=1)
        )

    import_staff(simple(row()), day=MAY + DAY, now=later(days=2))

    leaves = Leave.objects.filter(superseded_at__isnull=True)
    assert [(one.valid_from, one.valid_to) for one in leaves] == ([(first, date(2026, 12, 31))] if first else [])
    sound()


def test_a_leave_over_two_types_that_was_taken_back_since_does_not_come_back_in_part() -> None:
    import_staff(simple(row()))
    import_staff(simple(row(type="契約")), day=JUNE, now=later(hours=1))
    first = Employment.objects.order_by("valid_from").filter(superseded_at__isnull=True)[0]
    building.on_leave(first, date(2026, 4, 20), date(2026, 12, 31), now=later(hours=2))
    import_staff(simple(row(left="2026/5/20", type="")), day=MAY, now=later(days=1))
    take_back_leave(leave=Leave.objects.get(superseded_at__isnull=True), by=None, now=later(days=1, hours=1))

    import_staff(simple(row(type="")), day=MAY + DAY, now=later(days=2))

    assert not Leave.objects.filter(superseded_at__isnull=True).exists()
    sound()


def test_nobodys_leaves_are_read_but_of_those_whose_rows_change() -> None:
    def list_of(left: str) -> list[tuple[str, ...]]:
        return [row(f"{n:06d}", f"氏名 {n}", left=left if n else "") for n in range(4)]

    import_staff(simple(*list_of("")))
    for one in Employment.objects.order_by("number"):
        building.on_leave(one, date(2026, 4, 20), date(2026, 12, 31), now=later(hours=1))
    import_staff(simple(*list_of("2026/5/31")), day=MAY, now=later(days=1))
    rows = list_of("2026/5/31")
    rows[3] = row("000003", "氏名 3")
    read: list[int] = []

    def note(instance: Leave, **_signal: object) -> None:
        read.append(instance.employment_id)

    post_init.connect(note, sender=Leave)
    try:
        import_staff(simple(*rows), day=MAY + DAY, now=later(days=2))
    finally:
        post_init.disconnect(note, sender=Leave)

    numbers = Employment.objects.filter(pk__in=read).values_list("number", flat=True)
    assert set(numbers) == {"000003"}
