"""A small log to work on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from tests import asking, building
from training.access.log import record_access
from training.access.models import AccessLog
from training.access.sample import draw_sample
from training.attestation.annul import annul
from training.attestation.attest import decline
from training.attestation.models import Attestation, Credit
from training.attestation.paper import enter_paper
from training.campaigns.exempt import exempt, lift
from training.campaigns.models import Assignment
from training.campaigns.standing_by_hand import remove
from training.catalogue.blueprint import Blueprint
from training.catalogue.models import ModuleVersionQuestion
from training.certificates.edition import issue_edition
from training.certificates.reissue import reissue
from training.changes.models import ClauseConfirmation, ClauseDecision
from training.ledger.append import append, hide
from training.ledger.keys import load_key
from training.ledger.models import Entry
from training.ledger.seal import seal
from training.quiz.make_up import grant_make_up
from training.quiz.remark import withdraw
from training.reminders.models import ReminderSent

NOW = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)

Write = Callable[..., Entry]


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return load_key()


@pytest.fixture
def write() -> Write:
    """Append one entry a second, each with the given personal values hidden behind digests."""
    clock = iter(range(10_000))

    def write_one(kind: str = "test.happened", /, **values: str) -> Entry:
        at = NOW + timedelta(seconds=next(clock))
        return append(
            kind=kind, at=at, facts={"n": at.second}, disclosures=[hide(name, value) for name, value in values.items()]
        )

    return write_one


@pytest.fixture
def log(write: Write, key: Ed25519PrivateKey) -> list[Entry]:
    """Seven entries: three and two sealed, two waiting; the first and the fourth with a name."""
    written = [write(name="髙橋 一郎"), write(), write()]
    seal(now=NOW + timedelta(minutes=1), key=key)
    written += [write(name="﨑山 花子", department="営業本部"), write()]
    seal(now=NOW + timedelta(minutes=2), key=key)
    written += [write(), write(name="邉見 次郎")]
    return [Entry.objects.get(pk=entry.pk) for entry in written]


def what_may_happen_to(assignments: Sequence[Assignment]) -> None:
    """What a year brings besides training: two rows of each kind."""
    officer, now, day = building.officer(), building.NOW, building.NOW.date()
    campaign = assignments[0].campaign
    module = campaign.campaign_modules.get().module
    signature = Attestation.objects.filter(annulment__isnull=True).earliest("at")
    for assignment in assignments[2:4]:
        until = day + timedelta(days=60)
        exempt(assignment=assignment, cause="other", reason="海外の現場", until=until, by=officer, now=now)
        lift(assignment=assignment, reason="帰国", by=officer, now=now)
        scan = f"%PDF-1.4 {assignment.pk}\n%%EOF\n".encode()
        enter_paper(
            assignment=assignment, kind="group", held_on=day, scan=scan, note="工場の会議室", by=officer, now=now
        )
    for assignment in assignments[4:]:
        remove(assignment=assignment, reason="別会社で受講", by=officer, now=now)
    counted = [
        Credit(assignment=assignment, attestation=signature, rule={"kinds": ["joining"]}, at=now)
        for assignment in assignments[4:]
    ]
    building.recorded("attestation.credited", *counted)
    reminders = [
        ReminderSent(assignment=assignment, due_number=1, rung=-7, reader="learner", at=now)
        for assignment in assignments[2:4]
    ]
    building.recorded("reminders.sent", *reminders)
    for number, ref in enumerate(("3.3", "3.5"), 1):
        decided = {"ref_before": ref, "ref_after": ref, "change": "changed", "material": number == 1}
        decision = ClauseDecision(revision=campaign.revision, number=1, by=officer, at=now, **decided)
        building.recorded("changes.decided", decision, reason="罰則が変わった")
        confirmation = ClauseConfirmation(revision=campaign.revision, module=module, ref=ref, by=officer, at=now)
        building.recorded("changes.confirmed", confirmation)


@pytest.fixture(scope="module")
def whole_year(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A year of six people, with at least two rows in every append-only table but those of the company as a whole.

    Made once for all tests of a module, in a transaction that is taken back
    after the last; the tests are marked ``django_db`` as any, and each begins
    with this year whole.
    """
    outermost = transaction.atomic()
    outermost._from_testcase = True  # what lets durable transactions run inside, as in Django's own TestCase
    with django_db_blocker.unblock(), outermost:
        building.module_version(
            "article-4", **asking.with_pictures("article-4", asking.picture("red"), asking.picture("blue"))
        )
        people = [
            building.person("000101", "髙橋 一郎", user=building.account("ichiro")),
            building.person("000102", "﨑山 花子", user=building.account("hanako")),
            building.person("000103", "邉見 次郎", user=building.account("jiro")),
            building.person("000104", "齋藤 三郎", user=building.account("saburo")),
            building.person("000105", "𠮷田 四郎"),
            building.person("000106", "濵田 五郎"),
        ]
        once = Blueprint(draw=3, pass_mark=66, attempts=1)
        campaign = building.campaign(snapshots={"article-3": {"blueprint": once}})
        assignments = [building.assignment_of(person) for person in people]
        for assignment in assignments[2:4]:
            task = building.read(assignment.tasks.get())
            building.sit(task, right=False)
            grant_make_up(
                task=task, what="面談と再読", why="受験回数を使い切った", by=building.officer(), now=building.NOW
            )
        for assignment in assignments:
            building.train(assignment)
        for person, assignment in zip(people[:2], assignments, strict=False):
            name = person.employee.names.first().name
            certificate = building.certify(building.sign(assignment, name))
            issue_edition(certificate=certificate, language="en", by=building.officer(), now=building.NOW)
            building.married(person, f"佐藤 {name[-2:]}")
            reissue(certificate=certificate, reason="改姓", by=building.officer(), now=building.NOW)
        for assignment, name in zip(assignments[4:], ("𠮷田 四郎", "濵田 五郎"), strict=True):
            annul(
                attestation=building.sign(assignment, name),
                cause="wrong_person",
                reason="別人の署名",
                by=building.officer(),
                now=building.NOW,
            )
        for assignment in assignments[2:4]:
            decline(assignment=assignment, reason="内容を確認したい", now=building.NOW)
        for why in ("監査", "再監査"):
            record_access(
                user=building.account(why),
                action=AccessLog.Action.values[0],
                campaign=campaign,
                what="certificate",
                why=why,
                now=building.NOW,
            )
        for by_department in (False, True):
            draw_sample(
                user=building.officer(), campaign=campaign, size=2, by_department=by_department, now=building.NOW
            )
        for place in ModuleVersionQuestion.objects.filter(module_version__module__slug="article-4")[:2]:
            withdraw(
                questions=[place.question_version], reason="正解が二つある", by=building.officer(), now=building.NOW
            )
        what_may_happen_to(assignments)
        for address in ("{}@example.com", "{}@example.co.jp"):  # two imports of two changes each
            lines = ["社員番号,氏名,メール", f"000105,𠮷田 四郎,{address.format('yoshida')}"]
            lines += [f"000106,濵田 五郎,{address.format('hamada')}"]
            building.import_staff("\n".join(lines).encode(), day=building.NOW.date())
        yield
        transaction.set_rollback(True)
