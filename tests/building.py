"""Builds a small company and its training by the product's own verbs, for any test that needs one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from PIL import Image

from training.attestation.attest import attest
from training.attestation.models import Attestation
from training.attestation.queries import pledge_digest, pledge_for
from training.campaigns.approve import approve
from training.campaigns.models import Assignment, Campaign, RepeatingPlan, Task
from training.campaigns.open import open_campaign
from training.campaigns.plan import plan
from training.campaigns.progress import open_task, reach_section
from training.campaigns.repeat import save_plan
from training.catalogue.freeze import (
    Blueprint,
    ModuleSnapshot,
    OptionSnapshot,
    QuestionSnapshot,
    SectionSnapshot,
)
from training.catalogue.models import Module, ModuleVersion
from training.catalogue.publish import publish_module
from training.catalogue.snapshots import (
    MEMBERS,
    Choice,
    ImageSnapshot,
    ItemSnapshot,
    Matching,
    Members,
    NumberAnswer,
    Numeric,
    Ordering,
    PartSnapshot,
    PromptSnapshot,
    Scenario,
    ShortText,
    TextAnswer,
    TrueFalse,
    UnitSnapshot,
)
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
NAMESPACE = uuid.UUID("6f0c7a52-6a4e-4f53-9d1c-0d6a4b8f2f10")
PASSWORD = "ただしい-passw0rd"
POLICY = (Path(__file__).resolve().parent.parent / "fixtures" / "policy.ja.txt").read_text(encoding="utf-8")


def later(**delta: float) -> datetime:
    """An instant after NOW."""
    return NOW + timedelta(**delta)


def question(slug: str, number: int, *, type: str = "single", clause: str = "3.3") -> QuestionSnapshot:
    """A question whose right options are named right; ids are stable."""
    right = 2 if type == "multiple" else 1
    return QuestionSnapshot(
        question=str(uuid.uuid5(NAMESPACE, f"{slug}/{number}")),
        language="ja",
        type=type,
        stem=f"<p>{slug}の場面{number}。どうしますか。</p>",
        options=tuple(
            OptionSnapshot(
                id=str(uuid.uuid5(NAMESPACE, f"{slug}/{number}/{i}")),
                text=f"{'正しい' if i < right else '誤った'}対応{i}",
                correct=i < right,
                explanation=f"<p>解説{i}</p>",
            )
            for i in range(4)
        ),
        explanation="<p>考え方の説明。</p>",
        clauses=(clause,),
        topics=("a", "c"),
        quotes=(clause,),
    )


def snapshot(slug: str = "article-3", **changes: Any) -> ModuleSnapshot:
    """A module of two sections and four questions, three drawn, two thirds to pass."""
    values: dict[str, Any] = {
        "module": str(uuid.uuid5(NAMESPACE, slug)),
        "slug": slug,
        "language": "ja",
        "title": f"研修 {slug}",
        "summary": "短い説明。",
        "covers": ("3",),
        "sections": tuple(
            SectionSnapshot(
                key=str(uuid.uuid5(NAMESPACE, f"{slug}/section/{n}")),
                title=f"第{n}節",
                html=f"<p>{slug}の第{n}節の本文です。</p>",
                clauses=("3.3",),
                topics=("a",),
            )
            for n in (1, 2)
        ),
        "blueprint": Blueprint(draw=3, pass_mark=66),
        "questions": (question(slug, 1), question(slug, 2, type="multiple"), question(slug, 3), question(slug, 4)),
    }
    return ModuleSnapshot(**(values | changes))


def revision(*, now: datetime = NOW) -> Revision:
    """The company's real policy, published."""
    return publish_revision(source=POLICY, now=now)


def statement(*, now: datetime = NOW) -> StatementVersion:
    """A pledge of two paragraphs."""
    return publish_statement(
        statement=uuid.uuid5(NAMESPACE, "pledge"),
        language="ja",
        title="個人情報の取り扱いに関する誓約書",
        words="私は、次のとおり誓約します。\n\n1. 法令等を守ります。\n2. 目的外に利用しません。",
        now=now,
    )


def module_version(slug: str = "article-3", *, now: datetime = NOW, **changes: Any) -> ModuleVersion:
    """A published module."""
    return publish_module(snapshot=snapshot(slug, **changes), revision=revision(now=now), now=now)


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
    return {str(q.pk): right_response(q.content) for q in questions_of(attempt)}


def wrong_answers(attempt: Attempt) -> dict[str, Any]:
    """An answer to every question of a paper, all wrong."""
    return {str(q.pk): wrong_response(q.content) for q in questions_of(attempt)}


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


def everything() -> dict[str, list[str]]:
    """Every row of every table of the product: two of these are equal where nothing was changed in between."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for model in apps.get_app_config("privacy_training").get_models(include_auto_created=True):
            # Not through the models: a tenth of the time, and nothing that a manager might leave out.
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            found[model._meta.db_table] = sorted(repr(row) for row in cursor.fetchall())
    return found


class Cut(Exception):
    """The power failed."""


@contextmanager
def cut_off(at: int) -> Iterator[None]:
    """Let the power fail right before the given write to the database, counted from 1."""
    writes = 0

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal writes
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            writes += 1
            if writes == at:
                raise Cut
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


def writes_whole_or_not_at_all(verb: Callable[[], object], *, most: int = 60) -> int:
    """Cut the verb off at each of its writes: nothing may be left. Then let it do its work; return how many it has."""
    before = everything()
    for at in range(1, most):
        try:
            with cut_off(at):
                verb()
        except Cut:
            assert everything() == before, f"cut off at write {at}, something was left"
        else:
            assert everything() != before
            return at - 1
    raise AssertionError(f"more than {most} writes")


def officer() -> Any:
    """The privacy officer, whom ``campaign`` makes or finds, as a new object: roles are read once for each."""
    return get_user_model().objects.filter(username="officer").first() or account("officer", Role.PRIVACY_OFFICER)


def married(employment: Employment, name: str = "佐藤 一郎", *, now: datetime = NOW) -> None:
    """The roster names the person otherwise from this day on."""
    since = now.astimezone(ZoneInfo("Asia/Tokyo")).date()
    rename(employee=employment.employee, name=name, kana="サトウ イチロウ", since=since, now=now)


def right_response(content: Mapping[str, Any]) -> Any:
    """What earns all of a frozen question of any type."""
    match content["type"]:
        case "single" | "multiple":
            return [o["id"] for o in content["options"] if o["correct"]]
        case "true_false":
            return [str(content["answer"]).lower()]
        case "matching":
            return {p["id"]: p["choice"] for p in content["prompts"]}
        case "ordering":
            return [item["id"] for item in content["items"]]
        case "short_text":
            return str(content["answers"][0]["text"])
        case "numeric":
            unit = content["unit"]
            return {"value": content["answers"][0]["value"], "unit": unit["texts"][0] if unit else ""}
        case _:
            return {part["id"]: right_response(part) for part in content["parts"]}


def wrong_response(content: Mapping[str, Any]) -> Any:
    """An answer to a frozen question of any type that earns nothing."""
    match content["type"]:
        case "single" | "multiple":
            return [next(o["id"] for o in content["options"] if not o["correct"])]
        case "true_false":
            return [str(not content["answer"]).lower()]
        case "matching":
            others = {
                p["id"]: [c["id"] for c in content["choices"] if c["id"] != p["choice"]] for p in content["prompts"]
            }
            return {prompt: choices[0] for prompt, choices in others.items()}
        case "ordering":
            return [item["id"] for item in reversed(content["items"])]
        case "short_text":
            return "まったく別の答え"
        case "numeric":
            return {"value": "987654", "unit": ""}
        case _:
            return {part["id"]: wrong_response(part) for part in content["parts"]}


def uid(*names: Any) -> str:
    """A stable UUID as text."""
    return str(uuid.uuid5(NAMESPACE, "/".join(map(str, names))))


def options(slug: str, *, right: int = 1, of: int = 4) -> tuple[OptionSnapshot, ...]:
    """Options of which the first are right."""
    return tuple(
        OptionSnapshot(
            id=uid(slug, n), text=f"<p>選択肢<b>{n}</b></p>", correct=n < right, explanation=f"<p>解説{n}</p>"
        )
        for n in range(of)
    )


def members(slug: str, type: str) -> Members:
    """What a question of each type may hold."""
    match type:
        case "single":
            return Choice(options(slug), rich=True)
        case "multiple":
            return Choice(options(slug, right=2), grading="partial", rich=True)
        case "true_false":
            return TrueFalse(answer=False, if_true="<p>正しくありません。</p>", if_false="<p>そのとおり。</p>")
        case "matching":
            choices = tuple(ItemSnapshot(uid(slug, "choice", n), f"<p>相手{n}</p>") for n in range(3))
            prompts = tuple(PromptSnapshot(uid(slug, "prompt", n), f"<p>語{n}</p>", choices[n].id) for n in range(2))
            return Matching(prompts, choices)
        case "ordering":
            return Ordering(tuple(ItemSnapshot(uid(slug, n), f"<p>手順{n}</p>") for n in range(4)), grading="partial")
        case "short_text":
            return ShortText((TextAnswer("マイナンバー"), TextAnswer("番号", "1/2", "<p>半分です。</p>")))
        case "numeric":
            return Numeric((NumberAnswer("72", "0.5"),), UnitSnapshot(("時間", "h"), required=True))
        case _:
            parts = ("true_false", "short_text", "multiple")
            return Scenario(
                tuple(
                    PartSnapshot(uid(slug, n), part, f"<p>小問{n}</p>", members(f"{slug}/{n}", part), "<p>解説</p>")
                    for n, part in enumerate(parts)
                )
            )


def typed(slug: str, type: str, *, clause: str = "3.3", **changes: Any) -> QuestionSnapshot:
    """A question of a type, as an editor of today leaves it."""
    values: dict[str, Any] = {
        "question": uid(slug, type),
        "language": "ja",
        "type": type,
        "stem": f"<p>{slug}の{type}。</p>",
        "explanation": "<p>考え方の説明。</p>",
        "clauses": (clause,),
        "topics": ("a",),
        "quotes": (clause,),
        "members": members(f"{slug}/{type}", type),
    }
    return QuestionSnapshot(**(values | changes))


def every_type(slug: str = "article-3") -> tuple[QuestionSnapshot, ...]:
    """One question of each type."""
    return tuple(typed(slug, kind) for kind in MEMBERS)


def picture(color: str = "red", *, size: tuple[int, int] = (4, 3), format: str = "PNG") -> ImageSnapshot:
    """A small picture."""
    data = BytesIO()
    Image.new("RGB", size, color).save(data, format)
    return ImageSnapshot(data.getvalue())


def with_pictures(slug: str, *images: ImageSnapshot) -> dict[str, Any]:
    """What is unlike the usual in a module of which the first section shows these pictures."""
    shown = "".join(f'<p><img src="{image.source}" alt="図"></p>' for image in images)
    first, *rest = snapshot(slug).sections
    return {"sections": (replace(first, html=first.html + shown), *rest), "images": images}


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
