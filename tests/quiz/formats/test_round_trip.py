"""What is written is read back as the same question, or refused by name when it is written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.quiz.formats.strategies import questions
from training.quiz.formats import gift, moodle_xml, package, qti3, sheet
from training.quiz.formats.clean import clean, html_of, plain
from training.quiz.formats.model import Question

FORMATS = {
    "gift": (gift.write, gift.read),
    "moodle_xml": (moodle_xml.write, moodle_xml.read),
    "qti3": (qti3.write, package.read),
    "sheet": (sheet.write, sheet.read_xlsx),
}


@pytest.mark.parametrize("format", FORMATS.values(), ids=FORMATS)
@settings(suppress_health_check=list(HealthCheck), max_examples=60)
@given(given_questions=st.lists(questions(), min_size=1, max_size=3))
def test_what_is_written_is_read_back_the_same_or_refused_when_written(
    format: tuple[Any, Any], given_questions: list[Question]
):
    write, read = format
    written = write(given_questions)
    kept = [q for q in given_questions if write([q]).refused == ()]
    assert len(kept) + len(written.refused) == len(given_questions)
    if kept:
        outcome = read(written.data)
        assert outcome.refused == ()
        assert list(outcome.imported) == kept


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<pre>",
                "</pre>",
                "\n",
                "a",
                "&lt;",
                "<b>",
                "<script>",
                "&",
                "<",
                "x",
                " ",
                "<!--",
                "<a href='javascript:x'>",
            ]
        )
    ).map("".join)
)
def test_cleaning_twice_changes_nothing_and_leaves_nothing_that_acts(text: str):
    once = clean(text)
    assert clean(once) == once
    assert "<script" not in once
    assert "javascript:" not in once.lower() or "href" not in once.lower()
    assert clean(html_of(plain(once))) == html_of(plain(once))


@pytest.mark.parametrize("sign", ["\x01", "&#1;", "\ufdd0", "&#xfdd0;", "\ufdef", "\uffff", "&#xffff;"])
def test_a_sign_that_is_no_character_is_dropped_however_it_is_written(sign: str):
    assert clean(f"<p>a{sign}b</p>") == "<p>ab</p>"
    assert html_of(f"a{sign}b", "html") == "ab"
