"""The structure of a document (ISO 32000-1, 14.7 and 14.8): what a screen reader reads, as what, and in which order."""

from __future__ import annotations

from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFObject, PDFPage

# The standard types of PDF 1.7: the only ones that readers know without a map of roles.
GROUPING = frozenset({"Document", "Part", "Art", "Sect", "Div", "BlockQuote"})
_ORDERED = frozenset({"L", "LI", "Table", "TR", "THead", "TBody", "TFoot", "TOC", "TOCI"})
_WORDS = frozenset({"P", "H1", "H2", "H3", "H4", "H5", "H6", "Caption", "Lbl", "LBody", "TH", "TD", "Span"})
_OTHERS = frozenset({"Quote", "Note", "Reference", "Code", "Index"})
PICTURES = frozenset({"Figure", "Formula"})
ROLES = GROUPING | _ORDERED | _WORDS | _OTHERS | PICTURES


class Element(PDFObject):
    """A structure element: its role, what it is made of in order, and what a reader says in place of a picture."""

    __RefOnly__ = 1

    def __init__(
        self,
        role: str,
        *,
        parent: Element | None = None,
        alt: str = "",
        language: str = "",
        scope: str = "Column",
        columns: int = 1,
    ) -> None:
        if role not in ROLES:
            raise ValueError(f"{role!r} is no role of an element; known: {', '.join(sorted(ROLES))}")
        if role in PICTURES and not alt:
            raise ValueError(f"a {role} without a text to be read in its place is nothing to those who do not see it")
        self.role, self.parent = role, parent
        self.kids: list[Element | tuple[int, int]] = []
        self._about = _about(role, alt=alt, language=language, scope=scope, columns=columns)
        if parent is not None:
            parent.kids.append(self)

    @property
    def holds_text(self) -> bool:
        """Whether text may stand in it; in a list or a table it stands in an item's body or a cell."""
        return self.role not in _ORDERED and self.role not in GROUPING

    @property
    def holds_paragraphs(self) -> bool:
        """Whether text drawn in it is a paragraph in it."""
        return self.role in GROUPING

    def format(self, document: Any) -> bytes:
        """Return the element's dictionary (called by ReportLab when it saves)."""
        pages = [kid[0] for kid in self.kids if isinstance(kid, tuple)]
        home = pages[0] if pages else None
        kids = " ".join(self._kid(kid, home, document) for kid in self.kids)
        parent = self.parent if self.parent is not None else document.Catalog.StructTreeRoot
        on = f" /Pg {_reference(document.Pages[home], document)}" if home is not None else ""
        content = f" /K [{kids}]" if kids else ""
        above = _reference(parent, document)
        return f"<< /Type /StructElem /S /{self.role} /P {above}{on}{self._about}{content} >>".encode("ascii")

    def _kid(self, kid: Element | tuple[int, int], home: int | None, document: Any) -> str:
        if isinstance(kid, Element):
            return _reference(kid, document)
        page, mark = kid
        if page == home:
            return str(mark)
        return f"<< /Type /MCR /Pg {_reference(document.Pages[page], document)} /MCID {mark} >>"


class Tree(PDFObject):
    """A document's elements, and for each page which element each of its marks belongs to."""

    __RefOnly__ = 1

    def __init__(self) -> None:
        self.document = Element("Document")
        self._marks: list[list[Element]] = [[]]

    def mark(self, element: Element) -> int:
        """Return a new mark on the current page for what is drawn next."""
        marks = self._marks[-1]
        element.kids.append((len(self._marks) - 1, len(marks)))
        marks.append(element)
        return len(marks) - 1

    def next_page(self) -> None:
        """Begin another page."""
        self._marks.append([])

    def write(self, document: Any) -> None:
        """Put the tree into a document whose pages are all drawn."""
        document.Catalog.StructTreeRoot = self
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        for number in range(len(self._marks)):
            page = document.Pages[number]
            page.StructParents, page.Tabs = number, PDFName("S")
            page.__NoDefault__ = [*PDFPage.__NoDefault__, "StructParents", "Tabs"]

    def format(self, document: Any) -> bytes:
        """Return the root's dictionary (called by ReportLab when it saves)."""
        pages = " ".join(
            f"{number} [{' '.join(_reference(element, document) for element in marks)}]"
            for number, marks in enumerate(self._marks)
        )
        return (
            f"<< /Type /StructTreeRoot /K [{_reference(self.document, document)}] "
            f"/ParentTree << /Nums [{pages}] >> /ParentTreeNextKey {len(self._marks)} >>"
        ).encode("ascii")


def _about(role: str, *, alt: str, language: str, scope: str, columns: int) -> str:
    """Return the entries that say more of an element: what to read for it, its language, what a cell spans or heads."""
    cell = f" /Scope /{scope}" if role == "TH" else ""
    if columns > 1:
        cell += f" /ColSpan {columns}"
    return "".join(
        (
            f" /Alt {hexadecimal(alt)}" if alt else "",
            f" /Lang ({language})" if language else "",
            f" /A << /O /Table{cell} >>" if cell else "",
        )
    )


def hexadecimal(text: str) -> str:
    """Return a text string as PDF writes it in hexadecimal: UTF-16BE after its mark."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def _reference(target: Any, document: Any) -> str:
    reference: bytes = document.Reference(target).format(document)
    return reference.decode("ascii")
