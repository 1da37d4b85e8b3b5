"""HTML that can do nothing but be read, and the pictures that it shows, which it names by their SHA-256.

Pure. ``<img src="sha256:…">`` is how frozen text names a picture: it stays true wherever the site stands.
``with_addresses`` puts in where the picture is served.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import nh3

# What carries meaning is among them: 10<sup>3</sup> is not 103.
TAGS = {
    "a", "article", "aside", "b", "blockquote", "br", "cite", "code", "dd", "del", "details", "div", "dl", "dt", "em",
    "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "i", "ins", "li", "ol", "p", "pre", "rp", "rt", "ruby",
    "s", "section", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr",
    "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {"*": {"class", "id", "lang", "role", "aria-label", "aria-labelledby"}, "th": {"scope"}, "a": {"href"}}
_SCHEMES = {"https", "mailto"}
_PICTURE = re.compile(r"sha256:([0-9a-f]{64})")
_SHOWN = re.compile(r'<img (?:[^>"]|"[^"]*")*src="sha256:([0-9a-f]{64})"(?:[^>"]|"[^"]*")*>')


def sanitise(html: str) -> str:
    """Keep structure and emphasis, drop whatever could act: scripts, styles, handlers, forms, foreign frames.

    A picture stays where it is named by its SHA-256; every other is dropped.
    """
    if not _PICTURE.search(html):
        return nh3.clean(html, tags=TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer")
    return nh3.clean(
        html,
        tags=TAGS | {"img"},
        attributes=_ATTRIBUTES | {"img": {"src", "alt"}},
        url_schemes=_SCHEMES | {"sha256"},
        link_rel="noopener noreferrer",
        attribute_filter=_own_pictures_only,
    )


def _own_pictures_only(tag: str, attribute: str, value: str) -> str | None:
    if attribute in {"src", "href"} and (tag == "img") != bool(_PICTURE.fullmatch(value)):
        return None
    return value


def words_of(html: str) -> str:
    """The text of a piece of HTML that is left to see once it is sanitised, white space removed."""
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", " ", sanitise(html))))


def in_words(html: str) -> str:
    """The text of sanitised HTML in one line, each picture as what it says of itself."""
    described = re.sub(r'<img [^>]*?alt="([^"]*)"[^>]*>', r" \1 ", html)
    apart = re.sub(r"</?(?:p|li|br|div|td|dd|dt|h\d)\b[^>]*>", " ", described)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", apart)).split())


def pictures_in(html: str) -> list[str]:
    """The SHA-256 of each picture that sanitised HTML shows."""
    return _SHOWN.findall(html)


def undescribed(html: str) -> bool:
    """Whether sanitised HTML shows a picture of which somebody who cannot see it learns nothing."""
    pictures = (match[0] for match in _SHOWN.finditer(html))
    return any(not re.search(r'\salt="[^"]*[^"\s][^"]*"', picture) for picture in pictures)


def says(html: str) -> bool:
    """Whether anything is left to read or to see once it is sanitised."""
    return bool(words_of(html)) or bool(pictures_in(sanitise(html)))


def with_addresses(html: str, address: Callable[[str], str]) -> str:
    """Frozen HTML with each picture's name replaced by the address where it is served."""
    return _SHOWN.sub(lambda match: match[0].replace(f"sha256:{match[1]}", address(match[1])), html)


def plain_of(html: str) -> str | None:
    """The text of HTML that is no more than one paragraph without any markup; None for all else."""
    match = re.fullmatch(r"(?:<p>)?([^<>]*)(?:</p>)?", sanitise(html).strip())
    return unescape(match[1]).strip() if match else None
