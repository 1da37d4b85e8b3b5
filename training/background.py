"""What is done behind a page's back: Django's own tasks, and before Django 6.0 the package that they come from."""

from __future__ import annotations

from django import VERSION

if VERSION >= (6, 0):
    from django.tasks import task
else:
    from django_tasks import task  # type: ignore[no-redef, unused-ignore]

__all__ = ["task"]
