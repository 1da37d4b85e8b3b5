"""The settings of the product: one dict ``PRIVACY_TRAINING``, each default in one place."""

from __future__ import annotations

from collections.abc import Sequence
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
    def check_upload_limit(self) -> int:
        """How many bytes a PDF may have that somebody wants checked; a certificate has about a hundred thousand."""
        return int(self._get("CHECK_UPLOAD_LIMIT", 5 * 1024 * 1024))

    @property
    def check_uploads_per_minute(self) -> int:
        """How many PDFs one client address may have checked in a minute."""
        return int(self._get("CHECK_UPLOADS_PER_MINUTE", 20))

    @property
    def check_pages_per_minute(self) -> int:
        """How many pages of the public check one client address may open in a minute."""
        return int(self._get("CHECK_PAGES_PER_MINUTE", 120))

    @property
    def trusted_proxies(self) -> int:
        """How many proxies stand before the site, each adding the address it was called from to X-Forwarded-For."""
        return int(self._get("TRUSTED_PROXIES", 0))

    @property
    def admin_url(self) -> str:
        """Where HR, editors and the privacy officer work."""
        return str(self._get("ADMIN_URL", "/admin/"))

    @property
    def plan_page(self) -> str:
        """Name of the URL under which a campaign's plan, by its code, is read and approved."""
        return str(self._get("PLAN_PAGE", "training_campaigns:plan"))

    @property
    def campaign_page(self) -> str:
        """Name of the URL of a campaign's page in the administration, by its code."""
        return str(self._get("CAMPAIGN_PAGE", "training_campaigns:campaign"))

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
    def witness_addresses(self) -> tuple[str, ...]:
        """Who is mailed the latest checkpoint daily: people outside who keep it."""
        return tuple(self._get("WITNESS_ADDRESSES", ()))

    @property
    def language(self) -> str:
        """In which language the company is written to where nobody has chosen one."""
        return str(self._get("LANGUAGE", settings.LANGUAGE_CODE))

    @property
    def signing_key_file(self) -> Path | None:
        """File with the private key that certificates are signed with (PKCS 8, PEM); None where none is configured."""
        value = self._get("SIGNING_KEY_FILE", None)
        return Path(value) if value else None

    @property
    def signing_certificate_file(self) -> Path | None:
        """File with that key's certificate, and after it those that vouch for it (PEM)."""
        value = self._get("SIGNING_CERTIFICATE_FILE", None)
        return Path(value) if value else None

    @property
    def tsa_url(self) -> str:
        """Where a time stamp authority answers (RFC 3161); empty: certificates bear no time stamp."""
        return str(self._get("TSA_URL", ""))

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
    def identity_number_claim(self) -> str:
        """Claim of the ID token that names the staff number; set, an unknown identity is linked by it at sign-in."""
        return str(self._get("IDENTITY_NUMBER_CLAIM", ""))

    @property
    def retention_years(self) -> int:
        """How many years after leaving a person's records are kept; shown to each person at first sign-in."""
        return int(self._get("RETENTION_YEARS", 5))

    @property
    def closed_days(self) -> Sequence[str]:
        """The company's own days of rest beside weekends and holidays, as ``campaigns.closed_days`` reads them."""
        days: Sequence[str] = self._get("CLOSED_DAYS", ())
        return days

    @property
    def reminder_ladder(self) -> dict[str, Any]:
        """Who is reminded when, as fields of ``campaigns.ladder.Ladder``; what is not named stays as it is there."""
        return dict(self._get("REMINDER_LADDER", {}))

    @property
    def reminder_hr_addresses(self) -> tuple[str, ...]:
        """Who gets HR's digest of what is overdue; empty: every account of HR that has an e-mail address."""
        return tuple(self._get("REMINDER_HR_ADDRESSES", ()))

    @property
    def reminder_by_hand_days(self) -> int:
        """After how many working days somebody who was reminded by hand can be reminded by hand again."""
        return int(self._get("REMINDER_BY_HAND_DAYS", 3))

    @property
    def reminder_tries(self) -> int:
        """How often a mail, or a message to a chat tool, is tried before it is given up."""
        return int(self._get("REMINDER_TRIES", 6))

    @property
    def webhooks(self) -> tuple[dict[str, str], ...]:
        """Chat tools that get the day's figures: ``name``, ``url`` (https) and ``secret`` of each."""
        return tuple(self._get("WEBHOOKS", ()))

    @property
    def webhook_to_this_machine(self) -> bool:
        """Whether a webhook may lead to this very machine, without encryption: for tests."""
        return bool(self._get("WEBHOOK_TO_THIS_MACHINE", False))

    @property
    def scan_limit(self) -> int:
        """How many bytes the scan of a sheet signed on paper may have."""
        return int(self._get("SCAN_LIMIT", 10 * 1024 * 1024))

    @property
    def scim_body_limit(self) -> int:
        """How many bytes an identity provider may send at once; a group's members are the most it has to say."""
        return int(self._get("SCIM_BODY_LIMIT", 2 * 1024 * 1024))

    @property
    def scim_failures_per_minute(self) -> int:
        """How often one client address may call SCIM without a valid token in a minute."""
        return int(self._get("SCIM_FAILURES_PER_MINUTE", 30))

    @property
    def invitation_days(self) -> int:
        """For how many days a link to set the own password, or a slip's code, can be used."""
        return int(self._get("INVITATION_DAYS", 14))

    @property
    def invitation_tries_per_minute(self) -> int:
        """How often one client address may try a code or a link in a minute."""
        return int(self._get("INVITATION_TRIES_PER_MINUTE", 20))


conf = Conf()
