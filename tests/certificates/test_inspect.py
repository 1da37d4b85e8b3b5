"""What a file is, found from its bytes alone: every way in which a certificate stops being the one that was issued."""

from __future__ import annotations

import tracemalloc
from functools import cache
from hashlib import sha256
from time import process_time
from typing import Any

import pikepdf
import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests import building, cutting
from tests.certificates import tampering
from tests.certificates.tampering import TOKEN, made, stranger
from tests.certificates.test_sign import credentials
from tests.certificates.verifying import signature
from training.certificates import inspect
from training.certificates.check import check_pdf
from training.certificates.edition import issue_edition
from training.certificates.inspect import Verdict, judge, read
from training.certificates.keys import load_credentials
from training.certificates.queries import pdf_of
from training.certificates.reissue import reissue
from training.certificates.revoke import revoke
from training.certificates.status import Status

DAY = building.NOW.date()
NAME = "髙橋 一郎"


def verdict(data: bytes, **known: Any) -> Verdict:
    """As by somebody who has issued ``made()``, keeps it, and nothing has ended it."""
    traces = read(data)
    facts = {
        "issued": {sha256(made()).hexdigest()},
        "ended": False,
        "named": TOKEN in traces.tokens,
        "begins": made().startswith(data) if TOKEN in traces.tokens else None,
        "issuer": credentials().fingerprint,
    }
    return judge(traces, **(facts | known))


def test_the_bytes_as_issued_are_the_original_and_nothing_else_is_asked():
    assert verdict(made()) is Verdict.ORIGINAL
    assert verdict(made(), issuer=None, named=False, begins=None) is Verdict.ORIGINAL


def test_the_bytes_of_a_certificate_that_has_ended_are_older():
    assert verdict(made(), ended=True) is Verdict.OLDER


def test_an_issued_file_names_its_certificate_and_its_signer():
    traces = read(made())
    assert traces.tokens == (TOKEN,)
    assert traces.signer == credentials().fingerprint
    assert traces.signers == {credentials().fingerprint}
    assert traces.complete
    assert not traces.beginnings


@pytest.mark.parametrize("place", [tampering.page_at, tampering.record_at, tampering.signature_at])
def test_one_changed_byte_is_a_change_wherever_it_is(place: Any):
    changed = tampering.flipped(made(), place(made()))
    assert verdict(changed) is Verdict.CHANGED
    assert read(changed).signer is None


def test_a_changed_file_is_ours_by_its_signature_where_its_record_is_gone():
    bare = made("f" * 32, attached=False)
    changed = tampering.flipped(bare, tampering.page_at(bare))
    assert read(changed).tokens == ()
    assert verdict(changed) is Verdict.CHANGED
    assert verdict(changed, issuer=None) is Verdict.UNKNOWN


@hypothesis_settings(max_examples=150)
@given(st.integers(0, len(made()) - 1), st.integers(1, 255))
@example(0, 1)
@example(signature(made()).end - 2, 1)
@example(len(made()) - 2, 255)
def test_no_file_with_a_byte_changed_is_the_original(at: int, bits: int):
    found = verdict(tampering.flipped(made(), at, bits))
    # A figure of the signature may be written otherwise (A for a), or stand after its end: it stays valid, and the
    # file is not the one that was issued.
    place = signature(made())
    valid = {Verdict.RESIGNED} if place.start < at < place.end else set()
    assert found in {Verdict.CHANGED, Verdict.CUT, Verdict.NOT_A_PDF} | valid
    if at > 10:
        assert found is not Verdict.NOT_A_PDF


@hypothesis_settings(max_examples=60)
@given(st.binary(min_size=1, max_size=200))
@example(b"\n")
@example(b"\0")
@example(b"%%EOF\n")
@example(b"\nstartxref\n0\n%%EOF\n")
@example(b"/ByteRange [ 0 1 2 3]")
def test_no_file_with_bytes_after_its_end_is_the_original(more: bytes):
    assert verdict(made() + more) in {Verdict.APPENDED, Verdict.UPDATED}


@hypothesis_settings(max_examples=60)
@given(st.integers(0, len(made()) - 1))
def test_no_file_cut_off_is_the_original(size: int):
    assert verdict(made()[:size]) in {Verdict.CUT, Verdict.NOT_A_PDF}


@hypothesis_settings(max_examples=60)
@given(st.binary(max_size=3000), st.booleans())
def test_random_bytes_are_nothing_of_ours(data: bytes, headed: bool):
    found = verdict(b"%PDF-1.7\n" * headed + data)
    pdf = headed or b"%PDF-" in data[:1024]
    assert found in ({Verdict.CUT, Verdict.UNKNOWN} if pdf else {Verdict.NOT_A_PDF})


@hypothesis_settings(max_examples=100)
@given(st.data())
def test_a_signature_of_any_bytes_is_read_without_an_error(data: st.DataObject):
    cms = bytearray(signature(made()).cms)
    for _ in range(data.draw(st.integers(1, 6))):
        cms[data.draw(st.integers(0, len(cms) - 1))] = data.draw(st.integers(0, 255))
    found = signature(made())
    room = found.end - found.start - 2
    changed = made()[: found.start + 1] + bytes(cms).hex().encode().ljust(room, b"0") + made()[found.end - 1 :]
    assert changed == made() or verdict(changed) in {Verdict.CHANGED, Verdict.RESIGNED}


def test_bytes_after_the_end_are_appended_and_an_update_is_told_from_them():
    assert verdict(made() + b"\r\n-- \r\nmail footer") is Verdict.APPENDED
    assert verdict(made() + made()) is Verdict.UPDATED
    for updated in (tampering.annotated(made()), tampering.retouched(made())):
        assert updated.startswith(made())
        assert verdict(updated) is Verdict.UPDATED


def test_a_second_signature_is_an_update_though_it_covers_the_whole_file():
    twice = tampering.signed_once_more(made(), stranger())
    assert read(twice).signer == stranger().fingerprint
    assert verdict(twice) is Verdict.UPDATED


def test_bytes_before_the_beginning_are_a_change():
    assert verdict(b"\n" + made()) is Verdict.CHANGED


@pytest.mark.parametrize("options", [{}, {"linearize": True}, {"compress_streams": False}])
def test_a_file_saved_by_another_program_is_changed(options: dict[str, Any]):
    assert verdict(tampering.resaved(made(), **options)) is Verdict.CHANGED


def test_a_file_saved_with_its_objects_packed_is_changed():
    packed = tampering.resaved(made(), object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert verdict(packed) is Verdict.CHANGED


def test_a_page_drawn_over_is_changed():
    assert verdict(tampering.renamed_in_the_page(made())) is Verdict.CHANGED


def test_a_file_signed_anew_by_another_key_is_said_to_be_that():
    forged = tampering.forged(made(), stranger())
    assert read(forged).signer == stranger().fingerprint != credentials().fingerprint
    assert verdict(forged) is Verdict.RESIGNED


def test_a_file_signed_anew_with_our_own_key_is_not_what_was_issued():
    forged = tampering.forged(made(), credentials())
    assert read(forged).signer == credentials().fingerprint
    assert verdict(forged) is Verdict.RESIGNED


def test_a_signature_put_where_another_was_says_nothing_of_ours_without_our_record():
    assert verdict(tampering.of_another_company(), issuer=None) is Verdict.UNKNOWN
    assert verdict(tampering.forged(tampering.of_another_company(), stranger())) is Verdict.UNKNOWN


def test_a_document_that_we_signed_and_that_is_no_certificate_is_unknown():
    assert read(tampering.of_another_company()).signer == credentials().fingerprint
    assert verdict(tampering.of_another_company()) is Verdict.UNKNOWN


def test_a_signature_that_leaves_out_more_than_itself_counts_for_nothing():
    wider = made().replace(b"/ByteRange [ 0 ", b"/ByteRange [ 0 1 2 3 ] /Range2 [ ")
    assert read(wider).signer is None
    assert verdict(wider) is Verdict.CHANGED


def test_a_file_that_was_encrypted_is_ours_no_more_than_its_signature_shows():
    assert verdict(tampering.encrypted(made())) in {Verdict.CHANGED, Verdict.UNKNOWN}


@pytest.mark.parametrize("data", [b"", b"\0", b"PK\x03\x04", b"<html>", "修了証".encode(), b" " * 2000 + made()])
def test_what_does_not_begin_as_a_pdf_is_none(data: bytes):
    assert verdict(data) is Verdict.NOT_A_PDF


# bombs


@cache
def bombs() -> dict[str, bytes]:
    return tampering.bombs()


@pytest.mark.parametrize("kind", list(tampering.BOMBS))
def test_a_bomb_costs_little_time_and_memory(kind: str):
    data = bombs()[kind]
    assert len(data) < 8 * 1024 * 1024
    tracemalloc.start()
    try:
        started = process_time()
        traces = read(data)
        spent = process_time() - started
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert traces.signer is None
    assert len(traces.tokens) <= inspect.MOST_TOKENS
    assert len(traces.beginnings) <= 2 * inspect.MOST_AT_AN_END
    assert peak < 32 * 1024 * 1024, f"{peak:,} bytes"
    assert spent < 5, f"{spent:.1f} s"
    assert judge(traces, issued=(), ended=False, named=False, begins=None, issuer=None) in {
        Verdict.UNKNOWN,
        Verdict.CUT,
    }


@pytest.mark.parametrize("kind", list(tampering.BOMBS))
def test_no_more_is_unpacked_than_the_limits_allow(kind: str, monkeypatch: pytest.MonkeyPatch):
    unpacked, streams, original = 0, 0, inspect._inflated

    def counting(packed: bytes) -> tuple[bytes, int]:
        nonlocal unpacked, streams
        text, read_ = original(packed)
        assert len(text) <= inspect.MOST_UNPACKED
        assert read_ <= inspect.MOST_PACKED + inspect.PIECE
        unpacked, streams = unpacked + len(text) + read_, streams + 1
        return text, read_

    monkeypatch.setattr(inspect, "_inflated", counting)
    read(bombs()[kind])
    assert streams <= inspect.MOST_STREAMS
    assert unpacked <= inspect.MOST_WORK + inspect.MOST_UNPACKED + inspect.MOST_PACKED + inspect.PIECE


# with what was really issued


@pytest.fixture
def year(db: None) -> building.Year:
    return building.year()


def checked(data: bytes) -> Any:
    return check_pdf(data=data, day=DAY)


@pytest.mark.django_db
def test_an_issued_certificate_is_found_by_its_bytes_and_in_force(year: building.Year):
    found = checked(pdf_of(year.certificate).read_bytes())
    assert found.verdict is Verdict.ORIGINAL
    assert (found.genuine, found.in_force) == (True, True)
    assert found.checked.certificate == year.certificate
    assert found.checked.face["holder"] == NAME
    assert found.signer == found.issuer == load_credentials(on=building.NOW).fingerprint
    assert found.issued == (found.sha256,)


@pytest.mark.django_db
def test_it_is_checked_as_of_the_day(year: building.Year):
    data = pdf_of(year.certificate).read_bytes()
    found = check_pdf(data=data, day=year.certificate.valid_until.replace(year=2028))
    assert (found.verdict, found.checked.status, found.in_force) == (Verdict.ORIGINAL, Status.EXPIRED, False)


@pytest.mark.django_db
def test_each_way_of_changing_a_real_certificate_is_told_and_none_is_in_force(year: building.Year):
    data = pdf_of(year.certificate).read_bytes()
    other, own = stranger(), load_credentials(on=building.NOW)
    for name, changed, expected in (
        ("page", tampering.flipped(data, tampering.page_at(data)), Verdict.CHANGED),
        ("record", tampering.flipped(data, tampering.record_at(data)), Verdict.CHANGED),
        ("signature", tampering.flipped(data, tampering.signature_at(data)), Verdict.CHANGED),
        ("appended", data + b"\n", Verdict.APPENDED),
        ("pypdf", tampering.annotated(data), Verdict.UPDATED),
        ("pyhanko", tampering.retouched(data), Verdict.UPDATED),
        ("second signature", tampering.signed_once_more(data, other), Verdict.UPDATED),
        ("another key", tampering.forged(data, other), Verdict.RESIGNED),
        ("own key", tampering.forged(data, own), Verdict.RESIGNED),
        ("saved", tampering.resaved(data), Verdict.CHANGED),
        ("half", data[: len(data) // 2], Verdict.CUT),
        ("last byte", data[:-1], Verdict.CUT),
        ("one page in", data[:3000], Verdict.CUT),
    ):
        found = checked(changed)
        assert found.verdict is expected, name
        assert not found.in_force, name
        assert not found.genuine, name
        if name not in {"record", "one page in"}:
            assert found.checked.certificate == year.certificate, name


@pytest.mark.django_db
def test_an_edition_in_another_language_is_as_genuine_as_the_first(year: building.Year):
    edition = issue_edition(certificate=year.certificate, language="en", by=year.user, now=building.NOW)
    found = checked(pdf_of(edition).read_bytes())
    assert (found.verdict, found.in_force) == (Verdict.ORIGINAL, True)
    assert found.checked.certificate == year.certificate
    assert found.issued == (year.certificate.pdf_sha256, edition.pdf_sha256)
    assert checked(pdf_of(edition).read_bytes() + b"\n").verdict is Verdict.APPENDED
    assert checked(pdf_of(edition).read_bytes()[:-9]).verdict is Verdict.CUT


@pytest.mark.django_db
def test_the_file_of_a_certificate_that_was_replaced_is_older(year: building.Year):
    building.married(year.employment)
    old = pdf_of(year.certificate).read_bytes()
    new = reissue(certificate=year.certificate, reason="改姓", by=building.officer(), now=building.later(hours=1))
    found = checked(old)
    assert (found.verdict, found.checked.status) == (Verdict.OLDER, Status.SUPERSEDED)
    assert (found.genuine, found.in_force) == (True, False)
    assert checked(pdf_of(new).read_bytes()).verdict is Verdict.ORIGINAL
    assert checked(old + b"\n").verdict is Verdict.APPENDED


@pytest.mark.django_db
def test_the_file_of_a_certificate_that_was_revoked_is_older(year: building.Year):
    revoke(certificate=year.certificate, reason="誤発行", by=building.officer(), now=building.NOW)
    found = checked(pdf_of(year.certificate).read_bytes())
    assert (found.verdict, found.checked.status, found.in_force) == (Verdict.OLDER, Status.REVOKED, False)


@pytest.mark.django_db
def test_the_bytes_decide_which_certificate_it_is_whatever_is_written_after_them(year: building.Year):
    data = pdf_of(year.certificate).read_bytes()
    for more in (b'"token":"%s"' % (b"f" * 32), b"/check/" + b"e" * 32):
        found = checked(data + more)
        assert (found.verdict, found.checked.certificate) == (Verdict.APPENDED, year.certificate)


@pytest.mark.django_db
def test_a_token_written_into_any_pdf_makes_no_certificate_of_it(year: building.Year):
    data = b'%PDF-1.7\n"token":"' + year.certificate.token.encode() + b'"\nstartxref\n9\n%%EOF\n'
    assert checked(data).verdict is Verdict.CHANGED
    unknown = b'%PDF-1.7\n"token":"' + b"f" * 32 + b'"\nstartxref\n9\n%%EOF\n'
    assert (checked(unknown).verdict, checked(unknown).checked) == (Verdict.UNKNOWN, None)


@pytest.mark.django_db
def test_a_file_larger_than_the_limit_is_not_looked_at(year: building.Year, settings: Any):
    settings.PRIVACY_TRAINING = settings.PRIVACY_TRAINING | {"CHECK_UPLOAD_LIMIT": 1000}
    found = checked(pdf_of(year.certificate).read_bytes())
    assert (found.verdict, found.sha256, found.checked) == (Verdict.TOO_LARGE, None, None)


@pytest.mark.django_db
def test_a_damaged_file_is_told_even_where_the_issued_one_is_kept_no_more(year: building.Year):
    path = pdf_of(year.certificate)
    data = path.read_bytes()
    path.unlink()
    try:
        assert checked(data).verdict is Verdict.ORIGINAL
        assert checked(data[:-9]).verdict is Verdict.CUT
        assert checked(tampering.flipped(data, tampering.page_at(data))).verdict is Verdict.CHANGED
    finally:
        path.write_bytes(data)


@pytest.mark.django_db
def test_without_a_key_to_sign_with_the_digest_still_decides(year: building.Year, settings: Any):
    settings.PRIVACY_TRAINING = settings.PRIVACY_TRAINING | {"SIGNING_KEY_FILE": None}
    data = pdf_of(year.certificate).read_bytes()
    found = checked(data)
    assert (found.verdict, found.issuer) == (Verdict.ORIGINAL, None)
    assert checked(tampering.flipped(data, tampering.page_at(data))).verdict is Verdict.CHANGED


@pytest.mark.django_db
def test_checking_costs_five_queries_at_most_and_changes_nothing(
    year: building.Year, django_assert_max_num_queries: Any
):
    data = pdf_of(year.certificate).read_bytes()
    before = cutting.everything()
    for sent in (data, data + b"\n", tampering.resaved(data), data[:9000], b"%PDF-1.7", b"", bombs()["tokens"]):
        with django_assert_max_num_queries(5):
            checked(sent)
    assert cutting.everything() == before
