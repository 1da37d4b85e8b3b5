"""What an identity provider says, believed or not: a rule, tested without a database or a clock."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.web.provider import key
from training.web.identity.claims import CLOCK_SKEW, NotAnew, Untrue, authenticated_at, require_nonce, verified

NOW = 1_800_000_000.0
SAID = {"iss": "https://idp.example", "aud": "training", "sub": "taro", "exp": NOW + 60}


def jwk(algorithm: str, public: Any, **members: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.get_algorithm_by_name(algorithm).to_jwk(public, as_dict=True)
    return found | members


def read(token: str, *keys: dict[str, Any], now: float = NOW) -> dict[str, Any]:
    return verified(token, keys={"keys": list(keys)}, issuer="https://idp.example", audience="training", now=now)


def test_signatures_of_each_usual_kind_are_read():
    ours, elliptic, edwards = key("honest"), generate_private_key(SECP256R1()), Ed25519PrivateKey.generate()
    for algorithm, private in (("RS256", ours), ("PS384", ours), ("ES256", elliptic), ("EdDSA", edwards)):
        public = jwk(algorithm, private.public_key(), kid="one")
        other = jwk("RS256", key("forged").public_key(), kid="two")
        token = jwt.encode(SAID, private, algorithm=algorithm, headers={"kid": "one"})
        assert read(token, other, public) == SAID, algorithm


def test_without_a_name_the_only_key_is_meant_and_of_two_none():
    token = jwt.encode(SAID, key("honest"), algorithm="RS256")
    honest = jwk("RS256", key("honest").public_key(), kid="one")
    assert read(token, honest) == SAID
    with pytest.raises(Untrue):
        read(token, honest, jwk("RS256", key("forged").public_key(), kid="two"))


def test_a_shared_secret_among_the_keys_signs_nothing():
    token = jwt.encode(SAID, "s" * 32, algorithm="HS256", headers={"kid": "one"})
    with pytest.raises(Untrue):
        read(token, {"kty": "oct", "k": "cw" * 21, "kid": "one", "alg": "HS256"})


@pytest.mark.parametrize("keys", [[], [{}], [{"kty": "RSA"}], ["x"], [None]])
def test_keys_that_are_none_are_said_to_be_none(keys: list[Any]):
    with pytest.raises(Untrue):
        read(jwt.encode(SAID, key("honest"), algorithm="RS256"), *keys)


def test_a_token_lasts_until_its_end_and_the_allowance_for_clocks():
    honest = jwk("RS256", key("honest").public_key(), kid="one")
    token = jwt.encode(SAID, key("honest"), algorithm="RS256")
    assert read(token, honest, now=NOW + 60 + CLOCK_SKEW)
    with pytest.raises(Untrue, match="expired"):
        read(token, honest, now=NOW + 61 + CLOCK_SKEW)


def test_a_token_for_two_clients_must_say_that_it_was_made_for_this_one():
    honest = jwk("RS256", key("honest").public_key(), kid="one")
    both = SAID | {"aud": ["training", "payroll"]}
    assert read(jwt.encode(both | {"azp": "training"}, key("honest"), algorithm="RS256"), honest)["azp"] == "training"
    for azp in ({}, {"azp": "payroll"}):
        with pytest.raises(Untrue, match="azp"):
            read(jwt.encode(both | azp, key("honest"), algorithm="RS256"), honest)


@pytest.mark.parametrize(("said", "sent"), [("a", "b"), ("", ""), (None, "a"), ("a", ""), (["a"], "a"), ("𠮷", "吉")])
def test_a_nonce_is_the_one_that_was_sent_or_none(said: Any, sent: str):
    with pytest.raises(Untrue):
        require_nonce({"nonce": said}, nonce=sent)


def test_the_nonce_that_was_sent_is_accepted():
    require_nonce({"nonce": "𠮷1"}, nonce="𠮷1")


@pytest.mark.parametrize(
    ("at", "used", "found"),
    [
        (NOW, 0, NOW),
        (NOW + 30.5, 0, NOW + 30.5),
        (NOW - CLOCK_SKEW, 0, NOW - CLOCK_SKEW),
        (NOW + 60 + CLOCK_SKEW, 0, NOW + 60),
        (NOW, NOW - 1, NOW),
    ],
)
def test_an_authentication_for_what_was_begun_counts(at: float, used: float, found: float):
    assert authenticated_at({"auth_time": at}, begun=NOW, used=used, now=NOW + 60) == found


@pytest.mark.parametrize(
    ("at", "used"),
    [
        (NOW - CLOCK_SKEW - 1, 0),
        (NOW + 60 + CLOCK_SKEW + 1, 0),
        (NOW, NOW),
        (NOW, NOW + 1),
        (None, 0),
        ("1800000000", 0),
        (True, 0),
        (float("nan"), 0),
        (float("inf"), 0),
    ],
)
def test_any_other_authentication_does_not(at: Any, used: float):
    with pytest.raises(NotAnew):
        authenticated_at({"auth_time": at}, begun=NOW, used=used, now=NOW + 60)
