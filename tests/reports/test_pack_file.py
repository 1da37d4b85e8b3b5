"""A pack is there whole or not at all, and is of one moment."""

from __future__ import annotations

import io
import stat
import threading
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection

from tests import building
from tests.reports.packs import LATER, Pack, company
from training.attestation.attest import decline
from training.errors import Conflict, NotReady
from training.ledger.keys import load_key
from training.ledger.seal import seal
from training.reports.pack.file import write_whole
from training.reports.pack.write import evidence_pack


def test_the_file_appears_whole_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"

    digest = write_whole(iter([b"one", b"two"]), path=path)

    assert path.read_bytes() == b"onetwo"
    assert digest == sha256(b"onetwo").hexdigest()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failure", [RuntimeError("half-way"), KeyboardInterrupt(), OSError(2, "No font")])
def test_what_fails_half_way_leaves_no_file_and_stays_what_it_is(failure: BaseException, tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        assert len(list(tmp_path.iterdir())) == 1
        raise failure

    with pytest.raises(type(failure)) as raised:
        write_whole(pieces(), path=tmp_path / "pack.zip")

    assert raised.value is failure
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_to_be_one_and_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(NotReady, match="No space left on device"):
        write_whole(iter([b"half"]), path=tmp_path / "pack.zip")

    assert list(tmp_path.iterdir()) == []


def test_no_pack_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(b"older")

    with pytest.raises(Conflict):
        write_whole(iter([b"newer"]), path=path)

    assert path.read_bytes() == b"older"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="nowhere"):
        write_whole(iter([b""]), path=tmp_path / "nowhere" / "pack.zip")


@pytest.mark.django_db(transaction=True)
def test_what_others_write_and_seal_meanwhile_is_not_in_it() -> None:
    campaign = company([("000101", "髙橋 一郎"), ("000102", "架空 二"), ("000103", "架空 三")])
    seal(now=LATER, key=load_key())
    pieces = evidence_pack(campaigns=[campaign], key=load_key(), now=LATER)
    parts = [next(pieces)]

    def meanwhile() -> None:
        try:
            assignment = building.assignment_of(campaign.assignments.get(employment__number="000103").employment)
            decline(assignment=assignment, reason="あとから", now=LATER)
            building.person("000900", "後入 社員")
            seal(now=LATER, key=load_key())
        finally:
            connection.close()

    writer = threading.Thread(target=meanwhile)
    writer.start()
    writer.join()
    parts.extend(pieces)

    pack = Pack(b"".join(parts))
    assert zipfile.ZipFile(io.BytesIO(pack.data)).testzip() is None
    assert "attestation.declined" not in pack.kinds()
    assert pack.json("summary.json")["campaigns"]["FY2026"]["unsealed"] == 0
    assert {row["社員番号"] for row in pack.rows("roster")} == {"000101", "000102", "000103"}
    assert {row["状況"] for row in pack.rows("untrained")} == {"未着手"}


@pytest.mark.django_db(transaction=True)
def test_a_pack_that_is_given_up_ends_its_snapshot() -> None:
    campaign = company([("000101", "髙橋 一郎"), ("000102", "架空 二")])
    pieces = evidence_pack(campaigns=[campaign], key=load_key(), now=LATER)
    next(pieces)

    pieces.close()

    building.person("000900", "後入 社員")  # a transaction left open would refuse or lose this
    assert not connection.in_atomic_block
