"""Bytes to text: which encoding a file has, told by its mark, its own declaration, or by what fits.

Pure. A text that no encoding explains refuses: half-guessed Japanese is worse than none.
"""

from __future__ import annotations

import codecs
import re

from training.quiz.formats.model import Refusal

LARGEST_FILE = 20 * 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_ALIKE = {"shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932"}
_TEXTUAL = {
    "utf-8", "utf-16-le", "utf-16-be", "ascii", "cp932", "euc_jp", "iso2022_jp", "iso8859-1", "cp1252", "iso8859-15",
}  # fmt: skip


def decode(data: bytes) -> str:
    """The file's text without its mark, line ends as they are. Raises ``Refusal``: encoding, or size."""
    if len(data) > LARGEST_FILE:
        raise Refusal("size", f"ファイルが{LARGEST_FILE // 1024 // 1024}MBを超えています。")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _text(data[len(mark) :], encoding)
    if data[:2] == b"<\x00":
        return _text(data, "utf-16-le")
    if data[:2] == b"\x00<":
        return _text(data, "utf-16-be")
    if match := _DECLARED.match(data.lstrip()):
        return _text(data, _declared(match[1].decode("ascii").lower()))
    return _text(data, "utf-8", guess=True)


def _declared(name: str) -> str:
    if name in {"utf-16", "utf16"}:
        return "utf-8"  # without a mark, and one byte a letter: the declaration was left over from a conversion
    try:
        encoding = codecs.lookup(_ALIKE.get(name, name)).name
    except LookupError:
        encoding = ""
    if encoding not in _TEXTUAL:
        raise Refusal("encoding", f"文字コード「{name}」には対応していません。UTF-8で保存し直してください。")
    return encoding


def _text(data: bytes, encoding: str, *, guess: bool = False) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as reason:
        if encoding == "utf-8" and guess:
            text = _second_try(data, reason)
        else:
            raise Refusal("encoding", f"文字コード（{encoding}）として読めないバイトがあります。") from reason
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Refusal("encoding", "NUL文字があります。UTF-8で保存し直してください。", line=line)
    return text.removeprefix("\ufeff")


def _second_try(data: bytes, reason: UnicodeDecodeError) -> str:
    """UTF-8 that is none: what Windows saves in Japan, unless that explains it no better."""
    try:
        return data.decode("cp932")
    except UnicodeDecodeError:
        line = data.count(b"\n", 0, reason.start) + 1
        raise Refusal("encoding", "UTF-8としてもシフトJISとしても読めません。", line=line) from None
