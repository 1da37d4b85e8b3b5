"""The plan as a document says who drafted and changed it, when, and by which methods people are trained."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests import building
from tests.building import NOW, later
from tests.campaigns.staffing import listed as on_the_roster
from tests.reports.test_basis import on_paper, online, taken_back
from tests.reports.test_documents import TODAY, said
from training.attestation.paper import enter_paper
from training.campaigns.approve import approve, fingerprint_of
from training.campaigns.models import Campaign, CampaignEvent, CampaignModule
from training.campaigns.open import open_campaign
from training.campaigns.plan import replan
from training.campaigns.repeat import draft_due
from training.ledger.keys import load_key, verifier
from training.ledger.seal import seal
from training.ledger.verify import verify
from training.reports.documents.make import plan_pdf, report_pdf
from training.roles import Role

pytestmark = pytest.mark.django_db
SCAN = b"%PDF-1.7\n%%EOF\n"


def read(made: Campaign) -> str:
    return said(plan_pdf(made, checkpoint=None))


def hanako() -> object:
    hr = building.account("jinji", Role.HR)
    hr.last_name, hr.first_name = "𠮷田", "花子"
    hr.save()
    return hr


def from_before(code: str) -> Campaign:
    """A draft as it was stored before it said who drafted it."""
    like = Campaign.objects.filter(code="LIKE").first() or building.draft(code="LIKE")
    modules = list(like.campaign_modules.order_by("order"))
    like.pk, like.code = None, code
    like.save()
    for row in modules:
        CampaignModule.objects.create(campaign=like, module=row.module, order=row.order)
    return like


def changed(made: Campaign, *, title: str, by: object, hours: int, **other: object) -> Campaign:
    same = ("code", "kind", "first_day", "last_day", "due_on", "valid_until", "revision", "statement")
    modules = [row.module for row in made.campaign_modules.order_by("order")]
    values = {name: getattr(made, name) for name in same} | other
    return replan(campaign=made, title=title, modules=modules, by=by, now=later(hours=hours), **values)


def test_author_and_day_stand_above_the_approval_under_the_accounts_name() -> None:
    made = building.draft(by=hanako())
    words = read(made)
    assert "作成者𠮷田花子作成日2026年11月24日承認承認前" in words
    assert "最終変更" not in words
    assert "この計画は、まだ承認されていません。" in words

    approve(campaign=made, by=building.officer(), now=later(days=1))
    words = read(made)
    assert "作成日2026年11月24日承認2026年11月25日承認officer" in words
    assert "この計画は、まだ承認されていません。" not in words


def test_a_plan_that_was_changed_after_its_approval_is_not_approved_until_it_is_again() -> None:
    made = building.draft(by=hanako())
    old = approve(campaign=made, by=building.officer(), now=later(days=1))
    made = changed(made, title="改めた題", by=building.officer(), hours=48)
    words = read(made)
    assert "最終変更2026年11月26日officer承認承認前（承認の後に変更）1." in words
    assert "承認の後に変更したため、この計画は、まだ承認されていません。" in words
    assert f"承認した計画の指紋{fingerprint_of(old.facts)}台帳の記録番号{old.entry_id}" in words

    new = approve(campaign=made, by=building.officer(), now=later(days=3))
    words = read(made)
    assert "最終変更2026年11月26日officer承認2026年11月27日承認officer1." in words
    assert "まだ承認されていません" not in words
    assert "承認の後に変更" not in words
    assert all(f"台帳の記録番号{event.entry_id}" in words for event in (old, new))


def test_of_several_changes_the_last_is_told_and_the_drafter_stays() -> None:
    made = building.draft(by=hanako())
    changed(made, title="一度改めた題", by=building.officer(), hours=1)
    made = changed(made, title="二度改めた題", by=building.account("jinji2", Role.HR), hours=24)
    words = read(made)
    assert "作成日2026年11月24日最終変更2026年11月25日jinji2承認承認前" in words
    for kind, title in (("drafted", "2026年度"), ("changed", "二度改めた題")):
        event = made.events.get(kind=kind, facts__title__startswith=title)
        assert f"台帳の記録番号{event.entry_id}" in words
    assert f"{made.events.get(facts__title='一度改めた題').entry_id}" not in words


def test_what_a_repeating_plan_drafted_names_that_plan_and_nobody() -> None:
    building.repeating()
    (made,) = draft_due(now=datetime(2027, 2, 1, 3, 0, tzinfo=UTC))
    words = read(made)
    assert "作成者システム（毎年の計画「2027年度個人情報保護研修」による自動作成）作成日2027年2月1日" in words
    made.title = "別の題"
    made.save()
    assert "毎年の計画「2027年度個人情報保護研修」" in read(made)


def test_a_plan_of_before_it_was_recorded_says_so_and_its_approval_is_the_same() -> None:
    building.person()
    made = from_before("FY2026")
    approval = approve(campaign=made, by=building.officer(), now=NOW)
    open_campaign(campaign=made, by=building.officer(), now=NOW)
    seal(now=later(hours=1), key=load_key())
    words = read(made)
    assert "作成者記録なし作成日記録なし承認2026年11月24日承認officer" in words
    assert f"承認した計画の指紋{fingerprint_of(approval.facts)}" in words
    assert verify(keys=[verifier(load_key())]).intact


def test_a_draft_of_before_that_is_changed_now_says_who_changed_it() -> None:
    made = changed(from_before("FY2026"), title="改めた題", by=building.officer(), hours=1)
    assert "作成者記録なし作成日記録なし最終変更2026年11月24日officer承認承認前" in read(made)


def test_an_account_that_lost_its_name_is_called_by_its_username_and_the_ledger_stays_intact() -> None:
    """The document asks the account; no entry holds a name that would have to be erased."""
    hr = hanako()
    made = building.draft(by=hr)
    seal(now=later(hours=1), key=load_key())
    hr.last_name = hr.first_name = ""
    hr.username = "deleted-1"
    hr.save()
    words = read(made)
    assert "作成者deleted-1作成日" in words
    assert "花子" not in words
    assert verify(keys=[verifier(load_key())]).intact


def test_who_drafted_it_changes_no_fingerprint() -> None:
    one = building.draft(by=hanako())
    event = CampaignEvent.objects.get()
    approval = approve(campaign=one, by=building.officer(), now=NOW)
    assert "by" not in event.facts
    assert fingerprint_of(event.facts | {"versions": approval.facts["versions"]}) == fingerprint_of(approval.facts)


def test_the_plan_names_paper_and_session_beside_e_learning() -> None:
    """Of everybody in every campaign a sheet can be entered, so every plan says so."""
    words = read(building.draft())
    assert "eラーニングで行います。" in words
    assert "紙の教材とテスト、または集合研修で受け、誓約書は紙に署名します。" in words


def test_the_report_counts_by_method_where_some_were_on_paper_and_invents_nothing() -> None:
    online, sheet = building.person(), building.person("000102", "山﨑 花子")
    campaign = building.campaign()
    building.train(building.assignment_of(online))
    building.sign(building.assignment_of(online), "髙橋 一郎")
    method = "方法eラーニング、課程ごとの理解度テスト、本人確認のうえでの誓約書への署名"
    assert f"{method}方針の版" in said(report_pdf(campaign, day=TODAY))

    by = building.officer()
    values = {"kind": "group", "held_on": TODAY, "scan": SCAN}
    enter_paper(assignment=building.assignment_of(sheet), note="", by=by, now=NOW, **values)
    words = said(report_pdf(campaign, day=TODAY))
    assert f"{method}（1人）紙の教材とテスト、または集合研修、紙の誓約書への署名（1人）方針の版" in words


METHODS = {
    "online": "eラーニング、課程ごとの理解度テスト、本人確認のうえでの誓約書への署名",
    "pledge": "eラーニング、課程ごとの理解度テスト、紙の誓約書への署名",
    "modules": "紙の教材とテスト、または集合研修、本人確認のうえでの誓約書への署名",
    "all": "紙の教材とテスト、または集合研修、紙の誓約書への署名",
}


def methods(made: Campaign, day: date = TODAY) -> str:
    """What the report says after 方法, white space taken out."""
    return "e" + said(report_pdf(made, day=day)).partition("方法e")[2].partition("方針の版")[0]


def test_whose_modules_were_passed_online_and_whose_pledge_is_on_paper_are_counted_by_themselves() -> None:
    """Nobody is said to have learnt on paper who did not, and nobody's sheet becomes e-learning by a later signature."""
    who = {name: building.person(name, f"架空 {name}") for name in ("online", "pledge", "pledge2", "modules", "all")}
    made = building.campaign()
    mine = {name: building.assignment_of(one) for name, one in who.items()}
    online(mine["online"], "架空 online")
    for name in ("pledge", "pledge2"):
        building.train(mine[name])
        on_paper(mine[name])
    on_paper(mine["all"], kind="group")
    taken_back(on_paper(mine["modules"]), hours=1)
    building.sign(mine["modules"], "架空 modules", now=later(hours=2))

    lines = [f"{METHODS[name]}（{n}人）" for name, n in (("online", 1), ("pledge", 2), ("modules", 1), ("all", 1))]
    assert methods(made) == "".join(lines)
    assert "紙または集合研修での署名3人" in said(report_pdf(made, day=TODAY))


def test_the_methods_are_those_of_the_reports_day() -> None:
    one, two = building.person(), building.person("000102", "山﨑 花子")
    made = building.campaign()
    online(building.assignment_of(one), "髙橋 一郎")
    sheet = on_paper(building.assignment_of(two), hours=24)
    taken_back(sheet, hours=48)
    building.sign(building.assignment_of(two), "山﨑 花子", now=later(hours=72))

    assert [methods(made, TODAY + timedelta(days=n)) for n in range(4)] == [
        METHODS["online"],
        f"{METHODS['online']}（1人）{METHODS['all']}（1人）",
        METHODS["online"],
        f"{METHODS['online']}（1人）{METHODS['modules']}（1人）",
    ]


def test_a_pledge_without_modules_was_learnt_in_no_way() -> None:
    on_the_roster("000101,髙橋 一郎,営業本部,正社員,2020/4/1,2026/12/15,", day=date(2020, 4, 1))
    made = building.approve_and_open(building.draft([], code="LEAVE", kind=Campaign.Kind.LEAVING))
    assert "方法本人確認のうえでの誓約書への署名方針の版" in said(report_pdf(made, day=TODAY))
    on_paper(made.assignments.get())
    words = "方法本人確認のうえでの誓約書への署名（0人）紙の誓約書への署名（1人）方針の版"
    assert words in said(report_pdf(made, day=TODAY))
