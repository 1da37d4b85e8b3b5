"""A ZIP archive made as it is sent: memory for one file at a time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from training.conf import conf


class _Outbox(io.RawIOBase):
    """A sink that hands out what was written to it; it cannot seek, so zipfile writes data descriptors."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(data)  # type: ignore[call-overload]
        self._parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def zipped(files: Iterable[tuple[str, Path, datetime]]) -> Iterator[bytes]:
    """Yield a ZIP archive of (name, file, time), stored without compression: PDFs are compressed already."""
    outbox = _Outbox()
    with zipfile.ZipFile(outbox, "w", zipfile.ZIP_STORED) as archive:
        for name, path, at in files:
            local = at.astimezone(conf.time_zone)
            info = zipfile.ZipInfo(name, date_time=local.timetuple()[:6])
            info.external_attr = 0o644 << 16
            archive.writestr(info, path.read_bytes())
            yield outbox.taken()
    yield outbox.taken()
