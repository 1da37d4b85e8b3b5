"""Markdown of the lesson files to the little HTML that a lesson's rich text may hold.

Paragraphs, ``-`` and ``1.`` lists, ``###`` headings, ``**bold**`` and ``*italic*``.
Emphasis is read here and not by CommonMark's rule, which looks for white space
around the marks: Japanese has none, and 「**報告します。**次に」 would stay as it is.
"""

from __future__ import annotations

import re
from html import escape

from markdown_it import MarkdownIt

_BLOCKS = MarkdownIt("zero").enable(["list", "heading"])
_TAGS = {
    "paragraph_open": "<p>", "paragraph_close": "</p>", "heading_open": "<h3>", "heading_close": "</h3>",
    "bullet_list_open": "<ul>", "bullet_list_close": "</ul>", "ordered_list_open": "<ol>",
    "ordered_list_close": "</ol>", "list_item_open": "<li>", "list_item_close": "</li>",
}  # fmt: skip
_REFUSED = (
    (re.compile(r"!?\[[^\]]*\]\("), "links and images are not allowed"),
    (re.compile(r"</?[A-Za-z!]"), "HTML is not allowed"),
    (re.compile(r"`"), "code is not allowed"),
)
_WIDE = r"[^\x00-\u2e7f]"


class UnreadableMarkdown(ValueError):
    """The text uses what lessons do not have; the message says what."""


def to_html(text: str) -> str:
    """The text as rich text. Raises ``UnreadableMarkdown``."""
    html: list[str] = []
    items = 0
    for token in _BLOCKS.parse(text.strip()):
        if token.type == "inline":
            html.append(inline(token.content))
            continue
        if token.type not in _TAGS:
            raise UnreadableMarkdown(f"{token.type} is not allowed")
        if token.type == "heading_open" and token.tag != "h3":
            raise UnreadableMarkdown("only ### headings are allowed")
        items += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if not (items and token.type.startswith("paragraph")):
            html.append(_TAGS[token.type])
    return "".join(html)


def inline(text: str) -> str:
    """One run of words, with its emphasis. Raises ``UnreadableMarkdown``."""
    for pattern, reason in _REFUSED:
        if found := pattern.search(text):
            raise UnreadableMarkdown(f"{reason}: {text[found.start() : found.start() + 20]}")
    text = re.sub(rf"(?<={_WIDE})\n(?={_WIDE})", "", text).replace("\n", " ")
    html = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(text, quote=False))
    html = re.sub(r"\*(.+?)\*", r"<i>\1</i>", html)
    if "*" in html:
        raise UnreadableMarkdown(f"an asterisk without its pair: {text[:40]}")
    return html
