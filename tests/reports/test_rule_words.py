"""A campaign's rules read as a person would say them, in both languages, and name nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest

from training.campaigns.audience import AudienceRule
from training.campaigns.due import After, Anchor, DueRule, Fixed, Roll
from training.campaigns.models import Campaign
from training.people.models import EmploymentType
from training.reports.rule_words import ENGLISH, JAPANESE, audience_words, credit_words, due_words

SALES, LEGAL, LOST = (UUID(int=number) for number in (1, 2, 3))
PATHS = {SALES: "営業本部", LEGAL: "管理本部/法務部"}
DAY = date(2026, 12, 25)


@dataclass(frozen=True)
class Rule:
    kinds: frozenset[str]
    signed_from: date = date(2026, 4, 1)
    same_revision: bool = True


def asked(rule: AudienceRule, *, kind: str = "yearly", language: str = "ja") -> str:
    return "\n".join(audience_words(rule, kind=kind, departments=PATHS, language=language))


def test_a_rule_that_narrows_nothing_is_everybody() -> None:
    assert asked(AudienceRule()).startswith("在籍するすべての従業者")
    assert "雇用の形による除外はありません" in asked(AudienceRule())
    assert asked(AudienceRule(), language="en").startswith("Everybody who works here")


def test_what_narrows_is_said_clause_by_clause_and_who_is_named_is_counted() -> None:
    rule = AudienceRule(
        departments=frozenset({SALES, LEGAL}),
        types=frozenset({"regular", "officer"}),
        joined_from=date(2026, 4, 1),
        joined_to=date(2026, 9, 30),
        include=frozenset({UUID(int=7), UUID(int=8)}),
        exclude=frozenset({UUID(int=8)}),
    )
    words = asked(rule)
    assert "営業本部、管理本部/法務部（下の部署を含みます）" in words
    assert "雇用区分：役員、正社員" in words
    assert "2026年4月1日から2026年9月30日まで" in words
    assert "加える人：1人" in words
    assert "除く人：1人" in words
    assert "すべての従業者" not in words
    assert str(UUID(int=7)) not in words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (AudienceRule(joined_from=date(2026, 4, 1)), "2026年4月1日以後"),
        (AudienceRule(joined_to=date(2026, 4, 1)), "2026年4月1日以前"),
        (AudienceRule(departments=frozenset({LOST})), "名簿にない部署"),
        (AudienceRule(named_only=True, include=frozenset({UUID(int=7)})), "名指しした人だけ：1人"),
    ],
)
def test_each_clause_has_its_words(rule: AudienceRule, words: str) -> None:
    assert words in asked(rule)


def test_a_change_and_a_leaving_pledge_say_whom_they_ask() -> None:
    assert "前の版に署名した人だけ" in asked(AudienceRule(), kind="change")
    assert "退職の日が決まり" in asked(AudienceRule(), kind="leaving")


def test_training_on_joining_asks_who_joins_meanwhile_unless_days_are_named() -> None:
    assert "期間中に入社した人だけ" in asked(AudienceRule(), kind="joining")
    named = asked(AudienceRule(joined_from=date(2026, 4, 1)), kind="joining")
    assert "期間中に入社" not in named
    assert "2026年4月1日以後" in named


def test_a_pledge_on_leaving_is_due_by_the_last_day_of_work() -> None:
    assert due_words(None, due_on=DAY, kind="leaving")[0] == "最後の出勤日まで"
    after = due_words(DueRule((After(Anchor.ASSIGNMENT, 10),)), due_on=DAY, kind="leaving")
    assert "遅くとも、最後の出勤日まで" in "".join(after)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (None, "2026年12月25日まで"),
        (DueRule((Fixed(DAY),), Roll.NEXT), "次の営業日"),
        (DueRule((After(Anchor.JOINING, 30),)), "入社の日の翌日から数えて30日まで"),
        (DueRule((After(Anchor.RETURN, 14, working=True),), Roll.PREVIOUS), "戻った日の翌日から数えて14営業日まで"),
        (
            DueRule((Fixed(DAY), After(Anchor.ASSIGNMENT, 10))),
            "いちばん遅い日：2026年12月25日まで、割り当ての日の翌日から数えて10日まで",
        ),
    ],
)
def test_a_due_rule_is_said_with_its_day_of_rest_and_its_clock(rule: DueRule | None, words: str) -> None:
    said = due_words(rule, due_on=DAY)
    assert words in "".join(said)
    assert "産休・育休" in said[-1]
    assert due_words(rule, due_on=DAY, language="en") != said


def test_a_credit_rule_is_said_with_kinds_day_and_revision() -> None:
    assert "数えません" in credit_words(None)
    same = credit_words(Rule(frozenset({"joining"})))
    assert same.startswith("2026年4月1日以後に入社時研修で誓約書に署名した人は、受講済みとして扱います。")
    assert "同じ版" in same
    other = credit_words(Rule(frozenset({"joining", "yearly"}), same_revision=False))
    assert "年次研修か入社時研修" in other
    assert "前の版への署名も" in other
    assert "April 1, 2026" in credit_words(Rule(frozenset({"joining"})), language="en")


def test_every_kind_and_type_there_is_has_words_in_both_languages() -> None:
    for words in (JAPANESE, ENGLISH):
        assert set(words.kinds) == set(Campaign.Kind.values)
        assert set(words.type_names) == set(EmploymentType.values)
        assert set(words.rolls) == set(Roll)
        assert set(words.after) == set(Anchor)
