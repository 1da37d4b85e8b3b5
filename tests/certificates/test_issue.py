"""A certificate is issued for a sealed signature, once, under the next number, and its bytes are kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.building import NOW, assignment_of, campaign, certify, later, officer, person, sign, train, year
from tests.certificates.verifying import authority, signature
from tests.cutting import everything, writes_whole_or_not_at_all
from training.attestation.annul import annul
from training.attestation.models import Attestation
from training.campaigns.models import Campaign
from training.certificates.issue import issue, issue_waiting, keep, waiting
from training.certificates.models import Certificate
from training.certificates.queries import (
    Status,
    certificate_of,
    certificates_in,
    check,
    face_of,
    pdf_of,
    pdf_path,
    status_on,
)
from training.certificates.tasks import issue_certificate
from training.errors import Conflict, Invalid, NotReady
from training.ledger.keys import load_key
from training.ledger.models import Entry
from training.ledger.proof import Inclusion, inclusion
from training.ledger.seal import seal

pytestmark = pytest.mark.django_db
LAST_DAY = date(2027, 12, 31)


def signed(number: str = "000101", name: str = "髙橋 一郎", code: str = "FY2026") -> Attestation:
    """A signature not yet sealed, in a campaign that is open or opened for it."""
    employment = person(number, name)
    if not Campaign.objects.filter(code=code).exists():
        campaign(code=code)
    assignment = assignment_of(employment, code)
    train(assignment)
    return sign(assignment, name)


def sealed(number: str = "000101", name: str = "髙橋 一郎") -> Attestation:
    attestation = signed(number, name)
    seal(now=NOW, key=load_key())
    return attestation


def test_a_signature_that_is_not_sealed_gets_no_certificate():
    attestation = signed()
    before = everything()
    with pytest.raises(NotReady):
        issue(attestation=attestation, now=NOW)
    assert everything() == before
    assert waiting() == [attestation]


def test_a_certificate_bears_what_was_recorded_when_the_pledge_was_signed():
    made = issue(attestation=sealed(), now=later(days=1))
    face = face_of(made)
    assert (made.serial, made.language, made.valid_until) == ("FY2026-000001", "ja", LAST_DAY)
    assert (face["holder"], face["staff_number"]) == ("髙橋 一郎", "000101")
    assert face["department"] == "営業本部/第一営業部/二課"
    assert face["modules"] == ["研修 article-3"]
    assert (face["signed_on"], face["issued_on"], face["valid_until"]) == ("2026-11-24", "2026-11-25", "2027-12-31")
    assert (face["first_day"], face["last_day"]) == ("2026-04-01", "2027-03-31")
    assert (face["policy_number"], face["policy_enacted_on"]) == (1, "2022-07-29")
    assert face["check_url"].endswith(f"/check/{made.token}/")
    assert face["serial"] == made.serial
    assert face["record_fingerprint"].replace(" ", "").lower() == made.attestation.digest
    assert waiting() == []


def test_days_on_a_certificate_are_those_of_tokyo():
    made = issue(attestation=sealed(), now=later(hours=14))
    assert face_of(made)["issued_on"] == "2026-11-25"


def test_the_token_is_128_bits_in_hexadecimal():
    assert re.fullmatch(r"[0-9a-f]{32}", issue(attestation=sealed(), now=NOW).token)


def test_the_stored_file_is_the_one_whose_digest_is_recorded():
    made = issue(attestation=sealed(), now=NOW)
    data = pdf_of(made).read_bytes()
    assert data.startswith(b"%PDF-")
    assert sha256(data).hexdigest() == made.pdf_sha256
    assert made.pdf_sha256 in made.entry.body
    assert pdf_of(made) == pdf_path(made.pdf_sha256)


def test_bytes_are_kept_once_and_nothing_half_written_is_left(settings: Any, tmp_path: Any):
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "EVIDENCE_ROOT": tmp_path}
    digest = keep(b"%PDF-1.7 x")
    modified = pdf_path(digest).stat().st_mtime_ns
    assert keep(b"%PDF-1.7 x") == digest == sha256(b"%PDF-1.7 x").hexdigest()
    assert pdf_path(digest).stat().st_mtime_ns == modified
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [f"{digest}.pdf"]


def test_issuing_twice_gives_the_same_certificate_and_writes_nothing():
    attestation = sealed()
    first = issue(attestation=attestation, now=NOW)
    before = everything()
    assert issue(attestation=attestation, now=later(days=30)) == first
    assert everything() == before


def test_numbers_follow_one_another_in_each_campaign_without_a_gap():
    people = [person(f"00010{n}", f"氏名{n}") for n in range(3)]
    campaign()
    campaign(["article-5"], code="FY2027")
    serials = []
    for employment in people:
        for code in ("FY2026", "FY2027"):
            assignment = assignment_of(employment, code)
            train(assignment)
            serials.append(certify(sign(assignment, f"氏名{employment.number[-1]}")).serial)
    assert serials == [
        "FY2026-000001",
        "FY2027-000001",
        "FY2026-000002",
        "FY2027-000002",
        "FY2026-000003",
        "FY2027-000003",
    ]
    tokens = set(Certificate.objects.values_list("token", flat=True))
    assert len(tokens) == 6


def test_a_character_that_the_font_lacks_is_named_and_no_number_is_used_up():
    attestation = sealed(name="山田 \U00030ede")
    before = everything()
    with pytest.raises(Invalid) as caught:
        issue(attestation=attestation, now=NOW)
    assert "「\U00030ede」(U+30EDE)" in str(caught.value.message)
    assert everything() == before
    assert waiting() == [attestation]


@pytest.mark.parametrize("name", ["髙﨑 𠮷邉", "德川 慶喜", "葛\U000e0100城 守", "Müller Anna-Marie", "ﾔﾏﾀﾞ ﾀﾛｳ"])
def test_a_name_is_certified_as_it_stands_in_the_roster(name: str):
    assert face_of(certify(signed(name=name)))["holder"] == name


def test_issuing_is_done_whole_or_not_at_all():
    attestation = sealed()
    writes_whole_or_not_at_all(lambda: issue(attestation=attestation, now=NOW))
    assert Certificate.objects.count() == 1


def test_no_personal_value_stands_in_the_row_or_in_the_entry_s_body():
    certify(signed(name="髙﨑 𠮷邉"))
    bodies = "".join(Entry.objects.values_list("body", flat=True))
    rows = str(list(Certificate.objects.values()))
    for value in ("髙﨑", "𠮷邉", "000101", "営業本部"):
        assert value not in bodies
        assert value not in rows


def test_the_job_after_signing_seals_and_issues():
    attestation = signed()
    issue_certificate.enqueue(str(attestation.pk))
    made = Certificate.objects.get()
    assert made.attestation == attestation
    assert Entry.objects.get(pk=attestation.entry_id).sequence is not None
    issue_certificate.enqueue(str(attestation.pk))
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize(
    ("superseded", "erased", "days", "status"),
    [
        (False, False, 0, Status.VALID),
        (False, False, 1, Status.EXPIRED),
        (False, False, -400, Status.VALID),
        (True, False, 0, Status.SUPERSEDED),
        (True, False, 1, Status.SUPERSEDED),
        (False, True, 0, Status.ERASED),
        (False, True, 1, Status.ERASED),
        (True, True, 0, Status.ERASED),
        (True, True, 1, Status.ERASED),
    ],
)
def test_the_status_on_a_day(superseded: bool, erased: bool, days: int, status: Status):
    day = LAST_DAY + timedelta(days=days)
    assert status_on(valid_until=LAST_DAY, superseded=superseded, erased=erased, day=day) is status


def test_a_certificate_is_found_by_its_token_alone(django_assert_max_num_queries: Any):
    made = year().certificate
    with django_assert_max_num_queries(3):
        found = check(token=made.token, day=LAST_DAY)
    assert found is not None
    assert (found.certificate, found.status, found.face["holder"]) == (made, Status.VALID, "髙橋 一郎")
    expired = check(token=made.token, day=LAST_DAY + timedelta(days=1))
    assert expired is not None
    assert expired.status is Status.EXPIRED


def test_nothing_is_found_by_anything_like_a_token():
    token = year().certificate.token
    other = token[:31] + ("0" if token[31] != "0" else "1")
    for like in (
        other,
        token[:-1],
        f"{token}0",
        f" {token}",
        f"{token}\n",
        f"{token[:31]}%",
        f"{token[:31]}_",
        "A" * 32,
    ):
        assert check(token=like, day=LAST_DAY) is None, like


def test_no_text_in_place_of_a_token_finds_or_breaks_anything():
    year()
    for token in ("", "%", "_" * 32, "\x00", "0" * 32, "' OR 1=1 --", "髙" * 40, "0" * 100_000):
        assert check(token=token, day=LAST_DAY) is None, token


def test_a_certificate_replaced_by_a_newer_one_says_so():
    made = year().certificate
    newer = Certificate(
        assignment=made.assignment,
        attestation=made.attestation,
        supersedes=made,
        serial="FY2026-000002",
        token="f" * 32,
        language="ja",
        issued_at=later(days=1),
        valid_until=made.valid_until,
        pdf_sha256=made.pdf_sha256,
        entry=made.entry,
    )
    newer.save()
    old = check(token=made.token, day=LAST_DAY)
    assert old is not None
    assert old.status is Status.SUPERSEDED
    assert certificate_of(made.assignment) == newer


def test_the_list_is_by_number_and_costs_the_same_for_one_and_for_many(django_assert_num_queries: Any):
    people = [person(f"00010{n}", f"氏名{n}") for n in range(4)]
    made = campaign()
    for count, employment in enumerate(people, 1):
        assignment = assignment_of(employment)
        train(assignment)
        certify(sign(assignment, f"氏名{count - 1}"))
        with django_assert_num_queries(1):
            listed = certificates_in(made)
            assert [c.assignment.employment.number for c in listed] == [e.number for e in people[:count]]
        assert [c.serial for c in listed] == [f"FY2026-00000{n}" for n in range(1, count + 1)]


def signed_crowd(crowd: int, code: str = "FY2026") -> list[Attestation]:
    """Signatures of so many people, not yet sealed."""
    people = [person(f"{code}{n:03}", f"氏名{n}") for n in range(crowd)]
    campaign(code=code)
    assignments = [assignment_of(employment, code) for employment in people]
    for assignment in assignments:
        train(assignment)
    return [sign(assignment, f"氏名{n}") for n, assignment in enumerate(assignments)]


def sealed_crowd(crowd: int) -> list[Attestation]:
    attestations = signed_crowd(crowd)
    seal(now=NOW, key=load_key())
    return attestations


def meanwhile(act: Callable[[], object]) -> Callable[[Entry], Inclusion]:
    """A prover during whose work something else happens, once."""
    acts = [act]

    def prove(entry: Entry) -> Inclusion:
        while acts:
            acts.pop()()
        return inclusion(entry)

    return prove


def test_a_number_taken_while_a_certificate_is_drawn_is_not_given_twice():
    mine, other = sealed_crowd(2)
    made = issue(attestation=mine, now=NOW, prove=meanwhile(lambda: issue(attestation=other, now=NOW)))
    assert (made.attestation, made.serial) == (mine, "FY2026-000002")
    assert (face_of(made)["serial"], face_of(made)["holder"]) == ("FY2026-000002", "氏名0")
    assert list(Certificate.objects.order_by("serial").values_list("attestation", flat=True)) == [other.pk, mine.pk]
    assert len(list(pdf_of(made).parent.rglob(f"{made.pdf_sha256}.pdf"))) == 1


def test_a_certificate_issued_by_somebody_else_while_it_is_drawn_is_the_one():
    attestation = sealed()
    first: list[Certificate] = []
    made = issue(
        attestation=attestation,
        now=NOW,
        prove=meanwhile(lambda: first.append(issue(attestation=attestation, now=later(seconds=1)))),
    )
    assert [made] == first == list(Certificate.objects.all())
    assert Entry.objects.filter(kind="certificates.issued").count() == 1


def test_a_signature_annulled_while_its_certificate_is_drawn_gets_none():
    attestation = sealed()

    def wrong() -> None:
        annul(attestation=attestation, cause="other", reason="理由", by=officer(), now=NOW)

    with pytest.raises(Conflict):
        issue(attestation=attestation, now=NOW, prove=meanwhile(wrong))
    assert not Certificate.objects.exists()


def test_many_certificates_after_one_seal_read_the_log_once():
    reads = []
    for crowd, code in ((2, "FY2026"), (6, "FY2027")):
        signed_crowd(crowd, code)
        with CaptureQueriesContext(connection) as queries:
            assert len(issue_waiting(now=NOW).issued) == crowd
        reads.append(sum('"leaf"' in q["sql"] and '"body"' not in q["sql"] and "ORDER" in q["sql"] for q in queries))
    assert reads[0] == reads[1] <= 2  # to seal, and to prove


@pytest.mark.django_db(transaction=True)
def test_the_time_stamp_authority_is_asked_while_no_transaction_waits_for_it(
    settings: Any, monkeypatch: pytest.MonkeyPatch
):
    attestation = sealed()
    asked: list[bool] = []

    def spoil(answer: bytes) -> tuple[int, bytes]:
        """Write, on a connection of the authority's own, while the certificate waits for its answer."""
        try:
            person(f"00020{len(asked)}", "別人")
            asked.append(True)
        finally:
            connection.close()
        return 200, answer

    with authority(spoil) as trusted:
        settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "TSA_URL": trusted.url}
        made = issue(attestation=attestation, now=NOW)
    assert asked == [True]
    assert signature(pdf_of(made).read_bytes()).covers_the_file
