"""A ZIP archive made as it is sent: memory for a piece at a time, however many files there are."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import IO, cast

from training.conf import conf

PIECE = 1 << 16


class _Outbox:
    """A sink that hands out what was written to it; it cannot seek, so zipfile writes data descriptors."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def flush(self) -> None:
        """Hold nothing back."""

    def write(self, data: bytes | bytearray | memoryview) -> int:
        part = bytes(data)
        self._parts.append(part)
        self.size += len(part)
        return len(part)

    def taken(self) -> bytes:
        parts, self._parts, self.size = self._parts, [], 0
        return b"".join(parts)


class _Directory:
    """The files of an archive until its end, each as bytes: of ``ZipInfo`` a large pack would need tens of megabytes.

    It stands in for the list that ``zipfile`` appends to, counts and goes through when it writes the archive's end.
    """

    _FORM = struct.Struct("<6HHHIQQQ")

    def __init__(self) -> None:
        self._files: list[bytes] = []

    def append(self, info: zipfile.ZipInfo) -> None:
        """Take a file in."""
        numbers = (info.compress_type, info.flag_bits, info.CRC, info.compress_size, info.file_size, info.header_offset)
        self._files.append(self._FORM.pack(*info.date_time, *numbers) + info.filename.encode())

    def __len__(self) -> int:
        return len(self._files)

    def __iter__(self) -> Iterator[zipfile.ZipInfo]:
        for packed in self._files:
            numbers = self._FORM.unpack_from(packed)
            info = _info(packed[self._FORM.size :].decode(), numbers[:6])
            info.compress_type, info.flag_bits, info.CRC = numbers[6:9]
            info.compress_size, info.file_size, info.header_offset = numbers[9:]
            yield info


def _info(name: str, at: tuple[int, ...]) -> zipfile.ZipInfo:
    year, month, day, hour, minute, second = at
    info = zipfile.ZipInfo(name, date_time=(year, month, day, hour, minute, second))
    info.external_attr = 0o644 << 16
    return info


class ZipStream:
    """An archive that grows file by file; what each method yields is to be sent on before the next is called.

    ``written`` is told of each file's name, SHA-256 and size once it is whole.
    """

    def __init__(self, *, at: datetime, written: Callable[[str, str, int], None] | None = None) -> None:
        self._outbox = _Outbox()
        self._archive = zipfile.ZipFile(cast(IO[bytes], self._outbox), "w")
        self._archive.filelist = cast(list[zipfile.ZipInfo], _Directory())
        self._at, self._written = at, written

    def file(
        self, name: str, content: bytes | Iterable[bytes], *, at: datetime | None = None, packed: bool = True
    ) -> Iterator[bytes]:
        """Yield the archive's next bytes: one file. ``packed=False`` for what is compressed already, such as PDFs."""
        local = (at or self._at).astimezone(conf.time_zone)
        info = _info(name, local.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        whole = isinstance(content, bytes)
        if isinstance(content, bytes):
            info.file_size = len(content)
        digest, size = sha256(), 0
        # A stream's length is not known before its end: it may be more than a classic ZIP can say.
        with self._archive.open(info, "w", force_zip64=not whole) as member:
            for piece in [content] if isinstance(content, bytes) else content:
                digest.update(piece)
                size += len(piece)
                member.write(piece)
                if self._outbox.size >= PIECE:
                    yield self._outbox.taken()
        self._archive.NameToInfo.clear()
        if self._written:
            self._written(name, digest.hexdigest(), size)
        if self._outbox.size >= PIECE:
            yield self._outbox.taken()

    def end(self) -> Iterator[bytes]:
        """Yield the rest, with the archive's directory."""
        self._archive.close()
        yield self._outbox.taken()
