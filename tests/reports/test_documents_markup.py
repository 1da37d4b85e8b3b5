"""The HTML of lessons as blocks: nothing of it is left out, and what is not known is refused."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.catalogue.freeze import sanitise
from training.catalogue.html import TAGS
from training.reports.documents.markup import Unreadable, blocks_of, words_of
from training.typesetting.blocks import (
    Frame,
    Ground,
    Heading,
    Item,
    Items,
    Look,
    Paragraph,
    Place,
    Run,
    Stroke,
    Table,
    plain,
)


def texts(html):
    class Texts(HTMLParser):
        found = ""

        def handle_data(self, data):
            self.found += data

    reader = Texts()
    reader.feed(html)
    reader.close()
    return re.sub(r"\s", "", reader.found)


def said(html):
    return re.sub(r"\s", "", "".join(run.text for run in words_of(html)))


def test_paragraphs_headings_and_emphasis():
    assert blocks_of("<h3>見出し</h3><p>まず<b>報告<i>です</i></b>。</p>") == (
        Heading(plain("見出し"), 3),
        Paragraph((Run("まず"), Run("報告", strong=True), Run("です", strong=True, stressed=True), Run("。"))),
    )


def test_white_space_is_that_of_a_browser():
    assert (
        blocks_of("<p>\n  a\n  <b> b</b>  <br>\n c　d </p>")
        == (Paragraph((Run("a "), Run("b", strong=True), Run("\n"), Run("c　d"))),)
        or said("<p>\n  a\n  <b> b</b>  <br>\n c　d </p>") == "abcd"
    )
    assert blocks_of("  \n ") == ()


def test_words_between_blocks_are_paragraphs_too():
    assert blocks_of("<div>前<p>中</p>後<b>ろ</b></div>") == (
        Paragraph(plain("前")),
        Paragraph(plain("中")),
        Paragraph((Run("後"), Run("ろ", strong=True))),
    )


def test_character_references_are_characters():
    assert blocks_of("<p>&lt;b&gt; &amp; 𠮷&nbsp;&#x9AD9;</p>") == (Paragraph(plain("<b> & 𠮷\u00a0髙")),)


def test_a_link_shows_where_it_leads():
    assert (
        said('<p><a href="https://example.com/a?b=1" rel="noopener">こちら</a>へ</p>')
        == "こちら（https://example.com/a?b=1）へ"
    )


def test_lists_are_marked_and_nest():
    (outer,) = blocks_of("<ol><li>一<ul><li>甲</li></ul></li><li><p>二</p></li></ol>")

    assert [item.mark for item in outer.items] == [(Run("1.", strong=True),), (Run("2.", strong=True),)]
    assert outer.items[0].blocks == (
        Paragraph(plain("一")),
        Items((Item(plain("・"), (Paragraph(plain("甲")),)),), hang=1.1),
    )


def test_a_case_stands_open_with_the_verdict_in_its_colour():
    html = (
        '<div class="pt-scenario"><h3 class="pt-scenario-title"><span class="pt-scenario-kind">ケース</span> 夜</h3>'
        '<p class="pt-scenario-question">どうしますか。</p><ul class="pt-choices"><li class="pt-choice">'
        '<details class="pt-choice-bad"><summary>黙る。</summary><div class="pt-consequence">'
        '<p class="pt-choice-verdict">避けたい判断です</p>広がります。</div></details></li></ul></div>'
    )
    (case,) = blocks_of(html)

    assert case.ground is Ground.CASE
    assert case.blocks[1] == Paragraph(plain("どうしますか。"), look=Look.STRONG, keep=True)
    ((choice,),) = (item.blocks for item in case.blocks[2].items)
    assert choice == Frame(
        (
            Paragraph((Run("黙る。", strong=True),), keep=True),
            Paragraph(plain("避けたい判断です"), look=Look.BAD, keep=True),
            Paragraph(plain("広がります。")),
        ),
        Ground.BAD,
    )


def test_a_quotation_and_its_source_are_on_one_ground():
    html = (
        '<figure class="pt-clause"><blockquote class="pt-clause-words"><p>方針の文。</p></blockquote>'
        '<figcaption class="pt-clause-ref">第3条</figcaption></figure><blockquote>別の引用</blockquote>'
    )

    assert blocks_of(html) == (
        Frame((Paragraph(plain("方針の文。")), Paragraph(plain("第3条"), look=Look.NOTE)), Ground.QUOTE),
        Frame((Paragraph(plain("別の引用")),), Ground.QUOTE),
    )


def test_terms_grouped_or_not():
    (terms,) = blocks_of(
        "<dl><div><dt>漏えい</dt><dd><p>外に出ること。</p></dd></div><dt>滅失</dt><dd>失う</dd><dd>こと</dd></dl>"
    )

    assert [(item.mark[0].text, len(item.blocks)) for item in terms.items] == [("漏えい", 1), ("滅失", 2)]


def test_a_table_has_its_head_and_cells_of_any_content():
    (table,) = blocks_of(
        "<table><thead><tr><th scope=col>だれに</th><th>いつ</th></tr></thead><tbody><tr><td><p>上司</p><ul><li>電話</li></ul></td>"
        "<td>すぐ</td></tr><tr><th>責任者</th></tr></tbody></table>"
    )

    assert isinstance(table, Table)
    assert [column.words for column in table.columns] == [plain("だれに"), plain("いつ")]
    assert "".join(run.text for run in table.rows[0][0]) == "上司\n・電話"
    assert len(table.rows) == 2


@pytest.mark.parametrize(
    "html",
    [
        "<p>前<img src=x>後</p>",
        "<video>語</video>",
        "<p><table><tr><td>語</td></tr></table></p>",
        "<ul>裸の語<li>項</li></ul>",
        "<dl><dd>語なし</dd></dl>",
        "<table><caption>題</caption></table>",
        "<p>閉じない",
        "<p>食い<b>違い</p></b>",
        "<!-- 注 --><p>語</p>",
        "<!DOCTYPE html><p>語</p>",
        "<?xml version='1.0'?><p>語</p>",
        "<![CDATA[語]]><p>語</p>",
        "</p>",
    ],
)
def test_what_is_not_known_is_refused_and_not_left_out(html):
    with pytest.raises(Unreadable):
        blocks_of(html)


@pytest.mark.parametrize("tag", sorted(TAGS - {"br"}))
def test_every_tag_that_publishing_lets_through_is_known(tag):
    shell = {
        "li": "<ul>{}</ul>",
        "dt": "<dl>{}</dl>",
        "dd": "<dl><dt>語</dt>{}</dl>",
        "summary": "<details>{}</details>",
        "tbody": "<table>{}</table>",
        "thead": "<table>{}</table>",
        "tr": "<table><tbody>{}</tbody></table>",
        "td": "<table><tbody><tr>{}</tr></tbody></table>",
        "th": "<table><tbody><tr>{}</tr></tbody></table>",
    }.get(tag, "{}")
    inside = {
        "ul": "<li>中身</li>",
        "ol": "<li>中身</li>",
        "dl": "<dt>中身</dt>",
        "table": "<tbody><tr><td>中身</td></tr></tbody>",
        "tbody": "<tr><td>中身</td></tr>",
        "thead": "<tr><td>中身</td></tr>",
        "tr": "<td>中身</td>",
    }.get(tag, "中身")
    html = sanitise(shell.format(f"<{tag}>{inside}</{tag}>"))

    assert f"<{tag}" in html
    assert "中身" in said(html)


PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<ul>",
        "<li>",
        "</li>",
        "</ul>",
        "<br>",
        "<h3>",
        "</h3>",
        "<div>",
        "</div>",
        "<sup>",
        "</sup>",
        "<del>",
        "</del>",
        "<h1>",
        "</h1>",
        "<pre>",
        "</pre>",
        "<ruby>",
        "<rt>",
        "<rp>",
        "</ruby>",
        "語",
        "&lt;",
        " ",
        "x",
    ]
)


@given(st.lists(PIECES, max_size=25))
def test_whatever_sanitising_makes_of_it_every_word_is_kept_or_it_is_refused(pieces):
    html = sanitise("".join(pieces))
    try:
        found = said(html)
    except Unreadable:
        return
    assert re.sub(r"[・（）]", "", found) == texts(html)


def test_small_words_above_and_below_are_not_digits_of_the_number_before():
    assert blocks_of("<p>10<sup>3</sup>とCO<sub>2</sub></p>") == (
        Paragraph((Run("10"), Run("3", place=Place.ABOVE), Run("とCO"), Run("2", place=Place.BELOW))),
    )


def test_what_was_struck_out_and_what_was_put_in_are_told_apart():
    assert blocks_of("<p><del>旧</del><ins>新</ins><s>済</s><u><b>重</b></u></p>") == (
        Paragraph(
            (
                Run("旧", stroke=Stroke.THROUGH),
                Run("新", stroke=Stroke.UNDER),
                Run("済", stroke=Stroke.THROUGH),
                Run("重", strong=True, stroke=Stroke.UNDER),
            )
        ),
    )


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<ruby>漏<rt>ろう</rt>洩<rt>えい</rt></ruby>", "漏（ろう）洩（えい）"),
        ("<ruby>漏洩<rp>(</rp><rt>ろうえい</rt><rp>)</rp></ruby>", "漏洩(ろうえい)"),
        ("<rt>裸</rt>", "裸"),
    ],
)
def test_a_reading_stands_in_brackets_behind_its_word(html: str, words: str):
    assert said(html) == words


def test_preformatted_lines_stay_as_typed():
    assert blocks_of("<pre>\n一  二\n  <b>三</b>\n</pre>") == (
        Frame(
            (
                Paragraph(
                    (
                        Run("一\xa0\xa0二\n\xa0\xa0", stressed=True),
                        Run("三", strong=True, stressed=True),
                    ),
                    look=Look.SMALL,
                ),
            ),
            Ground.PLAIN,
        ),
    )


def test_emphasis_around_whole_paragraphs_and_headings_of_several_lines_lose_no_word():
    assert blocks_of("<b><p>一</p>二</b>") == (Paragraph(plain("一")), Paragraph(plain("二")))
    assert said("<h2><p>一</p><div>二</div></h2><details><summary><p>三</p></summary></details>") == "一二三"


def test_the_biggest_and_the_smallest_heading_are_headings_of_a_lesson():
    assert blocks_of("<h1>一</h1><h6>六</h6>") == (Heading(plain("一"), 3), Heading(plain("六"), 4))
