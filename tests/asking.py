"""Builds questions of all types, modules of them, and right and wrong answers to them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any

from PIL import Image

from training.catalogue.freeze import (
    Blueprint,
    ModuleSnapshot,
    OptionSnapshot,
    QuestionSnapshot,
    SectionSnapshot,
)
from training.catalogue.snapshots import (
    MEMBERS,
    Choice,
    ImageSnapshot,
    ItemSnapshot,
    Matching,
    Members,
    NumberAnswer,
    Numeric,
    Ordering,
    PartSnapshot,
    PromptSnapshot,
    Scenario,
    ShortText,
    TextAnswer,
    TrueFalse,
    UnitSnapshot,
)

NAMESPACE = uuid.UUID("6f0c7a52-6a4e-4f53-9d1c-0d6a4b8f2f10")


def question(slug: str, number: int, *, type: str = "single", clause: str = "3.3") -> QuestionSnapshot:
    """A question whose right options are named right; ids are stable."""
    right = 2 if type == "multiple" else 1
    return QuestionSnapshot(
        question=str(uuid.uuid5(NAMESPACE, f"{slug}/{number}")),
        language="ja",
        type=type,
        stem=f"<p>{slug}の場面{number}。どうしますか。</p>",
        options=tuple(
            OptionSnapshot(
                id=str(uuid.uuid5(NAMESPACE, f"{slug}/{number}/{i}")),
                text=f"{'正しい' if i < right else '誤った'}対応{i}",
                correct=i < right,
                explanation=f"<p>解説{i}</p>",
            )
            for i in range(4)
        ),
        explanation="<p>考え方の説明。</p>",
        clauses=(clause,),
        topics=("a", "c"),
        quotes=(clause,),
    )


def snapshot(slug: str = "article-3", **changes: Any) -> ModuleSnapshot:
    """A module of two sections and four questions, three drawn, two thirds to pass."""
    values: dict[str, Any] = {
        "module": str(uuid.uuid5(NAMESPACE, slug)),
        "slug": slug,
        "language": "ja",
        "title": f"研修 {slug}",
        "summary": "短い説明。",
        "covers": ("3",),
        "sections": tuple(
            SectionSnapshot(
                key=str(uuid.uuid5(NAMESPACE, f"{slug}/section/{n}")),
                title=f"第{n}節",
                html=f"<p>{slug}の第{n}節の本文です。</p>",
                clauses=("3.3",),
                topics=("a",),
            )
            for n in (1, 2)
        ),
        "blueprint": Blueprint(draw=3, pass_mark=66),
        "questions": (question(slug, 1), question(slug, 2, type="multiple"), question(slug, 3), question(slug, 4)),
    }
    return ModuleSnapshot(**(values | changes))


def right_response(content: Mapping[str, Any]) -> Any:
    """What earns all of a frozen question of any type."""
    match content["type"]:
        case "single" | "multiple":
            return [o["id"] for o in content["options"] if o["correct"]]
        case "true_false":
            return [str(content["answer"]).lower()]
        case "matching":
            return {p["id"]: p["choice"] for p in content["prompts"]}
        case "ordering":
            return [item["id"] for item in content["items"]]
        case "short_text":
            return str(content["answers"][0]["text"])
        case "numeric":
            unit = content["unit"]
            return {"value": content["answers"][0]["value"], "unit": unit["texts"][0] if unit else ""}
        case _:
            return {part["id"]: right_response(part) for part in content["parts"]}


def wrong_response(content: Mapping[str, Any]) -> Any:
    """An answer to a frozen question of any type that earns nothing."""
    match content["type"]:
        case "single" | "multiple":
            return [next(o["id"] for o in content["options"] if not o["correct"])]
        case "true_false":
            return [str(not content["answer"]).lower()]
        case "matching":
            others = {
                p["id"]: [c["id"] for c in content["choices"] if c["id"] != p["choice"]] for p in content["prompts"]
            }
            return {prompt: choices[0] for prompt, choices in others.items()}
        case "ordering":
            return [item["id"] for item in reversed(content["items"])]
        case "short_text":
            return "まったく別の答え"
        case "numeric":
            return {"value": "987654", "unit": ""}
        case _:
            return {part["id"]: wrong_response(part) for part in content["parts"]}


def uid(*names: Any) -> str:
    """A stable UUID as text."""
    return str(uuid.uuid5(NAMESPACE, "/".join(map(str, names))))


def options(slug: str, *, right: int = 1, of: int = 4) -> tuple[OptionSnapshot, ...]:
    """Options of which the first are right."""
    return tuple(
        OptionSnapshot(
            id=uid(slug, n), text=f"<p>選択肢<b>{n}</b></p>", correct=n < right, explanation=f"<p>解説{n}</p>"
        )
        for n in range(of)
    )


def members(slug: str, type: str) -> Members:
    """What a question of each type may hold."""
    match type:
        case "single":
            return Choice(options(slug), rich=True)
        case "multiple":
            return Choice(options(slug, right=2), grading="partial", rich=True)
        case "true_false":
            return TrueFalse(answer=False, if_true="<p>正しくありません。</p>", if_false="<p>そのとおり。</p>")
        case "matching":
            choices = tuple(ItemSnapshot(uid(slug, "choice", n), f"<p>相手{n}</p>") for n in range(3))
            prompts = tuple(PromptSnapshot(uid(slug, "prompt", n), f"<p>語{n}</p>", choices[n].id) for n in range(2))
            return Matching(prompts, choices)
        case "ordering":
            return Ordering(tuple(ItemSnapshot(uid(slug, n), f"<p>手順{n}</p>") for n in range(4)), grading="partial")
        case "short_text":
            return ShortText((TextAnswer("マイナンバー"), TextAnswer("番号", "1/2", "<p>半分です。</p>")))
        case "numeric":
            return Numeric((NumberAnswer("72", "0.5"),), UnitSnapshot(("時間", "h"), required=True))
        case _:
            parts = ("true_false", "short_text", "multiple")
            return Scenario(
                tuple(
                    PartSnapshot(uid(slug, n), part, f"<p>小問{n}</p>", members(f"{slug}/{n}", part), "<p>解説</p>")
                    for n, part in enumerate(parts)
                )
            )


def typed(slug: str, type: str, *, clause: str = "3.3", **changes: Any) -> QuestionSnapshot:
    """A question of a type, as an editor of today leaves it."""
    values: dict[str, Any] = {
        "question": uid(slug, type),
        "language": "ja",
        "type": type,
        "stem": f"<p>{slug}の{type}。</p>",
        "explanation": "<p>考え方の説明。</p>",
        "clauses": (clause,),
        "topics": ("a",),
        "quotes": (clause,),
        "members": members(f"{slug}/{type}", type),
    }
    return QuestionSnapshot(**(values | changes))


def every_type(slug: str = "article-3") -> tuple[QuestionSnapshot, ...]:
    """One question of each type."""
    return tuple(typed(slug, kind) for kind in MEMBERS)


def picture(color: str = "red", *, size: tuple[int, int] = (4, 3), format: str = "PNG") -> ImageSnapshot:
    """A small picture."""
    data = BytesIO()
    Image.new("RGB", size, color).save(data, format)
    return ImageSnapshot(data.getvalue())


def with_pictures(slug: str, *images: ImageSnapshot) -> dict[str, Any]:
    """What is unlike the usual in a module of which the first section shows these pictures."""
    shown = "".join(f'<p><img src="{image.source}" alt="図"></p>' for image in images)
    first, *rest = snapshot(slug).sections
    return {"sections": (replace(first, html=first.html + shown), *rest), "images": images}
