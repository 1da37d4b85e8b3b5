"""What people of the demo answer, looked up in the frozen questions: only the server knows what is right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training.quiz.models import Attempt
from training.quiz.queries import questions_of
from training.web.learner.fields import posted


def right_answer(content: Mapping[str, Any]) -> Any:
    """The answer to a question of any type that earns all of it."""
    match content["type"]:
        case "single" | "multiple":
            return [option["id"] for option in content["options"] if option["correct"]]
        case "true_false":
            return ["true" if content["answer"] else "false"]
        case "matching":
            return {prompt["id"]: prompt["choice"] for prompt in content["prompts"]}
        case "ordering":
            return [item["id"] for item in content["items"]]
        case "short_text":
            return next(answer["text"] for answer in content["answers"] if answer["weight"] == "1")
        case "numeric":
            value = next(answer["value"] for answer in content["answers"] if answer["weight"] == "1")
            return {"value": value, "unit": content["unit"]["texts"][0] if content["unit"] else ""}
        case _:
            return {part["id"]: right_answer(part) for part in content["parts"]}


def wrong_answer(content: Mapping[str, Any]) -> Any:
    """A whole answer to a question of any type that earns nothing."""
    match content["type"]:
        case "single" | "multiple":
            return [next(option["id"] for option in content["options"] if not option["correct"])]
        case "true_false":
            return ["false" if content["answer"] else "true"]
        case "matching":
            choices = [choice["id"] for choice in content["choices"]]
            return {
                prompt["id"]: next(choice for choice in choices if choice != prompt["choice"])
                for prompt in content["prompts"]
            }
        case "ordering":
            return [item["id"] for item in reversed(content["items"])]
        case "short_text":
            return "わかりません"
        case "numeric":
            return {"value": "987654321", "unit": ""}
        case _:
            return {part["id"]: wrong_answer(part) for part in content["parts"]}


def key_of(attempt: Attempt) -> dict[str, Any]:
    """The right answers of a paper."""
    return {str(question.pk): right_answer(question.content) for question in questions_of(attempt)}


def wrong_of(attempt: Attempt) -> dict[str, Any]:
    """A wrong answer to every question of a paper."""
    return {str(question.pk): wrong_answer(question.content) for question in questions_of(attempt)}


def filled_in(attempt: Attempt, *, right: bool) -> dict[str, Any]:
    """The fields of a paper's form, filled in right or wrong."""
    answers = key_of(attempt) if right else wrong_of(attempt)
    fields: dict[str, Any] = {}
    for question in questions_of(attempt):
        fields |= posted(question.content, str(question.pk), answers[str(question.pk)])
    return fields
