"""What a question's fields, or a part's, say: the members that the catalogue freezes, and the fields that hold them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from django.utils.html import strip_tags

from cms.pictures import Pictures
from training.catalogue.html import sanitise
from training.catalogue.snapshots import (
    FOLDS,
    Choice,
    ItemSnapshot,
    Matching,
    Members,
    NumberAnswer,
    Numeric,
    OptionSnapshot,
    Ordering,
    PartSnapshot,
    PromptSnapshot,
    Scenario,
    ShortText,
    TextAnswer,
    TrueFalse,
    UnitSnapshot,
)

Get = Callable[[str], Any]
# Which fields a type uses; the form shows no others, and a part has those of its type.
FIELDS = {
    "single": ("options",),
    "multiple": ("options", "grading"),
    "true_false": ("truth", "if_true", "if_false"),
    "matching": ("pairs",),
    "ordering": ("sequence", "grading"),
    "short_text": ("accepted", "fold"),
    "numeric": ("numbers", "unit", "unit_required"),
    "scenario": ("parts",),
}


def html_of(value: Any) -> str:
    """The HTML of rich text, from a block or a field; empty where an editor left a paragraph that says nothing."""
    html = str(getattr(value, "source", value) or "")
    return html if strip_tags(html).strip() or "<embed" in html else ""


def members_of(kind: str, get: Get, pictures: Pictures) -> Members:
    """The members of a question of this type, or of a part. ``get`` gives the value of a field by its name."""
    return _READERS[kind](kind, get, lambda value: pictures.html(html_of(value)))


Say = Callable[[Any], str]


def _children(stream: Iterable[Any]) -> list[tuple[str, Any]]:
    """Blocks with their ids; one not yet saved has its place for an id."""
    return [(child.id or str(place), child) for place, child in enumerate(stream or (), 1)]


def _choice(kind: str, get: Get, say: Say) -> Choice:
    """Options of one line stay as plain as they are, unless others among them are not."""
    children = _children(get("options"))
    rich = any(child.block_type == "rich_option" for _id, child in children)
    options = []
    for key, child in children:
        value = child.value
        if child.block_type == "rich_option":
            text = say(value["text"])
        else:
            text = f"<p>{escape(value['text'])}</p>" if rich else value["text"]
        options.append(
            OptionSnapshot(
                id=key,
                text=text,
                correct=bool(value["correct"]),
                explanation=say(value["explanation"]),
                weight=(value["weight"] or "").strip(),
            )
        )
    return Choice(tuple(options), grading=get("grading") if kind == "multiple" else "all", rich=rich)


def _true_false(kind: str, get: Get, say: Say) -> TrueFalse:
    return TrueFalse(get("truth") == "true", if_true=say(get("if_true")), if_false=say(get("if_false")))


def choice_id(pair: str) -> str:
    """The id of a pair's right side, which has none of its own."""
    try:
        return str(uuid.uuid5(uuid.UUID(pair), "choice"))
    except ValueError:
        return f"{pair}/choice"


def _matching(kind: str, get: Get, say: Say) -> Matching:
    """Pairs whose right sides say the same share a choice: that of the first of them."""
    prompts, choices = [], {}
    for key, child in _children(get("pairs")):
        if child.block_type == "other":
            text = sanitise(say(child.value))
            choices.setdefault(text, ItemSnapshot(key, text))
            continue
        # Without the editor's own marks, by which the same words would differ.
        text = sanitise(say(child.value["choice"]))
        choice = choices.setdefault(text, ItemSnapshot(choice_id(key), text))
        prompts.append(PromptSnapshot(id=key, text=say(child.value["prompt"]), choice=choice.id))
    return Matching(tuple(prompts), tuple(choices.values()))


def _ordering(kind: str, get: Get, say: Say) -> Ordering:
    items = tuple(ItemSnapshot(key, sanitise(say(child.value))) for key, child in _children(get("sequence")))
    return Ordering(items, grading=get("grading"))


def _short_text(kind: str, get: Get, say: Say) -> ShortText:
    answers = (
        TextAnswer(child.value["text"], _weight(child.value["weight"]), say(child.value["explanation"]))
        for _key, child in _children(get("accepted"))
    )
    said = get("fold") or ()
    folds = said.split(",") if isinstance(said, str) else said
    return ShortText(tuple(answers), fold=tuple(fold for fold in FOLDS if fold in folds))


def _numeric(kind: str, get: Get, say: Say) -> Numeric:
    answers = (
        NumberAnswer(
            value=child.value["value"],
            tolerance=child.value["tolerance"] or "0",
            weight=_weight(child.value["weight"]),
            explanation=say(child.value["explanation"]),
        )
        for _key, child in _children(get("numbers"))
    )
    texts = units_of(get("unit") or "")
    return Numeric(tuple(answers), UnitSnapshot(texts, bool(get("unit_required"))) if texts else None)


def units_of(text: str) -> tuple[str, ...]:
    """The spellings of a unit as one field holds them."""
    return tuple(dict.fromkeys(unit.strip() for unit in text.split("、") if unit.strip()))


def _weight(text: str | None) -> str:
    return (text or "").strip() or "1"


def _scenario(kind: str, get: Get, say: Say) -> Scenario:
    parts = []
    for key, child in _children(get("parts")):
        part = child.block_type
        parts.append(
            PartSnapshot(
                id=key,
                type=part,
                stem=say(child.value["stem"]),
                members=_READERS[part](part, child.value.__getitem__, say),
                explanation=say(child.value["explanation"]),
            )
        )
    return Scenario(tuple(parts))


_READERS: dict[str, Callable[[str, Get, Say], Members]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "scenario": _scenario,
}
