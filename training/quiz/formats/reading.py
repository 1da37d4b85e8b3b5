"""Which format a file is in, and what it comes to: the one door for files from outside. Also the import's JSON.

Pure. Nothing that a file holds raises here: what cannot be read is refused, with its line where that is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from training.quiz.formats import aiken, gift, moodle_xml, package, qti3, qti12, sheet
from training.quiz.formats.clean import one_line, plain
from training.quiz.formats.detect import decode
from training.quiz.formats.model import NOTHING, Outcome, Question, Refusal, Written, whole_file
from training.quiz.formats.numbers import shortest
from training.quiz.formats.safe import parse
from training.quiz.formats.zips import opened

WRITERS: dict[str, Callable[[list[Question]], Written]] = {
    "gift": gift.write,
    "moodle_xml": moodle_xml.write,
    "qti3": qti3.write,
    "xlsx": sheet.write,
}
_READERS: dict[str, Callable[[bytes], Outcome]] = {
    "gift": gift.read,
    "aiken": aiken.read,
    "moodle_xml": moodle_xml.read,
    "qti12": qti12.read,
    "qti": qti3.read,
    "package": package.read,
    "csv": sheet.read_csv,
    "xlsx": sheet.read_xlsx,
}
_AIKEN = re.compile(r"^[ \t]*[A-Z][).][^\n]*\n[ \t\n]*ANSWER:[ \t]*[A-Z]?[ \t]*$", re.MULTILINE)


def read(data: bytes, name: str) -> Outcome:
    """Every question of a file, imported or refused. ``name`` is the file's own, without a path."""
    try:
        return _READERS[format_of(data, name)](data)
    except Refusal as refusal:
        return whole_file(name, refusal)
    except Exception as reason:  # noqa: BLE001  (a file from outside may not stop whoever imports it)
        words = one_line(f"{type(reason).__name__}: {reason}")[:120]
        return whole_file(name, Refusal("syntax", f"読めません（{words}）。"))


def format_of(data: bytes, name: str) -> str:
    """The format of a file, by what is in it; by its name only where two look alike. Raises ``Refusal``."""
    ending = name.rpartition(".")[2].lower()
    if data[:2] == b"PK":
        with opened(data) as archive:
            return "xlsx" if "xl/workbook.xml" in archive.namelist() else "package"
    if ending in {"zip", "xlsx"}:
        raise Refusal("package", "ZIPまたはExcelのファイルではありません。")
    text = decode(data)
    if not text.strip():
        raise Refusal("empty", "ファイルが空です。")
    start = text.lstrip()[:200]
    if start.startswith("<") and (ending == "xml" or re.match(r"<(\?xml|!DOCTYPE|!--|[a-zA-Z-]+[\s>])", start)):
        return _of_xml(data)
    if ending in {"csv", "tsv"} or sheet.heading_row(_first_row(text)) is not None:
        return "csv"
    if ending == "gift":
        return "gift"
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "aiken" if ending == "aiken" or _AIKEN.search(lines) else "gift"


def _first_row(text: str) -> list[list[str]]:
    first = text.lstrip().split("\n", 1)[0][:2_000]
    try:
        return sheet.csv_rows(first)
    except Refusal:
        return []


def _of_xml(data: bytes) -> str:
    root = parse(data)
    kinds = {"quiz": "moodle_xml", "questestinterop": "qti12", "item": "qti12"}
    if root.name in kinds:
        return kinds[root.name]
    if root.name.removeprefix("qti-").replace("-", "").lower() in {"assessmentitem", "assessmenttest"}:
        return "qti"
    raise Refusal("xml", f"知らないXMLです（{root.name}）。", line=root.line)


# --- the import's JSON (docs/questions.md) ---


def as_json(outcome: Outcome) -> dict[str, Any]:
    """What ``import_questions --json`` prints."""
    return {
        "imported": [{"name": one.name, **_question(one)} for one in outcome.imported],
        "refused": [
            {"name": one.name, "type": one.type, "line": one.line, "reason": one.reason} for one in outcome.refused
        ],
    }


def _question(question: Question) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": question.type,
        "stem": plain(question.stem),
        "options": [{"text": plain(one.text), "weight": str(one.weight)} for one in question.options],
        "answers": _answers(question),
    }
    if question.type in {"multiple", "ordering"}:
        found["grading"] = question.grading
    return found


def _answers(question: Question) -> list[dict[str, Any]]:
    match question.type:
        case "true_false":
            return [
                {"text": "true", "weight": str(int(question.truth))},
                {"text": "false", "weight": str(int(not question.truth))},
            ]
        case "matching":
            share = str(Fraction(1, len(question.pairs)))
            pairs = [{"prompt": plain(p.prompt), "choice": plain(p.choice), "weight": share} for p in question.pairs]
            more = [{"prompt": None, "choice": plain(c), "weight": str(NOTHING)} for c in question.distractors]
            return [*pairs, *more]
        case "ordering":
            return [{"text": plain(item)} for item in question.items]
        case "short_text":
            return [{"text": one.text, "weight": str(one.weight)} for one in question.accepted]
        case "numeric":
            unit = {"texts": list(question.unit.texts), "required": question.unit.required} if question.unit else None
            return [
                {
                    "value": shortest(one.value),
                    "tolerance": shortest(one.tolerance),
                    "weight": str(one.weight),
                    "unit": unit,
                }
                for one in question.values
            ]
        case "scenario":
            return [_question(part) for part in question.parts]
    return []
