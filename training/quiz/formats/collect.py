"""The two lists of an import, filled question by question: what goes wrong in one does not touch the others.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from training.quiz.formats.check import checked
from training.quiz.formats.clean import one_line
from training.quiz.formats.model import Outcome, Question, Refusal, Refused

MOST_QUESTIONS = 20_000


class Collector:
    """Takes questions in the file's order."""

    def __init__(self) -> None:
        self.imported: list[Question] = []
        self.refused: list[Refused] = []

    def take(self, build: Callable[[], Question], *, name: str, type: str, line: int | None) -> None:
        """Build a question and check it; a refusal goes under the name and type that the file gives it."""
        if len(self.imported) + len(self.refused) >= MOST_QUESTIONS:
            raise Refusal("size", f"設問が{MOST_QUESTIONS:,}問を超えています。")
        try:
            self.imported.append(replace(checked(build()), line=line))
        except Refusal as refusal:
            self.refuse(refusal, name=name, type=type, line=line)
        except (ValueError, ArithmeticError, LookupError, RecursionError) as reason:
            self.refuse(
                Refusal("syntax", f"読めません（{one_line(str(reason))[:80]}）。"), name=name, type=type, line=line
            )

    def refuse(self, refusal: Refusal, *, name: str, type: str, line: int | None) -> None:
        """Put a question on the other list."""
        self.refused.append(Refused(one_line(name)[:200], one_line(type)[:80], line, str(refusal)))

    def outcome(self) -> Outcome:
        """What came of it. Raises ``Refusal`` (empty) where the file has no question at all."""
        if not self.imported and not self.refused:
            raise Refusal("empty", "設問が一つもありません。")
        return Outcome(tuple(self.imported), tuple(self.refused))


def written(
    questions: Iterable[Question], write: Callable[[Question], str]
) -> tuple[list[tuple[Question, str]], tuple[Refused, ...]]:
    """Each question's text, and those that the format cannot carry."""
    texts: list[tuple[Question, str]] = []
    refused: list[Refused] = []
    for question in questions:
        try:
            texts.append((question, write(question)))
        except Refusal as refusal:
            refused.append(Refused(question.name, question.type, None, str(refusal)))
    return texts, tuple(refused)
