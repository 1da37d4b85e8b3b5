"""Signing over HTTP: once, over the words shown, after an authentication that was made for this very pledge."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from tests.building import NOW, PASSWORD, account, campaign, later, person, sign, train
from tests.cutting import everything
from tests.web.browsing import Learner, learner_in_training
from tests.web.conftest import Clock
from training.attestation.models import Attestation, Decline
from training.campaigns.models import Campaign
from training.certificates.models import Certificate
from training.certificates.queries import pdf_of
from training.ledger.models import Disclosure, Entry
from training.people.enrol import rename
from training.policy.publish import publish_statement

pytestmark = pytest.mark.django_db
PAGES = ("pledge", "sign")


@pytest.fixture
def learner() -> Learner:
    """Somebody who has passed everything."""
    found = learner_in_training()
    train(found.assignment)
    return found


def nothing_is_signed() -> bool:
    return not Attestation.objects.exists()


def test_the_way_from_the_pledge_to_the_certificate(learner: Learner):
    shown = learner.get("pledge")
    assert "私は、次のとおり誓約します。" in shown.content.decode()
    begun = learner.post("pledge")
    assert begun["Location"].startswith(reverse("account_reauthenticate"))
    confirmed = learner.client.post(begun["Location"], {"password": PASSWORD})
    assert confirmed["Location"] == learner.url("sign")
    page = learner.get("sign")
    assert "私は、次のとおり誓約します。" in page.content.decode()
    signed = learner.sign()
    assert signed["Location"] == learner.url("receipt")
    attestation = Attestation.objects.get()
    assert attestation.method == "password"
    assert attestation.digest == shown.context["digest"]
    assert attestation.authenticated_at == NOW
    certificate = Certificate.objects.get()
    receipt = learner.get("receipt").content.decode()
    for words in (certificate.serial, attestation.digest, "髙橋 一郎", certificate.token):
        assert words in receipt
    pdf = learner.get("certificate_pdf")
    assert b"".join(pdf.streaming_content) == pdf_of(certificate).read_bytes()
    assert pdf["Content-Type"] == "application/pdf"
    copy = learner.get("pledge_pdf")
    assert copy.content.startswith(b"%PDF-")


def test_the_text_shown_is_the_text_signed(learner: Learner):
    shown = learner.get("pledge").context["pledge"]
    learner.confirm()
    learner.sign()
    signed = Attestation.objects.get().signed
    assert signed["statement"]["words"] == shown.words
    assert [(m["slug"], m["digest"]) for m in signed["modules"]] == [(m.slug, m.digest) for m in shown.modules]


def test_the_pledge_is_409_before_everything_is_passed():
    learner = learner_in_training("article-1", "article-3")
    learner.pass_all("article-1")
    before = everything()
    assert learner.get("pledge").status_code == 409
    assert learner.post("pledge").status_code == 409
    assert learner.get("sign").status_code == 302
    assert learner.post("sign", {"digest": "0" * 64, "agree": "on", "typed_name": learner.name}).status_code in {
        403,
        409,
    }
    assert learner.get("receipt").status_code == 404
    assert everything() == before


def test_without_a_fresh_authentication_nothing_is_signed(learner: Learner):
    digest = learner.get("pledge").context["digest"]
    assert learner.get("sign")["Location"] == learner.url("pledge")
    before = everything()
    response = learner.post("sign", {"digest": digest, "agree": "on", "typed_name": learner.name})
    assert response.status_code == 403
    assert everything() == before


def test_signing_in_is_no_authentication_for_the_pledge(learner: Learner):
    client = Client()
    assert client.post(reverse("account_login"), {"login": "000101", "password": PASSWORD}).status_code == 302
    learner.client = client
    digest = learner.get("pledge").context["digest"]
    assert learner.post("pledge").status_code == 302
    response = learner.post("sign", {"digest": digest, "agree": "on", "typed_name": learner.name})
    assert response.status_code == 403
    assert nothing_is_signed()


def reauthenticate(learner: Learner) -> None:
    url = reverse("account_reauthenticate")
    assert learner.client.post(url, {"password": PASSWORD}).status_code == 302


def test_an_authentication_made_before_going_on_to_sign_does_not_count(learner: Learner, clock: Clock):
    digest = learner.get("pledge").context["digest"]
    reauthenticate(learner)
    clock.move(seconds=1)
    learner.post("pledge")
    assert learner.get("sign")["Location"] == learner.url("pledge")
    response = learner.post("sign", {"digest": digest, "agree": "on", "typed_name": learner.name})
    assert response.status_code == 403
    assert nothing_is_signed()


def test_an_authentication_made_without_going_on_to_sign_does_not_count(learner: Learner):
    digest = learner.get("pledge").context["digest"]
    reauthenticate(learner)
    response = learner.post("sign", {"digest": digest, "agree": "on", "typed_name": learner.name})
    assert response.status_code == 403
    assert nothing_is_signed()


def test_going_on_to_sign_again_asks_for_another_authentication(learner: Learner, clock: Clock):
    learner.confirm()
    clock.move(seconds=1)
    learner.post("pledge")
    assert learner.get("sign")["Location"] == learner.url("pledge")
    assert nothing_is_signed()


def test_an_authentication_made_for_another_assignment_does_not_count(learner: Learner):
    campaign(["article-5"], code="FY2027")
    learner.code = "FY2027"
    learner.pass_all("article-5")
    learner.confirm()
    learner.code = "FY2026"
    digest = learner.get("pledge").context["digest"]
    assert learner.get("sign")["Location"] == learner.url("pledge")
    response = learner.post("sign", {"digest": digest, "agree": "on", "typed_name": learner.name})
    assert response.status_code == 403
    assert nothing_is_signed()
    learner.code = "FY2027"
    assert learner.sign()["Location"] == learner.url("receipt")


def test_one_authentication_signs_one_pledge_and_no_second(learner: Learner):
    campaign(["article-5"], code="FY2027")
    learner.confirm()
    learner.sign()
    learner.code = "FY2027"
    learner.pass_all("article-5")
    digest = learner.get("pledge").context["digest"]
    response = learner.post("sign", {"digest": digest, "agree": "on", "typed_name": learner.name})
    assert response.status_code == 403
    assert Attestation.objects.count() == 1


@pytest.mark.parametrize(("seconds", "signed"), [(599, 1), (600, 1), (601, 0), (86_400, 0)])
def test_an_authentication_counts_for_ten_minutes(learner: Learner, clock: Clock, seconds: int, signed: int):
    learner.confirm()
    form = learner.signature()
    clock.move(seconds=seconds)
    response = learner.post("sign", form)
    assert response.status_code == (302 if signed else 403)
    assert Attestation.objects.count() == signed


def test_a_wrong_password_confirms_nothing(learner: Learner):
    digest = learner.get("pledge").context["digest"]
    assert learner.confirm("falsch").status_code == 200
    response = learner.post("sign", {"digest": digest, "agree": "on", "typed_name": learner.name})
    assert response.status_code == 403
    assert nothing_is_signed()


def test_a_session_that_ended_takes_the_authentication_with_it(learner: Learner):
    learner.confirm()
    form = learner.signature()
    learner.client.post(reverse("account_logout"))
    assert reverse("account_login") in learner.post("sign", form)["Location"]
    learner.client.force_login(learner.user)
    assert learner.post("sign", form).status_code == 403
    assert nothing_is_signed()


def test_another_device_does_not_share_the_authentication(learner: Learner):
    learner.confirm()
    form = learner.signature()
    learner.client = Client()
    learner.client.force_login(learner.user)
    assert learner.post("sign", form).status_code == 403
    assert nothing_is_signed()


def test_an_account_with_neither_password_nor_factor_is_told_what_to_set_up(learner: Learner):
    without_password(learner)
    digest = learner.get("pledge").context["digest"]
    before = everything()
    response = learner.post("pledge")
    assert response.status_code == 403
    assert len(str(response.context["reason"])) > 40
    assert learner.get("sign")["Location"] == learner.url("pledge")
    refused = learner.post("sign", {"digest": digest, "agree": "on", "typed_name": learner.name})
    assert refused.status_code == 403
    assert everything() == before
    assert "training_signing_nonce" not in learner.client.session


def totp_code(secret: str) -> str:
    """What the authenticator app shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def without_password(learner: Learner) -> None:
    learner.user.set_unusable_password()
    learner.user.save()
    learner.client.force_login(learner.user)


def test_a_code_from_an_authenticator_app_confirms_who_one_is(learner: Learner):
    secret = generate_totp_secret()
    TOTP.activate(learner.user, secret)
    without_password(learner)
    begun = learner.post("pledge")
    assert begun["Location"].startswith(reverse("mfa_reauthenticate"))
    assert learner.client.post(begun["Location"], {"code": totp_code(secret)})["Location"] == learner.url("sign")
    assert learner.sign()["Location"] == learner.url("receipt")
    assert Attestation.objects.get().method == "totp"


def test_a_recovery_code_confirms_who_one_is_and_is_recorded_as_one(learner: Learner):
    TOTP.activate(learner.user, generate_totp_secret())
    codes = RecoveryCodes.activate(learner.user).get_unused_codes()
    without_password(learner)
    begun = learner.post("pledge")
    assert learner.client.post(begun["Location"], {"code": codes[0]})["Location"] == learner.url("sign")
    learner.sign()
    assert Attestation.objects.get().method == "recovery_code"
    assert Authenticator.objects.count() == 2


def test_the_form_sent_twice_signs_once(learner: Learner):
    learner.confirm()
    form = learner.signature()
    assert learner.post("sign", form)["Location"] == learner.url("receipt")
    before = everything()
    assert learner.post("sign", form)["Location"] == learner.url("receipt")
    assert learner.post("sign", form | {"typed_name": "別 人"})["Location"] == learner.url("receipt")
    assert everything() == before
    assert (Attestation.objects.count(), Certificate.objects.count()) == (1, 1)
    assert "training_signing_nonce" not in learner.client.session


def test_going_back_after_signing_leads_to_the_receipt(learner: Learner):
    learner.confirm()
    learner.sign()
    before = everything()
    for page in PAGES:
        assert learner.get(page)["Location"] == learner.url("receipt")
    assert learner.post("pledge")["Location"] == learner.url("receipt")
    assert learner.post("decline", {"reason": "やめます"}).status_code == 409
    assert everything() == before


def test_another_name_is_refused_in_the_form_and_the_right_one_still_signs(learner: Learner):
    learner.confirm()
    before = everything()
    for typed in ("", "髙橋", "別 人", "000101", "a\x00b", "あ" * 300):
        response = learner.sign(typed_name=typed)
        assert response.status_code == 200, typed
        assert response.context["form"].errors["typed_name"], typed
    assert everything() == before
    assert learner.sign(typed_name="高橋一郎")["Location"] == learner.url("receipt")
    assert Attestation.objects.get().name_match == "variant"
    names = dict(Disclosure.objects.filter(entry=Attestation.objects.get().entry).values_list("name", "value"))
    assert (names["typed_name"], names["name"]) == ("高橋一郎", "髙橋 一郎")


def test_without_the_agreement_nothing_is_signed(learner: Learner):
    learner.confirm()
    form = learner.signature()
    del form["agree"]
    response = learner.post("sign", form)
    assert response.status_code == 200
    assert response.context["form"].errors["agree"]
    assert nothing_is_signed()


def test_another_digest_than_the_one_confirmed_is_refused(learner: Learner):
    learner.confirm()
    before = everything()
    assert learner.sign(digest="").context["form"].errors["digest"]
    for digest in ("0" * 64, "x"):
        assert learner.sign(digest=digest).status_code in {403, 409}, digest
    assert everything() == before


def test_words_exchanged_between_confirming_and_signing_are_not_signed(learner: Learner):
    learner.confirm()
    form = learner.signature()
    statement = learner.assignment.campaign.statement
    other = publish_statement(statement=statement.statement, language="ja", title="別", words="別の文", now=later())
    Campaign.objects.update(statement=other)
    before = everything()
    assert learner.post("sign", form).status_code == 409
    new = learner.get("sign")
    if new.status_code == 200:
        assert learner.sign().status_code in {403, 409}
    assert everything() == before


def test_a_name_corrected_by_hr_before_signing_is_the_one_that_signs(learner: Learner):
    rename(employee=learner.employment.employee, name="髙橋 一朗", kana="", since=NOW.date(), now=NOW)
    learner.confirm()
    assert learner.sign().status_code == 200
    assert learner.sign(typed_name="髙橋 一朗").status_code == 302
    assert Certificate.objects.count() == 1


def test_who_cannot_sign_says_why_and_may_sign_later(learner: Learner):
    assert learner.get("decline").status_code == 200
    assert learner.post("decline", {"reason": "同意できない点があります"})["Location"] == "/my/"
    assert Decline.objects.count() == 1
    assert learner.get("pledge").context["declined"] == Decline.objects.get()
    before = everything()
    learner.post("decline", {"reason": "同意できない点があります"})
    assert everything() == before
    learner.confirm()
    assert learner.sign()["Location"] == learner.url("receipt")


def test_a_refusal_without_a_reason_is_shown_again(learner: Learner):
    before = everything()
    for reason in ("", " ", "あ" * 1001, "a\x00b"):
        assert learner.post("decline", {"reason": reason}).status_code in {200, 400}, reason
    assert everything() == before


def test_a_character_without_a_glyph_leaves_the_signature_and_a_page_that_says_so():
    learner = learner_in_training(name="山田 \U00030ede")
    learner.pass_all()
    learner.confirm()
    assert learner.sign()["Location"] == learner.url("receipt")
    assert Attestation.objects.count() == 1
    assert not Certificate.objects.exists()
    assert learner.get("receipt").status_code == 200
    assert learner.get("certificate_pdf").status_code == 404
    assert learner.get("mine").status_code == 200


def test_a_closed_campaign_takes_no_signature(learner: Learner):
    learner.confirm()
    form = learner.signature()
    Campaign.objects.update(state="closed")
    before = everything()
    assert learner.post("sign", form).status_code == 409
    assert learner.post("pledge").status_code == 409
    assert learner.post("decline", {"reason": "x"}).status_code == 409
    assert everything() == before


def test_one_person_s_authentication_is_no_other_s(learner: Learner):
    """Two people at one browser: the second does not sign with what the first confirmed."""
    other_user = account("jiro")
    person("000102", "佐藤 二郎", user=other_user)
    learner.confirm()
    form = learner.signature()
    learner.client.force_login(other_user)
    assert learner.post("sign", form).status_code == 404
    learner.client.force_login(learner.user)
    assert learner.post("sign", form).status_code == 403
    assert nothing_is_signed()


def test_the_log_knows_when_and_how_it_was_confirmed_and_no_secret(learner: Learner, clock: Clock):
    learner.confirm()
    clock.move(minutes=2)
    learner.sign()
    attestation = Attestation.objects.get()
    assert attestation.at - attestation.authenticated_at == timedelta(minutes=2)
    bodies = "".join(Entry.objects.values_list("body", flat=True))
    assert PASSWORD not in bodies
    assert attestation.digest in bodies


def test_the_receipt_before_the_certificate_is_there_waits_for_it(learner: Learner):
    sign(learner.assignment, learner.name)
    response = learner.get("receipt")
    assert (response.status_code, response.context["certificate"]) == (200, None)
    assert 'http-equiv="refresh"' in response.content.decode()
    assert learner.get("certificate_pdf").status_code == 404
    assert learner.get("pledge_pdf").status_code == 200
    assert learner.get("mine").status_code == 200
