"""Lets the events happen by the product's own verbs, as HR, officers, learners and the nightly job would."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from PIL import Image

from tests import asking, building
from tests.changes.company import confirm_all, decide_all, publish, section
from tests.changes.texts import SECOND
from tests.simulation import events as e
from tests.simulation.model import Line
from training.attestation.annul import annul
from training.attestation.models import Annulment, Attestation, PaperRecord
from training.attestation.paper import enter_paper
from training.campaigns.approve import approve
from training.campaigns.audience import AudienceRule
from training.campaigns.cancel import cancel
from training.campaigns.close import close
from training.campaigns.credits import CreditRule
from training.campaigns.due import After, Anchor, DueRule, Fixed, Roll
from training.campaigns.exempt import exempt, lift
from training.campaigns.extend import extend_campaign
from training.campaigns.models import Assignment, Campaign, Exemption
from training.campaigns.plan import plan
from training.campaigns.prolong import prolong
from training.campaigns.standing_by_hand import add, remove
from training.catalogue.blueprint import Blueprint
from training.catalogue.models import Module
from training.changes.compose import compose_change
from training.errors import TrainingError
from training.ledger.keys import load_key
from training.ledger.models import Checkpoint
from training.ledger.seal import seal
from training.people.leave import end_leave, record_leave
from training.people.models import Employment, Leave
from training.people.queries import department_paths, on
from training.policy.models import Revision
from training.reports.as_of import Line as Told
from training.reports.as_of import as_of, as_of_csv
from training.rounds.begin import begin
from training.rounds.daily import daily_round

HEADINGS = ("社員番号", "氏名", "所属", "雇用区分", "入社日", "退職日", "兼務")
SLUG = "article-3"
BEGIN = e.at("2026-03-01")
REASON = "人事の判断による"


class Company:
    """The product's side of the story."""

    def __init__(self) -> None:
        self.officer = building.officer()
        self.revisions: dict[int, Revision] = {1: building.revision(now=BEGIN)}
        self.statement = building.statement(now=BEGIN)
        self.checkpoints: list[Checkpoint] = []
        self.refused: list[str] = []
        publish(SLUG, self.revisions[1], now=BEGIN, **self._lesson())
        picture = io.BytesIO()
        Image.new("RGB", (40, 30), "white").save(picture, "PNG")
        self.scan = picture.getvalue()
        self._do: dict[type, Callable[[Any], None]] = {
            e.Listed: self._listed, e.Away: self._away, e.Back: self._back, e.Opened: self._opened, e.Round: self._round,
            e.Published: self._published, e.Trained: self._trained, e.Signed: self._signed, e.Annulled: self._annulled,
            e.Exempted: self._exempted, e.Lifted: self._lifted, e.Prolonged: self._prolonged, e.Added: self._added,
            e.Removed: self._removed, e.Extended: self._extended, e.Closed: self._closed, e.Cancelled: self._cancelled,
            e.Sealed: self._sealed,
        }  # fmt: skip

    def play(self, events: Iterable[e.Event]) -> Iterator[tuple[e.Sealed, Checkpoint]]:
        """Let everything happen in turn; at each seal, say which checkpoint it made. What is refused is remembered."""
        for event in events:
            try:
                self._do[type(event)](event)
            except (TrainingError, ObjectDoesNotExist) as reason:
                self.refused.append(f"{event}: {reason!r}")
            if isinstance(event, e.Sealed):
                yield event, self.checkpoints[-1]

    def _lesson(self) -> dict[str, Any]:
        """One section and one question, so that learning costs the test little."""
        return {
            "sections": (section("3.3"),),
            "questions": (asking.question("lesson", 1, clause="3.3"),),
            "blueprint": Blueprint(draw=1, pass_mark=100),
        }

    # --- people ---

    def _listed(self, event: e.Listed) -> None:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(HEADINGS)
        for row in event.rows:
            left = row.left.isoformat() if row.left else ""
            second = "、".join(row.second)
            writer.writerow([row.number, row.name, row.department, row.type, row.joined.isoformat(), left, second])
        building.import_staff(out.getvalue().encode("utf-8-sig"), day=event.on, now=event.at)

    def _employment(self, number: str, day: date) -> Employment:
        return on(Employment.objects.filter(number=number), day).get()

    def _away(self, event: e.Away) -> None:
        employment = self._employment(event.number, event.first)
        record_leave(
            employment=employment, kind="sick", first=event.first, last=event.last, by=self.officer, now=event.at
        )

    def _back(self, event: e.Back) -> None:
        leave = Leave.objects.filter(employment__number=event.number, superseded_at__isnull=True).latest("valid_from")
        end_leave(leave=leave, last=event.last, by=self.officer, now=event.at)

    # --- campaigns ---

    def _opened(self, event: e.Opened) -> None:
        campaign = self._draft(event)
        approve(campaign=campaign, by=self.officer, now=event.at)
        begin(campaign=campaign, by=self.officer, now=event.at)

    def _draft(self, event: e.Opened) -> Campaign:
        days: dict[str, Any] = {
            "code": event.code,
            "title": f"{event.code} 研修",
            "first_day": event.first,
            "last_day": event.last,
            "due_on": event.due_on,
            "valid_until": date(2032, 3, 31),
            "revision": self.revisions[event.revision],
            "statement": self.statement,
        }
        if event.kind == "change":
            return compose_change(**days, by=self.officer, now=event.at, without_unreviewed=True)
        paths = {path: key for key, path in department_paths(event.first).items()}
        return plan(
            **days,
            by=self.officer,
            now=event.at,
            kind=event.kind,
            modules=[Module.objects.get(slug=SLUG)] if event.modules else [],
            audience=AudienceRule(
                departments=frozenset(paths[path] for path in event.departments),
                types=frozenset(event.types),
                joined_from=event.joined_from,
                joined_to=event.joined_to,
            ),
            due_rule=_due(event.due) if event.due else None,
            credit_rule=CreditRule(frozenset(event.counts.kinds), event.counts.signed_from, event.counts.same_revision)
            if event.counts
            else None,
        )

    def _round(self, event: e.Round) -> None:
        done = daily_round(now=event.at)
        self.refused += [f"{event}: {one.code}: {one.failed}" for one in done.campaigns if one.failed]

    def _published(self, event: e.Published) -> None:
        second = building.publish_revision(source=SECOND, now=event.at)
        self.revisions[2] = second
        decide_all(second, material=("3.3",), now=event.at)
        confirm_all(second, now=event.at)
        publish(SLUG, second, now=event.at, **self._lesson())

    def _campaign(self, event: Any) -> Campaign:
        return Campaign.objects.get(code=event.code)

    def _extended(self, event: e.Extended) -> None:
        campaign = self._campaign(event)
        extend_campaign(
            campaign=campaign,
            due_on=event.due_on,
            last_day=event.last,
            valid_until=campaign.valid_until,
            reason=REASON,
            by=self.officer,
            now=event.at,
        )

    def _closed(self, event: e.Closed) -> None:
        close(campaign=self._campaign(event), reason=REASON, by=self.officer, now=event.at)

    def _cancelled(self, event: e.Cancelled) -> None:
        cancel(campaign=self._campaign(event), reason=REASON, by=self.officer, now=event.at)

    # --- one person ---

    def assignment(self, number: str, code: str) -> Assignment:
        """The last assignment of whoever had a staff number last."""
        holder = Employment.objects.filter(number=number, superseded_at__isnull=True).latest("valid_from").employee_id
        mine = Assignment.objects.filter(campaign__code=code, employment__employee=holder)
        return mine.select_related("campaign__revision", "campaign__statement", "employment").latest("at")

    def _of(self, event: Any) -> Assignment:
        return self.assignment(event.number, event.code)

    def _trained(self, event: e.Trained) -> None:
        building.train(self._of(event), now=event.at)

    def _signed(self, event: e.Signed) -> None:
        assignment = self._of(event)
        if event.paper:
            enter_paper(
                assignment=assignment,
                kind=PaperRecord.Kind.GROUP,
                held_on=event.at.astimezone(e.JAPAN).date(),
                scan=self.scan,
                note="",
                by=self.officer,
                now=event.at,
            )
            return
        if assignment.tasks.filter(completion__isnull=True).exists():
            building.train(assignment, now=event.at)
        building.sign(assignment, event.name, now=event.at)

    def _annulled(self, event: e.Annulled) -> None:
        signature = Attestation.objects.filter(assignment=self._of(event)).latest("number")
        annul(attestation=signature, cause=Annulment.Cause.OTHER, reason=REASON, by=self.officer, now=event.at)

    def _exempted(self, event: e.Exempted) -> None:
        exempt(
            assignment=self._of(event),
            cause=Exemption.Cause.OTHER,
            reason=REASON,
            until=event.until,
            by=self.officer,
            now=event.at,
        )

    def _lifted(self, event: e.Lifted) -> None:
        lift(assignment=self._of(event), reason=REASON, by=self.officer, now=event.at)

    def _prolonged(self, event: e.Prolonged) -> None:
        prolong(assignment=self._of(event), due_on=event.due_on, reason=REASON, by=self.officer, now=event.at)

    def _added(self, event: e.Added) -> None:
        day = event.at.astimezone(e.JAPAN).date()
        add(
            campaign=self._campaign(event),
            employment=self._employment(event.number, day),
            reason=REASON,
            by=self.officer,
            now=event.at,
        )

    def _removed(self, event: e.Removed) -> None:
        remove(assignment=self._of(event), reason=REASON, by=self.officer, now=event.at)

    # --- the ledger ---

    def _sealed(self, event: e.Sealed) -> None:
        seal(now=event.at, key=load_key())
        self.checkpoints.append(Checkpoint.objects.latest("size"))


def _due(rule: e.Due) -> DueRule:
    parts = tuple(
        Fixed(part) if isinstance(part, date) else After(Anchor(part.anchor), part.days, part.working)
        for part in rule.parts
    )
    return DueRule(parts, Roll(rule.roll))


def told(day: date, checkpoint: Checkpoint) -> list[Line]:
    """The report of a day as known at a checkpoint, in the model's words."""
    lines = [_line(line) for line in as_of(day=day, checkpoint=checkpoint)]
    return sorted(lines, key=lambda line: (line.number, line.campaign, line.closed_on or date.max))


def bytes_of(day: date, checkpoint: Checkpoint) -> bytes:
    """The report as a file."""
    return b"".join(as_of_csv(day=day, checkpoint=checkpoint))


def _line(line: Told) -> Line:
    exempt: date | str | None = line.exempt_until or ("open" if line.exempt else None)
    return Line(
        line.number, line.name, line.department, line.type, line.employed, line.campaign, line.due_on, exempt,
        line.completed, line.passed_on, line.signed_on, line.annulled_on, line.credited_on, line.closed_on,
        line.closed_cause, line.completed_how, line.signed_how,
    )  # fmt: skip


def differences(found: Iterable[Line], expected: Iterable[Line]) -> list[tuple[Line | None, Line | None]]:
    """What the product tells and the model does not, and the other way round, side by side."""
    theirs, ours = list(found), list(expected)
    for line in [*theirs]:
        if line in ours:
            theirs.remove(line)
            ours.remove(line)
    pairs: list[tuple[Line | None, Line | None]] = []
    for line in theirs:
        other = next((one for one in ours if one[:1] + one[5:6] == line[:1] + line[5:6]), None)
        if other is not None:
            ours.remove(other)
        pairs.append((line, other))
    return [*pairs, *((None, line) for line in ours)]


__all__ = ["Company", "bytes_of", "differences", "told"]
