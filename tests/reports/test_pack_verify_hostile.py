"""The checker on packs that mean harm: each gets a verdict that names the place, never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reports import handmade
from tests.reports.handmade import KEY, SEALED, VERIFIER, body, checkpoint_line, ledger, line, signed
from training.ledger import note
from training.reports.pack import verify

HERE = Path(verify.__file__)


def check(pack: Path, *words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[dict[str, Any]]]:
    """Run the checker; return its exit code and what it found."""
    code = verify.main([str(pack), "--json", "--form-1", *words])  # made by hand: no ledger was told of them
    report = json.loads(capsys.readouterr().out)
    assert report["exit"] == code
    assert "internal" not in {problem["code"] for problem in report["problems"]}, report
    return code, report["problems"]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run_on(content: dict[str, bytes], *words: str, folder: bool = False) -> tuple[int, dict[str, str]]:
        made = handmade.unpacked(content, tmp_path / "pack") if folder else handmade.zipped(content, tmp_path / "p.zip")
        code, problems = check(made, *words, capsys=capsys)
        return code, {problem["code"]: problem["where"] for problem in reversed(problems)}

    return run_on


# --- the smallest pack there is ---


@pytest.mark.parametrize("folder", [False, True])
def test_an_intact_pack_is_consistent_and_with_its_key_proved(run: Any, folder: bool) -> None:
    pack = signed(handmade.files())
    assert run(pack, folder=folder) == (verify.CONSISTENT, {})
    assert run(pack, "--key", VERIFIER.fingerprint.upper(), folder=folder) == (verify.PROVED, {})
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    code, found = run(pack, "--key", note.fingerprint(other), folder=folder)
    assert (code, [*found]) == (verify.FAILED, ["anchor.key"])


# --- ZIP files ---

OUTSIDE = ["../evil.txt", "/etc/evil", "a/../../evil", "C:evil", "a\\b", "a//b", "./a", "a/\x01b", "con|", "a /b"]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_that_leads_outside_is_named_and_not_read(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = handmade.zipped({**signed(handmade.files()), name: b"evil"}, tmp_path / "p.zip")
    code, problems = check(pack, "--key", VERIFIER.fingerprint, capsys=capsys)
    assert (code, [problem["code"] for problem in problems]) == (1, ["zip.name"])
    assert problems[0]["where"] == verify.shown(name)


def test_a_name_with_a_nul_in_it_is_not_taken_for_what_stands_before_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = handmade.zipped({**signed(handmade.files()), "README.ja.txtXevil": b"evil"}, tmp_path / "p.zip")
    pack.write_bytes(pack.read_bytes().replace(b"README.ja.txtXevil", b"README.ja.txt\x00evil"))
    code, problems = check(pack, capsys=capsys)
    assert (code, problems[0]["code"], problems[0]["where"]) == (1, "zip.name", "README.ja.txt\\x00evil")


def test_a_manifest_that_lists_a_name_outside_the_pack_is_told_of(run: Any) -> None:
    pack = signed({**handmade.files(), "../../etc/passwd": b"root"})
    del pack["../../etc/passwd"]
    assert run(pack) == (1, {"zip.name": "manifest.json"})


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["summary.json", "SUMMARY.json"])
def test_two_files_of_one_name_are_one_too_many(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = handmade.zipped(signed(handmade.files()), tmp_path / "p.zip")
    with zipfile.ZipFile(pack, "a") as archive:
        archive.writestr(name, b"{}")
    code, problems = check(pack, capsys=capsys)
    assert code == 1
    assert ("zip.duplicate", name) in {(problem["code"], problem["where"]) for problem in problems}


def test_a_link_in_a_zip_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = signed(handmade.files())
    link = zipfile.ZipInfo("README.ja.txt")
    link.external_attr = 0o120777 << 16
    pack = handmade.zipped({k: v for k, v in content.items() if k != "README.ja.txt"}, tmp_path / "p.zip")
    with zipfile.ZipFile(pack, "a") as archive:
        archive.writestr(link, b"/etc/passwd")
    code, problems = check(pack, capsys=capsys)
    assert (code, {p["code"] for p in problems}) == (1, {"zip.link", "file.missing"})


def test_a_bomb_is_not_unpacked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = handmade.zipped({**signed(handmade.files()), "bomb.bin": bytes(64 * verify.MIB)}, tmp_path / "p.zip")
    code, problems = check(pack, capsys=capsys)
    assert (code, [(p["code"], p["where"]) for p in problems]) == (1, [("zip.bomb", "bomb.bin")])


def test_a_file_that_claims_to_be_small_yields_no_more_than_it_claims(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = bytes(8 * verify.MIB)
    pack = handmade.zipped({**signed({**handmade.files(), "x.bin": data})}, tmp_path / "p.zip")
    size = len(data).to_bytes(4, "little")
    pack.write_bytes(pack.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    code, problems = check(pack, capsys=capsys)
    assert (code, {p["where"] for p in problems}) == (1, {"x.bin"})


def test_other_ways_of_packing_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = signed(handmade.files())
    pack = tmp_path / "p.zip"
    with zipfile.ZipFile(pack, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data, zipfile.ZIP_BZIP2 if name == "summary.json" else zipfile.ZIP_DEFLATED)
    code, problems = check(pack, capsys=capsys)
    assert code == 1
    assert ("zip.method", "summary.json") in {(p["code"], p["where"]) for p in problems}


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06", b"no zip at all", b"PK\x03\x04" + bytes(100)])
def test_what_is_no_zip_file_is_said_to_be_none(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.zip").write_bytes(data)
    code, problems = check(tmp_path / "p.zip", "--key", VERIFIER.fingerprint, capsys=capsys)
    assert (code, problems[0]["code"]) == (1, "pack.unreadable")


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_changed_byte_of_a_zip_file_leads_to_an_accident_or_a_proof(
    data: st.DataObject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Some bytes of a ZIP file mean nothing (times, versions): those may change. The content may not."""
    content = signed(handmade.files())
    whole = bytearray(handmade.zipped(content, tmp_path / "whole.zip").read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    (tmp_path / "p.zip").write_bytes(whole)
    code, problems = check(tmp_path / "p.zip", "--key", VERIFIER.fingerprint, capsys=capsys)
    assert code == (verify.FAILED if problems else verify.PROVED)
    if not problems:
        assert handmade.unzipped(bytes(whole)) == content


# --- folders ---


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = handmade.unpacked(signed(handmade.files()), tmp_path / "pack")
    (folder / "ledger" / "up").symlink_to(tmp_path, target_is_directory=True)
    (folder / "README.ja.txt").unlink()
    (folder / "README.ja.txt").symlink_to(folder / "README.en.txt")
    code, problems = check(folder, capsys=capsys)
    assert code == 1
    found = {(p["code"], p["where"]) for p in problems}
    assert found == {("zip.link", "ledger/up"), ("zip.link", "README.ja.txt"), ("file.missing", "README.ja.txt")}


def test_what_a_file_manager_leaves_behind_is_no_part_of_a_pack(run: Any, tmp_path: Path) -> None:
    assert run({**signed(handmade.files()), ".DS_Store": b"", "ledger/Thumbs.db": b""}, folder=True) == (3, {})
    assert run({**signed(handmade.files()), "更新.txt": b""}, folder=True) == (1, {"file.superfluous": "更新.txt"})


def test_names_that_unpacking_took_apart_are_recognised(run: Any) -> None:
    pack = signed({**handmade.files(), "表/ガイド.txt": b"x"})
    pack[unicodedata.normalize("NFD", "表/ガイド.txt")] = pack.pop("表/ガイド.txt")
    assert run(pack, folder=True) == (1, {"file.unexpected": "表/ガイド.txt"}), "under its own name, as no pack has it"


def test_a_name_that_is_no_utf_8_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = handmade.unpacked(signed(handmade.files()), tmp_path / "pack")
    with open(os.fsencode(folder) + b"/\xff\xfe", "wb") as file:
        file.write(b"x")
    code, problems = check(folder, capsys=capsys)
    assert (code, problems[0]["code"], problems[0]["where"]) == (1, "file.superfluous", "\\udcff\\udcfe")


# --- texts that are no JSON, or too much of it ---

ODD = [
    b"", b"null", b"[]", b'"text"', b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 5000, b"9" * 100_000, b"1e999",
    b'{"size":1,"size":2}', b"\x00", b'{"sequence":0,"body":"\\ud800"}', b'{"sequence":true,"body":""}',
]  # fmt: skip
JSON_FILES = [
    "ledger/checkpoints.jsonl", "ledger/entries.jsonl", "ledger/disclosures.jsonl", "ledger/batches.jsonl",
    "ledger/tasks.jsonl", "samples.json", "summary.json",
]  # fmt: skip


@pytest.mark.parametrize("data", ODD, ids=lambda data: repr(data[:12]))
@pytest.mark.parametrize("name", JSON_FILES)
def test_odd_json_is_told_of_where_it_stands(name: str, data: bytes, run: Any) -> None:
    content = handmade.files()
    good = content[name]
    pack = signed({**content, name: data}, checkpoint=checkpoint_of(content))
    code, found = run(pack, "--key", VERIFIER.fingerprint)
    if data in (b"", b"[]") and name != "ledger/checkpoints.jsonl" and not good.strip(b"[]\n"):
        assert code in (0, 1)
    elif name == "ledger/entries.jsonl" and data == b"":
        assert code == 0  # a selection of none
    else:
        assert code == 1
        assert any(where.startswith(name) for where in found.values()), found


@pytest.mark.parametrize("data", ODD, ids=lambda data: repr(data[:12]))
@pytest.mark.parametrize("name", ["manifest.json", "manifest.note"])
def test_an_odd_manifest_is_told_of(name: str, data: bytes, run: Any) -> None:
    code, found = run({**signed(handmade.files()), name: data}, "--key", VERIFIER.fingerprint)
    assert code == 1
    assert any(where.startswith(name) for where in found.values()), found


CHANGES: list[dict[str, Any]] = [
    {"schema": "privacy-training/pack/2"}, {"made_at": "yesterday"}, {"origin": "other.example"}, {"campaigns": [1]},
    {"campaigns": ["FY2026"]}, {"checkpoint": ""}, {"checkpoint": None}, {"key": "x"}, {"key": None},
    {"fingerprint": "00"}, {"files": []}, {"files": {"a": 1}},
    {"files": {"a": {"sha256": "00", "size": 1}}}, {"files": {"a": {"sha256": "0" * 64, "size": -1}}},
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_manifest_that_says_something_odd_is_told_of_even_when_signed(change: dict[str, Any], run: Any) -> None:
    code, found = run(signed(handmade.files(), **change), "--key", VERIFIER.fingerprint)
    assert code == 1
    assert found


def checkpoint_of(content: dict[str, bytes]) -> str:
    return str(json.loads(content["ledger/checkpoints.jsonl"].splitlines()[-1])["note"])


# --- the ledger, re-signed by whoever has the key ---

HOUR = ["2026-11-24T01:00:00.000000Z", "2026-11-24T02:00:00.000000Z", "2026-11-24T03:00:00.000000Z"]


def log(**changes: bytes) -> dict[str, bytes]:
    """Six entries in three sealings."""
    return handmade.files(
        **{**ledger({at: [body(2 * n, at=at), body(2 * n + 1, at=at)] for n, at in enumerate(HOUR)}), **changes}
    )


def lines(content: dict[str, bytes], name: str) -> list[bytes]:
    return content[name].splitlines(keepends=True)


def test_an_older_checkpoint_from_outside_proves_the_pack(run: Any, tmp_path: Path) -> None:
    content = log()
    for place in range(3):
        older = tmp_path / "older.txt"
        older.write_text(
            "\ufeff"
            + json.loads(lines(content, "ledger/checkpoints.jsonl")[place])["note"].rstrip().replace("\n", "\r\n"),
            encoding="utf-8",
            newline="",
        )
        assert run(signed(content), "--checkpoint", str(older)) == (0, {})
        assert run(signed(content), "--checkpoint", str(older), "--key", VERIFIER.fingerprint) == (0, {})


def test_a_history_that_was_forked_and_signed_anew_fails_against_an_older_checkpoint(run: Any, tmp_path: Path) -> None:
    older = tmp_path / "older.txt"
    older.write_text(json.loads(lines(log(), "ledger/checkpoints.jsonl")[0])["note"], encoding="utf-8")
    forged = {at: [body(2 * n, at=at), body(2 * n + 1, at=at, facts={"forged": n == 0})] for n, at in enumerate(HOUR)}
    pack = signed(handmade.files(**ledger(forged)))
    assert run(pack) == (3, {})
    assert run(pack, "--key", VERIFIER.fingerprint) == (0, {})
    code, found = run(pack, "--checkpoint", str(older))
    assert (code, found) == (1, {"anchor.root": "ledger/leaves.bin #0–#1"})


def test_a_checkpoint_from_outside_by_another_key_a_newer_one_and_none_at_all_are_told_apart(
    run: Any, tmp_path: Path
) -> None:
    given_one = tmp_path / "given.txt"
    pack = signed(handmade.files())
    newer = checkpoint_of(log())
    head = note.Note.parse(newer).text
    cases = {
        "anchor.newer": newer,
        "anchor.note": note.sign(head, name=handmade.ORIGIN, key=Ed25519PrivateKey.generate()).render(),
        "anchor.malformed": "hello",
    }
    for code, text in cases.items():
        given_one.write_text(text, encoding="utf-8")
        assert [*run(pack, "--checkpoint", str(given_one))[1]] == [code]


LEDGER_CASES: dict[str, tuple[str, Any]] = {
    "an entry's text": ("entry.leaf", lambda c: {"ledger/entries.jsonl": c["ledger/entries.jsonl"].replace(b"test.happened", b"test.happen3d", 1)}),
    "an entry twice": ("entry.order", lambda c: {"ledger/entries.jsonl": c["ledger/entries.jsonl"] + lines(c, "ledger/entries.jsonl")[-1]}),
    "entries in another order": ("entry.order", lambda c: {"ledger/entries.jsonl": b"".join(reversed(lines(c, "ledger/entries.jsonl")))}),
    "an entry under another number": ("entry.leaf", lambda c: {"ledger/entries.jsonl": c["ledger/entries.jsonl"].replace(b'"sequence": 5', b'"sequence": 4').replace(lines(c, "ledger/entries.jsonl")[4], b"")}),
    "an entry beyond the log": ("entry.beyond", lambda c: {"ledger/entries.jsonl": c["ledger/entries.jsonl"] + line({"sequence": 6, "body": body(9)})}),
    "an entry that is not canonical": ("entry.malformed", lambda c: ledger({HOUR[0]: [body() + " "]})),
    "an entry of another version": ("entry.malformed", lambda c: ledger({HOUR[0]: [body(v=2)]})),
    "an entry with a foreign key": ("entry.malformed", lambda c: ledger({HOUR[0]: [body(extra=1)]})),
    "an entry's id twice": ("entry.duplicate", lambda c: ledger({HOUR[0]: [body(1), body(1, kind="test.again")]})),
    "a clock set back": ("entry.clock_back", lambda c: ledger({HOUR[1]: [body(0, at=HOUR[1])], HOUR[2]: [body(1, at="2026-11-24T01:49:59.999999Z")]})),
    "a clock set forward": ("entry.clock_ahead", lambda c: ledger({HOUR[0]: [body(0, at="2026-11-24T01:10:00.000001Z")]})),
    "sealing that goes back": ("checkpoint.clock", lambda c: ledger({HOUR[1]: [body(0, at=HOUR[1])], HOUR[0]: [body(1, at=HOUR[0])]})),
    "a checkpoint taken out": ("checkpoint.gap", lambda c: {"ledger/checkpoints.jsonl": b"".join(lines(c, "ledger/checkpoints.jsonl")[::2])}),
    "the last checkpoint taken out": ("manifest.checkpoint", lambda c: {"ledger/checkpoints.jsonl": b"".join(lines(c, "ledger/checkpoints.jsonl")[:2])}),
    "a checkpoint's column": ("checkpoint.column", lambda c: {"ledger/checkpoints.jsonl": c["ledger/checkpoints.jsonl"].replace(b'"at": "2026-11-24T02', b'"at": "2026-11-24T01')}),
    "a checkpoint's signature": ("checkpoint.note", lambda c: {"ledger/checkpoints.jsonl": c["ledger/checkpoints.jsonl"].replace(b"sealed 2026-11-24T02", b"sealed 2026-11-24T01")}),
    "a leaf": ("checkpoint.root", lambda c: {"ledger/leaves.bin": bytes(32) + c["ledger/leaves.bin"][32:]}),
    "two leaves swapped": ("checkpoint.root", lambda c: {"ledger/leaves.bin": c["ledger/leaves.bin"][32:64] + c["ledger/leaves.bin"][:32] + c["ledger/leaves.bin"][64:]}),
    "the last leaf cut off": ("ledger.leaves", lambda c: {"ledger/leaves.bin": c["ledger/leaves.bin"][:-32]}),
    "a disclosure of nobody's": ("disclosure.orphan", lambda c: {"ledger/disclosures.jsonl": line({"entry": "00000000-0000-4000-8000-000000000099", "encoded": "WyJhIiwiYiIsMV0"})}),
    "a disclosure that is not listed": ("disclosure.unlisted", lambda c: {"ledger/disclosures.jsonl": line({"entry": "00000000-0000-4000-8000-000000000002", "encoded": "WyJhIiwiYiIsMV0"})}),
    "a disclosure that is missing": ("disclosure.missing", lambda c: ledger({HOUR[0]: [body(disclosures=["x" * 43])]})),
    "a batch without rows": ("batch.count", lambda c: ledger({HOUR[0]: [body(batches={"t": {"count": 2, "root": "0" * 64}})]})),
    "a row of no batch": ("batch.orphan", lambda c: {"ledger/batches.jsonl": line({"entry": "00000000-0000-4000-8000-000000000002", "table": "t", "part": 0, "row": {"id": "00000000-0000-4000-8000-000000000002"}})}),
    "a task of nobody's": ("task.unknown", lambda c: {"ledger/tasks.jsonl": line({"task": 1, "assignment": "00000000-0000-4000-8000-000000000099", "module": "m", "order": 1})}),
}  # fmt: skip


@pytest.mark.parametrize("case", LEDGER_CASES)
def test_a_ledger_that_was_tampered_with_is_found_out_even_when_the_manifest_is_signed_anew(
    case: str, run: Any
) -> None:
    expected, change = LEDGER_CASES[case]
    content = log()
    changed = {**content, **change(content)}
    last = checkpoint_of(
        changed if "ledger/leaves.bin" in change(content) and "ledger/checkpoints.jsonl" in change(content) else content
    )
    code, found = run(signed(changed, checkpoint=last), "--key", VERIFIER.fingerprint)
    assert code == 1
    assert expected in found, found


def test_ten_minutes_are_allowed_to_a_clock(run: Any) -> None:
    early = {HOUR[1]: [body(0, at="2026-11-24T02:10:00.000000Z")], HOUR[2]: [body(1, at="2026-11-24T01:50:00.000000Z")]}
    assert run(signed(handmade.files(**ledger(early)))) == (3, {})


def test_a_foreign_disclosure_does_not_make_the_later_ones_look_missing(run: Any) -> None:
    encoded = [f"WyJ{letter}IiwibiIsMV0" for letter in "hij"]
    bodies = [body(n, at=HOUR[0], disclosures=[verify.digest_of(e)]) for n, e in enumerate(encoded)]
    keys = [json.loads(text)["id"] for text in bodies]
    rows = [line({"entry": key, "encoded": e}) for key, e in zip(keys, encoded, strict=True)]
    content = handmade.files(**ledger({HOUR[0]: bodies}))
    assert run(signed({**content, "ledger/disclosures.jsonl": b"".join(rows)})) == (3, {})
    foreign = line({"entry": "00000000-0000-4000-8000-000000000099", "encoded": encoded[0]})
    for place in range(4):
        mixed = b"".join([*rows[:place], foreign, *rows[place:]])
        code, found = run(signed({**content, "ledger/disclosures.jsonl": mixed}))
        assert (code, found) == (1, {"disclosure.orphan": f"ledger/disclosures.jsonl line {place + 1}"})


def test_an_erased_value_may_be_missing_and_must_be(run: Any) -> None:
    digest = verify.digest_of("WyJhIiwiYiIsMV0")
    bodies = [body(0, disclosures=[digest]), body(1, kind="erasure", facts={"digests": [digest]})]
    content = handmade.files(**ledger({SEALED: bodies}))
    assert run(signed(content)) == (3, {})
    row = line({"entry": json.loads(bodies[0])["id"], "encoded": "WyJhIiwiYiIsMV0"})
    code, found = run(signed({**content, "ledger/disclosures.jsonl": row}))
    assert (code, [*found]) == (1, ["disclosure.erased"])


# --- how it is run ---


def test_a_checkpoint_that_speaks_for_another_log_is_not_this_one_s(run: Any) -> None:
    content = handmade.files()
    text = note.Note.parse(checkpoint_of(content)).text.replace(handmade.ORIGIN, "other.example/ledger")
    signed_note = note.sign(text, name=handmade.ORIGIN, key=KEY).render()
    pack = signed({**content, "ledger/checkpoints.jsonl": checkpoint_line(signed_note)})
    assert run(pack)[0] == 1


def test_without_an_argument_it_checks_the_folder_that_it_lies_in(tmp_path: Path) -> None:
    content = signed({**handmade.files(), "verify.py": HERE.read_bytes()})
    folder = handmade.unpacked(content, tmp_path / "証跡 一式")
    (tmp_path / "elsewhere").mkdir()
    words = [sys.executable, "-I", "-S", "-B", str(folder / "verify.py"), "--json", "--form-1"]
    run = subprocess.run(words, capture_output=True, cwd=tmp_path / "elsewhere", check=False)
    assert (run.returncode, run.stderr) == (3, b"")
    assert json.loads(run.stdout)["counts"]["entries"] == 1


def pythons() -> dict[str, str]:
    """Every interpreter that runs here, 3.9 and newer, by its version; a name that leads to none is passed over."""
    found = {}
    for name in [sys.executable, *(f"python3.{minor}" for minor in range(9, 20))]:
        path = shutil.which(name)
        if path is not None:
            words = [path, "-I", "-S", "-c", "import sys; print(sys.version_info[:2])"]
            probe = subprocess.run(words, capture_output=True, text=True, check=False)
            if probe.returncode == 0:
                found[probe.stdout.strip()] = path
    return found


def test_every_python_there_is_comes_to_the_same_report(tmp_path: Path) -> None:
    pack = handmade.zipped({**signed(log()), "superfluous": b""}, tmp_path / "p.zip")
    reports = {}
    for version, path in pythons().items():
        run = subprocess.run(
            [path, "-I", "-S", str(HERE), str(pack), "--json", "--form-1"], capture_output=True, check=False
        )
        assert (run.returncode, run.stderr) == (1, b""), version
        reports[version] = run.stdout
    assert len(set(reports.values())) == 1
    assert reports


@pytest.mark.parametrize("encoding", ["ascii", "cp932", "utf-8", "latin-1"])
@pytest.mark.parametrize("language", ["ja", "en", ""])
def test_the_report_can_be_written_to_any_terminal(encoding: str, language: str, tmp_path: Path) -> None:
    pack = handmade.zipped({**signed(handmade.files()), "𠮷野家\u202e.txt": b""}, tmp_path / "髙﨑.zip")
    words = [sys.executable, "-I", str(HERE), str(pack), *(["--lang", language] if language else [])]
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C"}
    words[1] = "-S"  # -I would not look at the encoding
    run = subprocess.run(words, capture_output=True, env=environment, check=False)
    assert (run.returncode, run.stderr) == (1, b"")
    text = run.stdout.decode(encoding)
    assert ("判定" in text) == (language != "en" and encoding in ("cp932", "utf-8"))
    assert ("Verdict" in text) == (language == "en" or not language)
    assert "file.superfluous" in text
    assert "\u202e" not in text


def test_the_reader_of_the_report_may_stop_reading(tmp_path: Path) -> None:
    pack = handmade.zipped(signed(handmade.files()), tmp_path / "p.zip")
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", HERE, pack, "--form-1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 3


@pytest.mark.parametrize(
    "words", [["/nowhere.zip"], [str(HERE.parent), "--lang", "fr"], [str(HERE.parent), "--checkpoint", "/nowhere"]]
)
def test_wrong_usage_is_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        verify.main(words)
    assert stop.value.code == 2
    assert capsys.readouterr().err


def test_problems_beyond_a_thousand_are_counted(run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = handmade.zipped({**signed(handmade.files()), **{f"x{n}": b"" for n in range(1100)}}, tmp_path / "p.zip")
    assert verify.main([str(pack), "--lang", "en", "--form-1"]) == 1
    text = capsys.readouterr().out
    assert "1100 place(s)" in text
    assert "and 100 more" in text
