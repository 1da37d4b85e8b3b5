"""Aiken: a question, lettered choices, ``ANSWER: B``.

Pure. Only single choice; the question may run over several lines, as Moodle's newer reader allows.
"""

from __future__ import annotations

import re

from training.quiz.formats.clean import html_of, name_of
from training.quiz.formats.collect import Collector
from training.quiz.formats.detect import decode
from training.quiz.formats.model import NOTHING, ONE, Option, Outcome, Question, Refusal

_CHOICE = re.compile(r"([A-Z])[).]([ \t\u3000]*)(.+)")
_ANSWER = re.compile(r"ANSWER:(.*)")
_LETTER = re.compile(r"[A-Z]")


def read(data: bytes) -> Outcome:
    """Every question of an Aiken file. Raises ``Refusal`` for a file that is none."""
    collector = Collector()
    entry = _Entry()
    for number, raw in enumerate(decode(data).replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        line = raw.strip()
        if not line:
            continue
        answer, choice = _ANSWER.match(line), entry.choice(line)
        if entry.choices and not answer and not choice:
            _take(collector, entry)
            entry = _Entry()
        entry.line = entry.line or number
        if answer:
            entry.answer = answer[1].strip()
            _take(collector, entry)
            entry = _Entry()
        elif choice:
            entry.choices.append((choice[1], choice[3]))
        else:
            entry.stem.append(line)
    if entry.line:
        _take(collector, entry)
    return collector.outcome()


class _Entry:
    """The lines of one question."""

    def __init__(self) -> None:
        self.line: int | None = None
        self.stem: list[str] = []
        self.choices: list[tuple[str, str]] = []
        self.answer: str | None = None

    def choice(self, line: str) -> re.Match[str] | None:
        """A line as a choice. Without a blank after its letter it is one only where the next letter is due."""
        found = _CHOICE.match(line)
        due = bool(self.stem) and found is not None and ord(found[1]) == ord("A") + len(self.choices)
        return found if found is not None and (found[2] or due) else None


def _take(collector: Collector, entry: _Entry) -> None:
    name = name_of("", html_of("\n".join(entry.stem)[:400]))
    collector.take(lambda: _question(entry), name=name, type="multichoice", line=entry.line)


def _question(entry: _Entry) -> Question:
    if entry.answer is None:
        raise Refusal("syntax", "ANSWER: の行がありません。")
    letters = [letter for letter, _text in entry.choices]
    if len(set(letters)) < len(letters):
        raise Refusal("duplicate", "同じ文字の選択肢が二つあります。")
    if not entry.stem:
        raise Refusal("text", "問題文がありません。")
    if len(letters) < 2:
        raise Refusal("few", "選択肢が2個以上必要です。")
    if not _LETTER.fullmatch(entry.answer) or entry.answer not in letters:
        raise Refusal("key", f"正解「{entry.answer[:20]}」の選択肢がありません。")
    stem = html_of("\n".join(entry.stem))
    options = tuple(Option(html_of(text), ONE if letter == entry.answer else NOTHING) for letter, text in entry.choices)
    return Question(name=name_of("", stem), type="single", stem=stem, options=options)
