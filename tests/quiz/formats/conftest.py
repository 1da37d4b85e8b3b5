"""The cases are run through a command of cms: where cms is barred (tests/nowagtail.py) they are not collected."""

from __future__ import annotations

from django.apps import apps

collect_ignore = [] if apps.is_installed("cms") else ["test_cases.py"]
