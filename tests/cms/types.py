"""One question of every type in a lesson file, and what the file says of them."""

from __future__ import annotations

from tests.cms.conftest import MODULE, QUESTION

EVERY_TYPE = """\
  - key: of-tf
    type: true_false
    clauses: ["3.3"]
    topics: [c]
    stem: 研修は一度受ければ足りる。
    answer: false
    if_true: 毎年**繰り返し**ます。
    if_false: そのとおりです。
    explanation: 考え方。
    quotes: ["3.3"]
  - key: of-match
    type: matching
    clauses: ["3.3"]
    topics: [a]
    stem: 組み合わせてください。
    pairs:
      - {prompt: 紛失, choice: すぐ知らせる}
      - {prompt: 誤送信, choice: すぐ知らせる}
      - {prompt: 退職, choice: 返す}
    others: [捨てる]
    explanation: 考え方。
    quotes: []
    difficulty: 3
  - key: of-order
    type: ordering
    grading: partial
    clauses: ["3.3"]
    topics: [d]
    stem: 順に並べてください。
    items: [気づく, 知らせる, 記録する]
    explanation: 考え方。
    quotes: []
  - key: of-text
    type: short_text
    clauses: ["3.3"]
    topics: [d]
    stem: 何と言いますか。
    answers:
      - {text: 漏えい}
      - {text: 紛失, weight: "0", explanation: 紛失は別です。}
    fold: [width, kana]
    explanation: 考え方。
    quotes: []
  - key: of-num
    type: numeric
    clauses: ["3.3"]
    topics: [d]
    stem: 何時間ですか。
    answers: [{value: "72", tolerance: "0.5", explanation: そうです。}]
    unit: {texts: [時間, h], required: true}
    explanation: 考え方。
    quotes: []
  - key: of-part
    type: multiple
    grading: partial
    clauses: ["3.3"]
    topics: [d]
    stem: どれですか。
    options:
      - {text: 甲, correct: true, explanation: 甲}
      - {text: 乙, correct: true, explanation: 乙}
      - {text: 丙, correct: false, explanation: 丙}
    explanation: 考え方。
    quotes: []
  - key: of-case
    type: scenario
    clauses: ["3.3"]
    topics: [d]
    stem: 金曜の夜のことです。
    parts:
      - id: "1"
        type: single
        stem: まず。
        options:
          - {text: 知らせる, correct: true, explanation: 甲}
          - {text: 黙る, correct: false, explanation: 乙}
        explanation: 一。
      - {id: "2", type: true_false, stem: 正しいか。, answer: true, if_true: はい。, if_false: いいえ。, explanation: 二。}
      - {id: "3", type: short_text, stem: 何か。, answers: [{text: 漏えい}], explanation: 三。}
      - id: "4"
        type: matching
        stem: 組み合わせ。
        pairs: [{prompt: 甲, choice: い}, {prompt: 乙, choice: ろ}]
        explanation: 四。
    explanation: 考え方。
    quotes: []
"""
KINDS = {
    "of-tf": "true_false",
    "of-match": "matching",
    "of-order": "ordering",
    "of-text": "short_text",
    "of-num": "numeric",
    "of-part": "multiple",
    "of-case": "scenario",
}


def every_type(slug: str = "types", blueprint: str = "{draw: 2, pass_mark: 50}") -> str:
    """A module's file with the usual question and one of every other type."""
    text = MODULE.format(slug=slug, questions=QUESTION.format(key="of-single") + "\n" + EVERY_TYPE)
    return text.replace("{draw: 2, pass_mark: 50}", blueprint)
