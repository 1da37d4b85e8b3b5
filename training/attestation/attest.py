"""Sign the pledge, or say that one cannot."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.attestation.models import Attestation, Decline
from training.attestation.queries import attestation_of, decline_of, pledge_digest, pledge_for
from training.attestation.standing import standing_credits
from training.attestation.statement import content, name_match
from training.campaigns.calendar import day_of
from training.campaigns.models import Assignment
from training.campaigns.progress import require_asked
from training.campaigns.queries import all_completed
from training.campaigns.reasons import stated
from training.campaigns.tally import move
from training.conf import conf
from training.errors import Conflict, Invalid, NotAllowed, NotReady
from training.ledger.append import append, hide
from training.people.queries import person_on


def _locked(assignment: Assignment) -> Assignment:
    return (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("campaign__revision", "campaign__statement", "employment")
        .get(pk=assignment.pk)
    )


@transaction.atomic
def attest(
    *,
    assignment: Assignment,
    digest: str,
    typed_name: str,
    method: Attestation.Method,
    authenticated_at: datetime,
    now: datetime,
) -> Attestation:
    """Sign the pledge whose digest was shown, and return the signature; signed already, that one is returned.

    After an annulment the next signature is number 2, and so on.

    Raises ``NotReady`` before all modules are complete, and where campaign or
    assignment is closed, ``Conflict`` where the
    digest is not that of the pledge as it now stands, ``NotAllowed`` where the
    authentication is older than the signing window or lies in the future, and
    ``Invalid`` where the typed name is another than the roster's.
    """
    locked = _locked(assignment)
    signed = attestation_of(locked)
    if signed is not None:
        return signed
    require_asked(locked)
    if not all_completed(locked.pk):
        raise NotReady(_("Please complete all modules before signing."))
    pledge = pledge_for(locked)
    if pledge_digest(pledge) != digest:
        raise Conflict(_("The pledge has changed since you opened the page. Please read it again."))
    if not timedelta(0) <= now - authenticated_at <= timedelta(seconds=conf.signing_window_seconds):
        raise NotAllowed(_("Please confirm your identity again to sign."))
    person = person_on(locked.employment, day_of(now, conf.time_zone))
    match = name_match(typed=typed_name, roster=person.name)
    if match is None:
        raise Invalid(
            _("The name differs from the roster's. If the roster is wrong, ask HR to correct it before signing.")
        )
    attestation = Attestation(
        assignment=locked,
        number=Attestation.objects.filter(assignment=locked).count() + 1,
        statement_version=locked.campaign.statement,
        signed=content(pledge),
        digest=digest,
        method=method,
        authenticated_at=authenticated_at,
        name_match=match,
        at=now,
    )
    append(
        kind="attestation.signed",
        at=now,
        rows=[attestation],
        disclosures=[
            hide("typed_name", typed_name),
            hide("name", person.name),
            hide("number", person.number),
            hide("department", person.department),
        ],
    )
    count_signature(locked)
    return attestation


def count_signature(assignment: Assignment, *, closed: bool = False) -> None:
    """Move the campaign's counters when the assignment has just been signed.

    Who was ``closed`` when it was signed is not counted as that any more, nor is who was credited.
    """
    move(campaign_id=assignment.campaign_id, counter="signed")
    if closed:
        move(campaign_id=assignment.campaign_id, counter="closed", by=-1)
    elif standing_credits().filter(assignment=assignment).exists():
        move(campaign_id=assignment.campaign_id, counter="credited", by=-1)


@transaction.atomic
def decline(*, assignment: Assignment, reason: str, now: datetime) -> Decline:
    """Record that the person cannot sign, and why. It stays possible to sign later.

    The same reason sent again is the same refusal.

    Raises ``Conflict`` where the pledge is signed, ``Invalid`` where no reason
    is given or it is longer than 1,000 characters.
    """
    locked = _locked(assignment)
    if attestation_of(locked) is not None:
        raise Conflict(_("You have signed this pledge already."))
    require_asked(locked)
    reason = stated(reason)
    last = decline_of(locked)
    if last is not None and last.entry.disclosures.filter(name="reason", value=reason).exists():
        return last
    refusal = Decline(assignment=locked, statement_version=locked.campaign.statement, at=now)
    append(kind="attestation.declined", at=now, rows=[refusal], disclosures=[hide("reason", reason)])
    return refusal
