"""HR plans a campaign: says what it is, sees whom it asks and what its rules mean, and only then saves it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.admin.by_number import employments_by_number, numbers_in
from tests import building
from tests.cms_admin.conftest import signed_in
from tests.cms_admin.reading import facts, links, rows, text
from training.campaigns import audience, due
from training.campaigns import credits as credit_rules
from training.campaigns.due import After, Anchor, DueRule, Fixed, Roll
from training.campaigns.models import Campaign
from training.catalogue.models import Module
from training.people.models import Department, DepartmentPlace, Employment
from training.people.renumber import renumber
from training.roles import Role

NEW = "/admin/training/campaigns/new/draft/"
INDEX = "/admin/training/campaigns/"


def sent(**changes: Any) -> dict[str, Any]:
    """What a browser sends of a yearly campaign over article-1 and then article-2."""
    first, second = (Module.objects.get(slug=slug).pk for slug in ("article-1", "article-2"))
    values: dict[str, Any] = {
        "title": "2027年度 個人情報保護研修",
        "code": "FY2027",
        "kind": "yearly",
        "fiscal_year": "2027",
        "first_day": "2027-04-01",
        "last_day": "2028-03-31",
        "due_on": "2027-12-24",
        "valid_until": "2028-12-31",
        "responsible": "",
        "revision": str(building.revision().pk),
        "statement": str(building.statement().pk),
        f"module-{first}": "1",
        f"module-{second}": "2",
        "joined_from": "",
        "joined_to": "",
        "include": "",
        "exclude": "",
        "due": "day",
        "days": "",
        "anchor": "joining",
        "roll": "stay",
        "credit_from": "",
        "credit_same_revision": "on",
        "step": "preview",
    }
    return {**values, **changes}


@pytest.fixture(autouse=True)
def company() -> None:
    """Three people in two departments, two lessons, a policy and a pledge."""
    building.person("000101", "髙橋 一郎", department="営業本部/第一営業部")
    building.person("000102", "山﨑 花子", department="営業本部")
    building.person("000103", "𠮷田 三奈", department="管理本部", joined=date(2026, 10, 1))
    for slug in ("article-1", "article-2"):
        building.module_version(slug)
    building.statement()


def department(name: str) -> str:
    return str(Department.objects.get(pk=DepartmentPlace.objects.get(name=name).department_id).pk)


def test_an_empty_form_begins_with_the_fiscal_year_and_every_published_module(hr: Client) -> None:
    page = hr.get(NEW)

    assert page.status_code == 200
    assert "研修 article-1" in text(page)
    assert page.context["form"].initial["code"] == "FY2026"
    assert NEW in links(hr.get(INDEX))


def test_before_anything_is_saved_the_people_and_the_rules_are_shown(hr: Client) -> None:
    page = hr.post(NEW, sent(departments=[department("営業本部")], due="later", days="30", anchor="assignment"))

    assert [line[:2] for line in rows(page)] == [["000101", "髙橋 一郎"], ["000102", "山﨑 花子"]]
    assert [line[3] for line in rows(page)] == ["正社員", "正社員"]
    assert all("営業本部" in line[4] for line in rows(page))
    assert "2人" in text(page)
    assert "いちばん遅い日：2027年12月24日まで、割り当ての日の翌日から数えて30日まで" in text(page)
    assert "営業本部（下の部署を含みます）" in text(page)
    assert not Campaign.objects.exists()


def test_what_was_shown_is_saved_as_a_draft(hr: Client, hr_account: Any) -> None:
    asked = sent(
        step="save",
        departments=[department("営業本部")],
        types=["regular"],
        include="000103",
        exclude="０００１０２",
        due="days",
        days="14",
        working="on",
        anchor="joining",
        roll="next",
        credit_kinds=["joining"],
        credit_from="2026-04-01",
        responsible=str(hr_account.pk),
    )

    response = hr.post(NEW, asked)

    made = Campaign.objects.get()
    assert response["Location"] == f"{INDEX}FY2027/plan/"
    assert (made.state, made.kind, made.fiscal_year) == (Campaign.State.DRAFT, "yearly", 2027)
    assert made.responsible == hr_account
    assert [row.module.slug for row in made.campaign_modules.order_by("order")] == ["article-1", "article-2"]
    rule = audience.from_json(made.audience)
    assert (len(rule.departments), rule.types, len(rule.include), len(rule.exclude)) == (1, {"regular"}, 1, 1)
    assert due.from_json(made.due_rule) == DueRule((After(Anchor.JOINING, 14, working=True),), Roll.NEXT)
    assert credit_rules.from_json(made.credit_rule).signed_from == date(2026, 4, 1)
    plan = text(hr.get(f"{INDEX}FY2027/plan/"))
    assert "14営業日" in plan
    assert "入社時研修で誓約書に署名した人は、受講済みとして扱います" in plan


def test_the_order_of_the_modules_is_the_numbers(hr: Client) -> None:
    first, second = (Module.objects.get(slug=slug).pk for slug in ("article-1", "article-2"))

    hr.post(NEW, sent(step="save", **{f"module-{first}": "9", f"module-{second}": "3"}))

    rows_ = Campaign.objects.get().campaign_modules.order_by("order")
    assert [row.module.slug for row in rows_] == ["article-2", "article-1"]


def test_going_back_to_the_form_keeps_everything_that_was_typed(hr: Client) -> None:
    page = hr.post(NEW, sent(step="change", include="000103, 000101", days="7", title="書きかけ"))

    form = page.context["form"]
    assert (form["title"].value(), form["include"].value(), form["days"].value()) == ("書きかけ", "000103, 000101", "7")
    assert not form.errors
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"code": "日本"}, "code"),
        ({"due_on": "2027-03-31"}, "due_on"),
        ({"valid_until": "2027-12-01"}, "valid_until"),
        ({"last_day": "2028-04-01"}, "last_day"),
        ({"due": "days", "days": ""}, "days"),
        ({"due": "days", "days": "0"}, "days"),
        ({"include": "000101 999999"}, "include"),
        ({"named_only": "on"}, "include"),
        ({"credit_kinds": ["joining"]}, "credit_from"),
        ({"credit_kinds": ["change"], "credit_from": "2026-04-01"}, "credit_kinds"),
        ({"credit_kinds": ["leaving"], "credit_from": "2026-04-01"}, "credit_kinds"),
        ({"joined_from": "2027-02-01", "joined_to": "2027-01-01"}, "joined_to"),
        ({"kind": "change"}, "kind"),
        ({"departments": ["00000000-0000-0000-0000-000000000000"]}, "departments"),
        ({"first_day": "<script>"}, "first_day"),
    ],
)
@pytest.mark.parametrize("step", ["preview", "save"])
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(
    hr: Client, wrong: dict[str, Any], field: str, step: str
) -> None:
    page = hr.post(NEW, sent(step=step, **wrong))

    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert page.context["form"]["title"].value() == wrong.get("title", "2027年度 個人情報保護研修")
    assert not Campaign.objects.exists()


def test_a_number_that_nobody_has_is_named(hr: Client) -> None:
    assert "999999" in str(hr.post(NEW, sent(include="999999")).context["form"].errors["include"])


def test_two_modules_with_one_number_and_none_at_all_are_refused(hr: Client) -> None:
    first, second = (f"module-{Module.objects.get(slug=slug).pk}" for slug in ("article-1", "article-2"))

    twice = hr.post(NEW, sent(**{first: "1", second: "1"})).context["form"]
    none = hr.post(NEW, sent(**{first: "", second: ""})).context["form"]

    assert len(set(twice.errors) & {first, second}) == 1
    assert len(set(none.errors) & {first, second}) == 1


def test_a_code_that_is_taken_is_said_at_the_form(hr: Client) -> None:
    building.draft(["article-1"], code="FY2027")

    page = hr.post(NEW, sent(step="save"))

    assert "FY2027" in str(page.context["form"].non_field_errors())
    assert Campaign.objects.count() == 1


def test_an_audience_of_nobody_is_warned_of(hr: Client) -> None:
    page = hr.post(NEW, sent(joined_from="2030-01-01"))

    assert rows(page) == []
    assert "0人" in text(page)
    assert "より前に入社" in text(page) or page.context["audience"].left_out


def test_a_pledge_on_leaving_needs_no_module_and_asks_who_leaves(hr: Client) -> None:
    first, second = (f"module-{Module.objects.get(slug=slug).pk}" for slug in ("article-1", "article-2"))
    assert hr.get(f"{NEW}?kind=leaving").context["form"].initial["kind"] == "leaving"

    page = hr.post(NEW, sent(kind="leaving", **{first: "", second: ""}))

    assert page.context["audience"].count == 0
    assert "最後の出勤日まで" in text(page)


def test_training_on_joining_begins_with_days_from_joining(hr: Client) -> None:
    initial = hr.get(f"{NEW}?kind=joining").context["form"].initial

    assert (initial["kind"], initial["due"], initial["days"], initial["anchor"]) == ("joining", "days", 30, "joining")


def test_a_make_up_names_those_who_are_not_done_and_nobody_else(hr: Client) -> None:
    campaign = building.campaign(["article-1"])
    done = campaign.assignments.get(employment__number="000101")
    building.train(done)
    building.sign(done, "髙橋 一郎")

    initial = hr.get(f"{NEW}?missed=FY2026").context["form"].initial

    assert initial["include"].split() == ["000102", "000103"]
    assert initial["named_only"]
    assert initial["kind"] == "make_up"
    page = hr.post(NEW, sent(kind="make_up", include=initial["include"], named_only="on"))
    assert [line[0] for line in rows(page)] == ["000102", "000103"]
    assert hr.get(f"{NEW}?missed=NONE").status_code == 404


def test_a_draft_is_edited_and_says_what_it_said(hr: Client) -> None:
    building.draft(
        ["article-1"],
        due_rule=DueRule((Fixed(date(2026, 12, 25)), After(Anchor.RETURN, 10)), Roll.PREVIOUS),
    )

    initial = hr.get(f"{INDEX}FY2026/edit/").context["form"].initial

    assert (initial["due"], initial["days"], initial["anchor"], initial["roll"]) == ("later", 10, "return", "previous")
    assert initial["title"] == "2026年度 個人情報保護研修"
    response = hr.post(f"{INDEX}FY2026/edit/", sent(step="save", code="FY2026-b"))
    assert response["Location"] == f"{INDEX}FY2026-b/plan/"
    assert Campaign.objects.get().code == "FY2026-b"


def test_editing_an_approved_plan_makes_it_a_draft_again_and_says_so_before_and_after(hr: Client) -> None:
    campaign = building.campaign(["article-1"], opened=False)

    page = hr.get(f"{INDEX}FY2026/edit/")
    response = hr.post(f"{INDEX}FY2026/edit/", sent(step="save", code="FY2026"), follow=True)

    assert page.context["warning"]
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DRAFT
    assert any(message.level_tag == "warning" for message in response.context["messages"])


def test_an_open_campaign_is_not_edited(hr: Client) -> None:
    building.campaign(["article-1"])

    assert hr.get(f"{INDEX}FY2026/edit/")["Location"] == f"{INDEX}FY2026/plan/"
    page = hr.post(f"{INDEX}FY2026/edit/", sent(step="save", code="FY2026"))
    assert page.context["form"].non_field_errors()
    assert Campaign.objects.get().due_on == date(2026, 12, 25)


def test_an_editor_plans_nothing() -> None:
    editor = signed_in(building.account("editor", Role.EDITOR))

    assert editor.get(NEW).status_code == 403
    assert editor.post(NEW, sent(step="save")).status_code == 403
    assert not Campaign.objects.exists()


def test_what_was_typed_is_escaped(hr: Client) -> None:
    page = hr.post(NEW, sent(title="<script>alert(1)</script>"))

    assert b"<script>alert(1)" not in page.content


def test_the_preview_costs_the_same_for_few_and_for_many(hr: Client) -> None:
    hr.post(NEW, sent())
    with CaptureQueriesContext(connection) as few:
        hr.post(NEW, sent())
    for n in range(60):
        building.person(f"9{n:05d}", f"架空 {n}", department="本部/部")
    with CaptureQueriesContext(connection) as many:
        page = hr.post(NEW, sent())
    assert page.context["audience"].count == 63
    assert len(rows(page)) == 50
    assert "ほか13人" in text(page) or page.context["audience"].more == 13
    assert len(many) <= len(few) <= 35


def test_the_plan_page_leads_to_editing_and_the_facts_say_the_rules(hr: Client) -> None:
    building.draft(["article-1"])

    page = hr.get(f"{INDEX}FY2026/plan/")

    assert f"{INDEX}FY2026/edit/" in links(page)
    assert any("在籍するすべての従業者" in value for value in facts(page).values())


def test_a_draft_names_a_person_by_the_present_number_also_where_somebody_else_has_the_old_one(hr: Client) -> None:
    mine = building.person("000901", "氏名 一")
    made = building.draft(code="MINE", audience=audience.AudienceRule(include=frozenset({mine.pk})))
    day = building.NOW.date()
    renumber(employment=mine, number="900901", since=day, now=building.later(hours=1))
    building.person("000901", "別 人", joined=day)

    initial = hr.get(f"/admin/training/campaigns/{made.code}/edit/").context["form"].initial
    assert initial["include"].split() == ["900901"]
    (row,) = numbers_in_use(initial["include"])
    assert row.employee_id == mine.employee_id


def numbers_in_use(typed: str) -> list[Employment]:
    return list(employments_by_number(numbers_in(typed)).values())
