"""Papers handed in a second over HTTP, beside a floor on the same server: 50 clients from a barrier, 20 rounds.

``BENCH_ROUNDS`` says how many rounds. Goals: at least 0.6 of the floor's rate, at most 1.7 times its processor time.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.figures import show

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


def bench_papers_handed_in_a_second(tmp_path: Path) -> None:
    env = {**os.environ, "VAR_DIR": str(tmp_path / "var"), "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3"}
    env["DJANGO_SETTINGS_MODULE"] = "tests.bench.quiz_settings"
    (tmp_path / "var" / "test").mkdir(parents=True)
    run("manage.py", "migrate", "--verbosity", "0", "--skip-checks", env=env)
    run("manage.py", "make_ledger_key", str(tmp_path / "var" / "test" / "ledger.pem"), "--skip-checks", env=env)
    people = tmp_path / "people.jsonl"
    people.write_text(run("-m", "tests.bench.quiz_server", "make", str(CLIENTS * (ROUNDS + 2)), str(DRAW), env=env))
    lines = people.read_text().splitlines(keepends=True)
    warm, measured = tmp_path / "warm.jsonl", tmp_path / "measured.jsonl"
    warm.write_text("".join(lines[: 2 * CLIENTS]))
    measured.write_text("".join(lines[2 * CLIENTS :]))

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
        floor, quiz = measure("/floor/", measured), measure("", measured)
    finally:
        server.terminate()
        server.communicate()

    papers = CLIENTS * ROUNDS
    rates = {"floor": CLIENTS / median(floor["taken"]), "quiz": CLIENTS / median(quiz["taken"])}
    cpu = {"floor": floor["cpu"] / papers, "quiz": quiz["cpu"] / papers}
    show(f"Papers of {DRAW} answers a second, {CLIENTS} at once", rates, name="/s", to="floor")
    show("Processor time a paper", cpu, unit=0.001, name="ms", to="floor")

    with closing(sqlite3.connect(tmp_path / "site.sqlite3")) as database:
        count = lambda table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: E731
        handed_in = papers + 2 * CLIENTS
        assert count("floor_floorrow") == handed_in * (DRAW + 4)
        assert count("privacy_training_submission") == count("privacy_training_marking") == handed_in
        assert count("privacy_training_answer") == handed_in * DRAW
        assert count("privacy_training_completion") == handed_in
    assert rates["quiz"] >= LEAST_RATE * rates["floor"]
    assert cpu["quiz"] <= MOST_CPU * cpu["floor"]
