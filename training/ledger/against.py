"""Compare the log with a checkpoint kept outside: the one thing that whoever rewrites the log cannot reach."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from training.errors import Invalid, TrainingError
from training.ledger.merkle import ProofError, verify_consistency
from training.ledger.models import Checkpoint
from training.ledger.note import Note, NoteError, TreeHead, VerifierKey
from training.ledger.proof import consistency
from training.ledger.report import Problem, Reason

CHECKPOINTS = Checkpoint._meta.db_table
LONGEST = 10_000


def verify_against(text: str, *, keys: Collection[VerifierKey]) -> Problem | None:
    """Say what keeps the log from being a continuation of an older checkpoint; None where nothing does.

    ``text`` is that checkpoint's signed note. That it is one of this log, and
    signed by one of ``keys``, is looked at first; then a consistency proof
    (RFC 9162, 2.1.4) must lead from its root to that of the latest checkpoint.
    What the leaf hashes stand for is ``verify``'s to say.

    Raises ``Invalid`` where the text is no checkpoint.
    """
    if len(text) > LONGEST:
        raise Invalid(_("This is no checkpoint: it is longer than %(most)d characters.") % {"most": LONGEST})
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").rstrip("\n") + "\n"  # as mail programs leave it
    try:
        note = Note.parse(text)
        head = TreeHead.parse(note.text)
    except NoteError as reason:
        raise Invalid(_("This is no checkpoint: %(reason)s.") % {"reason": reason}) from reason
    return _problem(note, head, keys)


def _problem(note: Note, head: TreeHead, keys: Collection[VerifierKey]) -> Problem | None:
    latest = Checkpoint.objects.order_by("-size").first()
    size = latest.size if latest else 0
    if head.origin not in {key.name for key in keys}:
        return _history(head, _("It is a checkpoint of another log, %(origin)s.") % {"origin": head.origin})
    try:
        note.verify(keys)
    except NoteError:
        signers = ", ".join(f"{signature.name}+{signature.key_id.hex()}" for signature in note.signatures)
        return _history(head, _("It was not signed by this log's key, but by %(signers)s.") % {"signers": signers})
    if head.size > size:
        message = _("The log had %(old)d entries then, and has %(new)d now: its end was cut off.")
        return _history(head, message % {"old": head.size, "new": size})
    if latest is None or head.size == 0:
        return None
    try:
        proof = consistency(old=head.size, checkpoint=latest)
        verify_consistency(
            old=head.size,
            old_root=head.root,
            new=latest.size,
            new_root=bytes.fromhex(latest.root),
            proof=[bytes.fromhex(step) for step in proof["hashes"]],
        )
    except (ProofError, TrainingError, ValueError) as reason:
        message = _(
            "The log's first %(old)d entries are not those that were signed then: its history was rewritten. %(why)s"
        )
        return _history(head, message % {"old": head.size, "why": reason})
    return None


def _history(head: TreeHead, message: str) -> Problem:
    return Problem(Reason.HISTORY, CHECKPOINTS, str(head.size), message, sequence=head.size - 1)
