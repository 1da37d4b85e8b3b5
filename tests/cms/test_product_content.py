"""The product's own nine modules, loaded as a company would load them."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cms.load_content import content_files
from cms.pages import ModulePage
from cms.snapshot import snapshot_of
from tests.cms.test_load_content import counts
from training.catalogue.freeze import sanitise
from training.catalogue.publish import clause_words
from training.catalogue.queries import latest_versions, newest_revision


class Events(HTMLParser):
    """Every tag with its attributes, and all words, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, sorted(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(data.strip())


@pytest.fixture
def loaded(db: None) -> None:
    """All that comes with the product."""
    call_command("load_content", stdout=StringIO())


def covered(*options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("coverage", "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def test_nine_modules_teach_and_test_the_whole_policy_and_loading_again_changes_nothing(loaded: None) -> None:
    before = counts()
    versions = latest_versions(language="ja")
    assert [v.module.slug for v in versions] == [f"article-{n}" for n in range(1, 10)]
    assert [v.number for v in versions] == [1] * 9
    assert [v.content["covers"] for v in versions] == [[str(n)] for n in range(1, 10)]
    assert all(8 <= v.content["minutes"] <= 17 for v in versions)

    matrix = covered()
    assert matrix["whole"] is True
    assert matrix["holes"] == []
    items = [ref for ref in matrix["clauses"] if "." in ref]
    assert len(items) == 39
    assert all(matrix["clauses"][ref]["taught"] and matrix["clauses"][ref]["tested"] for ref in items)
    assert set(matrix["topics"]) == set("abcd")

    _previews_equal_what_was_frozen()
    _sanitising_takes_nothing_from_our_own_html()

    call_command("load_content", stdout=StringIO())
    assert counts() == before


def _previews_equal_what_was_frozen() -> None:
    for page in ModulePage.objects.all():
        version = page.latest_version()
        shown = page.make_preview_request().content.decode()
        assert version.content["title"] in shown
        for section in version.content["sections"]:
            assert section["html"] in shown
            assert f'id="section-{section["key"]}"' in shown
        assert shown.count('<article class="pt-lesson"') == len(version.content["sections"])


def _sanitising_takes_nothing_from_our_own_html() -> None:
    clauses = clause_words(newest_revision())
    for page in ModulePage.objects.all():
        for child in page.body:
            raw = child.value["content"].render_as_block({"language": "ja", "clauses": clauses})
            assert Events(sanitise(raw)).found == Events(raw).found
        for section in snapshot_of(page, clauses).sections:
            assert sanitise(section.html) == section.html


def test_coverage_with_a_hole_names_it_and_exits_1(db: None) -> None:
    files = [path for path in content_files() if path.stem != "article-8"]
    call_command("load_content", *map(str, files), stdout=StringIO())
    out = StringIO()

    with pytest.raises(CommandError, match="8: not taught") as refusal:
        call_command("coverage", "--json", stdout=out)

    assert refusal.value.returncode == 1
    matrix = json.loads(out.getvalue())
    assert matrix["whole"] is False
    assert matrix["holes"] == ["8: not taught", "8: not tested"]
