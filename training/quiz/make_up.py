"""Grant a make-up (再教育) to somebody who has no attempt left: taught again, reading again, then a new paper."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.models import Task
from training.campaigns.progress import lock, read_anew, require_asked
from training.errors import Conflict, Invalid, NotAllowed, NotReady
from training.ledger.append import append, hide
from training.quiz.models import MakeUp
from training.quiz.queries import sitting_of
from training.roles import Role, has_role

LONGEST_WORDS = 1000
MOST_ATTEMPTS = 10


@transaction.atomic
def grant_make_up(*, task: Task, what: str, why: str, by: AbstractBaseUser, now: datetime, attempts: int = 1) -> MakeUp:
    """Record how the person was, or will be, taught again, and let them sit so many more papers.

    The sections have to be reached anew before the next paper; when they were
    reached before stays in the record. Every earlier paper is kept. HR and
    the privacy officer grant (``NotAllowed``). Raises ``Conflict`` where the
    module is complete, ``NotReady`` while an attempt is left or a paper open,
    ``Invalid`` without words.
    """
    if not has_role(by, Role.HR, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only HR or the privacy officer grants a make-up."))
    what, why = what.strip(), why.strip()
    if not all(0 < len(words) <= LONGEST_WORDS for words in (what, why)):
        raise Invalid(_("Please say what the make-up consists of and why it is needed, in at most 1,000 characters."))
    if not 1 <= attempts <= MOST_ATTEMPTS:
        raise Invalid(_("Please grant between 1 and %(most)s attempts.") % {"most": MOST_ATTEMPTS})
    locked = lock(task, lean=True)
    require_asked(locked.assignment)
    if hasattr(locked, "completion"):
        raise Conflict(_("This module has been passed already."))
    sitting = sitting_of(locked, now=now) if locked.version_id else None
    if sitting is None or not sitting.needs_make_up:
        raise NotReady(_("An attempt is left: a make-up can be granted when all are used up."))
    granted = MakeUp(task=locked, number=sitting.make_ups + 1, attempts=attempts, by_id=by.pk, at=now)
    reached = [at.isoformat() for at in read_anew(locked)]
    append(
        kind="quiz.make_up_granted",
        at=now,
        rows=[granted],
        facts={"assignment": locked.assignment_id, "sections_reached_before": reached},
        disclosures=[hide("what", what), hide("why", why)],
    )
    return granted
