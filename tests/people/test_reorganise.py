"""A department gets another name or place, and stays the same department."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from tests import building, cutting
from tests.people.rosters import row, simple
from tests.reports.packs import checked, packed
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.keys import load_key
from training.ledger.models import Checkpoint, Entry
from training.ledger.seal import seal
from training.people.appoint import appoint
from training.people.models import Department, DepartmentPlace
from training.people.queries import department_paths
from training.people.reorganise import reorganise
from training.reports.as_of import as_of, as_of_csv
from training.roles import Role

pytestmark = pytest.mark.django_db

TODAY = building.NOW.date()
APRIL = date(2026, 4, 1)
DAY = timedelta(days=1)
PATH = "営業本部/第一営業部/二課"


@pytest.fixture(autouse=True)
def company() -> None:
    """A person two levels down, and another department."""
    building.person("000101", "髙橋 一郎", department=PATH)
    building.person("000102", "𠮷田 二", department="管理本部/総務部")


def department(name: str) -> Department:
    return DepartmentPlace.objects.filter(name=name).latest("valid_from").department


def move(name: str, to: str, under: str | None = None, *, since: date = APRIL, **more: Any) -> DepartmentPlace:
    parent = department(under) if under else None
    given = {"by": None, "now": building.NOW} | more
    return reorganise(department=department(name), name=to, parent=parent, since=since, **given)


def paths(day: date) -> set[str]:
    return set(department_paths(day).values())


def test_a_renamed_department_is_the_same_one_and_earlier_days_show_the_earlier_path() -> None:
    key = department("第一営業部").pk
    move("第一営業部", "𠮷野営業部", "営業本部")
    assert department("𠮷野営業部").pk == key
    assert paths(APRIL - DAY) >= {"営業本部/第一営業部", PATH}
    assert paths(APRIL) == {
        "営業本部",
        "営業本部/𠮷野営業部",
        "営業本部/𠮷野営業部/二課",
        "管理本部",
        "管理本部/総務部",
    }


def test_a_moved_department_takes_along_what_is_below_it_and_its_manager() -> None:
    boss = building.person("000201", "部 長", department="営業本部")
    appoint(
        department=department("第一営業部"), manager=boss.employee, since=date(2025, 4, 1), by=None, now=building.NOW
    )
    move("第一営業部", "第一営業部", "管理本部")
    assert "管理本部/第一営業部/二課" in paths(APRIL)
    assert DepartmentPlace.objects.get(department=department("第一営業部"), valid_from=APRIL).manager == boss.employee
    move("第一営業部", "事業部", None, since=TODAY)
    assert "事業部/二課" in paths(TODAY)


def test_a_staff_list_tells_the_new_path_afterwards_and_nobody_moves_by_it() -> None:
    move("第一営業部", "第一事業部", "営業本部")
    plan, made = building.import_staff(
        simple(row(department="営業本部／第一事業部/二課"), row("000102", "𠮷田 二", department="管理本部/総務部")),
        day=TODAY,
    )
    assert not plan.refused
    assert Department.objects.count() == 5
    assert made is None


def test_a_correction_on_the_first_day_leaves_no_trace_in_the_days_but_in_the_records() -> None:
    move("第一営業部", "第一事業部", "営業本部")
    move("第一事業部", "第1事業部", "営業本部")
    assert "営業本部/第1事業部" in paths(APRIL)
    assert "営業本部/第一事業部" not in paths(APRIL)
    believed = DepartmentPlace.objects.filter(department=department("第1事業部"), superseded_at__isnull=True)
    assert believed.count() == 2
    assert DepartmentPlace.objects.filter(department=department("第1事業部")).count() == 4


def test_the_same_twice_is_written_once() -> None:
    move("第一営業部", "第一事業部", "営業本部")
    before = cutting.everything()
    move("第一事業部", " 第一事業部 ", "営業本部", since=TODAY)
    assert cutting.everything() == before


@pytest.mark.parametrize("name", ["", "  ", "営業/一課", "営業／一課", "営業＞一課", "営業\n部", "営　業", "長" * 201])
def test_a_name_that_no_staff_list_could_tell_is_refused(name: str) -> None:
    before = cutting.everything()
    with pytest.raises(Invalid):
        move("第一営業部", name, "営業本部")
    assert cutting.everything() == before


def test_it_cannot_belong_to_itself_nor_below_itself_nor_stand_where_another_is() -> None:
    before = cutting.everything()
    for under in ("第一営業部", "二課"):
        with pytest.raises(Invalid):
            move("第一営業部", "第一営業部", under)
    with pytest.raises(Conflict, match="管理本部/総務部"):
        move("第一営業部", "総務部", "管理本部")
    assert cutting.everything() == before


def test_only_days_between_its_present_form_and_today_are_taken() -> None:
    with translation.override("ja"):
        with pytest.raises(Invalid, match="当日"):
            move("第一営業部", "第一事業部", "営業本部", since=TODAY + DAY)
        move("第一営業部", "第一事業部", "営業本部")
        with pytest.raises(Invalid, match="2026年4月1日"):
            move("第一事業部", "第二事業部", "営業本部", since=APRIL - DAY)
    building.person("000103", "新部 門", department="新部門", joined=TODAY)
    with pytest.raises(Invalid):
        move("第一事業部", "第一事業部", "新部門", since=TODAY - DAY)


def test_it_cannot_stand_below_itself_on_an_earlier_day_either() -> None:
    move("第一営業部", "第一営業部", None, since=TODAY)
    before = cutting.everything()
    with pytest.raises(Invalid):
        move("営業本部", "営業本部", "第一営業部", since=APRIL)  # until today that was below it
    assert cutting.everything() == before
    move("営業本部", "営業本部", "第一営業部", since=TODAY)
    assert {"第一営業部", "第一営業部/営業本部", "第一営業部/二課"} <= paths(TODAY)


def test_managers_of_then_and_to_come_stay_what_they_are() -> None:
    bosses = [building.person(f"00020{n}", f"部長 {n}", department="営業本部") for n in range(3)]
    here = department("第一営業部")
    for boss, day in zip(bosses, (date(2025, 4, 1), date(2026, 6, 1), TODAY + 30 * DAY), strict=True):
        appoint(department=here, manager=boss.employee, since=day, by=None, now=building.NOW)
    move("第一営業部", "第一事業部", "営業本部")
    rows = DepartmentPlace.objects.filter(department=here, superseded_at__isnull=True).order_by("valid_from")
    assert [(row.name, row.manager, row.valid_from, row.valid_to) for row in rows][1:] == [
        ("第一営業部", bosses[0].employee, date(2025, 4, 1), APRIL - DAY),
        ("第一事業部", bosses[0].employee, APRIL, date(2026, 5, 31)),
        ("第一事業部", bosses[1].employee, date(2026, 6, 1), TODAY + 29 * DAY),
        ("第一事業部", bosses[2].employee, TODAY + 30 * DAY, None),
    ]


def test_a_department_that_is_there_no_more_is_not_moved() -> None:
    here = department("第一営業部")
    DepartmentPlace.objects.filter(department=here).update(superseded_at=building.NOW)
    with pytest.raises(Conflict):
        reorganise(department=here, name="第一事業部", parent=None, since=TODAY, by=None, now=building.NOW)


def test_only_hr_and_the_privacy_officer_reorganise() -> None:
    for role in (Role.EDITOR, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            move("第一営業部", "第一事業部", "営業本部", by=building.account(f"a-{role.name}", role))
    move("第一営業部", "第一事業部", "営業本部", by=building.account("hr", Role.HR))
    entry = Entry.objects.get(pk=DepartmentPlace.objects.get(name="第一事業部").entry_id)
    assert entry.kind == "people.department_placed"
    assert "事業部" not in entry.body  # names are disclosures


def test_the_as_of_report_at_an_earlier_checkpoint_is_the_same_and_the_new_one_shows_both_paths() -> None:
    building.campaign()
    seal(now=building.later(minutes=5), key=load_key())
    checkpoint = Checkpoint.objects.latest("size")
    before = b"".join(as_of_csv(day=TODAY, checkpoint=checkpoint, campaign=None))
    move("第一営業部", "第一事業部", "営業本部", since=TODAY, now=building.later(minutes=6))
    seal(now=building.later(minutes=10), key=load_key())
    latest = Checkpoint.objects.latest("size")

    assert b"".join(as_of_csv(day=TODAY, checkpoint=checkpoint, campaign=None)) == before
    assert {line.department for line in as_of(day=TODAY, checkpoint=latest, campaign=None)} == {
        "営業本部/第一事業部/二課",
        "管理本部/総務部",
    }
    assert {line.department for line in as_of(day=TODAY - DAY, checkpoint=latest, campaign=None)} == {
        PATH,
        "管理本部/総務部",
    }


def test_the_checker_of_a_pack_reads_it_like_the_server(tmp_path: Path) -> None:
    campaign = building.campaign()
    first = campaign.assignments.get(employment__number="000101")
    building.train(first)
    building.sign(first, "髙橋 一郎")
    move("第一営業部", "第一事業部", "管理本部", since=TODAY, now=building.later(minutes=6))
    move("第一事業部", "第1事業部", "管理本部", since=TODAY, now=building.later(minutes=7))
    # Renamed, taken back, and named otherwise from before all that: the last word holds from its day on.
    move("総務部", "人事部", "管理本部", since=TODAY - DAY, now=building.later(minutes=8))
    move("人事部", "総務部", "管理本部", since=TODAY - DAY, now=building.later(minutes=9))
    move("総務部", "総務課", "管理本部", since=TODAY - 5 * DAY, now=building.later(minutes=10))

    pack = packed(campaign, as_of=TODAY)

    [line] = [line for line in pack.rows("assignments") if line["社員番号"] == "000101"]
    assert line["所属"] == "管理本部/第1事業部/二課"
    [line] = [line for line in pack.rows("assignments") if line["社員番号"] == "000102"]
    assert line["所属"] == "管理本部/総務課"
    done = json.loads(checked(pack, tmp_path, "--json").stdout)
    assert (done["exit"], done["problems"]) == (3, [])


# --- the command ---


def run(*arguments: str, **options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command("move_department", *arguments, "--json", stdout=out, **options)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def test_the_command_moves_by_path_and_a_dry_run_writes_nothing() -> None:
    before = cutting.everything()
    told = run("営業本部/第一営業部", "管理本部/第一事業部", since=APRIL, dry_run=True)
    assert told == {
        "department": "営業本部/第一営業部", "path": "管理本部/第一事業部", "since": "2026-04-01", "below": 1, "dry_run": True,
    }  # fmt: skip
    assert cutting.everything() == before
    run("営業本部/第一営業部", "管理本部/第一事業部", since=APRIL)
    assert "管理本部/第一事業部/二課" in paths(APRIL)


@pytest.mark.parametrize(
    ("old", "new"), [("営業部", "事業部"), ("営業本部", "無い/営業本部"), ("営業本部", "管理本部")]
)
def test_the_command_names_what_is_not_there_or_is_there_already(old: str, new: str) -> None:
    with pytest.raises(CommandError, match=r"営業部|無い|管理本部"):
        run(old, new)
