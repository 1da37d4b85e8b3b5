"""A file to rows of text: what kind of file it is.

Pure. Damaged, encrypted, huge or malicious files are refused as a whole, with the reason's code.
"""

from __future__ import annotations

from training.people.roster_csv import decode, rows_of_text
from training.people.roster_limits import LARGEST_FILE, NoList, Rows
from training.people.roster_xlsx import rows_of_workbook

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_rows(data: bytes) -> Rows:
    """Every row of the file as text, from the sheet that looks like a list of staff. Raises ``NoList``."""
    if len(data) > LARGEST_FILE:
        raise NoList("size", most=str(LARGEST_FILE // 1024 // 1024))
    if not data.strip():
        raise NoList("empty")
    if data.startswith(_OLD_OFFICE):
        raise NoList("old_excel")
    rows = rows_of_workbook(data) if data.startswith(b"PK\x03\x04") else rows_of_text(decode(data))
    if not any(cell.strip() for row in rows for cell in row):
        raise NoList("empty")
    return rows
