"""What staff lists changed is in the pack, and the checker finds nothing wrong with it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests import building
from tests.people.rosters import HEADINGS, row, simple
from tests.people.test_scim import told
from tests.reports.packs import checked, packed
from training.ledger.keys import load_key
from training.ledger.models import Checkpoint
from training.ledger.seal import seal
from training.people.scim_clients import SCOPES, make_client
from training.people.scim_users import create_user, replace_user
from training.people.undo_import import undo_import
from training.reports.dependents import dependents_of
from training.reports.pack.roster import roster_rows

pytestmark = pytest.mark.django_db
SUMMER, DAY = date(2026, 8, 1), timedelta(days=1)


def test_a_company_that_came_by_a_list_is_packed_with_all_that_lists_changed(tmp_path: Path) -> None:
    building.import_staff(
        simple(row(), row("000102", "𠮷田 二", type="契約"), row("000103", "佐藤 三")), day=date(2026, 4, 1)
    )
    campaign = building.campaign()
    first = campaign.assignments.get(employment__number="000101")
    building.train(first)
    building.certify(building.sign(first, "髙橋 一郎"))
    building.import_staff(
        simple(
            row(name="鈴木 一郎", kana="スズキ イチロウ"),
            row("000102", "𠮷田 二", department="管理本部"),
            row("000103", "佐藤 三", left="2026/7/31"),
            row("000104", "新人 四", joined="2026/8/1"),
        ),
        day=SUMMER,
        now=building.later(minutes=10),
    )

    pack = packed(campaign)

    told = {(line["社員番号"], line["氏名"], line["所属"], line["雇用区分"]) for line in pack.rows("roster")}
    assert told == {
        ("000101", "髙橋 一郎", "営業本部", "正社員"),
        ("000101", "鈴木 一郎", "営業本部", "正社員"),
        ("000102", "𠮷田 二", "営業本部", "契約社員"),
        ("000102", "𠮷田 二", "管理本部", "正社員"),
        ("000103", "佐藤 三", "営業本部", "正社員"),
        ("000104", "新人 四", "営業本部", "正社員"),
    }
    assert pack.kinds().count("people.roster_imported") == 2
    changes = [line for line in pack.lines("ledger/batches.jsonl") if line["table"].endswith("rosterchange")]
    assert len(changes) == 3 + 4
    result = checked(pack, tmp_path)
    assert result.returncode == 3, result.stdout + result.stderr  # nothing wrong, and no anchor was given


def test_another_number_by_a_list_and_its_taking_back_are_read_by_the_checker(tmp_path: Path) -> None:
    building.import_staff(simple(row(type="契約"), row("000102", "𠮷田 二")), day=date(2026, 4, 1))
    campaign = building.campaign()
    first = campaign.assignments.get(employment__number="000101")
    building.train(first)
    building.sign(first, "髙橋 一郎")
    headings = (*HEADINGS, "旧社員番号")
    renumbered = simple(
        (*row("2001", department="管理本部"), "000101"), (*row("2002", "𠮷田 二"), "000102"), headings=headings
    )
    building.import_staff(renumbered, day=SUMMER, now=building.later(minutes=10))
    again = simple((*row("3002", "𠮷田 二"), "2002"), headings=headings)
    _plan, made = building.import_staff(again, day=SUMMER + DAY, now=building.later(minutes=20))
    assert made is not None
    undo_import(roster_import=made, depends=dependents_of(made), by=None, now=building.later(minutes=30))

    pack = packed(campaign)

    told = {(line["社員番号"], line["氏名"], line["所属"], line["雇用区分"]) for line in pack.rows("roster")}
    assert told == {
        ("000101", "髙橋 一郎", "営業本部", "契約社員"),
        ("2001", "髙橋 一郎", "管理本部", "正社員"),
        ("000102", "𠮷田 二", "営業本部", "正社員"),
        ("2002", "𠮷田 二", "営業本部", "正社員"),
    }
    done = json.loads(checked(pack, tmp_path, "--json").stdout)
    assert (done["exit"], done["problems"]) == (3, [])


def test_a_packs_roster_at_an_earlier_checkpoint_is_what_was_known_then() -> None:
    building.import_staff(simple(row(), row("000102", "佐藤 二")), day=date(2026, 4, 1))
    campaign = building.campaign()
    seal(now=building.later(minutes=5), key=load_key())
    checkpoint = Checkpoint.objects.latest("size")
    before = list(roster_rows(campaign, checkpoint=checkpoint))

    building.import_staff(
        simple(row(department="管理本部", type="役員"), row("000102", "佐藤 二", left="2026/8/31")),
        day=SUMMER,
        now=building.later(days=1),
    )
    seal(now=building.later(days=1, minutes=5), key=load_key())

    assert [(line[0], line[3]) for line in before] == [("000101", "営業本部"), ("000102", "営業本部")]
    assert list(roster_rows(campaign, checkpoint=checkpoint)) == before
    after = list(roster_rows(campaign, checkpoint=Checkpoint.objects.latest("size")))
    assert [(line[0], line[3], line[7]) for line in after] == [
        ("000101", "営業本部", date(2026, 4, 1)),
        ("000101", "管理本部", SUMMER),
        ("000102", "営業本部", date(2026, 4, 1)),
    ]


def test_what_an_identity_provider_told_of_people_is_read_like_a_list(tmp_path: Path) -> None:
    client = make_client(name="IdP", scopes=SCOPES, by=None, now=building.NOW)[0]
    user = create_user(client=client, resource=told("000101", "髙橋 一郎", "本社/一課"), now=building.NOW)
    building.person("000102", "﨑山 花子")
    campaign = building.campaign(now=building.later(minutes=1))
    moved = told("000101", "佐藤 一郎", "支社/三課")
    replace_user(user=user, resource=moved, client=client, expected=None, now=building.later(minutes=2))

    pack = packed(campaign, as_of=building.NOW.date())

    assert "people.provisioned" in pack.kinds()
    row = next(row for row in pack.rows("assignments") if row["社員番号"] == "000101")
    assert (row["氏名"], row["所属"]) == ("佐藤 一郎", "支社/三課")
    done = json.loads(checked(pack, tmp_path, "--json").stdout)
    assert (done["exit"], done["problems"]) == (3, [])
    # The account that drafted, approved and opened, and nothing of the people.
    assert any("3 cells of tables" in said for said in done["unproved"]["en"])
