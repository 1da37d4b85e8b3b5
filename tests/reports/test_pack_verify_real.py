"""The checker on packs as the exporter writes them: whole, and tampered with in ways that each get their place named."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from tests import building
from tests.reports import handmade
from tests.reports.handmade import Files, line
from training.access.sample import draw_sample
from training.attestation.annul import annul
from training.attestation.attest import decline
from training.attestation.models import Annulment
from training.campaigns.models import Assignment
from training.certificates.edition import issue_edition
from training.certificates.issue import issue
from training.certificates.models import Certificate
from training.certificates.reissue import reissue
from training.certificates.revoke import revoke
from training.certificates.wording import WORDINGS
from training.ledger import note
from training.ledger.canonical import canonical
from training.ledger.keys import load_key, verifier
from training.ledger.models import Checkpoint
from training.ledger.seal import seal
from training.people.enrol import rename
from training.reports.pack import verify
from training.reports.pack.write import evidence_pack
from training.roles import Role

pytestmark = pytest.mark.django_db

PEOPLE = ["髙橋 一郎", "﨑山 花子", "邉見 次郎", "齋藤 三郎", "𠮷野 五郎"]
LATER = building.later
OTHERS = sorted(WORDINGS.keys() - {"ja"})


@dataclass(frozen=True)
class Made:
    """A pack of a year in which everything happened that can, and what is known of its log from elsewhere."""

    files: Files
    key: Ed25519PrivateKey
    older: str

    @property
    def fingerprint(self) -> str:
        return verifier(self.key).fingerprint


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Made]:
    outermost = transaction.atomic()
    outermost._from_testcase = True  # what lets durable transactions run inside
    with django_db_blocker.unblock(), outermost:
        whole_year()
        key = load_key()
        last = Checkpoint.objects.order_by("-size").first()
        older = Checkpoint.objects.order_by("size").first()
        assert last is not None
        assert older is not None
        assert last != older
        campaign = Assignment.objects.all()[0].campaign
        data = b"".join(evidence_pack(campaigns=[campaign], key=key, now=LATER(hours=4)))
        yield Made(handmade.unzipped(data), key, older.note)
        transaction.set_rollback(True)


def whole_year() -> None:
    """Five people: a certificate, one in English, one reissued, one revoked, a signature annulled, a refusal, a sample."""
    employments = [
        building.person(f"00010{n}", name, user=building.account(f"person{n}"), department=f"本社/{n % 2}課")
        for n, name in enumerate(PEOPLE)
    ]
    campaign = building.campaign()
    hr, officer = building.account("hr", Role.HR), building.account("second", Role.PRIVACY_OFFICER)
    assignments = [building.assignment_of(employment) for employment in employments]
    for assignment in assignments[:4]:
        building.train(assignment)
    signatures = [building.sign(a, name) for a, name in zip(assignments[:4], PEOPLE, strict=False)]
    seal(now=building.NOW, key=load_key())
    first, second, third, _ = (issue(attestation=signature, now=LATER(minutes=1)) for signature in signatures)
    seal(now=LATER(minutes=2), key=load_key())
    translate(first, by=hr)
    rename(
        employee=employments[1].employee,
        name="﨑山 華子",
        kana="サキヤマ ハナコ",
        since=date(2026, 11, 24),
        now=LATER(hours=1),
    )
    renewed = reissue(certificate=second, reason="改姓のため", by=hr, now=LATER(hours=1, minutes=1))
    translate(renewed, by=hr)
    revoke(certificate=third, reason="誤って発行", by=officer, now=LATER(hours=2))
    annul(
        attestation=signatures[3],
        cause=Annulment.Cause.WRONG_PERSON,
        reason="代理で署名",
        by=officer,
        now=LATER(hours=2),
    )
    decline(assignment=assignments[4], reason="内容を確認したい", now=LATER(hours=2))
    for by_department in (False, True):
        draw_sample(user=hr, campaign=campaign, size=2, by_department=by_department, now=LATER(hours=3))
    seal(now=LATER(hours=3), key=load_key())


def translate(certificate: Certificate, *, by: Any) -> None:
    """Issue the certificate in every other language there is."""
    for language in OTHERS:
        issue_edition(certificate=certificate, language=language, by=by, now=LATER(hours=1, minutes=2))


@pytest.fixture
def run(made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run_on(files: Files, *words: str) -> tuple[int, list[tuple[str, str]], dict[str, Any]]:
        code = verify.main([str(handmade.zipped(files, tmp_path / "p.zip")), "--json", *words])
        report = json.loads(capsys.readouterr().out)
        assert report["exit"] == code
        return code, [(problem["code"], problem["where"]) for problem in report["problems"]], report

    return run_on


def again(files: Files, key: Ed25519PrivateKey, **changes: object) -> Files:
    """The files with a manifest made for them and signed: what an insider who holds the key can do."""
    content = {name: data for name, data in files.items() if name not in ("manifest.json", "manifest.note")}
    old = json.loads(files["manifest.json"])
    kept = {field: old[field] for field in ("schema", "made_at", "campaigns", "checkpoint")}
    return handmade.signed(content, private=key, name=old["origin"], **{**kept, **changes})


# --- whole ---


def test_an_intact_pack_agrees_with_itself_and_proves_nothing_of_its_origin(made: Made, run: Any) -> None:
    code, problems, report = run(made.files)
    assert (code, problems, report["verdict"]) == (3, [], "consistent")
    counts = report["counts"]
    assert (counts["attestations"], counts["annulled"]) == (4, 1)
    assert (counts["certificates"], counts["reissued"], counts["superseded"], counts["revoked"]) == (
        5 + 2 * len(OTHERS),
        1 + len(OTHERS),
        1,
        1,
    )
    assert counts["of_annulled"] == 1
    assert counts["samples"] == 2
    assert counts["entries"] == counts["leaves"] == report["checkpoint"]["size"]


def test_the_right_key_proves_it_and_a_wrong_one_does_not(made: Made, run: Any) -> None:
    assert run(made.files, "--key", made.fingerprint)[0] == 0
    other = verifier(Ed25519PrivateKey.generate()).fingerprint
    assert run(made.files, "--key", other)[:2] == (1, [("anchor.key", "manifest.json")])


def test_an_older_checkpoint_from_outside_proves_it(made: Made, run: Any, tmp_path: Path) -> None:
    (tmp_path / "older.txt").write_text(made.older, encoding="utf-8")
    assert run(made.files, "--checkpoint", str(tmp_path / "older.txt"))[0] == 0


def test_the_same_pack_unpacked_is_checked_as_well_by_every_python_there_is(made: Made, tmp_path: Path) -> None:
    folder = handmade.unpacked(made.files, tmp_path / "証跡")
    words = ["-I", "-S", "-B", str(folder / "verify.py"), "--lang", "en", "--key", made.fingerprint]
    run = subprocess.run([sys.executable, *words], capture_output=True, cwd=tmp_path, check=False)
    assert (run.returncode, run.stderr) == (0, b"")
    assert b"AGREES." in run.stdout.splitlines()[3]


# --- tampered with ---

Change = Callable[[Files], Files]


def entries_of(files: Files) -> list[dict[str, Any]]:
    return [json.loads(text) for text in files["ledger/entries.jsonl"].splitlines()]


def of_kind(files: Files, kind: str) -> list[int]:
    """Places of the entries of a kind."""
    return [n for n, entry in enumerate(entries_of(files)) if json.loads(entry["body"])["kind"] == kind]


def named(files: Files, *parts: str) -> str:
    """The first file whose name begins and ends like this."""
    return next(name for name in sorted(files) if name.startswith(parts[0]) and name.endswith(parts[-1]))


def edited(kind: str, old: str, new: str) -> Change:
    def change(files: Files) -> Files:
        lines = files["ledger/entries.jsonl"].splitlines(keepends=True)
        place = of_kind(files, kind)[0]
        entry = json.loads(lines[place])
        assert old in entry["body"]
        lines[place] = line({**entry, "body": entry["body"].replace(old, new, 1)})
        return {**files, "ledger/entries.jsonl": b"".join(lines)}

    return change


def deleted(kind: str) -> Change:
    """An entry left out, with all that belongs to it."""

    def change(files: Files) -> Files:
        lines = files["ledger/entries.jsonl"].splitlines(keepends=True)
        place = of_kind(files, kind)[0]
        key = json.loads(json.loads(lines.pop(place))["body"])["id"].encode()
        left = {
            name: b"".join(row for row in files[name].splitlines(keepends=True) if key not in row)
            for name in ("ledger/disclosures.jsonl", "ledger/batches.jsonl")
        }
        return {**files, **left, "ledger/entries.jsonl": b"".join(lines)}

    return change


def replaced(name: str, old: str, new: str) -> Change:
    def change(files: Files) -> Files:
        assert old.encode() in files[name]
        return {**files, name: files[name].replace(old.encode(), new.encode(), 1)}

    return change


def cut(name: str, count: int = 1) -> Change:
    return lambda files: {**files, name: b"".join(files[name].splitlines(keepends=True)[:-count])}


def swapped(pattern: str) -> Change:
    def change(files: Files) -> Files:
        one, two, *_ = [name for name in sorted(files) if re.fullmatch(pattern, name)]
        return {**files, one: files[two], two: files[one]}

    return change


def without(*parts: str) -> Change:
    return lambda files: {name: data for name, data in files.items() if name != named(files, *parts)}


def in_json(folder: str, alter: Callable[[Any, Any], None]) -> Change:
    """The first JSON file of a folder, altered with another one of its kind at hand."""

    def change(files: Files) -> Files:
        one, two, *_ = [name for name in sorted(files) if name.startswith(folder) and name.endswith(".json")] * 2
        value = json.loads(files[one])
        alter(value, json.loads(files[two]))
        return {**files, one: canonical(value)}

    return change


def pdf(alter: Callable[[bytes], bytes]) -> Change:
    def change(files: Files) -> Files:
        name = named(files, "certificates/", ".pdf")
        return {**files, name: alter(files[name])}

    return change


def disclosed(files: Files) -> Files:
    """A name given another value, under its old salt."""
    rows = [json.loads(row) for row in files["ledger/disclosures.jsonl"].splitlines()]
    for row in rows:
        salt, name, _ = json.loads(verify.urlsafe_b64decode(row["encoded"] + "=="))
        if name == "name":
            text = canonical([salt, name, "佐藤 悪子"])
            row["encoded"] = verify.urlsafe_b64encode(text).decode().rstrip("=")
            break
    return {**files, "ledger/disclosures.jsonl": b"".join(map(line, rows))}


def reordered(files: Files) -> Files:
    lines = files["ledger/entries.jsonl"].splitlines(keepends=True)
    return {**files, "ledger/entries.jsonl": b"".join([*lines[:3], lines[4], lines[3], *lines[5:]])}


def inserted(files: Files) -> Files:
    forged = {"sequence": len(entries_of(files)), "body": handmade.body(at="2026-11-24T03:00:00.000000Z")}
    return {**files, "ledger/entries.jsonl": files["ledger/entries.jsonl"] + line(forged)}


ENTRIES, BATCHES, CHECKPOINTS = "ledger/entries.jsonl", "ledger/batches.jsonl", "ledger/checkpoints.jsonl"

# What is done, the code that the checker must give even where the manifest is signed anew, and a part of the place.
TAMPERINGS: dict[str, tuple[Change, str, str]] = {
    "a mark edited": (edited("quiz.submitted", '"passed":true', '"passed":false'), "entry.leaf", ENTRIES),
    "a date edited": (edited("attestation.signed", "2026-11-24T01:", "2026-11-23T01:"), "entry.leaf", ENTRIES),
    "a signature's entry deleted": (deleted("attestation.signed"), "attestation.unknown", "attestations/"),
    "a certificate's entry deleted": (deleted("certificates.issued"), "certificate.unknown", "certificates/"),
    "a reissue's entry deleted": (deleted("certificates.reissued"), "certificate.unknown", "certificates/"),
    "an annulment deleted": (deleted("attestation.annulled"), "attestation.annulled", "attestations/"),
    "a revocation deleted": (deleted("certificates.revoked"), "summary.count", "FY2026.revoked"),
    "an exam deleted": (deleted("quiz.submitted"), "summary.count", "FY2026.trained"),
    "a beginning deleted": (deleted("quiz.started"), "row.reference", "submission.attempt_id"),
    "a publication deleted": (deleted("policy.statement_published"), "text.unknown", "texts/statements/"),
    "an opening deleted": (deleted("campaigns.opened"), "row.reference", "assignment_id"),
    "a sample's entry deleted": (deleted("access.sampled"), "sample.row", "samples.json"),
    "an entry inserted": (inserted, "entry.beyond", ENTRIES),
    "entries reordered": (reordered, "entry.order", ENTRIES),
    "the entries' tail cut": (cut(ENTRIES, 2), "sample.row", "samples.json"),
    "the checkpoints' tail cut": (cut(CHECKPOINTS), "manifest.checkpoint", CHECKPOINTS),
    "the leaves' tail cut": (
        lambda files: {**files, "ledger/leaves.bin": files["ledger/leaves.bin"][:-32]}, "ledger.leaves", "ledger/leaves.bin",
    ),
    "a batch's row edited": (replaced(BATCHES, '"regular"', '"officer"'), "batch.root", "privacy_training_assignment"),
    "a batch's row left out": (cut(BATCHES), "batch.count", "privacy_training_dueset"),
    "a name edited": (disclosed, "disclosure.unlisted", "ledger/disclosures.jsonl line"),
    "a name left out": (cut("ledger/disclosures.jsonl"), "disclosure.missing", ENTRIES),
    "a task left out": (cut("ledger/tasks.jsonl"), "task.missing", "ledger/tasks.jsonl"),
    "the policy edited": (replaced("texts/policy/revision-1.txt", "個人情報", "個人の情報"), "text.digest", "texts/policy/"),
    "a lesson left out": (without("texts/modules/", ".json"), "text.missing", ENTRIES),
    "a question left out": (without("texts/questions/", ".json"), "text.missing", "texts/modules/"),
    "the proof replaced": (
        in_json("attestations/", lambda one, two: one.update(proof=two["proof"])), "attestation.entry", "attestations/",
    ),
    "a hash of the proof replaced": (
        in_json("attestations/", lambda one, two: one["proof"]["hashes"].__setitem__(0, "0" * 64)),
        "attestation.proof", "attestations/",
    ),
    "what was signed edited": (
        in_json("attestations/", lambda one, two: one["signed"]["statement"].update(words="何も約束しません。")),
        "attestation.signed", "attestations/",
    ),
    "the annulment hidden": (
        lambda files: {
            **files,
            **{
                name: data.replace(b'"annulled":"', b'"annulled":null,"was":"')
                for name, data in files.items() if name.startswith("attestations/")
            },
        },
        "attestation.annulled", "attestations/",
    ),
    "two pledges swapped": (swapped(r"attestations/.*\.json"), "attestation.name", "attestations/"),
    "a pledge left out": (without("attestations/", ".json"), "attestation.missing", "attestations/"),
    "two certificates swapped": (swapped(r"certificates/\d+_[^_]*\.pdf"), "certificate.name", "certificates/"),
    "a certificate and its edition swapped": (
        swapped(r"certificates/000100_.*\.pdf"), "certificate.name", "certificates/000100",
    ),
    "the superseded certificate passed off as the one in force": (
        swapped(r"certificates/000101_.*(?<!_en)\.pdf"), "certificate.name", "certificates/000101",
    ),
    "a certificate left out": (without("certificates/", ".pdf"), "certificate.missing", "FY2026-000001"),
    "a PDF's byte changed": (
        pdf(lambda data: data[:-300] + bytes([data[-300] ^ 1]) + data[-299:]), "certificate.unknown", "certificates/",
    ),
    "bytes appended to a PDF": (pdf(lambda data: data + b"\n%%EOF\n"), "certificate.unknown", "certificates/"),
    "a PDF cut off": (pdf(lambda data: data[:2000]), "certificate.unknown", "certificates/"),
    "the draw edited": (
        lambda files: {**files, "samples.json": canonical([{**s, "drawn": s["drawn"][::-1]} for s in json.loads(files["samples.json"])])},
        "sample.draw", "samples.json",
    ),
    "the seed edited": (
        lambda files: {**files, "samples.json": canonical([{**s, "seed": "0" * 32} for s in json.loads(files["samples.json"])])},
        "sample.row", "seed",
    ),
    "somebody taken out of the population": (
        lambda files: {**files, "samples.json": canonical([{**s, "population": s["population"][1:]} for s in json.loads(files["samples.json"])])},
        "sample.population", "samples.json",
    ),
    "the untrained made fewer": (replaced("summary.json", '"untrained":2', '"untrained":0'), "summary.sense", "FY2026.untrained"),
    "the signed made more": (replaced("summary.json", '"signed":3', '"signed":5'), "summary.count", "FY2026.signed"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_tampering_is_found_at_its_place_even_by_whoever_signs_the_manifest_anew(
    what: str, made: Made, run: Any
) -> None:
    change, expected, place = TAMPERINGS[what]
    changed = change(made.files)
    assert changed != made.files

    code, problems, _ = run(changed, "--key", made.fingerprint)
    assert code == 1
    assert {problem for problem, _ in problems} & {"file.digest", "file.missing", "file.superfluous"}

    code, problems, report = run(again(changed, made.key), "--key", made.fingerprint)
    assert code == 1
    assert any(problem == expected and place in where for problem, where in problems), report["problems"]


def test_a_file_that_means_nothing_to_the_checker_is_bound_by_the_manifest(made: Made, run: Any) -> None:
    for name in ("README.ja.txt", "documents/plan.pdf", "documents/report.pdf", "verify.py"):
        code, problems, _ = run({**made.files, name: made.files[name] + b" "}, "--key", made.fingerprint)
        assert (code, problems) == (1, [("file.size", name), ("file.digest", name)])


def test_an_edited_manifest_is_not_the_one_that_was_signed(made: Made, run: Any) -> None:
    files = again({**made.files, "README.ja.txt": b"changed"}, made.key)
    files["manifest.note"] = made.files["manifest.note"]
    code, problems, _ = run(files, "--key", made.fingerprint)
    assert (code, problems) == (1, [("manifest.digest", "manifest.json"), ("export.file", "README.ja.txt")])


def test_a_pack_signed_anew_with_another_key_fails_against_the_fingerprint_and_against_a_checkpoint(
    made: Made, run: Any, tmp_path: Path
) -> None:
    other = Ed25519PrivateKey.generate()
    origin = json.loads(made.files["manifest.json"])["origin"]
    rows = [json.loads(row) for row in made.files[CHECKPOINTS].splitlines()]
    for row in rows:
        row["note"] = note.sign(note.Note.parse(row["note"]).text, name=origin, key=other).render()
    forged = again({**made.files, CHECKPOINTS: b"".join(map(line, rows))}, other, checkpoint=rows[-1]["note"])
    (tmp_path / "older.txt").write_text(made.older, encoding="utf-8")
    assert ("anchor.key", "manifest.json") in run(forged, "--key", made.fingerprint)[1]
    problems = run(forged, "--checkpoint", str(tmp_path / "older.txt"))[1]
    assert any(code == "anchor.note" for code, _ in problems)
    assert any(code == "certificate.key" for code, _ in problems)


def test_the_report_says_first_what_it_found(made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = handmade.zipped({**made.files, "summary.json": b"{}"}, tmp_path / "p.zip")
    assert verify.main([str(pack), "--lang", "ja"]) == 1
    text = capsys.readouterr().out
    assert (
        text.index("一致しません。")
        < text.index("検査したもの")
        < text.index("証明できないこと")
        < text.index("食い違い\n")
    )
    assert "場所：summary.json" in text
    assert verify.main([str(pack), "--lang", "en"]) == 1
    text = capsys.readouterr().out
    assert text.index("DOES NOT AGREE") < text.index("What was checked") < text.index("What could not be proved")
