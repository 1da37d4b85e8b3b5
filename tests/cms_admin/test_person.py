"""HR looks somebody up, and reads one person's history, training and what was recorded when."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests import building
from tests.building import import_staff, later
from tests.cms_admin.conftest import signed_in
from tests.cms_admin.reading import facts, links, text
from tests.people.rosters import row, simple
from tests.people.test_invite import addressed
from training.people.account_models import Invitation
from training.people.appoint import appoint
from training.people.enrol import rename
from training.people.invite import invite
from training.people.link_identity import link_identity
from training.people.models import DepartmentPlace, Employment, PersonName
from training.people.renumber import renumber
from training.people.roster_models import RosterImport
from training.people.undo_import import undo_import
from training.reports import person
from training.reports.dependents import dependents_of
from training.reports.queries import named
from training.roles import Role

LOOK = "/admin/training/people/"
MAY = date(2026, 5, 1)


def page_of(employment: Employment) -> str:
    """The person's page."""
    return reverse("training_people:person", args=[employment.employee_id])


def imported(*rows: tuple[str, ...], day: date = date(2026, 4, 1), days: int = -30, **options: Any) -> RosterImport:
    """Take a list over."""
    _plan, made = import_staff(simple(*rows), day=day, now=later(days=days), **options)
    assert made is not None
    return made


def panel(response: Any, name: str) -> str:
    """The words of one part of the page."""
    found = BeautifulSoup(response.content.decode(), "html.parser").find(id=f"{name}-section")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def test_a_staff_number_leads_to_the_person_in_whichever_width(hr: Client) -> None:
    employment = building.person()

    assert hr.get(LOOK, {"q": " ０００１０１ "}).url == page_of(employment)


def test_a_former_number_a_former_name_and_a_reading_lead_there_too(hr: Client) -> None:
    employment = building.person(name="𠮷田 花子", kana="ヨシダ ハナコ")
    rename(employee=employment.employee, name="佐藤 花子", kana="サトウ ハナコ", since=MAY, now=later(days=-2))
    renumber(employment=employment, number="900101", since=MAY, now=later(days=-1))

    for words in ("000101", "900101", "𠮷田花子", "吉田", "佐藤 花子", "さとう"):
        assert hr.get(LOOK, {"q": words}).url == page_of(employment), words


def test_a_number_that_nobody_has_is_said_to_be_nobodys(hr: Client) -> None:
    building.person()

    for words in ("999999", "\x00", "<b>"):
        page = hr.get(LOOK, {"q": words})
        assert page.status_code == 200
        assert page.context["form"].errors
    assert "「999999」の人は、名簿の記録にありません" in text(hr.get(LOOK, {"q": "999999"}))
    assert hr.get(LOOK, {"q": ""}).context["form"].errors
    assert hr.get(reverse("training_people:person", args=[uuid4()])).status_code == 404


def test_several_people_of_one_name_are_listed_by_number(hr: Client) -> None:
    people = [building.person(f"00010{n}", "佐藤 <b>一</b>", department="営業" * 60) for n in range(3)]

    page = hr.get(LOOK, {"q": "佐藤"})

    assert [address for address in links(page) if address in map(page_of, people)] == [page_of(one) for one in people]
    assert "<b>一</b>" in text(page)


def test_who_joins_later_is_found_and_named_by_the_name_and_department_to_come(hr: Client) -> None:
    day = date(2026, 12, 1)
    imported(row(), row("000901", "髙橋 二", joined="2026/12/1"), day=day)
    imported(row(manager="000901"), day=day, days=-5)

    page = hr.get(LOOK, {"q": "髙橋"})

    assert [(one.person.name, one.person.department) for one in page.context["found"]] == [
        ("髙橋 一郎", "営業本部"),
        ("髙橋 二", "営業本部"),
    ]
    address = page_of(Employment.objects.filter(number="000101")[0])
    assert "髙橋 二（000901）" in panel(hr.get(address), "history")


def test_whoever_is_looked_up_by_name_among_many_is_found_in_few_questions(
    hr: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        building.person(f"{number:06}", f"佐藤 {number}")

    with django_assert_max_num_queries(16):
        page = hr.get(LOOK, {"q": "佐藤"})
    assert len(page.context["found"]) == 50
    assert page.context["more"]


def test_the_page_tells_today_and_the_day_that_is_asked_for(hr: Client) -> None:
    imported(row())
    imported(row(department="総務部", type="契約社員", second="開発部"), day=MAY, days=-20)
    address = page_of(Employment.objects.first())

    now, then = facts(hr.get(address)), facts(hr.get(address, {"day": "2026-04-30"}))

    assert now["所属"] == "総務部 兼務：開発部"
    assert now["社員番号・雇用区分"].split() == ["000101", "契約社員"]
    assert (then["所属"], then["社員番号・雇用区分"].split()[1]) == ("営業本部", "正社員")


def test_what_holds_on_the_day_is_marked(hr: Client) -> None:
    imported(row())
    imported(row(department="総務部"), day=MAY, days=-20)

    page = hr.get(page_of(Employment.objects.first()), {"day": "2026-04-30"})

    marked = [one.text for one in BeautifulSoup(page.content.decode(), "html.parser").select(".pt-history dd strong")]
    assert "営業本部" in marked
    assert "総務部" not in marked


@pytest.mark.parametrize("day", ["nonsense", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_a_day_that_cannot_be_is_said_at_the_form_and_today_is_shown(day: str, hr: Client) -> None:
    page = hr.get(page_of(building.person()), {"day": day})

    assert page.context["form"].errors
    assert facts(page)["状態"] == "在籍"


def test_who_is_to_join_has_left_or_is_hired_again_is_said_to(hr: Client) -> None:
    imported(row(left="2026/3/31"), day=date(2026, 3, 1))
    imported(row(joined="2026/12/1"), day=date(2026, 12, 1), days=-1)
    address = page_of(Employment.objects.first())

    state = facts(hr.get(address))["状態"]

    assert "最終在籍日：2026年3月31日" in state
    assert "2026年12月1日に入社" in state
    assert facts(hr.get(address, {"day": "2020-03-31"}))["状態"].startswith("2020年4月1日に入社")
    assert facts(hr.get(address, {"day": "2026-12-01"}))["状態"] == "在籍"


def test_a_leave_is_told_with_its_kind_and_leads_to_its_page(hr: Client) -> None:
    leave = building.on_leave(building.person(), kind="childcare")

    page = hr.get(page_of(leave.employment))

    assert facts(page)["休職・休業中"] == "育児休業（2026年11月1日から）"
    assert reverse("training_leaves:leave", args=[leave.pk]) in links(page)


def test_every_assignment_is_told_by_the_one_rule_and_linked(hr: Client) -> None:
    year = building.year()

    page = hr.get(page_of(year.employment))

    assert reverse("training_campaigns:assignment", args=["FY2026", year.assignment.pk]) in links(page)
    assert "署名済み" in panel(page, "training")


def test_the_account_is_told_as_the_pages_about_accounts_tell_it(hr: Client) -> None:
    employment = addressed(building.person())
    invite(employees=[employment.employee], means=Invitation.Means.SLIP, by=None, now=building.NOW)

    known = facts(hr.get(page_of(employment)))

    assert (known["アカウント"], known["メールアドレス"]) == ("アカウントなし", "ichiro@example.com")
    assert known["招待"].startswith("紙")


def test_by_what_somebody_signs_in_is_told(hr: Client) -> None:
    account = building.account("ichiro")
    address = page_of(building.person(user=account))
    assert facts(hr.get(address))["サインインの方法"] == "社員番号とパスワード"

    account.set_unusable_password()
    account.is_active = False
    account.save()
    known = facts(hr.get(address))
    assert (known["アカウント"], known["サインインの方法"]) == ("ichiro（ロック中）", "未設定")

    link_identity(user=account, provider="company", subject="s-1")
    assert facts(hr.get(address))["サインインの方法"] == "会社の認証（シングルサインオン）"


def test_an_import_its_taking_back_and_what_it_took_back_are_told_with_numbers(hr: Client) -> None:
    first = imported(row())
    moved = imported(row(department="総務部"), day=MAY, days=-20)
    undone = undo_import(roster_import=moved, depends=dependents_of(moved), by=None, now=later(days=-10))

    page = hr.get(page_of(Employment.objects.first()))

    words = panel(page, "recorded")
    assert f"取り込み{undone.number}" in words
    assert f"取り込み{moved.number}の取り消し" in words
    assert "の記録で置き換え" in words
    numbers = [reverse("training_rosters:import", args=[made.number]) for made in (undone, moved, first)]
    assert [address for address in links(page) if address in numbers] == numbers


def test_of_whom_nothing_is_believed_any_more_the_page_still_tells_what_was_recorded(hr: Client) -> None:
    made = imported(row())
    undo_import(roster_import=made, depends=dependents_of(made), by=None, now=later(days=-10))

    page = hr.get(LOOK, {"q": "000101"}, follow=True)

    assert page.status_code == 200
    assert "現在の名簿に在籍の記録はありません" in text(page)
    assert "名簿の取り込みの取り消し" in panel(page, "recorded")


def test_a_former_address_is_not_told(hr: Client) -> None:
    imported(row(email="old@example.com"))
    imported(row(email="new@example.com"), day=MAY, days=-20)

    words = text(hr.get(page_of(Employment.objects.first())))

    assert "new@example.com" in words
    assert "old@example.com" not in words


def test_values_that_are_gone_and_values_like_markup_break_nothing(hr: Client) -> None:
    hostile = building.person("000102", "<script>alert(1)</script>", department="/".join(["長い部署名" * 8] * 4))
    nameless = building.person()
    PersonName.objects.filter(employee=nameless.employee_id).delete()

    page = hr.get(page_of(hostile))
    assert "<script>alert" not in page.content.decode()
    assert "<script>alert(1)</script>" in text(page)
    assert hr.get(page_of(nameless)).context["page_title"] == "000101"


def test_the_page_asks_as_many_questions_for_thirty_changes_as_for_one(
    hr: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    building.person("000900", "課長 二")
    imported(row(manager="000900"))
    for turn in range(30):
        imported(row(department=f"部{turn}", manager="000900"), day=date(2026, 5, 1 + turn), days=turn - 40)
    address = page_of(Employment.objects.get(number="000101"))

    with django_assert_max_num_queries(34):
        page = hr.get(address, {"p": "2", "day": "2026-05-10"})
    assert len(page.context["events"]) == 11
    assert "?day=2026-05-10&p=1" in page.content.decode().replace("&amp;", "&")


def test_neighbouring_pages_lead_to_the_person(hr: Client) -> None:
    year = building.year()
    leave = building.on_leave(year.employment)
    wanted = page_of(year.employment)

    for address in (
        reverse("training_campaigns:assignment", args=["FY2026", year.assignment.pk]),
        reverse("training_accounts:person", args=[year.employment.employee_id]),
        reverse("training_leaves:leave", args=[leave.pk]),
        reverse("training_leaves:index"),
    ):
        assert wanted in links(hr.get(address)), address


def test_an_import_leads_to_whom_it_changed_also_where_nothing_is_believed_any_more(hr: Client) -> None:
    made = imported(row())
    undo_import(roster_import=made, depends=dependents_of(made), by=None, now=later(days=-10))

    page = hr.get(reverse("training_rosters:import", args=[made.number]))

    assert page_of(Employment.objects.first()) in links(page)


def test_a_refusal_tells_nothing_of_who_is_there() -> None:
    client = signed_in(building.account("editor", Role.EDITOR))
    page = client.get(page_of(building.person()))

    assert page.status_code == 403
    assert "髙橋" not in text(page)


def test_the_number_stands_in_the_header(hr: Client) -> None:
    page = hr.get(page_of(building.person()))

    header = BeautifulSoup(page.content.decode(), "html.parser").select_one(".w-breadcrumbs")
    assert header is not None
    assert "000101" in header.get_text()


def test_the_page_names_the_department_of_an_appointment_and_what_was_before_a_change(hr: Client) -> None:
    imported(row())
    moved = imported(row(department="総務部"), day=MAY, days=-20)
    employment = Employment.objects.get(superseded_at=None)
    place = DepartmentPlace.objects.get(name="営業本部", superseded_at=None)
    appoint(department=place.department, manager=employment.employee, since=MAY, by=None, now=later(days=-19))
    address = page_of(employment)

    before = panel(hr.get(address), "recorded")
    undo_import(roster_import=moved, depends=dependents_of(moved), by=None, now=later(days=-10))

    assert "任命：営業本部" in before
    assert before.count("それまでの内容") == 1
    assert "取り消した内容" not in before
    assert panel(hr.get(address), "recorded").count("取り消した内容") == 1


def test_a_name_of_many_words_is_looked_for_by_ten_of_them_each_once(
    hr: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    employment = building.person()
    looked: list[str] = []

    def noted(word: str) -> Any:
        looked.append(word)
        return named(word)

    monkeypatch.setattr(person, "named", noted)

    assert hr.get(LOOK, {"q": "髙橋 " * 30 + "一郎"}).url == page_of(employment)
    assert looked == ["髙橋", "一郎"]
    looked.clear()
    hr.get(LOOK, {"q": " ".join(f"語{n}" for n in range(40))})
    assert len(looked) == 10
