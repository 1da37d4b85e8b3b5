"""Take several measures in turn, so that whatever else the machine does falls on all alike, and print their medians."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any


def medians(
    measured: Mapping[str, Callable[[], Any]], *, rounds: int, clock: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """Return each act's median time in seconds, by default of the processor's, over so many rounds in turn."""
    taken: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(rounds):
        for name, act in measured.items():
            gc.collect()
            start = clock()
            act()
            taken[name].append(clock() - start)
    return {name: median(times) for name, times in taken.items()}


def show(title: str, rows: Mapping[str, float], *, unit: float = 1.0, name: str = "s", to: str | None = None) -> None:
    """Print figures below a title, each with its ratio to one of them."""
    print(f"\n{title}")
    for row, value in rows.items():
        ratio = f"   {value / rows[to]:5.2f} × {to}" if to and row != to else ""
        print(f"  {row:<44}{value / unit:10.2f} {name}{ratio}")
