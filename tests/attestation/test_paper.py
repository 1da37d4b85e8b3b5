"""What was done on paper is entered by HR with the scan: it counts, and says everywhere that it is of lower assurance."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.building import (
    NOW,
    account,
    assignment_of,
    campaign,
    certify,
    later,
    module_version,
    officer,
    person,
    read,
    right_answers,
    sign,
    train,
)
from tests.cutting import everything, writes_whole_or_not_at_all
from training.attestation.annul import annul
from training.attestation.copy import pledge_pdf
from training.attestation.models import Attestation, PaperRecord
from training.attestation.paper import enter_paper, enter_session
from training.attestation.queries import disclosed, paper_of, pledge_digest, pledge_for
from training.attestation.scans import media_type_of, scan_path
from training.campaigns.close import close
from training.campaigns.models import Assignment, Campaign, Completion, Tally, Task
from training.campaigns.standing_by_hand import remove
from training.campaigns.tally import COUNTERS, rebuild
from training.certificates.queries import face_of
from training.errors import Conflict, Invalid, NotAllowed, NotReady
from training.ledger.keys import load_key, verifier
from training.ledger.models import Disclosure, Entry
from training.ledger.records import verify_records
from training.ledger.seal import seal
from training.ledger.verify import verify
from training.quiz.sitting import start, submit
from training.roles import Role

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
HELD = date(2026, 11, 20)


def picture(kind: str, size: tuple[int, int] = (40, 60)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "white").save(file, kind)
    return file.getvalue()


def entered(assignment: Assignment, **changes: Any) -> PaperRecord:
    values: dict[str, Any] = {
        "kind": "group", "held_on": HELD, "scan": PDF, "note": "", "by": officer(), "now": NOW,
    }  # fmt: skip
    return enter_paper(assignment=assignment, **(values | changes))


@pytest.fixture
def mine() -> Assignment:
    employment = person()
    campaign(["article-1", "article-3"])
    return assignment_of(employment)


def counted() -> dict[str, int]:
    return {name: getattr(Tally.objects.get(), name) for name in COUNTERS}


def test_every_module_is_completed_in_the_pinned_version_and_the_pledge_is_signed_on_paper(mine: Assignment):
    module_version("article-1", title="あとから直した題", now=later(days=1))
    record = entered(mine)
    assert {row.how for row in Completion.objects.all()} == {Completion.How.PAPER}
    assert {row.module_version.number for row in Completion.objects.all()} == {1}
    signature = Attestation.objects.get()
    assert (signature.method, signature.number, signature.at) == ("paper", 1, NOW)
    assert signature.digest == pledge_digest(pledge_for(assignment_of(mine.employment)))
    assert disclosed(signature)["name"] == "髙橋 一郎"
    assert paper_of(signature) == record
    assert (record.number, record.kind, record.held_on, record.by) == (1, "group", HELD, officer())
    assert counted() == {"assigned": 1, "started": 1, "trained": 1, "signed": 1, "credited": 0, "closed": 0}
    kept = counted()
    rebuild(campaign=Campaign.objects.get())
    assert counted() == kept


def test_the_scan_is_kept_under_its_sha_256_and_several_people_may_be_on_one():
    people = [person(f"{n}", f"氏名{n}") for n in range(2)]
    campaign()
    scan = picture("PNG")
    rows = [entered(assignment_of(one), scan=scan) for one in people]
    assert {row.sha256 for row in rows} == {hashlib.sha256(scan).hexdigest()}
    assert scan_path(rows[0].sha256).read_bytes() == scan
    assert (rows[0].media_type, rows[0].size) == ("image/png", len(scan))


def test_what_was_passed_on_the_screen_stays_as_it_was(mine: Assignment):
    first, second = mine.tasks.order_by("campaign_module__order")
    task = read(first)
    attempt = start(task=task, version=str(task.version_id), seed="s", now=NOW)
    submit(attempt=attempt, version=str(task.version_id), responses=right_answers(attempt), now=NOW)
    entered(mine)
    assert {row.task_id: row.how for row in Completion.objects.all()} == {first.pk: "passed", second.pk: "paper"}
    assert counted()["started"] == counted()["trained"] == 1


def test_a_paper_that_is_open_on_the_screen_can_still_be_handed_in_and_changes_nothing(mine: Assignment):
    task = read(mine.tasks.order_by("campaign_module__order")[0])
    attempt = start(task=task, version=str(task.version_id), seed="s", now=NOW)
    entered(mine)
    submit(attempt=attempt, version=str(task.version_id), responses=right_answers(attempt), now=NOW)
    assert Completion.objects.get(task=task).how == "paper"
    assert counted()["trained"] == 1


def test_only_the_pledge_is_on_paper_where_all_modules_were_passed(mine: Assignment):
    train(mine)
    entered(mine)
    assert {row.how for row in Completion.objects.all()} == {"passed"}
    assert counted()["trained"] == counted()["signed"] == 1


def test_after_an_annulment_it_is_signature_number_two(mine: Assignment):
    train(mine)
    wrong = sign(mine, "髙橋 一郎")
    annul(attestation=wrong, cause="wrong_person", reason="x", by=officer(), now=NOW)
    entered(mine, now=later(minutes=1))
    assert Attestation.objects.latest("number").number == 2


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.AUDITOR])
def test_nobody_but_hr_and_the_privacy_officer_enters_anything(mine: Assignment, role: Role | None):
    by = account("somebody", *([role] if role else []))
    before = everything()
    with pytest.raises(NotAllowed):
        entered(mine, by=by)
    assert everything() == before
    entered(mine, by=account("hr", Role.HR))


def test_nobody_enters_the_own_sheet_nor_one_that_the_own_name_is_on():
    hr, other = account("hr", Role.HR), person("000102", "𠮷田 二")
    mine = person(user=hr)
    campaign()
    before = everything()
    with pytest.raises(NotAllowed):
        entered(assignment_of(mine), by=hr)
    said: dict[str, Any] = {"kind": "group", "held_on": HELD, "scan": PDF, "note": "", "by": hr, "now": NOW}
    with pytest.raises(Invalid, match="000101"):
        enter_session(assignments=[assignment_of(other), assignment_of(mine)], **said)
    assert everything() == before
    assert enter_session(assignments=[assignment_of(other)], **said)


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "telepathy"},
        {"held_on": date(2026, 3, 31)},
        {"held_on": date(2026, 11, 25)},
        {"note": "あ" * 1001},
        {"scan": b""},
        {"scan": b"MZ\x90\x00 not a scan"},
        {"scan": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"},
        {"scan": b"%PDF-1.7\nbroken off"},
        {"scan": b"GIF89a" + bytes(40)},
        {"scan": picture("PNG")[:60]},
        {"scan": picture("JPEG")[:300]},
        {"scan": picture("WEBP")},
        {"scan": picture("PNG", (9000, 9000))},
    ],
)
def test_what_is_no_scan_or_cannot_be_is_refused_and_nothing_is_written(mine: Assignment, bad: dict[str, Any]):
    before = everything()
    with pytest.raises(Invalid):
        entered(mine, **bad)
    assert everything() == before


def test_a_scan_larger_than_the_company_allows_is_refused():
    with override_settings(PRIVACY_TRAINING={"SCAN_LIMIT": len(PDF) - 1}), pytest.raises(Invalid):
        media_type_of(PDF)
    assert [media_type_of(scan) for scan in (PDF, picture("PNG"), picture("JPEG"))] == [
        "application/pdf",
        "image/png",
        "image/jpeg",
    ]


def test_who_has_signed_is_closed_or_in_a_campaign_that_ended_is_not_entered():
    signed, out = person("1", "済 み"), person("2", "外 れ")
    made = campaign()
    entered(assignment_of(signed))
    remove(assignment=assignment_of(out), reason="x", by=officer(), now=NOW)
    before = everything()
    with pytest.raises(Conflict):
        entered(assignment_of(signed), scan=picture("PNG"))
    with pytest.raises(NotReady):
        entered(assignment_of(out))
    assert everything() == before
    late = person("3", "遅 れ")
    ended = campaign(["article-5"], code="FY2027")
    close(campaign=ended, reason="x", by=officer(), now=NOW)
    with pytest.raises(Conflict):
        entered(assignment_of(late, "FY2027"))
    assert made.state == "open"


def test_entering_is_done_whole_or_not_at_all(mine: Assignment):
    writes_whole_or_not_at_all(lambda: entered(mine, note="現場の掲示板前で実施"))


def test_the_note_stays_with_the_sheet_and_out_of_the_certificate(mine: Assignment):
    entered(mine, note="内密の覚え書き")
    hidden = Disclosure.objects.get(name="note")
    assert hidden.entry.kind == "attestation.paper_entered"
    certificate = certify(Attestation.objects.get())
    assert certificate.attestation.entry.kind == "attestation.signed"
    assert "note" not in set(
        Disclosure.objects.filter(entry=certificate.attestation.entry).values_list("name", flat=True)
    )
    body = Entry.objects.get(kind="attestation.signed").body
    assert str(PaperRecord.objects.get().pk) in body, "the signature names its sheet"


@pytest.mark.parametrize("kind", ["paper", "group"])
def test_certificate_and_copy_say_that_it_was_on_paper(mine: Assignment, kind: str):
    entered(mine, kind=kind)
    certificate = certify(Attestation.objects.get())
    face = face_of(certificate)
    assert (face["on_paper"], face["signed_on"]) == (kind, HELD.isoformat())
    assert pledge_pdf(certificate.attestation).startswith(b"%PDF")


def test_a_signature_on_the_screen_says_nothing_of_paper(mine: Assignment):
    train(mine)
    certificate = certify(sign(mine, "髙橋 一郎"))
    assert face_of(certificate)["on_paper"] == ""
    assert paper_of(certificate.attestation) is None


def test_the_ledger_agrees_with_every_row_afterwards(mine: Assignment):
    entered(mine, note="覚え書き")
    seal(now=NOW, key=load_key())
    assert verify_records().problem_count == 0
    assert verify(keys=[verifier(load_key())]).problem_count == 0


def session(people: list[Assignment], **changes: Any) -> list[PaperRecord]:
    values: dict[str, Any] = {
        "kind": "group", "held_on": HELD, "scan": PDF, "note": "食堂", "by": officer(), "now": NOW,
    }  # fmt: skip
    return enter_session(assignments=people, **(values | changes))


def crowd(number: int) -> list[Assignment]:
    people = [person(f"{n:06}", f"氏名{n}") for n in range(number)]
    campaign()
    return [assignment_of(one) for one in people]


def test_a_session_is_one_sheet_for_everybody_looked_at_once(monkeypatch: pytest.MonkeyPatch):
    looked: list[int] = []
    monkeypatch.setattr("training.attestation.paper.media_type_of", lambda scan: looked.append(1) or "application/pdf")
    people = crowd(3)
    rows = session([people[2], people[0], people[1], people[0]])
    assert looked == [1]
    assert [row.assignment_id for row in rows] == [people[2].pk, people[0].pk, people[1].pk]
    assert counted() == {"assigned": 3, "started": 3, "trained": 3, "signed": 3, "credited": 0, "closed": 0}
    assert len(Disclosure.objects.filter(name="note", value="食堂")) == 3


def test_everybody_is_held_in_one_order_before_any_counter_moves():
    people = crowd(3)
    with CaptureQueriesContext(connection) as asked:
        session(people[::-1])
    told = [query["sql"].replace("-", "") for query in asked]
    counter = next(at for at, sql in enumerate(told) if sql.startswith("UPDATE") and Tally._meta.db_table in sql)
    # The keys of all of them in one ordered question: what is asked of one table, then of the other, is what is held.
    holds = [at for at, sql in enumerate(told) if "ORDER BY" in sql and all(row.pk.hex in sql for row in people)]
    tables = [Task._meta.db_table, Assignment._meta.db_table]
    assert len(holds) == 2
    assert max(holds) < counter
    for at, table in zip(holds, tables, strict=True):
        assert told[at].startswith(f'SELECT "{table}"."id" ')


def test_a_session_names_whom_it_cannot_be_entered_for_and_enters_nobody():
    people = crowd(3)
    entered(people[1])
    before = everything()
    with pytest.raises(Invalid, match="000001"):
        session(people)
    assert everything() == before


def test_a_session_of_more_than_a_hundred_is_refused_before_anything_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("training.attestation.paper.MOST_AT_ONCE", 2)
    people = crowd(3)
    with pytest.raises(Invalid, match="2"):
        session(people, scan=b"")
    assert len(session(people[:2])) == 2


def test_a_session_is_entered_whole_or_not_at_all():
    people = crowd(2)
    assert writes_whole_or_not_at_all(lambda: session(people)) > 6


def test_nobody_but_the_office_enters_a_session():
    with pytest.raises(NotAllowed):
        session(crowd(1), by=account("editor", Role.EDITOR))
