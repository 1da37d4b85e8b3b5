"""Long lists, a hundred lines a page."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

LINES = 100


def one_page(rows: Any, request: HttpRequest) -> Page[Any]:
    """Return the page that the address asks for; the nearest where it asks for none that there is. Two queries."""
    return Paginator(rows, LINES).get_page(request.GET.get("page"))
