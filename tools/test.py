"""Run the tests on both Pythons and both databases.

Arguments are given to pytest; with any, only the first leg runs unless `--legs` names others. Without, everything
runs, and whatever the machine lacks for that is installed, or named. Exit 0 if all passed, 1 if not, 2 if something
is missing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

import interpreters
import needs
from cluster import cluster
from runner import ROOT, Step, run_all

NEWEST = ROOT / ".venv" / "bin" / "python"
FLOOR = ROOT / ".venv-3.11" / "bin" / "python"
STATE = ROOT / "var" / "test"
# Without Wagtail there is no site: these are training's own rooms, from their tests' folders, but for its pages.
PAGES = {"web", "management"}
LIMIT = 60 * 60.0

# Each test on either Python and on either database, the longest first; where the two meet anew, the rooms that
# write. `--legs all` runs every test on all four. What runs every test is halved, so that both cores have to do to the
# end, and no leg comes near its limit on a slow machine.
LEGS = (
    "newest-sqlite-rest",
    "floor-postgres-pages",
    "floor-postgres-rest",
    "newest-sqlite-pages",
    "newest-postgres-rooms",
    "no-wagtail",
    "no-wagtail-set-up",
)
EVERY = ("floor-postgres", "newest-sqlite", "newest-postgres", "floor-sqlite", "no-wagtail", "no-wagtail-set-up")
WRITING = (
    "ledger",
    "people",
    "policy",
    "catalogue",
    "campaigns",
    "quiz",
    "access",
    "attestation",
    "changes",
    "reminders",
    "rounds",
    "test_at_once.py",
)


SITE = ("browser", "cms", "cms_admin", "web")


def part_of(part: str) -> list[str]:
    """Return what a part of the tests consists of: the rooms that write, the site's pages, or what is not the pages."""
    if part == "rest":
        found = [path for path in sorted((ROOT / "tests").iterdir()) if path.is_dir() or path.name.startswith("test_")]
        return [f"tests/{path.name}" for path in found if path.name not in SITE and not path.name.startswith("_")]
    return [f"tests/{one}" for one in {"rooms": WRITING, "pages": SITE}[part]]


def rooms() -> list[str]:
    """Return the test folders of training's rooms."""
    names = {path.name for path in (ROOT / "training").iterdir() if path.is_dir()} - PAGES
    return [f"tests/{path.name}" for path in sorted((ROOT / "tests").iterdir()) if path.name in names]


def leg(name: str, args: list[str], server: str | None) -> Step:
    """Return the command of one leg, with a database and a folder for its state that no other leg touches."""
    which, database, *part = name.split("-")
    state = STATE / name
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True)
    address = f"{server}{name.replace('-', '_')}" if database == "postgres" else None
    env = {"DATABASE_URL": address, "VAR_DIR": str(state), "CHROMIUM": needs.chromium()}
    if name == "no-wagtail-set-up":
        env["DATABASE_URL"] = f"sqlite:///{state / 'db.sqlite3'}"
        return Step(name, [NEWEST, "-m", "tests.nowagtail"], env)
    python = FLOOR if which == "floor" else NEWEST
    pytest: list[str | Path] = [python, "-m", "pytest", "-o", f"cache_dir=.pytest_cache/{name}"]
    if name == "no-wagtail":
        return Step(name, [*pytest, "-p", "tests.nowagtail", "--ds=tests.settings_training", *(args or rooms())], env)
    if part and not args:
        args = part_of(*part)
    return Step(name, [*pytest, *args], env)


def chosen_legs(wanted: str | None, args: list[str]) -> list[str]:
    """Return the legs to run; where the newest Python is 3.11 there is no second one to test."""
    legs = list(EVERY if wanted == "all" else LEGS)
    newest = interpreters.answer(NEWEST)
    if newest and newest[0][:2] == interpreters.FLOOR:
        legs = ["newest-postgres", *(name for name in EVERY if name.startswith(("newest-sqlite", "no-")))]
    if wanted and wanted != "all":
        return wanted.split()
    return ["newest-sqlite"] if args and not wanted else legs


def main() -> int:
    """Run the legs, two at a time where there are two cores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--legs", help=f"all, or some of: {' '.join(dict.fromkeys(LEGS + EVERY))}")
    parser.add_argument("args", nargs="*", help="given to pytest, after --")
    chosen = parser.parse_args()
    legs = chosen_legs(chosen.legs, chosen.args)
    unknown = set(legs) - set(LEGS) - set(EVERY)
    if unknown:
        parser.error(f"no such leg: {' '.join(sorted(unknown))}")
    if not chosen.args and not needs.provide():
        return 2
    # A run that is killed stops what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as stack:
        server = None
        if any("postgres" in name for name in legs):
            programs = needs.postgres_programs()
            if not programs:
                print("PostgreSQL's server programs are missing: make test without ARGS says how to get them.")
                return 2
            # What a test rolls back would be counted as an empty table, and joins planned for no rows: some take hours.
            server = stack.enter_context(cluster(programs, autovacuum="off", jit="off"))
        steps = [leg(name, chosen.args, server) for name in legs]
        passed = run_all(steps, at_once=min(2, os.cpu_count() or 1), limit=LIMIT)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
