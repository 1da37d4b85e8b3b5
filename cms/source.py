"""The lesson files (fixtures/content/README.md), read and checked: every fault is named with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import yaml

from cms.markdown import UnreadableMarkdown, inline, to_html
from training.catalogue.freeze import TOPICS, TYPES


class UnreadableSource(ValueError):
    """A file does not have the promised form. ``problems`` names each place and what is wrong there."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class OptionSource:
    """An option. ``id`` is what the file names it by: an ``id`` of its own, else its place from 1."""

    id: str
    text: str
    correct: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class QuestionSource:
    """A question; ``stem`` and all explanations are HTML."""

    key: str
    type: str
    stem: str
    options: tuple[OptionSource, ...]
    explanation: str
    clauses: tuple[str, ...]
    topics: tuple[str, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionSource:
    """A section; each block is its kind and its value, as the page's block of that kind takes it."""

    title: str
    topics: tuple[str, ...]
    blocks: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ModuleSource:
    """A module file."""

    slug: str
    title: str
    article: str
    summary: str
    draw: int
    pass_mark: int
    sections: tuple[SectionSource, ...]
    questions: tuple[QuestionSource, ...]


_WRONG = object()


class _Reader:
    """Walks the tree that YAML gave, remembering where it is and everything that is not as it should be."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.problems: list[str] = []

    def wrong(self, what: str) -> Any:
        self.problems.append(f"{''.join(self.path).lstrip('.') or 'the file'}: {what}")
        return _WRONG

    @contextmanager
    def at(self, step: str) -> Iterator[None]:
        self.path.append(step)
        yield
        self.path.pop()

    def mapping(self, value: Any, needed: set[str], optional: frozenset[str] = frozenset()) -> Mapping[str, Any] | None:
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
            return tuple(item for item in found if item is not _WRONG)

    def words(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            return self.wrong("must be words")
        return value.strip()

    def text(self, source: Mapping[str, Any], key: str) -> str:
        with self.at(f".{key}"):
            found = self.words(source[key]) if key in source else ""
        return "" if found is _WRONG else found

    def plain(self, source: Mapping[str, Any], key: str) -> str:
        return re.sub(r"\s*\n\s*", "", self.text(source, key))

    def _html(self, source: Mapping[str, Any], key: str, convert: Callable[[str], str]) -> str:
        words = self.text(source, key)
        with self.at(f".{key}"):
            try:
                return convert(words)
            except UnreadableMarkdown as reason:
                self.wrong(str(reason))
                return ""

    def prose(self, source: Mapping[str, Any], key: str) -> str:
        return self._html(source, key, to_html)

    def line(self, source: Mapping[str, Any], key: str) -> str:
        return self._html(source, key, lambda words: f"<p>{inline(words)}</p>")

    def number(self, source: Mapping[str, Any], key: str) -> int:
        with self.at(f".{key}"):
            value = source.get(key)
            if key in source and (not isinstance(value, int) or isinstance(value, bool)):
                self.wrong("must be a number")
            return value if isinstance(value, int) else 0

    def one_of(self, source: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str:
        with self.at(f".{key}"):
            value = source.get(key)
            if key in source and value not in allowed:
                self.wrong(f"must be one of {', '.join(allowed)}, is {value!r}")
            return str(value)

    def topic(self, value: Any) -> Any:
        return value if value in TOPICS else self.wrong(f"must be one of {', '.join(TOPICS)}, is {value!r}")

    def ref(self, value: Any) -> Any:
        return value if isinstance(value, str) else self.wrong(f"a clause must stand in quotes: '{value}'")


def read_module(text: str) -> ModuleSource:
    """Read a module file. Raises ``UnreadableSource`` with every problem found."""
    try:
        tree = yaml.safe_load(text)
    except yaml.YAMLError as reason:
        raise UnreadableSource([f"no YAML: {' '.join(str(reason).split())}"]) from reason
    reader = _Reader()
    module = _module(reader, tree)
    if reader.problems or module is None:
        raise UnreadableSource(reader.problems)
    return module


def _module(r: _Reader, tree: Any) -> ModuleSource | None:
    source = r.mapping(tree, {"slug", "title", "article", "summary", "blueprint", "sections", "questions"})
    if source is None:
        return None
    with r.at(".blueprint"):
        blueprint = r.mapping(source.get("blueprint", {}), {"draw", "pass_mark"}) or {}
        draw, pass_mark = r.number(blueprint, "draw"), r.number(blueprint, "pass_mark")
    slug = r.text(source, "slug")
    if slug and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        with r.at(".slug"):
            r.wrong("must be lower-case letters, digits and single hyphens")
    questions = r.each(source, "questions", lambda value: _question(r, value))
    keys = [question.key for question in questions]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        r.wrong(f"the question key {key} is used twice")
    return ModuleSource(
        slug=slug,
        title=r.text(source, "title"),
        article=r.text(source, "article"),
        summary=r.plain(source, "summary"),
        draw=draw,
        pass_mark=pass_mark,
        sections=r.each(source, "sections", lambda value: _section(r, value)),
        questions=questions,
    )


def _section(r: _Reader, value: Any) -> Any:
    source = r.mapping(value, {"title", "topics", "blocks"})
    if source is None:
        return _WRONG
    return SectionSource(
        title=r.text(source, "title"),
        topics=r.each(source, "topics", r.topic, low=0),
        blocks=r.each(source, "blocks", lambda block: _block(r, block)),
    )


def _block(r: _Reader, value: Any) -> Any:
    if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in _BLOCKS:
        return r.wrong(f"must have exactly one key, one of {', '.join(_BLOCKS)}")
    kind = next(iter(value))
    if kind == "text":
        return kind, r.prose(value, kind)
    if kind == "terms":
        return kind, {"terms": list(r.each(value, kind, lambda term: _term(r, term)))}
    with r.at(f".{kind}"):
        found = _BLOCKS[kind](r, value[kind])
    return _WRONG if found is None else (kind, found)


def _clause(r: _Reader, value: Any) -> dict[str, Any] | None:
    source = r.mapping(value, {"ref", "meaning"})
    if source is None:
        return None
    with r.at(".ref"):
        ref = r.ref(source.get("ref", ""))
    return {"ref": ref, "meaning": r.prose(source, "meaning")}


def _term(r: _Reader, value: Any) -> Any:
    source = r.mapping(value, {"term", "meaning"})
    return _WRONG if source is None else {"term": r.plain(source, "term"), "meaning": r.line(source, "meaning")}


def _scenario(r: _Reader, value: Any) -> dict[str, Any] | None:
    def choice(value: Any) -> Any:
        source = r.mapping(value, {"text", "verdict", "consequence"})
        if source is None:
            return _WRONG
        return {
            "text": r.plain(source, "text"),
            "verdict": r.one_of(source, "verdict", ("good", "fair", "bad")),
            "consequence": r.line(source, "consequence"),
        }

    source = r.mapping(value, {"title", "situation", "question", "choices"})
    if source is None:
        return None
    return {
        "title": r.plain(source, "title"),
        "situation": r.prose(source, "situation"),
        "question": r.plain(source, "question"),
        "choices": list(r.each(source, "choices", choice, low=2, high=4)),
    }


def _dos_donts(r: _Reader, value: Any) -> dict[str, Any] | None:
    source = r.mapping(value, {"do", "dont"})
    if source is None:
        return None
    return {"dos": list(r.each(source, "do", r.words)), "donts": list(r.each(source, "dont", r.words))}


def _escalation(r: _Reader, value: Any) -> dict[str, Any] | None:
    def step(value: Any) -> Any:
        source = r.mapping(value, {"who", "when", "what"})
        return _WRONG if source is None else {key: r.plain(source, key) for key in ("who", "when", "what")}

    source = r.mapping(value, {"steps"})
    return None if source is None else {"steps": list(r.each(source, "steps", step))}


_BLOCKS: dict[str, Any] = {
    "text": None,
    "terms": None,
    "clause": _clause,
    "scenario": _scenario,
    "dos_donts": _dos_donts,
    "escalation": _escalation,
}


def _question(r: _Reader, value: Any) -> Any:
    names = {"key", "type", "clauses", "topics", "stem", "options", "explanation", "quotes"}
    source = r.mapping(value, names)
    if source is None:
        return _WRONG
    options = r.each(source, "options", lambda option: _option(r, option), low=2, high=6)
    options = tuple(
        OptionSource(id=o.id or str(place), text=o.text, correct=o.correct, explanation=o.explanation)
        for place, o in enumerate(options, 1)
    )
    if len({option.id for option in options}) != len(options):
        r.wrong("two options have the same id")
    return QuestionSource(
        key=r.text(source, "key"),
        type=r.one_of(source, "type", TYPES),
        stem=r.prose(source, "stem"),
        options=options,
        explanation=r.prose(source, "explanation"),
        clauses=r.each(source, "clauses", r.ref, low=1, high=2),
        topics=r.each(source, "topics", r.topic),
        quotes=r.each(source, "quotes", r.ref, low=0, high=3),
    )


def _option(r: _Reader, value: Any) -> Any:
    source = r.mapping(value, {"text", "correct", "explanation"}, frozenset({"id"}))
    if source is None:
        return _WRONG
    with r.at(".correct"):
        correct = source.get("correct", False)
        if not isinstance(correct, bool):
            r.wrong("must be true or false")
    return OptionSource(
        id=str(source.get("id", "")),
        text=r.plain(source, "text"),
        correct=correct is True,
        explanation=r.line(source, "explanation"),
    )
