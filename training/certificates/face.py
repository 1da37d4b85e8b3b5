"""What stands on a certificate, and what does not fit there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class CertificateFace:
    """What is printed on a certificate, as it is printed.

    Fingerprints and the checkpoint's root are texts: how they are shortened
    and grouped is decided by who makes the face. The checkpoint is the one
    whose proof the certificate carries, ``checkpoint_size`` its entries;
    ``signing_fingerprint`` is that of the certificate which the PDF is signed
    with. ``specimen`` marks a certificate of the demo. ``on_paper`` says how the
    training was held where HR entered it from a sheet, ``paper`` or ``group``;
    ``signed_on`` is then the day on which the sheet was signed.
    """

    serial: str
    holder: str
    staff_number: str
    department: str
    campaign: str
    first_day: date
    last_day: date
    modules: tuple[str, ...]
    policy_title: str
    policy_number: int
    policy_enacted_on: date
    signed_on: date
    issued_on: date
    valid_until: date
    company: str
    officer_title: str
    officer_name: str
    check_url: str
    record_fingerprint: str
    key_fingerprint: str
    checkpoint_size: int
    checkpoint_root: str
    signing_fingerprint: str
    specimen: bool = False
    language: str = "ja"
    on_paper: str = ""


class TooLong(ValueError):
    """A text does not fit its place on the page even in the smallest type; the message quotes it.

    ``place`` is the field of the face or the look whose place it is; ``body``
    is that of sentence and modules together.
    """

    def __init__(self, text: str, *, place: str) -> None:
        super().__init__(text)
        self.place = place
