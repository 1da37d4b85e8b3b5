"""The Wagtail side of the product."""

from __future__ import annotations

from django.apps import AppConfig


class CmsConfig(AppConfig):
    """Lessons, their approval, and the admin views of HR and the privacy officer."""

    name = "cms"
    label = "privacy_training_cms"
    verbose_name = "Privacy training (Wagtail)"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks."""
        from cms import checks  # noqa: F401, PLC0415  (registers itself; models must be loaded first)
