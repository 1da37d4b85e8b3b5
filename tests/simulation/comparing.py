"""Plays a history, and holds what the product tells at each seal against what the model says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from tests.simulation import events as e
from tests.simulation.days import day_of
from tests.simulation.model import World
from tests.simulation.playing import Company, bytes_of, differences, told
from training.ledger.models import Checkpoint


@dataclass(slots=True)
class Comparison:
    """How a history went: each line that differs, in words, what the product refused to do, and how much was compared."""

    wrong: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    lines: int = 0
    reports: int = 0


def compare(history: Sequence[e.Event], *, to_the_end: bool = True) -> Comparison:
    """Play it; at each seal compare that day and the last of September before, and every earlier report once more.

    Where it is not ``to_the_end``, the first seal at which anything is wrong is the last.
    """
    company, world, done = Company(), World(), 0
    found = Comparison(refused=company.refused)
    kept: dict[tuple[date, int], bytes] = {}
    for sealed, checkpoint in company.play(history):
        while done < len(history) and history[done].at <= sealed.at:
            world.add(history[done])
            done += 1
        last = day_of(sealed.at)
        for day in (last, date(last.year if last.month > 9 else last.year - 1, 9, 30)):
            lines = told(day, checkpoint)
            found.lines += len(lines)
            found.wrong += [
                f"{day} as of {last}:\n  told     {one}\n  expected {other}"
                for one, other in differences(lines, world.lines(day))
            ]
            kept[day, checkpoint.size] = bytes_of(day, checkpoint)
        for (day, size), before in kept.items():
            found.reports += 1
            if bytes_of(day, Checkpoint.objects.get(size=size)) != before:
                found.wrong.append(f"{day} as known at {size} entries is not the same to the byte")
        if found.wrong and not to_the_end:
            break
    return found
