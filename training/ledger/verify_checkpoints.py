"""Check each stored checkpoint by itself: its signature, its columns, and that none before it was taken out."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import Max
from django.utils.translation import gettext as _

from training.ledger.merkle import HASH_BYTES, CompactRange
from training.ledger.models import Checkpoint
from training.ledger.note import Note, NoteError, TreeHead, VerifierKey
from training.ledger.reading import as_integer, as_moment, as_text
from training.ledger.report import Problem, Reason, Report
from training.ledger.seal import after_line, sealed_line

CHECKPOINTS = Checkpoint._meta.db_table


class CheckpointVerification:
    """Reads the checkpoints once, from the smallest, adding what is wrong to a report."""

    def __init__(self, *, keys: Collection[VerifierKey], report: Report) -> None:
        self.keys = keys
        self.report = report
        # The size that the stored rows claim, believed only to be told what nobody claims to have signed.
        self.claimed = as_integer(str(Checkpoint.objects.aggregate(size=Max("size"))["size"])) or 0
        # The largest size with a valid signature among those read so far.
        self.largest = 0

    def heads(self) -> Iterator[TreeHead]:
        """Yield what was validly signed, where its row has the size that was signed."""
        after = 0
        frontiers = Checkpoint.objects.order_by("size").values_list("frontier", flat=True).iterator()
        texts = as_text(Checkpoint.objects.order_by("size"), "size", "root", "note", "at")
        for (size, root, signed, at), frontier in zip(texts, frontiers, strict=True):
            self.report.checkpoints += 1
            row = size or ""
            try:
                head = self._head(signed or "")
            except NoteError as reason:
                self._add(row, Reason.NOTE, "note", _("The note is not valid: %(reason)s.") % {"reason": reason})
                after = as_integer(size) or 0
                continue
            self._compare(row, head, {"size": size, "root": root}, as_moment(at))
            if not _leads_to(head, frontier):
                message = _("The hashes to grow from do not lead to the signed root.")
                self._add(row, Reason.CHECKPOINT, "frontier", message)
            if head.extensions[1] != after_line(after):
                message = _(
                    "It was signed “%(said)s”, but the checkpoint before it has size %(size)d: one was taken out."
                ) % {"said": head.extensions[1], "size": after}
                self._add(row, Reason.CHECKPOINT_MISSING, "", message)
            after = head.size
            self.largest = max(self.largest, head.size)
            if str(head.size) == size:
                yield head

    def _head(self, signed: str) -> TreeHead:
        note = Note.parse(signed)
        names = {key.name for key in note.verify(self.keys)}
        head = TreeHead.parse(note.text)
        if head.origin not in names:
            raise NoteError(f"it speaks for {head.origin}, which did not sign it")
        if len(head.extensions) != 2:
            raise NoteError("it does not say when it was sealed, and after which")
        return head

    def _compare(self, row: str, head: TreeHead, stored: dict[str, str | None], at: str) -> None:
        said = {"size": str(head.size), "root": head.root.hex(), "at": head.extensions[0]}
        for column, value in {**stored, "at": sealed_line(at)}.items():
            if value != said[column]:
                message = _("The column says “%(stored)s”, the signed note “%(said)s”.") % {
                    "stored": value,
                    "said": said[column],
                }
                self._add(row, Reason.CHECKPOINT, column, message)

    def _add(self, row: str, reason: Reason, column: str, message: str) -> None:
        self.report.add(Problem(reason, CHECKPOINTS, row, message, column))


def _leads_to(head: TreeHead, frontier: object) -> bool:
    if not isinstance(frontier, bytes | memoryview):
        return False
    data = bytes(frontier)
    try:
        tree = CompactRange(head.size, [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)])
    except ValueError:
        return False
    return tree.root() == head.root
