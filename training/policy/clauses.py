"""A privacy policy's text as a tree of clauses with stable references.

The common shape of a Japanese company's policy: a title, introductory
paragraphs, articles 「第3条 (見出し)」 each with an introduction and numbered
items, some divided into parts 「(1)」, and at the end the date of enactment and
the signature. A reference is ``0`` for the policy's introduction, ``3`` for an
article's, ``3.3`` for an item, ``1(1)`` for a part, ``1(1).2`` for its item.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

PREAMBLE = "0"

# No pattern lets two neighbours take the same spaces: a line of a million must not take for ever.
_ARTICLE = re.compile(r"第\s*([0-9０-９]+)\s*条\s*[(（](.+)[)）]")
_NEARLY_ARTICLE = re.compile(
    r"第\s*(?:[0-9０-９]+\s*条(?:[\s【〔［\[:：].*)?|[一二三四五六七八九十百]+\s*条(?:[\s(（【〔［\[:：].*)?)"
)
_PART = re.compile(r"[(（]([0-9０-９]+)[)）]\s*(.+)")
_ITEM = re.compile(r"\s*([0-9０-９]+)[.．]\s*(.+)")
_DATE = re.compile(
    r"(?:(令和|平成|昭和)\s*([0-9０-９]+|元)|([0-9０-９]{4}))年\s*([0-9０-９]+)月\s*([0-9０-９]+)日\s*(\S*)"
)
_LONGEST_NUMBER = 9
LONGEST_HEADING = 200
_ERA_BEFORE = {"令和": 2018, "平成": 1988, "昭和": 1925}
_ENACTING = ("制定", "改定", "改訂", "改正", "施行")


class Kind(StrEnum):
    """What a clause is in the tree."""

    PREAMBLE = "preamble"
    ARTICLE = "article"
    PART = "part"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class ClauseText:
    """One clause: its reference, its parent's (empty for a root), its heading and its own words, verbatim."""

    ref: str
    parent: str
    kind: Kind
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A whole policy. ``clauses`` stand in reading order; ``enacted_on`` is the latest day given at the end."""

    title: str
    clauses: tuple[ClauseText, ...]
    enacted_on: date
    enactments: tuple[str, ...]
    signature: str

    @property
    def articles(self) -> tuple[ClauseText, ...]:
        """The articles, in order."""
        return tuple(clause for clause in self.clauses if clause.kind is Kind.ARTICLE)

    @property
    def items(self) -> tuple[ClauseText, ...]:
        """The numbered items of all articles, in order."""
        return tuple(clause for clause in self.clauses if clause.kind is Kind.ITEM)


class Why(StrEnum):
    """Why a line has no place; ``policy.words`` says it to an editor."""

    CONTROL = "control"
    NO_ARTICLE_LINE = "no_article_line"
    ARTICLE_ORDER = "article_order"
    PART_ORDER = "part_order"
    PART_AFTER_ITEMS = "part_after_items"
    ITEM_ORDER = "item_order"
    STRAY = "stray"
    NO_SUCH_DAY = "no_such_day"
    AFTER_THE_DATE = "after_the_date"
    NO_ARTICLE = "no_article"
    NO_DATE = "no_date"
    LONG_TITLE = "long_title"
    LONG_HEADING = "long_heading"
    NO_WORDS = "no_words"


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A line that has no place in the shape. ``line`` counts from 1; 0 is the text as a whole.

    ``numbers``: of an order that is broken, what stands there and what stood before.
    """

    line: int
    text: str
    reason: str
    why: Why
    numbers: tuple[int, ...] = ()


class UnreadablePolicy(ValueError):
    """The text has lines that cannot be placed; ``problems`` names each. Nothing of it is to be used."""

    def __init__(self, problems: list[Misplaced]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"line {p.line}: {p.reason}" for p in problems))


def _number(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        return 1_000_000_000  # out of order, and no day of any calendar, whatever it is
    return 1 if digits == "元" else int(unicodedata.normalize("NFKC", digits))


def _date_of(match: re.Match[str]) -> date:
    era, era_year, year, month, day, _ = match.groups()
    whole = _ERA_BEFORE[era] + _number(era_year) if era else _number(year)
    return date(whole, _number(month), _number(day))


@dataclass(slots=True)
class _Open:
    """A clause still being read; ``blank`` is whether a blank line stands before the next one."""

    ref: str
    parent: str
    kind: Kind
    heading: str = ""
    lines: list[str] = field(default_factory=list)

    def close(self) -> ClauseText:
        return ClauseText(self.ref, self.parent, self.kind, self.heading, "\n".join(self.lines).strip("\n"))


class _Reader:
    """Reads line by line; each ``_on_…`` takes a line that it recognises."""

    def __init__(self) -> None:
        self.title = ""
        self.done: list[ClauseText] = []
        self.open: _Open | None = None
        self.article = 0
        self.part = 0
        self.item = 0
        self.enactments: list[str] = []
        self.dates: list[date] = []
        self.signature: list[str] = []
        self.problems: list[Misplaced] = []
        self.gap = False
        self.number = 0
        self.began: dict[str, int] = {}

    def misplaced(self, line: int, text: str, reason: str, why: Why, *numbers: int) -> None:
        self.problems.append(Misplaced(line, text.strip()[:40], reason, why, numbers))

    def start(self, clause: _Open) -> None:
        if self.open is not None:
            self.done.append(self.open.close())
        self.open = clause
        self.began[clause.ref] = self.number

    def read(self, number: int, line: str) -> None:
        if not line.strip():
            self.gap = True
            return
        self.number = number
        if any(unicodedata.category(c) in {"Cc", "Cs"} and c != "\t" for c in line):
            self.misplaced(number, line, "a control character belongs to no text", Why.CONTROL)
        if self.enactments:
            self._on_ending(number, line)
        elif not self.title:
            self.title = line.strip()
        elif match := _ARTICLE.fullmatch(line.strip()):
            self._on_article(number, line, match)
        elif (match := _DATE.fullmatch(line.strip())) and match.group(6) in _ENACTING:
            self._on_ending(number, line)
        elif _NEARLY_ARTICLE.fullmatch(line.strip()):
            self.misplaced(number, line, "an article is written 「第1条 (見出し)」", Why.NO_ARTICLE_LINE)
        elif self.article == 0:
            self._on_preamble(line)
        elif match := _PART.fullmatch(line.strip()):
            self._on_part(number, line, match)
        elif match := _ITEM.fullmatch(line):
            self._on_item(number, line, match)
        else:
            self._on_text(number, line)
        self.gap = False

    def _on_preamble(self, line: str) -> None:
        if line.strip() == self.title and self.open is None:
            return  # the title again, as page heading and document heading
        if self.open is None:
            self.start(_Open(PREAMBLE, "", Kind.PREAMBLE))
        self._add(line)

    def _on_article(self, number: int, line: str, match: re.Match[str]) -> None:
        found = _number(match.group(1))
        if found != self.article + 1:
            self.misplaced(
                number, line, f"第{found}条 follows 第{self.article}条", Why.ARTICLE_ORDER, found, self.article
            )
        self.article, self.part, self.item = found, 0, 0
        self.start(_Open(str(found), "", Kind.ARTICLE, heading=match.group(2).strip()))

    def _on_part(self, number: int, line: str, match: re.Match[str]) -> None:
        found = _number(match.group(1))
        if found != self.part + 1:
            self.misplaced(number, line, f"part ({found}) follows part ({self.part})", Why.PART_ORDER, found, self.part)
        if self.part == 0 and self.item:
            self.misplaced(number, line, "a part begins after the article's own items", Why.PART_AFTER_ITEMS)
        self.part, self.item = found, 0
        self.start(_Open(f"{self.article}({found})", str(self.article), Kind.PART, heading=match.group(2).strip()))

    def _on_item(self, number: int, line: str, match: re.Match[str]) -> None:
        found = _number(match.group(1))
        if found != self.item + 1:
            self.misplaced(number, line, f"item {found} follows item {self.item}", Why.ITEM_ORDER, found, self.item)
        self.item = found
        parent = f"{self.article}({self.part})" if self.part else str(self.article)
        clause = _Open(f"{parent}.{found}", parent, Kind.ITEM)
        clause.lines.append(match.group(2).strip())
        self.start(clause)

    def _on_text(self, number: int, line: str) -> None:
        assert self.open is not None  # noqa: S101  (an article is open)
        if self.open.kind is Kind.ITEM and self.gap:
            self.misplaced(number, line, "a paragraph after the numbered items belongs to no clause", Why.STRAY)
        self._add(line)

    def _add(self, line: str) -> None:
        assert self.open is not None  # noqa: S101
        if self.gap and self.open.lines:
            self.open.lines.append("")
        self.open.lines.append(line.strip())

    def _on_ending(self, number: int, line: str) -> None:
        if match := _DATE.fullmatch(line.strip()):
            try:
                self.dates.append(_date_of(match))
            except ValueError:
                self.misplaced(number, line, "there is no such day", Why.NO_SUCH_DAY)
            self.enactments.append(line.strip())
        elif _ARTICLE.fullmatch(line.strip()) or _NEARLY_ARTICLE.fullmatch(line.strip()):
            self.misplaced(number, line, "an article after the date of enactment", Why.AFTER_THE_DATE)
        else:
            self.signature.append(line.strip())


def parse(text: str) -> PolicyText:
    """Read a policy. Raises ``UnreadablePolicy`` naming every line that has no place; then nothing is returned."""
    reader = _Reader()
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text.lstrip("\ufeff")), 1):
        reader.read(number, line)
    if reader.open is not None:
        reader.done.append(reader.open.close())
    if not reader.article:
        reader.misplaced(0, "", "no article 「第1条 (見出し)」 was found", Why.NO_ARTICLE)
    if not reader.dates:
        reader.misplaced(0, "", "no date of enactment 「2022年7月29日 制定」 was found", Why.NO_DATE)
    if len(reader.title) > LONGEST_HEADING:
        reader.misplaced(1, reader.title, f"a title of more than {LONGEST_HEADING} characters is none", Why.LONG_TITLE)
    for clause in reader.done:
        if len(clause.heading) > LONGEST_HEADING:
            reader.misplaced(
                reader.began[clause.ref],
                clause.heading,
                f"a heading of more than {LONGEST_HEADING} characters is none",
                Why.LONG_HEADING,
            )
        has_children = any(other.parent == clause.ref for other in reader.done)
        if not clause.text and not has_children:
            reader.misplaced(reader.began[clause.ref], clause.ref, f"clause {clause.ref} has no words", Why.NO_WORDS)
    if reader.problems:
        raise UnreadablePolicy(reader.problems)
    return PolicyText(
        title=reader.title,
        clauses=tuple(reader.done),
        enacted_on=max(reader.dates),
        enactments=tuple(reader.enactments),
        signature="\n".join(reader.signature),
    )


def render(policy: PolicyText) -> str:
    """Write the policy so that ``parse`` reads the same tree from it; blank lines need not be those of the source."""
    blocks = [policy.title]
    for clause in policy.clauses:
        number = re.split(r"[.(]", clause.ref)[-1].rstrip(")")
        head = {
            Kind.PREAMBLE: "",
            Kind.ARTICLE: f"第{number}条 ({clause.heading})",
            Kind.PART: f"({number}){clause.heading}",
            Kind.ITEM: f"  {number}. ",
        }[clause.kind]
        if clause.kind is Kind.ITEM:
            blocks.append(head + clause.text)
        else:
            blocks.extend(part for part in (head, clause.text) if part)
    return "\n\n".join([*blocks, *policy.enactments, policy.signature]) + "\n"


def label(ref: str) -> str:
    """A reference as people say it: 「第3条 第3号」, 「第1条(1) 第2号」, 「前文」."""
    if ref == PREAMBLE:
        return "前文"
    match = re.fullmatch(r"(\d+)(?:\((\d+)\))?(?:\.(\d+))?", ref)
    if match is None:
        raise ValueError(f"{ref!r} is no clause reference")
    article, part, item = match.groups()
    words = f"第{article}条" + (f"({part})" if part else "")
    return words + (f" 第{item}号" if item else "")


def in_order(ref: str) -> list[int]:
    """A key that sorts references as the policy has them: 2.2 before 2.10, a whole before its parts."""
    return [int(number) for number in re.findall(r"\d+", ref)]
