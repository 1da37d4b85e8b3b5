"""An archive made as it is sent."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from hashlib import sha256

from tests.building import NOW
from training.reports.zipstream import PIECE, ZipStream


def test_what_was_put_in_comes_out_and_its_digest_and_size_are_told() -> None:
    told: list[tuple[str, str, int]] = []
    archive = ZipStream(at=NOW, written=lambda *file: told.append(file))
    pieces = [b"a" * 100_000, b"", b"b" * 7]

    data = b"".join(
        [
            *archive.file("氏名/𠮷田 一郎.json", b"{}"),
            *archive.file("stored.pdf", b"%PDF", packed=False),
            *archive.file("stream.txt", iter(pieces)),
            *archive.end(),
        ]
    )

    found = zipfile.ZipFile(io.BytesIO(data))
    assert found.testzip() is None
    assert {name: found.read(name) for name in found.namelist()} == {
        "氏名/𠮷田 一郎.json": b"{}",
        "stored.pdf": b"%PDF",
        "stream.txt": b"".join(pieces),
    }
    assert told == [
        (name, sha256(found.read(name)).hexdigest(), found.getinfo(name).file_size) for name in found.namelist()
    ]
    assert found.getinfo("stored.pdf").compress_type == zipfile.ZIP_STORED
    assert found.infolist()[0].date_time == (2026, 11, 24, 10, 0, 0)


def test_no_piece_waits_for_the_file_s_end() -> None:
    archive = ZipStream(at=NOW)
    read = 0

    def pieces() -> Iterator[bytes]:
        nonlocal read
        for number in range(50):
            read += 1
            yield bytes([number]) * PIECE

    sent = archive.file("big.bin", pieces(), packed=False)
    next(sent)

    assert read < 3


def test_an_archive_that_is_given_up_leaves_nothing_behind() -> None:
    sent = ZipStream(at=NOW).file("big.bin", (b"x" * PIECE for _ in range(10)), packed=False)
    next(sent)

    sent.close()  # a warning would be an error here
