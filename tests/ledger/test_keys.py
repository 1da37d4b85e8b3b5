"""The log's key: made once, readable by its owner, never replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from training.errors import Conflict, Invalid, NotReady
from training.ledger.keys import load_key, make_key, verifier


@pytest.fixture
def configured(settings: Any, tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "ledger.pem"
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "LEDGER_KEY_FILE": path}
    return path


def test_a_key_is_loaded_as_it_was_made(configured: Path) -> None:
    made = make_key(path=configured)
    assert verifier(load_key()) == verifier(made)
    assert verifier(made).name == "privacy-training.example/ledger"


def test_only_its_owner_may_read_it(configured: Path) -> None:
    make_key(path=configured)
    assert configured.stat().st_mode & 0o777 == 0o600


def test_no_key_is_overwritten(configured: Path) -> None:
    first = verifier(make_key(path=configured))
    with pytest.raises(Conflict, match=str(configured)):
        make_key(path=configured)
    assert verifier(load_key()) == first


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotReady, match=r"ledger\.pem"):
        make_key(path=tmp_path / "file" / "ledger.pem")


def test_a_missing_key_is_said_with_its_path(configured: Path) -> None:
    with pytest.raises(NotReady, match=str(configured)):
        load_key()


def test_a_folder_in_the_keys_place_is_said(configured: Path) -> None:
    configured.mkdir(parents=True)
    with pytest.raises(NotReady, match=str(configured)):
        load_key()


def test_no_key_configured_is_said(settings: Any) -> None:
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "LEDGER_KEY_FILE": None}
    with pytest.raises(NotReady, match="LEDGER_KEY_FILE"):
        load_key()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no key",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")),
    ],
    ids=["empty", "text", "broken", "of another kind", "encrypted"],
)
def test_a_file_that_holds_no_such_key_is_refused(configured: Path, content: bytes) -> None:
    configured.parent.mkdir()
    configured.write_bytes(content)
    with pytest.raises(Invalid, match=str(configured)):
        load_key()
