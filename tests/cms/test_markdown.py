"""Markdown of the lesson files, and nothing else of Markdown."""

from __future__ import annotations

import pytest
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from cms.blocks import PROSE
from cms.markdown import UnreadableMarkdown, inline, to_html
from cms.templatetags.lesson import prose


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("一つ目。\n\n二つ目。", "<p>一つ目。</p><p>二つ目。</p>"),
        ("行を\n折る。", "<p>行を折る。</p>"),
        ("two\nlines", "<p>two lines</p>"),
        ("### 見出し\n本文", "<h3>見出し</h3><p>本文</p>"),
        ("- 一\n- 二", "<ul><li>一</li><li>二</li></ul>"),
        ("- 一\n\n- 二", "<ul><li>一</li><li>二</li></ul>"),
        ("1. 一\n2. 二", "<ol><li>一</li><li>二</li></ol>"),
        ("前\n\n- 一\n\n後", "<p>前</p><ul><li>一</li></ul><p>後</p>"),
        ("5 < 6 & 7", "<p>5 &lt; 6 &amp; 7</p>"),
    ],
)
def test_paragraphs_headings_and_lists_become_rich_text(text: str, html: str) -> None:
    assert to_html(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**報告します。**次に", "<b>報告します。</b>次に"),
        ("**「甲」**と**「乙」**の", "<b>「甲」</b>と<b>「乙」</b>の"),
        ("これが*要点*です", "これが<i>要点</i>です"),
    ],
)
def test_emphasis_needs_no_white_space_around_it(text: str, html: str) -> None:
    assert inline(text) == html


@pytest.mark.parametrize(
    "text",
    ["[ここ](x)", "![絵](x)", "<b>太字</b>", "<!-- -->", "`code`", "**太字", "# 大見出し", "#### 小見出し"],
)
def test_what_lessons_do_not_have_is_refused(text: str) -> None:
    with pytest.raises(UnreadableMarkdown):
        to_html(text)


def test_the_editor_reads_the_same_words_back() -> None:
    html = to_html("本文の**大切な**ところ。\n\n### 見出し\n\n- 一\n- **二**\n\n1. 三\n")
    converter = ContentstateConverter(features=PROSE)

    again = converter.to_database_format(converter.from_database_format(html))

    assert prose(again) == html
