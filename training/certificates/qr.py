"""The QR code as one path (ISO/IEC 18004, level M)."""

from __future__ import annotations

import segno
from reportlab.pdfgen.pathobject import PDFPathObject

QUIET_ZONE = 4


def qr_path(content: str) -> tuple[PDFPathObject, int]:
    """Return the dark modules, each of length 1 and from the origin up, and the code's side in modules.

    The side counts the quiet zone of four modules, which belongs to the code.
    Modules side by side are one rectangle, and rectangles reach a hair into
    the row above, so that no viewer draws a seam between them.
    """
    # Weighing all eight masks would double a certificate's time. Each is valid, and a random token favours none.
    rows = segno.make_qr(content, error="m", boost_error=False, mask=3).matrix
    side = len(rows) + 2 * QUIET_ZONE
    # Written out and not asked for one by one: a fifth of a certificate's time.
    boxes = [
        f"{QUIET_ZONE + start} {side - QUIET_ZONE - number} {length} 1.02 re"
        for number, row in enumerate(rows, start=1)
        for start, length in _runs(row)
    ]
    return PDFPathObject(["n", *boxes]), side


def _runs(row: bytearray) -> list[tuple[int, int]]:
    """Return where dark modules begin in a row, and how many follow."""
    runs: list[tuple[int, int]] = []
    for column, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((column, 1))
    return runs
