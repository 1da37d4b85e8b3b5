"""Whom a plan would ask is a list to its end and a file, before it is saved, while it waits and where it is approved."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests import building
from tests.cms_admin.conftest import signed_in
from tests.cms_admin.reading import facts, hidden, links, rows, text
from tests.cms_admin.test_drafts import INDEX, NEW, department, sent
from tests.cms_admin.test_repeats import BASE as REPEATS
from training.access.models import AccessLog
from training.campaigns.audience import AudienceRule
from training.campaigns.due import After, Anchor, DueRule
from training.campaigns.models import Campaign, RepeatingPlan
from training.catalogue.models import Module
from training.roles import Role

AUDIENCE = f"{INDEX}FY2026/audience/"
REPEAT = {
    "title": "{year}年度 個人情報保護研修",
    "code": "FY{year}",
    "kind": "yearly",
    "first_day": "04-01",
    "last_day": "03-31",
    "due_on": "12-25",
    "validity_months": "12",
    "draft_days_before": "60",
    "active": "on",
    "due": "day",
    "roll": "stay",
    "anchor": "joining",
    "credit_same_revision": "on",
    "step": "preview",
}
HEAD = ["社員番号", "氏名", "フリガナ", "所属", "雇用区分", "理由", "期限"]


@pytest.fixture(autouse=True)
def company() -> None:
    """Three people in two departments, two lessons, a policy and a pledge."""
    building.person("000101", "髙橋 一郎", department="営業本部/第一営業部")
    building.person("000102", "=cmd|' /C calc'!A0", department="営業本部")
    building.person("000103", "𠮷田 三奈", department="管理本部", joined=date(2026, 10, 1))
    for slug in ("article-1", "article-2"):
        building.module_version(slug)
    building.statement()


def many(count: int = 60) -> None:
    for n in range(count):
        building.person(f"9{n:05d}", f"架空 {n}", department="本部/部")


def numbers(page: Any) -> list[str]:
    return [line[0] for line in rows(page)]


def table(response: Any) -> list[list[str]]:
    data = b"".join(response.streaming_content)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def again(page: Any, **pressed: str) -> dict[str, Any]:
    """What the preview's form sends when one of its buttons is pressed: what it hides, and the button."""
    return {**hidden(page), **pressed}


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        b"".join(client.get(url))
    return len(queries)


def repeat(**changes: Any) -> dict[str, Any]:
    """What a browser sends of a repeating plan over one of the two lessons."""
    lesson = f"module-{Module.objects.get(slug='article-1').pk}"
    return {**REPEAT, "statement": str(building.statement().statement), lesson: "1", **changes}


def test_the_pages_of_an_unsaved_plan_are_turned_without_saving_or_losing_what_was_typed(hr: Client) -> None:
    many()
    first = hr.post(NEW, sent(title="まだ保存しない計画"))
    second = hr.post(NEW, again(first, p="2"))
    back = hr.post(NEW, again(second, p="1"))

    assert "63人" in text(first)
    assert len(rows(first)) == 50
    assert numbers(first) + numbers(second) == sorted(numbers(first) + numbers(second))
    assert len(set(numbers(first) + numbers(second))) == 63
    assert numbers(back) == numbers(first)
    assert hidden(second) == hidden(first)
    assert "まだ保存しない計画" in text(second)
    assert not Campaign.objects.exists()
    assert hr.post(NEW, again(second, step="save"))["Location"] == f"{INDEX}FY2027/plan/"


@pytest.mark.parametrize(("asked", "page"), [("0", 1), ("-1", 1), ("3", 2), ("99999999999", 1), ("²", 1), ("x", 1)])
def test_a_page_that_there_is_not_is_the_nearest_one(hr: Client, asked: str, page: int) -> None:
    many()
    assert hr.post(NEW, sent(p=asked)).context["audience"].page == page


def test_an_unsaved_plan_hands_out_everybody_as_a_file_and_the_taking_is_logged(hr: Client, hr_account: Any) -> None:
    page = hr.post(NEW, sent(departments=[department("営業本部")]))
    response = hr.post(NEW, again(page, departments=department("営業本部"), export="csv"))

    assert response["Content-Disposition"] == 'attachment; filename="FY2027-audience-2026-11-24.csv"'
    head, *lines = table(response)
    assert head == HEAD
    assert [line[0] for line in lines] == ['="000101"', '="000102"']
    assert lines[1][1] == "'=cmd|' /C calc'!A0"
    assert [line[4] for line in lines] == ["正社員", "正社員"]
    assert lines[0][6] == "2027-12-24"
    assert not Campaign.objects.exists()
    (look,) = AccessLog.objects.all()
    assert (look.action, look.campaign, look.user) == (AccessLog.Action.EXPORT, None, hr_account)
    assert look.what == "2 people whom FY2027 would ask as csv"


def test_a_plan_that_is_wrong_hands_out_nothing(hr: Client) -> None:
    page = hr.post(NEW, sent(last_day="2026-01-01", export="xlsx"))

    assert page.context["form"].errors
    assert not AccessLog.objects.exists()


def test_the_preview_names_the_text_of_the_policy(hr: Client) -> None:
    assert "第1版（2022年7月29日制定）" in facts(hr.post(NEW, sent()))["方針"].replace(" ", "")


@pytest.mark.parametrize("state", ["draft", "approved"])
def test_a_saved_plan_leads_to_the_whole_list_and_its_files(officer: Client, state: str) -> None:
    many()
    building.draft(["article-1"])
    if state == "approved":
        officer.post(f"{INDEX}FY2026/approve/", hidden(officer.get(f"{INDEX}FY2026/approve/")))

    assert AUDIENCE in links(officer.get(f"{INDEX}FY2026/plan/"))
    first, last = officer.get(AUDIENCE), officer.get(f"{AUDIENCE}?p=9")
    assert "63人" in text(first)
    assert len(set(numbers(first) + numbers(last))) == 63
    assert f"{AUDIENCE}?p=2" in links(first)
    assert {"?export=csv", "?export=xlsx"} <= set(links(first))
    assert len(table(officer.get(f"{AUDIENCE}?export=csv"))) == 64
    book = load_workbook(io.BytesIO(b"".join(officer.get(f"{AUDIENCE}?export=xlsx").streaming_content)))
    lines = list(book.active.values)
    assert list(lines[0]) == HEAD
    assert lines[1][0] == "000101"
    assert {look.campaign.code for look in AccessLog.objects.all()} == {"FY2026"}


def test_the_officer_finds_the_list_where_the_plan_is_approved(officer: Client) -> None:
    building.draft(["article-1"])

    assert AUDIENCE in links(officer.get(f"{INDEX}FY2026/approve/"))
    assert f"{INDEX}FY2026/approve/" in links(officer.get(AUDIENCE))


def test_an_opened_campaign_has_its_own_list(hr: Client) -> None:
    building.campaign(["article-1"])

    assert hr.get(AUDIENCE)["Location"] == f"{INDEX}FY2026/"
    assert AUDIENCE not in links(hr.get(f"{INDEX}FY2026/plan/"))


def test_who_is_left_out_and_why_stands_below_the_list(hr: Client) -> None:
    building.draft(["article-1"], audience=AudienceRule(joined_from=date(2026, 9, 1)))

    page = hr.get(AUDIENCE)

    assert numbers(page) == ["000103"]
    assert list(facts(page).values()) == ["2人"]


def test_the_due_day_of_each_is_the_rules(hr: Client) -> None:
    building.draft(["article-1"], due_rule=DueRule((After(Anchor.ASSIGNMENT, 30),)))

    assert {line[5] for line in rows(hr.get(AUDIENCE))} == {"2026/12/24"}


def test_the_list_costs_the_same_for_few_and_for_many_and_so_does_the_file(hr: Client) -> None:
    building.draft(["article-1"])
    asked = (AUDIENCE, f"{AUDIENCE}?export=csv", f"{AUDIENCE}?export=xlsx")
    for url in asked:
        hr.get(url)
    few = [queries_of(hr, url) for url in asked]
    many()
    assert [queries_of(hr, url) for url in asked] == few
    assert max(few) <= 35


def test_no_editor_reads_the_list_or_takes_it() -> None:
    building.draft(["article-1"])
    editor = signed_in(building.account("editor", Role.EDITOR))

    assert editor.get(AUDIENCE).status_code == 403
    assert editor.get(f"{AUDIENCE}?export=csv").status_code == 403
    assert editor.post(NEW, sent(export="csv")).status_code == 403
    assert not AccessLog.objects.exists()


def test_a_repeating_plan_shows_whom_its_next_campaign_would_ask_and_by_when(hr: Client) -> None:
    many()
    page = hr.post(f"{REPEATS}new/", repeat())

    assert "63人" in text(page)
    assert len(rows(page)) == 50
    assert {line[5] for line in rows(page)} == {"2027/12/25"}
    assert len(rows(hr.post(f"{REPEATS}new/", again(page, p="2")))) == 13
    assert not RepeatingPlan.objects.exists()


def test_days_of_a_repeating_plan_count_from_the_first_day_of_its_next_campaign(hr: Client) -> None:
    page = hr.post(f"{REPEATS}new/", repeat(due="days", days="10", anchor="assignment"))

    assert {line[5] for line in rows(page)} == {"2027/04/11"}


def test_a_repeating_plan_hands_out_its_list_as_the_next_campaigns(hr: Client) -> None:
    response = hr.post(f"{REPEATS}new/", repeat(export="csv"))

    assert response["Content-Disposition"] == 'attachment; filename="FY2027-audience-2026-11-24.csv"'
    assert len(table(response)) == 4
    assert AccessLog.objects.get().what == "3 people whom FY2027 would ask as csv"
    assert not RepeatingPlan.objects.exists()


@pytest.mark.parametrize("wrong", [{"joined_to": "9999-12-31"}, {"joined_from": "0001-01-01"}])
def test_a_day_out_of_bounds_is_said_at_the_form(hr: Client, wrong: dict[str, str]) -> None:
    page = hr.post(f"{REPEATS}new/", repeat(**wrong))

    assert "2200年12月31日" in str(page.context["form"].errors)


@pytest.mark.parametrize("code", ["a\nb{year}", "研修{year}", "FY2027", "髙橋 一郎 {year}"])
def test_what_makes_no_code_names_no_file_and_stands_in_no_log(hr: Client, code: str) -> None:
    page = hr.post(f"{REPEATS}new/", repeat(code=code, export="csv"))
    assert page.status_code == 200
    assert "code" in page.context["form"].errors
    assert not AccessLog.objects.exists()


def test_the_list_of_a_plan_that_is_edited_is_logged_with_its_campaign(hr: Client) -> None:
    building.draft(["article-1"])
    hr.post("/admin/training/campaigns/FY2026/edit/", sent(export="csv"))
    assert AccessLog.objects.get().campaign == Campaign.objects.get(code="FY2026")


def test_nobody_by_todays_roster_is_no_warning_for_a_plan_of_another_day(hr: Client) -> None:
    page = hr.post(f"{REPEATS}new/", repeat(departments=[], joined_from="2099-04-01"))
    assert "開始する日の名簿で決まります" in text(page)
    assert "研修を開始できません" not in text(page)


def test_a_repeating_plans_preview_costs_the_same_for_few_and_for_many(hr: Client) -> None:
    hr.post(f"{REPEATS}new/", repeat())
    with CaptureQueriesContext(connection) as few:
        hr.post(f"{REPEATS}new/", repeat())
    many()
    with CaptureQueriesContext(connection) as more:
        hr.post(f"{REPEATS}new/", repeat())
    assert len(more) <= len(few) <= 35
