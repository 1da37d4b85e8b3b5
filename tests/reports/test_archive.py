"""All certificates of a campaign in one archive: named to be found, in parts if need be, in memory for one file."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import building
from tests.building import NOW, later
from training.attestation.annul import annul
from training.campaigns.models import Campaign
from training.certificates.models import Certificate
from training.certificates.queries import pdf_of
from training.certificates.reissue import reissue
from training.certificates.revoke import revoke
from training.errors import Invalid
from training.ledger import triggers
from training.ledger.canonical import sha256_hex
from training.ledger.models import Disclosure
from training.reports import archive
from training.reports.archive import (
    LACKING,
    Days,
    Filed,
    certificate_files,
    certificates_issued,
    days_asked,
    stem_of,
    zipped,
)

WHY = "確認のため"


def opened(files: Iterator[bytes]) -> zipfile.ZipFile:
    """The archive as it arrives."""
    return zipfile.ZipFile(io.BytesIO(b"".join(files)))


def held(campaign: Campaign, days: Days = Days()) -> dict[str, bytes]:  # noqa: B008  (it cannot be changed)
    with opened(zipped(certificate_files(campaign, days))) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def certified(*names: str) -> Campaign:
    """Everybody of these names, certified one day after the other."""
    people = [building.person(f"{n:06}", name) for n, name in enumerate(names, 1)]
    made = building.campaign()
    for n, (employment, name) in enumerate(zip(people, names, strict=True)):
        assignment = building.assignment_of(employment)
        building.train(assignment)
        building.certify(building.sign(assignment, name, now=later(days=n)), now=later(days=n))
    return made


# names, without a database


@given(st.text(max_size=300), st.text(max_size=300), st.booleans())
def test_whatever_the_roster_says_the_file_has_a_name_that_every_system_takes(number: str, holder: str, alone: bool):
    stem = stem_of({"staff_number": number, "holder": holder}, serial="FY2026-000001", alone=alone)
    assert len(f"{stem}.pdf".encode()) <= 255
    assert not set(stem) & set('<>:"/\\|?*\r\n\t\0\u202e')
    assert stem.strip(" .") == stem != ""


def test_files_sort_by_staff_number_and_what_is_not_alone_bears_its_own_number():
    face = {"staff_number": "000101", "holder": "𠮷田/髙子"}
    assert stem_of(face, serial="FY2026-000001", alone=True) == "000101_𠮷田_髙子"
    assert stem_of(face, serial="FY2026-000001", alone=False) == "000101_𠮷田_髙子_FY2026-000001"
    assert stem_of({}, serial="FY2026-000001", alone=True) == "FY2026-000001"


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({}, Days()),
        ({"from": "", "to": " "}, Days()),
        ({"from": "2026-11-24"}, Days(first=date(2026, 11, 24))),
        ({"from": "2026-11-24", "to": "2026-11-24"}, Days(date(2026, 11, 24), date(2026, 11, 24))),
    ],
)
def test_days_are_read_as_they_are_written(asked: dict[str, str], days: Days):
    assert days_asked(asked) == days


@pytest.mark.parametrize(
    "value", ["2026-02-30", "20261124", "2026-W48-2", "24.11.2026", "２０２６-11-24", "x" * 9999, "\0"]
)
@pytest.mark.parametrize("field", ["from", "to"])
def test_what_is_no_day_is_refused_by_the_name_of_its_field(field: str, value: str):
    with pytest.raises(Invalid, match=field):
        days_asked({field: value})


def test_an_end_before_the_beginning_is_refused():
    with pytest.raises(Invalid, match="to"):
        days_asked({"from": "2026-11-25", "to": "2026-11-24"})


# the archive itself


def test_the_archive_takes_the_memory_of_one_file_however_many_there_are(tmp_path: Path):
    size, number = 500_000, 60
    path = tmp_path / "one.pdf"
    path.write_bytes(b"x" * size)
    digest = sha256_hex(path.read_bytes())
    files = (Filed(name=f"{n}.pdf", path=path, sha256=digest, at=NOW) for n in range(number))
    tracemalloc.start()
    sent = sum(len(part) for part in zipped(files))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sent > size * number
    assert peak < 6 * size


def test_what_is_missing_or_altered_is_named_at_the_end(tmp_path: Path):
    good, other = tmp_path / "good.pdf", tmp_path / "other.pdf"
    good.write_bytes(b"good")
    other.write_bytes(b"changed")
    digest = sha256_hex(b"good")
    filed = [
        Filed(name=name, path=path, sha256=digest, at=NOW)
        for name, path in (("1_𠮷.pdf", tmp_path / "none.pdf"), ("2.pdf", good), ("3.pdf", other))
    ]
    with opened(zipped(filed)) as found:
        assert found.namelist() == ["2.pdf", "3.pdf", LACKING]
        lines = found.read(LACKING).decode("utf-8-sig").splitlines()
    assert [line.partition(":")[0].partition("：")[0] for line in lines] == ["1_𠮷.pdf", "3.pdf"]


def test_a_name_beyond_the_basic_plane_is_marked_as_utf_8(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(b"a")
    with opened(zipped([Filed(name="1_𠮷田.pdf", path=path, sha256=sha256_hex(b"a"), at=NOW)])) as found:
        (info,) = found.infolist()
    assert info.filename == "1_𠮷田.pdf"
    assert info.flag_bits & 0x800


@pytest.mark.django_db
def test_every_certificate_is_there_byte_for_byte_by_number_and_name():
    made = certified("𠮷田 髙子", "髙橋/一郎")
    one, two = Certificate.objects.order_by("serial")
    assert held(made) == {
        "000001_𠮷田 髙子.pdf": pdf_of(one).read_bytes(),
        "000002_髙橋_一郎.pdf": pdf_of(two).read_bytes(),
    }


@pytest.mark.django_db
def test_replaced_revoked_and_annulled_ones_are_there_under_their_own_numbers():
    made = certified("氏名 一", "氏名 二", "氏名 三")
    one, two, three = Certificate.objects.order_by("serial")
    officer = building.officer()
    building.married(two.assignment.employment, "佐藤 二", now=later(days=5))
    reissue(certificate=two, reason=WHY, by=officer, now=later(days=5))
    revoke(certificate=one, reason=WHY, by=officer, now=later(days=5))
    annul(attestation=three.attestation, cause="other", reason=WHY, by=officer, now=later(days=5))
    building.certify(building.sign(three.assignment, "氏名 三", now=later(days=6)), now=later(days=6))
    assert sorted(held(made)) == [
        "000001_氏名 一_FY2026-000001.pdf",
        "000002_佐藤 二.pdf",
        "000002_氏名 二_FY2026-000002.pdf",
        "000003_氏名 三.pdf",
        "000003_氏名 三_FY2026-000003.pdf",
    ]


@pytest.mark.django_db
def test_parts_by_day_of_issue_make_up_the_whole_and_none_twice():
    made = certified("氏名 一", "氏名 二", "氏名 三")
    first = NOW.date()
    parts = [
        held(made, Days(last=first)),
        held(made, Days(first=first + timedelta(days=1), last=first + timedelta(days=1))),
        held(made, Days(first=first + timedelta(days=2))),
    ]
    assert [len(part) for part in parts] == [1, 1, 1]
    assert {name: data for part in parts for name, data in part.items()} == held(made)
    assert held(made, Days(first=first + timedelta(days=9))) == {}


@pytest.mark.django_db
def test_a_day_begins_and_ends_at_midnight_in_tokyo():
    employment = building.person()
    made = building.campaign()
    building.train(building.assignment_of(employment))
    late = NOW.replace(hour=15, minute=0)  # 2026-11-25, 00:00 in Tokyo
    building.certify(building.sign(building.assignment_of(employment), "髙橋 一郎", now=late), now=late)
    day = date(2026, 11, 25)
    assert certificates_issued(made, Days(day, day)).count() == 1
    assert certificates_issued(made, Days(last=day - timedelta(days=1))).count() == 0
    assert certificates_issued(made, Days(first=day + timedelta(days=1))).count() == 0


@pytest.mark.django_db
def test_an_erased_certificate_is_named_by_its_number_and_its_lost_file_told():
    made = certified("氏名 一")
    certificate = Certificate.objects.get()
    pdf_of(certificate).unlink()
    triggers.remove()
    Disclosure._base_manager.filter(entry=certificate.entry)._raw_delete("default")
    triggers.install()
    found = held(made)
    assert list(found) == [LACKING]
    assert f"{certificate.serial}.pdf" in found[LACKING].decode("utf-8-sig")


@pytest.mark.django_db
def test_one_issued_while_the_archive_is_sent_neither_doubles_nor_hides_another(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "CHUNK", 1)
    made = certified("氏名 一", "氏名 二")
    later_one = building.person("000003", "氏名 三")
    files = certificate_files(made, Days())
    names = [next(files).name]
    revoke(certificate=Certificate.objects.order_by("serial")[0], reason=WHY, by=building.officer(), now=later(days=3))
    assert later_one
    names += [file.name for file in files]
    assert names == ["000001_氏名 一.pdf", "000002_氏名 二.pdf"]


@pytest.mark.django_db
def test_another_campaigns_certificates_are_not_in_it(django_assert_num_queries: Any):
    made = certified("氏名 一")
    other = building.campaign(["article-5"], code="FY2027")
    assert held(other) == {}
    numbers = count()
    with django_assert_num_queries(2):
        assert [next(numbers) for _ in certificate_files(made, Days())] == [0]
