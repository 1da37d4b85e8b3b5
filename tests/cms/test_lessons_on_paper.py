"""The product's own nine modules and their questions as PDFs: complete, and readable as strangers' programs read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import StringIO
from time import process_time
from typing import Any

import pytest
from django.core.management import call_command

from tests.typesetting import reading
from training.catalogue.models import ModuleVersion
from training.catalogue.queries import latest_versions
from training.reports.documents.make import module_pdf, questions_pdf
from training.typesetting.fonts import load


class Texts(HTMLParser):
    """Every text node, white space removed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        if text := closed_up(data):
            self.found.append(text)


def closed_up(text: str) -> str:
    return re.sub(r"\s", "", text)


def printed(pdf: bytes) -> str:
    """All that is printed, without white space and without what stands on every page above and below."""
    pages = [page.splitlines() for page in reading.raw(pdf).rstrip("\f").split("\f")]
    margins = set.intersection(*({closed_up(re.sub(r"\d+ / \d+$", "", line)) for line in page} for page in pages))
    return "".join(
        closed_up(line) for page in pages for line in page if closed_up(re.sub(r"\d+ / \d+$", "", line)) not in margins
    )


@pytest.fixture
def versions(db: None) -> list[ModuleVersion]:
    """All that comes with the product, as published."""
    call_command("load_content", stdout=StringIO())
    return latest_versions(language="ja")


def test_the_nine_modules_and_their_questions_are_printed_whole(versions: list[ModuleVersion], tmp_path: Any) -> None:
    assert len(versions) == 9
    for version in versions:
        _whole_lesson(version)
        _whole_sheet(version)
    _fast(versions[2])
    _every_character_has_a_glyph_in_each_face(versions)
    assert set(reading.fonts(module_pdf(versions[2]), tmp_path).values()) == {"yes"}


def _whole_lesson(version: ModuleVersion) -> None:
    pdf = module_pdf(version)
    text = printed(pdf)
    content = version.content
    place = 0
    for section in content["sections"]:
        for node in [closed_up(section["title"]), *Texts(section["html"]).found]:
            found = text.find(node, place)
            assert found >= 0, f"{version}: 「{node}」 is not printed in its place"
            place = found
    for fact in (content["title"], content["summary"], version.digest, content["policy"]["digest"]):
        assert closed_up(fact) in text
    raw = reading.raw(pdf)
    assert all(version.digest in page for page in raw.rstrip("\f").split("\f"))
    assert reading.info(pdf)["Tagged"] == "yes"
    assert module_pdf(version) == pdf


def _whole_sheet(version: ModuleVersion) -> None:
    pdf = questions_pdf(version)
    text = printed(pdf)
    rows = version.pool.select_related("question_version").order_by("position")
    assert len(rows) == len(version.content["questions"])
    for question in (row.question_version for row in rows):
        content = question.content
        assert question.digest in text
        cells = set(_said([one.get(kind) for one in _asked(content) for kind in ("prompts", "choices", "answers")]))
        for words in _said(content):
            there = words in text or (words in cells and _line_by_line(text, words))
            assert there, f"{version}: 「{words}」 of {content['type']} is not on the sheet"
        for option in _options(content):
            assert closed_up(f"{'○' if option['correct'] else '×'}{Texts(option['text']).found[0]}") in text
        assert all(closed_up(quote["text"]) in text for quote in content["quotes"])


def _options(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The options of a question and of a case's parts."""
    return [option for one in _asked(content) for option in one.get("options", ())]


def _asked(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [content, *content.get("parts", ())]


def _said(content: Any, key: str = "") -> Iterator[str]:
    """Every run of words of a question's content: what is asked, what may be answered, what each answer teaches."""
    if isinstance(content, dict):
        for name, value in content.items():
            if name not in {"quotes", "unit"}:
                yield from _said(value, name)
    elif isinstance(content, list):
        for value in content:
            yield from _said(value, key)
    elif key in {"stem", "text", "explanation", "true", "false"} and isinstance(content, str):
        yield from Texts(content).found


def _line_by_line(text: str, words: str) -> bool:
    """Whether the words of a table's cell stand there, for lines of cells side by side are read one after another."""
    lines = 0
    rest = words
    while rest:
        line = next((rest[:end] for end in range(len(rest), 0, -1) if rest[:end] in text), "")
        rest, lines = rest[len(line) :], lines + 1
        if not line or lines > 1 + len(words) // 6:
            return False
    return True


def _fast(version: ModuleVersion) -> None:
    module_pdf(version)
    began = process_time()
    module_pdf(version)
    assert process_time() - began < 1


def _every_character_has_a_glyph_in_each_face(versions: list[ModuleVersion]) -> None:
    fonts = load(reading.FONTS.folder)
    characters = sorted(set("".join(str(version.content) for version in versions)))
    for face in (fonts.serif, fonts.serif_bold, fonts.sans, fonts.sans_bold):
        assert [c for c in characters if c.isprintable() and not face.draws(c)] == []
