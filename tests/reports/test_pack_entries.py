"""Which entries belong to a campaign's pack."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import asking, building
from tests.reports.packs import LATER, checked, company, packed
from training.campaigns.models import Campaign
from training.catalogue.models import QuestionVersion
from training.errors import NotReady
from training.ledger.keys import load_key
from training.ledger.models import evidence_models
from training.ledger.seal import seal
from training.quiz.models import Attempt
from training.quiz.remark import mark_again, withdraw
from training.reports.pack.entries import CARRIED, OF_CAMPAIGN, TEXTS
from training.reports.pack.write import evidence_pack


def test_every_table_of_evidence_is_led_to_a_campaign_or_is_one_of_its_texts() -> None:
    led = [*OF_CAMPAIGN, *TEXTS, *CARRIED]

    assert len(led) == len(set(led))
    assert set(led) == set(evidence_models())


def queries(campaign: Campaign) -> int:
    seal(now=LATER, key=load_key())
    pieces = evidence_pack(campaigns=[campaign], key=load_key(), now=LATER)
    with CaptureQueriesContext(connection) as captured:
        for _piece in pieces:
            pass
    return len(captured)


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_people() -> None:
    people = [(f"{number:06d}", f"架空 {number}") for number in range(1, 13)]
    few = company(people[:3])
    before = queries(few)

    for number, name in people[3:]:
        building.person(number, name)
    many = building.campaign(code="FY2027")
    for (_number, name), assignment in zip(people, many.assignments.order_by("employment__number"), strict=False):
        mine = building.assignment_of(assignment.employment, "FY2027")
        building.train(mine)
        building.certify(building.sign(mine, name))

    assert queries(many) <= before


@pytest.mark.django_db
def test_people_who_came_or_left_during_the_campaign_are_in_it_and_those_of_other_years_are_not() -> None:
    campaign = company([("000101", "髙橋 一郎"), ("000102", "架空 二")])
    building.person("000900", "後入 社員", joined=campaign.last_day)
    building.person("000901", "翌年 社員", joined=campaign.last_day.replace(year=2028))

    enrolled = [body for body in packed(campaign).bodies() if body["kind"] == "people.enrolled"]

    assert len(enrolled) == 3


@pytest.mark.django_db
def test_before_the_first_seal_there_is_no_pack() -> None:
    building.person()
    campaign = building.campaign()

    with pytest.raises(NotReady):
        evidence_pack(campaigns=[campaign], key=load_key(), now=LATER)


@pytest.mark.django_db
def test_the_pictures_of_what_was_taught_are_in_it(tmp_path: Path) -> None:
    picture = asking.picture()
    building.person()
    campaign = building.campaign(snapshots={"article-3": asking.with_pictures("article-3", picture)})

    pack = packed(campaign)

    assert pack.zip.read(f"texts/images/{picture.sha256}.png") == picture.data
    assert checked(pack, tmp_path).returncode == 3


@pytest.mark.django_db
def test_a_question_withdrawn_and_papers_marked_again_are_in_it(tmp_path: Path) -> None:
    campaign = company([("000101", "髙橋 一郎"), ("000102", "架空 二")])
    officer = get_user_model().objects.get(username="officer")
    drawn = QuestionVersion.objects.get(pk=Attempt.objects.get().drawn[0])
    withdraw(questions=[drawn], reason="誤りがあった", by=officer, now=LATER)
    mark_again(now=LATER)

    pack = packed(campaign)

    assert "quiz.question_withdrawn" in pack.kinds()
    assert "quiz.remarked" in pack.kinds()
    assert pack.rows("results")[0]["満点"] == "2"
    assert checked(pack, tmp_path).returncode == 3
