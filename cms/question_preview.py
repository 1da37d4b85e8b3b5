"""A question as a learner would meet it, on the paper and after marking, before it is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.urls import reverse

from cms.pictures import Pictures
from cms.snapshot import frozen
from training.catalogue.faults import faults_of_question
from training.catalogue.freeze import freeze_question
from training.catalogue.html import with_addresses
from training.catalogue.snapshots import ClauseWords, QuestionSnapshot
from training.quiz.papers import Order, paper_question, review_question

_ANY = {"any": ClauseWords(label="", text="")}


def preview_of(snapshot: QuestionSnapshot, clauses: Mapping[str, ClauseWords], pictures: Pictures) -> dict[str, Any]:
    """What the preview's template shows. An unfinished question is shown as far as it goes, and what it lacks is said.

    The page is made of the same parts as the learner's, from the same content as would be frozen.
    """
    context: dict[str, Any] = {"faults": [*faults_of_question(snapshot, clauses), *pictures.faults()]}
    # What it tests is not needed to see it.
    shown = replace(snapshot, clauses=("any",), topics=("a",), quotes=(), difficulty=2)
    if faults_of_question(shown, _ANY):
        return context | {
            "stem": frozen(with_addresses(frozen(snapshot.stem), lambda key: pictures.addresses.get(key, "")))
        }
    content = _addressed(freeze_question(shown, _ANY), pictures)
    content["clauses"] = [ref for ref in snapshot.clauses if ref in clauses]
    content["quotes"] = [
        {"ref": ref, "label": clauses[ref].label, "text": clauses[ref].text}
        for ref in snapshot.quotes
        if ref in clauses
    ]
    order = Order(seed="preview", shuffle=False)
    key = snapshot.question
    return context | {
        "question": paper_question(content, key=key, number=1, order=order, response=None),
        "review": review_question(content, key=key, number=1, order=order, response=None, earned=None, told=True),
    }


def _addressed(content: Any, pictures: Pictures) -> Any:
    """The content with addresses at which pictures can be seen before they are frozen."""
    if isinstance(content, str):
        return with_addresses(content, lambda key: pictures.addresses.get(key, reverse("training:image", args=[key])))
    if isinstance(content, list):
        return [_addressed(item, pictures) for item in content]
    if isinstance(content, dict):
        return {name: _addressed(value, pictures) for name, value in content.items()}
    return content
