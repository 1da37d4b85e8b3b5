"""Enter what a person without a PC did on paper, or in a group session: with the scan, and of lower assurance."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from training.attestation.attest import count_signature
from training.attestation.models import Attestation, PaperRecord
from training.attestation.queries import pledge_digest, pledge_for
from training.attestation.scans import media_type_of, scan_path
from training.attestation.statement import content
from training.campaigns.calendar import day_of
from training.campaigns.deciders import OWN_CASE
from training.campaigns.held import held, hold
from training.campaigns.models import Assignment, Completion, Pin, Task
from training.campaigns.progress import require_unsettled, require_unsigned
from training.campaigns.queries import left_on
from training.campaigns.reasons import LONGEST_REASON
from training.campaigns.tally import move
from training.conf import conf
from training.errors import Invalid, NotAllowed, TrainingError
from training.kept import keep
from training.ledger.append import append, hide
from training.ledger.canonical import sha256_hex
from training.people.leavers import left_on as last_day_of
from training.people.queries import employed_on, employee_of, person_on
from training.roles import Role, has_role

MOST_AT_ONCE = 100


@transaction.atomic
def enter_paper(
    *,
    assignment: Assignment,
    kind: PaperRecord.Kind | str,
    held_on: date,
    scan: bytes,
    note: str,
    by: AbstractBaseUser,
    now: datetime,
) -> PaperRecord:
    """Complete every open module, and record the pledge as signed on paper, with the scan's digest.

    These are two entries, written together: the sheet with what it completes,
    and the signature, which names the sheet and stands alone, because a
    certificate carries all that is behind the entry of its signature.
    Modules are completed in the version that the person has opened, else in
    the pinned one; what was passed before stays as it is. The signature
    says "paper" wherever it is told of, and so does the certificate: nobody
    was authenticated, HR vouches for the sheet. Of one scan many people may be
    entered (``enter_session``). ``note`` may be empty.

    Of whom the roster says that they left, the sheet is entered where its day
    is the last day of work or earlier: it was signed in time, as a pledge on
    leaving is, and only the entering is late. The closing stays in the record;
    who has signed and left has signed.

    HR and the privacy officer enter it, nobody the own sheet (``NotAllowed``). Raises ``Conflict``
    where the campaign is not open or the person has signed, ``NotReady`` where
    the assignment is closed for another cause, ``Invalid`` for a day before the
    campaign, after the person left or in the future, a note of more than 1,000
    characters, or what is no scan.
    """
    sheet = _sheet(kind=kind, held_on=held_on, scan=scan, note=note, by=by, now=now)
    _hold([assignment.pk])
    locked = _asked(assignment, sheet)
    keep(scan_path(sheet.sha256), scan)
    return _enter(locked, sheet)


@transaction.atomic
def enter_session(
    *,
    assignments: Collection[Assignment],
    kind: PaperRecord.Kind | str,
    held_on: date,
    scan: bytes,
    note: str,
    by: AbstractBaseUser,
    now: datetime,
) -> list[PaperRecord]:
    """Enter one sheet for everybody on it, or for nobody, as ``enter_paper`` does for one.

    Everybody is held before the first is entered, so that two who enter sessions at once, or somebody who hands in a
    paper meanwhile, wait for each other in one order. Raises ``Invalid`` for more than a hundred people, and, with the
    staff number, for whom it cannot be entered.
    """
    people = {row.pk: row for row in assignments}
    if len(people) > MOST_AT_ONCE:
        raise Invalid(_("Please enter at most %(most)d people at once.") % {"most": MOST_AT_ONCE})
    sheet = _sheet(kind=kind, held_on=held_on, scan=scan, note=note, by=by, now=now)
    _hold(people)
    locked = [_named(row, sheet) for row in people.values()]
    keep(scan_path(sheet.sha256), scan)
    return [_enter(row, sheet) for row in locked]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What is the same for everybody on a sheet."""

    kind: str
    held_on: date
    sha256: str
    media_type: str
    size: int
    note: str
    by: AbstractBaseUser
    own: UUID | None  # the person who enters it
    now: datetime


def _sheet(
    *, kind: PaperRecord.Kind | str, held_on: date, scan: bytes, note: str, by: AbstractBaseUser, now: datetime
) -> _Sheet:
    """The sheet, once it is known to be one."""
    if not has_role(by, Role.HR, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only HR or the privacy officer enters what was done on paper."))
    if kind not in PaperRecord.Kind.values:
        raise Invalid(_("Please choose how the training was held."))
    note = note.strip()
    if len(note) > LONGEST_REASON:
        raise Invalid(_("A note has at most 1,000 characters."))
    media_type = media_type_of(scan)
    return _Sheet(
        kind=kind,
        held_on=held_on,
        sha256=sha256_hex(scan),
        media_type=media_type,
        size=len(scan),
        note=note,
        by=by,
        own=own.pk if (own := employee_of(by)) else None,
        now=now,
    )


def _hold(assignments: Collection[UUID]) -> None:
    """Hold tasks, then their assignments, each in one order: who hands an understanding check in does it so too."""
    tasks = Task.objects.select_for_update().filter(assignment__in=assignments).order_by("pk")
    list(tasks.values_list("pk"))
    hold(assignments)


def _named(assignment: Assignment, sheet: _Sheet) -> Assignment:
    """As ``_asked``; what is in the way is told with the staff number."""
    try:
        return _asked(assignment, sheet)
    except TrainingError as reason:
        number = person_on(assignment.employment, day_of(sheet.now, conf.time_zone)).number
        words = _("%(number)s: %(reason)s Nothing has been done for anybody.")
        raise Invalid(words % {"number": number, "reason": reason.message}) from reason


def _asked(assignment: Assignment, sheet: _Sheet) -> Assignment:
    """The assignment, held, of whom the sheet can be entered for."""
    locked = held(assignment)
    if locked.employment.employee_id == sheet.own:
        raise NotAllowed(OWN_CASE)
    today = day_of(sheet.now, conf.time_zone)
    last_day = left_on(locked)
    if last_day is None:
        require_unsettled(locked)
        last_day = last_day_of(locked.employment.employee_id, day=today)  # the daily round has not come by yet
    else:
        require_unsigned(locked)
    if not locked.campaign.first_day <= sheet.held_on <= today:
        raise Invalid(_("The day on which it was held lies before the campaign, or in the future."))
    if last_day is not None and sheet.held_on > last_day:
        raise Invalid(
            _("This person's last day of work was %(day)s. A sheet of a later day cannot be entered.")
            % {"day": date_format(last_day, "DATE_FORMAT")}
        )
    # A staff number is given again one day: the sheet is of whoever worked here when it was signed.
    if not employed_on(sheet.held_on).filter(employee=locked.employment.employee_id).exists():
        raise Invalid(
            _("This person did not work here on the day on which it was held. Please check the staff number.")
        )
    return locked


def _enter(locked: Assignment, sheet: _Sheet) -> PaperRecord:
    """Write both entries for one person."""
    now, note = sheet.now, sheet.note
    completions = _completions(locked, now)
    record = PaperRecord(
        assignment=locked,
        number=PaperRecord.objects.filter(assignment=locked).count() + 1,
        kind=sheet.kind,
        held_on=sheet.held_on,
        sha256=sheet.sha256,
        media_type=sheet.media_type,
        size=sheet.size,
        by_id=sheet.by.pk,
        at=now,
    )
    attestation = _signature(locked, now)
    person = person_on(locked.employment, day_of(now, conf.time_zone))
    append(
        kind="attestation.paper_entered",
        at=now,
        rows=[record, *completions],
        disclosures=[hide("note", note)] if note else [],
    )
    append(
        kind="attestation.signed",
        at=now,
        rows=[attestation],
        facts={"paper": record.pk},
        disclosures=[
            hide("typed_name", person.name),
            hide("name", person.name),
            hide("number", person.number),
            hide("department", person.department),
        ],
    )
    if completions:
        move(campaign_id=locked.campaign_id, counter="trained")
    count_signature(locked, closed=left_on(locked) is not None)
    return record


def _completions(assignment: Assignment, now: datetime) -> list[Completion]:
    """What completes each open task, unsaved; a task that nobody has opened gets the pinned version."""
    pins = {
        pin.campaign_module_id: pin.module_version_id
        for pin in Pin.objects.filter(campaign_module__campaign=assignment.campaign_id).order_by("-language")
    }
    tasks = list(Task.objects.filter(assignment=assignment).select_related("completion").order_by("pk"))
    left = [task for task in tasks if not hasattr(task, "completion")]
    unopened = [task for task in left if task.version_id is None]
    if tasks and len(unopened) == len(tasks):
        move(campaign_id=assignment.campaign_id, counter="started")
    for task in unopened:
        task.version_id, task.opened_at = pins[task.campaign_module_id], now
    Task.objects.bulk_update(unopened, ["version", "opened_at"])
    return [
        Completion(task=task, module_version_id=task.version_id or "", how=Completion.How.PAPER, at=now)
        for task in left
    ]


def _signature(assignment: Assignment, now: datetime) -> Attestation:
    """The signature on paper, unsaved. Whose it is HR has read on the sheet: the name is the roster's."""
    pledge = pledge_for(assignment)
    return Attestation(
        assignment=assignment,
        number=Attestation.objects.filter(assignment=assignment).count() + 1,
        statement_version=assignment.campaign.statement,
        signed=content(pledge),
        digest=pledge_digest(pledge),
        method=Attestation.Method.PAPER,
        authenticated_at=now,
        name_match=Attestation.NameMatch.EXACT,
        at=now,
    )
