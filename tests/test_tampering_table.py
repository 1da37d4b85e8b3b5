"""The table of docs/tampering.md: every row has a test that is there, and what no other test does is done here.

Each tampering is done to a pack as the exporter writes it, by somebody who may hold the log's key, and is checked with
the one and with the other anchor from outside.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from tests import building
from tests.certificates.tampering import forged, resaved, retouched, stranger
from tests.ledger.tampering import remove, tampering
from tests.reports import handmade
from tests.reports.handmade import Files, line
from tests.reports.packs import Pack, checked, packed
from tests.reports.test_pack_verify_real import (
    BATCHES,
    CHECKPOINTS,
    ENTRIES,
    TAMPERINGS,
    Change,
    again,
    edited,
    in_json,
    named,
    pdf,
    replaced,
    whole_year,
)
from training.access.models import Sample
from training.access.sample import draw_sample
from training.campaigns.models import Campaign
from training.certificates.inspect import Verdict
from training.ledger import merkle, note
from training.ledger.against import verify_against
from training.ledger.canonical import canonical
from training.ledger.keys import load_key, verifier
from training.ledger.models import Checkpoint, Disclosure, Entry
from training.ledger.records import verify_records
from training.ledger.report import Reason
from training.ledger.seal import seal
from training.ledger.verify import verify as verify_log
from training.reports.pack import verify

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "tampering.md"
AT_LEAST = 24
COLUMNS = ("kind", "what", "who", "how", "named", "test")
LATER = building.later
DISCLOSURES = "ledger/disclosures.jsonl"


# --- the table itself ---


def rows() -> list[dict[str, str]]:
    """The rows of the first table, by column."""
    lines = [text for text in TABLE.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d+ \|", text)]
    cells = [[cell.strip() for cell in text.strip("|").split(" | ")] for text in lines]
    assert all(len(row) == 1 + len(COLUMNS) for row in cells), "a row has too many cells, or too few"
    assert [int(row[0]) for row in cells] == list(range(1, len(cells) + 1))
    return [dict(zip(COLUMNS, row[1:], strict=True)) for row in cells]


def named_by(row: dict[str, str]) -> list[tuple[str, str, str]]:
    """File, function and case (or nothing) of each test that a row names."""
    return re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)(?:\[([^\]`]+)\])?`", row["test"])


@cache
def contents(file: str) -> tuple[frozenset[str], frozenset[str]]:
    """The functions of a module of tests and every string in it, which the names of its cases are among."""
    nodes = list(ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))))
    functions = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    strings = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return frozenset(functions), frozenset(strings)


def test_the_table_lists_enough_kinds_each_once_in_both_languages() -> None:
    kinds = [row["kind"] for row in rows()]
    assert len(kinds) >= AT_LEAST
    assert len(set(kinds)) == len(kinds)
    for row in rows():
        assert all(row.values()), row
        japanese, english = row["kind"].split("<br>")
        assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", japanese), row
        assert english.isascii(), row


def test_every_test_that_the_table_names_is_there() -> None:
    for row in rows():
        assert named_by(row), row["kind"]
        assert len(named_by(row)) == row["test"].count("::"), row["test"]
        for file, function, case in named_by(row):
            functions, strings = contents(file)
            assert function in functions, (row["kind"], function)
            assert not case or case in strings, (row["kind"], case)


def test_every_word_that_the_table_says_a_verdict_has_is_one_of_its_words() -> None:
    known = {
        *verify.PROBLEMS,
        *(f"Reason.{name}" for name in Reason.__members__),
        *(f"Verdict.{v.name}" for v in Verdict),
    }
    for row in rows():
        words = re.findall(r"`((?:[a-z]+\.[a-z_]+|Reason\.\w+|Verdict\.\w+))`", row["named"])
        assert words or "privacy_training" in row["named"], row["kind"]
        assert set(words) <= known, (row["kind"], set(words) - known)


def test_every_case_that_is_played_here_has_its_row() -> None:
    here = {
        case or function
        for row in rows()
        for file, function, case in named_by(row)
        if file.endswith(Path(__file__).name)
    }
    assert here >= CASES.keys()


# --- a pack, and what is known of its log from elsewhere ---


@dataclass(frozen=True)
class Made:
    """Packs of one small company: as it is, and as others would have it; the checkpoints were kept by witnesses."""

    files: Files
    key: Ed25519PrivateKey
    kept: str
    last: str
    newer: str
    drawn_again: Files
    clock_back: Files
    clock_ahead: Files

    @property
    def fingerprint(self) -> str:
        return verifier(self.key).fingerprint


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Made]:
    outermost = transaction.atomic()
    outermost._from_testcase = True  # what lets durable transactions run inside
    with django_db_blocker.unblock(), outermost:
        whole_year()
        kept, last = (Checkpoint.objects.order_by(order)[0].note for order in ("size", "-size"))
        files, newer = exported_and_then_more()
        yield Made(
            files=files,
            key=load_key(),
            kept=kept,
            last=last,
            newer=newer,
            drawn_again=drawn_until_it_pleased(last),
            clock_back=under_another_clock(before_sealing=-2),
            clock_ahead=under_another_clock(before_sealing=2),
        )
        transaction.set_rollback(True)


def exported() -> Files:
    """The pack of the company as its database stands, which stays as it stood before the export."""
    with tampering():
        return exported_for_good()


def exported_for_good() -> Files:
    return handmade.unzipped(packed(now=LATER(hours=6), sealed=False).data)


def drawn(hours: int) -> Sample:
    user = get_user_model().objects.get(username="hr")
    return draw_sample(user=user, campaign=Campaign.objects.get(), size=2, by_department=False, now=LATER(hours=hours))


def exported_and_then_more() -> tuple[Files, str]:
    """The pack, and what a witness gets when more has happened since; the database stays as it stood before."""
    with tampering():
        files = exported_for_good()
        drawn(7)
        seal(now=LATER(hours=7), key=load_key())
        return files, Checkpoint.objects.latest("size").note


def drawn_until_it_pleased(last: str) -> Files:
    """A sample taken back and drawn anew, and the end of the log signed anew by its own key: nothing else is touched."""
    with tampering():
        newest, before = Checkpoint.objects.order_by("-size")[:2]
        remove(Checkpoint, newest.pk)
        with connection.cursor() as cursor:
            entries = connection.ops.quote_name(Entry._meta.db_table)
            cursor.execute(f"UPDATE {entries} SET sequence = NULL, seal = NULL WHERE sequence >= %s", [before.size])
        sample = Sample.objects.get(by_department=False)
        for disclosure in Disclosure.objects.filter(entry_id=sample.entry_id):
            remove(Disclosure, disclosure.pk)
        remove(Sample, sample.pk)
        remove(Entry, sample.entry_id)
        drawn(3)
        seal(now=LATER(hours=3), key=load_key())
        assert verify_log(keys=[verifier(load_key())]).intact, "by itself nothing shows"
        assert verify_records().intact, "nor in the rows"
        found = verify_against(last, keys=[verifier(load_key())])
        assert found is not None
        assert found.reason is Reason.HISTORY
        return exported()


def under_another_clock(*, before_sealing: int) -> Files:
    """Something recorded hours off, between two sealings of the right time."""
    with tampering():
        drawn(4 + before_sealing)
        seal(now=LATER(hours=4), key=load_key())
        found = verify_log(keys=[verifier(load_key())])
        assert {problem.reason for problem in found.problems} == {Reason.CLOCK}
        return exported()


Run = Callable[..., tuple[int, list[tuple[str, str]]]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_on(files: Files, *, key: str = "", checkpoint: str = "") -> tuple[int, list[tuple[str, str]]]:
        words = ["--key", key] if key else []
        if checkpoint:
            (tmp_path / "kept.txt").write_text(checkpoint, encoding="utf-8")
            words += ["--checkpoint", str(tmp_path / "kept.txt")]
        code = verify.main([str(handmade.zipped(files, tmp_path / "p.zip")), "--json", *words])
        report = json.loads(capsys.readouterr().out)
        return code, [(problem["code"], problem["where"]) for problem in report["problems"]]

    return run_on


def names(found: list[tuple[str, str]], code: str, place: str) -> bool:
    return any(said == code and place in where for said, where in found)


def test_the_untouched_pack_is_proved_by_either_anchor(made: Made, run: Run) -> None:
    assert run(made.files, key=made.fingerprint) == (0, [])
    for checkpoint in (made.kept, made.last):
        assert run(made.files, checkpoint=checkpoint) == (0, [])
        assert run(made.files, key=made.fingerprint, checkpoint=checkpoint) == (0, [])


def test_a_bare_interpreter_says_the_same(made: Made, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text(made.kept, encoding="utf-8")
    for files, code in (
        (made.files, 0),
        (made.drawn_again, 0),
        (again(CASES["a byte of a lesson"][0](made.files), made.key), 1),
    ):
        pack = Pack(handmade.zipped(files, tmp_path / "made.zip").read_bytes())
        assert checked(pack, tmp_path, "--checkpoint", str(tmp_path / "kept.txt")).returncode == code


# --- what is done to it ---


def in_lines(name: str, alter: Callable[[list[dict[str, Any]]], object]) -> Change:
    """The rows of a JSON Lines file, altered."""

    def change(files: Files) -> Files:
        found = [json.loads(text) for text in files[name].splitlines()]
        alter(found)
        return {**files, name: b"".join(map(line, found))}

    return change


def another_key_to_a_question(files: Files) -> Files:
    """What was wrong is right, and the other way round."""
    name = named(files, "texts/questions/", ".json")
    swap = {b"true": b"false", b"false": b"true"}
    changed = re.sub(rb'(?<="correct":)(true|false)', lambda found: swap[found[1]], files[name])
    assert changed != files[name]
    return {**files, name: changed}


def another_lesson(files: Files) -> Files:
    name = named(files, "texts/modules/", ".json")
    text = json.loads(files[name])
    return {**files, name: canonical({**text, "title": "別の題名"})}


def a_copy_more(folder: str, ending: str) -> Change:
    def change(files: Files) -> Files:
        name = named(files, folder, ending)
        return {**files, name.replace(ending, f"_2{ending}"): files[name]}

    return change


def another_record(files: Files) -> Files:
    """Somebody else's record, proof and all, inside a certificate."""
    one, two = [name for name in sorted(files) if re.fullmatch(r"certificates/\d+_[^_]*\.pdf", name)][:2]
    out = BytesIO()
    with pikepdf.open(BytesIO(files[one])) as file, pikepdf.open(BytesIO(files[two])) as other:
        next(iter(file.Root.AF)).EF.F.write(next(iter(other.Root.AF)).EF.F.read_bytes())
        file.save(out)
    return {**files, one: out.getvalue()}


def signed_over(files: Files, *, key: Ed25519PrivateKey, leaves: list[bytes]) -> Files:
    """Other leaves, and every checkpoint over them signed anew."""
    found = [json.loads(text) for text in files[CHECKPOINTS].splitlines()]
    for row in found:
        old = note.Note.parse(row["note"]).text
        head = note.TreeHead.parse(old)
        head = note.TreeHead(
            origin=head.origin, size=head.size, root=merkle.root(leaves[: head.size]), extensions=head.extensions
        )
        row["root"] = head.root.hex()
        row["note"] = note.sign(head.render(), name=head.origin, key=key).render()
    return {**files, "ledger/leaves.bin": b"".join(leaves), CHECKPOINTS: b"".join(map(line, found))}


def leaves_of(files: Files) -> list[bytes]:
    data = files["ledger/leaves.bin"]
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def rewritten(files: Files) -> Files:
    """A mark edited, its leaf to fit, and the log signed anew from the beginning."""
    changed = edited("quiz.submitted", '"passed":true', '"passed":false')(files)
    leaves = leaves_of(files)
    for text in changed[ENTRIES].splitlines():
        entry = json.loads(text)
        leaves[entry["sequence"]] = merkle.leaf_hash(entry["body"].encode())
    return signed_over(changed, key=load_key(), leaves=leaves)


def leaf_to_fit(files: Files) -> Files:
    """A mark edited and its leaf to fit; the checkpoints as they were."""
    return {**rewritten(files), CHECKPOINTS: files[CHECKPOINTS]}


def lost_tail(files: Files) -> Files:
    """The end of the log gone from entries, leaves and checkpoints at once."""
    size = json.loads(files[CHECKPOINTS].splitlines()[0])["size"]
    kept = [text for text in files[ENTRIES].splitlines(keepends=True) if json.loads(text)["sequence"] < size]
    return {
        **files,
        ENTRIES: b"".join(kept),
        CHECKPOINTS: files[CHECKPOINTS].splitlines(keepends=True)[0],
        "ledger/leaves.bin": files["ledger/leaves.bin"][: 32 * size],
    }


# What is done, the code that the checker must give even where the manifest is signed anew, and a part of the place.
CASES: dict[str, tuple[Change, str, str]] = {
    "an entry renumbered": (
        in_lines(ENTRIES, lambda rows: rows[-1].update(sequence=rows[-1]["sequence"] - 1) or rows.pop(-2)),
        "entry.leaf", ENTRIES,
    ),
    "an entry and its leaf edited": (leaf_to_fit, "checkpoint.root", "ledger/leaves.bin #"),
    "the log rewritten and signed anew": (rewritten, "certificate.checkpoint", "certificates/"),
    "the whole tail cut": (lost_tail, "certificate.unknown", "certificates/"),
    "a checkpoint taken out": (in_lines(CHECKPOINTS, lambda rows: rows.pop(1)), "checkpoint.gap", CHECKPOINTS),
    "a checkpoint's root edited": (
        in_lines(CHECKPOINTS, lambda rows: rows[1].update(root="0" * 64)), "checkpoint.column", f"{CHECKPOINTS} ",
    ),
    "a checkpoint's note edited": (
        in_lines(CHECKPOINTS, lambda rows: rows[1].update(note=rows[1]["note"].replace("sealed 2026", "sealed 2025"))),
        "checkpoint.note", CHECKPOINTS,
    ),
    "a disclosure moved": (
        in_lines(DISCLOSURES, lambda rows: rows[0].update(encoded=rows[-1]["encoded"])),
        "disclosure.unlisted", f"{DISCLOSURES} line 1",
    ),
    "a batch's rows in another order": (
        in_lines(BATCHES, lambda rows: rows.insert(0, rows.pop(1))), "batch.part", f"{BATCHES} line 1",
    ),
    "a byte of a lesson": (another_lesson, "text.digest", "texts/modules/"),
    "a question's key": (another_key_to_a_question, "text.digest", "texts/questions/"),
    "an attestation's digest": (
        in_json("attestations/", lambda one, _two: one.update(digest="0" * 64)), "attestation.digest", "attestations/",
    ),
    "a pledge twice": (a_copy_more("attestations/", ".json"), "attestation.duplicate", "attestations/"),
    "a certificate twice": (a_copy_more("certificates/", ".pdf"), "certificate.duplicate", "certificates/"),
    "another record inside a PDF": (another_record, "certificate.unknown", "certificates/"),
    "a PDF updated": (pdf(retouched), "certificate.unknown", "certificates/"),
    "a PDF signed by another key": (
        pdf(lambda data: forged(data, stranger())), "certificate.unknown", "certificates/",
    ),
    "a PDF saved anew": (pdf(resaved), "certificate.unknown", "certificates/"),
    "the trained made more": (
        replaced("summary.json", '"trained":4', '"trained":5'), "summary.count", "FY2026.trained",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CASES)
def test_a_kind_of_tampering_is_found_at_its_place_with_either_anchor(what: str, made: Made, run: Run) -> None:
    change, code, place = CASES[what]
    changed = change(made.files)
    assert changed != made.files
    last = json.loads(changed[CHECKPOINTS].splitlines()[-1])["note"]
    for files in (changed, again(changed, made.key, checkpoint=last)):
        for anchor in ({"key": made.fingerprint}, {"checkpoint": made.kept}):
            exit_code, found = run(files, **anchor)
            assert exit_code == 1, anchor
            more = files is changed and names(found, "file.superfluous", place)  # an unlisted file is not opened
            assert more or names(found, code, place), found


@pytest.mark.parametrize("what", TAMPERINGS)
def test_what_is_found_with_the_key_is_found_with_a_kept_checkpoint_too(what: str, made: Made, run: Run) -> None:
    change, code, place = TAMPERINGS[what]
    exit_code, found = run(again(change(made.files), made.key), checkpoint=made.kept)
    assert exit_code == 1
    assert names(found, code, place), found


def test_a_file_more_is_named(made: Made, run: Run) -> None:
    for anchor in ({"key": made.fingerprint}, {"checkpoint": made.kept}):
        assert run({**made.files, "documents/more.pdf": b"%PDF-"}, **anchor) == (
            1,
            [("file.superfluous", "documents/more.pdf")],
        )


def test_a_table_edited_or_taken_out_is_named(made: Made, run: Run) -> None:
    name = "tables/untrained.csv"
    without = {path: data for path, data in made.files.items() if path != name}
    for anchor in ({"key": made.fingerprint}, {"checkpoint": made.kept}):
        assert run(without, **anchor) == (1, [("file.missing", name)])
        assert names(run({**made.files, name: made.files[name][:-9]}, **anchor)[1], "file.digest", name)


def test_a_manifest_signed_by_another_key_is_named_with_either_anchor(made: Made, run: Run) -> None:
    other = Ed25519PrivateKey.generate()
    changed = again({**made.files, "tables/untrained.csv": b""}, other)
    assert names(run(changed, key=made.fingerprint)[1], "anchor.key", "manifest.json")
    code, found = run(changed, checkpoint=made.kept)
    assert code == 1
    assert names(found, "checkpoint.note", CHECKPOINTS)


def test_every_signature_by_another_key_is_named_with_either_anchor(made: Made, run: Run) -> None:
    other = Ed25519PrivateKey.generate()
    changed = signed_over(made.files, key=other, leaves=leaves_of(made.files))
    changed = again(changed, other, checkpoint=json.loads(changed[CHECKPOINTS].splitlines()[-1])["note"])
    assert names(run(changed, key=made.fingerprint)[1], "anchor.key", "manifest.json")
    code, found = run(changed, checkpoint=made.kept)
    assert code == 1
    assert names(found, "anchor.note", "kept.txt")


def test_a_history_rewritten_in_the_pack_is_named_by_a_checkpoint_from_before(made: Made, run: Run) -> None:
    changed = rewritten(made.files)
    last = json.loads(changed[CHECKPOINTS].splitlines()[-1])["note"]
    code, found = run(again(changed, made.key, checkpoint=last), checkpoint=made.last)
    assert code == 1
    assert names(found, "anchor.root", "ledger/leaves.bin #0–#")


def test_a_sample_drawn_until_it_pleased_is_named_by_the_checkpoint_that_was_kept(made: Made, run: Run) -> None:
    assert run(made.drawn_again, key=made.fingerprint) == (0, []), (
        "whoever has the key can do this: say so in the table"
    )
    assert run(made.drawn_again, checkpoint=made.kept) == (0, []), "and so can they where only an older one was kept"
    size = note.TreeHead.parse(note.Note.parse(made.last).text).size
    found = run(made.drawn_again, key=made.fingerprint, checkpoint=made.last)
    assert found == (1, [("anchor.root", f"ledger/leaves.bin #0–#{size - 1}")])


def test_an_older_state_passed_off_as_todays_is_named_by_a_newer_checkpoint(made: Made, run: Run) -> None:
    code, found = run(made.files, checkpoint=made.newer)
    assert (code, [said for said, _ in found]) == (1, ["anchor.newer"])
    assert found[0][1].endswith("kept.txt")


def test_a_clock_put_back_or_forward_is_named_with_either_anchor(made: Made, run: Run) -> None:
    for files, expected in ((made.clock_back, "entry.clock_back"), (made.clock_ahead, "entry.clock_ahead")):
        place = json.loads(files[ENTRIES].splitlines()[-2])["sequence"]  # the last is the export's
        for anchor in ({"key": made.fingerprint}, {"checkpoint": made.kept}):
            code, found = run(files, **anchor)
            assert code == 1
            assert [said for said, _ in found] == [expected]
            assert str(place) in found[0][1]


def test_a_table_edited_by_whoever_has_the_key_is_named_and_so_is_a_letter_put_in(made: Made, run: Run) -> None:
    changed = again({**made.files, "tables/untrained.csv": b"", "documents/letter.txt": b"All is well."}, made.key)
    for anchor in ({"key": made.fingerprint}, {"checkpoint": made.kept}, {"checkpoint": made.last}):
        code, found = run(changed, **anchor)
        assert code == 1
        assert names(found, "table.row_missing", "tables/untrained.csv")
        assert names(found, "export.file", "tables/untrained.csv")
        assert names(found, "file.unexpected", "documents/letter.txt")


# --- what cannot be proved ---


@pytest.mark.usefixtures("made")
def test_what_goes_with_all_its_rows_before_it_was_sealed_leaves_no_trace_and_is_said_to() -> None:
    with tampering():
        sample = drawn(4)
        assert verify_log(keys=[verifier(load_key())]).unsealed == 1
        remove(Sample, sample.pk)
        remove(Entry, sample.entry_id)
        seal(now=LATER(hours=4), key=load_key())
        assert verify_log(keys=[verifier(load_key())]).intact
        assert verify_records().intact
    assert "before the first seal" in limits()


def limits() -> str:
    """The section of what cannot be proved."""
    return TABLE.read_text(encoding="utf-8").partition("What cannot be proved")[2]
