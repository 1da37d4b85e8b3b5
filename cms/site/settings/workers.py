"""Who does the jobs: the process that asks for them, or workers over the database; and what chat tools are told by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DATABASE = "database"


def jobs(environment: Mapping[str, str]) -> tuple[list[str], dict[str, Any]]:
    """Return the apps and the settings for ``TASKS=database``; nothing for jobs done at once, the default.

    Workers need the package ``django-tasks-db``, and run by ``manage.py db_worker``.
    """
    if environment.get("TASKS") != DATABASE:
        return [], {}
    return ["django_tasks_db"], {"TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}}


def webhooks(environment: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the chat tools of the JSON file ``WEBHOOKS_FILE`` names: their secrets are in no process list."""
    path = environment.get("WEBHOOKS_FILE")
    hooks: list[dict[str, str]] = json.loads(Path(path).read_text(encoding="utf-8")) if path else []
    return hooks
