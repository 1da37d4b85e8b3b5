"""The words printed around a lesson and its questions, by the language of the lesson."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from training.catalogue.blueprint import NO_ROTATION, Blueprint
from training.policy.clauses import label
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
    rules: str
    rules_of: Callable[[Blueprint], Sequence[str]]
    question: str
    part: str
    types: Mapping[str, str]
    partial: str
    true: str
    false: str
    explanation: str
    about: str
    difficulty: Mapping[int, str]
    pool: str
    worth: str
    unpaired: str
    prompt: str
    choice: str
    answer: str
    share: str
    feedback: str
    folds: Mapping[str, str]
    folded: str
    exactly: str
    between: str
    unit: str
    unit_needed: str
    quoted: str
    identity: str
    foot: str
    separator: str
    day: Callable[[date], str]
    moment: Callable[[datetime], str]


def _rules(blueprint: Blueprint) -> Sequence[str]:
    pools = [f"{pool.name} {pool.draw}問" for pool in blueprint.drawn] if len(blueprint.drawn) > 1 else []
    return [
        f"出題群ごとの出題数　{'、'.join(pools)}" if pools else "",
        f"どの答案にも含む条項　{'、'.join(map(label, blueprint.each_clause))}" if blueprint.each_clause else "",
        f"受験できる回数　{blueprint.attempts}回" if blueprint.attempts else "受験できる回数　制限なし",
        f"次の受験までの間隔　{blueprint.cool_down_minutes}分" if blueprint.cool_down_minutes else "",
        f"制限時間　{blueprint.time_limit_minutes}分" if blueprint.time_limit_minutes else "制限時間　なし",
        f"前年と同じ設問　{blueprint.rotation}%まで" if blueprint.rotation < NO_ROTATION else "",
        "設問と選択肢の順　入れ替える" if blueprint.shuffle else "設問と選択肢の順　入れ替えない",
        {
            "full": "提出の後に示すもの　自分の答え、正解、解説、条項",
            "answers": "提出の後に示すもの　自分の答えとその正誤",
            "result": "提出の後に示すもの　点数だけ",
        }[blueprint.review],
    ]


def _english_rules(blueprint: Blueprint) -> Sequence[str]:
    pools = [f"{pool.name} {pool.draw}" for pool in blueprint.drawn] if len(blueprint.drawn) > 1 else []
    return [
        f"Questions by pool: {', '.join(pools)}" if pools else "",
        f"Clauses on every paper: {', '.join(map(label, blueprint.each_clause))}" if blueprint.each_clause else "",
        f"Attempts: {blueprint.attempts}" if blueprint.attempts else "Attempts: no limit",
        f"Between two attempts: {blueprint.cool_down_minutes} minutes" if blueprint.cool_down_minutes else "",
        f"Time limit: {blueprint.time_limit_minutes} minutes" if blueprint.time_limit_minutes else "Time limit: none",
        f"Met again from last year: at most {blueprint.rotation}%" if blueprint.rotation < NO_ROTATION else "",
        "Questions and options are shuffled" if blueprint.shuffle else "Questions and options are not shuffled",
        {
            "full": "Shown afterwards: own answer, right answer, explanation, clause",
            "answers": "Shown afterwards: own answer and whether it was right",
            "result": "Shown afterwards: the score alone",
        }[blueprint.review],
    ]


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
        "正解と解説は、答案を提出するまで示しません。○が正解、△は一部の点を与える答えです。"
    ),
    explained="この節の条項　{clauses}",
    topics_of="認識事項　{topics}",
    topics={
        "a": "a 個人情報保護方針",
        "b": "b 適合の重要性と利点",
        "c": "c 役割と責任",
        "d": "d 違反の結果",
    },
    rules="受験の条件",
    rules_of=_rules,
    question="問{number}",
    part="問{number}の{part}",
    types={
        "single": "一つを選ぶ",
        "multiple": "正しいものをすべて選ぶ",
        "true_false": "正しいか誤りかを答える",
        "matching": "組み合わせる",
        "ordering": "順に並べる",
        "short_text": "短い言葉で答える",
        "numeric": "数で答える",
        "scenario": "事例について答える",
    },
    partial="部分点あり",
    true="正しい",
    false="誤り",
    explanation="解説",
    difficulty={1: "難易度　やさしい", 2: "難易度　ふつう", 3: "難易度　難しい"},
    pool="出題群　{pool}",
    worth="配点 {weight}",
    unpaired="どれとも組にならない選択肢",
    prompt="問われるもの",
    choice="組になるもの",
    answer="正解とする答え",
    share="得点",
    feedback="答えた人に示す解説",
    folds={
        "width": "全角と半角",
        "kana": "ひらがなとカタカナ",
        "case": "大文字と小文字",
        "spaces": "空白の有無",
    },
    folded="次の違いは問わない　{folds}",
    exactly="表記が完全に同じ答えだけを正解とする",
    between="{value}（{low}から{high}まで）",
    unit="単位　{units}（書かなくてもよい）",
    unit_needed="単位　{units}（書かなければ正解としない）",
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
        "in another order; keys and explanations only after handing in. ○ marks what is right, △ what is partly right."
    ),
    explained="Clauses of this section: {clauses}",
    topics_of="Awareness topics: {topics}",
    topics={
        "a": "a the privacy policy",
        "b": "b why conforming matters",
        "c": "c role and responsibility",
        "d": "d what follows from a breach",
    },
    rules="Rules",
    rules_of=_english_rules,
    question="Question {number}",
    part="Question {number}, part {part}",
    types={
        "single": "One is right",
        "multiple": "All that are right",
        "true_false": "True or false",
        "matching": "Match",
        "ordering": "Put in order",
        "short_text": "Answer in a few words",
        "numeric": "Answer with a number",
        "scenario": "Answer about a case",
    },
    partial="partial credit",
    true="True",
    false="False",
    explanation="Explanation",
    difficulty={1: "Difficulty: easy", 2: "Difficulty: usual", 3: "Difficulty: hard"},
    pool="Pool: {pool}",
    worth="worth {weight}",
    unpaired="Choices that fit nothing",
    prompt="Asked for",
    choice="What fits",
    answer="Accepted answer",
    share="Score",
    feedback="Shown to who answered so",
    folds={
        "width": "width of characters",
        "kana": "hiragana or katakana",
        "case": "upper or lower case",
        "spaces": "spaces",
    },
    folded="These differences do not count: {folds}",
    exactly="Only the very same characters count",
    between="{value} ({low} to {high})",
    unit="Unit: {units} (may be left out)",
    unit_needed="Unit: {units} (required)",
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
