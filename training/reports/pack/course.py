"""How a campaign went, verb by verb, and what was decided about the text that it teaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

from training.campaigns.models import CampaignEvent
from training.changes.models import ClauseConfirmation, ClauseDecision
from training.reports.as_of_rows import Then
from training.reports.pack import wording as words
from training.reports.pack.disclosed import disclosed
from training.reports.pack.sheets import Row, Table, columns


def course_tables(then: Then) -> Iterator[Table]:
    """Yield both tables. Each has few rows, however many people there are."""
    yield Table(
        "course",
        columns(
            *("日時", "種別", "理由", "実施者", "研修の初日", "研修の最終日", "期限", "修了証の有効期限", "内容"),
            words.ENTRY,
            kept=("実施者",),
        ),
        _course(then),
    )
    yield Table(
        "changes",
        columns(
            *("日時", "種別", "規程の版", "旧条項", "新条項", "変更の種類", "判断の回", "実質的な変更", "教材"),
            *("理由", "実施者", words.ENTRY),
            kept=("旧条項", "新条項", "実施者"),
        ),
        _changes(then),
    )


def _course(then: Then) -> Iterator[Row]:
    rows = then.recorded(CampaignEvent.objects.filter(campaign=then.campaign)).select_related("entry", "by")
    events = list(rows.defer("entry__body").order_by("entry__sequence"))
    reasons = disclosed((row.entry_id for row in events), "reason")
    for row in events:
        facts: Mapping[str, Any] = row.facts
        yield (
            row.at,
            words.EVENTS.get(row.kind, row.kind),
            reasons.get(row.entry_id),
            row.by.get_username() if row.by else None,
            *(facts.get(name) for name in ("first_day", "last_day", "due_on", "valid_until")),
            told(facts),
            row.entry.sequence,
        )


def told(facts: Mapping[str, Any]) -> str:
    """Return what an event says beside the campaign's days: what was moved, adopted, counted."""
    parts = []
    before = facts.get("before") or {}
    for name, label in words.DAYS.items():
        if name in before and before[name] != facts.get(name):
            parts.append(f"{label} {before[name]}→{facts.get(name)}")
    for version in (facts.get("adopted") or {}).get("versions") or ():
        parts.append(f"{version['language']} v{version['from']['version']}→v{version['to']['version']}")
    figures = facts.get("figures") or {}
    parts += [f"{label} {figures[name]}" for name, label in words.FIGURES.items() if name in figures]
    return "、".join(parts)


def _changes(then: Then) -> Iterator[Row]:
    """Decisions and confirmations about the revision that the campaign teaches, in the order of the log."""
    assert then.campaign is not None  # noqa: S101  (a pack's tables are each of one campaign)
    revision = then.campaign.revision
    decisions = list(then.recorded(ClauseDecision.objects.filter(revision=revision)).select_related("entry", "by"))
    reasons = disclosed((row.entry_id for row in decisions), "reason")
    told_of: list[tuple[int, Row]] = [
        (
            row.entry.sequence or 0,
            (
                row.at,
                words.DECISION,
                revision.number,
                row.ref_before,
                row.ref_after,
                words.CHANGES.get(row.change, row.change),
                row.number,
                row.material,
                None,
                reasons.get(row.entry_id),
                row.by.get_username(),
                row.entry.sequence,
            ),
        )
        for row in decisions
    ]
    confirmations = then.recorded(ClauseConfirmation.objects.filter(revision=revision))
    for row in confirmations.select_related("entry", "by", "module"):
        what = words.CONFIRMATION, revision.number, None, row.ref, None, None, None, row.module.slug, None
        told_of.append((row.entry.sequence, (row.at, *what, row.by.get_username(), row.entry.sequence)))
    yield from (row for _, row in sorted(told_of, key=itemgetter(0)))
