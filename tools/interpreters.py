"""Find the Pythons that this project runs on: `newest` for the work, `floor` (3.11) for the second run of the tests.

Looked for as python3.X on PATH, then in the folders of the usual version managers, which put theirs on no PATH. What
counts is what the interpreter itself answers: a version manager's shim that leads nowhere is no interpreter. Standard
library only and no newer than the floor, since this runs before anything is installed.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FLOOR = (3, 11)
NEWEST_KNOWN = (3, 14)
SERIES = [(3, minor) for minor in range(NEWEST_KNOWN[1], FLOOR[1] - 1, -1)]
MANAGERS = (
    "~/.pyenv/versions/*/bin",
    "~/.asdf/installs/python/*/bin",
    "~/.local/share/mise/installs/python/*/bin",
    "~/.local/share/uv/python/*/bin",
)
# venv and ensurepip are apart from the interpreter on Debian; a Python that cannot make an environment is of no use.
ASK = "import sys, venv, ensurepip; print(*sys.version_info[:3], sys.executable, sep='\\n')"


def folders() -> Iterator[Path]:
    """Yield where an interpreter may lie, PATH first."""
    for entry in os.environ.get("PATH", "").split(os.pathsep):
        if entry:
            yield Path(entry)
    for pattern in MANAGERS:
        home, _, rest = pattern.partition("/")
        root = Path(home).expanduser()
        yield from sorted(root.glob(rest), key=natural, reverse=True)


def natural(path: Path) -> list[int]:
    """Order 3.11.10 after 3.11.9."""
    return [int(number) for number in re.findall(r"\d+", str(path))]


def answer(candidate: Path) -> tuple[tuple[int, int, int], str] | None:
    """Return the version and path that this interpreter gives of itself, or None if it does not run."""
    try:
        run = subprocess.run([candidate, "-I", "-c", ASK], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    major, minor, micro, executable = run.stdout.splitlines()
    return (int(major), int(minor), int(micro)), executable


def find(series: tuple[int, int]) -> str | None:
    """Return the path of an interpreter of this series, e.g. (3, 11), or None."""
    named = (folder / f"python{series[0]}.{series[1]}" for folder in folders())
    candidates = [path for path in named if path.is_file() and os.access(path, os.X_OK)]
    # The one that runs this may be known by another name, or by none on PATH.
    for candidate in [*candidates, Path(sys.executable)]:
        found = answer(candidate)
        if found and found[0][:2] == series:
            return found[1]
    return None


def choose(which: str) -> str | None:
    """Return the path of the `newest` or the `floor` interpreter, or None where there is none."""
    if which == "floor":
        return find(FLOOR)
    for series in SERIES:
        found = find(series)
        if found:
            return found
    # One newer than any named here: it may do.
    return sys.executable if sys.version_info[:2] > NEWEST_KNOWN else None


def missing(which: str) -> str:
    """Say what this machine lacks."""
    if which == "floor":
        return "No Python 3.11 with venv was found: the tests run on 3.11 as well as on the newest Python."
    return "No Python 3.11 or newer with venv was found, on PATH or with a version manager."


def main() -> int:
    """Print one path, or say what is missing and exit 2."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", choices=["newest", "floor"])
    which = parser.parse_args().which
    found = choose(which)
    print(found or missing(which), file=sys.stdout if found else sys.stderr)
    return 0 if found else 2


if __name__ == "__main__":
    sys.exit(main())
