"""Who does the jobs: the process that asks for them, or workers over the database; and what chat tools are told by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

IMMEDIATE, DATABASE = "immediate", "database"
PACKAGE = "django_tasks_db"


def jobs(environment: Mapping[str, str]) -> tuple[list[str], dict[str, Any]]:
    """Return the apps and the settings for ``TASKS=database``; nothing for jobs done at once, the default.

    Workers need the package ``django-tasks-db``, and run by ``manage.py db_worker``.
    """
    asked = environment.get("TASKS") or IMMEDIATE
    if asked not in (IMMEDIATE, DATABASE):  # whoever misspells it would wait for workers that have nothing to do
        raise ImproperlyConfigured(f"TASKS={asked}: say {DATABASE}, or {IMMEDIATE}, which is the default.")
    if asked == IMMEDIATE:
        return [], {}
    if find_spec(PACKAGE) is None:
        raise ImproperlyConfigured(f"TASKS={DATABASE} needs the package django-tasks-db: install the extra “workers”.")
    return [PACKAGE], {"TASKS": {"default": {"BACKEND": f"{PACKAGE}.DatabaseBackend"}}}


def webhooks(environment: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the chat tools of the JSON file ``WEBHOOKS_FILE`` names: their secrets are in no process list."""
    path = environment.get("WEBHOOKS_FILE")
    if not path:
        return []
    try:
        hooks = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as reason:
        raise ImproperlyConfigured(f"WEBHOOKS_FILE={path}: {reason.strerror}") from None
    except ValueError as reason:  # says where, and nothing of what stands there
        raise ImproperlyConfigured(f"WEBHOOKS_FILE={path} is not JSON: {_where(reason)}") from None
    if not isinstance(hooks, list) or not all(isinstance(hook, dict) for hook in hooks):
        raise ImproperlyConfigured(f"WEBHOOKS_FILE={path}: a list of objects with name, url and secret is expected.")
    return hooks


def _where(reason: ValueError) -> str:
    if isinstance(reason, json.JSONDecodeError):
        return f"line {reason.lineno}, column {reason.colno}"
    return "it is not UTF-8"
