"""HR's list says in words who did it on paper or in a session, is narrowed to them, and takes the words into its files."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from openpyxl import load_workbook

from tests import asking, building
from tests.cms_admin.reading import rows
from tests.cms_admin.test_campaign_list import cost
from training.access.sample import draw_sample
from training.attestation.annul import annul
from training.attestation.models import Annulment
from training.attestation.paper import enter_paper, enter_session
from training.campaigns.approve import approve
from training.campaigns.credits import CreditRule
from training.campaigns.models import Assignment, Campaign
from training.rounds.begin import begin

LIST = "/admin/training/campaigns/FY2026/"
HELD = date(2026, 11, 20)
SCAN = asking.picture().data
MARK = "紙または集合研修（人事による入力。確からしさは低い）"
SIGNED = "紙に署名（人事による入力。確からしさは低い）"
NAMES = {
    "000101": "髙橋 一郎",
    "000102": "𠮷田 花子",
    "000103": "山﨑 次郎",
    "000104": "渡邉 三奈",
    "000105": "德田 四郎",
    "000106": "架空 五郎",
}


def sheet(assignment: Assignment, **changes: Any) -> None:
    values: dict[str, Any] = {
        "kind": "paper", "held_on": HELD, "scan": SCAN, "note": "", "by": building.officer(), "now": building.NOW,
    }  # fmt: skip
    enter_paper(assignment=assignment, **(values | changes))


@pytest.fixture
def company() -> Campaign:
    """Online, on paper, in a session, signed on paper alone, credited with paper, and not begun."""
    made = {number: building.person(number, name) for number, name in NAMES.items()}
    before = building.campaign(code="FY2025")
    sheet(building.assignment_of(made["000105"], "FY2025"), kind="group")
    campaign = building.draft(credit_rule=CreditRule(kinds=frozenset({before.kind}), signed_from=date(2026, 4, 1)))
    approve(campaign=campaign, by=building.officer(), now=building.NOW)
    begin(campaign=campaign, by=building.officer(), now=building.NOW)
    mine = {number: building.assignment_of(employment) for number, employment in made.items()}
    building.train(mine["000101"])
    building.sign(mine["000101"], NAMES["000101"])
    sheet(mine["000102"])
    enter_session(
        assignments=[mine["000103"]], kind="group", held_on=HELD, scan=SCAN, note="",
        by=building.officer(), now=building.NOW,
    )  # fmt: skip
    building.train(mine["000104"])
    sheet(mine["000104"])
    return campaign


def states(client: Client, **query: Any) -> dict[str, str]:
    """What stands in the column of the state, by number."""
    return {line[0]: line[4] for line in rows(client.get(LIST, query))}


def exported(client: Client, kind: str, **query: Any) -> bytes:
    return b"".join(client.get(LIST, {"export": kind, **query}).streaming_content)


def test_below_the_state_stands_in_words_what_rests_on_paper_and_nothing_where_nothing_does(
    hr: Client, company: Campaign
) -> None:
    assert states(hr) == {
        "000101": "署名済み",
        "000102": f"署名済み {MARK}",
        "000103": f"署名済み {MARK}",
        "000104": f"署名済み {SIGNED}",
        "000105": f"受講済み扱い {MARK}",
        "000106": "未着手",
    }


def test_the_mark_stays_where_the_modules_were_entered_from_a_sheet_and_the_signature_is_annulled(
    hr: Client, company: Campaign
) -> None:
    for number in ("000102", "000104"):
        annul(
            attestation=building.assignment_of(company.assignments.get(employment__number=number).employment)
            .attestations.get(),
            cause=Annulment.Cause.OTHER, reason="署名簿の取り違え", by=building.officer(), now=building.later(minutes=9),
        )  # fmt: skip

    found = states(hr)

    assert found["000102"] == f"全課程合格・未署名 {MARK}"
    assert found["000104"] == "全課程合格・未署名"


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"basis": "online"}, ["000101"]),
        ({"basis": "paper"}, ["000102", "000103", "000104", "000105"]),
        ({"basis": "paper", "state": "credited"}, ["000105"]),
        ({"basis": "online", "state": "credited"}, []),
        ({"basis": "paper", "q": "𠮷田"}, ["000102"]),
        ({"basis": ""}, list(NAMES)),
        ({"basis": "signed_on_paper"}, list(NAMES)),
        ({"basis": "<script>"}, list(NAMES)),
    ],
)
def test_the_list_and_its_files_are_narrowed_by_how_it_was_completed(
    hr: Client, company: Campaign, query: dict[str, str], numbers: list[str]
) -> None:
    assert sorted(states(hr, **query)) == numbers
    lines = list(csv.reader(io.StringIO(exported(hr, "csv", **query).decode("utf-8-sig"), newline="")))
    assert sorted(line[0] for line in lines[1:]) == [f'="{number}"' for number in numbers]


def test_the_filter_offers_all_online_and_paper_or_a_session(hr: Client, company: Campaign) -> None:
    page = BeautifulSoup(hr.get(LIST).content.decode(), "html.parser")
    offered = {field["value"]: field.find_parent("label") for field in page.select('input[name="basis"]')}

    assert {value: label.get_text(strip=True) for value, label in offered.items()} == {
        "": "すべて",
        "online": "オンライン",
        "paper": MARK,
    }


def test_the_last_column_of_both_files_says_how_it_was_completed(hr: Client, company: Campaign) -> None:
    data = exported(hr, "csv")
    head, *lines = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    found = {line[0]: line[-1] for line in lines}
    workbook = load_workbook(io.BytesIO(exported(hr, "xlsx"))).active
    sheet_head, *sheet_lines = [[cell.value for cell in line] for line in workbook.iter_rows()]

    assert (head[-1], sheet_head[-1]) == ("修了の方法", "修了の方法")
    assert found == {
        '="000101"': "オンライン",
        '="000102"': MARK,
        '="000103"': MARK,
        '="000104"': SIGNED,
        '="000105"': MARK,
        '="000106"': "",
    }
    assert {f'="{line[0]}"': line[-1] or "" for line in sheet_lines} == found
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n") == 7
    assert MARK.encode("cp932"), "the words are in Excel's own encoding, too"


def test_sample_and_record_carry_the_same_mark(hr: Client, hr_account: Any, company: Campaign) -> None:
    sample = draw_sample(user=hr_account, campaign=company, size=6, by_department=False, now=building.NOW)
    assert {line[1]: line[4] for line in rows(hr.get(f"{LIST}samples/{sample.pk}/"))} == states(hr)

    credited = company.assignments.get(employment__number="000105")
    record = BeautifulSoup(hr.get(f"{LIST}assignments/{credited.pk}/").content.decode(), "html.parser")
    assert [mark.get_text() for mark in record.select(".pt-basis")] == [MARK]
    plain = company.assignments.get(employment__number="000101")
    assert b"pt-basis" not in hr.get(f"{LIST}assignments/{plain.pk}/").content


def test_marks_and_filter_cost_the_same_for_few_and_for_many(hr: Client) -> None:
    costs = []
    for code, staff in (("SMALL", 2), ("LARGE", 20)):
        people = [building.person(f"{code}{n:02d}", f"架空 {n}") for n in range(staff)]
        building.campaign(code=code)
        enter_session(
            assignments=[building.assignment_of(one, code) for one in people if one.number.startswith(code)],
            kind="group", held_on=HELD, scan=SCAN, note="", by=building.officer(), now=building.NOW,
        )  # fmt: skip
        address = f"/admin/training/campaigns/{code}/"
        costs.append([cost(hr, address + part) for part in ("", "?basis=paper", "?basis=paper&export=csv")])

    assert costs[0] == costs[1]
    assert max(costs[0]) <= 15
