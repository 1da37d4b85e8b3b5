"""The table of a day in a pack: the same CSV that the page gives, and its rows as XLSX."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile

from openpyxl import Workbook

from training.reports import as_of_wording as said
from training.reports.as_of import as_of_csv, foot_of, head_of, headings_of, lines_of, values_of
from training.reports.as_of_rows import Then
from training.reports.pack.sheets import excel_row, pieces_of
from training.reports.pack.wording import SHEETS


def as_of_files(then: Then) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield (ending, pieces) of both files; the first is to be read before the second."""
    yield "csv", as_of_csv(day=then.day, checkpoint=then.checkpoint, campaign=then.campaign)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEETS["as-of"])
    sheet.append(excel_row(sheet, [said.TITLE]))
    for label, value in head_of(then):
        sheet.append(excel_row(sheet, [label, value]))
    sheet.append([])
    sheet.append(excel_row(sheet, headings_of(then)))
    for line in lines_of(then):
        sheet.append(excel_row(sheet, values_of(then, line)))
    sheet.append([])
    for note in foot_of(then):
        sheet.append(excel_row(sheet, [note]))
    with TemporaryFile() as excel:
        book.save(excel)
        yield "xlsx", pieces_of(excel)
