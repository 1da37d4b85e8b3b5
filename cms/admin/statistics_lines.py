"""Statistics as lines of a table and bars of its chart: of a campaign by one of the dimensions, and of the years."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cms.admin.gate import today
from cms.admin.statistics_words import TOPICS, TYPES, Line
from training.campaigns.models import Campaign
from training.conf import conf
from training.policy.clauses import label
from training.quiz.suppression import Kind
from training.reports.charts import Bar
from training.reports.statistics import (
    DepartmentRow,
    QuestionRow,
    clause_rows,
    department_rows,
    question_rows,
    topic_rows,
    year_rows,
)

NAMESPACE = "training_statistics"
TABS = {
    "questions": _("By question"),
    "clauses": _("By clause"),
    "topics": _("By awareness topic"),
    "departments": _("By department"),
}
DIMENSIONS = tuple(TABS)


def question_line(row: QuestionRow, number: int) -> Line:
    """A question's line, numbered as in the chart."""
    kind = TYPES[row.content["type"]]
    version = gettext("version %(number)d") % {"number": row.number}
    language = "" if row.content["language"] == conf.language else f" {row.content['language']}"
    return Line(
        name=f"{number}. {row.stem}",
        figures=row.figures,
        under=f"{row.module} / {kind} / {version}{language}",
        url=reverse(f"{NAMESPACE}:question", args=[row.question]),
        flags=row.flags,
        untold=gettext("Withdrawn") if row.withdrawn else "",
    )


def department_line(row: DepartmentRow) -> Line:
    """A department's line, indented by its place."""
    names = {
        Kind.WHOLE: row.name or gettext("Everybody"),
        Kind.DIRECT: gettext("%(name)s itself") % {"name": row.name} if row.name else gettext("Without a department"),
        Kind.REST: ngettext("%(count)d department together", "%(count)d departments together", row.group.parts)
        % {"count": row.group.parts},
    }
    return Line(name=names[row.group.kind], figures=row.figures, depth=row.group.depth)


def lines_of(dimension: str, campaign: Campaign) -> list[Line]:
    """A campaign's lines by question, clause, topic or department."""
    match dimension:
        case "questions":
            return [question_line(row, number) for number, row in enumerate(question_rows(campaign), 1)]
        case "clauses":
            return [Line(label(row.key), row.figures, under=counted(row.questions)) for row in clause_rows(campaign)]
        case "topics":
            return [
                Line(str(TOPICS.get(row.key, row.key)), row.figures, under=counted(row.questions))
                for row in topic_rows(campaign)
            ]
        case _:
            return [department_line(row) for row in department_rows(campaign, today=today())]


def counted(questions: int) -> str:
    """How many questions there are to it."""
    return ngettext("%(count)d question", "%(count)d questions", questions) % {"count": questions}


def year_lines() -> list[Line]:
    """Each fiscal year, and its campaigns below it."""
    lines = []
    for row in year_rows():
        lines.append(Line(gettext("Fiscal year %(year)d") % {"year": row.year}, row.figures))
        lines += [
            Line(
                member.campaign.title,
                member.figures,
                under=member.campaign.code,
                url=reverse(f"{NAMESPACE}:questions", args=[member.campaign.code]),
                depth=1,
            )
            for member in row.campaigns
        ]
    return lines


def bars_of(lines: Sequence[Line]) -> list[Bar]:
    """The lines as bars; an em for each step down."""
    return [
        Bar(
            name="\u3000" * line.depth + line.name,
            share=line.figures.facility if line.figures else None,
            value=" ".join([*(str(finding.name) for finding in line.findings[:1]), line.facility]),
            marked=bool(line.flags),
        )
        for line in lines
    ]
