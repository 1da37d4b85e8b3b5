"""How large a list may be, and what refuses a file that is none. Pure."""

from __future__ import annotations

LARGEST_FILE = 64 * 1024 * 1024  # bytes
LARGEST_CONTENTS = 512 * 1024 * 1024  # bytes, of all parts of a workbook unpacked
STEEPEST = 200  # times a part may grow when it is unpacked
LONGEST_LINE = 100_000  # characters
MOST_MEMBERS, MOST_ROWS, MOST_COLUMNS = 2_000, 300_000, 200

Rows = list[list[str]]


class NoList(ValueError):
    """The file cannot be read as a list: ``code`` is the reason, ``values`` what its words name."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code, self.values = code, values
