"""A company of any size and its year, written as the product's verbs write it, thousands of facts at a time.

``append_many`` makes the very rows that ``append`` makes; a test of this house
verifies a small company of it. Run as a program it fills the database of the
settings: ``python -m tests.bench.company PEOPLE``.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from itertools import count, islice
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    django.setup()

from django.db import transaction

from tests import building
from training.attestation.models import Attestation
from training.attestation.queries import pledge_digest, pledge_for
from training.attestation.statement import content
from training.campaigns.models import Assignment, Campaign, Task
from training.campaigns.progress import completion_for
from training.campaigns.tally import rebuild
from training.catalogue.models import ModuleVersion, ModuleVersionQuestion, QuestionVersion
from training.certificates.issue import keep
from training.certificates.models import Certificate
from training.certificates.produce import produce
from training.certificates.queries import FACE
from training.ledger import merkle
from training.ledger.append import hide, project
from training.ledger.body import Body
from training.ledger.canonical import moment, plain
from training.ledger.disclosure import Hidden
from training.ledger.keys import load_key
from training.ledger.models import Disclosure, Entry, Evidence
from training.ledger.seal import seal
from training.people.enrol import ensure_department
from training.people.models import Employee, Employment, EmploymentType, PersonName, Posting
from training.quiz.draw import draw
from training.quiz.models import Answer, Attempt, Marking, Submission
from training.quiz.scoring import mark

FLUSH = 2000
AT_ONCE = 200
MODULES = tuple(f"article-{number}" for number in range(1, 10))
FAMILY = [
    "髙橋",
    "𠮷田",
    "佐藤",
    "鈴木",
    "渡邉",
    "齋藤",
    "濵田",
    "嶋田",
    "山﨑",
    "德永",
    "小林",
    "加藤",
    "吉川",
    "山口",
    "松本",
    "井上",
]
GIVEN = ["一郎", "花子", "三郎", "葵", "蓮", "陽菜", "翔太", "美咲", "健", "直子", "大輔", "由美"]
JOINED = date(2020, 4, 1)


@dataclass(slots=True)
class Fact:
    """What one call of ``append`` is given, and rows that are no evidence but name the entry."""

    kind: str
    at: datetime
    rows: Sequence[Evidence] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    disclosures: Sequence[Hidden] = ()
    beside: Sequence[Any] = ()


def append_many(facts: Iterable[Fact]) -> None:
    """Write facts as ``append`` does, many in one transaction."""
    stream = iter(facts)
    while chunk := list(islice(stream, FLUSH)):
        with transaction.atomic():
            _write(chunk)


def _write(chunk: list[Fact]) -> None:
    entries: list[Entry] = []
    disclosures: list[Disclosure] = []
    tables: dict[type[Any], list[Any]] = {}
    for fact in chunk:
        entry = Entry(kind=fact.kind, at=fact.at)
        rows: dict[str, list[Any]] = {}
        for row in fact.rows:
            row.entry = entry
            rows.setdefault(row._meta.db_table, []).append(project(row))
            tables.setdefault(type(row), []).append(row)
        for row in fact.beside:
            row.entry = entry
            tables.setdefault(type(row), []).append(row)
        body = Body(
            id=str(entry.id),
            kind=fact.kind,
            at=moment(fact.at),
            facts={key: plain(value) for key, value in fact.facts.items()},
            rows=rows,
            batches={},
            disclosures=sorted(hidden.digest for hidden in fact.disclosures),
        ).render()
        entry.body, entry.leaf = body.decode(), merkle.leaf_hash(body).hex()
        entries.append(entry)
        disclosures += [
            Disclosure(digest=h.digest, entry=entry, name=h.name, salt=h.salt, value=h.value) for h in fact.disclosures
        ]
    Entry.objects.bulk_create(entries)
    Disclosure.objects.bulk_create(disclosures)
    for model, rows in tables.items():
        model._base_manager.bulk_create(rows)


def build(people: int, *, certificates: bool = True) -> Campaign:
    """A company with this many people, of whom one in twenty is not done: open campaign, papers, pledges, certificates."""
    for slug in MODULES:
        building.module_version(slug)
    _enrol(people)
    campaign = building.campaign(MODULES)
    assignments = list(Assignment.objects.select_related("employment").order_by("employment__number"))
    versions = {version.pk: version for version in ModuleVersion.objects.all()}
    pins = {pin.campaign_module_id: versions[pin.module_version_id] for pin in _pins(campaign)}
    for key, version in pins.items():
        Task.objects.filter(campaign_module=key).update(version=version, opened_at=building.NOW, fixed_at=building.NOW)
    append_many(_papers(assignments, pins))
    seal(now=building.later(hours=5), key=load_key())
    signatures = iter(_signatures(assignments))
    # Signed, sealed and certified by and by, as people do it: a proof reads what was sealed with its entry.
    for number in count():
        signed = list(islice(signatures, AT_ONCE))
        if not signed:
            break
        append_many(signed)
        seal(now=building.later(hours=6, minutes=number), key=load_key())
        if certificates:
            append_many(_certificates(signed, at=building.later(hours=6, minutes=number)))
            seal(now=building.later(hours=6, minutes=number, seconds=30), key=load_key())
    rebuild(campaign=campaign)
    return campaign


def _pins(campaign: Campaign) -> list[Any]:
    return [pin for module in campaign.campaign_modules.prefetch_related("pins") for pin in module.pins.all()]


def _enrol(people: int) -> None:
    departments = []
    for number in range(min(people, 40)):
        path = f"第{number % 5 + 1}本部/第{number // 5 + 1}部"
        departments.append((path, ensure_department(path=path, since=JOINED, now=building.NOW)))
    everybody = [Employee() for _ in range(people)]
    Employee.objects.bulk_create(everybody, batch_size=FLUSH)
    append_many(
        _enrolled(number, employee, *departments[number % len(departments)])
        for number, employee in enumerate(everybody)
    )


def _enrolled(number: int, employee: Employee, path: str, department: Any) -> Fact:
    staff = f"{number + 1:06d}"
    name = _name(number)
    held = {"valid_from": JOINED, "recorded_at": building.NOW}
    employment = Employment(employee=employee, number=staff, type=EmploymentType.REGULAR, **held)
    return Fact(
        kind="people.enrolled",
        at=building.NOW,
        facts={
            "employee": employee.pk,
            "employment": employment.pk,
            "type": EmploymentType.REGULAR.value,
            "from": JOINED,
            "department": department.pk,
        },
        disclosures=[
            hide("number", staff),
            hide("name", name),
            hide("kana", "カナ"),
            hide("department", path),
        ],
        beside=[
            employment,
            PersonName(employee=employee, name=name, kana="カナ", **held),
            Posting(employment=employment, department=department, **held),
        ],
    )


def _name(number: int) -> str:
    return f"{FAMILY[number % len(FAMILY)]} {GIVEN[number // len(FAMILY) % len(GIVEN)]}"


def _papers(assignments: list[Assignment], pins: dict[int, ModuleVersion]) -> Iterable[Fact]:
    pools: dict[Any, dict[str, QuestionVersion]] = {}
    for row in ModuleVersionQuestion.objects.select_related("question_version"):
        pools.setdefault(row.module_version_id, {})[str(row.question_version_id)] = row.question_version
    tasks: dict[Any, list[Task]] = {}
    for task in Task.objects.order_by("assignment", "campaign_module__order").iterator(chunk_size=FLUSH):
        tasks.setdefault(task.assignment_id, []).append(task)
    for place, assignment in enumerate(assignments):
        at = building.later(seconds=place)
        done = tasks.pop(assignment.pk)
        for order, task in enumerate(done if place % 20 else done[:3]):
            task.version = pins[task.campaign_module_id]
            tries = 2 if (place + order) % 4 == 0 else 1
            for number in range(1, tries + 1):
                yield from _paper(task, pools[task.version.pk], number=number, right=number == tries, at=at)


def _paper(task: Task, pool: dict[str, QuestionVersion], *, number: int, right: bool, at: datetime) -> Iterable[Fact]:
    seed = secrets.token_hex(8)
    blueprint = task.version.content["blueprint"]
    drawn = draw(seed=seed, pool=list(pool), count=blueprint["draw"])
    attempt = Attempt(task=task, number=number, module_version=task.version, seed=seed, drawn=drawn, started_at=at)
    yield Fact(kind="quiz.started", at=at, rows=[attempt])
    submission = Submission(attempt=attempt, at=at)
    given = {key: [o["id"] for o in pool[key].content["options"] if o["correct"] == right][:2] for key in drawn}
    hidden = {key: hide(f"response/{key}", given[key]) for key in drawn}
    answers = [
        Answer(submission=submission, question_version=pool[key], response_digest=hidden[key].digest) for key in drawn
    ]
    result = mark(paper=[(key, pool[key].content) for key in drawn], responses=given, pass_mark=blueprint["pass_mark"])
    marking = Marking(
        submission=submission,
        number=1,
        points=result.points,
        score=result.score,
        out_of=result.out_of,
        passed=result.passed,
        reason="submitted",
        by=None,
        at=at,
    )
    rows: list[Evidence] = [submission, *answers, marking, *([completion_for(task, now=at)] if result.passed else [])]
    yield Fact(kind="quiz.submitted", at=at, rows=rows, disclosures=list(hidden.values()))


def _signatures(assignments: list[Assignment]) -> Iterable[Fact]:
    whole = next(a for place, a in enumerate(assignments) if place % 20)
    whole = Assignment.objects.select_related("campaign__revision", "campaign__statement").get(pk=whole.pk)
    pledge = pledge_for(whole)  # the same for everybody: all were taught the same versions
    signed, digest = content(pledge), pledge_digest(pledge)
    paths = dict(Posting.objects.values_list("employment", "department__places__name"))
    for place, assignment in enumerate(assignments):
        if place % 20 == 0:
            continue
        at = building.later(hours=6, minutes=place // AT_ONCE - 1)
        number = assignment.employment.number
        name = _name(int(number) - 1)
        yield Fact(
            kind="attestation.signed",
            at=at,
            rows=[
                Attestation(
                    assignment=assignment,
                    number=1,
                    statement_version=whole.campaign.statement,
                    signed=signed,
                    digest=digest,
                    method=Attestation.Method.PASSWORD,
                    authenticated_at=at - timedelta(minutes=1),
                    name_match=Attestation.NameMatch.EXACT,
                    at=at,
                )
            ],
            disclosures=[
                hide("typed_name", name),
                hide("name", name),
                hide("number", number),
                hide("department", paths[assignment.employment_id]),
            ],
        )


def _certificates(signatures: list[Fact], *, at: datetime) -> Iterable[Fact]:
    rows = Attestation.objects.select_related("assignment__campaign__revision", "statement_version", "entry")
    issued = Certificate.objects.count()
    keys = [row.pk for fact in signatures for row in fact.rows]
    for number, attestation in enumerate(rows.filter(pk__in=keys).order_by("entry__sequence"), issued + 1):
        campaign, token = attestation.assignment.campaign, secrets.token_hex(16)
        made = produce(
            attestation=attestation,
            serial=f"{campaign.code}-{number:06d}",
            token=token,
            language="ja",
            issued_at=at,
            valid_until=campaign.valid_until,
        )
        certificate = Certificate(
            assignment=attestation.assignment,
            attestation=attestation,
            serial=made.face.serial,
            token=token,
            language="ja",
            issued_at=at,
            valid_until=campaign.valid_until,
            pdf_sha256=keep(made.pdf),
        )
        face = hide(FACE, plain(asdict(made.face)))
        yield Fact(kind="certificates.issued", at=at, rows=[certificate], disclosures=[face])


if __name__ == "__main__":
    build(int(sys.argv[1]))
