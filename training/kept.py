"""Files of evidence: stored whole or not at all, never changed."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile


def keep(path: Path, data: bytes) -> None:
    """Store bytes under a path that follows from them; what is there already stays.

    A file that nothing refers to in the end, because a transaction was taken
    back, is harmless: whoever stores the same bytes finds it.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
