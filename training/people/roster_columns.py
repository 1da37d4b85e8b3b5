"""Which column of a list holds what: headings in Japanese, English and a few other languages, however they are written.

Pure. Titles and remarks may stand above the heading; what a heading is, is told by how many of its cells are known.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from training.people.roster_words import COLUMNS

# What a column can hold. Several columns of one kind are joined, department by department level, name by its parts.
FIELDS = (
    "number", "former", "name", "family", "given", "kana", "family_kana", "given_kana", "department", "second", "post",
    "type", "manager", "joined", "left", "email",
)  # fmt: skip
REPEATED = frozenset({"department", "second"})
DAYS = frozenset({"joined", "left"})
SEARCHED = 40  # rows in which the heading is looked for

# Headings that hold what they say only where no other column says it better: No. is often the line's own number.
_WEAK = frozenset({"no", "番号", "コード", "区分", "type", "category", "名前", "name", "名", "氏"})
_NUMBERED = re.compile(r"(?:第)?\d{1,2}(?:階層|次|level)?$")


# Remarks in brackets that tell what a column holds; all others (必須, 西暦, 主務, 会社) tell how it is to be filled in.
_TELLING = re.compile(
    r"\((カナ|かな|半角カナ|全角カナ|フリガナ|ふりがな|ヨミガナ|よみがな|ヨミ|よみ|読み|読み仮名|漢字|姓|名|セイ|メイ|kana"
    r"|ローマ字|ろーま字|英字|英語|英文|英名|英|roman|romaji|english|en|旧|旧番号|旧姓|前|変更前|異動前|前所属|以前"
    r"|個人|私用|私物|自宅|緊急|緊急連絡先|家族|兼務|兼任|兼|コード|cd|code|番号|no)\)"
)


def heading_of(cell: str) -> str:
    """A heading as it is compared: width, blanks, marks and remarks in brackets make no difference.

    Some remarks make another column of it: neither 氏名（フリガナ） nor 氏名（ローマ字） is 氏名.
    """
    told = _TELLING.findall(unicodedata.normalize("NFKC", cell).casefold())
    return word_of(cell) + "".join(told)


def word_of(cell: str) -> str:
    """A word as it is compared, without remarks in brackets."""
    text = re.sub(r"必須|任意|required|optional", "", unicodedata.normalize("NFKC", cell).casefold())
    # 【社員番号】 is nothing but its brackets' words.
    text = re.sub(r"^[\s※*]*[\[【〔<]([^\]】〕>]+)[\]】〕>]", r"\1", text)
    text = re.sub(r"[(\[【〔<].*?[)\]】〕>]", "", text)
    return re.sub(r"[\s※*＊●◎○■□◆★#:=.,_・/\\'\"’-]+", "", text)


_KNOWN = {heading_of(word): field for field, words in COLUMNS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the heading stands, its cells, and what each column was taken for (None: nothing)."""

    row: int
    cells: tuple[str, ...]
    fields: tuple[str | None, ...]

    @property
    def digest(self) -> str:
        """What a mapping is remembered by: the headings as they are compared, in their order."""
        return sha256("\x1f".join(heading_of(cell) for cell in self.cells).encode("utf-8", "replace")).hexdigest()

    @property
    def lacks(self) -> tuple[str, ...]:
        """What no list can do without and this one has no column for."""
        return lacking(self.fields)


def lacking(fields: Iterable[str | None]) -> tuple[str, ...]:
    """Which of number and name no column holds; a name may come in its two parts."""
    held = set(fields)
    named = "name" in held or {"family", "given"} <= held
    return tuple(field for field, there in (("number", "number" in held), ("name", named)) if not there)


def field_of(cell: str) -> str | None:
    """What a column of this heading holds, if that is known."""
    plain = heading_of(cell)
    return _KNOWN.get(plain) or _KNOWN.get(_NUMBERED.sub("", plain) if len(plain) > 2 else plain)


def find_heading(rows: Sequence[Sequence[str]]) -> Heading | None:
    """The row among the first that has the most known headings, at least two; the first of equals."""
    best: tuple[int, int] | None = None
    for place, cells in enumerate(rows[:SEARCHED]):
        known = {field for field in map(field_of, cells) if field}
        if len(known) > 1 and (best is None or len(known) > best[0]):
            best = len(known), place
    return heading_at(rows, best[1]) if best else None


def heading_at(rows: Sequence[Sequence[str]], place: int) -> Heading:
    """The heading in this row, its columns as far as they are known; where two claim one field, the first has it."""
    cells = list(rows[place])
    while cells and not cells[-1].strip():
        cells.pop()
    known = [field_of(cell) for cell in cells]
    firm = {field for cell, field in zip(cells, known, strict=True) if field and heading_of(cell) not in _WEAK}
    taken: set[str] = set()
    fields: list[str | None] = []
    for cell, field in zip(cells, known, strict=True):
        usable = field in REPEATED or (field not in taken and not (field in firm and heading_of(cell) in _WEAK))
        fields.append(field if usable else None)
        if field and usable:
            taken.add(field)
    if "name" in taken and {"family", "given"} & taken:  # 姓 and 名 beside 氏名 say it again
        fields = [None if field in {"family", "given"} else field for field in fields]
    if "kana" in taken:
        fields = [None if field in {"family_kana", "given_kana"} else field for field in fields]
    return Heading(place, tuple(cells), tuple(fields))


def mapped(heading: Heading, chosen: Sequence[str | None]) -> Heading:
    """The heading with columns as a person chose them; raises ``ValueError`` for what no column can be."""
    if len(chosen) != len(heading.cells) or any(field and field not in FIELDS for field in chosen):
        raise ValueError("a field for each column is needed, or none")
    single = [field for field in chosen if field and field not in REPEATED]
    if len(single) != len(set(single)):
        raise ValueError("two columns for one field")
    return Heading(heading.row, heading.cells, tuple(field or None for field in chosen))
