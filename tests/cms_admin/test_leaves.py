"""HR sees who is away, records leaves, enters returns, corrects and takes back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cms.admin.access_log import in_words
from tests import building
from tests.building import import_staff
from tests.cms_admin.reading import facts, hidden, rows, text
from tests.people.rosters import row, simple
from training.access.models import AccessLog
from training.people.models import Employment, Leave

LIST = "/admin/training/leaves/"
NEW = f"{LIST}new/"
NOVEMBER = date(2026, 11, 1)


def believed() -> list[tuple[str, date, date | None]]:
    """The leaves as they stand."""
    return [
        (leave.kind, leave.valid_from, leave.valid_to) for leave in Leave.objects.filter(superseded_at__isnull=True)
    ]


def wish(**changes: str) -> dict[str, str]:
    """The first step's form."""
    return {"number": "000101", "kind": "maternity", "first": "2026-11-24", "last": ""} | changes


def recorded(client: Client, form: dict[str, str]) -> Any:
    """Both steps."""
    return client.post(NEW, form | hidden(client.post(NEW, form)))


def test_whose_leave_it_is_is_shown_before_it_is_recorded(hr: Client, hr_account: Any) -> None:
    building.person()

    page = hr.post(NEW, wish(number="０００１０１"))
    assert facts(page)["名前"] == "髙橋 一郎（タカハシ イチロウ）"
    assert believed() == []
    assert recorded(hr, wish()).url == LIST
    assert believed() == [("maternity", date(2026, 11, 24), None)]


def test_another_person_than_was_shown_is_shown_first(hr: Client) -> None:
    building.person()
    building.person("000102", "佐藤 二")
    form = wish() | hidden(hr.post(NEW, wish()))

    page = hr.post(NEW, {**form, "number": "000102"})

    assert facts(page)["名前"].startswith("佐藤 二")
    assert believed() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "999999"},
        {"number": "\x00"},
        {"first": "2020-03-31"},
        {"first": "昨日"},
        {"kind": "holiday"},
        {"first": "2026-11-24", "last": "2026-11-23"},
        {"number": ""},
    ],
)
def test_what_cannot_be_is_said_at_the_form(changes: dict[str, str], hr: Client) -> None:
    building.person()

    page = recorded(hr, wish(**changes))

    assert page.status_code == 200
    assert page.context["form"].errors
    assert believed() == []


def test_a_second_leave_on_the_same_day_is_refused_at_the_form(hr: Client) -> None:
    building.on_leave(building.person())

    page = recorded(hr, wish())

    assert page.status_code == 200
    assert page.context["form"].non_field_errors()
    assert len(believed()) == 1


def test_the_list_shows_who_is_away_today_or_on_the_day_asked_for(hr: Client) -> None:
    building.on_leave(building.person(), last=date(2026, 11, 20))
    building.on_leave(building.person("000102", "佐藤 二", kana="サトウ ジ"), kind="childcare")

    today, earlier = hr.get(LIST), hr.get(LIST, {"day": "2026-11-20"})

    assert [line[0] for line in rows(today)] == ["佐藤 二 サトウ ジ"]
    assert rows(today)[0][3] == "育児休業"
    assert [line[0].split()[0] for line in rows(earlier)] == ["髙橋", "佐藤"]
    assert [line[0].split()[0] for line in rows(hr.get(LIST, {"day": "2026-11-20", "kind": "sick"}))] == ["髙橋"]
    assert rows(hr.get(LIST, {"day": "2026-10-31"})) == []
    assert hr.get(LIST, {"day": "nonsense"}).status_code == 200


def test_leaves_to_come_are_listed_on_demand_each_once(hr: Client) -> None:
    building.on_leave(building.person())
    ahead = building.person("000102", "佐藤 二")
    building.on_leave(ahead, date(2027, 1, 10), date(2027, 6, 30), kind="maternity")
    import_staff(  # another type within the leave: it has two rows, and is one leave
        simple(row("000102", "佐藤 二", department="営業本部/第一営業部/二課", type="契約社員")),
        day=date(2027, 3, 1),
        now=building.later(hours=1),
    )

    coming, both = rows(hr.get(LIST, {"which": "coming"})), rows(hr.get(LIST, {"which": "both"}))

    assert [(line[1], line[4], line[5]) for line in coming] == [("000102", "2027/01/10", "2027/06/30")]
    assert [line[1] for line in both] == ["000101", "000102"]
    assert [line[6] for line in both] == ["停止中", "開始日から停止"]
    assert [line[1] for line in rows(hr.get(LIST, {"which": "both", "day": "2027-04-01"}))] == ["000101", "000102"]
    assert rows(hr.get(LIST, {"which": "coming", "day": "2027-04-01"})) == []
    assert hr.get(LIST, {"which": "nonsense"}).status_code == 200


def test_the_list_is_narrowed_to_a_department_with_all_below_it(hr: Client) -> None:
    building.on_leave(building.person())
    building.on_leave(building.person("000102", "佐藤 二", department="営業本部/第二営業部"))

    assert [line[1] for line in rows(hr.get(LIST, {"department": "営業本部"}))] == ["000101", "000102"]
    assert [line[1] for line in rows(hr.get(LIST, {"department": "営業本部/第二営業部"}))] == ["000102"]


@pytest.mark.parametrize(
    "asked", [{"department": "無い部"}, {"kind": "nonsense"}, {"which": "zzz"}, {"day": "2026-02-30", "kind": "sick"}]
)
def test_a_filter_that_cannot_be_read_hands_out_nobodys_leave_and_is_said_in_the_list(
    asked: dict[str, str], hr: Client
) -> None:
    building.on_leave(building.person(), kind="sick")
    building.on_leave(building.person("000102", "佐藤 二", department="開発部"), kind="care")

    page, file = hr.get(LIST, asked), hr.get(LIST, {**asked, "export": "csv"})

    assert rows(page) == []
    said = BeautifulSoup(page.content.decode(), "html.parser").select_one("#listing-results .help-block")
    assert said is not None
    assert len(said.select("li")) == 1
    assert len(b"".join(file.streaming_content).decode().splitlines()) == 1


def test_who_joins_later_is_listed_with_the_name_and_the_department_to_come(hr: Client) -> None:
    import_staff(simple(row(joined="2027/4/1", department="開発部")), day=date(2027, 4, 1), now=building.NOW)
    import_staff(simple(row(joined="2027/4/1", department="総務部")), day=date(2027, 5, 1), now=building.later(hours=1))
    building.on_leave(Employment.objects.get(superseded_at=None), date(2027, 5, 10), None)

    (line,) = rows(hr.get(LIST, {"which": "coming"}))
    assert (line[0].split()[:2], line[1], line[2]) == (["髙橋", "一郎"], "000101", "総務部")
    assert len(rows(hr.get(LIST, {"which": "coming", "department": "総務部"}))) == 1
    assert rows(hr.get(LIST, {"which": "coming", "department": "開発部"})) == []
    file = hr.get(LIST, {"which": "both", "day": "2000-01-01", "export": "csv"})
    assert "髙橋 一郎,タカハシ イチロウ,総務部," in b"".join(file.streaming_content).decode()


def test_the_list_as_a_file_is_written_into_the_access_log(hr: Client, hr_account: Any) -> None:
    building.on_leave(building.person(), last=date(2026, 11, 20))
    building.on_leave(building.person("000102", "=佐藤 二"), kind="childcare")

    answer = hr.get(LIST, {"day": "2026-11-20", "export": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert lines[0] == "社員番号,氏名,フリガナ,所属,種類,開始日,終了日,期限"
    assert lines[1].startswith('"=""000101""",髙橋 一郎,タカハシ イチロウ,営業本部/第一営業部/二課,')
    assert lines[1].endswith("2026-11-01,2026-11-20,終了後に再開")
    assert ",'=佐藤 二," in lines[2]
    look = AccessLog.objects.get()
    assert (look.user, look.action, look.what) == (hr_account, "export", "2 leaves as csv")
    assert str(in_words(look.what)) == "休職・休業"


def test_the_list_asks_as_many_questions_for_thirty_as_for_one(
    hr: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        building.on_leave(building.person(f"{number:06}", f"佐藤 {number}"))

    with django_assert_max_num_queries(17):
        assert len(rows(hr.get(LIST))) == 30


def test_leaves_to_come_of_whoever_joins_later_take_as_many_questions_for_ten_as_for_one(
    hr: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    day = date(2027, 4, 1)
    people = [row(f"{number:06}", department=f"部{number}", joined="2027/4/1") for number in range(10)]
    import_staff(simple(*people), day=day, now=building.NOW)
    for turn, employment in enumerate(Employment.objects.order_by("number")):
        building.on_leave(employment, day + timedelta(days=turn), None)

    with django_assert_max_num_queries(20):
        lines = rows(hr.get(LIST, {"which": "coming"}))
    assert [line[2] for line in lines] == [f"部{number}" for number in range(10)]


def test_the_return_ends_the_leave_the_day_before(hr: Client) -> None:
    leave = building.on_leave(building.person())
    address = reverse("training_leaves:return", args=[leave.pk])

    assert hr.get(address).context["form"].initial == {"back_on": building.NOW.date()}
    assert hr.post(address, {"back_on": "2026-12-01"}).url == LIST
    assert believed() == [("sick", NOVEMBER, date(2026, 11, 30))]


def test_a_return_before_the_leave_is_refused_at_the_form(hr: Client) -> None:
    leave = building.on_leave(building.person())

    page = hr.post(reverse("training_leaves:return", args=[leave.pk]), {"back_on": NOVEMBER.isoformat()})

    assert page.status_code == 200
    assert believed() == [("sick", NOVEMBER, None)]


def test_a_leave_is_corrected_from_what_it_is(hr: Client) -> None:
    leave = building.on_leave(building.person())
    address = reverse("training_leaves:leave", args=[leave.pk])

    assert hr.get(address).context["form"].initial == {"kind": "sick", "first": NOVEMBER, "last": None}
    assert hr.post(address, {"kind": "care", "first": "2026-11-02", "last": "2026-11-30"}).url == LIST
    assert believed() == [("care", date(2026, 11, 2), date(2026, 11, 30))]


def test_a_leave_is_taken_back_once(hr: Client) -> None:
    leave = building.on_leave(building.person())
    address = reverse("training_leaves:take_back", args=[leave.pk])

    assert "髙橋" in text(hr.get(address))
    assert hr.post(address).url == LIST
    assert believed() == []
    assert hr.post(address).status_code == 409
    assert hr.get(address).status_code == 409


def test_a_leave_that_somebody_else_changed_meanwhile_is_not_changed(hr: Client) -> None:
    leave = building.on_leave(building.person())
    first = reverse("training_leaves:return", args=[leave.pk])
    hr.post(first, {"back_on": "2026-12-01"})

    assert hr.post(first, {"back_on": "2026-12-15"}).status_code == 409
    assert believed() == [("sick", NOVEMBER, date(2026, 12, 1) - timedelta(1))]


@pytest.mark.parametrize("last", ["9999-12-31", "2999-12-31"])
def test_a_last_day_that_other_systems_write_for_none_is_none(hr: Client, last: str) -> None:
    building.person()
    assert recorded(hr, wish(last=last)).url == LIST
    assert believed() == [("maternity", date(2026, 11, 24), None)]
    leave = reverse("training_leaves:leave", args=[Leave.objects.get().pk])
    assert hr.post(leave, {"kind": "care", "first": "2026-11-24", "last": last}).url == LIST
    assert believed() == [("care", date(2026, 11, 24), None)]


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31"])
def test_a_return_or_a_last_day_that_cannot_be_is_said_at_the_form(hr: Client, day: str) -> None:
    leave = building.on_leave(building.person())
    back = hr.post(reverse("training_leaves:return", args=[leave.pk]), {"back_on": day})
    assert back.context["form"].errors["back_on"]
    page = hr.post(reverse("training_leaves:leave", args=[leave.pk]), {"kind": "sick", "first": day, "last": ""})
    assert page.context["form"].errors
    assert believed() == [("sick", NOVEMBER, None)]


def test_a_leave_until_the_end_of_time_that_was_recorded_once_can_still_be_ended(hr: Client) -> None:
    leave = building.on_leave(building.person())
    Leave.objects.filter(pk=leave.pk).update(valid_to=date.max)
    address = reverse("training_leaves:return", args=[leave.pk])
    assert hr.get(address).context["form"].initial == {"back_on": building.NOW.date()}
    assert hr.post(address, {"back_on": "2026-12-01"}).url == LIST
    assert believed() == [("sick", NOVEMBER, date(2026, 11, 30))]
