"""Make a virtual environment hold exactly what requirements/dev.txt names, from nothing or from what is there.

uv does the work, in seconds; it is itself installed from the lock, by its hash, with the pip that comes with Python.
Standard library only, since this runs before anything is installed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from itertools import takewhile
from pathlib import Path

import interpreters

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "dev.txt"


def locked(package: str) -> str:
    """Return the lock's own lines for one package, hashes included."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(f"{package}=="))
    hashes = takewhile(lambda line: line.startswith("    --hash"), lines[first + 1 :])
    return "\n".join([lines[first], *hashes, ""])


def create(folder: Path, interpreter: str) -> None:
    """Make the environment anew, with uv in it."""
    print(f"{folder.name}: a new environment with {interpreter}", flush=True)
    subprocess.run([interpreter, "-m", "venv", "--clear", folder], check=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
        only_uv.write(locked("uv"))
        only_uv.flush()
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", only_uv.name], check=True)


def main() -> int:
    """Bring one environment up to date; 2 if its interpreter is not on this machine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("which", choices=["newest", "floor"], help="the interpreter for an environment made anew")
    chosen = parser.parse_args()
    folder = ROOT / chosen.folder
    python, uv = folder / "bin" / "python", folder / "bin" / "uv"
    try:
        if not (uv.exists() and interpreters.answer(python)):
            interpreter = interpreters.choose(chosen.which)
            if not interpreter:
                print(interpreters.missing(chosen.which), file=sys.stderr)
                return 2
            create(folder, interpreter)
        subprocess.run([uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", LOCK], check=True)
    except subprocess.CalledProcessError as failure:
        print(f"{folder.name}: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
