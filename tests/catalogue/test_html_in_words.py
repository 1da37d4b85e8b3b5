"""HTML where only plain text can stand: in a list to choose from, in what is read aloud."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.catalogue.html import in_words, sanitise

PICTURE = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>相手<b>先</b></p>", "相手先"),
        ("<p>一</p><p>二</p>", "一 二"),
        ("<ul><li>一</li><li>二</li></ul>", "一 二"),
        ("一<br>二", "一 二"),
        (f'<p>図は<img src="{PICTURE}" alt="鍵 &amp; 錠">です</p>', "図は 鍵 & 錠 です"),
        ("A &lt;B&gt; &amp; 𠮷", "A <B> & 𠮷"),
        ("", ""),
    ],
)
def test_html_in_words_is_one_line_without_markup(html: str, words: str):
    assert in_words(html) == words


@given(st.text(alphabet="<>&;bp/ a\"'=𠮷\n"))
def test_whatever_is_sanitised_has_words(html: str):
    words = in_words(sanitise(html))
    assert "\n" not in words
    assert words == words.strip()
