"""Lists that somebody uploaded and has not decided on: kept between the pages, for a day at most."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from training.people.import_roster import preview
from training.people.roster_columns import Heading, mapped
from training.people.roster_models import RosterUpload
from training.people.roster_plan import KINDS, Change
from training.people.roster_reasons import FIELDS, reason_of, shown_of
from training.people.roster_sheet import Columns, remember_columns, rows_and_heading, sheet_of
from training.people.roster_working import require_rest, work_of

KEPT_FOR = timedelta(days=1)


@transaction.atomic
def keep_upload(
    *, by: AbstractBaseUser, name: str, data: bytes, day: date, left_if_missing: bool, now: datetime
) -> tuple[RosterUpload, Heading]:
    """Keep a list until it is decided on; forget whatever lies longer than a day. Raises ``Invalid`` for no list."""
    for old in RosterUpload.objects.filter(at__lt=now - KEPT_FOR).defer("data"):
        work = work_of(old)
        if work is None or not work.is_running or work.begun_at < now - KEPT_FOR:  # not what waits for its turn
            old.delete()
    _rows, heading = rows_and_heading(data)
    upload = RosterUpload.objects.create(
        by_id=by.pk, at=now, name=name[-200:], data=data, day=day, left_if_missing=left_if_missing
    )
    return upload, heading


@transaction.atomic
def choose_columns(*, upload: RosterUpload, columns: Columns, now: datetime) -> None:
    """Say what the columns hold, and remember it for the next list with these headings. Raises ``Invalid``."""
    require_rest(upload)
    data = bytes(upload.data)
    sheet_of(data, columns)
    _rows, heading = rows_and_heading(data)
    remember_columns(heading=mapped(heading, columns), now=now)
    upload.columns, upload.preview = list(columns), None
    upload.save(update_fields=["columns", "preview"])


@dataclass(frozen=True, slots=True)
class Preview:
    """What a list would change, in words, by kind: ``rows`` are (line, number, name, what differs, remark)."""

    digest: str
    counts: dict[str, int]
    rows: dict[str, list[list[Any]]]


@transaction.atomic
def previewed(*, upload: RosterUpload) -> Preview:
    """What the list would change; worked out once, then kept with it. Raises ``Conflict`` while it is taken over."""
    require_rest(upload)
    if upload.preview is None or work_of(upload) is not None:
        plan = preview(
            sheet=sheet_of(bytes(upload.data), upload.columns), day=upload.day, left_if_missing=upload.left_if_missing
        )
        rows: dict[str, list[Any]] = {kind: [_row(change) for change in plan.of(kind)] for kind in KINDS}
        rows["missing"] = [_row(change) for change in plan.missing]
        rows["refused"] = [[one.line, one.number, "", [["", "", reason_of(one)]], False] for one in plan.refused]
        told = json.dumps({"digest": plan.digest, "counts": plan.counts, "rows": rows}, ensure_ascii=False)
        before, upload.preview = upload.preview, zlib.compress(told.encode("utf-8", "replace"), 1)
        # Somebody may have decided on it meanwhile, on another page: that stays.
        same = {"preview__isnull": True} if before is None else {"preview": bytes(before)}
        RosterUpload.objects.filter(pk=upload.pk, **same).update(preview=upload.preview)
    return Preview(**json.loads(zlib.decompress(bytes(upload.preview))))


def _row(change: Change) -> list[Any]:
    """A change as cells; what is new has nothing before it."""
    told = [
        [str(FIELDS[name]), "" if change.kind == "new" else shown_of(name, before), shown_of(name, after)]
        for name, (before, after) in change.shown.items()
    ]
    return [change.line, change.number, change.name, told, change.whole_name or change.rehired]


@transaction.atomic
def forget_preview(*, upload: RosterUpload) -> None:
    """The records are others by now: the next look works it out anew."""
    upload.preview = None
    upload.save(update_fields=["preview"])


@transaction.atomic
def forget_upload(*, upload: RosterUpload) -> None:
    """It is decided on, or given up."""
    upload.delete()
