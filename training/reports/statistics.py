"""How the questions of the understanding checks do, by question, clause, topic, department and year.

Each view reads its papers in one query, whatever the number of people: the
first papers, each under the marking that counts now, which is the last. A
withdrawn question is in no figure. What was answered stands in disclosures;
where one was erased, the answer is counted as erased and what it earned stays.
The rules are ``quiz/statistics.py``, ``quiz/suppression.py`` and ``quiz/chosen.py``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField, UUIDField, Value
from django.db.models.functions import Cast, Coalesce, TruncDate

from training.campaigns.calendar import fiscal_year
from training.campaigns.models import Campaign
from training.catalogue.html import in_words
from training.conf import conf
from training.ledger.models import Disclosure
from training.people.models import PATH_SEPARATOR, Posting
from training.people.queries import department_paths
from training.policy.clauses import in_order
from training.quiz.chosen import Tally, dead, tallies
from training.quiz.frozen import contents
from training.quiz.models import Marking, Withdrawal
from training.quiz.statistics import LEAST, Few, Figures, Flag, Paper, by_question, flags_of, of_papers, too_few
from training.quiz.suppression import Group, groups

CHUNK = 2000
OPEN = "null"  # a response that was not given, as JSON
PAPER = "submission__attempt__"
# Read as text, and understood once: keys and times made into objects for each answer took most of a view's time.
_TEXTS = {
    "submission_text": "submission",
    "person_text": f"{PAPER}task__assignment__employment__employee",
    "started_text": f"{PAPER}started_at",
    "ended_text": "submission__at",
    "deadline_text": f"{PAPER}deadline",
    "drawn_text": f"{PAPER}drawn",
    "points_text": "points",
}
_COLUMNS = (*_TEXTS, f"{PAPER}task__assignment__campaign", "out_of", "passed")
_ANSWER_TEXTS = {
    "version_text": "submission__answers__question_version",
    "question_text": "submission__answers__question_version__question",
}
_ANSWER = (
    f"{PAPER}module_version__title",
    *_ANSWER_TEXTS,
    "submission__answers__question_version__number",
    "given",
)


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question version in a campaign. ``figures`` is None where it was withdrawn or too few were asked.

    ``tallies`` is empty where they would be about a few, or tell by subtraction what a few earned.
    """

    version: UUID
    question: UUID
    number: int
    campaign: Campaign
    module: str
    content: Mapping[str, Any]
    withdrawn: bool
    figures: Figures | None
    flags: tuple[Flag, ...]
    tallies: tuple[Tally, ...]
    erased: int
    unanswered: int

    @property
    def stem(self) -> str:
        """What is asked, in one line."""
        return in_words(self.content["stem"])


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A clause's or a topic's questions together, and how many they are."""

    key: str
    questions: int
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """A department, those posted to it directly, or its parts that are told as one."""

    group: Group
    figures: Figures

    @property
    def name(self) -> str:
        """The department's own name; empty for the whole company."""
        return self.group.path[-1] if self.group.path else ""

    @property
    def path(self) -> str:
        """The department's whole path."""
        return PATH_SEPARATOR.join(self.group.path)


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign's first papers together."""

    campaign: Campaign
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class YearRow:
    """A fiscal year's first papers together, and each of its campaigns'."""

    year: int
    figures: Figures | None
    campaigns: tuple[CampaignRow, ...]


@dataclass(slots=True)
class _Asked:
    """A question version in a campaign, as its papers are read."""

    question: UUID
    number: int
    module: str
    people: set[Hashable] = field(default_factory=set)
    given: Counter[str] = field(default_factory=Counter)
    erased: int = 0


@dataclass
class _Read:
    """Papers as read, without what was withdrawn, and what was answered on them."""

    papers: list[Paper]
    asked: dict[tuple[int, str], _Asked] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()

    @cached_property
    def few(self) -> Few:
        """What is in no figure."""
        return too_few(self.papers)


def question_rows(campaign: Campaign) -> list[QuestionRow]:
    """Every question on a campaign's first papers: what fails its purpose first, then the hardest. Three queries."""
    return _question_rows(_markings(campaign=campaign), {campaign.pk: campaign})


def rows_of_question(question: UUID) -> list[QuestionRow]:
    """One question in every version, language and campaign, the newest campaign first. Four queries."""
    campaigns = {campaign.pk: campaign for campaign in Campaign.objects.all()}
    # The join that the condition makes is the one that the columns are read from: this question's answers alone.
    rows = _question_rows(_markings().filter(submission__answers__question_version__question=question), campaigns)
    return sorted(
        (row for row in rows if row.question == question),
        key=lambda row: (-row.campaign.first_day.toordinal(), row.campaign.code, row.content["language"], -row.number),
    )


def clause_rows(campaign: Campaign) -> list[GroupRow]:
    """A campaign's questions by the clauses that they ask about, as the policy has them; on two, it counts for both."""
    return sorted(_group_rows(campaign, "clauses"), key=lambda row: in_order(row.key))


def topic_rows(campaign: Campaign) -> list[GroupRow]:
    """A campaign's questions by the awareness topics that they ask about."""
    return _group_rows(campaign, "topics")


def department_rows(campaign: Campaign, *, today: date) -> list[DepartmentRow]:
    """A campaign's papers by the main post on the day of handing in, under the names of today.

    Empty where fewer than ``LEAST`` people have handed in a paper.
    """
    paths = department_paths(today)
    found = _read(_markings(campaign=campaign), placed=True)
    by_post: dict[tuple[str, ...], list[Paper]] = defaultdict(list)
    for paper in found.papers:
        path = paths.get(paper.place, "") if isinstance(paper.place, UUID) else ""
        if any((paper.campaign, question) not in found.few for question in paper.earned):
            by_post[tuple(path.split(PATH_SEPARATOR)) if path else ()].append(paper)
    rows = []
    for group in groups({path: {p.person for p in papers} for path, papers in by_post.items()}, least=LEAST):
        figures = of_papers((paper for post in group.posts for paper in by_post[post]), few=found.few)
        if figures:
            rows.append(DepartmentRow(group, figures))
    return rows


def year_rows() -> list[YearRow]:
    """Every fiscal year that has a campaign, the newest first. Three queries."""
    campaigns = list(Campaign.objects.order_by("-first_day", "code"))
    found = _read(_markings())
    papers: dict[Hashable, list[Paper]] = defaultdict(list)
    for paper in found.papers:
        papers[paper.campaign].append(paper)
    rows = []
    for year, of_year in groupby(campaigns, key=lambda campaign: fiscal_year(campaign.first_day)):
        members = tuple(CampaignRow(c, of_papers(papers[c.pk], few=found.few)) for c in of_year)
        whole = [paper for member in members for paper in papers[member.campaign.pk]]
        rows.append(YearRow(year, of_papers(whole, few=found.few), members))
    return rows


def _group_rows(campaign: Campaign, member: str) -> list[GroupRow]:
    found = _read(_markings(campaign=campaign))
    questions = {question for paper in found.papers for question in paper.earned}
    groups_of = {question: content[member] for question, content in contents(questions).items()}
    figures = by_question(found.papers, few=found.few, keys=lambda paper, question: groups_of[question])
    counts = Counter(key for keys in groups_of.values() for key in keys)
    return [GroupRow(key, count, figures.get(key)) for key, count in sorted(counts.items(), key=itemgetter(0))]


def _question_rows(markings: QuerySet[Marking], campaigns: Mapping[int, Campaign]) -> list[QuestionRow]:
    found = _read_answers(markings)
    figures = by_question(found.papers, few=found.few, keys=lambda paper, question: ((paper.campaign, question),))
    content = contents(dict.fromkeys(question for _campaign, question in found.asked))
    rows = []
    for (campaign, question), asked in found.asked.items():
        enough = len(asked.people) >= LEAST
        given = [(orjson.loads(text), count) for text, count in asked.given.items()]
        counted = tuple(tallies(content[question], given)) if enough else ()
        told = figures.get((campaign, question)) if question not in found.withdrawn else None
        rows.append(
            QuestionRow(
                version=UUID(question),
                question=asked.question,
                number=asked.number,
                campaign=campaigns[campaign],
                module=asked.module,
                content=content[question],
                withdrawn=question in found.withdrawn,
                figures=told,
                flags=flags_of(told, dead=len(dead(counted))) if told else (),
                tallies=counted if _may_be_told(counted, erased=asked.erased) else (),
                erased=asked.erased if enough else 0,
                unanswered=asked.given[OPEN] if enough else 0,
            )
        )
    return sorted(rows, key=lambda row: (not row.flags, row.figures.facility if row.figures else 2.0, str(row.version)))


def _may_be_told(counted: Iterable[Tally], *, erased: int) -> bool:
    """Whether no answer of a few follows from these: from one of them, or by subtraction from what all earned."""
    return not 0 < erased < LEAST and not any(0 < tally.answered < LEAST for tally in counted)


def _markings(*, campaign: Campaign | None = None) -> QuerySet[Marking]:
    """The marking that counts of each first paper."""
    later = Marking.objects.filter(submission=OuterRef("submission"), number__gt=OuterRef("number"))
    markings = Marking.objects.filter(~Exists(later), submission__attempt__number=1)
    if campaign is not None:
        markings = markings.filter(submission__attempt__task__assignment__campaign=campaign)
    return markings.annotate(**_as_text(_TEXTS))


def _as_text(columns: Mapping[str, str]) -> dict[str, Cast]:
    return {name: Cast(column, TextField()) for name, column in columns.items()}


def _placed(markings: QuerySet[Marking]) -> QuerySet[Marking]:
    """Add the department of the main post on the day of handing in, or the last before it.

    A post under the number that the assignment names goes before one under another, which the person got later.
    """
    posts = Posting.objects.filter(
        employment__employee=OuterRef(f"{PAPER}task__assignment__employment__employee"),
        primary=True,
        superseded_at__isnull=True,
        valid_from__lte=OuterRef("day"),
    ).order_by("-valid_from")
    same = Q(employment__number=OuterRef(f"{PAPER}task__assignment__employment__number"))
    held = posts.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("day")))
    steps = (held.filter(same), held, posts.filter(same), posts)
    return markings.annotate(day=TruncDate("submission__at", tzinfo=conf.time_zone)).annotate(
        place=Coalesce(*(Subquery(rows.values("department")[:1], output_field=UUIDField()) for rows in steps))
    )


def _read(markings: QuerySet[Marking], *, placed: bool = False) -> _Read:
    """Read papers. One query, and one for what is withdrawn."""
    withdrawn = _withdrawn()
    columns = (*_COLUMNS, "place") if placed else _COLUMNS
    rows = (_placed(markings) if placed else markings).order_by().values_list(*columns)
    papers = [_paper(row, withdrawn, row[len(_COLUMNS)] if placed else None) for row in rows.iterator(CHUNK)]
    return _Read(papers=papers, withdrawn=withdrawn)


def _read_answers(markings: QuerySet[Marking]) -> _Read:
    """Read papers with what was answered on them: a row for each answer. One query, and one for what is withdrawn."""
    withdrawn = _withdrawn()
    disclosed = Disclosure.objects.filter(digest=OuterRef("submission__answers__response_digest"))
    text = Coalesce(Cast("value", TextField()), Value(OPEN, TextField()))  # no row at all: erased
    answers = markings.annotate(
        **_as_text(_ANSWER_TEXTS), given=Subquery(disclosed.values(text=text)[:1], output_field=TextField())
    )
    rows = answers.order_by("submission").values_list(*_COLUMNS, *_ANSWER).iterator(CHUNK)
    found = _Read(papers=[], withdrawn=withdrawn)
    seen: dict[tuple[int, str], _Asked] = {}
    for _submission, answered in groupby(rows, key=itemgetter(0)):
        paper: Paper | None = None
        for row in answered:
            if paper is None:
                paper = _paper(row, withdrawn, None)
                found.papers.append(paper)
            module, version, question, number, given = row[len(_COLUMNS) :]
            asked = seen.get((paper.campaign, version))
            if asked is None:
                asked = seen[paper.campaign, version] = _Asked(question=UUID(question), number=number, module=module)
                found.asked[paper.campaign, str(UUID(version))] = asked
            asked.people.add(paper.person)
            if given is None:
                asked.erased += 1
            else:
                asked.given[given] += 1
    return found


def _paper(row: tuple[Any, ...], withdrawn: frozenset[str], place: Hashable) -> Paper:
    (_submission, person, started, ended, deadline, drawn, points_text, campaign, out_of, passed) = row[: len(_COLUMNS)]
    points = orjson.loads(points_text)
    worth = out_of // len(points) if points else 1
    until = datetime.fromisoformat(ended)
    if deadline:
        until = min(until, datetime.fromisoformat(deadline))
    return Paper(
        person=person,
        campaign=campaign,
        earned={question: earned / worth for question, earned in points.items() if question not in withdrawn},
        passed=passed,
        seconds=(until - datetime.fromisoformat(started)).total_seconds() / max(1, len(orjson.loads(drawn))),
        place=place,
    )


def _withdrawn() -> frozenset[str]:
    return frozenset(str(key) for key in Withdrawal.objects.values_list("question_version_id", flat=True))
