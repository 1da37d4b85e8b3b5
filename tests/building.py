"""Builds a small company and its training by the product's own verbs, for any test that needs one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model

from tests import asking
from training.attestation.attest import attest
from training.attestation.models import Attestation
from training.attestation.queries import pledge_digest, pledge_for
from training.campaigns.approve import approve
from training.campaigns.models import Assignment, Campaign, RepeatingPlan, Task
from training.campaigns.open import open_campaign
from training.campaigns.plan import plan
from training.campaigns.progress import open_task, reach_section
from training.campaigns.repeat import save_plan
from training.catalogue.models import Module, ModuleVersion
from training.catalogue.publish import publish_module
from training.certificates.issue import issue
from training.certificates.models import Certificate
from training.ledger.append import append, hide
from training.ledger.keys import load_key
from training.ledger.models import Entry, Evidence
from training.ledger.seal import seal
from training.people.enrol import enrol, link_account, read_notice, rename
from training.people.import_roster import import_roster
from training.people.leave import record_leave
from training.people.models import Employment, EmploymentType, Leave
from training.people.roster_models import RosterImport
from training.people.roster_plan import Plan
from training.people.roster_sheet import sheet_of
from training.policy.models import Revision, StatementVersion
from training.policy.publish import publish_revision, publish_statement
from training.quiz.models import Attempt, Submission
from training.quiz.queries import questions_of
from training.quiz.sitting import start, submit
from training.reminders.models import Letter
from training.roles import Role, ensure_groups

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 10:00 in Tokyo

PASSWORD = "ただしい-passw0rd"
POLICY = (Path(__file__).resolve().parent.parent / "fixtures" / "policy.ja.txt").read_text(encoding="utf-8")


def later(**delta: float) -> datetime:
    """An instant after NOW."""
    return NOW + timedelta(**delta)


def revision(*, now: datetime = NOW) -> Revision:
    """The company's real policy, published."""
    return publish_revision(source=POLICY, now=now)


def statement(*, now: datetime = NOW) -> StatementVersion:
    """A pledge of two paragraphs."""
    return publish_statement(
        statement=uuid.uuid5(asking.NAMESPACE, "pledge"),
        language="ja",
        title="個人情報の取り扱いに関する誓約書",
        words="私は、次のとおり誓約します。\n\n1. 法令等を守ります。\n2. 目的外に利用しません。",
        now=now,
    )


def module_version(slug: str = "article-3", *, now: datetime = NOW, **changes: Any) -> ModuleVersion:
    """A published module."""
    return publish_module(snapshot=asking.snapshot(slug, **changes), revision=revision(now=now), now=now)


def account(username: str, *roles: Role, password: str | None = PASSWORD) -> Any:
    """An account, with roles; ``password=None`` gives one that has no usable password."""
    groups = ensure_groups() if roles else {}
    user = get_user_model().objects.create_user(username=username, password=password)
    user.groups.add(*(groups[role] for role in roles))
    return user


def person(
    number: str = "000101",
    name: str = "髙橋 一郎",
    *,
    kana: str = "タカハシ イチロウ",
    department: str = "営業本部/第一営業部/二課",
    joined: date = date(2020, 4, 1),
    user: Any = None,
    noticed: bool = True,
    now: datetime = NOW,
) -> Employment:
    """Somebody who works here; with an account if one is given."""
    employment = enrol(
        number=number,
        name=name,
        kana=kana,
        department_path=department,
        type=EmploymentType.REGULAR,
        joined=joined,
        now=now,
    )
    if user is not None:
        link_account(employee=employment.employee, user=user, now=now)
    if noticed:
        read_notice(employee=employment.employee, now=now)
    return employment


def campaign(
    slugs: Sequence[str] = ("article-3",),
    *,
    code: str = "FY2026",
    now: datetime = NOW,
    opened: bool = True,
    snapshots: Mapping[str, dict[str, Any]] | None = None,
) -> Campaign:
    """A campaign over published modules, approved and opened to whoever is enrolled by then.

    ``snapshots`` says by slug what is unlike the usual in a module.
    """
    versions = [module_version(slug, now=now, **(snapshots or {}).get(slug, {})) for slug in slugs]
    modules = [Module.objects.get(pk=version.module_id) for version in versions]
    made = plan(
        code=code,
        title="2026年度 個人情報保護研修",
        kind=Campaign.Kind.YEARLY,
        first_day=date(2026, 4, 1),
        last_day=date(2027, 3, 31),
        due_on=date(2026, 12, 25),
        valid_until=date(2027, 12, 31),
        revision=revision(now=now),
        statement=statement(now=now),
        modules=modules,
        by=officer(),
        now=now,
    )
    approve(campaign=made, by=officer(), now=now)
    if opened:
        open_campaign(campaign=made, by=officer(), now=now)
    return made


def assignment_of(employment: Employment, code: str = "FY2026") -> Assignment:
    """The person's assignment in a campaign."""
    return Assignment.objects.select_related("campaign__revision", "campaign__statement", "employment").get(
        employment=employment, campaign__code=code
    )


def read(task: Task, *, now: datetime = NOW) -> Task:
    """Open the module and reach every section in order."""
    task = open_task(task=task, language="ja", now=now)
    version = ModuleVersion.objects.get(pk=task.version_id)
    for position in range(1, len(version.content["sections"]) + 1):
        reach_section(task=task, version=version.pk, position=position, now=now)
    return task


def right_answers(attempt: Attempt) -> dict[str, Any]:
    """The key of a paper."""
    return {str(q.pk): asking.right_response(q.content) for q in questions_of(attempt)}


def wrong_answers(attempt: Attempt) -> dict[str, Any]:
    """An answer to every question of a paper, all wrong."""
    return {str(q.pk): asking.wrong_response(q.content) for q in questions_of(attempt)}


def sit(task: Task, *, right: bool = True, seed: str = "seed", now: datetime = NOW) -> Submission:
    """Sit and hand in a paper, all right or all wrong."""
    attempt = start(task=task, version=str(task.version_id), seed=seed, now=now)
    answers = right_answers(attempt) if right else wrong_answers(attempt)
    return submit(attempt=attempt, version=str(task.version_id), responses=answers, now=now)


def train(assignment: Assignment, *, now: datetime = NOW) -> None:
    """Read and pass every module."""
    for task in assignment.tasks.order_by("campaign_module__order"):
        sit(read(task, now=now), now=now)


def sign(assignment: Assignment, typed_name: str, *, now: datetime = NOW) -> Attestation:
    """Sign the pledge as it stands, authenticated a minute before."""
    return attest(
        assignment=assignment,
        digest=pledge_digest(pledge_for(assignment)),
        typed_name=typed_name,
        method=Attestation.Method.PASSWORD,
        authenticated_at=now - timedelta(minutes=1),
        now=now,
    )


def certify(attestation: Attestation, *, now: datetime = NOW) -> Certificate:
    """Seal, issue and seal, as the job after signing does."""
    seal(now=now, key=load_key())
    certificate = issue(attestation=attestation, now=now)
    seal(now=now, key=load_key())
    return certificate


@dataclass(slots=True)
class Year:
    """A person's whole year, and what it left."""

    user: Any
    employment: Employment
    assignment: Assignment
    attestation: Attestation
    certificate: Certificate


def year(name: str = "髙橋 一郎") -> Year:
    """One employee's year from enrolment to certificate."""
    user = account("ichiro")
    employment = person(name=name, user=user)
    campaign()
    assignment = assignment_of(employment)
    train(assignment)
    attestation = sign(assignment, name)
    return Year(user, employment, assignment, attestation, certify(attestation))


def officer() -> Any:
    """The privacy officer, whom ``campaign`` makes or finds, as a new object: roles are read once for each."""
    return get_user_model().objects.filter(username="officer").first() or account("officer", Role.PRIVACY_OFFICER)


def married(employment: Employment, name: str = "佐藤 一郎", *, now: datetime = NOW) -> None:
    """The roster names the person otherwise from this day on."""
    since = now.astimezone(ZoneInfo("Asia/Tokyo")).date()
    rename(employee=employment.employee, name=name, kana="サトウ イチロウ", since=since, now=now)


def import_staff(
    data: bytes, *, day: date = date(2026, 4, 1), now: datetime = NOW, **options: Any
) -> tuple[Plan, RosterImport | None]:
    """Take a staff list over as it is on a day."""
    return import_roster(sheet=sheet_of(data), data=data, day=day, by=None, now=now, **options)


def recorded(kind: str, *rows: Evidence, now: datetime = NOW, **personal: str) -> Entry:
    """Rows of evidence straight into the ledger, with what is personal in them, where a test needs no verb's rules."""
    return append(kind=kind, at=now, rows=rows, disclosures=[hide(name, value) for name, value in personal.items()])


def on_leave(
    employment: Employment,
    first: date = date(2026, 11, 1),
    last: date | None = None,
    *,
    kind: str = "sick",
    now: datetime = NOW,
) -> Leave:
    """Somebody is away from the first to the last day, or until further notice."""
    return record_leave(employment=employment, kind=kind, first=first, last=last, by=None, now=now)


def draft(
    slugs: Sequence[str] = ("article-3",), *, code: str = "FY2026", now: datetime = NOW, **changes: Any
) -> Campaign:
    """A campaign's draft over published modules; ``changes`` are what is unlike the usual in the plan."""
    versions = [module_version(slug, now=now) for slug in slugs]
    values: dict[str, Any] = {
        "title": "2026年度 個人情報保護研修",
        "kind": Campaign.Kind.YEARLY,
        "first_day": date(2026, 4, 1),
        "last_day": date(2027, 3, 31),
        "due_on": date(2026, 12, 25),
        "valid_until": date(2027, 12, 31),
        "revision": revision(now=now),
        "statement": statement(now=now),
        "modules": [Module.objects.get(pk=version.module_id) for version in versions],
        "by": officer(),
        "now": now,
    }
    return plan(code=code, **(values | changes))


def repeating(slugs: Sequence[str] = ("article-3",), *, now: datetime = NOW, **changes: Any) -> RepeatingPlan:
    """A plan that drafts the yearly training by itself."""
    versions = [module_version(slug, now=now) for slug in slugs]
    values: dict[str, Any] = {
        "title": "{year}年度 個人情報保護研修",
        "code": "FY{year}",
        "kind": Campaign.Kind.YEARLY,
        "first_day": "04-01",
        "last_day": "03-31",
        "due_on": "12-25",
        "statement": statement(now=now).statement,
        "modules": [Module.objects.get(pk=version.module_id) for version in versions],
    }
    return save_plan(**(values | changes))


def letter(employment: Employment, *, code: str = "FY2026", now: datetime = NOW, **changes: Any) -> Letter:
    """A reminder to somebody of an assignment, which waits to be sent."""
    values: dict[str, Any] = {
        "key": f"learner:{employment.employee_id}:{now.date().isoformat()}",
        "reader": "learner",
        "to_id": employment.employee_id,
        "covers": [[str(assignment_of(employment, code).pk), 1, -7]],
        "made_at": now,
        "not_before": now,
    }
    return Letter.objects.create(**(values | changes))


def approve_and_open(made: Campaign, *, now: datetime = NOW) -> Campaign:
    """A draft, approved and opened by the privacy officer."""
    approve(campaign=made, by=officer(), now=now)
    open_campaign(campaign=made, by=officer(), now=now)
    return made
