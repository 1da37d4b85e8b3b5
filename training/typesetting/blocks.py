"""What a document is made of: headings, paragraphs, lists, tables and frames, before anybody knows where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where small words stand: at the height of the others' heads, or at their feet."""

    ABOVE = "above"
    BELOW = "below"


class Stroke(StrEnum):
    """A line drawn along words."""

    UNDER = "under"
    THROUGH = "through"


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one face. A line feed in ``text`` begins a new line."""

    text: str
    strong: bool = False
    stressed: bool = False
    place: Place | None = None
    stroke: Stroke | None = None


Words = tuple[Run, ...]


class Look(StrEnum):
    """What a paragraph is to its reader, and so how it is set."""

    BODY = "body"
    STRONG = "strong"
    SMALL = "small"
    LABEL = "label"
    LEAD = "lead"
    NOTE = "note"
    CODE = "code"
    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


class Ground(StrEnum):
    """What a frame is to its reader: a quotation, its explanation, a case, what was chosen in it, what to do or not."""

    QUOTE = "quote"
    MEANING = "meaning"
    CASE = "case"
    PLAIN = "plain"
    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; the document's title has level 1."""

    words: Words
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. ``keep`` says that what follows stays with it."""

    words: Words
    look: Look = Look.BODY
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list: its mark, and what stands beside it."""

    mark: Words
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list. Marks wider than ``hang``, in ems of the text, stand on a line of their own above their item."""

    items: tuple[Item, ...]
    hang: float = 1.4


@dataclass(frozen=True, slots=True)
class Frame:
    """Blocks that belong together, on a ground of their own."""

    blocks: tuple[Block, ...]
    ground: Ground


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, its share of the width, and which end of a cell the words stand at."""

    words: Words
    share: float
    right: bool = False
    look: Look = Look.SMALL


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells. A head stands on each page that the table runs over, ``facts`` have labels on the left instead."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Words, ...], ...]
    facts: bool = False


@dataclass(frozen=True, slots=True)
class Illustration:
    """A picture, named by its SHA-256, with what it shows in words: read aloud, and printed where it is not at hand."""

    sha256: str
    alt: str

    @property
    def words(self) -> Words:
        """What stands in its place."""
        return plain(f"〔{self.alt}〕")


Block = Heading | Paragraph | Items | Frame | Table | Illustration


def plain(text: str, *, strong: bool = False) -> Words:
    """Return text as it was typed, line breaks included, in one face."""
    return (Run("\n".join(text.replace("\t", " ").splitlines()), strong=strong),) if text else ()


def facts(*rows: tuple[str, str], label: float = 1.0, value: float = 3.6, look: Look = Look.SMALL) -> Table:
    """Return labels with their values beside them."""
    columns = (Column((), label, look=Look.LABEL), Column((), value, look=look))
    return Table(columns, tuple((plain(name), plain(said)) for name, said in rows), facts=True)


def flattened(blocks: Sequence[Block]) -> Words:
    """Return all words of the blocks, a line for each paragraph, item or row: for a cell, which holds nothing else."""
    lines = [line for line in _lines(blocks) if line]
    return tuple(run for number, line in enumerate(lines) for run in ((Run("\n"), *line) if number else line))


def _lines(blocks: Sequence[Block]) -> Iterator[Words]:
    for block in blocks:
        match block:
            case Heading() | Paragraph() | Illustration():
                yield block.words
            case Items():
                for item in block.items:
                    yield (*item.mark, *flattened(item.blocks))
            case Frame():
                yield from _lines(block.blocks)
            case Table():
                heads = [] if block.facts else [tuple(column.words for column in block.columns)]
                for row in (*heads, *block.rows):
                    yield tuple(run for cell in row for run in (*cell, Run("　"))) if any(row) else ()
