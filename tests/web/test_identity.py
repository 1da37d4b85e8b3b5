"""Accounts at an identity provider: signing in, being linked, and signing the pledge by authenticating anew there."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.auth import get_user_model
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from tests.building import NOW, PASSWORD, account, campaign, person, train
from tests.cutting import everything
from tests.typesetting import reading
from tests.web.browsing import Learner, Page, learner_in_training
from tests.web.conftest import Clock
from tests.web.provider import CLIENT, Provider, identity_provider, key
from tests.web.test_queries import MOST, count_queries
from training.attestation.models import Attestation
from training.certificates.models import Certificate
from training.ledger.models import Entry
from training.people.link_identity import link_identity
from training.people.models import Employment

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(clock: Clock, settings: Any) -> Iterator[Provider]:
    """The company's provider, configured."""
    with identity_provider(lambda: clock.now.timestamp()) as running:
        settings.SOCIALACCOUNT_PROVIDERS = running.configured()
        yield running


def only_there(learner: Learner, subject: str = "taro@idp") -> None:
    """Leave the account no means but its identity at the provider."""
    learner.user.set_unusable_password()
    learner.user.save()
    link_identity(user=learner.user, provider="company", subject=subject)
    learner.client.force_login(learner.user)


@pytest.fixture
def learner(provider: Provider) -> Learner:
    """Somebody who has passed everything and signs in at the provider alone."""
    found = learner_in_training()
    train(found.assignment)
    only_there(found)
    return found


def come_back(learner: Learner, provider: Provider, question: str) -> Any:
    """Sign in there and follow the browser's way back to the first page of ours."""
    answer = urlsplit(provider.browse(question))
    return learner.client.get(f"{answer.path}?{answer.query}")


def confirm(learner: Learner, provider: Provider) -> Any:
    """Go on to sign, and authenticate at the provider."""
    begun = learner.post("pledge")
    assert begun.status_code == 302
    assert begun["Location"].startswith(f"{provider.url}/authorize?")
    return come_back(learner, provider, begun["Location"])


def told(response: Any) -> str:
    """What the page that one was sent to says of what has happened."""
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def test_the_pledge_is_signed_by_authenticating_anew_at_the_provider(
    learner: Learner, provider: Provider, clock: Clock
):
    begun = learner.post("pledge")
    question = {name: values[0] for name, values in parse_qs(urlsplit(begun["Location"]).query).items()}
    assert (question["prompt"], question["max_age"]) == ("login", "0")
    assert question["code_challenge_method"] == "S256"
    assert question["nonce"] == learner.client.session["training_signing_nonce"]["nonce"]
    clock.move(seconds=42)
    back = come_back(learner, provider, begun["Location"])
    assert back["Location"] == learner.url("sign")
    clock.move(seconds=30)
    assert learner.get("sign").status_code == 200
    assert learner.sign()["Location"] == learner.url("receipt")
    attestation = Attestation.objects.get()
    assert attestation.method == Attestation.Method.OIDC
    assert attestation.authenticated_at == NOW + timedelta(seconds=42)
    assert attestation.at == NOW + timedelta(seconds=72)
    body = json.loads(attestation.entry.body)
    assert "oidc" in json.dumps(body)
    assert Certificate.objects.count() == 1
    assert learner.get("receipt").status_code == 200
    assert "training_signing_nonce" not in learner.client.session


def test_the_copy_of_the_pledge_says_that_the_provider_confirmed_it(learner: Learner, provider: Provider):
    confirm(learner, provider)
    learner.sign()
    words = reading.text(learner.get("pledge_pdf").content).replace("\n", "").replace(" ", "")
    method = str(Attestation.Method.OIDC.label).replace(" ", "")
    assert "OpenIDConnect" in method
    assert method in words


def test_neither_token_nor_subject_reaches_the_evidence(learner: Learner, provider: Provider):
    confirm(learner, provider)
    learner.sign()
    rows = json.dumps(everything())
    for secret in ("taro@idp", provider.id_tokens[0], provider.asked[0]["nonce"]):
        assert secret not in rows
    assert SocialAccount.objects.get().extra_data == {}


def forged(claims: dict[str, Any], header: dict[str, Any], secret: bytes | None = None) -> str:
    """A token put together by hand, as no library would."""

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    signed = f"{part(json.dumps(header).encode())}.{part(json.dumps(claims).encode())}"
    return f"{signed}.{part(hmac.digest(secret, signed.encode(), 'sha256') if secret else b'')}"


def true_claims(provider: Provider, nonce: str) -> dict[str, Any]:
    now = int(NOW.timestamp())
    return {"iss": provider.url, "aud": CLIENT, "sub": "taro@idp", "exp": now + 300, "auth_time": now, "nonce": nonce}


def unsigned(provider: Provider) -> None:
    provider.token = lambda nonce: forged(true_claims(provider, nonce), {"alg": "none", "kid": "honest"})


def signed_with_the_public_key_as_a_secret(provider: Provider) -> None:
    public = key("honest").public_key()
    secret = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    provider.token = lambda nonce: forged(true_claims(provider, nonce), {"alg": "HS256", "kid": "honest"}, secret)


def no_token(provider: Provider) -> None:
    provider.token = lambda nonce: "a.b.c"


def lie(**claims: Any) -> Callable[[Provider], None]:
    """Say something else in the token."""

    def told_so(provider: Provider) -> None:
        provider.lies = claims

    told_so.__name__ = ", ".join(f"{name}={value!r}" for name, value in claims.items())
    return told_so


def change(**attributes: Any) -> Callable[[Provider], None]:
    """Behave otherwise."""

    def changed(provider: Provider) -> None:
        for name, value in attributes.items():
            setattr(provider, name, value)

    changed.__name__ = ", ".join(f"{name}={value!r}" for name, value in attributes.items())
    return changed


BEGUN = int(NOW.timestamp())
LIES = [
    lie(auth_time=None),
    lie(auth_time=BEGUN - 11),
    lie(auth_time=BEGUN - 86400),
    lie(auth_time=BEGUN + 11),
    lie(auth_time=str(BEGUN)),
    lie(auth_time=True),
    lie(auth_time=[BEGUN]),
    lie(auth_time=1e999),
    lie(auth_time=0),
    lie(sub="jiro@idp"),
    lie(sub=""),
    lie(sub=None),
    lie(sub=7),
    lie(sub="あ" * 192),
    lie(sub="TARO@IDP"),
    lie(nonce="0" * 32),
    lie(nonce=None),
    lie(nonce=7),
    lie(exp=BEGUN - 11),
    lie(exp=None),
    lie(exp="never"),
    lie(aud="another-client"),
    lie(aud=[CLIENT, "another-client"]),
    lie(aud=None),
    lie(iss="https://idp.example"),
    lie(iss=None),
    change(signs_with="forged"),
    change(signs_with="forged", header={"kid": "forged"}),
    change(signs_with="forged", header={}),
    no_token,
    unsigned,
    signed_with_the_public_key_as_a_secret,
    change(error="access_denied"),
    change(error="login_required"),
]


@pytest.mark.parametrize("lying", LIES, ids=lambda lying: lying.__name__)
def test_no_lie_of_the_provider_confirms_anything(learner: Learner, provider: Provider, lying: Any):
    lying(provider)
    digest = learner.get("pledge").context["digest"]
    before = everything()
    response = confirm(learner, provider)
    assert (response.status_code, response["Location"]) == (302, learner.url("pledge"))
    assert told(response)
    page = learner.get("pledge")
    assert 'class="alert alert-danger"' in page.content.decode()
    assert learner.get("sign")["Location"] == learner.url("pledge")
    refused = learner.post("sign", {"digest": digest, "agree": "on", "typed_name": learner.name})
    assert refused.status_code == 403
    assert everything() == before


def test_after_a_lie_the_truth_still_signs(learner: Learner, provider: Provider, clock: Clock):
    provider.lies = {"auth_time": BEGUN - 86400}
    confirm(learner, provider)
    provider.lies = {}
    clock.move(minutes=1)
    assert confirm(learner, provider)["Location"] == learner.url("sign")
    assert learner.sign()["Location"] == learner.url("receipt")


@pytest.mark.parametrize("off", [-10, -1, 0, 10])
def test_a_clock_that_differs_by_seconds_is_no_lie_and_nothing_is_recorded_ahead_of_ours(
    learner: Learner, provider: Provider, off: int
):
    provider.lies = {"auth_time": BEGUN + off}
    confirm(learner, provider)
    assert learner.sign()["Location"] == learner.url("receipt")
    assert Attestation.objects.get().authenticated_at == NOW + timedelta(seconds=min(off, 0))


def test_an_answer_serves_once(learner: Learner, provider: Provider):
    answer = urlsplit(provider.browse(learner.post("pledge")["Location"]))
    again = f"{answer.path}?{answer.query}"
    assert learner.client.get(again)["Location"] == learner.url("sign")
    learner.sign()
    before = everything()
    replayed = learner.client.get(again)
    assert replayed.status_code == 401
    assert everything() == before


def test_an_answer_with_a_state_that_nobody_asked_with_is_refused(learner: Learner, provider: Provider):
    callback = reverse("openid_connect_callback", args=["company"])
    confirm(learner, provider)
    for query in ("", "?state=x&code=y", "?code=y", "?state=&code=", "?state=x&error=access_denied"):
        assert learner.client.get(callback + query).status_code == 401, query
    assert learner.client.get(reverse("openid_connect_callback", args=["elsewhere"])).status_code == 404


def test_an_answer_to_an_earlier_attempt_does_not_confirm_a_later_one(learner: Learner, provider: Provider):
    first = learner.post("pledge")["Location"]
    second = learner.post("pledge")["Location"]
    response = come_back(learner, provider, first)
    assert response["Location"] == learner.url("pledge")
    assert told(response)
    assert learner.get("sign")["Location"] == learner.url("pledge")
    assert come_back(learner, provider, second)["Location"] == learner.url("sign")


def test_an_answer_in_another_browser_confirms_nothing(learner: Learner, provider: Provider):
    answer = urlsplit(provider.browse(learner.post("pledge")["Location"]))
    other = Client()
    other.force_login(learner.user)
    assert other.get(f"{answer.path}?{answer.query}").status_code == 401
    assert learner.get("sign")["Location"] == learner.url("pledge")


def test_one_authentication_signs_no_second_pledge(learner: Learner, provider: Provider):
    """Within the allowance for clocks, at a provider that does not ask again."""
    campaign(("article-1",), code="FY2025")
    confirm(learner, provider)
    learner.sign()
    learner.code = "FY2025"
    train(learner.assignment)
    assert learner.get("sign")["Location"] == learner.url("pledge")
    response = confirm(learner, provider)
    assert response["Location"] == learner.url("pledge")
    assert told(response)
    assert Attestation.objects.count() == 1


def test_an_authentication_there_waits_for_the_signature_no_longer_than_any_other(
    learner: Learner, provider: Provider, clock: Clock
):
    confirm(learner, provider)
    form = learner.signature()
    clock.move(seconds=601)
    assert learner.get("sign")["Location"] == learner.url("pledge")
    assert learner.post("sign", form).status_code == 403
    assert not Attestation.objects.exists()


def test_signing_in_there_is_no_authentication_for_the_pledge(learner: Learner, provider: Provider):
    learner.client = Client()
    begun = learner.client.post(reverse("openid_connect_login", args=["company"]))
    assert come_back(learner, provider, begun["Location"])["Location"] == "/"
    digest = learner.get("pledge").context["digest"]
    learner.post("pledge")
    assert learner.get("sign")["Location"] == learner.url("pledge")
    response = learner.post("sign", {"digest": digest, "agree": "on", "typed_name": learner.name})
    assert response.status_code == 403


def test_a_way_there_that_was_not_begun_at_the_pledge_confirms_nothing(learner: Learner, provider: Provider):
    """allauth's own address can be asked for the same round trip."""
    learner.post("pledge")
    login = reverse("openid_connect_login", args=["company"])
    begun = learner.client.post(f"{login}?process=redirect&next={learner.url('sign')}&auth_params=prompt%3Dnone")
    assert "prompt" not in parse_qs(urlsplit(begun["Location"]).query)
    come_back(learner, provider, begun["Location"])
    assert learner.get("sign")["Location"] == learner.url("pledge")


def test_a_second_person_at_the_browser_does_not_sign_with_it(learner: Learner, provider: Provider):
    question = learner.post("pledge")["Location"]
    other = account("jiro")
    person("000102", "佐藤 二郎", user=other)
    learner.client.force_login(other)
    assert come_back(learner, provider, question).status_code == 401
    learner.client.force_login(learner.user)
    assert learner.get("sign")["Location"] == learner.url("pledge")


def test_signed_out_in_between_nothing_is_confirmed(learner: Learner, provider: Provider):
    question = learner.post("pledge")["Location"]
    learner.client.logout()
    assert come_back(learner, provider, question).status_code == 401


def test_a_provider_that_does_not_answer_leaves_the_pledge_unsigned_with_a_message(
    learner: Learner, provider: Provider
):
    question = learner.post("pledge")["Location"]
    answer = urlsplit(provider.browse(question))
    provider.down = True
    response = learner.post("pledge")
    assert response["Location"] == learner.url("pledge")
    assert told(response)
    assert learner.client.get(f"{answer.path}?{answer.query}").status_code == 401
    assert Client().post(reverse("openid_connect_login", args=["company"])).status_code == 401


def test_a_code_that_the_provider_does_not_know_confirms_nothing(learner: Learner, provider: Provider):
    answer = urlsplit(provider.browse(learner.post("pledge")["Location"]))
    state = parse_qs(answer.query)["state"][0]
    response = learner.client.get(f"{answer.path}?state={state}&code=guessed")
    assert response["Location"] == learner.url("pledge")
    assert told(response)


def test_an_account_with_a_password_too_chooses(provider: Provider):
    learner = learner_in_training()
    train(learner.assignment)
    link_identity(user=learner.user, provider="company", subject="taro@idp")
    TOTP.activate(learner.user, generate_totp_secret())
    assert learner.post("pledge")["Location"] == learner.url("confirm")
    page = learner.get("confirm")
    html = page.content.decode()
    assert "全社ID" in html
    links = [link for link in Page(html).links if "reauthenticate" in link]
    assert [urlsplit(link).path for link in links] == [reverse("account_reauthenticate"), reverse("mfa_reauthenticate")]
    assert come_back(learner, provider, learner.post("confirm")["Location"])["Location"] == learner.url("sign")
    learner.post("pledge")
    assert learner.client.post(links[0], {"password": PASSWORD})["Location"] == learner.url("sign")
    learner.sign()
    assert Attestation.objects.get().method == "password"


def test_an_account_with_a_password_and_an_app_chooses_without_any_provider(provider: Provider):
    learner = learner_in_training()
    train(learner.assignment)
    TOTP.activate(learner.user, generate_totp_secret())
    assert learner.post("pledge")["Location"] == learner.url("confirm")
    html = learner.get("confirm").content.decode()
    assert "全社ID" not in html
    assert len([link for link in Page(html).links if "reauthenticate" in link]) == 2
    assert learner.post("confirm")["Location"] == learner.url("pledge")


def test_the_choice_is_there_only_within_a_signing_that_is_begun(learner: Learner, provider: Provider):
    assert learner.get("confirm")["Location"] == learner.url("pledge")
    assert learner.post("confirm")["Location"] == learner.url("pledge")
    assert provider.asked == []


def test_without_a_provider_configured_the_identity_is_no_means(learner: Learner, settings: Any):
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    assert learner.post("pledge").status_code == 403


def sign_in_there(provider: Provider, client: Client | None = None) -> Any:
    """Sign in by the button on the sign-in page."""
    client = client or Client()
    begun = client.post(reverse("openid_connect_login", args=["company"]))
    answer = urlsplit(provider.browse(begun["Location"]))
    response = client.get(f"{answer.path}?{answer.query}")
    response.signed_in_as = client.session.get("_auth_user_id")
    response.browser = client
    return response


def test_the_sign_in_page_has_a_button_where_a_provider_is_configured(provider: Provider, settings: Any):
    login = reverse("openid_connect_login", args=["company"])
    assert login in Client().get(reverse("account_login")).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    html = Client().get(reverse("account_login")).content.decode()
    assert "/oidc/" not in html
    assert Client().get(login).status_code == 404


def test_who_is_linked_signs_in(learner: Learner, provider: Provider):
    response = sign_in_there(provider)
    assert response.signed_in_as == str(learner.user.pk)
    assert response["Location"] == "/"
    provider.lies = {"nonce": "0" * 32}
    assert sign_in_there(provider).signed_in_as is None


def test_nobody_gets_an_account_by_having_an_identity(provider: Provider):
    account("taro")
    get_user_model().objects.update(email="taro@company.example")
    people = get_user_model().objects.count()
    provider.lies = {"email": "taro@company.example", "email_verified": True, "preferred_username": "taro"}
    response = sign_in_there(provider)
    assert (response["Location"], response.signed_in_as) == (reverse("account_login"), None)
    assert told(response)
    assert get_user_model().objects.count() == people
    assert not SocialAccount.objects.exists()
    assert response.browser.get(reverse("socialaccount_signup"))["Location"] == reverse("account_login")


def test_a_locked_account_is_not_signed_in_there(learner: Learner, provider: Provider):
    learner.user.is_active = False
    learner.user.save()
    assert sign_in_there(provider).signed_in_as is None


@pytest.fixture
def by_number(settings: Any) -> None:
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "IDENTITY_NUMBER_CLAIM": "employee_number"}


@pytest.mark.usefixtures("by_number")
def test_a_provider_that_is_trusted_to_name_staff_numbers_links_at_the_first_sign_in(provider: Provider):
    learner = Learner()
    provider.lies = {"employee_number": "０００１０１"}
    assert sign_in_there(provider).signed_in_as == str(learner.user.pk)
    provider.lies = {}
    assert sign_in_there(provider).signed_in_as == str(learner.user.pk)
    provider.subject, provider.lies = "jiro@idp", {"employee_number": "000101"}
    response = sign_in_there(provider)
    assert (response.signed_in_as, response["Location"]) == (None, reverse("account_login"))
    assert [identity.uid for identity in SocialAccount.objects.all()] == ["taro@idp"]


@pytest.mark.usefixtures("by_number")
@pytest.mark.parametrize("number", [None, "", " ", "999999", 101, ["000101"], "000101\x00x"])
def test_a_number_that_nobody_has_links_nobody(provider: Provider, number: Any):
    Learner()
    provider.lies = {"employee_number": number}
    assert sign_in_there(provider).signed_in_as is None
    assert not SocialAccount.objects.exists()


@pytest.mark.usefixtures("by_number")
@pytest.mark.parametrize("days", [{"valid_to": date(2026, 11, 23)}, {"valid_from": date(2026, 11, 25)}])
def test_a_number_is_linked_only_while_it_is_held(provider: Provider, days: dict[str, date]):
    """At the provider a number of somebody who has left may be another's by now."""
    learner = Learner()
    provider.lies = {"employee_number": "000101"}
    Employment.objects.update(**days)
    response = sign_in_there(provider)
    assert (response.signed_in_as, response["Location"]) == (None, reverse("account_login"))
    assert told(response)
    assert not SocialAccount.objects.exists()
    Employment.objects.update(valid_from=date(2020, 4, 1), valid_to=date(2026, 11, 24))
    assert sign_in_there(provider).signed_in_as == str(learner.user.pk)


def connect(learner: Learner, provider: Provider) -> Any:
    begun = learner.client.post(reverse("openid_connect_login", args=["company"]) + "?process=connect")
    return come_back(learner, provider, begun["Location"])


def test_one_links_the_own_identity_after_confirming_who_one_is(provider: Provider):
    learner = Learner()
    response = connect(learner, provider)
    assert response["Location"] == reverse("account_reauthenticate")
    assert not SocialAccount.objects.exists()
    learner.client.post(response["Location"], {"password": PASSWORD})
    assert SocialAccount.objects.get().user == learner.user
    assert "全社ID" in learner.client.get(reverse("socialaccount_connections")).content.decode()


def test_an_account_has_one_identity_so_that_nobody_adds_another_at_an_open_screen(
    learner: Learner, provider: Provider
):
    provider.subject = "intruder@idp"
    response = connect(learner, provider)
    assert response["Location"] == reverse("socialaccount_connections")
    assert told(response)
    assert [identity.uid for identity in SocialAccount.objects.all()] == ["taro@idp"]


def test_somebody_else_s_identity_is_not_linked(learner: Learner, provider: Provider):
    other = Learner("jiro", "000102", "佐藤 二郎")
    other.client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    connect(other, provider)
    assert SocialAccount.objects.get().user == learner.user


def test_the_last_means_is_not_taken_away(learner: Learner):
    identity = SocialAccount.objects.get()
    page = learner.client.post(reverse("socialaccount_connections"), {"account": identity.pk})
    assert page.status_code == 200
    assert page.context["form"].errors
    assert SocialAccount.objects.exists()


def test_the_log_names_no_provider_s_subject(learner: Learner, provider: Provider):
    confirm(learner, provider)
    learner.sign()
    assert "taro@idp" not in "".join(Entry.objects.values_list("body", flat=True))


def test_no_page_on_the_way_costs_more_than_twelve_queries(learner: Learner, provider: Provider):
    asked: list[Any] = []
    going = count_queries(lambda: asked.append(learner.post("pledge")) or asked[-1])
    back = count_queries(lambda: come_back(learner, provider, asked[-1]["Location"]))
    signing = count_queries(lambda: learner.get("sign"))
    learner.user.set_password(PASSWORD)
    learner.user.save()
    learner.client.force_login(learner.user)
    learner.post("pledge")
    choosing = count_queries(lambda: learner.get("confirm"))
    pages = [reverse("account_login"), reverse("socialaccount_connections"), reverse("mfa_index")]
    others = [count_queries(lambda: learner.client.get(page)) for page in pages]  # noqa: B023  (called at once)
    assert max(back, signing, choosing, *others) <= MOST, (back, signing, choosing, others)
    assert going <= 15  # no page: a form sent, whose state allauth saves and reads again
