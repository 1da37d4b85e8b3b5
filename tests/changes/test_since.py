"""Revision upon revision: one campaign asks for what changed since the texts that were signed, text against text."""

from __future__ import annotations

import random
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import building, cutting
from tests.changes import company
from tests.changes.texts import AGAIN, AGAIN_AND_MORE, AGAIN_LATER, BACK, CHANGED, THIRD, WITHOUT, WITHOUT_LATER
from training.attestation.annul import annul
from training.campaigns.models import Assignment, Campaign
from training.catalogue.models import Module, ModuleVersion
from training.changes.compare import Comparison, Judged, comparison_of
from training.changes.compose import Composition, composition_of
from training.changes.decide import decide
from training.changes.signers import signers_of_earlier
from training.changes.since import _judged, comparison_since
from training.changes.touched import touched_since_signing
from training.errors import Conflict, NotReady
from training.policy.diff import Change, diff
from training.policy.follow import References, Step
from training.policy.models import Clause, Revision

pytestmark = pytest.mark.django_db

LATER, LATEST = building.later(days=300), building.later(days=500)
DAY = LATER.date()
DAYS: dict[str, Any] = {
    "code": "change-3",
    "first_day": date(2027, 10, 1),
    "due_on": date(2027, 10, 29),
    "last_day": date(2027, 12, 28),
    "valid_until": date(2028, 12, 31),
}


def text(source: str, *, material: tuple[str, ...], now: Any = company.AFTER, confirmed: bool = True) -> Revision:
    """Another text, with everything decided and confirmed."""
    made = company.second(source=source, now=now)
    company.decide_all(made, material=material, now=now)
    if confirmed:
        company.confirm_all(made, now=now)
    return made


def two_texts(
    source: str = THIRD, *, before: tuple[str, ...] = ("3.3", "3.5"), after: tuple[str, ...] = ("3.3",)
) -> Revision:
    """A second text and another upon it, before anything was composed about the second."""
    text(company.SECOND, material=before)
    return text(source, material=after, now=LATER)


def composed(revision: Revision, **changes: Any) -> dict[str, Any]:
    """What the campaign's one module holds."""
    campaign = company.compose(revision, now=LATER, **(DAYS | changes))
    return dict(ModuleVersion.objects.get(module__in=campaign.modules.all()).content)


def composition(revision: Revision) -> Composition:
    found = composition_of(revision, day=DAY)
    assert found is not None
    return found


def since(revision: Revision, *texts: int) -> Comparison:
    found = comparison_since(revision, texts)
    assert found is not None
    return found


def refs(comparison: Comparison) -> list[str]:
    return [one.difference.ref for one in comparison.material]


def words(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def titles(content: dict[str, Any]) -> list[str]:
    return [section["title"] for section in content["sections"]]


# --- one campaign for all of it ---


def test_who_signed_the_first_text_reads_it_beside_the_third_and_is_asked_once() -> None:
    people = company.signed_first("000101", "000102")
    company.staff("000103")
    revision = two_texts()
    campaign = company.compose(revision, now=LATER, **DAYS)
    content = ModuleVersion.objects.get(module__in=campaign.modules.all()).content

    assert (content["slug"], campaign.revision) == ("change-3", revision)
    assert titles(content) == ["第3条 第3号が変わりました", "第3条 第5号が変わりました"]
    first, second = (words(section["html"]) for section in content["sections"])
    assert "改定前：第1版（2022年7月29日）" in first
    assert "改定後：第3版（2027年10月1日）" in first
    assert "〔削除：定期的な〕教育・研修の実施" in first
    assert "〔追加：年二回以上の〕教育・研修の実施" in first
    assert "年一回以上" not in first  # what the second text said is nobody's any more
    assert "漏えい等の兆候の監視" in second
    assert content["summary"] == (
        "第1版（2022年7月29日）から第3版（2027年10月1日）までに変わった条項を、改定前と改定後の文面を並べて読みます。"
    )
    assert content["blueprint"]["each_clause"] == ["3.3", "3.5"]
    assert set(signers_of_earlier(campaign)) == {one.employee_id for one in people}


def test_who_is_asked_so_signs_the_newest_text() -> None:
    company.signed_first("000101")
    revision = two_texts()
    campaign = company.compose(revision, now=LATER, **DAYS)
    company.approve(campaign=campaign, by=building.officer(), now=LATER)
    company.open_campaign(campaign=campaign, by=building.officer(), now=LATER, named=signers_of_earlier(campaign))
    [assignment] = Assignment.objects.filter(campaign=campaign)
    signature = company.do(building.assignment_of(assignment.employment, "change-3"), now=LATER)
    assert signature.signed["policy"]["revision"] == 3
    assert signers_of_earlier(campaign) == {}


def test_about_the_text_between_nothing_is_composed_any_more() -> None:
    company.signed_first("000101")
    two_texts()
    with pytest.raises(Conflict):
        company.compose(Revision.objects.get(number=2), now=LATER, **DAYS)


def test_where_everybody_signed_the_second_text_only_the_last_step_is_shown() -> None:
    [one] = company.signed_first("000101")
    second = text(company.SECOND, material=("3.3", "3.5"))
    company.opened(second, code="NEW")
    company.do(building.assignment_of(one, "NEW"), now=company.AFTER)
    revision = text(THIRD, material=("3.3",), now=LATER)

    content = composed(revision)
    assert titles(content) == ["第3条 第3号が変わりました"]
    assert "改定前：第2版（2026年12月1日）" in words(content["sections"][0]["html"])
    assert content["summary"] == "2027年10月1日の改定で変わった条項を、改定前と改定後の文面を並べて読みます。"


def test_where_nobody_has_signed_anything_it_is_compared_with_the_text_before() -> None:
    building.revision()
    revision = two_texts()
    assert since(revision) == comparison_of(revision)


# --- text against text ---


def test_changed_and_changed_back_is_unchanged_and_so_is_what_was_taken_out_and_put_in_again() -> None:
    company.signed_first("000101")
    everything = ("2.14", "2.15", "3.3", "3.5", "3.7")
    revision = two_texts(BACK, before=everything, after=everything)
    assert {one.difference.ref for one in since(revision, 1).judged} == {"3.3", "9"}
    assert refs(since(revision, 1)) == ["3.3"]
    assert titles(composed(revision)) == ["第3条 第3号が変わりました"]


@pytest.mark.parametrize(
    ("before", "after", "material"),
    [(("3.3",), (), ["3.3"]), ((), ("3.3",), ["3.3"]), (("3.3",), ("3.3",), ["3.3"]), ((), (), [])],
)
def test_a_clause_is_material_that_was_material_in_any_step(
    before: tuple[str, ...], after: tuple[str, ...], material: list[str]
) -> None:
    company.signed_first("000101")
    assert refs(since(two_texts(before=before, after=after), 1)) == material


def test_words_that_came_back_under_another_number_are_not_learnt_anew() -> None:
    company.signed_first("000101")
    text(company.SECOND, material=("2.15",))
    revision = text(THIRD, material=(), now=LATER)
    second = Revision.objects.get(number=2)
    [moved] = [one for one in since(revision, 1).judged if one.pair == ("2.16", "2.15")]
    assert (moved.difference.change, moved.material) == (Change.RENUMBERED, True)

    decide(
        revision=second, ref_before="2.16", ref_after="2.15", material=False, reason="番号だけ",
        by=building.officer(), now=LATER,
    )  # fmt: skip
    assert refs(since(revision, 1)) == []


def test_while_any_step_is_undecided_nothing_is_composed_even_of_what_changed_back() -> None:
    company.signed_first("000101")
    building.statement()
    company.second()
    revision = text(BACK, material=("3.3",), now=LATER)
    before = cutting.everything()
    with pytest.raises(NotReady, match=r"2.*第3条 第5号"):
        company.compose(revision, now=LATER, **DAYS)
    assert cutting.everything() == before

    company.decide_all(Revision.objects.get(number=2), now=LATER)
    company.confirm_all(Revision.objects.get(number=2), now=LATER)
    assert titles(composed(revision)) == ["第3条 第3号が変わりました"]


def test_a_question_that_nobody_read_against_the_text_between_is_not_asked() -> None:
    company.signed_first("000101")
    second = text(company.SECOND, material=("3.3", "3.5"), confirmed=False)
    revision = text(THIRD, material=("3.3",), now=LATER)
    assert len(composition(revision).unreviewed) == 4  # those on 3.3 are confirmed for the third text alone

    module = Module.objects.get(slug="article-3")
    company.confirm(revision=second, module=module, ref="3.5", by=building.officer(), now=LATER)
    assert [one.version.content["clauses"] for one in composition(revision).unreviewed] == [["3.3"], ["3.3"]]
    company.confirm(revision=second, module=module, ref="3.3", by=building.officer(), now=LATER)
    assert composition(revision).unreviewed == ()


def test_a_question_of_before_a_clause_was_taken_out_is_not_asked_of_what_was_put_in_again_in_its_place() -> None:
    company.signed_first("000101", refs=("3.6",))
    text(WITHOUT, material=("3.6",), confirmed=False)
    revision = text(AGAIN, material=("3.6",), now=LATER, confirmed=False)
    [changed] = since(revision, 1).judged
    assert (changed.pair, changed.difference.change) == (("3.6", "3.6"), Change.CHANGED)
    assert [step.difference.change for _number, step in changed.steps] == [Change.REMOVED, Change.ADDED]

    company.publish("article-3", revision, now=LATER, **company.taught(("3.6",)))  # as it was, for both texts at once
    assert [one.version.content["clauses"] for one in composition(revision).unreviewed] == [["3.6"], ["3.6"]]
    company.publish("article-3", revision, now=LATER, **company.taught(("3.6",), slug="anew"))
    assert composition(revision).unreviewed == ()


def test_nor_where_it_was_reworded_after_it_was_put_in_again() -> None:
    company.signed_first("000101", refs=("3.6",))
    text(WITHOUT, material=("3.6",), confirmed=False)
    text(AGAIN, material=("3.6",), now=LATER, confirmed=False)
    revision = text(AGAIN_AND_MORE, material=("3.6",), now=LATEST, confirmed=False)
    company.publish("article-3", revision, now=LATEST, **company.taught(("3.6",)))
    assert len(composition(revision).unreviewed) == 2


def test_nor_where_it_was_rewritten_before_it_was_taken_out() -> None:
    company.signed_first("000101", refs=("3.6",))
    second = text(CHANGED, material=("3.6",), confirmed=False)
    company.publish("article-3", second, **company.taught(("3.6",), slug="rewritten"))
    text(WITHOUT_LATER, material=("3.6",), now=LATER, confirmed=False)
    revision = text(AGAIN_LATER, material=("3.6",), now=LATEST, confirmed=False)
    company.publish("article-3", revision, now=LATEST, **company.taught(("3.6",), slug="rewritten"))
    assert len(composition(revision).unreviewed) == 2
    company.publish("article-3", revision, now=LATEST, **company.taught(("3.6",), slug="anew"))
    assert composition(revision).unreviewed == ()


# --- people who signed different texts ---


@pytest.fixture
def both() -> Revision:
    """Two signed the first text, one of three the second as well; the third text takes some of the second back."""
    people = company.signed_first("000101", "000102", "000103")
    everything = ("2.14", "3.3", "3.5", "3.7")
    second = text(company.SECOND, material=everything)
    company.opened(second, code="NEW")
    company.do(building.assignment_of(people[2], "NEW"), now=company.AFTER)
    return text(BACK, material=everything, now=LATER)


def test_each_clause_that_changed_for_anybody_is_shown_once_beside_the_oldest_text_since_which_it_did(
    both: Revision,
) -> None:
    content = composed(both)
    shown = {section["title"]: words(section["html"]) for section in content["sections"]}
    assert list(shown) == [
        "第2条 第14号が加わりました",
        "第3条 第3号が変わりました",
        "第3条 第5号が変わりました",
        "第3条 第7号がなくなりました",
    ]
    texts = [re.findall(r"改定前：第(\d)版", one) for one in shown.values()]
    assert texts == [["2"], ["1"], ["2"], ["2"]]
    assert content["summary"].endswith(
        "第2版に署名した方には、その前に変わった条項も含まれます。"
        "第1版と同じに戻った条項も、第2版に署名した方のために含みます。比べた版は各節に示します。"
    )
    assert len({section["key"] for section in content["sections"]}) == 4


def test_the_counts_of_the_people_are_those_who_would_learn_something(both: Revision) -> None:
    touched = touched_since_signing(both, day=DAY)
    assert touched is not None
    assert touched.people == {1: 2, 2: 1}
    assert touched.audience == 3
    counts = {one.judged.difference.ref: touched.people_on(one) for one in touched.clauses if one.judged.material}
    assert counts == {"2.14": 1, "3.3": 3, "3.5": 1, "3.7": 1}
    modules = {one.judged.difference.ref: len(one.modules) for one in touched.clauses if one.judged.material}
    assert modules["3.3"] == modules["3.5"] == 1


def test_who_signed_the_first_text_after_the_second_counts_with_the_second(both: Revision) -> None:
    [mine] = Assignment.objects.filter(campaign__code="NEW", attestations__isnull=False)
    earlier = building.assignment_of(mine.employment)
    signature = earlier.attestations.get()
    annul(attestation=signature, cause="other", reason="誤り", by=building.officer(), now=building.later(days=19))
    building.sign(earlier, "髙橋 一郎", now=building.later(days=20))
    touched = touched_since_signing(both, day=DAY)
    assert touched is not None
    assert touched.people == {1: 2, 2: 1}
    named = signers_of_earlier(Campaign(revision=both))[mine.employment.employee_id]
    assert named == {"attestation": str(mine.attestations.get().pk)}


def test_what_it_touches_costs_the_same_for_many_modules(both: Revision, django_assert_num_queries: Any) -> None:
    with CaptureQueriesContext(connection) as few:
        touched_since_signing(both, day=DAY)
    for number in range(4):
        building.module_version(f"more-{number}", **company.taught(slug=f"more-{number}"))
    with django_assert_num_queries(len(few)):
        touched_since_signing(both, day=DAY)


# --- without a database ---


def test_whatever_is_changed_moved_taken_out_and_put_in_a_clause_that_differs_was_changed_by_a_step() -> None:
    chance = random.Random(9)
    for _turn in range(300):
        texts = [_some_text(chance) for _number in range(4)]
        steps = [Step(n, n + 1, diff(texts[n - 1], texts[n])) for n in (1, 2, 3)]
        between = tuple(
            Comparison(Revision(number=step.after), step.before, 0, tuple(Judged(one, None) for one in step.changes))
            for step in steps
        )
        for text in (1, 2, 3):
            for one in diff(texts[text - 1], texts[3]):
                if one.change is not Change.SAME:
                    judged = _judged(one, text, between, References(steps))
                    assert [number for number, _step in judged.steps if number > text]
                    assert (judged.difference, judged.since, judged.decision) == (one, text, None)


def _some_text(chance: random.Random) -> list[Clause]:
    """Up to six clauses with few words to choose from, so that some stand twice and many come back."""
    return [Clause(ref=f"3.{n}", text=chance.choice("甲乙丙丁戊")) for n in range(1, chance.randrange(2, 7))]
