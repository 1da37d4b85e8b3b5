"""Recompute the log from the bodies up, and say everything that does not agree."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from training.ledger.body import Body, BodyError, read_json
from training.ledger.canonical import moment
from training.ledger.disclosure import Hidden
from training.ledger.merkle import HASH_BYTES, CompactRange, leaf_hash
from training.ledger.models import Checkpoint, Disclosure, Entry
from training.ledger.note import TreeHead, VerifierKey
from training.ledger.reading import StoredEntry, as_text, as_uuid, entry_chunks, snapshot, uuids_among
from training.ledger.report import Problem, Reason, Report
from training.ledger.seal import seal_of, sealed_at
from training.ledger.triggers import ERASURE
from training.ledger.verify_checkpoints import CheckpointVerification

ENTRIES = Entry._meta.db_table
CHECKPOINTS = Checkpoint._meta.db_table
DISCLOSURES = Disclosure._meta.db_table

Listed = dict[str, tuple[StoredEntry, Collection[str]]]
_DISCLOSURES = ',"disclosures":['
# How long a transaction may take from its clock's reading to its commit, and how far two machines' clocks may differ.
CLOCK_TOLERANCE = timedelta(minutes=10)
_BEGINNING, _END = "", "\uffff"


def verify(*, keys: Collection[VerifierKey], progress: Callable[[int], None] | None = None) -> Report:
    """Verify entries, tree, checkpoints and disclosures as they are stored, and report.

    ``keys`` are those whose checkpoints count: give the ones you know from
    elsewhere. The log is read once, in chunks; ``progress`` is told how many
    entries were read. Of a sealed body that the signed tree vouches for, only
    what its columns and disclosures repeat is read: that its rows are well
    formed and stored is what ``verify_records`` looks at. What it cannot know:
    whether an entry was taken out before its first sealing, and whether all
    was made anew by who has the key (``verify_against`` an older checkpoint).
    """
    with snapshot():
        return _Verification(keys=keys, progress=progress).run()


class _Verification:
    def __init__(self, *, keys: Collection[VerifierKey], progress: Callable[[int], None] | None) -> None:
        self.progress = progress
        self.report = Report()
        self.erased = _erased()
        # The number the next sealed entry must have, and the tree of those before it.
        self.next = 0
        self.tree = CompactRange()
        # Once the tree cannot be the signed one any more, every later root would differ for the same reason.
        self.tree_fits = True
        self.last_good = 0
        self.checkpoints = CheckpointVerification(keys=keys, report=self.report)
        self.heads = self.checkpoints.heads()
        self.head = next(self.heads, None)
        # Leaves that the tree has still to grow by.
        self.leaves: list[bytes] = []
        # Between which instants, in the log's form, an entry before the next checkpoint can have been recorded.
        self.earliest, self.latest = _BEGINNING, _latest(self.head)

    def run(self) -> Report:
        for chunk in entry_chunks():
            listed: Listed = {}
            for entry in chunk:
                digests = self._sealed(entry) if entry.sequence is not None else self._unsealed(entry)
                if digests is not None:
                    listed[entry.key] = (entry, digests)
            self._disclosures(chunk, listed)
            self.report.entries_read += len(chunk)
            if self.progress:
                self.progress(self.report.entries_read)
        self._orphans()
        self._end()
        return self.report

    # --- one entry ---

    def _sealed(self, entry: StoredEntry) -> Collection[str] | None:
        """Take a sealed entry into the tree; return the digests that it lists, None where its body is none."""
        self.report.sealed += 1
        sequence = entry.sequence
        assert sequence is not None  # noqa: S101  (the caller has looked)
        fits = _fits(entry, sequence) if sequence == self.next and sequence < self.checkpoints.claimed else None
        if fits is None:
            body = self._body(entry)
            self._clock(entry, body.at if body else self.latest)
            self._place(entry, sequence)
            return None if body is None else body.disclosures
        leaf, digests = fits
        self._clock(entry, entry.at)
        self._grow(leaf)
        return digests

    def _unsealed(self, entry: StoredEntry) -> Collection[str] | None:
        self.report.unsealed += 1
        body = self._body(entry)
        self._check_unsealed(entry)
        return None if body is None else body.disclosures

    def _body(self, entry: StoredEntry) -> Body | None:
        try:
            body = Body.parse(entry.body)
        except BodyError as reason:
            self._entry(entry, Reason.UNREADABLE, "body", _("The body is no entry: %(reason)s.") % {"reason": reason})
            return None
        columns = {"id": (entry.key, body.id), "kind": (entry.kind, body.kind), "at": (entry.at, body.at)}
        for column, (stored, said) in columns.items():
            if stored != said:
                message = _("The column says %(stored)s, the body %(said)s.") % {"stored": stored, "said": said}
                self._entry(entry, Reason.COLUMN, column, message)
        return body

    def _check_unsealed(self, entry: StoredEntry) -> None:
        if leaf_hash(entry.body.encode()).hex() != entry.leaf:
            self._entry(entry, Reason.LEAF, "leaf", _("The leaf hash is not the body's."))
        if entry.seal is not None:
            self._entry(entry, Reason.SEAL, "seal", _("It has a seal but no number."))

    def _place(self, entry: StoredEntry, sequence: int) -> None:
        """Check a sealed entry's number, leaf and seal, and let the tree grow by it."""
        if sequence < self.next:
            self._entry(
                entry, Reason.SUPERFLUOUS_SEQUENCE, "sequence", _("No entry can have this number a second time.")
            )
            return
        if sequence > self.next:
            self._missing(Reason.MISSING_SEQUENCE, self.next, sequence - 1)
            self.tree_fits = False
        if sequence >= self.checkpoints.claimed:
            message = _("No checkpoint covers this number.")
            self._entry(entry, Reason.SUPERFLUOUS_SEQUENCE, "sequence", message)
        self.next = sequence
        self._grow(self._leaf(entry, sequence))

    def _grow(self, leaf: bytes) -> None:
        self.leaves.append(leaf)
        self.next += 1
        while self.head is not None and self.head.size <= self.next:
            if self.head.size == self.next:
                self.tree.extend(self.leaves)
                self.leaves.clear()
                self._compare(self.head)
            self.earliest = _earliest(self.head)
            self.head = next(self.heads, None)
            self.latest = _latest(self.head)

    def _leaf(self, entry: StoredEntry, sequence: int) -> bytes:
        """Check leaf and seal; return the leaf that was sealed, as far as the two that there may be tell."""
        computed = leaf_hash(entry.body.encode())
        if computed.hex() == entry.leaf:
            if entry.seal != seal_of(sequence=sequence, leaf=computed):
                self._entry(entry, Reason.SEAL, "seal", _("The seal does not bind this body to this number."))
            return computed
        if entry.seal == seal_of(sequence=sequence, leaf=computed):
            self._entry(entry, Reason.LEAF, "leaf", _("The leaf hash is not the body's; the seal fits the body."))
            return computed
        self._entry(entry, Reason.LEAF, "body", _("The body was changed: its hash is not the one that was sealed."))
        try:
            stored = bytes.fromhex(entry.leaf)
        except ValueError:
            return computed
        return stored if len(stored) == HASH_BYTES else computed

    def _compare(self, head: TreeHead) -> None:
        if not self.tree_fits:
            return
        if self.tree.root() == head.root:
            self.last_good = head.size
            return
        self.tree_fits = False
        message = _(
            "Entries #%(first)d to #%(last)d are not those that were signed: the tree's root is %(got)s, "
            "the checkpoint's %(expected)s. Each entry agrees with itself, so a body was replaced with leaf and seal."
        ) % {
            "first": self.last_good,
            "last": head.size - 1,
            "got": self.tree.root().hex(),
            "expected": head.root.hex(),
        }
        self.report.add(Problem(Reason.ROOT, CHECKPOINTS, str(head.size), message, "root", self.last_good))

    def _missing(self, reason: Reason, first: int, last: int) -> None:
        if first == last:
            message = _("Entry #%(first)d is missing.") % {"first": first}
        else:
            message = _("Entries #%(first)d to #%(last)d are missing.") % {"first": first, "last": last}
        self.report.add(Problem(reason, ENTRIES, f"#{first}", message, sequence=first))

    def _end(self) -> None:
        """Read the checkpoints that no entry reached, and compare the log's end with the one that was signed."""
        while self.head is not None:
            self.head = next(self.heads, None)
        if self.checkpoints.largest > self.next:
            self._missing(Reason.TAIL, self.next, self.checkpoints.largest - 1)

    def _clock(self, entry: StoredEntry, at: str) -> None:
        if self.earliest <= at <= self.latest:
            return
        message = _(
            "It says it was recorded at %(at)s, but it was sealed between %(earliest)s and %(latest)s: "
            "a clock had been put back or forward."
        ) % {"at": at, "earliest": self.earliest or "—", "latest": self.latest}
        self._entry(entry, Reason.CLOCK, "at", message)

    # --- disclosures ---

    def _disclosures(self, chunk: Sequence[StoredEntry], listed: Listed) -> None:
        """Compare what each entry lists with what is stored for it."""
        wanted = {key: set(digests) for key, (_entry, digests) in listed.items() if digests}
        for digest, owner, name, salt, value in as_text(_of(chunk), "digest", "entry_id", "name", "salt", "value"):
            key = as_uuid(owner)
            if key not in listed:
                continue
            self.report.disclosures += 1
            entry, digests = listed[key]
            if key in wanted:
                wanted[key].discard(digest or "")
            if not _recomputes(digest, name, salt, value):
                message = _("The digest is not that of salt, name and value.")
                self._disclosure(entry, digest, Reason.DISCLOSURE, message)
            elif digest not in digests:
                message = _("Its entry does not list it.")
                self._disclosure(entry, digest, Reason.DISCLOSURE_UNLISTED, message)
            elif digest in self.erased:
                message = _("It was erased, and is stored again.")
                self._disclosure(entry, digest, Reason.DISCLOSURE_ERASED, message)
        for key, digests in wanted.items():
            for digest in sorted(digests - self.erased):
                message = _("Its entry lists it, it is not stored, and no erasure names it.")
                self._disclosure(listed[key][0], digest, Reason.DISCLOSURE_MISSING, message)

    def _orphans(self) -> None:
        orphans = Disclosure.objects.filter(~Exists(Entry.objects.filter(pk=OuterRef("entry_id"))))
        for digest, owner in as_text(orphans, "digest", "entry_id"):
            self.report.disclosures += 1
            message = _("There is no entry %(entry)s to list it.") % {"entry": as_uuid(owner)}
            self.report.add(Problem(Reason.DISCLOSURE_UNLISTED, DISCLOSURES, digest or "", message, "entry_id"))

    # --- saying so ---

    def _entry(self, entry: StoredEntry, reason: Reason, column: str, message: str) -> None:
        self.report.add(Problem(reason, ENTRIES, entry.key, message, column, entry.sequence))

    def _disclosure(self, entry: StoredEntry, digest: str | None, reason: Reason, message: str) -> None:
        self.report.add(Problem(reason, DISCLOSURES, digest or "", message, sequence=entry.sequence))


def _earliest(head: TreeHead) -> str:
    """Return the instant before which nothing can have been recorded that is sealed after this checkpoint."""
    sealed = sealed_at(head)
    return moment(sealed - CLOCK_TOLERANCE) if sealed else _BEGINNING


def _latest(head: TreeHead | None) -> str:
    """Return the instant after which nothing can have been recorded that this checkpoint seals."""
    sealed = sealed_at(head) if head else None
    return moment(sealed + CLOCK_TOLERANCE) if sealed else _END


def _fits(entry: StoredEntry, sequence: int) -> tuple[bytes, Collection[str]] | None:
    """Return leaf hash and listed digests of an entry whose body, columns, leaf and seal agree, else None.

    A body is not parsed for that: in canonical form its members stand in one
    order, and a text within cannot hold a bare quotation mark.
    """
    body = entry.body
    if (
        not body.startswith(f'{{"at":"{entry.at}","batches":')
        or f',"id":"{entry.key}","kind":"{entry.kind}","rows":' not in body
    ):
        return None
    leaf = leaf_hash(body.encode())
    if leaf.hex() != entry.leaf or entry.seal != seal_of(sequence=sequence, leaf=leaf):
        return None
    start = body.find(_DISCLOSURES) + len(_DISCLOSURES)
    if start < len(_DISCLOSURES):
        return None
    listed = body[start : body.find("]", start)]
    digests: Collection[str] = listed[1:-1].split('","') if listed else ()
    return leaf, digests


def _of(chunk: Sequence[StoredEntry]) -> QuerySet[Disclosure]:
    """Return the disclosures of a chunk of entries, by the span of their numbers where all have one."""
    first, last = chunk[0].sequence, chunk[-1].sequence
    if first is not None and last is not None and last - first == len(chunk) - 1:
        return Disclosure.objects.filter(entry__sequence__gte=first, entry__sequence__lte=last)
    return Disclosure.objects.filter(entry_id__in=uuids_among(entry.key for entry in chunk))


def _erased() -> set[str]:
    """Return every digest that an erasure names; the one thing kept in memory that grows with the log's content."""
    digests: set[str] = set()
    for (text,) in as_text(Entry.objects.filter(kind=ERASURE), "body"):
        try:
            named = Body.parse(text or "").facts.get("digests")
        except BodyError:
            continue  # said where the entry itself is read
        if isinstance(named, list):
            digests.update(digest for digest in named if isinstance(digest, str))
    return digests


def _recomputes(digest: str | None, name: str | None, salt: str | None, value: str | None) -> bool:
    try:
        content = None if value is None else read_json(value)
        return Hidden(salt=salt or "", name=name or "", value=content).digest == digest
    except (BodyError, ValueError):
        return False
