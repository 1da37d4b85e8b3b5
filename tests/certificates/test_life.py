"""What becomes of a certificate: revoked, issued again after a change of name, had in another language, annulled."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest

from tests import building, cutting
from tests.building import NOW, later
from training.attestation.annul import LONGEST_REASON, annul
from training.certificates.edition import issue_edition
from training.certificates.issue import issue
from training.certificates.models import Certificate, CertificateEvent, Edition
from training.certificates.queries import certificate_of, certificates_in, check, face_of, pdf_of, statuses
from training.certificates.reissue import reissue
from training.certificates.revoke import revoke
from training.certificates.status import Status
from training.errors import Conflict, Invalid, NotAllowed, NotReady
from training.ledger import triggers
from training.ledger.keys import load_key, verifier
from training.ledger.models import Disclosure, Entry
from training.ledger.records import verify_records
from training.ledger.seal import seal
from training.ledger.verify import verify
from training.roles import Role

pytestmark = pytest.mark.django_db
DAY, LAST_DAY = NOW.date(), date(2027, 12, 31)
REASON = "改姓のため（𠮷田 → 佐藤）"


@pytest.fixture
def year() -> building.Year:
    return building.year()


@pytest.fixture
def hr() -> Any:
    return building.account("hr", Role.HR)


def revoked(certificate: Certificate, *, by: Any = None, **changes: Any) -> CertificateEvent:
    return revoke(certificate=certificate, by=by or building.officer(), **({"reason": REASON, "now": NOW} | changes))


def reissued(certificate: Certificate, *, by: Any = None, **changes: Any) -> Certificate:
    values = {"reason": REASON, "now": later(hours=1)} | changes
    new = reissue(certificate=certificate, by=by or building.officer(), **values)
    seal(now=later(hours=1), key=load_key())
    return new


def status(certificate: Certificate, day: date = DAY) -> Status:
    """As the check page has it, which must agree with the list's."""
    checked = check(token=certificate.token, day=day)
    assert checked is not None
    assert statuses([certificate], day) == {certificate.pk: checked.status}
    return checked.status


def in_english(certificate: Certificate, *, by: Any, **changes: Any) -> Edition:
    values = {"language": "en", "now": later(hours=2)} | changes
    return issue_edition(certificate=certificate, by=by, **values)


# revoking


def test_a_revoked_certificate_is_there_and_worth_nothing(year: building.Year):
    row = revoked(year.certificate, now=later(hours=1))
    assert status(year.certificate) is Status.REVOKED
    assert status(year.certificate, LAST_DAY + timedelta(days=1)) is Status.REVOKED
    checked = check(token=year.certificate.token, day=DAY)
    assert checked is not None
    assert (checked.since, checked.face["holder"]) == (later(hours=1), "髙橋 一郎")
    assert certificate_of(year.assignment) == year.certificate
    assert pdf_of(year.certificate).exists()
    assert (row.kind, row.entry.kind) == ("revoked", "certificates.revoked")


@pytest.mark.parametrize("role", [None, Role.HR, Role.EDITOR, Role.AUDITOR])
def test_nobody_but_the_privacy_officer_revokes(year: building.Year, role: Role | None):
    other = building.account("somebody", *([role] if role else []))
    before = cutting.everything()
    for user in (other, year.user):
        with pytest.raises(NotAllowed):
            revoked(year.certificate, by=user)
    assert cutting.everything() == before


@pytest.mark.parametrize("reason", ["", " \n　", "x" * (LONGEST_REASON + 1)])
def test_nothing_is_revoked_or_issued_again_without_a_reason(year: building.Year, reason: str):
    building.married(year.employment)
    officer = building.officer()
    before = cutting.everything()
    for verb in (revoked, reissued):
        with pytest.raises(Invalid):
            verb(year.certificate, by=officer, reason=reason)
    assert cutting.everything() == before


def test_a_certificate_is_not_revoked_twice(year: building.Year):
    revoked(year.certificate)
    before = cutting.everything()
    with pytest.raises(Conflict):
        revoked(year.certificate)
    assert cutting.everything() == before


def test_revoking_is_done_whole_or_not_at_all(year: building.Year):
    officer = building.officer()
    cutting.writes_whole_or_not_at_all(lambda: revoked(year.certificate, by=officer))
    assert CertificateEvent.objects.count() == 1


def test_reasons_and_names_are_disclosures_and_stand_nowhere_else(year: building.Year):
    building.married(year.employment, "𠮷野 一郎")
    new = reissued(year.certificate)
    row = revoked(new)
    assert Disclosure.objects.get(entry=row.entry).value == REASON
    bodies = "".join(Entry.objects.values_list("body", flat=True))
    rows = str([list(model.objects.values()) for model in (Certificate, CertificateEvent, Edition)])
    for value in ("𠮷", "佐藤", "髙橋", "営業本部", "改姓"):
        assert value not in bodies + rows


# issuing again


def test_after_a_change_of_name_the_new_certificate_names_the_person_anew_and_the_old_one_as_before(
    year: building.Year, hr: Any
):
    old = year.certificate
    bytes_before = pdf_of(old).read_bytes()
    building.married(year.employment)
    new = reissued(old, by=hr)
    assert face_of(new)["holder"] == "佐藤 一郎"
    assert face_of(old)["holder"] == "髙橋 一郎"
    assert (new.supersedes, new.attestation, new.serial) == (old, year.attestation, "FY2026-000002")
    assert new.token != old.token
    assert new.valid_until == old.valid_until
    assert pdf_of(old).read_bytes() == bytes_before != pdf_of(new).read_bytes()
    assert (status(old), status(new)) == (Status.SUPERSEDED, Status.VALID)
    assert certificate_of(year.assignment) == new
    assert issue(attestation=year.attestation, now=later(days=1)) == new
    event = CertificateEvent.objects.get()
    assert (event.certificate, event.kind, event.by, event.entry) == (old, "superseded", hr, new.entry)


def test_the_new_entry_tells_from_which_name(year: building.Year):
    building.married(year.employment)
    new = reissued(year.certificate)
    told = dict(Disclosure.objects.filter(entry=new.entry).values_list("name", "value"))
    assert told["former_holder"] == {"name": "髙橋 一郎", "number": "000101", "department": "営業本部/第一営業部/二課"}
    assert told["face"]["holder"] == "佐藤 一郎"
    assert told["reason"] == REASON
    assert new.entry.kind == "certificates.reissued"


def test_until_it_is_sealed_a_certificate_is_neither_valid_nor_invalid(year: building.Year):
    building.married(year.employment)
    new = reissue(certificate=year.certificate, reason=REASON, by=building.officer(), now=later(hours=1))
    assert status(new) is Status.UNSEALED
    seal(now=later(hours=1), key=load_key())
    assert status(new) is Status.VALID


def test_a_certificate_that_says_what_the_roster_says_is_not_issued_again(year: building.Year, hr: Any):
    before = cutting.everything()
    with pytest.raises(Conflict):
        reissued(year.certificate, by=hr)
    assert cutting.everything() == before


def test_of_two_who_issue_again_at_once_the_second_is_refused(year: building.Year, hr: Any):
    building.married(year.employment)
    reissued(year.certificate, by=hr)
    before = cutting.everything()
    with pytest.raises(Conflict):
        reissued(year.certificate, by=hr)
    assert cutting.everything() == before


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.AUDITOR])
def test_nobody_but_hr_and_the_privacy_officer_issues_again(year: building.Year, role: Role | None):
    building.married(year.employment)
    other = building.account("somebody", *([role] if role else []))
    before = cutting.everything()
    for user in (other, year.user):
        with pytest.raises(NotAllowed):
            reissued(year.certificate, by=user)
    assert cutting.everything() == before


def test_hr_cannot_undo_a_revocation_by_issuing_again(year: building.Year, hr: Any):
    building.married(year.employment)
    revoked(year.certificate)
    before = cutting.everything()
    with pytest.raises(Conflict):
        reissued(year.certificate, by=hr)
    assert cutting.everything() == before


def test_of_a_certificate_replaced_or_annulled_nothing_more_is_made(year: building.Year, hr: Any):
    building.married(year.employment)
    new = reissued(year.certificate, by=hr)
    officer = building.officer()
    annul(attestation=year.attestation, cause="wrong_name", reason=REASON, by=officer, now=NOW)
    building.married(year.employment, "鈴木 一郎", now=later(days=1))
    before = cutting.everything()
    for certificate in (year.certificate, new):
        for verb in (revoked, reissued):
            with pytest.raises(Conflict):
                verb(certificate, by=officer)
        with pytest.raises(Conflict):
            in_english(certificate, by=hr)
    assert cutting.everything() == before


def test_issuing_again_is_done_whole_or_not_at_all(year: building.Year):
    building.married(year.employment)
    officer = building.officer()
    cutting.writes_whole_or_not_at_all(
        lambda: reissue(certificate=year.certificate, reason=REASON, by=officer, now=later(hours=1))
    )
    assert Certificate.objects.count() == 2


def test_a_name_that_cannot_be_drawn_is_refused_and_the_old_certificate_stands(year: building.Year):
    building.married(year.employment, "山田 \U00030ede")
    before = cutting.everything()
    with pytest.raises(Invalid, match="30EDE"):
        reissued(year.certificate)
    assert cutting.everything() == before


def test_a_certificate_is_issued_again_and_again_along_a_line(year: building.Year, hr: Any):
    newest = year.certificate
    for n, name in enumerate(("佐藤 一郎", "鈴木 一郎", "髙橋 一郎")):
        building.married(year.employment, name, now=later(days=n))
        newest = reissued(newest, by=hr, now=later(days=n))
    line = certificates_in(year.assignment.campaign)
    assert [c.serial for c in line] == [f"FY2026-00000{n}" for n in range(1, 5)]
    assert list(statuses(line, DAY).values()).count(Status.SUPERSEDED) == 3
    assert certificate_of(year.assignment) == newest


def test_once_the_printed_fields_are_erased_no_other_is_made_from_them(year: building.Year, hr: Any):
    triggers.remove()
    Disclosure._base_manager.filter(entry=year.certificate.entry)._raw_delete("default")
    triggers.install()
    assert status(year.certificate) is Status.ERASED
    with pytest.raises(NotReady):
        reissued(year.certificate, by=hr)
    with pytest.raises(NotReady):
        in_english(year.certificate, by=hr)
    revoked(year.certificate)
    assert status(year.certificate) is Status.REVOKED


# annulled, and all together


def test_a_certificate_whose_signature_was_annulled_has_no_effect_whatever_else_is_true(year: building.Year):
    revoked(year.certificate)
    annul(attestation=year.attestation, cause="wrong_person", reason=REASON, by=building.officer(), now=later(hours=3))
    assert status(year.certificate, LAST_DAY + timedelta(days=9)) is Status.ANNULLED
    checked = check(token=year.certificate.token, day=DAY)
    assert checked is not None
    assert checked.since == later(hours=3)
    assert certificate_of(year.assignment) is None


def test_the_states_of_many_cost_one_query(django_assert_num_queries: Any):
    people = [building.person(f"00010{n}", f"氏名{n}") for n in range(5)]
    made = building.campaign()
    for n, employment in enumerate(people):
        assignment = building.assignment_of(employment)
        building.train(assignment)
        building.certify(building.sign(assignment, f"氏名{n}"))
    first, second, third, *_rest = certificates_in(made)
    revoked(first)
    building.married(people[1])
    reissued(second)
    annul(attestation=third.attestation, cause="other", reason=REASON, by=building.officer(), now=NOW)
    listed = certificates_in(made)
    with django_assert_num_queries(1):
        found = statuses(listed, DAY)
    assert [found[row.pk] for row in listed] == ["revoked", "superseded", "annulled", "valid", "valid", "valid"]
    assert set(statuses(listed, LAST_DAY + timedelta(days=1)).values()) == {
        "revoked", "superseded", "annulled", "expired",
    }  # fmt: skip
    with django_assert_num_queries(0):
        assert statuses([], DAY) == {}


def test_a_check_costs_three_queries_whatever_has_happened(
    year: building.Year, hr: Any, django_assert_num_queries: Any
):
    in_english(year.certificate, by=hr)
    building.married(year.employment)
    revoked(reissued(year.certificate))
    for certificate in Certificate.objects.all():
        with django_assert_num_queries(3):
            check(token=certificate.token, day=DAY)


# editions


def test_the_holder_has_the_certificate_in_english_under_the_same_number_and_token(year: building.Year):
    edition = in_english(year.certificate, by=year.user)
    pdf = pdf_of(edition).read_bytes()
    assert sha256(pdf).hexdigest() == edition.pdf_sha256 != year.certificate.pdf_sha256
    face = face_of(year.certificate)
    printed = Disclosure.objects.get(entry=edition.entry, name="face").value
    same = ("serial", "holder", "staff_number", "check_url", "issued_on", "valid_until", "record_fingerprint")
    assert {key: printed[key] for key in same} == {key: face[key] for key in same}
    assert printed["language"] == "en"
    checked = check(token=year.certificate.token, day=DAY)
    assert checked is not None
    assert checked.editions == (edition,)


def test_an_edition_is_issued_once(year: building.Year, hr: Any):
    first = in_english(year.certificate, by=year.user)
    before = cutting.everything()
    assert in_english(year.certificate, by=hr, now=later(days=9)) == first
    assert cutting.everything() == before


def test_an_edition_of_a_certificate_issued_again_bears_the_name_on_it(year: building.Year, hr: Any):
    building.married(year.employment)
    new = reissued(year.certificate, by=hr)
    building.married(year.employment, "鈴木 一郎", now=later(days=1))
    edition = in_english(new, by=hr, now=later(days=2))
    assert Disclosure.objects.get(entry=edition.entry, name="face").value["holder"] == "佐藤 一郎"


@pytest.mark.parametrize("language", ["ja", "", "fr", "EN", "../en", "x" * 300])
def test_no_edition_in_the_certificates_own_language_or_one_that_nobody_has_worded(year: building.Year, language: str):
    before = cutting.everything()
    with pytest.raises(Invalid):
        in_english(year.certificate, by=year.user, language=language)
    assert cutting.everything() == before


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.AUDITOR])
def test_nobody_orders_an_edition_of_somebody_elses_certificate(year: building.Year, role: Role | None):
    other = building.account("somebody", *([role] if role else []))
    building.person("000102", "ほか 花子", user=other)
    before = cutting.everything()
    with pytest.raises(NotAllowed):
        in_english(year.certificate, by=other)
    assert cutting.everything() == before


def test_a_certificate_whose_holder_has_no_account_is_nobodys_to_order(hr: Any):
    employment = building.person()
    building.campaign()
    building.train(building.assignment_of(employment))
    certificate = building.certify(building.sign(building.assignment_of(employment), "髙橋 一郎"))
    with pytest.raises(NotAllowed):
        in_english(certificate, by=building.account("ghost"))
    assert in_english(certificate, by=hr).language == "en"


def test_no_edition_of_a_revoked_certificate(year: building.Year):
    revoked(year.certificate)
    with pytest.raises(Conflict):
        in_english(year.certificate, by=year.user)


def test_an_edition_is_issued_whole_or_not_at_all(year: building.Year):
    cutting.writes_whole_or_not_at_all(lambda: in_english(year.certificate, by=year.user))
    assert Edition.objects.count() == 1


def test_the_ledger_agrees_with_every_row_afterwards(year: building.Year, hr: Any):
    in_english(year.certificate, by=hr, now=later(minutes=30))
    building.married(year.employment, now=later(minutes=40))
    revoked(reissued(year.certificate), now=later(hours=2))
    seal(now=later(hours=5), key=load_key())
    assert verify_records().problem_count == 0
    assert verify(keys=[verifier(load_key())]).problem_count == 0
