"""HTML out of files: what could act is dropped, what cannot be shown refuses, one form for what says the same.

Pure. Of two pieces of HTML that differ only in white space, entities or forbidden tags, the same comes out; cleaning
twice changes nothing.
"""

from __future__ import annotations

import re
from html import escape, unescape

import nh3
from markdown_it import MarkdownIt

from training.catalogue.html import TAGS
from training.quiz.formats.model import Refusal

LONGEST_TEXT = 100_000
LONGEST_NAME = 80
_ATTRIBUTES = {"*": {"lang"}, "th": {"scope"}, "a": {"href"}}
_TAG = re.compile(r'<(/?)([a-zA-Z][a-zA-Z0-9:-]*)(?:[^<>"]|"[^"<>]*")*>')
_SHOWN = re.compile(
    r"<\s*(img|image|object|embed|video|audio|picture|math|applet|path|circle|ellipse|rect|line|polyline|polygon|use)\b",
    re.IGNORECASE,
)
# Control characters, halves of surrogates, and what Unicode keeps for a program's own use (GIFT's reader does).
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BLOCKS = {
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "pre", "blockquote", "table", "thead", "tbody", "tr", "h1", "h2",
    "h3", "h4", "h5", "h6", "section", "article", "aside", "figure", "figcaption", "details", "summary", "br", "hr",
}  # fmt: skip
_CELLS = {"td", "th"}
_SPACE = re.compile(r"[ \t\r\n\f]+")
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def clean(html: str) -> str:
    """Return harmless HTML. Raises ``Refusal`` for a picture or another thing to look at, and for what is endless."""
    if len(html) > LONGEST_TEXT:
        raise Refusal("size", f"文が{LONGEST_TEXT:,}文字を超えています。")
    if match := _SHOWN.search(html):
        raise Refusal("image", f"画像などの埋め込み（{match[1].lower()}）があります。文だけの設問にしてください。")
    found = html
    for _time in range(4):  # white space at the edges of what was dropped, and broken nesting, may need it again
        before, found = found, _once(found)
        if found == before:
            break
    return found


def _once(html: str) -> str:
    found = nh3.clean(
        _CONTROL.sub("", html),
        tags=TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return _spaced(found)


def _spaced(html: str) -> str:
    """White space as a browser counts it; preformatted lines keep their ends as ``<br>``."""
    pieces, place, deep = [], 0, 0
    for match in _TAG.finditer(html):
        pieces.append(_words(html[place : match.start()], deep > 0))
        place = match.end()
        if match[2] == "pre":
            deep += -1 if match[1] else 1
            pieces.append(f"<{match[1]}div>")
        else:
            pieces.append(match[0])
    pieces.append(_words(html[place:], deep > 0))
    text = _SPACE.sub(" ", "".join(pieces)).strip()
    return re.sub(r" ?(<br>|</?(?:p|div|li|ul|ol|table|tr)>) ?", r"\1", text).strip()


def _words(text: str, preformatted: bool) -> str:
    return text.strip("\n").replace("\n", "<br>") if preformatted else text


def html_of(text: str, format: str = "plain") -> str:
    """A text in one of Moodle's formats as clean HTML. ``moodle`` is HTML in which line ends count."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > LONGEST_TEXT:
        raise Refusal("size", f"文が{LONGEST_TEXT:,}文字を超えています。")
    match format:
        case "html":
            return clean(text)
        case "markdown":
            return clean(_MARKDOWN.render(text))
        case "moodle":
            return clean(text.replace("\n", "<br>"))
    return clean(escape(text, quote=False).replace("\n", "<br>"))


def plain(html: str) -> str:
    """Clean HTML as lines of text (rule 6 of the import's contract: ``docs/questions.md``)."""
    pieces, place = [], 0
    for match in _TAG.finditer(html):
        pieces.append(html[place : match.start()])
        place = match.end()
        if match[2] in _BLOCKS:
            pieces.append("\n")
        elif match[2] in _CELLS:
            pieces.append(" ")
    pieces.append(html[place:])
    lines = unescape("".join(pieces)).replace("\xa0", " ").split("\n")
    return "\n".join(line for line in (re.sub(r"[ \t]+", " ", raw).strip(" \t") for raw in lines) if line)


def one_line(text: str) -> str:
    """A plain text on one line, without control characters."""
    return re.sub(r"[ \t\r\n\f\xa0]+", " ", _CONTROL.sub("", text)).strip()


def name_of(given: str, stem: str) -> str:
    """A question's name: the one given, else the beginning of what it asks."""
    return one_line(given) or one_line(plain(stem))[:LONGEST_NAME].strip()


def only_text(html: str) -> str:
    """The text of HTML that is no more than text. Raises ``Refusal`` where markup would be lost."""
    text = plain(html)
    if "\n" in text or clean(escape(text, quote=False)) != html:
        raise Refusal("text", "この形式では、この欄の書式を書き表せません。")
    return text
