"""CSV or Excel to rows of text: which encoding and separator a file has, and what it may not do to us.

Pure. Damaged, encrypted, huge or malicious files are refused as a whole, with the reason's code.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from training.people.roster_columns import SEARCHED, find_heading
from training.people.roster_values import Formula

LARGEST_FILE = 64 * 1024 * 1024
LARGEST_CONTENTS = 512 * 1024 * 1024
LONGEST_LINE = 100_000
STEEPEST = 200
MOST_MEMBERS, MOST_ROWS, MOST_COLUMNS = 2_000, 300_000, 200
_BLOCK = 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LITERAL = re.compile(r'="((?:[^"]|"")*)"')
_NOT_SHOWN = re.compile(r"\[[^\]]*\]|_.|\*.")  # colours and conditions, blanks as wide as a sign, filling
_FORM = re.compile(r'"([^"]*)"|\\(.)|([0#])|([-() +])|(.)')

Rows = list[list[str]]


class NoList(ValueError):
    """The file cannot be read as a list: ``code`` is the reason, ``values`` what its words name."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def read_rows(data: bytes) -> Rows:
    """Every row of the file as text, from the sheet that looks like a list of staff. Raises ``NoList``."""
    if len(data) > LARGEST_FILE:
        raise NoList("size", most=str(LARGEST_FILE // 1024 // 1024))
    if not data.strip():
        raise NoList("empty")
    if data.startswith(_OLD_OFFICE):
        raise NoList("old_excel")
    rows = _xlsx(data) if data.startswith(b"PK\x03\x04") else _csv(decode(data))
    if not any(cell.strip() for row in rows for cell in row):
        raise NoList("empty")
    return rows


# --- text ---


def decode(data: bytes) -> str:
    """The file's text: by its mark, by the zero bytes of UTF-16, else UTF-8 or what Windows saves in Japan."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _text(data[len(mark) :], encoding)
    head = data[:4096]
    little, big = _separators(head[::2], head[1::2]), _separators(head[1::2], head[::2])
    if max(little, big) > len(head) // 100 + 1:
        return _text(data[: len(data) // 2 * 2], "utf-16-be" if big > little else "utf-16-le")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as reason:
        place = reason.start
    try:
        return data.decode("cp932")
    except UnicodeDecodeError as reason:
        line = data.count(b"\n", 0, max(place, reason.start)) + 1
        raise NoList("encoding", line=str(line)) from None


def _separators(low: bytes, high: bytes) -> int:
    """How many separators and line ends a text has if these are the two halves of each sign in UTF-16.

    Digits and blanks would not tell: the wide blank's halves are those of 0, the other way round.
    """
    return sum(not above and chr(below) in ",;\t\r\n" for below, above in zip(low, high, strict=False))


def _text(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as reason:
        line = data.count("\n".encode(encoding), 0, reason.start) + 1
        raise NoList("encoding", line=str(line)) from None


def _csv(text: str) -> Rows:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _reject_long_lines(text)
    separator = _separator(text)
    rows = _split(text, separator)
    if any(cell[0] == " " and cell.lstrip(" ")[:1] == '"' for row in rows for cell in row if cell):
        rows = _split(text, separator, blank_before_quote=True)
    return rows


def _split(text: str, separator: str, *, blank_before_quote: bool = False) -> Rows:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=blank_before_quote
    )
    rows: Rows = []
    try:
        for row in reader:
            if len(row) > MOST_COLUMNS:
                raise NoList("columns", line=str(len(rows) + 1), most=str(MOST_COLUMNS))
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise NoList("rows", most=str(MOST_ROWS))
    except csv.Error:
        raise NoList("quotes", line=str(len(rows) + 1)) from None
    return rows


def _reject_long_lines(text: str) -> None:
    start = 0
    line = 1
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start > LONGEST_LINE:
            raise NoList("long_line", line=str(line), most=str(LONGEST_LINE))
        start, line = end + 1, line + 1


def _separator(text: str) -> str:
    """The separator that makes the most of the first lines look like a list: comma, tab or semicolon."""
    lines = text[: LONGEST_LINE * 2].split("\n")[:SEARCHED]

    def known(separator: str) -> int:
        heading = find_heading([_cells(line, separator) for line in lines])
        return sum(field is not None for field in heading.fields) if heading else 0

    def cells(separator: str) -> int:
        return sum(len(_cells(line, separator)) for line in lines)

    return max(",\t;", key=lambda separator: (known(separator), cells(separator)))


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


# --- Excel ---


def _xlsx(data: bytes) -> Rows:
    _examine(data)
    try:
        found = _sheets(data, results=None)
        rows, name = _best(found)
        if any(isinstance(cell, Formula) for row in rows for cell in row):
            rows = _with_results(rows, data, name)
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        OSError,
        EOFError,
        SyntaxError,  # what ElementTree's ParseError is
    ) as reason:
        if isinstance(reason, NoList):
            raise
        raise NoList("excel") from None
    return rows


def _sheets(data: bytes, *, results: str | None) -> Iterator[tuple[str, Rows]]:
    """The visible sheets, one after the other; of one sheet alone the results of its formulas."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=results is not None, keep_links=False)
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible" or (results is not None and sheet.title != results):
                continue
            sheet.reset_dimensions()  # what the file says of its size need not be so
            rows: Rows = []
            for cells in sheet.iter_rows():
                if len(rows) >= MOST_ROWS:
                    raise NoList("rows", most=str(MOST_ROWS))
                if len(cells) > MOST_COLUMNS:
                    if any(cell.value not in (None, "") for cell in cells[MOST_COLUMNS:]):
                        raise NoList("columns", line=str(len(rows) + 1), most=str(MOST_COLUMNS))
                    cells = cells[:MOST_COLUMNS]
                rows.append([_cell(cell) for cell in cells])
            yield sheet.title, rows
    finally:
        book.close()


def _best(sheets: Iterator[tuple[str, Rows]]) -> tuple[Rows, str]:
    """The first sheet with a heading of staff lists; where none has one, the first that is not empty."""
    fallback: tuple[Rows, str] | None = None
    for name, rows in sheets:
        if find_heading(rows) is not None:
            return rows, name
        if fallback is None and any(cell.strip() for row in rows for cell in row):
            fallback = rows, name
    if fallback is None:
        raise NoList("empty")
    return fallback


def _with_results(rows: Rows, data: bytes, name: str) -> Rows:
    """Formulas replaced by the results that the file keeps; one without a result stays a formula."""
    results = next((found for _name, found in _sheets(data, results=name)), [])

    def result(line: int, place: int, cell: str) -> str:
        if not isinstance(cell, Formula):
            return cell
        told = results[line][place] if line < len(results) and place < len(results[line]) else ""
        return told or cell

    return [[result(line, place, cell) for place, cell in enumerate(row)] for line, row in enumerate(rows)]


def _cell(cell: Any) -> str:
    """A cell as it is shown, as far as that matters: days as such, numbers without a fraction, zeros in front."""
    value = cell.value
    if value is None:
        return ""
    kind = type(value)
    if kind is str:
        if cell.data_type == "f":
            literal = _LITERAL.fullmatch(value)
            return literal[1].replace('""', '"') if literal else Formula(value)
        return str(value)
    if kind is int or (kind is float and value.is_integer() and abs(value) < 1e15):
        return _shown(int(value), cell.number_format or "")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if kind is bool:
        return str(value).upper()
    return str(value) if kind is float else Formula(str(value))


def _shown(value: int, form: str) -> str:
    """A whole number in a format such as 000000, "A"0000 or 000-000; in any other as it is."""
    pieces = [match.groups(default="") for match in _FORM.finditer(_NOT_SHOWN.sub("", form.split(";")[0]))]
    places = "".join(place for _quoted, _escaped, place, _sign, _other in pieces)
    if value < 0 or "0" not in places or any(other for *_known, other in pieces):
        return str(value)
    digits = str(value).zfill(places.count("0"))
    spare = max(len(digits) - len(places), 0)
    left = iter([digits[: spare + 1], *digits[spare + 1 :]])
    unused = len(places) - (len(digits) - spare)  # placeholders # that show nothing
    found = []
    for quoted, escaped, place, sign, _other in pieces:
        if place and unused:
            unused -= 1
        else:
            found.append(next(left, "") if place else quoted or escaped or sign)
    return "".join(found).strip()


def _examine(data: bytes) -> None:
    """Read every part once, so that none is larger than it says, damaged, or declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > LARGEST_CONTENTS:
                raise NoList("bomb")
            for one in members:
                if one.flag_bits & 1:
                    raise NoList("encrypted")
                if one.file_size > _BLOCK and one.file_size > STEEPEST * max(one.compress_size, 1):
                    raise NoList("bomb")
                _read_through(archive, one)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, OSError, EOFError, RuntimeError) as reason:
        if isinstance(reason, NoList):
            raise
        raise NoList("excel") from None


def _read_through(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> None:
    read, tail = 0, b""
    with archive.open(one) as stream:
        while block := stream.read(_BLOCK):
            if read == 0 and block[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise NoList("excel")
            read += len(block)
            if read > one.file_size:
                raise NoList("bomb")
            joined = tail + block
            if one.filename.lower().endswith((".xml", ".rels")) and (b"<!DOCTYPE" in joined or b"<!ENTITY" in joined):
                raise NoList("excel")
            tail = block[-16:]
