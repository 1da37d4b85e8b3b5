"""What is misconfigured is said at start-up, with an id and a hint."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from training.conf import Conf, conf
from training.ledger import checks as ledger_checks
from training.reminders.checks import reminder_settings

__all__ = ["ledger_checks", "settings_are_known_and_complete"]  # importing is what registers them

KNOWN = {name.upper() for name, value in vars(Conf).items() if isinstance(value, property)}


@register(Tags.security)
def settings_are_known_and_complete(**kwargs: Any) -> list[CheckMessage]:
    """Refuse misspelt settings, and a production without its keys or the company's name."""
    given = getattr(settings, "PRIVACY_TRAINING", {})
    found: list[CheckMessage] = [
        Error(
            f"PRIVACY_TRAINING has an unknown key {name!r}.",
            hint=f"Known keys: {', '.join(sorted(KNOWN))}.",
            id="privacy_training.E001",
        )
        for name in sorted(set(given) - KNOWN)
    ]
    if not conf.company_name:
        found.append(
            Error(
                "PRIVACY_TRAINING['COMPANY_NAME'] is empty.",
                hint="It stands on every certificate.",
                id="privacy_training.E002",
            )
        )
    if conf.ledger_key_file is None:
        found.append(
            Error(
                "PRIVACY_TRAINING['LEDGER_KEY_FILE'] is not set.",
                hint="Make a key with `manage.py make_ledger_key FILE` and keep it outside the repository.",
                id="privacy_training.E003",
            )
        )
    elif not settings.DEBUG and not conf.ledger_key_file.is_file():
        found.append(
            Error(
                f"The ledger's key file {conf.ledger_key_file} does not exist.",
                hint="Make a key with `manage.py make_ledger_key FILE`, or mount the one you have.",
                id="privacy_training.E004",
            )
        )
    return [*found, *_signing(), *reminder_settings()]


def _signing() -> list[CheckMessage]:
    """What is wrong with the files that certificates are signed with."""
    hint = "Make both with `manage.py make_signing_key KEY CERTIFICATE`, or mount the ones you have."
    files = {"SIGNING_KEY_FILE": conf.signing_key_file, "SIGNING_CERTIFICATE_FILE": conf.signing_certificate_file}
    found: list[CheckMessage] = []
    for name, path in files.items():
        if path is None:
            found.append(Error(f"PRIVACY_TRAINING[{name!r}] is not set.", hint=hint, id="privacy_training.E005"))
        elif not settings.DEBUG and not path.is_file():
            found.append(Error(f"The file {path} ({name}) does not exist.", hint=hint, id="privacy_training.E006"))
    return found
