"""Where everybody stands, as HR sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import building
from tests.cms_admin.conftest import signed_in
from tests.cms_admin.reading import facts, links, rows, text
from training.attestation.attest import decline
from training.campaigns.models import Campaign
from training.ledger.append import append

LIST = "/admin/training/campaigns/FY2026/"
RESULTS = f"{LIST}results/"
AFTER_THE_DUE_DAY = datetime(2026, 12, 25, 15, 0, tzinfo=UTC)  # midnight in Tokyo


@pytest.fixture
def company() -> Campaign:
    """Five people at five stages, in two departments of three levels."""
    people = {
        "000101": ("髙橋 一郎", "タカハシ イチロウ", "営業本部/第一営業部/二課"),
        "000102": ("山﨑 花子", "ヤマザキ ハナコ", "営業本部/第一営業部/一課"),
        "000103": ("𠮷田 次郎", "ヨシダ ジロウ", "営業本部/第二営業部"),
        "000104": ("渡邉 三奈", "ワタナベ ミナ", "管理本部/人事部"),
        "000105": ("德田 四郎", "トクダ シロウ", "管理本部"),
    }
    made = {n: building.person(n, name, kana=kana, department=path) for n, (name, kana, path) in people.items()}
    campaign = building.campaign(["article-1", "article-2"])
    mine = {number: building.assignment_of(employment) for number, employment in made.items()}
    building.sit(building.read(mine["000102"].tasks.order_by("campaign_module__order")[0]))
    for number in ("000103", "000104", "000105"):
        building.train(mine[number])
    decline(assignment=mine["000104"], reason="説明を受けていません。", now=building.NOW)
    building.certify(building.sign(mine["000105"], "德田 四郎"))
    return campaign


def listed(response: Any) -> list[str]:
    """The staff numbers, in order."""
    return [line[0] for line in rows(response)]


def test_each_line_shows_one_persons_own_data(hr: Client, company: Campaign) -> None:
    lines = {line[0]: line[1:] for line in rows(hr.get(LIST))}

    due, signed = "2026/12/25", "2026/11/24 10:00"
    assert lines == {
        "000101": ["髙橋 一郎 タカハシ イチロウ", "営業本部/第一営業部/二課", "0/2", "未着手", due, "", ""],
        "000102": ["山﨑 花子 ヤマザキ ハナコ", "営業本部/第一営業部/一課", "1/2", "進行中", due, "", ""],
        "000103": ["𠮷田 次郎 ヨシダ ジロウ", "営業本部/第二営業部", "2/2", "全課程合格・未署名", due, "", ""],
        "000104": ["渡邉 三奈 ワタナベ ミナ", "管理本部/人事部", "2/2", "署名できない", due, "", ""],
        "000105": ["德田 四郎 トクダ シロウ", "管理本部", "2/2", "署名済み", due, signed, "FY2026-000001"],
    }


def test_a_name_leads_to_that_persons_dossier(hr: Client, company: Campaign) -> None:
    for address in [link for link in links(hr.get(LIST)) if "/assignments/" in link]:
        page = hr.get(address)
        number = facts(page)["社員番号"]
        assert str(company.assignments.get(employment__number=number).pk) in address
    assert sum("/assignments/" in link for link in links(hr.get(LIST))) == 5


def test_the_head_shows_the_figures(hr: Client, company: Campaign) -> None:
    append(kind="test.waits", at=building.NOW)
    figures = facts(hr.get(LIST))

    assert figures == {
        "対象者": "5",
        "受講開始": "4",
        "全課程合格": "3",
        "署名済み": "1",
        "期限超過": "0",
        "期限": "2026年12月25日",
        "未発行の修了証": "0",
        "未封印の記録": "1",
    }


def test_after_the_due_day_who_has_not_signed_is_overdue(
    hr_account: Any, company: Campaign, clock: Callable[[datetime], None]
) -> None:
    clock(AFTER_THE_DUE_DAY)

    page = signed_in(hr_account).get(LIST)

    assert facts(page)["期限超過"] == "4"
    assert {line[0] for line in rows(page) if "期限超過" in line[4]} == {"000101", "000102", "000103", "000104"}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, ["000101", "000105", "000102", "000103", "000104"]),
        ({"ordering": "number"}, ["000101", "000102", "000103", "000104", "000105"]),
        ({"ordering": "-kana"}, ["000104", "000103", "000102", "000105", "000101"]),
        ({"ordering": "done"}, ["000101", "000102", "000105", "000103", "000104"]),
        ({"ordering": "due_on"}, ["000101", "000105", "000102", "000103", "000104"]),
        ({"ordering": "password"}, ["000101", "000105", "000102", "000103", "000104"]),
        ({"department": "営業本部"}, ["000101", "000102", "000103"]),
        ({"department": "営業本部/第一営業部"}, ["000101", "000102"]),
        ({"department": "管理本部"}, ["000105", "000104"]),
        ({"state": "signed"}, ["000105"]),
        ({"state": ["trained", "declined"]}, ["000103", "000104"]),
        ({"state": "in_progress", "department": "管理本部"}, []),
        ({"overdue": "yes"}, []),
        ({"overdue": "no", "state": "not_started"}, ["000101"]),
        ({"q": "たかはし"}, ["000101"]),
        ({"q": "𠮷田"}, ["000103"]),
        ({"q": "０００１０４"}, ["000104"]),
        ({"q": "花子", "department": "管理本部"}, []),
    ],
)
def test_the_list_is_filtered_searched_and_sorted_and_so_is_its_part_for_scripts(
    hr: Client, company: Campaign, query: dict[str, Any], numbers: list[str]
) -> None:
    assert listed(hr.get(LIST, query)) == numbers
    assert listed(hr.get(RESULTS, query)) == numbers


def test_overdue_people_are_found(hr_account: Any, company: Campaign, clock: Callable[[datetime], None]) -> None:
    clock(AFTER_THE_DUE_DAY)
    hr = signed_in(hr_account)

    assert listed(hr.get(LIST, {"overdue": "yes", "ordering": "number"})) == ["000101", "000102", "000103", "000104"]
    assert listed(hr.get(LIST, {"overdue": "no"})) == ["000105"]


def test_what_was_asked_for_is_escaped(hr: Client, company: Campaign) -> None:
    page = hr.get(LIST, {"q": "<script>alert(1)</script>", "department": "<b>"})

    assert b"<script>alert(1)" not in page.content
    assert rows(page) == []


def test_a_long_list_comes_in_pages_and_everybody_once(hr: Client) -> None:
    for n in range(60):
        building.person(f"{n:06d}", f"架空 太郎{n}", kana=f"カクウ {n % 3}")
    building.campaign()

    first, second = listed(hr.get(LIST)), listed(hr.get(LIST, {"p": 2}))

    assert (len(first), len(second)) == (50, 10)
    assert len({*first, *second}) == 60
    assert "2ページ中1ページ目" in text(hr.get(LIST))


def test_an_empty_list_says_so(hr: Client, company: Campaign) -> None:
    assert "0件" in text(hr.get(LIST, {"q": "いない人"}))


def test_before_it_is_open_a_campaign_is_its_plan(hr: Client) -> None:
    building.campaign(opened=False)

    assert hr.get(LIST)["Location"] == f"{LIST}plan/"


def test_an_unknown_campaign_is_not_found(hr: Client) -> None:
    assert hr.get(LIST).status_code == 404


def test_all_campaigns_are_listed_newest_first(hr: Client) -> None:
    building.person()
    building.campaign(code="FY2026")
    building.campaign(code="FY2027", opened=False)
    Campaign.objects.filter(code="FY2027").update(first_day=date(2026, 4, 2))

    lines = rows(hr.get("/admin/training/campaigns/"))

    assert [(line[1], line[5], line[6], line[7]) for line in lines] == [
        ("FY2027", Campaign.State.APPROVED.label, "0", "0"),
        ("FY2026", Campaign.State.OPEN.label, "1", "0"),
    ]


def cost(client: Client, address: str) -> int:
    """How many queries a page takes, once whatever a process keeps is kept."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def grow(staff: int, modules: int, *, code: str) -> str:
    """A campaign of this size, with people at every stage; return its list's address."""
    people = [building.person(f"{code}{n:04d}", f"架空 {n}", department=f"本部/部{n}") for n in range(staff)]
    building.campaign([f"article-{n}" for n in range(1, modules + 1)], code=code)
    for employment in people[:3]:
        building.train(building.assignment_of(employment, code))
    for employment in people[:2]:
        decline(assignment=building.assignment_of(employment, code), reason="理由", now=building.NOW)
    building.certify(building.sign(building.assignment_of(people[0], code), "架空 0"))
    return f"/admin/training/campaigns/{code}/"


def test_the_list_costs_at_most_15_queries_whatever_the_staff_and_the_modules(hr: Client, officer: Client) -> None:
    small, large = grow(5, 1, code="SMALL"), grow(60, 9, code="LARGE")

    for client in (hr, officer):
        assert cost(client, small) == cost(client, large) <= 15


def test_what_belongs_to_the_list_costs_the_same_too(hr: Client) -> None:
    small, large = grow(5, 1, code="SMALL"), grow(60, 9, code="LARGE")

    for part in ("?export=csv", "results/?q=架空", "plan/", "?state=signed&department=本部&overdue=no"):
        assert (part, cost(hr, small + part)) == (part, cost(hr, large + part))
