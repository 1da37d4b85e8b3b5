"""What an evidence pack holds, and that it proves itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests import building
from tests.reports.packs import LATER, Pack, checked, company, packed
from training.access.log import record_access
from training.access.models import AccessLog
from training.access.sample import draw_sample
from training.attestation.attest import decline
from training.campaigns.models import Campaign
from training.catalogue.models import ModuleVersion, QuestionVersion
from training.certificates.models import Certificate
from training.certificates.queries import pdf_of
from training.errors import Conflict, Invalid, NotReady
from training.ledger import merkle
from training.ledger.append import append, leaf_of
from training.ledger.canonical import canonical
from training.ledger.disclosure import digest_of
from training.ledger.keys import load_key, verifier
from training.ledger.models import Disclosure, Entry
from training.ledger.note import Note
from training.ledger.queries import latest_checkpoint
from training.reports.pack.manifest import SCHEMA
from training.reports.pack.write import Figures, evidence_pack
from training.roles import Role

pytestmark = pytest.mark.django_db
PEOPLE = [("000101", "髙橋 一郎"), ("000102", "𠮷田 花子"), ("000103", "邉見 次郎")]


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Campaign, Pack]]:
    """A company and its pack, made once for all tests of this module; each begins with it whole."""
    outermost = transaction.atomic()
    outermost._from_testcase = True  # what lets durable transactions run inside, as in Django's own TestCase
    with django_db_blocker.unblock(), outermost:
        campaign = company(PEOPLE)
        yield campaign, packed(campaign)
        transaction.set_rollback(True)


@pytest.fixture
def campaign(house: tuple[Campaign, Pack]) -> Campaign:
    return house[0]


@pytest.fixture
def pack(house: tuple[Campaign, Pack]) -> Pack:
    return house[1]


def test_everything_that_the_contract_names_is_there_and_the_manifest_comes_last(pack: Pack) -> None:
    version, question = ModuleVersion.objects.get(), QuestionVersion.objects.first()
    assert question is not None

    assert {"README.ja.txt", "README.en.txt", "verify.py", "samples.json", "summary.json"} <= set(pack.names)
    assert pack.under("ledger") == [
        "batches.jsonl", "checkpoints.jsonl", "disclosures.jsonl", "entries.jsonl", "leaves.bin", "tasks.jsonl",
    ]  # fmt: skip
    assert pack.under("attestations") == [
        "000101_髙橋 一郎.json", "000101_髙橋 一郎.pdf", "000102_𠮷田 花子.json", "000102_𠮷田 花子.pdf",
    ]  # fmt: skip
    assert pack.under("certificates") == ["000101_髙橋 一郎.pdf", "000102_𠮷田 花子.pdf"]
    tables = [
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
    assert pack.under("tables") == sorted(f"{name}.{ending}" for name in tables for ending in ("csv", "xlsx"))
    assert pack.under("documents") == ["plan.pdf", "report.pdf"]
    assert pack.under("texts/modules") == ["article-3.ja.v1.json", "article-3.ja.v1.pdf"]
    assert f"texts/questions/{question.question}.ja.v1.json" in pack.names
    assert "texts/questions/article-3.ja.v1.pdf" in pack.names
    assert pack.zip.read("texts/modules/article-3.ja.v1.json") == canonical(version.content)
    assert pack.names[-2:] == ["manifest.json", "manifest.note"]
    assert pack.zip.testzip() is None


def test_the_manifest_is_canonical_signed_and_lists_every_other_file(pack: Pack) -> None:
    data, key = pack.zip.read("manifest.json"), verifier(load_key())
    manifest = json.loads(data)

    assert data == canonical(manifest)
    assert set(manifest["files"]) == set(pack.names) - {"manifest.json", "manifest.note"}
    for name, said in manifest["files"].items():
        content = pack.zip.read(name)
        assert said == {"sha256": sha256(content).hexdigest(), "size": len(content)}
    checkpoint = latest_checkpoint()
    assert checkpoint is not None
    assert (manifest["schema"], manifest["campaigns"], manifest["checkpoint"]) == (SCHEMA, ["FY2026"], checkpoint.note)
    assert (manifest["key"], manifest["fingerprint"]) == (key.render(), key.fingerprint)
    note = Note.parse(pack.zip.read("manifest.note").decode())
    assert note.verify([key]) == [key]
    assert note.text == f"{key.name}/evidence-pack\n{sha256(data).hexdigest()}\n{len(data)}\n"


def test_entries_disclosures_and_batches_agree_with_the_log(pack: Pack) -> None:
    leaves = pack.zip.read("ledger/leaves.bin")
    entries = pack.lines("ledger/entries.jsonl")
    checkpoints = pack.lines("ledger/checkpoints.jsonl")

    assert merkle.root([leaves[n : n + 32] for n in range(0, len(leaves), 32)]).hex() == checkpoints[-1]["root"]
    numbers = [entry["sequence"] for entry in entries]
    assert numbers == sorted(set(numbers))
    listed: dict[str, set[str]] = {}
    batches: dict[tuple[str, str], Any] = {}
    for entry in entries:
        leaf = merkle.leaf_hash(entry["body"].encode())
        assert leaves[32 * entry["sequence"] :][:32] == leaf
        body = json.loads(entry["body"])
        listed[body["id"]] = set(body["disclosures"])
        batches |= {(body["id"], table): batch for table, batch in body["batches"].items()}
    for line in pack.lines("ledger/disclosures.jsonl"):
        listed[line["entry"]].remove(digest_of(line["encoded"]))
    assert not any(listed.values())
    parts: dict[tuple[str, str], list[bytes]] = {}
    for line in pack.lines("ledger/batches.jsonl"):
        leaf = merkle.leaf_hash(canonical({name: line[name] for name in ("table", "entry", "row")}))
        parts.setdefault((line["entry"], line["table"]), []).append(leaf)
    assert batches == {key: {"count": len(rows), "root": merkle.root(rows).hex()} for key, rows in parts.items()}


def test_each_signature_proves_itself_alone(pack: Pack) -> None:
    checkpoint = pack.lines("ledger/checkpoints.jsonl")[-2]  # of the state that the pack shows
    for name in pack.under("attestations"):
        if not name.endswith(".json"):
            continue
        record = pack.json(f"attestations/{name}")
        assert sha256(canonical(record["signed"])).hexdigest() == record["digest"]
        merkle.verify_inclusion(
            leaf=merkle.leaf_hash(record["entry"]["body"].encode()),
            index=record["proof"]["sequence"],
            size=record["proof"]["size"],
            proof=[bytes.fromhex(step) for step in record["proof"]["hashes"]],
            root=bytes.fromhex(checkpoint["root"]),
        )
        body = json.loads(record["entry"]["body"])
        assert {digest_of(encoded) for encoded in record["entry"]["disclosures"]} == set(body["disclosures"])
        row = body["rows"]["privacy_training_attestation"][0]
        assert (row["id"], row["digest"]) == (record["attestation"], record["digest"])
        assert (record["checkpoint"], record["annulled"]) == (checkpoint["note"], None)


def test_certificates_are_the_bytes_that_were_issued(pack: Pack) -> None:
    for certificate in Certificate.objects.all():
        stored = pdf_of(certificate).read_bytes()
        assert stored in [pack.zip.read(f"certificates/{name}") for name in pack.under("certificates")]


def test_a_certificate_whose_file_is_lost_is_said_to_be_without_one(campaign: Campaign) -> None:
    file = pdf_of(Certificate.objects.get(serial="FY2026-000001"))
    data = file.read_bytes()
    file.unlink()

    pack = packed(campaign)

    file.write_bytes(data)
    assert [row["ファイル"] for row in pack.rows("certificates")] == ["なし", "certificates/000102_𠮷田 花子.pdf"]


def test_the_summary_counts_who_has_done_what(pack: Pack) -> None:
    assert pack.json("summary.json") == {
        "campaigns": {
            "FY2026": {
                "assigned": 3,
                "started": 2,
                "trained": 2,
                "signed": 2,
                "untrained": 1,
                "closed": 0,
                "credited": 0,
                "exempt": 0,
                "certificates": 2,
                "annulled": 0,
                "revoked": 0,
                "unsealed": 0,
            }
        }
    }


def test_verify_py_finds_it_consistent_and_with_the_key_from_outside_proved(pack: Pack, tmp_path: Path) -> None:
    without = checked(pack, tmp_path)
    assert without.returncode == 3, without.stdout + without.stderr
    assert checked(pack, tmp_path, "--key", verifier(load_key()).fingerprint).returncode == 0
    assert checked(pack, tmp_path, "--key", "0" * 64).returncode == 1


def test_the_readmes_name_the_fingerprint_and_open_on_windows(pack: Pack) -> None:
    for name in ("README.ja.txt", "README.en.txt"):
        data = pack.zip.read(name)
        text = data.decode("utf-8-sig")
        assert data.startswith(b"\xef\xbb\xbf")
        assert text.count("\n") == text.count("\r\n")
        assert verifier(load_key()).fingerprint in text
        assert "FY2026" in text
        assert "{" not in text
        assert "verify.py --key" in text


def test_what_waits_for_its_seal_is_counted_and_left_out(campaign: Campaign) -> None:
    packed(campaign)
    last = building.assignment_of(campaign.assignments.get(employment__number="000103").employment)
    decline(assignment=last, reason="検討中", now=LATER)

    pack = packed(campaign, sealed=False)

    assert pack.json("summary.json")["campaigns"]["FY2026"]["unsealed"] == 1
    assert "attestation.declined" not in pack.kinds()
    assert [row["状況"] for row in pack.rows("untrained")] == ["未着手"]


def test_another_campaign_s_entries_are_not_in_it_and_those_of_its_people_are(campaign: Campaign) -> None:
    other = building.campaign(code="FY2027")
    building.train(building.assignment_of(other.assignments.order_by("employment__number")[0].employment, "FY2027"))

    pack = packed(campaign)

    assert pack.kinds().count("campaigns.opened") == 1
    assert pack.kinds().count("quiz.submitted") == 2
    assert pack.kinds().count("people.enrolled") == 3


def test_two_campaigns_have_folders_of_their_own_and_one_ledger(campaign: Campaign, tmp_path: Path) -> None:
    other = building.campaign(code="FY2027", now=LATER)

    pack = packed(campaign, other)

    for code in ("FY2026", "FY2027"):
        assert pack.under(f"{code}/documents") == ["plan.pdf", "report.pdf"]
        assert "roster.csv" in pack.under(f"{code}/tables")
    assert len(pack.under("FY2026/attestations")) == 4
    assert pack.under("FY2027/attestations") == []
    assert not pack.under("tables")
    assert set(pack.json("summary.json")["campaigns"]) == {"FY2026", "FY2027"}
    assert pack.kinds().count("campaigns.opened") == 2
    assert len(pack.lines("ledger/tasks.jsonl")) == 6
    assert checked(pack, tmp_path).returncode == 3


def test_accounts_grants_looks_and_erasures_that_concern_it_are_in_it(campaign: Campaign) -> None:
    officer = building.account("officer2", Role.PRIVACY_OFFICER)
    record_access(
        user=officer, action=AccessLog.Action.LIST, campaign=campaign, what="people", why="hr", now=building.NOW
    )
    mine = Disclosure.objects.filter(entry__kind="attestation.signed").first()
    assert mine is not None
    for digests in ([mine.digest], ["another"]):
        append(kind="erasure", at=building.NOW, facts={"digests": digests})
    append(kind="access.granted", at=building.NOW, facts={"grant": 1, "campaigns": ["FY2026"]})
    append(kind="access.granted", at=building.NOW, facts={"grant": 2, "campaigns": ["FY1999"]})
    append(kind="access.revoked", at=building.NOW, facts={"grant": 1})
    append(kind="access.revoked", at=building.NOW, facts={"grant": 2})
    append(kind="ledger.witnessed", at=building.NOW, facts={"size": 1})

    kinds = packed(campaign).kinds()

    for kind in ("access.looked", "access.granted", "access.revoked", "erasure", "ledger.witnessed"):
        assert kinds.count(kind) == 1, kind


def test_samples_come_with_what_they_were_drawn_from(campaign: Campaign, tmp_path: Path) -> None:
    officer = building.account("officer2", Role.PRIVACY_OFFICER)
    sample = draw_sample(user=officer, campaign=campaign, size=2, by_department=True, now=LATER)

    pack = packed(campaign, now=LATER)

    found = pack.json("samples.json")[0]
    assert (found["id"], found["seed"], found["drawn"]) == (str(sample.pk), sample.seed, sample.drawn)
    assert found["population"] == sorted(str(key) for key in campaign.assignments.values_list("pk", flat=True))
    assert [row["割当ID"] for row in pack.rows("sample")] == sample.drawn
    assert all(row["社員番号"] and row["所属"] for row in pack.rows("sample"))
    assert checked(pack, tmp_path).returncode == 3


def test_the_day_asked_for_is_tabulated(campaign: Campaign) -> None:
    pack = packed(campaign, as_of=building.NOW.date())

    assert pack.csv("as-of")[0] == ["ある日の状況"]
    assert "as-of.xlsx" in pack.under("tables")


def test_copies_of_the_pledges_may_be_left_out_and_the_records_never(campaign: Campaign) -> None:
    pack = packed(campaign, copies=False)

    assert pack.under("attestations") == ["000101_髙橋 一郎.json", "000102_𠮷田 花子.json"]
    assert {row["写し"] for row in pack.rows("attestations")} == {"なし"}


def test_progress_ends_where_all_is_done_and_figures_say_what_was_written(campaign: Campaign) -> None:
    steps: list[tuple[int, int]] = []
    figures = Figures()

    pack = packed(campaign, progress=lambda done, of: steps.append((done, of)), figures=figures)

    assert [done for done, _of in steps] == sorted(done for done, _of in steps)
    assert all(done < of for done, of in steps[:-1])
    assert steps[-1][0] == steps[-1][1]
    assert figures.people == 3
    assert figures.entries == len(pack.lines("ledger/entries.jsonl"))
    assert figures.files == len(pack.names) - 2


def test_a_campaign_that_was_never_opened_is_refused_before_the_first_byte(campaign: Campaign) -> None:
    draft = building.campaign(code="FY2027", opened=False)

    with pytest.raises(NotReady, match="FY2027"):
        evidence_pack(campaigns=[campaign, draft], key=load_key(), now=LATER)


@pytest.mark.parametrize("times", [0, 2])
def test_a_campaign_is_named_once(campaign: Campaign, times: int) -> None:
    with pytest.raises(Invalid):
        evidence_pack(campaigns=[campaign] * times, key=load_key(), now=LATER)


def test_a_damaged_ledger_is_refused_before_the_first_byte(campaign: Campaign) -> None:
    packed(campaign)
    checkpoint = latest_checkpoint()
    assert checkpoint is not None
    checkpoint.root = "00" * 32

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.reports.pack.write.latest_checkpoint", lambda: checkpoint)
        with pytest.raises(Conflict, match="verify_ledger"):
            evidence_pack(campaigns=[campaign], key=load_key(), now=LATER)


def test_rows_of_a_batch_are_what_their_leaves_were_made_of(campaign: Campaign, pack: Pack) -> None:
    lines = {line["row"]["id"]: line for line in pack.lines("ledger/batches.jsonl")}
    for assignment in campaign.assignments.all():
        line = lines[str(assignment.pk)]
        made = merkle.leaf_hash(canonical({name: line[name] for name in ("table", "entry", "row")}))
        assert made == leaf_of(assignment)


def test_every_entry_of_a_whole_year_of_one_campaign_is_in_its_pack(campaign: Campaign, pack: Pack) -> None:
    assert len(pack.kinds()) == Entry.objects.filter(sequence__isnull=False).count()
