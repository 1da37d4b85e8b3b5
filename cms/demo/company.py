"""The invented company: its people, accounts, campaign, and how far each is."""

from __future__ import annotations

import csv
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from cms.demo.answers import key_of, wrong_of
from training.access.grant import grant
from training.access.models import AuditorGrant
from training.attestation.attest import attest, decline
from training.attestation.models import Attestation
from training.attestation.queries import pledge_digest, pledge_for
from training.campaigns.approve import approve
from training.campaigns.models import Assignment, Campaign, Task
from training.campaigns.open import open_campaign
from training.campaigns.plan import plan
from training.campaigns.progress import open_task, reach_section
from training.catalogue.models import Module
from training.catalogue.queries import newest_revision
from training.people.enrol import enrol, link_account, read_notice
from training.people.models import Employee, Employment, EmploymentType
from training.people.queries import person_on
from training.policy.models import StatementVersion
from training.quiz.sitting import save_answers, start, submit
from training.roles import Role, ensure_groups

CODE = "FY2026"
FIRST_DAY, LAST_DAY = date(2026, 4, 1), date(2027, 3, 31)
DUE = date(2026, 12, 25)
VALID_UNTIL = date(2027, 12, 31)


class NobodyLeft(RuntimeError):
    """Everyone of the demo's company has begun the training."""

    def __init__(self) -> None:
        super().__init__("Everyone has begun already: move var/ away to begin with an empty company.")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the demo, with the password that exists only here and in ``var/demo/summary.json``."""

    role: str
    username: str
    password: str
    first_url: str


@transaction.atomic
def make_staff(file: Path, *, now: datetime) -> list[Employment]:
    """Enrol everyone of the file who is not yet, each with an account under the staff number; return all by number."""
    known = {row.number: row for row in Employment.objects.filter(superseded_at__isnull=True)}
    users = get_user_model().objects
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["number"] in known:
                continue
            employment = enrol(
                number=row["number"],
                name=row["name"],
                kana=row["kana"],
                department_path=row["department"],
                type=EmploymentType(row["type"]),
                joined=date.fromisoformat(row["joined"]),
                now=now,
            )
            user = users.create_user(username=f"s{row['number']}", password=None)
            link_account(employee=employment.employee, user=user, now=now)
            known[row["number"]] = employment
    return [known[number] for number in sorted(known)]


def by_number(account: Account, employment: Employment) -> Account:
    """The same account, signed in to by staff number."""
    return Account(account.role, employment.number, account.password, account.first_url)


def account(*, role: str, username: str, first_url: str, groups: tuple[Role, ...] = ()) -> Account:
    """Make or find the account and give it a new password."""
    password = secrets.token_urlsafe(12)
    user, _ = get_user_model().objects.get_or_create(username=username)
    user.set_password(password)
    user.save()
    made = ensure_groups()
    user.groups.add(*(made[group] for group in groups))
    return Account(role=role, username=username, password=password, first_url=first_url)


def open_year(*, officer: Any, auditor: Any, now: datetime) -> Campaign:
    """Plan, approve and open FY2026 over the nine policy modules, and let the auditor in; done already, find it."""
    campaign = Campaign.objects.filter(code=CODE).first()
    if campaign is None:
        revision = newest_revision()
        statement = StatementVersion.objects.order_by("-published_at").first()
        if revision is None or statement is None:
            raise RuntimeError("the policy and the pledge must be loaded first")
        with transaction.atomic():
            campaign = plan(
                code=CODE,
                title="2026年度 個人情報保護研修",
                kind=Campaign.Kind.YEARLY,
                first_day=FIRST_DAY,
                last_day=LAST_DAY,
                due_on=DUE,
                valid_until=VALID_UNTIL,
                revision=revision,
                statement=statement,
                modules=[Module.objects.get(slug=f"article-{n}") for n in range(1, 10)],
                by=officer,
                now=now,
            )
            approve(campaign=campaign, by=officer, now=now)
            open_campaign(campaign=campaign, by=officer, now=now)
    if not AuditorGrant.objects.filter(user=auditor, revoked_at__isnull=True).exists():
        grant(
            user=auditor,
            campaigns=[campaign],
            first_day=now.date() - timedelta(days=1),
            last_day=LAST_DAY + timedelta(days=180),
            by=officer,
            now=now,
        )
    return campaign


def _read(task: Task, *, sections: int | None, now: datetime) -> Task:
    task = open_task(task=task, language="ja", now=now)
    assert task.version_id is not None  # noqa: S101  (opening has chosen it)
    task = Task.objects.select_related("version").get(pk=task.pk)
    total = len(task.version.content["sections"])
    for position in range(1, min(sections or total, total) + 1):
        reach_section(task=task, version=task.version.pk, position=position, now=now)
    return task


def bring_to(employment: Employment, *, modules: int, then: str = "", campaign: Campaign, now: datetime) -> None:
    """Bring a colleague some way: modules passed, then ``reading``, ``failed``, ``paper``, ``declined``, ``signed``."""
    assignment = Assignment.objects.select_related("campaign__revision", "campaign__statement", "employment").get(
        campaign=campaign, employment=employment
    )
    read_notice(employee=Employee.objects.get(pk=employment.employee_id), now=now)
    tasks = list(assignment.tasks.order_by("campaign_module__order"))
    for task in tasks[:modules]:
        task = _read(task, sections=None, now=now)
        attempt = start(task=task, version=str(task.version_id), seed=secrets.token_hex(16), now=now)
        submit(attempt=attempt, version=str(task.version_id), responses=key_of(attempt), now=now)
    if then == "reading":
        _read(tasks[modules], sections=3, now=now)
    if then in {"failed", "paper"}:
        task = _read(tasks[modules], sections=None, now=now)
        attempt = start(task=task, version=str(task.version_id), seed=secrets.token_hex(16), now=now)
        if then == "failed":
            submit(attempt=attempt, version=str(task.version_id), responses=wrong_of(attempt), now=now)
        else:
            first = dict(list(key_of(attempt).items())[:3])
            save_answers(attempt=attempt, responses=first, now=now)
    if then == "declined":
        decline(
            assignment=assignment,
            reason="前職との秘密保持契約との関係を確認したいため、署名の前に人事の方とお話ししたいです。",
            now=now,
        )
    if then == "signed":
        attest(
            assignment=assignment,
            digest=pledge_digest(pledge_for(assignment)),
            typed_name=person_on(employment, now.date()).name,
            method=Attestation.Method.PASSWORD,
            authenticated_at=now,
            now=now,
        )
