"""The log's own key: made once, kept in a file outside the repository, read when something is signed or verified."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.utils.translation import gettext_lazy as _

from training.conf import conf
from training.errors import Conflict, Invalid, NotReady
from training.ledger.note import VerifierKey


def load_key() -> Ed25519PrivateKey:
    """Return the private key from the configured file (PKCS 8, PEM).

    Raises ``NotReady`` where no file is configured or it cannot be read,
    ``Invalid`` where it holds no Ed25519 key.
    """
    path = conf.ledger_key_file
    if path is None:
        raise NotReady(_("No key for the ledger is configured (LEDGER_KEY_FILE)."))
    try:
        data = path.read_bytes()
    except OSError as reason:
        raise NotReady(
            _("The ledger's key file %(path)s cannot be read: %(reason)s.")
            % {"path": path, "reason": reason.strerror or reason}
        ) from reason
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as reason:
        raise Invalid(_("The ledger's key file %(path)s holds no readable private key.") % {"path": path}) from reason
    if not isinstance(key, Ed25519PrivateKey):
        raise Invalid(_("The ledger's key file %(path)s holds no Ed25519 key.") % {"path": path})
    return key


def verifier(key: Ed25519PrivateKey) -> VerifierKey:
    """Return the public half under the log's name: what the outside needs to verify checkpoints."""
    return VerifierKey(name=conf.ledger_origin, public_key=key.public_key().public_bytes_raw())


def make_key(*, path: Path) -> Ed25519PrivateKey:
    """Write a new private key that only its owner may read, and return it.

    Raises ``Conflict`` if the file exists: a key that has signed is never
    replaced. Raises ``NotReady`` if it cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except OSError as reason:
        if isinstance(reason, FileExistsError) and path.exists():
            raise Conflict(_("%(path)s exists already: no key is ever overwritten.") % {"path": path}) from reason
        raise NotReady(
            _("The key file %(path)s cannot be written: %(reason)s.")
            % {"path": path, "reason": reason.strerror or reason}
        ) from reason
    return key
