"""When something that could not be handed over is tried again, and when it is given up.

Pure. The waits grow, so that a mail server that is down for an hour costs an hour, and one that is down over a
weekend is asked a few times only.
"""

from __future__ import annotations

from datetime import datetime, timedelta

WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 360, 1440))


def next_try(*, tries: int, most: int, now: datetime) -> datetime | None:
    """Return when to try again after so many tries, the last of them now; None where it is given up."""
    if tries >= most:
        return None
    return now + WAITS[min(max(tries, 1), len(WAITS)) - 1]
