"""A list that is taken over behind the page: once, whole or not at all, and every end is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.building import NOW, account, person
from tests.cutting import everything, writes_whole_or_not_at_all
from tests.people.rosters import row, simple
from training.errors import Conflict
from training.people import roster_working
from training.people.models import Employment
from training.people.roster_models import RosterImport, RosterUpload
from training.people.roster_uploads import (
    choose_columns,
    forget_preview,
    forget_upload,
    keep_upload,
    leave_out,
    previewed,
)
from training.people.roster_working import STALE, Stage, begin_import, made_of, require_rest, take_over, work_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload() -> RosterUpload:
    """A list of two that somebody uploaded."""
    return kept(row(), row("000102", "𠮷田 二"))


def kept(*rows: Any) -> RosterUpload:
    found, _heading = keep_upload(
        by=account("hr"), name="名簿.csv", data=simple(*rows), day=NOW.date(), left_if_missing=False, now=NOW
    )
    return found


def decided(upload: RosterUpload, *accepted: int) -> roster_working.Work:
    return begin_import(upload=upload, digest=previewed(upload=upload).digest, accepted=accepted, now=NOW)


def stage_of(upload: RosterUpload) -> tuple[str, str]:
    work = work_of(RosterUpload.objects.get(pk=upload.pk))
    assert work is not None
    return work.stage, work.reason


def test_a_list_that_is_decided_on_is_taken_over_once_and_forgotten(upload: RosterUpload) -> None:
    work = decided(upload)
    assert stage_of(upload) == (Stage.WAITING, "")
    assert take_over(upload=upload.pk, now=NOW) == 1
    assert take_over(upload=upload.pk, now=NOW) is None
    assert Employment.objects.count() == 2
    assert not RosterUpload.objects.exists()
    made = made_of(by=upload.by_id, file=work.file, before=work.before)
    assert made == RosterImport.objects.get()
    assert made_of(by=upload.by_id, file=work.file, before=1) is None
    assert made_of(by=upload.by_id + 1, file=work.file, before=0) is None


def test_a_list_that_nobody_decided_on_is_not_taken_over(upload: RosterUpload) -> None:
    previewed(upload=upload)
    before = everything()
    assert take_over(upload=upload.pk, now=NOW) is None
    assert work_of(upload) is None
    assert everything() == before


def test_nothing_of_the_list_is_decided_anew_while_it_is_taken_over(upload: RosterUpload) -> None:
    decided(upload)
    upload.refresh_from_db()
    for act in (
        lambda: previewed(upload=upload),
        lambda: choose_columns(upload=upload, columns=["number", "name"], now=NOW),
        lambda: begin_import(upload=upload, digest="x", accepted=(), now=NOW + STALE),
        lambda: require_rest(upload),
    ):
        with pytest.raises(Conflict):
            act()
    assert take_over(upload=upload.pk, now=NOW) == 1


def test_a_preview_worked_out_on_another_page_meanwhile_undoes_no_decision(upload: RosterUpload) -> None:
    late = RosterUpload.objects.get(pk=upload.pk)
    decided(upload)
    previewed(upload=late)
    assert stage_of(upload) == (Stage.WAITING, "")


def test_what_changed_since_the_preview_writes_nothing_and_says_so(upload: RosterUpload) -> None:
    decided(upload)
    person("000101", "髙橋 一郎", department="管理本部")
    before = Employment.objects.count()
    assert take_over(upload=upload.pk, now=NOW) is None
    stage, reason = stage_of(upload)
    assert stage == Stage.FAILED
    assert reason
    assert Employment.objects.count() == before
    upload.refresh_from_db()
    decided(upload)
    assert take_over(upload=upload.pk, now=NOW) == 1


def test_lines_that_are_refused_and_not_named_keep_everything_out() -> None:
    upload = kept(row(), row("000102", "佐藤 二", joined="2026/2/30"))
    decided(upload)
    assert take_over(upload=upload.pk, now=NOW) is None
    assert stage_of(upload)[0] == Stage.FAILED
    assert not Employment.objects.exists()
    upload.refresh_from_db()
    decided(upload, 3)
    assert take_over(upload=upload.pk, now=NOW) == 1


def test_one_that_breaks_down_writes_nothing_and_leaves_words(
    upload: RosterUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(**_given: Any) -> Any:
        raise RuntimeError("髙橋 一郎")

    decided(upload)
    with monkeypatch.context() as patch:
        patch.setattr(roster_working, "import_roster", breaks)
        with pytest.raises(RuntimeError):
            take_over(upload=upload.pk, now=NOW)
    stage, reason = stage_of(upload)
    assert stage == Stage.FAILED
    assert "髙橋" not in reason
    assert not Employment.objects.exists()


def test_one_that_was_stopped_can_be_begun_again_after_a_while(upload: RosterUpload) -> None:
    work = decided(upload)
    assert not work.is_stale(NOW + STALE)
    later = NOW + STALE + timedelta(seconds=1)
    assert work.is_stale(later)
    again = begin_import(upload=upload, digest=work.digest, accepted=work.accepted, now=later)
    assert again.begun == later.isoformat()
    assert take_over(upload=upload.pk, now=later) == 1


def test_a_late_worker_neither_writes_nor_notes_over_a_newer_decision(
    upload: RosterUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = decided(upload)
    later = NOW + STALE + timedelta(seconds=1)
    read = roster_working.sheet_of

    def slow(*given: Any) -> Any:  # while the first worker reads, somebody begins again
        if RosterUpload.objects.filter(pk=upload.pk).exists() and stage_of(upload)[0] == Stage.READING:
            begin_import(upload=upload, digest=old.digest, accepted=(), now=later)
        return read(*given)

    with monkeypatch.context() as patch:
        patch.setattr(roster_working, "sheet_of", slow)
        assert take_over(upload=upload.pk, now=later) is None
    work = work_of(RosterUpload.objects.get(pk=upload.pk))
    assert work is not None
    assert (work.begun, work.stage) == (later.isoformat(), Stage.WAITING)
    assert not RosterImport.objects.exists()
    sheet = read(bytes(upload.data), None)
    assert roster_working._write(upload.pk, old, sheet, later) is None
    assert take_over(upload=upload.pk, now=later) == 1


def test_a_worker_that_breaks_down_late_leaves_a_newer_decision_alone(
    upload: RosterUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = decided(upload)
    later = NOW + STALE + timedelta(seconds=1)

    def begins_again(*given: Any) -> Any:
        begin_import(upload=upload, digest=work.digest, accepted=(), now=later)
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(roster_working, "sheet_of", begins_again)
        with pytest.raises(RuntimeError):
            take_over(upload=upload.pk, now=later)
    assert stage_of(upload) == (Stage.WAITING, "")


def test_a_task_that_is_given_out_twice_goes_on_where_the_first_was_killed(upload: RosterUpload) -> None:
    work = decided(upload)
    roster_working._note(upload.pk, replace(work, stage=Stage.WRITING.value))
    assert take_over(upload=upload.pk, now=NOW) == 1


def test_one_that_waits_in_vain_is_let_go_and_one_under_way_is_not(upload: RosterUpload) -> None:
    decided(upload)
    upload.refresh_from_db()
    require_rest(upload, now=NOW + STALE + timedelta(seconds=1))
    for now in (NOW, NOW + STALE):
        with pytest.raises(Conflict):
            forget_upload(upload=upload, now=now)
    forget_upload(upload=upload, now=NOW + STALE + timedelta(seconds=1))
    with pytest.raises(Conflict):
        forget_upload(upload=upload, now=NOW)
    with pytest.raises(Conflict):
        choose_columns(upload=upload, columns=["number", "name"], now=NOW)
    assert take_over(upload=upload.pk, now=NOW) is None
    assert not Employment.objects.exists()


def test_what_is_left_out_is_noted_page_by_page_and_only_of_the_preview_that_was_shown() -> None:
    upload = kept(row(), *(row(f"{n:06d}", f"𠮷田 {n}", type="謎") for n in range(200, 204)))
    digest = previewed(upload=upload).digest
    note = partial(leave_out, digest=digest)
    late = RosterUpload.objects.get(pk=upload.pk)

    assert note(upload=upload, shown={3, 4}, chosen={3}).left_out == {3}
    assert note(upload=late, shown={5, 6}, chosen={5, 6}).left_out == {3, 5, 6}  # of another page, read before
    assert note(upload=upload, shown={3, 4}, chosen={4, 2, 99}).left_out == {4, 5, 6}
    assert previewed(upload=RosterUpload.objects.get(pk=upload.pk)).undecided == [0]
    with pytest.raises(Conflict):
        leave_out(upload=upload, digest="another", shown=(), chosen={3})
    assert writes_whole_or_not_at_all(lambda: note(upload=upload, shown={3}, chosen={3})) > 0

    decided(upload, 3, 4, 5, 6)
    with pytest.raises(Conflict):
        note(upload=upload, shown={3}, chosen=())
    assert take_over(upload=upload.pk, now=NOW) == 1
    assert RosterImport.objects.get().accepted == [3, 4, 5, 6]
    with pytest.raises(Conflict):
        note(upload=upload, shown={3}, chosen={3})


def test_what_was_agreed_on_outlives_a_failure_and_a_second_beginning() -> None:
    upload = kept(row(department="管理本部"), row("000102", "𠮷田 二", type="謎"))
    digest = previewed(upload=upload).digest
    leave_out(upload=upload, digest=digest, shown={3}, chosen={3})
    begin_import(upload=upload, digest=digest, accepted={3}, now=NOW)
    again = begin_import(upload=upload, digest=digest, accepted=[3], now=NOW + STALE + timedelta(seconds=1))
    assert again.agreed == {"3": "type"}
    person("000101", "髙橋 一郎", department="営業本部")
    assert take_over(upload=upload.pk, now=NOW) is None

    for _twice in range(2):
        forget_preview(upload=upload)
    assert previewed(upload=RosterUpload.objects.get(pk=upload.pk)).left_out == {3}


def test_a_failure_that_is_read_late_forgets_no_newer_decision(upload: RosterUpload) -> None:
    decided(upload)
    forget_preview(upload=upload)
    assert stage_of(upload) == (Stage.WAITING, "")


def test_a_list_that_waits_for_its_turn_outlives_the_day_after_which_others_are_forgotten(upload: RosterUpload) -> None:
    keep = partial(keep_upload, by=upload.by, name="x", day=NOW.date(), left_if_missing=False)
    forgotten, _heading = keep(data=simple(row("000103")), now=NOW)
    begin_import(upload=upload, digest=previewed(upload=upload).digest, accepted=(), now=NOW + timedelta(hours=20))
    keep(data=simple(row()), now=NOW + timedelta(days=1, seconds=1))
    found = set(RosterUpload.objects.values_list("pk", flat=True))
    assert upload.pk in found
    assert forgotten.pk not in found


def test_a_second_click_on_what_is_done_is_told_so(upload: RosterUpload) -> None:
    work = decided(upload)
    take_over(upload=upload.pk, now=NOW)
    with pytest.raises(Conflict):
        begin_import(upload=upload, digest=work.digest, accepted=(), now=NOW)


def test_a_list_is_written_and_forgotten_whole_or_not_at_all(upload: RosterUpload) -> None:
    work = decided(upload)
    sheet = roster_working.sheet_of(bytes(upload.data), upload.columns)
    assert writes_whole_or_not_at_all(lambda: roster_working._write(upload.pk, work, sheet, NOW)) > 0


def test_a_list_that_is_discarded_meanwhile_is_not_taken_over(upload: RosterUpload) -> None:
    decided(upload)
    upload.delete()
    assert take_over(upload=upload.pk, now=NOW) is None
