"""The policy's changes in the admin: the list, both texts with decisions, confirmations, the campaign's draft."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from tests import building
from tests.changes import company
from tests.changes.texts import THIRD
from tests.cms_admin.conftest import signed_in
from tests.cms_admin.reading import text
from training.campaigns.models import Campaign
from training.changes.models import ClauseConfirmation, ClauseDecision
from training.policy.models import Revision
from training.roles import Role
from training.rounds.begin import begin
from training.rounds.daily import daily_round

NAMES = ["2.14", "2.15→2.14", "2.16→2.15", "2.17→2.16", "3.3", "3.5", "3.7", "9"]
DAYS = {"first_day": "2026-12-01", "due_on": "2026-12-28", "last_day": "2027-01-31", "valid_until": "2027-12-31"}


@pytest.fixture(autouse=True)
def on_the_day(clock: Any) -> None:
    """It is the day on which the new text came."""
    clock(company.AFTER)


@pytest.fixture
def revision(officer_account: Any) -> Revision:
    """Two people signed the first text; the second is published."""
    company.signed_first("000101", "000102")
    return company.second()


@pytest.fixture
def editor(db: None) -> Client:
    """An editor's browser."""
    return signed_in(building.account("editor", Role.EDITOR))


def change(browser: Client, **query: Any) -> Any:
    return browser.get(reverse("training_changes:change", args=[2]), query)


def posted(**changed: tuple[str, str]) -> dict[str, str]:
    """The form as a browser sends it, with a verdict and a reason by the clause's place in the list."""
    data = {}
    for name, (verdict, reason) in changed.items():
        place = name.removeprefix("c")
        data |= {f"clause-{place}-verdict": verdict, f"clause-{place}-reason": reason}
    return data


def decide_form(browser: Client) -> dict[str, str]:
    """The decision form as it is shown."""
    soup = BeautifulSoup(change(browser).content.decode(), "html.parser")
    data = {one["name"]: one.get_text().strip("\n") for one in soup.find_all("textarea")}
    return data | {one["name"]: one["value"] for one in soup.find_all("input", type="radio", checked=True)}


def test_the_list_counts_what_each_revision_changed(revision: Revision, hr: Client) -> None:
    company.decide_all(revision, material=("3.3", "3.7"))
    shown = text(hr.get(reverse("training_changes:index")))
    assert "8 0 2" in shown


def test_the_list_costs_the_same_for_three_texts_as_for_one(
    revision: Revision, hr: Client, django_assert_max_num_queries: Any
) -> None:
    address = reverse("training_changes:index")
    hr.get(address)
    with django_assert_max_num_queries(30):
        hr.get(address)


def test_the_first_text_has_no_page_of_changes(revision: Revision, hr: Client) -> None:
    assert hr.get(reverse("training_changes:change", args=[1])).status_code == 404
    assert hr.get(reverse("training_changes:change", args=[9])).status_code == 404


def test_both_texts_stand_beside_each_other_and_whom_they_touch_below(revision: Revision, hr: Client) -> None:
    response = change(hr)
    soup = BeautifulSoup(response.content.decode(), "html.parser")
    assert len(soup.select(".pt-change")) == len(NAMES)
    assert soup.select(".pt-change ins .pt-change-word")
    assert "研修 article-3" in text(response)


def test_only_the_officer_has_a_form(revision: Revision, hr: Client, officer: Client, editor: Client) -> None:
    assert b"clause-0-verdict" in change(officer).content
    for other in (hr, editor):
        assert b"clause-0-verdict" not in change(other).content
        assert other.post(reverse("training_changes:change", args=[2]), {}).status_code == 403
    assert not ClauseDecision.objects.exists()


def test_numbers_and_signs_are_preset_and_recorded_only_when_sent(revision: Revision, officer: Client) -> None:
    shown = decide_form(officer)
    assert sorted(name for name in shown if name.endswith("verdict")) == [f"clause-{n}-verdict" for n in (1, 2, 3, 7)]
    assert not ClauseDecision.objects.exists()

    officer.post(reverse("training_changes:change", args=[2]), shown)
    assert ClauseDecision.objects.count() == 4
    assert not ClauseDecision.objects.filter(material=True).exists()


def test_sending_the_form_again_records_nothing_more(revision: Revision, officer: Client) -> None:
    data = decide_form(officer) | posted(c4=("material", "義務が増える"))
    officer.post(reverse("training_changes:change", args=[2]), data)
    assert ClauseDecision.objects.count() == 5
    officer.post(reverse("training_changes:change", args=[2]), decide_form(officer))
    assert ClauseDecision.objects.count() == 5
    assert "義務が増える" in text(change(officer))


def test_a_reason_that_is_missing_stops_all(revision: Revision, officer: Client) -> None:
    data = posted(c4=("material", "義務が増える"), c5=("material", " "))
    response = officer.post(reverse("training_changes:change", args=[2]), data)
    assert response.status_code == 200
    assert not ClauseDecision.objects.exists()
    assert "義務が増える" in response.content.decode()


def test_who_decides_otherwise_later_leaves_both(revision: Revision, officer: Client) -> None:
    address = reverse("training_changes:change", args=[2])
    officer.post(address, posted(c4=("material", "義務が増える")))
    officer.post(address, posted(c4=("editorial", "言い換えである")))
    assert [(one.number, one.material) for one in ClauseDecision.objects.order_by("number")] == [(1, True), (2, False)]


@pytest.mark.parametrize("more", [0, 4])
def test_the_page_costs_the_same_for_many_modules(
    revision: Revision, officer: Client, more: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(more):
        building.module_version(f"more-{number}", **company.taught(slug=f"more-{number}"))
    change(officer)
    with django_assert_max_num_queries(40):
        change(officer)


# --- confirming ---


def confirm_url(ref: str = "3.5", module: str = "article-3") -> str:
    return reverse("training_changes:confirm", args=[2, module, ref])


def test_an_editor_reads_the_module_s_words_and_confirms(revision: Revision, editor: Client) -> None:
    assert confirm_url() in change(editor).content.decode()
    response = editor.get(confirm_url())
    shown = text(response)
    assert "3.5の意味を説明します。" in shown
    assert "3.3の意味を説明します。" not in shown
    assert "article-3/3.5の場面1。" in shown
    version = BeautifulSoup(response.content.decode(), "html.parser").find("input", {"name": "version"})["value"]

    editor.post(confirm_url(), {"version": version})
    assert ClauseConfirmation.objects.get().ref == "3.5"
    assert confirm_url() not in change(editor).content.decode()
    assert editor.get(confirm_url()).status_code == 302


def test_a_module_published_in_between_is_read_again(revision: Revision, editor: Client) -> None:
    assert editor.post(confirm_url(), {"version": "0" * 32}).status_code == 409
    assert not ClauseConfirmation.objects.exists()


@pytest.mark.parametrize("address", [("3.4", "article-3"), ("3.5", "nothing"), ("x", "article-3")])
def test_what_touches_nothing_is_not_there(revision: Revision, editor: Client, address: tuple[str, str]) -> None:
    assert editor.get(confirm_url(*address)).status_code == 404


# --- drafting a campaign ---


def test_before_the_decisions_there_is_no_form_but_a_reason(revision: Revision, hr: Client) -> None:
    response = hr.get(reverse("training_changes:compose", args=[2]))
    assert b'name="code"' not in response.content
    assert "第3条 第7号" in text(response)


@pytest.fixture
def decided(revision: Revision) -> Revision:
    company.decide_all(revision, material=("3.3", "3.5"))
    return revision


def test_hr_drafts_the_campaign_and_is_shown_whom_it_asks(decided: Revision, hr: Client) -> None:
    company.confirm_all(decided)
    address = reverse("training_changes:compose", args=[2])
    response = hr.get(address)
    soup = BeautifulSoup(response.content.decode(), "html.parser")
    assert soup.find("input", {"name": "code"})["value"] == "change-2"
    assert soup.find("input", {"name": "without_unreviewed"}) is None
    statement = soup.select_one("select[name=statement] option")["value"]

    sent = hr.post(address, {"code": "change-2", "title": "改定", "statement": statement, **DAYS})
    assert sent.status_code == 302
    assert sent.url == reverse("training_campaigns:plan", args=["change-2"])
    campaign = Campaign.objects.get(code="change-2")
    assert (campaign.kind, campaign.state) == (Campaign.Kind.CHANGE, Campaign.State.DRAFT)


def test_questions_that_were_not_reviewed_are_listed_and_left_out_only_if_asked(decided: Revision, hr: Client) -> None:
    building.module_version("other", **company.taught(("3.3",), slug="other"), covers=())
    company.confirm(
        revision=decided,
        module=building.Module.objects.get(slug="other"),
        ref="3.3",
        by=building.officer(),
        now=company.AFTER,
    )
    address = reverse("training_changes:compose", args=[2])
    response = hr.get(address)
    assert "article-3/3.5の場面1。" in text(response)
    soup = BeautifulSoup(response.content.decode(), "html.parser")
    statement = soup.select_one("select[name=statement] option")["value"]
    data = {"code": "change-2", "title": "改定", "statement": statement, **DAYS}
    assert hr.post(address, data).status_code == 200
    assert not Campaign.objects.filter(code="change-2").exists()
    assert hr.post(address, data | {"without_unreviewed": "on"}).status_code == 302


def test_what_cannot_be_drafted_is_said_on_the_form(decided: Revision, hr: Client) -> None:
    company.confirm_all(decided)
    address = reverse("training_changes:compose", args=[2])
    statement = building.statement().pk
    late = DAYS | {"due_on": "2026-11-01"}
    response = hr.post(address, {"code": "change-2", "title": "改定", "statement": statement, **late})
    assert response.status_code == 200
    assert BeautifulSoup(response.content.decode(), "html.parser").select(".errorlist")
    assert not Campaign.objects.filter(code="change-2").exists()


# --- publishing again ---


def test_modules_without_a_page_are_named_and_stay(revision: Revision, officer: Client) -> None:
    building.module_version("article-4", **company.taught(("4",), slug="article-4"), covers=("4",))
    shown = text(officer.get(reverse("training_changes:republish")))
    assert "研修 article-3" in shown
    assert "研修 article-4" in shown
    assert officer.post(reverse("training_changes:republish")).status_code == 302


# --- several revisions ---


@pytest.fixture
def third(decided: Revision, clock: Any) -> Revision:
    """Another text, before anything was composed about the second."""
    company.confirm_all(decided)
    clock(building.later(days=300))
    made = company.second(source=THIRD, now=building.later(days=300))
    company.decide_all(made, now=building.later(days=300))
    company.confirm_all(made, now=building.later(days=300))
    return made


def compose_page(browser: Client) -> str:
    return text(browser.get(reverse("training_changes:compose", args=[3])))


def test_the_draft_says_with_which_text_it_compares_and_counts_by_clause(third: Revision, hr: Client) -> None:
    shown = compose_page(hr)
    assert "第1版" in shown
    assert "2人（第1版：2人）" in shown
    for clause in ("第3条 第3号", "第3条 第5号"):
        assert f"{clause}: 教材1本、見直す設問0問、改定前の文面で受講した人2人" in shown


def test_a_step_that_is_not_decided_is_named_with_the_way_to_it(revision: Revision, clock: Any) -> None:
    clock(building.later(days=300))
    company.decide_all(company.second(source=THIRD, now=building.later(days=300)), now=building.later(days=300))
    response = signed_in(building.account("late", Role.HR)).get(reverse("training_changes:compose", args=[3]))
    soup = BeautifulSoup(response.content.decode(), "html.parser")
    assert soup.select_one(f'.help-warning a[href="{reverse("training_changes:change", args=[2])}"]')
    assert b'name="code"' not in response.content


def test_a_campaign_about_the_text_between_is_named(decided: Revision, clock: Any) -> None:
    company.confirm_all(decided)
    campaign = company.compose(decided)
    clock(building.later(days=300))
    company.second(source=THIRD, now=building.later(days=300))
    assert campaign.title in compose_page(signed_in(building.account("late", Role.HR)))


def test_who_signed_the_new_text_elsewhere_is_told_to_be_credited(decided: Revision, hr: Client) -> None:
    company.confirm_all(decided)
    campaign = company.compose(decided)
    company.approve(campaign=campaign, by=building.officer(), now=company.AFTER)
    begin(campaign=campaign, by=building.officer(), now=company.AFTER)
    yearly = company.opened(decided, code="NEW")
    person = building.Employment.objects.get(number="000101")
    company.do(building.assignment_of(person, "NEW"), now=company.AFTER)
    address = reverse("training_campaigns:why", args=[campaign.code])
    assert yearly.title not in text(hr.get(address, {"number": "000101"}))
    daily_round(now=company.AFTER)
    assert yearly.title in text(hr.get(address, {"number": "000101"}))
    assert yearly.title not in text(hr.get(address, {"number": "000102"}))


def test_a_training_on_a_text_older_than_is_compared_with_is_named(decided: Revision, clock: Any) -> None:
    company.opened(decided, code="NEW")
    for number in ("000101", "000102"):
        person = building.Employment.objects.get(number=number)
        company.do(building.assignment_of(person, "NEW"), now=company.AFTER)
    clock(building.later(days=300))
    company.second(source=THIRD, now=building.later(days=300))
    shown = compose_page(signed_in(building.account("late", Role.HR)))
    assert Campaign.objects.get(code="FY2026").title in shown
    assert Campaign.objects.get(code="NEW").title not in shown
