"""Text as a cell of a CSV file that people open in Excel by a double click.

Pure. Excel guesses a type for every cell: it takes 000101 for a number and
loses its zeros, and runs what begins with a formula's first character, however
the cell is quoted (CWE-1236). Two cures, each for its own kind of text:

- An *identifier* becomes a formula that yields exactly its text, ``="000101"``.
  Only Excel's double click needs it; XLSX, which has types, gets the bare text.
- *Free text* that would be taken for a formula gets an apostrophe in front,
  which stays visible: such a name is wrong and should be seen to be.
"""

from __future__ import annotations

# The full-width forms are read as the half-width ones by Japanese versions of Excel.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")


def identifier(text: str) -> str:
    """Return the cell that shows an identifier as it is, zeros and all; empty stays empty."""
    quoted = text.replace('"', '""')
    return f'="{quoted}"' if text else ""


def free_text(text: str) -> str:
    """Return the cell that shows a text, and never runs it, leading blanks or not."""
    dangerous = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if dangerous else text
