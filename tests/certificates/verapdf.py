"""What veraPDF's engine says of a file: asked of a process of its own (``verapdf_engine``), one for a whole run."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Failure:
    """A rule that the file breaks: its clause and number in the standard, and what the standard says there."""

    rule: str
    message: str


def failures(pdf: bytes, profile: str) -> list[Failure]:
    """Return what the file breaks of a profile (``3B``, ``UA1``), each rule once; nothing: it conforms."""
    engine = _engine()
    engine.stdin.write(json.dumps({"pdf": b64encode(pdf).decode(), "profile": profile}) + "\n")
    engine.stdin.flush()
    line = engine.stdout.readline()
    assert line, f"the engine ended with {engine.wait()}"
    answer = json.loads(line)
    assert "error" not in answer, answer["error"]
    return [Failure(rule=rule, message=message) for rule, message in answer["failures"]]


@cache
def _engine() -> Any:
    engine = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.certificates.verapdf_engine"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    atexit.register(_end, engine)
    return engine


def _end(engine: subprocess.Popen[str]) -> None:
    engine.stdin.close()  # type: ignore[union-attr]
    engine.stdout.close()  # type: ignore[union-attr]
    engine.wait(timeout=20)
