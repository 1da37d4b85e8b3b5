"""Taking an import back: everything is as it was, and the ledger has both."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests import building, cutting
from tests.building import NOW, import_staff, later
from tests.people.rosters import row, simple
from tests.people.test_import_roster import sound
from training.errors import Conflict
from training.ledger.keys import load_key
from training.ledger.models import Checkpoint, Entry
from training.ledger.seal import seal
from training.people.models import DepartmentPlace, EmailAddress, Employment, Leave, PersonName, Posting, Supervision
from training.people.roster_models import RosterImport
from training.people.undo_import import preview_undoing, undo_import
from training.reports.as_of import as_of
from training.reports.dependents import concerned, dependents_among, dependents_of

pytestmark = pytest.mark.django_db

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
OWNED = {Employment: (), PersonName: (), Supervision: (), EmailAddress: (), DepartmentPlace: (), Posting: (), Leave: ()}


def imported(*rows: tuple[str, ...], day: date = APRIL, days: int = 0, **options: Any) -> RosterImport:
    """Take a list over."""
    _plan, made = import_staff(simple(*rows), day=day, now=later(days=days), **options)
    assert made is not None
    return made


def undo(roster_import: RosterImport, *, days: int) -> RosterImport:
    """Take an import back."""
    return undo_import(roster_import=roster_import, depends=dependents_of(roster_import), by=None, now=later(days=days))


def believed() -> list[str]:
    """Everything that is believed, by what it says."""
    told = []
    for model in OWNED:
        for fact in model.objects.filter(superseded_at__isnull=True):
            values = {
                field.attname: getattr(fact, field.attname)
                for field in model._meta.concrete_fields
                if field.name not in {"id", "entry", "recorded_at", "superseded_at", "superseded_by", "employment"}
            }
            if model is DepartmentPlace:  # which is let reach back for a post in it, and stays so
                del values["valid_from"]
            if hasattr(fact, "employment_id"):
                values["employment"] = (fact.employment.number, fact.employment.valid_from, fact.employment.valid_to)
            told.append(repr((model.__name__, sorted(values.items()))))
    return sorted(told)


PEOPLE = (
    row(second="管理本部", email="a@example.com"),
    row("000102", "佐藤 二", manager="000101"),
    row("000103", "鈴木 三", type="契約", left="2026/12/31"),
)
CHANGED = {
    "moved": (row(second="開発部", department="営業本部/一課", email="a@example.com"), *PEOPLE[1:]),
    "renamed": (row(name="田中 一郎", second="管理本部", email="b@example.com"), *PEOPLE[1:]),
    "left": (PEOPLE[0], row("000102", "佐藤 二", manager="000101", left="2026/4/30"), PEOPLE[2]),
    "retyped": (row(second="管理本部", email="a@example.com", type="役員"), *PEOPLE[1:]),
    "rejoined": (row(second="管理本部", email="a@example.com", joined="2018/4/1"), *PEOPLE[1:]),
    "stays": (*PEOPLE[:2], row("000103", "鈴木 三", type="契約", left="")),
    "new": (*PEOPLE, row("000104", "新人 四", department="新部/新課", manager="000103")),
    "managed": (row(second="管理本部", email="a@example.com", manager="000103"), row("000102", "佐藤 二"), PEOPLE[2]),
}


@pytest.mark.parametrize("what", CHANGED)
def test_whatever_an_import_changed_is_as_it_was(what: str) -> None:
    imported(*PEOPLE)
    before = believed()
    made = imported(*CHANGED[what], day=MAY, days=1)
    assert believed() != before

    undone = undo(made, days=2)

    assert believed() == before
    assert undone.undoes == made
    sound()
    again, nothing = import_staff(simple(*PEOPLE), day=MAY, now=later(days=3))
    assert (again.counts["unchanged"], nothing) == (3, None)


@pytest.mark.parametrize("what", CHANGED)
def test_taking_back_the_taking_back_does_it_again(what: str) -> None:
    imported(*PEOPLE)
    made = imported(*CHANGED[what], day=MAY, days=1)
    after = believed()

    undone = undo(made, days=2)
    undo(undone, days=3)

    assert believed() == after
    sound()


def test_the_first_import_is_taken_back_to_nobody_and_to_no_department() -> None:
    made = imported(*PEOPLE)

    undo(made, days=1)

    assert believed() == []
    sound()


def test_imports_are_taken_back_in_turn() -> None:
    first = imported(*PEOPLE)
    second = imported(*CHANGED["moved"], day=MAY, days=1)
    third = imported(*CHANGED["renamed"], day=JUNE, days=2)

    undo(third, days=3)
    undo(second, days=4)
    undo(first, days=5)

    assert believed() == []
    sound()


def test_who_was_changed_since_stays_and_is_named() -> None:
    imported(*PEOPLE)
    made = imported(row(department="管理本部"), row("000102", "佐藤 二", department="管理本部"), day=MAY, days=1)
    employment = Employment.objects.get(number="000101", superseded_at__isnull=True)
    imported(row(department="開発部"), day=JUNE, days=2)

    undoing = preview_undoing(roster_import=made)
    undo(made, days=3)

    assert undoing.kept == (employment.employee_id,)
    assert len(undoing.restored) == 1
    assert Posting.objects.filter(superseded_at__isnull=True, primary=True, employment__number="000101").count() == 3
    sound()


def test_where_everybody_was_changed_since_nothing_can_be_taken_back() -> None:
    imported(*PEOPLE)
    made = imported(*CHANGED["moved"], day=MAY, days=1)
    imported(row(department="開発部"), day=JUNE, days=2)
    before = cutting.everything()

    with pytest.raises(Conflict):
        undo(made, days=3)
    assert cutting.everything() == before


def test_a_new_person_with_a_name_given_since_stays() -> None:
    made = imported(*PEOPLE)
    building.married(Employment.objects.get(number="000101"), now=later(days=1))

    undoing = preview_undoing(roster_import=made)

    assert undoing.kept == (Employment.objects.get(number="000101").employee_id,)


def test_an_import_is_taken_back_once() -> None:
    made = imported(*PEOPLE)
    undo(made, days=1)

    with pytest.raises(Conflict):
        undo(made, days=2)
    with pytest.raises(Conflict):
        preview_undoing(roster_import=made)


def test_taking_back_is_written_whole_or_not_at_all() -> None:
    imported(*PEOPLE)
    made = imported(*CHANGED["new"], day=MAY, days=1)

    assert cutting.writes_whole_or_not_at_all(lambda: undo(made, days=2)) > 4


def test_the_entry_tells_how_much_evidence_depended_on_it() -> None:
    made = imported(*PEOPLE)
    campaign = building.campaign(now=later(days=1))
    first = campaign.assignments.get(employment__number="000101")
    building.train(first, now=later(days=1))
    building.sign(first, "髙橋 一郎", now=later(days=1))

    assert dependents_of(made) == {"assignments": 3, "completions": 1, "signatures": 1, "certificates": 0}
    undone = undo(made, days=2)

    entry = Entry.objects.get(pk=undone.entry_id)
    assert '"depends":{"assignments":3,"certificates":0,"completions":1,"signatures":1}' in entry.body
    assert campaign.assignments.count() == 3
    sound()


def test_whose_evidence_depends_on_an_import_is_told_by_person(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    people = (*PEOPLE, *(row(f"{n:06d}", f"𠮷田 {n}") for n in range(200, 212)))
    imported(*people)
    building.campaign(now=later(days=1))
    building.person("000999", "別の 人", now=later(days=2))
    made = imported(*(row(f"{n:06d}", f"𠮷田 {n}", department="管理本部") for n in range(202, 212)), day=MAY, days=2)
    building.campaign(code="FY2027", now=later(days=3))
    first = building.assignment_of(Employment.objects.get(number="000205", superseded_at__isnull=True), "FY2027")
    building.train(first, now=later(days=3))
    building.sign(first, "𠮷田 205", now=later(days=3))

    found = concerned(made)
    assert found.count() == 10  # nobody else of the later campaign was changed by this import
    everybody = list(found)
    with django_assert_num_queries(9):
        told = dependents_among(everybody, made, today=JUNE)
    with django_assert_num_queries(9):
        assert len(dependents_among(everybody[:2], made, today=JUNE)) == 2
    by_number = {one.number: one for one in told}
    assert by_number["000205"].counts == {"assignments": 1, "completions": 1, "signatures": 1, "certificates": 0}
    assert by_number["000205"].name == "𠮷田 205"
    assert by_number["000205"].records == [(first.pk, "FY2027", first.campaign.title)]
    assert by_number["000206"].counts == {"assignments": 1, "completions": 0, "signatures": 0, "certificates": 0}
    assert dependents_of(made) == {kind: sum(one.counts[kind] for one in told) for kind in by_number["000205"].counts}


def test_what_is_signed_on_an_older_assignment_depends_on_the_import_too() -> None:
    imported(*PEOPLE)
    campaign = building.campaign(now=later(days=1))
    made = imported(*CHANGED["moved"], day=MAY, days=2)
    nobody = concerned(made)
    assert not nobody.exists()
    first = campaign.assignments.get(employment__number="000101")
    building.train(first, now=later(days=3))

    (one,) = dependents_among(list(concerned(made)), made, today=JUNE)

    assert (one.number, one.counts["assignments"], one.counts["completions"]) == ("000101", 0, 1)
    assert [key for key, _code, _title in one.records] == [first.pk]


def test_who_is_in_the_records_no_more_is_told_by_the_number_of_then() -> None:
    made = imported(*PEOPLE)
    building.campaign(now=later(days=1))
    undo(made, days=2)

    told = dependents_among(list(concerned(made)), made, today=JUNE)

    assert [(one.number, one.name) for one in told] == [("000101", ""), ("000102", ""), ("000103", "")]


def test_what_was_known_before_the_taking_back_stays_known() -> None:
    made = imported(*PEOPLE)
    seal(now=NOW + timedelta(hours=1), key=load_key())
    before = Checkpoint.objects.latest("size")
    told = list(as_of(day=JUNE, checkpoint=before))

    undo(made, days=1)
    seal(now=later(days=2), key=load_key())

    assert len(told) == 3
    assert list(as_of(day=JUNE, checkpoint=before)) == told
    assert list(as_of(day=JUNE, checkpoint=Checkpoint.objects.latest("size"))) == []
