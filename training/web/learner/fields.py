"""A paper's fields in a form: what each question's are called, what was filled into them, and how it is shown again.

No database here. A question's field is called by its id; what it is made of follows after a point:
``question.prompt`` of a matching question holds a choice, ``question.item`` of an ordering question a place counted
from 1, ``question.unit`` a unit, and ``question.part`` is the question that is a part of a scenario.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from training.quiz.papers import PaperQuestion
from training.quiz.responses import LONGEST_TEXT, Misfit, read

Data = MultiValueDict[str, str]


@dataclass(slots=True)
class Filled:
    """What was filled in: responses by question, and by field what cannot be read as an answer yet.

    ``forged`` says that something came which no page of ours offers.
    """

    responses: dict[str, Any] = field(default_factory=dict)
    mistakes: dict[str, str] = field(default_factory=dict)
    forged: bool = False


def fields_of(content: Mapping[str, Any], name: str) -> list[str]:
    """The names of a question's fields on the page."""
    match content["type"]:
        case "matching":
            return [f"{name}.{prompt['id']}" for prompt in content["prompts"]]
        case "ordering":
            return [f"{name}.{item['id']}" for item in content["items"]]
        case "numeric":
            return [name, f"{name}.unit"]
        case "scenario":
            return [one for part in content["parts"] for one in fields_of(part, f"{name}.{part['id']}")]
        case _:
            return [name]


def posted(content: Mapping[str, Any], name: str, response: Any) -> dict[str, Any]:
    """A stored response as the fields that a browser would send for it: the reverse of ``filled_in``."""
    match content["type"]:
        case "matching":
            return {f"{name}.{prompt['id']}": response.get(prompt["id"], "") for prompt in content["prompts"]}
        case "ordering":
            places = {one: str(place) for place, one in enumerate(response, 1)}
            return {f"{name}.{item['id']}": places.get(item["id"], "") for item in content["items"]}
        case "numeric":
            return {name: response["value"], f"{name}.unit": response["unit"]}
        case "scenario":
            sent: dict[str, Any] = {}
            for part in content["parts"]:
                if part["id"] in response:
                    sent |= posted(part, f"{name}.{part['id']}", response[part["id"]])
            return sent
        case _:
            return {name: response}


def as_far_as(content: Mapping[str, Any], name: str, only: Container[str]) -> Mapping[str, Any] | None:
    """A question as far as a page says by ``only`` that it sends it: whole, single parts of a scenario, or None."""
    if name in only or content["type"] != "scenario":
        return content if name in only else None
    parts = [part for part in content["parts"] if f"{name}.{part['id']}" in only]
    return {**content, "parts": parts} if parts else None


def filled_in(paper: Mapping[str, Mapping[str, Any]], data: Data) -> Filled:
    """Read the answers to a paper's questions.

    A radio button left alone, and a field that is not there, say nothing. Boxes of which none is ticked and
    emptied fields are an empty answer: it takes back what was kept before.
    """
    filled = Filled()
    for key, content in paper.items():
        response = _response(content, key, data, filled)
        if response is not None:
            filled.responses[key] = response
    return filled


def _response(content: Mapping[str, Any], name: str, data: Data, filled: Filled) -> Any:
    return _READERS[content["type"]](content, name, data, filled)


def _chosen(content: Mapping[str, Any], name: str, data: Data, filled: Filled) -> Any:
    values = data.getlist(name)
    if not values and content["type"] != "multiple":
        return None
    return _sound(content, values, filled)


def _pairs(content: Mapping[str, Any], name: str, data: Data, filled: Filled) -> Any:
    pairs = {one["id"]: data[f"{name}.{one['id']}"] for one in content["prompts"] if f"{name}.{one['id']}" in data}
    return _sound(content, pairs, filled) if pairs else None


def _order(content: Mapping[str, Any], name: str, data: Data, filled: Filled) -> Any:
    ids = [item["id"] for item in content["items"]]
    places = {one: str(data[f"{name}.{one}"]) for one in ids if f"{name}.{one}" in data}
    if not places:
        return None
    if not any(places.values()):
        return []
    if sorted(places.values()) != sorted(str(place) for place in range(1, len(ids) + 1)):
        filled.mistakes[name] = _("Please give each of them a place of its own, from 1 on.")
        return None
    return sorted(ids, key=lambda one: int(places[one]))


def _text(content: Mapping[str, Any], name: str, data: Data, filled: Filled) -> Any:
    if name not in data:
        return None
    try:
        return read(content, data[name])
    except Misfit:
        filled.mistakes[name] = _("Please write plain text of at most %(most)s characters.") % {"most": LONGEST_TEXT}
        return None


def _number(content: Mapping[str, Any], name: str, data: Data, filled: Filled) -> Any:
    if name not in data:
        return None
    try:
        return read(content, {"value": data[name], "unit": data.get(f"{name}.unit", "")})
    except Misfit:
        filled.mistakes[name] = _("Please write a number in digits, such as 72 or 3.5, without commas and words.")
        return None


def _parts(content: Mapping[str, Any], name: str, data: Data, filled: Filled) -> Any:
    found = {part["id"]: _response(part, f"{name}.{part['id']}", data, filled) for part in content["parts"]}
    return {key: response for key, response in found.items() if response is not None} or None


def _sound(content: Mapping[str, Any], response: Any, filled: Filled) -> Any:
    """The response where it could have come from our page; nobody types an id by mistake."""
    try:
        return read(content, response)
    except Misfit:
        filled.forged = True
        return None


_READERS: Mapping[str, Callable[[Mapping[str, Any], str, Data, Filled], Any]] = {
    "single": _chosen,
    "multiple": _chosen,
    "true_false": _chosen,
    "matching": _pairs,
    "ordering": _order,
    "short_text": _text,
    "numeric": _number,
    "scenario": _parts,
}


def as_typed(question: PaperQuestion, name: str, data: Data, mistakes: Mapping[str, str]) -> PaperQuestion:
    """A question with what was just filled in, readable or not, and what is wrong with it."""
    typed: dict[str, Any] = {"error": mistakes.get(name, "")}
    match question.type:
        case "matching":
            typed["prompts"] = tuple(
                replace(one, chosen=data.get(f"{name}.{one.id}", one.chosen)) for one in question.prompts
            )
        case "ordering":
            typed["items"] = tuple(
                replace(one, place=data.get(f"{name}.{one.id}", one.place)) for one in question.items
            )
        case "short_text":
            typed["text"] = data.get(name, question.text)
        case "numeric":
            typed |= {"value": data.get(name, question.value), "unit": data.get(f"{name}.unit", question.unit)}
        case "scenario":
            typed["parts"] = tuple(as_typed(part, f"{name}.{part.id}", data, mistakes) for part in question.parts)
        case _:
            if name in data:
                typed["options"] = tuple(replace(o, chosen=o.id in data.getlist(name)) for o in question.options)
    return replace(question, **typed)


def unanswered_marked(question: PaperQuestion) -> PaperQuestion:
    """A question that says beside itself, or beside its part, that an answer is missing."""
    if question.answered or question.error:
        return question
    if question.type != "scenario":
        return replace(question, error=_("Please answer this question."))
    parts = tuple(unanswered_marked(part) for part in question.parts)
    return replace(question, parts=parts)
