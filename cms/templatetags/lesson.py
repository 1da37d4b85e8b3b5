"""Rich text inside a lesson's blocks."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from wagtail.rich_text import RichText

from cms.snapshot import frozen

register = template.Library()


@register.filter
def prose(value: RichText | str) -> SafeString:
    """The words as they will be frozen: emphasis and lists, without the editor's own marks on paragraphs."""
    return frozen(value.source if isinstance(value, RichText) else value)
