"""All certificates of a campaign as one ZIP archive, whole or by days of issue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from training.campaigns.models import Campaign
from training.certificates.models import Certificate
from training.certificates.queries import FACE, pdf_of, with_state
from training.conf import conf
from training.errors import Invalid
from training.ledger.canonical import sha256_hex
from training.ledger.models import Disclosure
from training.reports.filenames import Stems, person_stem
from training.reports.zipstream import ZipStream

CHUNK = 500
LACKING = "MISSING.txt"
EARLIEST = datetime(1980, 1, 2, tzinfo=UTC)  # about the first moment that the format knows
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Days:
    """Days of issue, both included; an end that is None is open."""

    first: date | None = None
    last: date | None = None

    def __str__(self) -> str:
        return f" issued {self.first or ''}..{self.last or ''}" if self.first or self.last else ""


@dataclass(frozen=True, slots=True)
class Filed:
    """A file to be archived: under which name, where it lies, what it must be, and when it was made."""

    name: str
    path: Path
    sha256: str
    at: datetime


def days_asked(asked: Mapping[str, str]) -> Days:
    """Read ``from`` and ``to`` of an address; raises ``Invalid`` naming the one that is no day."""
    days = Days(first=_day(asked, "from"), last=_day(asked, "to"))
    if days.first and days.last and days.last < days.first:
        raise Invalid(_("“to” lies before “from”."))
    return days


def _day(asked: Mapping[str, str], name: str) -> date | None:
    value = asked.get(name, "").strip()
    if not value:
        return None
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    example = "2026-11-30"
    raise Invalid(_("“%(field)s” is not a day. Write it like this: %(example)s.") % {"field": name, "example": example})


def stem_of(face: Mapping[str, Any], *, serial: str, alone: bool) -> str:
    """``number_name`` as printed, so that a folder sorts by staff number; one that is not alone has its serial added.

    Once the face is erased, the serial is all there is.
    """
    if not face:
        return serial
    stem = person_stem(str(face.get("staff_number", "")), str(face.get("holder", "")))
    return stem if alone else f"{stem}_{serial}"


def certificates_issued(campaign: Campaign, days: Days) -> QuerySet[Any]:
    """A campaign's certificates issued on these days, by serial, with state and printed face."""
    rows = Certificate.objects.filter(assignment__campaign=campaign)
    if days.first:
        rows = rows.filter(issued_at__gte=_midnight(days.first))
    if days.last:
        rows = rows.filter(issued_at__lt=_midnight(days.last + timedelta(days=1)))
    faces = Disclosure.objects.filter(entry=OuterRef("entry"), name=FACE)
    # Somebody who left and came back is assigned twice, under one name and perhaps one number.
    twins = Certificate.objects.filter(
        assignment__campaign=campaign, assignment__employment__employee=OuterRef("assignment__employment__employee")
    ).exclude(assignment=OuterRef("assignment"))
    told: QuerySet[Any] = with_state(rows).annotate(face=Subquery(faces.values("value")[:1]), twin=Exists(twins))
    return told.order_by("serial")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=conf.time_zone)


def certificate_files(campaign: Campaign, days: Days) -> Iterator[Filed]:
    """Yield the files of a campaign's certificates, read in chunks: one issued meanwhile neither doubles nor hides one.

    The name of a file depends on its certificate alone, so that archives of
    several ranges of days unpack into one folder.
    """
    rows, last, stems = certificates_issued(campaign, days), "", Stems()
    while chunk := list(rows.filter(serial__gt=last)[:CHUNK]):
        for row in chunk:
            alone = not (row.revoked_at or row.replaced_at or row.annulled_at or row.twin)
            face = row.face if isinstance(row.face, dict) else {}
            stem = stems.new(stem_of(face, serial=row.serial, alone=alone))
            yield Filed(name=f"{stem}.pdf", path=pdf_of(row), sha256=row.pdf_sha256, at=row.issued_at)
        last = chunk[-1].serial


def zipped(files: Iterable[Filed]) -> Iterator[bytes]:
    """Yield a ZIP archive of files, stored without compression: PDFs are compressed already.

    A file that is not there, or is not what was recorded, is named in a text
    file at the archive's end.
    """
    archive = ZipStream(at=EARLIEST)
    lacking: list[str] = []
    at = EARLIEST
    for file in files:
        at = file.at
        try:
            data = file.path.read_bytes()
        except FileNotFoundError:
            lacking.append(_("%(file)s: the file is not there") % {"file": file.name})
            continue
        if sha256_hex(data) != file.sha256:
            lacking.append(_("%(file)s: the file is not the one that was recorded") % {"file": file.name})
        yield from archive.file(file.name, data, at=at, packed=False)
    if lacking:
        told = "".join(f"{line}\r\n" for line in lacking)
        yield from archive.file(LACKING, told.encode("utf-8-sig"), at=at)
    yield from archive.end()
