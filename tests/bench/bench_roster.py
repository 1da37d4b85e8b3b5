"""A staff list of 100,000 into an empty PostgreSQL by ``import_roster``, and again; beside it the same rows by bare COPY.

``BENCH_PEOPLE`` makes it smaller. Goal: under 60 s.
"""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from tests.bench.company import FAMILY, GIVEN
from tests.bench.figures import show
from tools.cluster import cluster
from tools.needs import postgres_programs

ROOT = Path(__file__).resolve().parent.parent.parent
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
MOST_SECONDS = 60
HEADINGS = ("社員番号", "氏名", "フリガナ", "所属", "雇用区分", "上長", "入社日", "退職日", "メール", "兼務")
TYPES = ("正社員", "正社員", "契約", "パート", "派遣", "出向受入")
TABLES = (
    "entry", "disclosure", "department", "employee", "employment", "personname", "posting", "departmentplace",
    "supervision", "emailaddress", "rosterimport", "rosterchange",
)  # fmt: skip


def staff_list(people: int) -> bytes:
    """A list in cp932 as a personnel system writes it: departments of three levels, a manager each, some second posts."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows(staff_row(n) for n in range(people))
    return text.getvalue().encode("cp932")


def staff_row(n: int) -> tuple[str, ...]:
    """What the list says of one person."""
    head, branch, team = n % 10, n // 10 % 20, n // 200 % 20
    family, given = FAMILY[n % len(FAMILY)].replace("𠮷", "吉"), GIVEN[n // len(FAMILY) % len(GIVEN)]
    return (
        f"{n:06d}",
        f"{family} {given}",
        "タカハシ イチロウ",
        f"第{head}本部/第{branch}営業部/{team}課",
        TYPES[n % len(TYPES)],
        f"{n - n % 50:06d}" if n % 50 else "",
        f"{2000 + n % 25}/{n % 12 + 1}/{n % 28 + 1}",
        "",
        f"staff{n}@example.com",
        f"第{(head + 1) % 10}本部/第{branch}営業部" if n % 20 == 0 else "",
    )


def taken(act: Callable[[], object]) -> float:
    """How many seconds something takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def copied(source: str, target: str) -> float:
    """How long the very rows take by COPY into the same tables: same keys, indexes, foreign keys and triggers."""
    with psycopg.connect(source) as old, psycopg.connect(target) as new:
        rows: dict[str, bytes] = {}
        for table in TABLES:
            with old.cursor().copy(f"COPY privacy_training_{table} TO STDOUT") as out:
                rows[table] = b"".join(bytes(block) for block in out)

        def load() -> None:
            with new.transaction():
                for table, data in rows.items():
                    with new.cursor().copy(f"COPY privacy_training_{table} FROM STDIN") as into:
                        into.write(data)

        return taken(load)


def bench_a_list_of_a_hundred_thousand(tmp_path: Path) -> None:
    programs = postgres_programs()
    assert programs is not None
    file = tmp_path / "staff.csv"
    file.write_bytes(staff_list(PEOPLE))
    with cluster(programs) as address:
        with psycopg.connect(f"{address}postgres", autocommit=True) as server:
            for name in ("imported", "bare"):
                server.execute(f"CREATE DATABASE {name}")

        def manage(database: str, *arguments: str) -> Callable[[], object]:
            env = {**os.environ, "DATABASE_URL": f"{address}{database}", "VAR_DIR": str(tmp_path / "var")}
            env["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
            command = [sys.executable, "manage.py", *arguments, "--skip-checks"]
            return lambda: subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)

        for name in ("imported", "bare"):
            manage(name, "migrate", "--verbosity", "0")()
        start = taken(manage("imported", "import_roster", "--help"))
        first = taken(manage("imported", "import_roster", str(file), "--day", "2026-04-01")) - start
        again = taken(manage("imported", "import_roster", str(file), "--day", "2026-04-02")) - start
        bare = copied(f"{address}imported", f"{address}bare")
    figures = {"bare COPY": bare, "import_roster": first, "the same list again": again}
    show(f"A staff list of {PEOPLE:,} people, without Django's start", figures, to="bare COPY")
    assert first < MOST_SECONDS
