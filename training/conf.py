"""The settings of the product: one dict ``PRIVACY_TRAINING``, each default in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings


class Conf:
    """Typed, lazy access to ``settings.PRIVACY_TRAINING``, so that overriding settings in a test takes effect."""

    def _get(self, name: str, default: Any) -> Any:
        return getattr(settings, "PRIVACY_TRAINING", {}).get(name, default)

    @property
    def company_name(self) -> str:
        """The company as it stands on certificates and pledges."""
        return str(self._get("COMPANY_NAME", ""))

    @property
    def officer_title(self) -> str:
        """Title of the officer whose name stands on certificates."""
        return str(self._get("OFFICER_TITLE", "代表取締役"))

    @property
    def officer_name(self) -> str:
        """Name of the officer whose name stands on certificates."""
        return str(self._get("OFFICER_NAME", ""))

    @property
    def contact_email(self) -> str:
        """Where staff and customers turn with questions about personal information."""
        return str(self._get("CONTACT_EMAIL", ""))

    @property
    def public_url(self) -> str:
        """Scheme and host under which the check page is reached from outside, without a trailing slash."""
        return str(self._get("PUBLIC_URL", "http://127.0.0.1:8000")).rstrip("/")

    def check_url(self, token: str) -> str:
        """The public page on which a certificate with this token is checked."""
        return f"{self.public_url}/check/{token}/"

    @property
    def admin_url(self) -> str:
        """Where HR, editors and the privacy officer work."""
        return str(self._get("ADMIN_URL", "/admin/"))

    @property
    def specimen(self) -> bool:
        """Whether certificates are marked as specimens of the demo."""
        return bool(self._get("SPECIMEN", False))

    @property
    def time_zone(self) -> ZoneInfo:
        """Where the company's days begin and end."""
        return ZoneInfo(str(self._get("TIME_ZONE", "Asia/Tokyo")))

    @property
    def ledger_origin(self) -> str:
        """The log's name, first line of every checkpoint (C2SP tlog-checkpoint)."""
        return str(self._get("LEDGER_ORIGIN", "privacy-training.example/ledger"))

    @property
    def ledger_key_file(self) -> Path | None:
        """File with the log's Ed25519 private key (PKCS 8, PEM); None where none is configured."""
        value = self._get("LEDGER_KEY_FILE", None)
        return Path(value) if value else None

    @property
    def fonts(self) -> Path:
        """Folder with the static TrueType fonts that certificates are drawn with."""
        return Path(self._get("FONTS", Path(settings.BASE_DIR) / "static" / "vendor" / "fonts"))

    @property
    def evidence_root(self) -> Path:
        """Folder that keeps issued PDFs, each under its SHA-256."""
        return Path(self._get("EVIDENCE_ROOT", Path(settings.BASE_DIR) / "var" / "evidence"))

    @property
    def signing_window_seconds(self) -> int:
        """How long a fresh authentication made for a pledge may wait for the signature."""
        return int(self._get("SIGNING_WINDOW_SECONDS", 600))

    @property
    def retention_years(self) -> int:
        """How many years after leaving a person's records are kept; shown to each person at first sign-in."""
        return int(self._get("RETENTION_YEARS", 5))


conf = Conf()
