"""Write an evidence pack, piece by piece, from one state of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils.translation import gettext_lazy as _

from training.access.export import record_pack
from training.access.models import Sample
from training.access.queries import population_of, strata_of
from training.attestation.models import Attestation
from training.campaigns.calendar import day_of
from training.campaigns.models import Assignment, Campaign, CampaignEvent
from training.certificates.models import Certificate
from training.conf import conf
from training.errors import Conflict, Invalid, NotReady
from training.ledger.canonical import canonical
from training.ledger.keys import verifier
from training.ledger.levels import Levels
from training.ledger.models import Checkpoint, Entry
from training.ledger.queries import latest_checkpoint
from training.ledger.reading import chunked, snapshot
from training.ledger.seal import grow_from, seal
from training.quiz.models import Attempt
from training.reports.as_of_rows import Then
from training.reports.documents.make import plan_pdf, report_pdf
from training.reports.pack.as_of import as_of_files
from training.reports.pack.certificates import certificates_of
from training.reports.pack.entries import sealed
from training.reports.pack.ledger import checkpoint_lines, entry_lines, export_line, task_lines
from training.reports.pack.manifest import MANIFEST, NOTE, Manifest, signed
from training.reports.pack.papers import scans_of
from training.reports.pack.readme import About, readmes
from training.reports.pack.sheets import files_of, pieces_of
from training.reports.pack.signatures import signatures_of
from training.reports.pack.summary import summary_of
from training.reports.pack.tables import Files, sample_table, tables_of
from training.reports.pack.texts import texts_of
from training.reports.zipstream import PIECE, ZipStream

VERIFIER = Path(__file__).parent / "verify.py"
BATCH = 2000
LOGGED = 100  # characters of an access log's line

Progress = Callable[[int, int], None]
Recorded = Callable[..., Any]


@dataclass(slots=True)
class Figures:
    """What was written so far: entries of the ledger and people assigned; ``checkpoint`` is the size of the pack's."""

    checkpoint: int = 0
    entries: int = 0
    people: int = 0
    files: int = 0


def evidence_pack(
    *,
    campaigns: Sequence[Campaign],
    key: Ed25519PrivateKey,
    now: datetime,
    as_of: date | None = None,
    copies: bool = True,
    progress: Progress | None = None,
    figures: Figures | None = None,
    clock: Callable[[], datetime] | None = None,
    recorded: Recorded | None = None,
) -> Iterator[bytes]:
    """Return the pack's bytes, made as they are read: memory for one file at a time, few queries, one snapshot.

    Seal first: only what the latest checkpoint covers is in it, the rest is
    counted. When all but the ledger's part is written, its files go into the
    ledger by SHA-256 and that is sealed: the pack holds this entry and the
    checkpoint over it, so that not even the key's holder makes a file anew
    without the log telling of another export. ``clock`` says when that is, for
    a large pack takes long. ``recorded`` is what calls these two verbs.

    ``as_of`` adds the table of that day, ``copies`` the pledges as PDF
    (the records are there in any case). ``progress`` is told how much of about
    how much is done, ``figures`` what was written.

    Raises, before the first byte: ``Invalid`` where no campaign is named or one
    twice, ``NotReady`` where one was never opened or nothing was ever sealed,
    ``Conflict`` where the ledger is not what its last checkpoint was signed for.
    """
    require_evidence(campaigns)
    checkpoint = latest_checkpoint()
    if checkpoint is None:
        raise NotReady(_("Nothing has been sealed yet. Run seal_ledger first."))
    pack = _Pack(
        campaigns=list(campaigns),
        key=key,
        now=now,
        checkpoint=checkpoint,
        tree=_tree(checkpoint),
        as_of=as_of,
        copies=copies,
        progress=progress or (lambda done, of: None),
        figures=figures or Figures(),
        clock=clock or (lambda: now),
        recorded=recorded or (lambda verb, **arguments: verb(**arguments)),
    )
    return pack.pieces()


def require_evidence(campaigns: Sequence[Campaign]) -> None:
    """Raise ``Invalid`` where no campaign is named or one twice, ``NotReady`` where one was never opened."""
    keys = [campaign.pk for campaign in campaigns]
    if not keys or len(set(keys)) != len(keys):
        raise Invalid(_("Name one campaign or several, each once."))
    openings = CampaignEvent.objects.filter(campaign__in=keys, kind=CampaignEvent.Kind.OPENED)
    opened = set(openings.values_list("campaign", flat=True))
    for campaign in campaigns:
        if campaign.pk not in opened:
            raise NotReady(
                _("The campaign %(code)s has not been opened: there is no evidence yet.") % {"code": campaign.code}
            )


def file_name(campaigns: Sequence[Campaign]) -> str:
    """Return what a pack of these campaigns is called when it is downloaded."""
    return f"{'-'.join(campaign.code for campaign in campaigns)}-evidence.zip"


def what_is_logged(campaigns: Sequence[Campaign]) -> str:
    """Return how the access log names a pack of these campaigns."""
    return f"evidence pack of {', '.join(campaign.code for campaign in campaigns)}"[:LOGGED]


def _tree(checkpoint: Checkpoint) -> Levels:
    """Return the tree of a checkpoint; raises ``Conflict`` where the stored leaves do not lead to its root."""
    stored = Entry.objects.filter(sequence__lt=checkpoint.size).order_by("sequence").values_list("leaf", flat=True)
    try:
        tree = Levels(bytes.fromhex(leaf) for leaf in stored.iterator(chunk_size=BATCH))
    except ValueError as reason:
        raise _damaged() from reason
    if tree.size != checkpoint.size or tree.root().hex() != checkpoint.root:
        raise _damaged()
    return tree


def _damaged() -> Conflict:
    return Conflict(_("The ledger is not what its last checkpoint was signed for. Run verify_ledger."))


@dataclass(slots=True)
class _Work:
    """About how much there is to do, and how much is done."""

    progress: Progress
    total: int
    done: int = 0

    def step(self, count: int = 1) -> None:
        self.done += count
        self.progress(self.done, max(self.total, self.done + 1))

    def end(self) -> None:
        self.progress(self.done, self.done)


@dataclass
class _Pack:
    campaigns: list[Campaign]
    key: Ed25519PrivateKey
    now: datetime
    checkpoint: Checkpoint
    tree: Levels
    as_of: date | None
    copies: bool
    progress: Progress
    figures: Figures
    clock: Callable[[], datetime]
    recorded: Recorded
    work: _Work = field(init=False)

    def __post_init__(self) -> None:
        self.day = day_of(self.now, conf.time_zone)
        self.manifest = Manifest(
            made_at=self.now,
            campaigns=[campaign.code for campaign in self.campaigns],
            checkpoint=self.checkpoint.note,
            key=verifier(self.key),
        )
        self.archive = ZipStream(at=self.now, written=self.manifest.add)

    @cached_property
    def size(self) -> int:
        return self.checkpoint.size

    def pieces(self) -> Iterator[bytes]:
        with ExitStack() as files:
            entries, disclosures, batches = (files.enter_context(TemporaryFile()) for _ in range(3))
            yield from self._state(entries, disclosures, batches)
            export, over = self._export()
            entries.write(export_line(export, disclosures=disclosures))
            self.figures.entries += 1
            yield from self._log(over)
            yield from self.archive.file("ledger/entries.jsonl", pieces_of(entries))
            yield from self.archive.file("ledger/disclosures.jsonl", pieces_of(disclosures))
            yield from self.archive.file("ledger/batches.jsonl", pieces_of(batches))
        self.work.end()
        self.figures.files = len(self.manifest.files)
        self.figures.checkpoint = over.size
        manifest = self.manifest.render()
        yield from self.archive.file(MANIFEST, manifest)
        note = signed(manifest, origin=self.manifest.key.name, key=self.key)
        yield from self.archive.file(NOTE, note.encode())
        yield from self.archive.end()

    def _state(self, entries: IO[bytes], disclosures: IO[bytes], batches: IO[bytes]) -> Iterator[bytes]:
        """Everything of one state of the database; the ledger's part is kept aside, for an entry is still to come."""
        with snapshot():
            self.work = _Work(self.progress, self._amount())
            yield from self._head()
            for path, text in texts_of(self.campaigns, size=self.size):
                yield from self.archive.file(path, text, packed=not path.endswith(".pdf"))
            for campaign in self.campaigns:
                yield from self._campaign(campaign, f"{campaign.code}/" if len(self.campaigns) > 1 else "")
            yield from self._samples()
            yield from self._summary()
            yield from self.archive.file("ledger/tasks.jsonl", task_lines(self.campaigns))
            lines = entry_lines(
                self.campaigns, size=self.size, disclosures=disclosures, batches=batches, read=self._read
            )
            entries.writelines(lines)

    def _export(self) -> tuple[Entry, Checkpoint]:
        """Tell the ledger what the pack consists of, and seal: the entry, and the first checkpoint that covers it."""
        made: Entry = self.recorded(
            record_pack,
            campaigns=self.campaigns,
            size=self.size,
            files=self.manifest.bound(),
            count=len(self.manifest.files),
            made_at=self.now,
            now=self.clock(),
        )
        self.recorded(seal, now=self.clock(), key=self.key)
        entry = Entry.objects.get(pk=made.pk)
        over = Checkpoint.objects.filter(size__gt=entry.sequence).order_by("size").first()
        assert over is not None  # noqa: S101  (sealed above, by us or by another sealer who went first)
        self.manifest.checkpoint = over.note
        return entry, over

    def _amount(self) -> int:
        """About how much there is: entries of papers and pledges, signatures and certificates take the time."""
        of = {"assignment__campaign__in": self.campaigns}
        papers = {"task__assignment__campaign__in": self.campaigns}
        signatures = sealed(Attestation.objects.filter(**of), self.size).count()
        certificates = sealed(Certificate.objects.filter(**of), self.size).count()
        return 2 * (sealed(Attempt.objects.filter(**papers), self.size).count() + signatures + certificates)

    def _head(self) -> Iterator[bytes]:
        about = About(
            company=conf.company_name,
            campaigns="、".join(f"{campaign.code} {campaign.title}" for campaign in self.campaigns),
            origin=self.manifest.key.name,
            fingerprint=self.manifest.key.fingerprint,
            check_url=f"{conf.public_url}/check/",
            size=self.size,
            sealed_at=_clock(self.checkpoint.at),
            made_at=_clock(self.now),
        )
        for name, text in readmes(about).items():
            yield from self.archive.file(name, text)
        yield from self.archive.file(VERIFIER.name, VERIFIER.read_bytes())

    def _then(self, campaign: Campaign) -> Then:
        return Then(day=self.day, checkpoint=self.checkpoint, campaign=campaign)

    def _campaign(self, campaign: Campaign, folder: str) -> Iterator[bytes]:
        then = self._then(campaign)
        self.figures.people += sealed(Assignment.objects.filter(campaign=campaign), self.size).count()
        plan = plan_pdf(campaign, checkpoint=self.checkpoint)
        yield from self.archive.file(f"{folder}documents/plan.pdf", plan, packed=False)
        report = report_pdf(campaign, day=self.day)
        yield from self.archive.file(f"{folder}documents/report.pdf", report, packed=False)
        records: dict[UUID, str] = {}
        copies: dict[UUID, str] = {}
        for signature in signatures_of(campaign, checkpoint=self.checkpoint, tree=self.tree, copies=self.copies):
            path = records[signature.id] = f"{folder}attestations/{signature.stem}.json"
            yield from self.archive.file(path, signature.record)
            if signature.copy is not None:
                path = copies[signature.id] = f"{folder}attestations/{signature.stem}.pdf"
                yield from self.archive.file(path, signature.copy, packed=False)
            self.work.step()
        certificates: dict[UUID, str] = {}
        for issued in certificates_of(campaign, checkpoint=self.checkpoint):
            path = certificates[issued.id] = f"{folder}certificates/{issued.stem}.pdf"
            yield from self.archive.file(path, issued.path.read_bytes(), at=issued.at, packed=False)
            self.work.step()
        papers: dict[str, str] = {}
        for scan in scans_of(campaign, checkpoint=self.checkpoint):
            path = papers[scan.sha256] = f"{folder}paper/{scan.name}"
            yield from self.archive.file(path, scan.pieces(), packed=False)
        yield from self._tables(then, Files(records, copies, certificates, papers), folder)

    def _tables(self, then: Then, files: Files, folder: str) -> Iterator[bytes]:
        tables = [*tables_of(then, files)]
        if Sample.objects.filter(campaign=then.campaign, entry__sequence__lt=self.size).exists():
            tables.append(sample_table(then))
        for table in tables:
            for ending, pieces in files_of(table):
                yield from self.archive.file(f"{folder}tables/{table.name}.{ending}", pieces)
        if self.as_of is not None:
            day = Then(day=self.as_of, checkpoint=self.checkpoint, campaign=then.campaign)
            for ending, pieces in as_of_files(day):
                yield from self.archive.file(f"{folder}tables/as-of.{ending}", pieces)

    def _samples(self) -> Iterator[bytes]:
        rows = sealed(Sample.objects.filter(campaign__in=self.campaigns), self.size)
        found: list[Any] = [
            {
                "id": str(row.pk),
                "entry": str(row.entry_id),
                "campaign": row.campaign.code,
                "seed": row.seed,
                "size": row.size,
                "by_department": row.by_department,
                "population": population_of(row),
                "strata": strata_of(row),
                "drawn": row.drawn,
            }
            for row in rows.select_related("campaign").order_by("entry__sequence")
        ]
        yield from self.archive.file("samples.json", canonical(found))

    def _summary(self) -> Iterator[bytes]:
        counted: dict[str, Any] = {c.code: summary_of(self._then(c)) for c in self.campaigns}
        yield from self.archive.file("summary.json", canonical({"campaigns": counted}))

    def _log(self, over: Checkpoint) -> Iterator[bytes]:
        yield from self.archive.file("ledger/leaves.bin", self._leaves(over), packed=False)
        yield from self.archive.file("ledger/checkpoints.jsonl", checkpoint_lines(over))

    def _leaves(self, over: Checkpoint) -> Iterator[bytes]:
        """The leaves of the state's checkpoint, and those since; raises ``Conflict`` where they miss the later root."""
        leaves = self.tree.leaves
        for start in range(0, len(leaves), PIECE):
            yield bytes(leaves[start : start + PIECE])
        tree = grow_from(self.checkpoint)
        since = Entry.objects.filter(sequence__gte=self.size, sequence__lt=over.size).order_by("sequence")
        for chunk in chunked(since.values_list("leaf", flat=True).iterator(chunk_size=BATCH), BATCH):
            joined = [bytes.fromhex(leaf) for leaf in chunk]
            tree.extend(joined)
            yield b"".join(joined)
        if tree.root().hex() != over.root:
            raise _damaged()

    def _read(self, count: int) -> None:
        self.figures.entries += count
        self.work.step(count)


def _clock(moment: datetime) -> str:
    return moment.astimezone(conf.time_zone).strftime("%Y-%m-%d %H:%M:%S %Z")
