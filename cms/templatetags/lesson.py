"""Rich text inside a lesson's blocks."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import RichText

from training.catalogue.freeze import sanitise

register = template.Library()


@register.filter
def prose(value: RichText | str) -> SafeString:
    """The words as they will be frozen: emphasis and lists, without the marks by which the editor tells blocks apart."""
    source = value.source if isinstance(value, RichText) else value
    return mark_safe(sanitise(source))  # noqa: S308  (sanitised in this very line)
