"""A frozen question as a paper shows it, and as it is shown again once it is marked. No database here.

Whatever is called ``text``, ``stem`` or ``explanation`` is safe HTML, ready for a template. Nothing in a
``PaperQuestion`` says what is right; a ``ReviewQuestion`` holds only what the blueprint's review policy lets out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from training.catalogue.html import in_words, with_addresses
from training.quiz.draw import option_order
from training.quiz.responses import answered
from training.quiz.scoring import fitting_answer, score


@dataclass(frozen=True, slots=True)
class PaperOption:
    """An option as a paper shows it: nothing here says whether it is right."""

    id: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PaperItem:
    """Something to put in order, or to choose as a counterpart. ``place``: the one given to it so far, or empty."""

    id: str
    text: str
    place: str = ""

    @property
    def plain(self) -> str:
        """The text without markup, pictures as their descriptions, for where nothing else can stand."""
        return in_words(self.text)


@dataclass(frozen=True, slots=True)
class PaperPrompt:
    """Something to find the counterpart of; ``chosen`` is the id of the choice given so far, or empty."""

    id: str
    text: str
    chosen: str


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question, or one part of a scenario, as a paper shows it, without key or explanation.

    Which members are filled follows from ``type``: ``options`` (single, multiple, true_false with the ids ``true``
    and ``false``), ``prompts`` and ``choices`` (matching), ``items`` in the order to show, which is the one given
    where there is one (ordering), ``text`` as given (short_text), ``value`` and ``unit`` as given (numeric; a unit
    is asked for where ``asks_unit``, else ``unit_text`` stands behind the number), ``parts`` (scenario).
    ``response`` is the answer kept so far in its stored form, None where there is none. ``error`` is what a page
    says to be wrong with what was filled in.
    """

    id: str
    number: int
    type: str
    stem: str
    options: tuple[PaperOption, ...] = ()
    prompts: tuple[PaperPrompt, ...] = ()
    choices: tuple[PaperItem, ...] = ()
    items: tuple[PaperItem, ...] = ()
    text: str = ""
    value: str = ""
    unit: str = ""
    asks_unit: bool = False
    unit_text: str = ""
    parts: tuple[PaperQuestion, ...] = ()
    response: Any = None
    answered: bool = False
    error: str = ""

    @property
    def pictured(self) -> bool:
        """Whether a choice shows a picture, which no list to choose from can hold."""
        return any("<img" in choice.text for choice in self.choices)

    @property
    def wrong_at(self) -> tuple[str, str] | None:
        """What is wrong first, here or in a part: the name of the field, and what."""
        if self.error:
            return self.id, self.error
        for part in self.parts:
            if part.error:
                return f"{self.id}.{part.id}", part.error
        return None


@dataclass(frozen=True, slots=True)
class ReviewOption:
    """An option after marking: whether it was chosen, whether it is right (None: not told), and what it teaches."""

    text: str
    chosen: bool
    correct: bool | None
    explanation: str


@dataclass(frozen=True, slots=True)
class ReviewPair:
    """A prompt with the counterpart given (empty: none) and the right one (empty: not told)."""

    prompt: str
    given: str
    right: str
    correct: bool | None


@dataclass(frozen=True, slots=True)
class ReviewQuestion:
    """A question, or one part of a scenario, after marking: own answer, right answer, explanation, clauses quoted.

    ``given`` and ``right`` are texts: one each for short_text and numeric, the items in order for ordering.
    ``earned`` is from 0 to 1; ``correct`` says that it is 1. ``withdrawn``: the question was found faulty and does
    not count. Where ``told`` is false the policy keeps the right answers and explanations back.
    """

    number: int
    type: str
    stem: str
    options: tuple[ReviewOption, ...]
    correct: bool
    explanation: str
    quotes: tuple[dict[str, str], ...]
    clauses: tuple[str, ...]
    pairs: tuple[ReviewPair, ...] = ()
    given: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    feedback: str = ""
    parts: tuple[ReviewQuestion, ...] = ()
    answered: bool = False
    earned: Fraction = Fraction(0)
    withdrawn: bool = False
    told: bool = True

    @property
    def partly(self) -> bool:
        """Whether something was earned, but not all."""
        return 0 < self.earned < 1

    @property
    def percent(self) -> int:
        """What was earned, in per cent, rounded down."""
        return int(self.earned * 100)


def shown(html: str) -> SafeString:
    """Frozen HTML, which was sanitised when it was frozen, with the addresses of its pictures."""
    return mark_safe(with_addresses(html, lambda sha256: reverse("training:image", args=[sha256])))  # noqa: S308


@dataclass(frozen=True, slots=True)
class Order:
    """In which order one paper shows what a question holds: by the paper's seed, or as it was written."""

    seed: str
    shuffle: bool = True

    def options(self, key: str, options: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Options, or prompts: as written where the blueprint does not shuffle."""
        return self._shuffled(key, options) if self.shuffle else list(options)

    def hidden(self, key: str, members: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Members whose written order is the answer: always shuffled, and never as written.

        Of two there is one other order, which would tell the answer: these stand as they fall.
        """
        order = self._shuffled(key, members)
        return [*order[1:], order[0]] if order == list(members) and len(order) > 2 else order

    def _shuffled(self, key: str, members: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        found = {member["id"]: member for member in members}
        return [found[one] for one in option_order(seed=self.seed, question=key, options=list(found))]


def _option_text(option: Mapping[str, Any]) -> SafeString:
    """Schema 1 keeps an option as plain text and has no weights; schema 2 keeps HTML."""
    return shown(option["text"]) if "weight" in option else escape(option["text"])


def _options(content: Mapping[str, Any], key: str, order: Order) -> list[dict[str, Any]]:
    """The options of a choice or of true and false, in the order shown, in one form."""
    if content["type"] == "true_false":
        texts = {"true": _("True"), "false": _("False")}
        return [
            {
                "id": one,
                "text": escape(text),
                "correct": content["answer"] == (one == "true"),
                "explanation": content["feedback"][one],
            }
            for one, text in texts.items()
        ]
    return [
        {"id": o["id"], "text": _option_text(o), "correct": o["correct"], "explanation": o["explanation"]}
        for o in order.options(key, content["options"])
    ]


# --- the open paper ---


def paper_question(
    content: Mapping[str, Any], *, key: str, number: int, order: Order, response: Any, name: str = ""
) -> PaperQuestion:
    """A question as the paper shows it. ``key`` decides its order; ``name`` is its id where that is another."""
    members = _PAPER[content["type"]](content, key, order, response)
    return PaperQuestion(
        id=name or key,
        number=number,
        type=content["type"],
        stem=shown(content["stem"]),
        response=response,
        answered=answered(content, response),
        **members,
    )


def _paper_choice(content: Mapping[str, Any], key: str, order: Order, response: Any) -> dict[str, Any]:
    chosen = set(response or ())
    options = _options(content, key, order)
    return {"options": tuple(PaperOption(id=o["id"], text=o["text"], chosen=o["id"] in chosen) for o in options)}


def _paper_matching(content: Mapping[str, Any], key: str, order: Order, response: Any) -> dict[str, Any]:
    given = response or {}
    return {
        "prompts": tuple(
            PaperPrompt(id=p["id"], text=shown(p["text"]), chosen=given.get(p["id"], ""))
            for p in order.options(key, content["prompts"])
        ),
        "choices": tuple(
            PaperItem(id=c["id"], text=shown(c["text"])) for c in order.hidden(f"{key}/choices", content["choices"])
        ),
    }


def _paper_ordering(content: Mapping[str, Any], key: str, order: Order, response: Any) -> dict[str, Any]:
    items = {item["id"]: item for item in content["items"]}
    sequence = response or [item["id"] for item in order.hidden(key, content["items"])]
    return {
        "items": tuple(
            PaperItem(id=one, text=shown(items[one]["text"]), place=str(place) if response else "")
            for place, one in enumerate(sequence, 1)
        )
    }


def _paper_short_text(content: Mapping[str, Any], key: str, order: Order, response: Any) -> dict[str, Any]:
    return {"text": response or ""}


def _paper_numeric(content: Mapping[str, Any], key: str, order: Order, response: Any) -> dict[str, Any]:
    given, unit = response or {}, content["unit"]
    asks = bool(unit and unit["required"])
    return {
        "value": given.get("value", ""),
        "unit": given.get("unit", ""),
        "asks_unit": asks,
        "unit_text": unit["texts"][0] if unit and not asks else "",
    }


def _paper_scenario(content: Mapping[str, Any], key: str, order: Order, response: Any) -> dict[str, Any]:
    given = response or {}
    return {
        "parts": tuple(
            paper_question(
                part,
                key=f"{key}/{part['id']}",
                number=number,
                order=order,
                response=given.get(part["id"]),
                name=part["id"],
            )
            for number, part in enumerate(content["parts"], 1)
        )
    }


_PAPER: Mapping[str, Callable[[Mapping[str, Any], str, Order, Any], dict[str, Any]]] = {
    "single": _paper_choice,
    "multiple": _paper_choice,
    "true_false": _paper_choice,
    "matching": _paper_matching,
    "ordering": _paper_ordering,
    "short_text": _paper_short_text,
    "numeric": _paper_numeric,
    "scenario": _paper_scenario,
}


# --- the marked paper ---


def review_question(
    content: Mapping[str, Any],
    *,
    key: str,
    number: int,
    order: Order,
    response: Any,
    earned: Fraction | None,
    told: bool,
    withdrawn: bool = False,
) -> ReviewQuestion:
    """A question with what was answered. ``earned`` is what the marking says; None: what the answer is worth."""
    worth = score(content, response) if earned is None else earned
    members: dict[str, Any] = {"options": ()} | _REVIEW[content["type"]](content, key, order, response, told)
    return ReviewQuestion(
        number=number,
        type=content["type"],
        stem=shown(content["stem"]),
        correct=worth == 1,
        explanation=shown(content["explanation"]) if told else "",
        quotes=tuple(content.get("quotes", ())) if told else (),
        clauses=tuple(content.get("clauses", ())) if told else (),
        answered=answered(content, response),
        earned=worth,
        withdrawn=withdrawn,
        told=told,
        **members,
    )


def _review_choice(content: Mapping[str, Any], key: str, order: Order, response: Any, told: bool) -> dict[str, Any]:
    chosen = set(response or ())
    return {
        "options": tuple(
            ReviewOption(
                text=o["text"],
                chosen=o["id"] in chosen,
                correct=o["correct"] if told else None,
                explanation=shown(o["explanation"]) if told else "",
            )
            for o in _options(content, key, order)
        )
    }


def _review_matching(content: Mapping[str, Any], key: str, order: Order, response: Any, told: bool) -> dict[str, Any]:
    given = response or {}
    texts = {choice["id"]: shown(choice["text"]) for choice in content["choices"]} | {"": ""}
    return {
        "pairs": tuple(
            ReviewPair(
                prompt=shown(prompt["text"]),
                given=texts[given.get(prompt["id"], "")],
                right=texts[prompt["choice"]] if told else "",
                correct=given.get(prompt["id"]) == prompt["choice"] if told else None,
            )
            for prompt in order.options(key, content["prompts"])
        )
    }


def _review_ordering(content: Mapping[str, Any], key: str, order: Order, response: Any, told: bool) -> dict[str, Any]:
    texts = {item["id"]: shown(item["text"]) for item in content["items"]}
    return {"given": tuple(texts[one] for one in response or ()), "right": tuple(texts.values()) if told else ()}


def _review_short_text(content: Mapping[str, Any], key: str, order: Order, response: Any, told: bool) -> dict[str, Any]:
    fitting = fitting_answer(content, response)
    return {
        "given": (escape(response),) if response else (),
        "right": tuple(escape(a["text"]) for a in content["answers"] if Fraction(a["weight"]) == 1) if told else (),
        "feedback": shown(fitting["explanation"]) if told and fitting else "",
    }


def _review_numeric(content: Mapping[str, Any], key: str, order: Order, response: Any, told: bool) -> dict[str, Any]:
    given, unit, fitting = response or {}, content["unit"], fitting_answer(content, response)
    behind = f" {unit['texts'][0]}" if unit else ""
    return {
        "given": (escape(f"{given['value']} {given.get('unit', '')}".strip()),) if given.get("value") else (),
        "right": tuple(_range(a, behind) for a in content["answers"] if Fraction(a["weight"]) == 1) if told else (),
        "feedback": shown(fitting["explanation"]) if told and fitting else "",
    }


def _range(answer: Mapping[str, Any], behind: str) -> SafeString:
    exact = Fraction(answer["tolerance"]) == 0
    return escape(f"{answer['value']}{'' if exact else ' ± ' + answer['tolerance']}{behind}")


def _review_scenario(content: Mapping[str, Any], key: str, order: Order, response: Any, told: bool) -> dict[str, Any]:
    given = response or {}
    return {
        "parts": tuple(
            review_question(
                part,
                key=f"{key}/{part['id']}",
                number=number,
                order=order,
                response=given.get(part["id"]),
                earned=None,
                told=told,
            )
            for number, part in enumerate(content["parts"], 1)
        )
    }


_REVIEW: Mapping[str, Callable[[Mapping[str, Any], str, Order, Any, bool], dict[str, Any]]] = {
    "single": _review_choice,
    "multiple": _review_choice,
    "true_false": _review_choice,
    "matching": _review_matching,
    "ordering": _review_ordering,
    "short_text": _review_short_text,
    "numeric": _review_numeric,
    "scenario": _review_scenario,
}
