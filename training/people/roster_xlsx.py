"""A workbook to rows of text as people read them: its list, merged cells, results of formulas, zeros in front.

Pure. What it may not do to us (size, packing, entities) is examined before a library opens it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import WINDOWS_EPOCH
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from training.people.roster_columns import DAYS, SEARCHED, find_heading
from training.people.roster_limits import (
    LARGEST_CONTENTS,
    MOST_COLUMNS,
    MOST_MEMBERS,
    MOST_ROWS,
    STEEPEST,
    NoList,
    Rows,
)
from training.people.roster_values import Formula

_BLOCK = 1024 * 1024
_COMPRESSIONS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # all that a workbook may use (ECMA-376 part 2)
_STRICT = b"http://purl.oclc.org/ooxml/"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+[^>]*?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_EXCEL_ZERO = time(0)  # the number 0 in the format of a day, as a reference to an empty cell gives it
_BARE_DAY = re.compile(r"\d{5}")
_LITERAL = re.compile(r'="((?:[^"]|"")*)"')
_NOT_SHOWN = re.compile(r"\[[^\]]*\]|_.|\*.")  # colours and conditions, blanks as wide as a sign, filling
_FORM = re.compile(r'"([^"]*)"|\\(.)|([0#])|([-() +])|(.)')


def rows_of_workbook(data: bytes) -> Rows:
    """Every row of the one sheet that is meant. Raises ``NoList``."""
    _examine(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        try:
            rows, sheet = _best(one for one in book.worksheets if one.sheet_state == "visible")
            _fill_merged(rows, _merged(data, sheet._worksheet_path))
            name, later = sheet.title, (book.epoch - WINDOWS_EPOCH).days
        finally:
            book.close()
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
    heading = find_heading(rows)
    if heading is None:
        return rows
    if later:
        _count_from_1899(rows, [place for place, field in enumerate(heading.fields) if field in DAYS], later)
    # What stands beside the columns of a sheet is a note; in a CSV it is a comma too many.
    return [row[: len(rows[heading.row])] for row in rows]


def _count_from_1899(rows: Rows, places: Iterable[int], later: int) -> None:
    """Days that a workbook of the 1904 date system has as bare numbers are counted as all others are."""
    for row in rows:
        for place in places:
            if place < len(row) and _BARE_DAY.fullmatch(row[place]):
                row[place] = str(int(row[place]) + later)


def _rows_of(sheet: Any) -> Iterator[list[Any]]:
    """A sheet's rows of cells, without the empty ones at its end, of which a stray format can make a million."""
    sheet.reset_dimensions()  # what the file says of its size need not be so
    empty = told = 0
    for cells in sheet.iter_rows():
        if all(cell.value is None or cell.value == "" for cell in cells):
            empty += 1
            continue
        told += empty + 1
        if told > MOST_ROWS:
            raise NoList("rows", most=str(MOST_ROWS))
        yield from ([] for _ in range(empty))
        empty = 0
        if len(cells) > MOST_COLUMNS:
            if any(cell.value not in (None, "") for cell in cells[MOST_COLUMNS:]):
                raise NoList("columns", line=str(told), most=str(MOST_COLUMNS))
            cells = cells[:MOST_COLUMNS]
        yield cells


def _best(sheets: Iterable[Any]) -> tuple[Rows, Any]:
    """The one list of staff; where there is none, the first sheet with headings of one, else the first with anything.

    Raises ``NoList`` where two have number, name and people: who takes one of them would lose the other unseen.
    """
    found: tuple[Rows, Any] | None = None
    headed: tuple[Rows, Any] | None = None
    filled: tuple[Rows, Any] | None = None
    for sheet in sheets:
        if found is not None:
            if _is_list(_shown_rows(islice(_rows_of(sheet), SEARCHED * 2))):
                raise NoList("sheets", first=found[1].title[:40], second=sheet.title[:40])
            continue
        rows = _shown_rows(_rows_of(sheet))
        if _is_list(rows):
            found = rows, sheet
        elif find_heading(rows) is not None:
            headed = headed or (rows, sheet)
        elif any(cell.strip() for row in rows for cell in row):
            filled = filled or (rows, sheet)
    best = found or headed or filled
    if best is None:
        raise NoList("empty")
    return best


def _shown_rows(rows: Iterable[Iterable[Any]]) -> Rows:
    return [[_cell(cell) for cell in cells] for cells in rows]


def _is_list(rows: Rows) -> bool:
    """Whether there are columns of numbers and names, and something below them."""
    heading = find_heading(rows)
    return (
        heading is not None
        and not heading.lacks
        and any(cell.strip() for row in rows[heading.row + 1 :] for cell in row)
    )


def _merged(data: bytes, path: str) -> Iterator[tuple[int, int, int]]:
    """Column, first and last row (from 0) of cells that are merged.

    Read from the part itself: openpyxl tells of them only where it holds the whole sheet in memory.
    """
    tail = b""
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(path.lstrip("/")) as stream:
        while block := stream.read(_BLOCK):
            joined = tail + block
            end = 0
            for match in _MERGED.finditer(joined):
                end = match.end()
                yield column_index_from_string(match[1].decode()) - 1, int(match[2]) - 1, int(match[3]) - 1
            tail = joined[max(end, len(joined) - 200) :]


def _fill_merged(rows: Rows, merged: Iterable[tuple[int, int, int]]) -> None:
    """Write what stands in cells that are merged downwards into each row below the heading, as people read them."""
    heading = find_heading(rows)
    filled = 0
    for column, first, last in merged:
        if heading is None or first <= heading.row or column >= len(rows[heading.row]) or first >= len(rows):
            continue
        value = rows[first][column] if column < len(rows[first]) else ""
        for row in rows[first + 1 : last + 1]:
            filled += 1
            if filled > MOST_ROWS * 10:
                raise NoList("excel")
            if row:  # an empty row is nobody's
                row.extend([""] * (column + 1 - len(row)))
                row[column] = row[column] or value


def _with_results(rows: Rows, data: bytes, name: str) -> Rows:
    """Formulas replaced by the results that the file keeps; one without a result stays a formula."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        results = [list(cells) for cells in _every_row_of(book[name], len(rows))]
    finally:
        book.close()

    def result(line: int, place: int, cell: str) -> str:
        if not isinstance(cell, Formula):
            return cell
        kept = results[line][place] if line < len(results) and place < len(results[line]) else None
        if kept is None or (kept.value is None and kept.data_type != "str"):
            return cell
        return _cell(kept)  # a text that is empty is a result, too

    return [[result(line, place, cell) for place, cell in enumerate(row)] for line, row in enumerate(rows)]


def _every_row_of(sheet: Any, most: int) -> Iterator[Any]:
    sheet.reset_dimensions()
    return islice(sheet.iter_rows(), most)


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
        return str(unescape(value))
    if kind is int or (kind is float and value.is_integer() and abs(value) < 1e15):
        return _shown(int(value), cell.number_format or "")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return "1900/1/0" if value == _EXCEL_ZERO else value.isoformat()
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
                if one.compress_type not in _COMPRESSIONS:
                    raise NoList("excel")
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
            if read == 0 and _STRICT in block[:4096] and one.filename == "xl/workbook.xml":
                raise NoList("strict")
            read += len(block)
            if read > one.file_size:
                raise NoList("bomb")
            joined = tail + block
            if one.filename.lower().endswith((".xml", ".rels")) and (b"<!DOCTYPE" in joined or b"<!ENTITY" in joined):
                raise NoList("excel")
            tail = block[-16:]
