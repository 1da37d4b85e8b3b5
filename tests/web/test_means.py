"""An account that is known only by its identity gets no other means of signing in at a screen left open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from tests.building import PASSWORD, account, train
from tests.web.browsing import Learner, learner_in_training
from tests.web.conftest import Clock
from tests.web.provider import Provider, identity_provider
from tests.web.test_identity import come_back, lie, only_there, told
from tests.web.test_queries import MOST, count_queries
from training.web.identity.means import GUARDED

pytestmark = pytest.mark.django_db
NEW = "ein-neues-Passwort-2026"
SET = "account_set_password"
CONFIRM = "training:confirm_identity"


@pytest.fixture
def provider(clock: Clock, settings: Any) -> Iterator[Provider]:
    """The company's provider, configured."""
    with identity_provider(lambda: clock.now.timestamp()) as running:
        settings.SOCIALACCOUNT_PROVIDERS = running.configured()
        yield running


@pytest.fixture
def learner(provider: Provider) -> Learner:
    """Somebody who signs in at the provider alone, and whose screen is open."""
    found = learner_in_training()
    only_there(found)
    return found


def set_password(learner: Learner) -> Any:
    return learner.client.post(reverse(SET), {"password1": NEW, "password2": NEW})


def has_password(learner: Learner) -> bool:
    learner.user.refresh_from_db()
    return bool(learner.user.has_usable_password())


def confirm(learner: Learner, provider: Provider, page: str = SET) -> Any:
    """Ask for the page, go to the provider from the page in between, and come back."""
    asked = learner.client.get(reverse(page))
    assert asked["Location"] == f"{reverse(CONFIRM)}?next={reverse(page).replace('/', '%2F')}"
    begun = learner.client.post(asked["Location"])
    assert begun["Location"].startswith(f"{provider.url}/authorize?")
    return come_back(learner, provider, begun["Location"])


@pytest.mark.parametrize("page", sorted(GUARDED))
@pytest.mark.parametrize("method", ["get", "post", "head", "put"])
def test_no_means_is_added_at_an_open_screen(learner: Learner, page: str, method: str):
    response = getattr(learner.client, method)(reverse(page))
    assert response.status_code == 302
    assert urlsplit(response["Location"]).path == reverse(CONFIRM)


def test_a_form_sent_at_an_open_screen_changes_nothing(learner: Learner):
    set_password(learner)
    learner.client.post(reverse("account_email"), {"action_add": "", "email": "intruder@elsewhere.example"})
    learner.client.post(reverse("mfa_activate_totp"), {"code": "123456"})
    learner.client.post(reverse("mfa_generate_recovery_codes"))
    learner.client.post(reverse("mfa_add_webauthn"), {"name": "mine", "credential": "{}"})
    assert not has_password(learner)
    assert not EmailAddress.objects.exists()
    assert not Authenticator.objects.exists()


def test_who_confirms_at_the_provider_sets_a_password(learner: Learner, provider: Provider):
    response = confirm(learner, provider)
    assert (response.status_code, response["Location"]) == (302, reverse(SET))
    question = provider.asked[-1]
    assert (question["prompt"], question["max_age"]) == ("login", "0")
    assert learner.client.get(response["Location"]).status_code == 200
    assert set_password(learner).status_code == 302
    assert has_password(learner)


@pytest.mark.parametrize("page", ["account_email", "mfa_activate_totp", "mfa_add_webauthn"])
def test_every_guarded_page_opens_after_that(learner: Learner, provider: Provider, page: str):
    assert confirm(learner, provider, page)["Location"] == reverse(page)
    assert learner.client.get(reverse(page)).status_code == 200


def test_the_pages_close_again_after_minutes(learner: Learner, provider: Provider, clock: Clock):
    confirm(learner, provider)
    clock.move(seconds=299)
    assert learner.client.get(reverse(SET)).status_code == 200
    clock.move(seconds=1)
    assert set_password(learner).status_code == 302
    assert not has_password(learner)


@pytest.mark.parametrize(
    "lying",
    [
        lie(sub="jiro@idp"),
        lie(auth_time=None),
        lie(nonce="0" * 32),
        lie(auth_time=1),
        lie(auth_time=4102444800),
        lie(exp=1),
    ],
    ids=lambda lying: lying.__name__,
)
def test_no_lie_of_the_provider_opens_them(learner: Learner, provider: Provider, lying: Any):
    lying(provider)
    response = confirm(learner, provider)
    assert (response.status_code, response["Location"]) == (302, reverse("training:home"))
    assert told(response)
    assert set_password(learner).status_code == 302
    assert not has_password(learner)


def test_who_cancels_there_is_told_that_nothing_was_changed(learner: Learner, provider: Provider):
    provider.error = "access_denied"
    response = confirm(learner, provider)
    assert response["Location"] == reverse("training:home")
    assert told(response)
    assert not has_password(learner)


def test_an_answer_serves_once_and_in_its_own_browser(learner: Learner, provider: Provider):
    asked = learner.client.get(reverse(SET))["Location"]
    answer = urlsplit(provider.browse(learner.client.post(asked)["Location"]))
    again = f"{answer.path}?{answer.query}"
    other = Client()
    other.force_login(learner.user)
    assert other.get(again).status_code == 401
    assert learner.client.get(again)["Location"] == reverse(SET)
    assert learner.client.get(again).status_code == 401


def test_an_answer_to_an_earlier_question_opens_nothing(learner: Learner, provider: Provider):
    first = learner.client.post(reverse(CONFIRM))["Location"]
    learner.client.post(reverse(CONFIRM))
    assert come_back(learner, provider, first)["Location"] == reverse("training:home")
    assert learner.client.get(reverse(SET)).status_code == 302


def test_signing_in_there_opens_nothing(learner: Learner, provider: Provider):
    learner.client = Client()
    begun = learner.client.post(reverse("openid_connect_login", args=["company"]))
    come_back(learner, provider, begun["Location"])
    assert learner.client.get(reverse(SET)).status_code == 302


def test_it_signs_no_pledge_and_a_signing_opens_no_page(learner: Learner, provider: Provider):
    train(learner.assignment)
    confirm(learner, provider)
    assert learner.get("sign")["Location"] == learner.url("pledge")
    question = learner.post("pledge")["Location"]
    come_back(learner, provider, question)
    assert learner.get("sign")["Location"] == learner.url("pledge")  # not asked anew: the same authentication


def test_confirmed_for_a_signing_nothing_is_open(learner: Learner, provider: Provider):
    train(learner.assignment)
    come_back(learner, provider, learner.post("pledge")["Location"])
    assert learner.get("sign").status_code == 200
    assert learner.client.get(reverse(SET)).status_code == 302


def test_it_is_not_left_to_the_next_person_at_the_browser(learner: Learner, provider: Provider):
    confirm(learner, provider)
    session = dict(learner.client.session)
    other = account("jiro")
    other.set_unusable_password()
    other.save()
    learner.client.force_login(other)
    kept = learner.client.session
    kept["training_means_opened"] = session["training_means_opened"]
    kept.save()
    assert learner.client.get(reverse(SET)).status_code == 302


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example/", "/my/", "", "javascript:alert(1)", "\x00"]
)
def test_one_is_sent_nowhere_but_to_a_guarded_page(learner: Learner, provider: Provider, where: str):
    begun = learner.client.post(reverse(CONFIRM), QUERY_STRING=f"next={where}")
    assert come_back(learner, provider, begun["Location"])["Location"] == reverse("mfa_index")


def test_a_provider_that_is_down_opens_nothing(learner: Learner, provider: Provider):
    provider.down = True
    response = learner.client.post(reverse(CONFIRM))
    assert response["Location"] == reverse("training:home")
    assert learner.client.get(reverse(SET)).status_code == 302


def test_an_account_of_which_nothing_can_be_asked_is_sent_to_hr(learner: Learner, settings: Any):
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    asked = learner.client.get(reverse(SET))["Location"]
    response = learner.client.get(asked)
    assert response.status_code == 403
    assert learner.client.post(asked).status_code == 403
    assert not has_password(learner)


def test_an_account_with_an_app_alone_confirms_with_the_app_before_it_gets_a_password(provider: Provider):
    learner = learner_in_training()
    learner.user.set_unusable_password()
    learner.user.save()
    TOTP.activate(learner.user, generate_totp_secret())
    learner.client.force_login(learner.user)
    response = set_password(learner)
    assert urlsplit(response["Location"]).path == reverse("mfa_reauthenticate")
    assert parse_qs(urlsplit(response["Location"]).query)["next"] == [reverse(SET)]
    assert not has_password(learner)
    assert learner.client.get(reverse(CONFIRM)).status_code == 302


def test_an_account_with_a_password_confirms_before_it_gets_an_address_for_a_new_one(provider: Provider):
    learner = learner_in_training()
    response = learner.client.post(reverse("account_email"), {"action_add": "", "email": "intruder@elsewhere.example"})
    assert urlsplit(response["Location"]).path == reverse("account_reauthenticate")
    assert not EmailAddress.objects.exists()
    learner.client.post(response["Location"], {"password": PASSWORD})
    assert learner.client.get(reverse("account_email")).status_code == 200
    assert learner.client.get(reverse("account_change_password")).status_code == 200


def test_the_pages_cost_few_queries(learner: Learner, provider: Provider):
    assert count_queries(lambda: learner.client.get(reverse(SET))) <= MOST
    assert count_queries(lambda: learner.client.get(reverse(CONFIRM))) <= MOST
