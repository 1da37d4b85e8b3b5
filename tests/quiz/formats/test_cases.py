"""The cases of ``cases/``: files written from the published grammars, by someone who has not read the importer.

Each expected question, each expected refusal and "nothing else" is a test of its own, so that disagreements are seen
one by one. What a case leaves open is ``null``. A refusal's ``type`` and ``reason`` need only occur.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from cms.load_content import load_content
from tests.cms.conftest import POLICY, module_text
from tests.quiz.formats.cases.packages import made

CASES = Path(__file__).parent / "cases"
LISTS = ("imported", "refused")
FORMATS = {"gift", "aiken", "moodle-xml", "qti12", "qti21", "qti22", "qti3", "sheet"}
LEAST = 20

Outcome = Callable[[Path], dict[str, Any]]

pytestmark = pytest.mark.django_db


def expectations() -> list[Path]:
    """Every case's expected result (a package's own files lie one folder deeper)."""
    return sorted(CASES.glob("*/*.json"))


@cache
def expected(path: Path) -> dict[str, Any]:
    """What the case says must come out."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def each() -> Iterator[Any]:
    """Every single expectation of every case, with a name to find it by."""
    for path in expectations():
        for which in LISTS:
            for place in range(len(expected(path)[which])):
                yield pytest.param(path, which, place, id=f"{path.parent.name}/{path.stem}:{which}-{place + 1}")


def agrees(wanted: Any, found: Any) -> bool:
    """Whether a found value is the expected one; ``null`` leaves a member open."""
    if wanted is None:
        return True
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(key in found and agrees(wanted[key], found[key]) for key in wanted)
    return bool(wanted == found)


def agrees_in_words(wanted: dict[str, Any], found: dict[str, Any]) -> bool:
    """As ``agrees``, but a type and a reason need only occur."""
    exact = {key: wanted[key] for key in ("name", "line")}
    loose = [(wanted[key] or "", str(found.get(key) or "")) for key in ("type", "reason")]
    return agrees(exact, found) and all(word.casefold() in text.casefold() for word, text in loose)


def as_left_open(wanted: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """The found question without what the case does not speak of, for a difference that can be read."""
    return {key: found.get(key) if value is not None else None for key, value in wanted.items()}


@pytest.fixture(scope="module")
def outcome(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Outcome]:
    """What the command prints for a case's file; a case is run once, into one module, which a dry run leaves alone."""
    folder = tmp_path_factory.mktemp("cases")
    lesson = folder / "lesson.yaml"
    lesson.write_text(module_text(), encoding="utf-8")

    @cache
    def printed(path: Path) -> dict[str, Any]:
        out, place = StringIO(), folder / path.parent.name / path.stem
        place.mkdir(parents=True, exist_ok=True)
        file = made(expectation=path, make=expected(path).get("make", {}), folder=place)
        call_command("import_questions", str(file), module="lesson", dry_run=True, json=True, stdout=out)
        content: dict[str, Any] = json.loads(out.getvalue())
        return content

    with django_db_blocker.unblock(), transaction.atomic():
        load_content(files=[POLICY, lesson], now=timezone.now())
        yield printed
        transaction.set_rollback(True)


@pytest.mark.parametrize(("path", "which", "place"), list(each()))
def test_a_question_of_a_case_is_imported_or_refused_as_its_grammar_says(
    outcome: Outcome, path: Path, which: str, place: int
) -> None:
    wanted, found = expected(path)[which][place], outcome(path)[which]

    if which == "refused":
        assert any(agrees_in_words(wanted, one) for one in found), f"{wanted} is not among {found}"
    else:
        assert place < len(found), f"only {len(found)} are imported; refused: {outcome(path)['refused']}"
        assert as_left_open(wanted, found[place]) == wanted


@pytest.mark.parametrize("path", expectations(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_question_of_a_case_is_in_one_of_the_two_lists_once(outcome: Outcome, path: Path) -> None:
    found = outcome(path)

    assert {which: len(found[which]) for which in LISTS} == {which: len(expected(path)[which]) for which in LISTS}, (
        found
    )


def test_every_format_has_its_cases() -> None:
    count = {name: sum(path.parent.name == name for path in expectations()) for name in FORMATS}

    assert {name for name, number in count.items() if number < LEAST} == set()
