"""A person moves through a module: opens it, reaches its sections, completes it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from training.campaigns.models import (
    Assignment,
    AssignmentEvent,
    Campaign,
    Completion,
    Pin,
    SectionReached,
    Task,
)
from training.campaigns.queries import still_asked, with_closing, with_signature
from training.campaigns.tally import move
from training.errors import Conflict, NotReady
from training.prepared import Given, Prepared

_NOT_OPEN = {
    Campaign.State.CLOSED: _("This training has been closed. If you still need it, ask HR."),
    Campaign.State.CANCELLED: _("This training was cancelled. Nothing is asked of you."),
}
_CLOSED = {
    AssignmentEvent.Cause.LEFT: _("This training was closed for you when you left the company."),
    AssignmentEvent.Cause.REMOVED: _("HR has taken you out of this training. Nothing is asked of you."),
    AssignmentEvent.Cause.NEVER_HERE: _("This training was closed for you when the roster was corrected."),
    AssignmentEvent.Cause.CANCELLED: _NOT_OPEN[Campaign.State.CANCELLED],
    AssignmentEvent.Cause.STAYS: _("You are not leaving the company after all. Nothing is asked of you."),
}


def require_open(campaign: Campaign) -> None:
    """Raise ``NotReady`` unless the campaign is open."""
    if campaign.state != Campaign.State.OPEN:
        raise NotReady(_NOT_OPEN.get(Campaign.State(campaign.state), _("This training is not open.")))


def require_asked(assignment: Assignment) -> None:
    """Raise ``NotReady``, saying why, unless the campaign is open and the assignment not closed. One query.

    Both are asked anew: who holds the assignment may have waited for whoever
    closed it, and a campaign that came with it is as it was before.
    """
    state, shut = still_asked(assignment.pk)
    assignment.campaign.state = state
    require_both(assignment.campaign, shut)


def require_both(campaign: Campaign, shut: str | None) -> None:
    """Raise ``NotReady`` unless the campaign is open, and where the assignment is closed: ``shut`` is the cause."""
    require_open(campaign)
    if shut is not None:
        raise NotReady(closed_words(shut))


def closed_words(cause: str) -> Promise:
    """What the person is told of an assignment that was closed, by the cause."""
    return _CLOSED[AssignmentEvent.Cause(cause)]


def require_unsigned(assignment: Assignment) -> None:
    """Raise ``Conflict`` where the assignment is signed."""
    if with_signature(Assignment.objects.filter(pk=assignment.pk)).get().has_signed:
        raise Conflict(_("This person has signed already."))


def require_unsettled(assignment: Assignment) -> None:
    """Raise ``Conflict`` where the assignment is signed, ``NotReady`` where it is closed: nothing can be arranged."""
    found = with_signature(with_closing(Assignment.objects.filter(pk=assignment.pk))).get()
    if found.has_signed:
        raise Conflict(_("This person has signed already."))
    if found.closed:
        raise NotReady(_("This assignment is closed. Add the person again first."))


def require_version(task: Task, version: UUID | str) -> None:
    """Raise ``Conflict`` unless the request names the version that this task teaches."""
    if task.version_id is None or str(task.version_id) != str(version):
        raise Conflict(
            _("This module has been replaced since you opened the page. Please open it again from “My training”.")
        )


def sections_reached(task: Task) -> int:
    """How many sections of the task's own version were reached, in order; 0 before the first."""
    last: int | None = task.reached.filter(version_id=task.version_id).aggregate(last=Max("position"))["last"]
    return last or 0


def _locked(*beside: str) -> QuerySet[Task]:
    rows = Task.objects.select_for_update(of=("self", "assignment")).select_related("assignment__campaign", *beside)
    return rows.filter(pk=Given("task", Task._meta.pk)).order_by()


_LEAN, _WHOLE = Prepared(lambda: _locked()), Prepared(lambda: _locked("version"))


def lock(task: Task, *, lean: bool = False) -> Task:
    """The task, held to the transaction's end, and its assignment with it: the counters ask for all its tasks.

    ``lean`` leaves the version aside, whose content is long.
    """
    rows = (_LEAN if lean else _WHOLE)(task=task.pk)
    if not rows:
        raise Task.DoesNotExist
    return rows[0]


@transaction.atomic
def open_task(*, task: Task, language: str, now: datetime) -> Task:
    """Choose the version that is taught, at the first opening; later openings change nothing."""
    locked = lock(task)
    if locked.version_id is not None:
        return locked
    require_asked(locked.assignment)
    pins = {pin.language: pin for pin in Pin.objects.filter(campaign_module_id=locked.campaign_module_id)}
    pin = pins.get(language) or next(iter(pins.values()), None)
    if pin is None:
        raise NotReady(_("This module has no published version."))
    first = not Task.objects.filter(assignment_id=locked.assignment_id, opened_at__isnull=False).exists()
    locked.version_id = pin.module_version_id
    locked.opened_at = now
    locked.save(update_fields=["version", "opened_at"])
    if first:
        move(campaign_id=locked.assignment.campaign_id, counter="started")
    return locked


@transaction.atomic
def reach_section(*, task: Task, version: UUID | str, position: int, now: datetime) -> None:
    """Remember that a section (counted from 1) was asked for.

    Reaching it again changes nothing. Raises ``Conflict`` for another version
    than the task's, ``NotReady`` for a section beyond the next one.
    """
    locked = lock(task)
    require_version(locked, version)
    assert locked.version is not None  # noqa: S101  (require_version has seen to it)
    if not 1 <= position <= len(locked.version.content["sections"]):
        raise NotReady(_("There is no such section."))
    reached = sections_reached(locked)
    if position <= reached:
        return
    require_asked(locked.assignment)
    if position > reached + 1:
        raise NotReady(_("Please read the sections in order."))
    SectionReached.objects.create(task=locked, version=locked.version, position=position, at=now)


def require_read(task: Task) -> None:
    """Raise ``NotReady`` unless every section of the task's version was reached."""
    if task.version is None or sections_reached(task) < len(task.version.content["sections"]):
        raise NotReady(_("Please read all sections before the understanding check."))


def completion_for(task: Task, *, now: datetime) -> Completion:
    """The completion of a passed task, unsaved: the verb that found the pass appends it with its own fact."""
    assert task.version_id is not None  # noqa: S101  (a passed task has one)
    return Completion(task=task, module_version_id=task.version_id, how=Completion.How.PASSED, at=now)


_UNDONE = Prepared(
    lambda: Task.objects.filter(
        assignment=Given("assignment", Assignment._meta.pk), completion__isnull=True
    ).values_list("pk")[:1]
)


def count_completion(task: Task) -> None:
    """Move the campaign's counter when this completion was the assignment's last, in the same transaction.

    The caller holds the assignment: nobody completes another of its tasks meanwhile.
    """
    if not _UNDONE(assignment=task.assignment_id):
        move(campaign_id=task.assignment.campaign_id, counter="trained")


def read_anew(task: Task) -> list[datetime]:
    """Ask a person who is taught again to reach every section anew; return when each was reached before."""
    reached = list(task.reached.filter(version_id=task.version_id).order_by("position").values_list("at", flat=True))
    task.reached.all().delete()
    return reached
