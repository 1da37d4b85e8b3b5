"""What is right in a question, type by type, as blocks: the table of ``docs/questions.md`` on paper.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from training.reports.documents.markup import blocks_of, words_of
from training.reports.documents.wording import Wording
from training.typesetting.blocks import Block, Column, Item, Items, Look, Paragraph, Run, Table, Words, plain

RIGHT, WRONG, PARTLY = "○", "×", "△"


def key_of(content: Mapping[str, Any], words: Wording) -> Iterator[Block]:
    """Yield what is right, what is wrong and what is partly right. A case has its keys in its parts."""
    yield from _KEYS[content["type"]](content, words)


def _options(content: Mapping[str, Any], words: Wording) -> Iterator[Block]:
    graded = content.get("grading") == "partial" or any(
        option.get("weight", "1") not in ("0", "1") for option in content["options"]
    )
    yield Items(tuple(_option(content, option, words, graded=graded) for option in content["options"]), hang=1.8)


def _option(content: Mapping[str, Any], option: Mapping[str, Any], words: Wording, *, graded: bool) -> Item:
    """Return an option marked right or wrong, with what choosing it teaches below."""
    right = bool(option["correct"])
    weight = option.get("weight", "")
    partly = content["type"] == "single" and not right and weight not in ("", "0")
    rich = content.get("schema", 1) > 1 or "weight" in option
    text = tuple(blocks_of(option["text"])) if rich else (Paragraph(plain(option["text"], strong=right)),)
    told = words.worth.format(weight=weight) if graded and weight else ""
    return _marked(RIGHT if right else PARTLY if partly else WRONG, text, told, option["explanation"])


def _marked(mark: str, text: tuple[Block, ...], told: str, explanation: str) -> Item:
    """Return an item with its mark: what it says, what it is worth, what is told to who chose it."""
    explained = words_of(explanation)
    blocks = list(text)
    if told:
        blocks.append(Paragraph(plain(told), look=Look.NOTE))
    if explained:
        blocks.append(Paragraph(explained, look=Look.SMALL))
    kept = [
        Paragraph(block.words, look=block.look, keep=True) if isinstance(block, Paragraph) and not last else block
        for block, last in zip(blocks, [*[False] * (len(blocks) - 1), True], strict=True)
    ]
    return Item((Run(mark, strong=True),), tuple(kept))


def _true_false(content: Mapping[str, Any], words: Wording) -> Iterator[Block]:
    yield Items(
        tuple(
            _marked(
                RIGHT if content["answer"] == said else WRONG,
                (Paragraph(plain(words.true if said else words.false, strong=content["answer"] == said)),),
                "",
                content["feedback"][str(said).lower()],
            )
            for said in (True, False)
        ),
        hang=1.8,
    )


def _matching(content: Mapping[str, Any], words: Wording) -> Iterator[Block]:
    choices = {choice["id"]: words_of(choice["text"]) for choice in content["choices"]}
    columns = (Column(plain(words.prompt), 1), Column(plain(words.choice), 1))
    yield Table(columns, tuple((words_of(prompt["text"]), choices[prompt["choice"]]) for prompt in content["prompts"]))
    paired = {prompt["choice"] for prompt in content["prompts"]}
    alone = [said for key, said in choices.items() if key not in paired]
    if alone:
        yield Paragraph(plain(words.unpaired), look=Look.NOTE, keep=True)
        yield Items(tuple(Item((Run(WRONG, strong=True),), (Paragraph(said),)) for said in alone), hang=1.8)


def _ordering(content: Mapping[str, Any], words: Wording) -> Iterator[Block]:
    numbered = enumerate(content["items"], start=1)
    yield Items(
        tuple(Item((Run(f"{place}.", strong=True),), tuple(blocks_of(item["text"]))) for place, item in numbered),
        hang=1.8,
    )


def _answers(content: Mapping[str, Any], words: Wording, written: Callable[[Mapping[str, Any]], Words]) -> Table:
    columns = (
        Column(plain(words.answer), 3),
        Column(plain(words.share), 1, right=True),
        Column(plain(words.feedback), 4),
    )
    return Table(
        columns,
        tuple(
            (written(answer), plain(answer["weight"]), words_of(answer["explanation"]) or plain("—"))
            for answer in content["answers"]
        ),
    )


def _short_text(content: Mapping[str, Any], words: Wording) -> Iterator[Block]:
    yield _answers(content, words, lambda answer: plain(answer["text"], strong=True))
    folds = [name for fold, name in words.folds.items() if content["fold"].get(fold)]
    told = words.folded.format(folds=words.separator.join(folds)) if folds else words.exactly
    yield Paragraph(plain(told), look=Look.NOTE)


def _numeric(content: Mapping[str, Any], words: Wording) -> Iterator[Block]:
    def written(answer: Mapping[str, Any]) -> Words:
        value, tolerance = Decimal(answer["value"]), Decimal(answer["tolerance"])
        if not tolerance:
            return plain(f"{value:f}", strong=True)
        said = words.between.format(value=f"{value:f}", low=f"{value - tolerance:f}", high=f"{value + tolerance:f}")
        return plain(said, strong=True)

    yield _answers(content, words, written)
    if unit := content.get("unit"):
        told = words.unit_needed if unit["required"] else words.unit
        yield Paragraph(plain(told.format(units=words.separator.join(unit["texts"]))), look=Look.NOTE)


def _scenario(content: Mapping[str, Any], words: Wording) -> Iterator[Block]:
    return iter(())


_KEYS: Mapping[str, Callable[[Mapping[str, Any], Wording], Iterator[Block]]] = {
    "single": _options,
    "multiple": _options,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "scenario": _scenario,
}
