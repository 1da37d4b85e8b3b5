"""The words printed around a lesson and its questions, by the language of the lesson."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from training.typesetting.dates import japanese_day, japanese_moment


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Everything on the paper that is not a fact. Braces name facts; ``day`` and ``moment`` write dates and times."""

    lesson: str
    sheet: str
    subject: str
    version: str
    version_words: str
    policy: str
    policy_words: str
    policy_digest: str
    covers: str
    minutes: str
    minutes_words: str
    check: str
    check_words: str
    digest: str
    entry: str
    lesson_note: str
    sheet_note: str
    explained: str
    topics_of: str
    topics: Mapping[str, str]
    question: str
    single: str
    multiple: str
    right: str
    explanation: str
    about: str
    quoted: str
    identity: str
    foot: str
    separator: str
    day: Callable[[date], str]
    moment: Callable[[datetime], str]


JAPANESE = Wording(
    lesson="教材（受講者に示した文面）",
    sheet="設問集（正解・解説つき）",
    subject="{title}　第{number}版",
    version="版",
    version_words="第{number}版　{published_at} 公開",
    policy="方針の版",
    policy_words="{policy_title} 第{policy_number}版（{policy_enacted_on}制定）",
    policy_digest="方針の指紋",
    covers="対象の条項",
    minutes="読む時間の目安",
    minutes_words="約{minutes}分",
    check="理解度テスト",
    check_words="{pool}問の中から{draw}問を出題　合格基準 {pass_mark}%以上",
    digest="この版の指紋",
    entry="台帳の記録番号",
    lesson_note=(
        "公開の時に確定した文面のすべてです。画面では節ごとに一頁で示し、選択肢の結果は選ぶと開きますが、ここでは初めから開いてあります。"
        "指紋は、題、各節の文面、出題の条件、設問の指紋をRFC 8785の形に整えたもののSHA-256です。"
    ),
    sheet_note=(
        "この版が出題の対象とする設問のすべてです。受講者には、この中から無作為に選び、選択肢の順を入れ替えて示します。"
        "正解と解説は、答案を提出するまで示しません。○が正解です。"
    ),
    explained="この節の条項　{clauses}",
    topics_of="認識事項　{topics}",
    topics={
        "a": "a 個人情報保護方針",
        "b": "b 適合の重要性と利点",
        "c": "c 役割と責任",
        "d": "d 違反の結果",
    },
    question="問{number}",
    single="一つを選ぶ",
    multiple="正しいものをすべて選ぶ",
    right="正解",
    explanation="解説",
    about="{type}　／　条項　{clauses}　／　認識事項　{topics}",
    quoted="{policy_title} {label}",
    identity="設問 {question}　第{number}版　指紋(SHA-256) {digest}",
    foot="{slug}　第{number}版　SHA-256 {digest}",
    separator="、",
    day=japanese_day,
    moment=japanese_moment,
)

ENGLISH = Wording(
    lesson="Lesson as shown to learners",
    sheet="Questions with keys and explanations",
    subject="{title}, version {number}",
    version="Version",
    version_words="{number}, published {published_at}",
    policy="Policy",
    policy_words="{policy_title}, revision {policy_number}, enacted {policy_enacted_on}",
    policy_digest="Digest of the policy",
    covers="Clauses covered",
    minutes="Reading time",
    minutes_words="about {minutes} minutes",
    check="Understanding check",
    check_words="{draw} questions drawn from {pool}, {pass_mark} per cent to pass",
    digest="Digest of this version",
    entry="Ledger entry",
    lesson_note=(
        "All of the text as it was fixed when published. On screen each section is a page and a choice opens "
        "its consequence; here all are open. The digest is the SHA-256 of title, sections, blueprint and the "
        "questions' digests in the form of RFC 8785."
    ),
    sheet_note=(
        "All questions of this version's pool. A learner is shown some, drawn at random and with their options "
        "in another order; keys and explanations only after handing in. ○ marks what is right."
    ),
    explained="Clauses of this section: {clauses}",
    topics_of="Awareness topics: {topics}",
    topics={
        "a": "a the privacy policy",
        "b": "b why conforming matters",
        "c": "c role and responsibility",
        "d": "d what follows from a breach",
    },
    question="Question {number}",
    single="One is right",
    multiple="All that are right",
    right="Right",
    explanation="Explanation",
    about="{type} / Clauses: {clauses} / Awareness topics: {topics}",
    quoted="{policy_title}, {label}",
    identity="Question {question}, version {number}, SHA-256 {digest}",
    foot="{slug}, version {number}, SHA-256 {digest}",
    separator=", ",
    day=lambda day: day.isoformat(),
    moment=lambda moment: moment.isoformat(sep=" ", timespec="seconds"),
)


def wording_in(language: str) -> Wording:
    """Return the words in a language; Japanese where there are none."""
    return {"en": ENGLISH}.get(language[:2], JAPANESE)
