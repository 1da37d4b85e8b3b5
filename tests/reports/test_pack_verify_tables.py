"""The checker makes each table again from the entries, and knows what the ledger was told of everything else."""

from __future__ import annotations

import io
import json
import re
import zipfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.reports import handmade
from tests.reports.handmade import Files, line
from tests.reports.test_pack_verify_real import (
    CHECKPOINTS,
    ENTRIES,
    Change,
    Made,
    again,
    edited,
    made,
    named,
    replaced,
    run,
)
from training.campaigns.models import Campaign
from training.ledger import merkle, note
from training.ledger.canonical import canonical
from training.ledger.models import Checkpoint
from training.reports import as_of_wording
from training.reports.as_of_rows import Then
from training.reports.cells import free_text, identifier
from training.reports.pack import papers, verify, wording
from training.reports.pack.sheets import Table
from training.reports.pack.tables import Files as Placed
from training.reports.pack.tables import sample_table, tables_of

__all__ = ["made", "run"]  # fixtures

pytestmark = pytest.mark.django_db
DISCLOSURES = "ledger/disclosures.jsonl"
SHEET = "xl/worksheets/sheet1.xml"


def in_book(table: str, alter: Callable[[dict[str, bytes]], object]) -> Change:
    """The members of a table's workbook, altered."""

    def change(files: Files) -> Files:
        name = f"tables/{table}.xlsx"
        members = handmade.unzipped(files[name])
        alter(members)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
            for path, data in members.items():
                book.writestr(path, data)
        return {**files, name: out.getvalue()}

    return change


def in_sheet(table: str, old: str, new: str, count: int = 1) -> Change:
    """A piece of a sheet's XML, replaced; texts stand in it as character references."""

    def alter(members: dict[str, bytes]) -> None:
        assert re.search(old.encode(), members[SHEET])
        members[SHEET] = re.sub(old.encode(), new.encode(), members[SHEET], count=count)

    return in_book(table, alter)


def with_line(table: str, alter: Callable[[list[str]], object]) -> Change:
    """The lines of a table's CSV, altered."""

    def change(files: Files) -> Files:
        name = f"tables/{table}.csv"
        lines = files[name].decode().splitlines(keepends=True)
        alter(lines)
        return {**files, name: "".join(lines).encode()}

    return change


def added(name: str, data: bytes = b"All is well.") -> Change:
    return lambda files: {**files, name: data}


def without_sheet_row(members: dict[str, bytes]) -> None:
    members[SHEET] = re.sub(rb'<row r="3">.*?</row>', b"", members[SHEET], count=1)


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)

# What is done, the code that the checker must give though the manifest is signed anew, and a part of the place.
TABLES: dict[str, tuple[Change, str, str]] = {
    "whoever declined said to be only unsigned": (
        replaced("tables/untrained.csv", "署名できないとの申し出", "全課程修了・未署名"), "table.cell", "untrained.csv row 3 状況",
    ),
    "a name in the roster edited": (
        replaced("tables/roster.csv", "𠮷野 五郎", "吉野 五郎"), "table.cell", "roster.csv row 7 氏名",
    ),
    "a department edited": (replaced("tables/results.csv", "本社/0課", "本社/9課"), "table.cell", "results.csv row 2 所属"),
    "a mark edited in the table": (
        with_line("results", lambda lines: lines.__setitem__(5, lines[5].replace(",0,,,,", ",1,3,3,合格,"))),
        "table.cell", "results.csv row 6 合否",
    ),
    "a due day put off": (replaced("tables/assignments.csv", "2026-12-25", "2027-12-25"), "table.cell", "row 2 期限"),
    "an annulment taken out of the table": (
        replaced("tables/attestations.csv", "別人による署名", ""), "table.cell", " 無効の事由",
    ),
    "a revoked certificate called valid": (
        replaced("tables/certificates.csv", "取消し", "有効"), "table.cell", "row 5 状態",
    ),
    "a draw edited in the table": (
        with_line("sample", lambda lines: lines.__setitem__(1, lines[1].replace("000", "999", 1))), "table.cell", "sample.csv row 2",
    ),
    "a row left out": (with_line("untrained", lambda lines: lines.pop()), "table.row_missing", "untrained.csv"),
    "a row put in": (with_line("roster", lambda lines: lines.append(lines[-1])), "table.row_superfluous", "roster.csv row 8"),
    "a heading edited": (replaced("tables/results.csv", "合否", "合格"), "table.cell", "results.csv row 1 合否"),
    "a heading of an empty table edited": (
        replaced("tables/exemptions.csv", "理由", "事由"), "table.cell", "exemptions.csv row 1 理由",
    ),
    "a table emptied": (added("tables/untrained.csv", b""), "table.row_missing", "untrained.csv"),
    "a cell of the workbook edited": (
        in_sheet("results", "&#21512;&#26684;", "&#19981;&#21512;&#26684;"), "table.cell", "results.xlsx row 2 合否",
    ),
    "a number of the workbook edited": (
        in_sheet("results", r'(<c r="J2"[^>]*>)<v>3</v>', r"\1<v>2</v>"), "table.cell", "results.xlsx row 2 得点",
    ),
    "a day of the workbook edited": (
        in_sheet("roster", r'(<c r="F2"[^>]*>)<v>43922</v>', r"\1<v>43923</v>"), "table.cell", "roster.xlsx row 2 入社日",
    ),
    "a row of the workbook left out": (in_book("roster", without_sheet_row), "table.cell", "roster.xlsx row 3"),
    "a row of the workbook hidden": (
        in_sheet("untrained", '<row r="2">', '<row r="2" hidden="1">'), "table.malformed", "untrained.xlsx",
    ),
    "a formula in the workbook": (
        in_sheet("results", r'(<c r="J2"[^>]*>)<v>3</v>', r"\1<f>1+2</f><v>3</v>"), "table.malformed", "results.xlsx",
    ),
    "a sheet more": (
        in_book("results", lambda members: members.update({"xl/worksheets/sheet2.xml": members[SHEET]})),
        "table.malformed", "results.xlsx",
    ),
    "numbers shown as something else": (
        in_book("results", lambda members: members.update({
            "xl/styles.xml": members["xl/styles.xml"].replace(b"yyyy-mm-dd h:mm:ss", b"&quot;2026-01-01&quot;"),
        })),
        "table.malformed", "results.xlsx",
    ),
    "a document type in the workbook": (
        in_book("results", lambda members: members.update({SHEET: BOMB})), "table.malformed", "results.xlsx",
    ),
    "no workbook at all": (added("tables/results.xlsx", b"PK"), "table.malformed", "results.xlsx"),
}  # fmt: skip

# The same of what no entry gives: the ledger was told of it.
BOUND: dict[str, tuple[Change, str, str]] = {
    "the report made anew": (added("documents/report.pdf", b"%PDF-1.7 All is well."), "export.file", "documents/report.pdf"),
    "a pledge's copy made anew": (
        lambda files: {**files, named(files, "attestations/", ".pdf"): b"%PDF-1.7"}, "export.file", "attestations/000100",
    ),
    "two pledges' copies swapped": (
        lambda files: {
            **files,
            **dict(zip(copies(files)[:2], [files[name] for name in copies(files)[1::-1]], strict=True)),
        },
        "export.file", "attestations/",
    ),
    "a pledge's copy left out": (
        lambda files: {name: data for name, data in files.items() if name != copies(files)[0]}, "export.count", "attestations/",
    ),
    "a lesson's copy made anew": (
        lambda files: {**files, named(files, "texts/modules/", ".pdf"): b"%PDF-1.7"}, "export.file", "texts/modules/",
    ),
    "a task given to somebody else": (
        lambda files: {**files, "ledger/tasks.jsonl": b"".join(files["ledger/tasks.jsonl"].splitlines(keepends=True)[::-1])},
        "export.file", "ledger/tasks.jsonl",
    ),
    "whoever drew the sample renamed": (replaced("tables/sample.csv", '"hr"', '"it"'), "export.file", "tables/sample.csv"),
    "what waits for its seal made fewer": (
        replaced("summary.json", '"unsealed":0', '"unsealed":9'), "export.file", "summary.json",
    ),
    "the readme edited": (added("README.ja.txt"), "export.file", "README.ja.txt"),
    "the document left out": (
        lambda files: {name: data for name, data in files.items() if name != "documents/plan.pdf"}, "file.required", "documents/plan.pdf",
    ),
    "a letter put in": (added("documents/letter.pdf"), "file.unexpected", "documents/letter.pdf"),
    "a letter beside the ledger": (added("ledger/letter.txt"), "file.unexpected", "ledger/letter.txt"),
    "a folder put in": (added("FY2025/documents/report.pdf"), "file.unexpected", "FY2025/documents/report.pdf"),
    "a copy of no pledge": (added("attestations/000999_架空.pdf"), "file.unexpected", "attestations/000999"),
    "a table of another name": (added("tables/roster2.csv"), "file.unexpected", "tables/roster2.csv"),
    "the export's entry left out": (lambda files: without_export(files), "export.entry", ENTRIES),
}  # fmt: skip


def copies(files: Files) -> list[str]:
    """The pledges' copies."""
    return sorted(name for name in files if name.startswith("attestations/") and name.endswith(".pdf"))


def without_export(files: Files) -> Files:
    *kept, last = files[ENTRIES].splitlines(keepends=True)
    key = json.loads(json.loads(last)["body"])["id"].encode()
    rows = [row for row in files[DISCLOSURES].splitlines(keepends=True) if key not in row]
    return {**files, ENTRIES: b"".join(kept), DISCLOSURES: b"".join(rows)}


@pytest.mark.parametrize("what", [*TABLES, *BOUND])
def test_what_the_keys_holder_changes_and_signs_anew_is_named(what: str, made: Made, run: Any) -> None:
    change, code, place = {**TABLES, **BOUND}[what]
    changed = change(made.files)
    assert changed != made.files
    exit_code, problems, report = run(again(changed, made.key), "--key", made.fingerprint)
    assert exit_code == 1
    assert any(said == code and place in where for said, where in problems), report["problems"]


@pytest.mark.parametrize("what", TABLES)
def test_a_table_is_named_without_the_ledger_s_word_for_it(what: str, made: Made, run: Any) -> None:
    change, code, place = TABLES[what]
    exit_code, problems, report = run(again(change(untold(made)), made.key))
    assert exit_code == 1
    assert any(said == code and place in where for said, where in problems), report["problems"]


def untold(made: Made) -> Files:
    """The pack as somebody would write it who told the ledger nothing of it."""
    files = without_export(made.files)
    rows = files[CHECKPOINTS].splitlines(keepends=True)[:-1]
    last = json.loads(rows[-1])
    files |= {CHECKPOINTS: b"".join(rows), "ledger/leaves.bin": files["ledger/leaves.bin"][: 32 * last["size"]]}
    manifest = canonical({**json.loads(files["manifest.json"]), "checkpoint": last["note"]})
    return {**files, "manifest.json": manifest}


def test_a_pack_of_which_the_ledger_was_told_nothing_is_refused(made: Made, run: Any) -> None:
    code, problems, report = run(again(untold(made), made.key), "--key", made.fingerprint)
    assert (code, problems) == (1, [("export.entry", ENTRIES)])
    assert report["counts"]["bound"] == 0
    assert report["counts"]["cells"] > 300


@pytest.mark.parametrize("files", ["made", "untold"])
def test_a_pack_passed_off_as_one_of_the_first_form_is_refused(files: str, made: Made, run: Any) -> None:
    given = made.files if files == "made" else untold(made)
    code, problems, _report = run(again(given, made.key, schema="privacy-training/pack/1"), "--key", made.fingerprint)
    assert code == 1
    assert "export.entry" in [said for said, _where in problems]


def test_who_asks_for_the_first_form_gets_it_and_is_told_that_it_binds_less(made: Made, run: Any) -> None:
    first = again(untold(made), made.key, schema="privacy-training/pack/1")
    code, problems, report = run(first, "--key", made.fingerprint, "--form-1")
    assert (code, problems) == (0, [])
    assert any("older version" in said for said in report["unproved"]["en"])
    new = again(made.files, made.key, schema="privacy-training/pack/1")
    assert run(new, "--key", made.fingerprint, "--form-1")[0] == 1, "no older version told the ledger anything"


def test_the_pack_s_own_entry_tells_of_this_pack_and_no_other(made: Made, run: Any) -> None:
    files = again(made.files, made.key, made_at="2026-11-24T06:00:00.000000Z")
    assert "export.entry" in [code for code, _ in run(files, "--key", made.fingerprint)[1]]


@pytest.mark.parametrize(
    ("kind", "said", "instead"), [("reissued", "superseded", "revoked"), ("revoked", "revoked", "superseded")]
)
def test_a_reissue_that_no_entry_explains_is_named(
    kind: str,
    said: str,
    instead: str,
    made: Made,
    run: Any,
) -> None:
    change = edited(f"certificates.{kind}", f'"kind":"{said}"', f'"kind":"{instead}"')
    problems = run(again(change(made.files), made.key), "--key", made.fingerprint)[1]
    assert any(code == "certificate.superseded" and where.startswith(f"{ENTRIES} #") for code, where in problems)


def exported_anew(made: Made) -> Files:
    """The report made anew, the export's entry with it, and the log's end signed anew: another export, that is."""
    report = b"%PDF-1.7 All is well."
    *entries, last = made.files[ENTRIES].splitlines(keepends=True)
    entry = json.loads(last)
    body = json.loads(entry["body"])
    rows = [json.loads(row) for row in made.files[DISCLOSURES].splitlines()]
    own = next(row for row in rows if row["entry"] == body["id"])
    salt, name, told = json.loads(urlsafe_b64decode(own["encoded"] + "=="))
    told["files"]["documents/report.pdf"] = sha256(report).hexdigest()
    own["encoded"] = urlsafe_b64encode(canonical([salt, name, told])).decode().rstrip("=")
    digest = urlsafe_b64encode(sha256(own["encoded"].encode()).digest()).decode().rstrip("=")
    entry["body"] = canonical({**body, "disclosures": [digest]}).decode()
    leaves = [made.files["ledger/leaves.bin"][at : at + 32] for at in range(0, 32 * entry["sequence"], 32)]
    leaves.append(merkle.leaf_hash(entry["body"].encode()))
    *checkpoints, end = [json.loads(row) for row in made.files[CHECKPOINTS].splitlines()]
    old = note.TreeHead.parse(note.Note.parse(end["note"]).text)
    assert old.size == len(leaves)
    head = note.TreeHead(origin=old.origin, size=old.size, root=merkle.root(leaves), extensions=old.extensions)
    end |= {
        "root": head.root.hex(),
        "note": note.sign(head.render(), name=head.origin, key=made.key).render(),
    }
    files = {
        **made.files,
        "documents/report.pdf": report,
        ENTRIES: b"".join([*entries, line(entry)]),
        DISCLOSURES: b"".join(map(line, rows)),
        CHECKPOINTS: b"".join(map(line, [*checkpoints, end])),
        "ledger/leaves.bin": b"".join(leaves),
    }
    return again(files, made.key, checkpoint=end["note"])


def test_another_export_with_the_same_key_is_named_only_by_a_checkpoint_that_covers_the_first(
    made: Made,
    run: Any,
    tmp_path: Path,
) -> None:
    files = exported_anew(made)
    (tmp_path / "before.txt").write_text(made.older, encoding="utf-8")
    kept = json.loads(made.files[CHECKPOINTS].splitlines()[-1])["note"]
    (tmp_path / "since.txt").write_text(kept, encoding="utf-8")
    assert run(files, "--key", made.fingerprint)[:2] == (0, []), "whoever has the key can do this: the table says so"
    code, problems, report = run(files, "--checkpoint", str(tmp_path / "before.txt"))
    assert (code, problems) == (0, [])
    assert says_what_is_open(report)
    code, problems, _ = run(files, "--checkpoint", str(tmp_path / "since.txt"))
    assert (code, [said for said, _ in problems]) == (1, ["anchor.root"])
    code, _, report = run(made.files, "--checkpoint", str(tmp_path / "since.txt"))
    assert code == 0
    assert not says_what_is_open(report)


def says_what_is_open(report: dict[str, Any]) -> bool:
    """Whether the report says that no checkpoint from outside covers the export."""
    return any("No checkpoint kept outside since the export" in said for said in report["unproved"]["en"])


# --- the checker's words are the writer's ---


def test_the_checker_knows_the_tables_and_their_words_as_the_writer_does() -> None:
    then = Then(day=date(2026, 11, 24), checkpoint=Checkpoint(), campaign=Campaign())
    made_here: list[Table] = [*tables_of(then, Placed({}, {}, {})), sample_table(then)]
    theirs = {
        table.name: (tuple(c.heading for c in table.columns), {c.heading for c in table.columns if c.kept})
        for table in made_here
    }
    mine = {name: (headings, set(kept)) for name, (headings, kept) in verify.TABLES.items() if name != "as-of"}
    assert mine == theirs
    said = {
        "cause": wording.CAUSES, "due": wording.DUE_REASONS, "type": as_of_wording.TYPES, "method": wording.METHODS,
        "match": wording.MATCHES, "annulment": wording.ANNULMENTS, "action": wording.ACTIONS, "right": wording.RIGHTS,
        "exempted": wording.EXEMPTED, "exemption": as_of_wording.EXEMPTIONS, "turn": wording.TURNS,
        "turn cause": wording.TURN_CAUSES, "kind": wording.KINDS, "paper": wording.PAPERS, "how": wording.HOW,
        "reader": wording.READERS, "event": wording.EVENTS, "figure": wording.FIGURES, "day": wording.DAYS,
        "change": wording.CHANGES,
        "state": {str(state): words for state, words in wording.STATES.items() if str(state) != "unsealed"},
    }  # fmt: skip
    assert said == verify.WORDS
    names = (
        "YES", "NO_MEASURE", "NO_FILE", "NOT_STARTED", "IN_PROGRESS", "UNSIGNED", "DECLINED", "UNASSIGNED",
        "TAUGHT_AGAIN", "ANNULLED_BEFORE", "FIRST_ISSUE", "REISSUE", "EDITION", "REMINDED", "MORE_TIME", "CLOSED",
        "EXEMPT", "PROLONGED", "SIGNED_FROM", "SAME_REVISION", "CREDIT_COUNTS", "CREDIT_ENDED", "BY_HAND", "BEFORE_DUE",
        "ON_ASSIGNMENT", "ON_DUE", "AFTER_DUE", "DECISION", "CONFIRMATION",
    )  # fmt: skip
    assert {name: getattr(verify, name) for name in names} == {name: getattr(wording, name) for name in names}
    assert {True: wording.PASSED, False: wording.FAILED} == verify.MARKS
    assert verify.AS_OF_SCHEMAS == (as_of_wording.SCHEMA, as_of_wording.SECOND_SCHEMA, as_of_wording.THIRD_SCHEMA)
    assert verify.AS_OF_FORMS == (as_of_wording.HEADINGS, as_of_wording.SECOND_HEADINGS, as_of_wording.THIRD_HEADINGS)
    assert as_of_wording.SECOND_NOTES == verify.AS_OF_SECOND_NOTES
    assert as_of_wording.THIRD_NOTES == verify.AS_OF_THIRD_NOTES
    assert {"online": verify.ONLINE, "paper": verify.WORDS["how"]["paper"]} == as_of_wording.COMPLETED
    assert {"online": verify.ONLINE, "paper": verify.WORDS["method"]["paper"]} == as_of_wording.SIGNED
    assert (as_of_wording.EXEMPT, as_of_wording.EXEMPT_UNTIL) == (verify.AS_OF_EXEMPT, verify.AS_OF_EXEMPT_UNTIL)
    assert papers.ENDINGS == verify.SCANS
    assert as_of_wording.IDENTIFIERS == verify.AS_OF_KEPT
    assert (as_of_wording.NOTES, as_of_wording.EARLY) == (verify.AS_OF_NOTES, verify.AS_OF_EARLY)


@pytest.mark.parametrize("text", ["", "000101", 'a"b', "=1+1", " =1", "＠x", "-1", "\ttab", "髙橋", "'x"])
def test_the_checker_guards_a_cell_as_the_writer_does(text: str) -> None:
    assert verify.guarded(text, True) == identifier(text)
    assert verify.guarded(text, False) == free_text(text)
