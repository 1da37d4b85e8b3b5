"""A pack of 10,000 people: what memory writing it takes above the idle process, and that a bare interpreter checks it.

``BENCH_PEOPLE`` says how many people; building them takes most of the time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "10000"))
ABOVE_IDLE = 150_000_000
MB = 1_000_000
# Runs the checker from a small process: what one forks from counts as its child's memory too.
MEASURED = """
import os, resource, sys
child = os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-I", "-S", *sys.argv[1:], "--lang", "en"])
print(child, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def run(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run Python, and show what it says where it fails."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def bench_a_pack_of_ten_thousand_people_takes_less_than_150_mb(tmp_path: Path) -> None:
    env = {**os.environ, "VAR_DIR": str(tmp_path / "var"), "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3"}
    env["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    began = time.monotonic()
    run("manage.py", "migrate", "--verbosity", "0", "--skip-checks", env=env)
    state = tmp_path / "var" / "test"
    run("manage.py", "make_ledger_key", str(state / "ledger.pem"), "--skip-checks", env=env)
    signing = [str(state / name) for name in ("signing.pem", "signing.crt.pem")]
    run("manage.py", "make_signing_key", *signing, "--skip-checks", env=env)
    run("-m", "tests.bench.company", str(PEOPLE), env=env)
    built = time.monotonic() - began

    pack = tmp_path / "pack.zip"
    figures: dict[str, Any] = json.loads(run("-m", "tests.bench.exporting", str(pack), "FY2026", env=env).stdout)
    above = figures["peak"] - figures["idle"]

    began = time.monotonic()
    checking = ["-I", "-S", "-c", MEASURED, str(ROOT / "training/reports/pack/verify.py"), str(pack)]
    report = subprocess.run(
        [sys.executable, *checking], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    code, kilobytes = map(int, report.splitlines()[-1].split())
    checked = time.monotonic() - began

    print(
        f"\nevidence pack of {PEOPLE:,} people: {figures['entries']:,} entries, {figures['files']:,} files, "
        f"{pack.stat().st_size / MB:,.0f} MB (built in {built:,.0f} s)"
        f"\n  written in {figures['seconds']:,.0f} s, {figures['seconds'] / PEOPLE * 1000:.1f} ms a person; memory "
        f"{figures['idle'] / MB:,.0f} MB idle, {figures['peak'] / MB:,.0f} MB at most: {above / MB:,.0f} MB above, "
        f"goal below {ABOVE_IDLE / MB:,.0f}"
        f"\n  verify.py on a bare interpreter: exit {code} after {checked:,.0f} s, {kilobytes * 1024 / MB:,.0f} MB"
    )
    assert code == 3, report[-3000:]
    assert figures["people"] == PEOPLE
    assert above < ABOVE_IDLE
