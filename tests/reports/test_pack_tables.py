"""A pack's tables: the same rows as CSV and as XLSX, with every character, and nothing that runs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from tests import building
from tests.reports.packs import LATER, as_text, bare, checked, company, packed
from training.attestation.annul import annul
from training.attestation.attest import decline
from training.attestation.models import Annulment, Attestation
from training.campaigns.models import Campaign
from training.campaigns.progress import open_task
from training.certificates.edition import issue_edition
from training.certificates.models import Certificate
from training.certificates.reissue import reissue
from training.certificates.revoke import revoke
from training.ledger.keys import load_key
from training.ledger.seal import seal
from training.people.enrol import rename
from training.people.models import Employment

pytestmark = pytest.mark.django_db
TABLES = [
    "roster",
    "assignments",
    "exemptions",
    "credits",
    "closings",
    "paper",
    "course",
    "changes",
    "results",
    "untrained",
    "attestations",
    "certificates",
    "reminders",
    "access-log",
]
HOSTILE = [
    ("000101", "𠮷田 太郎"),
    ("000102", "葛\U000e0100城 﨑子"),
    ("000103", "=cmd|' /C calc'!A0"),
    ("000104", "@SUM(1+1)"),
    ("00010E", 'A/B\\C\x0b"D", E\nF'),
    ("000199", "最後 未受講"),
]


def employment(number: str) -> Employment:
    return Employment.objects.get(number=number)


def officer() -> Any:
    return get_user_model().objects.get(username="officer")


def signed(name: str, number: str) -> None:
    """This person is trained, has signed and holds a certificate."""
    assignment = building.assignment_of(employment(number))
    building.train(assignment)
    building.certify(building.sign(assignment, name))


def test_every_table_has_the_same_rows_in_both_files_whatever_people_are_called() -> None:
    for number, name in HOSTILE:
        building.person(number, name, department="営業/+二課" if number == "000103" else "管理本部")
    campaign = building.campaign()
    for number, name in HOSTILE[:2]:
        signed(name, number)

    pack = packed(campaign)

    for table in TABLES:
        text, book = pack.csv(table), pack.xlsx(table)
        assert [[bare(cell) for cell in row] for row in text] == [[as_text(cell) for cell in row] for row in book]
        for row in text[1:]:
            assert not any(cell.startswith(("+", "-", "@", "\t")) for cell in row)
            assert not any(cell.startswith("=") and not cell.startswith('="') for cell in row)
    names = {row["社員番号"]: row["氏名"] for row in pack.rows("roster")}
    assert names == {number: name.replace("\x0b", "\ufffd") for number, name in HOSTILE}
    assert pack.under("certificates") == ["000101_𠮷田 太郎.pdf", "000102_葛\U000e0100城 﨑子.pdf"]


def test_a_formula_is_text_in_the_workbook_and_defused_in_the_csv() -> None:
    building.person("000103", "=1+1")
    campaign = building.campaign()

    pack = packed(campaign)

    assert pack.csv("roster")[1][1] == "'=1+1"
    assert pack.xlsx("roster")[1][1] == "=1+1"
    assert b"<f>" not in pack.zip.read("tables/roster.xlsx")


def test_names_that_hold_a_path_become_files_of_the_folder_and_twins_are_told_apart() -> None:
    pairs = [("000101", "斎藤/一郎"), ("000102", "..\\佐藤"), ("000103", "最後")]
    campaign = company(pairs)

    pack = packed(campaign)

    assert [n for n in pack.under("attestations") if n.endswith(".json")] == [
        "000101_斎藤_一郎.json",
        "000102__佐藤.json",
    ]
    assert not any(".." in part.split("_") for name in pack.names for part in name.split("/"))


def test_the_roster_has_a_line_for_each_span_on_which_the_name_was_the_same() -> None:
    person = building.person("000101", "旧姓 花子")
    campaign = building.campaign()
    rename(employee=person.employee, name="新姓 花子", kana="シンセイ", since=date(2026, 10, 1), now=building.NOW)
    building.person("000102", "後入 社員", joined=date(2027, 1, 10))

    rows = packed(campaign).rows("roster")

    assert [
        (r["社員番号"], r["氏名"], r["この行の期間の初日"], r["この行の期間の末日"], r["研修の対象"]) for r in rows
    ] == [
        ("000101", "旧姓 花子", "2026-04-01", "2026-09-30", "○"),
        ("000101", "新姓 花子", "2026-10-01", "2027-03-31", "○"),
        ("000102", "後入 社員", "2027-01-10", "2027-03-31", ""),
    ]


def test_whoever_has_not_signed_is_listed_with_what_is_known_of_why() -> None:
    for number in range(101, 107):
        building.person(f"{number:06d}", f"架空 {number}")
    campaign = building.campaign()
    tasks = {a.employment.number: a for a in campaign.assignments.select_related("employment")}
    open_task(task=tasks["000102"].tasks.get(), language="ja", now=building.NOW)
    building.train(building.assignment_of(tasks["000103"].employment))
    declining = building.assignment_of(tasks["000104"].employment)
    building.train(declining)
    decline(assignment=declining, reason="内容を確認したい", now=building.NOW)
    signed("架空 105", "000105")
    building.person("000900", "後入 社員", joined=date(2026, 12, 1))

    rows = packed(campaign, now=building.later(days=40)).rows("untrained")

    assert [(r["社員番号"], r["状況"], r["修了した課程"], r["申し出の理由"], r["期限超過"]) for r in rows] == [
        ("000101", "未着手", "0", "", "○"),
        ("000102", "受講中", "0", "", "○"),
        ("000103", "全課程修了・未署名", "1", "", "○"),
        ("000104", "署名できないとの申し出", "1", "内容を確認したい", "○"),
        ("000106", "未着手", "0", "", "○"),
        ("000900", "割り当てなし（割り当ての後の入社など）", "", "", ""),
    ]
    assert {row["講じた措置"] for row in rows} == {"記録なし"}


def test_results_name_attempts_scores_and_the_version_taught() -> None:
    person = building.person("000101", "髙橋 一郎")
    building.person("000102", "佐藤 二郎")
    campaign = building.campaign()
    task = building.read(building.assignment_of(person).tasks.get())
    building.sit(task, right=False)
    building.sit(task, seed="second", now=building.later(minutes=5))

    first, second = packed(campaign).rows("results")

    assert (first["受験回数"], first["得点"], first["満点"], first["合否"]) == ("2", "3", "3", "合格")
    assert first["修了日時"] == "2026-11-24 10:05:00"
    assert first["版のSHA-256"] == second["版のSHA-256"] != ""
    assert (second["受験回数"], second["得点"], second["合否"], second["修了日時"]) == ("0", "", "", "")


@pytest.fixture
def years() -> Campaign:
    """Four certificates: one annulled and signed anew, one reissued, one revoked, one in force."""
    people = [("000101", "誤名 一郎"), ("000102", "旧姓 花子"), ("000103", "取消 三郎"), ("000104", "有効 四郎")]
    campaign = company([*people, ("000199", "最後")])
    held = {c.assignment.employment.number: c for c in Certificate.objects.select_related("assignment__employment")}
    wrong = Attestation.objects.get(assignment=held["000101"].assignment)
    annul(attestation=wrong, cause=Annulment.Cause.WRONG_PERSON, reason="別人が署名", by=officer(), now=LATER)
    building.certify(building.sign(building.assignment_of(employment("000101")), "誤名 一郎", now=LATER), now=LATER)
    renamed = employment("000102").employee
    rename(employee=renamed, name="新姓 花子", kana="シンセイ", since=date(2026, 11, 24), now=LATER)
    seal(now=LATER, key=load_key())
    reissue(certificate=held["000102"], reason="改姓", by=officer(), now=LATER)
    revoke(certificate=held["000103"], reason="不正", by=officer(), now=LATER)
    return campaign


def test_every_certificate_is_there_with_its_state_in_words_and_its_reason(years: Campaign, tmp_path: Path) -> None:
    pack = packed(years)

    rows = pack.rows("certificates")
    assert [(r["修了証番号"][-1], r["氏名"], r["種別"], r["状態"], r["理由"], r["ファイル"]) for r in rows] == [
        ("1", "誤名 一郎", "初回", "無効（署名の取消し）", "", "certificates/000101_誤名 一郎_FY2026-000001.pdf"),
        ("2", "旧姓 花子", "初回", "再発行により失効", "改姓", "certificates/000102_旧姓 花子_FY2026-000002.pdf"),
        ("3", "取消 三郎", "初回", "取消し", "不正", "certificates/000103_取消 三郎_FY2026-000003.pdf"),
        ("4", "有効 四郎", "初回", "有効", "", "certificates/000104_有効 四郎.pdf"),
        ("5", "誤名 一郎", "初回", "有効", "", "certificates/000101_誤名 一郎.pdf"),
        ("6", "新姓 花子", "再発行", "有効", "", "certificates/000102_新姓 花子.pdf"),
    ]
    assert len(pack.under("certificates")) == 6
    result = checked(pack, tmp_path)
    assert result.returncode == 3, result.stdout


def test_an_edition_in_another_language_has_a_line_and_a_file_of_its_own(tmp_path: Path) -> None:
    campaign = company([("000104", "有効 四郎"), ("000199", "最後")])
    issue_edition(certificate=Certificate.objects.get(), language="en", by=officer(), now=LATER)

    pack = packed(campaign)

    assert [(row["種別"], row["言語"], row["ファイル"]) for row in pack.rows("certificates")] == [
        ("初回", "ja", "certificates/000104_有効 四郎.pdf"),
        ("他言語版", "en", "certificates/000104_有効 四郎_FY2026-000001_en.pdf"),
    ]
    assert checked(pack, tmp_path).returncode == 3


def test_an_annulled_signature_is_there_beside_the_one_that_counts(years: Campaign) -> None:
    pack = packed(years)

    mine = [row for row in pack.rows("attestations") if row["社員番号"] == "000101"]
    assert [(row["署名の回"], row["無効の事由"], row["無効の理由"]) for row in mine] == [
        ("1", "別人による署名", "別人が署名"),
        ("2", "", ""),
    ]
    assert [row["ファイル"] for row in mine] == [
        "attestations/000101_誤名 一郎.json",
        "attestations/000101_誤名 一郎_2.json",
    ]
    first = pack.json("attestations/000101_誤名 一郎.json")
    assert first["annulled"] == str(Annulment.objects.get().entry_id)
    summary = pack.json("summary.json")["campaigns"]["FY2026"]
    assert (summary["signed"], summary["annulled"], summary["revoked"], summary["certificates"]) == (4, 1, 1, 6)


def test_the_access_log_is_in_it_with_the_words_of_its_rights() -> None:
    building.person()
    campaign = building.campaign()
    assert packed(campaign).rows("access-log") == []
