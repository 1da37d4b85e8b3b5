"""What is wrong with the settings by which people and chat tools are told."""

from __future__ import annotations

from datetime import date

from django.core.checks import CheckMessage, Error

from training.reminders.rungs import is_working, ladder
from training.reminders.signing import BadSecret, key_of
from training.reminders.webhooks import BadAddress, hooks, require_address

LADDER = "privacy_training.E007"
DAYS = "privacy_training.E008"
WEBHOOKS = "privacy_training.E009"


def reminder_settings() -> list[CheckMessage]:
    """Return an error for each setting that a run would stumble over."""
    return [*_ladder(), *_days(), *_webhooks()]


def _ladder() -> list[CheckMessage]:
    try:
        ladder()
    except (TypeError, ValueError) as reason:
        names = "on_assignment, before (days), on_the_day, weekly, manager_after, hr_after, plans"
        hint = f"Any of {names}; for example {{'before': [14, 7, 1]}}."
        return [Error(f"PRIVACY_TRAINING['REMINDER_LADDER']: {reason}", hint=hint, id=LADDER)]
    return []


def _days() -> list[CheckMessage]:
    try:
        is_working()(date(2026, 1, 5))
    except (TypeError, ValueError) as reason:
        hint = "Days such as '12-29' or '2026-08-13', and spans such as '12-29/01-03'."
        return [Error(f"PRIVACY_TRAINING['CLOSED_DAYS']: {reason}.", hint=hint, id=DAYS)]
    return []


def _webhooks() -> list[CheckMessage]:
    try:
        known = hooks()
        for hook in known:
            require_address(hook.url)
            key_of(hook.secret)
    except (AttributeError, KeyError, TypeError):
        known = []
        unreadable = True
    except BadAddress:
        hint = "An address begins with https:// and holds no password."
        return [Error("PRIVACY_TRAINING['WEBHOOKS'] has a wrong url.", hint=hint, id=WEBHOOKS)]
    except BadSecret as reason:
        return [Error("PRIVACY_TRAINING['WEBHOOKS'] has a wrong secret.", hint=str(reason), id=WEBHOOKS)]
    else:
        unreadable = False
    names = {hook.name for hook in known}
    if unreadable or len(names) < len(known) or "" in names:
        hint = "A list of dicts with name (each another), url and secret."
        return [Error("PRIVACY_TRAINING['WEBHOOKS'] cannot be read.", hint=hint, id=WEBHOOKS)]
    return []
