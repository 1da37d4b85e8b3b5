"""A time stamp authority is believed only where it answers what it was asked."""

from __future__ import annotations

import socket
from hashlib import sha256
from typing import Any

import pytest
from asn1crypto import tsp

from tests.certificates.verifying import Spoil, authority
from training.certificates import stamp
from training.certificates.sign import LONGEST_TIME_STAMP
from training.certificates.stamp import time_stamp
from training.errors import NotReady

DIGEST = sha256(b"a signature").digest()


def info(token: Any) -> Any:
    return token["content"]["encap_content_info"]["content"].parsed


def test_a_token_is_over_the_digest_that_was_sent():
    with authority() as trusted:
        token = time_stamp(DIGEST, url=trusted.url)
    assert info(token)["message_imprint"]["hashed_message"].native == DIGEST


def _refused(answer: bytes) -> tuple[int, bytes]:
    status = tsp.PKIStatusInfo({"status": "rejection", "status_string": ["we are closed"]})
    return 200, tsp.TimeStampResp({"status": status}).dump()


def _of_another_digest(answer: bytes) -> tuple[int, bytes]:
    return 200, answer.replace(DIGEST, sha256(b"another").digest())


def _to_another_request(answer: bytes) -> tuple[int, bytes]:
    nonce = info(tsp.TimeStampResp.load(answer)["time_stamp_token"])["nonce"].dump()
    return 200, answer.replace(nonce, nonce[:-1] + bytes([nonce[-1] ^ 1]))


def _nothing_but_a_token_s_beginning(answer: bytes) -> tuple[int, bytes]:
    return 200, answer[:200]


@pytest.mark.parametrize(
    "spoil",
    [
        _refused,
        _of_another_digest,
        _to_another_request,
        _nothing_but_a_token_s_beginning,
        lambda answer: (200, answer + b"more"),
        lambda answer: (200, b""),
        lambda answer: (200, b"<html>welcome</html>"),
        lambda answer: (200, b"\x30\x03\x02\x01\x00"),
        lambda answer: (503, answer),
        lambda answer: (404, b""),
    ],
    ids=["refused", "digest", "nonce", "cut", "more", "empty", "page", "number", "503", "404"],
)
def test_any_other_answer_is_no_time_stamp(spoil: Spoil):
    with authority(spoil) as trusted, pytest.raises(NotReady, match=trusted.url):
        time_stamp(DIGEST, url=trusted.url)


def test_a_token_longer_than_its_place_is_refused(monkeypatch: pytest.MonkeyPatch):
    assert LONGEST_TIME_STAMP > 8000
    monkeypatch.setattr(stamp, "LONGEST_TIME_STAMP", 1000)
    with authority() as trusted, pytest.raises(NotReady):
        time_stamp(DIGEST, url=trusted.url)


def test_an_authority_that_is_not_there_or_has_no_address_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        for url in (f"http://127.0.0.1:{taken.getsockname()[1]}/", "no address"):
            with pytest.raises(NotReady, match=url):
                time_stamp(DIGEST, url=url)


def test_an_authority_that_says_nothing_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stamp, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotReady):
        time_stamp(DIGEST, url=f"http://127.0.0.1:{silent.getsockname()[1]}/")
