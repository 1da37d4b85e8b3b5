"""What every lesson file must satisfy: shape, reading time, and questions that cannot be guessed.

Pure: needs PyYAML and the policy's text, no Django. Run it on files to see what is wrong with them:
``python -m tests.content.rules fixtures/content/article-3.yaml``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import yaml

from tests.content.guessing import STRATEGIES, asked, choices_of, guessing_score, similarity

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
CHARACTERS_PER_MINUTE = 500
MINUTES = (8, 15)
GUESSING_CEILING = 0.5
NEAR_COPY = 0.45
SHORTEST_EXPLANATION = 20
LONGEST_CHOICE = 16  # characters: a list to choose from shows no more on a telephone of 360 pixels
SHORTEST_LESSON = 40  # the explanation that closes a question
TYPES = ("single", "multiple", "true_false", "matching", "ordering", "short_text", "numeric", "scenario")

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
SAYS_ITS_PLACE = re.compile(r"^(まず|はじめに|最初|次に|つづ|続い|その後|それから|最後)")


def load(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


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
    return [*found, *problems_of_questions(module)]


def problems_of_questions(module: dict) -> list[str]:
    """What is wrong with the questions, each by itself and all together."""
    questions = module["questions"]
    found = [f"{question['key']}: {fault}" for question in questions for fault in faults_of_question(question)]
    say = found.append
    keys = [question["key"] for question in questions]
    if len(set(keys)) != len(keys):
        say("a question key is used twice")
    if len(questions) < 8:
        say(f"only {len(questions)} questions")
    for one, other in combinations(questions, 2):
        if (score := similarity(one["stem"], other["stem"])) > NEAR_COPY:
            say(f"{one['key']} and {other['key']}: stems alike ({score:.2f})")
    for strategy in STRATEGIES:
        if (score := guessing_score(strategy, questions)) > GUESSING_CEILING:
            say(f"the habit of {strategy} scores {score:.0%}")
    article = module["article"]
    if not all(
        clause == article or clause.startswith((f"{article}.", f"{article}("))
        for q in questions
        for clause in q["clauses"][:1]
    ):
        say("a question's first clause lies outside the article")
    return found


def faults_of_question(question: dict) -> Iterator[str]:
    if question["type"] not in TYPES:
        yield f"unknown type {question['type']}"
        return
    if not 1 <= len(question["clauses"]) <= 2:
        yield f"tests {len(question['clauses'])} clauses"
    if not question["topics"] or not set(question["topics"]) <= set("abcd"):
        yield f"topics {question['topics']}"
    if not question.get("quotes"):
        yield "the explanation quotes no clause"
    if question.get("difficulty", 2) not in (1, 2, 3):
        yield f"difficulty {question['difficulty']}"
    if len(question["explanation"]) < SHORTEST_LESSON:
        yield "its explanation teaches nothing"
    yield from _of_words(question)
    if question["type"] == "scenario":
        yield from _scenario(question)
    for one in asked(question):
        yield from _OF_TYPE[one["type"]](one)


def said_of(question: dict) -> list[str]:
    """Everything that is shown before the answer."""
    found = [question["stem"]]
    for one in asked(question):
        found.append(one["stem"])
        found += [option["text"] for option in one.get("options", [])]
        found += [pair["prompt"] for pair in one.get("pairs", [])]
        found += [*(choices_of(one) if "pairs" in one else []), *one.get("items", [])]
    return found


def _of_words(question: dict) -> Iterator[str]:
    stem, *members = said_of(question)
    whole = " ".join([stem, *members])
    for word in BANNED:
        if word in whole:
            yield f"says {word}"
    if ABOUT_NUMBERS.search(whole):
        yield "asks for a clause's number, not for judgement"
    for one in asked(question):
        for text in [option["text"] for option in one.get("options", [])]:
            if similarity(one["stem"], text) > 0.5:
                yield f"option {text[:12]}… repeats the stem"


def _choice(question: dict) -> Iterator[str]:
    options = question["options"]
    correct = sum(option["correct"] for option in options)
    if question["type"] == "single" and correct != 1:
        yield f"single choice with {correct} right options"
    if question["type"] == "multiple" and not 2 <= correct < len(options):
        yield f"multiple choice with {correct} of {len(options)} right"
    if not 3 <= len(options) <= 5:
        yield f"{len(options)} options"
    if len({option["text"] for option in options}) != len(options):
        yield "two options read the same"
    yield from _explanations([(option["text"], option["explanation"]) for option in options])


def _explanations(explained: list[tuple[str, str]]) -> Iterator[str]:
    for text, explanation in explained:
        if len(explanation) < SHORTEST_EXPLANATION:
            yield f"{text[:12]}… has an explanation that teaches nothing"
    if len({explanation for _text, explanation in explained}) != len(explained):
        yield "two answers have the same explanation"


def _true_false(question: dict) -> Iterator[str]:
    if not isinstance(question["answer"], bool):
        yield "neither true nor false"
    yield from _explanations([("正しい", question["if_true"]), ("誤り", question["if_false"])])


def _matching(question: dict) -> Iterator[str]:
    pairs, choices = question["pairs"], choices_of(question)
    if not 2 <= len(pairs) <= 6 or len(question.get("others", [])) > 4:
        yield f"{len(pairs)} pairs, {len(question.get('others', []))} others"
    if len({pair["prompt"] for pair in pairs}) != len(pairs):
        yield "two prompts read the same"
    for choice in choices:
        if len(choice) > LONGEST_CHOICE:
            yield f"choice {choice[:12]}… is cut off where the list is narrow"
    if len({pair["choice"] for pair in pairs}) == len(pairs) == len(choices):
        yield "the last pair is given by the others: a choice must fit nothing, or two prompts"


def _ordering(question: dict) -> Iterator[str]:
    items = question["items"]
    if not 3 <= len(items) <= 6 or len(set(items)) != len(items):
        yield f"{len(items)} items, {len(set(items))} different"
    for item in items:
        if SAYS_ITS_PLACE.search(item):
            yield f"item {item[:12]}… says its place"


def _answers(question: dict) -> Iterator[str]:
    """For short texts and numbers: mistakes are foreseen and explained, and the stem does not say the answer."""
    field = "text" if question["type"] == "short_text" else "value"
    right = [answer for answer in question["answers"] if answer.get("weight", "1") == "1"]
    wrong = [answer for answer in question["answers"] if answer.get("weight", "1") == "0"]
    if not right or not right[0].get("explanation"):
        yield "no right answer, or none that is explained"
    if not wrong:
        yield "no mistake is foreseen"
    for answer in question["answers"]:
        if answer.get("weight", "1") != "1" and len(answer.get("explanation", "")) < SHORTEST_EXPLANATION:
            yield f"the answer {answer[field]} is not explained"
    if len({answer[field] for answer in question["answers"]}) != len(question["answers"]):
        yield "an answer stands twice"
    if field == "text" and any(answer["text"] in question["stem"] for answer in right):
        yield "the stem says the answer"


def _scenario(question: dict) -> Iterator[str]:
    parts = question["parts"]
    if not 2 <= len(parts) <= 4 or len({part["id"] for part in parts}) != len(parts):
        yield f"{len(parts)} parts"
    if any(len(part["explanation"]) < 10 for part in parts):
        yield "a part's explanation teaches nothing"
    for one, other in combinations(parts, 2):
        if similarity(one["stem"], other["stem"]) > NEAR_COPY:
            yield f"parts {one['id']} and {other['id']} are alike"


_OF_TYPE: dict[str, Callable[[dict], Iterator[str]]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _answers,
    "numeric": _answers,
}


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
