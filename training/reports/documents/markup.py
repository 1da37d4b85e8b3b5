"""The sanitised HTML of frozen lessons and questions as blocks of a document.

Whatever is in it comes out again: a tag that is not known here is refused, for
leaving it out might leave out what was taught.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from training.typesetting.blocks import (
    Block,
    Column,
    Frame,
    Ground,
    Heading,
    Illustration,
    Item,
    Items,
    Look,
    Paragraph,
    Place,
    Run,
    Stroke,
    Table,
    Words,
    flattened,
)

PICTURE = "sha256:"
_SPACES = re.compile("[ \t\n\f\r]+")  # what HTML collapses; the ideographic space stays
_STRONG, _STRESSED = frozenset({"b", "strong", "dt", "summary"}), frozenset({"i", "em", "cite", "code"})
_STROKES = {"del": Stroke.THROUGH, "s": Stroke.THROUGH, "ins": Stroke.UNDER, "u": Stroke.UNDER}
_PLACES = {"sup": Place.ABOVE, "sub": Place.BELOW}
_INLINE = frozenset(
    {"a", "b", "br", "cite", "code", "em", "i", "rp", "rt", "ruby", "small", "span", "strong", *_STROKES, *_PLACES}
)
_HEADINGS = {"h1": 3, "h2": 3, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
_FRAMES = {
    "pt-scenario": Ground.CASE,
    "pt-meaning": Ground.MEANING,
    "pt-dos": Ground.GOOD,
    "pt-donts": Ground.BAD,
    "pt-choice-good": Ground.GOOD,
    "pt-choice-fair": Ground.FAIR,
    "pt-choice-bad": Ground.BAD,
    "pt-change-before": Ground.PLAIN,
    "pt-change-after": Ground.QUOTE,
}
_LOOKS = {
    "pt-meaning-head": Look.LEAD,
    "pt-scenario-question": Look.STRONG,
    "pt-choice-verdict": Look.FAIR,
    "pt-change-legend": Look.NOTE,
    "pt-change-none": Look.NOTE,
}
_VERDICTS = {Ground.GOOD: Look.GOOD, Ground.FAIR: Look.FAIR, Ground.BAD: Look.BAD}
_UNMARKED = frozenset({"pt-choices"})
_BESIDE = 4.2  # width in ems of terms that stand beside their meaning: だれに, いつ, 何を


class Unreadable(ValueError):
    """The HTML holds what this file does not know; the message names it."""


@dataclass(slots=True)
class _Node:
    """A tag with its attributes and what is in it."""

    tag: str
    attributes: Mapping[str, str]
    children: list[_Node | str] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(self.attributes.get("class", "").split())

    def of(self, *tags: str) -> list[_Node]:
        return [child for child in self.children if isinstance(child, _Node) and child.tag in tags]


def blocks_of(html: str) -> tuple[Block, ...]:
    """Return the HTML as blocks. Raises ``Unreadable`` for what nothing here knows how to set."""
    return tuple(_flow(_tree(html).children))


def words_of(html: str) -> Words:
    """Return the HTML as words alone, a line for each paragraph and item. Raises ``Unreadable``."""
    return flattened(blocks_of(html))


class _Reader(HTMLParser):
    """Builds the tree, and refuses what does not nest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag == "img" and not node.attributes.get("src", "").startswith(PICTURE):
            raise Unreadable("<img> that shows no frozen picture")
        if tag not in {"br", "img"}:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1].tag != tag:
            raise Unreadable(f"</{tag}> closes what was not opened")
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise Unreadable("a comment")

    def handle_decl(self, decl: str) -> None:
        raise Unreadable("a declaration")

    def handle_pi(self, data: str) -> None:
        raise Unreadable("a processing instruction")

    def unknown_decl(self, data: str) -> None:
        raise Unreadable("a declaration")

    def whole(self) -> _Node:
        if len(self._open) > 1:
            raise Unreadable(f"<{self._open[-1].tag}> is not closed")
        return self.root


def _tree(html: str) -> _Node:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.whole()


def _flow(children: Sequence[_Node | str], look: Look = Look.BODY) -> Iterator[Block]:
    """Yield blocks; words that stand between them bare are paragraphs.

    ``look`` is that of a verdict here, or of a whole caption.
    """
    plainly = Look.NOTE if look is Look.NOTE else Look.BODY
    bare: list[_Node | str] = []
    for child in children:
        if isinstance(child, str) or (child.tag in _INLINE and not _holds_blocks(child)):
            bare.append(child)
            continue
        yield from _paragraph(bare, plainly)
        bare = []
        if child.tag in _INLINE:  # what is imported may say of whole paragraphs that they are bold: they are paragraphs
            yield from _flow(child.children, look)
            continue
        if child.tag not in _BLOCKS:
            raise Unreadable(f"<{child.tag}> is not known")
        yield from _BLOCKS[child.tag](child, look)
    yield from _paragraph(bare, plainly)


def _paragraph(
    children: Sequence[_Node | str], look: Look, *, keep: bool = False, strong: bool = False
) -> Iterator[Block]:
    if words := _words(children, strong=strong):
        yield Paragraph(words, look=look, keep=keep)


def _words(children: Sequence[_Node | str], *, strong: bool = False) -> Words:
    """Return inline content with its white space as a browser shows it."""
    words: list[Run] = []
    for run in _inline(children, Run("", strong=strong)):
        text = run.text
        if not words or words[-1].text.endswith((" ", "\n")):
            text = text.lstrip(" ")
        if text.startswith("\n") and words:
            words[-1] = replace(words[-1], text=words[-1].text.rstrip(" "))
        if text:
            words.append(replace(run, text=text))
    if words:
        words[-1] = replace(words[-1], text=words[-1].text.rstrip(" \n"))
    return tuple(run for run in words if run.text)


def _holds_blocks(node: _Node, tags: Collection[str] = ()) -> bool:
    """Whether a block, or one with one of these tags, is anywhere within."""
    tags = tags or _BLOCKS
    return any(child.tag in tags or _holds_blocks(child, tags) for child in node.children if isinstance(child, _Node))


def _inline(children: Sequence[_Node | str], face: Run, *, as_typed: bool = False) -> Iterator[Run]:
    for child in children:
        if isinstance(child, str):
            yield replace(face, text=child if as_typed else _SPACES.sub(" ", child))
        elif child.tag == "br":
            yield replace(face, text="\n")
        elif child.tag == "img":
            yield from (replace(face, text=run.text) for run in _shown(child).words)
        elif child.tag == "ruby":
            yield from _inline(tuple(_readings_apart(child)), face, as_typed=as_typed)
        elif child.tag in _INLINE:
            inner = replace(
                face,
                strong=face.strong or child.tag in _STRONG,
                stressed=face.stressed or child.tag in _STRESSED,
                place=_PLACES.get(child.tag, face.place),
                stroke=_STROKES.get(child.tag, face.stroke),
            )
            yield from _inline(child.children, inner, as_typed=as_typed)
            if address := child.attributes.get("href", ""):
                yield replace(face, text=f"（{address}）")
        else:
            raise Unreadable(f"<{child.tag}> among words")


def _readings_apart(ruby: _Node) -> Iterator[_Node | str]:
    """Yield words with the reading behind them in brackets, which are its own where it brings some."""
    bracketed = bool(ruby.of("rp"))
    for child in ruby.children:
        if isinstance(child, _Node) and child.tag == "rt" and not bracketed:
            yield from ("（", *child.children, "）")
        else:
            yield child


def _preformatted(node: _Node, look: Look) -> Iterator[Block]:
    """Lines stay as they are typed; a space that HTML would collapse is drawn as one that nobody does."""
    lines = [
        replace(run, text=run.text.replace("\t", "    ").replace(" ", "\xa0"))
        for run in _inline(node.children, Run("", stressed=True), as_typed=True)
    ]
    if lines:
        lines[0] = replace(lines[0], text=lines[0].text.removeprefix("\n"))
        lines[-1] = replace(lines[-1], text=lines[-1].text.rstrip("\n"))
    if words := tuple(run for run in lines if run.text):
        yield Frame((Paragraph(words, look=Look.SMALL),), Ground.PLAIN)


def _text(node: _Node, look: Look) -> Iterator[Block]:
    named = [_LOOKS[name] for name in sorted(node.classes & _LOOKS.keys())]
    if named == [Look.FAIR] and look in _VERDICTS.values():
        named = [look]  # a verdict has the colour of the choice that it is on
    if _holds_blocks(node, {"img"}):  # what a picture stands amidst is parted by it
        yield from _flow(node.children, look)
    else:
        yield from _paragraph(node.children, named[0] if named else Look.BODY, keep=bool(named))


def _illustration(node: _Node, look: Look) -> Iterator[Block]:
    yield _shown(node)


def _shown(node: _Node) -> Illustration:
    alt = _SPACES.sub(" ", node.attributes.get("alt", "")).strip()
    return Illustration(node.attributes["src"].removeprefix(PICTURE), alt or "図")


def _heading(node: _Node, look: Look) -> Iterator[Block]:
    # A heading may hold blocks, which stand in it a line each.
    words = flattened(tuple(_flow(node.children))) if _holds_blocks(node) else _words(node.children)
    if words:
        yield Heading(words, _HEADINGS[node.tag])


def _group(node: _Node, look: Look) -> Iterator[Block]:
    grounds = [_FRAMES[name] for name in sorted(node.classes & _FRAMES.keys())]
    if grounds:
        yield Frame(tuple(_flow(node.children)), grounds[0])
    else:
        yield from _flow(node.children, look)


def _figure(node: _Node, look: Look) -> Iterator[Block]:
    """A quotation and what it is from belong on one ground."""
    yield Frame(tuple(_flow(node.children)), Ground.QUOTE)


def _quotation(node: _Node, look: Look) -> Iterator[Block]:
    inner = tuple(_flow(node.children))
    yield from inner if "pt-clause-words" in node.classes else (Frame(inner, Ground.QUOTE),)


def _caption(node: _Node, look: Look) -> Iterator[Block]:
    yield from _flow(node.children, Look.NOTE)


def _details(node: _Node, look: Look) -> Iterator[Block]:
    """What a click opens stands open on paper."""
    grounds = [_FRAMES[name] for name in sorted(node.classes & _FRAMES.keys())]
    ground = grounds[0] if grounds else Ground.PLAIN
    yield Frame(tuple(_flow(node.children, _VERDICTS.get(ground, Look.BODY))), ground)


def _summary(node: _Node, look: Look) -> Iterator[Block]:
    if _holds_blocks(node):
        yield from _flow(node.children)
    yield from _paragraph(() if _holds_blocks(node) else node.children, Look.BODY, keep=True, strong=True)


def _items(node: _Node, look: Look) -> Iterator[Block]:
    ordered = node.tag == "ol"
    bare = bool(node.classes & _UNMARKED)
    children = _only(node, "li")
    items = tuple(
        Item(
            (Run(f"{number}.", strong=True) if ordered else Run("・"),) if not bare else (),
            tuple(_flow(child.children)),
        )
        for number, child in enumerate(children, start=1)
    )
    yield Items(items, hang=0 if bare else 1.8 if ordered and len(items) > 9 else 1.4 if ordered else 1.1)


def _terms(node: _Node, look: Look) -> Iterator[Block]:
    """Each term with its meanings; terms and meanings may be grouped by a div."""
    items: list[Item] = []
    for child in _only(node, "dt", "dd", "div"):
        for part in _only(child, "dt", "dd") if child.tag == "div" else [child]:
            if part.tag == "dt":
                items.append(Item(_words(part.children, strong=True), ()))
            elif items:
                items[-1] = replace(items[-1], blocks=(*items[-1].blocks, *_flow(part.children)))
            else:
                raise Unreadable("<dd> before any <dt>")
    beside = any(name.startswith("pt-step-") for child in node.of("div") for name in child.classes)
    yield Items(tuple(items), hang=_BESIDE if beside else 1.0)


def _table(node: _Node, look: Look) -> Iterator[Block]:
    lines = [
        line
        for part in _only(node, "thead", "tbody", "tr")
        for line in ([part] if part.tag == "tr" else _only(part, "tr"))
    ]
    rows = [_only(line, "th", "td") for line in lines]
    if not rows:
        return
    cells = [[flattened(tuple(_flow(cell.children))) for cell in row] for row in rows]
    headed = all(cell.tag == "th" for cell in rows[0]) and len(rows) > 1
    wide = max(len(row) for row in cells)
    lengths = [max(sum(len(run.text) for run in row[n]) if n < len(row) else 0 for row in cells) for n in range(wide)]
    shares = [min(max(length, 5), 40) for length in lengths]
    heads = [*cells[0], *[()] * wide] if headed else [()] * wide
    columns = tuple(Column(head, share) for head, share in zip(heads, shares, strict=False))
    yield Table(columns, tuple(tuple(row) for row in (cells[1:] if headed else cells)))


def _only(node: _Node, *tags: str) -> list[_Node]:
    """Return the children with these tags, and refuse any other and any words among them."""
    for child in node.children:
        if isinstance(child, str):
            if child.strip():
                raise Unreadable(f"words in a <{node.tag}>, but in none of its parts")
        elif child.tag not in tags:
            raise Unreadable(f"<{child.tag}> in <{node.tag}>")
    return node.of(*tags)


_BLOCKS: Mapping[str, Callable[[_Node, Look], Iterator[Block]]] = {
    "p": _text,
    **dict.fromkeys(_HEADINGS, _heading),
    **dict.fromkeys(("article", "aside", "div", "section"), _group),
    "blockquote": _quotation,
    "dl": _terms,
    "details": _details,
    "figcaption": _caption,
    "figure": _figure,
    "img": _illustration,
    "ol": _items,
    "pre": _preformatted,
    "summary": _summary,
    "table": _table,
    "ul": _items,
}
