"""Lists that somebody uploaded and has not decided on: kept between the pages, for a day at most."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.errors import Conflict
from training.people.import_roster import preview
from training.people.roster_columns import Heading, mapped
from training.people.roster_models import RosterUpload
from training.people.roster_plan import KINDS, Change
from training.people.roster_reasons import FIELDS, reason_of, shown_of
from training.people.roster_sheet import Columns, remember_columns, rows_and_heading, sheet_of
from training.people.roster_working import agreed_in, require_rest, told_in, work_of

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
    locked = _locked(upload)
    require_rest(locked, now=now)
    data = bytes(locked.data)
    sheet_of(data, columns)
    _rows, heading = rows_and_heading(data)
    remember_columns(heading=mapped(heading, columns), now=now)
    locked.columns, locked.preview = list(columns), None
    locked.save(update_fields=["columns", "preview"])


@dataclass(frozen=True, slots=True)
class Preview:
    """What a list would change, in words, by kind: ``rows`` are (line, number, name, what differs, remark, perhaps).

    ``perhaps`` are the numbers of people whom somebody new may be. Of what is refused, the name is the value that was
    not understood, and the remark the reason's code. ``departments`` are those that would be made (path, how many
    people), ``asked`` how many new people may be people who are here. ``agreed`` are the refused lines that are to be
    left out, so far, each with its reason's code.
    """

    digest: str
    counts: dict[str, int]
    rows: dict[str, list[list[Any]]]
    departments: list[tuple[str, int]]
    asked: int
    agreed: dict[str, str]

    @property
    def changes(self) -> int:
        """How many people it would change."""
        return sum(self.counts[kind] for kind in KINDS if kind != "unchanged")

    @property
    def refused_lines(self) -> set[int]:
        """The lines that are refused."""
        return {row[0] for row in self.rows["refused"]}

    @property
    def left_out(self) -> set[int]:
        """The refused lines of which somebody said that they are left out."""
        return {int(line) for line in self.agreed}

    @property
    def undecided(self) -> list[int]:
        """The places of the refused lines of which nobody has said anything, in the list's order."""
        left_out = self.left_out
        return [place for place, row in enumerate(self.rows["refused"]) if row[0] not in left_out]


@transaction.atomic
def previewed(*, upload: RosterUpload) -> Preview:
    """What the list would change; worked out once, then kept with it. Raises ``Conflict`` while it is taken over."""
    require_rest(upload)
    kept = told_in(upload)
    if not {"asked", "agreed"} <= kept.keys():  # none yet, or that of an import that failed
        plan = preview(
            sheet=sheet_of(bytes(upload.data), upload.columns), day=upload.day, left_if_missing=upload.left_if_missing
        )
        rows: dict[str, list[Any]] = {kind: [_row(change) for change in plan.of(kind)] for kind in KINDS}
        rows["new"].sort(key=lambda row: not row[-1])  # those first that somebody is to look at
        rows["missing"] = [_row(change) for change in plan.missing]
        rows["refused"] = [
            [one.line, one.number, one.values.get("value", ""), [["", "", reason_of(one)]], one.code, []]
            for one in plan.refused
        ]
        made = [("/".join(path), count) for path, count in plan.departments]
        asked = sum(1 for change in plan.changes if change.perhaps)
        whole = {
            "digest": plan.digest,
            "counts": plan.counts,
            "rows": rows,
            "departments": made,
            "asked": asked,
            # Whoever said that a line is left out saw why it was refused: for another reason it is asked of again.
            "agreed": _still({str(one.line): one.code for one in plan.refused}, agreed_in(kept)),
        }
        told = json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace")
        kept = json.loads(told)
        before, upload.preview = upload.preview, zlib.compress(told, 1)
        # Somebody may have decided on it meanwhile, on another page: that stays.
        same = {"preview__isnull": True} if before is None else {"preview": bytes(before)}
        RosterUpload.objects.filter(pk=upload.pk, **same).update(preview=upload.preview)
    return Preview(**kept)


def _row(change: Change) -> list[Any]:
    """A change as cells; what is new has nothing before it."""
    new = change.kind == "new"
    told = [
        [str(FIELDS[name]), "" if new or name == "since" else shown_of(name, before), shown_of(name, after)]
        for name, (before, after) in change.shown.items()
    ]
    remark = change.whole_name or change.rehired
    return [change.line, change.number, change.name, told, remark, list(change.perhaps)]


@transaction.atomic
def leave_out(*, upload: RosterUpload, digest: str, shown: Collection[int], chosen: Collection[int]) -> Preview:
    """Of the refused lines that were shown, note those that are to be left out; return how the list then stands.

    What was said of other lines stays. It is kept with the list, so that whoever comes back goes on there. Raises
    ``Conflict`` where the preview with this digest is no longer the list's.
    """
    locked = _locked(upload)
    require_rest(locked)
    kept = told_in(locked)
    if not {"asked", "agreed"} <= kept.keys() or kept["digest"] != digest:
        raise Conflict(_("The records have changed since the preview. Please look at it again."))
    preview = Preview(**kept)
    codes = {row[0]: row[4] for row in preview.rows["refused"]}
    agreed = {line: code for line, code in preview.agreed.items() if int(line) not in shown}
    agreed |= {str(line): codes[line] for line in sorted(chosen) if line in codes}
    if agreed != preview.agreed:
        told = json.dumps(kept | {"agreed": agreed}, ensure_ascii=False).encode("utf-8", "replace")
        locked.preview = zlib.compress(told, 1)
        locked.save(update_fields=["preview"])
    upload.preview = locked.preview
    return replace(preview, agreed=agreed)


def _still(refused: dict[str, str], agreed: dict[str, str]) -> dict[str, str]:
    """Of the lines that were agreed on, those that are refused for the same reason."""
    return {line: code for line, code in agreed.items() if refused.get(line) == code}


@transaction.atomic
def forget_preview(*, upload: RosterUpload) -> None:
    """The records are others by now: the next look works it out anew, unless it is decided on anew already.

    Which refused lines are to be left out stays said.
    """
    locked = RosterUpload.objects.select_for_update().filter(pk=upload.pk).first()
    work = work_of(locked) if locked is not None else None
    if locked is not None and (work is None or not work.is_running):
        agreed = agreed_in(told_in(locked))
        locked.preview = zlib.compress(json.dumps({"agreed": agreed}).encode()) if agreed else None
        locked.save(update_fields=["preview"])


@transaction.atomic
def forget_upload(*, upload: RosterUpload, now: datetime) -> None:
    """It is given up. Raises ``Conflict`` while it is being taken over, and where it has been meanwhile."""
    locked = _locked(upload)
    require_rest(locked, now=now)
    locked.delete()


def _locked(upload: RosterUpload) -> RosterUpload:
    """The list as it is by now. Raises ``Conflict`` where it is done with."""
    locked = RosterUpload.objects.select_for_update().filter(pk=upload.pk).first()
    if locked is None:
        raise Conflict(_("This list has been decided on already."))
    return locked
