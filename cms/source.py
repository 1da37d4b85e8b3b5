"""The lesson files (fixtures/content/README.md), read and checked: every fault is named with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from cms.source_questions import QuestionSource, read_question
from cms.source_reader import WRONG, Reader, UnreadableSource
from training.catalogue.blueprint import MAIN, NO_ROTATION, REVIEWS, Blueprint, PoolDraw

__all__ = ["ModuleSource", "QuestionSource", "SectionSource", "UnreadableSource", "read_module"]


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
    blueprint: Blueprint
    sections: tuple[SectionSource, ...]
    questions: tuple[QuestionSource, ...]


def read_module(text: str) -> ModuleSource:
    """Read a module file. Raises ``UnreadableSource`` with every problem found."""
    try:
        tree = yaml.safe_load(text)
    except yaml.YAMLError as reason:
        raise UnreadableSource([f"no YAML: {' '.join(str(reason).split())}"]) from reason
    reader = Reader()
    module = _module(reader, tree)
    if reader.problems or module is None:
        raise UnreadableSource(reader.problems)
    return module


def _module(r: Reader, tree: Any) -> ModuleSource | None:
    source = r.mapping(tree, {"slug", "title", "article", "summary", "blueprint", "sections", "questions"})
    if source is None:
        return None
    slug = r.text(source, "slug")
    if slug and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        with r.at(".slug"):
            r.wrong("must be lower-case letters, digits and single hyphens")
    questions = r.each(source, "questions", lambda value: read_question(r, value))
    keys = [question.key for question in questions]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        r.wrong(f"the question key {key} is used twice")
    return ModuleSource(
        slug=slug,
        title=r.text(source, "title"),
        article=r.text(source, "article"),
        summary=r.plain(source, "summary"),
        blueprint=_blueprint(r, source.get("blueprint", {})),
        sections=r.each(source, "sections", lambda value: _section(r, value)),
        questions=questions,
    )


_LIMITS = frozenset(
    {
        "pools",
        "each_clause",
        "attempts",
        "cool_down_minutes",
        "time_limit_minutes",
        "shuffle",
        "review",
        "rotation",
    }
)


def _blueprint(r: Reader, value: Any) -> Blueprint:
    with r.at(".blueprint"):
        source = r.mapping(value, {"draw", "pass_mark"}, _LIMITS) or {}
        return Blueprint(
            draw=r.number(source, "draw"),
            pass_mark=r.number(source, "pass_mark"),
            pools=r.each(source, "pools", lambda pool: _pool(r, pool)),
            each_clause=r.each(source, "each_clause", r.ref),
            attempts=r.whole(source, "attempts", None),
            cool_down_minutes=r.whole(source, "cool_down_minutes", 0) or 0,
            time_limit_minutes=r.whole(source, "time_limit_minutes", None),
            shuffle=r.yes_or_no(source, "shuffle", True),
            review=r.among(source, "review", REVIEWS, REVIEWS[0]),
            rotation=r.whole(source, "rotation", NO_ROTATION),
        )


def _pool(r: Reader, value: Any) -> Any:
    source = r.mapping(value, {"name", "draw"})
    return WRONG if source is None else PoolDraw(r.plain(source, "name") or MAIN, r.number(source, "draw"))


def _section(r: Reader, value: Any) -> Any:
    source = r.mapping(value, {"title", "topics", "blocks"})
    if source is None:
        return WRONG
    return SectionSource(
        title=r.text(source, "title"),
        topics=r.each(source, "topics", r.topic, low=0),
        blocks=r.each(source, "blocks", lambda block: _block(r, block)),
    )


def _block(r: Reader, value: Any) -> Any:
    if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in _BLOCKS:
        return r.wrong(f"must have exactly one key, one of {', '.join(_BLOCKS)}")
    kind = next(iter(value))
    if kind == "text":
        return kind, r.prose(value, kind)
    if kind == "terms":
        return kind, {"terms": list(r.each(value, kind, lambda term: _term(r, term)))}
    with r.at(f".{kind}"):
        found = _BLOCKS[kind](r, value[kind])
    return WRONG if found is None else (kind, found)


def _clause(r: Reader, value: Any) -> dict[str, Any] | None:
    source = r.mapping(value, {"ref", "meaning"})
    if source is None:
        return None
    with r.at(".ref"):
        ref = r.ref(source.get("ref", ""))
    return {"ref": ref, "meaning": r.prose(source, "meaning")}


def _term(r: Reader, value: Any) -> Any:
    source = r.mapping(value, {"term", "meaning"})
    return WRONG if source is None else {"term": r.plain(source, "term"), "meaning": r.line(source, "meaning")}


def _scenario(r: Reader, value: Any) -> dict[str, Any] | None:
    def choice(value: Any) -> Any:
        source = r.mapping(value, {"text", "verdict", "consequence"})
        if source is None:
            return WRONG
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


def _dos_donts(r: Reader, value: Any) -> dict[str, Any] | None:
    source = r.mapping(value, {"do", "dont"})
    if source is None:
        return None
    return {"dos": list(r.each(source, "do", r.words)), "donts": list(r.each(source, "dont", r.words))}


def _escalation(r: Reader, value: Any) -> dict[str, Any] | None:
    def step(value: Any) -> Any:
        source = r.mapping(value, {"who", "when", "what"})
        return WRONG if source is None else {key: r.plain(source, key) for key in ("who", "when", "what")}

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
