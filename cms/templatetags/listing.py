"""What Wagtail's listings lack for who cannot see them."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

register = template.Library()


@register.filter
def search_named(header: SafeString) -> SafeString:
    """Return a listing's header with a name for its search: the menu has a search too, and two need names apart."""
    named = format_html('role="search" aria-label="{}"', gettext("Search this list"))
    return mark_safe(header.replace('role="search"', named))  # noqa: S308  (it was safe, and so is what is added)
