"""Questions out of files and into files, as an editor meets them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cms.load_content import load_content
from cms.pages import ModulePage
from cms.questions import Question
from tests import building
from tests.cms.conftest import POLICY, module_text
from tests.cms_admin.conftest import signed_in
from tests.cms_admin.reading import text
from training.ledger.models import Entry
from training.quiz.formats.sheet import HEADINGS, sample
from training.roles import Role

INDEX, TAKE, WRITE = "training_question_files:index", "training_question_files:take", "training_question_files:write"


@pytest.fixture
def page(tmp_path: Path) -> ModulePage:
    path = tmp_path / "lesson.yaml"
    path.write_text(module_text("lesson"), encoding="utf-8")
    load_content(files=[POLICY, path], now=building.NOW)
    return ModulePage.objects.get(slug="lesson")


@pytest.fixture
def editor() -> Client:
    return signed_in(building.account("editor", Role.EDITOR))


def look(client: Client, data: bytes, name: str = "questions.gift.txt") -> Any:
    file = SimpleUploadedFile(name, data)
    return client.post(reverse(INDEX), {"module": "lesson", "file": file})


GIFT = (
    "::宛先の誤り:: 最初にすることは何ですか。{=所属長に知らせる ~待つ#広がります。}\n\n::作文:: 述べてください。{}\n"
)


def test_looking_at_a_file_says_what_it_holds_and_writes_nothing(editor: Client, page: ModulePage):
    before, entries = Question.objects.count(), Entry.objects.count()
    answer = look(editor, GIFT.encode("cp932"))
    words = text(answer)
    assert answer.status_code == 200
    assert "宛先の誤り" in words
    assert "作文" in words
    assert "形式「essay」には対応していません。" in words
    assert "type:" not in words  # the code is for programs
    assert (Question.objects.count(), Entry.objects.count()) == (before, entries)


def test_taking_over_makes_drafts_once_and_leads_to_the_page(editor: Client, page: ModulePage):
    before = Question.objects.count()
    token = look(editor, GIFT.encode()).context["token"]
    answer = editor.post(reverse(TAKE), {"token": token})
    assert answer["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert Question.objects.count() == before + 1
    assert not Question.objects.latest("pk").live
    again = editor.post(reverse(TAKE), {"token": token}, follow=True)
    assert Question.objects.count() == before + 1
    assert again.redirect_chain[0][0] == reverse(INDEX)


def test_nobody_takes_over_what_somebody_else_looked_at(editor: Client, page: ModulePage):
    token = look(editor, GIFT.encode()).context["token"]
    other = signed_in(building.account("second", Role.EDITOR))
    before = Question.objects.count()
    other.post(reverse(TAKE), {"token": token})
    assert Question.objects.count() == before


def test_nothing_goes_into_a_module_that_somebody_else_has_locked(editor: Client, page: ModulePage):
    token = look(editor, GIFT.encode()).context["token"]
    page.locked, page.locked_by = True, building.account("officer", Role.PRIVACY_OFFICER)
    page.save()
    before, revisions = Question.objects.count(), page.revisions.count()
    answer = editor.post(reverse(TAKE), {"token": token})
    assert answer.status_code == 403
    assert page.title in text(answer)
    assert (Question.objects.count(), page.revisions.count()) == (before, revisions)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.txt", b" "),
        ("nul.gift", b"a\0b{=x ~y}"),
        ("bomb.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><quiz>&b;</quiz>'),
        ("no.zip", b"PK\x03\x04broken"),
        ("../../etc.gift", "::名前:: 文。{}".encode()),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    editor: Client, page: ModulePage, name: str, data: bytes
):
    answer = look(editor, data, name)
    assert answer.status_code in (200, 400)
    assert Question.objects.filter(label="").count() == 0
    assert not answer.context.get("outcome") or answer.context["outcome"].imported == ()


def test_the_sheet_comes_back_with_its_faults_beside_their_rows(editor: Client, page: ModulePage):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(HEADINGS))
    place = {heading: number for number, heading in enumerate(HEADINGS)}
    rows = [["" for _heading in HEADINGS] for _row in range(2)]
    for row, (name, right) in zip(rows, [("良い", "1"), ("悪い", "9")], strict=True):
        for heading, value in (
            ("種類", "単一選択"),
            ("名前", name),
            ("問題文", "問いです。"),
            ("選択肢1", "甲"),
            ("選択肢2", "乙"),
            ("正解", right),
        ):
            row[place[heading]] = value
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    answer = look(editor, file.getvalue(), "sheet.xlsx")
    report = editor.get(reverse("training_question_files:report", args=[answer.context["token"]]))
    found = openpyxl.load_workbook(io.BytesIO(report.content)).active
    last = [row[-1] for row in found.iter_rows(values_only=True)]
    assert last[0] == "エラー"
    assert not last[1]
    assert "key" in last[2]


def test_the_sample_sheet_can_be_taken_over_as_it_is(editor: Client, page: ModulePage):
    downloaded = editor.get(reverse("training_question_files:sample")).content
    assert downloaded == sample() or openpyxl.load_workbook(io.BytesIO(downloaded))
    outcome = look(editor, downloaded, "question-sheet.xlsx").context["outcome"]
    assert {one.type for one in outcome.imported} == {
        "single", "multiple", "true_false", "matching", "ordering", "short_text", "numeric",
    }  # fmt: skip
    assert outcome.refused == ()


@pytest.mark.parametrize("to", ["xlsx", "gift", "moodle_xml", "qti3"])
def test_a_module_is_written_into_a_file_that_is_read_back(editor: Client, page: ModulePage, to: str):
    answer = editor.get(reverse(WRITE), {"module": "lesson", "to": to, "partly": "1"})
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    name = answer["Content-Disposition"].partition('filename="')[2].rstrip('"')
    assert look(editor, answer.content, name).context["outcome"].refused == ()


def test_what_a_format_cannot_carry_is_said_before_the_rest_is_written(editor: Client, page: ModulePage):
    question = page.pool.first().question
    question.type = Question.MULTIPLE
    question.save_revision()
    answer = editor.get(reverse(WRITE), {"module": "lesson", "to": "gift"})
    assert "GIFT" in text(answer)
    assert question.label in text(answer)
    assert "Content-Disposition" not in answer


def test_no_file_and_no_module_are_asked_for(editor: Client, page: ModulePage):
    answer = editor.post(reverse(INDEX), {"module": "nowhere"})
    assert answer.status_code == 400
    assert set(answer.context["take"].errors) == {"module", "file"}
    assert editor.get(reverse(WRITE), {"module": "nowhere", "to": "gift"}).status_code == 404
    assert editor.get(reverse(WRITE), {"module": "lesson", "to": "cobol"}).status_code == 404
