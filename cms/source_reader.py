"""Reads a tree of YAML with its faults: every one is noted with its place, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from cms.markdown import UnreadableMarkdown, inline, to_html
from training.catalogue.freeze import TOPICS


class UnreadableSource(ValueError):
    """A file does not have the promised form. ``problems`` names each place and what is wrong there."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


# What a reading function gives for an item that cannot be used; its fault is noted.
WRONG = object()


class Reader:
    """Walks the tree that YAML gave, remembering where it is and everything that is not as it should be."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.problems: list[str] = []

    def wrong(self, what: str) -> Any:
        """Note a fault at this place."""
        self.problems.append(f"{''.join(self.path).lstrip('.') or 'the file'}: {what}")
        return WRONG

    @contextmanager
    def at(self, step: str) -> Iterator[None]:
        """Whatever is read within stands one step further down."""
        self.path.append(step)
        yield
        self.path.pop()

    def mapping(self, value: Any, needed: set[str], optional: frozenset[str] = frozenset()) -> Mapping[str, Any] | None:
        """A mapping with exactly these keys; None, with the fault noted, for what is none."""
        if not isinstance(value, dict):
            self.wrong(f"must have the keys {', '.join(sorted(needed))}")
            return None
        if missing := needed - set(value):
            self.wrong(f"lacks {', '.join(sorted(missing))}")
        if unknown := set(map(str, value)) - needed - optional:
            self.wrong(f"has the unknown key {', '.join(sorted(unknown))}")
        return value

    def each(
        self, source: Mapping[str, Any], key: str, read: Callable[[Any], Any], low: int = 1, high: int = 1000
    ) -> tuple:
        """A member that is a list, each item read by ``read``."""
        with self.at(f".{key}"):
            value = source.get(key)
            if key not in source:
                return ()
            if not isinstance(value, list):
                self.wrong("must be a list")
                return ()
            if not low <= len(value) <= high:
                self.wrong(f"must have {low} to {high} items, has {len(value)}")
            found = []
            for number, item in enumerate(value, 1):
                with self.at(f"[{number}]"):
                    found.append(read(item))
            return tuple(item for item in found if item is not WRONG)

    def words(self, value: Any) -> Any:
        """Words, trimmed."""
        if not isinstance(value, str) or not value.strip():
            return self.wrong("must be words")
        return value.strip()

    def text(self, source: Mapping[str, Any], key: str) -> str:
        """A member that is words."""
        with self.at(f".{key}"):
            found = self.words(source[key]) if key in source else ""
        return "" if found is WRONG else found

    def plain(self, source: Mapping[str, Any], key: str) -> str:
        """A member that is words on one line."""
        return re.sub(r"\s*\n\s*", "", self.text(source, key))

    def _html(self, source: Mapping[str, Any], key: str, convert: Callable[[str], str]) -> str:
        words = self.text(source, key)
        with self.at(f".{key}"):
            return self._converted(words, convert)

    def _converted(self, words: str, convert: Callable[[str], str]) -> str:
        try:
            return convert(words)
        except UnreadableMarkdown as reason:
            self.wrong(str(reason))
            return ""

    def prose(self, source: Mapping[str, Any], key: str) -> str:
        """A member of Markdown, as HTML."""
        return self._html(source, key, to_html)

    def line(self, source: Mapping[str, Any], key: str) -> str:
        """A member of one line of Markdown, as a paragraph."""
        return self._html(source, key, _paragraph)

    def item(self, value: Any) -> Any:
        """An item of a list that is one line of Markdown, as a paragraph."""
        words = self.words(value)
        return WRONG if words is WRONG else self._converted(words, _paragraph)

    def number(self, source: Mapping[str, Any], key: str) -> int:
        """A member that is a whole number."""
        with self.at(f".{key}"):
            value = source.get(key)
            if key in source and (not isinstance(value, int) or isinstance(value, bool)):
                self.wrong("must be a number")
            return value if isinstance(value, int) else 0

    def one_of(self, source: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str:
        """A member that is one of a few words."""
        with self.at(f".{key}"):
            value = source.get(key)
            if key in source and value not in allowed:
                self.wrong(f"must be one of {', '.join(allowed)}, is {value!r}")
            return str(value)

    def topic(self, value: Any) -> Any:
        """An awareness topic."""
        return value if value in TOPICS else self.wrong(f"must be one of {', '.join(TOPICS)}, is {value!r}")

    def ref(self, value: Any) -> Any:
        """A clause's reference."""
        return value if isinstance(value, str) else self.wrong(f"a clause must stand in quotes: '{value}'")

    def whole(self, source: Mapping[str, Any], key: str, usual: int | None) -> int | None:
        """A member that is a whole number, or is left out."""
        return self.number(source, key) if source.get(key) is not None else usual

    def yes_or_no(self, source: Mapping[str, Any], key: str, usual: bool = False) -> bool:
        """A member that is true or false."""
        with self.at(f".{key}"):
            value = source.get(key, usual)
            if not isinstance(value, bool):
                self.wrong("must be true or false")
        return value is True

    def among(self, source: Mapping[str, Any], key: str, allowed: tuple[str, ...], usual: str) -> str:
        """A member that is one of a few words, or is left out."""
        return self.one_of(source, key, allowed) if key in source else usual


def _paragraph(words: str) -> str:
    return f"<p>{inline(words)}</p>"
