"""The app and its start-up wiring."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class TrainingConfig(AppConfig):
    """Staff privacy training."""

    name = "training"
    label = "privacy_training"
    verbose_name = "Privacy training"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks; let migrations rebuild tables, and put the ledger's triggers back after each migrate."""
        from training import checks  # noqa: F401, PLC0415  (registers itself; models must be loaded first)
        from training.ledger.triggers import install, relax  # noqa: PLC0415

        pre_migrate.connect(relax, sender=self, dispatch_uid="privacy_training.ledger.triggers.relax")
        post_migrate.connect(install, sender=self, dispatch_uid="privacy_training.ledger.triggers")
