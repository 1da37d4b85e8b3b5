"""A pack of a year in which people came, left, were exempt, credited, reminded and trained on paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests import building
from tests.reports.handmade import Files, unzipped
from tests.reports.packs import Pack, bare, checked
from tests.reports.test_pack_verify_real import Change, Made, again, edited, replaced, run
from tests.reports.test_pack_verify_tables import in_sheet
from training.attestation.annul import annul
from training.attestation.credit import credit
from training.attestation.models import Attestation
from training.attestation.paper import enter_paper
from training.campaigns.approve import approve
from training.campaigns.assign import assign
from training.campaigns.credits import CreditRule
from training.campaigns.exempt import RESTARTED, exempt, lift
from training.campaigns.extend import EXTENDED, extend_campaign
from training.campaigns.models import Assignment, AssignmentEvent, Campaign, CampaignEvent, Exemption
from training.campaigns.open import open_campaign
from training.campaigns.prolong import PROLONGED, prolong
from training.campaigns.standing_by_hand import add, remove
from training.changes.models import ClauseConfirmation, ClauseDecision
from training.ledger.canonical import canonical
from training.ledger.keys import load_key, verifier
from training.ledger.seal import seal
from training.people.leave import record_leave
from training.people.models import Employment
from training.people.renumber import renumber
from training.people.undo_import import undo_import
from training.reminders.models import ReminderSent
from training.reports import as_of_wording
from training.reports.pack import wording
from training.reports.pack.write import evidence_pack

__all__ = ["run"]  # a fixture

pytestmark = pytest.mark.django_db
TODAY = building.NOW.date()
DAY = timedelta(days=1)
NAMES = ["髙橋 一郎", "﨑山 花子", "邉見 次郎", "齋藤 三郎", "𠮷野 五郎", "佐藤 六郎", "鈴木 七子", "田中 八郎"]
SCAN = b"%PDF-1.4 " + "署名".encode() + b"\n%%EOF\n"
NOTICE = -31  # from TODAY, when everybody is assigned, to the due day, 2026-12-25
WITH_ACCOUNTS = ("exemptions", "closings", "paper", "reminders", "course", "changes")
HEAD = "社員番号,氏名,フリガナ,部署,雇用区分,入社日,退社日\n"


def person(number: str) -> Employment:
    """Who works here under a number now."""
    return Employment.objects.filter(number=number, superseded_at__isnull=True).latest("valid_from")


def asked(number: str, code: str = "FY2026") -> Assignment:
    """The assignment of whoever has a number."""
    return Assignment.objects.select_related("campaign__revision", "campaign__statement", "employment").get(
        employment__number=number, campaign__code=code
    )


def opened(code: str, **changes: Any) -> Campaign:
    """A campaign under way."""
    made, officer = building.draft(code=code, **changes), building.officer()
    approve(campaign=made, by=officer, now=building.NOW)
    open_campaign(campaign=made, by=officer, now=building.NOW)
    return made


def whole_life() -> Campaign:
    """Eight people; each but the first has a year of its own kind."""
    for n, name in enumerate(NAMES):
        building.person(f"00010{n}", name, department="本社/一課")
    officer, now = building.officer(), building.NOW
    extra = opened("EXTRA2026", kind=Campaign.Kind.MAKE_UP, title="追加研修")
    rule = CreditRule(kinds=frozenset({"make_up"}), signed_from=date(2026, 1, 1))
    campaign = opened("FY2026", credit_rule=rule)
    by = {"by": officer, "now": now}

    building.train(asked("000100"))
    building.certify(building.sign(asked("000100"), NAMES[0]))
    exempt(assignment=asked("000101"), cause="long_leave", reason="育児休業のため", until=TODAY + 40 * DAY, **by)
    for number, name in (("000102", NAMES[2]), ("000103", NAMES[3])):
        building.train(asked(number, extra.code))
        building.sign(asked(number, extra.code), name)
    remove(assignment=asked("000104"), reason="別会社で受講", **by)
    credit(campaign=campaign, now=now)
    earlier = asked("000103", extra.code).attestations.get()
    annul(attestation=earlier, cause="other", reason="誤って署名", **by)
    remove(assignment=asked("000103"), reason="誤って除外", **by)
    add(campaign=campaign, employment=person("000103"), reason="やはり対象", **by)
    prolong(assignment=asked("000105"), due_on=date(2027, 1, 20), reason="長期の出張", **by)
    exempt(assignment=asked("000107"), cause="other", reason="別の研修", until=None, **by)
    lift(assignment=asked("000107"), reason="取りやめ", by=officer, now=now)
    enter_paper(assignment=asked("000106"), kind="group", held_on=TODAY, scan=SCAN, note="工場の食堂", **by)
    extend_campaign(
        campaign=campaign, due_on=date(2027, 1, 15), last_day=date(2027, 3, 31), valid_until=date(2027, 12, 31),
        reason="工場の操業のため", **by,
    )  # fmt: skip
    for rung, reader in ((-7, "learner"), (None, "learner"), (3, "manager")):
        rows = [
            ReminderSent(
                assignment=asked(number), due_number=1, rung=rung, reader=reader, at=now,
                asked_by=None if rung else officer,
            )
            for number in ("000105", "000103")
        ]  # fmt: skip
        building.recorded("reminders.sent", *rows)
    notices = [
        ReminderSent(assignment=asked(number), due_number=1, rung=NOTICE, reader="learner", at=now)
        for number in ("000100", "000106")
    ]
    building.recorded("reminders.sent", *notices)
    roster(campaign)
    decided(campaign)
    assign(campaign=campaign, now=building.later(hours=1))
    seal(now=building.later(hours=2), key=load_key())
    return campaign


def roster(campaign: Campaign) -> None:
    """A list that renames, moves, changes types, lets somebody go and brings somebody in; one that is taken back."""
    lines = [
        "000100,髙橋 一郎,タカハシ イチロウ,本社/一課,契約,2020-04-01,",
        "000101,﨑山 華子,サキヤマ ハナコ,本社/二課,正社員,2020-04-01,",
        "000105,佐藤 六郎,サトウ ロクロウ,本社/一課,正社員,2020-04-01,2026-11-20",
        "000109,新入 九子,シンニュウ キュウコ,支社/三課,正社員,2026-11-01,",
    ]
    building.import_staff((HEAD + "\n".join(lines)).encode(), day=TODAY, now=building.later(minutes=1))
    wrong = "000107,田中 八郎,タナカ ハチロウ,倉庫,パート,2020-04-01,\n000110,誤入 力,アヤマリ,倉庫,正社員,2026-05-01,"
    _plan, made = building.import_staff((HEAD + wrong).encode(), day=TODAY, now=building.later(minutes=2))
    assert made is not None
    undo_import(roster_import=made, depends={}, by=None, now=building.later(minutes=3))
    renumber(employment=person("000104"), number="000204", since=TODAY, now=building.later(minutes=4))
    record_leave(employment=person("000102"), kind="sick", first=TODAY, last=TODAY + 9 * DAY, by=None, now=building.NOW)


def decided(campaign: Campaign) -> None:
    """What was said about a changed clause."""
    about = {"revision": campaign.revision, "by": building.officer(), "at": building.NOW}
    clause = {"ref_before": "3.3", "ref_after": "3.3", "number": 1, "change": "changed", "material": True}
    building.recorded("changes.decided", ClauseDecision(**about, **clause), reason="罰則が増えた")
    module = campaign.campaign_modules.get().module
    building.recorded("changes.confirmed", ClauseConfirmation(**about, module=module, ref="3.3"))


def without(table: str, said: str) -> Change:
    """A table without the first line that says something."""

    def change(files: Files) -> Files:
        lines = files[table].splitlines(keepends=True)
        lines.remove(next(line for line in lines if said.encode() in line))
        return {**files, table: b"".join(lines)}

    return change


def doubled(table: str) -> Change:
    """A table whose last line stands twice."""
    return lambda files: {**files, table: files[table] + files[table].splitlines(keepends=True)[-1]}


def paper_of(files: Files) -> str:
    """The one scan."""
    (name,) = (name for name in files if name.startswith("paper/"))
    return name


def summed(files: Files, **figures: int) -> Files:
    """The summary with other figures."""
    said = json.loads(files["summary.json"])
    said["campaigns"]["FY2026"] |= figures
    return {**files, "summary.json": canonical(said)}


@pytest.fixture(scope="module")
def settled(django_db_setup: None, django_db_blocker: Any) -> Iterator[Pack]:
    outermost = transaction.atomic()
    outermost._from_testcase = True  # what lets durable transactions run inside
    with django_db_blocker.unblock(), outermost:
        pieces = evidence_pack(campaigns=[whole_life()], key=load_key(), now=building.later(hours=3), as_of=TODAY)
        yield Pack(b"".join(pieces))
        transaction.set_rollback(True)


@pytest.fixture
def made(settled: Pack) -> Made:
    """The pack as the checker's own tests take one."""
    return Made(unzipped(settled.data), load_key(), "")


def only(pack: Pack, table: str, **cells: str) -> dict[str, str]:
    """The one row that says this."""
    (row,) = (row for row in pack.rows(table) if all(row[heading] == cell for heading, cell in cells.items()))
    return row


def test_the_checker_makes_every_table_of_such_a_year_again(settled: Pack, tmp_path: Path) -> None:
    done = checked(settled, tmp_path, "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["problems"]) == (3, [])
    # Accounts alone are in no entry: of who exempted, closed, entered, asked and decided.
    accounts = [row for table in WITH_ACCOUNTS for row in settled.rows(table)]
    told = sum(bool(row.get(heading)) for row in accounts for heading in ("承認者", "実施者", "登録者", "依頼者"))
    confirmed = len([row for row in settled.rows("changes") if row["種別"] == "教材の確認"])
    assert any(f"{told + confirmed} cells of tables" in said for said in report["unproved"]["en"])


def test_exemptions_and_extensions_name_reason_approver_and_end(settled: Pack) -> None:
    granted = only(settled, "exemptions", 社員番号="000101")
    assert (granted["種別"], granted["事由"], granted["理由"]) == ("免除", "長期の休業", "育児休業のため")
    assert (granted["初日"], granted["最終日または期限"], granted["承認者"]) == ("2026-11-24", "2027-01-03", "officer")
    prolonged = only(settled, "exemptions", 種別="期限の延長")
    assert (prolonged["氏名"], prolonged["理由"], prolonged["最終日または期限"], prolonged["承認者"]) == (
        "佐藤 六郎", "長期の出張", "2027-01-20", "officer",
    )  # fmt: skip
    assert only(settled, "exemptions", 種別="免除の解除")["理由"] == "取りやめ"


def test_a_credit_names_the_signature_and_the_rule_and_counts_no_more_than_that(settled: Pack) -> None:
    counting, ended = (only(settled, "credits", 社員番号=number) for number in ("000102", "000103"))
    assert (counting["状態"], ended["状態"]) == ("有効", "署名が無効とされた")
    assert counting["規則"] == "追加研修、2026-01-01以降の署名、同じ版の規程"
    signed = [body for body in settled.bodies() if body["kind"] == "attestation.signed"]
    assert len(signed) == 4  # two of this campaign, and the two that were credited: as entries, without files
    assert [name for name in settled.under("attestations") if name.endswith(".json")] == [
        "000100_髙橋 一郎.json",
        "000106_鈴木 七子.json",
    ]


def test_closings_and_reopenings_name_cause_reason_and_day(settled: Pack) -> None:
    left = only(settled, "closings", 社員番号="000105")
    assert (left["種別"], left["事由"], left["終了または再開の日"]) == ("終了", "退職", "2026-11-21")
    again_asked = only(settled, "closings", 種別="再開")
    assert (again_asked["社員番号"], again_asked["事由"], again_asked["理由"]) == (
        "000103", "人事による再追加", "やはり対象",
    )  # fmt: skip


def test_the_scan_of_what_was_done_on_paper_is_in_the_pack_and_bound_to_its_person(settled: Pack) -> None:
    paper = only(settled, "paper", 社員番号="000106")
    assert (paper["種別"], paper["備考"], paper["スキャンのSHA-256"]) == (
        "集合研修", "工場の食堂", sha256(SCAN).hexdigest(),
    )  # fmt: skip
    assert settled.zip.read(paper["ファイル"]) == SCAN
    assert only(settled, "results", 社員番号="000106")["修了の方法"] == "紙・集合研修（人事が登録）"
    assert only(settled, "attestations", 社員番号="000106")["本人確認の方法"] == "紙への署名（人事が登録）"


def test_who_was_not_trained_stands_there_with_why_and_what_was_done(settled: Pack) -> None:
    rows = {row["社員番号"]: row for row in settled.rows("untrained")}
    assert {number: row["状況"] for number, row in rows.items()} == {
        "000101": "免除（長期の休業）",
        "000103": "未着手",
        "000204": "終了（人事による除外）",
        "000105": "終了（退職）",
        "000107": "未着手",
        "000109": "未着手",
    }
    assert rows["000105"]["退社日"] == "2026-11-20"
    assert rows["000105"]["講じた措置"] == "期限の延長（2027-01-20まで）、督促3回（最後は2026-11-24）"
    assert settled.json("summary.json")["campaigns"]["FY2026"] | {} == {
        "assigned": 9, "started": 1, "trained": 2, "signed": 2, "closed": 2, "credited": 1, "exempt": 1,
        "untrained": 3, "certificates": 1, "annulled": 0, "revoked": 0, "unsealed": 0,
    }  # fmt: skip


def test_somebody_whose_type_changed_has_joined_once_and_has_not_left(settled: Pack) -> None:
    rows = [row for row in settled.rows("roster") if row["社員番号"] == "000100"]
    assert [(row["雇用区分"], row["入社日"], row["退社日"], row["研修の対象"]) for row in rows] == [
        ("正社員", "2020-04-01", "", "○"),
        ("契約社員", "2020-04-01", "", "○"),
    ]


def test_somebody_under_another_number_from_a_day_on_is_one_person_who_never_left(settled: Pack) -> None:
    rows = [row for row in settled.rows("roster") if row["氏名"] == NAMES[4]]
    assert [(row["社員番号"], row["入社日"], row["退社日"], row["この行の期間の末日"]) for row in rows] == [
        ("000104", "2020-04-01", "", "2026-11-23"),
        ("000204", "2020-04-01", "", "2027-03-31"),
    ]
    (line,) = (cells for cells in settled.csv("as-of") if NAMES[4] in cells)
    assert (bare(line[0]), line[3], line[5]) == ("000204", "本社/一課", "在籍")
    assert [row["割り当ての理由"] for row in settled.rows("assignments") if row["社員番号"] == "000204"] == [
        "開始日に在籍（対象者の条件に該当）"
    ]


def test_an_extension_and_its_reason_stand_in_the_campaigns_own_course(settled: Pack) -> None:
    extended = only(settled, "course", 種別="延長")
    assert (extended["理由"], extended["内容"]) == ("工場の操業のため", "期限 2026-12-25→2027-01-15")
    decision = only(settled, "changes", 種別="改定の判断")
    assert (decision["新条項"], decision["実質的な変更"], decision["理由"]) == ("3.3", "○", "罰則が増えた")


def test_the_notice_is_named_and_a_pack_that_told_it_by_its_days_still_agrees(settled: Pack, run: Any) -> None:
    assert only(settled, "reminders", 社員番号="000100")["段階"] == "受講のご案内"
    named, by_days = "受講のご案内", f"期限の{-NOTICE}日前"
    files = replaced("tables/reminders.csv", named, by_days)(unzipped(settled.data))
    files = in_sheet("reminders", *("".join(f"&#{ord(char)};" for char in text) for text in (named, by_days)))(files)
    problems = run(again(files, load_key()))[1]
    # The log holds these two files' digests as they were packed here; of what they tell nothing is wrong.
    assert [(code, where.rsplit("/")[-1]) for code, where in problems] == [
        ("export.file", "reminders.csv"),
        ("export.file", "reminders.xlsx"),
    ]


# What is done, the code that the checker must give though the manifest is signed anew, and a part of the place.
TAMPERED: dict[str, tuple[Change, str, str]] = {
    "an exemption's reason edited": (
        replaced("tables/exemptions.csv", "育児休業のため", "本人の希望"), "table.cell", "理由",
    ),
    "an exemption made to last longer": (
        replaced("tables/exemptions.csv", "2027-01-03", "2027-12-31"), "table.cell", "最終日または期限",
    ),
    "an exemption left out": (without("tables/exemptions.csv", "育児休業"), "table.row_missing", "exemptions.csv"),
    "a credit whose signature was annulled called valid": (
        replaced("tables/credits.csv", "署名が無効とされた", "有効"), "table.cell", "状態",
    ),
    "a credit left out": (without("tables/credits.csv", "有効"), "table.", "credits.csv"),
    "a removal called a leaving": (
        replaced("tables/closings.csv", "人事による除外", "退職"), "table.cell", "事由",
    ),
    "a closing left out": (without("tables/closings.csv", "退職"), "table.", "closings.csv"),
    "a reminder made of none": (doubled("tables/reminders.csv"), "table.row_superfluous", "reminders.csv"),
    "a reminder said to have gone to somebody else": (
        replaced("tables/reminders.csv", "上長", "本人"), "table.cell", "宛先",
    ),
    "a notice said to be a later reminder": (
        replaced("tables/reminders.csv", "受講のご案内", "期限の7日前"), "table.cell", "段階",
    ),
    "a reminder said to be the notice": (
        replaced("tables/reminders.csv", "期限の7日前", "受講のご案内"), "table.cell", "段階",
    ),
    "an extension's reason taken out": (
        replaced("tables/course.csv", "工場の操業のため", ""), "table.cell", "理由",
    ),
    "a material change called editorial": (
        replaced("tables/changes.csv", "○", ""), "table.cell", "実質的な変更",
    ),
    "what was done on paper called a test": (
        replaced("tables/results.csv", "紙・集合研修（人事が登録）", "理解度テスト"), "table.cell", "修了の方法",
    ),
    "a scan exchanged": (
        lambda files: {**files, paper_of(files): b"%PDF-1.4 another\n%%EOF\n"}, "paper.unknown", "paper/",
    ),
    "a scan left out": (
        lambda files: {name: data for name, data in files.items() if name != paper_of(files)}, "paper.missing", "paper/",
    ),
    "a scan that nobody entered": (
        lambda files: {**files, f"paper/{sha256(b'%PDF').hexdigest()}.pdf": b"%PDF"}, "paper.unknown", "paper/",
    ),
    "who left called not started": (
        replaced("tables/untrained.csv", "終了（退職）", "未着手"), "table.cell", "untrained.csv row 4 状況",
    ),
    "reminders made more": (replaced("tables/untrained.csv", "督促3回", "督促9回"), "table.cell", "講じた措置"),
    "the exempt made more in the summary": (
        lambda files: summed(files, exempt=2, untrained=2), "summary.count", "summary.json FY2026.exempt",
    ),
    "the untrained left out of the summary": (
        lambda files: summed(files, untrained=0), "summary.sense", "summary.json FY2026.untrained",
    ),
    "who left called employed on the day": (
        replaced("tables/as-of.csv", "在籍していない", "在籍"), "table.cell", "as-of.csv row 17 在籍",
    ),
    "an exemption of the day edited": (
        replaced("tables/as-of.csv", "から2027-01-03まで", "から2027-02-03まで"), "table.cell", "免除",
    ),
    "a sheet of the day called online": (
        replaced("tables/as-of.csv", "紙・集合研修（人事が登録）", "オンライン"), "table.cell", "修了の方法",
    ),
    "a signature on paper of the day called online": (
        replaced("tables/as-of.csv", "紙への署名（人事が登録）", "オンライン"), "table.cell", "署名の方法",
    ),
    "the form of the day edited": (replaced("tables/as-of.csv", "as-of/3", "as-of/2"), "table.cell", "as-of.csv row 2"),
    "a name that a list brought edited": (
        replaced("tables/roster.csv", "﨑山 華子", "﨑山 花子"), "table.cell", "roster.csv row 5 氏名",
    ),
    "a department that a list brought edited": (
        replaced("tables/roster.csv", "支社/三課", "支社/四課"), "table.cell", "所属",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_what_the_keys_holder_changes_of_such_a_year_is_named(what: str, settled: Pack, run: Any) -> None:
    change, code, place = TAMPERED[what]
    files = unzipped(settled.data)
    changed = change(files)
    assert changed != files
    exit_code, problems, report = run(again(changed, load_key()), "--key", verifier(load_key()).fingerprint)
    assert exit_code == 1
    assert any(said.startswith(code) and place in where for said, where in problems), report["problems"]


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("campaigns.exempted", '"first_day":"2026-11-24"'),
        ("campaigns.exemption_lifted", '"first_day":"2026-11-24"'),
        ("campaigns.removed", '"count":1'),
        ("attestation.paper_entered", '"held_on":"2026-11-24"'),
        ("attestation.credited", '"count":2'),
        ("reminders.sent", '"count":2'),
        ("changes.decided", '"at":"2026-11-24'),
        ("people.roster_imported", '"day":"2026-11-24"'),
    ],
)
def test_an_entry_of_such_a_year_edited_is_named(kind: str, column: str, settled: Pack, run: Any) -> None:
    change = edited(kind, column, f"{column[:-1]}9" if column[-1].isdigit() else column.replace("2026", "2025"))
    problems = run(again(change(unzipped(settled.data)), load_key()))[1]
    assert "entry.leaf" in [code for code, _ in problems]


def test_every_cause_and_reason_has_its_words() -> None:
    assert set(AssignmentEvent.Cause.values) == set(wording.TURN_CAUSES)
    assert set(Assignment.Cause.values) == set(wording.CAUSES)
    assert set(Exemption.Cause.values) == set(as_of_wording.EXEMPTIONS)
    assert set(Attestation.Method.values) == set(wording.METHODS)
    assert set(CampaignEvent.Kind.values) == set(wording.EVENTS)
    assert set(Campaign.Kind.values) == set(wording.KINDS)
    assert {"campaign", "rule", "leave", PROLONGED, RESTARTED, EXTENDED} == set(wording.DUE_REASONS)
