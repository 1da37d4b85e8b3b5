"""A site with one small module, loaded and published in the way of every module, and the people who work on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cms.load_content import Loaded, load_content
from cms.pages import ModulePage
from cms.setup import ensure_site
from tests.building import account
from training.roles import Role

POLICY = Path(__file__).resolve().parents[2] / "fixtures" / "policy.ja.txt"

MODULE = """
slug: {slug}
title: 情報を守る {slug}
article: "3"
summary: 一文の説明。
blueprint: {{draw: 2, pass_mark: 50}}
sections:
  - title: この条が約束していること
    topics: [a]
    blocks:
      - text: "本文の**大切な**ところ。"
      - clause: {{ref: "3.3", meaning: "研修を定期的に受けます。"}}
  - title: ケースで考える
    topics: [c]
    blocks:
      - terms:
          - {{term: 個人データ, meaning: "**見分け方**：検索できる。"}}
      - scenario:
          title: 宛先違い
          situation: 金曜の夜。
          question: どうしますか。
          choices:
            - {{text: すぐ知らせる, verdict: good, consequence: 早く止まりました。}}
            - {{text: 黙っている, verdict: bad, consequence: 広がりました。}}
      - dos_donts: {{do: [知らせる], dont: [隠す]}}
      - escalation:
          steps:
            - {{who: 所属長, when: すぐ, what: 起きたことを話す}}
questions:
{questions}
"""
QUESTION = """  - key: {key}
    type: single
    clauses: ["3.3"]
    topics: [c]
    stem: 設問{key}の場面です。どうしますか。
    options:
      - {{text: 正しい対応, correct: true, explanation: なぜ正しいか。}}
      - {{text: 惜しい対応, correct: false, explanation: なぜ惜しいか。}}
      - {{text: 誤った対応, correct: false, explanation: なぜ誤りか。}}
    explanation: 考え方。
    quotes: ["3.3"]"""


def module_text(slug: str = "lesson", questions: int = 3) -> str:
    """A small module's file."""
    return MODULE.format(
        slug=slug, questions="\n".join(QUESTION.format(key=f"{slug}-{n}") for n in range(1, questions + 1))
    )


@pytest.fixture
def load(db: None, tmp_path: Path) -> Callable[..., Loaded]:
    """Load files given as name and text, with the company's policy."""

    def load(files: dict[str, str], **options: Any) -> Loaded:
        paths = [POLICY]
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
            paths.append(tmp_path / name)
        return load_content(files=paths, now=timezone.now(), **options)

    return load


@pytest.fixture
def module(load: Callable[..., Loaded]) -> ModulePage:
    """A published module of two sections and three questions, two drawn."""
    load({"lesson.yaml": module_text()})
    return ModulePage.objects.get(slug="lesson")


@pytest.fixture
def editor(db: None) -> Any:
    """Somebody who writes lessons."""
    ensure_site()
    return account("editor", Role.EDITOR)


@pytest.fixture
def officer(db: None) -> Any:
    """The privacy officer, who approves and publishes."""
    ensure_site()
    return account("privacy-officer", Role.PRIVACY_OFFICER)


def signed_in(user: Any) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user)
    return client
