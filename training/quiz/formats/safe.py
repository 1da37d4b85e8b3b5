"""XML that can neither reach out nor blow up, as a small tree that knows its lines.

Pure. Python's own expat, with every declaration of an entity or element refused before it can be used, no DTD ever
read, and depth, number and size of elements limited. ``lxml`` would come only by way of other packages, and its
tree keeps line numbers no better; ``defusedxml`` adds to expat what a dozen lines do here.
"""

from __future__ import annotations

import xml.parsers.expat as expat
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.entities import name2codepoint
from typing import Any

from training.quiz.formats.detect import decode
from training.quiz.formats.model import Refusal

DEEPEST = 100
MOST_NODES = 500_000
_VOID = {"br", "hr", "img", "col", "wbr"}


@dataclass(slots=True)
class Node:
    """An element: its name and attributes without prefixes, its content in order, and the line of its start tag."""

    name: str
    attributes: dict[str, str]
    line: int
    content: list[Node | str] = field(default_factory=list)

    def children(self, *names: str) -> list[Node]:
        """The elements directly below, of these names if any are given."""
        return [one for one in self.content if isinstance(one, Node) and (not names or one.name in names)]

    def child(self, name: str) -> Node | None:
        """The first element of that name directly below."""
        return next(iter(self.children(name)), None)

    def walk(self) -> Iterator[Node]:
        """This element and all below it, in the file's order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children()))

    def all(self, *names: str) -> list[Node]:
        """Every element of these names below this one."""
        return [node for node in self.walk() if node is not self and node.name in names]

    def text(self) -> str:
        """All text in it."""
        pieces: list[str] = []
        waiting: list[Node | str] = [self]
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                pieces.append(one)
            else:
                waiting.extend(reversed(one.content))
        return "".join(pieces)

    def get(self, name: str, default: str = "") -> str:
        """An attribute."""
        return self.attributes.get(name, default)

    def html(self) -> str:
        """What is in it, written as HTML."""
        return "".join(escape(one, quote=False) if isinstance(one, str) else one.outer() for one in self.content)

    def outer(self) -> str:
        """The element itself, written as HTML."""
        start = "".join(f' {key}="{escape(value)}"' for key, value in self.attributes.items())
        return f"<{self.name}{start}>" + ("" if self.name in _VOID else f"{self.html()}</{self.name}>")


def parse(data: bytes) -> Node:
    """The file's tree. Raises ``Refusal``: xml with its line, encoding, or size."""
    return _Builder().build(decode(data))


def _local(name: str) -> str:
    return name if name.startswith("xml:") else name.rpartition(":")[2]


class _Builder:
    """Collects what expat reports."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.open: list[Node] = []
        self.nodes = 0
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.SkippedEntityHandler = self._skipped
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._declared
        self.parser.UnparsedEntityDeclHandler = self._declared
        self.parser.ElementDeclHandler = self._declared
        self.parser.AttlistDeclHandler = self._declared
        self.parser.NotationDeclHandler = self._declared
        self.parser.ExternalEntityRefHandler = self._declared
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def build(self, text: str) -> Node:
        try:
            self.parser.Parse(text.lstrip().encode("utf-8", "surrogatepass"), True)
        except expat.ExpatError as reason:
            words = expat.ErrorString(reason.code)
            raise Refusal("xml", f"XMLとして正しくありません（{words}）。", line=reason.lineno) from None
        if self.root is None:
            raise Refusal("xml", "XMLの要素がありません。")
        return self.root

    def _line(self) -> int:
        return self.parser.CurrentLineNumber

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES or len(self.open) >= DEEPEST:
            raise Refusal("size", "XMLの要素が多すぎるか、入れ子が深すぎます。", line=self._line())
        node = Node(_local(name), {_local(key): value for key, value in attributes.items()}, self._line())
        if self.open:
            self.open[-1].content.append(node)
        elif self.root is None:
            self.root = node
        self.open.append(node)

    def _end(self, name: str) -> None:
        self.open.pop()

    def _text(self, text: str) -> None:
        if self.open:
            self.open[-1].content.append(text)

    def _skipped(self, name: str, is_parameter: bool) -> None:
        if is_parameter or name not in name2codepoint:
            raise Refusal("xml", f"実体参照「&{name};」は読めません。", line=self._line())
        self._text(chr(name2codepoint[name]))

    def _doctype(self, name: str, system: str | None, public: str | None, internal: int) -> None:
        if internal:
            raise Refusal("xml", "DTDを含むXMLは読みません。", line=self._line())

    def _declared(self, *declaration: Any) -> int:
        raise Refusal("xml", "実体などの宣言を含むXMLは読みません。", line=self._line())
