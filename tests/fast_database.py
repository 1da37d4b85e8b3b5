"""Begin with a database that is migrated already: 16 s of Wagtail's migrations become a copy of some milliseconds.

A test run begins with an empty database. On SQLite the first run keeps a copy of what it migrated,
named by the digest of every migration; later runs, and every worker of one run,
start from it. ``migrate`` still runs, and finds nothing to do. PostgreSQL is left alone.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created
from django.db.migrations.recorder import MigrationRecorder


def template() -> Path:
    """Where the copy for exactly these migrations is, or will be."""
    digest = sha256(f"{sys.version}{django.VERSION}{settings.SETTINGS_MODULE}".encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for path in sorted((Path(app.path) / "migrations").glob("*.py")):
            digest.update(f"{app.label}/{path.name}".encode() + path.read_bytes())
    return Path(settings.BASE_DIR) / "var" / "test" / f"migrated-{digest.hexdigest()[:16]}.sqlite3"


def fill(connection: Any, **kwargs: Any) -> None:
    """Copy the template into a new, empty test database. Receives ``connection_created``."""
    if connection.vendor != "sqlite" or not _for_tests(connection.settings_dict):
        return
    source = template()
    if source.exists() and not connection.connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        with sqlite3.connect(source) as copy:
            copy.backup(connection.connection)
        copy.close()


def _for_tests(database: dict[str, Any]) -> bool:
    """Whether the connection is to the database that the test run has made."""
    return str(database["NAME"]) == str(database["TEST"]["NAME"]) or "mode=memory" in str(database["NAME"])


def keep() -> None:
    """Keep a copy of the database as migrated, unless there is one."""
    if connection.vendor != "sqlite" or template().exists():
        return
    if not MigrationRecorder(connection).applied_migrations():
        return  # --no-migrations: a database that nobody migrated is no template
    template().parent.mkdir(parents=True, exist_ok=True)
    unfinished = template().with_suffix(f".{os.getpid()}")
    with sqlite3.connect(unfinished) as copy:
        connection.connection.backup(copy)
    copy.close()
    unfinished.replace(template())


connection_created.connect(fill, dispatch_uid="tests.fast_database")
