"""What still speaks of the old text: sections and questions whose own words nobody has touched since."""

from __future__ import annotations

from typing import Any

from training.changes.stale import Speaking, stale_in


def section(html: str, ref: str = "3.5", title: str = "節") -> dict[str, Any]:
    return {"title": title, "html": html, "clauses": [ref], "key": "k", "topics": ["a"]}


def question(key: str, stem: str, ref: str = "3.5", **more: Any) -> dict[str, Any]:
    return {
        "schema": 1,
        "question": key,
        "stem": stem,
        "options": [{"id": "o", "text": "甲"}],
        "clauses": [ref],
        "quotes": [],
        "topics": ["a"],
        **more,
    }


def speaking(*sections: dict[str, Any], questions: tuple[dict[str, Any], ...] = ()) -> Speaking:
    return Speaking({"sections": list(sections), "covers": ["3"]}, questions)


def quoted(words: str, meaning: str) -> str:
    return f'<div><figure class="pt-clause"><blockquote>{words}</blockquote></figure><p>{meaning}</p></div>'


def found(now: Speaking, before: Speaking | None, now_ref: str = "3.5", before_ref: str = "3.5") -> Any:
    result = stale_in(now, before, called_now=now_ref, called_before=before_ref)
    return result.sections, result.questions


def test_a_section_with_a_fresh_quotation_and_the_old_explanation_is_stale() -> None:
    before = speaking(section(quoted("古い条文", "説明")))
    assert found(speaking(section(quoted("新しい条文", "説明"))), before) == ((1,), ())


def test_a_section_with_a_new_explanation_or_heading_is_not() -> None:
    before = speaking(section(quoted("古い条文", "説明")))
    assert found(speaking(section(quoted("新しい条文", "新しい説明"))), before) == ((), ())
    assert found(speaking(section(quoted("新しい条文", "説明"), title="新しい節")), before) == ((), ())


def test_only_sections_and_questions_on_the_clause_count() -> None:
    before = speaking(section("甲"), section("乙", "3.4"), questions=(question("a", "問"), question("b", "問", "3.4")))
    assert found(before, before) == ((1,), ("a",))


def test_a_question_is_stale_by_its_words_and_not_by_how_it_is_filed_or_what_it_quotes() -> None:
    before = speaking(questions=(question("a", "問い"),))
    filed = question("a", "問い", topics=["b"], difficulty=3, quotes=[{"ref": "3.5", "text": "新しい条文"}])
    assert found(speaking(questions=(filed,)), before) == ((), ("a",))
    rewritten = question("a", "問い", options=[{"id": "o", "text": "乙"}])
    assert found(speaking(questions=(rewritten,)), before) == ((), ())


def test_the_clause_is_looked_for_under_the_name_that_each_text_gives_it() -> None:
    before, now = speaking(section("甲", "3.5")), speaking(section("甲", "3.6"))
    assert found(now, before, "3.6", "3.5") == ((1,), ())
    assert found(now, before) == ((), ())


def test_a_module_that_came_to_be_since_knows_no_old_text() -> None:
    assert found(speaking(section("甲")), None) == ((), ())
