"""Say at start-up, and before every migrate, when the database no longer refuses to change evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections

from training.ledger.triggers import missing


@checks.register(checks.Tags.database)
def triggers_are_in_place(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report missing or altered triggers, and a database for which there are none.

    A missing trigger is a warning, not an error: an error would keep
    ``migrate`` from running, and that is what puts the triggers back.
    """
    found: list[checks.CheckMessage] = []
    for alias in databases or ():
        vendor = connections[alias].vendor
        if vendor not in {"sqlite", "postgresql"}:
            found.append(
                checks.Error(
                    f"The ledger cannot protect its rows in a {vendor} database.",
                    hint="Use PostgreSQL or SQLite.",
                    id="privacy_training.E101",
                )
            )
        elif names := missing(using=alias):
            found.append(
                checks.Warning(
                    f"Triggers that keep evidence from being changed are missing or altered: {', '.join(names)}.",
                    hint="Run `manage.py migrate`, which puts them back, then `manage.py verify_ledger`.",
                    id="privacy_training.W102",
                )
            )
    return found
