"""The file of a day, to the byte, whoever asks and whenever."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from tests import building
from tests.reports.days import DAY, TODAY, correct, file, leave, move, officer, only, sealed
from training.attestation.annul import annul
from training.ledger.keys import load_key, verifier
from training.people.enrol import rename
from training.people.models import Employment, EmploymentType, PersonName
from training.reports.as_of_page import asked_checkpoint
from training.reports.as_of_wording import TYPES

pytestmark = pytest.mark.django_db


def test_the_file_is_exactly_this() -> None:
    building.person("000101", "=髙橋,\n𠮷郎")
    building.person("000102", "佐藤 二郎", kana="", department="営業部")
    campaign = building.campaign()
    checkpoint = sealed()
    key = verifier(load_key())
    data = file(TODAY, checkpoint, campaign)

    head, table, foot = data.decode("utf-8-sig").split("\r\n\r\n")
    assert data.startswith(b"\xef\xbb\xbf")
    assert head.split("\r\n") == [
        "ある日の状況",
        "様式,privacy-training/as-of/1",
        "基準日（この日の終わりの状況）,2026-11-24",
        "時間帯,Asia/Tokyo",
        "研修,FY2026 2026年度 個人情報保護研修",
        "台帳,privacy-training.example/ledger",
        f"チェックポイント（封印済みの記録の件数）,{checkpoint.size}",
        "チェックポイントの封印日時,2026-11-24T01:00:00.000000Z",
        f'ルートハッシュ（SHA-256）,"=""{checkpoint.root}"""',
        f"チェックポイントに署名した鍵,{key.name}+{key.key_id.hex()}",
    ]
    assert table.split("\r\n") == [
        "社員番号,氏名,フリガナ,所属,雇用区分,在籍,研修コード,研修,期限,免除,修了課程数,課程数,全課程修了日,署名日,署名を無効とした日",
        '"=""000101""","\'=髙橋,\n𠮷郎",タカハシ イチロウ,営業本部/第一営業部/二課,正社員,在籍,"=""FY2026""",2026年度 個人情報保護研修,2026-12-25,,0,1,,,',
        '"=""000102""",佐藤 二郎,,営業部,正社員,在籍,"=""FY2026""",2026年度 個人情報保護研修,2026-12-25,,0,1,,,',
    ]
    assert foot.endswith("封印より後の記録は含まれていません。\r\n")


def test_the_file_does_not_depend_on_who_asks_or_when() -> None:
    building.person()
    building.campaign()
    checkpoint = sealed()
    with translation.override("ja"):
        japanese = file(TODAY, checkpoint)
    with translation.override("en"):
        assert file(TODAY, checkpoint) == japanese


def test_a_checkpoint_made_after_the_day_says_nothing_of_being_early() -> None:
    building.person()

    assert "終わる前に封印" not in file(TODAY - DAY, sealed()).decode()
    assert "終わる前に封印" in file(TODAY, asked_checkpoint(None)).decode()


def test_who_is_erased_later_has_an_empty_name() -> None:
    building.person("000101", "髙橋 一郎")
    building.campaign()
    checkpoint = sealed()
    PersonName.objects.all().delete()
    Employment.objects.update(number="")

    line = only(TODAY, checkpoint)

    assert (line.name, line.kana, line.number) == ("", "", "")
    assert line.assignment is not None


def test_the_same_pair_gives_the_same_bytes_after_everything_that_can_happen_since() -> None:
    people = [building.person(f"00010{n}", f"氏名{n}") for n in range(4)]
    made = building.campaign()
    building.train(building.assignment_of(people[0]))
    signature = building.sign(building.assignment_of(people[0]), "氏名0")
    checkpoint = sealed()
    days = [TODAY + n * DAY for n in (-300, -1, 0, 1, 400)]
    before = [file(day, checkpoint, campaign) for day in days for campaign in (None, made)]

    rename(employee=people[0].employee, name="別名", kana="", since=TODAY - 30 * DAY, now=building.later(minutes=1))
    leave(people[1], TODAY - 5 * DAY)
    move(people[2], "新設部", TODAY - 100 * DAY)
    correct(people[3], {"number": "999999", "type": EmploymentType.OFFICER})
    building.train(building.assignment_of(people[2]))
    annul(attestation=signature, cause="other", reason="誤り", by=officer(), now=building.NOW)
    building.person("000500", joined=date(2000, 1, 1))
    building.campaign(code="FY2025")
    waiting = [file(day, checkpoint, campaign) for day in days for campaign in (None, made)]
    sealed(building.later(minutes=2))

    assert waiting == before
    assert [file(day, checkpoint, campaign) for day in days for campaign in (None, made)] == before
    assert file(TODAY, asked_checkpoint(None), made) != before[5]


def test_every_kind_of_employment_has_a_word_in_the_file() -> None:
    assert set(TYPES) == set(EmploymentType.values)
