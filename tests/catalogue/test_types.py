"""Every type of question is frozen as docs/questions.md says, or its editor reads why not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.asking import every_type, members, options, picture, question, snapshot, typed, uid, with_pictures
from tests.building import NOW, later, module_version
from training.catalogue.freeze import Blueprint, ClauseWords, faults_of_question, freeze_question
from training.catalogue.html import pictures_in, plain_of, sanitise, undescribed, with_addresses
from training.catalogue.images import MOST_BYTES, image_path
from training.catalogue.models import FrozenImage, ModuleVersion
from training.catalogue.snapshots import (
    Choice,
    ImageSnapshot,
    ItemSnapshot,
    Matching,
    NumberAnswer,
    Numeric,
    Ordering,
    PartSnapshot,
    Scenario,
    ShortText,
    TextAnswer,
    TrueFalse,
    UnitSnapshot,
)
from training.errors import Invalid
from training.ledger.canonical import canonical
from training.quiz.responses import read
from training.quiz.scoring import score

CLAUSES = {"3": ClauseWords("第3条", "前書き"), "3.3": ClauseWords("第3条 第3号", "教育・研修の実施")}
A, B = ItemSnapshot("a", "<p>あ</p>"), ItemSnapshot("b", "<p>い</p>")
MATCHING = members("m", "matching")
assert isinstance(MATCHING, Matching)


@pytest.mark.parametrize("asked", every_type(), ids=lambda q: q.type)
def test_a_good_question_of_each_type_is_frozen_canonical_and_can_be_answered(asked: Any):
    assert faults_of_question(asked, CLAUSES) == []
    content = freeze_question(asked, CLAUSES)
    assert (content["schema"], content["type"], content["difficulty"]) == (2, asked.type, 2)
    assert canonical(content)
    assert score(content, None) == 0


def test_weights_are_exact_and_ticking_everything_earns_nothing():
    for right, of in ((1, 4), (2, 4), (3, 4), (2, 3)):
        content = freeze_question(
            typed("m", "multiple", members=Choice(options("m", right=right, of=of), grading="partial", rich=True)),
            CLAUSES,
        )
        everything = [option["id"] for option in content["options"]]
        assert score(content, read(content, everything)) == 0
        assert score(content, read(content, everything[:right])) == 1


@pytest.mark.parametrize(
    ("type", "held", "words"),
    [
        ("single", TrueFalse(True, "", "<p>x</p>"), "形式と内容が合っていません"),
        ("multiple", Choice(options("m", right=2), grading="half"), "採点方法「half」"),
        ("single", Choice(tuple(replace(o, weight="x") for o in options("m"))), "-1〜1の分数"),
        ("single", Choice(tuple(replace(o, weight="1") for o in options("m"))), "1より小さく"),
        ("multiple", Choice(tuple(replace(o, weight="1/2") for o in options("m", right=2)), "partial"), "0以下に"),
        (
            "multiple",
            Choice(tuple(replace(o, weight="1" if o.correct else "-1") for o in options("m", right=2)), "partial"),
            "合計を1に",
        ),
        (
            "multiple",
            Choice(tuple(replace(o, weight="1/2" if o.correct else "0") for o in options("m", right=2)), "partial"),
            "すべての選択肢を選ぶだけで",
        ),
        ("multiple", Choice(tuple(replace(o, weight="1/2") for o in options("m", right=2))), "配点を消すか"),
        ("true_false", TrueFalse(True, "<p>よい</p>", ""), "誤った答えへの解説"),
        ("matching", replace(MATCHING, prompts=MATCHING.prompts[:1]), "2組以上"),
        ("matching", replace(MATCHING, choices=(A, A)), "同じ識別子"),
        ("matching", replace(MATCHING, choices=(A, replace(B, text=A.text))), "同じ文"),
        ("matching", replace(MATCHING, choices=(A, B)), "正しい相手のない"),
        ("ordering", Ordering((A,)), "2個以上"),
        ("ordering", Ordering((A, replace(A, id="b"))), "同じ文"),
        ("ordering", Ordering((A, replace(B, text="<p></p>"))), "空のもの"),
        ("short_text", ShortText(()), "満点になる答え"),
        ("short_text", ShortText((TextAnswer(" "),)), "1〜500文字"),
        ("short_text", ShortText((TextAnswer("番号", "1/2"),)), "満点になる答え"),
        ("short_text", ShortText((TextAnswer("番号", "-1"),)), "0〜1の分数"),
        ("short_text", ShortText((TextAnswer("番号"), TextAnswer("番号"))), "同じ答え"),
        ("short_text", ShortText((TextAnswer("番号"),), fold=("色",)), "区別しない違い"),
        ("numeric", Numeric((NumberAnswer("1,000"),)), "桁区切り"),
        ("numeric", Numeric((NumberAnswer("10", "-1"),)), "許容誤差"),
        ("numeric", Numeric((NumberAnswer("10"),), UnitSnapshot(())), "単位"),
        ("scenario", Scenario(()), "小問は1〜8問"),
        ("scenario", Scenario((PartSnapshot("p", "scenario", "<p>x</p>", Scenario(())),)), "小問1を事例に"),
        ("scenario", Scenario((PartSnapshot("p", "ordering", " ", Ordering((A,))),)), "小問1に問題文"),
        ("scenario", Scenario((PartSnapshot("p", "ordering", "<p>x</p>", Ordering((A,))),)), "小問1の並べるもの"),
    ],
)
def test_each_fault_of_a_type_is_a_sentence_for_its_editor(type: str, held: Any, words: str):
    faults = faults_of_question(typed("m", type, members=held), CLAUSES)
    assert any(words in fault for fault in faults), faults
    assert all(fault.endswith("。") for fault in faults)


def test_what_schema_1_can_say_keeps_its_words_and_its_digest_however_it_comes_in():
    plain = question("m", 1)
    rich = replace(
        plain,
        options=(),
        members=Choice(tuple(replace(o, text=f"<p>{o.text}</p>") for o in plain.options), rich=True),
    )
    assert freeze_question(rich, CLAUSES) == freeze_question(plain, CLAUSES)
    assert freeze_question(plain, CLAUSES)["schema"] == 1
    assert "difficulty" not in freeze_question(plain, CLAUSES)


def test_plain_words_become_html_where_a_difficulty_asks_for_schema_2():
    harder = replace(question("m", 1), difficulty=3)
    first, *others = harder.options
    content = freeze_question(replace(harder, options=(replace(first, text="A<B & C"), *others)), CLAUSES)
    assert (content["schema"], content["difficulty"]) == (2, 3)
    assert content["options"][0]["text"] == "A&lt;B &amp; C"


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("<p>あ &amp; い</p>", "あ & い"),
        ("あ", "あ"),
        ("<p>あ<b>い</b></p>", None),
        ("<p>あ</p><p>い</p>", None),
        ("", ""),
    ],
)
def test_html_is_plain_where_it_is_one_paragraph_of_words(html: str, plain: str | None):
    assert plain_of(html) == plain


def test_numbers_are_kept_in_half_width_digits():
    content = freeze_question(typed("m", "numeric", members=Numeric((NumberAnswer("−７２．５"),))), CLAUSES)
    assert content["answers"][0]["value"] == "-72.5"


@pytest.mark.parametrize("nothing", ["0", "０", "-0"])
def test_nothing_is_kept_as_it_was_written(nothing: str):
    exact = Numeric((NumberAnswer(nothing, tolerance="0"),))
    (answer,) = freeze_question(typed("m", "numeric", members=exact), CLAUSES)["answers"]
    assert (answer["value"].lstrip("-"), answer["tolerance"]) == ("0", "0")


# --- pictures ---

SHOWN = f'<img src="sha256:{"ab" * 32}" alt="図">'


@pytest.mark.parametrize(
    "hostile",
    [
        '<img src="https://evil.example/x.png" alt="図">',
        '<img src="x" onerror="alert(1)">',
        '<img src="sha256:xyz" alt="図">',
        '<img src="data:image/png;base64,AAAA">',
    ],
)
def test_no_picture_but_a_frozen_one_is_shown(hostile: str):
    clean = sanitise(hostile + SHOWN)
    assert pictures_in(clean) == ["ab" * 32]
    assert "onerror" not in clean
    assert "evil" not in clean
    assert "data:" not in clean


def test_a_link_cannot_name_a_picture_and_addresses_are_put_in_by_name():
    assert "sha256:" not in sanitise(f'<a href="sha256:{"ab" * 32}">x</a>')
    assert (
        with_addresses(sanitise(SHOWN), lambda sha256: f"/pictures/{sha256[:4]}")
        == '<img src="/pictures/abab" alt="図">'
    )
    assert undescribed(sanitise(SHOWN.replace("図", " ")))


@pytest.mark.django_db
def test_a_published_picture_is_kept_as_it_was_given_and_frozen_once():
    red = picture("red")
    first = module_version("article-3", **with_pictures("article-3", red))
    assert first.content["images"] == [red.sha256]
    assert image_path(red.sha256).read_bytes() == red.data
    row = FrozenImage.objects.get()
    assert (row.sha256, row.media_type, row.width, row.height) == (red.sha256, "image/png", 4, 3)
    module_version("article-4", now=later(hours=1), **with_pictures("article-4", red, picture("blue", format="WEBP")))
    assert FrozenImage.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture().data[:-40],
        picture(format="GIF").data,
        picture(size=(4001, 1)).data,
        picture().data + b"\0" * MOST_BYTES,
    ],
)
def test_what_is_no_small_whole_picture_is_refused_and_nothing_is_kept(data: bytes):
    image = ImageSnapshot(data)
    with pytest.raises(Invalid, match="画像"):
        module_version("article-3", **with_pictures("article-3", image))
    assert not FrozenImage.objects.exists()
    assert not image_path(image.sha256).exists()


@pytest.mark.django_db
def test_a_picture_that_was_not_handed_in_or_has_no_description_is_told():
    changes = with_pictures("article-3", picture())
    with pytest.raises(Invalid, match="中身がありません"):
        module_version("article-3", **changes | {"images": ()})
    first, *rest = changes["sections"]
    silent = (replace(first, html=first.html.replace('alt="図"', 'alt=""')), *rest)
    with pytest.raises(Invalid, match="代替テキスト"):
        module_version("article-3", **changes | {"sections": silent})


# --- modules ---


@pytest.mark.django_db
def test_publishing_what_says_no_more_than_before_makes_no_new_version():
    first = module_version("article-3", now=NOW)
    assert first.content["schema"] == 1
    assert first.content["blueprint"] == {"draw": 3, "pass_mark": 66}
    assert module_version("article-3", now=later(hours=1)) == first
    assert ModuleVersion.objects.count() == 1


@pytest.mark.django_db
def test_a_blueprint_that_says_more_is_frozen_whole_with_each_question_s_pool():
    asked = snapshot("article-3").questions
    pools = {asked[0].question: "事例"}
    version = module_version(
        "article-3", pools=pools, blueprint=Blueprint(draw=3, pass_mark=66, pools=(*_pools(("main", 2), ("事例", 1)),))
    )
    assert version.content["schema"] == 2
    assert version.content["pools"] == ["事例", "main", "main", "main"]
    assert version.content["blueprint"]["pools"] == [{"name": "main", "draw": 2}, {"name": "事例", "draw": 1}]
    assert list(version.pool.order_by("position").values_list("pool", flat=True)) == version.content["pools"]


def _pools(*pairs: tuple[str, int]) -> Any:
    return (type(Blueprint(1, 1).drawn[0])(name, draw) for name, draw in pairs)


def test_ids_of_builders_are_stable():
    assert uid("a", 1) == uid("a", 1) != uid("a", 2)
