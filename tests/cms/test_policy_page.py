"""The policy's page: drafts, previews, refusals with lines, and a publication that is a revision, or nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from cms.load_content import load_content
from cms.pages import ModuleIndexPage, ModulePage
from cms.policy_page import PolicyPage
from tests.building import POLICY
from tests.changes.texts import SECOND, THIRD
from tests.cms.conftest import module_text, signed_in
from tests.cms.posting import form_of
from training.errors import Invalid
from training.ledger.models import Entry
from training.policy.models import Clause, Revision

BROKEN = SECOND.replace("  3. 個人情報の取り扱いに関する留意事項", "  4. 個人情報の取り扱いに関する留意事項")
LINE = BROKEN.splitlines().index(
    next(one for one in BROKEN.splitlines() if one.startswith("  4. 個人情報の取り扱いに関"))
)


@pytest.fixture
def page(module: ModulePage) -> PolicyPage:
    """The page as it is loaded, beside a published module."""
    return PolicyPage.objects.get()


def post(page: PolicyPage, user: Any, **changes: Any) -> HttpResponse:
    data = form_of(page.get_latest_revision_as_object(), user=user, **changes)
    return signed_in(user).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, follow=True)


def words(response: HttpResponse) -> str:
    return response.content.decode()


def numbers() -> list[int]:
    return list(Revision.objects.values_list("number", flat=True))


def test_loading_makes_the_page_with_the_text_in_force(page: PolicyPage) -> None:
    assert page.live
    assert (page.title, page.text) == ("プライバシーポリシー", POLICY)
    assert numbers() == [1]


def test_publishing_a_new_text_publishes_the_revision_with_its_clauses(page: PolicyPage, officer: Any) -> None:
    response = post(page, officer, text=SECOND.replace("\n", "\r\n"), **{"action-publish": "yes"})

    assert response.status_code == 200
    page.refresh_from_db()
    newest = Revision.objects.latest("number")
    assert (newest.number, newest.source, newest.published_at) == (2, SECOND, page.last_published_at)
    assert Clause.objects.get(revision=newest, ref="3.7").text.startswith("個人情報を取り扱う端末")
    assert page.text == SECOND
    assert reverse("training_changes:change", args=[2]) in words(response)


def test_publishing_the_same_text_publishes_no_revision(page: PolicyPage, officer: Any) -> None:
    post(page, officer, title="改めた題", **{"action-publish": "yes"})
    page.refresh_from_db()
    assert page.title == "改めた題"
    assert numbers() == [1]


def test_a_text_that_cannot_be_read_is_refused_with_its_line_and_stays_in_the_form(
    page: PolicyPage, officer: Any
) -> None:
    before = Entry.objects.count()
    response = post(page, officer, text=BROKEN, **{"action-publish": "yes"})

    assert f"{LINE + 1}行目「4. 個人情報の取り扱い" in words(response)
    assert "年一回以上の教育" in words(response)
    page.refresh_from_db()
    assert page.text == POLICY
    assert (numbers(), Entry.objects.count()) == ([1], before)


def test_a_draft_may_be_unfinished_and_its_preview_says_what_is_wrong(page: PolicyPage, editor: Any) -> None:
    post(page, editor, text=BROKEN)

    page.refresh_from_db()
    assert page.get_latest_revision_as_object().text == BROKEN
    assert numbers() == [1]
    shown = words(signed_in(editor).get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])))
    assert f"{LINE + 1}行目" in shown
    form = words(signed_in(editor).get(reverse("wagtailadmin_pages:edit", args=[page.pk])))
    assert f"{LINE + 1}行目" in form


def test_the_preview_shows_what_would_change_clause_by_clause(page: PolicyPage, editor: Any) -> None:
    post(page, editor, text=SECOND)

    shown = words(signed_in(editor).get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])))
    assert shown.count('class="pt-change"') == 8
    assert "<ins>" in shown
    assert "第3条 第7号" in shown


def test_an_editor_cannot_publish_the_policy(page: PolicyPage, editor: Any) -> None:
    post(page, editor, text=SECOND, **{"action-publish": "yes"})

    page.refresh_from_db()
    assert page.text == POLICY
    assert numbers() == [1]


def test_an_earlier_text_cannot_come_back_without_a_date_of_its_own(page: PolicyPage, officer: Any) -> None:
    post(page, officer, text=SECOND, **{"action-publish": "yes"})
    response = post(page, officer, text=POLICY, **{"action-publish": "yes"})

    page.refresh_from_db()
    assert page.text == SECOND
    assert numbers() == [1, 2]
    assert 'class="messages"' in words(response)

    again = POLICY.replace("2022年7月29日 制定\n", "2022年7月29日 制定\n2027年4月1日 改定\n")
    post(page, officer, text=again, **{"action-publish": "yes"})
    assert numbers() == [1, 2, 3]


def test_code_that_goes_around_the_form_publishes_wholly_or_not(page: PolicyPage) -> None:
    page.text = BROKEN
    revision = page.save_revision()
    with pytest.raises(Invalid, match=f"{LINE + 1}行目"):
        revision.publish()
    page.refresh_from_db()
    assert (page.text, numbers()) == (POLICY, [1])


def test_a_scheduled_text_comes_into_force_by_itself(
    page: PolicyPage, officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = timezone.localtime() + timedelta(hours=2)
    post(page, officer, text=SECOND, go_live_at=at.strftime("%Y-%m-%d %H:%M"), **{"action-publish": "yes"})
    assert numbers() == [1]

    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    call_command("publish_scheduled")
    assert numbers() == [1, 2]
    assert Revision.objects.latest("number").published_at == tomorrow


def test_there_is_one_page_and_a_new_one_begins_with_the_text_in_force(
    page: PolicyPage, officer: Any, editor: Any
) -> None:
    assert not PolicyPage.can_create_at(ModuleIndexPage.objects.get())
    Revision.objects.get()
    page.delete()
    index = ModuleIndexPage.objects.get()
    form = words(
        signed_in(editor).get(reverse("wagtailadmin_pages:add", args=["privacy_training_cms", "policypage", index.pk]))
    )
    assert "2022年7月29日 制定" in form


def test_who_writes_it_finds_the_page_from_the_list_of_revisions(page: PolicyPage, editor: Any) -> None:
    shown = words(signed_in(editor).get(reverse("training_changes:index")))
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in shown


# --- loading ---


def test_a_newer_file_is_published_with_the_page_and_an_older_one_changes_nothing(
    page: PolicyPage, tmp_path: Path
) -> None:
    (tmp_path / "policy.ja.txt").write_text(SECOND, encoding="utf-8")
    assert load_content(files=[tmp_path / "policy.ja.txt"], now=timezone.now()).files == {"policy.ja.txt": "new"}
    page.refresh_from_db()
    assert (page.text, numbers()) == (SECOND, [1, 2])

    (tmp_path / "policy.ja.txt").write_text(POLICY, encoding="utf-8")
    assert load_content(files=[tmp_path / "policy.ja.txt"], now=timezone.now()).files == {"policy.ja.txt": "unchanged"}
    page.refresh_from_db()
    assert (page.text, numbers()) == (SECOND, [1, 2])


def test_what_somebody_wrote_on_the_page_is_kept(page: PolicyPage, officer: Any, tmp_path: Path) -> None:
    post(page, officer, text=SECOND, **{"action-publish": "yes"})
    (tmp_path / "policy.ja.txt").write_text(THIRD, encoding="utf-8")

    assert load_content(files=[tmp_path / "policy.ja.txt"], now=timezone.now()).files == {"policy.ja.txt": "kept"}
    assert numbers() == [1, 2]
    load_content(files=[tmp_path / "policy.ja.txt"], now=timezone.now(), overwrite=True)
    assert numbers() == [1, 2, 3]


def test_a_page_for_a_policy_that_was_imported_before_there_was_one(db: None, load: Any, tmp_path: Path) -> None:
    call_command("import_policy", str(Path(__file__).parents[2] / "fixtures" / "policy.ja.txt"))
    entries = Entry.objects.count()
    load({})
    assert PolicyPage.objects.get().text == POLICY
    assert Entry.objects.count() == entries


def test_modules_are_read_against_the_new_text_in_the_editor(page: PolicyPage, officer: Any, load: Any) -> None:
    load({"second.yaml": module_text("second")})
    post(page, officer, text=SECOND, **{"action-publish": "yes"})
    assert {one.latest_version().revision.number for one in ModulePage.objects.all()} == {1}
