"""A list that is taken over behind the page: begun by whoever decided on it, and worked off once, by a task.

How far it is stands with the list, in the place of its preview. Nothing of the list is written before all of it is.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from training.errors import Conflict, Invalid
from training.people.import_roster import import_roster
from training.people.roster_models import RosterImport, RosterUpload
from training.people.roster_sheet import sheet_of
from training.people.roster_values import Sheet

PREFIX = b'{"work":'  # no preview begins so
STALE = timedelta(minutes=15)  # whoever works longer than that has been stopped, or is waited for in vain


class Stage(models.TextChoices):
    """At what the taking over is."""

    WAITING = "waiting", _("Waiting for its turn")
    READING = "reading", _("Reading the file")
    WRITING = "writing", _("Comparing and writing")
    FAILED = "failed", _("Nothing was imported")


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody decided, when, and how far it is.

    ``before`` is the number of the last import of then, ``file`` the SHA-256 of the list, ``reason`` why it failed,
    ``agreed`` for which reason each accepted line was refused: where the taking over fails, that is still decided.
    """

    digest: str
    accepted: list[int]
    begun: str
    before: int
    file: str
    stage: str = Stage.WAITING.value
    reason: str = ""
    agreed: dict[str, str] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        """Whether it is to come, or under way."""
        return self.stage != Stage.FAILED

    def is_of(self, other: Work | None) -> bool:
        """Whether both are of one decision, however far either is."""
        return other is not None and replace(self, stage=other.stage, reason=other.reason) == other

    @property
    def begun_at(self) -> datetime:
        """When it was decided."""
        return datetime.fromisoformat(self.begun)

    def is_stale(self, now: datetime) -> bool:
        """Whether it was begun too long ago to be waited for."""
        return self.is_running and now - self.begun_at > STALE


def work_of(upload: RosterUpload) -> Work | None:
    """How far the taking over of a list is; None where nobody has decided on it."""
    if upload.preview is None:
        return None
    told = zlib.decompressobj().decompress(bytes(upload.preview), len(PREFIX))
    return Work(**json.loads(zlib.decompress(bytes(upload.preview)))["work"]) if told == PREFIX else None


def told_in(upload: RosterUpload) -> dict[str, Any]:
    """What stands with a list in the place of its preview: that, how far it is, or what was decided so far."""
    return json.loads(zlib.decompress(bytes(upload.preview))) if upload.preview is not None else {}


def agreed_in(told: Mapping[str, Any]) -> dict[str, str]:
    """The refused lines that somebody wants left out, each with the reason for which it was refused then."""
    agreed: dict[str, str] = told["work"].get("agreed", {}) if "work" in told else told.get("agreed", {})
    return agreed


def require_rest(upload: RosterUpload, *, now: datetime | None = None) -> None:
    """Raise ``Conflict`` while a list is being taken over, for nothing of it can be decided anew then.

    With ``now``, one that was begun too long ago to be waited for is let go.
    """
    work = work_of(upload)
    if work is not None and work.is_running and (now is None or not work.is_stale(now)):
        raise Conflict(_("This list is being imported already."))


@transaction.atomic
def begin_import(*, upload: RosterUpload, digest: str, accepted: Collection[int], now: datetime) -> Work:
    """Note that the list is to be taken over as the preview with this digest showed it, without the accepted lines.

    Raises ``Conflict`` while it is being taken over already, but for one that was begun too long ago, and where it is
    done with.
    """
    locked = RosterUpload.objects.select_for_update().filter(pk=upload.pk).first()
    if locked is None:
        raise Conflict(_("This list has been decided on already."))
    known = work_of(locked)
    if known is not None and known.is_running and not known.is_stale(now):
        raise Conflict(_("This list is being imported already."))
    before = RosterImport.objects.order_by("-number").values_list("number", flat=True).first() or 0
    file = sha256(bytes(locked.data)).hexdigest()
    lines = sorted(accepted)
    agreed = agreed_in(told_in(locked)) if lines else {}
    work = Work(
        digest=digest,
        accepted=lines,
        begun=now.isoformat(),
        before=before,
        file=file,
        agreed={line: code for line, code in agreed.items() if int(line) in accepted},
    )
    _keep(locked, work)
    return work


def made_of(*, by: int, file: str, before: int) -> RosterImport | None:
    """The import that came of a list with these bytes, decided on when there were so many imports; None for none."""
    rows = RosterImport.objects.filter(by=by, sha256=file, number__gt=before, undoes__isnull=True)
    return rows.order_by("number").first()


def take_over(*, upload: UUID, now: datetime) -> int | None:
    """Take a list over as was decided; return the import's number, None where nothing was to change or to be done.

    Why it failed is noted with the list. Whoever comes second finds nothing to do, and whoever is late, after the list
    was decided on anew or discarded, writes nothing.
    """
    found = RosterUpload.objects.filter(pk=upload).first()
    work = work_of(found) if found is not None else None
    if found is None or work is None or not work.is_running:
        return None
    try:
        if not _note(upload, replace(work, stage=Stage.READING.value)):
            return None
        sheet = sheet_of(bytes(found.data), found.columns)
        if not _note(upload, replace(work, stage=Stage.WRITING.value)):
            return None
        return _write(upload, work, sheet, now)
    except (Conflict, Invalid) as reason:
        _note(upload, replace(work, stage=Stage.FAILED.value, reason=str(reason.message)))
        return None
    except Exception:
        words = _("Something went wrong, and nothing was imported. Please try again, or tell whoever runs the system.")
        _note(upload, replace(work, stage=Stage.FAILED.value, reason=str(words)))
        raise


@transaction.atomic
def _write(key: UUID, work: Work, sheet: Sheet, now: datetime) -> int | None:
    """All of it, with the list forgotten, or nothing."""
    upload = RosterUpload.objects.select_for_update().select_related("by").filter(pk=key).first()
    if upload is None or not _is_still(upload, work):
        return None
    _plan, made = import_roster(
        sheet=sheet,
        data=bytes(upload.data),
        day=upload.day,
        by=upload.by,
        now=now,
        accepted=work.accepted,
        left_if_missing=upload.left_if_missing,
        digest=work.digest,
    )
    upload.delete()
    return made.number if made is not None else None


@transaction.atomic
def _note(key: UUID, work: Work) -> bool:
    """Note how far it is, unless the list is decided on anew, or gone; return whether it is to go on."""
    upload = RosterUpload.objects.select_for_update().defer("data").filter(pk=key).first()
    if upload is None or not _is_still(upload, work):
        return False
    _keep(upload, work)
    return True


def _is_still(upload: RosterUpload, work: Work) -> bool:
    """Whether the list waits for this very decision to be carried out."""
    known = work_of(upload)
    return known is not None and known.is_running and known.is_of(work)


def _keep(upload: RosterUpload, work: Work) -> None:
    told = json.dumps({"work": asdict(work)}, ensure_ascii=False, separators=(",", ":"))
    RosterUpload.objects.filter(pk=upload.pk).update(preview=zlib.compress(told.encode()))
