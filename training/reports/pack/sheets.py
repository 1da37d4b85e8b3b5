"""A table as CSV for a double click and as XLSX, both from one reading of its rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from training.conf import conf
from training.reports.cells import free_text, identifier
from training.reports.pack.wording import SHEETS, YES

BOM = b"\xef\xbb\xbf"
PIECE = 1 << 16
WIDTH = 18

Cell = str | int | bool | date | datetime | None
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; ``kept`` where Excel must not take the text for a number."""

    heading: str
    kept: bool = False


@dataclass(slots=True)
class Table:
    """A table's name, its columns and its rows, which are read once."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Row] = ()


def columns(*headings: str, kept: Iterable[str] = ()) -> list[Column]:
    """Return columns by heading, some of them kept as text."""
    return [Column(heading, heading in set(kept)) for heading in headings]


def files_of(table: Table) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield (ending, pieces) of both files; the first is to be read before the second."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEETS[table.name])
    sheet.freeze_panes = "A2"
    for number in range(len(table.columns)):
        sheet.column_dimensions[chr(ord("A") + number)].width = WIDTH
    with TemporaryFile() as text, TemporaryFile() as excel:
        text.write(BOM)
        lines = io.TextIOWrapper(text, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(lines)
        writer.writerow(column.heading for column in table.columns)
        sheet.append([_head(sheet, column.heading) for column in table.columns])
        for row in table.rows:
            cells = [_plain(value) for value in row]
            writer.writerow(map(_csv, table.columns, cells))
            sheet.append(excel_row(sheet, cells))
        lines.detach()
        book.save(excel)
        yield "csv", pieces_of(text)
        yield "xlsx", pieces_of(excel)


def excel_row(sheet: Any, row: Row) -> list[Any]:
    """Return a row's cells for a sheet: texts as texts, never as formulas."""
    return [_excel(sheet, _plain(value)) for value in row]


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a file from its beginning, a piece at a time."""
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def _plain(value: Cell) -> Cell:
    """What both files can hold: local times to the second, no control characters, ○ for true."""
    if isinstance(value, bool):
        return YES if value else ""
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(conf.time_zone).replace(tzinfo=None, microsecond=0)
    return ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else value


def _csv(column: Column, value: Cell) -> str:
    if isinstance(value, str):
        return identifier(value) if column.kept else free_text(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return "" if value is None else str(value)


def _excel(sheet: Any, value: Cell) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def _head(sheet: Any, heading: str) -> Any:
    cell = WriteOnlyCell(sheet, heading)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
