"""QTI 2.1 and 2.2: a single ``<assessmentItem>``, or those of a package.

Pure.
"""

from __future__ import annotations

from training.quiz.formats.collect import Collector
from training.quiz.formats.model import Outcome, Refusal
from training.quiz.formats.qti import kind_of, question_of, title_of
from training.quiz.formats.safe import Node, parse


def read(data: bytes) -> Outcome:
    """The item of a file. Raises ``Refusal`` for a file that is none."""
    return read_tree(parse(data))


def read_tree(root: Node) -> Outcome:
    """The items of the tree: itself, or those in it."""
    collector = Collector()
    take_items(root, collector)
    return collector.outcome()


def take_items(root: Node, collector: Collector) -> None:
    """Take each item of the tree."""
    items = [node for node in root.walk() if node.name == "assessmentItem"]
    if not items and root.name not in {"assessmentTest", "assessmentSection"}:
        raise Refusal("xml", f"QTIの項目ではありません（{root.name}）。", line=root.line)
    for item in items:
        collector.take(
            lambda item=item: question_of(item),  # type: ignore[misc]
            name=title_of(item),
            type=kind_of(item),
            line=item.line,
        )
