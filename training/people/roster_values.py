"""What the rows of a list say: one person a row, each cell read or refused with the reason.

Pure. Names keep every character. An empty cell says nothing of name, reading, department, type and day of joining;
of second posts, manager, address and day of leaving it says that there is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from training.people.numbers import plain_number
from training.people.roster_columns import Heading, heading_of, word_of
from training.people.roster_dates import NoDay, read_day
from training.people.roster_words import TYPES

LONGEST_NUMBER, LONGEST_NAME, LONGEST_ADDRESS, MOST_POSTS, DEEPEST = 40, 200, 254, 20, 12

_TYPES = {word_of(word): kind for kind, words in TYPES.items() for word in words.split()}
# What stands in brackets decides here.
_IN_BRACKETS = {
    **dict.fromkeys(("出向(受入)", "出向(受入れ)", "出向(受け入れ)", "出向者(受入)"), "seconded_in"),
    **dict.fromkeys(("役員(非常勤)", "取締役(非常勤)", "監査役(非常勤)", "役員(社外)"), "officer"),
    **dict.fromkeys(("正社員(短時間)", "正社員(短時間勤務)", "正社員(時短)"), "regular"),
}

_NOTHING = frozenset(
    {
        "",
        "-",
        "--",
        "ー",
        "―",
        "—",
        "–",
        "‐",
        "─",
        "−",
        "なし",
        "無し",
        "無",
        "未定",
        "n/a",
        "na",
        "none",
        "null",
        "nil",
        "該当なし",
        "*",
    }
)
_STILL_HERE = frozenset({"在職", "在職中", "在籍", "在籍中", "勤務中", "現職", "現在", "無期限", "期限なし", "無期"})
# What systems and spreadsheets show where there is no day of leaving, beside 9999/12/31.
_NO_DAY_OF_LEAVING = re.compile(r"0+|9{8}|(?:0000|9999)([-/.])(?:00|99)\1(?:00|99)|1900([-/])0?1\2[0]{1,2}")
_DASHES = "-‐‑‒–—―─ー−－ "
_TOTAL = re.compile(r"(?:合計|総計|小計|累計|総合計|計|総数|人数|total|subtotal|grandtotal|sum|summe)[:0-9名人件]*")
_COUNT = re.compile(r"[\d,]+[名人件]")
_REMARK = re.compile(
    r"[※注*＊(（]|以上|備考|作成|出力|印刷|更新|ページ|page|https?://|社外秘|confidential", re.IGNORECASE
)
_LITERAL = re.compile(r'="((?:[^"]|"")*)"')
_SPLIT = re.compile(r"[、,;|\n\r]+")
_LEVELS = re.compile(r"\s*[/>→»\\]+\s*")
_WIDE_BLANKS = re.compile("\u3000+")
_ADDRESS = re.compile(r"[^@\s<>()\",;:]+@[^@\s<>()\",;:.]+(?:\.[^@\s<>()\",;:.]+)+")
_HOST = re.compile(r"[A-Za-z0-9.-]+")
_MAIN = frozenset({"", "主", "主務", "本務", "main", "primary", "主たる"})
_SECOND = frozenset({"兼", "兼務", "兼任", "副", "second", "secondary", "concurrent", "従"})
_MANGLED = re.compile(
    r"\d+\.0+|\d+(?:\.\d+)?e\+\d+|\d{1,3}(?:,\d{3})+"  # 1001.0, 1.0E+05, 1,001
    r"|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}月\d{1,2}日"  # 4-1 taken for a day
)
_PLAIN = re.compile(r"[A-Za-z0-9-]*[0-9]")  # a staff number as nearly all are
LOST = "\ufffd〓"
# Kinds of characters that nobody sees, so that nobody could type the name again; joiners belong to some scripts.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Blanks that look like the usual one, of web pages and documents; the wide one of Japanese stays.
_ODD_BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
_SEEN = "\n\r\t\u200c\u200d"

Path = tuple[str, ...]


class Formula(str):
    """A cell that holds a formula whose result the file does not tell."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not taken over: ``code`` is the reason, ``values`` what its words name.

    ``former`` is the former number that it gives, as written where it cannot be read: whoever it may mean is not
    missing in the list.
    """

    line: int
    number: str
    code: str
    values: dict[str, str] = field(default_factory=dict, hash=False)
    former: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A row, read. None is what the file says nothing about; ``number`` is as numbers are compared."""

    line: int
    number: str
    name: str | None = None
    kana: str | None = None
    department: Path | None = None
    second: tuple[Path, ...] | None = None
    type: str | None = None
    manager: str | None = None
    joined: date | None = None
    left: date | None = None
    email: str | None = None
    former: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows of a list; ``says`` are the fields that have columns, ``passed_over`` totals, remarks and 兼務 rows."""

    heading: Heading
    says: frozenset[str]
    records: tuple[Record, ...]
    refused: tuple[Refused, ...]
    passed_over: tuple[int, ...]


class _No(Exception):
    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def read_sheet(rows: Iterable[Sequence[str]], heading: Heading) -> Sheet:
    """Read every row below the heading. The first row of a number counts, a second one only as 兼務 of it."""
    reader = _Reader(heading)
    for line, cells in enumerate(rows, 1):
        if line == heading.row + 1:
            reader.width = len(cells)
        elif line > heading.row + 1:
            reader.take(line, cells)
    return reader.sheet()


class _Reader:
    def __init__(self, heading: Heading) -> None:
        self.heading = heading
        self.width = len(heading.cells)
        self.places: dict[str, list[int]] = {}
        for place, name in enumerate(heading.fields):
            if name:
                self.places.setdefault(name, []).append(place)
        says = set(self.places)
        self.says = frozenset(
            says | ({"name"} if {"family", "given"} <= says else set()) | ({"kana"} if "family_kana" in says else set())
        )
        self.single = [(name, places[0]) for name, places in self.places.items() if len(places) == 1]
        self.repeated = [(name, places) for name, places in self.places.items() if len(places) > 1]
        self.words = tuple(heading_of(cell) for cell in heading.cells)
        self.by_number: dict[str, Record] = {}
        self.refused: list[Refused] = []
        self.passed_over: list[int] = []

    def sheet(self) -> Sheet:
        records = tuple(self.by_number.values())
        return Sheet(self.heading, self.says, records, tuple(self.refused), tuple(self.passed_over))

    def take(self, line: int, cells: Sequence[str]) -> None:
        """Read one row."""
        width = len(cells)
        row = {name: cells[place] if place < width else "" for name, place in self.single}
        for name, places in self.repeated:
            row[name] = "\n".join(cells[place] for place in places if place < width and cells[place].strip())
        if not any(cell and not cell.isspace() for cell in cells):
            return
        number = ""
        try:
            if self._passed_over(row, cells):
                self.passed_over.append(line)
                return
            if any(cell.strip() for cell in cells[self.width :]):
                raise _No("cells", most=str(self.width))
            number = _number(row["number"])
            former = _former(row["former"], number) if "former" in row else None
            self._keep(self._record(line, number, former, row), row)
        except _No as reason:
            shown = number or row.get("number", "").replace("\0", "").strip()[:LONGEST_NUMBER]
            former = _former_if_any(row, number)
            self.refused.append(Refused(line, shown, reason.code, reason.values, former))

    def _keep(self, record: Record, row: dict[str, str]) -> None:
        """Add the record; the second row of a number is 兼務 of the first, or refused."""
        first = self.by_number.get(record.number)
        kind = unicodedata.normalize("NFKC", row.get("post", "")).strip().casefold()
        if kind not in _MAIN | _SECOND:
            raise _No("post", value=row["post"][:40])
        if kind in _SECOND:
            if first is None:
                raise _No("second_before_main")
            if not record.department:
                raise _No("department_missing")
            posts = (*(first.second or ()), record.department)
            self.by_number[record.number] = replace(first, second=tuple(dict.fromkeys(posts)))
            self.passed_over.append(record.line)
            return
        if first is not None:
            raise _No("twice", line=str(first.line))
        if "post" in self.places and record.second is None:
            record = replace(record, second=())
        self.by_number[record.number] = record

    def _passed_over(self, row: dict[str, str], cells: Sequence[str]) -> bool:
        """A total, a remark or the heading again: nobody's row."""
        number = row.get("number", "")
        if _PLAIN.fullmatch(number):
            return False
        if tuple(heading_of(cell) for cell in cells[: len(self.words)]) == self.words:
            return True
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", number)).casefold()
        if plain and not _TOTAL.fullmatch(plain) and not _COUNT.fullmatch(plain):
            return bool(_REMARK.match(plain)) and _alone(cells)
        texts = [re.sub(r"\s", "", unicodedata.normalize("NFKC", cell)).casefold() for cell in cells if cell.strip()]
        if any(_TOTAL.fullmatch(text) for text in texts[:3]):
            return True
        return _alone(cells) and bool(texts) and bool(_REMARK.match(texts[0]))

    def _record(self, line: int, number: str, former: str | None, row: dict[str, str]) -> Record:
        joined, left = _day(row, "joined"), _day(row, "left")
        if joined and left and left < joined:
            raise _No("left_before_joined", joined=joined.isoformat(), left=left.isoformat())
        return Record(
            line=line,
            number=number,
            name=_person(row, "name", "family", "given"),
            kana=_person(row, "kana", "family_kana", "given_kana"),
            department=_path(_text(row["department"], "department"), joined_by="\n") if "department" in row else None,
            second=_paths(row["second"]) if "second" in row else None,
            type=_type(row["type"]) if "type" in row else None,
            manager=_manager(row["manager"]) if "manager" in row else None,
            joined=joined,
            left=left,
            email=_address(row["email"]) if "email" in row else None,
            former=former,
        )


def _alone(cells: Sequence[str]) -> bool:
    return sum(1 for cell in cells if cell.strip()) == 1


def _text(cell: str, name: str) -> str:
    """A cell's text without blanks around it; refuses formulas and what no text can hold."""
    if isinstance(cell, Formula):
        raise _No("formula", field=name)
    text = cell.strip()
    if text[:1] == "=":
        literal = _LITERAL.fullmatch(text)
        if literal is None:
            raise _No("formula", field=name)
        text = literal[1].replace('""', '"').strip()
    if text[:1] == "#" and text.rstrip("!?").upper() in {"#REF", "#N/A", "#VALUE", "#NAME", "#DIV/0", "#NULL", "#NUM"}:
        raise _No("error_value", field=name, value=text)
    if not text.isprintable():
        text = _ODD_BLANKS.sub(" ", text)
        bad = next((c for c in text if unicodedata.category(c) in _UNSEEN and c not in _SEEN), None)
        if bad is not None:
            raise _No("control", field=name, character=f"U+{ord(bad):04X}")
    return text


def _number(cell: str, field: str = "number") -> str:
    text = plain_number(plain_number(_text(cell, field)).removeprefix("'"))
    if not text.strip("-"):
        raise _No("number_missing")
    if _MANGLED.fullmatch(text.casefold()):
        raise _No("number_mangled", value=text)
    if len(text) > LONGEST_NUMBER:
        raise _No("too_long", field=field, most=str(LONGEST_NUMBER))
    if any(c.isspace() for c in text) or not text.isprintable() or any(c in LOST for c in text):
        raise _No("number_form", value=text.replace("\n", " "))
    return text


def _former(cell: str, number: str) -> str | None:
    """The number that somebody had before; the number itself, or a dash, is none."""
    if unicodedata.normalize("NFKC", _text(cell, "former")).strip(" '").casefold() in _NOTHING:
        return None
    former = _number(cell, "former")
    return former if former != number else None


def _former_if_any(row: dict[str, str], number: str) -> str | None:
    """The former number in a row that is refused, whatever the rest of the row is like; as written if unreadable."""
    if "former" not in row:
        return None
    try:
        return _former(row["former"], number)
    except _No:
        return row["former"].strip() or None


def perhaps_number(cell: str) -> str:
    """What number a cell may have been meant to hold that is refused: to spare somebody by, never to change by."""
    seen = "".join(c for c in cell if unicodedata.category(c) not in _UNSEEN and not c.isspace() and c not in "='\"")
    return re.sub(r"\.0+$", "", plain_number(seen).replace(",", ""))


def _name(cell: str, field: str) -> str:
    text = _text(cell, field)
    for bad in text:
        if bad in LOST or bad in "?？":
            raise _No("lost", field=field, character=bad)
        if bad in "\n\r\t":
            raise _No("line_break", field=field)
    if len(text) > LONGEST_NAME:
        raise _No("too_long", field=field, most=str(LONGEST_NAME))
    return text


def _person(row: dict[str, str], whole: str, family: str, given: str) -> str | None:
    """A name from its one column or its two; a dash is none."""
    if whole in row:
        name = _name(row[whole], whole)
        return name if name.strip(_DASHES) else None
    parts = [_name(row[part], part) for part in (family, given) if part in row]
    if whole == "name" and parts and any(parts) and not all(parts):
        raise _No("name_half")
    return " ".join(filter(None, parts)) or None


@lru_cache(maxsize=4096)  # lists repeat their departments, and their types
def _path(text: str, *, joined_by: str = "") -> Path | None:
    """A department's levels from the top; columns of levels come joined by line breaks."""
    text = text.replace("／", "/").replace("＞", ">").replace("＼", "\\").strip().strip("/>→»\\").strip()
    if "\t" in text:
        raise _No("line_break", field="department")
    pieces = text.splitlines() if joined_by else [text]
    names = tuple(name.strip() for piece in pieces for name in _split_levels(piece))
    if names in {(), ("",)} or (len(names) == 1 and unicodedata.normalize("NFKC", names[0]).casefold() in _NOTHING):
        return None
    if not all(names):
        raise _No("department_part", value=text)
    if lost := next((c for c in text if c in LOST or c == "?"), None):
        raise _No("lost", field="department", character=lost)
    if max(map(len, names)) > LONGEST_NAME:
        raise _No("too_long", field="department", most=str(LONGEST_NAME))
    if len(names) > DEEPEST:
        raise _No("department_deep", most=str(DEEPEST))
    return names


def _split_levels(piece: str) -> list[str]:
    """Levels between slashes, else between other signs, else wide blanks; two slashes leave an empty level."""
    if "/" in piece:
        return piece.split("/")
    return (_LEVELS if re.search("[>→»\\\\]", piece) else _WIDE_BLANKS).split(piece)


def _paths(cell: str) -> tuple[Path, ...]:
    text = _text(cell, "second").replace("，", ",").replace("；", ";").replace("｜", "|")
    found = [path for path in (_path(piece) for piece in _SPLIT.split(text)) if path]
    if len(found) > MOST_POSTS:
        raise _No("posts", most=str(MOST_POSTS))
    return tuple(dict.fromkeys(found))


def _type(cell: str) -> str | None:
    return _type_of(_text(cell, "type"))


@lru_cache(maxsize=512)
def _type_of(text: str) -> str | None:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if plain in _NOTHING:
        return None
    if found := _IN_BRACKETS.get(re.sub(r"\s", "", plain)):
        return found
    found = _TYPES.get(word_of(plain))
    others = {_TYPES.get(word_of(word)) for word in re.findall(r"\(([^()]*)\)", plain)} - {None, "seconded_in"}
    if found is None or others - {found}:  # 社員(契約) says two things
        raise _No("type", value=text[:40])
    return found


def _manager(cell: str) -> str | None:
    text = _text(cell, "manager")
    return None if unicodedata.normalize("NFKC", text).casefold() in _NOTHING else text


def _address(cell: str) -> str | None:
    text = unicodedata.normalize("NFKC", _text(cell, "email")).strip()
    text = re.sub(r"^mailto:", "", text, flags=re.IGNORECASE)
    if text.casefold() in _NOTHING:
        return None
    local, _at, host = text.partition("@")
    if len(text) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(text) or not local.isascii() or not _hosted(host):
        raise _No("email", value=text[:80])
    return text


def _hosted(host: str) -> bool:
    """Whether letters, digits and hyphens make the name of a mail server, in any script."""
    if host.isascii():
        return _HOST.fullmatch(host) is not None
    return all(c in ".-" or unicodedata.category(c)[0] in "LMN" for c in host)


def _day(row: dict[str, str], name: str) -> date | None:
    text = _text(row[name], name) if name in row else ""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if plain in _NOTHING:
        return None
    if name == "left" and (plain in _STILL_HERE or _NO_DAY_OF_LEAVING.fullmatch(plain)):
        return None
    try:
        return read_day(text)
    except NoDay as reason:
        raise _No(reason.code, field=name, value=text.replace("\n", " ")[:40]) from None


def lines_of(text: str) -> Iterator[int]:
    """The line numbers in a text such as 5, 9, 12-20. Raises ``ValueError``."""
    for piece in re.split(r"[\s,、]+", unicodedata.normalize("NFKC", text).strip()):
        if piece:
            first, _, last = piece.partition("-")
            if int(last or first) - int(first) > 1_000_000:
                raise ValueError(piece)
            yield from range(int(first), int(last or first) + 1)
