"""What the tests need of the machine beside Python, and how to get it on Debian."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Need:
    """One thing: what for, the Debian package that brings it, and whether it is here."""

    purpose: str
    package: str
    here: Callable[[], bool]


def chromium() -> str | None:
    """Return the path of a Chromium or Chrome."""
    return next((path for path in map(shutil.which, CHROMIUMS) if path), None)


def postgres_programs() -> Path | None:
    """Return the folder with initdb and pg_ctl; Debian keeps it off PATH, one a version, and the newest is taken."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(versions, key=lambda path: float(path.parent.name), default=None)


def japanese_font() -> bool:
    """Tell whether the browser has a font to show Japanese with."""
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=ja", "family"], capture_output=True, check=True).stdout.strip())


NEEDS = (
    Need("Chromium, for the tests in a browser", "chromium", lambda: chromium() is not None),
    Need("a Japanese font, for what the browser shows", "fonts-noto-cjk", japanese_font),
    Need("PostgreSQL's server programs (initdb, pg_ctl)", "postgresql", lambda: postgres_programs() is not None),
    Need("pdftotext and pdffonts, to read certificates", "poppler-utils", lambda: bool(shutil.which("pdftotext"))),
    Need("zbarimg, to read their QR codes", "zbar-tools", lambda: bool(shutil.which("zbarimg"))),
)


def provide() -> bool:
    """Return whether every need is met, having installed what was missing where that can be done: root on Debian."""
    missing = [need for need in NEEDS if not need.here()]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [need.package for need in missing]
        print(f"Installing {' '.join(packages)}", flush=True)
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=300"]
        for words in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
            subprocess.run([*apt, *words], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
        missing = [need for need in NEEDS if not need.here()]
    if missing:
        print("The tests need these, which are missing on this machine:")
        for need in missing:
            print(f"  {need.purpose} (on Debian: {need.package})")
        print("On Debian: apt-get install " + " ".join(need.package for need in missing))
    return not missing
