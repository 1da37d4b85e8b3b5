"""What the blocks of a lesson become: plain HTML that quotes the policy, says verdicts in words, and cannot act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from wagtail.rich_text import RichText

from cms.blocks import ContentBlock, clause_choices
from cms.load_content import Loaded
from cms.pages import ModulePage
from cms.templatetags.lesson import prose
from cms.words import words_in
from training.policy.models import Clause

BLOCKS = ["content", "text", "clause", "terms", "scenario", "dos_donts", "escalation"]


def rendered(module: ModulePage, kind: str, **context: Any) -> str:
    """The first block of this kind in the module, as HTML."""
    found = next(b for section in module.body for b in section.value["content"] if b.block_type == kind)
    return found.render(context)


def test_a_clause_is_quoted_in_the_own_words_of_the_policy(module: ModulePage) -> None:
    html = rendered(module, "clause")

    clause = Clause.objects.get(ref="3.3")
    assert f"<p>{clause.text}</p></blockquote>" in html
    assert '<figcaption class="pt-clause-ref">プライバシーポリシー 第3条 第3号</figcaption>' in html
    assert "<p>研修を定期的に受けます。</p>" in html


def test_a_clause_that_the_policy_no_longer_has_says_so(module: ModulePage) -> None:
    html = rendered(module, "clause", clauses={})

    assert "この条項は、方針の現行版にありません。" in html
    assert "プライバシーポリシー 3.3" in html


def test_a_scenario_says_each_verdict_in_words_inside_what_unfolds_without_script(module: ModulePage) -> None:
    html = rendered(module, "scenario")

    assert html.count("<details") == html.count("<summary>") == 2
    assert "<summary>すぐ知らせる</summary>" in html
    good, bad = html.split("</li>")[:2]
    assert good.index("よい判断です") < good.index("早く止まりました。")
    assert bad.index("避けたい判断です") < bad.index("広がりました。")


def test_steps_stand_in_order_and_name_whom_when_and_what(module: ModulePage) -> None:
    html = rendered(module, "escalation")

    assert html.startswith('<ol class="pt-escalation">')
    assert "<dt>だれに</dt><dd>所属長</dd>" in html
    assert html.index("だれに") < html.index("いつ") < html.index("何を")


def test_terms_and_dos_and_donts_are_lists(module: ModulePage) -> None:
    html = rendered(module, "terms")
    assert html.index("<dt>個人データ</dt>") < html.index("<dd><p><b>見分け方</b>：検索できる。</p></dd>")
    html = rendered(module, "dos_donts")
    assert html.index("<h3>すること</h3>") < html.index("<li>知らせる</li>") < html.index("<h3>しないこと</h3>")


def test_a_lesson_in_english_has_english_words(module: ModulePage) -> None:
    assert "<h3>Do not</h3>" in rendered(module, "dos_donts", language="en")
    assert set(words_in("en")) == set(words_in("ja"))


@pytest.mark.parametrize("name", BLOCKS)
def test_no_block_has_inline_styles_scripts_or_handlers(name: str) -> None:
    source = get_template(f"cms/blocks/{name}.html").template.source

    assert "style=" not in source
    assert "<script" not in source
    assert " on" not in source.replace(" only", "")


def test_every_kind_of_block_has_its_template() -> None:
    for name in ContentBlock().child_blocks:
        try:
            get_template(f"cms/blocks/{name}.html")
        except TemplateDoesNotExist:
            pytest.fail(f"{name} has no template")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('<p onclick="alert(1)">本文</p>', "<p>本文</p>"),
        ("<p>本文<script>alert(1)</script></p>", "<p>本文</p>"),
        ('<p>本文<img src="x" onerror="alert(1)"></p>', "<p>本文</p>"),
        ('<a href="javascript:alert(1)">ここ</a>', '<a rel="noopener noreferrer">ここ</a>'),
        ('<p style="color:red">本文</p>', "<p>本文</p>"),
        ('<p data-block-key="abc12">本文</p>', "<p>本文</p>"),
    ],
)
def test_what_could_act_is_dropped_from_rich_text(written: str, shown: str) -> None:
    assert prose(RichText(written)) == shown
    assert prose(written) == shown


def test_what_could_act_never_reaches_a_version(load: Callable[..., Loaded], module: ModulePage) -> None:
    block = module.body[0].value["content"][0]
    block.value = RichText('<p onclick="x()">本文<script>alert(1)</script></p>')
    module.body[1].value["content"][1].value["title"] = "<script>alert(2)</script>"

    module.save_revision().publish()

    html = "".join(section["html"] for section in module.latest_version().content["sections"])
    assert module.latest_version().number == 2
    assert "<script" not in html
    assert "onclick" not in html
    assert "&lt;script&gt;alert(2)" in html


def test_an_editor_chooses_among_the_clauses_of_the_newest_policy(module: ModulePage) -> None:
    choices = clause_choices()

    assert len(choices) == Clause.objects.count()
    assert choices[0][0] == "0"
    assert ("3.3", "第3条 第3号　個人情報の取り扱いに関する留意事項…") in choices
    assert ("8", "第8条 免責　当社では、サービス等に関するお客様等…") in choices
