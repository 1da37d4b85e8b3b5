"""Loading lesson files: through the real way of publishing, twice without a trace, and with faults named by place."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.models import PageLogEntry, ReferenceIndex, Revision

from cms.load_content import STATEMENT, Loaded, content_files
from cms.pages import ModulePage
from cms.questions import Question
from tests.cms.conftest import module_text, signed_in
from tests.cms.posting import form_of
from training.catalogue.models import ModuleVersion, QuestionVersion
from training.errors import Invalid
from training.ledger.models import Entry
from training.policy.models import Revision as PolicyRevision
from training.policy.models import StatementVersion

Load = Callable[..., Loaded]


def counts() -> dict[str, int]:
    """How many rows there are of everything that loading writes."""
    edited = (ModulePage, Question, Revision, PageLogEntry)
    frozen = (ModuleVersion, QuestionVersion, PolicyRevision, StatementVersion, Entry)
    return {model._meta.label: model.objects.count() for model in (*edited, *frozen)}


def edit(page: ModulePage, user: Any, **changes: Any) -> None:
    page.refresh_from_db()
    data = form_of(page.get_latest_revision_as_object(), user=user, **changes)
    signed_in(user).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


def test_a_module_file_becomes_a_live_page_with_its_version(load: Load) -> None:
    loaded = load({"lesson.yaml": module_text()})

    page = ModulePage.objects.get(slug="lesson")
    assert loaded.files == {"policy.ja.txt": "new", "lesson.yaml": "new"}
    assert loaded.questions == {"new": 3, "changed": 0, "unchanged": 0, "kept": 0}
    assert page.live
    assert page.live_revision is not None
    version = page.latest_version()
    assert version.content["covers"] == ["3"]
    assert [s["clauses"] for s in version.content["sections"]] == [["3.3"], []]
    assert [s["topics"] for s in version.content["sections"]] == [["a"], ["c"]]
    assert version.pool.count() == 3
    assert ReferenceIndex.get_references_to(Question.objects.first()).count() == 1


def test_loading_twice_changes_nothing(load: Load) -> None:
    statement = "# 誓約書\n\n誓います。\n"
    load({"lesson.yaml": module_text(), "pledge.md": statement})
    before = counts()

    again = load({"lesson.yaml": module_text(), "pledge.md": statement})

    assert counts() == before
    assert set(again.files.values()) == {"unchanged"}
    assert again.questions == {"new": 0, "changed": 0, "unchanged": 3, "kept": 0}


def test_a_changed_question_is_published_and_its_module_with_it(load: Load, module: ModulePage) -> None:
    changed = module_text().replace("惜しい対応", "もっと惜しい対応", 1)

    loaded = load({"lesson.yaml": changed})

    assert loaded.questions == {"new": 0, "changed": 1, "unchanged": 2, "kept": 0}
    assert loaded.files["lesson.yaml"] == "changed"
    version = module.latest_version()
    assert version.number == 2
    key = Question.objects.get(label="lesson-1").key
    first, second = (v.content["options"] for v in QuestionVersion.objects.filter(question=key).order_by("number"))
    assert second[1]["text"] == "もっと惜しい対応"
    assert [o["id"] for o in first] == [o["id"] for o in second]


def test_an_option_named_by_an_id_keeps_it_at_another_place(load: Load) -> None:
    plain = module_text(questions=2)
    named = plain.replace("{text: 正しい対応,", "{id: right, text: 正しい対応,").replace(
        "{text: 誤った対応,", "{id: wrong, text: 誤った対応,"
    )
    load({"lesson.yaml": named})
    before = {o.value["text"]: o.id for o in Question.objects.get(label="lesson-1").options}
    right, wrong = (next(line for line in named.splitlines() if key in line) for key in ("{id: right", "{id: wrong"))

    load({"lesson.yaml": named.replace(right, "@").replace(wrong, right).replace("@", wrong)})

    after = {o.value["text"]: o.id for o in Question.objects.get(label="lesson-1").options}
    assert list(after) == ["誤った対応", "惜しい対応", "正しい対応"]
    assert after == before


def test_what_was_edited_in_the_admin_is_kept_unless_told_otherwise(
    load: Load, module: ModulePage, editor: Any
) -> None:
    edit(module, editor, title="編集した題")
    before = counts()

    assert load({"lesson.yaml": module_text()}).files["lesson.yaml"] == "kept"
    assert counts() == before

    assert load({"lesson.yaml": module_text()}, overwrite=True).files["lesson.yaml"] == "changed"
    module.refresh_from_db()
    assert module.get_latest_revision_as_object().title == "情報を守る lesson"
    assert not module.has_unpublished_changes


def test_what_was_opened_and_saved_as_it_was_is_no_change(load: Load, module: ModulePage, officer: Any) -> None:
    edit(module, officer, **{"action-publish": "yes"})
    before = counts()

    assert load({"lesson.yaml": module_text()}).files["lesson.yaml"] == "unchanged"
    assert counts() == before


def test_what_was_unpublished_stays_so(load: Load, module: ModulePage) -> None:
    module.unpublish()
    Question.objects.get(label="lesson-1").unpublish()

    loaded = load({"lesson.yaml": module_text()})

    module.refresh_from_db()
    assert loaded.files["lesson.yaml"] == "kept"
    assert loaded.questions["kept"] == 1
    assert not module.live


def test_a_dry_run_says_what_would_change_and_writes_nothing(load: Load) -> None:
    before = counts()

    loaded = load({"lesson.yaml": module_text()}, dry_run=True)

    assert loaded.files["lesson.yaml"] == "new"
    assert counts() == before


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        ("draw: 2", "draw: two", "lesson.yaml: blueprint.draw: must be a number"),
        ("draw: 2", "draw: 9", "lesson.yaml: 出題数は9問ですが、公開済みの設問は3問です。"),
        ("topics: [a]", "topics: [z]", "lesson.yaml: sections[1].topics[1]: must be one of a, b, c, d, is 'z'"),
        ("- clause:", "- claws:", "lesson.yaml: sections[1].blocks[2]: must have exactly one key, one of text,"),
        (
            'ref: "3.3"',
            "ref: 3.3",
            "lesson.yaml: sections[1].blocks[2].clause.ref: a clause must stand in quotes: '3.3'",
        ),
        ('ref: "3.3"', 'ref: "3.99"', "条項「3.99」は方針の現行版にありません。"),
        (
            "verdict: bad",
            "verdict: awful",
            "sections[2].blocks[2].scenario.choices[2].verdict: must be one of good, fair, bad",
        ),
        ("summary: 一文の説明。", "", "lesson.yaml: the file: lacks summary"),
        ("- key: lesson-2", "- key: lesson-1", "the question key lesson-1 is used twice"),
        ("本文の**大切な**", "本文の**大切な", "sections[1].blocks[1].text: an asterisk without its pair"),
        ("本文の", "<b>本文の</b>", "sections[1].blocks[1].text: HTML is not allowed"),
        ("本文の", "[本文](x)の", "sections[1].blocks[1].text: links and images are not allowed"),
        ("correct: true", "correct: ja", "questions[1].options[1].correct: must be true or false"),
        ("correct: true", "correct: false", "は単一選択ですが、正解が0個あります。"),
        ("sections:", "sections: [", "lesson.yaml: no YAML"),
        ("slug: lesson", "slug: レッスン", "lesson.yaml: slug: must be lower-case letters"),
    ],
)
def test_a_fault_is_named_with_its_place_and_nothing_is_loaded(
    load: Load, wrong: str, right: str, message: str
) -> None:
    text = module_text()
    assert wrong in text
    before = counts()

    with pytest.raises(Invalid) as refusal:
        load({"lesson.yaml": text.replace(wrong, right, 1)})

    assert message in str(refusal.value.message)
    assert counts() == before


@pytest.mark.parametrize("text", ["", "[]", "just words", "slug: x", "sections: {}", "questions: [1, {}, null]"])
def test_no_file_however_odd_ends_in_anything_but_a_refusal(load: Load, text: str) -> None:
    with pytest.raises(Invalid, match=r"^lesson\.yaml: "):
        load({"lesson.yaml": text})


def test_a_file_of_no_known_kind_is_refused(load: Load) -> None:
    with pytest.raises(Invalid, match=r"lesson\.docx: is neither"):
        load({"lesson.docx": "x"})


def test_a_pledge_without_title_is_refused(load: Load) -> None:
    with pytest.raises(Invalid, match=r"pledge\.md: line 1"):
        load({"pledge.md": "誓います。"})


def test_a_pledge_is_published_under_its_own_fixed_identity(load: Load) -> None:
    load({"pledge.md": "# 誓約書\n\n誓います。\n\n1. 守ります。\n"})

    pledge = StatementVersion.objects.get()
    assert pledge.statement == STATEMENT
    assert pledge.title == "誓約書"
    assert pledge.words == "誓います。\n\n1. 守ります。"


def test_the_command_prints_json_and_nothing_else(db: None, tmp_path: Path) -> None:
    (tmp_path / "lesson.yaml").write_text(module_text(), encoding="utf-8")
    files = [str(content_files()[0]), str(tmp_path / "lesson.yaml")]
    out = StringIO()

    call_command("load_content", *files, "--json", stdout=out)

    result = json.loads(out.getvalue())
    assert result["files"] == {"policy.ja.txt": "new", "lesson.yaml": "new"}
    assert result["questions"]["new"] == 3
    assert result["dry_run"] is False


def test_the_command_says_in_words_what_changed(db: None, tmp_path: Path) -> None:
    (tmp_path / "lesson.yaml").write_text(module_text(), encoding="utf-8")
    out = StringIO()

    call_command("load_content", str(content_files()[0]), str(tmp_path / "lesson.yaml"), "--dry-run", stdout=out)

    assert "lesson.yaml: " in out.getvalue()
    assert not ModulePage.objects.exists()


def test_the_command_refuses_with_the_place_and_exit_1(db: None, tmp_path: Path) -> None:
    (tmp_path / "lesson.yaml").write_text("slug: x", encoding="utf-8")

    with pytest.raises(CommandError, match=r"lesson\.yaml: the file: lacks") as refusal:
        call_command("load_content", str(tmp_path / "lesson.yaml"))

    assert refusal.value.returncode == 1


def test_a_file_that_is_not_there_is_refused(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"missing\.yaml"):
        call_command("load_content", str(tmp_path / "missing.yaml"))
