"""ZIP files from strangers: opened only where nothing in them can escape or blow up.

Pure. Sizes are those that the archive declares, and reading stops where a member turns out larger.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from training.quiz.formats.detect import LARGEST_FILE
from training.quiz.formats.model import Refusal

MOST_MEMBERS = 2_000
LARGEST_CONTENTS = 100 * 1024 * 1024
STEEPEST = 200


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive. Raises ``Refusal``: size, or package."""
    if len(data) > LARGEST_FILE:
        raise Refusal("size", f"ファイルが{LARGEST_FILE // 1024 // 1024}MBを超えています。")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as reason:
        raise Refusal("package", f"ZIPとして読めません（{str(reason)[:80]}）。") from None
    members = archive.infolist()
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > LARGEST_CONTENTS:
        raise Refusal("size", "ZIPの中身が多すぎるか、大きすぎます。")
    for member in members:
        if member.file_size > 1024 * 1024 and member.file_size > STEEPEST * max(member.compress_size, 1):
            raise Refusal("size", "ZIPの中身が、圧縮前と比べて大きすぎます。")
        if member.flag_bits & 1:
            raise Refusal("package", "暗号化されたZIPは読めません。")
        if escapes(member.filename):
            raise Refusal("package", f"ZIPの外を指す名前があります（{member.filename[:80]!r}）。")
    return archive


def escapes(name: str) -> bool:
    """Whether a member's name leads out of the archive."""
    parts = re.split(r"[/\\]", name)
    return ".." in parts or name.startswith(("/", "\\")) or bool(re.match(r"[A-Za-z]:", name)) or "\0" in name


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """A member's bytes. Raises ``Refusal``: package."""
    try:
        info = archive.getinfo(name)
        with archive.open(info) as stream:
            found = stream.read(info.file_size + 1)
    except (LookupError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as reason:
        raise Refusal("package", f"ZIPの中の「{name[:80]}」を読めません（{str(reason)[:60]}）。") from None
    if len(found) > info.file_size:
        raise Refusal("size", "ZIPの中身が、書いてある大きさを超えています。")
    return found
