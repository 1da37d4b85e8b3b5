"""Opening a campaign for 100,000 people on PostgreSQL beside the same rows by bare INSERT … SELECT; the daily run.

``BENCH_PEOPLE`` makes it smaller, ``BENCH_MODULES`` gives everybody more tasks, which brings the two nearer to each
other. Goals: at most twice the bare rows; the daily run with one change in a hundred under 10 s.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from tests.bench.bench_roster import PEOPLE, ROOT, staff_list
from tests.bench.figures import show
from tools.cluster import cluster
from tools.needs import postgres_programs

MODULES = int(os.environ.get("BENCH_MODULES", "1"))
ROUNDS = 3
GOAL = 2.0
MOST_SECONDS = 10


def measured(tmp_path: Path) -> dict[str, Any]:
    """What ``tests.bench.assigning`` finds in a database of its own, filled by ``import_roster``."""
    programs = postgres_programs()
    assert programs is not None
    file = tmp_path / "staff.csv"
    file.write_bytes(staff_list(PEOPLE))
    with cluster(programs) as address:
        with psycopg.connect(f"{address}postgres", autocommit=True) as server:
            server.execute("CREATE DATABASE company")
        (tmp_path / "var" / "test").mkdir(parents=True)
        env = {**os.environ, "DATABASE_URL": f"{address}company", "VAR_DIR": str(tmp_path / "var")}
        env["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"

        def program(*arguments: str) -> str:
            command = [sys.executable, *arguments]
            return subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout

        program("manage.py", "migrate", "--verbosity", "0", "--skip-checks")
        program("manage.py", "import_roster", str(file), "--day", "2026-04-01", "--skip-checks")
        with psycopg.connect(f"{address}company", autocommit=True) as database:
            database.execute("VACUUM ANALYZE")
        found: dict[str, Any] = json.loads(
            program("-m", "tests.bench.assigning", str(PEOPLE), str(MODULES), str(ROUNDS))
        )
    return found


def bench_a_campaign_for_a_hundred_thousand(tmp_path: Path) -> None:
    found = measured(tmp_path)
    figures = {"bare INSERT … SELECT": median(found["bare"]), "begin": median(found["begin"])}
    show(f"A campaign for {PEOPLE:,} people, {MODULES} module(s)", figures, to="bare INSERT … SELECT")
    show(
        "The daily round, with a credit rule and nobody to credit",
        {"one change in a hundred": found["daily"], "nothing to do": found["again"]},
    )
    assert figures["begin"] <= GOAL * figures["bare INSERT … SELECT"]
    assert found["daily"] < MOST_SECONDS
