"""Run several commands, some at a time, and show each one's output whole when it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GRACE = 10


@dataclass(frozen=True)
class Step:
    """One command with a name for people; `env` is added to the surrounding environment, None takes a variable away."""

    name: str
    command: Sequence[str | Path]
    env: dict[str, str | None] = field(default_factory=dict)


@dataclass
class Run:
    """A step under way, and after it how it went."""

    step: Step
    process: subprocess.Popen[bytes]
    log: Path | None
    began: float
    seconds: float = 0.0
    late: bool = False

    @property
    def verdict(self) -> str:
        """Return the word for the table."""
        if self.late:
            return "too slow"
        return "passed" if self.process.returncode == 0 else f"failed ({self.process.returncode})"


def start(step: Step, log: Path | None) -> Run:
    """Start a step in a session of its own, so that it can be stopped with all that it started."""
    env = {**os.environ, **step.env}
    with ExitStack() as stack:
        output = stack.enter_context(log.open("wb")) if log else None
        process = subprocess.Popen(
            step.command,
            cwd=ROOT,
            env={name: value for name, value in env.items() if value is not None},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
        )
    return Run(step, process, log, time.monotonic())


def stop(run: Run) -> None:
    """End a step and everything it started: asked first, then made to."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(run.process.pid, sign)
        except ProcessLookupError:
            break
        try:
            run.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            continue
        break


def show(run: Run) -> None:
    """Print what a finished step said, under its name."""
    if run.log:
        print(f"\n{f'== {run.step.name} ':=<100}", flush=True)
        sys.stdout.buffer.write(run.log.read_bytes())
        sys.stdout.flush()


def run_all(steps: Sequence[Step], *, at_once: int, limit: float) -> bool:
    """Run every step, even after one failed, and print a table; return whether all passed.

    At most `at_once` run together and none longer than `limit` seconds. A single step prints as it goes. Nothing that
    was started outlives this call, whatever ends it.
    """
    running, done = list[Run](), list[Run]()
    with tempfile.TemporaryDirectory() as logs:
        # One step alone needs no log: it prints as it goes.
        waiting = [(step, Path(logs, step.name) if len(steps) > 1 else None) for step in steps]
        try:
            while waiting or running:
                while waiting and len(running) < at_once:
                    running.append(start(*waiting.pop(0)))
                time.sleep(0.05)
                for run in list(running):
                    look_at(run, limit)
                    if run.process.poll() is not None:
                        running.remove(run)
                        done.append(run)
                        show(run)
        finally:
            for run in running:
                stop(run)
    table(done)
    return all(run.process.returncode == 0 and not run.late for run in done)


def look_at(run: Run, limit: float) -> None:
    """Note how long a step has been under way, and end it at its limit."""
    run.seconds = time.monotonic() - run.began
    run.late = run.process.poll() is None and run.seconds > limit
    if run.late:
        stop(run)


def table(runs: Sequence[Run]) -> None:
    """Print one line a step: name, verdict, seconds."""
    width = max(len(run.step.name) for run in runs)
    print()
    for run in runs:
        print(f"{run.step.name:<{width}}  {run.verdict:<12} {run.seconds:7.1f} s", flush=True)
