"""What a certificate is worth on a day.

Pure. Several things can be true of one certificate; the first of this order
is what is said of it:

1. *annulled*: the signature that it certifies was wrong, so it never was true;
2. *revoked*: the privacy officer has taken it back;
3. *erased*: what is printed can no longer be compared with anything;
4. *superseded*: true when issued, and replaced by a newer one;
5. *unsealed*: issued, but its entry is not in the signed log yet;
6. *expired*; 7. *valid*.

What takes worth away stands before what only limits it, and a certificate is
called valid only where nothing else is true of it.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """The states of a certificate, the first that is true is the certificate's."""

    ANNULLED = "annulled"
    REVOKED = "revoked"
    ERASED = "erased"
    SUPERSEDED = "superseded"
    UNSEALED = "unsealed"
    EXPIRED = "expired"
    VALID = "valid"


def status_on(
    *,
    day: date,
    valid_until: date,
    superseded: bool,
    erased: bool,
    revoked: bool = False,
    annulled: bool = False,
    sealed: bool = True,
) -> Status:
    """The status on a day; what ended a certificate's worth stays said whatever the date."""
    true = {
        Status.ANNULLED: annulled,
        Status.REVOKED: revoked,
        Status.ERASED: erased,
        Status.SUPERSEDED: superseded,
        Status.UNSEALED: not sealed,
        Status.EXPIRED: day > valid_until,
        Status.VALID: True,
    }
    return next(status for status in Status if true[status])
