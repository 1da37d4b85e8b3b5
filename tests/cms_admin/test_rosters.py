"""Staff lists in the admin: upload, columns, preview, confirm; the list of imports, and taking one back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests import building
from tests.cms_admin.conftest import AN_HOUR_LATER, signed_in
from tests.cms_admin.reading import text
from tests.people import rosters
from tests.people.rosters import row, simple
from training.people.models import Employment
from training.people.roster_models import RosterImport, RosterMapping, RosterUpload
from training.people.roster_working import take_over
from training.roles import Role

UPLOAD = "training_rosters:upload"
FOREIGN = ("Kennung", "Wer", "Wo", "Seit", "Bemerkung")


def upload(client: Client, data: bytes, *, name: str = "名簿.csv", **asked: Any) -> Any:
    """Upload a list as of the day."""
    form = {"file": SimpleUploadedFile(name, data), "day": "2026-11-24", **asked}
    return client.post(reverse(UPLOAD), form)


def confirm(client: Client, address: str, *lines: int) -> Any:
    """Confirm the preview as it is shown."""
    digest = client.get(address).context["digest"]
    return client.post(address, {"digest": digest, "accept": [str(line) for line in lines]})


def test_a_list_with_known_headings_goes_straight_to_the_preview_and_in(hr: Client) -> None:
    answer = upload(hr, rosters.as_csv([rosters.HEADINGS, row(), row("000102", "𠮷田 二")], "utf-16"))
    page = text(hr.get(answer.url))

    assert "𠮷田 二" in page
    assert "営業本部" in page
    assert not Employment.objects.exists()
    done = confirm(hr, answer.url)
    assert done.url == reverse("training_rosters:import", args=[1])
    assert "𠮷田 二" in text(hr.get(done.url))
    assert Employment.objects.count() == 2
    assert not RosterUpload.objects.exists()
    assert RosterImport.objects.get().by.get_username() == "hr"
    assert "2026/11/24" in text(hr.get(reverse("training_rosters:index")))


def test_foreign_headings_are_asked_for_once_and_remembered(hr: Client) -> None:
    data = rosters.as_csv([FOREIGN, ("000101", "髙橋 一郎", "営業本部", "2020/4/1", "x")])
    answer = upload(hr, data)
    assert answer.url.endswith("/columns/")
    assert "Kennung" in text(hr.get(answer.url))
    assert "髙橋 一郎" in text(hr.get(answer.url))

    lacking = hr.post(answer.url, {"column-0": "number", "column-2": "department"})
    twice = hr.post(answer.url, {"column-0": "number", "column-1": "number"})
    assert (lacking.status_code, twice.status_code) == (400, 400)
    chosen = hr.post(
        answer.url, {"column-0": "number", "column-1": "name", "column-2": "department", "column-3": "joined"}
    )
    assert RosterMapping.objects.count() == 1
    assert confirm(hr, chosen.url).status_code == 302
    assert Employment.objects.get().number == "000101"

    again = upload(hr, rosters.as_csv([FOREIGN, ("000102", "佐藤 二", "営業本部", "2021/4/1", "")]))
    assert not again.url.endswith("/columns/")
    assert "佐藤 二" in text(hr.get(again.url))


def test_refused_lines_are_shown_first_and_left_out_one_by_one(hr: Client) -> None:
    address = upload(
        hr, simple(row(), row("000102", "佐藤 二", joined="2026/2/30"), row("000103", "鈴木 三", type="謎"))
    ).url
    shown = hr.get(address)

    assert shown.context["kind"] == "refused"
    assert "2026/2/30" in text(shown)
    assert confirm(hr, address, 3).url == address
    assert not Employment.objects.exists()
    assert confirm(hr, address, 3, 4).status_code == 302
    assert Employment.objects.get().number == "000101"
    assert RosterImport.objects.get().accepted == [3, 4]


def test_what_changed_meanwhile_is_shown_again_before_anything_is_written(hr: Client) -> None:
    address = upload(hr, simple(row(department="管理本部"))).url
    digest = hr.get(address).context["digest"]
    building.person("000101", "髙橋 一郎", department="営業本部")

    answer = hr.post(address, {"digest": digest})

    assert answer.url == address
    assert not RosterImport.objects.exists()
    assert hr.get(address).context["kind"] == "moved"
    assert "営業本部 → 管理本部" in text(hr.get(address))
    assert confirm(hr, address).url == reverse("training_rosters:import", args=[1])


def test_a_list_that_changes_nothing_says_so_and_is_forgotten(hr: Client) -> None:
    building.import_staff(simple(row()), day=building.NOW.date())
    address = upload(hr, simple(row())).url

    assert hr.get(address).context["changes"] == 0
    assert confirm(hr, address).url == reverse("training_rosters:index")
    assert RosterImport.objects.count() == 1
    assert not RosterUpload.objects.exists()


def test_who_is_missing_is_named_and_left_only_when_said(hr: Client) -> None:
    building.import_staff(simple(row(), row("000102", "佐藤 二")), day=building.NOW.date())

    shown = hr.get(upload(hr, simple(row())).url + "?kind=missing")
    assert "佐藤 二" in text(shown)
    address = upload(hr, simple(row()), left_if_missing="on").url
    assert hr.get(address).context["kind"] == "left"
    confirm(hr, address)
    assert Employment.objects.get(
        number="000102", superseded_at__isnull=True
    ).valid_to == building.NOW.date() - timedelta(1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x81\xff\xff,1",
        b"only\n",
        b'a,b\n"1,2\n',
        simple(),
    ],
)
def test_a_file_that_is_no_list_is_refused_at_its_field(hr: Client, data: bytes) -> None:
    answer = upload(hr, data)

    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert not RosterUpload.objects.exists()


def test_hostile_cells_are_shown_as_text(hr: Client) -> None:
    address = upload(hr, simple(row(name="<script>alert(1)</script>", department="<b>部</b>"))).url

    page = hr.get(address).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_list_is_its_uploaders_alone_and_forgotten_after_a_day(hr: Client, clock: Callable[[datetime], None]) -> None:
    address = upload(hr, simple(row())).url
    other = signed_in(building.account("hr2", Role.HR))

    for path in (address, f"{address}columns/"):
        assert other.get(path).status_code == 404
        assert other.post(path).status_code == 404
    assert other.post(f"{address}cancel/").status_code == 404
    clock(AN_HOUR_LATER + timedelta(days=2))
    upload(other, simple(row()))
    assert hr.get(address).status_code in {302, 404}
    assert RosterUpload.objects.count() == 1


def test_a_list_can_be_discarded(hr: Client) -> None:
    address = upload(hr, simple(row())).url

    assert hr.post(f"{address}cancel/").status_code == 302
    assert not RosterUpload.objects.exists()


def test_an_import_is_taken_back_once_what_depends_on_it_was_shown(hr: Client) -> None:
    building.import_staff(simple(row(), row("000102", "佐藤 二")), day=building.NOW.date())
    building.campaign(now=building.later(minutes=1))
    address = reverse("training_rosters:undo", args=[1])
    shown = hr.get(address)

    assert shown.context["depends"]["assignments"] == 2
    assert hr.post(address, dict.fromkeys(shown.context["depends"], "0")).status_code == 409
    done = hr.post(address, shown.context["depends"])
    assert done.url == reverse("training_rosters:import", args=[2])
    assert not Employment.objects.filter(superseded_at__isnull=True).exists()
    assert hr.get(address).status_code == 409
    assert hr.get(reverse("training_rosters:index")).status_code == 200
    assert hr.get(done.url).status_code == 200


def test_whose_evidence_depends_on_an_import_is_shown_with_the_way_to_the_records(
    hr: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    building.import_staff(simple(*(row(f"{n:06d}", f"𠮷田 {n}") for n in range(60))), day=building.NOW.date())
    quiet = text(hr.get(reverse("training_rosters:evidence", args=[1])))
    assert "000007" not in quiet
    campaign = building.campaign(now=building.later(minutes=1))
    record = campaign.assignments.get(employment__number="000007")

    undo = hr.get(reverse("training_rosters:undo", args=[1]))
    assert (len(undo.context["people"]), undo.context["count"]) == (50, 60)
    assert reverse("training_campaigns:assignment", args=[campaign.code, record.pk]) in undo.content.decode()
    assert reverse("training_rosters:evidence", args=[1]) in undo.content.decode()
    for page, people in (("1", 50), ("2", 10)):
        with django_assert_max_num_queries(30):
            shown = hr.get(reverse("training_rosters:evidence", args=[1]), {"p": page})
        assert len(shown.context["people"]) == people
    assert "𠮷田 59" in text(shown)

    hr.post(undo.request["PATH_INFO"], undo.context["depends"])
    after = text(hr.get(reverse("training_rosters:evidence", args=[1])))
    assert "000007" in after
    assert "𠮷田 7 " not in after
    assert hr.post(reverse("training_rosters:evidence", args=[1])).status_code == 405
    assert hr.get(reverse("training_rosters:evidence", args=[9])).status_code == 404


def test_the_pages_take_as_many_queries_for_many_people_as_for_few(
    hr: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    building.import_staff(simple(*(row(f"{n:06d}", f"氏名 {n}") for n in range(120))), day=building.NOW.date())
    address = upload(hr, simple(*(row(f"{n:06d}", f"氏名 {n}", department="管理本部") for n in range(120)))).url
    hr.get(address)

    for path in (
        address,
        f"{address}?p=3",
        reverse("training_rosters:import", args=[1]),
        reverse("training_rosters:index"),
    ):
        with django_assert_max_num_queries(30):
            assert hr.get(path).status_code == 200
    assert len(hr.get(f"{address}?p=3").context["page"].object_list) == 20


# --- what the preview draws attention to ---


def test_departments_to_be_made_are_named_with_their_people(hr: Client) -> None:
    building.import_staff(simple(row(department="営業本部/一課")), day=building.NOW.date())
    rows = (
        row(department="営業本部/一課"),
        row("000102", "佐藤 二", department="営業本邦/一課"),
        *(row(f"{n:06d}", f"氏名 {n}", department=f"新部/{n % 12}課") for n in range(200, 224)),
    )
    address = upload(hr, simple(*rows)).url

    page = hr.get(address)

    assert [path for path, _people in page.context["departments"]][:2] == ["営業本邦", "営業本邦/一課"]
    assert "営業本邦/一課" in text(page)
    assert page.context["counted_departments"] == 15
    listed = hr.get(f"{address}?kind=departments")
    assert len(listed.context["page"].object_list) == 15
    assert "新部 24" in text(listed)
    assert "営業本邦" not in text(hr.get(upload(hr, simple(rows[0])).url))


def test_who_may_be_somebody_here_is_asked_about_first_and_a_former_number_answers_it(hr: Client) -> None:
    building.import_staff(simple(row(email="ichiro@example.com")), day=building.NOW.date())
    many = [row(f"{n:06d}", f"氏名 {n}") for n in range(300, 360)]
    again = row("2001", email="ichiro@example.com")

    address = upload(hr, simple(*many, again)).url
    page = hr.get(f"{address}?kind=new")
    assert page.context["asked"] == 1
    assert page.context["page"].object_list[0][1] == "2001"
    assert "000101" in text(page)

    headings = (*rosters.HEADINGS, "旧社員番号")
    answered = upload(hr, simple(*((*one, "") for one in many), (*again, "000101"), headings=headings)).url
    page = hr.get(f"{answered}?kind=renumbered")
    assert (page.context["asked"], len(page.context["page"].object_list)) == (0, 1)
    assert "000101 → 2001" in text(page)
    done = confirm(hr, answered)
    assert "2001" in text(hr.get(f"{done.url}?p=2"))
    undo = hr.get(reverse("training_rosters:undo", args=[2]))
    assert undo.context["renumbered"] == 1
    assert Employment.objects.filter(superseded_at__isnull=True, valid_to__isnull=True).count() == 61


def test_refused_lines_are_a_file_however_many_they_are(hr: Client) -> None:
    rows = [row(f"{n:06d}", "=HYPERLINK(1)", type="謎") for n in range(501)]
    address = upload(hr, simple(row("000900"), *rows, row("000901", type="=謎"), row("000902", type="宇宙人"))).url
    assert "503" in text(hr.get(address))

    file = hr.get(f"{address}refused/")

    content = file.content.decode("utf-8")
    lines = content.splitlines()
    assert content.startswith("\ufeff")
    assert len(lines) == 504
    assert lines[1].startswith('3,"=""000000"""')
    assert "宇宙人" in lines[-1]
    assert file["Content-Type"].startswith("text/csv")
    assert "attachment" in file["Content-Disposition"]
    assert "no-store" in file["Cache-Control"]


def refused_list(count: int) -> bytes:
    """A list with one line that is understood, and so many after it that are not, from line 3 on."""
    return simple(row(), *(row(f"{n:06d}", f"氏名 {n}", type="謎") for n in range(1000, 1000 + count)))


def turn(client: Client, address: str, page: int, step: str, *lines: int) -> Any:
    """Submit a page of refused lines as it stands, but for the ticks, by one of its buttons."""
    shown = client.get(address, {"kind": "refused", "p": page})
    sent = {"digest": shown.context["digest"], "page": page, "step": step, "accept": [str(line) for line in lines]}
    return client.post(address, sent)


def test_two_thousand_refused_lines_are_gone_through_page_by_page(
    hr: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    address = upload(hr, refused_list(2000)).url
    first = hr.get(address)
    assert first.context["page"].paginator.num_pages == 8
    assert text(first).count("250") > 0
    assert first.content.decode().count("<input") < 300

    with django_assert_max_num_queries(30):
        answer = turn(hr, address, 1, "next", *range(3, 252))  # all but line 252
    assert answer.url.endswith("?kind=refused&p=2")
    for page in range(2, 8):
        assert turn(hr, address, page, "all").status_code == 302
    early = turn(hr, address, 8, "import", *range(1753, 2003))
    assert early.url == address
    assert not RosterImport.objects.exists()
    there = hr.get(address)  # leads to the page with the line of which nothing is said
    assert (there.context["page"].number, there.context["undecided"]) == (1, 1)
    assert [one.level_tag for one in there.context["messages"]] == ["error"]
    assert there.content.decode().count(" checked") == 249

    done = turn(hr, address, 1, "import", *range(3, 253))
    assert done.url == reverse("training_rosters:import", args=[1])
    assert RosterImport.objects.get().accepted == list(range(3, 2003))
    assert Employment.objects.get().number == "000101"


def test_what_was_said_of_refused_lines_is_there_when_hr_comes_back(hr: Client, hr_account: Any) -> None:
    address = upload(hr, refused_list(300)).url
    turn(hr, address, 1, "next", 3, 5)
    turn(hr, address, 2, "all")
    turn(hr, address, 1, "previous", 5, 7)  # what is unticked is no longer left out

    again = signed_in(hr_account)
    assert address in again.get(reverse("training_rosters:index")).content.decode()
    page = again.get(address)
    assert page.context["left_out"] == {5, 7, *range(253, 303)}
    turn(again, address, 2, "none")
    assert again.get(address).context["left_out"] == {5, 7}
    assert len(again.get(f"{address}?kind=refused&p=2").context["page"].object_list) == 50


def test_no_line_is_left_out_by_what_names_none(hr: Client) -> None:
    address = upload(hr, refused_list(2)).url
    digest = hr.get(address).context["digest"]
    for sent in (
        {"accept": ["2", "99", "-3", "x", "９" * 12]},
        {"page": "x", "accept": ["2"]},
        {"step": "all"},
        {"page": "1", "step": "save"},
    ):
        hr.post(address, {"digest": digest, **sent})
        assert hr.get(address).context["left_out"] == set()
    assert hr.post(address, {"digest": "another", "page": "1", "step": "all"}).url == address
    assert hr.get(address).context["left_out"] == set()
    assert not RosterImport.objects.exists()


def test_columns_that_are_said_anew_ask_of_every_refused_line_again(hr: Client) -> None:
    address = upload(hr, refused_list(2)).url
    turn(hr, address, 1, "all")
    chosen = {f"column-{place}": name for place, name in enumerate(("number", "name", "kana", "department", "type"))}
    hr.post(f"{address}columns/", chosen | {"column-6": "joined"})
    assert hr.get(address).context["left_out"] == set()


def test_where_an_import_fails_what_was_said_of_refused_lines_stays(hr: Client) -> None:
    address = upload(hr, simple(row(department="管理本部"), row("000102", "佐藤 二", type="謎"))).url
    turn(hr, address, 1, "all")
    digest = hr.get(address).context["digest"]
    building.person("000101", "髙橋 一郎", department="営業本部")

    assert hr.post(address, {"digest": digest}).url == address  # what was confirmed is another by now

    assert not RosterImport.objects.exists()
    assert hr.get(address).context["left_out"] == {3}
    assert confirm(hr, address).url == reverse("training_rosters:import", args=[1])
    assert RosterImport.objects.get().accepted == [3]


def test_a_line_that_is_refused_for_another_reason_is_asked_of_again(hr: Client) -> None:
    data = simple(
        row(department="管理本部"), row("000102", "佐藤 二", manager="髙橋 一郎"), row("000103", manager="幽霊")
    )
    building.person("000101", "髙橋 一郎", department="営業本部")
    building.person("000201", "髙橋 一郎")
    address = upload(hr, data).url
    before = {line[0]: line[4] for line in hr.get(address).context["page"].object_list}
    assert before.keys() == {3, 4}
    turn(hr, address, 1, "all")
    RosterUpload.objects.update(preview=zlib.compress(json.dumps({"agreed": before | {"3": "other"}}).encode()))

    assert hr.get(address).context["left_out"] == before.keys() - {3}


def test_a_preview_of_before_an_upgrade_is_worked_out_anew(hr: Client) -> None:
    address = upload(hr, simple(row())).url
    old = {"digest": "x", "counts": {}, "rows": {"new": [[2, "000101", "x", [], False]]}}
    RosterUpload.objects.update(preview=zlib.compress(json.dumps(old).encode()))
    assert "髙橋 一郎" in text(hr.get(address))


# --- behind the page ---


class Queue:
    """Takes tasks, and does them when told to: a worker elsewhere."""

    def __init__(self) -> None:
        self.waiting: list[str] = []

    def enqueue(self, upload: str) -> None:
        self.waiting.append(upload)

    def work(self) -> None:
        while self.waiting:
            take_over(upload=UUID(self.waiting.pop()), now=building.later(hours=1))


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    made = Queue()
    monkeypatch.setattr("cms.admin.roster_steps.import_upload", made)
    return made


def test_hr_leaves_while_a_list_is_imported_and_comes_back_to_what_became_of_it(hr: Client, queue: Queue) -> None:
    address = upload(hr, simple(row())).url
    progress = confirm(hr, address).url
    assert progress.startswith(f"{address}progress/?")
    assert "名簿.csv" in text(hr.get(progress))
    assert hr.get(address).url == progress
    assert "名簿.csv" in text(hr.get(reverse("training_rosters:index")))
    assert not Employment.objects.exists()
    for path in ("columns/", "cancel/", ""):
        assert hr.post(f"{address}{path}", {"column-0": "number"}).status_code == 409

    queue.work()

    assert hr.get(progress, headers={"X-Look": "1"}).status_code == 204
    assert hr.get(progress).url == reverse("training_rosters:import", args=[1])
    assert hr.get(f"{address}progress/").url == reverse("training_rosters:index")
    assert hr.get(progress.replace("before=0", "before=x")).url == reverse("training_rosters:index")
    assert "名簿.csv" not in text(hr.get(reverse("training_rosters:index")))


def test_why_a_list_was_not_imported_is_said_at_the_preview(hr: Client, queue: Queue) -> None:
    address = upload(hr, simple(row(department="管理本部"))).url
    progress = confirm(hr, address).url
    building.person("000101", "髙橋 一郎", department="営業本部")
    queue.work()

    page = hr.get(progress, follow=True)

    assert page.redirect_chain[0][0] == address
    assert [one.level_tag for one in page.context["messages"]] == ["error"]
    assert page.context["kind"] == "moved"
    assert confirm(hr, address).url.startswith(f"{address}progress/")


def test_one_that_nobody_works_on_is_begun_again(hr: Client, queue: Queue, clock: Callable[[datetime], None]) -> None:
    address = upload(hr, simple(row())).url
    progress = confirm(hr, address).url
    assert hr.post(f"{address}progress/").status_code == 409
    queue.waiting.clear()
    clock(AN_HOUR_LATER + timedelta(hours=1))
    assert hr.get(progress).context["again"]
    assert hr.post(f"{address}progress/").url == progress
    queue.work()
    assert hr.get(progress).url == reverse("training_rosters:import", args=[1])


def test_one_that_nobody_works_on_is_discarded(hr: Client, queue: Queue, clock: Callable[[datetime], None]) -> None:
    address = upload(hr, simple(row())).url
    progress = confirm(hr, address).url
    assert hr.post(f"{address}cancel/").status_code == 409
    clock(AN_HOUR_LATER + timedelta(hours=1))
    assert f'action="{address}cancel/"' in hr.get(progress).content.decode()

    assert hr.post(f"{address}cancel/").url == reverse("training_rosters:index")
    assert not RosterUpload.objects.exists()
    queue.work()
    assert not RosterImport.objects.exists()
    assert hr.post(f"{address}cancel/").status_code == 404


def test_a_list_that_is_gone_is_not_said_to_have_changed_nothing(hr: Client, queue: Queue) -> None:
    address = upload(hr, simple(row())).url
    progress = confirm(hr, address).url
    RosterUpload.objects.all().delete()

    page = hr.get(progress, follow=True)

    assert page.redirect_chain[0][0] == reverse("training_rosters:index")
    assert [one.level_tag for one in page.context["messages"]] == ["warning"]


def test_anothers_import_under_way_is_none(hr: Client, queue: Queue) -> None:
    address = upload(hr, simple(row())).url
    progress = confirm(hr, address).url
    other = signed_in(building.account("hr2", Role.HR))
    assert other.get(progress).url == reverse("training_rosters:index")
    assert other.post(progress).status_code == 404
    assert "名簿.csv" not in text(other.get(reverse("training_rosters:index")))
