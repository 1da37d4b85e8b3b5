"""A pack as a file: whole under its name, or not there at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.utils.translation import gettext_lazy as _

from training.errors import Conflict, NotReady


def write_whole(pieces: Iterable[bytes], *, path: Path) -> str:
    """Write the pieces to a temporary file beside the path, rename it at the end, and return the SHA-256.

    Only its owner may read it: a pack holds personal values. Whatever goes
    wrong on the way leaves no file. Raises ``Conflict`` where the path exists,
    ``NotReady`` where it cannot be written.
    """
    require_free(path)
    digest = sha256()
    try:
        file = NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115  (renamed below)
    except OSError as reason:
        raise _unwritable(path, reason) from reason
    try:
        with file:
            for piece in pieces:
                digest.update(piece)
                _write(file, piece, path)
            _write(file, b"", path)
        require_free(path)
        Path(file.name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(file.name).unlink()
        raise
    return digest.hexdigest()


def _write(file: Any, piece: bytes, path: Path) -> None:
    """Write a piece; an empty one sends all to the disk. What fails in making a piece is not the file's fault."""
    try:
        if piece:
            file.write(piece)
        else:
            file.flush()
            os.fsync(file.fileno())
    except OSError as reason:
        raise _unwritable(path, reason) from reason


def require_free(path: Path) -> None:
    """Raise ``Conflict`` where something has that name, ``NotReady`` where its folder is not there."""
    if path.exists():
        raise Conflict(_("%(path)s exists already: no pack is overwritten.") % {"path": path})
    if not path.parent.is_dir():
        raise NotReady(_("There is no folder %(path)s.") % {"path": path.parent})


def _unwritable(path: Path, reason: OSError) -> NotReady:
    return NotReady(
        _("The file %(path)s cannot be written: %(reason)s.") % {"path": path, "reason": reason.strerror or reason}
    )
