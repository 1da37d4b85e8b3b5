"""The policy's text as a tree: what is placed, what is reported, and that a tree written out is read again."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.building import POLICY
from training.policy.clauses import ClauseText, Kind, PolicyText, UnreadablePolicy, in_order, label, parse, render

ITEMS = {"1(1)": 4, "1(2)": 2, "2": 17, "3": 6, "5": 10}
SMALL = """社名の方針

はじめの言葉。

第1条 (目的)

目的の説明。

  1. 一つ目
  2. 二つ目

第2条 (範囲)

範囲の説明。

2022年7月29日 制定

会社
代表"""


def numbered(text: str) -> list[str]:
    """The text's lines, counted from 1."""
    return ["", *text.splitlines()]


def problems(text: str) -> list[tuple[int, str]]:
    """Line and words of everything that has no place."""
    with pytest.raises(UnreadablePolicy) as caught:
        parse(text)
    assert str(caught.value)
    return [(problem.line, problem.reason) for problem in caught.value.problems]


def lines_of_problems(text: str) -> list[int]:
    return [line for line, _ in problems(text)]


def test_the_real_policy_has_nine_articles_and_thirty_nine_items_under_these_references():
    policy = parse(POLICY)
    assert [clause.ref for clause in policy.articles] == [str(n) for n in range(1, 10)]
    assert [clause.ref for clause in policy.items] == [
        f"{parent}.{n}" for parent, count in ITEMS.items() for n in range(1, count + 1)
    ]
    assert len(policy.items) == 39
    assert [c.ref for c in policy.clauses if c.kind is Kind.PART] == ["1(1)", "1(2)"]
    assert policy.clauses[0].ref == "0"
    assert policy.clauses[0].kind is Kind.PREAMBLE


def test_the_real_policy_has_its_title_its_day_and_its_signature():
    policy = parse(POLICY)
    assert policy.title == "プライバシーポリシー"
    assert policy.enacted_on == date(2022, 7, 29)
    assert policy.enactments == ("2022年7月29日 制定",)
    assert policy.signature == "富士インフォックス・ネット株式会社\n代表取締役 近藤 俊一"


def test_every_line_of_the_real_policy_stands_in_the_tree_word_for_word_and_once():
    policy = parse(POLICY)
    kept: list[str] = []
    for clause in policy.clauses:
        number = clause.ref.split(".")[-1]
        head = {
            Kind.PREAMBLE: [],
            Kind.ARTICLE: [f"第{clause.ref}条 ({clause.heading})"],
            Kind.PART: [f"{clause.ref[1:]}{clause.heading}"],
            Kind.ITEM: [],
        }[clause.kind]
        words = [line for line in clause.text.split("\n") if line]
        if clause.kind is Kind.ITEM:
            words[0] = f"{number}. {words[0]}"
        kept += [*head, *words]
    source = [line.strip() for line in POLICY.splitlines() if line.strip()]
    assert ["プライバシーポリシー"] * 2 + kept + [*policy.enactments, *policy.signature.split("\n")] == source


def test_introductions_are_kept_with_their_article_and_their_part():
    clauses = {clause.ref: clause for clause in parse(POLICY).clauses}
    assert clauses["0"].text.count("\n") == 2
    assert clauses["0"].text.startswith("富士インフォックス・ネット株式会社(以下「当社」といいます)は、")
    assert clauses["2"].text.startswith("当社は、以下の利用目的のために取得情報を利用します。")
    assert clauses["1(1)"].text.startswith("個人情報とは、")
    assert clauses["1(1)"].heading.startswith("当社がお客様等から取得する情報(ただし、")
    assert clauses["7"].text.endswith("e-mail :\xa0privacy@infoxnet.co.jp")
    assert "〒108-0014" in clauses["7"].text
    assert clauses["3.3"].text == "個人情報の取り扱いに関する留意事項等につき、従業員に対する定期的な教育・研修の実施"
    assert all(clause.text for clause in clauses.values())


def test_a_clause_s_parent_stands_before_it():
    seen: set[str] = set()
    for clause in parse(POLICY).clauses:
        assert clause.parent == "" or clause.parent in seen
        seen.add(clause.ref)


def test_the_real_policy_written_out_is_read_as_the_same_tree():
    policy = parse(POLICY)
    assert parse(render(policy)) == policy


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        pytest.param("第2条 (範囲)", "第3条 (範囲)", 12, id="an article is left out"),
        pytest.param("第2条 (範囲)", "第1条 (範囲)", 12, id="an article comes twice"),
        pytest.param("第2条 (範囲)", "第2条", 12, id="an article without its heading"),
        pytest.param("第2条 (範囲)", "第2条　範囲", 12, id="an article whose heading stands in no brackets"),
        pytest.param("第2条 (範囲)", "第2条 【範囲】", 12, id="an article whose heading stands in other brackets"),
        pytest.param("第2条 (範囲)", "第二条 (範囲)", 12, id="an article numbered in kanji"),
        pytest.param("  2. 二つ目", "  3. 二つ目", 10, id="an item is left out"),
        pytest.param("  2. 二つ目", "  1. 二つ目", 10, id="an item comes twice"),
        pytest.param("  1. 一つ目", "  2. 一つ目", 9, id="the first item is missing"),
        pytest.param("範囲の説明。", "(2)二つ目の部", 14, id="the first part is missing"),
        pytest.param("  2. 二つ目", "\n(1)部\n", 11, id="a part after the article's own items"),
        pytest.param("  2. 二つ目", "\nどこにも属さない段落", 11, id="a paragraph after the items"),
        pytest.param("会社\n", "第3条 (追加)\n", 18, id="an article after the day of enactment"),
        pytest.param(
            "2022年7月29日 制定", "2022年7月29日 制定\n2023年2月30日 改定", 17, id="a day that does not exist"
        ),
        pytest.param("2022年7月29日 制定", "2022年13月1日 制定", 16, id="a month that does not exist"),
        pytest.param("2022年7月29日 制定", f"2022年{'9' * 30}月1日 制定", 16, id="a month too long for a calendar"),
        pytest.param("2022年7月29日 制定", f"令和{'9' * 30}年1月1日 制定", 16, id="a year too long for a calendar"),
        pytest.param("  2. 二つ目", f"  {'9' * 5000}. 二つ目", 10, id="a number too long for a machine"),
        pytest.param("社名の方針", "社" * 201, 1, id="a title too long to be one"),
        pytest.param("第2条 (範囲)", f"第2条 ({'範' * 201})", 12, id="a heading too long to be one"),
        pytest.param("範囲の説明。", f"(1){'部' * 201}", 14, id="a part's heading too long to be one"),
        pytest.param("範囲の説明。", "範囲の\x00説明。", 14, id="a NUL that no database keeps"),
        pytest.param("範囲の説明。", "範囲の\x1b[31m説明。", 14, id="an escape sequence"),
    ],
)
def test_what_has_no_place_is_reported_with_its_line(old: str, new: str, line: int):
    text = SMALL.replace(old, new, 1)
    assert text != SMALL
    found = problems(text)
    assert line in [number for number, _ in found], found


def test_every_misplaced_line_is_reported_and_not_the_first_alone():
    text = (
        SMALL.replace("  2. 二つ目", "  4. 四つ目")
        .replace("第2条 (範囲)", "第5条 (範囲)")
        .replace("会社\n", "第9条 (追加)\n")
    )
    assert lines_of_problems(text) == [10, 12, 18]


def test_a_clause_without_words_is_reported_by_its_line():
    text = SMALL.replace("範囲の説明。\n", "\n")
    assert 12 in lines_of_problems(text)
    assert any("2" in reason for _, reason in problems(text))


def test_an_article_with_items_alone_needs_no_introduction():
    policy = parse(SMALL.replace("目的の説明。\n", "\n"))
    assert [clause.ref for clause in policy.items] == ["1.1", "1.2"]


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n\n", "\ufeff", "　　\n\t\n", "ただの文章です。", "題\n\n本文だけの文章です。\n\n2022年7月29日 制定"],
)
def test_a_text_that_is_no_policy_is_reported_as_a_whole(text: str):
    assert 0 in lines_of_problems(text)


def test_a_policy_without_its_day_is_reported():
    assert problems(SMALL.replace("2022年7月29日 制定\n", "")) != []


def test_full_width_digits_brackets_and_spaces_are_read():
    text = (
        SMALL.replace("第1条 (目的)", "第１条（目的）")
        .replace("  1. 一つ目", "　１．一つ目")
        .replace("  2. 二つ目", "　２． 二つ目")
        .replace("第2条 (範囲)", "第 ２ 条　（ 範囲 ）")
        .replace("2022年7月29日 制定", "２０２２年７月２９日　制定")
    )
    assert parse(text).clauses == parse(SMALL).clauses
    assert parse(text).enacted_on == date(2022, 7, 29)


def test_full_width_brackets_of_a_part_are_read():
    text = SMALL.replace("  1. 一つ目\n  2. 二つ目", "（１）部の題\n\n部の説明。\n\n１．一つ目")
    assert [clause.ref for clause in parse(text).clauses] == ["0", "1", "1(1)", "1(1).1", "2"]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("令和4年7月29日 制定", date(2022, 7, 29)),
        ("令和元年5月1日 改定", date(2019, 5, 1)),
        ("平成31年4月30日 制定", date(2019, 4, 30)),
        ("平成元年1月8日 施行", date(1989, 1, 8)),
        ("昭和64年1月7日 制定", date(1989, 1, 7)),
        ("2022年7月29日制定", date(2022, 7, 29)),
        ("２０２４年２月２９日　改正", date(2024, 2, 29)),
    ],
)
def test_the_day_is_read_by_the_western_and_the_japanese_calendar(written: str, day: date):
    assert parse(SMALL.replace("2022年7月29日 制定", written)).enacted_on == day


def test_the_last_day_given_counts_and_all_are_kept():
    policy = parse(SMALL.replace("2022年7月29日 制定", "2022年7月29日 制定\n2024年4月1日 改定\n2025年10月1日 改定"))
    assert policy.enacted_on == date(2025, 10, 1)
    assert policy.enactments == ("2022年7月29日 制定", "2024年4月1日 改定", "2025年10月1日 改定")


def test_days_listed_newest_first_count_by_the_calendar():
    policy = parse(SMALL.replace("2022年7月29日 制定", "2024年4月1日 改定\n2022年7月29日 制定"))
    assert policy.enacted_on == date(2024, 4, 1)


def test_a_byte_order_mark_and_the_line_ends_of_windows_change_nothing():
    assert parse("\ufeff" + POLICY.replace("\n", "\r\n")) == parse(POLICY)


def test_a_day_within_a_sentence_is_part_of_the_sentence():
    text = SMALL.replace("範囲の説明。", "2022年7月29日以前に取得した情報にも及びます。")
    assert parse(text).clauses[-1].text == "2022年7月29日以前に取得した情報にも及びます。"


def test_an_item_goes_on_over_several_lines():
    policy = parse(SMALL.replace("  1. 一つ目", "  1. 一つ目\n     の続き"))
    assert next(c for c in policy.items if c.ref == "1.1").text == "一つ目\nの続き"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("あ" * 1_000_000, id="words"),
        pytest.param("第2条(" + " " * 1_000_000 + "x", id="spaces in a heading that never ends"),
        pytest.param("第" + " " * 1_000_000 + "x", id="spaces in a number that never comes"),
        pytest.param("(1)" + " " * 1_000_000 + "\x0b", id="spaces after a part's number"),
        pytest.param(" " * 1_000_000 + "1", id="spaces before an item's number"),
        pytest.param("1" * 1_000_000 + ".x", id="digits"),
    ],
)
def test_a_line_of_a_million_characters_is_read_or_reported(line: str):
    # A pattern that backtracks would never come back from here.
    try:
        parse(SMALL.replace("範囲の説明。", f"範囲の説明。\n{line}"))
    except UnreadablePolicy as reason:
        assert reason.problems
        assert all(len(problem.text) <= 40 for problem in reason.problems)


def test_words_are_kept_character_for_character():
    odd = "髙橋 﨑 𠮷 辺󠄁 ㈱ ｶﾅ 　あ〜～ ‐―"
    assert parse(SMALL.replace("範囲の説明。", odd)).clauses[-1].text == odd


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c"])
def test_only_line_ends_end_a_line(separator: str):
    """What Python calls a line end, and no editor shows as one, must not cut a sentence unnoticed."""
    text = SMALL.replace("範囲の説明。", f"範囲の{separator}説明。")
    try:
        words = parse(text).clauses[-1].text
    except UnreadablePolicy as reason:
        assert 14 in [problem.line for problem in reason.problems]
    else:
        assert words == f"範囲の{separator}説明。"


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        ("0", "前文"),
        ("3", "第3条"),
        ("3.3", "第3条 第3号"),
        ("1(1)", "第1条(1)"),
        ("1(1).2", "第1条(1) 第2号"),
        ("2.17", "第2条 第17号"),
    ],
)
def test_a_reference_is_said_as_people_say_it(ref: str, words: str):
    assert label(ref) == words


@pytest.mark.parametrize("ref", ["", "x", "3.", "3.3.3", "(1)", "-1", "3 3"])
def test_what_is_no_reference_has_no_words(ref: str):
    with pytest.raises(ValueError, match="no clause reference"):
        label(ref)


PLAIN = st.text(alphabet="あいうえおかきくけこ漢字情報管理ＡＢabc、。・「」髙𠮷", min_size=1, max_size=20)
PARAGRAPHS = st.lists(st.lists(PLAIN, min_size=1, max_size=3).map("\n".join), min_size=1, max_size=3).map("\n\n".join)
ITEM_WORDS = st.lists(PLAIN, min_size=1, max_size=2).map("\n".join)


def _items(parent: str, words: list[str]) -> list[ClauseText]:
    return [ClauseText(f"{parent}.{n}", parent, Kind.ITEM, "", text) for n, text in enumerate(words, 1)]


@st.composite
def policies(draw: st.DrawFn) -> PolicyText:
    """Any policy of the common shape."""
    title = "方針 " + draw(PLAIN)
    clauses: list[ClauseText] = []
    if draw(st.booleans()):
        clauses.append(ClauseText("0", "", Kind.PREAMBLE, "", draw(PARAGRAPHS)))
    for article in range(1, draw(st.integers(1, 4)) + 1):
        parts = draw(st.integers(0, 2))
        items = draw(st.lists(ITEM_WORDS, max_size=3)) if not parts else []
        needed = not parts and not items
        text = draw(PARAGRAPHS) if needed or draw(st.booleans()) else ""
        clauses.append(ClauseText(str(article), "", Kind.ARTICLE, draw(PLAIN), text))
        clauses += _items(str(article), items)
        for part in range(1, parts + 1):
            words = draw(st.lists(ITEM_WORDS, max_size=3))
            introduction = draw(PARAGRAPHS) if not words or draw(st.booleans()) else ""
            ref = f"{article}({part})"
            clauses.append(ClauseText(ref, str(article), Kind.PART, draw(PLAIN), introduction))
            clauses += _items(ref, words)
    days = sorted(draw(st.lists(st.dates(date(1990, 1, 1), date(2099, 12, 31)), min_size=1, max_size=3, unique=True)))
    return PolicyText(
        title=title,
        clauses=tuple(clauses),
        enacted_on=days[-1],
        enactments=tuple(f"{day.year}年{day.month}月{day.day}日 改定" for day in days),
        signature="\n".join(draw(st.lists(PLAIN, max_size=2))),
    )


@settings(max_examples=60)  # each is a whole policy
@given(policies())
def test_any_policy_written_out_is_read_as_the_same_tree(policy: PolicyText):
    assert parse(render(policy)) == policy


@given(st.text(max_size=400))
def test_any_text_is_read_whole_or_refused_with_reasons(text: str):
    try:
        policy = parse(text)
    except UnreadablePolicy as reason:
        assert reason.problems
    else:
        assert parse(render(policy)).clauses == policy.clauses


LINES = st.sampled_from(
    [
        "",
        "題",
        "第1条 (あ)",
        "第2条 (い)",
        "第１条（あ）",
        "(1)部",
        "(2)部",
        "  1. 号",
        "  2. 号",
        "本文",
        "2022年7月29日 制定",
        "2022年2月30日 制定",
        "代表",
    ]
)


@given(st.lists(LINES, max_size=20).map(lambda lines: "\n".join(["題", *lines])))
def test_any_jumble_of_known_lines_is_read_whole_or_refused_and_loses_no_word(text: str):
    try:
        policy = parse(text)
    except UnreadablePolicy as reason:
        assert all(0 <= problem.line <= len(numbered(text)) for problem in reason.problems)
        return
    assert parse(render(policy)) == policy
    kept = (
        "".join(c.heading + c.text for c in policy.clauses).replace("\n", "")
        + "".join(policy.enactments)
        + policy.signature
    )
    for word in ("本文", "代表", "号"):
        assert kept.count(word) == text.count(word)


def test_references_sort_as_the_policy_has_its_clauses() -> None:
    refs = [clause.ref for clause in parse(POLICY).clauses]
    assert sorted(set(refs), key=in_order) == refs
    assert refs.index("2.2") < refs.index("2.10")
