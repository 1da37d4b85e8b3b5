"""Reading: in order, in the version that was opened, on one's own assignment, after the notice."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.building import NOW, account, campaign, later, module_version, person, read
from tests.cutting import everything
from tests.web.browsing import PATTERNS, Learner, Page, allows, learner_in_training, takes
from tests.web.conftest import Clock
from training.campaigns.models import Campaign, SectionReached, Task
from training.people.models import Employee, NameRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner() -> Learner:
    return learner_in_training()


def arguments(name: str, assignment: uuid.UUID, module: str = "article-3") -> dict[str, Any]:
    values = {"assignment": assignment, "module": module, "position": 1, "language": "en", "sha256": "0" * 64}
    values |= {"person": uuid.UUID(int=0), "secret": "x" * 43}
    return {key: value for key, value in values.items() if takes(name, key)}


OWN_PAGES = [name for name in PATTERNS if takes(name, "assignment") and not name.startswith("audit")]
MODULE_PAGES = [name for name in PATTERNS if takes(name, "module")]
METHODS = ["get", "post"]


def test_there_are_pages_about_assignments_and_about_modules():
    assert len(OWN_PAGES) >= 12
    assert len(MODULE_PAGES) >= 6


def every(names: list[str]) -> list[tuple[str, str]]:
    """Each page with each method: a page added tomorrow is walked too."""
    return [(name, method) for name in names for method in METHODS]


def test_another_person_s_assignment_is_404_on_every_page():
    owner = learner_in_training()
    owner.pass_all()
    assert owner.confirm().status_code == 302
    assert owner.sign().status_code == 302
    stranger = Client()
    user = account("stranger")
    person("000999", "他人 太郎", user=user)
    stranger.force_login(user)
    data = {"version": owner.task().version_id, "reason": "x", "typed_name": owner.name, "agree": "on"}
    before = everything()
    for name, method in every(OWN_PAGES):
        url = reverse(f"training:{name}", kwargs=arguments(name, owner.assignment.pk))
        response = getattr(stranger, method)(url, data if method == "post" else None)
        assert response.status_code == (404 if allows(name, method) else 405), (name, method)
        assert owner.name not in response.content.decode()
    assert everything() == before


def test_an_assignment_that_does_not_exist_is_404_on_every_page(learner: Learner):
    for name, method in every(OWN_PAGES):
        url = reverse(f"training:{name}", kwargs=arguments(name, uuid.uuid4()))
        response = getattr(learner.client, method)(url)
        assert response.status_code == (404 if allows(name, method) else 405), (name, method)


@pytest.mark.parametrize("module", ["article-9", "no-such-module"])
def test_a_module_that_is_not_assigned_is_404_on_every_page(learner: Learner, module: str):
    module_version("article-9")
    before = everything()
    for name, method in every(MODULE_PAGES):
        url = reverse(f"training:{name}", kwargs=arguments(name, learner.assignment.pk, module))
        response = getattr(learner.client, method)(url, {"version": "x"})
        assert response.status_code == (404 if allows(name, method) else 405), (name, method)
    assert everything() == before


def test_a_module_of_another_campaign_of_one_s_own_is_404_under_this_one(learner: Learner):
    campaign(["article-5"], code="FY2027")
    assert learner.get("module", "article-5").status_code == 404
    learner.code = "FY2027"
    assert learner.get("module", "article-5").status_code == 200


@pytest.mark.parametrize("name", ["section", "quiz", "result"])
def test_a_module_never_opened_has_no_pages_yet(learner: Learner, name: str):
    extra = {"position": 1} if name == "section" else {}
    assert learner.get(name, **extra).status_code == 404


@pytest.mark.parametrize("name", ["section", "quiz_start", "quiz", "quiz_save"])
def test_a_module_never_opened_takes_no_post(learner: Learner, name: str):
    extra = {"position": 1} if name == "section" else {}
    before = everything()
    assert learner.post(name, {"version": "None"}, **extra).status_code == 404
    assert everything() == before


def test_a_module_is_opened_read_and_resumed_where_it_was_left(learner: Learner):
    first = learner.post("module")
    assert first["Location"] == learner.url("section", position=1)
    page = learner.get("section", position=1)
    assert page.status_code == 200
    assert "第1節の本文" in page.content.decode()
    assert learner.post("section", {"version": learner.task().version_id}, position=2).status_code == 302
    other_device = Client()
    other_device.force_login(learner.user)
    assert other_device.post(learner.url("module"))["Location"] == learner.url("section", position=2)
    assert "第2節の本文" in other_device.get(learner.url("section", position=2)).content.decode()


def test_looking_at_a_page_changes_nothing(learner: Learner):
    learner.read()
    before = everything()
    for name in ("home", "mine", "notice", "name", "module", "quiz"):
        learner.get(name)
    for position in (1, 2):
        learner.get("section", position=position)
    assert everything() == before


def test_opening_a_module_twice_is_opening_it_once(learner: Learner):
    learner.post("module")
    before = everything()
    assert learner.post("module").status_code == 302
    assert everything() == before


def test_a_section_before_its_turn_is_409_and_changes_nothing():
    learner = learner_in_training()
    learner.post("module")
    SectionReached.objects.all().delete()
    before = everything()
    for position in (2, 3, 99):
        response = learner.post("section", {"version": learner.task().version_id}, position=position)
        assert response.status_code == 409, position
    assert everything() == before


def test_a_section_that_does_not_exist_is_not_shown(learner: Learner):
    learner.read()
    for position in (0, 3, 99, 10**30):
        assert learner.get("section", position=position).status_code == 404, position
        response = learner.post("section", {"version": learner.task().version_id}, position=position)
        assert response.status_code == 409, position


def test_a_section_further_on_is_not_shown_but_leads_back(learner: Learner):
    learner.post("module")
    response = learner.get("section", position=2)
    assert response.status_code == 302
    assert response["Location"] == learner.url("section", position=1)
    assert SectionReached.objects.count() == 1


def test_a_section_in_another_version_is_409_and_changes_nothing(learner: Learner):
    learner.post("module")
    newest = module_version(title="新しい題", now=later(days=1))
    before = everything()
    assert learner.post("section", position=2).status_code == 409
    for version in ("", "None", "x", "\x00", uuid.UUID(int=5), newest.pk):
        assert learner.post("section", {"version": version}, position=2).status_code == 409, version
    assert everything() == before


def test_a_section_reached_again_by_a_retried_post_changes_nothing(learner: Learner):
    learner.read()
    before = everything()
    for position in (1, 2, 2):
        assert learner.post("section", {"version": learner.task().version_id}, position=position).status_code == 302
    assert everything() == before


def test_what_is_shown_is_the_frozen_text_however_the_module_is_published_later(learner: Learner):
    learner.post("module")
    module_version(title="あとで変えた題", summary="あとで変えた説明", now=later(days=1))
    html = learner.get("section", position=1).content.decode()
    assert "研修 article-3" in html
    assert "あとで変えた題" not in html
    assert "あとで変えた題" not in learner.get("mine").content.decode()


def test_the_lesson_s_html_is_shown_as_html(learner: Learner):
    learner.post("module")
    assert "<p>article-3の第1節の本文です。</p>" in learner.get("section", position=1).content.decode()


def test_the_first_visit_shows_what_is_recorded_and_why_before_anything_else():
    learner = learner_in_training(noticed=False)
    for name in PATTERNS:
        elsewhere = {
            "home",
            "notice",
            "check",
            "check_pdf",
            "image",
            "confirm_identity",
            "calendar_feed",
            "slip",
            "invitation",
        }
        if name in elsewhere or name.startswith("audit"):
            continue
        url = reverse(f"training:{name}", kwargs=arguments(name, learner.assignment.pk))
        for method in METHODS:
            response = getattr(learner.client, method)(url)
            assert response.status_code == 302, (name, method)
            assert response["Location"] == reverse("training:notice"), (name, method)
    assert Employee.objects.get().notice_read_at is None
    assert learner.get("notice").status_code == 200
    assert learner.post("notice")["Location"] == reverse("training:mine")
    assert Employee.objects.get().notice_read_at == NOW
    assert learner.get("mine").status_code == 200


def test_the_notice_names_the_company_and_how_long_records_are_kept(settings: Any):
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "RETENTION_YEARS": 7, "CONTACT_EMAIL": "dpo@example.jp"}
    html = learner_in_training(noticed=False).get("notice").content.decode()
    assert "富士インフォックス・ネット株式会社" in html
    assert "7" in html
    assert "mailto:dpo@example.jp" in html


def test_the_notice_read_again_later_keeps_its_first_time(learner: Learner, clock: Clock):
    clock.move(days=3)
    learner.post("notice")
    assert Employee.objects.get().notice_read_at == NOW


@pytest.mark.parametrize("name", ["mine", "notice", "name"])
def test_an_account_that_acts_for_nobody_is_told_so(name: str):
    client = Client()
    client.force_login(account("nobody"))
    for method in METHODS:
        assert getattr(client, method)(reverse(f"training:{name}")).status_code == (
            403 if allows(name, method) or name == "mine" else 405
        )


def test_without_an_assignment_the_own_page_is_there_and_empty():
    learner = Learner()
    response = learner.client.get(reverse("training:mine"))
    assert response.status_code == 200
    assert response.context["current"] is None


def links_within(html: str) -> list[str]:
    return [link for link in Page(html).links if link.startswith("/my/")]


@pytest.mark.parametrize("stage", ["new", "reading", "quiz", "done", "signed"])
def test_every_link_of_the_own_page_leads_somewhere(stage: str):
    learner = learner_in_training()
    if stage != "new":
        learner.post("module")
    if stage in {"quiz", "done", "signed"}:
        learner.read()
    if stage in {"done", "signed"}:
        learner.start()
        learner.hand_in()
    if stage == "signed":
        learner.confirm()
        learner.sign()
    html = learner.get("mine").content.decode()
    assert links_within(html)
    for link in links_within(html):
        assert learner.client.get(link).status_code == 200, link


def test_every_link_of_the_own_page_leads_somewhere_with_a_year_unsigned_behind(learner: Learner):
    campaign(["article-5"], code="FY2027")
    Campaign.objects.filter(code="FY2026").update(state="closed")
    for link in links_within(learner.client.get(reverse("training:mine")).content.decode()):
        assert learner.client.get(link).status_code == 200, link


def test_of_two_open_campaigns_both_can_be_reached_from_the_own_page(learner: Learner):
    campaign(["article-5"], code="FY2027")
    html = learner.client.get(reverse("training:mine")).content.decode()
    links = links_within(html)
    for link in list(links):
        links += links_within(learner.client.get(link).content.decode())
    for code, slug in (("FY2026", "article-3"), ("FY2027", "article-5")):
        learner.code = code
        assert learner.url("module", slug) in links, code


@pytest.mark.parametrize("others", [0, 1])
def test_a_year_that_was_signed_and_closed_is_reached_from_the_own_page(others: int):
    learner = learner_in_training()
    learner.pass_all()
    learner.confirm()
    learner.sign()
    Campaign.objects.update(state="closed")
    if others:
        campaign(["article-5"], code="FY2027")
    assert learner.url("receipt") in links_within(learner.client.get(reverse("training:mine")).content.decode())


def test_another_campaign_asked_for_than_one_s_own_shows_the_newest(learner: Learner):
    for code in ("FY1999", "", "\x00", "'", "FY2026"):
        response = learner.client.get(reverse("training:mine"), {"campaign": code})
        assert response.context["current"] == learner.assignment, code


def test_a_module_with_a_japanese_label_is_read_like_any_other():
    learner = learner_in_training("個人情報の基本")
    assert learner.get("mine").status_code == 200
    learner.pass_all("個人情報の基本")
    assert learner.get("result", "個人情報の基本").status_code == 200


def test_overdue_is_said_from_the_first_second_after_the_due_day_in_tokyo(learner: Learner, clock: Clock):
    shown = []
    for hours in (-1, 0):
        clock.set(NOW.replace(month=12, day=25, hour=15, minute=0))
        clock.move(hours=hours)
        learner.client.force_login(learner.user)
        response = learner.get("mine")
        shown.append(response.context["overdue"])
    assert shown == [False, True]
    assert learner.get("mine").context["current"].due_on == date(2026, 12, 25)


def test_the_name_shown_is_the_roster_s_and_asking_for_another_reaches_hr(learner: Learner):
    assert "髙橋 一郎" in learner.get("name").content.decode()
    assert learner.post("name", {"name": "髙橋 一朗", "kana": "", "note": "戸籍のとおりに"}).status_code == 302
    wish = NameRequest.objects.get()
    assert (wish.name, wish.note, wish.state) == ("髙橋 一朗", "戸籍のとおりに", "open")
    assert learner.post("name", {"name": "髙橋 市郎"}).status_code == 302
    assert NameRequest.objects.get().name == "髙橋 市郎"
    assert "髙橋 市郎" in learner.get("name").content.decode()


def test_a_wish_without_a_name_is_shown_again_and_reaches_nobody(learner: Learner):
    for data in ({}, {"name": ""}, {"name": " "}, {"name": "あ" * 201}, {"name": "a\x00b"}):
        assert learner.post("name", data).status_code in {200, 400}, data
    assert not NameRequest.objects.exists()


def test_a_campaign_that_is_not_open_takes_no_steps():
    learner = learner_in_training("article-1", "article-3")
    read(learner.task())
    for state in ("closed", "cancelled"):
        Campaign.objects.update(state=state)
        before = everything()
        assert learner.post("quiz_start", {"version": learner.task().version_id}).status_code == 409
        assert learner.post("module", slug="article-1").status_code == 409
        assert everything() == before
    assert Task.objects.get(campaign_module__module__slug="article-1").opened_at is None
