"""What was so at the end of a day, as known at a checkpoint: the right answer then, and the same one ever after."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import building
from training.attestation.annul import annul
from training.attestation.models import Attestation
from training.campaigns.models import Assignment, Campaign
from training.errors import Conflict, Invalid, NotReady
from training.ledger.append import append
from training.ledger.keys import load_key, verifier
from training.ledger.models import Checkpoint
from training.ledger.seal import seal
from training.people.enrol import ensure_department, rename
from training.people.models import (
    DepartmentPlace,
    Employment,
    EmploymentType,
    PersonName,
    Posting,
)
from training.reports.as_of import Line, as_of, as_of_csv
from training.reports.as_of_page import (
    asked_checkpoint,
    asked_day,
    figures_as_of,
    page_as_of,
)
from training.reports.as_of_wording import TYPES
from training.roles import Role

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = date(2026, 11, 24)
MIDNIGHT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # the first instant of the 25th in Tokyo


def sealed(now: datetime = building.NOW) -> Checkpoint:
    """The checkpoint over all that has been written."""
    seal(now=now, key=load_key())
    return Checkpoint.objects.latest("size")


def lines(day: date = TODAY, checkpoint: Checkpoint | None = None, campaign: Campaign | None = None) -> list[Line]:
    """The lines of a day, as known now unless a checkpoint is given."""
    return list(as_of(day=day, checkpoint=checkpoint or sealed(), campaign=campaign))


def only(day: date = TODAY, checkpoint: Checkpoint | None = None) -> Line:
    """The one line of a day."""
    (line,) = lines(day, checkpoint)
    return line


def file(day: date, checkpoint: Checkpoint, campaign: Campaign | None = None) -> bytes:
    """The whole file."""
    return b"".join(as_of_csv(day=day, checkpoint=checkpoint, campaign=campaign))


def correct(row: Any, *replacements: dict[str, Any], now: datetime = building.NOW) -> list[Any]:
    """Take a row of the roster back and put others in its place, as an import of the roster will."""
    entry = append(kind="people.corrected", at=now, facts={"table": row._meta.db_table})
    row.superseded_at, row.superseded_by = now, entry
    row.save()
    model = type(row)
    kept = {
        field.attname: getattr(row, field.attname)
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name not in {"superseded_at", "superseded_by"}
    }
    new = {"recorded_at": now, "entry_id": entry.pk}
    made = []
    for changes in replacements:
        made.append(model(**(kept | new | changes)))
        made[-1].save(force_insert=True)
    return made


def leave(employment: Employment, last_day: date, *, now: datetime = building.NOW) -> Employment:
    """End an employment with its post."""
    (ended,) = correct(employment, {"valid_to": last_day}, now=now)
    for post in Posting.objects.filter(employment=employment, superseded_at__isnull=True):
        until = min(last_day, post.valid_to or last_day)
        stays = [{"valid_to": until, "employment_id": ended.pk}] if post.valid_from <= until else []
        correct(post, *stays, now=now)
    return ended


def move(employment: Employment, path: str, since: date, *, now: datetime = building.NOW) -> None:
    """Post somebody elsewhere from a day on."""
    department = ensure_department(path=path, since=since, now=now)
    post = Posting.objects.get(employment=employment, superseded_at__isnull=True, valid_to__isnull=True)
    correct(
        post,
        *([{"valid_to": since - DAY}] if since > post.valid_from else []),
        {"valid_from": since, "department_id": department.pk},
        now=now,
    )


def officer() -> Any:
    """A privacy officer."""
    return building.account(f"officer-{uuid.uuid4()}", Role.PRIVACY_OFFICER)


def test_each_person_is_shown_with_what_was_so_on_that_day() -> None:
    building.person("000101", "髙橋 一郎")
    building.person("000102", "𠮷田 次郎", kana="ヨシダ ジロウ", department="管理本部")
    campaign = building.campaign(["article-1", "article-3"])
    first, second = Assignment.objects.order_by("employment__number")
    building.train(first)
    building.sign(first, "髙橋 一郎")
    building.sit(building.read(second.tasks.order_by("campaign_module__order")[0]))
    late = building.person("000103", "佐藤 三郎", joined=TODAY)

    one, two, three = lines()

    assert (one.number, one.name, one.kana, one.type, one.employed) == (
        "000101",
        "髙橋 一郎",
        "タカハシ イチロウ",
        "regular",
        True,
    )
    assert (one.department, one.campaign, one.title) == ("営業本部/第一営業部/二課", campaign.code, campaign.title)
    assert (one.completed, one.modules, one.passed_on, one.signed_on) == (2, 2, TODAY, TODAY)
    assert (one.due_on, one.exempt, one.annulled_on) == (campaign.due_on, "", None)
    assert (two.name, two.kana, two.department) == ("𠮷田 次郎", "ヨシダ ジロウ", "管理本部")
    assert (two.completed, two.modules, two.passed_on, two.signed_on) == (1, 2, None, None)
    assert (three.employment, three.assignment, three.campaign) == (late.pk, None, "")
    assert (three.completed, three.modules, three.due_on) == (None, None, None)


def test_what_is_not_sealed_is_not_known() -> None:
    building.person("000101")
    checkpoint = sealed()
    building.person("000102")

    assert [line.number for line in lines(checkpoint=checkpoint)] == ["000101"]
    assert [line.number for line in lines()] == ["000101", "000102"]


def test_a_day_begins_with_who_joins_on_it() -> None:
    building.person(joined=TODAY)

    assert lines(TODAY - DAY) == []
    assert only(TODAY).employed


def test_the_last_day_of_an_employment_is_part_of_it_and_who_was_assigned_stays_listed() -> None:
    assigned, other = building.person("000101"), building.person("000102", "佐藤 二郎")
    building.campaign()
    before = sealed()
    leave(assigned, TODAY)
    leave(other, TODAY - DAY)
    Assignment.objects.get(employment=other)
    after = sealed()

    assert [(line.number, line.employed) for line in lines(TODAY, after)] == [("000101", True), ("000102", False)]
    assert [(line.number, line.employed) for line in lines(TODAY + DAY, after)] == [
        ("000101", False),
        ("000102", False),
    ]
    assert all(line.assignment and line.department.endswith("二課") for line in lines(TODAY + DAY, after))
    assert [line.employed for line in lines(TODAY + DAY, before)] == [True, True]


def test_who_leaves_unassigned_is_not_listed_afterwards() -> None:
    leave(building.person(), TODAY)

    assert only(TODAY).employed
    assert lines(TODAY + DAY) == []


def test_an_assignment_follows_its_employment_through_every_correction() -> None:
    employment = building.person("000101")
    building.campaign()
    building.train(building.assignment_of(employment))
    early, late = correct(
        employment,
        {"valid_to": date(2026, 8, 31), "type": EmploymentType.CONTRACT},
        {"valid_from": date(2026, 9, 1)},
    )
    leave(late, date(2026, 12, 31))
    checkpoint = sealed()

    for day, kind, employed in [
        (date(2026, 8, 31), "contract", True),
        (date(2026, 9, 1), "regular", True),
        (date(2026, 12, 31), "regular", True),
        (date(2027, 1, 1), "regular", False),
    ]:
        line = only(day, checkpoint)
        assert (line.type, line.employed) == (kind, employed), day
        assert (line.assignment is None) is (day < TODAY)
    assert only(TODAY, checkpoint).passed_on == TODAY
    assert early.pk != only(TODAY, checkpoint).employment


def test_a_number_corrected_shows_under_the_new_one_at_a_later_checkpoint_only() -> None:
    employment = building.person("000101")
    building.campaign()
    before = sealed()
    correct(employment, {"number": "000999"})
    after = sealed()

    assert only(TODAY, before).number == "000101"
    line = only(TODAY, after)
    assert (line.number, line.employed, line.assignment is not None) == ("000999", True, True)
    assert line.department.endswith("二課")


def test_a_rehire_under_another_number_is_another_line() -> None:
    first = building.person("000101", department="営業部")
    building.campaign()
    leave(first, TODAY)
    entry = append(kind="people.enrolled", at=building.NOW)
    again = Employment.objects.create(
        employee=first.employee,
        number="000202",
        type="part_time",
        valid_from=TODAY + 3 * DAY,
        recorded_at=building.NOW,
        entry=entry,
    )
    Posting.objects.create(
        employment=again,
        department=ensure_department(path="管理部", since=TODAY, now=building.NOW),
        valid_from=TODAY + 3 * DAY,
        recorded_at=building.NOW,
        entry=entry,
    )

    old, new = lines(TODAY + 5 * DAY)

    assert (old.number, old.employed, old.department, old.assignment is None) == ("000101", False, "営業部", False)
    assert (new.number, new.employed, new.department, new.assignment is None) == ("000202", True, "管理部", True)
    assert old.name == new.name


def test_an_employment_taken_back_altogether_leaves_the_assignment_and_its_number() -> None:
    employment = building.person("000101")
    building.campaign()
    correct(employment)

    line = only()

    assert (line.number, line.employed, line.assignment is not None) == ("000101", False, True)


def test_a_name_holds_from_its_day_and_a_name_dated_back_is_known_only_later() -> None:
    employment = building.person(name="髙橋 一郎")
    first = sealed()
    rename(employee=employment.employee, name="𠮷田 一郎", kana="", since=TODAY + DAY, now=building.later(hours=1))
    second = sealed(building.later(hours=2))
    rename(employee=employment.employee, name="﨑山 一郎", kana="", since=TODAY + DAY, now=building.later(hours=3))
    third = sealed(building.later(hours=4))

    assert [only(TODAY, known).name for known in (first, second, third)] == ["髙橋 一郎"] * 3
    assert [only(TODAY + DAY, known).name for known in (first, second, third)] == [
        "髙橋 一郎",
        "𠮷田 一郎",
        "﨑山 一郎",
    ]


def test_a_name_superseded_before_entries_were_named_counts_by_the_time() -> None:
    employment = building.person(name="髙橋 一郎")
    before = sealed(building.later(minutes=1))
    rename(employee=employment.employee, name="𠮷田 一郎", kana="", since=TODAY - DAY, now=building.later(hours=1))
    PersonName.objects.update(superseded_by=None)
    after = sealed(building.later(hours=2))

    assert only(TODAY, before).name == "髙橋 一郎"
    assert only(TODAY, after).name == "𠮷田 一郎"
    assert only(TODAY - 2 * DAY, after).name == "髙橋 一郎"


def test_a_post_holds_from_its_day_and_a_move_dated_back_is_known_only_later() -> None:
    employment = building.person(department="営業部")
    before = sealed()
    move(employment, "管理部", TODAY - 10 * DAY)
    after = sealed()

    assert only(TODAY, before).department == "営業部"
    assert only(TODAY, after).department == "管理部"
    assert only(TODAY - 11 * DAY, after).department == "営業部"


def test_who_works_here_without_a_post_is_in_no_department() -> None:
    employment = building.person()
    correct(Posting.objects.get(employment=employment), {"valid_to": TODAY})

    assert only(TODAY).department == "営業本部/第一営業部/二課"
    assert only(TODAY + DAY).department == ""


def test_a_department_has_the_name_and_place_of_that_day() -> None:
    building.person(department="営業本部/一課")
    before = sealed()
    place = DepartmentPlace.objects.get(name="営業本部")
    correct(place, {"valid_to": TODAY}, {"valid_from": TODAY + DAY, "name": "=販売本部"})
    after = sealed()

    assert only(TODAY, after).department == "営業本部/一課"
    assert only(TODAY + DAY, after).department == "=販売本部/一課"
    assert only(TODAY + DAY, before).department == "営業本部/一課"


@pytest.mark.parametrize(
    ("at", "done"),
    [(MIDNIGHT - timedelta(seconds=1), True), (MIDNIGHT - timedelta(microseconds=1), True), (MIDNIGHT, False)],
)
def test_a_day_ends_at_midnight_in_tokyo(at: datetime, done: bool) -> None:
    employment = building.person()
    building.campaign()
    assignment = building.assignment_of(employment)
    building.train(assignment, now=at)
    building.sign(assignment, "髙橋 一郎", now=at)
    checkpoint = sealed(at)

    line, next_line = only(TODAY, checkpoint), only(TODAY + DAY, checkpoint)

    assert (line.completed, line.passed_on, line.signed_on) == ((1, TODAY, TODAY) if done else (0, None, None))
    assert next_line.signed_on == (TODAY if done else TODAY + DAY)
    assert not done or next_line == line


def test_a_campaign_opened_after_the_day_is_not_assigned_on_it() -> None:
    building.person()
    building.campaign()

    assert only(TODAY - DAY).assignment is None
    assert only(TODAY).assignment is not None


def test_a_signature_annulled_counts_no_more_from_the_checkpoint_that_knows() -> None:
    employment = building.person()
    building.campaign()
    assignment = building.assignment_of(employment)
    building.train(assignment)
    signature = building.sign(assignment, "髙橋 一郎")
    before = sealed()
    annul(attestation=signature, cause="wrong_person", reason="別人でした。", by=officer(), now=building.later(days=5))
    between = sealed(building.later(days=5))
    building.sign(assignment, "髙橋 一郎", now=building.later(days=7))
    after = sealed(building.later(days=7))

    assert (only(TODAY, before).signed_on, only(TODAY, before).annulled_on) == (TODAY, None)
    assert (only(TODAY, between).signed_on, only(TODAY, between).annulled_on) == (None, TODAY + 5 * DAY)
    assert only(TODAY, after) == only(TODAY, between)
    assert only(TODAY + 7 * DAY, after).signed_on == TODAY + 7 * DAY
    assert only(TODAY + 7 * DAY, after).passed_on == TODAY


def test_two_campaigns_are_two_lines_and_one_campaign_only_its_own() -> None:
    building.person("000101")
    first = building.campaign(code="FY2026")
    building.person("000102")
    second = building.campaign(code="FY2027")
    checkpoint = sealed()

    assert [(line.number, line.campaign) for line in lines(TODAY, checkpoint)] == [
        ("000101", "FY2026"),
        ("000101", "FY2027"),
        ("000102", "FY2027"),
    ]
    assert [(line.number, line.campaign) for line in lines(TODAY, checkpoint, first)] == [
        ("000101", "FY2026"),
        ("000102", ""),
    ]
    assert {line.campaign for line in lines(TODAY, checkpoint, second)} == {"FY2027"}


def test_a_campaign_has_the_title_and_the_modules_that_were_recorded() -> None:
    building.person()
    building.campaign()
    checkpoint = sealed()
    before = file(TODAY, checkpoint)

    Campaign.objects.update(title="改ざんされた名称", code="OTHER")

    assert file(TODAY, checkpoint) == before


def test_lines_are_in_order_of_the_numbers_by_code_point() -> None:
    for number in ["b", "A1", "a1", "000010", "9", "𠮷", "\uff5e", "000002"]:
        building.person(number, "架空 太郎")
    building.campaign()
    building.person("000001", "架空 太郎")
    building.person("zz", "架空 太郎")

    found = [line.number for line in lines()]

    assert found == sorted(found)
    assert len(found) == 10


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


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written inside is not there afterwards; sealing works inside."""
    outermost = transaction.atomic()
    outermost._from_testcase = True  # what lets durable transactions run inside, as in Django's own TestCase
    with outermost:
        yield
        transaction.set_rollback(True)


class History:
    """A company to which things happen in any order."""

    def __init__(self) -> None:
        self.now = building.NOW
        self.people = [building.person(f"00010{n}", f"氏名{n}") for n in range(2)]
        self.campaign = building.campaign()
        self.officer = officer()
        self.seen: list[tuple[date, Checkpoint, bytes]] = []

    def current(self, which: int) -> Employment:
        """What is believed of one of the people."""
        employee = self.people[which % len(self.people)].employee_id
        return Employment.objects.filter(employee=employee, superseded_at__isnull=True).latest("valid_from")

    def do(self, act: str, which: int, offset: int) -> None:
        """Let one thing happen, on or for a day near to now."""
        self.now += timedelta(hours=7)
        day = TODAY + offset * DAY
        employment = self.current(which)
        getattr(self, act)(employment, which, day)

    def joins(self, employment: Employment, which: int, day: date) -> None:
        self.people.append(building.person(f"{len(self.people):06d}", "新 人", joined=day, now=self.now))

    def leaves(self, employment: Employment, which: int, day: date) -> None:
        if employment.valid_to is None and day > employment.valid_from:
            leave(employment, day, now=self.now)

    def renamed(self, employment: Employment, which: int, day: date) -> None:
        now = PersonName.objects.get(employee=employment.employee_id, superseded_at__isnull=True, valid_to__isnull=True)
        rename(employee=employment.employee, name=f"改名 {day}", kana="", since=max(day, now.valid_from), now=self.now)

    def moves(self, employment: Employment, which: int, day: date) -> None:
        if Posting.objects.filter(employment=employment, superseded_at__isnull=True, valid_to__isnull=True).exists():
            post = Posting.objects.get(employment=employment, superseded_at__isnull=True, valid_to__isnull=True)
            move(employment, f"部{which}", max(day, post.valid_from), now=self.now)

    def number_corrected(self, employment: Employment, which: int, day: date) -> None:
        (made,) = correct(employment, {"number": f"C{Employment.objects.count()}"}, now=self.now)
        for post in Posting.objects.filter(employment=employment, superseded_at__isnull=True):
            correct(post, {"employment_id": made.pk}, now=self.now)

    def department_renamed(self, employment: Employment, which: int, day: date) -> None:
        place = DepartmentPlace.objects.filter(superseded_at__isnull=True, valid_to__isnull=True).order_by("pk")[0]
        since = max(day, place.valid_from + DAY)
        correct(place, {"valid_to": since - DAY}, {"valid_from": since, "name": f"本部{day}"}, now=self.now)

    def _assignment(self, employment: Employment) -> Assignment | None:
        mine = Assignment.objects.filter(employment__employee=employment.employee_id, campaign=self.campaign)
        return mine.select_related("campaign__revision", "campaign__statement", "employment").first()

    def passes(self, employment: Employment, which: int, day: date) -> None:
        assignment = self._assignment(employment)
        if assignment and assignment.tasks.filter(completion__isnull=True).exists():
            building.train(assignment, now=self.now)

    def signs(self, employment: Employment, which: int, day: date) -> None:
        self.passes(employment, which, day)
        if assignment := self._assignment(employment):
            name = PersonName.objects.filter(
                employee=employment.employee_id, superseded_at__isnull=True, valid_from__lte=self.now.date()
            ).latest("valid_from")
            building.sign(assignment, name.name, now=self.now)

    def annulled(self, employment: Employment, which: int, day: date) -> None:
        signature = Attestation.objects.filter(
            assignment__employment__employee=employment.employee_id, annulment__isnull=True
        ).first()
        if signature:
            annul(attestation=signature, cause="other", reason="誤り", by=self.officer, now=self.now)

    def sealed(self, employment: Employment, which: int, day: date) -> None:
        checkpoint = sealed(self.now)
        self.seen.append((day, checkpoint, file(day, checkpoint, self.campaign)))

    def asked(self, employment: Employment, which: int, day: date) -> None:
        if (checkpoint := Checkpoint.objects.order_by("size").last()) is not None:
            self.seen.append((day, checkpoint, file(day, checkpoint)))


ACTS = [name for name in vars(History) if name not in {"current", "do"} and not name.startswith("_")]


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(-40, 40)),
        min_size=5,
        max_size=15,
    )
)
def test_whatever_happens_afterwards_an_answer_given_stays(happenings: list[tuple[str, int, int]]) -> None:
    with taken_back():
        history = History()
        history.do("sealed", 0, 0)
        for happening in happenings:
            history.do(*happening)
        history.do("sealed", 1, 1)
        for day, checkpoint, answer in history.seen:
            again = [file(day, checkpoint), file(day, checkpoint, history.campaign)]
            assert answer in again
            assert file(day, checkpoint) == again[0]
        assert every_figure_is_the_count_of_its_lines(history)


def every_figure_is_the_count_of_its_lines(history: History) -> bool:
    """Pages and figures, which ask otherwise, say the same as the lines."""
    for day, checkpoint, _answer in history.seen[-2:]:
        for campaign in (None, history.campaign):
            found = lines(day, checkpoint, campaign)
            figures = figures_as_of(day=day, checkpoint=checkpoint, campaign=campaign)
            assert figures.employed == len({line.employment for line in found if line.employed})
            assert figures.assigned == sum(line.assignment is not None for line in found)
            assert figures.passed == sum(line.passed_on is not None for line in found)
            assert figures.signed == sum(line.signed_on is not None for line in found)
            assert paged(day, checkpoint, campaign, 5) == found
    return True


def paged(day: date, checkpoint: Checkpoint, campaign: Campaign | None, size: int) -> list[Line]:
    """All lines, page by page."""
    found: list[Line] = []
    after: str | None = ""
    while after is not None:
        page = page_as_of(day=day, checkpoint=checkpoint, campaign=campaign, after=after, size=size)
        assert 0 < len(page.lines) <= size or not found
        found += page.lines
        after = page.after
    return found


def test_pages_follow_each_other_without_gap_or_twin() -> None:
    for n in range(5):
        building.person(f"{n:06d}", "架空 太郎")
    building.campaign(code="FY2026")
    building.person("A", "架空 太郎")
    building.campaign(code="FY2027")
    building.person("000002x", "架空 太郎")
    checkpoint = sealed()

    for size in (1, 3, 100):
        assert paged(TODAY, checkpoint, None, size) == lines(TODAY, checkpoint)


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "1",
        "..",
        "0.zz.1",
        f"9{'9' * 30}.{uuid.UUID(int=1).hex}.1",
        f"0.{uuid.UUID(int=1).hex}.\0",
        "' OR 1=1",
        "٣",
    ],
)
def test_a_page_that_no_page_has_named_is_refused(after: str) -> None:
    building.person()
    checkpoint = sealed()

    with pytest.raises(Invalid):
        page_as_of(day=TODAY, checkpoint=checkpoint, after=after)


def queries(act: Callable[[], object]) -> int:
    """How many an act takes."""
    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)


def test_the_number_of_queries_does_not_grow_with_the_people() -> None:
    def counts() -> tuple[int, ...]:
        checkpoint = sealed()
        asked = {"day": TODAY, "checkpoint": checkpoint}
        return (
            queries(lambda: list(as_of(**asked))),
            queries(lambda: page_as_of(**asked)),
            queries(lambda: figures_as_of(**asked)),
        )

    for n in range(2):
        building.person(f"{n:06d}", "架空 太郎")
    campaign = building.campaign(["article-1", "article-3"])
    building.person("000002", "架空 太郎")
    few = counts()
    for n in range(10, 30):
        building.person(f"{n:06d}", "架空 太郎", department=f"部{n}")
    building.campaign(code="FY2027")
    building.person("000003", "架空 太郎")

    assert counts() == few == (5, 7, 4)
    assert len(lines(TODAY, campaign=campaign)) == 24


def test_a_day_must_be_one_and_have_come() -> None:
    assert asked_day("2026-11-24", today=TODAY) == TODAY
    for text in ["", "2026-11-25", "20261124", "2026-W48-2", "2026-2-30", "2026-02-30", "２０２６-11-24", "昨日", "\0"]:
        with pytest.raises(Invalid):
            asked_day(text, today=TODAY)


def test_a_checkpoint_is_the_latest_or_one_that_was_signed() -> None:
    with pytest.raises(NotReady):
        asked_checkpoint(None)
    building.person("000101")
    first = sealed()
    building.person("000102")
    second = sealed()

    assert asked_checkpoint(None) == asked_checkpoint(second.size) == second
    assert asked_checkpoint(first.size) == first
    for size in (0, -1, first.size - 1, second.size + 1, 10**30):
        with pytest.raises(Invalid, match=str(second.size)):
            asked_checkpoint(size)


def test_a_day_before_everything_is_empty_and_the_first_of_days_is_one() -> None:
    building.person()
    checkpoint = sealed()

    assert lines(date(1, 1, 1), checkpoint) == []
    assert lines(date(1900, 1, 1), checkpoint) == []
    assert figures_as_of(day=date(1, 1, 1), checkpoint=checkpoint).employed == 0


def test_a_note_that_cannot_be_read_is_said() -> None:
    building.person()
    checkpoint = sealed()
    checkpoint.note = "no note"

    with pytest.raises(Conflict, match="verify_ledger"):
        as_of_csv(day=TODAY, checkpoint=checkpoint)


def test_every_kind_of_employment_has_a_word_in_the_file() -> None:
    assert set(TYPES) == set(EmploymentType.values)
