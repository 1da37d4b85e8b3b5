"""What is frozen can do nothing but be read, and what cannot be taught is said to its editor in whole sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.asking import question, snapshot
from training.catalogue.freeze import (
    Blueprint,
    ClauseWords,
    ModuleSnapshot,
    OptionSnapshot,
    QuestionSnapshot,
    SectionSnapshot,
    Unpublishable,
    faults_of_module,
    faults_of_question,
    freeze_module,
    freeze_question,
    minutes_of,
    sanitise,
    words_of,
)
from training.ledger.canonical import canonical

CLAUSES = {"3": ClauseWords("第3条", "前書き"), "3.3": ClauseWords("第3条 第3号", "教育・研修の実施")}
GOOD = question("m", 1)
OPTIONS = GOOD.options


def frozen(module: ModuleSnapshot) -> dict[str, Any]:
    return freeze_module(
        module,
        CLAUSES,
        revision_number=1,
        revision_digest="aa",
        question_digests=[str(n) for n, _ in enumerate(module.questions)],
    )


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p>読む<script>alert(1)</script></p>", "<p>読む</p>"),
        ("<p>読む<style>p{display:none}</style></p>", "<p>読む</p>"),
        ('<p onclick="alert(1)">読む</p>', "<p>読む</p>"),
        ('<p style="position:fixed">読む</p>', "<p>読む</p>"),
        ('<img src="x" onerror="alert(1)">読む', "読む"),
        ('<iframe src="//evil.example"></iframe>読む', "読む"),
        ('<form action="/x"><input name="a"><button>送る</button></form>', "送る"),
        ('<a href="javascript:alert(1)">読む</a>', '<a rel="noopener noreferrer">読む</a>'),
        (
            '<a href="https://www.ppc.go.jp/">読む</a>',
            '<a href="https://www.ppc.go.jp/" rel="noopener noreferrer">読む</a>',
        ),
        ('<a href="data:text/html,x">読む</a>', '<a rel="noopener noreferrer">読む</a>'),
        ('<a href="http://insecure.example/">読む</a>', '<a rel="noopener noreferrer">読む</a>'),
        ("<svg><script>alert(1)</script></svg>読む", "読む"),
        ("<!-- 秘密 -->読む", "読む"),
        ("<object data=x></object><embed src=x>読む", "読む"),
        ('<meta http-equiv="refresh" content="0;url=//evil.example">読む', "読む"),
        ('<base href="//evil.example">読む', "読む"),
    ],
)
def test_whatever_could_act_is_dropped(html: str, clean: str):
    assert sanitise(html) == clean


def test_what_a_lesson_is_built_of_is_kept():
    html = (
        '<section class="pt-clause" aria-labelledby="x"><h2 id="x">見出し</h2><blockquote><p>引用<br>次</p></blockquote>'
        '<details><summary>選ぶ</summary><p><strong>結果</strong></p></details><table><thead><tr><th scope="col">列</th></tr></thead>'
        "<tbody><tr><td>値</td></tr></tbody></table><dl><dt>語</dt><dd>意味</dd></dl><ul><li>点</li></ul></section>"
    )
    assert sanitise(html) == html


@given(st.text(alphabet="<>\"'=/ &;:()aonclickscriptjavhref\n読", max_size=80))
def test_what_is_clean_stays_as_it_is(html: str):
    once = sanitise(html)
    assert sanitise(once) == once
    assert "<script" not in once.lower()


def test_reading_takes_a_minute_for_five_hundred_characters_and_at_least_one():
    def section(count: int) -> SectionSnapshot:
        return SectionSnapshot(key="k", title="t", html=f"<p>{'あ' * count}</p>\n <p> </p>", clauses=(), topics=())

    assert [minutes_of([section(n)]) for n in (0, 1, 500, 501, 1000)] == [1, 1, 1, 2, 2]
    assert minutes_of([section(400), section(400)]) == 2


def test_words_are_counted_without_tags_entities_and_what_nobody_sees():
    assert words_of("<p>A&amp;B&nbsp;<b>漢</b> 字</p>") == "A&B漢字"
    assert words_of("<script>見えない</script><!-- 見えない -->") == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"type": "essay"}, "形式「essay」"),
        ({"stem": "<p> </p>"}, "問題文がありません"),
        ({"stem": "<script>問題</script>"}, "問題文がありません"),
        ({"options": OPTIONS[:1]}, "選択肢が1個です"),
        ({"options": ()}, "選択肢が0個です"),
        ({"options": (*OPTIONS[:3], replace(OPTIONS[0], correct=False))}, "同じ識別子"),
        ({"options": (*OPTIONS[:3], replace(OPTIONS[3], text=" 　"))}, "空の選択肢"),
        ({"options": tuple(replace(o, correct=False) for o in OPTIONS)}, "正解が0個"),
        ({"options": tuple(replace(o, correct=True) for o in OPTIONS)}, "正解が4個"),
        ({"type": "multiple", "options": tuple(replace(o, correct=True) for o in OPTIONS)}, "4個中4個"),
        ({"type": "multiple", "options": tuple(replace(o, correct=False) for o in OPTIONS)}, "4個中0個"),
        ({"options": (*OPTIONS[:3], replace(OPTIONS[3], explanation="<p></p>"))}, "解説のない誤り"),
        ({"options": (*OPTIONS[:3], replace(OPTIONS[3], explanation="<style>x</style>"))}, "解説のない誤り"),
        ({"clauses": ()}, "1つか2つ"),
        ({"clauses": ("3", "3.3", "3")}, "1つか2つ"),
        ({"clauses": ("9.9",)}, "「9.9」は方針の現行版にありません"),
        ({"quotes": ("8.8",)}, "「8.8」は方針の現行版にありません"),
        ({"topics": ()}, "認識事項（a–d）がありません"),
        ({"topics": ("a", "e")}, "認識事項「e」はありません"),
    ],
)
def test_each_fault_of_a_question_is_a_sentence_for_its_editor(changes: dict[str, Any], words: str):
    broken = replace(GOOD, **changes)
    faults = faults_of_question(broken, CLAUSES)
    assert any(words in fault for fault in faults), faults
    assert all(fault.endswith("。") for fault in faults)
    with pytest.raises(Unpublishable) as caught:
        freeze_question(broken, CLAUSES)
    assert caught.value.reasons == faults
    assert faults_of_module(snapshot(questions=(broken,), blueprint=Blueprint(1, 80)), CLAUSES) == faults


def test_a_good_question_has_no_fault():
    assert faults_of_question(GOOD, CLAUSES) == []
    assert faults_of_question(question("m", 2, type="multiple"), CLAUSES) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sections": ()}, "節が一つもありません"),
        ({"sections": (SectionSnapshot("k", "空節", "<p> </p>", (), ()),)}, "節「空節」が空です"),
        ({"sections": (SectionSnapshot("k", "空節", "<script>x</script>", (), ()),)}, "節「空節」が空です"),
        ({"sections": (SectionSnapshot("k", "節", "<p>文</p>", ("7.7",), ()),)}, "条項「7.7」"),
        ({"sections": (SectionSnapshot("k", "節", "<p>文</p>", (), ("z",)),)}, "認識事項「z」"),
        ({"covers": ("3", "10")}, "対象の条項「10」"),
        ({"questions": ()}, "設問が一つもありません"),
        ({"questions": (GOOD, GOOD), "blueprint": Blueprint(1, 80)}, "同じ設問"),
        ({"questions": (replace(GOOD, language="en"),), "blueprint": Blueprint(1, 80)}, "言語「en」"),
        ({"blueprint": Blueprint(0, 80)}, "出題数を1以上"),
        ({"blueprint": Blueprint(5, 80)}, "出題数は5問ですが、公開済みの設問は4問"),
        ({"blueprint": Blueprint(3, 0)}, "合格基準は1〜100%"),
        ({"blueprint": Blueprint(3, 101)}, "合格基準は1〜100%"),
    ],
)
def test_each_fault_of_a_module_is_a_sentence_for_its_editor(changes: dict[str, Any], words: str):
    broken = snapshot("m", **changes)
    faults = faults_of_module(broken, CLAUSES)
    assert any(words in fault for fault in faults), faults
    assert all(fault.endswith("。") for fault in faults)
    with pytest.raises(Unpublishable) as caught:
        frozen(broken)
    assert caught.value.reasons == faults


def test_all_faults_are_told_at_once():
    broken = snapshot(
        "m", sections=(), covers=("99",), blueprint=Blueprint(9, 0), questions=(replace(GOOD, topics=()),)
    )
    assert len(faults_of_module(broken, CLAUSES)) == 5


def test_a_frozen_question_is_clean_canonical_and_quotes_the_policy_s_own_words():
    dirty = replace(
        GOOD,
        stem="<p onclick=x>場面</p><script>x</script>",
        explanation="<p>なぜ</p><iframe></iframe>",
        options=tuple(
            replace(o, text=f" {o.text} ", explanation=o.explanation + "<script>x</script>") for o in OPTIONS
        ),
        topics=("c", "a", "c"),
    )
    content = freeze_question(dirty, CLAUSES)
    assert content["stem"] == "<p>場面</p>"
    assert content["explanation"] == "<p>なぜ</p>"
    assert [o["text"] for o in content["options"]] == [o.text for o in OPTIONS]
    assert [o["explanation"] for o in content["options"]] == [o.explanation for o in OPTIONS]
    assert content["topics"] == ["a", "c"]
    assert content["quotes"] == [{"ref": "3.3", "label": "第3条 第3号", "text": "教育・研修の実施"}]
    assert canonical(content)


def test_a_frozen_module_is_clean_and_names_its_policy_and_its_questions():
    content = frozen(
        snapshot(
            "m", sections=(SectionSnapshot("k", "節", "<p onclick=x>文</p><script>x</script>", ("3.3",), ("b", "a")),)
        )
    )
    assert content["sections"] == [
        {"key": "k", "title": "節", "html": "<p>文</p>", "clauses": ["3.3"], "topics": ["a", "b"]}
    ]
    assert content["policy"] == {"revision": 1, "digest": "aa"}
    assert content["questions"] == ["0", "1", "2", "3"]
    assert canonical(content)


OPTION = st.builds(
    OptionSnapshot,
    id=st.uuids().map(str),
    text=st.text(max_size=5),
    correct=st.booleans(),
    explanation=st.text(max_size=5),
)
QUESTION = st.builds(
    QuestionSnapshot,
    question=st.uuids().map(str),
    language=st.just("ja"),
    type=st.sampled_from(["single", "multiple", "other"]),
    stem=st.text(max_size=5),
    options=st.lists(OPTION, max_size=5).map(tuple),
    explanation=st.text(max_size=5),
    clauses=st.lists(st.sampled_from(["3", "3.3", "9"]), max_size=3).map(tuple),
    topics=st.lists(st.sampled_from("abcx"), max_size=3).map(tuple),
    quotes=st.lists(st.sampled_from(["3", "9"]), max_size=2).map(tuple),
)


@given(QUESTION)
def test_a_question_is_frozen_exactly_when_it_has_no_fault(asked: QuestionSnapshot):
    if faults_of_question(asked, CLAUSES):
        with pytest.raises(Unpublishable):
            freeze_question(asked, CLAUSES)
    else:
        content = freeze_question(asked, CLAUSES)
        assert sum(o["correct"] for o in content["options"]) >= 1
        assert set(content["topics"]) <= set("abcd")
