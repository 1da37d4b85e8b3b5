"""The whole site as in production, with the floor's address beside it; the database is that of ``DATABASE_URL``."""

from __future__ import annotations

import os

import dj_database_url

from cms.site.settings.test import *  # noqa: F403
from cms.site.settings.test import DATABASES

ROOT_URLCONF = "tests.bench.quiz_floor"
OPTIONS = DATABASES["default"].get("OPTIONS")
DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"])}
if OPTIONS and DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    OPTIONS["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
    DATABASES["default"]["OPTIONS"] = OPTIONS
LOGGING = {"version": 1, "disable_existing_loggers": True}
