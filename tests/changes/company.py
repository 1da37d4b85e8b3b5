"""A company whose people have signed the first text, and then the policy changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from tests import asking, building
from tests.changes.texts import SECOND
from training.campaigns.approve import approve
from training.campaigns.models import Assignment, Campaign
from training.campaigns.open import open_campaign
from training.campaigns.plan import plan
from training.catalogue.freeze import Blueprint, SectionSnapshot
from training.catalogue.models import ModuleVersion
from training.catalogue.publish import publish_module
from training.changes.compare import comparison_of
from training.changes.compose import compose_change
from training.changes.confirm import confirm
from training.changes.decide import decide
from training.changes.touched import touched_by
from training.people.models import Employment
from training.policy.models import Revision
from training.policy.publish import publish_revision

AFTER = building.later(days=7)  # 1 December 2026 in Tokyo


def second(*, source: str = SECOND, now: datetime = AFTER) -> Revision:
    """The changed policy, published."""
    return publish_revision(source=source, now=now)


def section(ref: str, words: str = "") -> SectionSnapshot:
    """A section that quotes a clause by reference, as a page's template does, and explains it."""
    quoted = building.revision().clauses.get(ref=ref).text
    return SectionSnapshot(
        key=asking.uid("section", ref),
        title=f"{ref}のこと",
        html=(
            f'<figure class="pt-clause"><blockquote class="pt-clause-words"><p>{quoted}</p></blockquote></figure>'
            f"<p>{words or f'{ref}の意味を説明します。'}</p>"
        ),
        clauses=(ref,),
        topics=("a",),
    )


def taught(refs: Collection[str] = ("3.3", "3.5"), *, slug: str = "article-3", **changes: Any) -> dict[str, Any]:
    """What a module holds that explains each clause in a section and asks two questions about each."""
    values: dict[str, Any] = {
        "sections": tuple(section(ref) for ref in refs),
        "questions": tuple(asking.question(f"{slug}/{ref}", number, clause=ref) for ref in refs for number in (1, 2)),
        "blueprint": Blueprint(draw=2, pass_mark=50),
    }
    return values | changes


def publish(slug: str, revision: Revision, *, now: datetime = AFTER, **changes: Any) -> ModuleVersion:
    """A module published for a revision."""
    return publish_module(snapshot=asking.snapshot(slug, **changes), revision=revision, now=now)


def decide_all(revision: Revision, *, material: Collection[str] = ("3.3",), now: datetime = AFTER) -> None:
    """The privacy officer decides every change; those named are material."""
    comparison = comparison_of(revision)
    assert comparison is not None
    for one in comparison.judged:
        decide(
            revision=revision,
            ref_before=one.pair[0],
            ref_after=one.pair[1],
            material=one.difference.ref in material,
            reason="意味が変わるため" if one.difference.ref in material else "意味は変わらないため",
            by=building.officer(),
            now=now,
        )


def staff(*numbers: str) -> list[Employment]:
    """People with accounts."""
    return [
        building.person(number, "髙橋 一郎", user=building.account(f"s{number}", password=None)) for number in numbers
    ]


def signed_first(*numbers: str, refs: Collection[str] = ("3.3", "3.5")) -> list[Employment]:
    """People who have all signed the first text in the yearly campaign."""
    people = staff(*numbers)
    building.campaign(snapshots={"article-3": taught(refs)})
    for employment in people:
        do(building.assignment_of(employment))
    return people


def do(assignment: Assignment, *, now: datetime = building.NOW) -> Any:
    """Read, pass, sign."""
    building.train(assignment, now=now)
    return building.sign(assignment, "髙橋 一郎", now=now)


def compose(revision: Revision, *, now: datetime = AFTER, code: str = "change-2", **changes: Any) -> Campaign:
    """A draft of the campaign about the change."""
    values: dict[str, Any] = {
        "title": "方針改定の研修",
        "first_day": date(2026, 12, 1),
        "last_day": date(2027, 3, 31),
        "due_on": date(2026, 12, 28),
        "valid_until": date(2027, 12, 31),
        "statement": building.statement(),
        "by": building.officer(),
        "without_unreviewed": True,
    }
    return compose_change(revision=revision, code=code, now=now, **(values | changes))


def confirm_all(revision: Revision, *, now: datetime = AFTER) -> None:
    """An editor confirms whatever can be confirmed."""
    touched = touched_by(revision, day=now.date())
    assert touched is not None
    for clause, module in touched.to_confirm:
        if module.confirmable:
            confirm(
                revision=revision,
                module=module.held.module,
                ref=clause.judged.difference.ref_after,
                by=building.officer(),
                now=now,
            )


def opened(revision: Revision, *, code: str, now: datetime = AFTER) -> Campaign:
    """Another yearly campaign, on this text, open to everybody."""
    version = publish("article-3", revision, now=now, **taught())
    made = plan(
        code=code,
        title="新しい方針の研修",
        kind=Campaign.Kind.YEARLY,
        first_day=date(2026, 4, 1),
        last_day=date(2027, 3, 31),
        due_on=date(2027, 3, 31),
        valid_until=date(2027, 12, 31),
        revision=revision,
        statement=building.statement(),
        modules=[version.module],
        by=building.officer(),
        now=now,
    )
    approve(campaign=made, by=building.officer(), now=now)
    open_campaign(campaign=made, by=building.officer(), now=now)
    return made
