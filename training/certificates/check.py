"""What a PDF that somebody holds is worth: compared with what was issued. Reads only, and keeps nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from django.db.models import Q

from training.certificates.inspect import Traces, Verdict, judge, read
from training.certificates.keys import load_credentials
from training.certificates.models import Certificate, Edition
from training.certificates.queries import Checked, check, pdf_path
from training.certificates.status import Status
from training.conf import conf
from training.errors import Invalid, NotReady

ENDED = {Status.SUPERSEDED, Status.REVOKED, Status.ANNULLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPdf:
    """A file and the verdict on it.

    ``checked`` is the certificate that the file is, or only names; None where
    it is none of ours. ``signer`` is the fingerprint of the certificate whose
    signature is valid over the whole file, ``issuer`` that of the company's.
    """

    verdict: Verdict
    size: int
    sha256: str | None
    checked: Checked | None = None
    signer: str | None = None
    issuer: str | None = None

    @property
    def genuine(self) -> bool:
        """Whether these are the bytes that were issued."""
        return self.verdict in {Verdict.ORIGINAL, Verdict.OLDER}

    @property
    def in_force(self) -> bool:
        """Whether this file may be relied on: nothing else is ever called valid."""
        return self.verdict is Verdict.ORIGINAL and self.checked is not None and self.checked.status is Status.VALID

    @property
    def issued(self) -> tuple[str, ...]:
        """The digests of the files that were issued for the certificate."""
        return _issued(self.checked) if self.checked is not None else ()


def refused_unread(*, size: int) -> CheckedPdf:
    """The verdict on a file larger than any certificate, of which nothing was looked at."""
    return CheckedPdf(verdict=Verdict.TOO_LARGE, size=size, sha256=None)


def check_pdf(*, data: bytes, day: date) -> CheckedPdf:
    """Find out what a file is worth on a day.

    The certificate is found by the digest of the file or of what it begins
    with, and else by the token in it. Five queries at most, whatever comes.
    Nothing of the file is stored or logged.
    """
    if len(data) > conf.check_upload_limit:
        return refused_unread(size=len(data))
    traces = read(data)
    issuer = _issuer(day)
    token, named = _token(traces) if traces.is_pdf else (None, False)
    checked = check(token=token, day=day) if token else None
    issued = _issued(checked) if checked is not None else ()
    verdict = judge(
        traces,
        issued=issued,
        ended=checked is not None and checked.status in ENDED,
        named=named,
        begins=_begins(data, issued),
        issuer=issuer,
    )
    return CheckedPdf(
        verdict=verdict,
        size=len(data),
        sha256=traces.digest,
        checked=checked,
        signer=traces.signer,
        issuer=issuer,
    )


def _token(traces: Traces) -> tuple[str | None, bool]:
    """The token of the certificate that the file is, begins with or names, and whether it names one. Two queries.

    Bytes that were issued come first: whoever has them may write any token into the same file.
    """
    digests = [traces.digest, *(beginning.digest for beginning in traces.beginnings)]
    found = Certificate.objects.filter(Q(pdf_sha256__in=digests) | Q(token__in=traces.tokens))
    by_token: dict[str, str] = dict(found.order_by().values_list("token", "pdf_sha256"))
    editions = Edition.objects.filter(pdf_sha256__in=digests).order_by()
    by_digest = {pdf: token for token, pdf in by_token.items()} | dict(
        editions.values_list("pdf_sha256", "certificate__token")
    )
    named = [token for token in traces.tokens if token in by_token]
    known = [by_digest[digest] for digest in digests if digest in by_digest]
    return next(iter(known + named), None), bool(named)


def _issued(checked: Checked) -> tuple[str, ...]:
    return (checked.certificate.pdf_sha256, *(edition.pdf_sha256 for edition in checked.editions))


def _begins(data: bytes, issued: tuple[str, ...]) -> bool | None:
    """Whether one of the files that were issued begins with these bytes; None where none is kept any more."""
    kept: list[Path] = [path for path in map(pdf_path, issued) if path.is_file()]
    return any(path.read_bytes().startswith(data) for path in kept) if kept else None


def _issuer(day: date) -> str | None:
    """The fingerprint that certificates are signed under on that day; None where no key is in order."""
    try:
        return load_credentials(on=datetime.combine(day, time.min, conf.time_zone)).fingerprint
    except (NotReady, Invalid):
        return None
