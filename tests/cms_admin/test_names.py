"""HR answers wishes to have a name corrected."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import building
from tests.cms_admin.reading import facts, hidden, rows, text
from training.people.enrol import ask_for_name
from training.people.models import Employment, NameRequest
from training.people.queries import person_on

NAMES = "/admin/training/names/"


def asked(employment: Employment, name: str = "山崎 花子", **words: str) -> NameRequest:
    """A wish."""
    given = {"kana": "", "note": "", **words}
    return ask_for_name(employee=employment.employee, name=name, now=building.NOW, **given)


@pytest.fixture
def employment() -> Employment:
    """Somebody whose name the roster writes with 﨑."""
    return building.person("000102", "山﨑 花子", kana="ヤマザキ ハナコ")


def name_of(employment: Employment) -> tuple[str, str]:
    """Name and reading in the roster today."""
    person = person_on(employment, building.NOW.date())
    return person.name, person.kana


def test_the_list_shows_what_waits_first_with_both_names(hr: Client, employment: Employment) -> None:
    other = building.person("000103", "渡邉 三奈")
    done = asked(other, "渡辺 三奈")
    hr.post(f"{NAMES}{done.pk}/", {**hidden(hr.get(f"{NAMES}{done.pk}/")), "correct": "yes", "answer": ""})
    asked(employment)

    assert [line[:3] + line[4:5] for line in rows(hr.get(NAMES))] == [
        ["山﨑 花子", "000102", "山崎 花子", NameRequest.State.OPEN.label],
        ["渡辺 三奈", "000103", "渡辺 三奈", NameRequest.State.DONE.label],
    ]
    assert [line[1] for line in rows(hr.get(NAMES, {"state": "open"}))] == ["000102"]
    assert [line[1] for line in rows(hr.get(f"{NAMES}results/", {"state": "refused"}))] == []


def test_the_form_shows_both_names_and_the_note(hr: Client, employment: Employment) -> None:
    request = asked(employment, kana="ヤマサキ ハナコ", note="戸籍では<崎>です。")

    shown = facts(hr.get(f"{NAMES}{request.pk}/"))

    assert shown["名簿の記載"] == "山﨑 花子 ヤマザキ ハナコ"
    assert shown["希望する表記"] == "山崎 花子 ヤマサキ ハナコ"
    assert shown["連絡事項"] == "戸籍では<崎>です。"


def test_a_yes_corrects_the_roster(hr: Client, hr_account: Any, employment: Employment) -> None:
    request = asked(employment, kana="ヤマサキ ハナコ")
    form = hidden(hr.get(f"{NAMES}{request.pk}/"))

    response = hr.post(f"{NAMES}{request.pk}/", {**form, "correct": "yes", "answer": "直しました。"})

    assert response["Location"] == NAMES
    assert name_of(employment) == ("山崎 花子", "ヤマサキ ハナコ")
    request.refresh_from_db()
    assert (request.state, request.answered_by_id) == (NameRequest.State.DONE, hr_account.pk)


def test_a_no_needs_a_reason_and_changes_nothing(hr: Client, employment: Employment) -> None:
    request = asked(employment)
    form = hidden(hr.get(f"{NAMES}{request.pk}/"))

    unsaid = hr.post(f"{NAMES}{request.pk}/", {**form, "correct": "no", "answer": " "})
    assert "変更しない理由を入力してください。" in text(unsaid)
    assert NameRequest.objects.get().state == NameRequest.State.OPEN
    hr.post(f"{NAMES}{request.pk}/", {**form, "correct": "no", "answer": "戸籍を確認しました。"})

    assert name_of(employment) == ("山﨑 花子", "ヤマザキ ハナコ")
    answered = NameRequest.objects.get()
    assert (answered.state, answered.answer) == (NameRequest.State.REFUSED, "戸籍を確認しました。")


@pytest.mark.parametrize("choice", ["", "maybe"])
def test_neither_yes_nor_no_is_asked_again(choice: str, hr: Client, employment: Employment) -> None:
    request = asked(employment)
    form = hidden(hr.get(f"{NAMES}{request.pk}/"))

    assert hr.post(f"{NAMES}{request.pk}/", {**form, "correct": choice, "answer": "?"}).status_code == 200
    assert NameRequest.objects.get().state == NameRequest.State.OPEN


def test_a_wish_is_answered_once(hr: Client, employment: Employment) -> None:
    request = asked(employment)
    form = {**hidden(hr.get(f"{NAMES}{request.pk}/")), "answer": "いいえ"}
    hr.post(f"{NAMES}{request.pk}/", {**form, "correct": "no"})

    again = hr.post(f"{NAMES}{request.pk}/", {**form, "correct": "yes"})

    assert again.status_code == 409
    assert name_of(employment) == ("山﨑 花子", "ヤマザキ ハナコ")
    assert hidden(hr.get(f"{NAMES}{request.pk}/")) == {}


def test_a_wish_that_was_reworded_meanwhile_must_be_read_first(hr: Client, employment: Employment) -> None:
    request = asked(employment)
    form = hidden(hr.get(f"{NAMES}{request.pk}/"))
    ask_for_name(employee=employment.employee, name="別の 名前", kana="", note="", now=building.later(minutes=5))

    assert hr.post(f"{NAMES}{request.pk}/", {**form, "correct": "yes", "answer": ""}).status_code == 409
    assert name_of(employment) == ("山﨑 花子", "ヤマザキ ハナコ")


def test_an_unknown_wish_is_not_found(hr: Client) -> None:
    assert hr.get(f"{NAMES}1/").status_code == 404


def test_the_list_costs_the_same_whatever_its_length(hr: Client) -> None:
    costs = []
    for size in (2, 20):
        for n in range(size):
            asked(building.person(f"{size}-{n}", f"架空 {n}"))
        hr.get(NAMES)
        with CaptureQueriesContext(connection) as queries:
            hr.get(NAMES)
        costs.append(len(queries))

    assert costs[0] == costs[1]
