"""A campaign about a change: one module with both texts beside each other, the questions, and a new signature."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from tests import asking, building, cutting
from tests.changes import company
from tests.changes.texts import THIRD
from tests.typesetting.reading import run_together
from training.attestation.models import Attestation
from training.attestation.queries import pledge_for
from training.attestation.standing import outstanding
from training.campaigns.approve import approve
from training.campaigns.cancel import cancel
from training.campaigns.models import Assignment, Campaign
from training.campaigns.open import open_campaign
from training.catalogue.models import Module, ModuleVersion, QuestionVersion
from training.changes.bank import change_module_id
from training.changes.compose import composition_of
from training.changes.signers import signers_of_earlier
from training.errors import Conflict, Invalid, NotAllowed, NotReady
from training.policy.models import Revision
from training.quiz.models import Attempt
from training.quiz.queries import questions_of
from training.quiz.remark import withdraw
from training.reports.documents.make import module_pdf
from training.roles import Role

pytestmark = pytest.mark.django_db
DAY = company.AFTER.date()


@pytest.fixture
def revision() -> Revision:
    """Two have signed the first text, one only works here; everything is decided and confirmed."""
    company.signed_first("000101", "000102")
    company.staff("000103")
    made = company.second()
    company.decide_all(made, material=("3.3", "3.5"))
    company.confirm_all(made)
    return made


def version_of(campaign: Campaign) -> ModuleVersion:
    return ModuleVersion.objects.get(module__in=campaign.modules.all())


def run(campaign: Campaign) -> Campaign:
    """Approved and opened to those who signed the old text."""
    approve(campaign=campaign, by=building.officer(), now=company.AFTER)
    open_campaign(campaign=campaign, by=building.officer(), now=company.AFTER, named=signers_of_earlier(campaign))
    return campaign


def test_the_draft_asks_for_one_module_on_the_new_text(revision: Revision) -> None:
    campaign = company.compose(revision)
    assert (campaign.kind, campaign.state) == (Campaign.Kind.CHANGE, Campaign.State.DRAFT)
    assert (campaign.revision, campaign.due_on) == (revision, date(2026, 12, 28))
    version = version_of(campaign)
    assert version.module_id == change_module_id(revision.pk)
    assert (version.module.slug, version.number, version.revision) == ("change-2", 1, revision)


def test_it_has_a_section_for_each_material_clause_with_both_texts(revision: Revision) -> None:
    content = version_of(company.compose(revision)).content
    assert [section["title"] for section in content["sections"]] == [
        "第3条 第3号が変わりました",
        "第3条 第5号が変わりました",
    ]
    first, second = content["sections"]
    assert (first["clauses"], second["clauses"], content["covers"]) == (["3.3"], ["3.5"], ["3.3", "3.5"])
    assert "<del>" in first["html"]
    assert "<ins>" in first["html"]
    assert "年一回以上" in first["html"]
    assert "改定前：第1版（2022年7月29日）" in first["html"]
    assert "改定後：第2版（2026年12月1日）" in first["html"]


def test_every_changed_clause_is_on_every_paper(revision: Revision) -> None:
    campaign = run(company.compose(revision))
    version = version_of(campaign)
    assert version.content["blueprint"]["each_clause"] == ["3.3", "3.5"]
    assert version.content["blueprint"]["draw"] == 4
    [assignment, _other] = Assignment.objects.filter(campaign=campaign)
    building.train(assignment, now=company.AFTER)
    asked = questions_of(Attempt.objects.get(task__assignment=assignment))
    assert {ref for one in asked for ref in one.content["clauses"]} == {"3.3", "3.5"}


def test_questions_quote_the_new_text_and_stay_the_same_questions(revision: Revision) -> None:
    company.compose(revision)
    for question in QuestionVersion.objects.filter(number=1):
        again = QuestionVersion.objects.get(question=question.question, number=2)
        assert again.content["options"] == question.content["options"]
        assert again.content["quotes"] != question.content["quotes"]
        assert "年一回以上" in again.content["quotes"][0]["text"] or again.content["clauses"] == ["3.5"]


def test_who_signed_the_old_text_signs_the_new_one_and_nobody_else_is_bothered(revision: Revision) -> None:
    campaign = run(company.compose(revision))
    assigned = Assignment.objects.filter(campaign=campaign)
    assert sorted(one.employment.number for one in assigned) == ["000101", "000102"]
    assert {one.cause for one in assigned} == {Assignment.Cause.CHANGE}
    assignment = building.assignment_of(assigned[0].employment, campaign.code)
    earlier = Attestation.objects.get(assignment__campaign__code="FY2026", assignment__employment=assignment.employment)
    assert assignment.facts["attestation"] == str(earlier.pk)
    assert pledge_for(assignment).policy_number == 2

    signature = company.do(assignment, now=company.AFTER)
    assert signature.signed["policy"] == {
        "title": revision.title,
        "revision": 2,
        "digest": revision.digest,
        "enacted_on": "2026-12-01",
    }
    assert assignment.employment.employee_id not in signers_of_earlier(campaign)


def test_the_yearly_training_stays_due_all_the_same(revision: Revision) -> None:
    joined = building.person("000200", "髙橋 一郎", user=building.account("late", password=None))
    yearly = company.opened(revision, code="FY2027")
    campaign = run(company.compose(revision))
    for one in Assignment.objects.filter(campaign=campaign):
        company.do(building.assignment_of(one.employment, campaign.code), now=company.AFTER)
    left = outstanding(Assignment.objects.filter(campaign=yearly), day=DAY)
    assert left.count() == 4
    assert joined.number in {one.employment.number for one in left}


def test_new_and_vanished_clauses_have_their_sections_and_moved_ones_their_new_number() -> None:
    company.signed_first("000101")
    building.module_version("article-2", **company.taught(("2.15",), slug="article-2"), covers=("2",))
    revision = company.second()
    company.decide_all(revision, material=("3.3", "3.7", "2.14", "2.15"))
    company.confirm_all(revision)
    content = version_of(company.compose(revision)).content
    assert [section["title"] for section in content["sections"]] == [
        "第2条 第14号がなくなりました",
        "第2条 第15号 → 第2条 第14号の番号が変わりました",
        "第2条 第16号 → 第2条 第15号の番号が変わりました",
        "第3条 第3号が変わりました",
        "第3条 第7号が加わりました",
    ]
    assert [section["clauses"] for section in content["sections"]] == [[], ["2.14"], ["2.15"], ["3.3"], ["3.7"]]
    # The question on what was 2.15 is asked about 2.14, which it is called now.
    assert content["blueprint"]["each_clause"] == ["2.14", "3.3"]
    composition = composition_of(revision, day=DAY)
    assert composition is not None
    assert [one.pair for one in composition.silent] == [("2.14", ""), ("2.16", "2.15"), ("", "3.7")]


def test_pictures_of_questions_come_along() -> None:
    picture = asking.picture()
    shown = asking.question("shown", 1)
    shown = replace(shown, stem=f'<p>図を見てください。<img src="{picture.source}" alt="図"></p>')
    building.module_version("article-3", questions=(shown,), images=(picture,), blueprint=company.Blueprint(1, 50))
    revision = company.second()
    company.decide_all(revision)
    company.confirm_all(revision)
    assert version_of(company.compose(revision)).content["images"] == [picture.sha256]


def test_the_lesson_on_paper_shows_both_texts_with_words_for_the_marks(revision: Revision) -> None:
    words = run_together(module_pdf(version_of(company.compose(revision))))
    assert "対する〔削除：定期的な〕教育・研修の実施" in words
    assert "対する〔追加：年一回以上の〕教育・研修の実施〔追加：およびその記録〕" in words


# --- refusals ---


def refused(revision: Revision, error: type[Exception], match: str | None = None, **changes: Any) -> None:
    before = cutting.everything()
    with pytest.raises(error, match=match):
        company.compose(revision, **changes)
    assert cutting.everything() == before


def test_while_a_clause_is_undecided_nothing_is_composed() -> None:
    company.signed_first("000101")
    building.officer()
    building.statement()
    refused(company.second(), NotReady, "第3条 第7号")


def test_where_nothing_is_material_there_is_nothing_to_ask() -> None:
    company.signed_first("000101")
    revision = company.second()
    company.decide_all(revision, material=())
    refused(revision, NotReady)


def test_questions_that_speak_of_the_old_text_stop_it_unless_they_are_left_out() -> None:
    company.signed_first("000101")
    revision = company.second()
    company.decide_all(revision, material=("3.3", "3.5"))
    refused(revision, NotReady, without_unreviewed=False)
    refused(revision, NotReady, without_unreviewed=True)  # none is left then

    building.module_version("other", **company.taught(("3.3",), slug="other"), covers=())
    other = Module.objects.get(slug="other")
    company.confirm(revision=revision, module=other, ref="3.3", by=building.officer(), now=company.AFTER)
    refused(revision, NotReady, without_unreviewed=False)
    content = version_of(company.compose(revision)).content
    assert len(content["questions"]) == 2
    assert content["blueprint"]["each_clause"] == ["3.3"]
    assert len(content["sections"]) == 2  # 3.5 is read all the same


def test_a_withdrawn_question_is_not_asked(revision: Revision) -> None:
    first = QuestionVersion.objects.filter(content__clauses=["3.3"]).first()
    assert first is not None
    withdraw(questions=[first], reason="誤り", by=building.officer(), now=company.AFTER)
    assert len(version_of(company.compose(revision)).content["questions"]) == 3


def test_one_campaign_at_a_time_asks_about_a_text(revision: Revision) -> None:
    first = company.compose(revision)
    refused(revision, Conflict, "change-2", code="again")
    cancel(campaign=first, reason="日程を改める", by=building.officer(), now=company.AFTER)
    again = company.compose(revision, code="change-2b")
    assert version_of(again).number == 1  # the same words are the same version


def test_only_the_newest_text_is_asked_about(revision: Revision) -> None:
    company.second(source=THIRD, now=building.later(days=300))
    refused(revision, Conflict)


def test_a_code_that_is_taken_leaves_no_module_behind(revision: Revision) -> None:
    refused(revision, Conflict, code="FY2026")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUDITOR])
def test_neither_editors_nor_auditors_compose(revision: Revision, role: Role) -> None:
    somebody = building.account("somebody", role)
    building.statement()
    refused(revision, NotAllowed, by=somebody)


def test_a_page_that_has_the_module_s_address_already_is_named(revision: Revision) -> None:
    Module.objects.create(pk=uuid4(), slug="change-2")
    refused(revision, Invalid, "change-2")


def test_it_is_composed_whole_or_not_at_all(revision: Revision) -> None:
    building.statement()
    building.officer()
    cutting.writes_whole_or_not_at_all(lambda: company.compose(revision))
