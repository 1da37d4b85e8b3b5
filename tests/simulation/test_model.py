"""The model is independent: it knows nothing of the product, and says by itself what must be."""

from __future__ import annotations

import ast
import itertools
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.simulation import events as e
from tests.simulation.days import HOLIDAYS, Timeline, is_working, walk
from tests.simulation.events import Row, at
from tests.simulation.history import history
from tests.simulation.model import World

PARTS = ("model", "asked", "roster", "days", "events", "history")
FOLDER = Path(__file__).parent
DAY = date(2026, 4, 1)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_the_model_imports_the_other_parts_and_the_standard_library_alone(part: str) -> None:
    tree = ast.parse((FOLDER / f"{part}.py").read_text(encoding="utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [f"{node.module}.{alias.name}" for alias in node.names]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }

    for name in imported:
        own = any(name.startswith(f"tests.simulation.{other}") for other in PARTS)
        assert own or name.split(".")[0] in sys.stdlib_module_names, name


def test_running_the_model_loads_neither_the_product_nor_django() -> None:
    program = (
        "import sys; from tests.simulation.history import history; from tests.simulation.model import World; "
        "World(history(20)); "
        "print([name for name in sys.modules if name.split('.')[0] in {'training', 'cms', 'django', 'wagtail', 'holidays'}])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=FOLDER.parents[1]
    )

    assert found.stdout.strip() == "[]"


def test_the_history_is_the_same_every_time_and_in_order() -> None:
    one, other = history(20), history(20)

    assert one == other
    assert all(before.at < after.at for before, after in itertools.pairwise(one))
    kinds = {type(event).__name__ for event in one}
    assert kinds >= {
        "Listed",
        "Away",
        "Back",
        "Opened",
        "Signed",
        "Annulled",
        "Exempted",
        "Lifted",
        "Published",
        "Cancelled",
    }


def test_what_is_set_from_a_day_on_ends_where_the_old_ended() -> None:
    line = Timeline(date(2020, 4, 1), "a")
    line.set(date(2026, 6, 1), "c")
    line.set(date(2026, 5, 1), "b")

    assert [line.at(date(2026, month, 1)) for month in (4, 5, 6)] == ["a", "b", "c"]


def test_days_are_walked_one_by_one() -> None:
    away = range(date(2026, 6, 1).toordinal(), date(2026, 6, 11).toordinal())

    assert walk(DAY, 90, lambda _day: True, lambda day: day.toordinal() in away) == date(2026, 7, 10)
    assert walk(DAY, 0, lambda _day: True, lambda _day: False) == DAY
    assert walk(DAY, 5, lambda _day: True, lambda day: day > DAY) is None
    assert not is_working(date(2026, 9, 22))
    assert len([day for day in HOLIDAYS if day.year == 2027]) == 17


def test_the_model_tells_a_year_of_one_person() -> None:
    row = Row("1", "髙橋 一郎", "営業本部", date(2020, 4, 1))
    world = World(
        [
            e.Listed(at("2026-04-01"), DAY, (row,)),
            e.Opened(at("2026-05-11"), "C", "yearly", date(2026, 5, 11), date(2027, 3, 31), date(2026, 11, 30)),
            e.Away(at("2026-05-20"), "1", date(2026, 6, 1), date(2026, 6, 10)),
            e.Round(at("2026-05-21")),
            e.Signed(at("2026-12-01", 23, 59, 59), "1", "C", name=row.name),
        ]
    )

    (line,) = world.lines(date(2026, 12, 1))
    assert (line.due_on, line.signed_on, line.employed) == (date(2026, 12, 10), date(2026, 12, 1), True)
    assert world.lines(date(2026, 11, 30))[0].signed_on is None
    assert world.lines(date(2026, 5, 1))[0].campaign == ""
