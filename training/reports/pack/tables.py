"""What a pack tabulates of a campaign, as known at its checkpoint: lists to read, to filter and to count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Subquery

from training.access.export import EXPORTED
from training.access.log import NOTE
from training.access.models import AccessLog, Sample
from training.attestation.models import Annulment, Attestation, Decline
from training.campaigns.calendar import day_of
from training.campaigns.models import Assignment, Campaign, CampaignModule, Completion, DueSet, Task
from training.campaigns.prolong import PROLONGED
from training.catalogue.models import ModuleVersion
from training.certificates.models import Certificate, CertificateEvent, Edition
from training.certificates.queries import since_of, status_of
from training.conf import conf
from training.ledger.body import Body
from training.ledger.models import Entry
from training.ledger.reading import chunked
from training.people.models import Employment
from training.quiz.models import Attempt, MakeUp, Marking
from training.reminders.models import ReminderSent
from training.reports.as_of import Line, lines_of
from training.reports.as_of_rows import Then
from training.reports.as_of_wording import EXEMPTIONS, TYPES
from training.reports.pack import wording as words
from training.reports.pack.course import course_tables
from training.reports.pack.disclosed import disclosed, disclosures_of
from training.reports.pack.entries import pinned_digests, sealed, versions_of
from training.reports.pack.roster import never_assigned, roster_rows, spells_of
from training.reports.pack.settled import settled_tables
from training.reports.pack.sheets import Row, Table, columns
from training.reports.pack.states import with_state_at

CHUNK = 200
_PERSON = (words.NUMBER, words.NAME, words.DEPARTMENT)


@dataclass(frozen=True, slots=True)
class Files:
    """Where the pack has put each signature's and each certificate's or edition's file, by the row's id.

    Scans of what was done on paper are found by their SHA-256.
    """

    attestations: Mapping[UUID, str]
    copies: Mapping[UUID, str]
    certificates: Mapping[UUID, str]
    papers: Mapping[str, str] = field(default_factory=dict)


def tables_of(then: Then, files: Files) -> Iterator[Table]:
    """Yield every table of a campaign. Each is read when its rows are."""
    kept = (words.NUMBER, words.ASSIGNMENT)
    yield Table(
        "roster",
        columns(
            *(words.NUMBER, words.NAME, words.KANA, words.DEPARTMENT, "雇用区分", "入社日", "退社日"),
            *("この行の期間の初日", "この行の期間の末日", "研修の対象"),
            kept=kept,
        ),
        roster_rows(_campaign(then), checkpoint=then.checkpoint),
    )
    yield Table(
        "assignments",
        columns(
            *(*_PERSON, "割当日時", "割り当ての理由", "追加の理由", "根拠：在籍を確かめた日", "根拠：雇用区分"),
            *("根拠：以前の署名のID", "期限", "期限の理由", "期限の経緯", words.ASSIGNMENT),
            kept=(*kept, "根拠：以前の署名のID"),
        ),
        _assignments(then),
    )
    yield from settled_tables(then, files.papers)
    yield Table(
        "results",
        columns(
            *(*_PERSON, "順", "研修", "言語", "版", "版のSHA-256", "受験回数", "得点", "満点", "合否", "修了日時"),
            *("修了の方法", words.ASSIGNMENT),
            kept=(*kept, "版のSHA-256"),
        ),
        _results(then),
    )
    yield Table(
        "untrained",
        columns(
            *(*_PERSON, "状況", "修了した課程", "課程", "期限", "期限超過", "申し出の理由", "退社日", "講じた措置"),
            words.ASSIGNMENT,
            kept=kept,
        ),
        _untrained(then),
    )
    yield Table(
        "attestations",
        columns(
            *(*_PERSON, "署名の回", "署名日時", "本人確認の方法", "本人確認の日時", "氏名の照合", "誓約書の版"),
            *("署名した内容のSHA-256", words.ENTRY, "無効とした日時", "無効の事由", "無効の理由", words.FILE, "写し"),
            words.ASSIGNMENT,
            kept=(*kept, "署名した内容のSHA-256"),
        ),
        _attestations(then, files),
    )
    yield Table(
        "certificates",
        columns(
            *("修了証番号", *_PERSON, "種別", "言語", "発行日時", "有効期限", "状態", "状態の変わった日時"),
            *("理由", "差し替え前の番号", words.ENTRY, f"PDFの{words.SHA256}", words.FILE),
            kept=(*kept, "修了証番号", "差し替え前の番号", f"PDFの{words.SHA256}"),
        ),
        _certificates(then, files),
    )
    yield from course_tables(then)
    yield Table(
        "access-log",
        columns("日時", "アカウント", "行為", "対象", "目的・権限", "目的の補足", words.ENTRY, kept=("アカウント",)),
        _access_log(then),
    )


def sample_table(then: Then) -> Table:
    """The samples drawn, in the order of each lot: numbers and departments, no names."""
    return Table(
        "sample",
        columns(
            *("抽出ID", "抽出日時", "抽出者", "シード", "抽出数", "母集団の人数", "部署別", "順"),
            *(words.NUMBER, words.DEPARTMENT, words.ASSIGNMENT),
            kept=("抽出ID", "抽出者", "シード", words.NUMBER, words.ASSIGNMENT),
        ),
        _samples(then),
    )


def _campaign(then: Then) -> Campaign:
    assert then.campaign is not None  # noqa: S101  (a pack's tables are each of one campaign)
    return then.campaign


def _people(then: Then) -> Iterator[list[Line]]:
    """The assigned by number, in chunks."""
    return chunked((line for line in lines_of(then) if line.assignment is not None), CHUNK)


def _key(line: Line) -> UUID:
    assert line.assignment is not None  # noqa: S101  (_people lets nobody else pass)
    return line.assignment


def _who(line: Line) -> tuple[str, str, str]:
    return line.number, line.name, line.department


def _assignments(then: Then) -> Iterator[Row]:
    for chunk in _people(then):
        found = Assignment.objects.in_bulk([_key(line) for line in chunk])
        due: dict[UUID, list[DueSet]] = {}
        for row in then.recorded(DueSet.objects.filter(assignment__in=found)).order_by("number"):
            due.setdefault(row.assignment_id, []).append(row)
        by_hand = {row.entry_id for row in found.values() if row.cause == Assignment.Cause.MANUAL}
        reasons = disclosed(by_hand, "reason")
        for line in chunk:
            assignment, dates = found[_key(line)], due.get(_key(line), [])
            yield (
                *_who(line),
                assignment.at,
                words.CAUSES.get(assignment.cause, assignment.cause),
                reasons.get(assignment.entry_id) if assignment.cause == Assignment.Cause.MANUAL else None,
                assignment.facts.get("employed_on"),
                TYPES.get(assignment.facts.get("type", ""), assignment.facts.get("type")),
                assignment.facts.get("attestation"),
                line.due_on,
                _reason(dates[-1]) if dates else "",
                " → ".join(f"{d.due_on.isoformat()}（{_reason(d)}）" for d in dates),
                str(line.assignment),
            )


def _reason(due: DueSet) -> str:
    return words.DUE_REASONS.get(due.reason, due.reason)


def _results(then: Then) -> Iterator[Row]:
    size = then.checkpoint.size
    pinned = _pins(then)
    taught = {version.pk: version for version in versions_of([_campaign(then)])}
    last = sealed(Marking.objects.filter(submission__attempt__task=OuterRef("pk")), size)
    best = last.order_by("-submission__attempt__number", "-number")
    attempts = sealed(Attempt.objects.filter(task=OuterRef("pk")), size).order_by("-number")
    completions = sealed(Completion.objects.filter(task=OuterRef("pk")), size)
    for chunk in _people(then):
        tasks = (
            Task.objects.filter(assignment__in=[line.assignment for line in chunk])
            .annotate(
                tries=Subquery(attempts.values("number")[:1]),
                score=Subquery(best.values("score")[:1]),
                out_of=Subquery(best.values("out_of")[:1]),
                passed=Subquery(best.values("passed")[:1]),
                done_at=Subquery(completions.values("at")[:1]),
                how=Subquery(completions.values("how")[:1]),
            )
            .select_related("campaign_module")
            .order_by("campaign_module__order")
        )
        of: dict[UUID, list[Any]] = {}
        for task in tasks:
            of.setdefault(task.assignment_id, []).append(task)
        for line in chunk:
            for task in of.get(_key(line), []):
                version = taught.get(task.version_id) or pinned[task.campaign_module_id]
                verdict = "" if task.passed is None else words.PASSED if task.passed else words.FAILED
                yield (
                    *_who(line),
                    task.campaign_module.order,
                    version.title,
                    version.language,
                    version.number,
                    version.digest,
                    task.tries or 0,
                    task.score,
                    task.out_of,
                    verdict,
                    task.done_at,
                    words.HOW.get(task.how, task.how),
                    str(line.assignment),
                )


def _pins(then: Then) -> dict[int, ModuleVersion]:
    """The version that each of the campaign's modules pinned last; where there are several languages, the first.

    As the campaign's own events say it: the pins themselves move with what the pack does not know yet.
    """
    digests = pinned_digests([_campaign(then)], size=then.checkpoint.size)
    versions = ModuleVersion.objects.filter(digest__in=digests).defer("content").order_by("-language")
    newest = {version.module_id: version for version in sorted(versions, key=lambda v: digests.index(v.digest))}
    modules = CampaignModule.objects.filter(campaign=then.campaign).values_list("pk", "module")
    return {key: newest[module] for key, module in modules if module in newest}


def _untrained(then: Then) -> Iterator[Row]:
    """Who has neither signed nor been credited: what is known of why, and of what was done about it."""
    for chunk in _people(then):
        left = [line for line in chunk if line.signed_on is None and line.credited_on is None]
        keys = [_key(line) for line in left]
        tasks = Task.objects.filter(assignment__in=keys, opened_at__isnull=False)
        opened = set(tasks.values_list("assignment", flat=True))
        declines = then.recorded(Decline.objects.filter(assignment__in=keys)).order_by("at")
        declined = dict(declines.values_list("assignment", "entry"))
        reasons = disclosed(declined.values(), "reason")
        measures = _measures(then, keys)
        # As the line shows the employment: the assignment's own row may have been corrected since.
        shown = Employment.objects.filter(pk__in=[line.employment for line in left])
        ended = {key: last for key, (_, last) in spells_of(shown, then.checkpoint).items()}
        for line in left:
            asked = not line.closed and not line.exempt
            yield (
                *_who(line),
                _state(line, opened=line.assignment in opened, declined=line.assignment in declined),
                line.completed,
                line.modules,
                line.due_on,
                asked and line.due_on is not None and line.due_on < then.day,
                reasons.get(declined.get(_key(line))),
                ended.get(line.employment),
                "、".join(measures.get(_key(line), ())) or words.NO_MEASURE,
                str(line.assignment),
            )
    for *who, left_on in never_assigned(_campaign(then), checkpoint=then.checkpoint):
        yield (*who, words.UNASSIGNED, None, None, None, None, None, left_on, words.NO_MEASURE, None)


def _measures(then: Then, assignments: list[UUID]) -> dict[UUID, list[str]]:
    """What was done: taught again where no attempt was left, given more time, reminded. Three queries."""
    found: dict[UUID, list[str]] = {}
    rows = then.recorded(MakeUp.objects.filter(task__assignment__in=assignments)).order_by("at")
    for assignment, at in rows.values_list("task__assignment", "at"):
        said = f"{words.TAUGHT_AGAIN}（{day_of(at, conf.time_zone).isoformat()}）"
        found.setdefault(assignment, []).append(said)
    longer = then.recorded(DueSet.objects.filter(assignment__in=assignments, reason=PROLONGED)).order_by("number")
    for assignment, day in longer.values_list("assignment", "due_on"):
        found.setdefault(assignment, []).append(words.MORE_TIME.format(day=day.isoformat()))
    sent = then.recorded(ReminderSent.objects.filter(assignment__in=assignments)).order_by().values("assignment")
    for row in sent.annotate(count=Count("pk"), last=Max("at")):
        day = day_of(row["last"], conf.time_zone).isoformat()
        found.setdefault(row["assignment"], []).append(words.REMINDED.format(count=row["count"], day=day))
    return found


def _state(line: Line, *, opened: bool, declined: bool) -> str:
    if line.closed:
        return words.CLOSED.format(cause=line.closed)
    if line.exempt:
        return words.EXEMPT.format(cause=EXEMPTIONS.get(line.exempt_cause, line.exempt_cause))
    if declined:
        state = words.DECLINED
    elif line.passed_on is not None:
        state = words.UNSIGNED
    else:
        state = words.IN_PROGRESS if opened else words.NOT_STARTED
    return f"{state}（{words.ANNULLED_BEFORE}）" if line.annulled_on else state


def _attestations(then: Then, files: Files) -> Iterator[Row]:
    rows = then.recorded(Attestation.objects.filter(assignment__campaign=then.campaign))
    rows = rows.select_related("entry", "statement_version").defer("signed", "entry__body").order_by("entry__sequence")
    for chunk in chunked(rows.iterator(chunk_size=CHUNK), CHUNK):
        wrong = then.recorded(Annulment.objects.filter(attestation__in=chunk))
        annulled = {row.attestation_id: row for row in wrong}
        people = disclosures_of(row.entry_id for row in chunk)
        reasons = disclosed([row.entry_id for row in annulled.values()], "reason")
        for row in chunk:
            person, annulment = people.get(row.entry_id, {}), annulled.get(row.pk)
            yield (
                *(person.get(name) for name in ("number", "name", "department")),
                row.number,
                row.at,
                words.METHODS.get(row.method, row.method),
                row.authenticated_at,
                words.MATCHES.get(row.name_match, row.name_match),
                row.statement_version.number,
                row.digest,
                row.entry.sequence,
                annulment.at if annulment else None,
                words.ANNULMENTS.get(annulment.cause, annulment.cause) if annulment else None,
                reasons.get(annulment.entry_id) if annulment else None,
                files.attestations.get(row.pk, words.NO_FILE),
                files.copies.get(row.pk, words.NO_FILE),
                str(row.assignment_id),
            )


def _certificates(then: Then, files: Files) -> Iterator[Row]:
    certificates = Certificate.objects.filter(assignment__campaign=then.campaign)
    rows = with_state_at(certificates, then.checkpoint.size)
    rows = rows.select_related("entry", "supersedes").defer("entry__body").order_by("serial")
    for chunk in chunked(rows.iterator(chunk_size=CHUNK), CHUNK):
        faces = disclosures_of(row.entry_id for row in chunk)
        events = then.recorded(CertificateEvent.objects.filter(certificate__in=chunk)).order_by("at")
        ended = {(event.certificate_id, event.kind): event.entry_id for event in events}
        reasons = disclosed(ended.values(), "reason")
        editions: dict[UUID, list[Edition]] = {}
        others = (
            then.recorded(Edition.objects.filter(certificate__in=chunk)).select_related("entry").defer("entry__body")
        )
        for edition in others.order_by("language"):
            editions.setdefault(edition.certificate_id, []).append(edition)
        for row in chunk:
            face = faces.get(row.entry_id, {}).get("face") or {}
            status = status_of(row, then.day)
            common = (row.serial, face.get("staff_number"), face.get("holder"), face.get("department"))
            state = (words.STATES[status], since_of(row, status), reasons.get(ended.get((row.pk, str(status)))))
            replaced = row.supersedes.serial if row.supersedes else None
            for one in (row, *editions.get(row.pk, [])):
                first = words.REISSUE if replaced else words.FIRST_ISSUE
                yield (
                    *common,
                    first if one is row else words.EDITION,
                    one.language,
                    one.issued_at,
                    row.valid_until,
                    *state,
                    replaced,
                    one.entry.sequence,
                    one.pdf_sha256,
                    files.certificates.get(one.pk, words.NO_FILE),
                )


def _access_log(then: Then) -> Iterator[Row]:
    rows = then.recorded(AccessLog.objects.filter(campaign=then.campaign))
    rows = rows.select_related("entry", "user").defer("entry__body")
    for chunk in chunked(rows.order_by("entry__sequence").iterator(chunk_size=CHUNK), CHUNK):
        notes = disclosed([row.entry_id for row in chunk], NOTE)
        for row in chunk:
            yield (
                row.at,
                row.user.get_username(),
                words.ACTIONS.get(row.action, row.action),
                row.what,
                words.RIGHTS.get(row.why, row.why),
                notes.get(row.entry_id),
                row.entry.sequence,
            )
    yield from _by_command(then)


def _by_command(then: Then) -> Iterator[Row]:
    """Exports on the server, for which no account stands."""
    rows = Entry.objects.filter(kind=EXPORTED, sequence__lt=then.checkpoint.size).order_by("sequence")
    export = words.ACTIONS[AccessLog.Action.EXPORT.value]
    for row in rows:
        named = Body.parse(row.body).facts["campaigns"]
        if isinstance(named, list) and _campaign(then).code in named:
            yield (row.at, None, export, "evidence pack", words.RIGHTS["command"], None, row.sequence)


def _samples(then: Then) -> Iterator[Row]:
    for sample in then.recorded(Sample.objects.filter(campaign=then.campaign)).select_related("user").order_by("at"):
        drawn = {UUID(key) for key in sample.drawn}
        people = {line.assignment: line for line in lines_of(then, assigned=drawn, unassigned=set())}
        for order, key in enumerate(sample.drawn, 1):
            line = people.get(UUID(key))
            yield (
                str(sample.pk),
                sample.at,
                sample.user.get_username(),
                sample.seed,
                sample.size,
                sample.population,
                sample.by_department,
                order,
                line.number if line else "",
                line.department if line else "",
                key,
            )
