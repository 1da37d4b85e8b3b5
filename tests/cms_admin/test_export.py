"""The list as a file: byte for byte what Excel needs, and nothing that it would run."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests import building
from training.access.models import AccessLog
from training.attestation.attest import decline
from training.campaigns.models import Campaign
from training.reports.cells import identifier

LIST = "/admin/training/campaigns/FY2026/"
HEAD = [
    "社員番号",
    "氏名",
    "フリガナ",
    "所属",
    "修了課程数",
    "課程",
    "状態",
    "期限超過",
    "期限",
    "署名日時",
    "修了証番号",
    "修了の方法",
]


@pytest.fixture
def company() -> Campaign:
    """A signature, a refusal, and names that try a spreadsheet's patience."""
    signed = building.person("000101", "髙橋 一郎", kana="タカハシ イチロウ")
    declined = building.person("000102", "𠮷田 次郎", kana="ヨシダ ジロウ")
    building.person("000103", "=cmd|' /C calc'!A0", kana="@SUM(1+1)", department="-営業/+二課")
    building.person("00010E", '葛\U000e0100城 "三奈", 様\nと続く', kana="カツラギ")
    campaign = building.campaign()
    for employment in (signed, declined):
        building.train(building.assignment_of(employment))
    decline(assignment=building.assignment_of(declined), reason="秘密の理由", now=building.NOW)
    building.certify(building.sign(building.assignment_of(signed), "髙橋 一郎"))
    return campaign


def exported(client: Client, kind: str, **query: str) -> Any:
    """The file, and its headers."""
    response = client.get(LIST, {"export": kind, **query})
    assert response.status_code == 200
    return response, b"".join(response.streaming_content)


def table(data: bytes) -> list[list[str]]:
    """A CSV file's cells, as a reader that knows nothing of Excel sees them."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_begins_with_one_bom_and_every_line_ends_in_cr_lf(hr: Client, company: Campaign) -> None:
    response, data = exported(hr, "csv", q="000101")

    assert data.startswith(b"\xef\xbb\xbf\xe7\xa4\xbe\xe5\x93\xa1\xe7\x95\xaa\xe5\x8f\xb7,")
    assert data.count(b"\xef\xbb\xbf") == 1
    assert data.count(b"\n") == data.count(b"\r\n") == 2
    assert data.endswith(b"\r\n")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="FY2026-2026-11-24.csv"'


def test_csv_keeps_leading_zeros_and_numbers_that_look_like_powers_of_ten(hr: Client, company: Campaign) -> None:
    _, data = exported(hr, "csv")

    assert b'"=""000101""",' in data
    assert b'"=""00010E""",' in data
    assert {line[0] for line in table(data)[1:]} == {
        identifier(number) for number in ("000101", "000102", "000103", "00010E")
    }


def test_csv_defuses_what_would_run_and_keeps_every_other_character(hr: Client, company: Campaign) -> None:
    _, data = exported(hr, "csv")
    lines = {line[0]: line for line in table(data)}

    assert lines['="000103"'][1:4] == ["'=cmd|' /C calc'!A0", "'@SUM(1+1)", "'-営業/+二課"]
    assert lines['="000101"'][1] == "髙橋 一郎"
    assert lines['="000102"'][1] == "𠮷田 次郎"
    assert lines['="00010E"'][1] == '葛\U000e0100城 "三奈", 様\nと続く'
    assert "𠮷".encode() in data
    assert "髙".encode() in data
    for line in table(data)[1:]:
        assert not any(cell.startswith(("+", "-", "@", "\t")) for cell in line)
        assert not any(cell.startswith("=") for cell in line[1:])


def test_csv_says_where_each_person_stands_in_local_time_and_plain_days(hr: Client, company: Campaign) -> None:
    _, data = exported(hr, "csv")
    head, *lines = table(data)

    assert head == HEAD
    by_number = {line[0]: line[3:] for line in lines}
    where = "営業本部/第一営業部/二課"
    signed = [where, "1", "1", "署名済み", "", "2026-12-25", "2026-11-24 10:00:00", "FY2026-000001", "オンライン"]
    assert by_number['="000101"'] == signed
    assert by_number['="000102"'] == [where, "1", "1", "署名できない", "", "2026-12-25", "", "", "オンライン"]
    assert by_number['="000103"'] == ["'-営業/+二課", "0", "1", "未着手", "", "2026-12-25", "", "", ""]


def test_no_file_tells_why_somebody_declined(hr: Client, company: Campaign) -> None:
    assert "秘密の理由".encode() not in exported(hr, "csv")[1]


def test_a_file_holds_what_was_filtered_and_all_pages_of_it(hr: Client) -> None:
    for n in range(60):
        building.person(f"{n:06d}", f"架空 {n}", department="営業本部/一課" if n < 55 else "管理本部")
    building.campaign()

    assert len(table(exported(hr, "csv")[1])) == 61
    assert len(table(exported(hr, "csv", department="営業本部", p="2")[1])) == 56
    assert len(table(exported(hr, "csv", state="signed")[1])) == 1


def test_xlsx_holds_text_as_text_and_times_as_local_times(hr: Client, company: Campaign) -> None:
    response, data = exported(hr, "xlsx")
    sheet = load_workbook(io.BytesIO(data)).active
    head, *lines = [list(line) for line in sheet.iter_rows()]
    by_number = {line[0].value: line for line in lines}

    assert [cell.value for cell in head] == HEAD
    assert set(by_number) == {"000101", "000102", "000103", "00010E"}
    formula = by_number["000103"][1]
    assert (formula.value, formula.data_type) == ("=cmd|' /C calc'!A0", "s")
    assert by_number["000102"][1].value == "𠮷田 次郎"
    assert by_number["00010E"][1].value == '葛\U000e0100城 "三奈", 様\nと続く'
    signed = by_number["000101"]
    assert signed[9].value == datetime(2026, 11, 24, 10, 0)
    assert signed[8].value.isoformat().startswith("2026-12-25")
    assert signed[4].value == 1
    assert response["Content-Disposition"] == 'attachment; filename="FY2026-2026-11-24.xlsx"'


def test_xlsx_replaces_what_xml_cannot_hold_and_keeps_the_sheet(hr: Client) -> None:
    building.person("000101", "髙橋\x0b一郎")
    building.campaign()

    sheet = load_workbook(io.BytesIO(exported(hr, "xlsx")[1])).active

    assert sheet["B2"].value == "髙橋\ufffd一郎"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_each_file_is_in_the_access_log_before_it_goes_out(
    kind: str, hr: Client, hr_account: Any, company: Campaign
) -> None:
    hr.get(LIST, {"q": "髙橋"})
    assert not AccessLog.objects.exists()

    exported(hr, kind, q="髙橋")

    row = AccessLog.objects.get()
    assert (row.user_id, row.action, row.campaign_id) == (hr_account.pk, AccessLog.Action.EXPORT, company.pk)
    assert row.what == f"1 assignments of FY2026 as {kind}"
    assert row.why == "hr"


def test_the_log_names_the_officers_own_right(officer: Client, company: Campaign) -> None:
    exported(officer, "csv")

    assert AccessLog.objects.get().why == "privacy_officer"


def test_a_form_that_does_not_exist_is_no_export(hr: Client, company: Campaign) -> None:
    response = hr.get(LIST, {"export": "exe"})

    assert response["Content-Type"].startswith("text/html")
    assert not AccessLog.objects.exists()
