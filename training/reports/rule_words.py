"""A campaign's rules in words that a reader understands: who is asked, by when, and what counts already.

Pure, in Japanese and English: the plan's page, the documents and the evidence pack say the same of the same rule.
Names of people are never in them: who is named one by one is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from training.campaigns.audience import AudienceRule
from training.campaigns.due import After, Anchor, DueRule, Fixed, Roll
from training.typesetting.dates import english_day, japanese_day

JOINING, LEAVING = "joining", "leaving"


class Credits(Protocol):
    """What is read of a credit rule (``campaigns.credits.CreditRule``)."""

    @property
    def kinds(self) -> Collection[str]: ...
    @property
    def signed_from(self) -> date: ...
    @property
    def same_revision(self) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class RuleWords:
    """Everything that is not a fact. Braces name facts; ``day`` writes a date."""

    everybody: str
    asked: Mapping[str, str]
    joining: str
    follows: str
    departments: str
    types: str
    joined_between: str
    joined_from: str
    joined_to: str
    include: str
    only: str
    exclude: str
    type_names: Mapping[str, str]
    unknown_department: str
    fixed: str
    last_day: str
    by_last_day: str
    after: Mapping[Anchor, str]
    days: str
    working: str
    latest: str
    rolls: Mapping[Roll, str]
    clock: str
    no_credit: str
    credit: str
    same_revision: str
    any_revision: str
    kinds: Mapping[str, str]
    kinds_between: str
    between: str
    sentence: str
    day: Callable[[date], str]


JAPANESE = RuleWords(
    everybody="在籍するすべての従業者（役員、正社員、契約社員、パート・アルバイト、派遣社員、出向者）。雇用の形による除外はありません。",
    asked={
        "change": "方針の前の版に署名した人だけに求めます。",
        "leaving": "退職の日が決まり、その日がこの研修の期間の終わりまでにある人だけに求めます。",
    },
    joining="この研修の期間中に入社した人だけに求めます。",
    follows="対象は毎日確かめます。あとから当てはまった人を加え、退職した人を終了とします。異動しても対象のままです。",
    departments="部署：{names}（下の部署を含みます）",
    types="雇用区分：{names}",
    joined_between="入社日：{first}から{last}まで",
    joined_from="入社日：{first}以後",
    joined_to="入社日：{last}以前",
    include="ほかに、名指しで加える人：{count}人",
    only="名指しした人だけ：{count}人",
    exclude="名指しで除く人：{count}人",
    type_names={
        "officer": "役員",
        "regular": "正社員",
        "contract": "契約社員",
        "part_time": "パート・アルバイト",
        "temporary": "派遣社員",
        "seconded_in": "出向受け入れ",
        "seconded_out": "社外出向",
    },
    unknown_department="（名簿にない部署）",
    fixed="{day}まで",
    last_day="最後の出勤日まで",
    by_last_day="遅くとも、最後の出勤日までです。",
    after={
        Anchor.JOINING: "入社の日の翌日から数えて{count}まで",
        Anchor.RETURN: "休職などから戻った日の翌日から数えて{count}まで（休んでいない人は、割り当ての日の翌日から）",
        Anchor.ASSIGNMENT: "割り当ての日の翌日から数えて{count}まで",
    },
    days="{count}日",
    working="{count}営業日",
    latest="次のうち、いちばん遅い日：{parts}",
    rolls={
        Roll.STAY: "",
        Roll.NEXT: "休日に当たるときは、次の営業日です。",
        Roll.PREVIOUS: "休日に当たるときは、前の営業日です。",
    },
    clock="休職、産休・育休などの間は日を数えず、戻った日から続きを数えます。期限は日本時間のその日の終わりです。",
    no_credit="以前の署名は数えません。対象の全員が、この研修を受けて署名します。",
    credit="{since}以後に{kinds}で誓約書に署名した人は、受講済みとして扱います。{revision}",
    same_revision="方針の同じ版への署名に限ります。",
    any_revision="方針の前の版への署名も数えます。",
    kinds={
        "yearly": "年次研修",
        "joining": "入社時研修",
        "change": "方針改定時の研修",
        "make_up": "補講",
        "leaving": "退職時の誓約",
    },
    kinds_between="か",
    between="、",
    sentence="。",
    day=japanese_day,
)

ENGLISH = RuleWords(
    everybody="Everybody who works here: officers, regular, contract, part-time, agency and seconded staff. "
    "Nobody is left out for the kind of employment.",
    asked={
        "change": "Only who signed an earlier revision of the policy is asked.",
        "leaving": "Only who has a last day of work, by the end of the campaign's own days, is asked.",
    },
    joining="Only who joins within the campaign's own days is asked.",
    follows="The audience is looked at daily: who comes to fit is added, who leaves is closed, who moves stays in.",
    departments="Departments, with all below them: {names}",
    types="Employment types: {names}",
    joined_between="Joined from {first} to {last}",
    joined_from="Joined on {first} or later",
    joined_to="Joined on {last} or earlier",
    include="Besides, named one by one: {count}",
    only="Nobody but those named one by one: {count}",
    exclude="Left out by name: {count}",
    type_names={
        "officer": "officers",
        "regular": "regular employees",
        "contract": "contract employees",
        "part_time": "part-time employees",
        "temporary": "agency workers",
        "seconded_in": "seconded from elsewhere",
        "seconded_out": "seconded elsewhere",
    },
    unknown_department="(a department that is not in the roster)",
    fixed="by {day}",
    last_day="by the last day of work",
    by_last_day="By the last day of work at the latest.",
    after={
        Anchor.JOINING: "{count} after the day of joining",
        Anchor.RETURN: "{count} after the return from leave (of assignment, for who was not away)",
        Anchor.ASSIGNMENT: "{count} after the day of assignment",
    },
    days="{count} days",
    working="{count} working days",
    latest="whichever of these is the latest: {parts}",
    rolls={
        Roll.STAY: "",
        Roll.NEXT: "On a day of rest: the next working day.",
        Roll.PREVIOUS: "On a day of rest: the working day before.",
    },
    clock="Days on leave are not counted; the clock goes on at the return. A due day ends at midnight in Japan.",
    no_credit="No earlier signature counts: everybody in the audience does this training and signs.",
    credit="Who signed the pledge in {kinds} on {since} or later is credited. {revision}",
    same_revision="Only a signature on the same revision of the policy counts.",
    any_revision="A signature on an earlier revision of the policy counts too.",
    kinds={
        "yearly": "the yearly training",
        "joining": "the training on joining",
        "change": "a training on a change of the policy",
        "make_up": "a make-up training",
        "leaving": "the pledge on leaving",
    },
    kinds_between=" or ",
    between="; ",
    sentence=". ",
    day=english_day,
)


def words_in(language: str) -> RuleWords:
    """Return the words in a language; Japanese where there are none."""
    return ENGLISH if language.startswith("en") else JAPANESE


def audience_words(
    rule: AudienceRule, *, kind: str, departments: Mapping[UUID, str], language: str = "ja"
) -> tuple[str, ...]:
    """Return who is asked, sentence by sentence. ``departments`` are the paths of the rule's own at least."""
    words = words_in(language)
    if rule.named_only:
        return (words.only.format(count=len(rule.include - rule.exclude)),)
    narrowed = [*_narrowed(rule, departments, words)]
    found = [words.asked[kind]] if kind in words.asked else []
    if kind == JOINING and not (rule.joined_from or rule.joined_to):
        found.append(words.joining)
    if not narrowed and not found:
        found.append(words.everybody)
    found += narrowed
    if rule.include:
        found.append(words.include.format(count=len(rule.include - rule.exclude)))
    if rule.exclude:
        found.append(words.exclude.format(count=len(rule.exclude)))
    return (*found, words.follows)


def _narrowed(rule: AudienceRule, departments: Mapping[UUID, str], words: RuleWords) -> list[str]:
    found = []
    if rule.departments:
        names = sorted(departments.get(key) or words.unknown_department for key in rule.departments)
        found.append(words.departments.format(names=words.between.join(names)))
    if rule.types:
        names = [name for kind, name in words.type_names.items() if kind in rule.types]
        found.append(words.types.format(names=words.between.join(names)))
    if rule.joined_from and rule.joined_to:
        first, last = words.day(rule.joined_from), words.day(rule.joined_to)
        found.append(words.joined_between.format(first=first, last=last))
    elif rule.joined_from:
        found.append(words.joined_from.format(first=words.day(rule.joined_from)))
    elif rule.joined_to:
        found.append(words.joined_to.format(last=words.day(rule.joined_to)))
    return found


def due_words(rule: DueRule | None, *, due_on: date, kind: str = "", language: str = "ja") -> tuple[str, ...]:
    """Return by when it is due, sentence by sentence; ``due_on`` is the campaign's day, for where there is no rule."""
    words = words_in(language)
    parts = [_part(part, words) for part in (rule.parts if rule else (Fixed(due_on),))]
    when = parts[0] if len(parts) == 1 else words.latest.format(parts=words.between.join(parts))
    roll = words.rolls[rule.roll] if rule else ""
    last = words.by_last_day if kind == LEAVING else ""
    if kind == LEAVING and rule is None:
        when, last = words.last_day, ""
    return tuple(sentence for sentence in (when, roll, last, words.clock) if sentence)


def _part(part: Fixed | After, words: RuleWords) -> str:
    if isinstance(part, Fixed):
        return words.fixed.format(day=words.day(part.day))
    count = (words.working if part.working else words.days).format(count=part.days)
    return words.after[part.anchor].format(count=count)


def credit_words(rule: Credits | None, *, language: str = "ja") -> str:
    """Return what counts already."""
    words = words_in(language)
    if rule is None:
        return words.no_credit
    kinds = words.kinds_between.join(name for kind, name in words.kinds.items() if kind in rule.kinds)
    revision = words.same_revision if rule.same_revision else words.any_revision
    return words.credit.format(since=words.day(rule.signed_from), kinds=kinds, revision=revision).rstrip()
