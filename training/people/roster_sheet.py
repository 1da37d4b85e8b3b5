"""A file to the rows of a staff list, with the columns as known, as chosen, or as chosen once before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.errors import Invalid
from training.people.roster_columns import Heading, find_heading, heading_at, mapped
from training.people.roster_file import read_rows
from training.people.roster_limits import NoList, Rows
from training.people.roster_models import RosterMapping
from training.people.roster_reasons import FIELDS, file_reason
from training.people.roster_values import Sheet, read_sheet

Columns = Sequence[str | None]


class NoColumns(Invalid):
    """The list lacks a column without which nobody can be told from anybody, or has it under an unknown heading."""


def rows_and_heading(data: bytes, columns: Columns | None = None) -> tuple[Rows, Heading]:
    """The file's rows and what its columns hold: as chosen, else as remembered, else as known. Raises ``Invalid``."""
    try:
        rows = read_rows(data)
    except NoList as reason:
        raise Invalid(file_reason(reason.code, reason.values)) from reason
    heading = find_heading(rows) or _first_line(rows)
    if not any(cell.strip() for row in rows[heading.row + 1 :] for cell in row):
        raise Invalid(file_reason("nobody", {}))
    if columns is None:
        remembered = RosterMapping.objects.filter(pk=heading.digest).first()
        columns = remembered.columns if remembered else None
    if columns is None:
        return rows, heading
    try:
        return rows, mapped(heading, columns)
    except ValueError as reason:
        raise Invalid(_("Each column can hold one thing only, and each thing stands in one column.")) from reason


def _first_line(rows: Rows) -> Heading:
    """Where no heading is known, the first line with several cells is taken for it: somebody may say what it means."""
    place = next((place for place, cells in enumerate(rows) if sum(bool(cell.strip()) for cell in cells) > 1), None)
    if place is None:
        raise NoColumns(file_reason("heading", {}))
    return heading_at(rows, place)


def sheet_of(data: bytes, columns: Columns | None = None) -> Sheet:
    """Every row of the file, read. Raises ``Invalid``, and ``NoColumns`` where number or name have no column."""
    rows, heading = rows_and_heading(data, columns)
    if heading.lacks:
        lacks = ", ".join(str(FIELDS[field]) for field in heading.lacks)
        raise NoColumns(_("No column is known to hold: %(lacks)s. Say which one does.") % {"lacks": lacks})
    sheet = read_sheet(rows, heading)
    if not sheet.records and not sheet.refused:
        # Totals and remarks alone: whoever is not listed would have left, and nobody is listed.
        raise Invalid(file_reason("nobody", {}))
    return sheet


@transaction.atomic
def remember_columns(*, heading: Heading, now: datetime) -> None:
    """Keep what the columns of lists with these headings hold."""
    RosterMapping.objects.update_or_create(
        pk=heading.digest, defaults={"columns": list(heading.fields), "remembered_at": now}
    )
