"""What every lesson file must satisfy: shape, reading time, and questions that cannot be guessed.

Pure: needs PyYAML and the policy's text, no Django. Run it on files to see what is wrong with them.
"""

from __future__ import annotations

import re
import sys
from itertools import combinations
from pathlib import Path

import yaml

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
CHARACTERS_PER_MINUTE = 500
MINUTES = (8, 15)
GUESSING_CEILING = 0.5
NEAR_COPY = 0.45

# Words by which a test-wise reader recognises the cautious option.
HEDGES = (
    "場合",
    "可能性",
    "おそれ",
    "原則",
    "一般に",
    "通常",
    "必要に応じ",
    "など",
    "限り",
    "ことがある",
    "とは限らない",
    "限らず",
    "かもしれ",
    "慎重",
    "適切",
    "検討",
    "よう努め",
    "望ましい",
    "範囲",
    "一度",
)
# Words by which the same reader recognises the obedient option.
DUTIFUL = ("報告", "相談", "確認", "連絡", "窓口", "責任者", "上司", "記録", "引き継", "案内")
ABSOLUTES = (
    "必ず",
    "一切",
    "すべて",
    "全て",
    "絶対",
    "いつでも",
    "だけ",
    "のみ",
    "常に",
    "そのまま",
    "勝手",
    "問題ない",
    "不要",
)
# facts.ja.md 5: what no question may say or test.
BANNED = (
    "懲役",
    "72時間",
    "1,000人以上",
    "1000人以上",
    "千人以上",
    "空欄",
    "穴埋め",
    "第何条",
    "何条",
    "何項",
    "何号",
    "課徴金",
    "16歳未満",
    "特定生体",
    "第180条",
    "第181条",
)
ABOUT_NUMBERS = re.compile(r"(どの条|どの項|どの号|何番目)")


def load(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def options_picked_by(strategy: str, options: list[dict]) -> int:
    """Index of the option that a guesser with this habit marks; ties go to the first."""
    texts = [option["text"] for option in options]

    def most(words: tuple[str, ...], sign: int = 1) -> int:
        return max(range(len(texts)), key=lambda i: (sign * sum(texts[i].count(w) for w in words), -i))

    return {
        "first": lambda: 0,
        "last": lambda: len(texts) - 1,
        "longest": lambda: max(range(len(texts)), key=lambda i: (len(texts[i]), -i)),
        "shortest": lambda: min(range(len(texts)), key=lambda i: (len(texts[i]), i)),
        "most hedged": lambda: most(HEDGES),
        "most dutiful": lambda: most(DUTIFUL),
        "least absolute": lambda: most(ABSOLUTES, -1),
    }[strategy]()


STRATEGIES = ("first", "last", "longest", "shortest", "most hedged", "most dutiful", "least absolute")


def guessing_score(strategy: str, questions: list[dict]) -> float:
    """Share of the questions that the strategy gets right (a multiple-choice one only if all and no other)."""
    right = 0
    for question in questions:
        picked = options_picked_by(strategy, question["options"])
        right += {i for i, o in enumerate(question["options"]) if o["correct"]} == {picked}
    return right / len(questions)


def grams(text: str) -> set[str]:
    text = re.sub(r"[\s、。「」（）()・]", "", text)
    return {text[i : i + 3] for i in range(len(text) - 2)}


def similarity(one: str, other: str) -> float:
    a, b = grams(one), grams(other)
    return len(a & b) / max(1, len(a | b))


def body_texts(value: object) -> list[str]:
    """Every piece of running text in a section, in order; keys that are no prose are left out."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for item in value for text in body_texts(item)]
    if isinstance(value, dict):
        return [t for key, item in value.items() if key not in {"ref", "verdict", "topics"} for t in body_texts(item)]
    return []


def reading_minutes(module: dict) -> float:
    own = sum(len(re.sub(r"\s", "", text)) for text in body_texts(module["sections"]))
    return own / CHARACTERS_PER_MINUTE


def problems(module: dict) -> list[str]:
    """Every fault of one file, each naming its place; empty when the file is good."""
    found: list[str] = []
    say = found.append
    article = module["article"]
    kinds: list[str] = []
    for number, section in enumerate(module["sections"], 1):
        for block in section["blocks"]:
            if len(block) != 1:
                say(f"section {number}: a block must have exactly one key, has {sorted(block)}")
            kind, value = next(iter(block.items()))
            kinds.append(kind)
            if kind not in {"text", "clause", "terms", "scenario", "dos_donts", "escalation"}:
                say(f"section {number}: unknown block {kind}")
            if kind == "clause" and len(value.get("meaning", "")) < 20:
                say(f"section {number}: clause {value['ref']} is quoted but not explained")
            if kind == "scenario":
                verdicts = [choice["verdict"] for choice in value["choices"]]
                if "good" not in verdicts or "bad" not in verdicts or not set(verdicts) <= {"good", "bad", "fair"}:
                    say(f"section {number}: scenario {value['title']} has verdicts {verdicts}")
                if any(len(choice["consequence"]) < 30 for choice in value["choices"]):
                    say(f"section {number}: scenario {value['title']} has a consequence that says too little")
    if kinds.count("scenario") < 2:
        say("fewer than two scenarios")
    for needed in ("clause", "terms", "dos_donts", "escalation"):
        if needed not in kinds:
            say(f"no {needed} block")
    topics = {topic for section in module["sections"] for topic in section.get("topics", [])}
    if topics != set("abcd"):
        say(f"sections teach only topics {sorted(topics)}")
    minutes = reading_minutes(module)
    if not MINUTES[0] <= minutes <= MINUTES[1]:
        say(f"{minutes:.1f} minutes of reading (own words, {CHARACTERS_PER_MINUTE} characters a minute)")

    questions = module["questions"]
    keys = [question["key"] for question in questions]
    if len(set(keys)) != len(keys):
        say("a question key is used twice")
    if len(questions) < 8:
        say(f"only {len(questions)} questions")
    for question in questions:
        key, options = question["key"], question["options"]
        correct = [option for option in options if option["correct"]]
        if question["type"] not in {"single", "multiple"}:
            say(f"{key}: unknown type {question['type']}")
        if question["type"] == "single" and len(correct) != 1:
            say(f"{key}: single choice with {len(correct)} right options")
        if question["type"] == "multiple" and not 2 <= len(correct) < len(options):
            say(f"{key}: multiple choice with {len(correct)} of {len(options)} right")
        if not 1 <= len(question["clauses"]) <= 2:
            say(f"{key}: tests {len(question['clauses'])} clauses")
        if not question["topics"] or not set(question["topics"]) <= set("abcd"):
            say(f"{key}: topics {question['topics']}")
        if not question.get("quotes"):
            say(f"{key}: the explanation quotes no clause")
        for option in options:
            if len(option["explanation"]) < 20:
                say(f"{key}: option {option['text'][:12]}… has an explanation that teaches nothing")
        if len({option["text"] for option in options}) != len(options):
            say(f"{key}: two options read the same")
        whole = " ".join([question["stem"], *(option["text"] for option in options)])
        for word in BANNED:
            if word in whole:
                say(f"{key}: says {word}")
        if ABOUT_NUMBERS.search(whole):
            say(f"{key}: asks for a clause's number, not for judgement")
        for option in options:
            if similarity(question["stem"], option["text"]) > 0.5:
                say(f"{key}: option {option['text'][:12]}… repeats the stem")
    for one, other in combinations(questions, 2):
        if (score := similarity(one["stem"], other["stem"])) > NEAR_COPY:
            say(f"{one['key']} and {other['key']}: stems alike ({score:.2f})")
    for strategy in STRATEGIES:
        if (score := guessing_score(strategy, questions)) > GUESSING_CEILING:
            say(f"always choosing the {strategy} option scores {score:.0%}")
    if not all(
        clause == article or clause.startswith((f"{article}.", f"{article}("))
        for q in questions
        for clause in q["clauses"][:1]
    ):
        say("a question's first clause lies outside the article")
    return found


def main(paths: list[str]) -> int:
    bad = 0
    for name in paths:
        module = load(Path(name))
        faults = problems(module)
        bad += len(faults)
        print(f"{name}: {reading_minutes(module):.1f} min, {len(module['questions'])} questions, {len(faults)} faults")
        for strategy in STRATEGIES:
            print(f"  {strategy}: {guessing_score(strategy, module['questions']):.0%}")
        for fault in faults:
            print(f"  - {fault}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
