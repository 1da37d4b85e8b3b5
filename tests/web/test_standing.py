"""What a person is told who need not do a training, whose training ended, or who only has to sign; and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.building import NOW, approve_and_open, campaign, draft, officer, person, revision, sign, statement, train
from tests.cutting import everything
from tests.web.browsing import Learner, Page, learner_in_training
from tests.web.conftest import Clock
from tests.web.test_queries import MOST, count_queries
from training.attestation.credit import credit
from training.attestation.models import Attestation
from training.attestation.paper import enter_paper
from training.campaigns.cancel import cancel
from training.campaigns.close import close
from training.campaigns.credits import CreditRule
from training.campaigns.exempt import exempt, lift
from training.campaigns.models import Campaign
from training.campaigns.plan import plan
from training.campaigns.standing_by_hand import add, remove
from training.certificates.issue import issue, issue_waiting, waiting
from training.certificates.models import Certificate
from training.certificates.tasks import issue_certificate
from training.errors import NotReady
from training.people.models import Employment

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def learner() -> Learner:
    return learner_in_training()


def words(learner: Learner, name: str = "mine", **extra: Any) -> str:
    response = learner.client.get(learner.url(name, **extra), headers=ENGLISH)
    return " ".join(Page(response.content.decode()).words)


def refused(learner: Learner, name: str, method: str = "get", **data: Any) -> str:
    """Why a page refuses; nothing is written."""
    before = everything()
    response = getattr(learner.client, method)(learner.url(name), data or None, headers=ENGLISH)
    assert response.status_code == 409, (name, response.status_code)
    assert everything() == before
    return " ".join(Page(response.content.decode()).words)


def exempted(learner: Learner, until: date | None) -> None:
    exempt(assignment=learner.assignment, cause="long_leave", reason="内密", until=until, by=officer(), now=NOW)


# exempt and credited


def test_who_is_exempt_is_told_until_when_and_not_why_and_may_do_it_all_the_same(learner: Learner, clock: Clock):
    exempted(learner, date(2026, 12, 28))
    shown = words(learner)
    assert "You are exempt from this training until 2026年12月28日." in shown
    assert "内密" not in shown
    learner.pass_all()
    clock.move(days=33)
    assert "overdue" not in words(learner)
    clock.move(days=2)
    assert "You are exempt" not in words(learner)


def test_who_is_exempt_may_sign(learner: Learner):
    exempted(learner, None)
    learner.pass_all()
    learner.confirm()
    assert learner.sign().status_code == 302


def test_an_exemption_that_was_lifted_is_told_no_more(learner: Learner):
    exempted(learner, None)
    assert "You are exempt from this training." in words(learner)
    lift(assignment=learner.assignment, reason="x", by=officer(), now=NOW)
    assert "You are exempt" not in words(learner)


@pytest.mark.parametrize(("paper", "day"), [(False, 24), (True, 20)])
def test_who_is_credited_is_told_with_what(paper: bool, day: int):
    learner = Learner()
    campaign()
    train(learner.assignment)
    if paper:
        sheet = {"kind": "group", "held_on": date(2026, 11, 20), "scan": PDF, "note": ""}
        enter_paper(assignment=learner.assignment, by=officer(), now=NOW, **sheet)
    else:
        sign(learner.assignment, learner.name)
    rule = CreditRule(frozenset({"yearly"}), date(2026, 4, 1))
    made = approve_and_open(draft(["article-5"], code="FY2027", credit_rule=rule, first_day=date(2026, 5, 1)))
    credit(campaign=made, now=NOW)
    learner.code = "FY2027"
    shown = words(learner)
    assert "You need not do this training." in shown
    assert f"What you signed on 2026年11月{day}日 in “2026年度 個人情報保護研修” counts for it." in shown
    learner.pass_all("article-5")
    learner.confirm()
    assert learner.sign().status_code == 302


# closed


def test_who_was_taken_out_sees_it_in_words_and_nothing_can_be_begun(learner: Learner):
    remove(assignment=learner.assignment, reason="内密", by=officer(), now=NOW)
    shown = words(learner)
    assert "HR has taken you out of this training." in shown
    assert "内密" not in shown
    assert "HR has taken you out of this training." in words(learner, "module")
    assert Page(learner.get("module").content.decode()).actions.count(None) == 0, "no button to begin"
    assert "HR has taken you out of this training." in refused(learner, "module", "post")
    add(campaign=Campaign.objects.get(), employment=learner.employment, reason="x", by=officer(), now=NOW)
    learner.pass_all()


def test_in_the_middle_of_a_paper_it_is_refused_page_by_page(learner: Learner):
    learner.read()
    attempt = learner.start()
    remove(assignment=learner.assignment, reason="x", by=officer(), now=NOW)
    form = learner.paper(attempt, {})
    assert "HR has taken you out" in refused(learner, "quiz")
    assert "HR has taken you out" in refused(learner, "quiz", "post", **form, later="1")
    response = learner.post("quiz_save", learner.paper(attempt, {}))
    assert (response.status_code, response.json()["saved"]) == (409, False)
    assert "HR has taken you out" in words(learner, "section", position=2), "what was read can be read"


def test_between_passing_and_signing_it_is_refused_page_by_page(learner: Learner):
    learner.pass_all()
    learner.confirm()
    form = learner.signature()
    cancel(campaign=Campaign.objects.get(), reason="x", by=officer(), now=NOW)
    for name, method in (("pledge", "get"), ("pledge", "post"), ("sign", "get"), ("decline", "get")):
        assert "This training was cancelled." in refused(learner, name, method)
    assert "This training was cancelled." in refused(learner, "sign", "post", **form)
    assert "This training was cancelled." in refused(learner, "decline", "post", reason="x")
    assert "This training was cancelled." in words(learner, "result")
    assert not Attestation.objects.exists()


def test_a_campaign_that_was_closed_is_told_and_what_was_signed_stays_at_hand():
    signer, other = Learner(), Learner("hanako", "000102", "山田 花子")
    made = campaign()
    signer.pass_all()
    signer.confirm()
    signer.sign()
    close(campaign=made, reason="x", by=officer(), now=NOW)
    assert "Certificate and signed pledge" in words(signer)
    assert signer.get("receipt").status_code == signer.get("pledge_pdf").status_code == 200
    assert "This training has been closed." in words(other)
    assert "This training has been closed." in words(other, "module")
    assert refused(other, "module", "post")


def test_who_signed_before_it_was_cancelled_keeps_certificate_and_pledge(learner: Learner):
    learner.pass_all()
    learner.confirm()
    learner.sign()
    cancel(campaign=Campaign.objects.get(), reason="x", by=officer(), now=NOW)
    assert "Certificate and signed pledge" in words(learner)
    assert learner.get("receipt").status_code == learner.get("pledge_pdf").status_code == 200


def test_another_training_is_current_where_the_newest_was_closed_for_the_person(learner: Learner):
    campaign(["article-5"], code="FY2027")
    learner.code = "FY2027"
    remove(assignment=learner.assignment, reason="x", by=officer(), now=NOW)
    shown = words(learner)
    assert "研修 article-3" in shown
    assert "HR has taken you out of this training." in shown


# on paper


def test_what_was_entered_from_paper_is_told_so():
    learner = learner_in_training()
    enter_paper(
        assignment=learner.assignment, kind="group", held_on=date(2026, 11, 20), scan=PDF, note="内密", by=officer(), now=NOW
    )  # fmt: skip
    issue_waiting(now=NOW)
    shown = words(learner)
    assert "Completed on paper" in shown
    assert "Signed on paper, entered by HR (lower assurance)" in words(learner, "receipt")
    assert "Group session" in words(learner, "receipt")
    assert "Name as typed" not in words(learner, "receipt")
    module = words(learner, "module")
    assert "HR entered what you did on paper or in a group session." in module
    assert "See the result" not in module
    certificate = Certificate.objects.get()
    check = Client().get(reverse("training:check", args=[certificate.token]), headers=ENGLISH)
    assert "As a group session, the pledge signed on paper" in check.content.decode()
    assert "内密" not in check.content.decode()


# a pledge alone


@pytest.fixture
def leaver() -> Learner:
    """Somebody who is leaving and has a pledge to sign, and nothing to learn."""
    learner = Learner()
    made = plan(
        code="LEAVE",
        title="退職時誓約書",
        kind=Campaign.Kind.LEAVING,
        first_day=date(2026, 4, 1),
        last_day=date(2027, 3, 31),
        due_on=date(2027, 3, 31),
        valid_until=date(2031, 12, 31),
        revision=revision(),
        statement=statement(),
        modules=[],
        by=officer(),
        now=NOW,
    )
    Employment.objects.filter(pk=learner.employment.pk).update(valid_to=date(2026, 12, 31))
    learner.employment.refresh_from_db()
    approve_and_open(made)
    learner.code = "LEAVE"
    return learner


def test_a_pledge_without_modules_is_signed_from_the_own_page_to_the_receipt(leaver: Learner):
    shown = words(leaver)
    assert "Please read the pledge and sign it." in shown
    assert "modules completed" not in shown
    assert leaver.get("pledge").status_code == 200
    leaver.confirm()
    assert leaver.sign().status_code == 302
    assert Attestation.objects.get().signed["modules"] == []
    receipt = words(leaver, "receipt")
    assert "Signed. Thank you." in receipt
    assert "being prepared" not in receipt
    assert "http-equiv" not in leaver.get("receipt").content.decode()
    assert "Signed. Thank you." in words(leaver)
    assert leaver.get("pledge_pdf").content.startswith(b"%PDF")
    assert leaver.get("certificate_pdf").status_code == 404


def test_of_a_pledge_without_modules_there_is_no_certificate_and_none_is_waited_for(leaver: Learner):
    leaver.confirm()
    leaver.sign()
    signature = Attestation.objects.get()
    assert waiting() == []
    assert issue_waiting(now=NOW).issued == []
    with pytest.raises(NotReady):
        issue(attestation=signature, now=NOW)
    assert issue_certificate.func(str(signature.pk)) == ""
    assert not Certificate.objects.exists()


def test_a_person_who_is_not_leaving_is_not_asked_for_it(leaver: Learner):
    other = Learner("hanako", "000102", "山田 花子")
    assert "退職時誓約書" not in words(other)


# what it costs


def test_the_own_page_costs_no_more_for_who_is_exempt_credited_or_closed(learner: Learner):
    def cost() -> int:
        return count_queries(lambda: learner.client.get(learner.url("mine")))

    assert cost() <= MOST
    exempted(learner, None)
    assert cost() <= MOST + 1
    remove(assignment=learner.assignment, reason="x", by=officer(), now=NOW)
    assert cost() <= MOST


def test_nobody_is_shown_another_persons_standing(learner: Learner):
    other = person("000102", "山田 花子")
    add(campaign=Campaign.objects.get(), employment=other, reason="x", by=officer(), now=NOW)
    exempted(learner, None)
    assert "山田" not in words(learner)
