"""The pages of statistics: what they say, what they keep to themselves, to whom, and as which files."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests import asking, building
from tests.cms_admin.conftest import signed_in
from tests.cms_admin.reading import text
from tests.reports.test_statistics import N, Y, answer, campaign, people
from training.access.models import AccessLog
from training.catalogue.blueprint import Blueprint
from training.quiz.statistics import JUDGED
from training.roles import Role

CAMPAIGN_PAGES = ("questions", "clauses", "topics", "departments")


def address(name: str, *args: Any) -> str:
    """Where a page of statistics is."""
    return reverse(f"training_statistics:{name}", args=args)


@pytest.fixture
def editor() -> Client:
    """An editor's browser."""
    return signed_in(building.account("editor", Role.EDITOR))


def question_uuid(number: int) -> str:
    return asking.question("article-3", number).question


@pytest.fixture
def sat() -> None:
    """Twenty people: all know 1, none 2, and who knows 3 does not know 4. Two departments of ten."""
    crowd = people(JUDGED // 2) + people(JUDGED // 2, department="開発部", first=50)
    campaign()
    for n, person in enumerate(crowd):
        answer(person, (Y, N, n >= 10, n < 10))


@pytest.mark.usefixtures("sat")
def test_what_is_found_about_a_question_is_said_with_what_to_do(hr: Client) -> None:
    words = text(hr.get(address("questions", "FY2026")))

    assert "易しすぎる" in words
    assert "難しすぎる" in words
    assert "逆に働いている" in words
    assert "誰も選ばない誤答" in words
    assert "実際にある間違い" in words
    assert "−1.00" in words


@pytest.mark.usefixtures("sat")
def test_every_page_says_which_papers_and_which_time_are_meant(hr: Client) -> None:
    pages = [address(name, "FY2026") for name in CAMPAIGN_PAGES]
    for page in [*pages, address("index"), address("question", question_uuid(1))]:
        words = text(hr.get(page))
        assert "初回の受験だけ" in words
        assert "設問ごとに測った時間ではありません" in words


@pytest.mark.usefixtures("sat")
def test_a_questions_answers_are_counted_on_its_own_page(hr: Client) -> None:
    words = text(hr.get(address("question", question_uuid(3))))

    assert "2026年度 個人情報保護研修" in words
    assert "正しい対応0 正答 10 50%" in words
    assert "誤った対応3" in words
    assert "ほとんど選ばれていません" in words


@pytest.mark.usefixtures("sat")
def test_departments_and_files_are_no_editors_business_and_are_not_offered(editor: Client, hr: Client) -> None:
    page = editor.get(address("questions", "FY2026")).content.decode()

    assert address("departments", "FY2026") not in page
    assert ".xlsx" not in page
    assert ".pdf" not in page
    assert "開発部" not in page
    assert "開発部" in text(hr.get(address("departments", "FY2026")))


@pytest.mark.usefixtures("sat")
def test_no_page_and_no_file_names_a_person(hr: Client) -> None:
    pages = [address(name, "FY2026") for name in CAMPAIGN_PAGES]
    for page in [*pages, address("index"), address("question", question_uuid(1))]:
        shown = hr.get(page).content.decode()
        assert not re.search(r"架空|0000\d\d", shown)
    cells = [cell for sheet in workbook(hr).worksheets for row in sheet.values for cell in row]
    assert not any("架空" in str(cell) for cell in cells)


def test_of_four_people_a_page_says_that_it_says_nothing(hr: Client) -> None:
    four = people(4)
    campaign()
    for person in four:
        answer(person, (Y, N, Y, N))

    words = text(hr.get(address("questions", "FY2026")))
    assert words.count("5人未満") >= 4
    assert "%" not in words
    assert "5人未満" in text(hr.get(address("question", question_uuid(1))))
    assert "まだお見せできる数字がありません" in text(hr.get(address("departments", "FY2026")))


def test_a_question_that_nobody_met_and_one_that_does_not_exist(hr: Client) -> None:
    building.person()
    campaign()

    assert "まだどの受験にも出ていません" in text(hr.get(address("question", question_uuid(1))))
    assert hr.get(address("question", asking.uid("nothing"))).status_code == 404
    assert hr.get(address("questions", "FY1999")).status_code == 404
    assert hr.get(address("chart", "FY2026", "people")).status_code == 404


@pytest.mark.usefixtures("sat")
def test_the_chart_on_the_page_needs_no_leave_of_the_sites_policy(hr: Client) -> None:
    for page in (address("questions", "FY2026"), address("index")):
        (drawn,) = re.findall(r"<svg[^>]*pt-chart.*?</svg>", hr.get(page).content.decode(), re.DOTALL)
        assert not re.search(r"\sstyle=|<style|<script|\son\w+=|href|url\(", drawn)
        assert 'role="img"' in drawn
        assert re.search(r'aria-labelledby="chart-title chart-description"', drawn)


def workbook(client: Client) -> Any:
    """The workbook as somebody takes it away."""
    response = client.get(address("workbook", "FY2026"))
    assert response.status_code == 200
    return load_workbook(BytesIO(b"".join(response.streaming_content)))


@pytest.mark.usefixtures("sat")
def test_the_workbook_has_a_sheet_for_each_dimension_and_numbers_as_numbers(hr: Client) -> None:
    book = workbook(hr)

    assert book.sheetnames == ["設問別", "回答", "条項別", "認識事項別", "所属別", "図表の見方"]
    heads, *rows = book["設問別"].values
    assert [row[2] for row in rows] == [20, 20, 20, 20]
    assert sorted(row[4] for row in rows) == [0, 0.5, 0.5, 1]
    assert heads[4] == "正答率"
    assert [row[:3] for row in book["所属別"].iter_rows(min_row=2, values_only=True)] == [
        ("全体", 20, 80), ("\u3000営業本部", 10, 40), ("\u3000\u3000一課", 10, 40), ("\u3000開発部", 10, 40),
    ]  # fmt: skip
    assert sum(row[4] for row in book["回答"].iter_rows(min_row=2, values_only=True)) == 20 * 4


def test_a_text_that_looks_like_a_formula_is_a_text(hr: Client) -> None:
    five = people(5)
    question = asking.question("article-3", 1)
    first, *others = question.options
    changed = replace(question, options=(replace(first, text='=HYPERLINK("x")'), *others))
    campaign(questions=(changed,), blueprint=Blueprint(draw=1, pass_mark=50))
    for person in five:
        answer(person)

    cell = workbook(hr)["回答"]["C2"]

    assert (cell.value, cell.data_type) == ('=HYPERLINK("x")', "s")


@pytest.mark.usefixtures("sat")
def test_taking_a_file_is_written_into_the_access_log(hr: Client) -> None:
    workbook(hr)
    pdf = hr.get(address("chart", "FY2026", "departments"))
    hr.get(address("years_chart"))

    assert pdf.content.startswith(b"%PDF-1.7")
    assert list(AccessLog.objects.order_by("what").values_list("action", "what", "why")) == [
        ("export", "statistics by departments of FY2026 as pdf", "hr"),
        ("export", "statistics by year as pdf", "hr"),
        ("export", "statistics of FY2026 as xlsx", "hr"),
    ]


def test_a_page_costs_the_same_for_five_people_and_for_twelve(hr: Client) -> None:
    def costs(code: str) -> list[int]:
        found = []
        for page in (*(address(name, code) for name in CAMPAIGN_PAGES), address("question", question_uuid(1))):
            with CaptureQueriesContext(connection) as queries:
                assert hr.get(page).status_code == 200
            found.append(len(queries))
        return found

    five = people(5)
    campaign()
    for person in five:
        answer(person)
    costs("FY2026")
    few = costs("FY2026")
    more = people(7, first=20, department="開発部")
    campaign("FY2027")
    for person in (*five, *more):
        answer(person, code="FY2027")

    assert costs("FY2027") == few
    assert max(few) <= 13
