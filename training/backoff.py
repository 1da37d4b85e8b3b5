"""When something that could not be handed over is tried again, when it is given up, and what is kept of the refusal.

Pure. The waits grow, so that a mail server that is down for an hour costs an hour, and one that is down over a
weekend is asked a few times only.
"""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta

WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 360, 1440))


def next_try(*, tries: int, most: int, now: datetime) -> datetime | None:
    """Return when to try again after so many tries, the last of them now; None where it is given up."""
    if tries >= most:
        return None
    return now + wait_after(tries)


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries; the last wait is that of all later ones."""
    return WAITS[min(max(tries, 1), len(WAITS)) - 1]


def refusal(reason: Exception) -> str:
    """Return what a mail server said, without the address that it said it of."""
    if isinstance(reason, smtplib.SMTPRecipientsRefused):
        codes = sorted({str(answer[0]) for answer in reason.recipients.values()})
        return f"refused: {', '.join(codes)}"
    if isinstance(reason, smtplib.SMTPResponseException):
        return f"{type(reason).__name__}: {reason.smtp_code}"
    return type(reason).__name__
