"""Say of a changed clause whether the change is material (who signed the old text is asked anew) or editorial."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.reasons import stated
from training.changes.compare import comparison_of
from training.changes.models import ClauseDecision
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.append import append, hide
from training.policy.models import Revision
from training.roles import Role, has_role


@transaction.atomic
def decide(
    *,
    revision: Revision,
    ref_before: str,
    ref_after: str,
    material: bool,
    reason: str,
    by: AbstractBaseUser,
    now: datetime,
) -> ClauseDecision:
    """Record what the privacy officer decides of one clause of the revision, and return the decision that counts now.

    The same decision for the same reason again is the same. Another is a new
    one beside the old: campaigns composed before stay what they are.

    Only the privacy officer decides (``NotAllowed``). Raises ``Invalid`` where
    that clause did not change, or without a reason of 1 to 1,000 characters,
    and ``Conflict`` where somebody else decided at the same moment.
    """
    if not has_role(by, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only the privacy officer decides whether a change is material."))
    said = stated(reason)
    comparison = comparison_of(revision)
    judged = {one.pair: one for one in comparison.judged} if comparison else {}
    found = judged.get((ref_before, ref_after))
    if found is None:
        raise Invalid(_("This clause is the same in both revisions: there is nothing to decide."))
    last = found.decision
    if last is not None and last.material == material and found.reason == said:
        return last
    decision = ClauseDecision(
        revision=revision,
        ref_before=ref_before,
        ref_after=ref_after,
        number=last.number + 1 if last else 1,
        change=ClauseDecision.Change(found.difference.change.value),
        material=material,
        by_id=by.pk,
        at=now,
    )
    try:
        append(kind="changes.decided", at=now, rows=[decision], disclosures=[hide("reason", said)])
    except IntegrityError as clash:
        raise Conflict(_("Somebody else decided at the same moment. Look at what is there now.")) from clash
    return decision
