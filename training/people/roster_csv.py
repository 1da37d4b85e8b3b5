"""Text to rows: which encoding and which separator it has. Pure."""

from __future__ import annotations

import codecs
import csv
import io

from training.people.roster_columns import SEARCHED, find_heading
from training.people.roster_limits import LONGEST_LINE, MOST_COLUMNS, MOST_ROWS, NoList, Rows

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


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


def rows_of_text(text: str) -> Rows:
    """Every row of a text. Raises ``NoList``."""
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
