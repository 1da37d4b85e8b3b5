"""Papers handed in a second over HTTP, beside a floor on the same server: 50 clients from a barrier, 20 rounds.

On SQLite, and on a PostgreSQL of its own. ``BENCH_ROUNDS`` says how many rounds; floor and quiz take turns at each, so
that a machine that gets slower meanwhile slows both. Goals: at least 0.6 of the floor's rate, at most 1.7 times its
processor time; every row is counted afterwards.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.bench.figures import show
from tools.cluster import cluster
from tools.needs import postgres_programs

ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "20"))
CLIENTS, DRAW, PORT = 50, 10, 8765
LEAST_RATE, MOST_CPU = 0.6, 1.7


def run(*arguments: str, env: dict[str, str]) -> str:
    """Run Python, and show what it says where it fails."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def processor_time(pid: int) -> float:
    """What a process has used of the processor, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def database_of(kind: str, folder: Path) -> Iterator[str]:
    """The address of a database of its own."""
    if kind == "SQLite":
        yield f"sqlite:///{folder}/site.sqlite3"
        return
    programs = postgres_programs()
    assert programs is not None, "PostgreSQL's server programs are missing"
    with cluster(programs) as server:
        subprocess.run([programs / "createdb", "--maintenance-db", f"{server}postgres", "quiz"], check=True)
        yield f"{server}quiz"


@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
def bench_papers_handed_in_a_second(kind: str, tmp_path: Path) -> None:
    with database_of(kind, tmp_path) as address:
        _bench(kind, address, tmp_path)


def _file(path: Path, lines: list[str]) -> Path:
    path.write_text("".join(lines), encoding="utf-8")
    return path


def _bench(kind: str, address: str, folder: Path) -> None:
    env = {**os.environ, "VAR_DIR": str(folder / "var"), "DATABASE_URL": address}
    env["DJANGO_SETTINGS_MODULE"] = "tests.bench.quiz_settings"
    (folder / "var" / "test").mkdir(parents=True)
    run("manage.py", "migrate", "--verbosity", "0", "--skip-checks", env=env)
    run("manage.py", "make_ledger_key", str(folder / "var" / "test" / "ledger.pem"), "--skip-checks", env=env)
    people = run("-m", "tests.bench.quiz_server", "make", str(CLIENTS * (ROUNDS + 2)), str(DRAW), env=env)
    lines = people.splitlines(keepends=True)
    warm = _file(folder / "warm.jsonl", lines[: 2 * CLIENTS])
    measured = [
        _file(folder / f"round-{number}.jsonl", lines[(number + 2) * CLIENTS : (number + 3) * CLIENTS])
        for number in range(ROUNDS)
    ]

    server = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.quiz_server", "serve", str(PORT)],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"

        def measure(target: str, file: Path) -> dict[str, Any]:
            before = processor_time(server.pid)
            result = json.loads(run("-m", "tests.bench.quiz_clients", str(PORT), target, str(file), env=env))
            assert result["wrong"] == []
            return {"taken": result["taken"], "cpu": processor_time(server.pid) - before}

        for target in ("/floor/", ""):
            measure(target, warm)
        sides: dict[str, list[dict[str, Any]]] = {"floor": [], "quiz": []}
        for number, file in enumerate(measured):
            for name in ("floor", "quiz") if number % 2 == 0 else ("quiz", "floor"):
                sides[name].append(measure("/floor/" if name == "floor" else "", file))
    finally:
        server.terminate()
        server.communicate()

    papers = CLIENTS * ROUNDS
    rates = {
        name: CLIENTS / median(seconds for one in found for seconds in one["taken"]) for name, found in sides.items()
    }
    cpu = {name: sum(one["cpu"] for one in found) / papers for name, found in sides.items()}
    least, most = f"goal: at least {LEAST_RATE} × the floor", f"goal: at most {MOST_CPU} × the floor"
    show(f"{kind}: papers of {DRAW} answers a second, {CLIENTS} at once ({least})", rates, name="/s", to="floor")
    show(f"{kind}: processor time of the server for each ({most})", cpu, unit=0.001, name="ms", to="floor")

    handed_in = papers + 2 * CLIENTS
    assert json.loads(run("-m", "tests.bench.quiz_server", "count", env=env)) == {
        "floor": handed_in * (DRAW + 4),
        "updates": handed_in,
        "submission": handed_in,
        "answer": handed_in * DRAW,
        "marking": handed_in,
        "completion": handed_in,
        "entry": handed_in,
    }
    assert rates["quiz"] >= LEAST_RATE * rates["floor"]
    assert cpu["quiz"] <= MOST_CPU * cpu["floor"]
